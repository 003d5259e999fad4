package parquet

import (
	"runtime"
	"sync"
	"sync/atomic"

	"signins/schema"
)

// A workerPool encodes the columns of files in parallel. The encoding of a column
// depends neither on the worker nor on other columns. A pool is used by one
// goroutine at a time.
type workerPool struct {
	scratch []scratch      // of each worker
	nested  *nestedColumns // nil in flat files
}

// maxWorkers bounds memory. Reading keeps no more of them busy.
const maxWorkers = 8

func newWorkerPool(o Options) *workerPool {
	w := &workerPool{scratch: make([]scratch, min(runtime.GOMAXPROCS(0), maxWorkers))}
	if o.Nested {
		w.nested = newNestedColumns()
	}
	return w
}

// prepare makes a batch ready to be written.
func (w *workerPool) prepare(b *schema.Batch) error {
	if w.nested == nil {
		return nil
	}
	return w.nested.shredBatch(b)
}

// vector returns the vector of a batch from which a column is written.
func (w *workerPool) vector(b *schema.Batch, id schema.ColumnID) *schema.Vector {
	if w.nested != nil && id == schema.Extra {
		return w.nested.extra
	}
	return &b.Columns[id]
}

// each calls do for every column and returns the error of the first column that
// has one.
func (w *workerPool) each(columns []*columnChunk, do func(c *columnChunk) error) error {
	errs := make([]error, len(columns))
	var next atomic.Int64
	var group sync.WaitGroup
	for i := range w.scratch {
		group.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(columns)); n = next.Add(1) - 1 {
				columns[n].scratch = &w.scratch[i]
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

// scratch is the memory of a worker. Columns use it one after the other, and none
// of it outlives a call.
type scratch struct {
	body, compressed        []byte // of a page
	levels, packed, indexes []byte // encoded
	numbers                 []int32

	epoch   uint64
	seen    []seenValue // by code of the batch
	entries []entry     // of the lists seen in this epoch

	indexOf []int32 // index in the dictionary, by code of the batch
}

// A seenValue is a value of the batch: its index in the dictionary or, of a list,
// its range of entries. It is valid in its own epoch alone. A page and a call of
// writeRows begin new ones, so nothing has to be cleared.
type seenValue struct {
	epoch    uint64
	from, to int32
}

// nextEpoch begins an epoch for a dictionary of n values.
func (s *scratch) nextEpoch(n int) []seenValue {
	s.epoch++
	s.entries = s.entries[:0]
	if cap(s.seen) < n {
		s.seen = make([]seenValue, n+n/2)
	}
	return s.seen[:n]
}
