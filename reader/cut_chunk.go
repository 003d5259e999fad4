package reader

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

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

// A place is where text begins in its input. Lines are numbered from the end of the
// previous chunk on, where line 1 is: only parsers, of which there are many, know how
// many lines the text of a chunk has. Delivery adds the lines of the chunks before.
type place struct {
	offset    int64 // in bytes
	line      int64
	eol       byte // ends a line
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
	data   []byte          // UTF-8
	buf    []byte          // that data is part of, see release
	hashed <-chan struct{} // closed once buf is hashed; nil: it is

	lines   bool        // JSON: one value a line
	commas  bool        // JSON: the values are elements of an array
	rows    bool        // JSON: the values are rows of a table
	columns []string    // of that table
	long    *longRecord // in place of data
	guess   *guess      // JSON: by which the chunk was cut, nil for none
	outer   *chunk      // the values that the records were unwrapped from, nil for none
	pieces  *unwrapper  // where they are in outer

	unaligned bool // cut anywhere, for the fallback of guess

	counted   int // bytes of data in which line ends were counted
	lineEnds  int64
	measured  int // bytes of data whose width in the input was measured
	fileWidth int64
}

// lineOf returns the line of a byte of the chunk, or of its end. Cheap for ascending positions.
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

// kept returns bytes that at returned as they may be used after release.
func (c *chunk) kept(b *schema.Batch, raw []byte) []byte {
	if c.encoding != nil || !poolable(c.buf) {
		return raw // its memory is that of no other chunk
	}
	return b.Keep(raw)
}

// at returns the position in the input of the bytes from start to end.
func (c *chunk) at(start, end int, keepRaw bool) position {
	if c.outer != nil {
		_, start, end = c.pieces.sourceOf(start, end)
		return c.outer.at(start, end, keepRaw)
	}
	at := position{line: c.lineOf(start), offset: c.byteOf(start)}
	at.length = c.byteOf(end) - at.offset
	if keepRaw {
		at.raw = c.bytes(start, end)
	}
	return at
}

// reject notes a record from start to end that goes wrong at bad.
func (c *chunk) reject(b *schema.Batch, start, end, bad int, code, what string) {
	if c.outer != nil {
		p, from, to := c.pieces.sourceOf(start, end)
		c.outer.reject(b, from, to, max(from, p.bad), cmp.Or(p.code, code), cmp.Or(p.what, what))
		return
	}
	at := c.at(start, end, true)
	if bad != start {
		what = fmt.Sprintf("byte %d: %s", c.byteOf(bad), what)
	}
	b.Rejects = append(b.Rejects, schema.Reject{
		Record: b.Seen, Line: at.line, Offset: at.offset, Length: at.length,
		Code: code, Message: what, Raw: c.kept(b, at.raw),
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

// maxPooled is the longest buffer that is used again. One of a long record would hold
// its memory for chunks that need an eighth of it.
const maxPooled = defaultChunkSize + defaultChunkSize/4

// poolable reports whether a buffer may go to other chunks.
func poolable(buf []byte) bool { return cap(buf) > 0 && cap(buf) <= maxPooled }

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
	if poolable(buf) {
		bufferPool.Put(&buf)
	}
}

// release makes the chunk's buffer available to other chunks.
func (c *chunk) release() {
	if c.hashed != nil {
		<-c.hashed
	}
	releaseBuffer(c.buf)
	c.data, c.buf = nil, nil
}

// Bounds of Options.MaxRecord. Top-level values below the minimum are not
// measured; the maximum keeps the values of a record within the limits of Parquet.
const (
	minMaxRecord     = 1 << 20
	defaultMaxRecord = 64 << 20
	maxMaxRecord     = 256 << 20
)

// parseMaxRecord reads a value for Options.MaxRecord, such as 64MiB or 64M.
func parseMaxRecord(text string) (int, error) {
	number, ok := strings.CutSuffix(strings.TrimSuffix(text, "iB"), "M")
	n, err := strconv.Atoi(number)
	if ok && err == nil && number[0] != '+' && n >= minMaxRecord>>20 && n <= maxMaxRecord>>20 {
		return n << 20, nil
	}
	return 0, errors.New("not a size from 1MiB to 256MiB")
}

// formatMaxRecord writes a size for parseMaxRecord.
func formatMaxRecord(size int) string { return fmt.Sprintf("%dMiB", size>>20) }

const longHint = "--max-record allows longer records, up to 256MiB"

// longRow is the error of a CSV row that is longer than limit.
func longRow(limit int) string {
	return fmt.Sprintf("a row is longer than %s; a quote that is never closed may be the cause", mebibytes(limit))
}

// mebibytes writes a size for messages.
func mebibytes(size int) string { return fmt.Sprintf("%g MiB", float64(size)/(1<<20)) }

// A longRecord is one that is longer than MaxRecord. It is the only one in its
// chunk.
type longRecord struct {
	length int64 // bytes in the input
	begin  []byte
	sum    []byte // SHA-256
}

// reject notes the record.
func (l *longRecord) reject(c *chunk, b *schema.Batch) {
	b.Seen++
	b.Rejects = append(b.Rejects, schema.Reject{
		Record: b.Seen, Line: c.line, Offset: c.offset, Length: l.length, Code: "too_long",
		Message: fmt.Sprintf("the record is longer than %s, see --max-record; raw holds its beginning", mebibytes(c.maxRecord)), Raw: l.begin, Sum: l.sum,
	})
}

// cutLongRecord removes a long record that begins where the window does, and
// returns a chunk for it. skip returns how much of a text belongs to the record,
// and whether the record ends there. truncated: the input ends before it.
func (w *window) cutLongRecord(skip func(text []byte) (n int, whole bool)) (c *chunk, truncated bool, err error) {
	c = w.newChunk(0)
	c.data = w.buf[:1024]
	l := &longRecord{begin: bytes.Clone(c.bytes(0, 1024))}
	c.data, c.long = nil, l
	hash := sha256.New()
	for {
		n, whole := skip(w.buf)
		if !whole && !w.eof {
			n -= partialChar(w.buf[:n])
		}
		part := &chunk{data: w.buf[:n], place: w.place}
		hash.Write(part.bytes(0, n))
		l.length += w.width(w.buf[:n])
		w.drop(n)
		if whole || w.eof {
			l.sum = hash.Sum(nil)
			return c, !whole, nil
		}
		if err := w.fill(w.chunkSize); err != nil {
			return nil, false, err
		}
	}
}

// partialChar returns how many bytes at the end of text are the beginning of a
// character.
func partialChar(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) && !utf8.FullRune(last) {
			return n
		}
	}
	return 0
}

// ParseJobs reads a value for Options.Jobs, a number from 1.
func ParseJobs(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err == nil && n < 1 {
		err = errors.New("not a number from 1")
	}
	return n, err
}
