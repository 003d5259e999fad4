package verify

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxElement bounds a cell: 32,767 characters of up to five bytes, and what is around them.
const maxElement = 256 << 10

// Rows and columns of a sheet.
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// A cell is one of a sheet, valid until the next one.
type cell struct {
	column int    // from 1
	style  []byte // its number
	kind   cellKind
	value  []byte // as in XML
}

type cellKind int

const (
	styleCell  cellKind = iota // without a value
	numberCell                 // value is the number
	boolCell                   // value is 0 or 1
	sharedCell                 // value is the number of a shared string
	inlineCell                 // value is the text
)

// text returns the text of a cell, without the escapes of XML and of workbooks.
func (c *cell) text() string { return decodeCell(c.value) }

var xmlTexts = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#13;", "\r", "&amp;", "&")

// decodeCell returns the text of a cell of which underscores are escaped.
func decodeCell(value []byte) string {
	return strings.ReplaceAll(xmlTexts.Replace(string(value)), "_x005F_", "_")
}

// A rowReader reads the rows of a sheet, in their order.
type rowReader interface {
	startRow(number int) error
	readCell(c *cell) error
}

// A rowScanner reads the rows of a sheet. It knows the elements that this program writes,
// byte by byte, and no others:
//
//	<row r="7" ht="30" customHeight="1"><c r="A7" s="3"/><c r="B7" s="5"><v>1.5</v></c>
//	<c r="C7" s="5" t="s"><v>12</v></c><c r="D7" s="5" t="b"><v>1</v></c>
//	<c r="E7" s="5" t="inlineStr"><is><t>ada</t></is></c></row>
//
// encoding/xml takes ten times as long for them, which was most of the time that the check
// of a workbook took.
type rowScanner struct {
	elementScanner
	texts  int // shared strings
	rows   rowReader
	row    int    // the last one
	end    []byte // of places in it, such as 7"
	inside bool   // it has not ended
	column int    // the last one of the row
}

// scan reads the rows up to the end of the sheet's data, which is not consumed.
func (s *rowScanner) scan() error {
	for {
		at, err := s.next(rowElements)
		if err == nil {
			err = s.read(at)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("behind row %d: %w", s.row, err)
		}
	}
}

// An element is one that a cursor has found.
type element struct {
	kind elementKind
	row  int    // of a row
	end  []byte // of the place of a cell
	cell cell
}

type elementKind int

const (
	noElement elementKind = iota
	rowStart
	rowEnd
	rowCell
	listEnd
	sharedText
)

// read checks an element before the caller sees it; io.EOF is the end of the rows.
func (s *rowScanner) read(e *element) error {
	switch {
	case e.kind == listEnd && !s.inside:
		return io.EOF
	case e.kind == rowEnd && s.inside:
		s.inside = false
		return nil
	case e.kind == rowStart && !s.inside:
		if e.row <= s.row || e.row > maxRows {
			return fmt.Errorf("row %d is out of order", e.row)
		}
		s.row, s.inside, s.column = e.row, true, 0
		s.end = append(strconv.AppendInt(s.end[:0], int64(e.row), 10), '"')
		return s.rows.startRow(e.row)
	case e.kind == rowCell && s.inside:
		if !bytes.Equal(e.end, s.end) || e.cell.column <= s.column || e.cell.column > maxColumns {
			return errors.New("a cell is out of order")
		}
		s.column = e.cell.column
		if n, err := strconv.Atoi(string(e.cell.value)); e.cell.kind == sharedCell && (err != nil || n >= s.texts) {
			return fmt.Errorf("there is no shared string %s", e.cell.value)
		}
		return s.rows.readCell(&e.cell)
	}
	return errors.New("an element is out of order")
}

// scanTexts reads the shared strings up to their end, which is not consumed.
func scanTexts(in *bufio.Reader, add func(text []byte)) error {
	s := elementScanner{in: in}
	for n := 0; ; n++ {
		e, err := s.next(textElements)
		if err != nil {
			return fmt.Errorf("shared string %d: %w", n, err)
		}
		if e.kind == listEnd {
			return nil
		}
		add(e.cell.value)
	}
}

// An elementScanner finds one element after the other in a part that may be larger than
// memory.
type elementScanner struct {
	in   *bufio.Reader
	ends int // bytes of in that the last element had
	last element
}

// next returns the next element, valid until the call after it. parse looks for one at
// the beginning of what has been read, which grows until all of the element is in it.
func (s *elementScanner) next(parse func(c *cursor, e *element) bool) (*element, error) {
	if _, err := s.in.Discard(s.ends); err != nil {
		return nil, err
	}
	s.ends = 0
	for {
		window, _ := s.in.Peek(s.in.Buffered())
		c := cursor{rest: window}
		if s.last = (element{}); parse(&c, &s.last) {
			s.ends = len(window) - len(c.rest)
			return &s.last, nil
		}
		if !c.short {
			return nil, unexpected(c.rest)
		}
		switch _, err := s.in.Peek(len(window) + 1); {
		case err == bufio.ErrBufferFull:
			return nil, errors.New("has a longer text than any cell")
		case err == io.EOF:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
	}
}

// unexpected returns the error about an element that this program does not write.
func unexpected(rest []byte) error {
	if _, name, _ := bytes.Cut(rest, []byte("<")); len(name) > 1 && name[0] == 'f' && bytes.IndexByte([]byte("> /"), name[1]) >= 0 {
		return errors.New("has a formula")
	}
	return fmt.Errorf("unexpected element or text: %q", rest[:min(len(rest), 40)])
}

// rowElements finds an element of the rows of a sheet.
func rowElements(c *cursor, e *element) bool {
	switch {
	case c.skip(`<c r="`):
		e.kind = rowCell
		return c.cell(e)
	case c.skip(`</row>`):
		e.kind = rowEnd
		return true
	case c.skip(`<row r="`):
		e.kind = rowStart
		number := c.run(&digits)
		e.row, _ = strconv.Atoi(string(number))
		if bytes.HasPrefix(number, []byte("0")) || !c.skip(`"`) || c.skip(` ht="`) && (len(c.run(&numbers)) == 0 || !c.skip(`" customHeight="1"`)) {
			return false
		}
		return c.skip(`>`)
	}
	e.kind = listEnd
	return c.begins(`</sheetData>`)
}

// textElements finds an element of the shared strings.
func textElements(c *cursor, e *element) bool {
	if c.skip(`<si>`) {
		e.kind = sharedText
		return c.t(e) && c.skip(`</si>`)
	}
	e.kind = listEnd
	return c.begins(`</sst>`)
}

// A cursor is at a place in XML of which the end may be missing.
type cursor struct {
	rest  []byte
	short bool // more could have been what was looked for
}

// begins reports whether the rest begins with a text.
func (c *cursor) begins(text string) bool {
	if len(c.rest) < len(text) {
		c.short = c.short || string(c.rest) == text[:len(c.rest)]
		return false
	}
	return string(c.rest[:len(text)]) == text
}

// skip consumes a text, if the rest begins with it.
func (c *cursor) skip(text string) bool {
	ok := c.begins(text)
	if ok {
		c.rest = c.rest[len(text):]
	}
	return ok
}

// A byteSet is a set of bytes.
type byteSet [256]bool

func newByteSet(list string) (set byteSet) {
	for _, c := range []byte(list) {
		set[c] = true
	}
	return set
}

var (
	digits  = newByteSet("0123456789")
	numbers = newByteSet("-.0123456789")
	letters = newByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
)

// run consumes the bytes of a set.
func (c *cursor) run(set *byteSet) []byte {
	for i, b := range c.rest {
		if !set[b] {
			found := c.rest[:i]
			c.rest = c.rest[i:]
			return found
		}
	}
	c.short = true
	return nil
}

// cell consumes the rest of a cell, from its place on.
func (c *cursor) cell(e *element) bool {
	for _, letter := range c.run(&letters) {
		e.cell.column = min(e.cell.column, maxColumns)*26 + int(letter-'A') + 1
	}
	place := c.rest
	number := c.run(&digits)
	if len(number) == 0 || !c.skip(`" s="`) {
		return false
	}
	e.end = place[:len(number)+1]
	if e.cell.style = c.run(&digits); len(e.cell.style) == 0 || !c.skip(`"`) {
		return false
	}
	switch {
	case c.skip(`/>`):
		return true
	case c.skip(` t="s"><v>`):
		e.cell.kind, e.cell.value = sharedCell, c.run(&digits)
	case c.skip(` t="b"><v>`):
		e.cell.kind, e.cell.value = boolCell, c.run(&digits)
		if len(e.cell.value) != 1 || e.cell.value[0] > '1' {
			return false
		}
	case c.skip(`><v>`):
		e.cell.kind, e.cell.value = numberCell, c.run(&numbers)
	case c.skip(` t="inlineStr"><is>`):
		e.cell.kind = inlineCell
		return c.t(e) && c.skip(`</is></c>`)
	}
	return len(e.cell.value) > 0 && c.skip(`</v></c>`)
}

// t consumes an element t with a text.
func (c *cursor) t(e *element) bool {
	if !c.skip(`<t>`) && !c.skip(`<t xml:space="preserve">`) {
		return false
	}
	n := bytes.IndexByte(c.rest, '<')
	if n < 0 {
		c.short = true
		return false
	}
	text := c.rest[:n]
	if bad := notText(text); bad >= 0 {
		c.rest = c.rest[bad:]
		return false
	}
	e.cell.value, c.rest = text, c.rest[n:]
	return c.skip(`</t>`)
}

// marked are the bytes of a text that need a closer look.
var marked = func() (set byteSet) {
	for c := range set {
		set[c] = c < ' ' && c != '\t' && c != '\n' || c == '&' || c == '>' || c >= utf8.RuneSelf
	}
	return set
}()

// notText returns the place of the first byte that no text between two elements has, -1
// for none.
func notText(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case !marked[b]:
		case b == '&':
			n := escapeLength(text[i:])
			if n == 0 {
				return i
			}
			i += n - 1
		case b >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
				return i
			}
			i += n - 1
		default:
			return i
		}
	}
	return -1
}

// escapeLength returns the length of the escape at the beginning of a text, 0 for none
// that this program writes.
func escapeLength(text []byte) int {
	for _, escape := range []string{"&amp;", "&lt;", "&gt;", "&#13;"} {
		if len(text) >= len(escape) && string(text[:len(escape)]) == escape {
			return len(escape)
		}
	}
	return 0
}
