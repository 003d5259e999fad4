package reader

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// tableCells are the cells of titles that are not a Graph key with a capital:
// the column value of each, or nothing for those that stay in extra.
var tableCells = map[string]struct {
	cell string
	want row
}{
	"TimeGenerated":                    {"6/15/2026, 9:56:49.975 AM", row{"ingested_at": "2026-06-15T09:56:49.975Z"}},
	"CreatedDateTime":                  {"6/15/2026, 12:35:28.8061234 PM", row{"created_at": "2026-06-15T12:35:28.806123Z", "created_at_remainder_ns": "400"}},
	"TenantId":                         {"workspace-1", row{"workspace_id": "workspace-1"}},
	"AADTenantId":                      {"tenant-1", row{"tenant_id": "tenant-1"}},
	"OperationName":                    {"Sign-in activity", row{"operation_name": "Sign-in activity"}},
	"OperationVersion":                 {"1.0", row{"operation_version": "1.0"}},
	"Category":                         {"SignInLogs", row{"source_category": "SignInLogs"}},
	"ResultType":                       {"50126", row{"error_code": "50126"}},
	"ResultSignature":                  {"FAILURE", row{"result_signature": "FAILURE"}},
	"ResultDescription":                {"because", row{"result_description": "because", "failure_reason": "because"}},
	"DurationMs":                       {"0", row{"duration_ms": "0"}},
	"Identity":                         {"Zoë", row{"identity": "Zoë"}},
	"Level":                            {"4", row{"log_level": "4"}},
	"Location":                         {"DE", row{"location_country": "DE"}},
	"IsRisky":                          {"False", row{"is_risky": "false"}},
	"ProcessingTimeInMs":               {"173", row{"processing_time_ms": "173"}},
	"IPAddress":                        {"192.0.2.1", row{"ip_address": "192.0.2.1"}},
	"IPAddressFromResourceProvider":    {"192.0.2.2", row{"ip_address_from_resource_provider": "192.0.2.2"}},
	"Resource":                         {"Microsoft.aadiam", nil},
	"ResourceGroup":                    {"group", nil},
	"ResourceId":                       {"/tenants/1/providers/Microsoft.aadiam", nil},
	"ResourceProvider":                 {"provider", nil},
	"SourceSystem":                     {"Azure AD", nil},
	"Type":                             {"SigninLogs", nil},
	"RiskLevel":                        {"r", nil},
	"Requirement":                      {"mfa", nil},
	"AppliedConditionalAccessPolicies": {"a", nil},
	"ConditionalAccessPoliciesV2":      {"c", nil},
	"_BilledSize":                      {"1234.5", nil},
	"_IsBillable":                      {"True", nil},
}

// renamed are the titles of what Graph calls otherwise.
var renamed = map[string]string{
	"ResourceIdentity": "resourceId", "LocationDetails": "location",
	"ConditionalAccessPolicies": "appliedConditionalAccessPolicies", "RiskEventTypes_V2": "riskEventTypes_v2",
}

// tableCell returns the cell under a title, and the columns that are read from it; kept: it
// stays in extra.
func tableCell(t *testing.T, title string) (cell string, want row, kept bool) {
	t.Helper()
	name := strings.TrimSuffix(title, " [UTC]")
	if c, special := tableCells[name]; special {
		return c.cell, c.want, c.want == nil
	}
	key := renamed[name]
	if key == "" {
		key = strings.ToLower(name[:1]) + name[1:]
	}
	value, want := memberOf(t, key)
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		return text, want, false
	}
	return value, want, false
}

func titleLists(t *testing.T, prefix string) map[string][]string {
	t.Helper()
	lists := map[string][]string{}
	paths, _ := filepath.Glob(filepath.Join("testdata", "titles", prefix+"*.txt"))
	for _, path := range paths {
		text := fixture.Read(t, path)
		lists[filepath.Base(path)] = strings.Split(strings.TrimSpace(strings.ReplaceAll(string(text), "\r", "")), "\n")
	}
	return lists
}

// Every recorded header: each cell goes to its column, or verbatim to extra; the same
// records as objects and as rows of a table give the same rows.
func TestTablesEveryColumn(t *testing.T) {
	t.Parallel()
	lists := titleLists(t, "loganalytics_")
	if len(lists) != 7 {
		t.Fatalf("%d lists of titles", len(lists))
	}
	for name, titles := range lists {
		t.Run(caseName(name), func(t *testing.T) {
			forms := newTableForms()
			for _, title := range titles {
				cell, columnsOf, kept := tableCell(t, title)
				maps.Copy(forms.want, columnsOf)
				if kept {
					forms.extra[title] = cell
				}
				plain, value := strings.TrimSuffix(title, " [UTC]"), cell
				if plain == "TimeGenerated" || plain == "CreatedDateTime" {
					value = strings.Replace(columnsOf["ingested_at"]+columnsOf["created_at"], "123Z", "1234Z", 1)
				}
				forms.add(title, plain, cell, value)
			}
			if slices.Contains(titles, "ResultDescription") != (forms.want["failure_reason"] == "because") {
				t.Errorf("%s: no reason", name)
			}
			forms.check(t, "log-analytics", true)
		})
	}
}

// tableForms are two equal rows of texts as a CSV, as objects, and as rows of a table.
type tableForms struct {
	titles, cells            []string // of the CSV
	columns, values, members []string // of the others
	want                     row
	extra                    map[string]string
}

func newTableForms() *tableForms { return &tableForms{want: row{}, extra: map[string]string{}} }

// add adds a column: its title and cell in the CSV, and its name and value in the others.
func (f *tableForms) add(title, name, cell, value string) {
	f.titles, f.cells = append(f.titles, title), append(f.cells, cell)
	f.columns = append(f.columns, fmt.Sprintf(`{"name":%q,"type":"string"}`, name))
	f.values = append(f.values, fmt.Sprintf("%q", value))
	f.members = append(f.members, fmt.Sprintf("%q:%q", name, value))
}

// check reads the rows in all forms. Some may have issues.
func (f *tableForms) check(t *testing.T, dialect string, issues bool) {
	t.Helper()
	columns, values := strings.Join(f.columns, ","), strings.Join(f.values, ",")
	for form, content := range map[string]string{
		"csv":                  quoted(f.titles) + quoted(f.cells) + quoted(f.cells),
		"json lines":           strings.Repeat("{"+strings.Join(f.members, ",")+"}\n", 2),
		"json rows":            `{"tables":[{"name":"PrimaryResult","columns":[` + columns + `],"rows":[[` + values + "],[" + values + "]]}]}",
		"json rows with lines": "{\n\"tables\": [\n{\"name\":\"PrimaryResult\",\n\"columns\":[" + columns + "],\n\"rows\":[\n[" + values + "],\n[" + values + "]\n]}\n]}\n",
	} {
		out := readText(t, content)
		if dialect+"-"+strings.Fields(form)[0] != strings.Join(out.dialects, " ") || out.err != nil || len(out.rows) != 2 || len(out.unknown)+len(out.rejects) > 0 || !issues && len(out.warnings) > 0 {
			t.Errorf("%s: %d rows, %v, unknown %v, warnings %v, rejects %v, %v", form, len(out.rows), out.dialects, out.unknown, out.warnings, out.rejects, out.err)
			continue
		}
		for _, r := range out.rows {
			var got map[string]string
			if err := json.Unmarshal([]byte(r["extra"]), &got); err != nil || !maps.Equal(got, f.extra) {
				t.Errorf("%s: extra %s, want %v", form, r["extra"], f.extra)
			}
			r = r.columns()
			delete(r, "extra")
			if issues {
				delete(r, "issues")
			}
			if d := r.differs(f.want); d != "" {
				t.Errorf("%s:%s", form, d)
			}
		}
	}
}

const tableHead = "TimeGenerated [UTC],CreatedDateTime [UTC],Id,UserPrincipalName,ResultType,Type,"

// Hunting in Defender answers with the rows of these tables, too, and PowerShell
// writes what its command gave, rows among the rest.
func TestTableResults(t *testing.T) {
	t.Parallel()
	record := fmt.Sprintf(otherRecords["log-analytics-json"], "1")
	for _, content := range []string{
		`{"schema":[{"name":"TimeGenerated","type":"DateTime"}],"results":[` + record + "]}",
		"{\r\n  \"Results\":  [\r\n" + record + "\r\n],\r\n  \"Render\":  null,\r\n  \"Error\":  null\r\n}\r\n",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			out := readText(t, content)
			if out.err != nil || len(out.rejects) > 0 || !slices.Equal(out.values("id"), []string{"1"}) || out.dialects[0] != "log-analytics-json" {
				t.Errorf("%v, %v, %v", out.rows, out.rejects, out.err)
			}
			for cut := range len(content) - 3 {
				if out := readText(t, content[:cut]); out.err == nil && len(out.rejects) == 0 {
					t.Errorf("cut at %d: %d rows", cut, len(out.rows))
				}
			}
		})
	}
}

// Where a union has a column for each type, the first that says something
// counts, and one that says something else stands in extra. A query may ask for
// members of objects alone.
func TestTableUnions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		titles, cells, column, want, issues, extra string
	}{
		{"Status", `{"errorCode":50126}`, "error_code", "50126", "", ""},
		{"Status_dynamic|Status_string", `|{"errorCode":50126}`, "error_code", "50126", "", ""},
		{"Status_dynamic|Status_string", `{"errorCode":50126}|`, "error_code", "50126", "", ""},
		{"Status_string|Status_dynamic", `{"errorCode":5}|{"errorCode":50126}`, "error_code", "50126", "conflicting_value", `{"Status_string.errorCode":5}`},
		{"Status|Status_dynamic|Status_string", `{"errorCode":50126}|{"errorCode":50126}|`, "error_code", "50126", "", ""},
		{"DeviceDetail_dynamic|DeviceDetail_string", `|{"deviceId":"d","new":[1]}`, "device_id", "d", "", `{"DeviceDetail_string.new":[1]}`},
		{"ConditionalAccessPolicies_dynamic|ConditionalAccessPolicies_string", `|[ {"id": "p"} ]`, "conditional_access_policies", `[{"id":"p"}]`, "", ""},
		{"ConditionalAccessPolicies_dynamic|ConditionalAccessPolicies_string", `[]|[{"id":"p"}]`, "conditional_access_policies", `[{"id":"p"}]`, "conflicting_value", `{"ConditionalAccessPolicies_dynamic":"[]"}`},
		{"LocationDetails|Location", `{"city":"K","countryOrRegion":"DE"}|FR`, "location_country", "DE", "conflicting_value", `{"Location":"FR"}`},
		{"LocationDetails|Location", `{"geoCoordinates":{}}|FR`, "location_country", "FR", "", ""},
		{"Status", `"{\"errorCode\":50126}"`, "error_code", "50126", "", ""},
		{"MfaDetail", `{}`, "mfa_auth_method", "", "", ""},
		{"Status", `{"errorCode":50126,"additionalDetails":"M`, "error_code", "", "bad_type|unread_error_code", `{"Status":"{\"errorCode\":50126,\"additionalDetails\":\"M"}`},
		{"Status|ClientAppUsed", `Failure|Browser`, "error_code", "", "bad_type", `{"Status":"Failure"}`},
		{"AuthenticationDetails", `[{"a":"b`, "authentication_details", "", "bad_type", `{"AuthenticationDetails":"[{\"a\":\"b"}`},
		{"AuthenticationDetails", `"[{\"a\":\"b\"}]"`, "authentication_details", `[{"a":"b"}]`, "", ""},
		{"AuthenticationProcessingDetails", "[\n  {\n \"key\": \"Oauth Scope Info\", \"value\": \"[\\\"a\\\"]\"\n}\n]", "authentication_processing_details", `[{"key":"Oauth Scope Info","value":"[\"a\"]"}]`, "", ""},
		{"ConditionalAccessAudiences", `guid-1`, "conditional_access_audiences", `"guid-1"`, "", ""},
		{"SignInEventTypes", `["nonInteractiveUser"]`, "sign_in_event_types", "nonInteractiveUser", "", ""},
		{"Status_errorCode", `50126`, "error_code", "50126", "", ""},
		{"LocationDetails_city", `Köln`, "location_city", "Köln", "", ""},
		{"LocationDetails_geoCoordinates_latitude", `50.9`, "location_latitude", "50.9", "", ""},
		{"DeviceDetail_browser|DeviceDetail", `Edge|{"browser":"Firefox"}`, "device_browser", "Firefox", "conflicting_value", `{"DeviceDetail_browser":"Edge"}`},
		{"C_Id", `c`, "id", "1", "conflicting_value", `{"C_Id":"c"}`},
	} {
		t.Run(caseName(c.titles), func(t *testing.T) {
			titles, cells := strings.Split(c.titles, "|"), strings.Split(c.cells, "|")
			code := ""
			if c.column != "error_code" {
				code = "0"
			}
			head, first := strings.Split(strings.TrimSuffix(tableHead, ","), ","), []string{"2026-01-02T03:05:00Z", "2026-01-02T03:04:05Z", "1", "u", code, ""}
			csv := readText(t, quoted(append(head, titles...))+quoted(append(first, cells...)))
			object := `{"TimeGenerated":"2026-01-02T03:05:00Z","CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1","UserPrincipalName":"u","ResultType":"` + code + `"`
			for i, title := range titles {
				object += fmt.Sprintf(",%q:%q", title, cells[i])
			}
			lines := readText(t, strings.ReplaceAll(object, `\x`, `\u00`)+"}\n")
			for form, out := range map[string]outcome{"csv": csv, "json": lines} {
				if len(out.rows) != 1 {
					t.Errorf("%s %s: %v, %v", form, c.titles, out.rejects, out.err)
					continue
				}
				if r := out.rows[0]; r[c.column] != c.want || r["issues"] != c.issues || r["extra"] != c.extra {
					t.Errorf("%s %s, %s: %q, issues %q, extra %s; want %q, %q, %s", form, c.titles, c.cells, r[c.column], r["issues"], r["extra"], c.want, c.issues, c.extra)
				}
			}
		})
	}
}

// What a table says of itself: its name decides where Category is missing, the
// workspace is not the tenant, and applications have no access type.
func TestTableRows(t *testing.T) {
	t.Parallel()
	out := readText(t, tableHead+"Category,TenantId,CrossTenantAccessType\n"+
		"2026-01-02T03:05:00Z,,1,,0,AADServicePrincipalSignInLogs,,w,\n"+
		"2026-01-02T03:05:00Z,,2,u,0,SigninLogs,SignInLogs,w,\n"+
		"2026-01-02T03:05:00Z,,3,u,0,AuditLogs,,w,\n"+
		"2026-01-02T03:05:00Z,,4,u,0,,AuditLogs,w,\n"+
		"2026-01-02T03:05:00Z,,5,u,0,SigninLogs_CL,,w,\n")
	if got := out.values("id"); !slices.Equal(got, []string{"1", "2", "5"}) || !slices.Equal(out.codes(), []string{"not_a_sign_in", "not_a_sign_in"}) {
		t.Fatalf("rows %v, rejects %v, %v", got, out.codes(), out.err)
	}
	for i, want := range []row{{"source_category": "AADServicePrincipalSignInLogs"}, {"source_category": "SignInLogs"}, {"source_category": "SigninLogs_CL"}} {
		r := out.rows[i]
		if r["source_category"] != want["source_category"] || r["workspace_id"] != "w" || r["tenant_id"] != "" || r["created_at"] != "" || r["ingested_at"] == "" {
			t.Errorf("%s", r)
		}
	}
}

// Tables of other logs are refused, and projections of few columns are read.
func TestTableDetection(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"TimeGenerated [UTC],UserPrincipalName,ResultType,AppDisplayName":                              "log-analytics-csv",
		"TimeGenerated,ResultType,Identity":                                                            "log-analytics-csv",
		"TimeGenerated [UTC+02:00],Location,ResultType,UserPrincipalName,ResultSignature":              "log-analytics-csv",
		"CreatedDateTime [UTC],ResultType,UserPrincipalName":                                           "log-analytics-csv",
		"TimeGenerated [UTC],OperationName,ResultType,ActivityDisplayName,InitiatedBy,TargetResources": "",
		"TimeGenerated [UTC],ResultType,X,Y,Z,Type\n2026-01-02T03:04:05Z,0,,,,SigninLogs":              "log-analytics-csv",
		"TimeGenerated [UTC],ResultType,X,Y,Z,Type\n2026-01-02T03:04:05Z,0,,,,AuditLogs":               "",
		`[{"TimeGenerated":"2026-01-02T03:04:05Z","Type":"AADManagedIdentitySignInLogs"}]`:             "",
		`[{"TimeGenerated":"2026-01-02T03:04:05Z","AppId":"a","Type":"AADManagedIdentitySignInLogs"}]`: "log-analytics-json",
		"TimeGenerated [UTC],Computer,EventID,Activity":                                                "",
		"TimeGenerated [UTC],ResultType,Computer,EventID,Account,Identity,Process,Task":                "",
	} {
		t.Run(caseName(header), func(t *testing.T) {
			out := readText(t, header+"\n")
			if got := strings.Join(out.dialects, ""); got != want || (out.err == nil) != (want != "") {
				t.Errorf("%s: %q, %v", header, got, out.err)
			}
		})
	}
}

// A table of rows is read, and its faults are reported, like a page.
func TestTableOfRows(t *testing.T) {
	t.Parallel()
	const head = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Id"},{"name":"UserPrincipalName"},{"name":"ResultType"},{"name":"Status","type":"dynamic"}],"rows":[`
	const first, second = `["2026-01-02T03:05:00Z","1","u",null,{"errorCode":50126}]`, `["2026-01-02T03:05:00Z","2","v","0",""]`
	big := strings.Repeat(first+",\n", 5000)
	for _, c := range []struct {
		content string
		rows    int
		rejects int
		bad     bool
	}{
		{head + first + "," + second + `]}]}`, 2, 0, false},
		{head + first + "," + second + "]}],\n\"render\":null}\n", 2, 0, false},
		{head + `]}]}`, 0, 0, false},
		{head + second + `]}],"error":{"code":"PartialError"}}`, 1, 0, false},
		{head + big + second + `]}],"error":{"code":"PartialError"}}`, 5001, 0, false},
		{`{"tables":[]}`, 0, 0, true},
		{head + first + `,["2026-01-02T03:05:00Z","x"],` + second + `]}]}`, 2, 1, false},
		{head + first + `,["2026-01-02T03:05:00Z","x","u","0",null,6],` + second + `]}]}`, 2, 1, false},
		{head + first + `,{"Id":"3"},` + second + `]}]}`, 2, 1, false},
		{head + big + second + `]}]}`, 5001, 0, false},
		{head + big + second + `],"x":[1]}],"y":2}`, 5001, 0, false},
		{head + big + second + `]`, 0, 0, true},
		{head + big + second + `]}`, 0, 0, true},
		{head + big + second + `]}]`, 0, 0, true},
		{head + big + second + `]},{"name":"t"}]}`, 0, 0, true},
		{head + big + `["a"`, 0, 0, true},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := collect(t, Options{Raw: true, Stdin: strings.NewReader(c.content)}, "-")
			if (out.err != nil) != c.bad || !c.bad && (len(out.rows) != c.rows || len(out.rejects) != c.rejects) {
				t.Errorf("%s: %d rows, rejects %v, %v", shorten(c.content), len(out.rows), out.codes(), out.err)
				return
			}
			if partial := strings.Contains(c.content, "PartialError"); partial != (out.warnings[schema.PartialResult] == 1) {
				t.Errorf("%s: warnings %v", shorten(c.content), out.warnings)
			}
			if !c.bad {
				if err := checkPlaces([]byte(c.content), out); err != nil {
					t.Errorf("%s: %v", shorten(c.content), err)
				}
				if c.rows > 0 && (out.rows[0]["error_code"] != "50126" && c.rows > 1 || out.rows[c.rows-1]["id"] != "2" || c.rows > 1 && out.rows[0]["raw_record"] != first) {
					t.Errorf("%s: %s", shorten(c.content), out.rows[0])
				}
			}
		})
	}
}

// Files that were put together: the same header again is passed over, another
// one ends the input; nothing of a header becomes a sign-in.
func TestTablesPutTogether(t *testing.T) {
	t.Parallel()
	const head, row = "TenantId,SourceSystem,TimeGenerated [UTC],Id,ResultType,UserPrincipalName\n", "w,Azure AD,2026-01-02T03:05:00Z,1,0,u\n"
	for content, rows := range map[string]int{
		head + row + head + row: 2, head + row + "\xef\xbb\xbf" + head + row: 2,
		head + row + "TenantId,SourceSystem,Id,TimeGenerated [UTC],ResultType,UserPrincipalName\n" + row: -1,
		head + row + "TimeGenerated [UTC],TenantId,SourceSystem,Id\n":                                    -1,
	} {
		t.Run(caseName(content), func(t *testing.T) {
			out := readText(t, content)
			if rows < 0 && (out.err == nil || !strings.Contains(out.err.Error(), "another table")) || rows > 0 && (len(out.rows) != rows || out.warnings[schema.JoinedFiles] != 1) {
				t.Errorf("%q: %d rows, %v, %v", content, len(out.rows), out.warnings, out.err)
			}
		})
	}
}

// Without Category and Type, columns that one of the user tables has alone
// tell which it is.
func TestTableColumnsTellTheCategory(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{"FlaggedForReview": schema.InteractiveUser, "ProcessingTimeInMs": schema.NonInteractiveUser, "IsInteractive": "", "SignInIdentifier,SignInEventTypes": ""} {
		t.Run(caseName(title), func(t *testing.T) {
			ins, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader("TimeGenerated [UTC],ResultType,UserPrincipalName," + title + "\n")})
			if err != nil || ins.List[0].Source.CategoryFromColumns != want {
				t.Errorf("%s: %v, want %s", title, err, want)
			}
		})
	}
}

// What a cell says in one and another says member by member comes out the same
// in every row, also where cells repeat those before.
func TestTableCellsThatRepeat(t *testing.T) {
	t.Parallel()
	row := `2026-01-02T03:04:05Z,0,u,a,Edge,"{""browser"":""Chrome"",""operatingSystem"":""Windows""}"` + "\n"
	for _, header := range []string{
		"TimeGenerated,ResultType,UserPrincipalName,AppDisplayName,DeviceDetail.browser,DeviceDetail\n",
		"CreatedDateTime,Status.ErrorCode,UserPrincipalName,AppDisplayName,DeviceDetail.Browser,DeviceDetail\n",
	} {
		t.Run(caseName(header), func(t *testing.T) {
			out := readText(t, header+row+row+row)
			if len(out.rows) != 3 || out.rows[0]["device_browser"] != "Edge" || out.rows[0]["device_operating_system"] != "Windows" {
				t.Fatalf("%v, %v", out.rows, out.err)
			}
			for _, r := range out.rows[1:] {
				if d := r.columns().differs(out.rows[0].columns()); d != "" {
					t.Errorf("a later row:%s", d)
				}
			}
		})
	}
}

// A row with the category and the operation of sign-ins, but without a time, is one of
// Log Analytics and not an envelope of diagnostic settings.
func TestTableRowsWithoutTimeAreNoEnvelopes(t *testing.T) {
	t.Parallel()
	const row = `{"OperationName":"Sign-in activity","Category":"NonInteractiveUserSignInLogs","ResultType":"50126","UserPrincipalName":"ada@contoso.example","IPAddress":"192.0.2.7","LocationDetails.city":"Oslo"}`
	for _, content := range []string{row, "[" + row + "]", strings.ReplaceAll(strings.ReplaceAll(row, "UserP", "userP"), "IPA", "ipA")} {
		out := readText(t, content)
		if out.err != nil || len(out.rows) != 1 || out.dialects[0] != "log-analytics-json" {
			t.Fatalf("%s: %v, %v, %v", content, out.dialects, out.rejects, out.err)
		}
		for column, want := range map[string]string{"error_code": "50126", "user_principal_name": "ada@contoso.example", "ip_address": "192.0.2.7", "location_city": "Oslo", "source_category": "NonInteractiveUserSignInLogs"} {
			if got := out.rows[0][column]; got != want {
				t.Errorf("%s: %s %q, want %q", content, column, got, want)
			}
		}
	}
}
