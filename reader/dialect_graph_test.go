package reader

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const summarized = `{"id":"1","aggregationDateTime":"2026-05-02T00:00:00Z","firstSignInDateTime":"2026-05-02T08:01:11.1234567Z","signInCount":417,` +
	`"userPrincipalName":"ada@contoso.example","appId":"app","appDisplayName":"App","ipAddress":"192.0.2.10","conditionalAccessStatus":"success","servicePrincipalId":null,` +
	`"tenantId":"tenant","managedServiceIdentity":null,"status":{"errorCode":50126,"failureReason":"Invalid","additionalDetails":null},"agent":{"agentType":"notAgentic"}}`

// A summary has the time of its first sign-in, and an issue that names this.
func TestSummarizedSignIns(t *testing.T) {
	t.Parallel()
	want := row{"id": "1", "created_at": "2026-05-02T08:01:11.123456Z", "created_at_remainder_ns": "700", "sign_in_count": "417", "user_principal_name": "ada@contoso.example",
		"app_id": "app", "app_display_name": "App", "ip_address": "192.0.2.10", "conditional_access_status": "success", "tenant_id": "tenant", "error_code": "50126",
		"failure_reason": "Invalid", "agent_type": "notAgentic", "issues": "first_sign_in_time", "extra": `{"aggregationDateTime":"2026-05-02T00:00:00Z"}`}
	for _, content := range []string{
		summarized + "\n" + summarized + "\n",
		`{"@odata.context":"https://graph.microsoft.com/beta/$metadata#Collection(microsoft.graph.summarizedSignIn)","value":[` + summarized + "," + summarized + "]}\n",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			out := readText(t, content)
			if len(out.rows) != 2 || !slices.Equal(out.dialects, []string{"graph-json"}) || len(out.unknown) > 0 || out.err != nil {
				t.Fatalf("%d rows, %v, unknown %v, %v, %v", len(out.rows), out.dialects, out.unknown, out.rejects, out.err)
			}
			for _, r := range out.rows {
				if d := r.columns().differs(want); d != "" {
					t.Error(d)
				}
			}
			if out.warnings["first_sign_in_time"] != 2 {
				t.Errorf("warnings %v", out.warnings)
			}
		})
	}
}

// A row with a time of its own keeps it; a time that cannot be read is kept.
func TestFirstSignInTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ members, created, issues, extra string }{
		{`"createdDateTime":"2026-01-02T03:04:05Z","firstSignInDateTime":"2026-01-01T00:00:00Z"`, "2026-01-02T03:04:05Z", "", `{"firstSignInDateTime":"2026-01-01T00:00:00Z"}`},
		{`"firstSignInDateTime":"2026-01-01T00:00:00Z","createdDateTime":"2026-01-02T03:04:05Z"`, "2026-01-02T03:04:05Z", "", `{"firstSignInDateTime":"2026-01-01T00:00:00Z"}`},
		{`"createdDateTime":null,"firstSignInDateTime":"2026-01-01T00:00:00Z"`, "2026-01-01T00:00:00Z", "first_sign_in_time", ""},
		{`"createdDateTime":"2026-01-02T03:04:05Z","firstSignInDateTime":null`, "2026-01-02T03:04:05Z", "", ""},
		{`"firstSignInDateTime":"soon"`, "", "bad_time", `{"firstSignInDateTime":"soon"}`},
		{`"firstSignInDateTime":"2026-01-01T00:00:00Z"`, "2026-01-01T00:00:00Z", "first_sign_in_time", ""},
	} {
		t.Run(caseName(c.members), func(t *testing.T) {
			out := readText(t, `{"id":"1","status":{"errorCode":0},`+c.members+"}\n")
			if len(out.rows) != 1 {
				t.Fatal(out.rejects, out.err)
			}
			if r := out.rows[0]; r["created_at"] != c.created || r["issues"] != c.issues || r["extra"] != c.extra {
				t.Errorf("created %q, issues %q, extra %s", r["created_at"], r["issues"], r["extra"])
			}
		})
	}
}

// Graph v1.0 has the old list of detections, with or without the newer one.
func TestRiskEventTypesOfBothNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ members, want, issues string }{
		{`"riskEventTypes":["unlikelyTravel","anonymizedIPAddress"]`, "unlikelyTravel|anonymizedIPAddress", ""},
		{`"riskEventTypes":["unlikelyTravel"],"riskEventTypes_v2":[]`, "unlikelyTravel", "conflicting_value"},
		{`"riskEventTypes":["unlikelyTravel"],"riskEventTypes_v2":["unlikelyTravel"]`, "unlikelyTravel", ""},
		{`"riskEventTypes":["generic"],"riskEventTypes_v2":["attackerinTheMiddle"]`, "attackerinTheMiddle", "conflicting_value"},
	} {
		t.Run(caseName(c.members), func(t *testing.T) {
			if r := graphRow(t, c.members); r["risk_event_types"] != c.want || r["issues"] != c.issues {
				t.Errorf("%q, issues %q", r["risk_event_types"], r["issues"])
			}
		})
	}
}

// Members of enumerations of 2026 are known.
func TestRiskDetailsOfAgents(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"adminConfirmedAgentCompromised", "adminConfirmedAgentSafe", "adminDismissedRiskForAgent"} {
		t.Run(word, func(t *testing.T) {
			if r := graphRow(t, `"riskDetail":"`+word+`"`); r["risk_detail"] != word || r["issues"] != "" {
				t.Errorf("%q, issues %q", r["risk_detail"], r["issues"])
			}
		})
	}
}

// Graph answers a query for some fields without the time; the status proves sign-ins.
func TestGraphWithoutTime(t *testing.T) {
	t.Parallel()
	const first, second = `{"id":"1","userPrincipalName":"ada@contoso.example","status":{"errorCode":50126}}`, `{"id":"2","ipAddress":"192.0.2.7","status":{"errorCode":0}}`
	for _, content := range []string{`{"value":[` + first + "," + second + `],"@odata.nextLink":"https://graph.microsoft.com/v1.0/auditLogs/signIns?$skiptoken=x"}`, "[" + first + "," + second + "]", first + "\n" + second + "\n"} {
		out := readText(t, content)
		if out.err != nil || !slices.Equal(out.dialects, []string{"graph-json"}) || !slices.Equal(out.values("error_code"), []string{"50126", "0"}) || out.rows[0]["user_principal_name"] != "ada@contoso.example" || out.rows[1]["ip_address"] != "192.0.2.7" {
			t.Errorf("%s: %v, %v, %v, %v", content, out.dialects, out.rows, out.rejects, out.err)
		}
	}
	// Without a user, the hint names --from.
	var why *Error
	if out := readText(t, `[{"id":"1","status":{"errorCode":50126},"location":{"city":"Oslo"}}]`); !errors.As(out.err, &why) || !strings.Contains(why.Hint, "--from") {
		t.Errorf("%v", out.err)
	}
	// Other logs have a status too, and a code alone is no sign-in.
	for _, content := range []string{`[{"id":"1","status":"enabled","userPrincipalName":"u"}]`, `[{"id":"1","status":{"value":"Succeeded"},"caller":"u"}]`, `[{"id":"1","status":{"errorCode":0,"message":"done"}}]`, `[{"status":{"errorCode":5},"requestUri":"x","eventName":"y"}]`} {
		if out := readText(t, content); out.err == nil || len(out.rows) > 0 {
			t.Errorf("%s: %d rows", content, len(out.rows))
		}
	}
}

// A category of Azure Monitor beside Graph's fields is that of the sign-in.
func TestGraphWithCategory(t *testing.T) {
	t.Parallel()
	record := func(category string) string {
		return strings.TrimSuffix(graphRecord(category, 0), "}") + `,"isInteractive":true,"category":"` + category + "\"}\n"
	}
	out := readText(t, record("SignInLogs")+record("NonInteractiveUserSignInLogs")+record("authentication"))
	if out.err != nil || !slices.Equal(out.values("source_category"), []string{"SignInLogs", "NonInteractiveUserSignInLogs", "authentication"}) {
		t.Errorf("%v, %v, %v", out.rows, out.rejects, out.err)
	}
}

// Steampipe writes Graph's names with underscores.
func TestGraphNamesWithUnderscores(t *testing.T) {
	t.Parallel()
	const record = `{"id":"1","created_date_time":"2026-01-02T03:04:05Z","user_principal_name":"ada@contoso.example","ip_address":"192.0.2.7","is_interactive":true,"status":{"errorCode":50126},"location":{"city":"Oslo"}}`
	const table = "id,created_date_time,user_principal_name,ip_address,is_interactive,status,location\n" +
		`1,2026-01-02T03:04:05Z,ada@contoso.example,192.0.2.7,true,"{""errorCode"":50126}","{""city"":""Oslo""}"` + "\n"
	for _, content := range []string{"[" + record + "]", `{"rows":[` + record + `]}`, record + "\n" + record + "\n", table} {
		out := readText(t, content)
		if out.err != nil || len(out.rows) == 0 {
			t.Fatalf("%s: %v, %v, %v", content, out.dialects, out.rejects, out.err)
		}
		for column, want := range map[string]string{"error_code": "50126", "user_principal_name": "ada@contoso.example", "ip_address": "192.0.2.7", "location_city": "Oslo", "is_interactive": "true", "extra": ""} {
			if got := out.rows[0][column]; got != want {
				t.Errorf("%s: %s %q, want %q", content, column, got, want)
			}
		}
	}
}
