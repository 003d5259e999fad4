package reader

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// indented writes JSON over lines.
func indented(t testing.TB, text, prefix, indent string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), prefix, indent); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// readGuessed reads content with chunks of some kilobytes, so that long arrays
// are cut by guesses.
func readGuessed(t testing.TB, content string, o Options) outcome {
	t.Helper()
	o.chunkSize = 2 << 10
	o.Stdin = strings.NewReader(content)
	return collect(t, o, "-")
}

// layouts are long arrays over many lines. Borders are guessed right in some,
// fail in others, and some are damaged.
func layouts(t testing.TB) map[string]string {
	var records []string
	for i := range 60 {
		records = append(records, strings.Replace(signIn(fmt.Sprint(i)), `"appDisplayName"`, `"status":{"errorCode":0},"appliedConditionalAccessPolicies":[{"id":"x"},{"id":"},{"}],"appId"`, 1))
	}
	array := "[" + join(records, ",") + "]"
	plain := indented(t, array, "", "  ")
	half := len(plain)/2 + strings.Index(plain[len(plain)/2:], "\n    \"appDisplayName\"")
	nested := strings.Replace(plain[half:], `"errorCode": 0`, "\"details\": [\n  {\n  },\n  {\n  }\n  ]", 20)
	return map[string]string{
		"plain":                    plain,
		"lines end in CR LF":       strings.ReplaceAll(plain, "\n", "\r\n"),
		"tabs":                     indented(t, array, "", "\t"),
		"page":                     indented(t, `{"@odata.context":"c","value":`+array+`,"@odata.nextLink":"x"}`, "", "    "),
		"records":                  indented(t, `{"records":`+array+`}`, "", "    "),
		"arrays behind each other": plain + "\n" + plain + plain,
		"an array and lines":       plain + "\n" + join(records[:30], "\n"),
		"borders inside records":   plain[:half] + nested,
		"no indentation":           indented(t, array, "", ""),
		"not laid out":             array,
		"other layout later":       plain[:len(plain)-2] + "," + join(records[:9], ",") + ",\n  " + plain[len("[\n  "):],
		"empty array behind":       plain + "[]",
		"bad value":                plain[:half] + strings.Replace(plain[half:], "0", "00", 1),
		"no comma":                 plain[:half] + strings.Replace(plain[half:], "},\n  {", "}\n  {", 1),
		"no closing brace":         plain[:half] + strings.Replace(plain[half:], "  },\n  {", "  \n  {", 1),
		"comma at the end":         plain[:len(plain)-2] + ",\n]",
		"two commas":               plain[:half] + strings.Replace(plain[half:], "},", "},,", 1),
		"array closed too early":   plain[:half] + strings.Replace(plain[half:], "  },\n  {", "  }]\n  {", 1),
		"text behind":              plain + "x",
		"cut":                      plain[:len(plain)*3/4],
	}
}

// What is guessed and what is seen come to the same, errors too.
func TestGuessedBorders(t *testing.T) {
	t.Parallel()
	for name, content := range layouts(t) {
		t.Run(caseName(name), func(t *testing.T) {
			for _, o := range []Options{{}, {Jobs: 3, Raw: true}, {Salvage: true}} {
				compareGuessed(t, name, content, o)
			}
		})
	}
}

func compareGuessed(t *testing.T, name, content string, o Options) {
	t.Helper()
	o.Stdin = strings.NewReader(content)
	want, got := collect(t, o, "-"), readGuessed(t, content, o)
	if o.Salvage && len(want.rejects) > 0 {
		// Records before the damage in the same chunk are read or not.
		want.rows = want.rows[:min(len(want.rows), len(got.rows))]
	}
	if want.err == nil && len(want.rows) != len(got.rows) {
		t.Errorf("%s, %+v: %d rows, by guesses %d", name, o, len(want.rows), len(got.rows))
	}
	for i := range min(len(want.rows), len(got.rows)) {
		if d := got.rows[i].differs(want.rows[i]); want.err == nil && d != "" {
			t.Errorf("%s, %+v: row %d by guesses:%s", name, o, i+1, d)
		}
	}
	var wantErr, gotErr *Error
	if errors.As(want.err, &wantErr) != errors.As(got.err, &gotErr) {
		t.Errorf("%s: error %v, by guesses %v", name, want.err, got.err)
	} else if wantErr != nil && (wantErr.Line != gotErr.Line || wantErr.Byte != gotErr.Byte) {
		// A number that is cut in two by its own fault is reported as such only where
		// what follows it is in the same chunk.
		t.Errorf("%s: error %+v, by guesses %+v", name, wantErr, gotErr)
	}
	if want.err == nil && (want.seen != got.seen || !slices.Equal(codes(want), codes(got))) {
		t.Errorf("%s: seen %d, rejects %v; by guesses %d, %v", name, want.seen, codes(want), got.seen, codes(got))
	}
}

func codes(out outcome) (list []string) {
	for _, r := range out.rejects {
		list = append(list, fmt.Sprint(r.Code, r.Record, r.Line, r.Offset))
	}
	return list
}

// Long arrays over lines are cut by guesses, all others are not.
func TestLayoutsThatAreGuessed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"plain": true, "lines end in CR LF": true, "page": true, "no indentation": false, "not laid out": false} {
		t.Run(caseName(name), func(t *testing.T) {
			content := layouts(t)[name]
			w := &window{place: place{line: 1, eol: '\n', maxRecord: defaultMaxRecord}, chunkSize: 2 << 10, r: strings.NewReader(content), size: int64(len(content))}
			e := &elements{w: w, page: "value", record: &object{}, warnings: new(schema.Tally)}
			for c, err := e.nextChunk(); c != nil || err != nil; c, err = e.nextChunk() {
				if err != nil {
					t.Fatal(name, err)
				}
			}
			if guessed := e.guess != nil; guessed != want {
				t.Errorf("%s: borders guessed: %t, want %t", name, guessed, want)
			}
		})
	}
}

// FuzzGuess damages a long array over lines.
func FuzzGuess(f *testing.F) {
	plain := layouts(f)["plain"]
	for _, text := range []string{"", "}", "]", ",", "},\n  {", "\n]\n[\n  ", `"`, "[\n  {\n  },\n  {\n  }]", "{", "\\"} {
		f.Add(text, uint16(len(plain)/2), uint8(0))
		f.Add(text, uint16(strings.Index(plain[3000:], "},\n  {")+3000), uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, at uint16, drop uint8) {
		from := min(len(plain), 400+int(at))
		content := plain[:from] + text + plain[min(len(plain), from+int(drop)):]
		compareGuessed(t, "fuzzed", content, Options{})
	})
}

// A chunk of guessed elements holds no more records than any other.
func TestGuessedRecordsAreBounded(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("\n  {\n  },", 3*chunkRecords))
	g := &guess{border: []byte("\n  },\n  {")}
	end := g.lastBorder(text)
	if got := bytes.Count(text[:end], []byte("{")); got != chunkRecords || text[end] != '{' {
		t.Errorf("%d records before %q, want %d", got, text[end:end+1], chunkRecords)
	}
	if end := g.lastBorder([]byte("\n  {\n  },\n  {\n  }")); end != 12 {
		t.Errorf("border at %d, want 12", end)
	}
}

// Where many short elements follow long ones, chunks hold no more records than
// any other.
func TestGuessThatElementsAreLong(t *testing.T) {
	t.Parallel()
	const n = 3*chunkRecords + 5
	var s strings.Builder
	s.WriteString("[\n  {\n    \"createdDateTime\": \"2026-01-02T03:04:05Z\",\n    \"clientAppUsed\": \"b\",\n    \"appDisplayName\": \"a\",\n    \"userAgent\": \"" + strings.Repeat("long ", 2000) + "\",\n    \"id\": \"0\"\n  }")
	for i := range n {
		fmt.Fprintf(&s, ",\n  {\n    \"appDisplayName\": \"a\",\n    \"id\": \"%d\"\n  }", i+1)
	}
	s.WriteString("\n]" + strings.Repeat(" ", defaultChunkSize))
	ins, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(s.String())})
	if err != nil {
		t.Fatal(err)
	}
	seen := int64(0)
	for b, err := range ins.Read(t.Context()) {
		if err != nil || b.Seen > chunkRecords {
			t.Fatal(b.Seen, err)
		}
		seen += b.Seen
	}
	if seen != n+1 {
		t.Errorf("%d records, want %d", seen, n+1)
	}
}

// A record that is too long is a reject in text that is cut by guesses, too.
func TestGuessOfLongRecords(t *testing.T) {
	t.Parallel()
	var records []string
	for i := range 60 {
		records = append(records, signIn(fmt.Sprint(i)))
	}
	for _, at := range []int{0, 1, 30, 59} {
		t.Run(caseName(at), func(t *testing.T) {
			long := slices.Clone(records)
			long[at] = strings.Replace(long[at], "{", `{"x":"`+strings.Repeat("x", minMaxRecord)+`",`, 1)
			out := readGuessed(t, indented(t, "["+join(long, ",")+"]", "", "  "), Options{MaxRecord: minMaxRecord})
			if len(out.rows) != 59 || !slices.Equal(out.codes(), []string{"too_long"}) || out.err != nil {
				t.Errorf("%d: %d rows, %v, %v", at, len(out.rows), out.codes(), out.err)
			}
		})
	}
}

// The first element may end where the text at hand does.
func TestFirstElementFillsTheWindow(t *testing.T) {
	t.Parallel()
	for _, whole := range []int{2 << 10, 4 << 10, 8 << 10} {
		t.Run(caseName(whole), func(t *testing.T) {
			for size := whole - 4; size <= whole+4; size++ {
				first := strings.Replace(signIn("1"), "{", `{"userAgent":"`+strings.Repeat("x", size-len(signIn("1"))-len(`"userAgent":"",`))+`",`, 1)
				for _, rest := range []string{"," + signIn("2") + "]", "]", "", ",", "\n]", "}", " ,\n", "]]"} {
					for _, salvage := range []bool{false, true} {
						compareGuessed(t, fmt.Sprintf("%d bytes and %q", len(first), rest), "["+first+rest, Options{Salvage: salvage})
					}
				}
			}
		})
	}
	for _, begin := range []string{"[}", "[]", "[,", `[""`, "[1,", "{}"} {
		t.Run(caseName(begin), func(t *testing.T) {
			compareGuessed(t, begin, begin+strings.Repeat(" ", 9<<10)+signIn("1"), Options{})
		})
	}
}
