package reader

import "testing"

// The types that MongoDB's tools write as objects are read in every dialect; other
// objects in place of a value are not.
func TestMongoTypes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ members, column, want, issues, extra string }{
		{`"createdDateTime":{"$date":"2026-01-02T03:04:05Z"}`, "created_at", "2026-01-02T03:04:05Z", "", ""},
		{`"createdDateTime":{"$date":{"$numberLong":"1767323045000"}}`, "created_at", "2026-01-02T03:04:05Z", "epoch_time", ""},
		{`"createdDateTime": { "$date" : 1767323045000 }`, "created_at", "2026-01-02T03:04:05Z", "epoch_time", ""},
		{`"status":{"errorCode":{"$numberInt":"50126"}}`, "error_code", "50126", "", ""}, {`"status":{"errorCode":{"$numberLong":"50126"}}`, "error_code", "50126", "", ""},
		{`"statusErrorCode":{"$numberInt":"50126"}`, "error_code", "50126", "", ""}, {`"correlationId":{"$uuid":"c-1"}`, "correlation_id", "c-1", "", ""},
		{`"location":{"geoCoordinates":{"latitude":{"$numberDouble":"1.5"},"longitude":2}}`, "location_latitude", "1.5", "", ""},
		{`"status":{"errorCode":{"$numberInt":"x"}}`, "error_code", "", "bad_number|unread_error_code", `{"status.errorCode":{"$numberInt":"x"}}`},
		{`"correlationId":{"$oid":"a","$date":"b"}`, "correlation_id", "", "bad_type", `{"correlationId":{"$oid":"a","$date":"b"}}`},
		{`"correlationId":{"$other":"a"}`, "correlation_id", "", "bad_type", `{"correlationId":{"$other":"a"}}`}, {`"correlationId":{"$oid":{"$oid":"a"}}`, "correlation_id", "", "bad_type", `{"correlationId":{"$oid":{"$oid":"a"}}}`},
		{`"networkLocationDetails":{"$oid":"a"}`, "network_location_details", `{"$oid":"a"}`, "", ""},
	} {
		t.Run(caseName(c.members), func(t *testing.T) {
			time := `"createdDateTime":"2026-01-02T03:04:05Z",`
			if c.column == "created_at" {
				time = ""
			}
			out := readText(t, `[{"id":"1","clientAppUsed":"ab",`+time+c.members+"}]")
			if len(out.rows) != 1 {
				t.Fatalf("%v, %v", out.rejects, out.err)
			}
			if r := out.rows[0]; r[c.column] != c.want || r["issues"] != c.issues || r["extra"] != c.extra {
				t.Errorf("%q, issues %q, extra %s; want %q, %q, %s", r[c.column], r["issues"], r["extra"], c.want, c.issues, c.extra)
			}
		})
	}
}

// Members of objects are known in snake case, too, as databases spell them.
func TestSnakeCaseInObjects(t *testing.T) {
	t.Parallel()
	out := readText(t, `{"_cq_id":"x","id":"1","created_date_time":"2026-01-02T03:04:05Z","user_principal_name":"u@contoso.example","status":{"error_code":50126,"failure_reason":"r","other_code":1,"city":"Oslo","user_id":"x"},`+
		`"device_detail":{"operating_system":"Windows","is_compliant":true},"location":{"country_or_region":"NO","geo_coordinates":{"latitude":1.5,"longitude":2}}}`)
	want := row{"error_code": "50126", "failure_reason": "r", "device_operating_system": "Windows", "device_is_compliant": "true", "location_country": "NO", "location_latitude": "1.5",
		"created_at": "2026-01-02T03:04:05Z", "user_principal_name": "u@contoso.example", "extra": `{"_cq_id":"x","status.other_code":1,"status.city":"Oslo","status.user_id":"x"}`}
	if len(out.rows) != 1 {
		t.Fatalf("%v, %v", out.rejects, out.err)
	}
	for column, value := range want {
		if got := out.rows[0][column]; got != value {
			t.Errorf("%s %q, want %q", column, got, value)
		}
	}
	both := readText(t, `{"id":"1","createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab","status":{"error_code":50126,"errorCode":0}}`)
	if r := both.rows[0]; r["error_code"] != "0" || r["issues"] != "conflicting_value" || r["extra"] != `{"status.error_code":50126}` {
		t.Errorf("%v", r)
	}
}
