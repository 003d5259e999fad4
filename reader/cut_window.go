package reader

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"signins/schema"
)

// chunkSize is how much of an input one batch is made of. Borders of chunks
// depend on the input alone, so that output does too. Only tests change it.
var chunkSize = 8 << 20

const (
	// chunkRecords bounds the records of a chunk.
	chunkRecords = 16384
)

// A chunk is a run of whole records of one input.
type chunk struct {
	data     []byte
	offset   int64     // of data in the input
	line     int64     // of data in the input, from 1
	lines    bool      // JSON: one value a line
	commas   bool      // JSON: the values are elements of an array
	rows     bool      // JSON: the values are rows of a table
	columns  []string  // of that table
	exact    *elements // JSON: cuts the input from here on, if the end of the chunk was guessed
	loose    bool      // not even guessed: any text of the input
	eol      byte      // what ends a line
	long     *long     // in place of data
	memory   []byte    // what data is part of
	encoding *Encoding // of the input, nil for UTF-8
	longest  int       // how long a record may be

	counted int // bytes of data in which lines were counted
	passed  int64
	wide    int // bytes of data whose width in the input was measured
	width   int64
}

// lineOf returns the line of a byte of the chunk. Cheap for ascending positions.
func (c *chunk) lineOf(pos int) int64 {
	if pos < c.counted {
		c.counted, c.passed = 0, 0
	}
	c.passed += int64(bytes.Count(c.data[c.counted:pos], []byte{c.eol}))
	c.counted = pos
	return c.line + c.passed
}

// byteOf returns where in the input a byte of the chunk stands. Cheap for
// ascending positions.
func (c *chunk) byteOf(pos int) int64 {
	if c.encoding == nil {
		return c.offset + int64(pos)
	}
	if pos < c.wide {
		c.wide, c.width = 0, 0
	}
	c.width += c.encoding.width(c.data[c.wide:pos])
	c.wide = pos
	return c.offset + c.width
}

// bytes returns text of the chunk as the input writes it.
func (c *chunk) bytes(start, end int) []byte {
	if c.encoding == nil {
		return c.data[start:end]
	}
	return c.encoding.encode(nil, c.data[start:end])
}

// at says where the bytes from start to end stand in the input.
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

// A cutter cuts an input into chunks, in order; nil ends them. Between its
// chunks stands nothing that is part of a record.
type cutter interface {
	next() (*chunk, error)
}

// A window is the part of an input that a cutter looks at.
type window struct {
	r      io.Reader
	buf    []byte // from offset on, UTF-8
	ended  int    // lines that end in buf
	memory []byte // what buf is part of
	offset int64
	line   int64
	eol    byte
	eof    bool
	err    error // the one that ended reading
	size   int64 // of the input, -1 where it is not known

	encoding *Encoding // of the input, nil for UTF-8
	longest  int       // how long a record may be

	salvage bool  // what came before damaged data is passed on first
	late    error // then this
}

// width is how many bytes a text takes in the input.
func (w *window) width(text []byte) int64 {
	if w.encoding == nil {
		return int64(len(text))
	}
	return w.encoding.width(text)
}

// buffers holds the memory of chunks that were parsed.
var buffers sync.Pool

// buffer returns an empty buffer with room for n bytes. Full ones have some to
// spare, so that a window which dropped a few bytes need not move.
func buffer(n int) []byte {
	if b, ok := buffers.Get().(*[]byte); ok && cap(*b) >= n {
		return (*b)[:0]
	}
	if n >= chunkSize {
		n += n / 64
	}
	return make([]byte, 0, n)
}

func release(memory []byte) {
	if memory != nil {
		buffers.Put(&memory)
	}
}

// release gives the chunk's memory back.
func (c *chunk) release() {
	release(c.memory)
	c.data, c.memory = nil, nil
}

// fill makes the window at least n bytes long unless the input ends before.
func (w *window) fill(n int) error {
	if w.late != nil && len(w.buf) == 0 {
		return w.late
	}
	if len(w.buf) >= n || w.eof || w.err != nil {
		return w.err
	}
	if cap(w.buf) < n {
		room := n
		if left := w.size - w.offset; w.size >= 0 && left < int64(n) {
			room = int(left) + 1
		}
		used := w.memory
		w.memory = buffer(max(room, len(w.buf)+1))
		w.buf = append(w.memory, w.buf...)
		release(used)
	}
	err := w.read(min(n, cap(w.buf)))
	if w.offset+int64(len(w.buf)) > w.size {
		w.size = -1
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		w.eof, err = true, nil
	}
	var e *Error
	if w.salvage && errors.As(err, &e) && e.damaged {
		w.eof, w.late, err = true, err, nil
	}
	w.err = err
	return err
}

// pieceSize is how much is read at once: a piece is hashed and its lines are
// counted while it is in the cache of the processor.
const pieceSize = 128 << 10

// read makes the window n bytes long, which it has room for.
func (w *window) read(n int) error {
	for len(w.buf) < n {
		before := len(w.buf)
		got, err := io.ReadFull(w.r, w.buf[before:min(before+pieceSize, n)])
		w.buf = w.buf[:before+got]
		w.ended += w.lines(w.buf[before:])
		if err != nil {
			return err
		}
	}
	return nil
}

// lines returns how many lines end in a text.
func (w *window) lines(text []byte) int { return bytes.Count(text, []byte{w.eol}) }

// linesBefore returns how many lines end in the first n bytes.
func (w *window) linesBefore(n int) int {
	if n < len(w.buf)/2 {
		return w.lines(w.buf[:n])
	}
	return w.ended - w.lines(w.buf[n:])
}

// drop passes n bytes that no chunk holds.
func (w *window) drop(n int) {
	ended := w.linesBefore(n)
	w.ended -= ended
	w.line += int64(ended)
	w.offset += w.width(w.buf[:n])
	w.buf = w.buf[n:]
}

// take returns the first n bytes as a chunk.
func (w *window) take(n int) *chunk {
	ended := w.linesBefore(n)
	c := &chunk{data: w.buf[:n], memory: w.memory, offset: w.offset, line: w.line, eol: w.eol, encoding: w.encoding, longest: w.longest}
	rest := w.buf[n:]
	w.ended -= ended
	w.line += int64(ended)
	w.offset += w.width(c.data)
	w.buf, w.memory = nil, nil
	if len(rest) > 0 {
		w.memory = buffer(max(len(rest), chunkSize))
		w.buf = append(w.memory, rest...)
	}
	return c
}

// fail reports what is wrong at a byte of the window.
func (w *window) fail(pos int, format string, args ...any) error {
	return &Error{
		damaged: true,
		Line:    w.line + int64(w.linesBefore(pos)),
		Byte:    w.offset + w.width(w.buf[:pos]), HasByte: true,
		What: fmt.Sprintf(format, args...),
	}
}

// A long is a record that is longer than what is read.
type long struct {
	length int64
	begin  []byte
	sum    []byte
}

// reject notes the record, which is all there is in its chunk.
func (l *long) reject(c *chunk, b *schema.Batch) {
	b.Seen++
	b.Rejects = append(b.Rejects, schema.Reject{
		Record: b.Seen, Line: c.line, Offset: c.offset, Length: l.length, Code: "too_long",
		Message: fmt.Sprintf("the record is longer than %s, see --max-record; raw holds its beginning", mebibytes(c.longest)), Raw: l.begin, Sum: l.sum,
	})
}

// passLong passes a long record that begins where the window does. belongs
// returns how much of a text belongs to it, and whether it ends there; at the
// end of the input cut is true where it does not.
func (w *window) passLong(belongs func(text []byte) (n int, whole bool)) (c *chunk, cut bool, err error) {
	c = &chunk{data: w.buf[:1024], offset: w.offset, line: w.line, eol: w.eol, encoding: w.encoding, longest: w.longest}
	l := &long{begin: bytes.Clone(c.bytes(0, 1024))}
	c.data, c.long = nil, l
	hash := sha256.New()
	for {
		n, whole := belongs(w.buf)
		if !whole && !w.eof {
			n -= partial(w.buf[:n])
		}
		part := &chunk{data: w.buf[:n], encoding: w.encoding}
		hash.Write(part.bytes(0, n))
		l.length += w.width(w.buf[:n])
		w.drop(n)
		if whole || w.eof {
			l.sum = hash.Sum(nil)
			return c, !whole, nil
		}
		if err := w.fill(chunkSize); err != nil {
			return nil, false, err
		}
	}
}

// partial returns how many bytes at the end of text are the beginning of a
// character.
func partial(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c >= 0xC0 && !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// lines cuts an input that has one JSON value a line.
type lines struct {
	w        *window
	warnings *schema.Tally
}

func (l *lines) next() (*chunk, error) {
	w := l.w
	for size := chunkSize; ; size *= 2 {
		if err := w.fill(size); err != nil {
			return nil, err
		}
		if len(w.buf) == 0 {
			return nil, nil
		}
		n := w.withinLimit(w.wholeLines())
		if n > 0 && n == len(w.buf) && w.buf[n-1] != '\n' {
			l.warnings.Add(schema.NoFinalNewline, 1)
		}
		if n > 0 {
			c := w.take(n)
			c.lines = true
			return c, nil
		}
		if len(w.buf) >= w.longest {
			c, _, err := w.passLong(toLineEnd)
			return c, err
		}
	}
}

// withinLimit returns how many of the first n bytes, which are whole lines,
// stand before one that is too long.
func (w *window) withinLimit(n int) int {
	for pos := 0; n-pos > w.longest; {
		length, _ := toLineEnd(w.buf[pos:n])
		if length >= w.longest {
			return pos
		}
		pos += length + 1
	}
	return n
}

func toLineEnd(text []byte) (n int, whole bool) {
	if n = bytes.IndexByte(text, '\n'); n >= 0 {
		return n, true
	}
	return len(text), false
}

// wholeLines returns the length of the whole lines at the start of the window,
// at most chunkRecords of them; at the end of an input the last may lack its end.
func (w *window) wholeLines() int {
	if w.ended > chunkRecords {
		return nthByte(w.buf, w.eol, chunkRecords)
	}
	if w.eof {
		return len(w.buf)
	}
	return bytes.LastIndexByte(w.buf, w.eol) + 1
}
