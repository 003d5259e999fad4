package excel

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// Summary leads to every other page of the workbook and says how many rows it has, also
// to those that continue a sheet, and to no other.
func TestSummaryLinksToEverySheet(t *testing.T) {
	t.Parallel()
	for name, sheets := range map[string][]string{
		"all":     nil,
		"some":    {summarySheet, rejectedSheet, columnsSheet},
		"itself":  {summarySheet},
		"spilled": {summarySheet, SignInSheet},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: sheets})
			if err != nil {
				t.Fatal(err)
			}
			x.parts.book.limits.rows = 3
			if err := x.Write(signInBatch(slices.Repeat([]signIn{{"granted", "interactive_user", "success", 0, 1, true, 6}}, 7)...)); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			book := readExcel(t, out.Bytes())
			summary := book.sheets[summarySheet]
			var listed []string
			for _, link := range book.links(t, summarySheet) {
				row := summary.rows[cellRow(link.cell)-1]
				if text := row[strings.TrimRight(link.cell, "0123456789")].text; text != link.sheet && text != navigationText {
					t.Errorf("%q leads to %s", text, link.sheet)
				}
				if row["J"].isText || link.sheet == summarySheet || row["C"].text == "" || row["B"].text != link.sheet {
					continue
				}
				if text, isNext := row["C"].text, strings.HasSuffix(link.sheet, " 3"); isNext != (text == "Continues Sign-ins 2") {
					t.Errorf("%s: %q", link.sheet, text)
				}
				listed = append(listed, link.sheet)
				if n := len(book.sheets[link.sheet].rows) - 1; strings.HasPrefix(link.sheet, SignInSheet) && row["J"].number != manifest.Number(n) {
					t.Errorf("%s has %d rows, Summary says %s", link.sheet, n, row["J"])
				}
			}
			if want := slices.DeleteFunc(slices.Clone(book.names), func(name string) bool { return name == summarySheet }); !slices.Equal(listed, want) {
				t.Errorf("lists %q, the workbook has %q", listed, want)
			}
			if row := summary.line(t, "Sheets"); len(row) == 0 {
				t.Error("no list of sheets")
			}
		})
	}
}

// cellRow returns the row of a cell such as B7.
func cellRow(cell string) (row int) {
	for _, c := range strings.TrimLeft(cell, "ABCDEFGHIJ") {
		row = row*10 + int(c-'0')
	}
	return row
}

// The link at the top leads to the list, a sheet without sign-ins has 0 rows, and each
// kind of sheet is described.
func TestSheetsAreDescribed(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil)
	i := slices.IndexFunc(book.links(t, summarySheet), func(l readLink) bool { return l.sheet == summarySheet })
	link := book.links(t, summarySheet)[i]
	if text := book.sheets[summarySheet].rows[cellRow(link.to)-1]["B"].text; text != "Sheets" {
		t.Errorf("the link to all sheets leads to %q", text)
	}
	if line := book.sheets[summarySheet].line(t, "A row for each sign-in record"); line[len(line)-1] != "0" {
		t.Errorf("%q", line)
	}
	for _, kind := range sheetKinds {
		if kind.text == "" {
			t.Errorf("no text for %s", kind.name)
		}
	}
}

// A list of which a sheet has more leads there.
func TestListsLeadToTheirSheets(t *testing.T) {
	t.Parallel()
	var records []signIn
	for i := range int64(topCodes + 2) {
		records = append(records, signIn{"denied", "interactive_user", "failure", 50000 + i, 1, false, 6})
	}
	run := &manifest.Run{}
	for i := range maxInputs + 3 {
		run.Inputs = append(run.Inputs, &manifest.Input{Path: fmt.Sprintf("%02d.json", i)})
	}
	_, book := writeExcel(t, run, signInBatch(records...))
	wanted := map[string]string{"2 more are not listed: see the sheet Error codes.": errorCodesSheet, "3 more are not listed: see the sheet Sources.": sourcesSheet}
	for _, link := range book.links(t, summarySheet) {
		if text := book.sheets[summarySheet].rows[cellRow(link.cell)-1]["B"].text; wanted[text] == link.sheet {
			delete(wanted, text)
		}
	}
	for text := range wanted {
		t.Errorf("no %q", text)
	}
}

// What is not looked for has no tile: a zero there would read as none found.
func TestTilesAreOfWhatIsLookedFor(t *testing.T) {
	t.Parallel()
	granted := signIn{"granted", "interactive_user", "success", 0, 1, true, 6}
	within := signInBatch(granted)
	within.Columns[schema.CrossTenantAccessType].SetText(0, "none")
	within.Seal()
	records := []string{"Records seen", "Written", "Rejected"}
	for name, test := range map[string]struct {
		run      manifest.Run
		batch    *schema.Batch
		counts   []string
		verdicts []string
	}{
		"little":        {batch: signInBatch(granted), counts: records, verdicts: []string{"Granted", "Interrupted", "Denied"}},
		"access types":  {batch: within, counts: records, verdicts: []string{"Granted", "Interrupted", "Denied", "Passthrough"}},
		"passthrough":   {batch: signInBatch(signIn{"passthrough", "interactive_user", "success", 0, 1, true, 6}), counts: records, verdicts: []string{"Granted", "Interrupted", "Denied", "Passthrough"}},
		"undetermined":  {batch: signInBatch(signIn{"", "", "", -1, 3, false, 9}), counts: records, verdicts: []string{"Granted", "Interrupted", "Denied", "Undetermined"}},
		"unused filter": {run: manifest.Run{Command: manifest.Command{Settings: map[string]string{"until": "2026-05-01T00:00:00Z"}}}, batch: signInBatch(granted), counts: append(slices.Clone(records), "Filtered"), verdicts: []string{"Granted", "Interrupted", "Denied"}},
		"filtered":      {run: manifest.Run{Totals: manifest.Records{Seen: 2, Written: 1, Filtered: 1}}, batch: signInBatch(granted), counts: append(slices.Clone(records), "Filtered"), verdicts: []string{"Granted", "Interrupted", "Denied"}},
		"duplicates":    {run: manifest.Run{Duplicates: &duplicates.Report{}}, batch: signInBatch(granted), counts: append(slices.Clone(records), "Duplicates"), verdicts: []string{"Granted", "Interrupted", "Denied"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, book := writeExcel(t, &test.run, test.batch)
			byType := append([]string{"By sign-in type", "Sign-ins"}, test.verdicts...)
			for first, want := range map[string][]string{"Records seen": test.counts, "Granted": test.verdicts, "By sign-in type": byType} {
				line := slices.DeleteFunc(book.sheets[summarySheet].line(t, first), func(text string) bool { return text == "" })
				if !slices.Equal(line, want) {
					t.Errorf("tiles %q, want %q", line, want)
				}
			}
		})
	}
}

// Words are counted beside any number of names, up to their own bounds.
func TestWordsAreCountedBesideAnyNumberOfNames(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a limit, and takes a minute under the race detector")
	}
	t.Parallel()
	counts := newCounts()
	counts.names.names.n = maxNames
	for n := range (maxWords + 2000) / 1000 {
		counts.addBatch(excelBatch(1000, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.UserPrincipalName].SetText(row, "user")
			c[schema.ClientAppUsed].SetText(row, strings.Repeat("x", n*1000+row))
			c[schema.RiskState].SetText(row, "atRisk")
		}))
	}
	kinds := &counts.names.kinds
	if n := len(kinds[clientApps].names); n == 0 || counts.names.words.bytes > maxWordBytes || kinds[clientApps].uncounted.total() != int64(maxWords+2000-n) {
		t.Errorf("%d client apps of %d bytes, %d sign-ins of others", n, counts.names.words.bytes, kinds[clientApps].uncounted.total())
	}
	if kinds[users].uncounted.total() != maxWords+2000 || kinds[riskStates].names[0].sums.total() != maxWords+2000 {
		t.Errorf("users %v, risk states %v", kinds[users].uncounted, kinds[riskStates].names)
	}
}
