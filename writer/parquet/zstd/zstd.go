package zstd

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/huff0"
	klauspost "github.com/klauspost/compress/zstd"
	codec "github.com/parquet-go/parquet-go/compress/zstd"
)

// A literalZstd is the library's codec but for an option: what stands for itself
// is entropy coded, too, which takes a tenth off columns of ids.
type literalZstd struct {
	codec.Codec
	encoder func() *klauspost.Encoder
}

// concurrency is how many pages are encoded at once; more wait.
const concurrency = 8

// Default is shared because encoders take some megabytes. Pages are not much
// longer than the window.
var Default = &literalZstd{encoder: sync.OnceValue(func() *klauspost.Encoder {
	e, err := klauspost.NewWriter(nil, klauspost.WithEncoderLevel(klauspost.SpeedFastest), klauspost.WithAllLitEntropyCompression(true),
		klauspost.WithEncoderConcurrency(concurrency), klauspost.WithWindowSize(1<<20), klauspost.WithZeroFrames(true), klauspost.WithEncoderCRC(false))
	if err != nil {
		panic(err) // an option is wrong
	}
	return e
})}

func (c *literalZstd) Encode(dst, src []byte) ([]byte, error) {
	return c.encoder().EncodeAll(src, dst[:0]), nil
}

// Numbers of the zstd format, RFC 8878, 3.1.1.
const (
	zstdMagic     = 0xFD2FB528
	singleSegment = 0xA0      // frame header: four bytes of content size follow, and no window
	zstdBlock     = 128 << 10 // at most
	blockHeader   = 3         // bytes
	raw           = 0         // type of literals
	compressed    = 2         // type of a block, and of its literals
	rawHeader     = 3         // bytes of the header of literals
	codedHeader   = 5
	twentyBits    = 3 // size format of raw literals
	fourStreams   = 3 // size format of coded ones: both sizes have 18 bits

	leastLiterals = 1 << 10 // below, a code table costs too much
)

func appendFrameHeader(frame []byte, size int) []byte {
	frame = append(binary.LittleEndian.AppendUint32(frame, zstdMagic), singleSegment)
	return binary.LittleEndian.AppendUint32(frame, uint32(size))
}

// endBlock fills in the header of a compressed block.
func endBlock(block []byte, last bool) {
	header := compressed<<1 | (len(block)-blockHeader)<<3
	if last {
		header |= 1
	}
	block[0], block[1], block[2] = byte(header), byte(header>>8), byte(header>>16)
}

// appendCoded appends n literals that are Huffman coded.
func appendCoded(block, coded []byte, n int) []byte {
	header := compressed | fourStreams<<2 | uint64(n)<<4 | uint64(len(coded))<<22
	block = append(block, byte(header), byte(header>>8), byte(header>>16), byte(header>>24), byte(header>>32))
	return append(block, coded...)
}

// appendRaw appends literals as they are.
func appendRaw(block, literals []byte) []byte {
	header := raw | twentyBits<<2 | len(literals)<<4
	block = append(block, byte(header), byte(header>>8), byte(header>>16))
	return append(block, literals...)
}

// A matchZstd makes zstd frames of pages in which long matches are enough to look
// for. It leaves pages that do not have them to the library.
type matchZstd struct{ *literalZstd }

var JSON = &matchZstd{Default}

const (
	leastPage = 32 << 10 // below, tables and the memory to clear cost too much
	mostPage  = 8 << 20  // the window that decoders are to support, RFC 8878, 3.1.1.1.2
)

// matchMemory is what it takes to encode a page.
type matchMemory struct {
	matcher matcher
	blocks  []matchedBlock
	tables  sequenceTables
	huffman huff0.Scratch
}

var matchMemories = sync.Pool{New: func() any { return newMatchMemory() }}

func newMatchMemory() *matchMemory {
	return &matchMemory{huffman: huff0.Scratch{Reuse: huff0.ReusePolicyNone}}
}

func (c *matchZstd) Encode(dst, src []byte) ([]byte, error) {
	m := matchMemories.Get().(*matchMemory)
	defer matchMemories.Put(m)
	if len(src) >= leastPage && len(src) <= mostPage && m.match(src) {
		if frame := m.appendFrame(dst[:0], src); frame != nil {
			return frame, nil
		}
	}
	return c.literalZstd.Encode(dst, src)
}

// match finds the matches of texts that consist of parts that come again and
// again: long ones are most of them. It reports whether they are worth it: where a
// block does not shrink to about a tenth, the library finds better ones. Blocks
// are of one size, so that none is too small for that.
func (m *matchMemory) match(page []byte) bool {
	const usual = 5 // bytes of a sequence
	m.matcher.reset()
	m.blocks = m.blocks[:0]
	blocks := (len(page) + zstdBlock - 1) / zstdBlock
	size := (len(page) + blocks - 1) / blocks
	for from := 0; from < len(page); from += size {
		b := m.matcher.find(page[:min(from+size, len(page))], from)
		if len(b.literals)+usual*len(b.sequences) > b.size/10 {
			return false
		}
		m.blocks = append(m.blocks, b)
	}
	m.tables.fit(m.blocks)
	return true
}

// appendFrame appends the frame of a page whose matches were found, or returns
// nil where a block does not get smaller.
func (m *matchMemory) appendFrame(frame, page []byte) []byte {
	frame = appendFrameHeader(frame, len(page))
	for i, b := range m.blocks {
		begin := len(frame)
		frame = m.appendBlock(frame, b, i == len(m.blocks)-1)
		if len(frame)-begin-blockHeader >= b.size {
			return nil
		}
	}
	return frame
}

func (m *matchMemory) appendBlock(frame []byte, b matchedBlock, last bool) []byte {
	begin := len(frame)
	frame = m.appendLiterals(append(frame, make([]byte, blockHeader)...), b.literals)
	frame = m.tables.appendSequences(frame, b.sequences)
	endBlock(frame[begin:], last)
	return frame
}

func (m *matchMemory) appendLiterals(block, literals []byte) []byte {
	n := len(literals)
	if n >= leastLiterals {
		coded, _, err := huff0.Compress4X(literals, &m.huffman)
		if err == nil && codedHeader+len(coded) < rawHeader+n {
			return appendCoded(block, coded, n)
		}
	}
	return appendRaw(block, literals)
}
