package reader

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// A container is a way to put JSON records into a file.
type container struct {
	name string
	// pretty: records may have line breaks. several: the file has several values,
	// one after the other. whole: cut between two values it looks like a whole file.
	pretty, several, whole bool
	pack                   func(records []string) string
}

func join(records []string, sep string) string { return strings.Join(records, sep) }

// each packs every record by itself.
func each(records []string, form, sep string) string {
	var list []string
	for _, r := range records {
		list = append(list, fmt.Sprintf(form, r))
	}
	return join(list, sep)
}

// containersOf are the containers of records whose pages hold them in page.
func containersOf(page string) []container {
	value := `{"` + page + `":[`
	return []container{
		{"lines", false, false, true, func(r []string) string { return join(r, "\n") + "\n" }},
		{"lines with blanks between", false, false, true, func(r []string) string { return "\n" + each(r, "  %s\t", "\n\n \n") + "\n" }},
		{"arrays, a line each", false, false, true, func(r []string) string { return r[0] + "\n" + each(r[1:], " [%s, ] ", "\n") }},
		{"pages, a line each", false, false, true, func(r []string) string { return each(r, value+"%s]}", "\n") + "\n" }},
		{"all in one line of a page", false, false, true, func(r []string) string {
			return `{"@odata.context":"https://x/$metadata#auditLogs/signIns","` + page + `":[` + join(r, ",") + `],"x":{"a":[1]}}` + "\n"
		}},
		{"array", true, false, false, func(r []string) string { return "[" + join(r, ",") + "]" }},
		{"array with spaces", true, false, false, func(r []string) string { return "\n [\t" + join(r, " \n , ") + " ] \n" }},
		{"array inside an array", true, false, false, func(r []string) string { return "[[" + join(r, ",\n") + "],[ ]]" }},
		{"page", true, false, false, func(r []string) string { return "{\n\"" + page + "\" : [" + join(r, ", ") + "]\n}\n" }},
		{"page with members around", true, false, false, func(r []string) string {
			return "{\"a\":{\"b\":[1,\"]\"]},\n\"x\":\"[{\",\"" + page + "\":[" + join(r, ",") + "] , \"c\":[[{}]],\"d\":1\n,\"e\":null}"
		}},
		{"array of pages", true, false, false, func(r []string) string { return "[\n" + each(r, value+" %s ]}", ",") + "]" }},
		{"arrays one after the other", true, true, true, func(r []string) string { return each(r, "[%s]", "\n") }},
		{"arrays without a break", true, true, true, func(r []string) string { return each(r, "[\n%s\n]", "") }},
		{"pages one after the other", true, true, true, func(r []string) string { return each(r, "{\n\""+page+"\":[%s]}", " ") }},
		{"objects one after the other", true, true, true, func(r []string) string { return "\n{\n" + join(r, "\n")[1:] }},
		{"objects, an array, a page", true, true, true, func(r []string) string {
			return "{\n" + r[0][1:] + "\n[" + join(r[1:len(r)-1], ",") + "]" + value + "\n" + r[len(r)-1] + "]}"
		}},
	}
}

// pretty writes a record of flat members over several lines.
func pretty(record string) string {
	return "{\n\t" + strings.ReplaceAll(record[1:len(record)-1], `,"`, ",\n\t\"") + "\n}"
}

// kinds of records that go into containers, by the name of their page's array.
var kinds = map[string]func(id string) string{
	"value": signIn,
	"records": func(id string) string {
		return `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","properties":` + signIn(id) + "}"
	},
}

// Every container yields the same records, each at its position.
func TestContainers(t *testing.T) {
	t.Parallel()
	for page, kind := range kinds {
		for _, c := range containersOf(page) {
			for _, variant := range []string{"", "bom", "crlf", "bom crlf", "pretty", "pretty crlf"} {
				if strings.Contains(variant, "pretty") && !c.pretty {
					continue
				}
				t.Run(page+"/"+c.name+"/"+variant, func(t *testing.T) { tryContainer(t, c, kind, variant) })
			}
		}
	}
}

func tryContainer(t *testing.T, c container, kind func(string) string, variant string) {
	var records, ids []string
	for i := range 5 {
		ids = append(ids, fmt.Sprint("id-", i))
		r := kind(ids[i])
		if strings.Contains(variant, "pretty") {
			r = pretty(r)
		}
		records = append(records, r)
	}
	content := c.pack(records)
	if c.name == "arrays, a line each" {
		content = strings.ReplaceAll(content, ", ]", "]")
	}
	if strings.HasPrefix(c.name, "objects") {
		records[0] = "{\n" + records[0][1:]
	}
	if strings.Contains(variant, "crlf") {
		content = strings.ReplaceAll(content, "\n", "\r\n")
		for i := range records {
			records[i] = strings.ReplaceAll(records[i], "\n", "\r\n")
		}
	}
	if strings.Contains(variant, "bom") {
		content = "\xef\xbb\xbf" + content
	}
	out := readText(t, content)
	if got := out.values("id"); !slices.Equal(got, ids) || out.err != nil || len(out.rejects) > 0 {
		t.Fatalf("%v, rejects %v, %v\n%s", got, out.rejects, out.err, content)
	}
	if got := out.values("raw_record"); !slices.Equal(got, records) {
		t.Errorf("%q\nwant %q", got, records)
	}
	if said := out.warnings[schema.ConcatenatedValues] > 0; said != c.several {
		t.Errorf("said that values are concatenated: %t, want %t", said, c.several)
	}
}

// Files without records are exports all the same.
func TestContainersWithoutRecords(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		"[]", " [ ]\n", "\xef\xbb\xbf[]", `{"value":[]}`, "{\n \"value\": [\n]\n}", `{"records":[]}`, "[[]]", "[]\n[]\n",
		`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns","value":[]}`,
		portalHead, "\xef\xbb\xbf" + portalHead, strings.ReplaceAll(portalHead, "\n", "\r\n"), portalHead + "\n\n",
		`{"value":[]}` + "\n" + `{"value":[]}` + "\n",
	} {
		t.Run(caseName(content), func(t *testing.T) {
			if out := readText(t, content); out.err != nil || out.seen != 0 {
				t.Errorf("%q: seen %d, %v", content, out.seen, out.err)
			}
		})
	}
}

// The name of a link to a further page comes before the records or behind
// them; either way the export goes on elsewhere, unless that page follows. Pages
// are counted to tell.
func TestNextLink(t *testing.T) {
	t.Parallel()
	const link = `"@odata.nextLink":"https://graph.microsoft.com/v1.0/auditLogs/signIns?$skiptoken=1"`
	for _, c := range []struct {
		content     string
		want, pages int64
	}{
		{`{"value":[%s],` + link + `}`, 1, 1},
		{`{"@odata.context":"#auditLogs/signIns",` + link + `,"value":[%s]}`, 1, 1},
		{"{\n\"value\":[%s],\n" + link + "}", 1, 1},
		{"{\n" + link + ",\n\"value\":[%s]}", 1, 1},
		{"[{" + link + `,"value":[%s]},{"value":[]}]`, 1, 2},
		{"[{\"value\":[%s]," + link + `},{"value":[],` + link + "}]", 2, 2},
		{"{\n" + link + ",\n\"value\":[%s]}\n{\n" + link + ",\"value\":[]}", 2, 2},
		{`{"value":[%s],"@odata.nextLink":null}`, 0, 1},
		{`{"value":[%s],"@odata.nextLink":""}`, 0, 1},
		{"{\n\"value\":[%s],\"@odata.nextLink\":null}", 0, 1},
		{`{"value":[%s]}`, 0, 1},
		{"%s", 0, 0},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := readText(t, fmt.Sprintf(c.content, signIn("1"))+"\n")
			if got := out.warnings[schema.NextLink]; got != c.want || len(out.rows) != 1 || len(out.rejects) > 0 {
				t.Errorf("%s: %d warnings, want %d; %d rows, %v", c.content, got, c.want, len(out.rows), out.rejects)
			}
			if got := out.warnings[schema.Pages]; got != c.pages {
				t.Errorf("%s: %d pages, want %d", c.content, got, c.pages)
			}
		})
	}
}

// What follows the records of a page is no place to lose further ones.
func TestPageWithTwoArraysLosesNothing(t *testing.T) {
	t.Parallel()
	for _, sep := range []string{"", "\n"} {
		t.Run(caseName(sep), func(t *testing.T) {
			for _, name := range []string{"value", "records"} {
				content := `{"` + name + `":[` + kinds[name]("1") + "]," + sep + `"` + name + `":[` + kinds[name]("2") + "]}\n"
				if out := readText(t, content); out.err == nil && out.seen != 2 {
					t.Errorf("%s %q: seen %d, no error", name, sep, out.seen)
				}
			}
		})
	}
}

// A record that happens to have an array of that name is no page: it is taken
// or rejected as a whole.
func TestRecordWithAnArrayCalledValue(t *testing.T) {
	t.Parallel()
	record := `{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","clientAppUsed":"ab","value":[1]}`
	for _, content := range []string{record + "\n", signIn("0") + "\n" + record + "\n", "[" + signIn("0") + "," + record + "]"} {
		t.Run(caseName(content), func(t *testing.T) {
			out := readText(t, content)
			kept := slices.Contains(out.values("id"), "1")
			for _, r := range out.rejects {
				kept = kept || string(r.Raw) == record
			}
			if !kept && out.err == nil {
				t.Errorf("%s: rows %v, rejects %v", content, out.values("id"), out.rejects)
			}
		})
	}
}

// A page on a line is taken whole or not at all.
func TestLineWithAnErrorInsideGivesOneReject(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`{"value":[%[1]s,%[1]s,{"id":]}`, `{"value":[%[1]s,{"id":1}`, `{"value":[%[1]s]`, `{"value":[%[1]s]}}`, `{"value":[%[1]s],}`, `{"value":[%[1]s],"x":tru}`,
		`[%[1]s,%[1]s,]`, `[%[1]s`, `[[%[1]s],[%[1]s`, `[{"value":[%[1]s]},{"value":[%[1]s}]`, `{"value":[{"value":[%[1]s]},{"value":[%[1]s}]}`,
		`{"a":01,"value":[%[1]s]}`, `{"value":[%[1]s]}{"value":[%[1]s]}`, `%[1]s%[1]s`, `%[1]s,`, `[%[1]s] [`, `%[1]s {`,
	} {
		t.Run(caseName(line), func(t *testing.T) {
			line = fmt.Sprintf(line, signIn("x"))
			out := readText(t, signIn("0")+"\n"+line+"\n"+signIn("2")+"\n")
			if got := out.values("id"); !slices.Equal(got, []string{"0", "2"}) || out.seen != 3 {
				t.Errorf("%s: rows %v, seen %d, rejects %v, %v", line, got, out.seen, out.rejects, out.err)
			}
			if len(out.warnings)+len(out.unknown) > 0 {
				t.Errorf("%s: warnings %v and unknown fields %v of what was rejected", line, out.warnings, out.unknown)
			}
		})
	}
}

// A rejected record leaves no traces among the counts.
func TestRejectedRecordIsNotCountedOtherwise(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`{"createdDateTime":"2026-01-02T03:04:05Z","new":1,"id":1,"id":2} x`,
		`{"time":"2026-01-02T03:04:05.1234567Z","category":"SignInLogs","properties":{"createdDateTime"`,
		`{"time":"2026-01-02T03:04:05.1234567Z","category":"AuditLogs","properties":{}}`,
		`{"records":[],"@odata.nextLink":"x"} x`,
	} {
		t.Run(caseName(line), func(t *testing.T) {
			record := kinds["records"]("1")
			if strings.HasPrefix(line, `{"created`) {
				record = signIn("1")
			}
			out := readText(t, record+"\n"+line+"\n")
			if len(out.rows) != 1 || len(out.rejects) != 1 || len(out.warnings)+len(out.unknown) > 0 {
				t.Errorf("%s: %d rows, rejects %v, warnings %v, unknown %v", line, len(out.rows), out.rejects, out.warnings, out.unknown)
			}
		})
	}
}

// Values nest no deeper than 1,000; beyond, the input ends with an error or the
// line with a reject, and the stack holds.
func TestDeepNesting(t *testing.T) {
	t.Parallel()
	depths := []int{1001, 100_000}
	if !testing.Short() {
		depths = append(depths, 1_000_000)
	}
	for _, n := range depths {
		t.Run(caseName(n), func(t *testing.T) {
			for _, open := range []string{"[", `{"value":[`, `{"records":[`, `{"a":`, `[{"value":`} {
				deep := strings.Repeat(open, n)
				if out := collect(t, Options{Stdin: strings.NewReader(deep)}, "-"); out.err == nil {
					t.Errorf("%d times %s alone: no error", n, open)
				}
				if out := collect(t, Options{Stdin: strings.NewReader("[" + signIn("1") + "," + deep)}, "-"); out.err == nil {
					t.Errorf("%d times %s in an array: no error", n, open)
				}
				closed := deep + "0" + strings.NewReplacer("[", "]", "{", "}", `"value":`, "", `"records":`, "", `"a":`, "").Replace(reverse(open, n))
				out := readText(t, signIn("1")+"\n"+closed+"\n"+signIn("3")+"\n")
				if len(out.rows) != 2 || len(out.rejects) != 1 || !strings.Contains(out.rejects[0].Message, "deeper than 1000") {
					t.Errorf("%d times %s on a line: %d rows, %d rejects, %v", n, open, len(out.rows), len(out.rejects), out.err)
				}
			}
		})
	}
}

// reverse repeats the brackets of open in the order they close.
func reverse(open string, n int) string {
	brackets := strings.Map(func(r rune) rune {
		if r == '[' || r == '{' {
			return r
		}
		return -1
	}, open)
	if len(brackets) == 2 {
		brackets = brackets[1:] + brackets[:1]
	}
	return strings.Repeat(brackets, n)
}

func TestNestingOfAThousandIsRead(t *testing.T) {
	t.Parallel()
	in := strings.Repeat("[", 900) + signIn("1") + strings.Repeat("]", 900)
	member := `{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab","x":` + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "}"
	for _, content := range []string{in, member, "[" + signIn("1") + "," + in + "]"} {
		t.Run(caseName(content), func(t *testing.T) {
			if out := readText(t, content); out.err != nil || len(out.rows) == 0 || len(out.rejects) > 0 {
				t.Errorf("%s: %d rows, rejects %v, %v", shorten(content), len(out.rows), out.rejects, out.err)
			}
		})
	}
}

// Records beside those of a page are not passed over without a word.
func TestPageWithRecordsOfAnotherName(t *testing.T) {
	t.Parallel()
	for _, space := range []string{"", strings.Repeat(" ", maxSmallValue)} {
		t.Run(caseName(len(space)), func(t *testing.T) {
			page := `"value":[` + signIn("1") + `],` + space + `"records":[{"a":1}]}`
			if out := readText(t, "{\n"+page); out.err == nil || !strings.Contains(out.err.Error(), "second array") {
				t.Errorf("%d rows, %v, %v", len(out.rows), out.rejects, out.err)
			}
			if out := readText(t, "{"+page+"\n"); len(out.rejects) != 1 || !strings.Contains(out.rejects[0].Message, "second array") {
				t.Errorf("line: %d rows, %v, %v", len(out.rows), out.rejects, out.err)
			}
		})
	}
}
