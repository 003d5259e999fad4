package excel

import "signins/schema"

const signInSheet = "Sign-ins"

// noSignIns is the note of sheets without any rot.
const noSignIns = "No sign-ins were written."

// A signInTable writes a row for each sign-in.
type signInTable struct {
	series  series
	rows    *rowEncoder
	columns []sheetColumn
}

func newSignInSheet(p parts) sheet {
	styles := &p.book.styles
	t := &signInTable{
		series: series{book: p.book, sheet: signInSheet, look: pageLook{tab: "2E75B6", across: 2}},
		rows:   p.rows, columns: sheetColumns(p.rows.zone != nil),
	}
	s := &t.series
	for _, c := range t.columns {
		s.header = append(s.header, cell{style: styles.headers[c.group%len(styles.headers)], text: columnTitle(c.id, p.rows.zone)})
		s.look.columns = append(s.look.columns, columnLook{width: columnWidth(c.id)})
		if c.id == schema.UserPrincipalName {
			s.look.fixed = len(s.look.columns)
		}
	}
	return t
}

func (t *signInTable) addBatch(b *schema.Batch) {
	for row := range b.Len {
		p := t.series.page()
		p.addRow(0, func(dst []byte) []byte {
			for i, c := range t.columns {
				dst = t.rows.appendCell(dst, c.id, i, p.rowEnd, row)
			}
			return dst
		})
	}
}

// finish folds columns, now that it is known which have values. There is always a
// page; an empty one has a note.
func (t *signInTable) finish() {
	if len(t.series.pages) == 0 {
		t.series.page().addCells(0, cell{style: t.rows.styles.note, text: noSignIns})
	}
	t.series.finishTables(columnLooks(t.columns, &t.rows.counts, t.rows.rows))
}
