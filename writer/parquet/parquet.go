// Package parquet writes Parquet files with the columns of package schema, flat or
// with lists of structs.
package parquet

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// limits bound the parts of a file.
type limits struct {
	groupRows       int // rows of a row group
	pageRows        int // rows of a page
	pageBytes       int // memory of a page before it is encoded
	dictionaryBytes int // values of a dictionary
	groupBytes      int // memory of a row group, 0 for any; it ends above
}

// DuckDB's own row groups are of that size, and pages are a sixth of them. Big
// pages make long JSON texts compress better; the rows bound the memory of all
// other columns. Records of tens of kilobytes reach the bytes of a group first.
var defaultLimits = limits{
	groupRows:       122_880,
	pageRows:        20_480,
	pageBytes:       1 << 20,
	dictionaryBytes: 1 << 20,
	groupBytes:      96 << 20,
}

var errClosed = errors.New("the Parquet writer is closed")

// A Writer writes one Parquet file with a column for each of schema.Columns. Row groups
// end at fixed row numbers, or where records are long, and the same batches always give
// the same bytes.
// Its memory is one compressed row group and one page per column. It is used by one
// goroutine at a time.
//
// Schema, encodings, codecs, filters and the structures of headers and footer are the
// library's. Only pages are assembled into column chunks here: batches bring
// dictionary codes, and the library's writers would hash every value again. That
// makes writing about four times as fast (BenchmarkWriter, BenchmarkTwin).
type Writer struct {
	series  *Series
	sink    *sink
	columns []*columnChunk  // of the current row group, nil before its first row
	pending int             // rows of the current row group
	rows    int64           // of the row groups written
	groups  []groupMetadata // of the row groups written
	taken   int             // row groups whose metadata TakeMetadata has returned
	err     error           // after it nothing more is written
	alone   bool            // no other file has rows of what the series has prepared
}

// Options are the options of Parquet files.
type Options struct {
	// Compression is one of Compressions, "" for the first.
	Compression string
	// Nested has the columns of NestedMembers as lists of structs.
	Nested bool
	// Sort are the columns, as of ParseSort, by which the rows that are written are sorted,
	// ascending and nulls last. The Writer does not sort: row groups say that they are.
	Sort []schema.ColumnID
	// ToolVersion and CodesTableDate, YYYY-MM-DD, are noted in the footer.
	ToolVersion, CodesTableDate string
}

// NewWriter returns a writer of one Parquet file to w, which it neither closes
// nor syncs. A file that was not closed without an error is no Parquet file.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	s, err := NewSeries(o)
	if err != nil {
		return nil, err
	}
	return s.Create(w), nil
}

// Rows returns the number of rows written so far.
func (p *Writer) Rows() int64 { return p.rows + int64(p.pending) }

// Write writes the records of a batch. It fails on a text that is not valid
// UTF-8 and on a number that its column cannot hold, naming the column; after
// an error the file cannot be completed.
func (p *Writer) Write(b *schema.Batch) error {
	if p.err == nil {
		p.err = p.series.Prepare(b)
		defer p.series.nested.dropLong(b)
	}
	p.alone = true
	return p.WriteRange(b, 0, b.Len)
}

// WriteRange writes the records from..to of a batch that Series.Prepare has prepared.
func (p *Writer) WriteRange(b *schema.Batch, from, to int) error {
	for p.err == nil && from < to {
		l := &p.series.limits
		end := min(to, from+l.pageRows-p.pending%l.pageRows, from+l.groupRows-p.pending)
		p.err = p.writeRows(b, from, end)
		from = end
	}
	return p.err
}

func (p *Writer) writeRows(b *schema.Batch, from, to int) error {
	if p.columns == nil {
		for i := range p.series.leaves {
			p.columns = append(p.columns, newColumnChunk(p.series, &p.series.leaves[i]))
		}
	}
	p.pending += to - from
	errs := make([]error, len(p.columns))
	p.series.each(p.columns, func(i int, c *columnChunk) {
		v := p.series.nested.vector(b, c.id)
		if v.Dict.Size() > longPage { // one after the other, as each is in memory three times
			p.series.long.Lock()
			defer p.series.long.Unlock()
			runtime.GC() // what the one before needed, which would be used beside it: 100 MiB of records of 55 MB
		}
		errs[i] = c.writeRows(v, from, to)
		if p.alone && to == b.Len && v == &p.series.nested.withRests && v.Dict.Size() > longPage {
			*v = schema.Vector{} // before raw_record, as long, is encoded
		}
		if p.pending%p.series.limits.pageRows == 0 {
			c.endPage()
		}
	})
	err := cmp.Or(errs...)
	if err == nil && (p.pending == p.series.limits.groupRows || p.isLarge()) {
		err = p.endGroup()
	}
	return err
}

// isLarge reports whether the current row group takes too much memory.
func (p *Writer) isLarge() bool {
	limit := p.series.limits.groupBytes
	if limit == 0 || slices.ContainsFunc(p.columns, (*columnChunk).hasLong) {
		return limit > 0
	}
	group, _, _ := p.MemoryUse()
	return group > limit
}

// endGroup writes the current row group and releases its memory.
func (p *Writer) endGroup() error {
	if p.pending == 0 {
		return nil
	}
	p.series.each(p.columns, func(_ int, c *columnChunk) { c.finish() })
	group := format.RowGroup{NumRows: int64(p.pending), FileOffset: p.sink.written, Ordinal: int16(p.taken + len(p.groups)), SortingColumns: p.series.sortingColumns()}
	p.sink.begin()
	for _, c := range p.columns {
		// A missing value would shift all rows after it.
		if c.encoded.rows != int64(p.pending) {
			return fmt.Errorf("column %s: %d rows of %d", schema.Columns[c.id].Name, c.encoded.rows, p.pending)
		}
		chunk := c.writeTo(p.sink)
		group.Columns = append(group.Columns, chunk)
		group.TotalByteSize += chunk.MetaData.TotalUncompressedSize
		group.TotalCompressedSize += chunk.MetaData.TotalCompressedSize
	}
	for i, c := range p.columns {
		c.writeFilter(p.sink, &group.Columns[i].MetaData)
	}
	p.groups = append(p.groups, encodeGroup(&group, p.columns))
	p.rows += int64(p.pending)
	for _, c := range p.columns {
		c.release()
	}
	p.columns, p.pending = nil, 0
	return p.sink.end()
}

// MemoryUse returns about how many bytes the current row group takes, how many of
// them its page buffers, and how many the metadata of the row groups before it.
func (p *Writer) MemoryUse() (group, pages, metadata int) {
	for _, c := range p.columns {
		chunk, page := c.memoryUse()
		group, pages = group+chunk, pages+page
	}
	for _, written := range p.groups {
		metadata += written.Size
	}
	return group, pages, metadata
}

// TakeMetadata returns the metadata of the row groups written since the last call, nil
// if there are none, and releases its memory. The caller keeps it until Close.
func (p *Writer) TakeMetadata() ([]byte, error) {
	if len(p.groups) == 0 {
		return nil, nil
	}
	var taken bytes.Buffer
	err := gob.NewEncoder(&taken).Encode(p.groups)
	p.taken, p.groups = p.taken+len(p.groups), nil
	return taken.Bytes(), err
}

// RestoreMetadata gives the results of all calls of TakeMetadata back, in their order,
// before Close.
func (p *Writer) RestoreMetadata(taken [][]byte) error {
	var all []groupMetadata
	for _, encoded := range taken {
		var groups []groupMetadata
		if err := gob.NewDecoder(bytes.NewReader(encoded)).Decode(&groups); err != nil {
			return err
		}
		all = append(all, groups...)
	}
	p.taken, p.groups = p.taken-len(all), append(all, p.groups...)
	return nil
}

// Shrink makes the current row group take much less memory: it ends the pages or,
// where that is not enough, the row group.
func (p *Writer) Shrink() error {
	if group, pages, _ := p.MemoryUse(); pages < group/4 {
		return p.endGroup()
	}
	p.series.each(p.columns, func(_ int, c *columnChunk) { c.endPage() })
	return nil
}

// Close completes the file. It fails after a failed Write, without metadata that was
// taken, and when called again.
func (p *Writer) Close() error {
	if p.err != nil {
		return p.err
	}
	err := p.endGroup()
	if err == nil && p.taken > 0 {
		err = fmt.Errorf("the metadata of %d row groups is missing", p.taken)
	}
	if err == nil {
		footer := *p.series.footer
		footer.NumRows = p.rows
		err = writeEnd(p.sink, &footer, p.groups)
	}
	p.err = err
	p.Abort()
	return err
}

// Abort releases the writer's memory; the file stays incomplete unless Close
// has completed it.
func (p *Writer) Abort() {
	p.columns, p.groups, p.series = nil, nil, nil
	if p.err == nil {
		p.err = errClosed
	}
}
