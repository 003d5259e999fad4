package reader

import (
	"strings"
	"testing"
)

// What other systems made of diagnostic records on their way.
func TestDiagnosticVariants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, record, dialect string
		want                  row
	}{
		{"lower-case copy", `{"time":"2023-07-26 23:00:20.889","resourceid":"/tenants/1","operationname":"Sign-in activity","category":"SignInLogs","tenantid":"t","resulttype":"50126","resultsignature":"None","durationms":0,"calleripaddress":"192.0.2.1","level":"Informational","properties":{"id":"1","createdDateTime":"2023-07-26T22:58:20.889Z","status":{"errorCode":50126}}}`, "diagnostic-json",
			row{"id": "1", "ingested_at": "2023-07-26T23:00:20.889Z", "created_at": "2023-07-26T22:58:20.889Z", "error_code": "50126", "ip_address": "192.0.2.1", "log_level": "Informational", "issues": "time_without_zone"}},
		{"numbers as strings", `{"time":"11/14/2025 1:48:53 AM","category":"NonInteractiveUserSignInLogs","resultType":"0","durationMs":"-0.000000","level":"4","properties":{"id":"1","createdDateTime":"2025-11-14T01:40:53.1234567+00:00","status":{"errorCode":"0"},"processingTimeInMilliseconds":"173","autonomousSystemNumber":"64496","isInteractive":"false","location":{"geoCoordinates":{"latitude":"50.9"}}}}`, "diagnostic-json",
			row{"ingested_at": "2025-11-14T01:48:53Z", "duration_ms": "0", "log_level": "4", "error_code": "0", "processing_time_ms": "173", "autonomous_system_number": "64496", "is_interactive": "false", "location_latitude": "50.9"}},
		{"ADFS", `{"time":"2026-01-02T03:05:00Z","category":"ADFSSignInLogs","resultType":"0","properties":{"id":"1","createdDateTime":"2026-01-02T03:04:05Z","resourceId":"https://sts.contoso.example/adfs","tokenIssuerType":"ADFederationServices","authenticationRequirement":"","signInEventTypes":["interactiveUser"],"authenticationDetails":[{"authenticationMethod":"Forms"}]}}`, "diagnostic-json",
			row{"source_category": "ADFSSignInLogs", "resource_id": "https://sts.contoso.example/adfs", "token_issuer_type": "ADFederationServices", "authentication_requirement": "", "error_code": "0"}},
		{"objects as strings", `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","properties":"{\"id\":\"1\",\"createdDateTime\":\"2026-01-02T03:04:05Z\",\"status\":{\"errorCode\":50126},\"authenticationDetails\":\"[{\\\"a\\\":1}]\",\"new\":[1.10]}"}`, "diagnostic-json",
			row{"id": "1", "error_code": "50126", "authentication_details": `[{"a":1}]`, "extra": `{"properties.new":[1.10]}`}},
		{"bit masks", `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","properties":{"id":"1","createdDateTime":"2026-01-02T03:04:05Z","appliedConditionalAccessPolicies":[{"id":"p","conditionsSatisfied":19,"conditionsNotSatisfied":0}]}}`, "diagnostic-json",
			row{"conditional_access_policies": `[{"id":"p","conditionsSatisfied":19,"conditionsNotSatisfied":0}]`}},
		{"stub without an envelope", `{"Category":"SignInLogs","CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1","AppId":"a","UserPrincipalName":"u","Status":{"errorCode":50126}}`, "log-analytics-json",
			row{"id": "1", "source_category": "SignInLogs", "app_id": "a", "user_principal_name": "u", "error_code": "50126", "created_at": "2026-01-02T03:04:05Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := readText(t, c.record+"\n"+c.record+"\n")
			if out.err != nil || len(out.rows) != 2 || strings.Join(out.dialects, "") != c.dialect {
				t.Errorf("%s: %v, %v, %v", c.name, out.dialects, out.rejects, out.err)
				return
			}
			for _, r := range out.rows {
				for column, want := range c.want {
					if r[column] != want {
						t.Errorf("%s: %s = %q, want %q", c.name, column, r[column], want)
					}
				}
			}
		})
	}
}

// A record that names no log is a sign-in only if it has the time or the code of one.
func TestEnvelopesThatNameNoLog(t *testing.T) {
	t.Parallel()
	const good = `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","properties":{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","status":{"errorCode":0}}}` + "\n"
	for properties, rows := range map[string]int{
		`{"id":"x"}`:                   1,
		`{"id":"x","appId":"a","y":1}`: 1,
		`{"id":"x","createdDateTime":"2026-01-02T03:04:06Z"}`: 2,
		`{"id":"x","status":{"errorCode":50126}}`:             2,
	} {
		t.Run(caseName(properties), func(t *testing.T) {
			out := collect(t, Options{Stdin: strings.NewReader(good + `{"time":"2026-01-02T03:05:00Z","properties":` + properties + "}\n")}, "-")
			if out.err != nil || len(out.rows) != rows || len(out.rows)+len(out.rejects) != 2 {
				t.Errorf("%d rows, rejects %v, %v", len(out.rows), out.rejects, out.err)
			}
		})
	}
}
