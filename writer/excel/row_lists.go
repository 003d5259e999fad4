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

// encodedLines are the lines of the lists of a batch.
type encodedLines struct {
	lists [][][]lineCell // the lines of each list, in cells
	cells []lineCell
	xml   []byte // of cells from behind their places
}

// A lineCell is a cell of a line.
type lineCell struct {
	column, start, end int // start and end in xml
	mark               cellMark
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
		*l = encodedLines{l.lists[:0], l.cells[:0], l.xml[:0]}
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
		if e.lines != nil {
			lines := make([][]lineCell, len(l.lines))
			for line, cells := range l.lines {
				lines[line] = e.encodeLine(cells)
			}
			e.lines.lists = append(e.lines.lists, lines)
		}
	}
}

// encodeLine makes the cells of a line.
func (e *listEncoder) encodeLine(line []cell) []lineCell {
	l := e.lines
	first := len(l.cells)
	for i, c := range line {
		m := lineCell{column: i, start: len(l.xml)}
		switch {
		case c.number != "":
			l.xml = c.appendTo(l.xml, nil)
		case c.text != "":
			var text []byte
			text, m.mark = fitCell([]byte(c.text))
			e.texts[i].style = c.style
			e.texts[i].cells++
			l.xml = e.texts[i].appendText(l.xml, text)
		default:
			continue
		}
		m.end = len(l.xml)
		l.cells = append(l.cells, m)
	}
	return l.cells[first:]
}

// appendShort appends the cell of Sign-ins that has the list of a row in a line.
func (e *listEncoder) appendShort(dst []byte, column int, end rowEnd, row int) []byte {
	before := len(dst)
	if dst = e.short.appendCell(dst, column, end, row, &e.short.count.marks); len(dst) > before {
		e.short.count.filled++
	}
	return dst
}

// linesOf returns the lines of a row.
func (e *listEncoder) linesOf(row int) [][]lineCell {
	if i := dictIndex(e.short.vector, row); i > 0 {
		return e.lines.lists[i-1]
	}
	return nil
}
