package reader

import (
	"signins/schema"
)

// graphJSON is the signIn object of Microsoft Graph: the portal's Download as JSON,
// pages of the API, and files that collectors write of them.
var graphJSON = dialect{
	name: "graph-json",
	match: func(s *shape) string {
		switch {
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
	fields: func() *fieldTree {
		return newFieldTree(func(c *schema.Column) string { return c.Graph }, "@odata.type", "@odata.id", "@odata.etag")
	},
	pages:                []string{"value"},
	finish:               finishGraph,
	interactiveByDefault: true,
}

// finishGraph completes a row from a Graph signIn object.
func finishGraph(r *record) (whyNot string) {
	members, created := r.fields.root.byName, r.row.batch.Columns[schema.CreatedAt].Set(r.row.index)
	if members["createdDateTime"].seenIn != r.nth && members["status"].seenIn != r.nth && !created {
		return "the record has neither createdDateTime nor status"
	}
	if !created && r.isEmpty() {
		return "all fields of the record are empty"
	}
	return ""
}
