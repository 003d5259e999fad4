package parquet

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/delta"
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
	indexes []int32 // in the dictionary
	lengths []int32 // of texts in plain
	numbers []int64
	plain   []byte // levelRoom bytes and values without a dictionary
	bools   int    // bits in plain
	bounds  bounds
}

// levelRoom is how many bytes precede the values of a page in plain. Encoded levels
// and the lengths of one text are that short where every row has a value, and long
// values need not be copied behind them.
const levelRoom = 64

func (p *pageBuffer) reset() {
	p.rows, p.nulls, p.bools = 0, 0, 0
	if cap(p.plain) > 4*maxReserve {
		p.plain = make([]byte, levelRoom)
	}
	p.plain = p.plain[:levelRoom]
	p.defs, p.reps, p.indexes, p.lengths, p.numbers = reserve(p.defs), reserve(p.reps), reserve(p.indexes), reserve(p.lengths), reserve(p.numbers)
	p.bounds.set = false
}

// longPage is how many bytes of values end a row group, as they are one long value, and
// how much memory of pages a chunk keeps for the next one. Records of 55 MB that do not
// compress would else be in memory twice at once, and the pages of the last beside them.
const longPage = 16 << 20

// maxReserve is how many elements a buffer keeps room for until the next page. More are
// needed for long values and long lists alone.
const maxReserve = 1 << 20

// reserve returns an empty buffer, nil for one that is too long to keep.
func reserve[T any](buf []T) []T {
	if cap(buf) > maxReserve {
		return nil
	}
	return buf[:0]
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
func (c *columnChunk) endPage() {
	p, e := &c.page, &c.encoded
	if p.rows == 0 {
		return
	}
	body, encoding := c.pageBody()
	start := len(e.pages)
	e.pages = c.appendPage(e.pages, body, c.codecFor(encoding), format.PageHeader{
		Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues: int32(len(p.defs)), Encoding: encoding,
			DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE,
		}),
	})
	e.addPage(c.kind, p, encoding, start)
	c.dict.open = c.dict.open && c.dict.size <= c.dictionaryLimit()
	p.reset()
}

// pageBody returns levels and values of the page buffer.
func (c *columnChunk) pageBody() ([]byte, format.Encoding) {
	s, levels := c.scratch, c.scratch.body[:0]
	if c.isList() {
		levels = s.appendLevels(levels, c.MaxRepetitionLevel, c.page.reps)
	}
	body := s.appendLevels(levels, c.MaxDefinitionLevel, c.page.defs)
	values, encoding := c.encodeValues()
	if encoding == format.DeltaLengthByteArray {
		s.packed = must(new(delta.BinaryPackedEncoding).EncodeInt32(s.packed, c.page.lengths))
		body = append(body, s.packed...)
	}
	if start := levelRoom - len(body); start >= 0 && c.isInPlain(encoding) {
		copy(c.page.plain[start:], body)
		return c.page.plain[start:], encoding
	}
	s.body = append(body, values...)
	return s.body, encoding
}

// appendLevels appends levels up to highest with their length.
func (s *scratch) appendLevels(to []byte, highest int, levels []byte) []byte {
	width := rle.Encoding{BitWidth: bits.Len(uint(highest))}
	s.levels = must(width.EncodeLevels(s.levels, levels))
	to = binary.LittleEndian.AppendUint32(to, uint32(len(s.levels)))
	return append(to, s.levels...)
}

// must returns what the library encoded. Its encoders fail on values of which they
// do not know the type.
func must(encoded []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return encoded
}

// isInPlain reports whether the values of a page with an encoding are page.plain.
func (c *columnChunk) isInPlain(encoding format.Encoding) bool {
	return encoding == format.Plain || encoding == format.DeltaLengthByteArray
}

// encodeValues encodes the values of the page buffer, texts without a dictionary but
// for their lengths.
func (c *columnChunk) encodeValues() ([]byte, format.Encoding) {
	switch {
	case isNumber(c.kind):
		return c.encodeNumbers()
	case c.dict.open:
		return c.encodeIndexes(), format.RLEDictionary
	}
	if c.splitsLengths() {
		return c.page.plain[levelRoom:], format.DeltaLengthByteArray
	}
	return c.page.plain[levelRoom:], format.Plain
}

func (c *columnChunk) encodeIndexes() []byte {
	c.scratch.indexes = must(new(rle.DictionaryEncoding).EncodeInt32(c.scratch.indexes, c.page.indexes))
	return c.scratch.indexes
}

// encodeDictionary encodes the dictionary page.
func (c *columnChunk) encodeDictionary() {
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
	c.encoded.dictionary = c.appendPage(nil, body, c.codec, format.PageHeader{
		Type:                 format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(c.dict.values.Len()), Encoding: format.Plain}),
	})
}

// codecFor returns the codec of a data page.
func (c *columnChunk) codecFor(encoding format.Encoding) compress.Codec {
	if c.kind == schema.JSON && encoding == format.Plain && c.codec == zstd.Default {
		return zstd.JSON
	}
	return c.codec
}

// appendPage appends a page with its header, compressed and with a checksum.
func (c *columnChunk) appendPage(to, body []byte, codec compress.Codec, header format.PageHeader) []byte {
	s, long := c.scratch, len(body) > longPage
	if long {
		s.compressed = make([]byte, 0, len(body)+levelRoom) // does not grow, which takes twice its memory
	}
	s.compressed = must(codec.Encode(s.compressed[:0], body))
	header.UncompressedPageSize = int32(len(body))
	header.CompressedPageSize = int32(len(s.compressed))
	header.CRC = int32(crc32.ChecksumIEEE(s.compressed))
	head := encodeThrift(&header)
	c.encoded.uncompressed += int64(len(head) + len(body))
	c.encoded.long = c.encoded.long || long
	if long && len(to) == 0 && len(s.compressed) > cap(s.compressed)/4*3 {
		to = slices.Insert(s.compressed, 0, head...) // mostly in place
	} else {
		to = slices.Grow(to, len(head)+len(s.compressed))
		to = append(append(to, head...), s.compressed...)
	}
	if cap(body) > 4*maxReserve {
		s.compressed, s.body = nil, nil
	}
	return to
}
