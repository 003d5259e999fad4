package excel

import "signins/writer/manifest"

const tenantsSheet = "Cross-tenant"

const (
	passthroughText = "Passthrough: a user of one tenant requested a resource of another tenant and was issued a token without any authorisation."
	noAccessText    = "Error code 0 on such a sign-in only says that this token was issued; the other tenant granted nothing, so it is no access."
)

// newTenantSheet has a row for each kind of cross-tenant sign-ins, in two tables:
// those that may be access, and passthrough.
func newTenantSheet(p parts) sheet {
	return sumSheet(func() { (&tenantTables{styles: &p.book.styles, crossings: p.counts.crossings}).write(p.book) })
}

type tenantTables struct {
	page      *page
	styles    *cellStyles
	crossings crossings
}

func (t *tenantTables) write(book *workbook) {
	s := t.styles
	look := pageLook{tab: "7030A0", columns: shownColumns(37, 18, 37, 34, 11, 11, 11, 12, 11, 13, 13, 13, 22, 22)}
	if !t.crossings.hasHomeNames() {
		look.columns[1].fold = 1
	}
	t.page = book.addPage(tenantsSheet, look)
	t.page.addCells(24, cell{style: s.title14, text: "Cross-tenant sign-ins"})
	t.addText(s.subtitle, "Home and resource tenant differ, or an access type between tenants is recorded. Direction: seen from the tenant whose log this is.")
	t.page.skipRows(1)
	t.addTable(false, "No record crosses tenants, or the exports do not record it.")
	t.page.skipRows(1)
	t.page.addCells(20, cell{style: s.section, text: "Passthrough: no access"})
	t.addText(s.plain, passthroughText)
	t.addText(s.plain, noAccessText)
	t.page.skipRows(1)
	t.addTable(true, "No record is marked as passthrough.")
	if n := t.crossings.undetermined(); n > 0 {
		t.page.skipRows(1)
		t.addText(s.plain, "Undetermined: "+manifest.Number(n)+" cross-tenant sign-ins hide their access type or have no status; passthrough may be among them.")
	}
}

func (t *tenantTables) addText(style int, text string) {
	t.page.addCells(0, cell{style: style, text: text})
}

func (t *tenantTables) addTable(passthrough bool, emptyNote string) {
	s, keys := t.styles, t.crossings.sorted(passthrough)
	if len(keys) == 0 {
		t.addText(s.note, emptyNote)
		return
	}
	header := textCells(s.header, "Home tenant ID", "Home tenant name", "Resource tenant ID", "Cross tenant access type", "Direction")
	header = append(header, cell{style: s.headerRight, text: "Sign-ins"})
	for _, v := range verdictLooks {
		header = append(header, cell{style: s.headerRight, text: v.label})
	}
	header = append(header, cell{style: s.headerRight, text: "With error code 0"})
	t.page.addCells(30, append(header, textCells(s.header, "First seen (UTC)", "Last seen (UTC)")...)...)
	for _, key := range keys {
		c := t.crossings[key]
		cells := textCells(s.entry, key.home, key.homeName, key.resource, key.access, key.direction)
		cells = append(cells, countCell(s.entryCount, c.sums.total()))
		for _, n := range c.sums {
			cells = append(cells, countCell(s.entryCount, n))
		}
		cells = append(cells, countCell(s.entryCount, c.codeZero))
		t.page.addWrapped(append(cells, spanCells(s.entryDate, c.span)...)...)
	}
}
