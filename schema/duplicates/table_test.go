package duplicates

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"unsafe"

	"signins/schema"
	"signins/testdata/fixture"
)

// TestMemory adds a million keys: at no time does a record take more than 40 bytes,
// also while a part grows, and what is counted is what the heap has.
func TestMemory(t *testing.T) {
	if unsafe.Sizeof(entry{}) != 24 || unsafe.Sizeof(slot{}) != 8 || unsafe.Sizeof(differing{}) != 8 {
		t.Errorf("an entry takes %d bytes, a slot %d, a differing record %d", unsafe.Sizeof(entry{}), unsafe.Sizeof(slot{}), unsafe.Sizeof(differing{}))
	}
	const records = 1 << 20
	x, random := New(Keep, WarnAt, nil), rand.New(rand.NewPCG(1, 2))
	before, worst := fixture.Heap(), 0.0
	for n := 1; n <= records; n++ {
		x.table.add(key{random.Uint64(), random.Uint64()})
		if n > records/10 {
			growing := 0
			for i := range x.table.parts {
				growing = max(growing, 8*len(x.table.parts[i].slots))
			}
			worst = max(worst, float64(x.Size()+int64(growing))/float64(n))
		}
		if n%(records/8) != 0 {
			continue
		}
		size := float64(fixture.Heap()-before) / float64(n)
		if counted := float64(x.Size()) / float64(n); size > 40 || counted < size*0.9 {
			t.Errorf("%d records take %.2f bytes each on the heap, %.2f are counted", n, size, counted)
		}
	}
	t.Logf("at most %.2f bytes a record while a part grows, %.2f in the end", worst, float64(fixture.Heap()-before)/records)
	if worst > 40 {
		t.Errorf("%.2f bytes a record", worst)
	}
	runtime.KeepAlive(x)
}

// TestFind finds all keys that were added, by number, and no others.
func TestFind(t *testing.T) {
	t.Parallel()
	var table table
	random := rand.New(rand.NewPCG(3, 4))
	keys := make([]key, 3*schema.SegmentSize)
	for i := range keys {
		keys[i] = key{random.Uint64(), random.Uint64()}
		if e, _ := table.find(keys[i]); e != nil {
			t.Fatalf("key %d is there before it is added", i)
		}
		if e, number := table.add(keys[i]); number != i || e != table.entries.At(i) {
			t.Fatalf("key %d has number %d", i, number)
		}
	}
	for i, k := range keys {
		if e, number := table.find(k); e == nil || number != i {
			t.Fatalf("key %d is found at %d, %v", i, number, e)
		}
	}
}

// TestEveryBitOfAKey adds keys that differ in one bit of 128, also among slots that
// are nearly full.
func TestEveryBitOfAKey(t *testing.T) {
	t.Parallel()
	var table table
	keys := []key{{0x0123456789abcdef, 0xfedcba9876543210}}
	for bit := range 128 {
		k := keys[0]
		k[bit/64] ^= 1 << (bit % 64)
		keys = append(keys, k)
	}
	for i, k := range keys {
		if e, number := table.find(k); e != nil {
			t.Errorf("key %d is taken for key %d", i, number)
		}
		e, _ := table.add(k)
		e.rest |= verdictBits | differentVerdicts
	}
	for i, k := range keys {
		if e, number := table.find(k); e == nil || number != i {
			t.Errorf("key %d is found at %d, %v", i, number, e)
		}
	}
}

// BenchmarkAdd is what a new sign-in costs.
func BenchmarkAdd(b *testing.B) {
	var table table
	random := rand.New(rand.NewPCG(5, 6))
	for b.Loop() {
		k := key{random.Uint64(), random.Uint64()}
		if e, _ := table.find(k); e == nil {
			table.add(k)
		}
	}
}
