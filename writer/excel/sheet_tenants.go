package excel

import "signins/writer/manifest"

const tenantsSheet = "Cross-tenant"

const (
	passthroughText = "Passthrough: a user of one tenant requested a resource of another tenant and was issued a token without any authorisation."
	noAccessText    = "Error code 0 on such a sign-in only means that this token was issued; the other tenant granted nothing, so it is no access."
)

// writeTenants writes a row for each kind of cross-tenant sign-ins, in two tables:
// those that may be access, and passthrough.
func writeTenants(p parts) {
	s, crossings := &p.book.styles, p.counts.crossings
	columns := []columnLook{
		{title: "Home tenant ID", width: 37}, {title: "Home tenant name", width: 18}, {title: "Resource tenant ID", width: 37},
		{title: "Cross tenant access type", width: 34}, {title: "Direction", width: 11}, {title: "Sign-ins", width: 11, header: numberHeader},
	}
	if !crossings.hasHomeNames() {
		columns[1].fold = 1
	}
	for i, width := range []float64{11, 12, 11, 13, 13} {
		columns = append(columns, columnLook{title: verdictLooks[i].label, width: width, header: numberHeader})
	}
	t := p.book.addPage(tenantsSheet, pageLook{tab: "7030A0", columns: append(columns,
		columnLook{title: "With error code 0", width: 13, header: numberHeader},
		columnLook{title: "First seen (UTC)", width: 22}, columnLook{title: "Last seen (UTC)", width: 22})})
	t.addText(24, s.sheetTitle, "Cross-tenant sign-ins")
	t.addText(0, s.subtitle, "Home and resource tenant differ, or an access type between tenants is recorded. Direction: seen from the tenant whose log this is.")
	if text := duplicatesText(p.run); text != "" {
		t.addText(0, s.subtitle, text)
	}
	t.skipRows(1)
	t.addCrossings(crossings, false, "No record crosses tenants, or the exports do not record it.")
	t.skipRows(1)
	t.addText(20, s.section, "Passthrough: no access")
	t.addText(0, s.plain, passthroughText)
	t.addText(0, s.plain, noAccessText)
	t.skipRows(1)
	t.addCrossings(crossings, true, "No record is marked as passthrough.")
	if n := crossings.undetermined(); n > 0 {
		t.skipRows(1)
		t.addText(0, s.plain, "Undetermined: "+manifest.Number(n)+" cross-tenant sign-ins hide their access type or have no status; passthrough may be among them.")
	}
}

// addCrossings adds the table of crossings that are passthrough, or of the others.
func (p *page) addCrossings(crossings crossings, passthrough bool, emptyNote string) {
	s, keys := &p.book.styles, crossings.sorted(passthrough)
	if len(keys) == 0 {
		p.addText(0, s.note, emptyNote)
		return
	}
	p.addHeader()
	for _, key := range keys {
		c := crossings[key]
		cells := textCells(s.entry, key.home, key.homeName, key.resource, key.access, key.direction)
		cells = append(cells, c.sums.cells(s.entryCount)...)
		cells = append(cells, countCell(s.entryCount, c.codeZero))
		p.addWrapped(append(cells, spanCells(s.entryDate, c.span)...)...)
	}
}
