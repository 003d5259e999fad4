package excel

import (
	"fmt"
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
				c[schema.ErrorRemediation].SetText(row, "what to do")
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
	t.Parallel()
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
		t.Run(text, func(t *testing.T) {
			if line := sheet.line(t, text); !slices.Equal(line, want) {
				t.Errorf("%q, want %q", line, want)
			}
		})
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

// The line below the tiles counts warnings, not notes.
func TestTrustLine(t *testing.T) {
	t.Parallel()
	note, warning := manifest.Warning{Code: schema.BlankLines, Count: 1}, manifest.Warning{Code: schema.BadTime, Count: 1}
	for want, warnings := range map[string][]manifest.Warning{
		"The inputs give no reason to doubt these numbers": {note},
		"1 warning about these numbers":                    {note, warning},
	} {
		_, book := writeExcel(t, &manifest.Run{Inputs: []*manifest.Input{{Path: "a", Warnings: warnings}}}, signInBatch(signIn{"granted", "interactive_user", "success", 0, 1, true, 6}))
		if all := strings.Join(book.sheets[summarySheet].texts(), "\n"); !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
}

// TestOldDates has events from before Excel's first date in the spans, as
// the run record does.
func TestOldDates(t *testing.T) {
	t.Parallel()
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

// TestSummaryCells lists the columns that have cells that were cut or
// escaped.
func TestSummaryCells(t *testing.T) {
	t.Parallel()
	x, book := writeExcel(t, &manifest.Run{Skipped: []schema.Skipped{{Path: "a\x01", Reason: "b"}}}, excelBatch(3, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.Extra].SetText(row, strings.Repeat("a", 40000))
		if row > 0 {
			c[schema.UserAgent].SetText(row, "\x00")
		}
	}))
	all := strings.Join(book.sheets[summarySheet].texts(), "\n")
	for _, want := range []string{"characters: 3 (Further fields 3).", "is in the source, at the place that its row names", "\\x00: 3 (User agent 2)."} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if x.Cut() != 3 || x.Escaped() != 3 {
		t.Errorf("cut %d, escaped %d", x.Cut(), x.Escaped())
	}
}

// TestFirstPage has the chart over time below the tiles in print, or whole
// on the next page where many types leave little room.
func TestFirstPage(t *testing.T) {
	t.Parallel()
	number := func(t *testing.T, pattern, text string) int {
		t.Helper()
		match := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("no %s", pattern)
		}
		n, _ := strconv.Atoi(match[1])
		return n
	}
	for types, want := range map[int]bool{1: true, 4: true, 7: false} {
		t.Run(fmt.Sprint(types, " types"), func(t *testing.T) {
			t.Parallel()
			var records []signIn
			for _, category := range schema.Categories[:types] {
				records = append(records, signIn{"granted", category, "success", 0, 1, true, 6})
			}
			_, book := writeExcel(t, nil, signInBatch(records...))
			end := number(t, `<brk id="(\d+)"`, book.sheets[summarySheet].tail)
			chart := number(t, `<xdr:row>(\d+)</xdr:row>`, string(book.parts["xl/drawings/drawing1.xml"]))
			if got := chart < end; got != want {
				t.Errorf("the page ends before row %d, the chart begins at %d", end, chart)
			}
		})
	}
}

// TestFarDates keeps the days of a month when few dates are wrong, and counts the
// others.
func TestFarDates(t *testing.T) {
	t.Parallel()
	far := []string{"1970-01-01", "2019-03-01", "2099-12-31"}
	_, book := writeExcel(t, nil, excelBatch(93, func(row int, c *[schema.NumColumns]schema.Vector) {
		at := time.Date(2026, 5, 1+row%30, 12, 0, 0, 0, time.UTC)
		if row >= 90 {
			at, _ = time.Parse(time.DateOnly, far[row-90])
		}
		c[schema.CreatedAt].SetNum(row, at.UnixMicro())
		c[schema.SignInCategory].SetText(row, schema.InteractiveUser)
	}))
	sheet := book.sheets[summarySheet]
	if line := sheet.line(t, "30 May"); line[3] != "3" {
		t.Errorf("%q", line)
	}
	all := strings.Join(sheet.texts(), "\n")
	for _, want := range []string{
		"Sign-ins per day (UTC)", "in none of these lines: 3.", "Events from 1970-01-01",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q", want)
		}
	}
}
