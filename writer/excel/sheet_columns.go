package excel

import "signins/schema"

const columnsSheet = "Columns"

// writeColumns writes a row for each column of Sign-ins: its meaning, its source, and
// how many rows have a value.
func writeColumns(p parts) {
	s, rows := &p.book.styles, p.rows
	t := p.book.addTable(columnsSheet, pageLook{tab: grey, fixed: 1, columns: []columnLook{
		{title: "Column", width: 36},
		{title: "Group", width: 18},
		{title: "Kind", width: 12},
		{title: "Rows with a value", width: 13, header: numberHeader},
		{title: "Share of rows", width: 11, header: numberHeader},
		{title: "Meaning", width: 70},
		{title: "Parquet name", width: 42},
		{title: "Cells cut or escaped", width: 13, header: numberHeader},
		{title: "In Graph", width: 44},
		{title: "In diagnostic settings", width: 48},
		{title: "In the portal's CSV", width: 36},
	}})
	for _, c := range sheetColumns(rows.zone, p.labels) {
		if c.id >= schema.NumColumns && !p.has(SignInSheet) { // only that sheet counts its values
			continue
		}
		diagnostic := c.Diagnostic
		if diagnostic == "" && c.Graph != "" {
			diagnostic = "properties." + c.Graph
		}
		count := &rows.counts[c.id]
		cells := textCells(s.entry, c.Title, columnGroups[c.group].title, c.Kind.String(), "", "", c.Doc, c.Name, "", c.Graph, diagnostic, c.Portal)
		cells[3] = countCell(s.entryCount, count.filled)
		if rows.rows > 0 {
			cells[4] = shareCell(s.share, count.filled, rows.rows)
		}
		if c.id < schema.NumColumns {
			cells[7] = countCell(s.entryCount, count.marks.cut+count.marks.escaped)
		}
		t.addWrapped(cells...)
	}
	t.tableRows = t.row
}
