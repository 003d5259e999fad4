package reader

import (
	"fmt"
	"strings"
	"testing"

	"signins/schema"
)

// flatPlaces are records of every dialect with a member, or a column, in place of §.
var flatPlaces = map[string]string{
	"graph":      `[{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","clientAppUsed":"ab",§}]`,
	"diagnostic": `[{"category":"SignInLogs","properties":{"createdDateTime":"2026-01-02T03:04:05Z","id":"1",§}}]`,
	"powershell": `[{"CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1","AppDisplayName":"a","UserPrincipalName":"u",§}]`,
	"table":      `[{"TimeGenerated":"2026-01-02T03:04:05Z","CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1","UserPrincipalName":"u","AppDisplayName":"a","Type":"SigninLogs",§}]`,
	"defender":   `[{"Timestamp":"2026-01-02T03:04:05Z","ErrorCode":"","AccountUpn":"u",§}]`,
}

// flatCSV is flatPlaces for the dialects that are also CSV: titles, and the cells of a
// row.
var flatCSV = map[string][2]string{
	"powershell": {"CreatedDateTime,Id,AppDisplayName,UserPrincipalName", "2026-01-02T03:04:05Z,1,a,u"},
	"table":      {"TimeGenerated,CreatedDateTime,Id,UserPrincipalName,AppDisplayName,Type", "2026-01-02T03:04:05Z,2026-01-02T03:04:05Z,1,u,a,SigninLogs"},
	"defender":   {"Timestamp,ErrorCode,AccountUpn", "2026-01-02T03:04:05Z,,u"},
}

// readFlat reads the record of a dialect with further members or columns, as JSON and,
// where the dialect has it, as CSV.
func readFlat(t *testing.T, dialect string, names, values []string) (rows map[string]row) {
	t.Helper()
	rows = map[string]row{}
	var members []string
	for i, name := range names {
		members = append(members, fmt.Sprintf("%q:%s", name, values[i]))
	}
	contents := map[string]string{"JSON": strings.Replace(flatPlaces[dialect], "§", strings.Join(members, ","), 1)}
	if csv, ok := flatCSV[dialect]; ok {
		var cells []string
		for _, value := range values {
			if text := strings.Trim(value, `"`); text != "null" {
				value = text
			} else {
				value = ""
			}
			cells = append(cells, strings.ReplaceAll(value, `\"`, `"`))
		}
		contents["CSV"] = csv[0] + "," + quoted(names) + csv[1] + "," + quoted(cells)
	}
	for form, content := range contents {
		out := readText(t, content)
		if out.err != nil || len(out.rows) != 1 {
			t.Errorf("%s: %d rows, rejects %v, %v", content, len(out.rows), out.rejects, out.err)
			continue
		}
		rows[form] = out.rows[0]
	}
	return rows
}

// valueOf returns a value that a column of a kind stores, and its text there.
func valueOf(c *schema.Column) (value, want string) {
	switch {
	case c.Kind == schema.Bool:
		return "true", "true"
	case c.Kind == schema.Float64:
		return "5.5", "5.5"
	case c.Kind == schema.Int32 || c.Kind == schema.Int64:
		return "50126", "50126"
	case len(c.Words) > 0:
		return `"` + c.Words[0] + `"`, c.Words[0]
	}
	return `"x"`, "x"
}

// Every name that flattening gives a member of an object is read in every dialect; a
// name that may stand for several columns is not.
func TestFlattenedNames(t *testing.T) {
	t.Parallel()
	exactNames := map[string]*object{
		"graph": graphJSON.fields().root, "diagnostic": diagnosticFields().lookup("properties").inner, "powershell": powershellFields().root, "table": tableFields().root,
	}
	names := 0
	for id := range schema.Columns {
		c := &schema.Columns[id]
		for rank, list := range spellings(c) {
			for _, name := range list {
				flat := flatNames()[string(foldName(nil, []byte(name)))]
				if name == "" || flat.rank < rank || flat.column != schema.ColumnID(id) {
					continue
				}
				names++
				value, want := valueOf(c)
				for _, spelling := range []string{name, strings.ToUpper(name), strings.ReplaceAll(name, ".", "_") + "_s"} {
					for _, dialect := range []string{"graph", "diagnostic", "powershell", "table"} {
						if exactNames[dialect].walk(strings.TrimSuffix(spelling, "_s")) != nil {
							continue
						}
						for form, r := range readFlat(t, dialect, []string{spelling}, []string{value}) {
							if r[c.Name] != want {
								t.Errorf("%s %s, %s: %s %q, want %q; extra %s", dialect, form, spelling, c.Name, r[c.Name], want, r["extra"])
							}
						}
					}
				}
			}
		}
	}
	if names < 150 {
		t.Errorf("%d names", names)
	}
}

// Names that scripts and queries give members, in the dialects that have them.
func TestNamesOfScripts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dialect, name, value, column, want string }{
		{"powershell", "StatusErrorCode", `50126`, "error_code", "50126"},
		{"powershell", "StatusFailureReason", `"why"`, "failure_reason", "why"},
		{"powershell", "DeviceOS", `"Ios"`, "device_operating_system", "Ios"},
		{"powershell", "DeviceBrowser", `"Edge"`, "device_browser", "Edge"},
		{"powershell", "DeviceIsCompliant", `true`, "device_is_compliant", "true"},
		{"powershell", "DeviceCompliant", `"False"`, "device_is_compliant", "false"},
		{"powershell", "City", `"Oslo"`, "location_city", "Oslo"},
		{"powershell", "CountryOrRegion", `"NO"`, "location_country", "NO"},
		{"powershell", "Location", `"NO"`, "location_country", "NO"},
		{"graph", "locationDetails", `{"city":"Oslo","countryOrRegion":"NO"}`, "location_city", "Oslo"},
		{"graph", "location_geoCoordinates_latitude_d", `59.9`, "location_latitude", "59.9"},
		{"graph", "user_principal_name", `"u"`, "user_principal_name", "u"},
		{"graph", "resultType", `"50126"`, "error_code", "50126"},
		{"graph", "STATUS", `{"ERRORCODE":50126}`, "error_code", "50126"},
		{"graph", "status", `"{\"errorCode\":50126}"`, "error_code", "50126"},
		{"diagnostic", "managedIdentityType", `"userAssigned"`, "managed_identity_type", "userAssigned"},
		{"diagnostic", "Status", `"{\"errorCode\":50126}"`, "error_code", "50126"},
		{"diagnostic", "USERPRINCIPALNAME", `"u"`, "user_principal_name", "u"},
		{"table", "UserId_g", `"user"`, "user_id", "user"},
		{"table", "ResultType_s", `"50126"`, "error_code", "50126"},
		{"table", "IsInteractive_b", `true`, "is_interactive", "true"},
		{"table", "Status_s", `"{\"errorCode\":50126}"`, "error_code", "50126"},
		{"table", "status_errorCode_d", `50126`, "error_code", "50126"},
		{"table", "properties_status_errorCode_d", `50126`, "error_code", "50126"},
		{"table", "properties_location_city_s", `"Oslo"`, "location_city", "Oslo"},
		{"powershell", "properties.location.city", `"Oslo"`, "location_city", "Oslo"},
		{"graph", "properties.deviceDetail.browser", `"Edge"`, "device_browser", "Edge"},
		{"defender", "StatusErrorCode", `50126`, "error_code", "50126"},
		// Not all names that look like it.
		{"diagnostic", "displayName", `"x"`, "device_display_name", ""},
		{"graph", "authenticationAppDeviceDetailsDeviceId", `"x"`, "auth_app_device_device_id", "x"},
		{"graph", "deviceId", `"x"`, "device_id", "x"},
		{"graph", "_resourceId", `"x"`, "resource_id", ""},
		{"graph", "ConditionalAccessPolicies", `"Require MFA, Block legacy"`, "conditional_access_policies", ""},
	} {
		t.Run(caseName(c.dialect+c.name), func(t *testing.T) {
			for form, r := range readFlat(t, c.dialect, []string{c.name}, []string{c.value}) {
				if got, kept := r[c.column], strings.Contains(r["extra"], c.name); got != c.want || kept != (c.want == "") {
					t.Errorf("%s: %q, extra %s; want %q", form, got, r["extra"], c.want)
				}
			}
		})
	}
}

// The value of a flattened name fills an empty column; one that differs from the value
// of an exact name goes to extra, whichever comes first.
func TestExactNamesComeFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ exact, flat, want, issues, extra string }{
		{`{"errorCode":0}`, `50126`, "0", "conflicting_value", `{"StatusErrorCode":50126}`},
		{`{"errorCode":50126}`, `"50126"`, "50126", "", ""},
		{`{"errorCode":50126}`, `""`, "50126", "", ""},
		{`{"errorCode":null}`, `50126`, "50126", "", ""},
		{`null`, `50126`, "50126", "", ""},
		{`{"errorCode":0}`, `"AADSTS50126"`, "0", "conflicting_value", `{"StatusErrorCode":"AADSTS50126"}`},
		{`{"errorCode":0}`, `"abc"`, "0", "bad_number", `{"StatusErrorCode":"abc"}`},
		{`{"errorCode":"abc"}`, `50126`, "", "bad_number|conflicting_value", `{"StatusErrorCode":50126}`},
	} {
		t.Run(caseName(c.exact+c.flat), func(t *testing.T) {
			for _, names := range [][]string{{"Status", "StatusErrorCode"}, {"StatusErrorCode", "Status"}} {
				values := []string{c.exact, c.flat}
				if names[0] != "Status" {
					values = []string{c.flat, c.exact}
				}
				r := readText(t, strings.Replace(flatPlaces["powershell"], "§", fmt.Sprintf("%q:%s,%q:%s", names[0], values[0], names[1], values[1]), 1)).rows[0]
				if r["error_code"] != c.want || r["issues"] != c.issues || r["extra"] != c.extra {
					t.Errorf("%v: %q, issues %s, extra %s; want %+v", names, r["error_code"], r["issues"], r["extra"], c)
				}
			}
		})
	}
}

// What looks like the error code and was not read is an issue; other unknown fields,
// and those beside a code that was read, are not.
func TestUnreadErrorCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		member string
		want   bool
	}{
		{`"signInErrorCodeText":"50126"`, true}, {`"outcome":{"errorCode":50126}`, true}, {`"outcome":"AADSTS50126: Invalid username or password."`, true},
		{`"status":"@{errorCode=50126; failureReason=x}"`, true}, {`"status":{"errorCode":[0]}`, true}, {`"my_result_code":7`, true},
		{`"status":"50126"`, true}, {`"Status":50126`, true}, {`"SignInStatus":"50126"`, true}, {`"Result":50126`, true}, {`"Result":7`, false}, {`"status":"failure"`, false},
		{`"status":{"errorCode":0},"signInErrorCodeText":"50126"`, false}, {`"signInErrorCodeText":null`, false}, {`"new":50126`, false}, {`"status":"Error 50126"`, true}, {`"Result":"50126 - Invalid password"`, true}, {`"Outcome":"Failed (50126)"`, true}, {`"Login":"Error 50126: bad password"`, true},
		{`"outcomes":{"Outcome":"error","n":50126}`, true}, {`"resultDescription":"AADSTS50126: Error validating credentials."`, true}, {`"failureReason":"50126 - Invalid password"`, true},
		{`"note":"Ticket 50126 was opened"`, false}, {`"postalCode":"50126"`, false}, {`"Status":"Success"`, false}, {`"Result":"2026-01-02T03:04:05Z"`, false}, {`"Result":"Failed 50126 50055"`, false}, {`"autonomousNumber":64496`, false},
		{`"status":{"errorCode":"50126 - Invalid password"}`, true}, {`"status":{"errorCode":0},"Result":"50126 - Invalid password"`, false}, {`"status":{"errorCode":"x"}`, false},
	} {
		t.Run(caseName(c.member), func(t *testing.T) {
			out := readText(t, strings.Replace(flatPlaces["graph"], "§", c.member, 1))
			if got := strings.Contains(out.rows[0]["issues"], schema.UnreadErrorCode); got != c.want || (out.warnings[schema.UnreadErrorCode] == 1) != c.want {
				t.Errorf("issues %s, warnings %v", out.rows[0]["issues"], out.warnings)
			}
		})
	}
}

// Texts that PowerShell and Python write for objects and lists are null and named.
func TestTextsInPlaceOfObjects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, column, issues string }{
		{"appliedConditionalAccessPolicies", `"System.Object[]"`, "conditional_access_policies", "type_name"},
		{"authenticationDetails", `"@{authenticationMethod=Password; succeeded=True}"`, "authentication_details", "type_name"},
		{"authenticationDetails", `["Microsoft.Graph.PowerShell.Models.MicrosoftGraphAuthenticationDetail","Microsoft.Graph.PowerShell.Models.MicrosoftGraphAuthenticationDetail"]`, "authentication_details", "type_name"},
		{"authenticationDetails", `"[\"System.Collections.Hashtable\"]"`, "authentication_details", "type_name"},
		{"signInEventTypes", `"System.String[]"`, "sign_in_event_types", "type_name"},
		{"location", `"@{city=Oslo; state=Oslo}"`, "location_city", "type_name"},
		{"deviceDetail", `"Microsoft.Graph.PowerShell.Models.MicrosoftGraphDeviceDetail"`, "device_id", "type_name"},
		{"authenticationDetails", `"[{'authenticationMethod': 'Password', 'succeeded': True}]"`, "authentication_details", "python_repr"},
		{"authenticationDetails", `"[{\"a\": 1, 'b': None}]"`, "authentication_details", "python_repr"},
		{"deviceDetail", `"{'deviceId': '', 'displayName': None}"`, "device_id", "python_repr"},
		{"signInEventTypes", `"['interactiveUser']"`, "sign_in_event_types", "python_repr"},
		{"authenticationDetails", `"[{"`, "authentication_details", "bad_type"},
	} {
		for _, dialect := range []string{"graph", "diagnostic", "powershell"} {
			t.Run(caseName(dialect+c.name+c.value), func(t *testing.T) {
				r := readFlat(t, dialect, []string{c.name}, []string{c.value})["JSON"]
				if r[c.column] != "" || r["issues"] != c.issues || !strings.Contains(r["extra"], c.name) {
					t.Errorf("%q, issues %q, extra %s; want %s", r[c.column], r["issues"], r["extra"], c.issues)
				}
			})
		}
	}
}

// The words that a recognised producer writes for null are null without a finding; of
// any other producer they are not.
func TestNullWords(t *testing.T) {
	t.Parallel()
	const az = `[{"TableName":"PrimaryResult","TimeGenerated":"2026-01-02T03:04:05Z","ResultType":"0","ResultSignature":"None","UserPrincipalName":"u","UserAgent":"None","IsRisky":"None","IsInteractive":"True","AutonomousSystemNumber":"None","Status":"None","Type":"SigninLogs"%s}]`
	const wazuh = `{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab","userAgent":"null","autonomousSystemNumber":"null","flaggedForReview":"null","riskDetail":"null","deviceDetail":"null","%s":"azure-ad-graph"}`
	for _, c := range []struct {
		name, content string
		isNull        bool
	}{
		{"az", fmt.Sprintf(az, ""), true}, {"a number among the values", fmt.Sprintf(az, `,"DurationMs":0`), false},
		{"azure_tag", fmt.Sprintf(wazuh, "azure_tag"), true}, {"azure_aad_tag", fmt.Sprintf(wazuh, "azure_aad_tag"), true}, {"no tag", fmt.Sprintf(wazuh, "tag"), false},
	} {
		t.Run(caseName(c.name), func(t *testing.T) {
			out := readText(t, c.content)
			if len(out.rows) != 1 {
				t.Fatalf("%v, %v", out.rejects, out.err)
			}
			r := out.rows[0]
			if isNull := r["user_agent"] == "" && r["autonomous_system_number"] == "" && r["issues"] == ""; isNull != c.isNull {
				t.Errorf("%s", r)
			}
			if c.name == "az" && (r["result_signature"] != "None" || r["is_interactive"] != "true" || r["is_risky"] != "" || r["extra"] != `{"TableName":"PrimaryResult","Type":"SigninLogs"}`) {
				t.Errorf("%s", r)
			}
		})
	}
}

// Words of other languages are read in columns of yes and no.
func TestLocalisedBooleans(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"WAHR": "true", "FALSCH": "false", "VRAI": "true", "FAUX": "false", "Verdadero": "true", "Falso": "false", "Sí": "true", "No": "false", "Oui": "true", "Non": "false",
		"Ja": "true", "Nein": "false", "PRAWDA": "true", "FAŁSZ": "false", "ИСТИНА": "true", "EPÄTOSI": "false", "はい": "true", "maybe": "",
	} {
		for form, r := range readFlat(t, "powershell", []string{"IsInteractive"}, []string{`"` + text + `"`}) {
			if r["is_interactive"] != want || (r["issues"] == "") != (want != "") {
				t.Errorf("%s %s: %q, %s", form, text, r["is_interactive"], r["issues"])
			}
		}
	}
}

// What a name means does not depend on names that the parser has read before.
func TestAliasOfAnAliasHasItsRank(t *testing.T) {
	t.Parallel()
	fields := graphJSON.fields()
	alone := fields.root.alias([]byte("trust_type"))
	fields = graphJSON.fields()
	fields.root.alias([]byte("trusttype"))
	after := fields.root.alias([]byte("trust_type"))
	if alone.column != schema.DeviceTrustType || after.column != alone.column || after.rank != alone.rank {
		t.Errorf("alone: column %d, rank %d; after trusttype: column %d, rank %d", alone.column, alone.rank, after.column, after.rank)
	}
}
