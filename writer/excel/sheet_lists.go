package excel

import "signins/schema"

// A listTable writes a row for each element of the lists in one JSON column: the
// policies of sign-ins, or their authentication steps.
type listTable struct {
	series    series
	rows      *rowEncoder
	lists     *listEncoder
	filled    []int64 // cells of the elements, by column
	emptyNote string
}

// signInColumns are the columns of the sign-in, before those of the element.
var signInColumns = []schema.ColumnID{
	schema.CreatedAt, schema.ID, schema.UserPrincipalName, schema.ServicePrincipalName, schema.AppDisplayName, schema.AccessVerdict,
	schema.SourceRecord,
}

func newListTable(p parts, name string, lists *listEncoder, emptyNote string) *listTable {
	t := &listTable{
		series: series{book: p.book, sheet: name, look: pageLook{tab: "548235", fixed: 1, across: 2}},
		rows:   p.rows, lists: lists, filled: make([]int64, len(lists.kind.columns)), emptyNote: emptyNote,
	}
	for _, id := range signInColumns {
		t.addColumn(columnTitle(id, p.rows.zone), columnWidth(id))
	}
	for _, c := range lists.kind.columns {
		t.addColumn(c.title, c.width)
	}
	lists.lines = &encodedLines{}
	return t
}

func (t *listTable) addColumn(title string, width float64) {
	s := &t.series
	s.header = append(s.header, cell{style: s.book.styles.header, text: title})
	s.look.columns = append(s.look.columns, columnLook{width: width})
}

func (t *listTable) addBatch(b *schema.Batch) {
	for row := range b.Len {
		first, end := t.lists.linesOf(row)
		for line := first; line < end; line++ {
			p := t.series.page()
			p.addRow(0, func(dst []byte) []byte { return t.appendLine(dst, p.rowEnd, row, line) })
		}
	}
}

// appendLine appends the cells of an element: those of its sign-in and its own.
func (t *listTable) appendLine(dst []byte, end rowEnd, row, line int) []byte {
	for i, id := range signInColumns {
		dst = t.rows.columns[id].appendRepeated(dst, i, end, row)
	}
	l, first := t.lists.lines, 0
	if line > 0 {
		first = l.lines[line-1]
	}
	for i := first; i < l.lines[line]; i++ {
		c := l.cells[i]
		t.filled[c.column]++
		t.series.book.marks.add(c.mark)
		dst = append(appendPlace(dst, len(signInColumns)+c.column, end), spanOf(l.xml, l.ends, i)...)
	}
	return dst
}

// finish folds columns that are to be folded, and deeper those that are empty. There
// is always a page; an empty one has a note in the first column, which is shown.
func (t *listTable) finish() {
	if len(t.series.pages) == 0 {
		t.series.page().addCells(0, cell{style: t.rows.styles.note, text: t.emptyNote})
	}
	looks := t.series.look.columns
	if t.rows.rows > 0 {
		for i, id := range signInColumns[1:] {
			// It is there for sign-ins without a request ID.
			looks[1+i].fold = foldOf(t.rows.counts[id].filled, id == schema.SourceRecord)
		}
		for i, c := range t.lists.kind.columns {
			looks[len(signInColumns)+i].fold = foldOf(t.filled[i], c.folded)
		}
	}
	t.series.finishTables(looks)
}

// foldOf returns the fold of a column, deeper for one without values.
func foldOf(filled int64, folded bool) int {
	switch {
	case filled == 0:
		return 2
	case folded:
		return 1
	}
	return 0
}
