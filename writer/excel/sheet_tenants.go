package excel

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// A crossing is a relation between two tenants that sign-ins cross.
type crossing struct {
	passthrough                             bool
	home, homeName, resource, access, going string
}

// A crossingCount is what is told of a crossing.
type crossingCount struct {
	sums     verdictSums
	codeZero int64
	span     timeSpan
}

// crossings are the cross-tenant sign-ins. Relations beyond the bound are told
// in two lines, passthrough and others.
type crossings map[crossing]*crossingCount

// beyondCrossing is the home tenant of those lines.
const beyondCrossing = "(further tenants)"

// add counts a row if it crosses tenants.
func (m *crossings) add(r *countedRow) {
	crosses, _ := r.b.Columns[schema.IsCrossTenant].Num(r.row)
	through, _ := r.b.Columns[schema.IsPassthrough].Num(r.row)
	if crosses == 0 && through == 0 {
		return
	}
	if *m == nil {
		*m = crossings{}
	}
	text := func(id schema.ColumnID) string { return string(r.b.Columns[id].Value(r.row)) }
	key := crossing{
		through == 1, text(schema.HomeTenantID), text(schema.HomeTenantName), text(schema.ResourceTenantID),
		text(schema.CrossTenantAccessType), text(schema.CrossTenantDirection),
	}
	if (*m)[key] == nil && len(*m) >= maxCrossings {
		key = crossing{passthrough: key.passthrough, home: beyondCrossing}
	}
	c := (*m)[key]
	if c == nil {
		c = &crossingCount{}
		(*m)[key] = c
	}
	c.sums[r.verdict] += r.n
	if code, valid := r.b.Columns[schema.ErrorCode].Num(r.row); valid && code == 0 {
		c.codeZero += r.n
	}
	if r.timed {
		c.span.add(r.micros)
	}
}

// sorted returns the crossings that are passthrough or those that are not, the
// most frequent first.
func (m crossings) sorted(passthrough bool) []crossing {
	keys := slices.Collect(maps.Keys(m))
	keys = slices.DeleteFunc(keys, func(c crossing) bool { return c.passthrough != passthrough })
	slices.SortFunc(keys, func(a, b crossing) int {
		return cmp.Or(cmp.Compare(m[b].sums.total(), m[a].sums.total()),
			strings.Compare(a.home, b.home), strings.Compare(a.resource, b.resource), strings.Compare(a.homeName, b.homeName),
			strings.Compare(a.access, b.access), strings.Compare(a.going, b.going))
	})
	return keys
}

// named reports whether any home tenant has a name.
func (m crossings) named() bool {
	for c := range m {
		if c.homeName != "" {
			return true
		}
	}
	return len(m) == 0
}

// What passthrough is.
const (
	passthroughText = "Passthrough: a user of one tenant turned to a resource of another tenant and was issued a token without any authorisation."
	noAccessText    = "Error code 0 on such a sign-in only says that this token was issued; the other tenant granted nothing, so it is no access."
)

// tenants makes the sheet of cross-tenant sign-ins: those that may be access,
// and passthrough apart.
func (x *Writer) tenants() *sheetPage {
	s := &x.styles
	look := sheetLook{tab: "7030A0", columns: seen(37, 18, 37, 34, 11, 11, 11, 12, 11, 13, 13, 13, 22, 22)}
	if !x.counts.crossings.named() {
		look.columns[1].fold = 1
	}
	p := x.newPage(tenantsSheet, look)
	p.put(24, cell{style: s.title14, text: "Cross-tenant sign-ins"})
	p.put(0, cell{style: s.subtitle, text: "Home and resource tenant differ, or an access type between tenants is recorded. Direction: seen from the tenant whose log this is."})
	p.skip(1)
	p.crossingTable(false, "No record crosses tenants, or the exports do not tell.")
	p.skip(1)
	p.put(20, cell{style: s.section, text: "Passthrough: no access"})
	p.put(0, cell{style: s.plain, text: passthroughText})
	p.put(0, cell{style: s.plain, text: noAccessText})
	p.skip(1)
	p.crossingTable(true, "No record is marked as passthrough.")
	if n := x.hiddenPassthrough(); n > 0 {
		p.skip(1)
		p.put(0, cell{style: s.plain, text: "Undetermined: " + manifest.Number(n) + " cross-tenant sign-ins hide their access type or have no status; passthrough may be among them."})
	}
	return p
}

// hiddenPassthrough counts cross-tenant sign-ins without a verdict.
func (x *Writer) hiddenPassthrough() (n int64) {
	for _, c := range x.counts.crossings {
		n += c.sums[len(c.sums)-1]
	}
	return n
}

func (p *sheetPage) crossingTable(passthrough bool, nothing string) {
	s, counts := &p.x.styles, p.x.counts.crossings
	keys := counts.sorted(passthrough)
	if len(keys) == 0 {
		p.put(0, cell{style: s.note, text: nothing})
		return
	}
	header := texts(s.header, "Home tenant ID", "Home tenant name", "Resource tenant ID", "Cross tenant access type", "Direction")
	header = append(header, cell{style: s.headerRight, text: "Sign-ins"})
	for _, v := range verdictLooks {
		header = append(header, cell{style: s.headerRight, text: v.label})
	}
	header = append(header, cell{style: s.headerRight, text: "With error code 0"})
	p.put(30, append(header, texts(s.header, "First seen (UTC)", "Last seen (UTC)")...)...)
	for _, key := range keys {
		c := counts[key]
		cells := texts(s.entry, key.home, key.homeName, key.resource, key.access, key.going)
		cells = append(cells, countCell(s.entryCount, c.sums.total()))
		for _, n := range c.sums {
			cells = append(cells, countCell(s.entryCount, n))
		}
		cells = append(cells, countCell(s.entryCount, c.codeZero))
		p.putFitted(append(cells, spanCells(s.entryDate, c.span)...)...)
	}
}
