package reader

import (
	"bytes"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// diagnosticJSON is what Azure Monitor diagnostic settings write to storage
// and event hubs: the sign-in in properties, inside an envelope whose member
// names come in any case. Copies that other systems made may hold objects as JSON
// text.
var diagnosticJSON = dialect{
	name:     "diagnostic-json",
	utcTimes: true,
	match: func(s *shape) string {
		switch {
		case s.empty && s.page == "records":
			return ""
		case !s.keyFold("properties"):
			return "no field properties"
		case !s.keyFold("category") && !s.keyFold("operationName") && !signInProperties(s):
			return "neither category nor operationName"
		case !s.keyFold("category") && s.keyFold("operationName") && !strings.EqualFold(s.text("operationName"), "Sign-in activity"):
			return "operation " + s.text("operationName")
		case !signInCategory(s.text("category")) && s.keyFold("category"):
			return "category " + s.text("category")
		}
		return ""
	},
	fields:         diagnosticFields,
	pages:          []string{"records"},
	finish:         finishDiagnostic,
	knowsDateOrder: true,
}

// signInProperties reports whether the properties of a record without a category are a
// sign-in: some relays of the log keep nothing else of its envelope.
func signInProperties(s *shape) bool {
	members := map[string]string{}
	for name, raw := range s.keys {
		if v := jsontext.Value(raw); strings.EqualFold(name, "properties") && v.Kind() == jsontext.Object {
			for key, value := range v.Members() {
				members[string(key)] = string(value)
			}
		}
	}
	return graphJSON.match(&shape{keys: members}) == ""
}

func diagnosticFields() *fieldTree {
	f := newFieldTree(func(c *schema.Column) string {
		if c.Diagnostic != "" || c.Graph == "" {
			return c.Diagnostic
		}
		return "properties." + strings.ReplaceAll(c.Graph, "|", "|properties.")
	}, "resourceId")
	f.usTimes = true
	f.member("properties").required = true
	return f
}

// finishDiagnostic completes a row from a diagnostic record.
func finishDiagnostic(r *record) (whyNot string) {
	b := r.row.batch
	category, operation := b.Columns[schema.SourceCategory].Value(r.row.index), b.Columns[schema.OperationName].Value(r.row.index)
	switch {
	case category != nil && !signInCategory(string(category)):
		return "category " + string(category) + " is not one of sign-ins"
	case category == nil && operation != nil && !bytes.EqualFold(operation, []byte("Sign-in activity")):
		return "operation " + string(operation) + " is not a sign-in"
	}
	if r.fields.root.byName["properties"].seenIn != r.nth {
		return "the record has no object properties"
	}
	return ""
}
