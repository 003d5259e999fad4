package excel

import "signins/schema"

const signInSheet = "Sign-ins"

// noSignIns is the note of sheets without any row.
const noSignIns = "No sign-ins were taken from the inputs."

// A signInSheetWriter writes a row for each sign-in.
type signInSheetWriter struct {
	series  series
	rows    *rowEncoder
	columns []sheetColumn
}

func newSignInSheet(p parts) sheet {
	styles := &p.book.styles
	w := &signInSheetWriter{
		series: series{book: p.book, sheet: signInSheet, look: pageLook{tab: "2E75B6", across: 2}},
		rows:   p.rows, columns: sheetColumns(p.rows.zone != nil),
	}
	s := &w.series
	for _, c := range w.columns {
		s.header = append(s.header, cell{style: styles.headers[c.group%len(styles.headers)], text: columnTitle(c.id, p.rows.zone)})
		s.look.columns = append(s.look.columns, columnLook{width: columnWidth(c.id)})
		if c.id == schema.UserPrincipalName {
			s.look.fixed = len(s.look.columns)
		}
	}
	return w
}

func (w *signInSheetWriter) addBatch(b *schema.Batch) {
	for row := range b.Len {
		p := w.series.page()
		p.addRow(0, func(dst []byte) []byte {
			for i, c := range w.columns {
				dst = w.rows.appendCell(dst, c.id, i, p.rowEnd, row)
			}
			return dst
		})
	}
}

// finish folds columns, now that it is known which have values. There is always a
// page; an empty one has a note.
func (w *signInSheetWriter) finish() {
	if len(w.series.pages) == 0 {
		w.series.page().addCells(0, cell{style: w.rows.styles.note, text: noSignIns})
	}
	w.series.finishTables(columnLooks(w.columns, &w.rows.counts, w.rows.rows))
}
