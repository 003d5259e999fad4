package reader

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// What is whole of a damaged file is taken when that is asked for. The damage
// is a reject with its place, and other files are read as ever.
func TestSalvage(t *testing.T) {
	t.Parallel()
	three := signIn("1") + "," + signIn("2") + "," + signIn("3")
	for name, c := range map[string]struct {
		content string
		ids     string
		at      int // of the damage, -1: unknown
	}{
		"cut in a record":  {"[" + three[:len(three)-9], "1 2", len(three) - 8},
		"cut in an array":  {"[" + three, "1 2 3", len(three) + 1},
		"merged badly":     {"[" + signIn("1") + "]\n[" + signIn("2") + "\n[" + signIn("3") + "]", "1 2", len(signIn("1")+signIn("2")) + 5},
		"bad number":       {"[" + signIn("1") + ",{\"id\":01},\n" + signIn("3") + "]", "1", len(signIn("1")) + 9},
		"quote never ends": {portal("1,,,", "2,,,") + "2026-01-01T00:00:00Z,3,\"x", "1 2", len(portal("1,,,", "2,,,")) + 23},
		"gzip cut":         {fixture.Gzip(strings.Repeat(signIn("1")+"\n", 3))[:80], "", -1},
		"gzip checksum":    {badSum(fixture.Gzip(signIn("1") + "\n" + signIn("2") + "\n")), "1 2", -1},
	} {
		t.Run(caseName(name), func(t *testing.T) {
			root := fixture.Tree(t, map[string]string{"1.json": c.content, "2.json": signIn("9") + "\n"})
			if whole := collect(t, Options{}, root); whole.err == nil && len(whole.skipped) == 0 {
				t.Errorf("%s: no error without salvage", name)
			}
			out := collect(t, Options{Salvage: true, Jobs: 2}, root+"/1.json", root+"/2.json")
			if name == "gzip cut" {
				if out.err == nil && len(out.rejects) != 1 {
					t.Errorf("%s: %v", name, out.rejects)
				}
				return
			}
			if got := strings.Join(out.values("id"), " "); got != strings.TrimSpace(c.ids+" 9") || out.err != nil {
				t.Errorf("%s: %s, %v", name, got, out.err)
				return
			}
			if out.warnings[schema.Salvaged] != 1 || len(out.rejects) != 1 || out.rejects[0].Code != "damaged" {
				t.Errorf("%s: %v, %v", name, out.warnings, out.rejects)
				return
			}
			if r := out.rejects[0]; c.at >= 0 && (r.Offset != int64(c.at) || r.Offset+r.Length != int64(len(c.content))) {
				t.Errorf("%s: damage at %d, length %d of %d; want %d", name, r.Offset, r.Length, len(c.content), c.at)
			}
		})
	}
}

func badSum(packed string) string {
	n := len(packed) - 6
	return packed[:n] + string([]byte{packed[n] ^ 1}) + packed[n+1:]
}

// Cut anywhere, what is salvaged is a beginning of the whole, and the digest is
// that of the file.
func TestSalvageOfEveryCut(t *testing.T) {
	t.Parallel()
	var whole []string
	var content strings.Builder
	for i := range 5 {
		whole = append(whole, fmt.Sprint(i))
		fmt.Fprintf(&content, "%s%s\n", map[bool]string{true: "[", false: ","}[i == 0], signIn(fmt.Sprint(i)))
	}
	text := content.String() + "]"
	path := fixture.Temp(t, "a.json", "")
	for n := 70; n < len(text); n++ {
		fixture.Write(t, path, text[:n])
		out := collect(t, Options{Salvage: true}, path)
		ids := out.values("id")
		if out.err != nil || len(out.rejects) != 1 || len(ids) > len(whole) || !slices.Equal(ids, whole[:len(ids)]) || len(ids) < (n-70)/70 {
			t.Fatalf("cut at %d: %v, %v, %v", n, ids, out.rejects, out.err)
		}
	}
}

// A first line of several that is damaged is a reject like any other.
func TestDamagedFirstLineIsAReject(t *testing.T) {
	t.Parallel()
	for _, first := range []string{`{"id":"0","created`, `atedDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab"}`, strings.Repeat("\x00", 40), "a,b,c", "{\"id\":1,\"x\":tru", "\xef\xbb\xbf{", `{"id" "0"}`} {
		t.Run(caseName(first), func(t *testing.T) {
			content := first + "\n" + signIn("1") + "\n" + signIn("2")
			out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
			if got := out.values("id"); !slices.Equal(got, []string{"1", "2"}) || !slices.Equal(out.codes(), []string{"bad_json"}) || out.rejects[0].Line != 1 || out.err != nil {
				t.Errorf("%q: rows %v, rejects %v, %v", first, got, out.rejects, out.err)
			}
		})
	}
	for _, content := range []string{"{\n[" + signIn("1") + "]", "{\nx\n" + signIn("1") + ",", "# Sample\n[\n" + signIn("1") + "\n]\n```\n", `{"a`} {
		t.Run(caseName(content), func(t *testing.T) {
			if out := collect(t, Options{Salvage: true, Stdin: strings.NewReader(content)}, "-"); out.err == nil {
				t.Errorf("%q: no error, %d rows", content, len(out.rows))
			}
		})
	}
}

// Lines before an array, a page or an object of several lines that have no record are
// rejects, each at its place.
func TestLinesBeforeOtherJSON(t *testing.T) {
	t.Parallel()
	batch := `{"responses":[` + "\n" + `{"id":"1","body":{"value":[` + signIn("1") + "]}}\n]}"
	for name, rest := range map[string]string{
		"array": "[" + signIn("1") + "]", "array of lines": "[\n" + signIn("1") + "\n]\n", "page": `{"value":[` + signIn("1") + "]}", "page of lines": "{\n\"value\":[\n" + signIn("1") + "]}\n",
		"object": strings.Replace(signIn("1"), ",", ",\n", 1), "records": `{"records":[` + "\n" + kinds["records"]("1") + "]}", "wrapped": batch,
	} {
		for _, c := range []struct {
			lines string
			codes []string
		}{
			{"17\n", []string{"not_an_object"}}, {"null\n", []string{"not_an_object"}}, {"17\r\n\"a\"\ntrue\n", []string{"not_an_object", "not_an_object", "not_an_object"}},
			{"Connecting to contoso.example\n\n", []string{"bad_json"}}, {"WARNING: a, b\n17\n", []string{"bad_json", "not_an_object"}}, {byteOrderMark + "17\n", []string{"not_an_object"}},
		} {
			t.Run(caseName(name+c.lines), func(t *testing.T) {
				out := readText(t, c.lines+rest)
				codes := out.codes()
				for i, code := range codes {
					if codes[i] = code; code == "no_record" {
						codes[i] = "not_an_object"
					}
				}
				if got := out.values("id"); !slices.Equal(got, []string{"1"}) || !slices.Equal(codes, c.codes) || out.err != nil || out.seen != 1+int64(len(c.codes)) {
					t.Fatalf("rows %v, rejects %v, %v", got, out.rejects, out.err)
				}
				first := strings.TrimPrefix(c.lines, byteOrderMark)
				first = strings.TrimRight(first[:strings.IndexByte(first, '\n')], "\r")
				if r := out.rejects[0]; string(r.Raw) != first || r.Line != 1 || r.Offset != int64(strings.Index(c.lines, first)) {
					t.Errorf("%+v", r)
				}
			})
		}
	}
	many := strings.Repeat("17\n", maxLeadingLines+2) + "[\n" + signIn("1") + "\n]"
	if out := readText(t, many); out.err == nil {
		t.Errorf("%d rows behind %d lines", len(out.rows), maxLeadingLines+2)
	}
}
