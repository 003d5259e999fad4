package excel

import "signins/schema"

// A listSheet writes a row for each element of the lists in one JSON column: the
// policies of sign-ins, or their authentication steps.
type listSheet struct {
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

func newListSheet(p parts, name string, lists *listEncoder, emptyNote string) *listSheet {
	w := &listSheet{
		series: series{book: p.book, sheet: name, look: pageLook{tab: "548235", fixed: 1, across: 2}},
		rows:   p.rows, lists: lists, filled: make([]int64, len(lists.kind.columns)), emptyNote: emptyNote,
	}
	for _, id := range signInColumns {
		w.addColumn(columnTitle(id, p.rows.zone), columnWidth(id))
	}
	for _, c := range lists.kind.columns {
		w.addColumn(c.title, c.width)
	}
	lists.lines = &encodedLines{}
	return w
}

func (w *listSheet) addColumn(title string, width float64) {
	s := &w.series
	s.header = append(s.header, cell{style: s.book.styles.header, text: title})
	s.look.columns = append(s.look.columns, columnLook{width: width})
}

func (w *listSheet) addBatch(b *schema.Batch) {
	for row := range b.Len {
		first, end := w.lists.linesOf(row)
		for line := first; line < end; line++ {
			p := w.series.page()
			p.addRow(0, func(dst []byte) []byte { return w.appendLine(dst, p.rowEnd, row, line) })
		}
	}
}

// appendLine appends the cells of an element: those of its sign-in and its own.
func (w *listSheet) appendLine(dst []byte, end rowEnd, row, line int) []byte {
	for i, id := range signInColumns {
		dst = w.rows.columns[id].appendRepeated(dst, i, end, row)
	}
	l, first := w.lists.lines, 0
	if line > 0 {
		first = l.lines[line-1]
	}
	for i := first; i < l.lines[line]; i++ {
		c := l.cells[i]
		w.filled[c.column]++
		w.series.book.marks.add(c.mark)
		dst = append(appendPlace(dst, len(signInColumns)+c.column, end), spanOf(l.xml, l.ends, i)...)
	}
	return dst
}

// finish folds columns that are to be folded, and deeper those that are empty. There
// is always a page; an empty one has a note in the first column, which is shown.
func (w *listSheet) finish() {
	if len(w.series.pages) == 0 {
		w.series.page().addCells(0, cell{style: w.rows.styles.note, text: w.emptyNote})
	}
	looks := w.series.look.columns
	if w.rows.rows > 0 {
		for i, id := range signInColumns[1:] {
			// The record number tells sign-ins without a request ID apart.
			looks[1+i].fold = foldOf(w.rows.counts[id].filled, id == schema.SourceRecord)
		}
		for i, c := range w.lists.kind.columns {
			looks[len(signInColumns)+i].fold = foldOf(w.filled[i], c.folded)
		}
	}
	w.series.finishTables(looks)
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
