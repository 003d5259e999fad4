package excel

import (
	"signins/schema"
)

// newRejects begins the sheet of records that could not be taken.
func (x *Writer) newRejects() *sheetSeries {
	s := &sheetSeries{x: x, name: rejectedSheet, look: sheetLook{
		tab: "C00000", columns: seen(44, 10, 10, 13, 12, 24, 22, 60, 80), fixed: 1, across: 2,
	}}
	s.header = texts(x.styles.header, "Source file", "Record", "Line", "Byte offset", "Byte length", "Column", "Reason", "What was found", "Record as it stands")
	for i := 1; i <= 4; i++ {
		s.header[i].style = x.styles.headerRight
	}
	return s
}

// writeRejects writes the rejects of b.
func (x *Writer) writeRejects(b *schema.Batch) {
	if !x.wants(rejectedSheet) {
		return
	}
	for i := range b.Rejects {
		r := &b.Rejects[i]
		s := x.styles
		cells := []cell{{style: s.entryLine, text: b.Source.Path}}
		for _, n := range []int64{r.Record, r.Line, r.Offset, r.Length} {
			cells = append(cells, countCell(s.entryWhole, n))
		}
		x.rejects.page().put(0, append(cells, texts(s.entryLine, r.Column, r.Code, r.Message, string(r.Raw))...)...)
	}
}

// finishRejects returns the sheets of rejects: none where there are none, unless
// one was asked for.
func (x *Writer) finishRejects() []*sheetPage {
	if len(x.rejects.pages) == 0 && len(x.options.Sheets) > 0 {
		x.rejects.page().put(0, cell{style: x.styles.note, text: "No record was rejected."})
	}
	for _, p := range x.rejects.pages {
		p.table = p.row
	}
	return x.rejects.pages
}
