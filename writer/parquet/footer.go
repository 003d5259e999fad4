package parquet

import (
	"bufio"
	"encoding/binary"
	"slices"

	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

const parquetMagic = "PAR1"

// A parquetSink counts what is written to out.
type parquetSink struct {
	out     *bufio.Writer
	written int64
}

func (s *parquetSink) Write(b []byte) (int, error) {
	n, err := s.out.Write(b)
	s.written += int64(n)
	return n, err
}

// writeTo writes the pages of the chunk, its dictionary first, and describes
// them.
func (c *columnChunk) writeTo(s *parquetSink, path []string) (format.ColumnChunk, error) {
	start, first := s.written, int64(0)
	meta := format.ColumnMetaData{
		Type: *parquetLeaf(c.kind).Type().PhysicalType(), Encoding: []format.Encoding{format.RLE}, PathInSchema: path,
		Codec: c.codec.CompressionCodec(), NumValues: c.entries,
	}
	if c.codedRuns > 0 {
		if _, err := s.Write(c.dictionary); err != nil {
			return format.ColumnChunk{}, err
		}
		first = int64(len(c.dictionary))
		meta.DictionaryPageOffset = start
	}
	if _, err := s.Write(c.pages); err != nil {
		return format.ColumnChunk{}, err
	}
	for i := range c.index.places.PageLocations {
		c.index.places.PageLocations[i].Offset += start + first
	}
	meta.DataPageOffset = start + first
	meta.TotalCompressedSize, meta.TotalUncompressedSize = s.written-start, c.rawSize
	c.describe(&meta)
	return format.ColumnChunk{FileOffset: start, MetaData: meta}, nil
}

// describe enters encodings and statistics.
func (c *columnChunk) describe(meta *format.ColumnMetaData) {
	for _, pages := range []format.PageEncodingStats{
		{PageType: format.DictionaryPage, Encoding: format.Plain, Count: min(1, c.codedRuns)},
		{PageType: format.DataPage, Encoding: format.RLEDictionary, Count: c.codedRuns},
		{PageType: format.DataPage, Encoding: format.Plain, Count: c.plainRuns},
	} {
		if pages.Count == 0 {
			continue
		}
		meta.EncodingStats = append(meta.EncodingStats, pages)
		if !slices.Contains(meta.Encoding, pages.Encoding) {
			meta.Encoding = append(meta.Encoding, pages.Encoding)
		}
	}
	meta.Statistics.NullCount = c.allNulls
	if c.index.bounds == nil || !c.total.set {
		return
	}
	if lower, upper, ok := c.total.encode(c.kind); ok {
		meta.Statistics.MinValue, meta.Statistics.MaxValue = lower, upper
	}
}

// parquetFiltered are the columns in which people look single values up.
var parquetFiltered = map[schema.ColumnID]bool{
	schema.ID: true, schema.CorrelationID: true, schema.UserID: true, schema.IPAddress: true,
}

// filterBits is the size of a Bloom filter for each value of the dictionary and
// each one beside it: about one false answer in a hundred.
const filterBits = 10

func hashValue(value []byte) uint64 { return bloom.XXH64{}.Sum64(value) }

// writeFilter writes the Bloom filter of a chunk, if it has one, and enters
// where it is.
func writeFilter(s *parquetSink, c *columnChunk, meta *format.ColumnMetaData) error {
	if !parquetFiltered[c.id] || c.entries == c.allNulls {
		return nil
	}
	for i := range c.dict.Len() {
		c.hashes = append(c.hashes, hashValue(c.dict.Value(schema.First+schema.Code(i))))
	}
	filter := make(bloom.SplitBlockFilter, bloom.NumSplitBlocksOf(int64(len(c.hashes)), filterBits))
	filter.InsertBulk(c.hashes)
	meta.BloomFilterOffset = s.written
	header, err := encodeThrift(&format.BloomFilterHeader{
		NumBytes:    int32(len(filter.Bytes())),
		Algorithm:   format.BloomFilterAlgorithm{Value: new(format.SplitBlockAlgorithm)},
		Hash:        format.BloomFilterHash{Value: new(format.XxHash)},
		Compression: format.BloomFilterCompression{Value: new(format.BloomFilterUncompressed)},
	})
	if err != nil {
		return err
	}
	_, err = s.Write(append(header, filter.Bytes()...))
	meta.BloomFilterLength = int32(s.written - meta.BloomFilterOffset)
	return err
}

// A groupEnd is what the end of a file says about a row group: its entry in the
// footer and, by column, the page indexes, all encoded. A file may have many
// row groups, and decoded they would take ten times the memory.
type groupEnd struct {
	entry          []byte
	bounds, places [][]byte
	size           int // bytes of all
}

func packGroup(group *format.RowGroup, columns []*columnChunk) (end groupEnd, err error) {
	for _, c := range columns {
		var bounds []byte
		if c.index.bounds != nil {
			if bounds, err = encodeThrift(c.index.bounds); err != nil {
				return end, err
			}
		}
		places, err := encodeThrift(&c.index.places)
		if err != nil {
			return end, err
		}
		end.bounds, end.places = append(end.bounds, bounds), append(end.places, places)
		end.size += len(bounds) + len(places) + 48 // of two slices
	}
	end.entry, err = encodeThrift(group)
	end.size += len(end.entry)
	return end, err
}

// writeParquetEnd writes what follows the row groups: page indexes and footer,
// the row groups and the places of the page indexes entered.
func writeParquetEnd(s *parquetSink, footer *format.FileMetaData, ends []groupEnd) error {
	footer.RowGroups = make([]format.RowGroup, len(ends))
	for g, end := range ends {
		group := &footer.RowGroups[g]
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), end.entry, group); err != nil {
			return err
		}
		for i := range group.Columns {
			chunk := &group.Columns[i]
			if len(end.bounds[i]) > 0 {
				chunk.ColumnIndexOffset, chunk.ColumnIndexLength = s.written, int32(len(end.bounds[i]))
			}
			if _, err := s.Write(end.bounds[i]); err != nil {
				return err
			}
		}
	}
	for g, end := range ends {
		for i, places := range end.places {
			chunk := &footer.RowGroups[g].Columns[i]
			chunk.OffsetIndexOffset, chunk.OffsetIndexLength = s.written, int32(len(places))
			if _, err := s.Write(places); err != nil {
				return err
			}
		}
	}
	encoded, err := encodeThrift(footer)
	if err != nil {
		return err
	}
	tail := binary.LittleEndian.AppendUint32(encoded, uint32(len(encoded)))
	_, err = s.Write(append(tail, parquetMagic...))
	return err
}

func encodeThrift(v any) ([]byte, error) {
	return thrift.Marshal(new(thrift.CompactProtocol), v)
}
