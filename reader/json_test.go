package reader

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// graphRow reads one Graph record with those members.
func graphRow(t *testing.T, members string) row {
	t.Helper()
	out := readText(t, `{"createdDateTime":"2026-01-02T03:04:05Z","appId":"a",`+members+"}\n")
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
	out := readText(t, `{"category":"SignInLogs",`+members+`"properties":{"createdDateTime":"2026-01-02T03:04:05Z"`+properties+"}}\n")
	if len(out.rows) != 1 {
		t.Fatalf("%s: rejects %v, %v", members, out.rejects, out.err)
	}
	return out.rows[0]
}

const envelopeMembers = `"time":"11/14/2025 1:48:53 AM","resourceId":"/tenants/1","operationName":"Sign-in activity","operationVersion":"1.0",` +
	`"category":"SignInLogs","tenantId":"tenant-1","resultType":"50126","resultSignature":"FAILURE","resultDescription":"described",` +
	`"durationMs":"-0.000000","callerIpAddress":"192.0.2.1","correlationId":"correlation-1","identity":"Zoë","Level":4,"location":"DE",` +
	`"properties":{"createdDateTime":"2026-01-02T03:04:05.1234567+00:00","id":"1"}`

// Coordinates 0, 0 mean unknown where no country stands with them.
func TestNullIsland(t *testing.T) {
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
		r := graphRow(t, `"location":`+c.location)
		if got := strings.TrimPrefix(r["location_latitude"]+","+r["location_longitude"], ","); got != c.want && got+"," != c.want || r["extra"] != c.extra {
			t.Errorf("%s: %q, extra %s; want %+v", c.location, got, r["extra"], c)
		}
	}
}

// A country in the envelope makes 0, 0 a place.
func TestNullIslandWithACountryInTheEnvelope(t *testing.T) {
	r := diagnosticRow(t, `"location":"GH"`, `,"location":{"geoCoordinates":{"latitude":0,"longitude":0}}`)
	if r["location_latitude"] != "0" || r["location_longitude"] != "0" || r["extra"] != "" {
		t.Errorf("%s", r)
	}
	r = diagnosticRow(t, "", `,"location":{"geoCoordinates":{"latitude":0.0,"longitude":0.0}}`)
	if r["location_latitude"] != "" || r["extra"] != `{"properties.location.geoCoordinates.latitude":0.0,"properties.location.geoCoordinates.longitude":0.0}` {
		t.Errorf("%s", r)
	}
}

// Streams of event hubs carry other logs too: what is no sign-in is a reject.
func TestMixedStream(t *testing.T) {
	sign := kinds["records"]
	audit := `{"time":"2026-01-02T03:05:00Z","category":"AuditLogs","operationName":"Update user","properties":{"id":"x"}}`
	content := `{"records":[` + sign("1") + "," + audit + "," + sign("2") + "]}\n" + `{"records":[` + audit + "]}\n" + sign("3") + "\n"
	for _, content := range []string{content, strings.ReplaceAll(content, "},", "},\n")} {
		out := readText(t, content)
		if got := out.values("id"); !slices.Equal(got, []string{"1", "2", "3"}) || out.seen != 5 || out.err != nil {
			t.Errorf("rows %v, seen %d, %v", got, out.seen, out.err)
		}
		if got := out.codes(); !slices.Equal(got, []string{"not_a_sign_in", "not_a_sign_in"}) || string(out.rejects[0].Raw) != strings.ReplaceAll(audit, "},", "},\n") {
			t.Errorf("%+v", out.rejects)
		}
	}
}

// Values come in other types than documented; none becomes 0, false or "".
func TestPolymorphicValues(t *testing.T) {
	for _, c := range []struct{ member, column, want, extra, issues string }{
		{`"mfaDetail":null`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":{}`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":{"authMethod":null,"authDetail":null}`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":"text"`, "mfa_auth_method", "", `{"mfaDetail":"text"}`, "bad_type"},
		{`"mfaDetail":""`, "mfa_auth_method", "", "", ""},
		{`"mfaDetail":{"authMethod":{"x":1}}`, "mfa_auth_method", "", `{"mfaDetail.authMethod":{"x":1}}`, "bad_type"},
		{`"mfaDetail":{"new":1}`, "mfa_auth_method", "", `{"mfaDetail.new":1}`, ""},
		{`"status":"{\"errorCode\":0}"`, "error_code", "", `{"status":"{\"errorCode\":0}"}`, "bad_type"},
		{`"status":{"errorCode":null}`, "error_code", "", "", ""},
		{`"status":{"errorCode":""}`, "error_code", "", "", ""},
		{`"status":{"errorCode":true}`, "error_code", "", "", "bad_number"},
		{`"status":{"errorCode":[0]}`, "error_code", "", `{"status.errorCode":[0]}`, "bad_type"},
		{`"status":{"errorCode":-1}`, "error_code", "", "", "bad_number"},
		{`"authenticationDetails":""`, "authentication_details", "", "", ""},
		{`"authenticationDetails":"[{\"a\":1}]"`, "authentication_details", `"[{\"a\":1}]"`, "", ""},
		{`"authenticationDetails":[]`, "authentication_details", "[]", "", ""},
		{`"conditionalAccessAudiences":[ { "applicationId" : "a b" } ]`, "conditional_access_audiences", `[{"applicationId":"a b"}]`, "", ""},
		{`"conditionalAccessAudiences":"text"`, "conditional_access_audiences", `"text"`, "", ""},
		{`"appliedConditionalAccessPolicies":[{"conditionsSatisfied":19,"x":"none"}]`, "conditional_access_policies", `[{"conditionsSatisfied":19,"x":"none"}]`, "", ""},
		{`"signInEventTypes":"[\"interactiveUser\"]"`, "sign_in_event_types", "interactiveUser", "", ""},
		{`"signInEventTypes":["NonInteractiveUser","new Kind"]`, "sign_in_event_types", "nonInteractiveUser|new Kind", "", "unknown_enum"},
		{`"signInEventTypes":"interactiveUser"`, "sign_in_event_types", "", `{"signInEventTypes":"interactiveUser"}`, "bad_type"},
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
		{`"status.errorCode":5`, "error_code", "", `{"status.errorCode":5}`, ""},
	} {
		if r := graphRow(t, c.member); r[c.column] != c.want || r["extra"] != c.extra || r["issues"] != c.issues {
			t.Errorf("%s: %q, extra %s, issues %q; want %+v", c.member, r[c.column], r["extra"], r["issues"], c)
		}
	}
}

// A batch tells a field that is null or empty from one that is missing.
func TestNullIsNotAbsent(t *testing.T) {
	for content, want := range map[string]schema.Code{
		`{"status":{},"appId":"a","id":null,"createdDateTime":null}`: schema.Null,
		`{"status":{},"appId":"a","id":"","createdDateTime":null}`:   schema.Null,
		`{"status":{},"appId":"a","createdDateTime":null}`:           schema.Absent,
		"Date (UTC),Username,Request ID\n,u,\n":                      schema.Null,
		"Date (UTC),Username,Service principal ID\n,u,\n":            schema.Absent,
	} {
		ins, err := Open([]string{"-"}, Options{Stdin: strings.NewReader(content)})
		if err != nil {
			t.Fatal(err)
		}
		for b, err := range ins.Read(t.Context()) {
			if err != nil || b.Len != 1 || b.Columns[schema.ID].Code(0) != want || b.Columns[schema.CreatedAt].Set(0) {
				t.Errorf("%s: %d rows, code %d, want %d, %v", content, b.Len, b.Columns[schema.ID].Code(0), want, err)
			}
		}
	}
}

// Every record is numbered through its file, rejects among them.
func TestRecordNumbersCountRejects(t *testing.T) {
	var s strings.Builder
	for i := range 10 {
		fmt.Fprintf(&s, "%s\n{bad\n[%s,5,%s]\n", signIn("a"), signIn("b"), signIn(fmt.Sprint(i)))
	}
	out := readText(t, s.String())
	if len(out.rows) != 30 || len(out.rejects) != 20 || out.rejects[19].Record != 49 || out.rejects[19].Line != 30 || out.rows[29]["source_record"] != "50" {
		t.Errorf("%d rows, %d rejects, last %+v, %s", len(out.rows), len(out.rejects), out.rejects[len(out.rejects)-1], out.rows[len(out.rows)-1])
	}
}
