package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Export writes sign-ins as one product does.
type Export struct {
	Format string // as the program calls it
	// Files returns the contents of its files by name.
	Files func(list []SignIn) map[string][]byte
	// Lacks are the rules that the export has no columns for.
	Lacks []string
	// Not are the cases that it cannot show, though it has the columns.
	Not []string
}

// notDefender are the cases of formats that do not tell confidential clients, and have no
// summaries.
var notDefender = []string{"summary", "travel-confidential"}

// Exports are one export of each format that people have sign-ins in.
var Exports = []Export{
	{"graph-json", oneFile("signins.ndjson", Graph), []string{"session_outlives_password"}, notDefender},
	{"diagnostic-json", oneFile("PT1H.json", diagnostic), []string{"session_outlives_password"}, notDefender},
	{"powershell-json", oneFile("signins.json", powershell), []string{
		"session_outlives_password", "inbound_users", "inbound_portal", "outbound_attempts", // the log's tenant is not known
	}, notDefender},
	{"log-analytics-json", oneFile("query.ndjson", tableLines), []string{"session_outlives_password"}, notDefender},
	{"log-analytics-csv", oneFile("query.csv", tableCSV), []string{"session_outlives_password"}, notDefender},
	{"portal-csv", portal, []string{
		"session_outlives_password", "token_elsewhere", "compliant_device_bypass", "report_only_failed", "impossible_travel",
		"risk", "risk_high", "inbound_users", "inbound_portal", "outbound_attempts",
	}, notDefender},
	{"defender-csv", oneFile("EntraIdSignInEvents.csv", Defender), []string{
		"token_elsewhere", "device_code", "authentication_transfer", "device_code_broker", "device_code_registration", "compliant_device_bypass",
		"report_only_failed", "no_policy_applied", "policy_failed", "risk", "risk_high", "guests", "passthrough_attempts", "b2b_collaboration",
		"inbound_users", "inbound_portal", "outbound_attempts", "principal_password",
	}, []string{"new-address", "new-resource", "new-resource-name", "waking31", "identity", "summary", "ropc", "country-network", "passthrough-single"}},
}

func oneFile(name string, encode func(list []SignIn) []byte) func(list []SignIn) map[string][]byte {
	return func(list []SignIn) map[string][]byte { return map[string][]byte{name: encode(list)} }
}

// lines writes objects, one a line.
func lines(list []SignIn, of func(s *SignIn) object) []byte {
	var text bytes.Buffer
	for i := range list {
		json.NewEncoder(&text).Encode(of(&list[i])) // the errors of a buffer are nil
	}
	return text.Bytes()
}

// kinds are the names of a kind: log category, table, and the portal's file.
var kinds = map[string][3]string{
	Interactive:    {"SignInLogs", "SigninLogs", "InteractiveSignIns_a.csv"},
	NonInteractive: {"NonInteractiveUserSignInLogs", "AADNonInteractiveUserSignInLogs", "NonInteractiveSignIns_a.csv"},
	Principal:      {"ServicePrincipalSignInLogs", "AADServicePrincipalSignInLogs", "ApplicationSignIns_a.csv"},
	Identity:       {"ManagedIdentitySignInLogs", "AADManagedIdentitySignInLogs", "MSISignIns_a.csv"},
}

// diagnostic is what Azure Monitor writes: Graph's object in an envelope.
func diagnostic(list []SignIn) []byte {
	return lines(list, func(s *SignIn) object {
		return object{
			"time": s.At.Add(time.Minute).Format(time.RFC3339Nano), "category": kinds[s.Kind][0], "operationName": "Sign-in activity", "tenantId": Tenant,
			"resultType": strconv.Itoa(s.Code), "properties": s.graph(),
		}
	})
}

// powershell is Graph's objects with names as PowerShell has them.
func powershell(list []SignIn) []byte {
	all := []any{}
	for i := range list {
		all = append(all, capitals(list[i].graph()))
	}
	text, _ := json.Marshal(all) // texts and numbers have no errors
	return text
}

func capitals(v any) any {
	switch v := v.(type) {
	case object:
		o := object{}
		for name, value := range v {
			o[strings.ToUpper(name[:1])+name[1:]] = capitals(value)
		}
		return o
	case []object:
		list := []any{}
		for _, value := range v {
			list = append(list, capitals(value))
		}
		return list
	}
	return v
}

// tableNames are the columns of the sign-in tables that are not Graph's names with a
// capital.
var tableNames = map[string]string{
	"ipAddress": "IPAddress", "resourceId": "ResourceIdentity", "location": "LocationDetails", "tenantId": "AADTenantId",
	"appliedConditionalAccessPolicies": "ConditionalAccessPolicies",
}

// tableRow is a row of the sign-in tables of Log Analytics.
func (s *SignIn) tableRow() object {
	row := object{"TimeGenerated": s.At.Add(time.Minute).Format(time.RFC3339Nano), "Type": kinds[s.Kind][1], "ResultType": strconv.Itoa(s.Code)}
	for name, value := range s.graph() {
		if table := tableNames[name]; table != "" {
			row[table] = value
			continue
		}
		row[strings.ToUpper(name[:1])+name[1:]] = value
	}
	delete(row, "SignInEventTypes") // which the tables do not have
	return row
}

func tableLines(list []SignIn) []byte { return lines(list, (*SignIn).tableRow) }

// tableCSV is the same as CSV, with objects as JSON text.
func tableCSV(list []SignIn) []byte {
	var rows [][]string
	var header []string
	for i := range list {
		row := list[i].tableRow()
		if header == nil {
			for name := range row {
				header = append(header, name)
			}
			slices.Sort(header)
			rows = append(rows, header)
		}
		var cells []string
		for _, name := range header {
			switch value := row[name].(type) {
			case nil:
				cells = append(cells, "")
			case string:
				cells = append(cells, value)
			default:
				text, _ := json.Marshal(value)
				cells = append(cells, string(text))
			}
		}
		rows = append(rows, cells)
	}
	return table(rows)
}

// portal is what the portal downloads as CSV: a file for each kind.
func portal(list []SignIn) map[string][]byte {
	files := map[string][][]string{}
	for i := range list {
		s := &list[i]
		name := kinds[s.Kind][2]
		if files[name] == nil {
			files[name] = [][]string{{
				"Date (UTC)", "Request ID", "User agent", "User ID", "Username", "User type", "Cross tenant access type", "Authentication Protocol",
				"Original transfer method", "Client credential type", "Application", "Application ID ", "Resource", "Resource ID ", "Resource tenant ID", "Home tenant ID",
				"IP address", "Location", "Sign-in error code", "Client app", "Device ID", "Compliant", "Authentication requirement", "Session ID",
				"Autonomous system  number", "Conditional Access", "Service principal ID",
			}}
		}
		system := ""
		if s.Place.System > 0 {
			system = strconv.Itoa(s.Place.System)
		}
		files[name] = append(files[name], []string{
			s.At.Format(time.RFC3339Nano), s.ID, s.Agent, s.UserID, s.User, s.UserType, s.Access, s.Protocol,
			s.Transfer, s.Credential, s.App, s.AppID, s.ResourceName, s.Resource, s.Target, s.Home,
			s.Address, fmt.Sprintf("%s, , %s", s.Place.City, s.Place.Country), strconv.Itoa(s.Code), s.Client, s.Device, strconv.FormatBool(s.Compliant), s.Requirement, s.Session,
			system, s.CA, s.ServiceID,
		})
	}
	contents := map[string][]byte{}
	for name, rows := range files {
		contents[name] = table(rows)
	}
	return contents
}
