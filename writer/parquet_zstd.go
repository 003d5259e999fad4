package writer

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/huff0"
	"github.com/klauspost/compress/zstd"
	codec "github.com/parquet-go/parquet-go/compress/zstd"
)

// A literalZstd is the library's codec but for an option: what stands for itself
// is entropy coded, too, which takes a tenth off columns of ids.
type literalZstd struct {
	codec.Codec
	encoder func() *zstd.Encoder
}

// zstdCodec is shared because encoders take some megabytes. Pages are not much
// longer than the window.
var zstdCodec = &literalZstd{encoder: sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithAllLitEntropyCompression(true),
		zstd.WithEncoderConcurrency(mostHands), zstd.WithWindowSize(1<<20), zstd.WithZeroFrames(true), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // an option is wrong
	}
	return e
})}

func (c *literalZstd) Encode(dst, src []byte) ([]byte, error) {
	return c.encoder().EncodeAll(src, dst[:0]), nil
}

// An idZstd makes zstd frames of literals alone. Random ids have nothing to find
// matches of: only the Huffman code makes them smaller, and looking for matches
// takes most of the time.
type idZstd struct{ *literalZstd }

var idCodec = idZstd{zstdCodec}

// huffmen holds the memory of coders.
var huffmen = sync.Pool{New: func() any { return &huff0.Scratch{Reuse: huff0.ReusePolicyNone} }}

// Numbers of the zstd format, RFC 8878.
const (
	zstdMagic      = 0xFD2FB528
	singleSegment  = 0xA0      // frame header: four bytes of content size follow, and no window
	zstdBlock      = 128 << 10 // at most
	compressed     = 2         // type of a block, and of its literals
	literalsHeader = 5         // bytes
	fourStreams    = 3         // size format of literals: both sizes have 18 bits
	noSequences    = 0

	leastLiterals = 1 << 10 // below, a code table costs too much
)

func (c idZstd) Encode(dst, src []byte) ([]byte, error) {
	huffman := huffmen.Get().(*huff0.Scratch)
	defer huffmen.Put(huffman)
	frame := binary.LittleEndian.AppendUint32(dst[:0], zstdMagic)
	frame = append(frame, singleSegment)
	frame = binary.LittleEndian.AppendUint32(frame, uint32(len(src)))
	for rest := src; ; {
		n := min(len(rest), zstdBlock)
		if n < leastLiterals {
			return c.literalZstd.Encode(dst, src)
		}
		literals, _, err := huff0.Compress4X(rest[:n], huffman)
		if err != nil || literalBlock(literals) > n { // they do not get smaller, which a block must
			return c.literalZstd.Encode(dst, src)
		}
		rest = rest[n:]
		frame = appendLiterals(frame, literals, n, len(rest) == 0)
		if len(rest) == 0 {
			return frame, nil
		}
	}
}

// literalBlock returns the size of the block that holds literals.
func literalBlock(literals []byte) int { return literalsHeader + len(literals) + 1 }

// appendLiterals appends a block of n bytes that are Huffman coded.
func appendLiterals(frame, literals []byte, n int, last bool) []byte {
	block := compressed<<1 | literalBlock(literals)<<3
	if last {
		block |= 1
	}
	frame = append(frame, byte(block), byte(block>>8), byte(block>>16))
	sizes := compressed | fourStreams<<2 | uint64(n)<<4 | uint64(len(literals))<<22
	frame = append(frame, byte(sizes), byte(sizes>>8), byte(sizes>>16), byte(sizes>>24), byte(sizes>>32))
	return append(append(frame, literals...), noSequences)
}
