package reader

import (
	"bytes"
	"slices"
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
		case s.isEnvelope():
			return ""
		case !s.names("properties"):
			return "no field properties"
		case !strings.HasPrefix(strings.TrimSpace(s.text("properties")), "{"):
			return "properties is no object"
		case !s.names("category") && !s.names("operationName") && !signInProperties(s):
			return "neither category nor operationName"
		case !s.names("category") && s.names("operationName") && !strings.EqualFold(s.text("operationName"), signInOperation):
			return "operation " + s.text("operationName")
		case !signInCategory(s.text("category")) && s.names("category"):
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
	if v, err := jsontext.Parse([]byte(s.text("properties"))); err == nil && v.Kind() == jsontext.Object {
		for key, value := range v.Members() {
			members[string(key)] = string(value)
		}
	}
	inner := new(shape)
	inner.useKeys(members)
	return graphJSON.match(inner) == ""
}

// notInEnvelopes are members of the sign-in itself, which are beside the category in a
// row of Log Analytics.
var notInEnvelopes = []string{"properties", "TimeGenerated", "createdDateTime", "userPrincipalName", "userId", "ipAddress", "appId", "appDisplayName", "servicePrincipalId"}

// isEnvelope reports whether the record is the envelope of a sign-in without the
// sign-in itself.
func (s *shape) isEnvelope() bool {
	return !slices.ContainsFunc(notInEnvelopes, s.names) && signInCategory(s.text("category")) && strings.EqualFold(s.text("operationName"), signInOperation) && s.tellsMore()
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
	named := bytes.EqualFold(operation, []byte(signInOperation))
	switch {
	case category != nil && !signInCategory(string(category)):
		return "category " + string(category) + " is not one of sign-ins"
	case category == nil && operation != nil && !named:
		return "operation " + string(operation) + " is not a sign-in"
	case category == nil && operation == nil && !b.Columns[schema.CreatedAt].Set(r.row.index) && !b.Columns[schema.ErrorCode].Set(r.row.index):
		return "the record has neither category nor operationName, and no event time or error code of a sign-in"
	}
	empty := !r.isIdentified() && !b.Columns[schema.ErrorCode].Set(r.row.index)
	if properties := r.fields.root.byName["properties"]; properties.seenIn != r.nth && (category == nil || !named || empty || r.row.extraNames["properties"] > 0) {
		return "the record has no object properties"
	}
	return ""
}
