package reader

import (
	"bytes"
	"strings"

	"signins/schema"
)

// diagnosticJSON is what Azure Monitor diagnostic settings write to storage
// and event hubs: the sign-in in properties, inside an envelope whose member
// names come in any case. What passed through other systems may hold objects
// as JSON text.
var diagnosticJSON = dialect{
	name: "diagnostic-json",
	match: func(s *shape) string {
		switch {
		case s.page != "" && s.page != "records":
			return "the records stand in " + s.page
		case s.empty && s.page == "records":
			return ""
		case !s.keyFold("properties"):
			return "no field properties"
		case !s.keyFold("category") && !s.keyFold("operationName"):
			return "neither category nor operationName"
		case !s.keyFold("category") && !strings.EqualFold(s.text("operationName"), "Sign-in activity"):
			return "operation " + s.text("operationName")
		case !signInCategory(s.text("category")) && s.keyFold("category"):
			return "category " + s.text("category")
		}
		return ""
	},
	open: jsonOpen("records", diagnosticFields, finishDiagnostic),
}

func diagnosticFields() *fieldTree {
	f := newFieldTree(func(c *schema.Column) string {
		if c.Diagnostic != "" || c.Graph == "" {
			return c.Diagnostic
		}
		return "properties." + strings.ReplaceAll(c.Graph, "|", "|properties.")
	}, "resourceId")
	f.strings, f.usTimes = true, true
	return f.foldNames()
}

// signInCategory reports whether a log category is one of sign-ins. SignIn is
// how it was written in 2018.
func signInCategory(category string) bool {
	c := strings.ToLower(category)
	return strings.HasSuffix(c, "signinlogs") || c == "signin"
}

// finishDiagnostic completes a row from a diagnostic record.
func finishDiagnostic(p *record) (code, what string) {
	b := p.batch
	category, operation := b.Columns[schema.SourceCategory].Value(p.index), b.Columns[schema.OperationName].Value(p.index)
	switch {
	case category != nil && !signInCategory(string(category)):
		return "not_a_sign_in", "category " + string(category) + " is not one of sign-ins"
	case category == nil && operation != nil && !bytes.EqualFold(operation, []byte("Sign-in activity")):
		return "not_a_sign_in", "operation " + string(operation) + " is not a sign-in"
	}
	if p.form.root.byName["properties"].seenIn != p.nth {
		return "not_a_sign_in", "the record has no object properties"
	}
	p.fillReason()
	p.dropNullIsland()
	return "", ""
}

// fillReason takes the envelope's text of the error where the sign-in has none.
func (p *record) fillReason() {
	reason, description := &p.batch.Columns[schema.FailureReason], &p.batch.Columns[schema.ResultDescription]
	if !reason.Set(p.index) && description.Set(p.index) {
		reason.SetBytes(p.index, description.Value(p.index))
	}
}
