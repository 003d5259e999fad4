package excel

import "signins/schema"

// A listTable writes a row for each element of the lists in one JSON column: the
// policies of sign-ins, or their authentication steps.
type listTable struct {
	series series
	rows   *rowEncoder
	lists  *listEncoder
	filled []int64 // cells, by column
	signIn []byte  // packed cells of a row
}

// signInColumns are the columns of the sign-in, before those of the element. Whoever counts
// elements leaves out those of records that repeat a sign-in.
var signInColumns = []schema.ColumnID{
	schema.CreatedAt, schema.ID, schema.UserPrincipalName, schema.ServicePrincipalName, schema.AppDisplayName, schema.AccessVerdict,
	schema.DuplicateOf, schema.SourceRecord,
}

func newListTable(p parts, lists *listEncoder) *listTable {
	look := pageLook{tab: "548235", fixed: 1}
	for _, id := range signInColumns {
		look.columns = append(look.columns, columnLook{title: schema.Columns[id].Title, width: columnWidth(id)})
	}
	// It is there for sign-ins without a request ID.
	look.columns[len(signInColumns)-1].fold = 1
	look.columns = append(look.columns, lists.kind.columns...)
	lists.lines = &packedLines{}
	return &listTable{
		series: series{book: p.book, sheet: lists.kind.sheet, look: look, emptyNote: lists.kind.emptyNote},
		rows:   p.rows, lists: lists, filled: make([]int64, len(look.columns)),
	}
}

func (t *listTable) addBatch(*schema.Batch) {}

// packRow appends the cells of the sign-in, sized, and its lines; nothing without lines.
func (t *listTable) packRow(dst []byte, row int) []byte {
	lines := t.lists.linesOf(row)
	if len(lines) == 0 {
		return dst
	}
	var repeated cellMarks
	t.signIn = t.signIn[:0]
	for i, id := range signInColumns {
		t.signIn = t.rows.columns[id].packCell(t.signIn, i, row, &repeated)
	}
	return append(appendSized(dst, t.signIn), lines...)
}

// addRow writes the elements of a sign-in, each behind the cells of the sign-in.
func (t *listTable) addRow(_ *sortedRow, packed []byte) {
	if len(packed) == 0 {
		return
	}
	signIn, lines := nextSized(packed)
	for len(lines) > 0 {
		var line []byte
		line, lines = nextSized(lines)
		p := t.series.page()
		p.addRow(0, func(dst []byte) []byte { return t.appendCells(t.appendCells(dst, p.rowEnd, signIn), p.rowEnd, line) })
	}
}

// appendCells appends packed cells and counts them.
func (t *listTable) appendCells(dst []byte, end rowEnd, packed []byte) []byte {
	for len(packed) > 0 {
		var c packedCell
		c, packed = nextCell(packed)
		t.filled[c.column]++
		t.series.book.marks.add(c.mark)
		dst = c.appendTo(dst, end)
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
