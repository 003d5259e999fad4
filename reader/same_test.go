package reader

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"signins/reader/source"
	"signins/schema"
	"signins/testdata/fixture"
)

// A form is one way to write a set of records. All forms of a set come to
// the same rows.
type form struct{ set, name, text string }

// jsonSets are sets of records, by the dialect they are written in.
func jsonSets() map[string][]string {
	sets := map[string][]string{}
	for i, members := range []string{
		`"userDisplayName":"Zoë 名 \ud83d\ude00 😀","userAgent":"a\nb","createdDateTime":"2026-01-02T03:04:05.1234567Z","status":{"errorCode":50074,"failureReason":"Other.","additionalDetails":null},"location":{"city":"Köln","geoCoordinates":{"latitude":50.9375,"longitude":6.96}},"signInEventTypes":["interactiveUser"],"isInteractive":true`,
		`"createdDateTime":"2026-01-02T03:04:06Z","appliedConditionalAccessPolicies":[{"displayName":"\"A, B\" {}[]","result":"success","conditionsSatisfied":19}],"authenticationDetails":[{"succeeded":true}],"new":{"a":[1.10,-0,1e400,null,{}]},"userType":"Guest"`,
		`"createdDateTime":"2026-01-02T04:04:05+05:30","userDisplayName":"","resourceId":null,"processingTimeInMilliseconds":"12","networkLocationDetails":[],"riskEventTypes_v2":["unlikelyTravel","<b>&\u2028"],"id":"again"`,
	} {
		record := fmt.Sprintf(`{"id":"%d","appDisplayName":"app",%s}`, i, members)
		sets["graph-json"] = append(sets["graph-json"], record)
		sets["diagnostic-json"] = append(sets["diagnostic-json"], `{"time":"2026-01-02T03:05:00.5Z","category":"SignInLogs","properties":`+record+"}")
		for dialect, record := range otherRecords {
			sets[dialect] = append(sets[dialect], fmt.Sprintf(record, fmt.Sprint(i, " ü")))
		}
	}
	return sets
}

// jsonTexts writes records in every way that JSON exports come in; page is the
// name of the array that holds them in pages.
func jsonTexts(records []string, page string) map[string]string {
	var spread []string
	for _, r := range records {
		var s bytes.Buffer
		_ = json.Indent(&s, []byte(r), "  ", "\t")
		spread = append(spread, s.String())
	}
	pretty, apart := "[\n"+join(spread, ",\n")+"\n]\n", []string{"[" + records[0] + "]\n", "[" + join(records[1:], ",") + "]\n"}
	forms := map[string]string{
		"lines": join(records, "\n") + "\n", "lines, CR LF, no last end": join(records, "\r\n"), "lines, each with a mark": join(records, "\n"+byteOrderMark) + "\n",
		"array": "[" + join(records, ",") + "]", "array over lines": pretty, "array over lines, CR LF": strings.ReplaceAll(pretty, "\n", "\r\n"),
		"arrays one after the other": join(apart, ""), "arrays without a break": strings.ReplaceAll(join(apart, ""), "\n", ""), "arrays, each with a mark": join(apart, byteOrderMark),
		"objects one after the other": join(spread, "\n"),
	}
	if page != "" {
		head := `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#auditLogs/signIns","` + page + `":[`
		forms["page"] = `{"` + page + `":[` + join(records, ",") + "]}"
		forms["page over lines"] = "{\n\"" + page + "\" :\n" + pretty + "}\n"
		forms["pages, a line each"] = each(records, head+"%s]}", "\n")
		forms["pages one after the other"] = each(spread, head+"\n%s\n]\n}", "\n")
		forms["array of pages"] = "[" + each(records, head+"%s]}", ",\n") + "]"
	}
	return forms
}

// tableText writes rows as CSV, cells in quotes where they must be, or all.
func tableText(rows [][]string, separator, lineEnd string, all bool) string {
	var text strings.Builder
	for _, cells := range rows {
		for i, cell := range cells {
			if all || strings.ContainsAny(cell, "\"\r\n"+separator) {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			text.WriteString(cell + map[bool]string{true: lineEnd, false: separator}[i == len(cells)-1])
		}
	}
	return text.String()
}

// answer writes records, all of the same members, as a table of rows.
func answer(records []string) string {
	var columns, rows []string
	for _, record := range records {
		var cells []string
		d := json.NewDecoder(strings.NewReader(record))
		_, _ = d.Token()
		for columns = nil; d.More(); {
			name, _ := d.Token()
			var cell json.RawMessage
			_ = d.Decode(&cell)
			columns, cells = append(columns, fmt.Sprintf(`{"name":%q,"type":"string"}`, name)), append(cells, string(cell))
		}
		rows = append(rows, "["+join(cells, ",")+"]")
	}
	return `{"tables":[{"name":"PrimaryResult","columns":[` + join(columns, ",") + `],"rows":[` + join(rows, ",") + "]}]}"
}

// forms are those of all sets.
func forms() (list []form) {
	for dialect, records := range jsonSets() {
		page := map[string]string{"graph-json": "value", "diagnostic-json": "records"}[dialect]
		for name, text := range jsonTexts(records, page) {
			list = append(list, form{dialect, name, text})
		}
		if dialect == "log-analytics-json" {
			list = append(list, form{dialect, "answer of tables", answer(records)}, form{dialect, "answer over lines", strings.ReplaceAll(answer(records), ",", ",\n ")})
		}
	}
	sets := maps.Clone(otherTables)
	sets["portal-csv"] = "Date (UTC),Request ID,Sign-in error code,User,New,Username\n"
	for dialect, head := range sets {
		rows := [][]string{
			strings.Split(strings.TrimSpace(head), ","), {"2026-01-02T03:04:05Z", "1", "0", `Zoë "Ä" Müller`, `{"a":[1, "ß,"]}`, "x"},
			{"2026-01-02T03:04:06Z", "2", "50126", "€ \r\n\n", "", "'=x"}, {"2026-01-02T03:04:07.1Z", "3", "", "a\\b\";\t", "[\n]", " é "},
		}
		whole := tableText(rows, ",", "\n", false)
		list = append(list, form{dialect, "lines", whole}, form{dialect, "CR LF", tableText(rows, ",", "\r\n", false)}, form{dialect, "in quotes", tableText(rows, ",", "\r\n", true)},
			form{dialect, "no last end", whole[:len(whole)-1]}, form{dialect, "semicolons", tableText(rows, ";", "\r\n", false)}, form{dialect, "tabs in quotes", tableText(rows, "\t", "\n", true)},
			form{dialect, "tabs, named", "sep=\t\r\n" + tableText(rows, "\t", "\r\n", false)})
	}
	return list
}

// encodings write UTF-8 in other ways, as far as they can. What has no mark is
// named by an option.
var encodings = []struct {
	name, given string
	encode      func(text string) ([]byte, error)
}{
	{"UTF-8", "", func(s string) ([]byte, error) { return []byte(s), nil }},
	{"UTF-8 with a mark", "", func(s string) ([]byte, error) { return []byte(byteOrderMark + s), nil }},
	{"UTF-16LE", "", func(s string) ([]byte, error) { return utf16Bytes(binary.LittleEndian, "\ufeff"+s), nil }},
	{"UTF-16BE", "", func(s string) ([]byte, error) { return utf16Bytes(binary.BigEndian, "\ufeff"+s), nil }},
	{"UTF-16LE without a mark", "utf-16le", func(s string) ([]byte, error) { return utf16Bytes(binary.LittleEndian, s), nil }},
	{"Windows-1252", "windows-1252", func(s string) ([]byte, error) { return charmap.Windows1252.NewEncoder().Bytes([]byte(s)) }},
}

func utf16Bytes(order binary.AppendByteOrder, s string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// A packaging is one way to hand bytes to the program; copies is how often they
// are in what is handed over.
type packaging struct {
	name   string
	copies int
	pack   func(t testing.TB, b []byte) []byte // nil: as they are
	path   string                              // "-": standard input
}

var packagings = []packaging{
	{"a file", 1, nil, "export"},
	{"a folder as storage is laid out", 1, nil, "insights-logs-signinlogs/tenantId=t/y=2026/m=01/d=02/h=03/m=00/PT1H.json"},
	{"standard input", 1, nil, "-"},
	{"gzip", 1, packers["gzip"], "export.gz"},
	{"gzip in two members", 1, packers["gzip in two members"], "export"},
	{"gzip on standard input", 1, packers["gzip"], "-"},
	{"gzip in the storage layout", 1, packers["gzip"], "y=2026/m=01/d=02/h=03/m=00/PT1H.json"},
	{"zstd", 1, packers["zstd"], "export.zst"},
	{"zstd in two frames", 1, func(t testing.TB, b []byte) []byte {
		return append(packers["zstd"](t, b[:len(b)/2]), packers["zstd"](t, b[len(b)/2:])...)
	}, "export"},
	{"zstd behind a frame to skip", 1, func(t testing.TB, b []byte) []byte {
		return append([]byte("\x5a\x2a\x4d\x18\x03\x00\x00\x00any"), packers["zstd"](t, b)...)
	}, "export"},
	{"zip", 1, packers["zip"], "export.zip"},
	{"zip, stored", 1, func(t testing.TB, b []byte) []byte { return []byte(fixture.ZipBy(zip.Store, "export.json", string(b))) }, "export"},
	{"zip of several", 2, func(t testing.TB, b []byte) []byte {
		return []byte(fixture.Zip("a/InteractiveSignIns.json", string(b), "a/", "", "readme.txt", "hello\n", "b/MSISignIns.csv", string(b)))
	}, "bundle.zip"},
}

// read reads bytes that are handed over that way, through dir.
func (h packaging) read(t *testing.T, dir string, plain []byte, o Options) outcome {
	if h.pack != nil {
		plain = h.pack(t, plain)
	}
	if h.path == "-" {
		o.Stdin = bytes.NewReader(plain)
		return collect(t, o, "-")
	}
	path := filepath.Join(dir, filepath.FromSlash(h.path))
	fixture.Write(t, path, plain)
	if above, _, folder := strings.Cut(h.path, "/"); folder {
		path = filepath.Join(dir, above)
	}
	out := collect(t, o, path)
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	return out
}

// One set of records yields the same rows in every form, every encoding and every
// packaging, each at its position in the unpacked bytes.
func TestSameRecordsInEveryFormEncodingAndContainer(t *testing.T) {
	want := map[string][]row{}
	for _, f := range forms() {
		if f.name != "lines" {
			continue
		}
		out := readText(t, f.text)
		if len(out.rows) != 3 || out.err != nil || len(out.rejects) > 0 {
			t.Fatalf("%s: %d rows, %v, %v", f.set, len(out.rows), out.rejects, out.err)
		}
		for _, r := range out.rows {
			want[f.set] = append(want[f.set], r.columns())
		}
	}
	for _, f := range forms() {
		t.Run(f.set+", "+f.name, func(t *testing.T) {
			t.Parallel()
			f.check(t, want[f.set])
		})
	}
}

// check reads a writing in every encoding, and in every container.
func (f form) check(t *testing.T, want []row) {
	dir := t.TempDir()
	for _, e := range encodings {
		plain, err := e.encode(f.text)
		if err != nil {
			continue // it has letters that the encoding lacks
		}
		o := Options{Raw: true}
		if e.given != "" {
			o.Encoding, _ = source.FindEncoding(e.given)
		}
		for _, h := range packagings {
			if f.name != "lines" && (e.name != "UTF-8" || testing.Short()) && h.name != "a file" {
				continue // the two are independent of each other
			}
			name := e.name + ", " + h.name
			out := h.read(t, dir, plain, o)
			checkSame(t, name, out, slices.Repeat(want, h.copies))
			if h.copies == 1 {
				if err := checkPlaces(plain, out); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

func checkSame(t *testing.T, name string, out outcome, want []row) {
	t.Helper()
	if len(out.rows) != len(want) || out.err != nil || len(out.rejects) > 0 {
		t.Errorf("%s: %d rows, %v, %v", name, len(out.rows), out.rejects, out.err)
		return
	}
	for i, r := range out.rows {
		if d := r.columns().differs(want[i]); d != "" {
			t.Errorf("%s: row %d:%s", name, i+1, d)
		}
	}
}

// What an envelope adds aside, a sign-in is the same bare and in one.
func TestSameRecordsBareAndInEnvelopes(t *testing.T) {
	t.Parallel()
	sets := jsonSets()
	bare, wrapped := readText(t, join(sets["graph-json"], "\n")), readText(t, `{"records":[`+join(sets["diagnostic-json"], ",")+"]}")
	for i, r := range wrapped.rows {
		for _, id := range []schema.ColumnID{schema.IngestedAt, schema.SourceCategory} {
			delete(r, schema.Columns[id].Name)
		}
		r["extra"] = strings.ReplaceAll(r["extra"], `"properties.`, `"`) // paths are the source's
		if d := r.columns().differs(bare.rows[i].columns()); d != "" {
			t.Errorf("row %d:%s", i+1, d)
		}
	}
}

// encode writes text in the encoding of that name.
func encode(text, encoding string) []byte {
	for _, e := range encodings {
		if e.name == encoding {
			if data, err := e.encode(text); err == nil {
				return data
			}
		}
	}
	panic("no way to write that in " + encoding)
}
