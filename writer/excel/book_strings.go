package excel

import (
	"fmt"
	"strconv"

	"signins/schema"
)

// Bounds of the shared strings: texts beyond them are inline.
const (
	maxSharedBytes    = 24 << 20 // in all columns, with the index
	sharedOverhead    = 32
	maxSharedDistinct = 1 << 16 // in one column
	sharedTrial       = 4096    // cells after which a column shows whether its texts repeat
)

// sharedTexts are the shared strings of the workbook: texts that cells name by
// number.
type sharedTexts struct {
	xml   *spillPart
	dict  schema.Dict
	bytes int
}

// number returns the number of a text, and whether it is a new one.
func (s *sharedTexts) number(text []byte) (n int, added bool) {
	before := s.dict.Len()
	n = int(s.dict.Add(text) - schema.First)
	if n < before {
		return n, false
	}
	s.bytes += len(text) + sharedOverhead
	s.xml.append(func(dst []byte) []byte {
		return append(appendT(append(dst, "<si>"...), text), "</si>"...)
	})
	return n, true
}

// pieces returns the pieces of the part of the shared strings.
func (s *sharedTexts) pieces() []*spillPart {
	head := fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="%d">`, s.dict.Len())
	return []*spillPart{s.xml.spill.newPart(head), s.xml, s.xml.spill.newPart([]byte("</sst>"))}
}

// A textEncoder makes the text cells of one column. As long as the texts of the
// column repeat they are shared strings, else inline:
//
//	<c r="B7" s="5" t="s"><v>12</v></c>
//	<c r="B7" s="5" t="inlineStr"><is><t>ada@contoso.example</t></is></c>
//
// It decides by the cells before alone: sign-ins are never read twice.
type textEncoder struct {
	shared          *sharedTexts
	style           int
	cells, distinct int // cells so far, new texts among them
	inline          bool
}

// decide makes the texts of the column inline once they no longer repeat, or have no room.
func (e *textEncoder) decide() {
	if !e.inline && (e.distinct >= maxSharedDistinct || e.shared.bytes >= maxSharedBytes ||
		e.cells >= sharedTrial && 2*e.distinct > e.cells) {
		e.inline = true
	}
}

// packText appends a packed cell with a text that fits a cell, from behind its column.
// The caller counts the cell.
func (e *textEncoder) packText(dst, text []byte, mark cellMark) []byte {
	if e.decide(); e.inline {
		return appendPacked(dst, e.style, inlineCell, mark, text)
	}
	n, added := e.shared.number(text)
	if added {
		e.distinct++
	}
	var number [20]byte
	return appendPacked(dst, e.style, sharedCell, mark, strconv.AppendInt(number[:0], int64(n), 10))
}
