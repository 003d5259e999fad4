package excel

import "signins/schema"

const rejectedSheet = "Rejected"

// A rejectTable writes a row for each rejected record. There is no page if no record
// was rejected, unless the sheet was asked for.
type rejectTable struct{ series }

func newRejectSheet(p parts) sheet {
	t := &rejectTable{series{book: p.book, sheet: rejectedSheet, look: pageLook{tab: "C00000", fixed: 1, columns: []columnLook{
		{title: "Source file", width: 44},
		{title: "Record", width: 10, header: numberHeader},
		{title: "Line", width: 10, header: numberHeader},
		{title: "Byte offset", width: 13, header: numberHeader},
		{title: "Byte length", width: 12, header: numberHeader},
		{title: "Column", width: 24},
		{title: "Reason", width: 22},
		{title: "What was found", width: 60},
		{title: "Record, verbatim", width: 80},
	}}}}
	if len(p.asked) > 0 {
		t.emptyNote = "No record was rejected."
	}
	return t
}

func (t *rejectTable) addBatch(b *schema.Batch) {
	s := &t.book.styles
	for i := range b.Rejects {
		r := &b.Rejects[i]
		cells := textCells(s.entryLine, b.Source.Path)
		for _, n := range []int64{r.Record, r.Line, r.Offset, r.Length} {
			cells = append(cells, countCell(s.entryWhole, n))
		}
		cells = append(cells, textCells(s.entryLine, r.Column, r.Code, r.Message)...)
		t.page().addCells(0, append(cells, cell{style: s.entryLine, raw: r.Raw})...)
	}
}

func (t *rejectTable) finish() { t.finishTables(t.look.columns) }
