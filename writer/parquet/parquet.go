// Package parquet writes Parquet files with the columns of package schema, flat or
// with lists of structs.
package parquet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// limits bound the parts of a file.
type limits struct {
	groupRows       int // rows of a row group
	pageRows        int // rows of a page
	pageBytes       int // memory of a page before it is encoded
	dictionaryBytes int // values of a dictionary
}

// DuckDB's own row groups are of that size, and pages are a sixth of them. Big
// pages make long JSON texts compress better; the rows bound the memory of all
// other columns.
var defaultLimits = limits{
	groupRows:       122_880,
	pageRows:        20_480,
	pageBytes:       1 << 20,
	dictionaryBytes: 1 << 20,
}

var errClosed = errors.New("the Parquet writer is closed")

// A Writer writes one Parquet file with a column for each of schema.Columns. Row groups
// end at fixed row numbers, and the same batches always give the same bytes.
// Its memory is one compressed row group and one page per column. It is used by one
// goroutine at a time.
//
// Schema, encodings, codecs, filters and the structures of headers and footer are the
// library's. Only pages are assembled into column chunks here: batches bring
// dictionary codes, and the library's writers would hash every value again. That
// makes writing about four times as fast (BenchmarkParquet, BenchmarkParquetTwin).
type Writer struct {
	limits  limits
	codec   string
	paths   [][]string
	sink    *sink
	workers *workerPool
	columns []*columnChunk  // of the current row group, nil before its first row
	pending int             // rows of the current row group
	rows    int64           // of the row groups written
	groups  []groupMetadata // of the row groups written
	footer  *format.FileMetaData
	err     error // after it nothing more is written
}

// Options are the options of Parquet files.
type Options struct {
	// Compression is one of Compressions, "" for the first.
	Compression string
	// Nested has the columns of NestedMembers as lists of structs.
	Nested bool
	// ToolVersion and CodesTableDate, YYYY-MM-DD, are noted in the footer.
	ToolVersion, CodesTableDate string
}

// NewWriter returns a writer of one Parquet file to w, which it neither closes
// nor syncs. A file that was not closed without an error is no Parquet file.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	return newWriter(w, o, defaultLimits)
}

func newWriter(w io.Writer, o Options, l limits) (*Writer, error) {
	footer, err := emptyFooter(o)
	if err != nil {
		return nil, err
	}
	return startWriter(w, footer, o, l, newWorkerPool(o))
}

// startWriter begins a file that ends with a copy of footer. Files written by one
// goroutine may share workers.
func startWriter(w io.Writer, footer *format.FileMetaData, o Options, l limits, workers *workerPool) (*Writer, error) {
	p := &Writer{limits: l, codec: o.Compression, workers: workers, footer: footer, paths: schemaOf(o).Columns()}
	p.sink = &sink{out: bufio.NewWriterSize(w, 16<<10)}
	_, err := io.WriteString(p.sink, magic)
	return p, err
}

// emptyFooter returns the footer that the library gives a file without rows.
func emptyFooter(o Options) (*format.FileMetaData, error) {
	var file bytes.Buffer
	w := parquet.NewGenericWriter[any](&file, libraryOptions(o)...)
	if err := w.Close(); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		return nil, err
	}
	return f.Metadata(), nil
}

// Rows returns the number of rows written so far.
func (p *Writer) Rows() int64 { return p.rows + int64(p.pending) }

// Write writes the records of a batch. It fails on a text that is not valid
// UTF-8 and on a number that its column cannot hold, naming the column; after
// an error the file cannot be completed.
func (p *Writer) Write(b *schema.Batch) error {
	if p.err == nil {
		p.err = p.workers.prepare(b)
	}
	return p.WriteRange(b, 0, b.Len)
}

// WriteRange writes the records from..to of a batch for which the workers are
// prepared.
func (p *Writer) WriteRange(b *schema.Batch, from, to int) error {
	for p.err == nil && from < to {
		page := p.limits.pageRows - p.pending%p.limits.pageRows
		end := min(to, from+page, from+p.limits.groupRows-p.pending)
		p.err = p.writeRows(b, from, end)
		from = end
	}
	return p.err
}

func (p *Writer) writeRows(b *schema.Batch, from, to int) error {
	if p.columns == nil {
		p.beginGroup()
	}
	p.pending += to - from
	err := p.workers.each(p.columns, func(c *columnChunk) error {
		if err := c.writeRows(p.workers.vector(b, c.id), from, to); err != nil || p.pending%p.limits.pageRows != 0 {
			return err
		}
		return c.endPage()
	})
	if err != nil {
		return err
	}
	if p.pending == p.limits.groupRows {
		return p.endGroup()
	}
	return nil
}

func (p *Writer) beginGroup() {
	for id := range schema.NumColumns {
		if n := p.workers.nested; n != nil && n.columns[id] != nil {
			p.columns = append(p.columns, n.columns[id].newChunks(id, p.codec, p.limits)...)
			continue
		}
		p.columns = append(p.columns, newColumnChunk(id, p.codec, p.limits))
	}
}

// endGroup writes the current row group and releases its memory.
func (p *Writer) endGroup() error {
	if p.pending == 0 {
		return nil
	}
	if err := p.workers.each(p.columns, (*columnChunk).finish); err != nil {
		return err
	}
	group := format.RowGroup{NumRows: int64(p.pending), FileOffset: p.sink.written, Ordinal: int16(len(p.groups))}
	for i, c := range p.columns {
		// A missing value would shift all rows after it.
		if c.encoded.rows != int64(p.pending) {
			return fmt.Errorf("column %s: %d rows of %d", schema.Columns[c.id].Name, c.encoded.rows, p.pending)
		}
		chunk, err := c.encoded.writeTo(p.sink, c.kind, c.codec, p.paths[i])
		if err != nil {
			return err
		}
		group.Columns = append(group.Columns, chunk)
		group.TotalByteSize += chunk.MetaData.TotalUncompressedSize
		group.TotalCompressedSize += chunk.MetaData.TotalCompressedSize
	}
	for i, c := range p.columns {
		if err := writeFilter(p.sink, c, &group.Columns[i].MetaData); err != nil {
			return err
		}
	}
	metadata, err := encodeGroup(&group, p.columns)
	if err != nil {
		return err
	}
	p.groups = append(p.groups, metadata)
	p.rows += int64(p.pending)
	for _, c := range p.columns {
		c.release()
	}
	p.columns, p.pending = nil, 0
	return nil
}

// MemoryUse returns about how many bytes the current row group takes, how many of
// them its page buffers, and how many the metadata of the row groups before it.
func (p *Writer) MemoryUse() (group, pages, metadata int) {
	for _, c := range p.columns {
		chunk, page := c.memoryUse()
		group, pages = group+chunk, pages+page
	}
	for _, written := range p.groups {
		metadata += written.size
	}
	return group, pages, metadata
}

// Shrink makes the current row group take much less memory: it ends the pages or,
// where that is not enough, the row group.
func (p *Writer) Shrink() error {
	if group, pages, _ := p.MemoryUse(); pages < group/4 {
		return p.endGroup()
	}
	return p.workers.each(p.columns, (*columnChunk).endPage)
}

// Close completes the file. It fails after a failed Write and when called
// again.
func (p *Writer) Close() error {
	if p.err != nil {
		return p.err
	}
	err := p.complete()
	p.err = err
	p.Abort()
	return err
}

func (p *Writer) complete() error {
	if err := p.endGroup(); err != nil {
		return err
	}
	footer := *p.footer
	footer.NumRows = p.rows
	if err := writeEnd(p.sink, &footer, p.groups); err != nil {
		return err
	}
	return p.sink.out.Flush()
}

// Abort releases the writer's memory; the file stays incomplete unless Close
// has completed it.
func (p *Writer) Abort() {
	p.columns, p.groups, p.workers = nil, nil, nil
	if p.err == nil {
		p.err = errClosed
	}
}
