package reader

import (
	"bytes"
	"cmp"
	"time"

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
	columns: formColumns(defenderFields),
	open:    csvOpen(formColumns(defenderFields), finishDefender),
}

// defenderJSON is the same as JSON: objects of tools, and the results that the
// APIs answer behind their schema.
var defenderJSON = dialect{
	name: "defender-json",
	match: func(s *shape) string {
		if s.page != "" && s.page != "value" && !resultsPage(s.page) {
			return "the records stand in " + s.page
		}
		return matchDefender(s.keyFold)
	},
	open: func(in *Input, w *window, o Options) (cutter, func() parser) {
		return jsonOpen(cmp.Or(in.shape.page, "value"), defenderFields, finishDefender)(in, w, o)
	},
}

// resultsPage reports the member that holds the rows of a query.
func resultsPage(name string) bool { return name == "results" || name == "Results" }

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
	f.strings = true
	return f.foldNames()
}

// finishDefender completes a row of a sign-in table of Defender.
func finishDefender(p *record) (code, what string) {
	if what := p.whyNotSignIn("Timestamp", "ErrorCode"); what != "" {
		return "not_a_sign_in", what
	}
	msi := &p.batch.Columns[schema.ManagedIdentityType]
	switch v, _ := convertBool(p.textOf("IsManagedIdentity")); {
	case v.null:
	case v.num == 1:
		msi.SetText(p.index, "unknown") // one it is, of which kind is not said
	default:
		msi.SetText(p.index, "none")
	}
	p.dropNullIsland()
	return "", ""
}

// parseNamedMonth reads a date with the name of its month, as Defender's
// portal shows it: Jun 15, 2026 9:56:49 AM.
func parseNamedMonth(text []byte) (m moment, ok bool) {
	text = bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\u202f"), []byte(" "))
	t, err := time.Parse("Jan 2, 2006 3:04:05 PM", string(text))
	return moment{micros: t.UnixMicro(), nanos: int32(t.Nanosecond() % 1000), zoneless: true}, err == nil
}
