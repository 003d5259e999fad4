package parquet

import (
	"slices"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// An encodedChunk holds the pages of a column chunk and what the footer says of
// them.
type encodedChunk struct {
	pages         []byte // data pages
	dictionary    []byte // its page, once the chunk is finished
	hasDictionary bool
	columnIndex   *format.ColumnIndex // bounds of the pages; nil where none are kept
	offsetIndex   format.OffsetIndex  // from the first data page on
	encodings     []format.PageEncodingStats
	bounds        bounds
	rows          int64
	values        int64 // null ones included
	nulls         int64
	uncompressed  int64    // bytes of the pages, with headers
	hashes        []uint64 // of values outside the dictionary, for the Bloom filter
}

// addPage enters the page that was encoded from p and begins at start of pages.
func (e *encodedChunk) addPage(kind schema.Kind, p *pageBuffer, encoding format.Encoding, start int) {
	e.offsetIndex.PageLocations = append(e.offsetIndex.PageLocations, format.PageLocation{
		Offset: int64(start), CompressedPageSize: int32(len(e.pages) - start), FirstRowIndex: e.rows,
	})
	e.addBounds(kind, p)
	e.countPage(format.DataPage, encoding)
	e.hasDictionary = e.hasDictionary || encoding == format.RLEDictionary
	e.rows += int64(p.rows)
	e.values += int64(len(p.defs))
	e.nulls += p.nulls
}

// addBounds enters the bounds of a page, or drops the column index, which has all
// of them or none.
func (e *encodedChunk) addBounds(kind schema.Kind, p *pageBuffer) {
	e.bounds.merge(&p.bounds)
	if e.columnIndex == nil {
		return
	}
	var lower, upper []byte
	if p.bounds.set {
		var ok bool
		if lower, upper, ok = p.bounds.encode(kind); !ok {
			e.columnIndex = nil
			return
		}
	}
	e.columnIndex.NullPages = append(e.columnIndex.NullPages, !p.bounds.set)
	e.columnIndex.MinValues = append(e.columnIndex.MinValues, lower)
	e.columnIndex.MaxValues = append(e.columnIndex.MaxValues, upper)
	e.columnIndex.NullCounts = append(e.columnIndex.NullCounts, p.nulls)
}

func (e *encodedChunk) countPage(page format.PageType, encoding format.Encoding) {
	for i := range e.encodings {
		if s := &e.encodings[i]; s.PageType == page && s.Encoding == encoding {
			s.Count++
			return
		}
	}
	e.encodings = append(e.encodings, format.PageEncodingStats{PageType: page, Encoding: encoding, Count: 1})
}

// writeTo writes the pages, the dictionary's first, and returns the footer's entry
// for them.
func (e *encodedChunk) writeTo(s *sink, kind schema.Kind, codec compress.Codec, path []string) (format.ColumnChunk, error) {
	start := s.written
	meta := format.ColumnMetaData{
		Type: *leafNode(kind).Type().PhysicalType(), Encoding: []format.Encoding{format.RLE}, PathInSchema: path,
		Codec: codec.CompressionCodec(), NumValues: e.values, EncodingStats: e.encodings,
	}
	if e.hasDictionary {
		if _, err := s.Write(e.dictionary); err != nil {
			return format.ColumnChunk{}, err
		}
		meta.DictionaryPageOffset = start
	}
	meta.DataPageOffset = s.written
	if _, err := s.Write(e.pages); err != nil {
		return format.ColumnChunk{}, err
	}
	for i := range e.offsetIndex.PageLocations {
		e.offsetIndex.PageLocations[i].Offset += meta.DataPageOffset
	}
	for _, pages := range e.encodings {
		if !slices.Contains(meta.Encoding, pages.Encoding) {
			meta.Encoding = append(meta.Encoding, pages.Encoding)
		}
	}
	meta.TotalCompressedSize, meta.TotalUncompressedSize = s.written-start, e.uncompressed
	meta.Statistics.NullCount = e.nulls
	if e.columnIndex != nil && e.bounds.set {
		if lower, upper, ok := e.bounds.encode(kind); ok {
			meta.Statistics.MinValue, meta.Statistics.MaxValue = lower, upper
		}
	}
	return format.ColumnChunk{FileOffset: start, MetaData: meta}, nil
}
