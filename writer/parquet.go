package writer

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
//
// The library defines the format: schema, encodings, codec, filters and the
// structures of headers and footer are its own. Only the assembly of pages
// into column chunks is done here, because batches bring ready dictionary
// codes, which the library's writers take apart and hash again row by row.
type Parquet struct {
	limits  parquetLimits
	sink    *parquetSink
	columns []*columnChunk
	paths   [][]string
	meta    *format.FileMetaData
	indexes [][]pageIndex // by row group and column
	group   int           // rows of the row group so far
	err     error         // after it nothing more is written
}

// NewParquet returns a writer of one Parquet file to w, which it neither closes
// nor syncs. A file that was not closed without an error is no Parquet file.
func NewParquet(w io.Writer, o Options) (Writer, error) {
	return newParquet(w, o, parquetDefaults)
}

func newParquet(w io.Writer, o Options, l parquetLimits) (*Parquet, error) {
	meta, err := emptyMetadata(o)
	if err != nil {
		return nil, err
	}
	p := &Parquet{
		limits: l, meta: meta, paths: ParquetSchema().Columns(),
		sink: &parquetSink{out: bufio.NewWriterSize(w, 256<<10)},
	}
	memory := new(pageMemory)
	for id := range schema.Columns {
		kind := schema.Columns[id].Kind
		c := &columnChunk{id: schema.ColumnID(id), kind: kind, codec: parquetCodec(o.Compression, kind), limits: l, memory: memory}
		c.reset()
		p.columns = append(p.columns, c)
	}
	_, err = io.WriteString(p.sink, parquetMagic)
	return p, err
}

// emptyMetadata returns the footer that the library gives a file without rows.
func emptyMetadata(o Options) (*format.FileMetaData, error) {
	var file bytes.Buffer
	w := parquet.NewGenericWriter[any](&file, parquetOptions(o)...)
	if err := w.Close(); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		return nil, err
	}
	return f.Metadata(), nil
}

// Rows returns the number of rows taken.
func (p *Parquet) Rows() int64 { return p.meta.NumRows + int64(p.group) }

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
	p.group += to - from
	for i, c := range p.columns {
		if err := c.write(&b.Columns[i], from, to); err != nil {
			return err
		}
		if p.group%p.limits.pageRows != 0 {
			continue
		}
		if err := c.endPage(); err != nil {
			return err
		}
	}
	if p.group == p.limits.groupRows {
		return p.endGroup()
	}
	return nil
}

// endGroup writes the row group out.
func (p *Parquet) endGroup() error {
	if p.group == 0 {
		return nil
	}
	group := format.RowGroup{NumRows: int64(p.group), FileOffset: p.sink.written, Ordinal: int16(len(p.meta.RowGroups))}
	indexes := make([]pageIndex, len(p.columns))
	for i, c := range p.columns {
		if err := c.endPage(); err != nil {
			return err
		}
		// A column that came short would shift all rows after it.
		if c.firstRow != int64(p.group) {
			return fmt.Errorf("column %s: %d rows of %d", schema.Columns[i].Name, c.firstRow, p.group)
		}
		chunk, err := c.writeTo(p.sink, p.paths[i])
		if err != nil {
			return err
		}
		group.Columns = append(group.Columns, chunk)
		group.TotalByteSize += chunk.MetaData.TotalUncompressedSize
		group.TotalCompressedSize += chunk.MetaData.TotalCompressedSize
		indexes[i] = c.index
	}
	for i, c := range p.columns {
		if err := writeFilter(p.sink, c, &group.Columns[i].MetaData); err != nil {
			return err
		}
		c.reset()
	}
	p.meta.RowGroups = append(p.meta.RowGroups, group)
	p.meta.NumRows += int64(p.group)
	p.indexes = append(p.indexes, indexes)
	p.group = 0
	return nil
}

// Close completes the file. It fails after a failed Write and when called
// again.
func (p *Parquet) Close() error {
	if p.err != nil {
		return p.err
	}
	err := p.complete()
	p.err = err
	p.Abort()
	return err
}

func (p *Parquet) complete() error {
	if err := p.endGroup(); err != nil {
		return err
	}
	if err := writeParquetEnd(p.sink, p.meta, p.indexes); err != nil {
		return err
	}
	return p.sink.out.Flush()
}

// Abort releases what the writer holds; the file stays incomplete unless Close
// has completed it.
func (p *Parquet) Abort() {
	p.columns, p.indexes = nil, nil
	if p.err == nil {
		p.err = errParquetClosed
	}
}
