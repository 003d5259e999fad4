package parquet

import (
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// An encodedChunk holds the pages of a column chunk and their
// entries in the footer.
type encodedChunk struct {
	pages         []byte // data pages
	dictionary    []byte // its page, once the chunk is finished
	hasDictionary bool
	long          bool                // a page has a long value
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
	i := slices.IndexFunc(e.encodings, func(s format.PageEncodingStats) bool { return s.PageType == page && s.Encoding == encoding })
	if i < 0 {
		i = len(e.encodings)
		e.encodings = append(e.encodings, format.PageEncodingStats{PageType: page, Encoding: encoding})
	}
	e.encodings[i].Count++
}

// writeTo writes the pages, the dictionary's first, and returns the footer's entry
// for them.
func (c *columnChunk) writeTo(s *sink) format.ColumnChunk {
	e, start := &c.encoded, s.written
	meta := format.ColumnMetaData{
		Type: *c.Node.Type().PhysicalType(), Encoding: []format.Encoding{format.RLE}, PathInSchema: c.Path,
		Codec: c.codec.CompressionCodec(), NumValues: e.values, EncodingStats: e.encodings,
		Statistics: format.Statistics{NullCount: e.nulls}, TotalUncompressedSize: e.uncompressed,
	}
	if e.hasDictionary {
		meta.DictionaryPageOffset = start
		s.write(e.dictionary)
	}
	meta.DataPageOffset = s.written
	s.write(e.pages)
	meta.TotalCompressedSize = s.written - start
	for i := range e.offsetIndex.PageLocations {
		e.offsetIndex.PageLocations[i].Offset += meta.DataPageOffset
	}
	for _, pages := range e.encodings {
		if !slices.Contains(meta.Encoding, pages.Encoding) {
			meta.Encoding = append(meta.Encoding, pages.Encoding)
		}
	}
	if e.columnIndex != nil && e.bounds.set {
		meta.Statistics.MinValue, meta.Statistics.MaxValue, _ = e.bounds.encode(c.kind)
	}
	return format.ColumnChunk{FileOffset: start, MetaData: meta}
}
