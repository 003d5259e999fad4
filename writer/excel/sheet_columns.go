package excel

import (
	"time"

	"signins/schema"
)

const columnsSheet = "Columns"

// newColumnSheet has a row for each column of Sign-ins: its meaning, its source, and
// how many rows have a value.
func newColumnSheet(p parts) sheet {
	return sumSheet(func() { writeColumnSheet(p.book, p.rows, p.has(signInSheet)) })
}

func writeColumnSheet(book *workbook, rows *rowEncoder, hasSignIns bool) {
	s := &book.styles
	p := book.addPage(columnsSheet, pageLook{tab: grey, columns: shownColumns(36, 18, 12, 11, 10, 70, 42, 12, 44, 48, 36), fixed: 1, across: 2})
	header := textCells(s.header, "Column", "Group", "Kind", "", "", "Meaning", "Parquet name", "", "In Graph", "In diagnostic settings", "In the portal's CSV")
	for i, title := range map[int]string{3: "Rows with a value", 4: "Share of rows", 7: "Cells cut or escaped"} {
		header[i] = cell{style: s.headerRight, text: title}
	}
	p.addCells(30, header...)
	for _, c := range sheetColumns(rows.zone != nil) {
		if c.id >= schema.NumColumns && !hasSignIns { // only that sheet counts its values
			continue
		}
		d, count := describeColumn(c.id, rows.zone), &rows.counts[c.id]
		cells := textCells(s.entry, d.Title, columnGroups[c.group].title, d.Kind.String(), "", "", d.Doc, d.Name, "", d.Graph, diagnosticPath(d), d.Portal)
		cells[3] = countCell(s.entryCount, count.filled)
		if rows.rows > 0 {
			cells[4] = shareCell(s.share, count.filled, rows.rows)
		}
		if c.id < schema.NumColumns {
			cells[7] = countCell(s.entryCount, count.marks.cut+count.marks.escaped)
		}
		p.addWrapped(cells...)
	}
	p.tableRows = p.row
}

// describeColumn returns the description of a column of Sign-ins.
func describeColumn(id schema.ColumnID, zone *time.Location) schema.Column {
	d := schema.Column{Title: columnTitle(id, zone), Kind: schema.Text}
	switch id {
	case isoColumn:
		d.Doc = "The event time in full precision, as text."
	case ingestedColumn:
		d.Doc = "When the record was received by the log pipeline, in full precision, as text."
	case localColumn:
		d.Kind = schema.Time
		d.Doc = "The event time by the clocks of that zone (time zone database " + zoneRelease + "). Where clocks are set back an hour occurs twice; the column in ISO 8601 has the offset."
	case localISOColumn:
		d.Doc = "The event time by the clocks of that zone, with its offset from UTC."
	case policyColumn:
		d.Doc = "The applied Conditional Access policies by result; those that did not apply are counted. Each has a row on the sheet Conditional access."
	case stepColumn:
		d.Doc = "The authentication steps in their order. Each has a row on the sheet Authentication steps."
	default:
		return schema.Columns[id]
	}
	return d
}

// diagnosticPath returns where diagnostic settings write a column.
func diagnosticPath(c schema.Column) string {
	if c.Diagnostic == "" && c.Graph != "" {
		return "properties." + c.Graph
	}
	return c.Diagnostic
}
