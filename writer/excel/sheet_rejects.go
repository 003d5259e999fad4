package excel

import "signins/schema"

const rejectedSheet = "Rejected"

// A rejectTable writes a row for each rejected record.
type rejectTable struct {
	series series
	styles *cellStyles
	asked  bool // --sheets names it
}

func newRejectSheet(p parts) sheet {
	t := &rejectTable{styles: &p.book.styles, asked: len(p.asked) > 0}
	t.series = series{book: p.book, sheet: rejectedSheet, look: pageLook{
		tab: "C00000", columns: shownColumns(44, 10, 10, 13, 12, 24, 22, 60, 80), fixed: 1, across: 2,
	}}
	header := textCells(t.styles.header, "Source file", "Record", "Line", "Byte offset", "Byte length", "Column", "Reason", "What was found", "Record, verbatim")
	for i := 1; i <= 4; i++ {
		header[i].style = t.styles.headerRight
	}
	t.series.header = header
	return t
}

func (t *rejectTable) addBatch(b *schema.Batch) {
	s := t.styles
	for i := range b.Rejects {
		r := &b.Rejects[i]
		cells := []cell{{style: s.entryLine, text: b.Source.Path}}
		for _, n := range []int64{r.Record, r.Line, r.Offset, r.Length} {
			cells = append(cells, countCell(s.entryWhole, n))
		}
		t.series.page().addCells(0, append(cells, textCells(s.entryLine, r.Column, r.Code, r.Message, string(r.Raw))...)...)
	}
}

// finish writes no page if no record was rejected, unless the sheet was asked for.
func (t *rejectTable) finish() {
	if len(t.series.pages) == 0 && t.asked {
		t.series.page().addCells(0, cell{style: t.styles.note, text: "No record was rejected."})
	}
	t.series.finishTables(t.series.look.columns)
}
