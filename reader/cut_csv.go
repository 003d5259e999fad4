package reader

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"signins/schema/jsontext"
)

// A cell is one field of a CSV row: data[start:end] between its quotes.
type cell struct {
	start, end int
	doubled    bool // holds doubled quotes
}

// A rowScanner reads rows of strict CSV (RFC 4180), with any separator: a quote
// opens a cell only at its beginning, and is doubled inside a quoted cell. White
// space and line breaks inside quotes are kept. In the row
//
//	a,"b,""c""",
//
// the cells are: a; b,""c"" (doubled); and an empty one.
type rowScanner struct {
	data      []byte
	separator byte // between cells
	eol       byte // '\n', or '\r' where lines end in it alone
	cells     []cell
	dropped   int // cells of the row that are not among cells, see dropCells
}

// maxCells is how many cells of a row are kept. A row of 50 MB of commas would take
// 1.2 GB; no table has a hundredth of that.
const maxCells = 1 << 18

// dropCells drops the cells of a row that has too many, all but the last.
func (s *rowScanner) dropCells() {
	last := len(s.cells) - 1
	s.dropped += last
	s.cells = append(s.cells[:0], s.cells[last])
}

// count returns how many cells the row has.
func (s *rowScanner) count() int { return s.dropped + len(s.cells) }

// Eight bytes are compared at once in one number; each has bits of its own.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scan reads the row at pos into cells and returns where its content ends and
// where the next row begins. A row that is not strict is still skipped
// whole and reported as a syntaxError; an unterminated quote ends at the end of
// data with Truncated set.
func (s *rowScanner) scan(pos int) (end, next int, err error) {
	s.cells, s.dropped = s.cells[:0], 0
	var bad error
	for {
		pos = s.scanPlain(pos)
		c, after, cellErr := s.cell(pos)
		if cut, ok := cellErr.(*syntaxError); cellErr != nil && (bad == nil || ok && cut.Truncated) {
			bad = cellErr
		}
		if s.cells = append(s.cells, c); len(s.cells) > maxCells {
			s.dropCells()
		}
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

// scanPlain reads cells from pos on that have no quotes and are followed by a
// separator, eight bytes at a time, and returns where the next cell begins.
func (s *rowScanner) scanPlain(pos int) int {
	data, cells, separator := s.data, s.cells, s.separator
	separators, eols := uint64(separator)*ones, uint64(s.eol)*ones
	rest := data[pos:]
	for at := pos; len(rest) >= 8; at, rest = at+8, rest[8:] {
		w := binary.LittleEndian.Uint64(rest)
		quote, comma, eol := w^('"'*ones), w^separators, w^eols
		// The byte above a true stop may look like one: data decides.
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
		if len(cells) > maxCells {
			s.cells = cells
			s.dropCells()
			cells = s.cells
		}
	}
	s.cells = cells
	return pos
}

// cell reads the cell at pos and returns the position behind it: of a separator,
// a line end or the end of data.
func (s *rowScanner) cell(pos int) (c cell, after int, err error) {
	if pos < len(s.data) && s.data[pos] == '"' {
		return s.quoted(pos)
	}
	after = s.nextSpecial(pos)
	if after < len(s.data) && s.data[after] == '"' {
		err = &syntaxError{Pos: after, What: "found a quote inside a cell that is not quoted"}
		after = s.plainEnd(after)
	}
	return cell{start: pos, end: after}, after, err
}

// plainEnd returns the position of the next separator or line end.
func (s *rowScanner) plainEnd(pos int) int {
	for pos = s.nextSpecial(pos); pos < len(s.data) && s.data[pos] == '"'; pos = s.nextSpecial(pos + 1) {
	}
	return pos
}

// nextSpecial returns the position of the next separator, line end or quote at
// or after pos. It compares eight bytes at a time.
func (s *rowScanner) nextSpecial(pos int) int {
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
	end := 0
	if end, c.doubled = quoteEnd(s.data, c.start); end < 0 {
		c.end = len(s.data)
		return c, len(s.data), &syntaxError{Pos: open, What: "the quote that opens here is never closed", Truncated: true}
	}
	c.end, after = end-1, s.plainEnd(end)
	tail := s.data[end:after]
	if len(tail) > 0 && !(string(tail) == "\r" && (after == len(s.data) || s.data[after] == '\n')) {
		err = &syntaxError{Pos: end, What: fmt.Sprintf("found %s after a closing quote, expected %s", jsontext.QuoteChar(tail), jsontext.QuoteChar([]byte{s.separator}))}
	}
	return c, after, err
}

// text returns the text of a cell, without doubled quotes; it may use buf, which
// it returns as it grew.
func (s *rowScanner) text(c cell, buf []byte) (text, grown []byte) {
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

// texts returns the texts of the cells.
func (s *rowScanner) texts() (list []string) {
	for _, c := range s.cells {
		text, _ := s.text(c, nil)
		list = append(list, string(text))
	}
	return list
}

// wholeRows returns the length of the whole rows at the start of the window, at
// most chunkRecords lines of them. The last row of an input may lack its end.
func (w *window) wholeRows(separator byte) int {
	text, eol := w.buf, w.eol
	var last []byte // text up to the last quote with a line end before it
	lines := 0
	for pos := 0; pos < len(text) && lines < chunkRecords; {
		// Up to the next quote no line end is quoted.
		plain := text[pos:min(len(text), pos+pieceSize)]
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
			pos += len(plain)
			continue
		}
		pos += quote
		if pos > 0 && text[pos-1] != separator && text[pos-1] != eol && !bytes.HasSuffix(text[:pos], append([]byte{eol}, byteOrderMark...)) {
			pos++
			continue
		}
		if pos, _ = quoteEnd(text, pos+1); pos < 0 {
			break
		}
	}
	if n := bytes.LastIndexByte(last, eol) + 1; n > 0 || !w.eof {
		return n
	}
	return len(text)
}

// quoteEnd returns the position behind the quote that closes a cell, -1 if there is
// none, and whether the cell has doubled quotes. Its content begins at pos.
func quoteEnd(text []byte, pos int) (end int, doubled bool) {
	for {
		n := bytes.IndexByte(text[pos:], '"')
		if n < 0 {
			return -1, doubled
		}
		pos += n + 1
		if pos == len(text) || text[pos] != '"' {
			return pos, doubled
		}
		pos, doubled = pos+1, true
	}
}
