package parquet

import (
	"bufio"
	"encoding/binary"

	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

const magic = "PAR1"

// A sink counts the bytes written to out.
type sink struct {
	out     *bufio.Writer
	written int64
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.out.Write(b)
	s.written += int64(n)
	return n, err
}

// filteredColumns are the columns in which people look single values up.
var filteredColumns = map[schema.ColumnID]bool{
	schema.ID: true, schema.CorrelationID: true, schema.UserID: true, schema.IPAddress: true,
}

// filterBits is the size of a Bloom filter for each value: about one false answer
// in a hundred.
const filterBits = 10

func hashValue(value []byte) uint64 { return bloom.XXH64{}.Sum64(value) }

// writeFilter writes the Bloom filter of a chunk, if it has one, and enters
// where it is.
func writeFilter(s *sink, c *columnChunk, meta *format.ColumnMetaData) error {
	if !filteredColumns[c.id] || c.encoded.values == c.encoded.nulls {
		return nil
	}
	hashes := c.encoded.hashes
	for value := range c.dict.all {
		hashes = append(hashes, hashValue(value))
	}
	c.encoded.hashes = hashes
	filter := make(bloom.SplitBlockFilter, bloom.NumSplitBlocksOf(int64(len(hashes)), filterBits))
	filter.InsertBulk(hashes)
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

// groupMetadata describes a row group at the end of a file: its entry in the
// footer and the page indexes of its columns, all encoded: a file may have many row
// groups, and decoded they need ten times the memory.
type groupMetadata struct {
	entry                        []byte
	columnIndexes, offsetIndexes [][]byte // by column; empty where there is none
	size                         int      // bytes of all
}

func encodeGroup(group *format.RowGroup, columns []*columnChunk) (m groupMetadata, err error) {
	for _, c := range columns {
		var columnIndex []byte
		if c.encoded.columnIndex != nil {
			if columnIndex, err = encodeThrift(c.encoded.columnIndex); err != nil {
				return m, err
			}
		}
		offsetIndex, err := encodeThrift(&c.encoded.offsetIndex)
		if err != nil {
			return m, err
		}
		m.columnIndexes, m.offsetIndexes = append(m.columnIndexes, columnIndex), append(m.offsetIndexes, offsetIndex)
		m.size += len(columnIndex) + len(offsetIndex) + 48 // of two slices
	}
	m.entry, err = encodeThrift(group)
	m.size += len(m.entry)
	return m, err
}

// writeEnd writes what follows the row groups: page indexes and footer,
// which has the row groups and the offsets of the page indexes.
func writeEnd(s *sink, footer *format.FileMetaData, groups []groupMetadata) error {
	footer.RowGroups = make([]format.RowGroup, len(groups))
	for g, metadata := range groups {
		group := &footer.RowGroups[g]
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), metadata.entry, group); err != nil {
			return err
		}
		for i := range group.Columns {
			chunk := &group.Columns[i]
			if len(metadata.columnIndexes[i]) > 0 {
				chunk.ColumnIndexOffset, chunk.ColumnIndexLength = s.written, int32(len(metadata.columnIndexes[i]))
			}
			if _, err := s.Write(metadata.columnIndexes[i]); err != nil {
				return err
			}
		}
	}
	for g, metadata := range groups {
		for i, offsetIndex := range metadata.offsetIndexes {
			chunk := &footer.RowGroups[g].Columns[i]
			chunk.OffsetIndexOffset, chunk.OffsetIndexLength = s.written, int32(len(offsetIndex))
			if _, err := s.Write(offsetIndex); err != nil {
				return err
			}
		}
	}
	encoded, err := encodeThrift(footer)
	if err != nil {
		return err
	}
	tail := binary.LittleEndian.AppendUint32(encoded, uint32(len(encoded)))
	_, err = s.Write(append(tail, magic...))
	return err
}

func encodeThrift(v any) ([]byte, error) {
	return thrift.Marshal(new(thrift.CompactProtocol), v)
}
