package excel

import "signins/schema"

const signInSheet = "Sign-ins"

// noSignIns is the note of sheets without any row.
const noSignIns = "No sign-ins were written."

// A signInTable writes a row for each sign-in.
type signInTable struct {
	series  series
	rows    *rowEncoder
	columns []sheetColumn
}

func newSignInSheet(p parts) sheet {
	t := &signInTable{
		series: series{book: p.book, sheet: signInSheet, look: pageLook{tab: "2E75B6", across: 2}, emptyNote: noSignIns},
		rows:   p.rows, columns: sheetColumns(p.rows.zone),
	}
	look := &t.series.look
	for _, c := range t.columns {
		look.columns = append(look.columns, columnLook{title: c.Title, width: columnWidth(c.id), header: c.group % 2})
		if c.id == schema.UserPrincipalName {
			look.fixed = len(look.columns)
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

// finish folds columns, now that it is known which have values.
func (t *signInTable) finish() {
	foldColumns(t.series.look.columns, t.columns, &t.rows.counts, t.rows.rows)
	t.series.finishTables(t.series.look.columns)
}
