package reader

import (
	"bytes"

	"signins/schema"
)

// A lineCutter cuts an input that has one JSON value a line, or rows of a CSV.
type lineCutter struct {
	w         *window
	separator byte // of the cells of a CSV, 0 for JSON
	warnings  *schema.Tally
}

func (l *lineCutter) nextChunk() (*chunk, error) {
	w := l.w
	for size := w.chunkSize; ; size *= 2 {
		if err := w.fill(size); err != nil {
			return nil, err
		}
		if len(w.buf) == 0 {
			return nil, nil
		}
		n := l.wholeRecords()
		if n > 0 && n == len(w.buf) && w.buf[n-1] != w.eol {
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
	if w.lineEnds > chunkRecords {
		return nthByte(w.buf, w.eol, chunkRecords)
	}
	if w.eof {
		return len(w.buf)
	}
	return bytes.LastIndexByte(w.buf, w.eol) + 1
}

// nthByte returns the length of text up to and with the nth c.
func nthByte(text []byte, c byte, n int) int {
	end := 0
	for range n {
		end += bytes.IndexByte(text[end:], c) + 1
	}
	return end
}
