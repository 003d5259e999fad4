package excel

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/golden"
	"signins/writer/manifest"
)

// A seen is what the rules of a run have seen: findings with their rows, and results.
type seen struct {
	list  []schema.Finding
	rows  [][]int64
	rules []schema.RuleResult
}

// somethingSeen are findings and inventories, and rules of each result.
func somethingSeen() (s seen) {
	first, last := int64(1_780_000_000_000_000), int64(1_780_000_060_500_000)
	s.list = []schema.Finding{
		{
			Rule: "spray", Kind: schema.KindFinding, Severity: "high", Subject: "192.0.2.9", Sentence: "6 sign-ins of 5 users not granted",
			Who: []string{"=HYPERLINK(1)", "b@contoso.example", "c@contoso.example", "d@contoso.example"}, WhoCount: 1005,
			Where: []string{"192.0.2.9"}, WhereCount: 1, First: &first, Last: &last, SignIns: 6, Rows: 2,
		},
		{Rule: "travel", Kind: schema.KindFinding, Severity: "medium", Subject: "e", Sentence: "2 sign-ins of e", Who: []string{"e"}, WhoCount: 1, SignIns: 2, Rows: 1},
		{Rule: "travel", Kind: schema.KindFinding, Severity: "medium", Subject: "f", Sentence: "1 sign-in of f", SignIns: 1, Rows: 0},
		{Rule: "risk", Kind: schema.KindFinding, Severity: "low", Subject: "g", Sentence: "1 sign-in at risk", SignIns: 1, Rows: 1},
		{Rule: "guests", Kind: schema.KindInventory, Severity: "info", Subject: "h", Sentence: "1 sign-in as a guest", SignIns: 1, Rows: 1},
	}
	s.rows = [][]int64{{3, 1}, {0}, {}, {2}, {2}}
	s.rules = []schema.RuleResult{
		{ID: "spray", Title: "Password spray", Kind: schema.KindFinding, Severity: "high", Findings: 1},
		{ID: "travel", Title: "Faster than travel", Kind: schema.KindFinding, Severity: "medium", Findings: 2},
		{ID: "risk", Title: "Risky sign-ins", Kind: schema.KindFinding, Severity: "low", Findings: 1},
		{ID: "guests", Title: "Guests", Kind: schema.KindInventory, Severity: "info", Findings: 1},
		{ID: "ropc", Title: "Password sent", Kind: schema.KindFinding, Severity: "low", Counts: "Sign-ins by ROPC.", Limits: "None known.", Constants: []string{"a = 1 (minutes; ours)", "b = 2 (users; ours)"}},
		{ID: "identity", Title: "Managed identity", Kind: schema.KindFinding, Severity: "medium", Counts: "First networks.", Constants: []string{"days = 14 (days; ours)"}, NotRun: "No sign-ins of the type Managed identity."},
	}
	return s
}

// write writes four sign-ins, of which the later ones come first, with what was seen in them.
func (s seen) write(t *testing.T, sheets ...string) *readBook {
	t.Helper()
	var out bytes.Buffer
	run := &manifest.Run{}
	x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Run: run, Sheets: sheets})
	if err != nil {
		t.Fatal(err)
	}
	x.parts.book.limits.rows = 3
	if err := x.Write(excelBatch(4, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.CreatedAt].SetNum(row, -int64(row))
	})); err != nil {
		t.Fatal(err)
	}
	for i := range s.list {
		if err := x.WriteFinding(&s.list[i], rowPlaces(s.rows[i]...)); err != nil {
			t.Fatal(err)
		}
	}
	if s.rules != nil {
		run.SetRules(s.rules, []string{"x.xlsx"})
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return readExcel(t, out.Bytes())
}

// Findings has all findings, below them inventories and what became of the other rules,
// and is the second sheet.
func TestGoldenFindings(t *testing.T) {
	t.Parallel()
	book := somethingSeen().write(t)
	if book.names[1] != findingsSheet {
		t.Errorf("sheets %q", book.names)
	}
	golden.Check(t, "testdata/findings.golden", book.dump(t, findingsSheet))
	golden.Check(t, "testdata/findings_summary.golden", strings.Join(strings.SplitAfter(book.dump(t, summarySheet), "\n")[:9], ""))
	sheet := book.sheets[findingsSheet]
	if table := string(book.parts["xl/tables/table1.xml"]); !strings.Contains(table, ` displayName="Findings" ref="A1:K5"`) || !strings.Contains(sheet.head, `ySplit="1"`) {
		t.Errorf("no table of the findings, or no frozen header: %s", table)
	}
	if table := string(book.parts["xl/tables/table2.xml"]); !strings.Contains(table, ` displayName="Inventories" ref="A12:K13"`) || !strings.Contains(table, `<autoFilter ref="A12:K13"`) ||
		sheet.cell("J12").text != "Rule" || sheet.cell("J13").text != "Guests" {
		t.Errorf("no table of the inventories: %s", table)
	}
	if date := sheet.rows[1]["F"]; date.isText || book.format(t, date.style) != formatMillis {
		t.Errorf("the first time is %+v", date)
	}
}

// Each finding that is listed leads to its first row in order of time, on whatever page of
// Sign-ins, and Summary leads to Findings. Without Sign-ins there are no links, and no row
// is named.
func TestFindingsLeadToTheirFirstRow(t *testing.T) {
	t.Parallel()
	book := somethingSeen().write(t)
	want := []readLink{{"A2", "Sign-ins", "A2"}, {"A3", "Sign-ins 2", "A2"}, {"A5", "Sign-ins", "A3"}, {"A13", "Sign-ins", "A3"}}
	if links := book.links(t, findingsSheet); !slices.Equal(links, want) {
		t.Errorf("%v, want %v", links, want)
	}
	for _, link := range want {
		name := book.sheets[findingsSheet].cell(link.cell).text
		row := book.sheets[link.sheet].rows[link.row()-1]
		named := slices.ContainsFunc(slices.Collect(maps.Values(row)), func(c readCell) bool { return slices.Contains(strings.Fields(c.text), name) })
		if name == "" || !named {
			t.Errorf("%q leads to %v", name, link)
		}
	}
	want = []readLink{
		{"B6", "Findings", "A2"}, {"C6", "Findings", "A3"}, {"E6", "Findings", "A5"}, {"G6", "Findings", "B11"}, {"I6", "Findings", "B19"},
		{"B7", "Findings", "A2"}, {"B8", "Findings", "A3"}, {"B9", "Findings", "A4"}, {"B10", "Findings", "A5"},
	}
	links := slices.DeleteFunc(book.links(t, summarySheet), func(l readLink) bool { return l.sheet != findingsSheet || l.to == "A1" })
	if !slices.Equal(links, want) {
		t.Errorf("%v, want %v", links, want)
	}
	for cell, text := range map[string]string{"B11": "Inventories: ", "B19": "Rules that could not run"} {
		if got := book.sheets[findingsSheet].cell(cell).text; !strings.HasPrefix(got, text) {
			t.Errorf("%s has %q", cell, got)
		}
	}
	book = somethingSeen().write(t, findingsSheet)
	if links := book.links(t, findingsSheet); len(links) > 0 || book.sheets[findingsSheet].cell("A2").text != "F0001" {
		t.Errorf("%v without Sign-ins", links)
	}
	book = somethingSeen().write(t, summarySheet)
	leads := slices.ContainsFunc(book.links(t, summarySheet), func(l readLink) bool { return l.sheet == findingsSheet })
	if leads || book.sheets[summarySheet].cell("B7").text != "F0001  Password spray" {
		t.Errorf("%v without Findings", book.links(t, summarySheet))
	}
}

// cell returns the cell with a name such as A1.
func (s *readSheet) cell(name string) readCell {
	letters := strings.TrimRight(name, "0123456789")
	row := readLink{to: name}.row()
	if row > len(s.rows) {
		return readCell{}
	}
	return s.rows[row-1][letters]
}

// row returns the number of the row that a link leads to.
func (l readLink) row() int {
	n, _ := strconv.Atoi(strings.TrimLeft(l.to, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return n
}

// Of a rule with very many findings those of most sign-ins are listed, and a line says how
// many are not.
func TestManyFindingsOfOneRule(t *testing.T) {
	t.Parallel()
	s := somethingSeen()
	for i := range maxFindingLines + 2233 {
		s.list, s.rows = append(s.list, schema.Finding{Rule: "single", Kind: schema.KindInventory, Severity: "info", Sentence: fmt.Sprint("line ", i), Rows: 1}), append(s.rows, []int64{0})
	}
	s.list, s.rows = append(s.list, schema.Finding{Rule: "last", Kind: schema.KindInventory, Severity: "info", Sentence: "behind many", Rows: 1}), append(s.rows, []int64{3})
	s.rules = append(s.rules, schema.RuleResult{ID: "single", Title: "Single factor", Kind: schema.KindInventory, Severity: "info", Findings: maxFindingLines + 2233},
		schema.RuleResult{ID: "last", Title: "Last", Kind: schema.KindInventory, Severity: "info", Findings: 1})
	book := s.write(t)
	sheet := book.sheets[findingsSheet]
	lines := 0
	for _, text := range sheet.texts() {
		if strings.HasPrefix(text, "line ") {
			lines++
		}
	}
	if lines != maxFindingLines || len(book.links(t, findingsSheet)) != maxFindingLines+5 {
		t.Errorf("%d lines, %d links", lines, len(book.links(t, findingsSheet)))
	}
	if line := sheet.line(t, "behind many"); line[0] != "F3239" {
		t.Errorf("the finding behind many is %q", line)
	}
	note := sheet.cell(fmt.Sprint("B", 13+maxFindingLines+2)).text
	if want := "Single factor: the 1,000 of most sign-ins are listed, 2,233 more are not. All are in the file of this workbook's name with .findings.ndjson appended, where line 1 is F0001."; note != want {
		t.Errorf("%q, want %q", note, want)
	}
	if names := book.columnOf(SignInSheet+" 2", "Findings"); !strings.HasSuffix(names[0], " F3238") {
		t.Errorf("the row does not name those that are not listed: %.80q", names)
	}
}

// Without rules there is no sheet, unless it was asked for; without findings a sentence
// says so.
func TestNoFindings(t *testing.T) {
	t.Parallel()
	if book := (seen{}).write(t); book.sheets[findingsSheet] != nil || strings.Contains(book.dump(t, summarySheet), "severity") {
		t.Errorf("sheets %q without rules", book.names)
	}
	if book := (seen{}).write(t, findingsSheet); book.sheets[findingsSheet].cell("A2").text != "No rules ran." {
		t.Errorf("%q", book.dump(t, findingsSheet))
	}
	s := somethingSeen()
	s.list, s.rules = nil, s.rules[4:5]
	book := s.write(t)
	dump := book.dump(t, findingsSheet)
	for _, want := range []string{`B2 "No rule that looks for findings matched."`, `"No rule that takes an inventory matched."`, `"Every rule ran."`, `K13 "ropc"`} {
		if !strings.Contains(dump, want) {
			t.Errorf("no %s in\n%s", want, dump)
		}
	}
	if dump := book.dump(t, summarySheet); !strings.Contains(dump, `B6 "0" C6 "0" E6 "0" G6 "0" I6 "0"`) || !strings.Contains(dump, `B7 "No rule that looks for findings matched.`) {
		t.Errorf("%s", dump)
	}
	s.rules = somethingSeen().rules[5:]
	if dump := s.write(t).dump(t, findingsSheet); !strings.Contains(dump, `"Every rule matched something, or could not run."`) || !strings.Contains(dump, `"No sign-ins of the type Managed identity."`) {
		t.Errorf("%s", dump)
	}
}

// Severities have colours, each another one.
func TestSeveritiesHaveColours(t *testing.T) {
	t.Parallel()
	book := somethingSeen().write(t)
	styles := map[int]bool{}
	for _, cell := range []string{"B2", "B3", "B5", "B13"} {
		styles[book.sheets[findingsSheet].cell(cell).style] = true
	}
	if len(styles) != len(schema.Severities) || styles[book.sheets[findingsSheet].cell("C2").style] {
		t.Errorf("styles %v", styles)
	}
}

// No finding is called more than it is.
func TestFindingsAreNoAttacks(t *testing.T) {
	t.Parallel()
	book := somethingSeen().write(t)
	for _, sheet := range []string{findingsSheet, summarySheet} {
		for _, word := range []string{"attack", "breach", "malicious", "suspicious", "complete"} {
			if strings.Contains(strings.ToLower(book.dump(t, sheet)), word) {
				t.Errorf("%s says %q", sheet, word)
			}
		}
	}
}
