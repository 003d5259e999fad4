package zstd

import (
	"encoding/binary"

	"github.com/klauspost/compress/huff0"
)

// A frame, RFC 8878, 3.1.1:
//
//	magic number        4 bytes
//	frame header        descriptor, content size
//	block               header: last block?, type, size
//	  literals section  header: type, sizes; the literals, Huffman coded or raw
//	  sequences section header: their number, modes of the tables; FSE tables; bitstream
//	block ...
//
// The frame is a single segment: its content size is the window size, too.
const (
	magicNumber   = 0xFD2FB528
	singleSegment = 0xA0      // frame header descriptor: a content size of four bytes and no window descriptor
	maxBlock      = 128 << 10 // bytes of content
	blockHeader   = 3         // bytes

	compressedBlock     = 2 // block type
	rawLiterals         = 0 // literals block type
	compressedLiterals  = 2
	rawLiteralsHeader   = 3 // bytes
	codedLiteralsHeader = 5
	rawSizeFormat       = 3       // a size of 20 bits
	fourStreams         = 3       // four streams, two sizes of 18 bits
	minHuffman          = 1 << 10 // literals; below, the Huffman tree costs too much
)

// appendFrame appends the frame of a page whose matches were found. It returns nil
// if a block would not be smaller than its content, as RFC 8878, 3.1.1.2.3 demands.
func (e *pageEncoder) appendFrame(frame, page []byte) []byte {
	frame = appendFrameHeader(frame, len(page))
	for i, b := range e.blocks {
		start := len(frame)
		frame = e.appendBlock(frame, b, i == len(e.blocks)-1)
		if len(frame)-start-blockHeader >= b.size {
			return nil
		}
	}
	return frame
}

func appendFrameHeader(frame []byte, contentSize int) []byte {
	frame = append(binary.LittleEndian.AppendUint32(frame, magicNumber), singleSegment)
	return binary.LittleEndian.AppendUint32(frame, uint32(contentSize))
}

func (e *pageEncoder) appendBlock(frame []byte, b block, last bool) []byte {
	start := len(frame)
	frame = e.appendLiterals(append(frame, make([]byte, blockHeader)...), b.literals)
	frame = e.tables.appendSequences(frame, b.sequences)
	header := compressedBlock<<1 | (len(frame)-start-blockHeader)<<3
	if last {
		header |= 1
	}
	frame[start], frame[start+1], frame[start+2] = byte(header), byte(header>>8), byte(header>>16)
	return frame
}

// appendLiterals appends the literals section.
func (e *pageEncoder) appendLiterals(to, literals []byte) []byte {
	n := len(literals)
	if n >= minHuffman {
		coded, _, err := huff0.Compress4X(literals, &e.huffman)
		if err == nil && codedLiteralsHeader+len(coded) < rawLiteralsHeader+n {
			header := compressedLiterals | fourStreams<<2 | uint64(n)<<4 | uint64(len(coded))<<22
			to = append(to, byte(header), byte(header>>8), byte(header>>16), byte(header>>24), byte(header>>32))
			return append(to, coded...)
		}
	}
	header := rawLiterals | rawSizeFormat<<2 | n<<4
	return append(append(to, byte(header), byte(header>>8), byte(header>>16)), literals...)
}
