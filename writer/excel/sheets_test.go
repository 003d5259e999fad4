package excel

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// detailBatch has a row for each pair of policies and steps, with request IDs
// r0, r1, ...; "" is null.
func detailBatch(lists ...[2]string) *schema.Batch {
	return excelBatch(len(lists), func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.ID].SetText(row, fmt.Sprint("r", row))
		c[schema.AccessVerdict].SetText(row, "denied")
		for i, id := range []schema.ColumnID{schema.ConditionalAccessPolicies, schema.AuthenticationDetails} {
			if lists[row][i] != "" {
				c[id].SetText(row, lists[row][i])
			}
		}
	})
}

// rowsOf returns the named cells of all rows of a sheet.
func (s *readSheet) rowsOf(titles ...string) (rows [][]string) {
	for _, cells := range s.table() {
		var row []string
		for _, title := range titles {
			row = append(row, cells[title].String())
		}
		rows = append(rows, row)
	}
	return rows
}

func sameRows(t *testing.T, got, want [][]string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("row %d is missing: %q", i, want[i])
		case i >= len(want):
			t.Errorf("row %d is too much: %q", i, got[i])
		case !slices.Equal(got[i], want[i]):
			t.Errorf("row %d: %q, want %q", i, got[i], want[i])
		}
	}
}

// TestPolicies has a row a policy: conditions decoded whichever way they
// are written, what is not known kept as it is, what is no list shown.
func TestPolicies(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, detailBatch(
		[2]string{`[{"id":"p1","displayName":"Require MFA","result":"failure","enforcedGrantControls":["Mfa","RequireCompliantDevice"],` +
			`"enforcedSessionControls":[],"conditionsSatisfied":19,"conditionsNotSatisfied":0,` +
			`"includeRulesSatisfied":[{"conditionalAccessCondition":"users","ruleSatisfied":"allUsers"}]},` +
			`{"id":"p2","displayName":"Block","result":"notApplied","conditionsSatisfied":"application,users","conditionsNotSatisfied":"none","new":{"a":1}}]`},
		[2]string{"[]"}, [2]string{""},
		[2]string{`[{"id":"p3","result":"reportOnlyFailure","conditionsSatisfied":131073,"authenticationStrength":{"displayName":"Strong","id":"s"}}]`},
		[2]string{`{"broken`},
		[2]string{`"[{\"displayName\":\"Inside a text\",\"result\":\"success\"}]"`},
	))
	sheet := book.sheets[policySheet]
	sameRows(t, sheet.rowsOf("Request ID", "Policy", "Result", "Grant controls", "Conditions satisfied", "Conditions not satisfied"), [][]string{
		{"r0", "Require MFA", "failure", "Mfa, RequireCompliantDevice", "application, users, clientType", "none"},
		{"r0", "Block", "notApplied", "", "application, users", "none"},
		{"r3", "p3", "reportOnlyFailure", "", "application, unknown (131072)", ""},
		{"r4", "(not readable, see further members)", "", "", "", ""},
		{"r5", "Inside a text", "success", "", "", ""},
	})
	sameRows(t, sheet.rowsOf("Policy number", "Include rules satisfied", "Authentication strength", "Policy ID", "Further members"), [][]string{
		{"1", "users: allUsers", "", "p1", ""},
		{"2", "", "", "p2", `"new":{"a":1}`},
		{"1", "", "Strong", "p3", `"authenticationStrength":{"displayName":"Strong","id":"s"}`},
		{"", "", "", "", `{"broken`},
		{"1", "", "", "", ""},
	})
	sameRows(t, book.sheets[SignInSheet].rowsOf("Conditional Access in short"), [][]string{
		{"failure: Require MFA; 1 not applied"}, {""}, {""}, {"reportOnlyFailure: p3"}, {"(not readable)"}, {"success: Inside a text"},
	})
}

// Policies and steps of a record that repeats a sign-in say so; without such records the
// column is folded deeper.
func TestElementsOfRepeats(t *testing.T) {
	t.Parallel()
	lists := [2]string{`[{"displayName":"A","result":"success"},{"displayName":"B","result":"success"}]`, `[{"authenticationMethod":"Password"}]`}
	for of, level := range map[string]string{"": `outlineLevel="2"`, "a.json#1": ""} {
		b := detailBatch(lists, lists)
		if of != "" {
			b.Columns[schema.DuplicateOf].SetText(1, of)
			b.Columns[schema.DuplicateKind].SetText(1, "same")
			b.Seal()
		}
		_, book := writeExcel(t, nil, b)
		sameRows(t, book.sheets[policySheet].rowsOf("Request ID", "Policy", "Duplicate of"), [][]string{{"r0", "A", ""}, {"r0", "B", ""}, {"r1", "A", of}, {"r1", "B", of}})
		sameRows(t, book.sheets[stepSheet].rowsOf("Request ID", "Duplicate of"), [][]string{{"r0", ""}, {"r1", of}})
		for _, name := range []string{policySheet, stepSheet} {
			column := slices.Index(signInColumns, schema.DuplicateOf) + 1
			found := regexp.MustCompile(fmt.Sprintf(`<col min="%d" [^>]*>`, column)).FindString(book.sheets[name].head)
			if found == "" || strings.Contains(found, "hidden") != (level != "") || !strings.Contains(found, level) {
				t.Errorf("%s: column %d with %q is %s", name, column, of, found)
			}
		}
	}
}

// TestManyPolicies has 200 policies on one sign-in: all rows, and a line
// that stays short.
func TestManyPolicies(t *testing.T) {
	t.Parallel()
	var list []string
	for i := range 200 {
		list = append(list, fmt.Sprintf(`{"displayName":"Policy %d","result":"success"}`, i))
	}
	x, book := writeExcel(t, nil, detailBatch([2]string{"[" + strings.Join(list, ",") + "]"}))
	rows := book.sheets[policySheet].rowsOf("Request ID", "Policy", "Policy number")
	if len(rows) != 200 || !slices.Equal(rows[199], []string{"r0", "Policy 199", "200"}) {
		t.Errorf("%d rows, %q", len(rows), rows[len(rows)-1])
	}
	short := book.sheets[SignInSheet].rowsOf("Conditional Access in short")[0][0]
	if !strings.HasPrefix(short, "success: Policy 0, Policy 1,") || !strings.HasSuffix(short, " and 194 more") || x.Cut() != 0 {
		t.Errorf("%q, cut %d", short, x.Cut())
	}
}

// TestSteps has a row a step, with its date as a date where it is one.
func TestSteps(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, detailBatch(
		[2]string{"", `[{"authenticationStepDateTime":"2026-05-01T12:00:00+00:00","authenticationMethod":"Password","authenticationMethodDetail":"Cloud",` +
			`"succeeded":true,"authenticationStepResultDetail":"Correct password","authenticationStepRequirement":"Primary authentication","StatusSequence":0},` +
			`{"authenticationStepDateTime":"later","authenticationMethod":"Mobile app notification","succeeded":false,"authenticationStepResultDetail":"MFA denied"}]`},
		[2]string{"", "[]"},
	))
	sameRows(t, book.sheets[stepSheet].rowsOf("Request ID", "Step", "Step date (UTC)", "Authentication method", "Succeeded", "Result detail", "Status sequence"), [][]string{
		{"r0", "1", "46143.5", "Password", "TRUE", "Correct password", "0"},
		{"r0", "2", "later", "Mobile app notification", "FALSE", "MFA denied", ""},
	})
	sameRows(t, book.sheets[SignInSheet].rowsOf("Authentication in short"), [][]string{
		{"Password: succeeded → Mobile app notification: failed (MFA denied)"}, {""},
	})
}

// TestTenants tells relations between tenants, passthrough apart.
func TestTenants(t *testing.T) {
	t.Parallel()
	crossing := func(verdict, access string, through bool, code int64) func(row int, c *[schema.NumColumns]schema.Vector) {
		return func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.IsCrossTenant].SetBool(row, true)
			c[schema.IsPassthrough].SetBool(row, through)
			c[schema.AccessVerdict].SetText(row, verdict)
			c[schema.CrossTenantAccessType].SetText(row, access)
			c[schema.CrossTenantDirection].SetText(row, "outbound")
			c[schema.HomeTenantID].SetText(row, "home")
			c[schema.ResourceTenantID].SetText(row, "resource")
			c[schema.ErrorCode].SetNum(row, code)
			c[schema.SignInCount].SetNum(row, 2)
		}
	}
	rows := []func(int, *[schema.NumColumns]schema.Vector){
		crossing("granted", "b2bCollaboration", false, 0), crossing("denied", "b2bCollaboration", false, 50126),
		crossing("passthrough", "passthrough", true, 0), crossing("passthrough", "passthrough", true, 90072), crossing("passthrough", "passthrough", true, 90072),
		func(row int, c *[schema.NumColumns]schema.Vector) { c[schema.IsCrossTenant].SetBool(row, false) },
	}
	_, book := writeExcel(t, nil, excelBatch(len(rows), func(row int, c *[schema.NumColumns]schema.Vector) { rows[row](row, c) }))
	sheet := book.sheets[tenantsSheet]
	var lines [][]string
	for line := range tableLines(sheet) {
		lines = append(lines, nil)
		for _, title := range []string{"Direction", "Cross tenant access type", "Is passthrough", "Home tenant ID", "Resource tenant ID", "Sign-ins", "Granted", "Denied", "Passthrough", "With error code 0"} {
			lines[len(lines)-1] = append(lines[len(lines)-1], line[title].String())
		}
	}
	sameRows(t, lines, [][]string{
		{"outbound", "b2bCollaboration", "no", "home", "resource", "4", "2", "2", "0", "2"},
		{"outbound", "passthrough", "yes: attempt, no access", "home", "resource", "6", "0", "0", "6", "2"},
	})
	for _, text := range []string{passthroughText, noAccessText} {
		sheet.line(t, text)
	}
	if !strings.Contains(sheet.head, `<col min="5" max="5" width="18" customWidth="1" hidden="1"`) {
		t.Error("the names of home tenants are seen, but there are none")
	}
	if ref := book.tables(t)[tenantsSheet].Ref; ref != "A1:U3" || !strings.Contains(sheet.head, `state="frozen"`) {
		t.Errorf("the table is %s, or has no frozen header", ref)
	}
}

// TestRejects lists rejected records with their places, and only then.
func TestRejects(t *testing.T) {
	t.Parallel()
	b := excelBatch(1, func(row int, c *[schema.NumColumns]schema.Vector) { c[schema.ID].SetText(row, "1") })
	b.Rejects = []schema.Reject{{Record: 2, Line: 3, Offset: 40, Length: 5, Code: "bad_json", Message: "not JSON", Raw: []byte("=1\x00")}}
	x, book := writeExcel(t, nil, b)
	want := []string{"a.csv", "2", "3", "40", "5", "", "bad_json", "not JSON", `=1\u0000`}
	if line := book.sheets[rejectedSheet].line(t, "bad_json"); !slices.Equal(line, want) {
		t.Errorf("%q", line)
	}
	if x.Escaped() != 1 || x.Rows() != 1 {
		t.Errorf("escaped %d, rows %d", x.Escaped(), x.Rows())
	}
}

// TestSheetsAndZone writes only what was asked for, and local time beside
// UTC: also in the hour that occurs twice.
func TestSheetsAndZone(t *testing.T) {
	t.Parallel()
	zone, err := Zone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := Sheets("Columns, sign-ins,error codes")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: sheets, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	autumn := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	if err := w.Write(excelBatch(2, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.CreatedAt].SetNum(row, autumn.Add(time.Duration(row)*time.Hour).UnixMicro())
	})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, []byte(out.String()))
	if want := []string{"Sign-ins", "Error codes", "Columns"}; !slices.Equal(book.names, want) {
		t.Errorf("sheets %q", book.names)
	}
	book.sheets[columnsSheet].line(t, TimeTitle)
	const half = 0.5 / 24
	sameRows(t, book.sheets[SignInSheet].rowsOf("Date (UTC)", "Date (Europe/Berlin)", "Date (Europe/Berlin, ISO 8601)"), [][]string{
		{fmt.Sprint(46320 + half), fmt.Sprint(46320 + 5*half), "2026-10-25T02:30:00+02:00"},
		{fmt.Sprint(46320 + 3*half), fmt.Sprint(46320 + 5*half), "2026-10-25T02:30:00+01:00"},
	})
	if _, err := Sheets("sign-ins,pivot"); err == nil {
		t.Error("a sheet that does not exist was taken")
	}
}

// TestEverySheet names every sheet as --sheets spells it and gets that sheet alone,
// even without a row.
func TestEverySheet(t *testing.T) {
	t.Parallel()
	for i, name := range SheetNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sheets, err := Sheets(strings.ToUpper(name))
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			w, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: sheets})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if names := readExcel(t, []byte(out.String())).names; !slices.Equal(names, []string{sheetKinds[i].name}) {
				t.Errorf("sheets %q", names)
			}
		})
	}
}

// TestColumnsAlone lists, where there is no sheet of sign-ins, no column
// that only such a sheet has: it would seem to be empty.
func TestColumnsAlone(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: []string{columnsSheet}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(randomBatch(1, 3)), w.Close()); err != nil {
		t.Fatal(err)
	}
	if rows := readExcel(t, []byte(out.String())).sheets[columnsSheet].table(); len(rows) != int(schema.NumColumns) {
		t.Errorf("%d columns", len(rows))
	}
}

// TestDuplicates has Sources and Summary count duplicates only where they were looked
// for, and dropped ones only where there are any.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	kinds := duplicates.Kinds{Same: 1, Differs: 2}
	for name, test := range map[string]struct {
		dropped        int64
		found          *duplicates.Report
		columns, tiles string
		said           string
	}{
		"not looked for": {0, nil, "Filtered 1", "", "Duplicates were not looked for: a sign-in counts again for every record that repeats it."},
		"none":           {0, &duplicates.Report{}, "Filtered 1|Duplicates 0", "Duplicates 0", ""},
		"some": {0, &duplicates.Report{Kinds: kinds}, "Filtered 1|Duplicates 3", "Duplicates 3",
			"Each sign-in is counted once: totals leave out what repeats one, 3 records (1 the same, 2 with differences)."},
		"verdicts": {2, &duplicates.Report{Kinds: kinds, DifferentVerdicts: 4}, "Duplicates dropped 2|Filtered 1|Duplicates 3", "Duplicates 3",
			"differences). Sign-ins of which records have different verdicts: 4; the first record counts."},
	} {
		t.Run(name, func(t *testing.T) {
			records := manifest.Records{Seen: 10, Written: 9 - test.dropped, DuplicatesDropped: test.dropped, Filtered: 1}
			inputs := []*manifest.Input{{Path: "a.csv", Records: records}, {Path: "steps.csv"}}
			if test.found != nil {
				inputs[0].Duplicates = &test.found.Kinds
			}
			_, book := writeExcel(t, &manifest.Run{Totals: records, Inputs: inputs, Duplicates: test.found}, countedBatches()...)
			sources := book.sheets[sourcesSheet]
			var columns []string
			line, all := sources.line(t, "a.csv"), sources.line(t, "All inputs: seen = written + rejected + dropped + filtered")
			for i, title := range sources.line(t, "Input") {
				if strings.HasPrefix(title, "Duplicates") || title == "Filtered" {
					columns = append(columns, title+" "+line[i])
				}
			}
			if got := strings.Join(columns, "|"); got != test.columns || !slices.Equal(all[1:], line[7:6+len(all)]) {
				t.Errorf("%q, want %q; the total is %q", got, test.columns, all)
			}
			summary := book.sheets[summarySheet]
			labels, counts := summary.line(t, "Records seen"), summary.line(t, "10")
			tile := ""
			if i := slices.Index(labels, "Duplicates"); i >= 0 {
				tile = "Duplicates " + counts[i]
			}
			if texts := strings.Join(summary.texts(), "\n"); tile != test.tiles || !strings.Contains(texts, test.said) || test.said == "" && strings.Contains(texts, "uplicates were not") {
				t.Errorf("the tile is %q, want %q; %q is not in %s", tile, test.tiles, test.said, texts)
			}
			for _, sheet := range []string{errorCodesSheet, tenantsSheet} {
				said := strings.Contains(strings.Join(book.sheets[sheet].texts(), "\n"), "Each sign-in is counted once")
				if want := test.found != nil && test.found.Total() > 0; said != want {
					t.Errorf("%s says that totals leave out records: %t", sheet, said)
				}
			}
		})
	}
}

// signInRows is the line of Summary that says how many rows Sign-ins has.
var signInRows = regexp.MustCompile(`(A row for each sign-in record" J\d+) "8"`)

// TestRepeatsAreInNoTotal writes all sign-ins again, as repeats and with other values:
// only the sheets of records have them.
func TestRepeatsAreInNoTotal(t *testing.T) {
	t.Parallel()
	repeats := countedBatches()
	for _, b := range repeats {
		for row := range b.Len {
			b.Columns[schema.DuplicateOf].SetText(row, "a.csv#1")
			b.Columns[schema.ErrorCode].SetNum(row, int64(row))
			b.Columns[schema.TenantID].SetText(row, "another")
			b.Columns[schema.IsCrossTenant].SetBool(row, true)
			b.Columns[schema.CreatedAt].SetNum(row, 0)
		}
		b.Seal()
	}
	_, once := writeExcel(t, nil, countedBatches()...)
	_, again := writeExcel(t, nil, append(countedBatches(), repeats...)...)
	for _, sheet := range []string{summarySheet, errorCodesSheet, tenantsSheet} {
		want := strings.ReplaceAll(once.dump(t, sheet), "8 sign-in records", "16 sign-in records")
		want = signInRows.ReplaceAllString(want, `$1 "16"`)
		got := again.dump(t, sheet)
		if got != want {
			t.Errorf("%s is\n%s\nwant\n%s", sheet, got, want)
		}
	}
	if n := len(again.sheets[SignInSheet].table()); n != 16 {
		t.Errorf("%d sign-ins", n)
	}
}

// TestErrorCodes checks order, sums and dates of the codes. The counts of
// the sheet add up to all sign-ins.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, countedBatches()...)
	sheet := book.sheets[errorCodesSheet]
	want := [][]string{
		{"Error code", "Error name", "Meaning", "What to do", "Subject", "Status", "Status basis", "Sign-ins", "Interactive user", "Service principal", "Unknown type", "Usernames affected", "IP addresses affected", "First seen (UTC)", "Last seen (UTC)"},
		{"7000000", "", "Unknown code: not in the code table.", "", "", "failure", "failure_default", "10", "0", "10", "0", "1", "0", "46143.375", "46143.375"},
		{"0", "Name", "what it means", "what to do", "subject", "success", "code0", "8", "3", "5", "0", "2", "0", "46143", "46143.5"},
		{"50126", "Name", "what it means", "what to do", "subject", "failure; interrupted", "failure_default; ms_workbook_interrupt", "5", "5", "0", "0", "1", "0", "46143.25", "46143.75"},
		{"50074", "Name", "what it means", "what to do", "subject", "interrupted", "ms_workbook_interrupt", "1", "1", "0", "0", "1", "0", "46143.125", "46143.125"},
		{"(none)", "", "No error code recorded.", "", "", "", "", "3", "0", "0", "3", "0", "0", "46143.375", "46143.375"},
	}
	if len(sheet.rows) != len(want) {
		t.Fatalf("%d rows", len(sheet.rows))
	}
	for i := range want {
		for j, text := range want[i] {
			letter := string(rune('A' + j))
			cell := sheet.rows[i][letter]
			if cell.String() != text {
				t.Errorf("%s%d: %q, want %q", letter, i+1, cell, text)
			}
			if isText := (j < 7 || i == 0) && text != ""; cell.isText != isText {
				t.Errorf("%s%d is text: %v", letter, i+1, cell.isText)
			}
		}
	}
	if format := book.format(t, sheet.rows[1]["N"].style); format != formatMillis {
		t.Errorf("dates have the format %q", format)
	}
}

// TestVerdictColours gives each verdict one colour, on the rows and in
// the table of Summary, and null none.
func TestVerdictColours(t *testing.T) {
	t.Parallel()
	x, book := writeExcel(t, nil, countedBatches()...)
	seen := map[int]string{}
	for _, row := range book.sheets[SignInSheet].table() {
		cell, written := row["Access verdict"]
		if !written {
			continue
		}
		if verdict, known := seen[cell.style]; known && verdict != cell.text {
			t.Errorf("%s looks like %s", cell.text, verdict)
		}
		if seen[cell.style] = cell.text; cell.style != x.parts.book.styles.cells[verdictIndex(cell.text)] || cell.style == 0 {
			t.Errorf("%s has style %d", cell.text, cell.style)
		}
	}
	if len(seen) != 4 {
		t.Errorf("styles %v", seen)
	}
}

// TestSources checks the table of inputs and the skipped files below it.
func TestSources(t *testing.T) {
	t.Parallel()
	run := &manifest.Run{
		Inputs: []*manifest.Input{{
			Path: "logs.zip", Member: "a.csv", Size: 12, SHA256: strings.Repeat("ab", 32), ModifiedAt: "2026-06-01T00:00:00Z",
			Dialect: "portal-csv", Compression: "zip", Encoding: "utf-8",
			Category:   map[string]int64{"unknown": 1, "interactive_user": 8},
			Records:    manifest.Records{Seen: 10, Written: 6, Rejected: 1, DuplicatesDropped: 2, Filtered: 1},
			FirstEvent: "2026-05-01T00:00:00Z", LastEvent: "2026-05-31T00:00:00Z",
			Warnings: []manifest.Warning{{Code: "a", Count: 1, Message: "First."}, {Code: "b", Count: 2, Message: "Second."}},
		}},
		Skipped: []schema.Skipped{{Path: "readme.txt", Reason: "not a sign-in export"}},
		Sums:    manifest.Sums{Warnings: []manifest.WarningSum{{Code: "c", Count: 3, Message: "Third."}}},
		Totals:  manifest.Records{DuplicatesDropped: 2},
	}
	_, book := writeExcel(t, run)
	sheet := book.sheets[sourcesSheet]
	if line := sheet.line(t, "All inputs: seen = written + rejected + dropped + filtered"); line[len(line)-1] != "c (3): Third." {
		t.Errorf("%q", line)
	}
	want := []string{
		"logs.zip!a.csv", "12", strings.Repeat("ab", 32), "portal-csv", "Interactive user: 8\nUnknown type: 1", "utf-8", "zip",
		"10", "6", "1", "2", "1",
		"2026-05-01T00:00:00Z", "2026-05-31T00:00:00Z", "a (1): First.\nb (2): Second.", "",
	}
	if line := sheet.line(t, "logs.zip!a.csv"); !slices.Equal(line, want) {
		t.Errorf("%q", line)
	}
	if line := sheet.line(t, "readme.txt"); line[1] != "not a sign-in export" {
		t.Errorf("%q", line)
	}
	if ref := book.tables(t)[sourcesSheet].Ref; ref != "A1:P2" {
		t.Errorf("the table is %s, more than the inputs", ref)
	}
	if !strings.Contains(string(book.parts["xl/workbook.xml"]), `&#39;Sources&#39;!$A:$A,&#39;Sources&#39;!$1:$1`) {
		t.Error("warnings stand in print without their input")
	}
}

// Elements of lists that a cell cannot hold are counted as those of Sign-ins are, once each.
func TestElementsThatAreCutOrEscapedAreCounted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: []string{policySheet}})
	if err != nil {
		t.Fatal(err)
	}
	b := excelBatch(2, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.ConditionalAccessPolicies].SetText(row, `[{"displayName":"`+strings.Repeat("a", 40000)+`"},{"displayName":"\u0000"},{"displayName":"b"}]`)
	})
	if err := errors.Join(x.Write(b), x.Close()); err != nil {
		t.Fatal(err)
	}
	if x.Cut() != 2 || x.Escaped() != 2 {
		t.Errorf("%d cut, %d escaped", x.Cut(), x.Escaped())
	}
}

// Columns of verdicts and times are there without any value, and those of what no line has
// are folded.
func TestVerdictsAreShownWithoutSignIns(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, entityBatch(entityRow{schema.UserID: "1", schema.AccessVerdict: "granted"}))
	sheet := book.sheets[usersSheet]
	hidden := map[string]bool{}
	for i, col := range regexp.MustCompile(`<col [^>]*>`).FindAllString(sheet.head, -1) {
		hidden[sheet.rows[0][columnLetters[i]].text] = strings.Contains(col, "hidden")
	}
	for title, want := range map[string]bool{"Granted": false, "Denied": false, "Undetermined": false, "First seen (UTC)": false, "Devices": true, "Highest risk": true, "User ID": false} {
		if got, found := hidden[title]; got != want || !found {
			t.Errorf("%s: hidden %v, %v", title, got, found)
		}
	}
}

// Results of steps and policies have the colours of verdicts, where their words are known.
func TestResultsHaveTheColoursOfVerdicts(t *testing.T) {
	t.Parallel()
	x, book := writeExcel(t, nil, detailBatch([2]string{
		`[{"result":"success"},{"result":"failure"},{"result":"reportOnlyInterrupted"},{"result":"new"}]`,
		`[{"succeeded":true},{"succeeded":false},{"succeeded":"perhaps"}]`,
	}))
	cells := &x.parts.book.styles.cells
	granted, interrupted, denied, other := cells[0], cells[1], cells[2], x.parts.book.styles.text
	for sheet, want := range map[string][]int{policySheet + "/Result": {granted, denied, interrupted, other}, stepSheet + "/Succeeded": {granted, denied, other}} {
		name, title, _ := strings.Cut(sheet, "/")
		var got []int
		for _, line := range book.sheets[name].table() {
			got = append(got, line[title].style)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: styles %d, want %d", sheet, got, want)
		}
	}
}
