package reader

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// capital writes a Graph record the way PowerShell does: every name with a
// capital, nested ones too.
func capital(json string) string {
	var s strings.Builder
	for i := 0; i < len(json); i++ {
		s.WriteByte(json[i])
		if json[i] == '"' && i+1 < len(json) && (i == 0 || json[i-1] == '{' || json[i-1] == ',' || json[i-1] == ' ') {
			if end := strings.IndexByte(json[i+1:], '"'); end > 0 && strings.HasPrefix(json[i+2+end:], ":") {
				s.WriteString(strings.ToUpper(json[i+1 : i+2]))
				i++
			}
		}
	}
	return s.String()
}

// Every key of Graph's lists goes to its column, with a capital, in the
// AdditionalProperties, and as a flattened or a JSON cell.
func TestPowershellEveryKey(t *testing.T) {
	t.Parallel()
	for _, m := range members[:len(members)-9] {
		t.Run(caseName(m.key), func(t *testing.T) {
			// Names inside values that stay JSON are those of the source.
			if m.key == "createdDateTime" || m.key == "privateLinkDetails" || m.key == "riskEventTypes" || strings.HasPrefix(strings.ReplaceAll(m.value, " ", ""), "[{") {
				return
			}
			want := maps.Clone(m.want)
			want["created_at"] = "2026-01-02T03:04:05Z"
			head := `{"CreatedDateTime":"2026-01-02T03:04:05Z","AppDisplayName":"App 1","MfaDetail":null,`
			switch want["app_display_name"] = "App 1"; m.key {
			case "appDisplayName":
				head = `{"CreatedDateTime":"2026-01-02T03:04:05Z","ConditionalAccessStatus":null,`
			case "mfaDetail":
				head = strings.Replace(head, "MfaDetail", "ConditionalAccessStatus", 1)
			}
			for _, line := range []string{
				head + capital(`"`+m.key+`":`+m.value) + "}",
				head + `"AdditionalProperties":{"` + m.key + `":` + m.value + "}}",
			} {
				out := readText(t, line+"\n")
				if len(out.rows) != 1 || out.dialects[0] != "powershell-json" {
					t.Errorf("%s: %v, %v", line, out.rejects, out.err)
					continue
				}
				if d := out.rows[0].columns().differs(want); d != "" {
					t.Errorf("%s:%s", line, d)
				}
			}
		})
	}
}

const powershellHead = "CreatedDateTime,Id,AppDisplayName,UserPrincipalName,"

// What PowerShell did not write is null and never a success.
func TestPowershellTypeNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus", "System.Object[]", "System.Collections.Generic.List`1[System.Object]",
		"Microsoft.Graph.Beta.PowerShell.Models.MicrosoftGraphSignInStatus", "System.Collections.Hashtable", "System.String[]"} {
		t.Run(caseName(name), func(t *testing.T) {
			csv := readText(t, powershellHead+"Status,AppliedConditionalAccessPolicies,UserDisplayName\n"+fmt.Sprintf("2026-01-02T03:04:05Z,1,a,u,%s,%s,%s\n", name, name, "System administrator"))
			json := readText(t, fmt.Sprintf(`{"CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1","AppId":"a","UserPrincipalName":"u","Status":%q,"AppliedConditionalAccessPolicies":%q,"UserDisplayName":"System administrator"}`, name, name)+"\n")
			for form, out := range map[string]outcome{"powershell-csv": csv, "powershell-json": json} {
				if out.err != nil || out.dialects[0] != form || len(out.rows) != 1 {
					t.Errorf("%s: %v", form, out.err)
					continue
				}
				r := out.rows[0]
				if r["error_code"] != "" || r["conditional_access_policies"] != "" || r["issues"] != "type_name" || out.warnings[schema.TypeName] != 1 || r["user_display_name"] != "System administrator" ||
					r["extra"] != fmt.Sprintf(`{"Status":%q,"AppliedConditionalAccessPolicies":%q}`, name, name) {
					t.Errorf("%s:\n%s", form, r)
				}
			}
		})
	}
}

func TestPowershellCells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, cell, column, want, extra string }{
		{"Status.ErrorCode", "50126", "error_code", "50126", ""}, {"status.errorCode", "0", "error_code", "0", ""}, {"ErrorCode", "50126", "error_code", "50126", ""},
		{"Location.GeoCoordinates.Latitude", "50.5", "location_latitude", "50.5", ""}, {"City", "Köln", "location_city", "Köln", ""}, {"Country", "DE", "location_country", "DE", ""},
		{"DeviceDetail.IsCompliant", "True", "device_is_compliant", "true", ""}, {"DeviceDetail", `{"DeviceId":"d"}`, "device_id", "d", ""},
		{"Status", "class SignInStatus {\n ErrorCode: 0\n}", "error_code", "", `{"Status":"class SignInStatus {\n ErrorCode: 0\n}"}`},
		{"Status", "Success", "error_code", "", `{"Status":"Success"}`}, {"Status", "@{ErrorCode=0}", "error_code", "", `{"Status":"@{ErrorCode=0}"}`},
		{"New.Thing", "x", "extra", `{"New.Thing":"x"}`, `{"New.Thing":"x"}`},
		{"AuthenticationDetails", `[{"AuthenticationMethod": "Password"}]`, "authentication_details", `[{"AuthenticationMethod":"Password"}]`, ""},
	} {
		t.Run(caseName(c.title), func(t *testing.T) {
			for _, first := range []string{"", "#TYPE Selected.System.Management.Automation.PSCustomObject\r\n"} {
				out := readText(t, first+quoted(append(strings.Split(strings.TrimSuffix(powershellHead, ","), ","), c.title))+quoted([]string{"2026-01-02T03:04:05Z", "1", "a", "u", c.cell}))
				if len(out.rows) != 1 || out.rows[0][c.column] != c.want || out.rows[0]["extra"] != c.extra || out.warnings[schema.TypeLine] != int64(len(first)/56) {
					t.Errorf("%s %s: %v, warnings %v, %v", c.title, c.cell, out.rows, out.warnings, out.err)
				}
			}
		})
	}
}

func TestPowershellLostLetters(t *testing.T) {
	t.Parallel()
	out := readText(t, powershellHead+"UserDisplayName\n2026-01-02T03:04:05Z,1,a,u,Zo? Q\n2026-01-02T03:04:05Z,2,a,u,Zoë Q\n")
	if out.warnings[schema.LostLetters] != 1 || out.rows[0]["user_display_name"] != "Zo? Q" {
		t.Errorf("%v, %v", out.warnings, out.err)
	}
}

// Files that collectors put together badly, and dates as .NET writes them.
func TestPowershellMerges(t *testing.T) {
	t.Parallel()
	record := func(id string) string {
		return `{"CreatedDateTime":"\/Date(1598901896013)\/","Id":"` + id + `","AppId":"a","Status":{"ErrorCode":0,"AdditionalProperties":{}},"AdditionalProperties":{"@odata.type":"x"}}`
	}
	for _, content := range []string{
		"[" + record("1") + "," + record("2") + "," + record("3") + "]",
		"[" + record("1") + "]\n[" + record("2") + "," + record("3") + "]",
		"[\n  " + record("1") + ",\n" + record("2") + "\n]\r\n[\n" + record("3") + "\n]",
		"\xef\xbb\xbf" + record("1") + "\r\n" + record("2") + "\r\n" + record("3") + "\r\n",
		`{"value":[` + record("1") + "," + record("2") + "," + record("3") + "]}",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			out := readText(t, content)
			if got := out.values("id"); !slices.Equal(got, []string{"1", "2", "3"}) || out.err != nil {
				t.Errorf("%s: %v, %v, %v", shorten(content), got, out.rejects, out.err)
				return
			}
			if r := out.rows[2]; r["created_at"] != "2020-08-31T19:24:56.013Z" || r["error_code"] != "0" || r["extra"] != `{"Status.AdditionalProperties":{},"AdditionalProperties.@odata.type":"x"}` {
				t.Errorf("%s", r)
			}
		})
	}
}
