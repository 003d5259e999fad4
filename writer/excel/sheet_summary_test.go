package excel

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// A signIn is a record of the tests of counts; "" and -1 are null.
type signIn struct {
	verdict, category, status string
	code, count               int64
	known                     bool
	hour                      int
}

func signInBatch(records ...signIn) *schema.Batch {
	return excelBatch(len(records), func(row int, c *[schema.NumColumns]schema.Vector) {
		r := records[row]
		for id, text := range map[schema.ColumnID]string{
			schema.AccessVerdict: r.verdict, schema.SignInCategory: r.category, schema.SignInStatus: r.status,
		} {
			if text != "" {
				c[id].SetText(row, text)
			}
		}
		if r.code >= 0 {
			c[schema.ErrorCode].SetNum(row, r.code)
			c[schema.ErrorKnown].SetBool(row, r.known)
			if r.known {
				c[schema.ErrorName].SetText(row, "Name")
				c[schema.ErrorCategory].SetText(row, "subject")
				c[schema.ErrorMeaning].SetText(row, "what it means")
			}
		}
		if basis := map[string]string{"success": "code0", "failure": "failure_default", "interrupted": "ms_workbook_interrupt"}[r.status]; basis != "" {
			c[schema.StatusBasis].SetText(row, basis)
			c[schema.UserPrincipalName].SetText(row, r.category+"@contoso.example")
		}
		if r.count >= 0 {
			c[schema.SignInCount].SetNum(row, r.count)
		}
		c[schema.CreatedAt].SetNum(row, time.Date(2026, 5, 1, r.hour, 0, 0, 0, time.UTC).UnixMicro())
	})
}

// countedBatches have every verdict, two types and a null one, and counts.
func countedBatches() []*schema.Batch {
	return []*schema.Batch{
		signInBatch(
			signIn{"granted", "service_principal", "success", 0, 5, true, 6},
			signIn{"granted", "interactive_user", "success", 0, -1, true, 12},
			signIn{"passthrough", "interactive_user", "success", 0, 2, true, 0},
			signIn{"denied", "interactive_user", "failure", 50126, 1, true, 18},
			signIn{"interrupted", "interactive_user", "interrupted", 50074, 1, true, 3},
		),
		signInBatch(
			signIn{"denied", "service_principal", "failure", 7000000, 10, false, 9},
			signIn{"denied", "interactive_user", "interrupted", 50126, 4, true, 6},
			signIn{"", "", "", -1, 3, false, 9},
		),
	}
}

// TestSummary checks the sums of Summary: sign-ins, not rows.
func TestSummary(t *testing.T) {
	run := &manifest.Run{
		Totals: manifest.Records{Seen: 1234567, Written: 1234560, Rejected: 4, DuplicatesDropped: 2, Filtered: 1},
		Inputs: []*manifest.Input{
			{Path: "a.csv", Warnings: []manifest.Warning{{Code: "row_cap", Count: 1, Message: "Exactly 100,000 records."}, {Code: "bad_time", Count: 2, Message: "Times that are none."}}},
			{Path: "b.zip", Member: "c.json", Warnings: []manifest.Warning{{Code: "bad_time", Count: 7, Message: "Times that are none."}}},
		},
	}
	_, book := writeExcel(t, run, countedBatches()...)
	sheet := book.sheets[summarySheet]
	for text, want := range map[string][]string{
		"Sign-in type":      {"Sign-in type", "", "", "Sign-ins", "Granted", "Interrupted", "Denied", "Passthrough", "Undetermined"},
		"Interactive user":  {"Interactive user", "9", "1", "1", "5", "2", "0"}, // the tiles, and the shares below
		"0.333333":          {"0.333333", "0.111111", "0.111111", "0.555556", "0.222222", "0.000000"},
		"Service principal": {"Service principal", "15", "5", "0", "10", "0", "0"},
		"Unknown type":      {"Unknown type", "3", "0", "0", "0", "0", "3"},
		"All":               {"All", "", "", "27", "6", "1", "15", "2", "3"},
		"1234567":           {"1234567", "1234560", "", "4", "", "1", ""},
		"row_cap":           {"Exactly 100,000 records.", "", "", "", "", "1", "1 input", "row_cap", ""},
		"bad_time":          {"Times that are none.", "", "", "", "", "9", "2 inputs", "bad_time", ""},
		"7000000":           {"7000000", "Unknown code: not in the code table.", "", "10", "0", "0", "10", "0", "0"},
		"50126 Name":        {"50126 Name", "what it means", "", "5", "0", "0", "5", "0", "0"},
		"06":                {"06", "", "", "9", "5", "0", "4", "0", "0"},
		"1 May":             {"1 May", "", "", "27", "6", "1", "15", "2", "3"},
	} {
		if line := sheet.line(t, text); !slices.Equal(line, want) {
			t.Errorf("%s: %q, want %q", text, line, want)
		}
	}
	all := strings.Join(sheet.texts(), "\n")
	for _, want := range []string{
		"Events from 2026-05-01 00:00:00 UTC to 2026-05-01 18:00:00 UTC   ·   2 inputs",
		"Error code 0 on such a sign-in", "8 sign-in records on 1 sheet", "characters: 0.", "\\x00: 0.",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(strings.ToLower(all), "complete") {
		t.Error("claims that something is complete")
	}
}

// TestOldDates has events from before Excel's first date in the spans, as
// the run record does.
func TestOldDates(t *testing.T) {
	b := signInBatch(signIn{"granted", "interactive_user", "success", 0, 1, true, 6}, signIn{"granted", "interactive_user", "success", 0, 1, true, 6})
	b.Columns[schema.CreatedAt].SetNum(1, time.Date(1899, 12, 31, 12, 0, 0, 0, time.UTC).UnixMicro())
	_, book := writeExcel(t, nil, b)
	if got := book.sheets[summarySheet].rows[1]["B"].text; !strings.HasPrefix(got, "Events from 1899-12-31 12:00:00 UTC to 2026-05-01 06:00:00 UTC") {
		t.Error(got)
	}
	if first := book.sheets[errorCodesSheet].table()[0]["First seen (UTC)"]; first.text != "1899-12-31T12:00:00Z" {
		t.Errorf("first seen %q", first)
	}
}

// TestDuplicates has Sources count dropped duplicates only where there are any: no
// run without a search reports that there are none.
func TestDuplicates(t *testing.T) {
	for dropped, want := range map[int64]string{0: "not looked for", 2: "2"} {
		records := manifest.Records{Seen: 9, Written: 9 - dropped, DuplicatesDropped: dropped}
		_, book := writeExcel(t, &manifest.Run{Totals: records, Inputs: []*manifest.Input{{Path: "a.csv", Records: records}}})
		if got := book.sheets[sourcesSheet].table()[0]["Duplicates dropped"].String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSummaryCells tells which columns have cells that were cut or
// escaped.
func TestSummaryCells(t *testing.T) {
	x, book := writeExcel(t, &manifest.Run{Skipped: []schema.Skipped{{Path: "a\x01", Reason: "b"}}}, excelBatch(3, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.Extra].SetText(row, strings.Repeat("a", 40000))
		if row > 0 {
			c[schema.UserAgent].SetText(row, "\x00")
		}
	}))
	all := strings.Join(book.sheets[summarySheet].texts(), "\n")
	for _, want := range []string{"characters: 3 (Further fields 3).", "stands in the source, at the place that its row names", "\\x00: 3 (User agent 2)."} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if x.Cut() != 3 || x.Escaped() != 3 {
		t.Errorf("cut %d, escaped %d", x.Cut(), x.Escaped())
	}
}

// TestErrorCodes checks order, sums and dates of the codes. The counts of
// the sheet add up to all sign-ins.
func TestErrorCodes(t *testing.T) {
	_, book := writeExcel(t, nil, countedBatches()...)
	sheet := book.sheets[errorCodesSheet]
	want := [][]string{
		{"Error code", "Error name", "Meaning", "Subject", "Status", "Status basis", "Sign-ins", "Interactive user", "Service principal", "Unknown type", "Usernames affected", "IP addresses affected", "First seen (UTC)", "Last seen (UTC)"},
		{"7000000", "", "Unknown code: not in the code table.", "", "failure", "failure_default", "10", "0", "10", "0", "1", "0", "46143.375", "46143.375"},
		{"0", "Name", "what it means", "subject", "success", "code0", "8", "3", "5", "0", "2", "0", "46143", "46143.5"},
		{"50126", "Name", "what it means", "subject", "failure; interrupted", "failure_default; ms_workbook_interrupt", "5", "5", "0", "0", "1", "0", "46143.25", "46143.75"},
		{"50074", "Name", "what it means", "subject", "interrupted", "ms_workbook_interrupt", "1", "1", "0", "0", "1", "0", "46143.125", "46143.125"},
		{"(none)", "", "No error code recorded.", "", "", "", "3", "0", "0", "3", "0", "0", "46143.375", "46143.375"},
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
			if isText := (j < 6 || i == 0) && text != ""; cell.isText != isText {
				t.Errorf("%s%d is text: %v", letter, i+1, cell.isText)
			}
		}
	}
	if format := book.format(t, sheet.rows[1]["M"].style); format != formatMillis {
		t.Errorf("dates have the format %q", format)
	}
}

// TestCodesBounded sums codes beyond the bound in one line.
func TestCodesBounded(t *testing.T) {
	counts := newCounts()
	records := make([]signIn, 1000)
	for n := range (maxErrorCodes + 2000) / len(records) {
		for i := range records {
			records[i] = signIn{"denied", "adfs", "failure", int64(n*len(records) + i), 2, false, 0}
		}
		counts.addBatch(signInBatch(records...))
	}
	if len(counts.codes.byCode) != maxErrorCodes || counts.codes.other == nil || counts.codes.other.sums.total() != 4000 {
		t.Errorf("%d codes, others %+v", len(counts.codes.byCode), counts.codes.other)
	}
}

// TestVerdictColours gives each verdict one colour, on the rows and in
// the table of Summary, and null none.
func TestVerdictColours(t *testing.T) {
	x, book := writeExcel(t, nil, countedBatches()...)
	seen := map[int]string{}
	for _, row := range book.sheets[signInSheet].table() {
		cell, written := row["Access verdict"]
		if !written {
			continue
		}
		if verdict, known := seen[cell.style]; known && verdict != cell.text {
			t.Errorf("%s looks like %s", cell.text, verdict)
		}
		if seen[cell.style] = cell.text; cell.style != x.parts.book.styles.verdict[cell.text] || cell.style == 0 {
			t.Errorf("%s has style %d", cell.text, cell.style)
		}
	}
	if len(seen) != 4 {
		t.Errorf("styles %v", seen)
	}
}

// TestSources checks the table of inputs and the skipped files below it.
func TestSources(t *testing.T) {
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
	}
	_, book := writeExcel(t, run)
	sheet := book.sheets[sourcesSheet]
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
	if !strings.Contains(sheet.tail, `$2"></autoFilter>`) {
		t.Error("the filter takes in more than the inputs")
	}
	if !strings.Contains(string(book.parts["xl/workbook.xml"]), `&#39;Sources&#39;!$A:$A,&#39;Sources&#39;!$1:$1`) {
		t.Error("warnings stand in print without their input")
	}
}

// TestFirstPage has the chart over time below the tiles in print, or whole
// on the next page where many types leave little room.
func TestFirstPage(t *testing.T) {
	number := func(pattern, text string) int {
		match := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("no %s", pattern)
		}
		n, _ := strconv.Atoi(match[1])
		return n
	}
	for types, want := range map[int]bool{1: true, 4: true, 7: false} {
		var records []signIn
		for _, category := range schema.Categories[:types] {
			records = append(records, signIn{"granted", category, "success", 0, 1, true, 6})
		}
		_, book := writeExcel(t, nil, signInBatch(records...))
		end := number(`<brk id="(\d+)"`, book.sheets[summarySheet].tail)
		chart := number(`<xdr:row>(\d+)</xdr:row>`, string(book.parts["xl/drawings/drawing1.xml"]))
		if got := chart < end; got != want {
			t.Errorf("%d types: the page ends before row %d, the chart begins at %d", types, end, chart)
		}
	}
}
