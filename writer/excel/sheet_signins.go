package excel

import "signins/schema"

// A signInTable writes a row for each sign-in.
type signInTable struct {
	series   series
	rows     *rowEncoder
	columns  []sheetColumn
	filled   []int // those that may have cells in the batch
	findings *findingRows
	names    textEncoder // of findings
	packed   []byte
}

func newSignInSheet(p parts) sheet {
	t := &signInTable{
		series: series{book: p.book, sheet: SignInSheet, look: pageLook{tab: "2E75B6"}, emptyNote: EmptyNote},
		rows:   p.rows, columns: sheetColumns(p.rows.zone, p.labels), findings: p.findings,
		names: textEncoder{shared: &p.book.texts, style: p.book.styles.text},
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

func (t *signInTable) addBatch(*schema.Batch) {
	t.filled = t.filled[:0]
	for i, c := range t.columns {
		if t.rows.mayHaveCells(c.id) {
			t.filled = append(t.filled, i)
		}
	}
}

// packRow appends the packed cells of a row.
func (t *signInTable) packRow(dst []byte, row int) []byte {
	for _, i := range t.filled {
		dst = t.rows.packCell(dst, t.columns[i].id, i, row)
	}
	return dst
}

// addRow writes a row and notes its place.
func (t *signInTable) addRow(r *sortedRow, packed []byte) {
	p := t.series.page()
	p.addRow(0, func(dst []byte) []byte {
		for len(packed) > 0 {
			var c packedCell
			if c, packed = nextCell(packed); t.columns[c.column].id == findingColumn {
				dst = t.appendFindings(dst, p.rowEnd, c.column, r.findings)
				continue
			}
			t.series.book.marks.add(c.mark)
			dst = c.appendTo(dst, p.rowEnd)
		}
		return dst
	})
	r.page, r.row = p, p.row
	t.findings.place(r)
}

// appendFindings appends the cell that names findings, nothing for none.
func (t *signInTable) appendFindings(dst []byte, end rowEnd, column int, findings []int) []byte {
	if len(findings) == 0 {
		return dst
	}
	text, mark := fitCell([]byte(t.findings.names(findings)))
	t.rows.counts[findingColumn].filled++
	t.series.book.marks.add(mark)
	t.names.cells++
	t.packed = t.names.packText(append(t.packed[:0], byte(column)), text, mark)
	c, _ := nextCell(t.packed)
	return c.appendTo(dst, end)
}

// finish folds columns, now that it is known which have values.
func (t *signInTable) finish() {
	foldColumns(t.series.look.columns, t.columns, &t.rows.counts, t.rows.rows)
	t.series.finishTables(t.series.look.columns)
}
