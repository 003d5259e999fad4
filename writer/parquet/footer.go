package parquet

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/bits"

	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

const magic = "PAR1"

// A sink is a file that grows. It has a buffer between begin and end alone, so that the
// files of a series share one.
type sink struct {
	file    io.Writer
	out     *bufio.Writer
	written int64
}

// begin begins to write, to a new file the magic number.
func (s *sink) begin() {
	s.out.Reset(s.file)
	if s.written == 0 {
		s.write([]byte(magic))
	}
}

// end writes what is in the buffer, and returns the error of all writes since begin.
func (s *sink) end() error { return s.out.Flush() }

func (s *sink) write(b []byte) {
	s.out.Write(b)
	s.written += int64(len(b))
}

// filteredColumns are the columns in which people look single values up.
var filteredColumns = map[schema.ColumnID]bool{
	schema.ID: true, schema.CorrelationID: true, schema.UserID: true, schema.UserPrincipalName: true, schema.IPAddress: true,
	schema.SessionID: true, schema.UniqueTokenIdentifier: true, schema.DeviceID: true,
}

// filterBits is the size of a Bloom filter for each distinct value: about one false
// answer in a hundred.
const filterBits = 10

func hashValue(value []byte) uint64 { return bloom.XXH64{}.Sum64(value) }

// writeFilter writes the Bloom filter of a chunk, if it has one, and enters
// where it is.
func (c *columnChunk) writeFilter(s *sink, meta *format.ColumnMetaData) {
	if !filteredColumns[c.id] || c.encoded.values == c.encoded.nulls {
		return
	}
	hashes := c.encoded.hashes
	for value := range c.dict.all {
		hashes = append(hashes, hashValue(value))
	}
	c.encoded.hashes = hashes
	filter := make(bloom.SplitBlockFilter, bloom.NumSplitBlocksOf(int64(countDistinct(hashes)), filterBits))
	filter.InsertBulk(hashes)
	meta.BloomFilterOffset = s.written
	s.write(encodeThrift(&format.BloomFilterHeader{
		NumBytes:    int32(len(filter.Bytes())),
		Algorithm:   format.BloomFilterAlgorithm{Value: new(format.SplitBlockAlgorithm)},
		Hash:        format.BloomFilterHash{Value: new(format.XxHash)},
		Compression: format.BloomFilterCompression{Value: new(format.BloomFilterUncompressed)},
	}))
	s.write(filter.Bytes())
	meta.BloomFilterLength = int32(s.written - meta.BloomFilterOffset)
}

// groupMetadata describes a row group at the end of a file: its entry in the
// footer and the page indexes of its columns, all encoded: a file may have many row
// groups, and decoded they need ten times the memory.
type groupMetadata struct {
	Entry                        []byte
	ColumnIndexes, OffsetIndexes [][]byte // by column; empty where there is none
	Size                         int      // bytes of all
}

func encodeGroup(group *format.RowGroup, columns []*columnChunk) groupMetadata {
	m := groupMetadata{Entry: encodeThrift(group)}
	m.Size = len(m.Entry)
	for _, c := range columns {
		var columnIndex []byte
		if c.encoded.columnIndex != nil {
			columnIndex = encodeThrift(c.encoded.columnIndex)
		}
		offsetIndex := encodeThrift(&c.encoded.offsetIndex)
		m.ColumnIndexes, m.OffsetIndexes = append(m.ColumnIndexes, columnIndex), append(m.OffsetIndexes, offsetIndex)
		m.Size += len(columnIndex) + len(offsetIndex) + 48 // of two slices
	}
	return m
}

// writeEnd writes what follows the row groups: page indexes and footer,
// which has the row groups and the offsets of the page indexes.
func writeEnd(s *sink, footer *format.FileMetaData, groups []groupMetadata) error {
	s.begin()
	footer.RowGroups = make([]format.RowGroup, len(groups))
	for g, metadata := range groups {
		group := &footer.RowGroups[g]
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), metadata.Entry, group); err != nil {
			return err
		}
		for i, columnIndex := range metadata.ColumnIndexes {
			if chunk := &group.Columns[i]; len(columnIndex) > 0 {
				chunk.ColumnIndexOffset, chunk.ColumnIndexLength = s.written, int32(len(columnIndex))
				s.write(columnIndex)
			}
		}
	}
	for g, metadata := range groups {
		for i, offsetIndex := range metadata.OffsetIndexes {
			chunk := &footer.RowGroups[g].Columns[i]
			chunk.OffsetIndexOffset, chunk.OffsetIndexLength = s.written, int32(len(offsetIndex))
			s.write(offsetIndex)
		}
	}
	encoded := encodeThrift(footer)
	s.write(binary.LittleEndian.AppendUint32(encoded, uint32(len(encoded))))
	s.write([]byte(magic))
	return s.end()
}

func encodeThrift(v any) []byte {
	return must(thrift.Marshal(new(thrift.CompactProtocol), v))
}

// countDistinct counts the distinct hashes. Those of the pages without a dictionary
// repeat: a session that is in every page is hashed for each.
func countDistinct(hashes []uint64) (n int) {
	shift := 63 - bits.Len(uint(len(hashes))) // at most half of the table is used
	table := make([]uint64, 1<<(64-shift))
	for _, hash := range hashes {
		hash |= 1 // not that of a free place
		i := hash >> shift
		for table[i] != 0 && table[i] != hash {
			i = (i + 1) & uint64(len(table)-1)
		}
		if table[i] == 0 {
			table[i] = hash
			n++
		}
	}
	return n
}
