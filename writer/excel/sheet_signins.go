package excel

import (
	"signins/schema"
)

// A signInSheets writes the sign-in sheets.
type signInSheets struct {
	sheetSeries
	columns []sheetColumn
}

// noSignIns is what an empty workbook says.
const noSignIns = "No sign-ins were taken from the inputs."

func (x *Writer) newSignInSheets() *signInSheets {
	s := &signInSheets{sheetSeries: sheetSeries{x: x, name: signInSheet}, columns: sheetColumns(x.options.Zone != nil)}
	for _, c := range s.columns {
		s.header = append(s.header, cell{style: x.styles.headers[c.group%len(x.styles.headers)], text: x.columnTitle(c.id)})
		s.look.columns = append(s.look.columns, columnLook{width: columnWidth(c.id)})
		if c.id == schema.UserPrincipalName {
			s.look.fixed = len(s.look.columns)
		}
	}
	s.look.tab, s.look.across = "2E75B6", 2
	return s
}

// writeRows writes the records of b to the sign-in sheets and to those of
// their policies and steps.
func (x *Writer) writeRows(b *schema.Batch) error {
	for _, c := range x.columnOf {
		c.begin(b)
	}
	x.policySheet.begin(b)
	x.stepSheet.begin(b)
	for row := range b.Len {
		if x.wants(signInSheet) {
			x.signIns.write(b, row)
		}
		if x.wants(policySheet) {
			x.policySheet.write(row)
		}
		if x.wants(stepSheet) {
			x.stepSheet.write(row)
		}
		if x.err != nil {
			return x.err
		}
		x.rows++
	}
	return nil
}

// write writes the row of a sign-in.
func (s *signInSheets) write(b *schema.Batch, row int) {
	p := s.page()
	p.addRow(0, func(dst []byte) []byte {
		for i, c := range s.columns {
			dst = s.appendCell(dst, s.x.letters[i], p.at, c.id, b, row)
		}
		return dst
	})
}

func (s *signInSheets) appendCell(dst []byte, letters string, at rowName, id schema.ColumnID, b *schema.Batch, row int) []byte {
	x := s.x
	switch id {
	case isoColumn, ingestedColumn, localColumn, localISOColumn:
		return x.appendTime(dst, id, letters, at, b, row)
	case policyColumn:
		return x.appendShort(dst, x.policySheet.short, letters, at, row)
	case stepColumn:
		return x.appendShort(dst, x.stepSheet.short, letters, at, row)
	}
	return x.columnOf[id].appendTo(dst, letters, at, row, false)
}

func (x *Writer) appendShort(dst []byte, c *rowColumn, letters string, at rowName, row int) []byte {
	before := len(dst)
	if dst = c.appendTo(dst, letters, at, row, false); len(dst) > before {
		x.filled[c.id]++
	}
	return dst
}

// finish looks after the columns, now that it is known which have values, and
// returns the sheets. There is always one, and where it is empty it says so.
func (s *signInSheets) finish() []*sheetPage {
	if p := s.page(); s.x.rows == 0 {
		p.put(0, cell{style: s.x.styles.note, text: noSignIns})
	}
	looks := columnLooks(s.columns, &s.x.filled, s.x.rows)
	for _, p := range s.pages {
		p.look.columns, p.table = looks, p.row
	}
	return s.pages
}
