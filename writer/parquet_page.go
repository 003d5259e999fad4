package writer

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// pageMemory is what columns use one after the other.
type pageMemory struct {
	body, packed, levels []byte

	epoch    uint64
	met      []met     // by code of the batch
	elements []element // of the lists met in this epoch

	fresh, numbers []schema.Code // values to be taken in, by their codes in the batch and in the dictionary
	hashes         []uint32
	place          []int32 // in the dictionary, by code of the batch, of those that the rows have
}

// noPlace is that of null, which the dictionary does not hold.
const noPlace = -1

// met is where a value of the batch stands: its number in the dictionary or,
// for a list, its range of elements. It counts in its own epoch alone; a page
// and a call of write begin new ones, so nothing has to be cleared.
type met struct {
	epoch    uint64
	from, to int32
}

// begin starts an epoch for a dictionary of n values.
func (m *pageMemory) begin(n int) []met {
	m.epoch++
	m.elements = m.elements[:0]
	if cap(m.met) < n {
		m.met = make([]met, n+n/2)
	}
	return m.met[:n]
}

// endPage encodes the page at work, if it has rows. Pages are of version 1,
// which every reader knows, without statistics in their headers, which would
// repeat long values.
func (c *columnChunk) endPage() error {
	if c.rows == 0 {
		return nil
	}
	body, encoding, err := c.pageBody()
	if err != nil {
		return err
	}
	start := len(c.pages)
	c.pages, err = c.appendPage(c.pages, body, c.codecFor(c.coded), format.PageHeader{
		Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues: int32(len(c.defs)), Encoding: encoding,
			DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE,
		}),
	})
	if err != nil {
		return err
	}
	c.index.add(c, start, len(c.pages)-start)
	c.entries += int64(len(c.defs))
	c.allNulls += c.nulls
	c.firstRow += int64(c.rows)
	c.total.merge(&c.bounds)
	if c.coded {
		c.codedRuns++
		// The pages that follow hold values where the dictionary is full.
		c.coded = c.dictSize <= c.dictionaryLimit()
	} else {
		c.plainRuns++
	}
	c.rows, c.nulls, c.bits = 0, 0, 0
	c.defs, c.reps, c.numbers, c.plain = c.defs[:0], c.reps[:0], c.numbers[:0], c.plain[:levelRoom]
	c.bounds.set = false
	return nil
}

var numberEncoding = rle.DictionaryEncoding{}

// levelRoom is how much room there is before the values of a page, which may be
// long, for levels, which are short where every row has a value.
const levelRoom = 64

// pageBody puts levels and values behind each other.
func (c *columnChunk) pageBody() (body []byte, encoding format.Encoding, err error) {
	m := c.memory
	body = m.body[:0]
	if c.maxRep > 0 {
		if body, err = m.appendLevels(body, c.maxRep, c.reps); err != nil {
			return nil, 0, err
		}
	}
	if body, err = m.appendLevels(body, c.maxDef, c.defs); err != nil {
		return nil, 0, err
	}
	m.body = body
	if c.coded {
		if m.packed, err = numberEncoding.EncodeInt32(m.packed, c.numbers); err != nil {
			return nil, 0, err
		}
		m.body = append(body, m.packed...)
		return m.body, format.RLEDictionary, nil
	}
	if start := levelRoom - len(body); start >= 0 {
		copy(c.plain[start:], body)
		return c.plain[start:], format.Plain, nil
	}
	m.body = append(body, c.plain[levelRoom:]...)
	return m.body, format.Plain, nil
}

// appendLevels appends levels, of which highest is the highest.
func (m *pageMemory) appendLevels(to []byte, highest int, levels []byte) (_ []byte, err error) {
	width := rle.Encoding{BitWidth: bits.Len(uint(highest))}
	if m.levels, err = width.EncodeLevels(m.levels, levels); err != nil {
		return nil, err
	}
	to = binary.LittleEndian.AppendUint32(to, uint32(len(m.levels)))
	return append(to, m.levels...), nil
}

// finish encodes what is left of the chunk.
func (c *columnChunk) finish() (err error) {
	if err = c.endPage(); err == nil && c.codedRuns > 0 {
		c.dictionary, err = c.dictionaryPage()
	}
	return err
}

// dictionaryPage encodes the dictionary.
func (c *columnChunk) dictionaryPage() ([]byte, error) {
	body := c.memory.body[:0]
	for i := range c.dict.Len() {
		value := c.dict.Value(schema.First + schema.Code(i))
		body = binary.LittleEndian.AppendUint32(body, uint32(len(value)))
		body = append(body, value...)
	}
	c.memory.body = body
	return c.appendPage(nil, body, c.codecFor(false), format.PageHeader{
		Type:                 format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(c.dict.Len()), Encoding: format.Plain}),
	})
}

// codecFor returns the codec of a page, which is of dictionary numbers if it is
// coded.
func (c *columnChunk) codecFor(coded bool) compress.Codec {
	if !coded && c.kind == schema.JSON && c.codec == zstdCodec {
		return textCodec
	}
	return c.codec
}

// appendPage appends a page with its header, compressed and with a checksum.
func (c *columnChunk) appendPage(to, body []byte, codec compress.Codec, header format.PageHeader) (_ []byte, err error) {
	m := c.memory
	if m.packed, err = codec.Encode(m.packed[:0], body); err != nil {
		return nil, err
	}
	header.UncompressedPageSize = int32(len(body))
	header.CompressedPageSize = int32(len(m.packed))
	header.CRC = int32(crc32.ChecksumIEEE(m.packed))
	head, err := thrift.Marshal(new(thrift.CompactProtocol), &header)
	if err != nil {
		return nil, err
	}
	c.rawSize += int64(len(head) + len(body))
	return append(append(to, head...), m.packed...), nil
}
