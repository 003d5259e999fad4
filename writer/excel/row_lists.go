package excel

import (
	"signins/schema"
	"signins/schema/jsontext"
)

// A listKind is a kind of list that records have as JSON: Conditional Access
// policies or authentication steps.
type listKind struct {
	source  schema.ColumnID // of the schema
	columns []columnLook    // of the sheet that has a row for each element
	read    func(elements []jsonObject, s *cellStyles) list
}

// A list is one list, read.
type list struct {
	short string   // in a line
	lines [][]cell // the cells of each element
}

// readValue reads the list in a value. A value that is no list, or has too many
// members, becomes one line with the whole value in its last column.
func (k *listKind) readValue(value []byte, s *cellStyles) list {
	if isEmptyJSON(value) {
		return list{}
	}
	if !jsontext.TooManyMembers(value) {
		if elements, ok := readJSONList(value); ok {
			return k.read(elements, s)
		}
	}
	cells := make([]cell, len(k.columns))
	cells[0] = cell{style: s.text, text: "(not readable, see further members)"}
	cells[len(cells)-1] = cell{style: s.text, text: string(value)}
	return list{short: "(not readable)", lines: [][]cell{cells}}
}

// A listEncoder makes the cells of the lists in one column, batch after batch. It
// reads each distinct list of a batch once.
type listEncoder struct {
	kind   *listKind
	styles *cellStyles
	short  *columnEncoder // the list in a line, for Sign-ins
	texts  []textEncoder  // of the lines, by column
	lines  *encodedLines  // nil if no sheet has them
}

// encodedLines are the lines of the lists of a batch. Each slice has the ends of
// parts of the next one: lists of lines, lines of cells, cells of xml.
type encodedLines struct {
	lists []int
	lines []int
	cells []lineCell
	ends  []int
	xml   []byte // of cells from behind their places
}

// A lineCell is a cell of a line.
type lineCell struct {
	column int
	mark   cellMark
}

func newListEncoder(book *workbook, kind *listKind, count *columnCount) *listEncoder {
	e := &listEncoder{kind: kind, styles: &book.styles, short: newColumnEncoder(book, schema.Text, kind.source, count)}
	for range kind.columns {
		e.texts = append(e.texts, textEncoder{shared: &book.texts})
	}
	return e
}

// readBatch makes the cells of the lists of a batch.
func (e *listEncoder) readBatch(b *schema.Batch) {
	e.short.setBatch(b)
	if l := e.lines; l != nil {
		*l = encodedLines{l.lists[:0], l.lines[:0], l.cells[:0], l.ends[:0], l.xml[:0]}
	}
	v := e.short.vector
	if len(v.Codes) == 0 {
		return
	}
	for i := range v.Dict.Len() {
		l := e.kind.readValue(v.Dict.Value(schema.First+schema.Code(i)), e.styles)
		e.short.texts.cells++
		if l.short == "" {
			e.short.endText(cellMark{})
		} else {
			e.short.addText([]byte(l.short))
		}
		if e.lines == nil {
			continue
		}
		for _, line := range l.lines {
			e.addLine(line)
		}
		e.lines.lists = append(e.lines.lists, len(e.lines.lines))
	}
}

// addLine makes the cells of a line.
func (e *listEncoder) addLine(line []cell) {
	l := e.lines
	for i, c := range line {
		made := lineCell{column: i}
		switch {
		case c.number != "":
			l.xml = c.appendTo(l.xml, nil)
		case c.text != "":
			t := fitCell([]byte(c.text))
			made.mark = t.mark
			e.texts[i].style = c.style
			e.texts[i].cells++
			l.xml = e.texts[i].appendText(l.xml, t.text)
		default:
			continue
		}
		l.cells, l.ends = append(l.cells, made), append(l.ends, len(l.xml))
	}
	l.lines = append(l.lines, len(l.cells))
}

// appendShort appends the cell of Sign-ins that has the list of a row in a line.
func (e *listEncoder) appendShort(dst []byte, column int, end rowEnd, row int) []byte {
	before := len(dst)
	if dst = e.short.appendCell(dst, column, end, row, &e.short.count.marks); len(dst) > before {
		e.short.count.filled++
	}
	return dst
}

// linesOf returns the first and the end of the lines of a row.
func (e *listEncoder) linesOf(row int) (first, end int) {
	code := int(e.short.vector.Code(row)) - int(schema.First)
	if code < 0 {
		return 0, 0
	}
	if code > 0 {
		first = e.lines.lists[code-1]
	}
	return first, e.lines.lists[code]
}
