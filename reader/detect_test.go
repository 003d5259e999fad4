package reader

import (
	"slices"
	"strings"
	"testing"

	"signins/testdata/fixture"
)

// What is no export of sign-ins is refused by its name.
func TestForeignFilesAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ content, message string }{
		{"", "empty"}, {" \r\n\t\n", "empty"}, {"\xef\xbb\xbf", "empty"}, {"\xef\xbb\xbf \n", "empty"},
		{strings.Repeat(" ", headSize+10), "empty"},
		{"<!DOCTYPE html><html><body>Sign in", "HTML"}, {"\n  <html>", "HTML"}, {"\xef\xbb\xbf<?xml version=\"1.0\"?>", "HTML or XML"},
		{"\x1f\x8b\x08\x00\x00", "gzip"}, {"(\xb5/\xfd\x04", "zstd"}, {"PK\x03\x04\x14\x00", "ZIP"}, {"PAR1\x15\x04", "Parquet"}, {"%PDF-1.7\n", "PDF"},
		{"ElfFile\x00\x00", "Windows event log"}, {"\x89PNG\r\n\x1a\n", "picture"}, {"\xff\xd8\xff\xe0", "picture"}, {"SQLite format 3\x00", "SQLite"},
		{"[\x00{\x00\"\x00", "UTF-16"}, {"\x00[\x00{\x00\"", "UTF-16"}, {"\xff\xfe\x00\x00[\x00\x00\x00", "UTF-32"},
		{"[{\"a\":\"\x00\"}]", "is zero"}, {"\x00\x00\x00\x00", "is zero"},
		{"\"Date (UTC)\",\"Request ID\",\"Username\",\"\xdcber\"\n", "not UTF-8"},
		{"hello\n", "neither JSON nor CSV"}, {"{\"a\" 1}\n", "byte 5"},
		{`[{"activityDateTime":"2026-01-01T00:00:00Z","activityDisplayName":"Add user","initiatedBy":{},"targetResources":[]}]`, "directory audit log"},
		{`{"category":"AuditLogs","operationName":"Add user","properties":{}}`, "directory audit log"},
		{"Date (UTC),CorrelationId,Service,Category,Activity,Result\n", "directory audit log"},
		{`[{"id":"1","activityDateTime":"x","provisioningAction":"create","provisioningSteps":[]}]`, "provisioning log"},
		{`{"category":"ProvisioningLogs","properties":{}}`, "provisioning log"},
		{`[{"riskEventType":"x","detectedDateTime":"x"}]`, "risk detection"},
		{`{"CATEGORY":"UserRiskEvents","Properties":{}}`, "risk detection"},
		{"User ID,Risk event type,Date\n", "risk detection"},
		{"TimeGenerated [UTC],Type,UserPrincipalName,UserId,Location,CorrelationId,RiskEventType,DetectedDateTime [UTC],RiskState\n", "risk detection"},
		{`[{"TimeGenerated":"x","Type":"AADRiskyUsers","UserPrincipalName":"u","Id":"1","RiskLastUpdatedDateTime":"x"}]`, "risky users"},
		{`{"tables":[{"columns":[{"name":"TimeGenerated"},{"name":"AppId"},{"name":"UserId"},{"name":"RequestUri"},{"name":"ResponseStatusCode"}],"rows":[]}]}`, "Graph activity"},
		{"TimeGenerated [UTC],UserId,Location,OfficeWorkload,Type\n", "unified audit log"},
		{`[{"riskLastUpdatedDateTime":"x","riskLevel":"low"}]`, "risky users"},
		{`{"properties":{},"category":"RiskyUsers"}`, "risky users"},
		{"CreationDate,UserIds,Operations,AuditData\n", "unified audit log"}, {`{"RecordType":15,"Workload":"AzureActiveDirectory"}`, "unified audit log"},
		{`{"category":"MicrosoftGraphActivityLogs","properties":{}}`, "Graph activity"},
		{"Request ID,Date,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement\n", "AuthDetails"},
		{"\xef\xbb\xbf\"Request ID\",\"Date\",\"Authentication method\",\"Authentication method detail\",\"Succeeded\",\"Result detail\",\"Requirement\"\r\n", "AuthDetails"},
		{`{"tables":[{"name":"PrimaryResult","columns":[],"rows":[]}]}`, noProof},
		{`{"time":"x","category":"AdvancedHunting-AADSignInEventsBeta","properties":{"Timestamp":"x","ErrorCode":0}}`, "Defender XDR event stream"},
		{`[{"CreatedDateTime":"x","AppId":"1"}]`, noProof}, {"Id,Status.ErrorCode,Location.City\n", "no column CreatedDateTime"},
		{`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/directoryAudits","value":[]}`, "Graph page of something else"},
		{`{"error":{"code":"Forbidden","message":"no"}}`, "error that Microsoft Graph answered"},
		{`[{"id":"1","displayName":"an app","appId":"2","createdDateTime":"x","signInAudience":"x"}]`, "list of applications"},
		{`{"manifest_version":1}`, "manifest"}, {`{"file":"a","offset":1,"raw_sha256":"x"}`, "rejects"},
		{`{"path":"a","size":1,"sha256":"x","dialect":"graph-json","records":{"seen":1,"written":1}}`, "list of inputs of this program"},
		{`{"rule":"password_spray","kind":"finding","severity":"high","subject":"a","sentence":"b","who_count":1}`, "list of findings of this program"},
		{`{"id":"1"}`, "createdDateTime"}, {"a,b\n1,2\n", "Date (UTC)"}, {`{"category":"Administrative","properties":{}}`, "Administrative"}, {`[1,2]`, "record"}, {`["a"]`, "record"},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := collect(t, Options{Stdin: strings.NewReader(c.content)}, "-")
			if out.err == nil || !strings.Contains(out.err.Error(), c.message) || len(out.rows) > 0 {
				t.Errorf("%s: %d rows, %v; want %s", shorten(c.content), len(out.rows), out.err, c.message)
			}
			file := collect(t, Options{}, fixture.Temp(t, "x", c.content))
			if file.err == nil || !strings.Contains(file.err.Error(), c.message) {
				t.Errorf("%s: from a file: %v", shorten(c.content), file.err)
			}
		})
	}
}

// Every dialect is detected from the content, whatever the name.
func TestDialectsAreDetected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ content, want string }{
		{signIn("1"), "graph-json"}, {"[" + signIn("1") + "]", "graph-json"}, {`{"value":[` + signIn("1") + "]}", "graph-json"}, {"[]", "graph-json"}, {`{"value":[]}`, "graph-json"},
		{"[" + `{"value":[` + signIn("1") + "]}]", "graph-json"}, {`{"createdDateTime":"x","status":{"errorCode":0}}`, "graph-json"},
		{kinds["records"]("1"), "diagnostic-json"}, {`{"records":[` + kinds["records"]("1") + "]}", "diagnostic-json"}, {`{"records":[]}`, "diagnostic-json"},
		{`{"CATEGORY":"signinlogs","PROPERTIES":{}}`, "diagnostic-json"}, {`{"category":"SignIn","resourceId":null,"properties":{}}`, "diagnostic-json"},
		{`{"operationName":"Sign-in activity","properties":{"createdDateTime":"x"}}`, "diagnostic-json"}, {`{"category":"ADFSSignInLogs","properties":{}}`, "diagnostic-json"},
		{"TimeGenerated [UTC],ResultType,UserPrincipalName\n", "log-analytics-csv"}, {`[{"TimeGenerated":"x","ResultType":"0","AppId":"a"}]`, "log-analytics-json"},
		{`{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"ResultType"},{"name":"AppId"}],"rows":[]}]}`, "log-analytics-json"},
		{"Timestamp,LogonType,ErrorCode\n", "defender-csv"}, {"Timestamp,ApplicationId,IsManagedIdentity,ErrorCode\n", "defender-csv"},
		{`[{"Timestamp":"x","LogonType":"[]","ErrorCode":0}]`, "defender-json"}, {`{"schema":[],"results":[{"Timestamp":"x","AccountUpn":"u","ErrorCode":0}]}`, "defender-json"},
		{`[{"CreatedDateTime":"x","ClientAppUsed":"a","Status":{}}]`, "powershell-json"}, {"CreatedDateTime,UserPrincipalName,AppDisplayName,City\n", "powershell-csv"}, {"createdDateTime,appId,status.errorCode\n", "powershell-csv"},
		{"[]\n[ ]\n" + `[{"CreatedDateTime":"x","ClientAppUsed":"a","Status":{}}]`, "powershell-json"}, {"[]\n" + byteOrderMark + `[{"TimeGenerated":"x","ResultType":"0","AppId":"a"}]`, "log-analytics-json"},
		{`{"value":[]}` + "\n" + `{"records":[` + kinds["records"]("1") + "]}", "diagnostic-json"}, {"[][]", "graph-json"}, {`{"records":[]}` + "\n" + `{"records":[]}`, "diagnostic-json"},
		{portalHead, "portal-csv"}, {"Date,Request ID,Username\n", "portal-csv"}, {"Service principal ID,Date (UTC)\n", "portal-csv"}, {`"date (utc)","REQUEST ID"," Username "` + "\r\n", "portal-csv"},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := readText(t, c.content)
			if out.err != nil || len(out.dialects) != 1 || out.dialects[0] != c.want {
				t.Errorf("%s: %v, %v", c.content, out.dialects, out.err)
			}
		})
	}
}

// Values before the first sign-in do not hinder detection; they become rejects
// with a reason.
func TestFirstSignInShowsTheDialect(t *testing.T) {
	t.Parallel()
	const (
		audit = `{"time":"2026-01-02T03:05:00Z","category":"AuditLogs","operationName":"Add user","properties":{"id":"x","createdDateTime":"2026-01-02T03:05:00Z"}}`
		other = "not_a_sign_in: category AuditLogs is not one of sign-ins"
		empty = "not_a_sign_in: the record has neither createdDateTime nor status"
	)
	graph, diagnostic := signIn("1"), kinds["records"]("1")
	for _, c := range []struct {
		content string
		rejects []string
	}{
		{"[null," + graph + "]", []string{"not_an_object: a record must be an object, found 'n'"}},
		{"[\n[5],\n{},\n" + graph + "]", []string{"not_an_object: a record must be an object, found '5'", empty}},
		{"{}\n" + graph + "\n", []string{empty}},
		{`{"value":[{}],"x":{"y":1}}{"value":[` + graph + "]}", []string{empty}},
		{`{"records":[` + audit + "," + diagnostic + "]}", []string{other}}, {`{"records":[` + diagnostic + "," + audit + "]}", []string{other}},
		{audit + "\n" + diagnostic + "\n" + audit, []string{other, other}}, {audit + "\n\ufeff" + diagnostic, []string{other}},
		{`{"records":[` + audit + `],"x":[]}` + "\n" + `{"records":[]}` + "\n" + `{"records":[` + diagnostic + "]}", []string{other}},
		{"[" + strings.Repeat(audit+",\n", 50) + diagnostic + "]", slices.Repeat([]string{other}, 50)},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := readText(t, c.content)
			var rejects []string
			for _, r := range out.rejects {
				rejects = append(rejects, r.Code+": "+r.Message)
			}
			if got := out.values("id"); !slices.Equal(got, []string{"1"}) || !slices.Equal(rejects, c.rejects) || out.err != nil {
				t.Errorf("%s: rows %v, rejects %q, %v", shorten(c.content), got, rejects, out.err)
			}
			if err := checkPlaces([]byte(c.content), out); err != nil {
				t.Errorf("%s: %v", shorten(c.content), err)
			}
		})
	}
	for content, message := range map[string]string{
		"[null,{}]": "not an export", "[null,{\"a\" 1}]": "byte 11: ", "[" + audit + ",{\"a\" 1}]": "directory audit log", "[" + audit + ",null," + audit: "directory audit log",
		"[null": "found 'n', expected a record", "[]\n[{\"createdDateTime\" 1}]": "byte 23: ", strings.Repeat("[", 2000): "nest deeper", `{"records":[]}{"records":[` + audit + "]}": "directory audit log",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			if out := readText(t, content); out.err == nil || !strings.Contains(out.err.Error(), message) {
				t.Errorf("%s: %d rows, %v, want %s", shorten(content), len(out.rows), out.err, message)
			}
		})
	}
}

// The look at a file that is cut inside a name or an escape ends with an error.
func TestDetectionOfTruncatedText(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		`{"properties":{},"category":"a\"`, `{"properties":{},"category":"a\u00`, `{"properties":{},"category":"a\u`, `{"properties":{},"category":"a\`, `{"properties":{},"category":"`,
		`{"properties":{},"Category":"\ud83d\u1`, `{"properties":{},"category":"SignInLogs","\u00`,
	} {
		t.Run(caseName(content), func(t *testing.T) {
			func() {
				defer func() {
					if fault := recover(); fault != nil {
						t.Errorf("%s: panic: %v", content, fault)
					}
				}()
				if out := readText(t, content); out.err == nil {
					t.Errorf("%s: no error", content)
				}
			}()
		})
	}
}

// A refusal names the byte where text goes wrong, from the beginning of the file.
func TestRefusalNamesTheByte(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"{\"a\" 1}":                           "-:1: byte 5: ",
		"\xef\xbb\xbf\n\n [{\"a\":01}]":       "-:3: byte 13: ",
		"  {\n\"a\":1,\n\"b\":tru }":          "-:3: byte 18: ",
		"\xef\xbb\xbf{\"createdDateTime\":\"": "-:1: byte 23: ",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
			if out.err == nil || !strings.HasPrefix(out.err.Error(), want) {
				t.Errorf("%q: %v, want %s", content, out.err, want)
			}
		})
	}
}

func TestByteOrderMarkIsNoted(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]bool{"\xef\xbb\xbf" + signIn("1"): true, signIn("1"): false, "\xef\xbb\xbf" + portalHead: true} {
		t.Run(caseName(content), func(t *testing.T) {
			ins, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(content)})
			if err != nil || ins.List[0].BOM != want {
				t.Errorf("%q: %v", content, err)
			}
		})
	}
}

// A byte order mark in the middle separates files that were put together: the
// text behind it is read as well.
func TestByteOrderMarkInTheMiddle(t *testing.T) {
	t.Parallel()
	const bom = "\xef\xbb\xbf"
	for _, content := range []string{
		signIn("1") + "\n" + bom + signIn("2") + "\n",
		"[" + signIn("1") + "]\n" + bom + "[" + signIn("2") + "]",
		bom + "{\"value\":[" + signIn("1") + "]\n}" + bom + "{\"value\":[" + signIn("2") + "]}",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
			if got := strings.Join(out.values("id"), " "); got != "1 2" || out.err != nil {
				t.Errorf("%q: rows %s, rejects %v, %v", content, got, out.codes(), out.err)
			}
		})
	}
}

// A local time is one whatever the case of its name, and where brackets end it.
func TestLocalTimeByName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Date [Local Time]": "3/4/2026 5:06:07", "createdDATETIME": "3/4/2026 5:06:07", "city": ""} {
		if got := localTime(name, []byte(`"3/4/2026 5:06:07"`)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
