package writer

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// parquetLimits bound the parts of a file.
type parquetLimits struct {
	groupRows       int // rows of a row group
	pageRows        int // rows of a page
	pageBytes       int // memory of a page before it is encoded
	dictionaryBytes int // values of a dictionary
}

// DuckDB's own row groups are of that size, and pages are a sixth of them. Big
// pages make long JSON texts compress better; the rows bound the memory of all
// other columns.
var parquetDefaults = parquetLimits{
	groupRows:       122_880,
	pageRows:        20_480,
	pageBytes:       1 << 20,
	dictionaryBytes: 1 << 20,
}

var errParquetClosed = errors.New("the Parquet writer is closed")

// Parquet writes one Parquet file with the columns of ParquetSchema. Row groups
// end at fixed row numbers, and the same batches always give the same bytes.
// It holds one row group, compressed, and one page a column. It is used by one
// goroutine at a time.
type Parquet struct {
	limits  parquetLimits
	sink    *parquetSink
	file    *parquet.GenericWriter[any]
	columns []parquetColumn
	group   int // rows of the row group so far
	rows    int64
	err     error // after it nothing more is written
}

// NewParquet returns a writer of one Parquet file to w, which it neither closes
// nor syncs. A file that was not closed without an error is no Parquet file.
func NewParquet(w io.Writer, o Options) (Writer, error) {
	return newParquet(w, o, parquetDefaults)
}

func newParquet(w io.Writer, o Options, l parquetLimits) (*Parquet, error) {
	// The options are given twice: a checked configuration given as an option
	// would turn what is off in it on again.
	options := parquetOptions(o, l)
	if _, err := parquet.NewWriterConfig(options...); err != nil {
		return nil, err
	}
	sink := &parquetSink{out: bufio.NewWriterSize(w, 256<<10)}
	p := &Parquet{limits: l, sink: sink, file: parquet.NewGenericWriter[any](sink, options...)}
	memory := new(parquetMemory)
	for id, out := range p.file.ColumnWriters() {
		p.columns = append(p.columns, parquetColumn{
			id:              schema.ColumnID(id),
			kind:            schema.Columns[id].Kind,
			out:             out,
			memory:          memory,
			dictionaryBytes: l.dictionaryBytes,
		})
	}
	return p, nil
}

// Rows returns the number of rows taken.
func (p *Parquet) Rows() int64 { return p.rows }

// Write writes the records of a batch. It fails on a text that is not valid
// UTF-8 and on a number that its column cannot hold, naming the column; after
// an error the file cannot be completed.
func (p *Parquet) Write(b *schema.Batch) error {
	for from := 0; p.err == nil && from < b.Len; {
		page := p.limits.pageRows - p.group%p.limits.pageRows
		to := min(b.Len, from+page, from+p.limits.groupRows-p.group)
		p.err = p.writeRows(b, from, to)
		from = to
	}
	return p.err
}

func (p *Parquet) writeRows(b *schema.Batch, from, to int) error {
	for i := range p.columns {
		if err := p.columns[i].write(&b.Columns[i], from, to); err != nil {
			return err
		}
	}
	p.group += to - from
	p.rows += int64(to - from)
	switch {
	case p.group == p.limits.groupRows:
		return p.endGroup()
	case p.group%p.limits.pageRows == 0:
		return p.endPages()
	}
	return nil
}

func (p *Parquet) endPages() error {
	for i := range p.columns {
		if err := p.columns[i].endPage(); err != nil {
			return err
		}
	}
	return nil
}

// endGroup writes the row group out. The library does not mind columns of
// different lengths, so they are compared here.
func (p *Parquet) endGroup() error {
	for i := range p.columns {
		c := &p.columns[i]
		if c.rows != p.group {
			return fmt.Errorf("column %s: %d values for %d rows", schema.Columns[i].Name, c.rows, p.group)
		}
		c.rows, c.fresh = 0, 0
	}
	p.group = 0
	return p.file.Flush()
}

// Close completes the file. It fails after a failed Write and when called
// again.
func (p *Parquet) Close() error {
	if p.err != nil {
		return p.err
	}
	p.err = p.complete()
	err := p.err
	p.release()
	return err
}

// Abort releases what the writer holds; the file stays incomplete unless Close
// has completed it.
func (p *Parquet) Abort() { p.release() }

func (p *Parquet) release() {
	p.file, p.columns, p.sink = nil, nil, nil
	if p.err == nil {
		p.err = errParquetClosed
	}
}

func (p *Parquet) complete() error {
	if err := p.endGroup(); err != nil {
		return err
	}
	p.sink.holds = true
	if err := p.file.Close(); err != nil {
		return err
	}
	p.sink.holds = false
	meta := p.file.File().Metadata()
	indexes, err := readPageIndexes(meta, p.sink.held.Bytes(), p.sink.written)
	if err != nil {
		return err
	}
	if meta.NumRows != p.rows {
		return fmt.Errorf("%d rows of %d reached the Parquet file", meta.NumRows, p.rows)
	}
	trimBounds(meta, indexes)
	if err := writeParquetEnd(p.sink, meta, indexes); err != nil {
		return err
	}
	return p.sink.out.Flush()
}
