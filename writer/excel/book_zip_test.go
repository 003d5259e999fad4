package excel

import (
	"bytes"
	"crypto/sha256"
	"hash/crc32"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/writer/manifest"
)

// TestDeterminism writes the same bytes every time, with several sheets
// and times that differ.
func TestDeterminism(t *testing.T) {
	t.Parallel()
	var first [32]byte
	runs := 5
	if testing.Short() {
		runs = 2
	}
	for i := range runs {
		var out bytes.Buffer
		x, _ := newTestExcel(t, &out, &manifest.Run{StartedAt: time.Now()})
		x.parts.book.limits.rows = 8
		for seed := range uint64(4) {
			if err := x.Write(randomBatch(seed, 10)); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(out.Bytes())
		if i == 0 {
			first = sum
		}
		if sum != first {
			t.Fatalf("run %d differs", i)
		}
	}
}

// TestZip checks the container: what describes the package comes first,
// then the parts by name, and the times are fixed.
func TestZip(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, randomBatch(1, 3))
	if !slices.Equal(book.order[:2], []string{"[Content_Types].xml", "_rels/.rels"}) || !slices.IsSorted(book.order[2:]) {
		t.Errorf("parts %q", book.order)
	}
	for _, file := range book.files {
		if got := file.Modified.Format("2006-01-02 15:04:05"); got != "1980-01-01 00:00:00" {
			t.Errorf("%s is of %s", file.Name, got)
		}
	}
	properties := string(book.parts["docProps/core.xml"])
	for _, want := range []string{"<dc:creator>signins<", "signins 1.2.3", ">2000-01-01T00:00:00Z<"} {
		if !strings.Contains(properties, want) {
			t.Errorf("properties have no %s: %s", want, properties)
		}
	}
}

// TestJoinCRC compares joined checksums with those of the whole.
func TestJoinCRC(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		first, second := make([]byte, r.IntN(1000)), make([]byte, r.IntN(5000))
		for _, part := range [][]byte{first, second} {
			for i := range part {
				part[i] = byte(r.Uint32())
			}
		}
		want := crc32.ChecksumIEEE(append(first[:len(first):len(first)], second...))
		if got := joinCRC(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(second), int64(len(second))); got != want {
			t.Fatalf("%d and %d bytes: %x, want %x", len(first), len(second), got, want)
		}
	}
}

// TestWorkers writes the same bytes with any number of processors.
func TestWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		var out bytes.Buffer
		x, _ := newTestExcel(t, &out, nil)
		for seed := range uint64(12) {
			if err := x.Write(randomBatch(seed, 300)); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = out.Bytes()
		}
		if !bytes.Equal(first, out.Bytes()) {
			t.Errorf("%d processors make other bytes", n)
		}
	}
}
