package reader

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"signins/schema"
	"signins/schema/jsontext"
)

// A cell is one field of a CSV row: data[start:end] between its quotes.
type cell struct {
	start, end int
	doubled    bool // holds doubled quotes
}

// A rowScanner reads rows of strict CSV (RFC 4180) but for the separator, which
// need not be a comma: a quote opens a cell only at its beginning, and stands in
// a quoted cell only doubled. White space and line breaks inside quotes are kept
// as they are.
type rowScanner struct {
	data      []byte
	separator byte // between cells
	eol       byte // '\n', or '\r' where lines end in it alone
	cells     []cell
}

// Eight bytes are looked at together in one number: each has its own bits.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scan reads the row at pos into cells and returns where its content ends and
// where the next row begins. A row that is not strict is still passed whole
// and reported as a syntaxError; an unterminated quote ends at the end of data
// with cut set.
func (s *rowScanner) scan(pos int) (end, next int, err error) {
	s.cells = s.cells[:0]
	var bad error
	for {
		pos = s.passPlain(pos)
		c, after, cellErr := s.cell(pos)
		if cut, ok := cellErr.(*syntaxError); cellErr != nil && (bad == nil || ok && cut.Truncated) {
			bad = cellErr
		}
		s.cells = append(s.cells, c)
		if after < len(s.data) && s.data[after] == s.separator {
			pos = after + 1
			continue
		}
		end, next = after, min(after+1, len(s.data))
		// The end of a line CR LF is not part of its last cell.
		if last := &s.cells[len(s.cells)-1]; s.eol == '\n' && last.end == after && end > last.start && s.data[end-1] == '\r' {
			end--
			last.end--
		} else if s.eol == '\n' && end > 0 && end > last.end+1 && s.data[end-1] == '\r' {
			end--
		}
		return end, next, bad
	}
}

// passPlain reads cells from pos on that have no quotes and a separator behind
// them, eight bytes at a time, and returns where the next cell begins.
func (s *rowScanner) passPlain(pos int) int {
	data, cells, separator := s.data, s.cells, s.separator
	separators, eols := uint64(separator)*ones, uint64(s.eol)*ones
	rest := data[pos:]
	for at := pos; len(rest) >= 8; at, rest = at+8, rest[8:] {
		w := binary.LittleEndian.Uint64(rest)
		quote, comma, eol := w^('"'*ones), w^separators, w^eols
		// Right above a bit that is right one may be wrong.
		for stops := ((quote-ones)&^quote | (comma-ones)&^comma | (eol-ones)&^eol) & highs; stops != 0; stops &= stops - 1 {
			switch end := at + bits.TrailingZeros64(stops)/8; data[end] {
			case separator:
				cells = append(cells, cell{start: pos, end: end})
				pos = end + 1
			case '"', s.eol:
				s.cells = cells
				return pos
			}
		}
	}
	s.cells = cells
	return pos
}

// cell reads the cell at pos and returns what follows it: a separator, a line
// end or the end of data.
func (s *rowScanner) cell(pos int) (c cell, after int, err error) {
	if pos < len(s.data) && s.data[pos] == '"' {
		return s.quoted(pos)
	}
	after = s.special(pos)
	if after < len(s.data) && s.data[after] == '"' {
		err = &syntaxError{Pos: after, What: "found a quote inside a cell that is not quoted"}
		after = s.plainEnd(after)
	}
	return cell{start: pos, end: after}, after, err
}

// plainEnd returns where a separator or a line end stands at or after pos.
func (s *rowScanner) plainEnd(pos int) int {
	for pos = s.special(pos); pos < len(s.data) && s.data[pos] == '"'; pos = s.special(pos + 1) {
	}
	return pos
}

// special returns where a separator, a line end or a quote stands at or after
// pos. It looks at eight bytes at a time.
func (s *rowScanner) special(pos int) int {
	data, separators, eols := s.data, uint64(s.separator)*ones, uint64(s.eol)*ones
	for ; pos+8 <= len(data); pos += 8 {
		w := binary.LittleEndian.Uint64(data[pos:])
		quote, separator, eol := w^('"'*ones), w^separators, w^eols
		if stop := ((quote-ones)&^quote | (separator-ones)&^separator | (eol-ones)&^eol) & highs; stop != 0 {
			return pos + bits.TrailingZeros64(stop)/8
		}
	}
	for pos < len(data) && data[pos] != '"' && data[pos] != s.separator && data[pos] != s.eol {
		pos++
	}
	return pos
}

func (s *rowScanner) quoted(open int) (c cell, after int, err error) {
	c.start = open + 1
	for i := c.start; ; {
		n := bytes.IndexByte(s.data[i:], '"')
		if n < 0 {
			c.end = len(s.data)
			return c, len(s.data), &syntaxError{Pos: open, What: "the quote that opens here is never closed", Truncated: true}
		}
		i += n
		if i+1 < len(s.data) && s.data[i+1] == '"' {
			c.doubled = true
			i += 2
			continue
		}
		c.end = i
		break
	}
	after = s.plainEnd(c.end + 1)
	tail := s.data[c.end+1 : after]
	if len(tail) > 0 && !(string(tail) == "\r" && (after == len(s.data) || s.data[after] == '\n')) {
		err = &syntaxError{Pos: c.end + 1, What: fmt.Sprintf("found %s after a closing quote, where %s should stand", jsontext.QuoteChar(tail), jsontext.QuoteChar([]byte{s.separator}))}
	}
	return c, after, err
}

// text returns what a cell says; buf is memory it may use.
func (s *rowScanner) text(c cell, buf []byte) (text, memory []byte) {
	text = s.data[c.start:c.end]
	if !c.doubled {
		return text, buf
	}
	buf = buf[:0]
	for {
		n := bytes.IndexByte(text, '"')
		if n < 0 {
			buf = append(buf, text...)
			return buf, buf
		}
		buf = append(buf, text[:n+1]...)
		text = text[n+2:]
	}
}

// texts returns what the cells say.
func (s *rowScanner) texts() (list []string) {
	for _, c := range s.cells {
		text, _ := s.text(c, nil)
		list = append(list, string(text))
	}
	return list
}

// rows cuts a CSV input between rows.
type rows struct {
	w         *window
	separator byte
	warnings  *schema.Tally
}

// rows cuts the input, a CSV, from its first row on.
func (in *Input) rows(warnings *schema.Tally) *rows {
	s := in.shape
	return &rows{in.window(s.headerEnd, s.eol), s.separator, warnings}
}

func (r *rows) next() (*chunk, error) {
	w := r.w
	for size := chunkSize; ; size *= 2 {
		if err := w.fill(size); err != nil {
			return nil, err
		}
		if len(w.buf) == 0 {
			return nil, nil
		}
		n := r.lastRows()
		if n == 0 && w.eof {
			n = len(w.buf)
		}
		if n > 0 {
			if w.eof && n == len(w.buf) && w.buf[n-1] != w.eol {
				r.warnings.Add(schema.NoFinalNewline, 1)
			}
			return w.take(n), nil
		}
		if len(w.buf) >= w.longest {
			e := w.fail(0, "%s", longRow(w.longest)).(*Error)
			e.Hint = longHint
			return nil, e
		}
	}
}

// lastRows returns the length of the whole rows at the start of the window, at
// most chunkRecords lines of them.
func (r *rows) lastRows() int {
	text, eol := r.w.buf, r.w.eol
	var last []byte // text up to the last quote with a line end before it
	lines := 0
	for pos := 0; pos < len(text) && lines < chunkRecords; {
		// Up to the next quote no line end is quoted.
		plain := text[pos:]
		quote := bytes.IndexByte(plain, '"')
		if quote >= 0 {
			plain = plain[:quote]
		}
		count := bytes.Count(plain, []byte{eol})
		if lines += count; lines > chunkRecords {
			return pos + nthByte(plain, eol, count-(lines-chunkRecords))
		}
		if count > 0 {
			last = text[:pos+len(plain)]
		}
		if quote < 0 {
			break
		}
		pos += quote
		if pos > 0 && text[pos-1] != r.separator && text[pos-1] != eol && !bytes.HasSuffix(text[:pos], append([]byte{eol}, byteOrderMark...)) {
			pos++
			continue
		}
		if pos = passQuoted(text, pos+1); pos < 0 {
			break
		}
	}
	return bytes.LastIndexByte(last, eol) + 1
}

// nthByte returns the length of text up to and with the nth c.
func nthByte(text []byte, c byte, n int) int {
	end := 0
	for range n {
		end += bytes.IndexByte(text[end:], c) + 1
	}
	return end
}

// passQuoted returns what follows the quote that closes a cell, -1 where none
// does.
func passQuoted(text []byte, pos int) int {
	for {
		n := bytes.IndexByte(text[pos:], '"')
		if n < 0 {
			return -1
		}
		pos += n + 1
		if pos == len(text) || text[pos] != '"' {
			return pos
		}
		pos++
	}
}
