package excel

import (
	"signins/schema"
)

// columnList makes the sheet that says what each column of the sign-in sheets
// means, where it comes from and how many rows have it.
func (x *Writer) columnList() *sheetPage {
	s := &x.styles
	p := x.newPage(columnsSheet, sheetLook{tab: grey, columns: seen(36, 18, 12, 11, 10, 70, 42, 12, 44, 48, 36), fixed: 1, across: 2})
	header := texts(s.header, "Column", "Group", "Kind", "", "", "Meaning", "Parquet name", "", "In Graph", "In diagnostic settings", "In the portal's CSV")
	for i, title := range map[int]string{3: "Rows with a value", 4: "Share of rows", 7: "Cells cut or escaped"} {
		header[i] = cell{style: s.headerRight, text: title}
	}
	p.put(30, header...)
	for _, c := range x.signIns.columns {
		if c.id >= schema.NumColumns && !x.wants(signInSheet) { // it has no values
			continue
		}
		d := x.describeColumn(c.id)
		cells := texts(s.entry, d.Title, columnGroups[c.group].title, d.Kind.String(), "", "", d.Doc, d.Name, "", d.Graph, diagnosticPath(d), d.Portal)
		cells[3] = countCell(s.entryCount, x.filled[c.id])
		if x.rows > 0 {
			cells[4] = cell{style: s.share, number: share(x.filled[c.id], x.rows)}
		}
		if c.id < schema.NumColumns {
			cells[7] = countCell(s.entryCount, x.marks.cutIn[c.id]+x.marks.escapedIn[c.id])
		}
		p.putFitted(cells...)
	}
	p.table = p.row
	return p
}

// describeColumn returns what is said of a column of the sign-in sheets.
func (x *Writer) describeColumn(id schema.ColumnID) schema.Column {
	d := schema.Column{Title: x.columnTitle(id), Kind: schema.Text}
	switch id {
	case isoColumn:
		d.Doc = "The event time in full precision, as text."
	case ingestedColumn:
		d.Doc = "When the record was received by the log pipeline, in full precision, as text."
	case localColumn:
		d.Kind = schema.Time
		d.Doc = "The event time by the clocks of that zone (time zone database " + zoneRelease + "). Where clocks are set back an hour occurs twice; the column in ISO 8601 tells which."
	case localISOColumn:
		d.Doc = "The event time by the clocks of that zone, with its distance from UTC."
	case policyColumn:
		d.Doc = "The applied Conditional Access policies by result; those that did not apply are counted. Each stands on the sheet Conditional access."
	case stepColumn:
		d.Doc = "The authentication steps in their order. Each stands on the sheet Authentication steps."
	default:
		return schema.Columns[id]
	}
	return d
}

// diagnosticPath is where diagnostic settings write a column.
func diagnosticPath(c schema.Column) string {
	if c.Diagnostic == "" && c.Graph != "" {
		return "properties." + c.Graph
	}
	return c.Diagnostic
}
