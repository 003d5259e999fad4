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
	names []string // of its elements that have one, for steps their methods
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
	lines  *packedLines   // nil if no sheet has them
	names  [][]string     // of each list of the batch
}

// packedLines are the lines of the lists of a batch: those of a list one behind the
// other, each of them sized.
type packedLines struct {
	packed, line []byte
	ends         []int // of lists in packed
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
		l.packed, l.ends = l.packed[:0], l.ends[:0]
	}
	e.names = e.names[:0]
	v := e.short.vector
	if len(v.Codes) == 0 {
		return
	}
	for i := range v.Dict.Len() {
		l := e.kind.readValue(v.Dict.Value(schema.First+schema.Code(i)), e.styles)
		e.names = append(e.names, l.names)
		e.short.texts.cells++
		if l.short == "" {
			e.short.endText(cellMark{})
		} else {
			e.short.addText([]byte(l.short))
		}
		if e.lines != nil {
			for _, line := range l.lines {
				e.packLine(line)
			}
			e.lines.ends = append(e.lines.ends, len(e.lines.packed))
		}
	}
}

// packLine packs the cells of a line. Its columns are behind signInColumns.
func (e *listEncoder) packLine(cells []cell) {
	l := e.lines
	l.line = l.line[:0]
	for i, c := range cells {
		value, kind, mark, ok := c.value()
		if !ok {
			continue
		}
		l.line = append(l.line, byte(len(signInColumns)+i))
		if kind == inlineCell {
			e.texts[i].style = c.style
			e.texts[i].cells++
			l.line = e.texts[i].packText(l.line, value, mark)
		} else {
			l.line = appendPacked(l.line, c.style, kind, mark, value)
		}
	}
	l.packed = appendSized(l.packed, l.line)
}

// packShort appends the packed cell of Sign-ins that has the list of a row in a line.
func (e *listEncoder) packShort(dst []byte, column, row int) []byte {
	before := len(dst)
	if dst = e.short.packCell(dst, column, row, &e.short.count.marks); len(dst) > before {
		e.short.count.filled++
	}
	return dst
}

// namesOf returns the names of the elements in the list of a row.
func (e *listEncoder) namesOf(row int) []string {
	if i := dictIndex(e.short.vector, row); i > 0 {
		return e.names[i-1]
	}
	return nil
}

// linesOf returns the packed lines of a row.
func (e *listEncoder) linesOf(row int) []byte {
	i := dictIndex(e.short.vector, row)
	switch i {
	case 0:
		return nil
	case 1:
		return e.lines.packed[:e.lines.ends[0]]
	}
	return e.lines.packed[e.lines.ends[i-2]:e.lines.ends[i-1]]
}
