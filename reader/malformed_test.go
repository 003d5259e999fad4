package reader

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/reader/source"
	"signins/schema"
)

// What makes plain implementations lose or change data without a word.

// A JSON text that ends too early is never read as a whole one, wherever it
// ends.
func TestTruncatedArray(t *testing.T) {
	t.Parallel()
	records := strings.Join([]string{signIn("1"), signIn("2"), `{"createdDateTime":"2026-01-02T03:04:05Z","appDisplayName":"\u00e9","status":{"errorCode":50126}}`}, ",\n ")
	for name, whole := range map[string]string{
		"array":        "[\n " + records + "\n]",
		"page":         `{"@odata.context":"https://x/$metadata#auditLogs/signIns","value":[` + records + `],"@odata.count":3}`,
		"array inside": "[[" + records + "]]",
		"array end":    `{"value":[` + records + `, {"id": "x" }]}`,
	} {
		t.Run(caseName(name), func(t *testing.T) {
			if out := readText(t, whole); out.err != nil || len(out.rows) != 3 {
				t.Errorf("%s: whole: %d rows, %v", name, len(out.rows), out.err)
			}
			for k := 1; k < len(whole); k++ {
				out := readText(t, whole[:k])
				var bad *Error
				if !errors.As(out.err, &bad) {
					t.Errorf("%s: cut at byte %d, after %q: %d rows, no error", name, k, whole[max(0, k-12):k], len(out.rows))
				} else if !strings.HasPrefix(bad.Hint, source.HintTruncated) || !strings.Contains(bad.What, "ends inside") {
					t.Errorf("%s: cut at byte %d, after %q: %v, hint %q", name, k, whole[max(0, k-12):k], bad, bad.Hint)
				}
			}
		})
	}
}

// An element that is no record does not make the end of an array unneeded.
func TestTruncatedArrayBehindAScalar(t *testing.T) {
	t.Parallel()
	for _, scalar := range []string{"1", "12", "true", "null", "-1.5e3"} {
		t.Run(caseName(scalar), func(t *testing.T) {
			out := readText(t, "["+signIn("1")+","+scalar)
			if out.err == nil {
				t.Errorf("%s: no error, %d rows, rejects %v", scalar, len(out.rows), out.rejects)
			}
		})
	}
}

func TestTruncationSaysHowManyRecordsWereWhole(t *testing.T) {
	t.Parallel()
	out := readText(t, "["+signIn("1")+","+signIn("2")+`,{"createdDateTime":"2026`)
	if out.err == nil || !strings.Contains(out.err.Error(), "2 whole records before") {
		t.Errorf("%v", out.err)
	}
}

func TestTrailingBytes(t *testing.T) {
	t.Parallel()
	array, page := "["+signIn("1")+"]", `{"value":[`+signIn("1")+"]}"
	for _, tail := range []string{"x", "]", "}", ",", ", ", ":", `{"a"`, "null", "1", `"a"`, "// c", "\x00", "[", "[{"} {
		t.Run(caseName(tail), func(t *testing.T) {
			if out := readText(t, "\n"+array+"\n"+tail); out.err == nil {
				t.Errorf("array, then %q: no error, %d rows, rejects %v", tail, len(out.rows), out.rejects)
			}
			if out := readText(t, strings.Replace(page, "[", "[\n", 1)+"\n"+tail); out.err == nil {
				t.Errorf("page, then %q: no error, %d rows, rejects %v", tail, len(out.rows), out.rejects)
			}
			if tail == "\x00" {
				return // at the beginning of a file it tells that this is no text
			}
			out := readText(t, signIn("0")+"\n"+signIn("1")+" "+tail+"\n"+signIn("2")+"\n")
			if got := out.values("id"); !slices.Equal(got, []string{"0", "2"}) || out.seen != 3 || out.err != nil {
				t.Errorf("line, then %q: %v, seen %d, rejects %v, %v", tail, got, out.seen, out.rejects, out.err)
			}
		})
	}
}

// A line is counted once, whatever is after a value that is no sign-in.
func TestTrailingBytesBehindARejectedRecord(t *testing.T) {
	t.Parallel()
	for _, line := range []string{`{"a":1} x`, `{"a":1},`, `{"a":1}{"a":1}`, `5 6`, `"a" "b"`, `null,`, `{"error":{"code":"x"}}]`} {
		t.Run(caseName(line), func(t *testing.T) {
			out := readText(t, signIn("0")+"\n"+line+"\n"+signIn("2")+"\n")
			if got := out.values("id"); !slices.Equal(got, []string{"0", "2"}) || out.seen != 3 || len(out.rejects) != 1 {
				t.Errorf("%s: %v, seen %d, rejects %v", line, got, out.seen, out.rejects)
			}
		})
	}
}

func TestInvalidText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, member, column, want, issues, extra string }{
		{"bad byte", "\"userPrincipalName\":\"a\xffb\"", "user_principal_name", "a\ufffdb", "invalid_utf8", `{"userPrincipalName":"a\\xFFb"}`},
		{"overlong", "\"userPrincipalName\":\"\xc0\xaf\"", "user_principal_name", "\ufffd\ufffd", "invalid_utf8", `{"userPrincipalName":"\\xC0\\xAF"}`},
		{"surrogate bytes", "\"userAgent\":\"\xed\xa0\x80\"", "user_agent", "\ufffd\ufffd\ufffd", "invalid_utf8", `{"userAgent":"\\xED\\xA0\\x80"}`},
		{"first half", `"userAgent":"a\ud83d"`, "user_agent", "a\ufffd", "lone_surrogate", `{"userAgent":"a\ud83d"}`},
		{"second half", `"userAgent":"\udE00b"`, "user_agent", "\ufffdb", "lone_surrogate", `{"userAgent":"\udE00b"}`},
		{"whole pair", `"userAgent":"\ud83d\ude00"`, "user_agent", "\U0001f600", "", ""},
		{"written replacement", `"userAgent":"\ufffd"`, "user_agent", "\ufffd", "", ""},
		{"both", "\"userAgent\":\"\xff\\ud83d\"", "user_agent", "\ufffd\ufffd", "invalid_utf8", `{"userAgent":"\\xFF\ud83d"}`},
		{"escaped and bad", "\"userAgent\":\"\\n\xff\"", "user_agent", "\n\ufffd", "invalid_utf8", `{"userAgent":"\n\\xFF"}`},
		{"JSON column", "\"authenticationDetails\":[{\"a\": \"\xff\"}]", "authentication_details", `[{"a":"\\xFF"}]`, "invalid_utf8", `{"authenticationDetails":[{"a":"\\xFF"}]}`},
		{"half in a JSON column", `"authenticationDetails":[{"a":"\ud83d"}]`, "authentication_details", `[{"a":"\ud83d"}]`, "lone_surrogate", ""},
		{"list", "\"riskEventTypes_v2\":[\"a\xff\"]", "risk_event_types", "a\ufffd", "invalid_utf8", `{"riskEventTypes_v2":["a\\xFF"]}`},
		{"half in a list", `"riskEventTypes_v2":["a\ud83d"]`, "risk_event_types", "a\ufffd", "lone_surrogate", `{"riskEventTypes_v2":["a\ud83d"]}`},
		{"unknown field", "\"new\":\"\xff\"", "extra", `{"new":"\\xFF"}`, "invalid_utf8", `{"new":"\\xFF"}`},
		{"half in an unknown field", `"new":"\ud83d"`, "extra", `{"new":"\ud83d"}`, "lone_surrogate", `{"new":"\ud83d"}`},
		{"field name", "\"n\xff\":1", "extra", `{"n\\xFF":1}`, "invalid_utf8", `{"n\\xFF":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := readText(t, `{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab",`+c.member+"}\n")
			if len(out.rows) != 1 {
				t.Fatalf("%d rows, %v, %v", len(out.rows), out.rejects, out.err)
			}
			r := out.rows[0]
			if r[c.column] != c.want || r["issues"] != c.issues {
				t.Errorf("%s %q, issues %q; want %q, %q", c.column, r[c.column], r["issues"], c.want, c.issues)
			}
			if r["extra"] != c.extra && (c.extra != "" || c.column != "authentication_details") {
				t.Errorf("extra %s, want %s", r["extra"], c.extra)
			}
		})
	}
}

func TestInvalidTextInCells(t *testing.T) {
	t.Parallel()
	out := readText(t, "Date (UTC),Request ID,Username,New,Status,Location,Incoming token type,Incoming token type\n"+
		"2026-01-01T00:00:00Z,1,a\xff,,,,,\n2026-01-01T00:00:00Z,2,b,\xff,,,,\n"+
		"2026-01-01T00:00:00Z,3,c,,Fehler\xff,,,\n2026-01-01T00:00:00Z,4,d,,,\"M\xfcnchen, Bayern, DE\",,\n2026-01-01T00:00:00Z,5,e,,,,,\xff\n")
	want := []struct{ column, value, extra string }{
		{"user_principal_name", "a\ufffd", `{"Username":"a\\xFF"}`},
		{"user_principal_name", "b", `{"New":"\\xFF"}`},
		{"sign_in_status", "", `{"Status":"Fehler\\xFF"}`},
		{"location_city", "M\ufffdnchen", `{"Location":"M\\xFCnchen, Bayern, DE"}`},
		{"incoming_token_type", "", `{"Incoming token type":"\\xFF"}`},
	}
	for i, r := range out.rows {
		w := want[i]
		if r[w.column] != w.value || r["extra"] != w.extra || !strings.Contains("|"+r["issues"]+"|", "|invalid_utf8|") {
			t.Errorf("row %d: %s %q, extra %s, issues %s; want %+v", i+1, w.column, r[w.column], r["extra"], r["issues"], w)
		}
	}
}

func TestDuplicateKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, members, extra, issues, id string }{
		{"value", `"id":"1","id":"2"`, `{"id":"2"}`, "duplicate_key", "1"},
		{"three times", `"id":"1","id":"2","id":3`, `{"id":"2","id#2":3}`, "duplicate_key", "1"},
		{"the same again", `"id":"1","id":"1"`, `{"id":"1"}`, "duplicate_key", "1"},
		{"null first", `"id":null,"id":"2"`, `{"id":"2"}`, "duplicate_key", ""},
		{"null later", `"id":"1","id":null`, `{"id":null}`, "duplicate_key", "1"},
		{"escaped", `"id":"1","\u0069d":"2"`, `{"id":"2"}`, "duplicate_key", "1"},
		{"nested", `"id":"1","status":{"errorCode":5,"errorCode":6}`, `{"status.errorCode":6}`, "duplicate_key", "1"},
		{"object", `"id":"1","status":{"errorCode":5},"status":{"errorCode": 6}`, `{"status":{"errorCode":6}}`, "duplicate_key", "1"},
		{"unknown", `"id":"1","new":1,"new":2`, `{"new":1,"new#2":2}`, "duplicate_key", "1"},
		{"taken suffix", `"id":"1","new#2":0,"new":1,"new":2`, `{"new#2":0,"new":1,"new#3":2}`, "duplicate_key", "1"},
		{"fallback", `"id":"1","riskEventTypes":["a"],"riskEventTypes":["b"]`, `{"riskEventTypes":["b"]}`, "duplicate_key", "1"},
		{"other case", `"id":"1","ID":"2","Id":"3"`, `{"ID":"2","Id":"3"}`, "duplicate_key", "1"},
		{"other case only", `"ID":"2"`, "", "", "2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := readText(t, `{"createdDateTime":"2026-01-02T03:04:05Z","appDisplayName":"a","clientAppUsed":"x",`+c.members+"}\n")
			if len(out.rows) != 1 {
				t.Errorf("%s: %d rows, %v", c.name, len(out.rows), out.rejects)
				return
			}
			if r := out.rows[0]; r["extra"] != c.extra || r["issues"] != c.issues || r["id"] != c.id {
				t.Errorf("%s: id %q, issues %q, extra %s; want %+v", c.name, r["id"], r["issues"], r["extra"], c)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ member, column, want, extra, issues string }{
		{`"id":9007199254740993`, "id", "9007199254740993", "", ""},
		{`"id":1.10`, "id", "1.10", "", ""},
		{`"id":-0`, "id", "-0", "", ""},
		{`"id":1e400`, "id", "1e400", "", ""},
		{`"new":[1.10, 9007199254740993, 1E400]`, "extra", `{"new":[1.10,9007199254740993,1E400]}`, `{"new":[1.10,9007199254740993,1E400]}`, ""},
		{`"authenticationDetails":[1.10,-0]`, "authentication_details", "[1.10,-0]", "", ""},
		{`"autonomousSystemNumber":9007199254740993`, "autonomous_system_number", "9007199254740993", "", ""},
		{`"autonomousSystemNumber":"4294967295"`, "autonomous_system_number", "4294967295", "", ""},
		{`"autonomousSystemNumber":9223372036854775808`, "autonomous_system_number", "", `{"autonomousSystemNumber":9223372036854775808}`, "bad_number"},
		{`"processingTimeInMilliseconds":2147483647`, "processing_time_ms", "2147483647", "", ""},
		{`"processingTimeInMilliseconds":2147483648`, "processing_time_ms", "", `{"processingTimeInMilliseconds":2147483648}`, "bad_number"},
		{`"processingTimeInMilliseconds":1.50`, "processing_time_ms", "", `{"processingTimeInMilliseconds":1.50}`, "bad_number"},
		{`"processingTimeInMilliseconds":"12.0"`, "processing_time_ms", "12", "", ""},
		{`"processingTimeInMilliseconds":true`, "processing_time_ms", "", `{"processingTimeInMilliseconds":true}`, "bad_number"},
		{`"processingTimeInMilliseconds":{}`, "processing_time_ms", "", `{"processingTimeInMilliseconds":{}}`, "bad_type"},
		{`"location":{"geoCoordinates":{"altitude":1e400}}`, "location_altitude", "", `{"location.geoCoordinates.altitude":1e400}`, "bad_number"},
		{`"location":{"geoCoordinates":{"altitude":"NaN"}}`, "location_altitude", "", `{"location.geoCoordinates.altitude":"NaN"}`, "bad_number"},
		{`"location":{"geoCoordinates":{"altitude":"0x1p4"}}`, "location_altitude", "", `{"location.geoCoordinates.altitude":"0x1p4"}`, "bad_number"},
		{`"status":{"errorCode":0}`, "error_code", "0", "", ""},
		{`"status":{"errorCode":"50126"}`, "error_code", "50126", "", ""},
		{`"status":{"errorCode":50126.0}`, "result_type_raw", "50126.0", "", ""},
		{`"status":{"errorCode":99999999999}`, "result_type_raw", "99999999999", "", "bad_number"},
		{`"isInteractive":false`, "is_interactive", "false", "", ""},
		{`"isInteractive":"maybe"`, "is_interactive", "", `{"isInteractive":"maybe"}`, "bad_bool"},
		{`"isInteractive":2`, "is_interactive", "", `{"isInteractive":2}`, "bad_bool"},
		{`"id":""`, "id", "", "", ""},
		{`"id":" "`, "id", " ", "", ""},
	} {
		t.Run(caseName(c.member), func(t *testing.T) {
			out := readText(t, `{"createdDateTime":"2026-01-02T03:04:05Z","appDisplayName":"a","clientAppUsed":"x",`+c.member+"}\n")
			if len(out.rows) != 1 {
				t.Errorf("%s: %d rows, %v", c.member, len(out.rows), out.rejects)
				return
			}
			if r := out.rows[0]; r[c.column] != c.want || r["extra"] != c.extra || r["issues"] != c.issues {
				t.Errorf("%s: %q, extra %s, issues %q; want %+v", c.member, r[c.column], r["extra"], r["issues"], c)
			}
		})
	}
}

// A quote that is never closed names the line where it opened and does not
// swallow what follows.
func TestUnterminatedQuote(t *testing.T) {
	t.Parallel()
	head := "Date (UTC),Request ID,Username\r\n2026-01-01T00:00:00Z,1,a\r\n\"2026-01-01T00:00:00Z\",\"2\r\n\",a\r\n"
	tail := ",x\r\n2026-01-01T00:00:00Z,4,d\r\n2026-01-01T00:00:00Z,5,e\r\n"
	for name, row := range map[string]string{
		"plain row":              `2026-01-01T00:00:00Z,"3`,
		"behind a bare quote":    `20"26,"3`,
		"behind a quote and":     `"2026"x,"3`,
		"first cell":             `"3`,
		"behind a doubled quote": `2026-01-01T00:00:00Z,"3 "" 4`,
	} {
		t.Run(caseName(name), func(t *testing.T) {
			out := readText(t, head+row+tail)
			var bad *Error
			if !errors.As(out.err, &bad) {
				t.Errorf("%s: no error, rows %v, rejects %d", name, out.values("id"), len(out.rejects))
				return
			}
			open := int64(len(head) + strings.LastIndex(row, `"3`))
			if bad.Line != 5 || bad.Byte != open || !strings.Contains(bad.What, "never closed") || !strings.Contains(bad.What, "2 whole records before") {
				t.Errorf("%s: %v, want line 5, byte %d", name, bad, open)
			}
		})
	}
}

func TestLineEndsInCells(t *testing.T) {
	t.Parallel()
	for _, eol := range []string{"\n", "\r\n", "\r"} {
		t.Run(caseName(eol), func(t *testing.T) {
			for _, bom := range []string{"", "\xef\xbb\xbf"} {
				inside := "1\r\n2\r3"
				if eol != "\r" {
					inside += "\n4\n\n5"
				} else {
					inside = "1\r2\r\r3"
				}
				content := bom + strings.Join([]string{"Date (UTC),Request ID,Username", `2026-01-01T00:00:00Z,a,"` + inside + `"`, `"2026-01-01T00:00:00Z","b","` + inside + `"`, ""}, eol)
				out := readText(t, content)
				if got := out.values("user_principal_name"); !slices.Equal(got, []string{inside, inside}) || len(out.warnings) > 0 || out.err != nil {
					t.Errorf("%q, mark %q: %q, warnings %v, %v", eol, bom, got, out.warnings, out.err)
				}
			}
		})
	}
}

func TestLastLineWithoutEnd(t *testing.T) {
	t.Parallel()
	csv, line := "Date (UTC),Request ID,Username\n2026-01-01T00:00:00Z,1,a", signIn("1")
	for _, c := range []struct {
		content string
		want    int64
	}{
		{csv, 1}, {csv + "\n", 0}, {csv + "\r\n", 0}, {strings.ReplaceAll(csv, "\n", "\r"), 1}, {strings.ReplaceAll(csv+"\n", "\n", "\r"), 0},
		{csv + "\n2026-01-01T00:00:00Z,2,\"b\"", 1}, {"Date (UTC),Request ID,Username", 1}, {"Date (UTC),Request ID,Username\n", 0},
		{line, 0}, {line + "\n", 0}, {line + "\n" + line, 0}, {line + "\n" + line + " \r", 0}, {line + "\n" + line[:50], 1}, {line + "\n17", 1}, {line + "\r\n" + line + "\r\n", 0},
		{"[" + line + "]", 0}, {"[\n" + line + "\n]", 0},
		{"<13>Jan  2 03:04:05 host app: " + line, 0}, {"host " + line + "\nhost " + line, 0}, {"host " + line + "\nhost " + line[:50], 1},
		{`{"event":` + line + "}", 0}, {`{"event":` + line + "}\n" + `{"event":` + line + "}", 0}, {`{"hits":{"hits":[{"_source":` + line + "}]}}", 0}, {`{"event":` + line + "}\n" + `{"event":` + line, 1},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := readText(t, c.content)
			if got := out.warnings[schema.NoFinalNewline]; got != c.want || out.err != nil {
				t.Errorf("%s: %d warnings, want %d, %v", shorten(c.content), got, c.want, out.err)
			}
		})
	}
}

// The column decides the kind of a value, never the look of it.
func TestTextThatLooksLikeANumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"007", "true", "1.10", "1e5", "null", "NaN", "0x10", "2026-01-01", " 7 ", "[]", "{}", "-"} {
		t.Run(caseName(text), func(t *testing.T) {
			csv := readText(t, fmt.Sprintf("Date (UTC),Request ID,Username\n2026-01-01T00:00:00Z,%s,%s\n", text, text))
			json := readText(t, fmt.Sprintf(`{"createdDateTime":"2026-01-01T00:00:00Z","clientAppUsed":"ab","id":%q,"userPrincipalName":%q}`+"\n", text, text))
			for _, r := range append(csv.rows, json.rows...) {
				if r["id"] != text || r["user_principal_name"] != text || r["issues"] != "" {
					t.Errorf("%q: %s", text, r)
				}
			}
			if len(csv.rows)+len(json.rows) != 2 {
				t.Errorf("%q: %v %v", text, csv.err, json.err)
			}
		})
	}
}
