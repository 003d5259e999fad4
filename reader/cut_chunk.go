package reader

import (
	"bytes"
	"fmt"
	"sync"

	"signins/reader/source"
	"signins/schema"
)

const (
	// defaultChunkSize is how many bytes of text a chunk has, and so how much of
	// an input one batch is made of. Chunks depend on the input alone, so that
	// output does too. Measured with 100,000 records of 5 KB: 4 MiB needs 160 MiB
	// of memory in all, 8 MiB 208 MiB, and 2 MiB 136 MiB but 2 % more time.
	defaultChunkSize = 8 << 20
	// chunkRecords bounds the records of a chunk.
	chunkRecords = 16384
)

// A place is where text begins in its input.
type place struct {
	offset    int64 // in bytes
	line      int64 // from 1
	eol       byte  // ends a line
	encoding  *Encoding
	maxRecord int // bytes a record may have
}

// width returns how many bytes a text has in the input.
func (p *place) width(text []byte) int64 {
	if p.encoding == nil {
		return int64(len(text))
	}
	return p.encoding.Width(text)
}

// A chunk is a run of whole records of one input.
type chunk struct {
	place
	data []byte // UTF-8
	buf  []byte // that data is part of, see release

	lines   bool        // JSON: one value a line
	commas  bool        // JSON: the values are elements of an array
	rows    bool        // JSON: the values are rows of a table
	columns []string    // of that table
	long    *longRecord // in place of data
	guess   *guess      // JSON: by which the chunk was cut, nil for none

	unaligned bool // cut anywhere, for the fallback of guess

	counted   int // bytes of data in which line ends were counted
	lineEnds  int64
	measured  int // bytes of data whose width in the input was measured
	fileWidth int64
}

// lineOf returns the line of a byte of the chunk. Cheap for ascending positions.
func (c *chunk) lineOf(pos int) int64 {
	if pos < c.counted {
		c.counted, c.lineEnds = 0, 0
	}
	c.lineEnds += int64(bytes.Count(c.data[c.counted:pos], []byte{c.eol}))
	c.counted = pos
	return c.line + c.lineEnds
}

// byteOf returns the offset in the input of a byte of the chunk. Cheap for
// ascending positions.
func (c *chunk) byteOf(pos int) int64 {
	if c.encoding == nil {
		return c.offset + int64(pos)
	}
	if pos < c.measured {
		c.measured, c.fileWidth = 0, 0
	}
	c.fileWidth += c.encoding.Width(c.data[c.measured:pos])
	c.measured = pos
	return c.offset + c.fileWidth
}

// bytes returns text of the chunk as it is in the input.
func (c *chunk) bytes(start, end int) []byte {
	if c.encoding == nil {
		return c.data[start:end]
	}
	return c.encoding.Encode(nil, c.data[start:end])
}

// at returns the position in the input of the bytes from start to end.
func (c *chunk) at(start, end int, keepRaw bool) position {
	at := position{line: c.lineOf(start), offset: c.byteOf(start)}
	at.length = c.byteOf(end) - at.offset
	if keepRaw {
		at.raw = c.bytes(start, end)
	}
	return at
}

// reject notes a record from start to end that goes wrong at bad.
func (c *chunk) reject(b *schema.Batch, start, end, bad int, code, what string) {
	at := c.at(start, end, true)
	if bad != start {
		what = fmt.Sprintf("byte %d: %s", c.byteOf(bad), what)
	}
	b.Rejects = append(b.Rejects, schema.Reject{
		Record: b.Seen, Line: at.line, Offset: at.offset, Length: at.length,
		Code: code, Message: what, Raw: bytes.Clone(at.raw),
	})
}

// syntaxError returns the error of an input that ends with bad.
func (c *chunk) syntaxError(bad *syntaxError) *Error {
	e := &Error{Line: c.lineOf(bad.Pos), Byte: c.byteOf(bad.Pos), HasByte: true, What: bad.What, Hint: bad.Hint, Damaged: true}
	if bad.Truncated {
		e.Hint = source.HintTruncated
	}
	return e
}

// bufferPool holds the buffers of chunks that were parsed.
var bufferPool sync.Pool

// newBuffer returns an empty buffer with room for n bytes. Those of a whole
// chunk have some more, so that a window which dropped a few bytes need not move.
func newBuffer(n, chunkSize int) []byte {
	if b, ok := bufferPool.Get().(*[]byte); ok && cap(*b) >= n {
		return (*b)[:0]
	}
	if n >= chunkSize {
		n += n / 64
	}
	return make([]byte, 0, n)
}

func releaseBuffer(buf []byte) {
	if buf != nil {
		bufferPool.Put(&buf)
	}
}

// release makes the chunk's buffer available to other chunks.
func (c *chunk) release() {
	releaseBuffer(c.buf)
	c.data, c.buf = nil, nil
}
