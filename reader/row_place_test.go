package reader

import (
	"strings"
	"testing"

	"signins/schema/jsontext"
)

func TestCountryCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"US": "US", "us": "US", "USA": "US", "United States": "US", "united states of america": "US", "UK": "GB", "GBR": "GB", "Germany": "DE", "DEU": "DE",
		"Czech Republic": "CZ", "Czechia": "CZ", "Türkiye": "TR", "Bosnia and Herzegovina": "BA", "Saint Lucia": "LC", "XK": "XK", "Taiwan": "TW", "Côte d'Ivoire": "CI",
		"": "", "840": "", "EU": "", "ZZ": "", "SU": "", "DD": "", "MI": "", "Oregon": "", "NYC": "", "Deutschland": "", "en-US": "",
	} {
		if got := countryCode(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Where a table or an envelope has a place for a country, it is split, and stays in
// extra as it is. Members of the location come first.
func TestPlaceForACountry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, city, state, country, issues string }{
		{"New York, USA", "New York", "", "US", ""},
		{"Köln, Nordrhein-Westfalen, DE", "Köln", "Nordrhein-Westfalen", "DE", ""},
		{"Washington, D.C., District of Columbia, US", "Washington, D.C.", "District of Columbia", "US", ""},
		{"Salem, Oregon", "", "", "", "unclear_location"},
		{"Marion County, Salem, Oregon", "", "", "", "unclear_location"},
	} {
		t.Run(caseName(c.text), func(t *testing.T) {
			table := readText(t, "TimeGenerated,ResultType,UserPrincipalName,Location\n2026-01-02T03:04:05Z,0,u,\""+c.text+"\"\n")
			if len(table.rows) != 1 {
				t.Fatal(table.rejects, table.err)
			}
			for form, r := range map[string]row{"table": table.rows[0], "envelope": diagnosticRow(t, `"location":"`+c.text+`"`, "")} {
				extra := map[string]string{"table": "Location", "envelope": "location"}[form]
				if r["location_city"] != c.city || r["location_state"] != c.state || r["location_country"] != c.country || r["issues"] != c.issues || r["extra"] != `{"`+extra+`":"`+c.text+`"}` {
					t.Errorf("%s: %q, %q, %q, issues %q, extra %s", form, r["location_city"], r["location_state"], r["location_country"], r["issues"], r["extra"])
				}
			}
		})
	}
	r := diagnosticRow(t, `"location":"New York, USA"`, `,"location":{"city":"Albany","state":"New York"}`)
	if r["location_city"] != "Albany" || r["location_state"] != "New York" || r["location_country"] != "US" {
		t.Errorf("%q, %q, %q", r["location_city"], r["location_state"], r["location_country"])
	}
	r = diagnosticRow(t, `"location":"New York, USA"`, `,"location":{"city":"Albany","countryOrRegion":"US"}`)
	if r["location_city"] != "Albany" || r["location_country"] != "US" || r["issues"] != "conflicting_value" || r["extra"] != `{"location":"New York, USA"}` {
		t.Errorf("%v", r)
	}
}

// What Azure adds to records for its own ends is kept and not counted as unknown.
func TestPlumbingIsKept(t *testing.T) {
	t.Parallel()
	const content = `{"category":"SignInLogs","properties":{"id":"1","createdDateTime":"2026-01-02T03:04:05Z","__UDI_RequiredFields_TenantId":"t","__UDI_RequiredFields_UniqueId":"u","new":1,"__UDI_RequiredFields_EventTime":638000000000}}` + "\n"
	out := readText(t, content+content)
	const extra = `{"properties.__UDI_RequiredFields_TenantId":"t","properties.__UDI_RequiredFields_UniqueId":"u","properties.new":1,"properties.__UDI_RequiredFields_EventTime":638000000000}`
	if len(out.rows) != 2 || out.rows[1]["extra"] != extra || len(out.unknown) != 1 || out.unknown["properties.new"] != 2 {
		t.Errorf("%v, unknown %v, %v", out.rows, out.unknown, out.err)
	}
	if without := readText(t, strings.ReplaceAll(content, `"new":1,`, "")); len(without.unknown) > 0 || without.warnings["unknown_fields"] > 0 {
		t.Errorf("unknown %v, warnings %v", without.unknown, without.warnings)
	}
}

// An object in place of the text of a country is read as the place that it is.
func TestObjectForACountry(t *testing.T) {
	t.Parallel()
	const object = `{"city":"Oslo","countryOrRegion":"NO","geoCoordinates":{"latitude":59.9,"longitude":10.7},"x":1}`
	for name, c := range map[string]struct{ content, extra string }{
		"object":    {`{"TimeGenerated":"2026-01-02T03:04:05Z","ResultType":"0","UserPrincipalName":"u","Location":` + object + "}\n", `{"Location.x":1}`},
		"lower":     {`{"category":"SignInLogs","resultType":"0","userPrincipalName":"u","location":` + object + "}\n", `{"location.x":1}`},
		"text":      {`{"TimeGenerated":"2026-01-02T03:04:05Z","ResultType":"0","UserPrincipalName":"u","Location":` + string(jsontext.AppendQuoted(nil, []byte(object))) + "}\n", `{"Location.x":1}`},
		"cell":      {"TimeGenerated,ResultType,UserPrincipalName,Location\n" + quoted([]string{"2026-01-02T03:04:05Z", "0", "u", object}), `{"Location.x":1}`},
		"both":      {`{"TimeGenerated":"2026-01-02T03:04:05Z","ResultType":"0","UserPrincipalName":"u","LocationDetails":{"city":"Oslo","countryOrRegion":"NO"},"Location":{"city":"Bergen","geoCoordinates":{"latitude":59.9}}}` + "\n", `{"Location.city":"Bergen"}`},
		"two times": {`{"TimeGenerated":"2026-01-02T03:04:05Z","ResultType":"0","UserPrincipalName":"u","Location":` + object + `,"Location":"SE"}` + "\n", `{"Location.x":1,"Location":"SE"}`},
	} {
		t.Run(name, func(t *testing.T) {
			out := readText(t, c.content)
			if len(out.rows) != 1 {
				t.Fatalf("%v, %v", out.rejects, out.err)
			}
			if r := out.rows[0]; r["location_city"] != "Oslo" || r["location_country"] != "NO" || r["location_latitude"] != "59.9" || r["extra"] != c.extra {
				t.Errorf("%v", r)
			}
		})
	}
	out := readText(t, `{"TimeGenerated":"2026-01-02T03:04:05Z","ResultType":"0","UserPrincipalName":"u","Location":"SE","Location":`+object+"}\n")
	if r := out.rows[0]; r["location_country"] != "SE" || r["location_city"] != "" || r["issues"] != "duplicate_key" || r["extra"] != `{"Location":`+object+"}" {
		t.Errorf("%v", r)
	}
}

// A flat row may have the envelope's name of the time.
func TestFlatRowWithTime(t *testing.T) {
	t.Parallel()
	out := readText(t, `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","operationName":"Sign-in activity","resultType":"50126","userPrincipalName":"u","ipAddress":"192.0.2.7"}`+"\n")
	if len(out.rows) != 1 || out.rows[0]["ingested_at"] != "2026-01-02T03:05:00Z" || out.rows[0]["extra"] != "" {
		t.Errorf("%v, %v, %v", out.rows, out.rejects, out.err)
	}
}
