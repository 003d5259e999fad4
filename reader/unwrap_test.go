package reader

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// Records of three dialects, with an id and an error code.
func graphRecord(id string, code int) string {
	return fmt.Sprintf(`{"id":%q,"createdDateTime":"2026-03-04T05:06:07Z","userPrincipalName":"ada@contoso.example","clientAppUsed":"ab","ipAddress":"192.0.2.7","status":{"errorCode":%d}}`, id, code)
}

func diagnosticRecord(id string, code int) string {
	return fmt.Sprintf(`{"time":"2026-03-04T05:09:00Z","category":"SignInLogs","operationName":"Sign-in activity","resultType":"%d","properties":%s}`, code, graphRecord(id, code))
}

func tableRecord(id string, code int) string {
	return fmt.Sprintf(`{"TimeGenerated":"2026-03-04T05:09:00Z","CreatedDateTime":"2026-03-04T05:06:07Z","Id":%q,"ResultType":"%d","UserPrincipalName":"ada@contoso.example","IPAddress":"192.0.2.7","AppId":"a","Type":"SigninLogs"}`, id, code)
}

// jsonString writes text as a JSON string, and cellOf as a CSV cell.
func jsonString(text string) string { return strconv.Quote(text) }
func cellOf(text string) string     { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// kustoTable is the columns and rows of two sign-ins.
func kustoTable(rows string) string {
	return `"Columns":[{"ColumnName":"TimeGenerated","DataType":"DateTime"},{"ColumnName":"Id"},{"ColumnName":"ResultType"},{"ColumnName":"UserPrincipalName"},{"ColumnName":"IPAddress"},{"ColumnName":"CreatedDateTime"},{"ColumnName":"Type"}],"Rows":[` + rows + `]`
}

func kustoRow(id string, code int) string {
	return fmt.Sprintf(`["2026-03-04T05:09:00Z",%q,"%d","ada@contoso.example","192.0.2.7","2026-03-04T05:06:07Z","SigninLogs"]`, id, code)
}

// A wrapped input holds two sign-ins, 1 that failed and 2 that was granted.
type wrapped struct {
	name, dialect, content string
	at                     []string // what source_offset and source_length are of, nil for the records themselves
}

func wrappedInputs() []wrapped {
	g1, g2 := graphRecord("1", 50126), graphRecord("2", 0)
	d1, d2 := diagnosticRecord("1", 50126), diagnosticRecord("2", 0)
	t1, t2 := tableRecord("1", 50126), tableRecord("2", 0)
	k1, k2 := kustoRow("1", 50126), kustoRow("2", 0)
	lines := func(format string, a, b string) string { return fmt.Sprintf(format+"\n"+format+"\n", a, b) }
	text := func(a, b string) []string { return []string{jsonString(a), jsonString(b)} }
	return []wrapped{
		{"records is an object", "diagnostic-json", lines(`{"records":%s}`, d1, d2), nil},
		{"pretty", "diagnostic-json", strings.ReplaceAll("{\n \"records\" : "+d1+"\n}\n{\n \"records\" : "+d2+"\n}", "\n", "\r\n"), nil},
		{"each line is a string", "diagnostic-json", lines("%s", jsonString(d1), jsonString(d2)), text(d1, d2)},
		{"an array of strings", "graph-json", "[" + jsonString(g1) + ",\n" + jsonString(g2) + "]", text(g1, g2)},
		{"Elastic _source", "graph-json", lines(`{"_index":"x","_source":%s}`, g1, g2), nil},
		{"Elastic event.original", "diagnostic-json", lines(`{"_id":"x","_source":{"azure":{"signinlogs":{"category":"SignInLogs"}},"event":{"outcome":"failure","original":%s}}}`, jsonString(d1), jsonString(d2)), text(d1, d2)},
		{"Elastic dotted name", "diagnostic-json", lines(`{"fields":{"event.original":[%s],"a.b":[1]}}`, jsonString(d1), jsonString(d2)), text(d1, d2)},
		{"Elastic search", "diagnostic-json", `{"took":1,"hits":{"total":2,"hits":[{"_source":{"message":` + jsonString(d1) + `}},{"_source":{"message":` + jsonString(d2) + `}}]}}`, text(d1, d2)},
		{"Splunk export", "diagnostic-json", lines(`{"preview":false,"result":{"_raw":%s,"host":"h"}}`, jsonString(d1), jsonString(d2)), text(d1, d2)},
		{"Splunk results", "graph-json", `{"results":[{"_raw":` + jsonString(g1) + `},{"_raw":` + jsonString(g2) + `}]}`, text(g1, g2)},
		{"Splunk event collector", "diagnostic-json", lines(`{"time":1,"host":"h","event":%s}`, d1, d2), nil},
		{"Splunk event collector, text", "diagnostic-json", lines(`{"time":1,"host":"h","event":%s}`, jsonString(d1), jsonString(d2)), text(d1, d2)},
		{"LimaCharlie", "diagnostic-json", lines(`{"event":%s,"routing":{"hostname":"h"}}`, d1, d2), nil},
		{"body", "graph-json", "[" + lines(`{"statusCode":200,"body":%s}`, g1, ","+g2)[:0] + `{"statusCode":200,"body":` + g1 + `},{"statusCode":200,"body":` + g2 + `}]`, nil},
		{"body, text", "graph-json", lines(`{"body":%s}`, jsonString(g1), jsonString(g2)), text(g1, g2)},
		{"body with a page", "log-analytics-json", `{"statusCode":200,"headers":{},"body":{"value":[` + t1 + ",\n" + t2 + `]}}`, nil},
		{"body with records", "diagnostic-json", lines(`{"body":{"records":[%s]}}`, d1, d2), nil},
		{"body with one record", "diagnostic-json", lines(`{"body":{"records":%s}}`, d1, d2), nil},
		{"message", "diagnostic-json", lines(`{"@timestamp":"2026","message":%s}`, jsonString(d1), jsonString(d2)), text(d1, d2)},
		{"message with a syslog header", "diagnostic-json", lines(`{"message":%s}`, jsonString("<13>1 2026 h - - - "+d1), jsonString("<13>1 2026 h - - - "+d2)), text("<13>1 2026 h - - - "+d1, "<13>1 2026 h - - - "+d2)},
		{"Wazuh", "graph-json", lines(`{"timestamp":"2026","rule":{"level":3},"data":%s,"location":"Azure"}`, g1, g2), nil},
		{"an answer under a name of its own", "graph-json", `{"tenant_id":"t","response":[` + g1 + "," + g2 + "]}", nil},
		{"Wazuh's module for Graph", "graph-json", lines(`{"integration":"ms-graph","ms-graph":%s}`, g1, g2), nil},
		{"Wazuh's alerts of Graph", "graph-json", lines(`{"rule":{"level":3},"data":{"integration":"ms-graph","ms-graph":%s},"location":"ms-graph"}`, g1, g2), nil},
		{"Datadog, version 1", "diagnostic-json", `{"logs":[{"id":"x","content":{"service":"azure","message":"m","attributes":` + d1 + `}},{"id":"y","content":{"attributes":` + d2 + `}}],"status":"done"}`, nil},
		{"Sumo Logic's search", "diagnostic-json", `{"messages":[{"map":{"_raw":` + jsonString(d1) + `,"_messagetime":"1"}},{"map":{"_raw":` + jsonString(d2) + `}}]}`, text(d1, d2)},
		{"OpenTelemetry", "graph-json", lines(`{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","body":{"stringValue":%s}}]}]}]}`, jsonString(g1), jsonString(g2)), text(g1, g2)},
		{"Event Grid", "diagnostic-json", `[{"id":"x","eventType":"y","data":` + d1 + `},{"id":"x","eventType":"y","data":` + d2 + `}]`, nil},
		{"page of wrapped records", "diagnostic-json", `{"value":[{"data":` + d1 + `},{"data":` + d2 + `}]}`, nil},
		{"Graph batch", "graph-json", `{"responses":[{"id":"1","status":200,"body":{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns","value":[` + g1 + `]}},{"id":"2","status":200,"body":{"value":[` + g2 + `]}}]}`, nil},
		{"OData 2", "graph-json", `{"d":{"results":[` + g1 + "," + g2 + `]}}`, nil},
		{"Kusto, version 1", "log-analytics-json", `{"Tables":[{"TableName":"Table_0",` + kustoTable(k1+",\n"+k2) + `},{"TableName":"Table_1","Columns":[{"ColumnName":"Value"}],"Rows":[["{}"]]}]}`, []string{k1, k2}},
		{"Kusto, version 2", "log-analytics-json", `[{"FrameType":"DataSetHeader","Version":"v2.0"},{"FrameType":"DataTable","TableKind":"QueryProperties","Columns":[{"ColumnName":"Value"}],"Rows":[["x"]]},` +
			`{"FrameType":"DataTable","TableKind":"PrimaryResult",` + kustoTable(k1+","+k2) + `},{"FrameType":"DataSetCompletion","HasErrors":false}]`, []string{k1, k2}},
		{"Kusto, frames", "log-analytics-json", `{"frames":[{"FrameType":"DataTable","TableKind":"PrimaryResult",` + kustoTable(k1+","+k2) + `}]}`, []string{k1, k2}},
		{"syslog of 2001", "diagnostic-json", lines("<13>May  2 08:01:11 host app[1]: %s", d1, d2), nil},
		{"syslog of 2009", "diagnostic-json", lines(`<13>1 2026-03-04T05:06:07Z host app - - [x@1 k="{"] %s`, d1, d2), nil},
		{"host before JSON", "graph-json", lines("May  2 08:01:11 host %s", g1, g2), nil},
		{"priority before JSON", "graph-json", "\xef\xbb\xbf" + lines("<13>%s", g1, g2), nil},
		{"brackets before JSON", "graph-json", lines("[2026-03-04] %s", g1, g2), nil},
		{"Splunk CSV", "diagnostic-json", "\"_raw\",\"_time\",host\n" + lines("%s,1,h", cellOf(d1), cellOf(d2)), []string{cellOf(d1), cellOf(d2)}},
		{"CSV of one column", "diagnostic-json", "_raw\r\n" + strings.ReplaceAll(lines("%s", cellOf(d1), cellOf(d2)), "\n", "\r\n"), []string{cellOf(d1), cellOf(d2)}},
		{"CSV of messages", "graph-json", "time;message\n" + lines("1;%s", cellOf(g1), cellOf(g2)), []string{cellOf(g1), cellOf(g2)}},
		{"CSV of RawEventData", "graph-json", "Timestamp,RawEventData\n" + lines("1,%s", cellOf(g1), cellOf(g2)), []string{cellOf(g1), cellOf(g2)}},
		{"CSV of a dotted name", "diagnostic-json", "@timestamp,event.original\n" + lines("1,%s", cellOf(d1), cellOf(d2)), []string{cellOf(d1), cellOf(d2)}},
		{"CSV of wrapped records", "diagnostic-json", "_time,_raw\n" + lines("1,%s", cellOf(`{"event":`+d1+`}`), cellOf(`{"event":`+d2+`}`)), []string{cellOf(`{"event":` + d1 + `}`), cellOf(`{"event":` + d2 + `}`)}},
	}
}

// checkWrapped checks the sign-ins of a wrapped input and where they are.
func checkWrapped(t *testing.T, w wrapped, out outcome) {
	t.Helper()
	if out.err != nil || len(out.rejects) > 0 || !slices.Equal(out.dialects, []string{w.dialect}) {
		t.Fatalf("%v, rejects %v, %v", out.dialects, out.rejects, out.err)
	}
	for column, want := range map[string][]string{
		"id": {"1", "2"}, "error_code": {"50126", "0"}, "source_record": {"1", "2"},
		"user_principal_name": {"ada@contoso.example", "ada@contoso.example"}, "ip_address": {"192.0.2.7", "192.0.2.7"},
	} {
		if got := out.values(column); !slices.Equal(got, want) {
			t.Errorf("%s %q, want %q", column, got, want)
		}
	}
	for i, r := range out.rows {
		if !strings.HasPrefix(r["created_at"], "2026-03-04") || !strings.Contains(r["created_at"], "05:06:07") || r["issues"] != "" {
			t.Errorf("created at %s, issues %s", r["created_at"], r["issues"])
		}
		offset, length := whole(r["source_offset"]), whole(r["source_length"])
		at := w.content[offset : offset+length]
		if w.at != nil && at != w.at[i] || r["raw_record"] != at {
			t.Errorf("record %d is at %q, raw %q", i+1, at, r["raw_record"])
		}
		if id := jsonString(r["id"]); w.at == nil && (at[0] != '{' || !strings.Contains(at, `"id":`+id) && !strings.Contains(at, `"Id":`+id) || strings.Count(at, "createdDateTime")+strings.Count(at, "CreatedDateTime") != 1) {
			t.Errorf("record %d is at %q", i+1, at)
		}
	}
	inText := w.at != nil && w.at[0][0] == '"'
	if got := out.warnings[schema.RecordsInText]; (got == 2) != inText {
		t.Errorf("%d records in text", got)
	}
}

func TestWrappedRecords(t *testing.T) {
	t.Parallel()
	for _, w := range wrappedInputs() {
		t.Run(w.name, func(t *testing.T) {
			checkWrapped(t, w, readText(t, w.content))
			checkWrapped(t, w, readChunks(t, w.content))
		})
	}
}

// An array of wrapped records of each kind, a value after the other, and text in
// UTF-16 give the same.
func TestWrappedRecordsInAnyContainer(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]string{
		"event": `{"event":%s}`, "records": `{"records":%s}`, "data": `{"id":"x","data":%s}`, "_source": `{"_source":%s}`, "value and body": `{"value":[{"body":%s}]}`,
	} {
		for _, c := range containersOf("value") {
			if strings.HasPrefix(c.name, "arrays, a line each") || strings.HasPrefix(c.name, "objects") || strings.Contains(name, "value") && strings.Contains(c.name, "page") {
				continue
			}
			t.Run(name+"/"+c.name, func(t *testing.T) {
				var records []string
				for i, code := range []int{50126, 0, 50126} {
					records = append(records, fmt.Sprintf(form, graphRecord(strconv.Itoa(i+1), code)))
				}
				content := c.pack(records)
				for _, o := range []Options{{}, {chunkSize: smallChunk}} {
					out := readWith(t, content, o)
					if got := out.values("id"); !slices.Equal(got, []string{"1", "2", "3"}) || out.err != nil || len(out.rejects) > 0 {
						t.Fatalf("%v, rejects %v, %v\n%s", got, out.rejects, out.err, content)
					}
					if got, want := out.values("raw_record"), []string{graphRecord("1", 50126), graphRecord("2", 0), graphRecord("3", 50126)}; !slices.Equal(got, want) {
						t.Errorf("%q, want %q", got, want)
					}
				}
			})
		}
	}
}

// Several records in one text are where that text is.
func TestWrappedRecordsInOneText(t *testing.T) {
	t.Parallel()
	text := jsonString(`{"records":[` + diagnosticRecord("1", 50126) + "," + diagnosticRecord("2", 0) + `]}`)
	content := `{"partition":1,"body":` + text + "}\n"
	out := collect(t, Options{Raw: true, Stdin: strings.NewReader(content)}, "-")
	if got := out.values("id"); !slices.Equal(got, []string{"1", "2"}) || out.err != nil || len(out.rejects) > 0 {
		t.Fatalf("%v, rejects %v, %v", got, out.rejects, out.err)
	}
	at := strconv.Itoa(strings.Index(content, text))
	for column, want := range map[string][]string{"error_code": {"50126", "0"}, "source_record": {"1", "2"}, "source_offset": {at, at}, "raw_record": {text, text}} {
		if got := out.values(column); !slices.Equal(got, want) {
			t.Errorf("%s %q, want %q", column, got, want)
		}
	}
}

// A value without a record is a reject at its place; its neighbours are read.
func TestWrappedRejects(t *testing.T) {
	t.Parallel()
	good := `{"event":` + graphRecord("1", 50126) + "}\n"
	last := `{"event":` + graphRecord("2", 0) + "}\n"
	for line, want := range map[string]string{
		`{"event":{"id":`:                     "bad_json: byte %d: the text ends inside a value",
		`{"event":7}`:                         "no_record: found '7' where a record should be, in event",
		`{"event":"restarted"}`:               "no_record: the text in event is no JSON",
		`{"host":"h"}`:                        "no_record: no field event, which has the record elsewhere in this input",
		`{"event":{"error":{"code":"Busy"}}}`: "no_record: an error was answered in place of records",
		`{"event":{"heartbeat":true}}`:        "not_a_sign_in: the record has neither createdDateTime nor status",
		`nothing of this is JSON`:             "bad_json: byte %d: found 'o', expected null",
		`{"event":"{\"id\":\"3\",\"x\":\"}"}`: "no_record: the text in event is no JSON",
		`{"event":"{\"activity\":\"a\"}"}`:    "not_a_sign_in: the record has neither createdDateTime nor status",
		`{"event":[{"id":"3"},{"createdDateTime":"2026-03-04T05:06:07Z","appId":"a","status":{"errorCode":0}}]}`: "not_a_sign_in: the record has neither createdDateTime nor status",
	} {
		content := good + line + "\n" + last
		out := collect(t, Options{Raw: true, Stdin: strings.NewReader(content)}, "-")
		ids := []string{"1", "2"}
		if strings.Contains(line, "errorCode") {
			ids = []string{"1", "", "2"}
		}
		if got := out.values("id"); !slices.Equal(got, ids) || out.err != nil || len(out.rejects) != 1 {
			t.Errorf("%s: %v, rejects %v, %v", line, got, out.rejects, out.err)
			continue
		}
		r := out.rejects[0]
		if strings.Contains(want, "%d") {
			want = fmt.Sprintf(want, len(good)+strings.IndexAny(line+"\n", "o\n"))
		}
		if got := r.Code + ": " + r.Message; got != want || r.Record != 2 || r.Line != 2 {
			t.Errorf("%s: record %d on line %d, %s, want %s", line, r.Record, r.Line, got, want)
		}
		if got := content[r.Offset : r.Offset+r.Length]; got != string(r.Raw) || !strings.Contains(line, got) {
			t.Errorf("%s: raw %q, at %q", line, r.Raw, got)
		}
	}
}

// Damage ends an input that is no lines; --salvage keeps the records before it.
func TestWrappedDamage(t *testing.T) {
	t.Parallel()
	content := `[{"data":` + graphRecord("1", 50126) + `},{"data":` + graphRecord("2", 0) + `},{"data":{"id"]`
	out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
	var e *Error
	if !errors.As(out.err, &e) || e.Byte != int64(len(content)-1) {
		t.Errorf("%v, want one at byte %d", out.err, len(content)-1)
	}
	out = collect(t, Options{Stdin: strings.NewReader(content), Salvage: true}, "-")
	if got := out.values("id"); !slices.Equal(got, []string{"1", "2"}) || len(out.rejects) != 1 || out.err != nil {
		t.Errorf("salvaged %v, rejects %v, %v", got, out.rejects, out.err)
	}
}

// An input cut at any byte is read up to there, or refused, and never miscounted.
func TestWrappedInputsCutAnywhere(t *testing.T) {
	t.Parallel()
	for _, w := range wrappedInputs() {
		for n := range len(w.content) {
			if testing.Short() && n%23 != 0 {
				continue
			}
			out := collect(t, Options{Raw: true, Stdin: strings.NewReader(w.content[:n])}, "-")
			if got := out.values("id"); len(got) > 2 || len(got) > 0 && got[0] != "1" {
				t.Fatalf("%s cut at %d: %q", w.name, n, got)
			}
		}
	}
}

// The error of an input that is not read names the field that seems to hold the
// records, or the kind of the file.
func TestRefusalsOfWrappedRecords(t *testing.T) {
	t.Parallel()
	g := graphRecord("1", 0)
	for content, want := range map[string]string{
		`{"payload":{"items":[` + g + `]}}`:   "the records seem to be in payload.items",
		`[{"wrapper":` + jsonString(g) + `}]`: "the records seem to be in wrapper",
		"time,json\n1," + cellOf(g) + "\n":    "the records seem to be in json",
		`{"records":[{"recordId":"1","data":"` + base64.StdEncoding.EncodeToString([]byte(g)) + `"}]}`:                                                                                               "the records seem to be in records.data (as Base64)",
		"time,json\n1," + base64.StdEncoding.EncodeToString([]byte(`{"record":`+g+`}`)) + "\n":                                                                                                       "the records seem to be in json (as Base64)",
		"Jan  2 03:04:05 host CEF:0|Microsoft|Entra|1|x|Sign-in|3|suser=u src=192.0.2.1":                                                                                                             "an event format (CEF, LEEF)",
		`{"azure.signinlogs.properties.user_principal_name":"a","azure.signinlogs.properties.app_id":"b","azure.signinlogs.properties.created_at":"c","azure.signinlogs.properties.ip_address":"d"}`: "the records seem to be in azure.signinlogs.properties",
		`{"body":{"activityDateTime":"2026-03-04T05:06:07Z","initiatedBy":{},"id":"1"}}`:                                                                                                             "this is a directory audit log (AuditLogs), in body, not an export of sign-ins",
		"_raw,host\n" + cellOf(`{"CreationTime":"2026","RecordType":15,"Workload":"AzureActiveDirectory"}`) + ",h\n":                                                                                 "this is a unified audit log (OfficeActivity), in _raw, not an export of sign-ins",
		`<13>May  2 08:01:11 host {"category":"AuditLogs","properties":{}}`:                                                                                                                          "this is a directory audit log (AuditLogs), in text, not an export of sign-ins",
		`{"data":{"UserId":"u","AppId":"a","IPAddress":"192.0.2.1"}}`:                                                                                                                                "not an export of sign-ins (",
		"<html>{\"a\":1}\n</html>":                     "HTML or XML",
		"#< CLIXML\n<Objs Version=\"1.1.0.1\"></Objs>": "CLIXML",
		"<Objs Version=\"1.1.0.1\"></Objs>":            "CLIXML",
		"\n\nId              : 1\nCreatedDateTime : 3/4/2026\nStatus          : Microsoft.Graph...\n": "Format-List",
		"HTTP/1.1 200 OK\nContent-Type: application/json\n\n" + g:                                     "an answer of HTTP with its headers",
		"HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n" + g:                                   "an answer of HTTP with its headers",
		"Obj\x01\x04\x14avro.codec\x08null":                                                           "Avro",
	} {
		out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
		if out.err == nil || !strings.Contains(out.err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", content, out.err, want)
		}
	}
}

// --from decides on the dialect of wrapped records, too.
func TestFromOfWrappedRecords(t *testing.T) {
	t.Parallel()
	content := `{"event":` + graphRecord("1", 50126) + "}\n"
	out := collect(t, Options{Stdin: strings.NewReader(content), From: "graph-json"}, "-")
	if got := out.values("error_code"); !slices.Equal(got, []string{"50126"}) || out.err != nil {
		t.Errorf("%v, %v", got, out.err)
	}
}

// The order of day and month is proven by wrapped records as by any.
func TestDatesOfWrappedRecords(t *testing.T) {
	t.Parallel()
	record := func(id, date string) string {
		return fmt.Sprintf(`{"event":{"CreatedDateTime":%q,"Id":%q,"AppId":"a","IPAddress":"192.0.2.7","Status":{"ErrorCode":0}}}`, date, id)
	}
	out := readText(t, record("1", "3/4/2026 5:06:07 AM")+"\n"+record("2", "3/24/2026 5:06:07 AM")+"\n")
	if out.err != nil || out.warnings[schema.MonthFirst] != 1 || len(out.rows) != 2 {
		t.Errorf("%d rows, %v, %v", len(out.rows), out.warnings, out.err)
	}
}

// FuzzWrapped reads any text behind a wrapped record: rows and rejects add up, are in
// the order of the input and where they say.
func FuzzWrapped(f *testing.F) {
	for _, w := range wrappedInputs() {
		f.Add(w.content, w.content[len(w.content)/2:])
	}
	g := graphRecord("1", 0)
	for _, end := range []string{`{"event":[[[1]],{}]}`, `{"event":"\ud83d"}`, `{"event":"[{},\"{}\"]"}`, "{\"event\":{\n", `<1>{} {"event":{}}`, "\xef\xbb\xbf" + `{"event":null}`, `{"event":{},"event":"{}"}`, `{"EVENT":[]}`} {
		f.Add(`{"event":`+g+"}\n", end)
	}
	for _, end := range []string{`[{"FrameType":"TableFragment","Rows":[[]]}]`, `{"Tables":[{"Columns":[{"ColumnName":"Id"}],"Rows":[[1],[1,2],{"Exceptions":[]},[]]}]}`, `{"Tables":[{"Rows":[[1]],"Columns":[]}]}`} {
		f.Add(`{"Tables":[{`+kustoTable(kustoRow("1", 0))+"}]}\n", end)
	}
	f.Add("_raw,x\n"+cellOf(g)+",\n", "_raw,x\n\"{}\",\n\"\n,\"")
	f.Fuzz(func(t *testing.T, begin, end string) {
		content := begin + end
		out := collect(t, Options{Raw: true, Stdin: strings.NewReader(content)}, "-")
		if len(out.dialects) == 0 || strings.HasSuffix(out.dialects[0], "csv") || !strings.Contains(content, "{") {
			return
		}
		offset := int64(0)
		for _, r := range out.rows {
			o := whole(r["source_offset"])
			if o < offset || content[o:o+whole(r["source_length"])] != r["raw_record"] {
				t.Fatalf("a record at %d behind %d, raw %q", o, offset, r["raw_record"])
			}
			offset = o
		}
		for _, r := range out.rejects {
			if r.Code != "damaged" && content[r.Offset:r.Offset+r.Length] != string(r.Raw) {
				t.Fatalf("a reject at %d, raw %q", r.Offset, r.Raw)
			}
		}
	})
}

// Offsets of wrapped records in UTF-16 are those of the bytes in the file.
func TestWrappedRecordsInUTF16(t *testing.T) {
	t.Parallel()
	encode := func(text string) []byte { return utf16Bytes(binary.LittleEndian, text) }
	record := strings.Replace(graphRecord("1", 50126), "ada@", "ådå😀@", 1)
	file := encode("\ufeff" + `{"é":"é","Records":` + record + "}\n" + `{"é":"","Records":` + jsonString(graphRecord("2", 0)) + "}\n")
	out := collect(t, Options{Raw: true, Stdin: bytes.NewReader(file)}, "-")
	if got := out.values("id"); !slices.Equal(got, []string{"1", "2"}) || out.err != nil {
		t.Fatalf("%v, %v, %v", got, out.rejects, out.err)
	}
	for i, want := range []string{record, jsonString(graphRecord("2", 0))} {
		offset, length := whole(out.rows[i]["source_offset"]), whole(out.rows[i]["source_length"])
		if at := file[offset : offset+length]; !bytes.Equal(at, encode(want)) {
			t.Errorf("record %d is at %q", i+1, at)
		}
	}
}

// A value that wraps too much to be held in memory is refused, or a reject, as a long
// record is.
func TestWrappedValueTooLong(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(graphRecord("1", 0)+",", 2<<20/len(graphRecord("1", 0)))
	long := `{"body":{"value":[` + many + graphRecord("1", 0) + "]}}\n"
	out := collect(t, Options{Stdin: strings.NewReader(long), MaxRecord: 1 << 20}, "-")
	if out.err == nil || !strings.Contains(out.err.Error(), "the first record is longer than 1 MiB") {
		t.Errorf("%v, %d rows", out.err, len(out.rows))
	}
	short := `{"body":{"value":[` + graphRecord("2", 0) + "]}}\n"
	out = collect(t, Options{Stdin: strings.NewReader(short + long + short), MaxRecord: 1 << 20}, "-")
	if len(out.rows) != 2 || len(out.rejects) != 1 || out.rejects[0].Code != "too_long" {
		t.Errorf("%d rows, %d rejects, %v", len(out.rows), len(out.rejects), out.err)
	}
}

// Every wrapper of the table is unwrapped, with the record as an object, as text and in
// a CSV column of its name.
func TestEveryWrapper(t *testing.T) {
	t.Parallel()
	g1, g2 := graphRecord("1", 50126), graphRecord("2", 0)
	for _, wrapper := range wrappers {
		if wrapper.path == "" || wrapper.tables {
			continue
		}
		wrap := func(value string) string {
			for _, name := range slices.Backward(strings.Split(wrapper.path, ".")) {
				value = fmt.Sprintf(`{"host":{"id":1},%q:%s}`, name, value)
			}
			return value + "\n"
		}
		t.Run(wrapper.path, func(t *testing.T) {
			checkWrapped(t, wrapped{"", "graph-json", wrap(g1) + wrap(g2), nil}, readText(t, wrap(g1)+wrap(g2)))
			text := wrap(jsonString(g1)) + wrap(jsonString(g2))
			checkWrapped(t, wrapped{"", "graph-json", text, []string{jsonString(g1), jsonString(g2)}}, readText(t, text))
			table := "host," + wrapper.path + "\n1," + cellOf(g1) + "\n2," + cellOf(g2) + "\n"
			checkWrapped(t, wrapped{"", "graph-json", table, []string{cellOf(g1), cellOf(g2)}}, readText(t, table))
		})
	}
}

// An error beside the wrapped record does not hide it.
func TestWrappedBesideAnError(t *testing.T) {
	t.Parallel()
	out := readText(t, `{"statusCode":200,"error":null,"body":`+graphRecord("1", 50126)+"}\n")
	if got := out.values("error_code"); !slices.Equal(got, []string{"50126"}) || out.err != nil {
		t.Errorf("%v, %v", got, out.err)
	}
}
