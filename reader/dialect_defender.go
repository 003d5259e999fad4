package reader

import (
	"slices"
	"strings"

	"signins/schema"
)

// defenderCSV is a result of advanced hunting in Defender XDR: the tables
// AADSignInEventsBeta, EntraIdSignInEvents and EntraIdSpnSignInEvents. They
// have no cross-tenant access type and no home tenant. Log Analytics has the tables
// too, and their columns TenantId, Type, SourceSystem and TimeGenerated; there as
// here TenantId is the tenant of Entra, not the workspace.
var defenderCSV = dialect{
	name: "defender-csv",
	match: func(s *shape) string {
		return matchDefender(s.has, s.cell("Type"))
	},
	columns: fieldColumns(defenderFields, nil),
	finish:  finishDefender,
}

// defenderJSON is the same as JSON: objects that tools write, and the answers of the
// APIs, which have the results after their schema.
var defenderJSON = dialect{
	name: "defender-json",
	match: func(s *shape) string {
		return matchDefender(s.names, s.text("Type"))
	},
	fields: defenderFields,
	pages:  []string{"value", "results", "Results", tablesPage},
	finish: finishDefender,
}

// defenderMarks are columns that Defender's sign-ins have and its other tables mostly
// have not.
var defenderMarks = []string{"LogonType", "IsManagedIdentity", "ServicePrincipalId", "AccountUpn", "EndpointCall", "GatewayJA4", "IsConfidentialClient"}

// isDefenderTable reports whether a table is one of Defender's sign-ins.
func isDefenderTable(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "entraid") && strings.HasSuffix(lower, "signinevents") ||
		strings.HasPrefix(lower, "aad") && strings.HasSuffix(lower, "signineventsbeta")
}

// isDefenders reports whether columns are those of Defender rather than those of Log
// Analytics. table is the Type of the first row.
func isDefenders(has func(name string) bool, table string) bool {
	return isDefenderTable(table) || !signInTable(table) && has("Timestamp") && has("ErrorCode") && !has("ResultType")
}

// matchDefender returns why columns are not those of Defender's sign-ins, "" if they
// are. table is the Type of the first row.
func matchDefender(has func(name string) bool, table string) string {
	marks := defenderMarks
	if isDefenderTable(table) {
		marks = append([]string{"ErrorCode", "ApplicationId", "RequestId"}, marks...)
	}
	switch {
	case isDefenderTable(table):
	case !has("Timestamp"):
		return "no Timestamp"
	case !has("ErrorCode"):
		return "no ErrorCode"
	}
	if !slices.ContainsFunc(marks, has) {
		return "none of " + strings.Join(marks, ", ")
	}
	return ""
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
	f.jsonStrings = true
	return f.foldNames()
}

// finishDefender completes a row of a sign-in table of Defender.
func finishDefender(r *record) (code, what string) {
	if what := r.whyNotSignIn("Timestamp", "ErrorCode"); what != "" {
		return "not_a_sign_in", what
	}
	if table := string(r.textOf("Type")); table != "" && !isDefenderTable(table) {
		return "not_a_sign_in", "table " + table + " is not one of Defender's sign-ins"
	}
	msi := &r.row.batch.Columns[schema.ManagedIdentityType]
	switch v, _ := convertBool(r.textOf("IsManagedIdentity")); {
	case v.null:
	case v.num == 1:
		msi.SetText(r.row.index, "unknown") // a managed identity of an unknown kind
	default:
		msi.SetText(r.row.index, "none")
	}
	r.dropNullIsland()
	return "", ""
}
