package parquet

import (
	"bufio"
	"bytes"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
	"signins/schema/nested"
)

// A Series begins files with the same columns, such as the parts of a dataset.
// They are written side by side by one goroutine and share workers, which encode
// columns in parallel. The encoding of a column depends neither on the worker nor on
// other columns.
type Series struct {
	limits  limits
	codec   compress.Codec
	footer  *format.FileMetaData // of a file without rows
	leaves  []leaf
	buffer  *bufio.Writer // of the file that is written to
	workers []scratch
	nested  nestedColumns     // none in flat files
	long    sync.Mutex        // is locked while a column with long values is written
	sort    []schema.ColumnID // of Options
}

// maxWorkers bounds memory. Reading keeps no more of them busy.
const maxWorkers = 8

// A leaf is a column of a file. A nested column has many, all others are one.
type leaf struct {
	id    schema.ColumnID
	index int         // in its column
	kind  schema.Kind // of its values
	parquet.LeafColumn
}

// NewSeries returns a series without files.
func NewSeries(o Options) (*Series, error) {
	columns := Schema(o.Nested)
	footer, err := emptyFooter(columns, o)
	if err != nil {
		return nil, err
	}
	s := &Series{
		limits: defaultLimits, sort: o.Sort, codec: namedCodec(o.Compression), footer: footer, buffer: bufio.NewWriterSize(nil, 256<<10),
		workers: make([]scratch, min(runtime.GOMAXPROCS(0), maxWorkers)),
	}
	id, index := schema.ColumnID(0), 0
	for _, path := range columns.Columns() {
		if path[0] != schema.Columns[id].Name {
			id, index = id+1, 0
		}
		column, _ := columns.Lookup(path...)
		column.Path = path // Lookup has its last name alone
		l := leaf{id: id, index: index, kind: schema.Columns[id].Kind, LeafColumn: column}
		if m, ok := nested.Columns[id]; ok && o.Nested {
			l.kind = schema.Text
			if column.Node.Type() == parquet.BooleanType {
				l.kind = schema.Bool
			}
			if index == 0 {
				s.nested.columns[id] = newNestedColumn(id, member(m))
			}
		}
		s.leaves = append(s.leaves, l)
		index++
	}
	return s, nil
}

// emptyFooter returns the footer that the library gives a file without rows.
func emptyFooter(columns *parquet.Schema, o Options) (*format.FileMetaData, error) {
	var file bytes.Buffer
	w := parquet.NewGenericWriter[any](&file, append(metadata(o), columns)...)
	if err := w.Close(); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		return nil, err
	}
	return f.Metadata(), nil
}

// Create begins a file of the series. It is as one of NewWriter, but its
// records come by WriteRange.
func (s *Series) Create(w io.Writer) *Writer {
	return &Writer{series: s, sink: &sink{file: w, out: s.buffer}}
}

// Prepare makes a batch ready for WriteRange, which then writes its records to
// whatever files of the series.
func (s *Series) Prepare(b *schema.Batch) error {
	return s.nested.shredBatch(b)
}

// each calls do for every column, which gets the memory of a worker.
func (s *Series) each(columns []*columnChunk, do func(i int, c *columnChunk)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for i := range s.workers {
		group.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(columns); n = int(next.Add(1)) - 1 {
				columns[n].scratch = &s.workers[i]
				do(n, columns[n])
			}
		})
	}
	group.Wait()
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

// beginEpoch begins an epoch for a dictionary of n values.
func (s *scratch) beginEpoch(n int) {
	s.epoch++
	s.entries = s.entries[:0]
	if cap(s.seen) < n {
		s.seen = make([]seenValue, n+n/2)
	}
	s.seen = s.seen[:n]
}
