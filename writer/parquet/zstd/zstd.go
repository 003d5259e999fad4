// Package zstd compresses pages of Parquet files: Default with the library, JSON
// with an encoder for texts that repeat long parts of each other. Terms are those
// of RFC 8878.
package zstd

import (
	"sync"

	"github.com/klauspost/compress/huff0"
	klauspost "github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/compress"
	parquetzstd "github.com/parquet-go/parquet-go/compress/zstd"
)

// Default is the library's encoder at its fastest level, with an option of its
// own: literals of every block are Huffman coded. Random ids, in which there are
// no matches, become a tenth smaller by it.
var Default compress.Codec = &library{}

// JSON is for pages of JSON texts. It decodes like any zstd frame. With
//
//	var JSON = Default
//
// it is off: a million records then take 7 % more processor time, and the file is
// 0.9 % longer.
var JSON compress.Codec = matchCodec{Default}

type library struct{ parquetzstd.Codec }

// concurrency is how many pages the library encodes at once; others wait.
const concurrency = 8

// libraryEncoder takes some megabytes and is shared by all pages. They are hardly
// longer than its window.
var libraryEncoder = sync.OnceValue(func() *klauspost.Encoder {
	e, err := klauspost.NewWriter(nil, klauspost.WithEncoderLevel(klauspost.SpeedFastest), klauspost.WithAllLitEntropyCompression(true),
		klauspost.WithEncoderConcurrency(concurrency), klauspost.WithWindowSize(1<<20), klauspost.WithZeroFrames(true), klauspost.WithEncoderCRC(false))
	if err != nil {
		panic(err) // an option is invalid
	}
	return e
})

func (c *library) Encode(dst, src []byte) ([]byte, error) {
	return libraryEncoder().EncodeAll(src, dst[:0]), nil
}

// A matchCodec encodes pages in which matches are long, and leaves others to the
// codec it embeds.
//
// Lists of policies repeat whole policies of the lists before them, so that a
// block of 128 KiB is a few hundred sequences: "copy 20 literals, then 410 bytes
// from 1,630 bytes before". Two things make that cheaper than it is for the
// library: inside a match no hash is computed, and after a few literals the match
// before often continues at the same offset, which is tried before the hash table.
type matchCodec struct{ compress.Codec }

const (
	minPage = 32 << 10 // below, clearing the hash table and describing FSE tables cost too much
	maxPage = 8 << 20  // the window size that decoders are to support, RFC 8878, 3.1.1.1.2
)

func (c matchCodec) Encode(dst, src []byte) ([]byte, error) {
	e := pageEncoders.Get().(*pageEncoder)
	defer pageEncoders.Put(e)
	if len(src) >= minPage && len(src) <= maxPage && e.findMatches(src) {
		if frame := e.appendFrame(dst[:0], src); frame != nil {
			return frame, nil
		}
	}
	return c.Codec.Encode(dst, src)
}

// A pageEncoder encodes one page at a time.
type pageEncoder struct {
	matcher matcher
	blocks  []block
	tables  sequenceTables
	huffman huff0.Scratch
}

var pageEncoders = sync.Pool{New: func() any { return &pageEncoder{huffman: huff0.Scratch{Reuse: huff0.ReusePolicyNone}} }}

// findMatches finds the matches of a page. It returns false at a block that does
// not shrink to about a tenth: the library finds better matches there. Blocks are
// of one size, so that none is too short for that.
func (e *pageEncoder) findMatches(page []byte) bool {
	const sequenceSize = 5 // bytes, about
	e.matcher.reset()
	e.blocks = e.blocks[:0]
	blocks := (len(page) + maxBlock - 1) / maxBlock
	size := (len(page) + blocks - 1) / blocks
	for from := 0; from < len(page); from += size {
		b := e.matcher.findBlock(page[:min(from+size, len(page))], from)
		if len(b.literals)+sequenceSize*len(b.sequences) > b.size/10 {
			return false
		}
		e.blocks = append(e.blocks, b)
	}
	e.tables.fit(e.blocks)
	return true
}
