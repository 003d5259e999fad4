package excel

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"signins/schema"
	"signins/schema/jsontext"
)

// A listKind is a kind of list that records have as JSON: Conditional Access
// policies or authentication steps.
type listKind struct {
	sheet     string          // that has a row for each element
	emptyNote string          // of the sheet without rows
	source    schema.ColumnID // of the schema
	columns   []columnLook    // of the sheet
	number    int             // the column of an element's number in its list
	read      func(o jsonObject, s *cellStyles) *listElement
	// date is what elements begin with that have a date, up to it; "" for a kind without.
	// Its cell, which dateCell makes, follows that of the number.
	date     string
	dateCell func(date string, s *cellStyles) cell
	short    func(dst []byte, elements []*listElement) []byte // appends a list in a line
}

// A listEncoder makes the cells of the lists in one column, batch after batch. It
// reads each distinct list of a batch once, and each distinct element of some batches.
type listEncoder struct {
	kind   *listKind
	styles *cellStyles
	short  *columnEncoder // the list in a line, for Sign-ins
	texts  []textEncoder  // of the lines, by column
	state  int            // changes when texts of a column become inline, from 1
	lines  *packedLines   // nil if no sheet has them

	cache    elementCache
	elements []*listElement   // of the lists of the batch
	ends     []int            // of lists in elements
	json     []jsontext.Value // the elements of one list
	line     []byte           // a list in a line
}

// packedLines are the lines of the lists of a batch: those of a list one behind the
// other, each of them sized.
type packedLines struct {
	packed, line, number []byte
	ends                 []int // of lists in packed
}

func newListEncoder(book *workbook, kind *listKind, count *columnCount) *listEncoder {
	e := &listEncoder{
		kind: kind, styles: &book.styles, short: newColumnEncoder(book, schema.Text, kind.source, count), state: 1,
		cache: elementCache{kind: kind, limit: maxElementBytes},
	}
	for range kind.columns {
		e.texts = append(e.texts, textEncoder{shared: &book.texts})
	}
	return e
}

// readBatch makes the cells of the lists of a batch.
func (e *listEncoder) readBatch(b *schema.Batch) {
	e.short.setBatch(b)
	if l := e.lines; l != nil {
		l.packed, l.ends = l.packed[:0], l.ends[:0]
	}
	clear(e.elements)
	e.elements, e.ends = e.elements[:0], e.ends[:0]
	v := e.short.vector
	if len(v.Codes) == 0 {
		return
	}
	for i := range v.Dict.Len() {
		value, begin := v.Dict.Value(schema.First+schema.Code(i)), len(e.elements)
		readable := e.readList(value)
		list := e.elements[begin:]
		e.ends = append(e.ends, len(e.elements))
		e.addShort(list, readable)
		if e.lines != nil {
			e.packLines(value, list, readable)
		}
	}
}

// readList appends the elements of a list. It returns false for a value that is no list,
// or has too many members.
func (e *listEncoder) readList(value []byte) (readable bool) {
	e.json = e.json[:0]
	if isEmptyJSON(value) {
		return true
	}
	if jsontext.TooManyMembers(value) {
		return false
	}
	begin := len(e.elements)
	array, readable := readJSONList(value)
	for text := range array.Elements() {
		element := e.cache.read(text, e.styles)
		if element == nil {
			e.elements = e.elements[:begin]
			return false
		}
		if e.lines == nil {
			element.cells = nil
		}
		e.json, e.elements = append(e.json, text), append(e.elements, element)
	}
	return readable
}

// addShort makes the cell of a list in a line.
func (e *listEncoder) addShort(list []*listElement, readable bool) {
	e.line = e.line[:0]
	if readable {
		e.line = e.kind.short(e.line, list)
	} else {
		e.line = append(e.line, "(not readable)"...)
	}
	e.short.texts.cells++
	if len(e.line) == 0 {
		e.short.endText(cellMark{})
	} else {
		e.short.addText(e.line)
	}
	if len(e.line) > longLine {
		e.line = nil
	}
	for _, element := range list {
		if len(element.word) > longLine { // no cache has it
			element.word = ""
		}
	}
}

// longLine is from what length on memory for a list in a line, which a cell cuts, is not
// kept for the next: of steps of 55 MB it is twice as much.
const longLine = 1 << 20

// packLines packs the lines of a list. One that is not readable becomes a line with the
// whole value in its last column.
func (e *listEncoder) packLines(value []byte, list []*listElement, readable bool) {
	l := e.lines
	for i, element := range list {
		e.packElement(element, e.json[i], i+1)
	}
	if !readable {
		l.line = e.packCell(l.line[:0], 0, cell{style: e.styles.text, text: "(not readable, see further members)"}, true)
		l.line = e.packCell(l.line, len(e.texts)-1, cell{style: e.styles.text, raw: value}, true)
		l.packed = appendSized(l.packed, l.line)
	}
	l.ends = append(l.ends, len(l.packed))
}

// packElement packs the line of an element with a number. The cells that are packed
// already count as all others do for what texts of a column become: if those of one became
// inline since, all are packed again.
func (e *listEncoder) packElement(element *listElement, text jsontext.Value, number int) {
	again := element.state > 0
	if again {
		e.packNumber(element, text, number)
		e.countTexts(element.texts)
	}
	if element.state != e.state {
		e.packCells(element, text, number, again)
	}
	l := e.lines
	l.packed = binary.AppendUvarint(l.packed, uint64(len(element.packed)+len(l.number)))
	l.packed = append(l.packed, element.packed[:element.number]...)
	l.packed = append(l.packed, l.number...)
	l.packed = append(l.packed, element.packed[element.number:]...)
}

// packCells packs the cells of an element, in the order of their columns: shared strings
// have their numbers in that of the cells. Those that are packed again do not count again.
func (e *listEncoder) packCells(element *listElement, text jsontext.Value, number int, again bool) {
	cells := element.cells
	if again {
		o, _ := newJSONObject(text)
		cells = e.kind.read(o, e.styles).cells
	}
	l := e.lines
	l.line, element.texts = l.line[:0], 0
	for i, c := range cells {
		switch {
		case i == e.kind.number:
			element.number = len(l.line)
			if !again {
				e.packNumber(element, text, number)
			}
		case i == e.kind.number+1 && element.dated:
		default:
			before := len(l.line)
			if l.line = e.packCell(l.line, i, c, !again); len(l.line) > before && c.isText() {
				element.texts |= 1 << i
			}
		}
	}
	element.packed, element.cells, element.state = bytes.Clone(l.line), nil, e.state
}

// packNumber packs the number of an element and, where it is not of the element, its date.
func (e *listEncoder) packNumber(element *listElement, text jsontext.Value, number int) {
	l := e.lines
	var digits [20]byte
	l.number = append(l.number[:0], byte(len(signInColumns)+e.kind.number))
	l.number = appendPacked(l.number, e.styles.whole, numberCell, cellMark{}, strconv.AppendInt(digits[:0], int64(number), 10))
	if element.dated {
		date, _, _ := e.kind.cutDate(text)
		l.number = e.packCell(l.number, e.kind.number+1, e.kind.dateCell(string(date), e.styles), true)
	}
}

// packCell appends a packed cell of a line. Its columns are behind signInColumns.
func (e *listEncoder) packCell(dst []byte, column int, c cell, counts bool) []byte {
	value, kind, mark, ok := c.value()
	if !ok {
		return dst
	}
	dst = append(dst, byte(len(signInColumns)+column))
	if kind != inlineCell {
		return appendPacked(dst, c.style, kind, mark, value)
	}
	t := &e.texts[column]
	t.style = c.style
	if counts {
		e.countTexts(1 << column)
	}
	return t.packText(dst, value, mark)
}

// countTexts counts a text in each of some columns, by their bits.
func (e *listEncoder) countTexts(columns uint32) {
	for i := 0; columns != 0; i, columns = i+1, columns>>1 {
		if columns&1 != 0 {
			t := &e.texts[i]
			was := t.inline
			t.cells++
			if t.decide(); t.inline != was {
				e.state++
			}
		}
	}
}

// packShort appends the packed cell of Sign-ins that has the list of a row in a line.
func (e *listEncoder) packShort(dst []byte, column, row int) []byte {
	before := len(dst)
	if dst = e.short.packCell(dst, column, row, &e.short.count.marks); len(dst) > before {
		e.short.count.filled++
	}
	return dst
}

// elementsOf returns the elements in the list of a row.
func (e *listEncoder) elementsOf(row int) []*listElement {
	begin, end := span(e.ends, dictIndex(e.short.vector, row))
	return e.elements[begin:end]
}

// linesOf returns the packed lines of a row.
func (e *listEncoder) linesOf(row int) []byte {
	begin, end := span(e.lines.ends, dictIndex(e.short.vector, row))
	return e.lines.packed[begin:end]
}

// span returns where the list with a dictIndex begins and ends, of which all ends are given.
func span(ends []int, index int) (begin, end int) {
	switch index {
	case 0:
		return 0, 0
	case 1:
		return 0, ends[0]
	}
	return ends[index-2], ends[index-1]
}
