package reader

import (
	"cmp"

	"signins/schema"
)

// graphJSON is the signIn object of Microsoft Graph: the portal's Download as JSON,
// pages of the API, and files that collectors write of them. The summarizedSignIn
// object counts several sign-ins, and has the time of the first.
var graphJSON = dialect{
	name:     "graph-json",
	utcTimes: true,
	match: func(s *shape) string {
		switch {
		case s.empty:
			return ""
		case !s.key("createdDateTime") && !s.key("created_date_time") && !s.key("firstSignInDateTime") && !s.key("aggregationDateTime") && !s.hasGraphStatus():
			return "no field createdDateTime"
		case s.key("properties"):
			return "a field properties"
		}
		return cmp.Or(s.whyUnproven(), s.whyCounted())
	},
	fields: func() *fieldTree {
		f := newFieldTree(func(c *schema.Column) string { return c.Graph }, "@odata.type", "@odata.id", "@odata.etag", "aggregationDateTime")
		f.first = f.wait("firstSignInDateTime")
		return f
	},
	pages:                []string{"value"},
	finish:               finishGraph,
	interactiveByDefault: true,
}

// hasGraphStatus reports whether the record has the status of a signIn object and a
// user, an application or an address, as a query for fields without the time has. Rows
// of Log Analytics may have it in lower case too.
func (s *shape) hasGraphStatus() bool {
	return s.key("status") && isSignInStatus(s.text("status")) && s.identified() && !s.names("TimeGenerated") && !s.names("ResultType") && !s.names("Category")
}

// finishGraph completes a row from a Graph signIn object.
func finishGraph(r *record) (whyNot string) {
	if first := r.fields.first; first != nil && first.seenIn == r.nth {
		r.setFirstTime(first)
	}
	members, created := r.fields.root.byName, r.row.batch.Columns[schema.CreatedAt].Set(r.row.index)
	if members["createdDateTime"].seenIn != r.nth && members["status"].seenIn != r.nth && !created {
		return "the record has neither createdDateTime nor status"
	}
	if !created && r.isEmpty() {
		return "all fields of the record are empty"
	}
	return ""
}

// setFirstTime stores the time of the first sign-in as the event time, unless the row
// has one.
func (r *record) setFirstTime(first *field) {
	t, created := &r.candidates[first.choice][0], &r.row.batch.Columns[schema.CreatedAt]
	switch {
	case t.empty():
	case created.Set(r.row.index):
		r.row.keep(t)
	default:
		r.row.set(schema.CreatedAt, t)
		if created.Set(r.row.index) {
			r.row.issue(schema.FirstSignInTime)
		}
	}
}
