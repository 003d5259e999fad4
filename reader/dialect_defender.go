package reader

import (
	"signins/schema"
)

// defenderCSV is a result of advanced hunting in Defender XDR: the tables
// AADSignInEventsBeta, EntraIdSignInEvents and EntraIdSpnSignInEvents. They
// have no cross-tenant access type and no home tenant.
var defenderCSV = dialect{
	name: "defender-csv",
	match: func(s *shape) string {
		return matchDefender(s.has)
	},
	columns: fieldColumns(defenderFields, nil),
	finish:  finishDefender,
}

// defenderJSON is the same as JSON: objects of tools, and the results that the
// APIs answer behind their schema.
var defenderJSON = dialect{
	name: "defender-json",
	match: func(s *shape) string {
		return matchDefender(s.keyFold)
	},
	fields: defenderFields,
	pages:  []string{"value", "results", "Results"},
	finish: finishDefender,
}

// matchDefender says why columns are not those of Defender's sign-ins, "" if
// they are.
func matchDefender(has func(name string) bool) string {
	switch {
	case !has("Timestamp"):
		return "no Timestamp"
	case !has("ErrorCode"):
		return "no ErrorCode"
	case !has("LogonType") && !has("IsManagedIdentity") && !has("ServicePrincipalId") && !has("AccountUpn"):
		return "none of LogonType, AccountUpn, ServicePrincipalId, IsManagedIdentity"
	}
	return ""
}

// defenderWords are what Defender's numbers stand for in Graph's words; "" is
// not set. (Microsoft Learn, advanced hunting schema.)
var defenderWords = map[string]map[string]string{
	"RiskLevelAggregated":     {"0": "", "1": "none", "10": "low", "50": "medium", "100": "high"},
	"RiskState":               {"0": "none", "1": "confirmedSafe", "2": "remediated", "3": "dismissed", "4": "atRisk", "5": "confirmedCompromised"},
	"ConditionalAccessStatus": {"0": "success", "1": "failure", "2": "notApplied"},
	"TokenIssuerType":         {"0": "AzureAD", "1": "ADFederationServices"},
	"IsGuestUser":             {"true": "guest", "1": "guest", "false": "member", "0": "member"},
}

func defenderFields() *fieldTree {
	f := newFieldTree(func(c *schema.Column) string {
		if c.Name == schema.Columns[schema.ManagedIdentityType].Name {
			return "" // told by finishDefender
		}
		return c.Defender
	}, "LastPasswordChangeTimestamp", "ReportId", "IsExternalUser", "EndpointCall", "Type", "TenantId")
	for name, words := range defenderWords {
		f.member(name).words = words
	}
	f.needText("IsManagedIdentity")
	f.jsonStrings = true
	return f.foldNames()
}

// finishDefender completes a row of a sign-in table of Defender.
func finishDefender(r *record) (code, what string) {
	if what := r.whyNotSignIn("Timestamp", "ErrorCode"); what != "" {
		return "not_a_sign_in", what
	}
	msi := &r.row.batch.Columns[schema.ManagedIdentityType]
	switch v, _ := convertBool(r.textOf("IsManagedIdentity")); {
	case v.null:
	case v.num == 1:
		msi.SetText(r.row.index, "unknown") // one it is, of which kind is not said
	default:
		msi.SetText(r.row.index, "none")
	}
	r.dropNullIsland()
	return "", ""
}
