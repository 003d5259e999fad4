package reader

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// graphRow reads one Graph record with those members.
func graphRow(t *testing.T, members string) row {
	t.Helper()
	out := readText(t, `{"createdDateTime":"2026-01-02T03:04:05Z","appDisplayName":"a","flaggedForReview":false,`+members+"}\n")
	if len(out.rows) != 1 {
		t.Fatalf("%s: rejects %v, %v", members, out.rejects, out.err)
	}
	return out.rows[0]
}

// diagnosticRow reads one diagnostic record with those members and properties.
func diagnosticRow(t *testing.T, members, properties string) row {
	t.Helper()
	if members != "" {
		members += ","
	}
	out := readText(t, `{"category":"SignInLogs",`+members+`"properties":{"createdDateTime":"2026-01-02T03:04:05Z","appDisplayName":"a"`+properties+"}}\n")
	if len(out.rows) != 1 {
		t.Fatalf("%s: rejects %v, %v", members, out.rejects, out.err)
	}
	return out.rows[0]
}

const envelopeMembers = `"time":"11/14/2025 1:48:53 AM","resourceId":"/tenants/1","operationName":"Sign-in activity","operationVersion":"1.0",` +
	`"category":"SignInLogs","tenantId":"tenant-1","resultType":"50126","resultSignature":"FAILURE","resultDescription":"described",` +
	`"durationMs":"-0.000000","callerIpAddress":"192.0.2.1","correlationId":"correlation-1","identity":"Zoë","Level":4,"location":"DE",` +
	`"properties":{"createdDateTime":"2026-01-02T03:04:05.1234567+00:00","id":"1"}`

// The names of an envelope's members may have any case; those of the sign-in in
// it do not.
func TestEnvelopeInAnyCase(t *testing.T) {
	t.Parallel()
	want := row{
		"ingested_at": "2025-11-14T01:48:53Z", "operation_name": "Sign-in activity", "operation_version": "1.0", "source_category": "SignInLogs",
		"tenant_id": "tenant-1", "error_code": "50126", "result_signature": "FAILURE", "result_description": "described", "failure_reason": "described",
		"duration_ms": "0", "ip_address": "192.0.2.1", "correlation_id": "correlation-1", "identity": "Zoë", "log_level": "4", "location_country": "DE",
		"created_at": "2026-01-02T03:04:05.123456Z", "created_at_remainder_ns": "700", "id": "1",
	}
	for _, change := range []func(string) string{func(s string) string { return s }, strings.ToLower, strings.ToUpper, func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }} {
		content, resource := envelopeMembers, change("resourceId")
		for _, name := range []string{"time", "resourceId", "operationName", "operationVersion", "category", "tenantId", "resultType", "resultSignature", "resultDescription",
			"durationMs", "callerIpAddress", "correlationId", "identity", "Level", "location", "properties"} {
			content = strings.Replace(content, `"`+name+`":`, `"`+change(name)+`":`, 1)
		}
		out := readText(t, "{"+content+"}\n")
		if len(out.rows) != 1 {
			t.Errorf("%s: rejects %v, %v", content, out.rejects, out.err)
			continue
		}
		want["extra"] = `{"` + resource + `":"/tenants/1"}`
		if d := out.rows[0].columns().differs(want); d != "" {
			t.Errorf("%s:%s", resource, d)
		}
		if len(out.unknown)+len(out.warnings) > 0 {
			t.Errorf("%s: unknown %v, warnings %v", resource, out.unknown, out.warnings)
		}
	}
	r := diagnosticRow(t, "", `,"ID":"x","UserId":"y","STATUS":{"ERRORCODE":5}`)
	if r["id"] != "x" || r["user_id"] != "y" || r["error_code"] != "5" || r["extra"] != "" {
		t.Errorf("properties in another case: %s", r)
	}
}

// The preferred of several fields wins; another value that differs goes to extra, an
// equal one does not.
func TestFallbacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ members, properties, column, want, extra, issues string }{
		{`"callerIpAddress":"192.0.2.1"`, "", "ip_address", "192.0.2.1", "", ""},
		{`"callerIpAddress":"192.0.2.1"`, `,"ipAddress":""`, "ip_address", "192.0.2.1", "", ""},
		{`"callerIpAddress":"192.0.2.1"`, `,"ipAddress":null`, "ip_address", "192.0.2.1", "", ""},
		{`"callerIpAddress":"192.0.2.1"`, `,"ipAddress":"192.0.2.1"`, "ip_address", "192.0.2.1", "", ""},
		{`"callerIpAddress":"192.0.2.1"`, `,"ipAddress":"192.0.2.2"`, "ip_address", "192.0.2.2", `{"callerIpAddress":"192.0.2.1"}`, "conflicting_value"},
		{`"callerIpAddress":""`, `,"ipAddress":"192.0.2.2"`, "ip_address", "192.0.2.2", "", ""},
		{`"CALLERIPADDRESS":"192.0.2.1"`, `,"ipAddress":"192.0.2.2"`, "ip_address", "192.0.2.2", `{"CALLERIPADDRESS":"192.0.2.1"}`, "conflicting_value"},
		{`"location":"DE"`, `,"location":{"geoCoordinates":{}}`, "location_country", "DE", "", ""},
		{`"location":"DE"`, `,"location":{"countryOrRegion":"FR"}`, "location_country", "FR", `{"location":"DE"}`, "conflicting_value"},
		{`"resultType":"0"`, "", "error_code", "0", "", ""},
		{`"resultType":0`, "", "error_code", "0", "", ""},
		{`"resultType":"0"`, `,"status":{"errorCode":0}`, "error_code", "0", "", ""},
		{`"resultType":"7000215"`, `,"status":{"errorCode":50126}`, "error_code", "50126", `{"resultType":"7000215"}`, "conflicting_value"},
		{`"resultType":"AADSTS50126: no"`, `,"status":{"errorCode":50126}`, "error_code", "50126", `{"resultType":"AADSTS50126: no"}`, ""},
		{`"resultType":"AADSTS50126: no"`, "", "result_type_raw", "AADSTS50126: no", "", ""},
		{`"resultType":"Success"`, "", "result_type_raw", "Success", "", "bad_number"},
		{`"resultType":"Success"`, "", "error_code", "", "", "bad_number"},
		{`"correlationId":"a"`, `,"correlationId":"b"`, "correlation_id", "b", `{"correlationId":"a"}`, "conflicting_value"},
		{`"tenantId":"a"`, `,"tenantId":"b"`, "tenant_id", "a", `{"properties.tenantId":"b"}`, "conflicting_value"},
		{"", `,"tenantId":"b"`, "tenant_id", "b", "", ""},
		{`"resultDescription":"said"`, "", "failure_reason", "said", "", ""},
		{`"resultDescription":"said"`, `,"status":{"failureReason":"so"}`, "failure_reason", "so", "", ""},
		{"", `,"riskEventTypes":["a"]`, "risk_event_types", "a", "", ""},
		{"", `,"riskEventTypes":["a"],"riskEventTypes_v2":["a"]`, "risk_event_types", "a", "", ""},
		{"", `,"riskEventTypes":["a"],"riskEventTypes_v2":["b"]`, "risk_event_types", "b", `{"properties.riskEventTypes":["a"]}`, "conflicting_value"},
		{"", `,"riskEventTypes":["a"],"riskEventTypes_v2":null`, "risk_event_types", "a", "", ""},
		{`"level":"Informational"`, "", "log_level", "Informational", "", ""},
		{`"Level":4,"level":"4"`, "", "log_level", "4", `{"level":"4"}`, "duplicate_key"},
		{`"durationMs":12`, "", "duration_ms", "12", "", ""},
		{`"durationMs":"12.5"`, "", "duration_ms", "", `{"durationMs":"12.5"}`, "bad_number"},
		{`"time":"2023-07-26 23:00:20.889"`, "", "ingested_at", "2023-07-26T23:00:20.889Z", "", "time_without_zone"},
		{`"resourceId":null`, "", "extra", "", "", ""},
	} {
		t.Run(caseName(c.members), func(t *testing.T) {
			if r := diagnosticRow(t, c.members, c.properties); r[c.column] != c.want || r["extra"] != c.extra || r["issues"] != c.issues {
				t.Errorf("%s %s: %q, extra %s, issues %q; want %+v", c.members, c.properties, r[c.column], r["extra"], r["issues"], c)
			}
		})
	}
}

// Of two codes that are no plain numbers, the one that decided stays readable.
func TestFallbackKeepsTheRawCode(t *testing.T) {
	t.Parallel()
	r := diagnosticRow(t, `"resultType":"AADSTS50053: x"`, `,"status":{"errorCode":"50126.0"}`)
	if r["error_code"] != "50126" || !strings.Contains(r["result_type_raw"]+r["extra"], "50126.0") || !strings.Contains(r["result_type_raw"]+r["extra"], "AADSTS50053: x") {
		t.Errorf("%s", r)
	}
}

// Coordinates 0, 0 without a country mean unknown.
func TestNullIsland(t *testing.T) {
	t.Parallel()
	const zero = `{"latitude":0,"longitude":0.0}`
	const kept = `{"location.geoCoordinates.latitude":0,"location.geoCoordinates.longitude":0.0}`
	for _, c := range []struct{ location, want, extra string }{
		{`{"geoCoordinates":` + zero + `}`, "", kept},
		{`{"countryOrRegion":"","geoCoordinates":` + zero + `}`, "", kept},
		{`{"countryOrRegion":null,"geoCoordinates":` + zero + `}`, "", kept},
		{`{"geoCoordinates":` + zero + `,"countryOrRegion":"GH"}`, "0,0", ""},
		{`{"countryOrRegion":"GH","geoCoordinates":` + zero + `}`, "0,0", ""},
		{`{"geoCoordinates":{"latitude":0,"longitude":1}}`, "0,1", ""},
		{`{"geoCoordinates":{"latitude":0}}`, "0,", ""},
		{`{"geoCoordinates":{"latitude":0,"longitude":null}}`, "0,", ""},
		{`{"geoCoordinates":{}}`, "", ""},
		{`{}`, "", ""},
		{`null`, "", ""},
		{`{"geoCoordinates":{"latitude":"-0.0","longitude":-0.0}}`, "", `{"location.geoCoordinates.latitude":"-0.0","location.geoCoordinates.longitude":-0.0}`},
	} {
		t.Run(caseName(c.location), func(t *testing.T) {
			r := graphRow(t, `"location":`+c.location)
			if got := strings.TrimPrefix(r["location_latitude"]+","+r["location_longitude"], ","); got != c.want && got+"," != c.want || r["extra"] != c.extra {
				t.Errorf("%s: %q, extra %s; want %+v", c.location, got, r["extra"], c)
			}
		})
	}
}

// A country in the envelope makes 0, 0 a place.
func TestNullIslandWithACountryInTheEnvelope(t *testing.T) {
	t.Parallel()
	r := diagnosticRow(t, `"location":"GH"`, `,"location":{"geoCoordinates":{"latitude":0,"longitude":0}}`)
	if r["location_latitude"] != "0" || r["location_longitude"] != "0" || r["extra"] != "" {
		t.Errorf("%s", r)
	}
	r = diagnosticRow(t, "", `,"location":{"geoCoordinates":{"latitude":0.0,"longitude":0.0}}`)
	if r["location_latitude"] != "" || r["extra"] != `{"properties.location.geoCoordinates.latitude":0.0,"properties.location.geoCoordinates.longitude":0.0}` {
		t.Errorf("%s", r)
	}
}

// Streams of event hubs have other logs, too: their records are rejects.
func TestMixedStream(t *testing.T) {
	t.Parallel()
	sign := kinds["records"]
	audit := `{"time":"2026-01-02T03:05:00Z","category":"AuditLogs","operationName":"Update user","properties":{"id":"x"}}`
	content := `{"records":[` + sign("1") + "," + audit + "," + sign("2") + "]}\n" + `{"records":[` + audit + "]}\n" + sign("3") + "\n"
	for _, content := range []string{content, strings.ReplaceAll(content, "},", "},\n")} {
		t.Run(caseName(content), func(t *testing.T) {
			out := readText(t, content)
			if got := out.values("id"); !slices.Equal(got, []string{"1", "2", "3"}) || out.seen != 5 || out.err != nil {
				t.Errorf("rows %v, seen %d, %v", got, out.seen, out.err)
			}
			if got := out.codes(); !slices.Equal(got, []string{"not_a_sign_in", "not_a_sign_in"}) || string(out.rejects[0].Raw) != strings.ReplaceAll(audit, "},", "},\n") {
				t.Errorf("%+v", out.rejects)
			}
		})
	}
}

// Records that hold no sign-in are rejects, never rows of nulls.
func TestRecordsThatAreNoSignIns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, record string }{
		{"value", `{}`}, {"value", `{"a":1}`}, {"value", `{"createdDateTime":null}`}, {"value", `{"status":null,"userId":""}`}, {"value", `{"error":{"code":"x"}}`}, {"value", `{"id":"1","activityDateTime":"x","result":"success"}`},
		{"value", `5`}, {"value", `null`}, {"value", `"a"`}, {"value", `true`},
		{"records", `{}`}, {"records", `{"category":"SignInLogs"}`}, {"records", `{"category":"SignInLogs","properties":null}`},
		{"records", `{"category":"SignInLogs","properties":"{"}`}, {"records", `{"category":"SignInLogs","properties":[]}`},
		{"records", `{"operationName":"Update user","properties":{"id":"1"}}`},
		{"records", `{"category":"RiskyUsers","properties":{"id":"1","createdDateTime":"2026-01-02T03:04:05Z"}}`},
	} {
		t.Run(caseName(c.kind), func(t *testing.T) {
			good := kinds[c.kind]("1")
			for _, content := range []string{good + "\n" + c.record + "\n", "[" + good + "," + c.record + "]"} {
				out := readText(t, content)
				if len(out.rows) != 1 || len(out.rejects) != 1 || out.err != nil {
					t.Errorf("%s: %d rows, rejects %v, %v", c.record, len(out.rows), out.rejects, out.err)
				}
			}
		})
	}
}

// Values come in other types than documented; none becomes 0, false or "".
func TestPolymorphicValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ member, column, want, extra, issues string }{
		{`"mfaDetail":null`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":{}`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":{"authMethod":null,"authDetail":null}`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":"text"`, "mfa_auth_method", "", `{"mfaDetail":"text"}`, "bad_type"},
		{`"mfaDetail":""`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":{"authMethod":{"x":1}}`, "mfa_auth_method", "", `{"mfaDetail.authMethod":{"x":1}}`, "bad_type"},
		{`"mfaDetail":{"new":1}`, "mfa_auth_method", "", `{"mfaDetail.new":1}`, ""},
		{`"status":"{\"errorCode\":0}"`, "error_code", "0", "", ""},
		{`"status":{"errorCode":null}`, "error_code", "", "", ""},
		{`"status":{"errorCode":""}`, "error_code", "", "", ""},
		{`"status":{"errorCode":true}`, "error_code", "", "", "bad_number"},
		{`"status":{"errorCode":[0]}`, "error_code", "", `{"status.errorCode":[0]}`, "bad_type|unread_error_code"},
		{`"status":{"errorCode":-1}`, "error_code", "", "", "bad_number"},
		{`"authenticationDetails":""`, "authentication_details", "", "", ""},
		{`"authenticationDetails":"[{\"a\":1}]"`, "authentication_details", `[{"a":1}]`, "", ""},
		{`"authenticationDetails":[]`, "authentication_details", "[]", "", ""},
		{`"conditionalAccessAudiences":[ { "applicationId" : "a b" } ]`, "conditional_access_audiences", `[{"applicationId":"a b"}]`, "", ""},
		{`"conditionalAccessAudiences":"text"`, "conditional_access_audiences", `"text"`, "", ""},
		{`"appliedConditionalAccessPolicies":[{"conditionsSatisfied":19,"x":"none"}]`, "conditional_access_policies", `[{"conditionsSatisfied":19,"x":"none"}]`, "", ""},
		{`"signInEventTypes":"[\"interactiveUser\"]"`, "sign_in_event_types", "interactiveUser", "", ""},
		{`"signInEventTypes":["NonInteractiveUser","new Kind"]`, "sign_in_event_types", "nonInteractiveUser|new Kind", "", "unknown_enum"},
		{`"signInEventTypes":"interactiveUser"`, "sign_in_event_types", "interactiveUser", "", ""},
		{`"signInEventTypes":[1]`, "sign_in_event_types", "", `{"signInEventTypes":[1]}`, "bad_type"},
		{`"signInEventTypes":{}`, "sign_in_event_types", "", `{"signInEventTypes":{}}`, "bad_type"},
		{`"signInEventTypes":[]`, "sign_in_event_types", "", "", ""},
		{`"signInIdentifierType":"0"`, "sign_in_identifier_type", "0", "", "unknown_enum"},
		{`"userType":7`, "user_type", "7", "", "unknown_enum"},
		{`"crossTenantAccessType":"unknownFutureValue"`, "cross_tenant_access_type", "unknownFutureValue", "", ""},
		{`"crossTenantAccessType":"passthrough, none"`, "cross_tenant_access_type", "none,passthrough", "", ""},
		{`"crossTenantAccessType":" "`, "cross_tenant_access_type", " ", "", "unknown_enum"},
		{`"userType":" "`, "user_type", " ", "", "unknown_enum"},
		{`"autonomousSystemNumber":"64496"`, "autonomous_system_number", "64496", "", ""},
		{`"isInteractive":"True"`, "is_interactive", "true", "", ""},
		{`"isInteractive":0`, "is_interactive", "false", "", ""},
		{`"isInteractive":null`, "is_interactive", "", "", ""},
		{`"id":{"a":1}`, "id", "", `{"id":{"a":1}}`, "bad_type"},
		{`"id":false`, "id", "false", "", ""},
		{`"id":"\u0000\u001f\ud83d\ude00\/"`, "id", "\x00\x1f\U0001f600/", "", ""},
		{`"@odata.type":"#microsoft.graph.signIn"`, "id", "", `{"@odata.type":"#microsoft.graph.signIn"}`, ""},
		{`"":1`, "extra", `{"":1}`, `{"":1}`, ""},
		{`"a\"b\n":1`, "extra", `{"a\"b\n":1}`, `{"a\"b\n":1}`, ""},
		{`"status.errorCode":5`, "error_code", "5", "", ""},
	} {
		t.Run(caseName(c.member), func(t *testing.T) {
			if r := graphRow(t, c.member); r[c.column] != c.want || r["extra"] != c.extra || r["issues"] != c.issues {
				t.Errorf("%s: %q, extra %s, issues %q; want %+v", c.member, r[c.column], r["extra"], r["issues"], c)
			}
		})
	}
}

// In a batch a null or empty field differs from a missing one.
func TestNullIsNotAbsent(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]schema.Code{
		`{"status":{},"clientAppUsed":"x","appDisplayName":"a","id":null,"createdDateTime":null}`: schema.Null,
		`{"status":{},"clientAppUsed":"x","appDisplayName":"a","id":"","createdDateTime":null}`:   schema.Null,
		`{"status":{},"clientAppUsed":"x","appDisplayName":"a","createdDateTime":null}`:           schema.Absent,
		"Date (UTC),Username,Request ID\n,u,\n":                                                   schema.Null,
		"Date (UTC),Username,Service principal ID\n,u,\n":                                         schema.Absent,
	} {
		t.Run(caseName(content), func(t *testing.T) {
			ins, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(content)})
			if err != nil {
				t.Fatal(err)
			}
			for b, err := range ins.Read(t.Context()) {
				if err != nil || b.Len != 1 || b.Columns[schema.ID].Code(0) != want || b.Columns[schema.CreatedAt].Set(0) {
					t.Errorf("%s: %d rows, code %d, want %d, %v", content, b.Len, b.Columns[schema.ID].Code(0), want, err)
				}
			}
		})
	}
}

// Every record is numbered through its file, rejects among them.
func TestRecordNumbersCountRejects(t *testing.T) {
	t.Parallel()
	var s strings.Builder
	for i := range 10 {
		fmt.Fprintf(&s, "%s\n{bad\n[%s,5,%s]\n", signIn("a"), signIn("b"), signIn(fmt.Sprint(i)))
	}
	out := readText(t, s.String())
	if len(out.rows) != 30 || len(out.rejects) != 20 || out.rejects[19].Record != 49 || out.rejects[19].Line != 30 || out.rows[29]["source_record"] != "50" {
		t.Errorf("%d rows, %d rejects, last %+v, %s", len(out.rows), len(out.rejects), out.rejects[len(out.rejects)-1], out.rows[len(out.rows)-1])
	}
}

// Records of one file may differ in their white space.
func TestSpacingChanges(t *testing.T) {
	t.Parallel()
	spacings := []string{"", " ", "  ", "\n ", "\t"}
	var records []string
	for _, a := range spacings {
		for _, b := range spacings {
			for _, c := range spacings {
				id := len(records)
				records = append(records, fmt.Sprintf(`{%s"id"%s:%s"%d"%s,"createdDateTime":"2026-01-02T03:04:05Z",%s"appDisplayName"%s:%s"a",%s"status":%s{%s"errorCode":%s0%s}%s,"isInteractive":%strue%s}`,
					a, b, c, id, a, b, c, a, b, c, a, b, c, a, b, c))
			}
		}
	}
	out := readText(t, "["+join(records, ",")+"]")
	if len(out.rows) != len(records) || out.err != nil {
		t.Fatalf("%d rows of %d, %v", len(out.rows), len(records), out.err)
	}
	for i, r := range out.rows {
		if want := (row{"created_at": "2026-01-02T03:04:05Z", "id": fmt.Sprint(i), "app_display_name": "a", "error_code": "0", "is_interactive": "true"}); r.columns().differs(want) != "" {
			t.Errorf("row %d:%s", i, r.columns().differs(want))
		}
	}
}

// A string may hold line ends. That its text is known must not carry a record
// that has them over the end of its line.
func TestLineEndsInStringsAreNotThoseOfLines(t *testing.T) {
	t.Parallel()
	policy := `{"id":"` + strings.Repeat("p", 100) + `",` + "\n" + `"result":"success"}`
	for name, properties := range map[string]string{
		"members":  `{"createdDateTime":"2026-01-02T03:04:05Z",` + "\n" + `"id":"1"}`,
		"policies": `{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","appliedConditionalAccessPolicies":[` + policy + `,` + policy + `]}`,
	} {
		t.Run(caseName(name), func(t *testing.T) {
			begin := `{"category":"SignInLogs","properties":`
			good, broken := fmt.Sprintf("%s%q}\n", begin, properties), begin+properties+"}\n"
			out := readText(t, good+good+broken+good)
			if lines := strings.Count(broken, "\n"); len(out.rows) != 3 || len(out.rejects) != lines {
				t.Errorf("%s: %d rows, %d rejects of %d lines: %v", name, len(out.rows), len(out.rejects), lines, out.rejects)
			}
		})
	}
}

// oddMember writes a member of that name with one of the values it may have.
func oddMember(rng *rand.Rand, name string) string {
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	guid := func() string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", rng.Uint32(), rng.Uint32()) }
	value := map[string]func() string{
		"id":              func() string { return `"` + guid() + `"` },
		"createdDateTime": func() string { return pick(`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:06.5Z"`, `null`) },
		"appId": func() string {
			return pick(`"a"`, `"b"`, `"c"`, `"ab"`, `"a longer one"`, `"ä"`, `"a\"b"`, `""`, `null`, `7`)
		},
		"isInteractive": func() string { return pick("true", "false", "null", `"true"`) },
		"autonomousSystemNumber": func() string {
			return pick("1", "12", "123", "1234", "12345678", "1e3", "-1", `"12"`, "12.5")
		},
		"userDisplayName": func() string {
			return pick(`"Ada Example"`, `"Ada Example 2"`, `"Ädä"`, `"\u00c4"`, `"Ada \\ Example"`)
		},
		"status": func() string {
			return pick(`{"errorCode":0}`, `{"errorCode":50126,"failureReason":"x"}`, `{}`, `null`, `{"failureReason":"x","errorCode":0}`)
		},
		"appliedConditionalAccessPolicies": func() string {
			return pick(`[]`, `[{"id":"p","result":"success"}]`, `[{"id":"`+strings.Repeat("p", 100)+`","result":"`+pick("success", "failure")+`"}]`)
		},
		"unknown": func() string { return pick(`1`, `"x"`, `{"a":[1]}`) },
	}[name]
	return `"` + name + `":` + value()
}

// oddLines returns records with members in changing order, some of them damaged.
func oddLines(rng *rand.Rand, n int) (lines []string) {
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	names := []string{"id", "createdDateTime", "appId", "isInteractive", "autonomousSystemNumber", "userDisplayName", "status", "appliedConditionalAccessPolicies"}
	for range n {
		order := slices.Clone(names)
		if rng.IntN(4) == 0 {
			at := rng.IntN(len(order))
			order[at], order[0] = order[0], order[at]
		}
		if rng.IntN(4) == 0 {
			order = slices.Insert(order, rng.IntN(len(order)), pick("unknown", "appId", "status"))
		}
		if rng.IntN(4) == 0 {
			at := rng.IntN(len(order))
			order = slices.Delete(order, at, at+1)
		}
		var members []string
		for _, name := range order {
			members = append(members, oddMember(rng, name))
		}
		line := []byte("{" + strings.Join(members, ",") + "}")
		for rng.IntN(3) == 0 {
			line = mangled(rng, line)
		}
		if line[0] == '{' {
			lines = append(lines, string(line))
		}
	}
	return lines
}

// mangled returns a line with a byte more, less or other.
func mangled(rng *rand.Rand, line []byte) []byte {
	at := rng.IntN(len(line))
	if rng.IntN(2) == 0 { // where the structure is
		at += max(0, bytes.IndexAny(line[at:], "{}[],:"))
	}
	if rng.IntN(8) == 0 {
		at = 1
	}
	switch odd := `{}[],:"\ 0e` + "\x01\xff"; rng.IntN(3) {
	case 0:
		line = slices.Delete(line, at, at+1)
	case 1:
		line = slices.Insert(line, at, odd[rng.IntN(len(odd))])
	default:
		line[at] = odd[rng.IntN(len(odd))]
	}
	return line
}

// What a parser knows from the lines before must not change what it makes of a
// line: it is bad just if it is no JSON, and else the same row as alone.
func TestLinesDoNotDependOnTheLinesBefore(t *testing.T) {
	t.Parallel()
	first, lines := signIn("1"), oddLines(rand.New(rand.NewPCG(1, 2)), 20000)
	out := readText(t, first+"\n"+strings.Join(lines, "\n")+"\n")
	rows, bad := map[string]row{}, map[string]bool{}
	for _, r := range out.rows {
		rows[r["source_line"]] = r
	}
	for _, r := range out.rejects {
		bad[fmt.Sprint(r.Line)] = r.Code == "bad_json"
	}
	if len(rows)+len(bad) != len(lines)+1 {
		t.Fatalf("%d rows and %d rejects of %d lines", len(rows), len(bad), len(lines)+1)
	}
	for i, line := range lines {
		t.Run(caseName(line), func(t *testing.T) {
			at := fmt.Sprint(i + 2)
			if bad[at] == json.Valid([]byte(line)) {
				t.Fatalf("rejected %t: %q", bad[at], line)
			}
			r := rows[at]
			if r == nil || i%4 > 0 { // all would take long
				return
			}
			alone := readText(t, first+"\n"+line+"\n")
			if len(alone.rows) != 2 {
				t.Fatalf("%q is a row only among others", line)
			}
			if d := r.columns().differs(alone.rows[1].columns()); d != "" {
				t.Fatalf("%q is another row alone:%s", line, d)
			}
		})
	}
}
