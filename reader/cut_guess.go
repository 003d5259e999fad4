package reader

import (
	"bytes"
	"context"
	"io"
)

// Finding where elements of an array end takes a look at every byte. In text
// that a program laid out over lines, what stands between two elements stands
// nowhere else: it is taken for a border wherever it is found. A line break
// cannot stand in a string. The parsers prove every guess: a piece that begins
// with an element and holds nothing but whole elements, and not too many, ends
// behind one. Where
// a guess fails, and behind the last one, the input is cut in the exact way.

// findBorder returns the text between the first two elements of the window, from
// the line on which one ends to the brace that opens the next; nil where they
// are not on lines of their own, there is little to guess, or records that are
// too long could stand in a guess.
func (e *elements) findBorder() ([]byte, error) {
	end, tooLong, err := e.valueEnd(0, false)
	if err != nil || end < 0 || tooLong || e.table || len(e.w.buf) < chunkSize || e.w.longest < chunkSize {
		return nil, err
	}
	text := e.w.buf
	gap := nextElement(text[end:])
	next := end + gap
	if gap < 0 || end == 0 || text[end-1] != '}' || text[next] != '{' {
		return nil, nil
	}
	line := max(0, bytes.LastIndexByte(text[:end], '\n'))
	indent := text[line : end-1]
	if len(indent) < 2 || len(bytes.TrimSpace(indent)) > 0 || !bytes.HasSuffix(text[end:next], indent) {
		return nil, nil
	}
	e.long = end > 4*chunkSize/chunkRecords
	return bytes.Clone(text[line : next+1]), nil
}

// guess takes the elements up to the last border in the window. Where there is
// none, all that is left of the input is loose.
func (e *elements) guess() (*chunk, error) {
	w := e.w
	if err := w.fill(chunkSize); err != nil {
		return nil, err
	}
	if len(w.buf) == 0 {
		return nil, w.late
	}
	size := len(w.buf)
	if n := e.lastBorder(w.buf); n > 0 && !w.eof && !e.loose {
		size = n
	} else {
		e.loose = true
	}
	c := w.take(size)
	c.commas, c.exact, c.loose = true, e.exact, e.loose
	return c, nil
}

// lastBorder returns where the element behind the last border begins, or the
// one that would be too many for a chunk; 0 where there is no border. Counting
// takes a look at every byte: that long elements are few is a guess as well.
func (e *elements) lastBorder(text []byte) int {
	n := bytes.LastIndex(text, e.border)
	if n < 0 {
		return 0
	}
	// Braces are rarer than line ends and quicker to find.
	if braces := e.border[bytes.IndexByte(e.border, '}'):]; !e.long && bytes.Count(text[:n], braces) >= chunkRecords {
		n = nthBorder(text[:n+len(e.border)], e.border, chunkRecords)
	}
	return n + len(e.border) - 1
}

// nthBorder returns where the nth border begins, or the last.
func nthBorder(text, border []byte, n int) int {
	at := -1
	for range n {
		next := bytes.Index(text[at+1:], border)
		if next < 0 {
			break
		}
		at += next + 1
	}
	return at
}

// exactly delivers what is left of an input from the chunk of a job on.
func (d *delivery) exactly(j *job) bool {
	c, input := j.chunk, j.input
	rest := &pieces{delivery: d, input: input, chunk: c, data: c.data}
	e := c.exact
	e.w = &window{r: rest, offset: c.offset, line: c.line, eol: c.eol, size: -1, encoding: c.encoding, longest: c.longest, salvage: d.ins.options.Salvage}
	p := j.parser()
	for d.broken != input {
		c, err := e.next()
		if c == nil && err == nil || d.ctx.Err() != nil {
			break
		}
		exact := &job{input: input, chunk: c, err: err}
		if c != nil {
			exact.parse(p)
		}
		if !d.pass(exact) {
			return false
		}
	}
	return true
}

// pieces reads an input from the chunks into which it was cut by guesses.
type pieces struct {
	*delivery
	input *Input
	chunk *chunk
	data  []byte // what is left of the chunk
}

func (p *pieces) Read(to []byte) (int, error) {
	for len(p.data) == 0 {
		p.chunk.release()
		j := p.next()
		switch {
		case p.ctx.Err() != nil:
			return 0, context.Cause(p.ctx)
		case j == nil:
			return 0, io.EOF
		case j.input != p.input:
			p.ahead = j
			return 0, io.EOF
		case j.chunk == nil:
			return 0, j.err
		}
		p.chunk, p.data = j.chunk, j.chunk.data
	}
	n := copy(to, p.data)
	p.data = p.data[n:]
	return n, nil
}
