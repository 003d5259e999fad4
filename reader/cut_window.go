package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A cutter cuts an input into chunks, in order; nil ends them. No part of a
// record lies between its chunks.
type cutter interface {
	nextChunk() (*chunk, error)
}

// A window is the part of an input that a cutter sees. It is read straight into
// the buffer that becomes the chunk's: the bytes of a plain file are hashed and
// parsed at the same place.
type window struct {
	r         io.Reader
	chunkSize int
	buf       []byte // from offset on, UTF-8
	lineEnds  int    // in buf
	whole     []byte // that buf is the end of
	offset    int64  // of buf in the input
	line      int64  // of buf in the input, from 1
	eol       byte
	eof       bool
	err       error // that ended reading

	size      int64 // of the text, as far as it is known; -1: unknown
	got       int64 // bytes of text that were read
	encoding  *Encoding
	maxRecord int

	salvage bool  // the text before damage is cut first,
	damage  error // and then this is the error
}

// window returns a window at the first record, or row, of the input.
// size is the length of the text, as far as it is known.
func (in *Input) window(text io.Reader, size int64, o Options) *window {
	if in.textSize >= 0 {
		size = in.textSize
	}
	w := &window{
		r: text, line: 1, offset: in.TextStart, eol: in.shape.eol, size: size, encoding: in.Decoder,
		maxRecord: o.MaxRecord, salvage: o.Salvage, chunkSize: o.chunkSize,
	}
	skip := in.shape.headerEnd
	if in.shape.bom {
		skip += len(byteOrderMark)
	}
	if w.err = w.fill(skip); w.err == nil {
		w.drop(min(skip, len(w.buf)))
	}
	return w
}

// width returns how many bytes a text has in the input.
func (w *window) width(text []byte) int64 {
	if w.encoding == nil {
		return int64(len(text))
	}
	return w.encoding.Width(text)
}

// fill makes the window at least n bytes long unless the input ends before.
func (w *window) fill(n int) error {
	if w.damage != nil && len(w.buf) == 0 {
		return w.damage
	}
	for len(w.buf) < n && !w.eof && w.err == nil {
		w.grow(n)
		w.read(min(n, cap(w.buf)))
	}
	return w.err
}

// grow makes room for n bytes, or for as many as the input has.
func (w *window) grow(n int) {
	if cap(w.buf) >= n {
		return
	}
	if rest := w.size - w.got; w.size >= 0 && rest >= 0 {
		n = int(min(int64(n), int64(len(w.buf))+rest+1)) // one more byte finds the end
	}
	if cap(w.buf) > len(w.buf) && cap(w.buf) >= n {
		return
	}
	used := w.whole
	w.whole = newBuffer(n, w.chunkSize)
	w.buf = append(w.whole, w.buf...)
	releaseBuffer(used)
}

// pieceSize is how many bytes are read at once: a piece is hashed and its line
// ends are counted while it is in the processor's cache.
const pieceSize = 64 << 10

// read makes the window n bytes long, for which it has room, or notes why it
// cannot.
func (w *window) read(n int) {
	var err error
	for len(w.buf) < n && err == nil {
		before, got := len(w.buf), 0
		got, err = io.ReadFull(w.r, w.buf[before:min(before+pieceSize, n)])
		w.buf = w.buf[:before+got]
		w.got += int64(got)
		w.lineEnds += w.countLines(w.buf[before:])
	}
	var e *Error
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		w.eof = true
	case w.salvage && errors.As(err, &e) && e.Damaged:
		w.eof, w.damage = true, err
	default:
		w.err = err
	}
}

// countLines returns how many lines end in a text.
func (w *window) countLines(text []byte) int { return bytes.Count(text, []byte{w.eol}) }

// linesBefore returns how many lines end in the first n bytes.
func (w *window) linesBefore(n int) int {
	if n < len(w.buf)/2 {
		return w.countLines(w.buf[:n])
	}
	return w.lineEnds - w.countLines(w.buf[n:])
}

// drop removes the first n bytes, which belong to no chunk.
func (w *window) drop(n int) {
	w.advance(n)
	w.buf = w.buf[n:]
}

// advance moves the position of the window over its first n bytes.
func (w *window) advance(n int) {
	lines := w.linesBefore(n)
	w.lineEnds -= lines
	w.line += int64(lines)
	w.offset += w.width(w.buf[:n])
}

// newChunk returns a chunk without data at the beginning of the window.
func (w *window) newChunk() *chunk {
	return &chunk{offset: w.offset, line: w.line, eol: w.eol, encoding: w.encoding, maxRecord: w.maxRecord}
}

// cutChunk removes the first n bytes and returns them as a chunk.
func (w *window) cutChunk(n int) *chunk {
	c := w.newChunk()
	c.data, c.buf = w.buf[:n], w.whole
	w.advance(n)
	rest := w.buf[n:]
	w.buf, w.whole = nil, nil
	if len(rest) > 0 {
		w.whole = newBuffer(max(len(rest), w.bufferSize(len(rest))), w.chunkSize)
		w.buf = append(w.whole, rest...)
	}
	return c
}

// bufferSize returns the size of a buffer for the next chunk, of which n bytes
// were read.
func (w *window) bufferSize(n int) int {
	if rest := w.size - w.got; w.size >= 0 && rest >= 0 {
		return int(min(int64(n)+rest+1, int64(w.chunkSize)))
	}
	return w.chunkSize
}

// errorAt returns an error at a byte of the window.
func (w *window) errorAt(pos int, format string, args ...any) *Error {
	return &Error{
		Damaged: true,
		Line:    w.line + int64(w.linesBefore(pos)),
		Byte:    w.offset + w.width(w.buf[:pos]), HasByte: true,
		What: fmt.Sprintf(format, args...),
	}
}
