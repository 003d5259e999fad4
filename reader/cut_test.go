package reader

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/jsontext"
)

// A smallInput is a small whole input.
type smallInput struct {
	name, content string
	rows          []string // ids of its records
	lines         bool     // has a record a line: a cut between lines leaves a whole file
	values        bool     // has several values: a cut between them leaves a whole file
}

// smallInputs are inputs of every dialect in every container.
func smallInputs() []smallInput {
	var list []smallInput
	ids := []string{"id-1", "id-2", "id-3"}
	for page, kind := range kinds {
		for _, c := range containersOf(page) {
			records := []string{kind("id-1"), kind("id-2"), kind("id-3")}
			if c.pretty {
				records[1] = pretty(records[1])
			}
			content := strings.ReplaceAll(c.pack(records), ", ] ", "]")
			list = append(list, smallInput{page + ": " + c.name, content, ids, !c.pretty, c.several})
			if c.name == "lines" || c.name == "array" {
				list = append(list, smallInput{page + ": " + c.name + ", CR LF and mark", "\xef\xbb\xbf" + strings.ReplaceAll(content, "\n", "\r\n"), ids, !c.pretty, false})
			}
		}
	}
	csv := "Date (UTC),Request ID,Username,User\n2026-01-02T03:04:05Z,id-1,u,\n2026-01-02T03:04:05Z,id-2,\"a\n\"\"b\"\"\",\"c\"\n\n2026-01-02T03:04:05Z,id-3,ü,x\n"
	for name, content := range map[string]string{
		"CSV": csv, "CSV with a mark": "\xef\xbb\xbf" + csv, "CSV with CR LF": strings.ReplaceAll(csv, "\n", "\r\n"), "CSV with CR": strings.ReplaceAll(csv, "\n", "\r"),
		"CSV without a last line end": csv[:len(csv)-1], "CSV with semicolons": "sep=;\r\n" + strings.ReplaceAll(csv, ",", ";"),
		"CSV in quotes": quoted([]string{"Date (UTC)", "Request ID", "Username"}) + quoted([]string{"2026-01-02T03:04:05Z", "id-1", "u, \"v\""}) +
			quoted([]string{"2026-01-02T03:04:05Z", "id-2", "\r\n"}) + quoted([]string{"2026-01-02T03:04:05Z", "id-3", ""}),
		"CSV of service principals": "Date (UTC),Service principal ID,Request ID\n2026-01-02T03:04:05Z,p,id-1\n2026-01-02T03:04:05Z,p,id-2\n2026-01-02T03:04:05Z,\"p\n\",id-3\n",
	} {
		list = append(list, smallInput{name, content, ids, true, false})
	}
	for name, record := range otherRecords {
		var records []string
		for _, id := range ids {
			records = append(records, fmt.Sprintf(record, id))
		}
		list = append(list, smallInput{name + " lines", join(records, "\n") + "\n", ids, true, false}, smallInput{name + " array", "[" + join(records, ",\n") + "]", ids, false, false})
	}
	for name, head := range otherTables {
		content := head
		for _, id := range ids {
			content += fmt.Sprintf("2026-01-02T03:04:05Z,%s,0,\"u\n\",\"{\"\"a\"\":[1]}\",x\n", id)
		}
		list = append(list, smallInput{name, content, ids, true, false})
	}
	for _, sep := range []string{"", "\n"} {
		rows := `["2026-01-02T03:04:05Z","id-1","0","u"],` + sep + `["2026-01-02T03:04:05Z","id-2","0",null],` + sep + `["2026-01-02T03:04:05Z","id-3","0","]"]`
		list = append(list, smallInput{"table of rows" + sep, `{"tables":[` + sep + `{"name":"PrimaryResult","columns":[{"name":"CreatedDateTime","type":"datetime"},{"name":"Id"},{"name":"ResultType"},{"name":"UserPrincipalName"}],"rows":[` + rows + "]}]," + sep + `"x":{}}`, ids, false, false})
	}
	return list
}

// otherRecords are records of the other JSON dialects, for an id.
var otherRecords = map[string]string{
	"log-analytics-json": `{"TimeGenerated":"2026-01-02T03:05:00Z","Id":"%s","ResultType":"0","UserPrincipalName":"u","Status":"{\"errorCode\":0}","LocationDetails":{"city":"K"}}`,
	"defender-json":      `{"Timestamp":"2026-01-02T03:04:05Z","RequestId":"%s","ErrorCode":0,"AccountUpn":"u","ConditionalAccessPolicies":[{"id":"}"}],"LogonType":"[\"interactiveUser\"]"}`,
	"powershell-json":    `{"CreatedDateTime":"\/Date(1598901896013)\/","Id":"%s","AppId":"a","Status":{"ErrorCode":0,"AdditionalProperties":{}},"AdditionalProperties":{"x":"}"}}`,
}

// otherTables are the headers of the other CSV dialects: a date, the id, a
// code, a name, a JSON text and one more.
var otherTables = map[string]string{
	"log-analytics-csv": "CreatedDateTime [UTC],Id,ResultType,UserPrincipalName,DeviceDetail,New\n",
	"powershell-csv":    "CreatedDateTime,Id,Status.ErrorCode,UserPrincipalName,DeviceDetail,AppId\n",
	"defender-csv":      "Timestamp,RequestId,ErrorCode,AccountUpn,ConditionalAccessPolicies,Application\n",
}

// A file cut at any byte never looks like a smaller whole one, unless it is one.
func TestEveryCut(t *testing.T) {
	t.Parallel()
	list := smallInputs()
	if len(list) < 12 {
		t.Fatalf("%d smallInputs", len(list))
	}
	for _, f := range list {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			out := readText(t, f.content)
			if got := out.values("id"); !slices.Equal(got, f.rows) || out.err != nil || len(out.rejects) > 0 {
				t.Fatalf("whole: rows %v, rejects %v, %v", got, out.rejects, out.err)
			}
			var silent []string
			for k := range cuts(f.content) {
				if wrong := f.cut(t, k); wrong != "" {
					silent = append(silent, wrong)
				}
			}
			if len(silent) > 0 {
				t.Errorf("%d of %d cuts pass without a word, the first: %s", len(silent), len(f.content), silent[0])
			}
		})
	}
}

// cuts yields the positions at which tests cut a text: all of them, with -short
// every third.
func cuts(text string) iter.Seq[int] {
	step := 1
	if testing.Short() {
		step = 3
	}
	return func(yield func(int) bool) {
		for k := len(text) % step; k < len(text) && yield(k); k += step {
		}
	}
}

// cut returns what is wrong with reading the first k bytes, "" for nothing.
func (f smallInput) cut(t *testing.T, k int) (wrong string) {
	defer func() {
		if fault := recover(); fault != nil {
			wrong = fmt.Sprintf("byte %d: panic: %v", k, fault)
		}
	}()
	text := f.content[:k]
	out := readText(t, text)
	clean := out.err == nil && len(out.rejects) == 0 && out.warnings[schema.NoFinalNewline] == 0
	if !clean || strings.TrimSpace(f.content[k:]) == "" || f.whole(text) {
		return ""
	}
	return fmt.Sprintf("byte %d, after %q: %d rows", k, text[max(0, k-20):], len(out.rows))
}

// whole reports whether the beginning of a smallInput is a whole file.
func (f smallInput) whole(text string) bool {
	if bare := strings.TrimLeft(text, "\ufeff\r\n "); f.values || f.lines && bare != "" && strings.Contains("{[", bare[:1]) {
		s := jsontext.Scanner{Data: []byte(bare)}
		for s.SkipSpace(); s.Pos < len(s.Data); s.SkipSpace() {
			if s.SkipValue(0) != nil {
				return false
			}
		}
		return true
	}
	trimmed := strings.TrimRight(text, " \t\r\n")
	lineEnd := strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\r") || len(trimmed) < len(text) && strings.ContainsAny(text[len(trimmed):], "\r\n")
	return f.lines && lineEnd && strings.Count(text, `"`)%2 == 0
}

// What a cut leaves whole is still read: the records before an NDJSON line or
// CSV row that is broken come out as they are in the whole file.
func TestCutKeepsWholeLines(t *testing.T) {
	t.Parallel()
	for _, f := range smallInputs() {
		t.Run(f.name, func(t *testing.T) {
			if !f.lines || strings.Contains(f.name, "page") || strings.Contains(f.name, "arrays") {
				return
			}
			for k := range cuts(f.content) {
				if strings.Contains(f.name, ": ") && strings.Count(f.content[:k], "\n") == strings.Count(f.content[:strings.Index(f.content, "{")], "\n") {
					continue // in the first line nothing is whole
				}
				if bytes.HasSuffix([]byte(f.content[:k]), []byte("\xc3")) {
					continue // half a letter is no cell of the whole file
				}
				out := collect(t, Options{Stdin: strings.NewReader(f.content[:k])}, "-")
				if out.err == nil && len(out.rows)+len(out.rejects) > len(f.rows) || len(out.rejects) > 1 {
					t.Errorf("%s: byte %d: rows %v, rejects %v", f.name, k, out.values("id"), out.rejects)
				}
				for i, id := range out.values("id") {
					if id != f.rows[i] && (i < len(out.rows)-1 || !strings.HasPrefix(f.rows[i], id)) {
						t.Errorf("%s: byte %d: rows %v", f.name, k, out.values("id"))
					}
				}
			}
		})
	}
}
