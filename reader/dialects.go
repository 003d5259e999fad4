package reader

import (
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A dialect is one family of exports. A new one is a value of this type in a
// file of its own and an element of dialects.
type dialect struct {
	name string
	// match says why an input of that shape, JSON or CSV as the dialect is, is
	// not of it; "" if it is.
	match func(s *shape) string
	open  opener
	// columns says what the columns of a CSV dialect stand for, nil for JSON.
	columns columnsFunc
}

// An opener makes what reads an input: the cutter of its chunks, and a
// function that makes their parsers, one for each goroutine.
type opener func(in *Input, s *shape, o Options) (cutter, func() parser)

// reads reports whether the dialect can be read from an input of that shape,
// whatever its names say.
func (d *dialect) reads(s *shape) bool {
	if d.columns != nil {
		return s.header != nil
	}
	return s.keys != nil
}

// A parser fills an empty batch with the records of a chunk. It keeps nothing
// of either. A *syntaxError ends the input.
type parser interface {
	parse(c *chunk, b *schema.Batch) error
}

// A syntaxError says what is wrong at a byte of a text, JSON or CSV.
type syntaxError = jsontext.SyntaxError

// dialects are tried in this order.
var dialects = []*dialect{&authDetailsCSV, &portalCSV, &logAnalyticsCSV, &defenderCSV, &powershellCSV, &diagnosticJSON, &graphJSON, &logAnalyticsJSON, &powershellJSON, &defenderJSON}

// Formats are the names of all dialects, the values of Options.From.
func Formats() []string {
	var names []string
	for _, d := range dialects {
		names = append(names, d.name)
	}
	return names
}

// foreign are the files that people have beside sign-in exports, by name.
var foreign = []struct {
	name  string
	match func(s *shape) bool
}{
	{"a directory audit log", func(s *shape) bool {
		return s.key("activityDateTime") && (s.key("initiatedBy") || s.key("targetResources")) ||
			s.names("ActivityDisplayName") || s.has("Activity") && s.has("Category") ||
			category(s, "auditlogs")
	}},
	{"a provisioning log", func(s *shape) bool {
		return s.names("ProvisioningAction") || s.key("provisioningAction") || s.key("provisioningSteps") || category(s, "provisioninglogs")
	}},
	{"a risk detection log", func(s *shape) bool {
		return s.names("RiskEventType") && s.names("DetectedDateTime") || s.key("riskEventType") && s.key("detectedDateTime") || s.has("Risk event type") || s.has("Detection type") ||
			category(s, "userriskevents") || category(s, "serviceprincipalriskevents")
	}},
	{"a list of risky users", func(s *shape) bool {
		return s.names("RiskLastUpdatedDateTime") || s.key("riskLastUpdatedDateTime") || s.has("Risk last updated") || category(s, "riskyusers") || category(s, "riskyserviceprincipals")
	}},
	{"a unified audit log", func(s *shape) bool {
		return s.names("OfficeWorkload") || s.has("AuditData") || s.key("RecordType") && s.key("Workload") || s.key("AuditData") || s.key("auditLogRecordType")
	}},
	{"a list of applications", func(s *shape) bool {
		return s.key("appId") && s.key("displayName") || s.key("signInAudience") || s.key("appRoles") || s.key("servicePrincipalNames")
	}},
	{"Microsoft Graph activity logs", func(s *shape) bool {
		return category(s, "microsoftgraphactivitylogs") || s.names("RequestUri") && s.names("ResponseStatusCode")
	}},
	{"a Defender XDR event stream (its sign-ins can be read from a query of advanced hunting)", func(s *shape) bool {
		return strings.HasPrefix(strings.ToLower(s.text("category")), "advancedhunting-")
	}},
	{"a Microsoft Graph page of something else", func(s *shape) bool {
		return s.context != "" && !strings.Contains(strings.ToLower(s.context), "signin")
	}},
	{"an error that Microsoft Graph answered in place of data", func(s *shape) bool { return s.key("error") && !s.key("createdDateTime") }},
	{"a manifest of this program", func(s *shape) bool { return s.key("manifest_version") }},
	{"a list of rejects of this program", func(s *shape) bool { return s.key("raw_sha256") && s.key("offset") }},
}

// category reports whether a diagnostic record has that log category.
func category(s *shape, lower string) bool {
	return s.keyFold("properties") && foldTitle(s.text("category")) == lower
}
