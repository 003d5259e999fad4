package parquet

import (
	"runtime"
	"sync"
	"sync/atomic"

	"signins/schema"
	"signins/writer/parquet/zstd"
)

// A crew writes the columns of files side by side: they have nothing to do with
// each other, and what each comes to does not depend on who writes it. It is
// used by one goroutine at a time.
type crew struct {
	hands  []pageMemory // of each goroutine
	nester *nester      // nil unless columns are nested
}

// mostHands bounds memory. Reading keeps no more of them busy.
const mostHands = zstd.Concurrency

func newCrew(o Options) *crew {
	w := &crew{hands: make([]pageMemory, min(runtime.GOMAXPROCS(0), mostHands))}
	if o.Nested {
		w.nester = newNester()
	}
	return w
}

// prepare makes a batch ready to be written.
func (w *crew) prepare(b *schema.Batch) error {
	if w.nester == nil {
		return nil
	}
	return w.nester.take(b)
}

// vector returns what a batch holds for a column.
func (w *crew) vector(b *schema.Batch, id schema.ColumnID) *schema.Vector {
	if w.nester != nil && id == schema.Extra {
		return w.nester.extra
	}
	return &b.Columns[id]
}

// each calls do for every column and returns the error of the first that has
// one.
func (w *crew) each(columns []*columnChunk, do func(c *columnChunk) error) error {
	errs := make([]error, len(columns))
	var next atomic.Int64
	var group sync.WaitGroup
	for i := range w.hands {
		group.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(columns)); n = next.Add(1) - 1 {
				columns[n].memory = &w.hands[i]
				errs[n] = do(columns[n])
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
