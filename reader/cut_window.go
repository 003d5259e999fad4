package reader

import (
	"bytes"
	"fmt"
	"io"

	"signins/reader/source"
	"signins/schema"
	"signins/schema/jsontext"
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
	place     // of buf
	r         io.Reader
	hashed    func() <-chan struct{} // as source.Stream.Hashed; nil where memory is not hashed
	chunkSize int
	buf       []byte // UTF-8
	lineEnds  int    // in buf, where byLines
	byLines   bool
	whole     []byte // that buf is the end of
	eof       bool
	err       error // that ended reading

	size int64 // of the text, as far as it is known; -1: unknown
	got  int64 // bytes of text that were read

	alone func(n int) error // waits until no other chunk is in memory; nil where there is none

	salvage bool  // the text before damage is cut first,
	damage  error // and then this is the error
}

// window returns a window at the first record, or row, of the input.
// size is the length of the text, as far as it is known.
func (in *Input) window(text io.Reader, size int64, o Options) *window {
	if in.textSize >= 0 {
		size = in.textSize
	}
	begin := place{line: 1, offset: in.TextStart, eol: in.shape.eol, encoding: in.Decoder, maxRecord: o.MaxRecord}
	w := &window{place: begin, r: text, size: size, salvage: o.Salvage, chunkSize: o.chunkSize}
	if stream, ok := text.(*source.Stream); ok {
		w.hashed = stream.Hashed
	}
	if w.err = w.fill(in.shape.begin); w.err == nil {
		w.drop(min(in.shape.begin, len(w.buf)))
	}
	return w
}

// fill makes the window at least n bytes long unless the input ends before.
func (w *window) fill(n int) error {
	if w.damage != nil && len(w.buf) == 0 {
		return w.damage
	}
	for len(w.buf) < n && !w.eof && w.err == nil {
		if w.alone != nil && n > maxPooled && cap(w.buf) < n {
			w.err = w.alone(n)
		}
		if w.err == nil {
			w.grow(n)
			w.read(min(n, cap(w.buf)))
		}
	}
	return w.err
}

// refill fills a window that is less than half full: what many small chunks are cut
// from is not moved for each of them. Like fill, it depends on the input alone.
func (w *window) refill() error {
	if len(w.buf) >= w.chunkSize/2 && w.err == nil {
		return nil
	}
	return w.fill(w.chunkSize)
}

// longer returns the length of a full window, or twice that of one that is full.
func (w *window) longer() int {
	if len(w.buf) < w.chunkSize {
		return w.chunkSize
	}
	return 2 * len(w.buf)
}

// grow makes room for n bytes, or for as many as the input has.
func (w *window) grow(n int) {
	if cap(w.buf) >= n {
		return
	}
	n = w.bufferSize(len(w.buf), n)
	if cap(w.buf) > len(w.buf) && cap(w.buf) >= n {
		return
	}
	used := w.whole
	w.whole = newBuffer(n, w.chunkSize)
	w.buf = append(w.whole, w.buf...)
	if hashed := w.allHashed(); hashed != nil {
		<-hashed
	}
	releaseBuffer(used)
}

// allHashed returns what is closed once all of the window is hashed, nil if it is.
func (w *window) allHashed() <-chan struct{} {
	if w.hashed == nil {
		return nil
	}
	return w.hashed()
}

const (
	// readSize is how many bytes are read and hashed at once.
	readSize = 256 << 10
	// pieceSize is how many bytes are searched at once: they stay in the processor's cache.
	pieceSize = 64 << 10
)

// read makes the window n bytes long, for which it has room, or notes why it
// cannot.
func (w *window) read(n int) {
	var err error
	for len(w.buf) < n && err == nil {
		before, got := len(w.buf), 0
		got, err = io.ReadFull(w.r, w.buf[before:min(before+readSize, n)])
		w.buf = w.buf[:before+got]
		w.got += int64(got)
		w.countLines(w.buf[before:])
	}
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		w.eof = true
	case w.salvage && isDamage(err):
		w.eof, w.damage = true, err
	default:
		w.err = err
	}
}

// countLines counts the line ends of text that was read, while it is in the processor's
// cache: to count those of a whole window would read all of its memory once more.
func (w *window) countLines(text []byte) {
	if w.byLines {
		w.lineEnds += bytes.Count(text, []byte{w.eol})
	}
}

// uncountLines makes lineEnds those behind the first n bytes.
func (w *window) uncountLines(n int) {
	switch {
	case !w.byLines:
	case n < len(w.buf)/2:
		w.lineEnds -= bytes.Count(w.buf[:n], []byte{w.eol})
	default:
		w.lineEnds = bytes.Count(w.buf[n:], []byte{w.eol})
	}
}

// drop removes the first n bytes, which belong to no chunk.
func (w *window) drop(n int) {
	lines := bytes.Count(w.buf[:n], []byte{w.eol})
	w.line += int64(lines)
	if w.byLines {
		w.lineEnds -= lines
	}
	w.offset += w.width(w.buf[:n])
	w.buf = w.buf[n:]
}

// newChunk returns a chunk of the first n bytes, without data. What comes next is counted
// from their end.
func (w *window) newChunk(n int) *chunk {
	c := &chunk{place: w.place}
	w.offset += w.width(w.buf[:n])
	w.line = 1
	return c
}

// smallPart is the part of a window below which a chunk is copied, not the rest.
const smallPart = 8

// cutChunk removes the first n bytes and returns them as a chunk. What it copies is in
// proportion to the chunk: lines of {} make 170 chunks of a window.
func (w *window) cutChunk(n int) *chunk {
	c := w.newChunk(n)
	w.uncountLines(n)
	if n < len(w.buf)/smallPart {
		c.data, w.buf = bytes.Clone(w.buf[:n]), w.buf[n:]
		return c
	}
	c.data, c.buf, c.hashed = w.buf[:n], w.whole, w.allHashed()
	rest := w.buf[n:]
	w.buf, w.whole = nil, nil
	if len(rest) > 0 {
		w.whole = newBuffer(max(len(rest), w.bufferSize(len(rest), w.chunkSize)), w.chunkSize)
		w.buf = append(w.whole, rest...)
	}
	return c
}

// bufferSize returns the size of a buffer for n bytes, of which some were read, or
// for as many as the input has.
func (w *window) bufferSize(read, n int) int {
	if rest := w.size - w.got; w.size >= 0 && rest >= 0 {
		return int(min(int64(read)+rest+1, int64(n))) // one more byte finds the end
	}
	return n
}

// fail returns the error of an input that ends with bad, at a byte of the window.
func (w *window) fail(bad *syntaxError) *Error {
	c := &chunk{place: w.place, data: w.buf}
	return c.syntaxError(bad)
}

// errorAtStart returns an error at the beginning of the window.
func (w *window) errorAtStart(format string, args ...any) *Error {
	return w.fail(&syntaxError{What: fmt.Sprintf(format, args...)})
}

// A lineCutter cuts an input that has one JSON value a line, or rows of a CSV.
type lineCutter struct {
	w         *window
	separator byte // of the cells of a CSV, 0 for JSON
	warnings  *schema.Tally
}

func (l *lineCutter) nextChunk() (*chunk, error) {
	w := l.w
	for err := w.refill(); ; err = w.fill(w.longer()) {
		if err != nil {
			return nil, err
		}
		if len(w.buf) == 0 {
			return nil, nil
		}
		n := l.wholeRecords()
		if n > 0 && n == len(w.buf) && w.buf[n-1] != w.eol && !l.isClosed() {
			l.warnings.Add(schema.NoFinalNewline, 1)
		}
		switch {
		case n > 0:
			c := w.cutChunk(n)
			c.lines = l.separator == 0
			return c, nil
		case len(w.buf) < w.maxRecord:
		case l.separator == 0:
			c, _, err := w.cutLongRecord(toLineEnd)
			return c, err
		default:
			return nil, w.fail(&syntaxError{What: longRow(w.maxRecord), Hint: longHint})
		}
	}
}

// isClosed reports whether the last line of the window is a JSON value that is complete
// without a line end, also behind a header of syslog.
func (l *lineCutter) isClosed() bool {
	line := bytes.TrimSpace(l.w.buf[bytes.LastIndexByte(l.w.buf, '\n')+1:])
	return l.separator == 0 && (len(line) == 0 || jsontext.ValueEnd(line, 0) == len(line) || behindPrefix(line) >= 0)
}

// wholeRecords returns the length of the whole records at the start of the window.
func (l *lineCutter) wholeRecords() int {
	if l.separator == 0 {
		return l.w.withinLimit(l.w.wholeLines())
	}
	return l.w.wholeRows(l.separator)
}

// withinLimit returns how many of the first n bytes, which are whole lines,
// come before one that is too long.
func (w *window) withinLimit(n int) int {
	for pos := 0; n-pos > w.maxRecord; {
		length, _ := toLineEnd(w.buf[pos:n])
		if length >= w.maxRecord {
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
// at most chunkRecords of them. The last line of an input may lack its end.
func (w *window) wholeLines() int {
	if !w.byLines {
		w.byLines = true
		w.countLines(w.buf)
	}
	if w.lineEnds > chunkRecords {
		return nthByte(w.buf, w.eol, chunkRecords)
	}
	switch {
	case w.eof:
		return len(w.buf)
	case w.lineEnds == 0:
		return 0
	}
	return bytes.LastIndexByte(w.buf, w.eol) + 1
}

// nthByte returns where the nth byte c in text ends, which has as many.
func nthByte(text []byte, c byte, n int) (end int) {
	const piece = 4 << 10
	for count := 0; ; end += piece {
		if count = bytes.Count(text[end:min(len(text), end+piece)], []byte{c}); count >= n {
			break
		}
		n -= count
	}
	return end + nthEnd(text[end:], []byte{c}, n)
}

// nthEnd returns where the nth separator in text ends, or the last.
func nthEnd(text, separator []byte, n int) (end int) {
	for range n {
		next := bytes.Index(text[end:], separator)
		if next < 0 {
			break
		}
		end += next + len(separator)
	}
	return end
}
