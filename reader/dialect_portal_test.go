package reader

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"signins/testdata/golden"
)

// portalCells has a cell of its own for every title of the portal's CSV, as
// recorded, and the columns it goes to (canonical.csv).
var portalCells = []struct {
	title, cell string
	want        row
}{
	{"Date (UTC)", "2026-01-02T03:04:05Z", row{"created_at": "2026-01-02T03:04:05Z"}},
	{"Request ID", "request-1", row{"id": "request-1"}},
	{"User agent", "agent, 1", row{"user_agent": "agent, 1"}},
	{"Correlation ID", "correlation-1", row{"correlation_id": "correlation-1"}},
	{"User ID", "user-1", row{"user_id": "user-1"}},
	{"User", "Zoë \"Z\" Q", row{"user_display_name": "Zoë \"Z\" Q"}},
	{"Username", "zoe@contoso.example", row{"user_principal_name": "zoe@contoso.example"}},
	{"User type", "Member", row{"user_type": "member"}},
	{"Cross tenant access type", "passthrough,b2bCollaboration", row{"cross_tenant_access_type": "b2bCollaboration,passthrough"}},
	{"Incoming token type", "primaryRefreshToken", row{"incoming_token_type": "primaryRefreshToken"}},
	{"Authentication Protocol", "deviceCode", row{"authentication_protocol": "deviceCode"}},
	{"Unique token identifier", "token-1", row{"unique_token_identifier": "token-1"}},
	{"Original transfer method", "deviceCodeFlow", row{"original_transfer_method": "deviceCodeFlow"}},
	{"Client credential type", "certificate", row{"client_credential_type": "certificate"}},
	{"Token Protection - Sign In Session", "unbound", row{"token_protection_sign_in_session_status": "unbound"}},
	{"Token Protection - Sign In Session StatusCode", "1002", row{"token_protection_sign_in_session_status_code": "1002"}},
	{"Application", "application 1", row{"app_display_name": "application 1"}},
	{"Application ID ", "007", row{"app_id": "007"}},
	{"App owner tenant ID", "app-owner", row{"app_owner_tenant_id": "app-owner"}},
	{"Resource", "resource 1", row{"resource_display_name": "resource 1"}},
	{"Resource ID ", "resource-id", row{"resource_id": "resource-id"}},
	{"Resource tenant ID", "resource-tenant", row{"resource_tenant_id": "resource-tenant"}},
	{"Resource owner tenant ID", "resource-owner", row{"resource_owner_tenant_id": "resource-owner"}},
	{"Home tenant ID", "home-tenant", row{"home_tenant_id": "home-tenant"}},
	{"Home tenant name", "Contoso, Ltd", row{"home_tenant_name": "Contoso, Ltd"}},
	{"IP address", "2001:db8::1", row{"ip_address": "2001:db8::1"}},
	{"Location", "Köln, Nordrhein-Westfalen, DE", row{"location_city": "Köln", "location_state": "Nordrhein-Westfalen", "location_country": "DE"}},
	{"Status", "Interrupted", row{"sign_in_status": "interrupted"}},
	{"Sign-in error code", "50126", row{"error_code": "50126"}},
	{"Failure reason", "because.", row{"failure_reason": "because."}},
	{"Client app", "Browser", row{"client_app_used": "Browser"}},
	{"Device ID", "device-1", row{"device_id": "device-1"}},
	{"Browser", "Edge 1", row{"device_browser": "Edge 1"}},
	{"Operating System", "Windows10", row{"device_operating_system": "Windows10"}},
	{"Compliant", "Yes", row{"device_is_compliant": "true"}},
	{"Managed", "No", row{"device_is_managed": "false"}},
	{"Join Type", "Azure AD joined", row{"device_trust_type": "Azure AD joined"}},
	{"Multifactor authentication result", "by claim", row{"additional_details": "by claim"}},
	{"Multifactor authentication auth method", "method", row{"mfa_auth_method": "method"}},
	{"Multifactor authentication auth detail", "+X XXXXXXX12", row{"mfa_auth_detail": "+X XXXXXXX12"}},
	{"Authentication requirement", "multiFactorAuthentication", row{"authentication_requirement": "multiFactorAuthentication"}},
	{"Sign-in identifier", "identifier", row{"sign_in_identifier": "identifier"}},
	{"Session ID", "session-1", row{"session_id": "session-1"}},
	{"IP address (seen by resource)", "192.0.2.2", row{"ip_address_from_resource_provider": "192.0.2.2"}},
	{"Through Global Secure Access", "true", row{"is_through_global_secure_access": "true"}},
	{"Global Secure Access IP address", "192.0.2.3", row{"global_secure_access_ip_address": "192.0.2.3"}},
	{"Autonomous system  number", "4200000001", row{"autonomous_system_number": "4200000001"}},
	{"Flagged for review", "false", row{"flagged_for_review": "false"}},
	{"Token issuer type", "AzureADBackupAuth", row{"token_issuer_type": "AzureADBackupAuth"}},
	{"Incoming token type", "Primary refresh token", row{"extra": `{"Incoming token type":"Primary refresh token"}`}},
	{"Token issuer name", "sts", row{"token_issuer_name": "sts"}},
	{"Latency", "173", row{"processing_time_ms": "173"}},
	{"Conditional Access", "Not Applied", row{"conditional_access_status": "notApplied"}},
	{"Managed Identity type", "systemAssigned", row{"managed_identity_type": "systemAssigned"}},
	{"Associated Resource Id", "/subscriptions/1", row{"managed_identity_associated_resource_id": "/subscriptions/1"}},
	{"Federated Token Id", "federated-1", row{"managed_identity_federated_token_id": "federated-1"}},
	{"Federated Token Issuer", "federated-issuer", row{"managed_identity_federated_token_issuer": "federated-issuer"}},
	// Of service principals.
	{"Service principal ID", "principal-1", row{"service_principal_id": "principal-1"}},
	{"Service principal name", "principal 1", row{"service_principal_name": "principal 1"}},
	{"Credential key ID", "key-1", row{"service_principal_credential_key_id": "key-1"}},
	{"Credential thumbprint", "thumb", row{"service_principal_credential_thumbprint": "thumb"}},
}

// portalTitles are the recorded header lists: titles as written, in their
// order. Lists of users are the longest one without what came later.
func portalTitles() map[string][]string {
	var users []string
	for _, c := range portalCells[:57] {
		users = append(users, c.title)
	}
	without := func(list []string, titles ...string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(titles, s) })
	}
	autumn := without(users, "App owner tenant ID", "Resource owner tenant ID")
	october := without(autumn, "Session ID")
	return map[string][]string{
		"users, 57 columns": users,
		"users, 55 columns": autumn,
		"users, 54 columns": october,
		"users, 44 columns": without(october, "User agent", "Original transfer method", "Token Protection - Sign In Session",
			"Token Protection - Sign In Session StatusCode", "Through Global Secure Access", "Global Secure Access IP address",
			"Managed Identity type", "Associated Resource Id", "Federated Token Id", "Federated Token Issuer"),
		"service principals, 22 columns": {
			"Date (UTC)", "Request ID", "Correlation ID", "Service principal ID", "Service principal name", "Credential key ID",
			"Credential thumbprint", "Application", "Application ID ", "App owner tenant ID", "Resource", "Resource ID ",
			"Resource tenant ID", "Resource owner tenant ID", "Home tenant ID", "Home tenant name", "IP address", "Location",
			"Status", "Sign-in error code", "Failure reason", "Conditional Access",
		},
	}
}

// quoted writes a row as the portal does: every cell in quotes.
func quoted(cells []string) string {
	var s strings.Builder
	for i, c := range cells {
		if i > 0 {
			s.WriteByte(',')
		}
		s.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
	}
	return s.String() + "\r\n"
}

// cellsFor returns a cell for every title, in order, and the row that they make.
func cellsFor(titles []string) (cells []string, want row) {
	want = row{}
	used := map[int]bool{}
	for _, title := range titles {
		for i, c := range portalCells {
			if c.title == title && !used[i] {
				used[i] = true
				cells = append(cells, c.cell)
				maps.Copy(want, c.want)
				break
			}
		}
	}
	return cells, want
}

func TestPortalEveryCellComesToItsColumn(t *testing.T) {
	t.Parallel()
	for name, titles := range portalTitles() {
		t.Run(caseName(name), func(t *testing.T) {
			if !strings.Contains(name, " "+itoa(len(titles))+" columns") {
				t.Errorf("%s: %d titles", name, len(titles))
			}
			cells, want := cellsFor(titles)
			out := readText(t, quoted(titles)+quoted(cells))
			if len(out.rows) != 1 || out.err != nil {
				t.Errorf("%s: %d rows, %v, %v", name, len(out.rows), out.rejects, out.err)
				return
			}
			if d := out.rows[0].columns().differs(want); d != "" {
				t.Errorf("%s:%s", name, d)
			}
			if len(out.unknown)+len(out.warnings) > 0 {
				t.Errorf("%s: unknown %v, warnings %v", name, out.unknown, out.warnings)
			}
		})
	}
}

func itoa(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// Each cell alone in its row, but for the Request ID, gives its columns and no other.
func TestPortalEveryCellAlone(t *testing.T) {
	t.Parallel()
	for name, titles := range portalTitles() {
		t.Run(caseName(name), func(t *testing.T) {
			cells, _ := cellsFor(titles)
			content, id := quoted(titles), slices.Index(titles, "Request ID")
			for i := range cells {
				alone := make([]string, len(cells))
				alone[i], alone[id] = cells[i], cells[id]
				content += quoted(alone)
			}
			out := readText(t, content)
			if len(out.rows) != len(titles) {
				t.Errorf("%s: %d rows, %v, %v", name, len(out.rows), out.rejects, out.err)
				return
			}
			used := map[int]bool{}
			for i, title := range titles {
				k := slices.IndexFunc(portalCells, func(c struct {
					title, cell string
					want        row
				}) bool {
					return c.title == title && c.cell == cells[i]
				})
				want := maps.Clone(portalCells[k].want)
				maps.Copy(want, row{"id": cells[id]})
				if d := out.rows[i].columns().differs(want); d != "" || used[k] {
					t.Errorf("%s: %q:%s", name, title, d)
				}
				used[k] = true
			}
		})
	}
}

func TestPortalGolden(t *testing.T) {
	t.Parallel()
	titles := portalTitles()["users, 57 columns"]
	cells, _ := cellsFor(titles)
	empty := make([]string, len(cells))
	out := readText(t, "\xef\xbb\xbf"+quoted(titles)+quoted(cells)+quoted(empty))
	var s strings.Builder
	for _, r := range out.rows {
		delete(r, "raw_record")
		s.WriteString("record\n" + r.String())
	}
	golden.Check(t, "testdata/portal_57.txt", s.String())
}

// one reads a row of three named cells beside date, request and user name.
func one(t *testing.T, title, cell string) row {
	t.Helper()
	out := readText(t, quoted([]string{"Date (UTC)", "Request ID", "Username", title})+quoted([]string{"2026-01-02T03:04:05Z", "1", "u", cell}))
	if len(out.rows) != 1 {
		t.Fatalf("%s %q: %v %v", title, cell, out.rejects, out.err)
	}
	return out.rows[0]
}

func TestPortalLocation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ cell, city, state, country, extra string }{
		{"Berlin, Berlin, DE", "Berlin", "Berlin", "DE", ""},
		{"Washington, D.C., District of Columbia, US", "Washington, D.C.", "District of Columbia", "US", ""},
		{", , DE", "", "", "DE", ""},
		{", Berlin, DE", "", "Berlin", "DE", ""},
		{"Berlin, , DE", "Berlin", "", "DE", ""},
		{"Berlin, Berlin, ", "Berlin", "Berlin", "", ""},
		{", , ", "", "", "", ""},
		{"", "", "", "", ""},
		{"Berlin,Berlin,DE", "Berlin", "Berlin", "DE", `{"Location":"Berlin,Berlin,DE"}`},
		{"Berlin, DE", "Berlin", "", "DE", `{"Location":"Berlin, DE"}`},
		{"New York, USA", "New York", "", "US", `{"Location":"New York, USA"}`},
		{"Zürich,switzerland", "Zürich", "", "CH", `{"Location":"Zürich,switzerland"}`},
		{", GB", "", "", "GB", `{"Location":", GB"}`},
		{"DE", "", "", "DE", `{"Location":"DE"}`},
		{"United Kingdom", "", "", "GB", `{"Location":"United Kingdom"}`},
		{" Berlin,  Berlin , DE", "Berlin", "Berlin", "DE", `{"Location":" Berlin,  Berlin , DE"}`},
	} {
		t.Run(caseName(c.cell), func(t *testing.T) {
			r := one(t, "Location", c.cell)
			if r["issues"] != "" || r["location_city"] != c.city || r["location_state"] != c.state || r["location_country"] != c.country || r["extra"] != c.extra {
				t.Errorf("%q: %q, %q, %q, extra %s; want %+v", c.cell, r["location_city"], r["location_state"], r["location_country"], r["extra"], c)
			}
		})
	}
}

// A location that does not end with a country stays whole in extra.
func TestPortalUnclearLocation(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"Salem, Oregon", "Berlin", "Detroit, MI", "Springfield, 62701", "Europe, EU", "Berlin, "} {
		t.Run(caseName(cell), func(t *testing.T) {
			r := one(t, "Location", cell)
			if r["location_city"]+r["location_state"]+r["location_country"] != "" || r["extra"] != fmt.Sprintf(`{"Location":%q}`, cell) || r["issues"] != "unclear_location" {
				t.Errorf("%q: %q, %q, %q, extra %s, issues %s", cell, r["location_city"], r["location_state"], r["location_country"], r["extra"], r["issues"])
			}
		})
	}
}

func TestPortalDisplayTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, cell, column, want, issues, extra string }{
		{"Cross tenant access type", "B2B collaboration", "cross_tenant_access_type", "b2bCollaboration", "", ""},
		{"Cross tenant access type", "Service Provider", "cross_tenant_access_type", "serviceProvider", "", ""},
		{"Cross tenant access type", "Pass-through", "cross_tenant_access_type", "passthrough", "", ""},
		{"Cross tenant access type", "B2B direct connect, B2B collaboration", "cross_tenant_access_type", "b2bCollaboration,b2bDirectConnect", "", ""},
		{"Cross tenant access type", "Something  new, other", "cross_tenant_access_type", "Something  new,other", "unknown_enum", ""},
		{"Incoming token type", "Primary refresh token", "incoming_token_type", "primaryRefreshToken", "", ""},
		{"User type", "Guest", "user_type", "guest", "", ""},
		{"Conditional Access", "Success", "conditional_access_status", "success", "", ""},
		{"Conditional Access", "Report-only: Success", "conditional_access_status", "Report-only: Success", "unknown_enum", ""},
		{"Authentication requirement", "Multifactor authentication", "authentication_requirement", "multiFactorAuthentication", "", ""},
		{"Status", "Success", "sign_in_status", "success", "", ""},
		{"Status", "failure", "sign_in_status", "failure", "", ""},
		{"Status", "Échec", "sign_in_status", "", "unknown_enum", `{"Status":"Échec"}`},
		{"Status", "成功", "sign_in_status", "", "unknown_enum", `{"Status":"成功"}`},
		{"Unique token identifier", "'-token", "unique_token_identifier", "-token", "", `{"Unique token identifier":"'-token"}`},
		{"Unique token identifier", "'+token", "unique_token_identifier", "+token", "", `{"Unique token identifier":"'+token"}`},
		{"Unique token identifier", "-token", "unique_token_identifier", "-token", "", ""},
		{"Unique token identifier", "'token", "unique_token_identifier", "'token", "", ""},
		{"Unique token identifier", "'", "unique_token_identifier", "'", "", ""},
		{"Unique token identifier", "'-\xff", "unique_token_identifier", "-\ufffd", "invalid_utf8", `{"Unique token identifier":"'-\\xFF"}`},
		{"Latency", "173 ms", "processing_time_ms", "173", "", ""},
		{"Latency", "173ms", "processing_time_ms", "173", "", ""},
		{"Latency", "1,730", "processing_time_ms", "", "bad_number", `{"Latency":"1,730"}`},
		{"Latency", "ms", "processing_time_ms", "", "bad_number", `{"Latency":"ms"}`},
		{"Compliant", "TRUE", "device_is_compliant", "true", "", ""},
		{"Compliant", "0", "device_is_compliant", "false", "", ""},
		{"Compliant", "Oui", "device_is_compliant", "true", "", ""},
		{"Compliant", "FALSCH", "device_is_compliant", "false", "", ""},
		{"Compliant", "Verdadero", "device_is_compliant", "true", "", ""},
		{"Compliant", "Oui!", "device_is_compliant", "", "bad_bool", `{"Compliant":"Oui!"}`},
		{"Sign-in error code", "abc", "result_type_raw", "abc", "bad_number", ""},
		{"Date (UTC) ", "", "created_at", "2026-01-02T03:04:05Z", "", ""},
	} {
		t.Run(caseName(c.title), func(t *testing.T) {
			r := one(t, c.title, c.cell)
			if r[c.column] != c.want || r["issues"] != c.issues || r["extra"] != c.extra {
				t.Errorf("%s %q: %q, issues %q, extra %s; want %+v", c.title, c.cell, r[c.column], r["issues"], r["extra"], c)
			}
		})
	}
}

// A blank code means 0 on success only, and only where there is no other code.
func TestPortalBlankCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ status, code, want string }{
		{"Success", "", "0"}, {"success", "", "0"}, {"Success", "0", "0"}, {"Success", "50126", "50126"}, {"Success", "abc", ""},
		{"Failure", "", ""}, {"Interrupted", "", ""}, {"", "", ""}, {"Erfolg", "", ""}, {"Erfolg", "0", "0"}, {"Failure", "0", "0"},
	} {
		t.Run(caseName(c.status), func(t *testing.T) {
			out := readText(t, "Date (UTC),Request ID,Username,Status,Sign-in error code\n2026-01-02T03:04:05Z,1,u,"+c.status+","+c.code+"\n")
			if got := out.values("error_code"); !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s, code %q: %q, want %q", c.status, c.code, got, c.want)
			}
		})
	}
}

// Columns named Date hold no zone in their title: a date without one is flagged.
func TestPortalDateTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, cell, want, issues string }{
		{"Date (UTC)", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", ""},
		{"Date (UTC)", "2026-01-02 03:04:05", "2026-01-02T03:04:05Z", ""},
		{"Date", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", ""},
		{"Date", "2026-01-02 03:04:05", "2026-01-02T03:04:05Z", "time_without_zone"},
		{"Date", "Friday", "", "bad_time"},
		{"Date", "1/13/2026 3:04:05 AM", "2026-01-13T03:04:05Z", "time_without_zone"},
		{"Date (UTC)", "13.1.2026 3:04", "2026-01-13T03:04:00Z", "time_without_seconds"},
		{"Date (UTC)", "0001-01-01T00:00:00Z", "", "default_time"},
	} {
		t.Run(caseName(c.title), func(t *testing.T) {
			out := readText(t, quoted([]string{"Username", "Request ID", c.title})+quoted([]string{"u", "1", c.cell}))
			if len(out.rows) != 1 || out.rows[0]["created_at"] != c.want || out.rows[0]["issues"] != c.issues {
				t.Errorf("%s %s: %v, %v", c.title, c.cell, out.rows, out.err)
				return
			}
			if kept := out.rows[0]["extra"] != ""; kept != (c.want == "") {
				t.Errorf("%s %s: extra %s", c.title, c.cell, out.rows[0]["extra"])
			}
		})
	}
}
