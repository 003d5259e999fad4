package excel

import "signins/schema"

// A listTable writes a row for each element of the lists in one JSON column: the
// policies of sign-ins, or their authentication steps.
type listTable struct {
	series series
	rows   *rowEncoder
	lists  *listEncoder
	filled []int64 // cells, by column
}

// signInColumns are the columns of the sign-in, before those of the element.
var signInColumns = []schema.ColumnID{
	schema.CreatedAt, schema.ID, schema.UserPrincipalName, schema.ServicePrincipalName, schema.AppDisplayName, schema.AccessVerdict,
	schema.SourceRecord,
}

func newListTable(p parts, name string, lists *listEncoder, emptyNote string) *listTable {
	look := pageLook{tab: "548235", fixed: 1, across: 2}
	for _, id := range signInColumns {
		look.columns = append(look.columns, columnLook{title: schema.Columns[id].Title, width: columnWidth(id)})
	}
	// It is there for sign-ins without a request ID.
	look.columns[len(signInColumns)-1].fold = 1
	look.columns = append(look.columns, lists.kind.columns...)
	lists.lines = &encodedLines{}
	return &listTable{
		series: series{book: p.book, sheet: name, look: look, emptyNote: emptyNote},
		rows:   p.rows, lists: lists, filled: make([]int64, len(look.columns)),
	}
}

func (t *listTable) addBatch(b *schema.Batch) {
	for row := range b.Len {
		for _, line := range t.lists.linesOf(row) {
			p := t.series.page()
			p.addRow(0, func(dst []byte) []byte { return t.appendLine(dst, p.rowEnd, row, line) })
		}
	}
}

// appendLine appends the cells of an element: those of its sign-in and its own.
func (t *listTable) appendLine(dst []byte, end rowEnd, row int, line []lineCell) []byte {
	var repeated cellMarks
	for i, id := range signInColumns {
		dst = t.rows.columns[id].appendCell(dst, i, end, row, &repeated)
	}
	for _, c := range line {
		column := len(signInColumns) + c.column
		t.filled[column]++
		t.series.book.marks.add(c.mark)
		dst = append(appendPlace(dst, column, end), t.lists.lines.xml[c.start:c.end]...)
	}
	return dst
}

// finish folds columns without values deeper, but for the first one. Without
// sign-ins none is folded.
func (t *listTable) finish() {
	looks := t.series.look.columns
	for i, id := range signInColumns {
		t.filled[i] = t.rows.counts[id].filled
	}
	for i, filled := range t.filled {
		switch {
		case t.rows.rows == 0:
			looks[i].fold = 0
		case filled == 0 && i > 0:
			looks[i].fold = 2
		}
	}
	t.series.finishTables(looks)
}
