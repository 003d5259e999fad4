package reader

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// defenderCells has a cell for every documented column; those without a
// column of their own stay in extra.
var defenderCells = map[string]struct {
	cell string
	want row
}{
	"Timestamp": {"2026-01-02T03:04:05.1234567Z", row{"created_at": "2026-01-02T03:04:05.123456Z", "created_at_remainder_ns": "700"}},
	"LogonType": {`["nonInteractiveUser"]`, row{"sign_in_event_types": "nonInteractiveUser"}}, "ErrorCode": {"50126", row{"error_code": "50126"}},
	"Application": {"App 1", row{"app_display_name": "App 1"}}, "ApplicationId": {"app-1", row{"app_id": "app-1"}},
	"CorrelationId": {"c-1", row{"correlation_id": "c-1"}}, "SessionId": {"s-1", row{"session_id": "s-1"}},
	"AccountDisplayName": {"Zoë", row{"user_display_name": "Zoë"}}, "AccountObjectId": {"user-1", row{"user_id": "user-1"}}, "AccountUpn": {"zoe@contoso.example", row{"user_principal_name": "zoe@contoso.example"}},
	"IsExternalUser": {"1", row{"is_external_user": "true"}}, "IsGuestUser": {"True", row{"user_type": "guest"}}, "AlternateSignInName": {"alt", row{"alternate_sign_in_name": "alt"}},
	"LastPasswordChangeTimestamp": {"2025-01-02T03:04:05Z", row{"last_password_change_at": "2025-01-02T03:04:05Z"}}, "ResourceDisplayName": {"Resource 1", row{"resource_display_name": "Resource 1"}},
	"ResourceId": {"resource-1", row{"resource_id": "resource-1"}}, "ResourceTenantId": {"rt", row{"resource_tenant_id": "rt"}},
	"DeviceName": {"PC 1", row{"device_display_name": "PC 1"}}, "AadDeviceId": {"device-1", row{"device_id": "device-1"}}, "EntraIdDeviceId": {"device-1", row{"device_id": "device-1"}},
	"OSPlatform": {"Windows10", row{"device_operating_system": "Windows10"}}, "DeviceTrustType": {"AzureAd", row{"device_trust_type": "AzureAd"}},
	"IsManaged": {"1", row{"device_is_managed": "true"}}, "IsCompliant": {"0", row{"device_is_compliant": "false"}},
	"AuthenticationProcessingDetails": {`[{"key":"k","value":"v"}]`, row{"authentication_processing_details": `[{"key":"k","value":"v"}]`}},
	"AuthenticationRequirement":       {"multiFactorAuthentication", row{"authentication_requirement": "multiFactorAuthentication"}},
	"TokenIssuerType":                 {"1", row{"token_issuer_type": "ADFederationServices"}}, "RiskLevelAggregated": {"50", row{"risk_level_aggregated": "medium"}},
	"RiskDetails": {"none", row{"risk_detail": "none"}}, "RiskState": {"4", row{"risk_state": "atRisk"}}, "UserAgent": {"agent", row{"user_agent": "agent"}},
	"ClientAppUsed": {"Browser", row{"client_app_used": "Browser"}}, "Browser": {"Edge", row{"device_browser": "Edge"}},
	"ConditionalAccessPolicies": {`[{"id": "p"}]`, row{"conditional_access_policies": `[{"id":"p"}]`}}, "ConditionalAccessStatus": {"2", row{"conditional_access_status": "notApplied"}},
	"IPAddress": {"192.0.2.1", row{"ip_address": "192.0.2.1"}}, "Country": {"DE", row{"location_country": "DE"}}, "State": {"NRW", row{"location_state": "NRW"}}, "City": {"Köln", row{"location_city": "Köln"}},
	"Latitude": {"50.9", row{"location_latitude": "50.9"}}, "Longitude": {"6.9", row{"location_longitude": "6.9"}},
	"NetworkLocationDetails": {`[]`, row{"network_location_details": `[]`}}, "RequestId": {"id-1", row{"id": "id-1"}}, "ReportId": {"report-1", nil},
	"EndpointCall": {"OAuth2:Token", row{"endpoint_call": "OAuth2:Token"}}, "IsThroughGlobalSecureAccess": {"false", row{"is_through_global_secure_access": "false"}}, "UniqueTokenId": {"token-1", row{"unique_token_identifier": "token-1"}},
	"IsSignInThroughGlobalSecureAccess": {"true", row{"is_through_global_secure_access": "true"}}, "IsConfidentialClient": {"false", row{"is_confidential_client": "false"}},
	"RiskLevelDuringSignIn": {"100", row{"risk_level_during_sign_in": "high"}}, "RiskEventTypes": {`["unfamiliarFeatures","anonymizedIPAddress"]`, row{"risk_event_types": "unfamiliarFeatures|anonymizedIPAddress"}},
	"GatewayJA4": {"t13d1516h2_8daaf6152771_02713d6af862", row{"gateway_ja4": "t13d1516h2_8daaf6152771_02713d6af862"}}, "TenantId": {"tenant-1", row{"tenant_id": "tenant-1"}},
	"TimeGenerated": {"2026-01-02T03:05:00Z", row{"ingested_at": "2026-01-02T03:05:00Z"}}, "Type": {"EntraIdSignInEvents", nil}, "SourceSystem": {"Azure AD", nil},
	"IsManagedIdentity": {"true", row{"managed_identity_type": "unknown"}}, "ServicePrincipalName": {"principal 1", row{"service_principal_name": "principal 1"}}, "ServicePrincipalId": {"principal-1", row{"service_principal_id": "principal-1"}},
}

// Every documented column of the tables goes to its column, or is known and stays in
// extra, as CSV, as objects, and as rows of a table.
func TestDefenderEveryColumn(t *testing.T) {
	t.Parallel()
	lists := titleLists(t, "defender_")
	if len(lists) != 5 {
		t.Fatalf("%d lists of titles", len(lists))
	}
	for name, titles := range lists {
		t.Run(caseName(name), func(t *testing.T) {
			forms := newTableForms()
			for _, title := range titles {
				c, known := defenderCells[title]
				if !known {
					t.Fatalf("no cell for %s", title)
				}
				forms.add(title, title, c.cell, c.cell)
				maps.Copy(forms.want, c.want)
				if c.want == nil || title == "IsManagedIdentity" {
					forms.extra[title] = c.cell
				}
			}
			forms.check(t, "defender", false)
		})
	}
}

// Projections of the tables that keep what Log Analytics adds are Defender's, and
// those of Log Analytics with columns of such names are not.
func TestDefenderProjections(t *testing.T) {
	t.Parallel()
	const time, ingested = "2026-01-02T03:04:05Z", "2026-01-02T03:05:00Z"
	cells := map[string]string{"Timestamp": time, "TimeGenerated": ingested, "ErrorCode": "50126", "ResultType": "50126", "AccountUpn": "u", "UserPrincipalName": "u", "Application": "App",
		"AppDisplayName": "App", "ServicePrincipalId": "p", "IPAddress": "192.0.2.1", "TenantId": "tenant", "GatewayJA4": "t13", "RequestId": "1"}
	for _, c := range []struct{ titles, table, dialect, created string }{
		{"TimeGenerated Timestamp Application ErrorCode ServicePrincipalId IPAddress Type", "EntraIdSpnSignInEvents", "defender", time},
		{"TimeGenerated Timestamp Application ErrorCode ServicePrincipalId IPAddress", "", "defender", time},
		{"Type TimeGenerated TenantId Timestamp ErrorCode AccountUpn IPAddress", "AADSignInEventsBeta", "defender", time},
		{"TimeGenerated TenantId Timestamp ErrorCode GatewayJA4", "", "defender", time},
		{"TimeGenerated RequestId AccountUpn Type", "entraidsigninevents", "defender", ""},
		{"TimeGenerated Timestamp ErrorCode UserPrincipalName AppDisplayName TenantId Type", "SigninLogs", "log-analytics", ""},
		{"TimeGenerated Timestamp ErrorCode ResultType UserPrincipalName AppDisplayName TenantId", "", "log-analytics", ""},
		{"TimeGenerated ResultType UserPrincipalName TenantId", "", "log-analytics", ""},
		{"TimeGenerated TenantId Type", "EntraIdSignInEvents", "", ""},
		{"TimeGenerated Timestamp ErrorCode Application", "", "", ""},
	} {
		t.Run(caseName(c.titles), func(t *testing.T) {
			titles := strings.Fields(c.titles)
			cells := maps.Clone(cells)
			cells["Type"] = c.table
			var line, members []string
			for _, title := range titles {
				line = append(line, cells[title])
				members = append(members, fmt.Sprintf("%q:%q", title, cells[title]))
			}
			for form, content := range map[string]string{"csv": quoted(titles) + quoted(line), "json": "{" + strings.Join(members, ",") + "}\n"} {
				out := readText(t, content)
				if c.dialect == "" {
					if out.err == nil {
						t.Errorf("%s: read as %v", content, out.dialects)
					}
					continue
				}
				if out.err != nil || len(out.rows) != 1 || out.dialects[0] != c.dialect+"-"+form {
					t.Errorf("%s: %v, %d rows, %v, %v", content, out.dialects, len(out.rows), out.rejects, out.err)
					continue
				}
				want := row{"created_at": c.created, "ingested_at": ingested}
				if slices.Contains(titles, "TenantId") {
					want[map[bool]string{true: "tenant_id", false: "workspace_id"}[c.dialect == "defender"]] = "tenant"
				}
				if slices.Contains(titles, "ErrorCode") || slices.Contains(titles, "ResultType") {
					want["error_code"] = "50126"
				}
				for _, column := range []string{"created_at", "ingested_at", "error_code", "tenant_id", "workspace_id"} {
					if got := out.rows[0][column]; got != want[column] {
						t.Errorf("%s: %s %q, want %q", content, column, got, want[column])
					}
				}
			}
		})
	}
}

// Rows of other tables in a union with Defender's are rejects.
func TestDefenderRowsOfOtherTables(t *testing.T) {
	t.Parallel()
	out := readText(t, "Timestamp,ErrorCode,AccountUpn,Type\n2026-01-02T03:04:05Z,0,u,EntraIdSignInEvents\n2026-01-02T03:04:05Z,,u,IdentityLogonEvents\n")
	if len(out.rows) != 1 || len(out.rejects) != 1 || out.rejects[0].Message != "table IdentityLogonEvents is not one of Defender's sign-ins" {
		t.Errorf("%d rows, %v, %v", len(out.rows), out.rejects, out.err)
	}
}

// The same rows as JSON give the same, in all forms that tools and APIs write.
func TestDefenderJSON(t *testing.T) {
	t.Parallel()
	const record = `{"Timestamp":"2026-01-02T03:04:05.1234567Z","Application":"App","LogonType":%s,"ErrorCode":50126,"AccountUpn":"u","IsExternalUser":0,"IsGuestUser":true,` +
		`"IsManaged":1,"RiskLevelAggregated":50,"RiskState":4,"ConditionalAccessStatus":2,"ConditionalAccessPolicies":%s,"Latitude":50.9,"RequestId":"1"}`
	want := row{"created_at": "2026-01-02T03:04:05.123456Z", "created_at_remainder_ns": "700", "app_display_name": "App", "sign_in_event_types": "interactiveUser",
		"error_code": "50126", "user_principal_name": "u", "user_type": "guest", "device_is_managed": "true", "risk_level_aggregated": "medium", "risk_state": "atRisk",
		"conditional_access_status": "notApplied", "conditional_access_policies": `[{"id":"p"}]`, "location_latitude": "50.9", "id": "1", "is_external_user": "false"}
	for _, values := range [][]any{{`["interactiveUser"]`, `[{"id":"p"}]`}, {`"[\"interactiveUser\"]"`, `"[{\"id\": \"p\"}]"`}} {
		one := fmt.Sprintf(record, values...)
		for _, form := range []string{
			"[%s,%[1]s]", "%s\n%[1]s\n", `{"value":[%s,%[1]s]}`, `{"schema":[{"name":"Timestamp","type":"DateTime"}],"results":[%s,%[1]s]}`,
			`{"Stats":{"ExecutionTime":0.1},"Schema":[{"Name":"Timestamp","Type":"DateTime"}],"Results":[%s,%[1]s]}`,
		} {
			t.Run(caseName(form), func(t *testing.T) {
				out := readText(t, fmt.Sprintf(form, one))
				if len(out.rows) != 2 || out.dialects[0] != "defender-json" || len(out.unknown) > 0 || out.err != nil {
					t.Errorf("%s: %d rows, %v, unknown %v, %v", form, len(out.rows), out.dialects, out.unknown, out.err)
					return
				}
				for _, r := range out.rows {
					if d := r.columns().differs(want); d != "" {
						t.Errorf("%s:%s", form, d)
					}
				}
			})
		}
	}
}

// Undocumented numbers stay as they are, and values that are not set are null.
func TestDefenderNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, cell, column, want, issues, extra string }{
		{"RiskLevelAggregated", "0", "risk_level_aggregated", "", "", `{"RiskLevelAggregated":"0"}`}, {"RiskLevelAggregated", "1", "risk_level_aggregated", "none", "", ""},
		{"RiskLevelAggregated", "7", "risk_level_aggregated", "7", "unknown_enum", ""}, {"RiskLevelAggregated", "high", "risk_level_aggregated", "high", "", ""},
		{"ConditionalAccessStatus", "0", "conditional_access_status", "success", "", ""}, {"ConditionalAccessStatus", "", "conditional_access_status", "", "", ""},
		{"IsManagedIdentity", "false", "managed_identity_type", "none", "", `{"IsManagedIdentity":"false"}`}, {"IsManagedIdentity", "", "managed_identity_type", "", "", ""},
		{"Timestamp", "Jun 15, 2026 9:56:49 PM", "created_at", "", "local_time", `{"Timestamp":"Jun 15, 2026 9:56:49 PM"}`}, {"IsGuestUser", "VRAI", "user_type", "guest", "", ""}, {"IsGuestUser", "false", "user_type", "member", "", ""},
		{"RiskLevelDuringSignIn", "0", "risk_level_during_sign_in", "", "", `{"RiskLevelDuringSignIn":"0"}`}, {"RiskLevelDuringSignIn", "1", "risk_level_during_sign_in", "none", "", ""},
		{"RiskLevelDuringSignIn", "10", "risk_level_during_sign_in", "low", "", ""}, {"RiskLevelDuringSignIn", "50", "risk_level_during_sign_in", "medium", "", ""},
		{"IsExternalUser", "-1", "is_external_user", "", "", `{"IsExternalUser":"-1"}`}, {"IsExternalUser", "0", "is_external_user", "false", "", ""}, {"IsExternalUser", "1", "is_external_user", "true", "", ""},
	} {
		t.Run(caseName(c.title), func(t *testing.T) {
			head, first := []string{"Timestamp", "ErrorCode", "AccountUpn"}, []string{"2026-01-02T03:04:05Z", "0", "u"}
			if c.title == "Timestamp" {
				first[0] = c.cell
			} else {
				head, first = append(head, c.title), append(first, c.cell)
			}
			out := readText(t, quoted(head)+quoted(first)+quoted(first))
			for _, r := range out.rows {
				if r[c.column] != c.want || r["issues"] != c.issues || r["extra"] != c.extra {
					t.Errorf("%s %s: %q, issues %q, extra %s", c.title, c.cell, r[c.column], r["issues"], r["extra"])
				}
			}
			if len(out.rows) != 2 || out.err != nil {
				t.Errorf("%s: %v", c.title, out.err)
			}
		})
	}
}

// A record of something else among those of a table is a reject, never a row
// of nulls.
func TestRecordsThatAreNotOfTheTable(t *testing.T) {
	t.Parallel()
	for _, good := range []string{otherRecords["log-analytics-json"], otherRecords["defender-json"]} {
		t.Run(caseName(good), func(t *testing.T) {
			good = fmt.Sprintf(good, "1")
			for bad, taken := range map[string]bool{`{}`: false, `{"a":1}`: false, `{"Id":"2","UserPrincipalName":"u","AccountUpn":"u"}`: false,
				`{"TimeGenerated":null,"Timestamp":null}`: false, `{"ResultType":"","ErrorCode":""}`: false,
				`{"TimeGenerated":null,"Timestamp":null,"Id":"2","AccountUpn":"u"}`: true, `{"ResultType":"","ErrorCode":"","AppId":"a","ApplicationId":"a"}`: true} {
				out := readText(t, good+"\n"+bad+"\n"+good+"\n")
				if out.err != nil || len(out.rows) != map[bool]int{false: 2, true: 3}[taken] || !taken && out.rejects[0].Code != "not_a_sign_in" {
					t.Errorf("%s: %d rows, %v, %v", bad, len(out.rows), out.rejects, out.err)
				}
			}
		})
	}
}

// Queries rename Defender's columns to those of Log Analytics.
func TestDefenderRenamedColumns(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		`[{"Timestamp":"2026-01-02T03:04:05Z","UserPrincipalName":"ada@contoso.example","UserId":"9","AppId":"7","AppDisplayName":"Portal","ErrorCode":50126,"IPAddress":"192.0.2.7"}]`,
		"Timestamp,UserPrincipalName,UserId,AppId,AppDisplayName,ErrorCode,IPAddress\n2026-01-02T03:04:05Z,ada@contoso.example,9,7,Portal,50126,192.0.2.7\n",
	} {
		out := readText(t, content)
		if out.err != nil || len(out.rows) != 1 {
			t.Fatalf("%s: %v, %v", content, out.rejects, out.err)
		}
		for column, want := range map[string]string{"user_principal_name": "ada@contoso.example", "user_id": "9", "app_id": "7", "app_display_name": "Portal", "error_code": "50126", "extra": ""} {
			if got := out.rows[0][column]; got != want {
				t.Errorf("%s: %s %q, want %q", content, column, got, want)
			}
		}
	}
}
