package reader

import (
	"fmt"
	"strings"
	"testing"
)

// badInputs are what goes wrong with files, by what it is called.
var badInputs = []struct{ name, content string }{
	{"array: trailing comma", "[" + signIn("1") + ",]"},
	{"array: two commas", "[" + signIn("1") + ",," + signIn("2") + "]"},
	{"array: comma first", "[," + signIn("1") + "]"},
	{"array: no comma", "[" + signIn("1") + " " + signIn("2") + "]"},
	{"array: no brackets", signIn("1") + ",\n" + signIn("2") + "\n"},
	{"array: comment", "[\n// sign-ins\n" + signIn("1") + "]"},
	{"array: comment behind a record", "[" + signIn("1") + " /* end */]"},
	{"array: wrong bracket", "[" + signIn("1") + "}"},
	{"array: closed twice", "[" + signIn("1") + "]]"},
	{"array: text behind it", "[" + signIn("1") + "]\nend\n"},
	{"array: pages put together by outer brackets", "[" + signIn("1") + "]\n[" + signIn("2") + "],\n" + signIn("3") + "]"},
	{"array: not closed", "[" + signIn("1") + "\n"},
	{"array: ends in a string", "[" + signIn("1") + ",\n{\"id\":\"ab"},
	{"array: ends in an escape", "[" + signIn("1") + ",\n{\"id\":\"ab\\"},
	{"array: ends in a name", "[" + signIn("1") + ",\n{\"i"},
	{"array: ends behind a colon", "[" + signIn("1") + ",\n{\"id\":"},
	{"array: ends in a word", "[" + signIn("1") + ",\n{\"id\":tru"},
	{"array: ends in a number", "[" + signIn("1") + ",\n{\"id\":-"},
	{"array: ends behind a member", "[" + signIn("1") + ",\n{\"id\":1,"},
	{"array: scalars and arrays inside", "[" + signIn("1") + ",1,\"a\",null,[" + signIn("2") + ",[]],{}]"},
	{"member: single quotes", "[" + signIn("1") + ",{'id':1}]"},
	{"member: no quotes", "[" + signIn("1") + ",{id:1}]"},
	{"member: no colon", "[" + signIn("1") + ",{\"id\" 1}]"},
	{"member: no value", "[" + signIn("1") + ",{\"id\":}]"},
	{"member: trailing comma", "[" + signIn("1") + ",{\"id\":1,}]"},
	{"number: leading zero", "[" + signIn("1") + ",{\"id\":01}]"},
	{"number: leading plus", "[" + signIn("1") + ",{\"id\":+1}]"},
	{"number: no digits behind the point", "[" + signIn("1") + ",{\"id\":1.}]"},
	{"number: NaN", "[" + signIn("1") + ",{\"id\":NaN}]"},
	{"number: Infinity", "[" + signIn("1") + ",{\"id\":-Infinity}]"},
	{"word: capital", "[" + signIn("1") + ",{\"id\":True}]"},
	{"string: line break", "[" + signIn("1") + ",{\"id\":\"a\nb\"}]"},
	{"string: escape", "[" + signIn("1") + ",{\"id\":\"a\\xb\"}]"},
	{"string: hexadecimal escape", "[" + signIn("1") + ",{\"id\":\"\\u12g4\"}]"},
	{"page: not closed", "{\n\"value\":[" + signIn("1") + "]"},
	{"page: ends behind a comma", "{\n\"value\":[" + signIn("1") + "],"},
	{"page: bad member behind the records", "{\n\"value\":[" + signIn("1") + "],\"x\":tru}"},
	{"page: text behind the records", "{\n\"value\":[" + signIn("1") + "] x}"},
	{"page: text behind it", "{\n\"value\":[" + signIn("1") + "]}\nx"},
	{"lines: one is broken", signIn("1") + "\n{\"id\":\n" + signIn("3") + "\n"},
	{"lines: the last is cut", signIn("1") + "\n" + signIn("2")[:30]},
	{"lines: comma at the end", signIn("1") + "\n" + signIn("2") + ",\n" + signIn("3") + "\n"},
	{"lines: two records on one", signIn("1") + "\n" + signIn("2") + signIn("3") + "\n"},
	{"lines: text", signIn("1") + "\nhello\n"},
	{"lines: pretty record", signIn("1") + "\n" + pretty(signIn("2")) + "\n"},
	{"lines: scalars", signIn("1") + "\n1\n\"a\"\nnull\n"},
	{"lines: no sign-in", signIn("1") + "\n{\"a\":1}\n{\"error\":{\"code\":\"x\"}}\n"},
	{"lines: zero bytes at the end", embed("1") + strings.Repeat("\x00", 10)},
	{"diagnostic: other category", kinds["records"]("1") + "\n{\"category\":\"AuditLogs\",\"properties\":{}}\n{\"category\":\"SignInLogs\"}\n"},
	{"CSV: bare quote", portal("1,a\"b,,", "2,,,")},
	{"CSV: text behind a quote", portal("1,\"a\"b,,", "2,,,")},
	{"CSV: short and long rows", portal("1,,", "2,,,", "3,,,,")},
	{"CSV: quote never closed", portal("1,,,", "2,\"a,,", "3,,,")},
	{"CSV: cut", strings.TrimSuffix(portal("1,,,", "2,u,v,cu"), "\n")},
	{"CSV: cut in quotes", strings.TrimSuffix(portal("1,,,", "2,u,\"v,cu"), "\n")},
	{"CSV: header in quotes is cut", "\"Date (UTC)\",\"Request ID\",\"User"},
	{"text", "hello\nworld\n"},
	{"JSON that is no sign-in", "{\"a\":1}\n"},
	{"a JSON text", "\"hello\"\n"},
}

// What is said about bad files: where, what, and what to do.
func TestMessages(t *testing.T) {
	var s strings.Builder
	for _, bad := range badInputs {
		out := readText(t, bad.content)
		fmt.Fprintf(&s, "%s\n\tinput %s\n", bad.name, shorten(bad.content))
		if len(out.rows) > 0 {
			fmt.Fprintf(&s, "\trows %s\n", shorten(strings.Join(out.values("id"), " ")))
		}
		for _, r := range out.rejects {
			fmt.Fprintf(&s, "\treject %d, line %d, byte %d, length %d: %s: %s\n", r.Record, r.Line, r.Offset, r.Length, r.Code, r.Message)
		}
		for _, c := range []string{"no_final_newline", "concatenated_values", "blank_lines"} {
			if n := out.warnings[c]; n > 0 {
				fmt.Fprintf(&s, "\twarning %s %d\n", c, n)
			}
		}
		if out.err != nil {
			fmt.Fprintf(&s, "\terror %v\n", out.err)
		}
		if e, ok := out.err.(*Error); ok && e.Hint != "" {
			fmt.Fprintf(&s, "\thint %s\n", e.Hint)
		}
		if out.err == nil && len(out.rejects) == 0 && len(out.warnings) == 0 {
			t.Errorf("%s: nothing is said", bad.name)
		}
	}
	golden(t, "messages.txt", s.String())
}
