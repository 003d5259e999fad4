package excel

import "signins/schema"

const rejectedSheet = "Rejected"

// A rejectSheet writes a row for each rejected record.
type rejectSheet struct {
	series series
	styles *cellStyles
	asked  bool // --sheets names it
}

func newRejectSheet(p parts) sheet {
	w := &rejectSheet{styles: &p.book.styles, asked: len(p.asked) > 0}
	w.series = series{book: p.book, sheet: rejectedSheet, look: pageLook{
		tab: "C00000", columns: shownColumns(44, 10, 10, 13, 12, 24, 22, 60, 80), fixed: 1, across: 2,
	}}
	header := textCells(w.styles.header, "Source file", "Record", "Line", "Byte offset", "Byte length", "Column", "Reason", "What was found", "Record as it stands")
	for i := 1; i <= 4; i++ {
		header[i].style = w.styles.headerRight
	}
	w.series.header = header
	return w
}

func (w *rejectSheet) addBatch(b *schema.Batch) {
	s := w.styles
	for i := range b.Rejects {
		r := &b.Rejects[i]
		cells := []cell{{style: s.entryLine, text: b.Source.Path}}
		for _, n := range []int64{r.Record, r.Line, r.Offset, r.Length} {
			cells = append(cells, countCell(s.entryWhole, n))
		}
		w.series.page().addCells(0, append(cells, textCells(s.entryLine, r.Column, r.Code, r.Message, string(r.Raw))...)...)
	}
}

// finish writes no page if no record was rejected, unless the sheet was asked for.
func (w *rejectSheet) finish() {
	if len(w.series.pages) == 0 && w.asked {
		w.series.page().addCells(0, cell{style: w.styles.note, text: "No record was rejected."})
	}
	w.series.finishTables(w.series.look.columns)
}
