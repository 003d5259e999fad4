package reader

import (
	"sync"

	"signins/schema"
)

// graphJSON is the signIn object of Microsoft Graph: the portal's Download as
// JSON, pages of the API, and what collectors made of them.
var graphJSON = dialect{
	name: "graph-json",
	match: func(s *shape) string {
		switch {
		case s.page != "" && s.page != "value":
			return "the records stand in " + s.page
		case s.empty:
			return ""
		case !s.key("createdDateTime") && !s.key("aggregationDateTime"):
			return "no field createdDateTime"
		case s.key("properties"):
			return "a field properties"
		case s.key("appId") || s.key("status") || s.key("ipAddress") || s.key("correlationId"):
			return ""
		}
		return "none of the fields appId, status, ipAddress, correlationId"
	},
	open: jsonOpen("value", func() *fieldTree {
		return newFieldTree(func(c *schema.Column) string { return c.Graph }, "@odata.type", "@odata.id", "@odata.etag")
	}, finishGraph),
}

// finishGraph completes a row from a Graph signIn object.
func finishGraph(p *record) (code, what string) {
	members := p.form.root.byName
	if members["createdDateTime"].seenIn != p.nth && members["status"].seenIn != p.nth && !p.batch.Columns[schema.CreatedAt].Set(p.index) {
		return "not_a_sign_in", "the record has neither createdDateTime nor status"
	}
	if !p.batch.Columns[schema.CreatedAt].Set(p.index) && p.isEmpty() {
		return "not_a_sign_in", "all fields of the record are empty"
	}
	p.dropNullIsland()
	return "", ""
}

// saysNothing reports a row without any value.
func (p *record) isEmpty() bool {
	for id := range p.batch.Columns {
		if p.batch.Columns[id].Set(p.index) {
			return false
		}
	}
	return len(p.extra) == 0
}

// jsonOpen makes the opening function of a JSON dialect whose pages hold their
// records in the array named page.
func jsonOpen(page string, makeForm func() *fieldTree, finish finisher) opener {
	shared := sync.OnceValue(makeForm) // for the cutter, which changes nothing in it
	return func(in *Input, w *window, o Options) (cutter, func() parser) {
		newParser := func() parser {
			p := newJSONParser(makeForm(), page, o.Raw, finish)
			p.order = in.order
			return p
		}
		if in.shape.lines {
			return &lineCutter{w: w, warnings: &in.Warnings}, newParser
		}
		return &elements{w: w, page: page, record: shared().root, warnings: &in.Warnings}, newParser
	}
}

// dropNullIsland takes back the coordinates 0, 0 where no country stands with
// them (also as -0): that is how unknown is written. They are kept in extra.
func (p *record) dropNullIsland() {
	b := p.batch
	lat, hasLat := b.Columns[schema.LocationLatitude].Num(p.index)
	lon, hasLon := b.Columns[schema.LocationLongitude].Num(p.index)
	if !hasLat || !hasLon || lat<<1 != 0 || lon<<1 != 0 || b.Columns[schema.LocationCountry].Set(p.index) {
		return
	}
	for i, slot := range p.form.choices {
		if slot.column == schema.LocationLatitude || slot.column == schema.LocationLongitude {
			b.Columns[slot.column].Clear(p.index)
			p.keep(&p.candidates[i][p.bestCandidate(i)])
		}
	}
}
