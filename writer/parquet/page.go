package parquet

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
	"signins/writer/parquet/zstd"
)

// A pageBuffer holds the rows of a page until they are encoded. Which of indexes,
// numbers and plain has the values depends on their kind and encoding.
type pageBuffer struct {
	rows    int
	nulls   int64
	defs    []byte  // definition level of each entry
	reps    []byte  // repetition level of each entry, lists only
	indexes []int32 // in the dictionary of texts
	numbers []int64
	plain   []byte // levelRoom bytes and PLAIN values
	bools   int    // bits in plain
	bounds  bounds
}

// levelRoom is how many bytes precede the PLAIN values of a page. Encoded levels
// are that short where every row has a value, and long values need not be copied
// behind them.
const levelRoom = 64

func (p *pageBuffer) reset() {
	p.rows, p.nulls, p.bools = 0, 0, 0
	p.defs, p.reps, p.indexes, p.numbers, p.plain = p.defs[:0], p.reps[:0], p.indexes[:0], p.numbers[:0], p.plain[:levelRoom]
	p.bounds.set = false
}

func (p *pageBuffer) memoryUse() int {
	return len(p.plain) - levelRoom + len(p.defs) + len(p.reps) + 4*len(p.indexes) + 8*len(p.numbers)
}

// addNulls adds n rows without a value.
func (p *pageBuffer) addNulls(n int, isList bool) {
	p.rows += n
	p.nulls += int64(n)
	p.defs = slices.Grow(p.defs, n)[:len(p.defs)+n]
	clear(p.defs[len(p.defs)-n:])
	if isList {
		p.reps = append(p.reps, p.defs[len(p.defs)-n:]...)
	}
}

// addBool adds a boolean, 0 or 1, to the PLAIN values.
func (p *pageBuffer) addBool(b byte) {
	if p.bools%8 == 0 {
		p.plain = append(p.plain, 0)
	}
	p.plain[len(p.plain)-1] |= b << (p.bools % 8)
	p.bools++
}

// endPage encodes the page buffer, if it has rows. Pages are of version 1, which
// every reader knows, without statistics in their headers, which would repeat
// long values.
func (c *columnChunk) endPage() error {
	p, e := &c.page, &c.encoded
	if p.rows == 0 {
		return nil
	}
	body, encoding, err := c.pageBody()
	if err != nil {
		return err
	}
	start := len(e.pages)
	e.pages, err = c.appendPage(e.pages, body, c.codecFor(encoding), format.PageHeader{
		Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues: int32(len(p.defs)), Encoding: encoding,
			DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE,
		}),
	})
	if err != nil {
		return err
	}
	e.addPage(c.kind, p, encoding, start)
	c.dict.open = c.dict.open && c.dict.size <= c.dictionaryLimit()
	p.reset()
	return nil
}

// pageBody returns levels and values of the page buffer.
func (c *columnChunk) pageBody() ([]byte, format.Encoding, error) {
	levels, err := c.encodeLevels()
	if err != nil {
		return nil, 0, err
	}
	values, encoding, err := c.encodeValues()
	if err != nil {
		return nil, 0, err
	}
	if start := levelRoom - len(levels); start >= 0 && encoding == format.Plain {
		copy(c.page.plain[start:], levels)
		return c.page.plain[start:], encoding, nil
	}
	c.scratch.body = append(levels, values...)
	return c.scratch.body, encoding, nil
}

func (c *columnChunk) encodeLevels() (levels []byte, err error) {
	s := c.scratch
	levels = s.body[:0]
	if c.maxRep > 0 {
		if levels, err = s.appendLevels(levels, c.maxRep, c.page.reps); err != nil {
			return nil, err
		}
	}
	levels, err = s.appendLevels(levels, c.maxDef, c.page.defs)
	s.body = levels
	return levels, err
}

// appendLevels appends levels up to highest with their length.
func (s *scratch) appendLevels(to []byte, highest int, levels []byte) (_ []byte, err error) {
	width := rle.Encoding{BitWidth: bits.Len(uint(highest))}
	if s.levels, err = width.EncodeLevels(s.levels, levels); err != nil {
		return nil, err
	}
	to = binary.LittleEndian.AppendUint32(to, uint32(len(s.levels)))
	return append(to, s.levels...), nil
}

var indexEncoding = rle.DictionaryEncoding{}

// encodeValues encodes the values of the page buffer. PLAIN ones are a part of
// page.plain.
func (c *columnChunk) encodeValues() (_ []byte, _ format.Encoding, err error) {
	switch {
	case isNumber(c.kind):
		return c.encodeNumbers()
	case c.dict.open:
		c.scratch.indexes, err = indexEncoding.EncodeInt32(c.scratch.indexes, c.page.indexes)
		return c.scratch.indexes, format.RLEDictionary, err
	}
	return c.page.plain[levelRoom:], format.Plain, nil
}

// encodeDictionary encodes the dictionary page.
func (c *columnChunk) encodeDictionary() (err error) {
	body := c.scratch.body[:0]
	for value := range c.dict.all {
		if c.kind.Coded() {
			body = appendPlainText(body, value)
		} else {
			body = append(body, value...)
		}
	}
	c.scratch.body = body
	c.encoded.countPage(format.DictionaryPage, format.Plain)
	c.encoded.dictionary, err = c.appendPage(nil, body, c.codec, format.PageHeader{
		Type:                 format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(c.dict.values.Len()), Encoding: format.Plain}),
	})
	return err
}

// codecFor returns the codec of a data page.
func (c *columnChunk) codecFor(encoding format.Encoding) compress.Codec {
	if c.kind == schema.JSON && encoding == format.Plain && c.codec == zstd.Default {
		return zstd.JSON
	}
	return c.codec
}

// appendPage appends a page with its header, compressed and with a checksum.
func (c *columnChunk) appendPage(to, body []byte, codec compress.Codec, header format.PageHeader) (_ []byte, err error) {
	s := c.scratch
	if s.compressed, err = codec.Encode(s.compressed[:0], body); err != nil {
		return nil, err
	}
	header.UncompressedPageSize = int32(len(body))
	header.CompressedPageSize = int32(len(s.compressed))
	header.CRC = int32(crc32.ChecksumIEEE(s.compressed))
	head, err := encodeThrift(&header)
	if err != nil {
		return nil, err
	}
	c.encoded.uncompressed += int64(len(head) + len(body))
	return append(append(to, head...), s.compressed...), nil
}
