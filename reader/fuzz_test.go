package reader

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema/jsontext"
)

// again reads every record once more, alone behind the same first record: it
// must come out the same.
func again(t *testing.T, out outcome, alone func(raw string) string) {
	for _, r := range out.rows {
		repeat := collect(t, Options{Raw: true, Stdin: strings.NewReader(alone(r["raw_record"]))}, "-")
		if len(repeat.rows) == 0 || repeat.err != nil {
			t.Fatalf("%q is a record, but not again: %v, %v", r["raw_record"], repeat.rejects, repeat.err)
		}
		if d := repeat.rows[len(repeat.rows)-1].columns().differs(r.columns()); d != "" {
			t.Fatalf("%q comes out another way:%s", r["raw_record"], d)
		}
	}
}

// FuzzNDJSON reads lines: whatever they hold, they are rows or rejects, and
// never an error.
func FuzzNDJSON(f *testing.F) {
	for _, seed := range []string{
		signIn("2") + "\n", "{bad\n" + signIn("3"), "[" + signIn("2") + ",5]\n", `{"value":[` + signIn("2") + `],"@odata.nextLink":"x"}`, "\n \r\n" + signIn("2") + "\r\n",
		`{"a":1} x`, `5 6`, `{"value":[],"value":[{}]}`, `{"value":[` + signIn("1") + `],"value":[]}`, `{"id":"a","id":"b","status":{"errorCode":"0"},"location":{"geoCoordinates":{"latitude":0,"longitude":0}}}`,
		`{"createdDateTime":"2026-01-02T03:04:05.1234567Z","new":["\ud83d"],"userType":"Guest","crossTenantAccessType":"a, b"}`, "{\"createdDateTime\":\"\",\"k\xff\":\"\xff\"}",
		`{"createdDateTime":0,"signInEventTypes":["\ud83d",null],"riskEventTypes":["a"],"riskEventTypes_v2":["b"]}`, `{"status":{},"@odata.nextLink":"x","value":[{"status":[]}]}`,
		`{"crossTenantAccessType":" ","status":{}}`,
	} {
		f.Add(seed, byte(0))
		f.Add(`{"category":"SignInLogs","resultType":"1","properties":`+seed+"}", byte(1))
		f.Add(capital(seed), byte(2))
		f.Add(capital(seed), byte(3))
	}
	f.Add(`{"TimeGenerated":"1/2/2026, 3:04:05 AM","Status":"{\"errorCode\":\"0\",\"x\":\"{}\"}","Status_dynamic":"\"{\\\"errorCode\\\":1}\"","DeviceDetail":"{\"a\":[","Type":"SigninLogs","AuthenticationDetails":"[ ]"}`, byte(2))
	f.Add(`{"createddatetime":"/Date(1)/","Status":"System.Object[]","AdditionalProperties":{"status":{"errorCode":1}},"LOCATION":{"City":"x","AdditionalProperties":{}}}`, byte(3))
	firsts := []string{signIn("1"), kinds["records"]("1"), fmt.Sprintf(otherRecords["log-analytics-json"], "1"), fmt.Sprintf(otherRecords["powershell-json"], "1")}
	f.Fuzz(func(t *testing.T, text string, kind byte) {
		first := firsts[int(kind)%len(firsts)] + "\n"
		out := collect(t, Options{Raw: true, Stdin: strings.NewReader(first + text)}, "-")
		if out.err != nil {
			if len(out.dialects) > 0 {
				t.Fatal(out.err)
			}
			return // no text at all
		}
		if err := checkPlaces([]byte(first+text), out); err != nil {
			t.Fatal(err)
		}
		again(t, out, func(raw string) string { return first + raw })
	})
}

// FuzzElements reads JSON whatever its line breaks: it is taken without an
// error just if it is made of whole valid values.
func FuzzElements(f *testing.F) {
	begins := []string{"[" + signIn("1"), "{\"value\":[\n" + signIn("1"), "{\n" + signIn("1")[1:], "[[" + signIn("1") + "],", "[null,{}," + signIn("1")}
	for i := range begins {
		for _, seed := range []string{"]", "," + signIn("2") + "]", ",", ", ", ",1", ",1]", ",tru", ",{},[{}]]\n[{}]", "],\"@odata.nextLink\":\"x\"}", "],\n\"value\":[" + signIn("2") + "]}", "\x00]\n[]", "]}{\"value\":[]}", "\n{\"a\":\"}\"}", ",{\"a\":[}]", "}", "]x", ",\"", "[]]", "]]", "{\"value\":[{\"value\":[{}]}]}]"} {
			f.Add(seed, byte(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, begin byte) {
		content := begins[int(begin)%len(begins)] + text
		out := collect(t, Options{Raw: true, Stdin: strings.NewReader(content)}, "-")
		if out.err != nil && len(out.dialects) == 0 {
			return // refused at sight
		}
		whole, deep := wholeValues(content)
		if whole != (out.err == nil) && !deep {
			t.Fatalf("made of whole values: %t; error: %v; %d rows, rejects %v", whole, out.err, len(out.rows), out.rejects)
		}
		if err := checkPlaces([]byte(content), out); err != nil {
			t.Fatal(err)
		}
		if whole && out.err == nil {
			if n := countAll(content); n != out.seen {
				t.Fatalf("seen %d records of %d", out.seen, n)
			}
		}
		again(t, out, func(raw string) string { return "[" + signIn("1") + "\n," + raw + "]" })
	})
}

// wholeValues reports whether text is arrays and objects one after the other,
// and whether one of them nests too deep.
func wholeValues(text string) (whole, deep bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	for s := (jsontext.Scanner{Data: []byte(text)}); ; {
		if s.SkipSpace(); s.Pos == len(text) {
			return true, false
		}
		if c := s.Peek(); c != '[' && c != '{' {
			return false, false
		}
		if err := s.SkipValue(0); err != nil {
			return false, strings.Contains(err.Error(), "nest deeper")
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return false, false
		}
	}
}

// countAll counts the records of values one after the other.
func countAll(text string) int64 {
	n := int64(0)
	for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
		n += countRecords(d)
	}
	return n
}

// countRecords counts those of one value: the elements of arrays and of the
// arrays of pages, and every other value.
func countRecords(d *json.Decoder) (n int64) {
	token, _ := d.Token()
	switch token {
	case json.Delim('['):
		for d.More() {
			n += countRecords(d)
		}
	case json.Delim('{'):
		page := false
		for d.More() {
			key, _ := d.Token()
			var value json.RawMessage
			_ = d.Decode(&value)
			if key == "value" && value[0] == '[' {
				page, n = true, n+countAll(string(value))
			}
		}
		if !page {
			n = 1
		}
	default:
		return 1
	}
	_, _ = d.Token()
	return n
}

// FuzzCSV compares rows with encoding/csv, where that keeps cells as they are.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"2026-01-01T00:00:00Z,2,u,v,w\n", "a,\"b\"\"c\",\"d\ne\",,\n", "a,b\"c,d,e,f\n", "a,\"b\n", "\"a\"b,c,d,e,f\n", "x\"y,\"open,\n", "\n\n,,,,\n", "a,b\n", "\"\",\"\",\"\",\"\",\"\"", ",,,,\r\n", "a,\"b\r\nc\",\r,d,e\r\n", ",,,,\n,,,,\xff",
		"\"\"\"\",\"a\"\"\",\"\"\"a\",a,a\n", "a,b,c,d,\"\"x\"\n\"", ",'-x,\"'-y\",,", "a,,,,\n",
	} {
		for form := range byte(3 * len(separators)) {
			f.Add(strings.ReplaceAll(seed, ",", separators[form/3:][:1]), form)
		}
	}
	f.Fuzz(func(t *testing.T, text string, form byte) {
		eol, separator := form%3, separators[int(form/3)%len(separators)]
		head := strings.NewReplacer("\n", []string{"\n", "\r\n", "\r"}[eol], ",", string(separator)).Replace(portalHead)
		content := head + text
		if eol == 2 && strings.Contains(text, "\n") {
			return // not a file of carriage returns alone
		}
		out := collect(t, Options{Raw: true, Stdin: strings.NewReader(content)}, "-")
		if len(out.dialects) == 0 {
			return
		}
		if out.err == nil {
			if err := checkPlaces([]byte(content), out); err != nil {
				t.Fatal(err)
			}
		}
		again(t, out, func(raw string) string {
			if strings.HasSuffix(raw, "\r") {
				return head + raw + "\r\n" // else it would be part of the line end
			}
			return head + raw + head[len(head)-1:]
		})
		if !strings.Contains(content, "\r") {
			compareCSV(t, content, rune(separator), out)
		}
	})
}

func compareCSV(t *testing.T, content string, separator rune, out outcome) {
	r := csv.NewReader(strings.NewReader(content))
	r.Comma = separator
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	clean := out.err == nil && !slices.Contains(out.codes(), "bad_csv")
	if (err == nil) != clean {
		t.Fatalf("encoding/csv: %v; here: %v, %v", err, out.err, out.rejects)
	}
	if err != nil {
		return
	}
	// A row that only has a date is a reject: it names neither a sign-in nor who signed in.
	records = slices.DeleteFunc(records[1:], func(cells []string) bool { return len(cells) != 5 || strings.Join(cells[1:], "") == "" })
	if len(records) != len(out.rows) {
		t.Fatalf("encoding/csv: %d rows; here: %d", len(records), len(out.rows))
	}
	for i, cells := range records {
		got := out.rows[i]
		for k, column := range []string{"id", "user_principal_name", "user_display_name", "app_display_name"} {
			if want := string(jsontext.AppendValidUTF8(nil, []byte(cells[k+1]))); got[column] != want {
				t.Fatalf("row %d: %s = %q, want %q", i+1, column, got[column], want)
			}
		}
	}
}

// FuzzTables reads rows of the other CSV dialects, and rows of a table: they
// are rows or rejects at their place, and each comes out the same alone.
func FuzzTables(f *testing.F) {
	row := "2026-01-02T03:04:05Z,1,0,u,x,y\n"
	var heads []string
	for _, name := range slices.Sorted(maps.Keys(otherTables)) {
		heads = append(heads, otherTables[name]+row)
	}
	heads = append(heads, `{"tables":[{"columns":[{"name":"CreatedDateTime"},{"name":"Id"},{"name":"ResultType"},{"name":"UserPrincipalName"}],"rows":[`+"\n"+`["2026-01-02T03:04:05Z","1","0","u"]`)
	for i := range heads {
		for _, seed := range []string{
			row, "a,b,c,d,e\n", "13/1/2026 1:02,2,Microsoft.Graph.X,u,\"{\"\"deviceId\"\":\"\"d\"\",\"\"x\"\":\"\"[]\"\"}\",\n", "1/2/2026 3:04 AM,,,,\"[\",\xff\n", ",,,,\"\"\"{\\\"\"deviceId\\\"\":1}\"\"\",\n", "Timestamp,,,,,\n",
			`,["a",1,{"x":[]},null],[],[1,2,3,4,5],7,{}]}]}`, `],"rows":[["1","2","3","4"]]}],"y":1}`, "]}]}{}", "]},{\"name\":1}]}",
		} {
			f.Add(seed, byte(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, kind byte) {
		head := heads[int(kind)%len(heads)]
		content := head + text
		out := collect(t, Options{Raw: true, DateOrder: "dmy", Stdin: strings.NewReader(content)}, "-")
		if out.err != nil {
			return
		}
		if err := checkPlaces([]byte(content), out); err != nil {
			t.Fatal(err)
		}
		if head[0] != '{' && !strings.Contains(content, "\r") {
			header, _, _ := strings.Cut(head, "\n")
			for _, r := range out.rows {
				repeat := collect(t, Options{DateOrder: "dmy", Stdin: strings.NewReader(header + "\n" + r["raw_record"] + "\n")}, "-")
				if len(repeat.rows) != 1 || repeat.rows[0].columns().differs(r.columns()) != "" {
					t.Fatalf("%q comes out another way: %v, %v", r["raw_record"], repeat.rows, repeat.err)
				}
			}
		}
	})
}

// FuzzTime compares instants with package time.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{"2026-01-02T03:04:05Z", "2026-01-02 03:04:05.1234567", "2026-01-02T03:04:05+0530", "0001-01-01T00:00:00Z", "2024-02-29T23:59:59.999999999-08:00", "2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05+15:00", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59.1234567Z", "2026-01-02T3:04:05Z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := parseTime([]byte(text))
		if want, err := time.Parse(time.RFC3339Nano, text); err == nil && !ok && !refusedOnPurpose(text, want) {
			t.Fatalf("refused, but is %s", want)
		}
		if !ok {
			return
		}
		plain := plainTime(text)
		want, err := time.Parse(time.RFC3339Nano, plain)
		if err != nil {
			t.Fatalf("taken as %s; %q is none: %v", instant(m), plain, err)
		}
		if got := time.UnixMicro(m.micros).Add(time.Duration(m.nanos)); !got.Equal(want) {
			t.Fatalf("%s, want %s", got.UTC(), want.UTC())
		}
	})
}

// refusedOnPurpose reports forms that package time reads and we do not: decimal
// commas, more than nine digits, offsets beyond 14 hours, the year 0, hours of
// one digit.
func refusedOnPurpose(text string, t time.Time) bool {
	_, offset := t.Zone()
	digits := 0
	if _, fraction, ok := strings.Cut(text, "."); ok {
		digits = len(fraction) - len(strings.TrimLeft(fraction, "0123456789"))
	}
	return strings.Contains(text, ",") || text[12] == ':' || digits > 9 || offset >= 15*3600 || offset <= -15*3600 || t.Year() < 1
}

// plainTime writes the forms that only we take as RFC 3339 has them.
func plainTime(text string) string {
	s := []byte(strings.ToUpper(strings.TrimSpace(text)))
	s[10] = 'T'
	switch n := len(s); {
	case s[n-1] == 'Z':
	case s[n-6] == '+' || s[n-6] == '-':
	case s[n-5] == '+' || s[n-5] == '-':
		s = slices.Insert(s, n-2, ':')
	default:
		s = append(s, 'Z')
	}
	return string(s)
}
