package reader

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// A guess cuts an array between elements without reading every byte. In an array
// that a program laid out over lines, the text between two elements is found
// nowhere else: strings hold no line break, and inner braces are indented more.
//
//	[
//	  {
//	    "id": "1",
//	    "status": {
//	    }
//	  },            the border: from the line break before this brace
//	  {             to this brace
//	    "id": "2"
//
// Here it is "\n  },\n  {". The cutter searches for the last border in a full
// window, backwards, and cuts before its opening brace. Parsing proves the guess:
// a chunk that begins with an element and holds nothing but whole elements, not
// too many, ends between two. If a chunk cannot be parsed, and from the last
// border of the array on, the input is cut again by the fallback, which reads
// every byte. That saves 20 % of the processor time of such arrays.
type guess struct {
	border   []byte
	few      bool     // elements are so long that a chunk cannot have too many
	fallback elements // cuts the input from the first guess on
	ended    bool     // the rest of the input is cut anywhere, for the fallback
}

// startGuess sets the guess if the first two elements of the window are on lines
// of their own; not if there is little to guess, or if records could be in a guess
// that are too long.
func (e *elements) startGuess() error {
	w := e.w
	if e.noGuess {
		return nil
	}
	if err := w.fill(w.chunkSize); err != nil {
		return err
	}
	end, tooLong, err := e.valueEnd(0, false)
	if err != nil || end < 0 || tooLong || e.table || len(w.buf) < w.chunkSize || w.maxRecord < w.chunkSize {
		return err
	}
	text := w.buf
	gap := nextElement(text[end:])
	next := end + gap
	if gap < 0 || end == 0 || text[end-1] != '}' || text[next] != '{' {
		return nil
	}
	line := max(0, bytes.LastIndexByte(text[:end], '\n'))
	indent := text[line : end-1]
	if len(indent) < 2 || len(bytes.TrimSpace(indent)) > 0 || !bytes.HasSuffix(text[end:next], indent) {
		return nil
	}
	e.guess = &guess{border: bytes.Clone(text[line : next+1]), few: end > 4*w.chunkSize/chunkRecords, fallback: *e}
	e.guess.fallback.noGuess = true
	return nil
}

// nextChunk cuts behind the last border in the window. If there is none, the
// rest of the input is for the fallback.
func (g *guess) nextChunk(w *window) (*chunk, error) {
	if err := w.refill(); err != nil {
		return nil, err
	}
	if len(w.buf) == 0 {
		return nil, w.damage
	}
	size := g.lastBorder(w.buf)
	if g.ended = g.ended || size == 0 || w.eof; g.ended {
		size = len(w.buf)
	}
	c := w.cutChunk(size)
	c.commas, c.guess, c.unaligned = true, g, g.ended
	return c, nil
}

// lastBorder returns where the element behind the last border begins, or behind
// the one that would be too many for a chunk; 0 if there is no border.
func (g *guess) lastBorder(text []byte) int {
	if text = g.enough(text); len(text) == 0 {
		return 0
	}
	n := bytes.LastIndex(text, g.border)
	if n < 0 {
		return 0
	}
	return n + len(g.border) - 1
}

// enough returns the beginning of a text, which has no more borders than a chunk may
// have records.
func (g *guess) enough(text []byte) []byte {
	if g.few {
		return text
	}
	// Braces are rarer than line ends and quicker to find.
	braces, count := g.border[bytes.IndexByte(g.border, '}'):], 0
	for start := 0; start < len(text); start += pieceSize {
		end := min(len(text), start+pieceSize+len(braces)-1)
		if count += bytes.Count(text[start:end], braces); count >= chunkRecords {
			return text[:nthEnd(text[:end], g.border, chunkRecords)]
		}
	}
	return text
}

var (
	errUnaligned = errors.New("the chunk ends anywhere")
	errTooMany   = errors.New("the guessed chunk holds too many records")
)

// overflows reports whether a guess is wrong because the chunk has too many
// records.
func (c *chunk) overflows(records int64) bool { return c.guess != nil && records > chunkRecords }

// recut cuts and parses what remains of an input by the fallback, from the chunk
// of a job on, whose guess is wrong.
func (d *delivery) recut(j *job) bool {
	c, input := j.chunk, j.input
	e := c.guess.fallback
	e.w = &window{
		place: c.place, r: &chunkReader{delivery: d, input: input, chunk: c, data: c.data},
		chunkSize: e.w.chunkSize, size: -1, salvage: d.ins.options.Salvage,
	}
	p := j.newParser()
	for d.damaged != input {
		c, err := e.nextChunk()
		if c == nil && err == nil || d.ctx.Err() != nil {
			break
		}
		again := &job{input: input, chunk: c, err: err}
		if c != nil {
			d.ins.parse(again, p)
		}
		if !d.deliver(again) {
			return false
		}
	}
	return true
}

// A chunkReader reads the text of an input again, from the chunks that were cut
// by a guess.
type chunkReader struct {
	*delivery
	input *Input
	chunk *chunk
	data  []byte // the rest of the chunk
}

func (r *chunkReader) Read(to []byte) (int, error) {
	for len(r.data) == 0 {
		r.chunk.release()
		j := r.nextJob()
		switch {
		case r.ctx.Err() != nil:
			return 0, context.Cause(r.ctx)
		case j == nil:
			return 0, io.EOF
		case j.input != r.input:
			r.returned = j
			return 0, io.EOF
		case j.chunk == nil:
			return 0, j.err
		}
		r.chunk, r.data = j.chunk, j.chunk.data
	}
	n := copy(to, r.data)
	r.data = r.data[n:]
	return n, nil
}
