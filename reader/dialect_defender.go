package reader

import (
	"slices"

	"signins/schema"
)

// defenderCSV is a result of advanced hunting in Defender XDR: the tables
// AADSignInEventsBeta, EntraIdSignInEvents and EntraIdSpnSignInEvents. They
// have no cross-tenant access type and no home tenant.
var defenderCSV = dialect{
	name:    "defender-csv",
	match:   matchDefender,
	columns: fieldColumns(defenderFields, nil),
	finish:  finishDefender,
}

// defenderJSON is the same as JSON: objects that tools write, and the answers of the
// APIs, which have the results after their schema.
var defenderJSON = dialect{
	name:   "defender-json",
	match:  matchDefender,
	fields: defenderFields,
	pages:  []string{"value", "results", "Results"},
	finish: finishDefender,
}

// matchDefender returns why an input has no sign-ins of Defender, "" if it has.
func matchDefender(s *shape) string {
	switch {
	case !s.names("Timestamp"):
		return "no Timestamp"
	case !s.names("ErrorCode"):
		return "no ErrorCode"
	case !slices.ContainsFunc([]string{"LogonType", "AccountUpn", "ServicePrincipalId", "IsManagedIdentity"}, s.names):
		return "none of LogonType, AccountUpn, ServicePrincipalId, IsManagedIdentity"
	}
	return ""
}

// defenderWords are Graph's words for Defender's numbers, "" for not set. (Microsoft
// Learn, advanced hunting schema.)
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
			return "" // see finishDefender
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
func finishDefender(r *record) (whyNot string) {
	if whyNot := r.whyNotSignIn("Timestamp", "ErrorCode"); whyNot != "" {
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
