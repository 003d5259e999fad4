package codes

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/codes/sidefile"
	"signins/schema"
	"signins/testdata/fixture"
)

// with reads a user's table on top of the embedded one.
func with(t *testing.T, file string) *Table {
	t.Helper()
	table, err := Embedded().With(strings.NewReader(file))
	if err != nil {
		t.Fatalf("%q: %v", file, err)
	}
	return table
}

// changed is a copy of a code of the embedded table as a user's table leaves it.
func changed(number int32, change func(c *Code)) *Code {
	c := Code{Number: number}
	if old := Embedded().Lookup(number); old != nil {
		c = *old
	}
	c.own = true
	change(&c)
	return &c
}

// checkCodes compares the codes that differ from the embedded table's, and
// that all others are the same.
func checkCodes(t *testing.T, name string, table *Table, want ...*Code) {
	t.Helper()
	total := len(Embedded().byNumber)
	differ := map[int32]bool{}
	for _, w := range want {
		differ[w.Number] = true
		if got := table.Lookup(w.Number); !reflect.DeepEqual(got, w) {
			t.Errorf("%s: code %d is %+v, want %+v", name, w.Number, got, w)
		}
		if Embedded().Lookup(w.Number) == nil {
			total++
		}
	}
	if len(table.byNumber) != total {
		t.Errorf("%s: %d codes, want %d", name, len(table.byNumber), total)
	}
	for number, c := range Embedded().byNumber {
		if !differ[number] && table.Lookup(number) != c {
			t.Errorf("%s: code %d changed to %+v", name, number, table.Lookup(number))
		}
		if c.own || c.decided {
			t.Fatalf("%s: code %d of the embedded table is a user's", name, number)
		}
	}
}

// checkFinds compares the codes that a query finds.
func checkFinds(t *testing.T, table *Table, query string, want ...int32) {
	t.Helper()
	if got := numbers(table.Find(query)); !slices.Equal(got, want) {
		t.Errorf("Find(%q) finds %d, want %d", query, got, want)
	}
}

func TestWithAdds(t *testing.T) {
	t.Parallel()
	table := with(t, "code,name,source_count,sources,outcome,category,attack_relevance,meaning\n"+
		"9876543,HouseRule,2,ticket;wiki,interrupted,house,ca_probe;risk,\"Blocked, by us.\"\n")
	checkCodes(t, "added", table, &Code{Number: 9876543, Name: "HouseRule", Category: "house", Meaning: "Blocked, by us.",
		Tags: []string{"ca_probe", "risk"}, Sources: []string{"ticket", "wiki"}, Outcome: "interrupted", own: true, decided: true})
	for _, query := range []string{"9876543", "AADSTS9876543", "houserule"} {
		checkFinds(t, table, query, 9876543)
		checkFinds(t, Embedded(), query)
	}
}

// Of a code that is known, the columns change that the file has, be the cell
// empty or not; all others stay.
func TestWithChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		change     func(c *Code)
	}{
		{"number alone", "code\n50126\n", func(c *Code) {}},
		{"name", "code,name\n50126,N\n", func(c *Code) { c.Name = "N" }},
		{"category", "code,category\n50126,c\n", func(c *Code) { c.Category = "c" }},
		{"meaning", "code,meaning\n50126,M\n", func(c *Code) { c.Meaning = "M" }},
		{"tags", "code,attack_relevance\n50126,a;b\n", func(c *Code) { c.Tags = []string{"a", "b"} }},
		{"sources", "code,sources\n50126,a;b\n", func(c *Code) { c.Sources = []string{"a", "b"} }},
		{"count of sources", "code,source_count\n50126,9\n", func(c *Code) {}},
		{"outcome", "code,outcome\n50126,interrupted\n", func(c *Code) { c.Outcome, c.decided = "interrupted", true }},
		{"same outcome", "code,outcome\n50126,failure\n", func(c *Code) { c.decided = true }},
		{"several", "meaning,code,category\nM,50126,c\n", func(c *Code) { c.Meaning, c.Category = "M", "c" }},
		{"remediation", "code,remediation\n50126,R\n", func(c *Code) { c.Remediation = "R" }},
		{"no remediation", "code,remediation\n50126,\n", func(c *Code) { c.Remediation = "" }},
		{"no name", "code,name\n50126,\n", func(c *Code) { c.Name = "" }},
		{"no category", "code,category\n50126, \n", func(c *Code) { c.Category = "" }},
		{"no meaning", "code,meaning\n50126,\"\"\n", func(c *Code) { c.Meaning = "" }},
		{"no tags", "code,attack_relevance\n50126,\n", func(c *Code) { c.Tags = nil }},
		{"no sources", "code,sources\n50126,\n", func(c *Code) { c.Sources = nil }},
		{"no outcome", "code,outcome\n50126,\n", func(c *Code) { c.Outcome = "" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkCodes(t, test.name, with(t, test.file), changed(50126, test.change))
		})
	}
}

func TestWithOutcomes(t *testing.T) {
	t.Parallel()
	table := with(t, "outcome,code\nsuccess,50126\nfailure,50140\ninterrupted,0\nfailure,50097\nfailure,50034\n interrupted ,777\n")
	for number, want := range map[int32]string{50126: "success", 50140: "failure", 0: "interrupted", 50097: "failure", 50034: "failure", 777: "interrupted"} {
		if status, basis := table.status(number); status != want || basis != "user_codes" {
			t.Errorf("status(%d) = %s, %s, want %s", number, status, basis, want)
		}
	}
	if text := table.Explain(table.Lookup(50126)); !strings.Contains(text, "success (by the table given with --codes)") {
		t.Errorf("got %s", text)
	}
}

// Where a user's table gives no outcome, the rules decide, whatever outcome
// the embedded table has.
func TestWithoutOutcomes(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"code,outcome\n50140,\n50135,\n0,\n777,\n",
		"code,meaning\n50140,Ours.\n50135,Ours.\n0,Ours.\n777,Ours.\n",
		"code\n50140\n50135\n0\n777\n",
	} {
		t.Run(file, func(t *testing.T) {
			table := with(t, file)
			for number, want := range map[int32]string{50140: "interrupted ms_workbook_interrupt", 50135: "failure failure_default", 0: "success code0", 777: "failure failure_default"} {
				if status, basis := table.status(number); status+" "+basis != want {
					t.Errorf("%q: status(%d) = %s, %s, want %s", file, number, status, basis, want)
				}
			}
		})
	}
}

// The second of two tables is based on the first and does not change it.
func TestWithTwice(t *testing.T) {
	t.Parallel()
	first := with(t, "code,name,outcome\n50126,One,success\n50034,,interrupted\n777,Mine,failure\n")
	second, err := first.With(strings.NewReader("code,name\n50126,Two\n"))
	if err != nil {
		t.Fatal(err)
	}
	third, err := second.With(strings.NewReader("code,outcome\n50034,\n50126,failure\n"))
	if err != nil {
		t.Fatal(err)
	}
	one := func(c *Code) { c.Name, c.Outcome, c.decided = "One", "success", true }
	two := func(c *Code) { c.Name, c.Outcome, c.decided = "Two", "success", true }
	other := func(c *Code) { c.Name, c.Outcome, c.decided = "", "interrupted", true }
	mine := &Code{Number: 777, Name: "Mine", Outcome: "failure", own: true, decided: true}
	checkCodes(t, "first", first, changed(50126, one), changed(50034, other), mine)
	checkCodes(t, "second", second, changed(50126, two), changed(50034, other), mine)
	checkCodes(t, "third", third,
		changed(50126, func(c *Code) { c.Name, c.decided = "Two", true }),
		changed(50034, func(c *Code) { c.Name, c.Outcome = "", "" }), mine)
	for table, want := range map[*Table]string{first: "interrupted", second: "interrupted", third: "failure"} {
		if status, _ := table.status(50034); status != want {
			t.Errorf("status(50034) = %s, want %s", status, want)
		}
	}
}

// Two pairs of codes share their published names; a user's code may share any.
// A name finds all codes that have it, in the order of their numbers.
func TestSharedNames(t *testing.T) {
	t.Parallel()
	for range 40 { // not only when a map happens to give them in order
		checkFinds(t, Embedded(), "InteractionRequired", 16000, 700020)
		checkFinds(t, Embedded(), "invalidrequest", 90023, 9002313)
	}
	tests := []struct {
		file string
		want []int32
	}{
		{"code\n777\n", []int32{16000, 700020}},
		{"code,meaning\n700020,Ours.\n", []int32{16000, 700020}},
		{"code,name\n700020,Ours\n", []int32{16000}},
		{"code,name\n16000,Ours\n", []int32{700020}},
		{"code,name\n16000,\n700020,Ours\n", nil},
		{"code,name\n777,InteractionRequired\n", []int32{777, 16000, 700020}},
		{"code,name\n800000,INTERACTIONREQUIRED\n50126,interactionrequired\n", []int32{16000, 50126, 700020, 800000}},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			if got := numbers(with(t, test.file).Find("InteractionRequired")); !slices.Equal(got, test.want) {
				t.Errorf("%q: InteractionRequired finds %d, want %d", test.file, got, test.want)
			}
		})
	}
	table := with(t, "code,name\n777,InvalidUserNameOrPassword\n50126,Former\n")
	checkFinds(t, table, "InvalidUserNameOrPassword", 777)
	checkFinds(t, table, "former", 50126)
}

func TestWithForms(t *testing.T) {
	t.Parallel()
	const bom = "\ufeff"
	same := func(c *Code) {}
	name := func(c *Code) { c.Name = "N" }
	meaning := func(c *Code) { c.Meaning = "M" }
	tests := []struct {
		name, file string
		change     func(c *Code)
	}{
		{"byte order mark", bom + "code,meaning\n50126,M\n", meaning},
		{"quoted", "\"code\",\"meaning\"\n\"50126\",\"M\"\n", meaning},
		{"byte order mark and quoted", bom + "\"code\",\"meaning\"\r\n\"50126\",\"M\"\r\n", meaning},
		{"byte order mark and quoted title behind", bom + "\"meaning\",\"code\"\n\"M\",\"50126\"\n", meaning},
		{"carriage returns", "code,meaning\r\n50126,M\r\n", meaning},
		{"no last line end", "code,meaning\n50126,M", meaning},
		{"code alone", "code\n50126\n", same},
		{"code last", "meaning,code\nM,50126\n", meaning},
		{"titles in capitals", "CODE,Meaning\n50126,M\n", meaning},
		{"titles among spaces", " code ,\tmeaning\u00a0\n50126,M\n", meaning},
		{"quoted titles among spaces", bom + "\" Code \",\" MEANING\"\n50126,M\n", meaning},
		{"tags in capitals", "Code,Attack_Relevance\n50126,a\n", func(c *Code) { c.Tags = []string{"a"} }},
		{"spaces", "code,name\n 50126 , N \n", name},
		{"no-break spaces", "code,name\n\u00a050126\u00a0,\u00a0N\u00a0\n", name},
		{"prefix", "code,name\nAADSTS50126,N\n", name},
		{"prefix and text", "code,name\nAADSTS50126: text,N\n", name},
		{"spreadsheet", "code,name\n50126.0,N\n", name},
		{"blank lines", "code,name\n\n50126,N\n\n", name},
		{"several lines", "code,meaning\n50126,\"one\ntwo\"\n", func(c *Code) { c.Meaning = "one\ntwo" }},
		{"lists", "code,attack_relevance,sources\n50126,a;b,c\n", func(c *Code) { c.Tags, c.Sources = []string{"a", "b"}, []string{"c"} }},
		{"lists among spaces", "code,attack_relevance,sources\n50126, a ; b c;\td,\" e;\n f \"\n",
			func(c *Code) { c.Tags, c.Sources = []string{"a", "b c", "d"}, []string{"e", "f"} }},
		{"lists with nothing in them", "code,attack_relevance,sources\n50126,;a;; ;b;, ; \n",
			func(c *Code) { c.Tags, c.Sources = []string{"a", "b"}, nil }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			table, err := Embedded().With(strings.NewReader(test.file))
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
				return
			}
			checkCodes(t, test.name, table, changed(50126, test.change))
		})
	}
}

func TestWithNoRows(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"code,name\n", "code", "\ufeffcode\r\n\r\n"} {
		checkCodes(t, file, with(t, file))
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	table, read, err := Load("")
	if table != Embedded() || read != (sidefile.File{}) || err != nil {
		t.Errorf("without a path: %+v, %v", read, err)
	}
	const file = "code,name\n777,House\n"
	path := filepath.Join(t.TempDir(), "own.csv")
	fixture.Write(t, path, file)
	table, read, err = Load(path)
	if want := (sidefile.File{Path: path, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(file))), Size: int64(len(file))}); err != nil || read != want {
		t.Fatalf("%+v, want %+v, %v", read, want, err)
	}
	checkCodes(t, "loaded", table, &Code{Number: 777, Name: "House", own: true})
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fixture.Write(t, filepath.Join(dir, "bad.csv"), "code\nx\n")
	for name, want := range map[string]string{"missing.csv": "missing.csv: ", "bad.csv": `bad.csv: line 2: code "x"`, ".": ": "} {
		t.Run(name, func(t *testing.T) {
			table, _, err := Load(filepath.Join(dir, name))
			refused, ok := errors.AsType[*schema.Refusal](err)
			if table != nil || !ok || !strings.Contains(refused.What, want) || !strings.Contains(refused.Hint, "code, name, source_count") {
				t.Errorf("table %v, error %v", table, err)
			}
		})
	}
}

func TestExplainAll(t *testing.T) {
	t.Parallel()
	text, err := Embedded().ExplainAll([]string{"50126", "InteractionRequired"})
	if heads := regexp.MustCompile(`(?m)^AADSTS\d+`).FindAllString(text, -1); err != nil || !slices.Equal(heads, []string{"AADSTS50126", "AADSTS16000", "AADSTS700020"}) {
		t.Errorf("%q, %v", heads, err)
	}
	text, err = Embedded().ExplainAll([]string{"5012", "50126", "x"})
	if refused, ok := errors.AsType[*schema.Refusal](err); !strings.HasPrefix(text, "AADSTS50126 ") || !ok || !strings.HasPrefix(refused.What, "5012, x: ") || refused.Hint == "" {
		t.Errorf("%q, %v", text, err)
	}
}

// TestWithEndless reads what has no end.
func TestWithEndless(t *testing.T) {
	t.Parallel()
	zeros := readerFunc(func(p []byte) (int, error) { clear(p); return len(p), nil })
	if _, err := Embedded().With(zeros); err == nil || !strings.Contains(err.Error(), "more than 16 MiB") {
		t.Errorf("error %v", err)
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestWithErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		want       []string // words of the error
	}{
		{"empty", "", []string{"header"}},
		{"only blank lines", "\n\n", []string{"header"}},
		{"only a byte order mark", "\ufeff", []string{"header"}},
		{"no code column", "name,meaning\n50126,N\n", []string{"line 1", "no column code"}},
		{"unknown title", "code,name,remark\n50126,N,x\n", []string{"line 1", `"remark"`, "code, name, source_count, sources, outcome, category, attack_relevance, meaning, remediation, interrupt, note"}},
		{"unknown interrupt", "code,interrupt\n50126,yes\n", []string{"line 2", `interrupt "yes"`, "ms_workbook_interrupt"}},
		{"unknown title before code", "number,name\n50126,N\n", []string{"line 1", `"number"`}},
		{"title that is nearly right", "code,tags\n50126,a\n", []string{"line 1", `"tags"`}},
		{"title with spaces inside", "code,attack relevance\n50126,a\n", []string{"line 1", `"attack relevance"`}},
		{"empty title", "code,name,\n50126,N,\n", []string{"line 1", `""`}},
		{"two byte order marks", "\ufeff\ufeffcode\n50126\n", []string{"line 1", "column"}},
		{"byte order mark behind", "name,\ufeffcode\nN,50126\n", []string{"line 1", "column"}},
		{"semicolons", "code;name\n50126;N\n", []string{"line 1", `"code;name"`}},
		{"no header", "50126,N\n", []string{"line 1", `"50126"`}},
		{"no number", "code,name\n50126,N\nInvalidGrant,N\n", []string{"line 3", `"InvalidGrant"`}},
		{"empty code", "code,name\n,N\n", []string{"line 2", `""`}},
		{"half a match", "code\n50126x\n", []string{"line 2", `"50126x"`}},
		{"too large", "code\n2147483648\n", []string{"line 2", `"2147483648"`}},
		{"other family", "code\nAADB2C90118\n", []string{"line 2", `"AADB2C90118"`}},
		{"twice", "code\n1\n2\n1\n", []string{"line 4", `"1"`}},
		{"twice in two forms", "code\n50126\nAADSTS50126\n", []string{"line 3", `"AADSTS50126"`}},
		{"bad outcome", "code,outcome\n1,success\n2,denied\n", []string{"line 3", `"denied"`, "success, interrupted or failure"}},
		{"outcome in capitals", "code,outcome\n2,Failure\n", []string{"line 2", `"Failure"`}},
		{"after a cell of two lines", "code,meaning\n1,\"a\nb\"\nx,c\n", []string{"line 4", `"x"`}},
		{"after blank lines", "code\n\n\nx\n", []string{"line 4"}},
		{"too few cells", "code,name\n1,a\n2\n", []string{"line 3"}},
		{"too many cells", "code,name\n1,a,b\n", []string{"line 2"}},
		{"bad quote", "code,name\n1,a\"b\n", []string{"line 2"}},
		{"bad quote in the header", "code,na\"me\n1,a\n", []string{"line 1", "quote"}},
		{"open quote", "code,name\n1,a\n2,\"b\n", []string{"line 3"}},
		{"Latin-1", "code,name\n1,a\n2,\"b\ncaf\xe9\"\n", []string{"line 4", "UTF-8"}},
		{"Latin-1 in the header", "code,caf\xe9\n", []string{"line 1", "UTF-8"}},
		{"UTF-16", "\xff\xfec\x00o\x00", []string{"line 1", "UTF-8"}},
		{"a column twice", "code,name,Name\n1,a,b\n", []string{"line 1", `"name"`, "twice"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := len(Embedded().byNumber)
			_, err := Embedded().With(strings.NewReader(test.file))
			if err == nil {
				t.Errorf("%s: no error", test.name)
				return
			}
			missing := slices.DeleteFunc(test.want, func(words string) bool { return strings.Contains(err.Error(), words) })
			if len(missing) > 0 {
				t.Errorf("%s: error %q lacks %q", test.name, err, missing)
			}
			if len(Embedded().byNumber) != before {
				t.Errorf("%s: the embedded table has %d codes, had %d", test.name, len(Embedded().byNumber), before)
			}
		})
	}
}

// FuzzWith checks that a table is either read, each of its codes found by
// number and by name, or refused with the place that is wrong.
func FuzzWith(f *testing.F) {
	for _, file := range []string{
		"code,name,outcome\n50126,N,failure\n1,O,\n", "\ufeffcode\r\nAADSTS1: x\r\n", "code\n1\n1\n",
		"code,outcome\n1,bad\n", "a,b\n1,2\n", "code,name\n1,\"a\nb\"\n", "code,name\n1\n", "",
		"\ufeff\"Code\", NAME \n777,InteractionRequired\n", "code,attack_relevance\n1, a ;;b\n", "code,name\n1,50126\n",
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file string) {
		table, err := Embedded().With(strings.NewReader(file))
		if err != nil {
			if text := err.Error(); !strings.Contains(text, "line ") && !strings.HasPrefix(text, "no header") {
				t.Fatalf("error without a place: %s", text)
			}
			return
		}
		for number, c := range table.byNumber {
			if old := Embedded().Lookup(number); !c.own {
				if c != old {
					t.Fatalf("code %d changed to %+v", number, c)
				}
				continue
			}
			if c.Number != number || !slices.Equal(numbers(table.Find(strconv.Itoa(int(number)))), []int32{number}) {
				t.Fatalf("code %d is %+v", number, c)
			}
			if text := table.Explain(c); !strings.HasPrefix(text, "AADSTS") || !strings.HasSuffix(text, "  sources   the table given with --codes\n") {
				t.Fatalf("code %d is explained as\n%s", number, text)
			}
			for _, element := range slices.Concat(c.Tags, c.Sources) {
				if element == "" || element != strings.TrimSpace(element) {
					t.Fatalf("code %d has the list element %q", number, element)
				}
			}
			found := table.Find(c.Name)
			if _, _, isNumber := schema.ParseErrorCode(c.Name); isNumber {
				continue // a number finds the code of that number
			}
			if slices.Contains(found, c) != (c.Name != "") || !slices.IsSortedFunc(found, func(a, b *Code) int { return cmp.Compare(a.Number, b.Number) }) {
				t.Fatalf("name %q of %d finds %d", c.Name, number, numbers(found))
			}
		}
	})
}
