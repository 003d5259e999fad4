package reader

import (
	"cmp"
	"strings"

	"signins/schema"
)

// defenderCSV is a result of advanced hunting in Defender XDR: the tables
// AADSignInEventsBeta, EntraIdSignInEvents and EntraIdSpnSignInEvents. They
// have no cross-tenant access type and no home tenant. Log Analytics has the tables
// too, and their columns TenantId, Type, SourceSystem and TimeGenerated; there as
// here TenantId is the tenant of Entra, not the workspace.
var defenderCSV = dialect{
	name:    "defender-csv",
	match:   matchDefender,
	columns: fieldColumns(defenderFields),
	finish:  finishDefender,
}

// defenderJSON is the same as JSON: objects that tools write, and the answers of the
// APIs, which have the results after their schema.
var defenderJSON = dialect{
	name:     "defender-json",
	utcTimes: true,
	match:    matchDefender,
	fields:   defenderFields,
	pages:    []string{"value", "results", "Results", tablesPage},
	finish:   finishDefender,
}

// isDefenderTable reports whether a table is one of Defender's sign-ins.
func isDefenderTable(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "entraid") && strings.HasSuffix(lower, "signinevents") ||
		strings.HasPrefix(lower, "aad") && strings.HasSuffix(lower, "signineventsbeta")
}

// isDefenders reports whether an input has the columns of Defender rather than those
// of Log Analytics.
func isDefenders(s *shape) bool {
	table := s.text("Type")
	return isDefenderTable(table) || !signInTable(table) && s.names("Timestamp") && s.names("ErrorCode") && !s.names("ResultType")
}

// matchDefender returns why an input has no sign-ins of Defender, "" if it has.
func matchDefender(s *shape) string {
	switch {
	case isDefenderTable(s.text("Type")):
	case !s.names("Timestamp"):
		return "no Timestamp"
	case s.names("ResultType"):
		return "a column ResultType"
	}
	return cmp.Or(s.whyUnproven(), s.whySummary())
}

// defenderWords are Graph's words for Defender's numbers, "" for not set. (Microsoft
// Learn, advanced hunting schema.)
var defenderWords = map[string]map[string]string{
	"RiskLevelAggregated":     {"0": "", "1": "none", "10": "low", "50": "medium", "100": "high"},
	"RiskLevelDuringSignIn":   {"0": "", "1": "none", "10": "low", "50": "medium", "100": "high"},
	"RiskState":               {"0": "none", "1": "confirmedSafe", "2": "remediated", "3": "dismissed", "4": "atRisk", "5": "confirmedCompromised"},
	"ConditionalAccessStatus": {"0": "success", "1": "failure", "2": "notApplied"},
	"TokenIssuerType":         {"0": "AzureAD", "1": "ADFederationServices"},
	"IsExternalUser":          {"-1": ""},
	"IsGuestUser":             {"true": "guest", "1": "guest", "false": "member", "0": "member"},
}

func defenderFields() *fieldTree {
	f := newFieldTree(func(c *schema.Column) string {
		if c.Name == schema.Columns[schema.ManagedIdentityType].Name {
			return "" // see finishDefender
		}
		return c.Defender
	}, "ReportId", "SourceSystem")
	for name, words := range defenderWords {
		f.member(name).words = words
	}
	f.needText("IsManagedIdentity")
	f.needText("Type")
	return f
}

// finishDefender completes a row of a sign-in table of Defender.
func finishDefender(r *record) (whyNot string) {
	if whyNot := r.whyNotSignIn("Timestamp", "ErrorCode"); whyNot != "" {
		return whyNot
	}
	if table := string(r.textOf("Type")); table != "" && !isDefenderTable(table) {
		return "table " + table + " is not one of Defender's sign-ins"
	}
	if whyNot := r.whyBadCount(); whyNot != "" {
		return whyNot
	}
	msi := &r.row.batch.Columns[schema.ManagedIdentityType]
	switch v, _ := convertBool(r.textOf("IsManagedIdentity")); {
	case v.null:
	case v.num == 1:
		msi.SetText(r.row.index, "unknown") // a managed identity of an unknown kind
	default:
		msi.SetText(r.row.index, "none")
	}
	return ""
}
