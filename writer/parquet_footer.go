package writer

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

const parquetMagic = "PAR1"

// parquetBoundBytes is how much of a text its minima and maxima keep.
const parquetBoundBytes = 64

// A parquetSink counts what is written to out. While it holds, what is written
// gathers in held instead.
type parquetSink struct {
	out     *bufio.Writer
	written int64
	holds   bool
	held    bytes.Buffer
}

func (s *parquetSink) Write(b []byte) (int, error) {
	if s.holds {
		return s.held.Write(b)
	}
	n, err := s.out.Write(b)
	s.written += int64(n)
	return n, err
}

// A pageIndex says where the pages of a column chunk are and, unless bounds is
// nil, what lies between which values.
type pageIndex struct {
	bounds *format.ColumnIndex
	places format.OffsetIndex
}

// readPageIndexes takes the page indexes of all chunks from the end of a file,
// which begins at offset start of the file.
func readPageIndexes(meta *format.FileMetaData, end []byte, start int64) ([][]pageIndex, error) {
	indexes := make([][]pageIndex, len(meta.RowGroups))
	read := func(v any, offset int64, length int32) error {
		b := end[offset-start:][:length]
		return thrift.Unmarshal(new(thrift.CompactProtocol), b, v)
	}
	for g := range meta.RowGroups {
		indexes[g] = make([]pageIndex, len(meta.RowGroups[g].Columns))
		for i := range indexes[g] {
			chunk, index := &meta.RowGroups[g].Columns[i], &indexes[g][i]
			index.bounds = new(format.ColumnIndex)
			if err := read(index.bounds, chunk.ColumnIndexOffset, chunk.ColumnIndexLength); err != nil {
				return nil, err
			}
			if err := read(&index.places, chunk.OffsetIndexOffset, chunk.OffsetIndexLength); err != nil {
				return nil, err
			}
		}
	}
	return indexes, nil
}

// trimBounds makes the bounds of all chunks short and true. The library keeps
// the whole values in the statistics of a chunk, cuts those of pages inside a
// character, and gives bounds to pages that have none: "" to columns told to be
// without, zeros to pages of nulls.
func trimBounds(meta *format.FileMetaData, indexes [][]pageIndex) {
	for g := range indexes {
		for i := range indexes[g] {
			kind, index := schema.Columns[i].Kind, &indexes[g][i]
			switch {
			case !parquetBounded(kind):
				index.bounds = nil
			case kind == schema.Text:
				trimTextStatistics(&meta.RowGroups[g].Columns[i].MetaData.Statistics)
				if !trimTextPages(index.bounds) {
					index.bounds = nil
				}
			default:
				emptyNullPages(index.bounds)
			}
		}
	}
}

func emptyNullPages(index *format.ColumnIndex) {
	for page, null := range index.NullPages {
		if null {
			index.MinValues[page], index.MaxValues[page] = []byte{}, []byte{}
		}
	}
}

func trimTextStatistics(s *format.Statistics) {
	if s.MaxValue == nil {
		return
	}
	upper, ok := upperBound(s.MaxValue)
	if !ok {
		s.MinValue, s.MaxValue = nil, nil
		return
	}
	s.MinValue, s.MaxValue = lowerBound(s.MinValue), upper
}

// trimTextPages reports false if a page has no short upper bound.
func trimTextPages(index *format.ColumnIndex) bool {
	for page, null := range index.NullPages {
		if null {
			continue
		}
		upper, ok := upperBound(index.MaxValues[page])
		if !ok {
			return false
		}
		index.MinValues[page], index.MaxValues[page] = lowerBound(index.MinValues[page]), upper
	}
	return true
}

// lowerBound returns a text of at most parquetBoundBytes that is not above b,
// whose last character may be cut.
func lowerBound(b []byte) []byte {
	b = b[:min(len(b), parquetBoundBytes)]
	for len(b) > 0 {
		if r, size := utf8.DecodeLastRune(b); r != utf8.RuneError || size > 1 {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}

// upperBound returns a short text that is not below b, whose last character
// may be cut; false if there is none.
func upperBound(b []byte) ([]byte, bool) {
	if len(b) <= parquetBoundBytes && utf8.Valid(b) {
		return b, true
	}
	b = lowerBound(b)
	for len(b) > 0 {
		r, size := utf8.DecodeLastRune(b)
		b = b[:len(b)-size]
		switch r {
		case utf8.MaxRune:
			continue
		case 0xD7FF: // before the surrogates, which UTF-8 does not have
			r = 0xDFFF
		}
		return utf8.AppendRune(slices.Clip(b), r+1), true
	}
	return nil, false
}

// writeParquetEnd writes what follows the row groups: page indexes and footer,
// the places of the page indexes entered in meta.
func writeParquetEnd(s *parquetSink, meta *format.FileMetaData, indexes [][]pageIndex) error {
	if s.written == 0 {
		if _, err := io.WriteString(s, parquetMagic); err != nil {
			return err
		}
	}
	for g := range indexes {
		for i := range indexes[g] {
			chunk := &meta.RowGroups[g].Columns[i]
			if err := writePageBounds(s, chunk, indexes[g][i].bounds); err != nil {
				return err
			}
		}
	}
	for g := range indexes {
		for i := range indexes[g] {
			chunk, places := &meta.RowGroups[g].Columns[i], &indexes[g][i].places
			chunk.OffsetIndexOffset = s.written
			n, err := writeThrift(s, places)
			if err != nil {
				return err
			}
			chunk.OffsetIndexLength = n
		}
	}
	n, err := writeThrift(s, meta)
	if err != nil {
		return err
	}
	_, err = s.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(n)), parquetMagic...))
	return err
}

func writePageBounds(s *parquetSink, chunk *format.ColumnChunk, bounds *format.ColumnIndex) (err error) {
	chunk.ColumnIndexOffset, chunk.ColumnIndexLength = 0, 0
	if bounds == nil {
		return nil
	}
	chunk.ColumnIndexOffset = s.written
	chunk.ColumnIndexLength, err = writeThrift(s, bounds)
	return err
}

func writeThrift(w io.Writer, v any) (int32, error) {
	b, err := thrift.Marshal(new(thrift.CompactProtocol), v)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(b)
	return int32(n), err
}
