package excel

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"signins/schema"
)

// benchBatch returns sign-ins with 60 columns: ids that never repeat, names that
// do, policies that do sometimes, steps that never do.
func benchBatch(seed uint64, rows int) *schema.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	uuid := func() string {
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64N(1<<48))
	}
	return excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) {
		filled := 0
		for id := range c {
			v, kind := &c[id], schema.Columns[id].Kind
			switch {
			case schema.ColumnID(id) == schema.ConditionalAccessPolicies:
				v.SetText(row, fmt.Sprintf(`[{"id":"p","displayName":"Require MFA %d","enforcedGrantControls":["Mfa"],"result":"success","conditionsSatisfied":"application,users"},`+
					`{"id":"q","displayName":"Block legacy %d","enforcedGrantControls":["Block"],"result":"notApplied","conditionsNotSatisfied":"clientType"}]`, r.IntN(40), r.IntN(40)))
			case schema.ColumnID(id) == schema.AuthenticationDetails:
				v.SetText(row, fmt.Sprintf(`[{"authenticationStepDateTime":"2026-05-01T12:%02d:%02d.%06dZ","authenticationMethod":"Password","succeeded":true}]`, r.IntN(60), r.IntN(60), r.IntN(1e6)))
			case filled >= 58:
			case kind == schema.Text && filled%7 == 0:
				v.SetText(row, uuid())
				filled++
			case kind == schema.Text:
				v.SetText(row, fmt.Sprintf("%s %d", schema.Columns[id].Title, r.IntN(200)))
				filled++
			case kind == schema.Int32, kind == schema.Int64:
				v.SetNum(row, int64(r.IntN(500)))
				filled++
			case kind == schema.TextList, kind == schema.JSON, kind == schema.Bytes:
			default:
				setRandom(r, v, kind, row)
				filled++
			}
		}
	})
}

// TestMemoryDoesNotGrow holds no more after many rows than after some: what grows with the
// rows grows at every step, buffers once. (What the sheets of users, addresses, applications
// and sessions count has bounds of its own.)
func TestMemoryDoesNotGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("36,000 records")
	}
	w, err := NewWriter(io.Discard, Options{TempDir: t.TempDir(), Sheets: []string{summarySheet, SignInSheet, policySheet, stepSheet, errorCodesSheet}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	w.store.sorter.Memory = 1 << 20 // reached by the first batches
	seed := uint64(0)
	live := func(batches int) int64 {
		for range batches {
			seed++
			if err := w.Write(benchBatch(seed, 1000)); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before, grown := live(4), int64(math.MaxInt64)
	for range 8 {
		after := live(4)
		grown, before = min(grown, after-before), after
	}
	if grown > 200*4000 {
		t.Errorf("every 4,000 records take %d bytes more", grown)
	}
}
