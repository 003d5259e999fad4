package writer

import (
	"fmt"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// A summary names all files without a manifest, and 30 with one.
func TestSummaryNamesFiles(t *testing.T) {
	run := &manifest.Run{}
	for i := range 250 {
		run.Inputs = append(run.Inputs, &manifest.Input{Path: fmt.Sprintf("in%03d", i), Dialect: "graph-json"})
		run.Skipped = append(run.Skipped, schema.Skipped{Path: fmt.Sprintf("out%03d", i), Reason: "a picture"})
	}
	for _, c := range []struct {
		outputs []manifest.Output
		named   int
		more    bool
	}{{nil, 250, false}, {[]manifest.Output{{Path: "a.parquet"}}, maxListed, true}} {
		var text strings.Builder
		run.Outputs = c.outputs
		Summarize(&text, run, nil)
		inputs, skipped := strings.Count(text.String(), "\nin")+1, strings.Count(text.String(), "skipped out")
		if inputs != c.named || skipped != c.named || strings.Contains(text.String(), "220 more, listed in the manifest") != c.more {
			t.Errorf("%d outputs: %d inputs and %d skipped files are named\n%s", len(c.outputs), inputs, skipped, text.String())
		}
	}
}

// Records are written where an output is named, also if it needs none of them.
func TestSummaryOfRecords(t *testing.T) {
	t.Parallel()
	run := &manifest.Run{Totals: manifest.Records{Seen: 10, Written: 1, Rejected: 2, DuplicatesDropped: 3, Filtered: 4}}
	for want, outputs := range map[string][]string{"accepted": nil, "written": {"lake/"}} {
		var text strings.Builder
		run.OutputArguments = outputs
		recordLine(&text, run)
		if text.String() != "records     10 seen, 1 "+want+", 2 rejected, 3 dropped as duplicates, 4 filtered\n" {
			t.Errorf("%q, want %s", text.String(), want)
		}
	}
}

// A run whose records are all in the dataset already writes its record alone.
func TestSummaryWithoutRows(t *testing.T) {
	t.Parallel()
	for want, run := range map[bool]*manifest.Run{
		false: {},
		true:  {Command: manifest.Command{OutputArguments: []string{"lake/"}}},
	} {
		var text strings.Builder
		if Summarize(&text, run, nil); strings.Contains(text.String(), "wrote       the record of the run, and no rows\n") != want {
			t.Errorf("%v: %s", want, text.String())
		}
	}
}

// A line of a skipped file leaves out what each format lacks.
func TestSummaryOfSkippedFiles(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	skippedLines(&text, []schema.Skipped{{Path: "a", Reason: schema.NotAnExport + " (graph-json: no field createdDateTime)"}, {Path: "b", Reason: "logons (IdentityLogonEvents)"}}, 9)
	if text.String() != "skipped a: not an export of sign-ins\nskipped b: logons (IdentityLogonEvents)\n" {
		t.Errorf("%q", text.String())
	}
}

// A line counts the sign-ins of an input, and its other records.
func TestSummaryOfAFile(t *testing.T) {
	for want, in := range map[string]*manifest.Input{
		"no records":                            {},
		"90 rejected":                           {Records: manifest.Records{Seen: 90, Rejected: 90}},
		"2 interactive_user, 1 rejected":        {Category: map[string]int64{"interactive_user": 2}, Records: manifest.Records{Seen: 3, Written: 2, Rejected: 1}},
		"1 adfs, 5,000 filtered":                {Category: map[string]int64{"adfs": 1}, Records: manifest.Records{Seen: 5001, Written: 1, Filtered: 5000}},
		"1 adfs, 2,000 duplicates, 1 rejected":  {Category: map[string]int64{"adfs": 1}, Duplicates: &duplicates.Kinds{Same: 500, Differs: 1500}, Records: manifest.Records{Seen: 2002, Written: 2001, Rejected: 1}},
		"1 duplicate":                           {Duplicates: &duplicates.Kinds{Differs: 1}, Records: manifest.Records{Seen: 1, Written: 1}},
		"1 adfs":                                {Category: map[string]int64{"adfs": 1}, Duplicates: &duplicates.Kinds{}, Records: manifest.Records{Seen: 1, Written: 1}},
		"3 of 4 steps joined to their sign-ins": {Joined: &schema.Joined{Rows: 4, Matched: 3, Unmatched: 1}, Records: manifest.Records{Seen: 1, Rejected: 1}},
	} {
		t.Run(want, func(t *testing.T) {
			if got := kinds(in); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// A line counts the records that are in no total, or says that nobody looked.
func TestSummaryOfDuplicates(t *testing.T) {
	for want, found := range map[string]*duplicates.Report{
		"duplicates  not looked for\n": nil,
		"duplicates  none\n":           {},
		"duplicates  1 record (1 the same, 0 with differences); each sign-in is counted once\n":                                                        {Kinds: duplicates.Kinds{Same: 1}},
		"duplicates  5,001 records (5,000 the same, 1 with differences); each sign-in is counted once; 1 sign-in with records of different verdicts\n": {Kinds: duplicates.Kinds{Same: 5000, Differs: 1}, DifferentVerdicts: 1},
	} {
		t.Run(want, func(t *testing.T) {
			var text strings.Builder
			duplicateLine(&text, found)
			if text.String() != want {
				t.Errorf("%q, want %q", text.String(), want)
			}
		})
	}
}

// A dataset is one line with all its parts; a file in a folder whose name looks like
// a partition is a file.
func TestSummaryOfDatasets(t *testing.T) {
	var text strings.Builder
	outputLines(&text, []manifest.Output{
		{Path: "lake/event_date=2026-05-01/mine.parquet", Rows: 1, Size: 10},
		{Path: "event_date=1/lake/event_date=2026-05-01/part-a-00000.parquet", Rows: 1, Size: 1000, Argument: "event_date=1/lake/"},
		{Path: "event_date=1/lake/event_date=2026-05-02/part-a-00000.parquet", Rows: 2, Size: 2000, Argument: "event_date=1/lake/"},
		{Path: "event_date=2026-05-01/part-a-00000.parquet", Rows: 3, Size: 3000, Argument: "./"},
	})
	want := "wrote       lake/event_date=2026-05-01/mine.parquet: 1 row, 10 bytes\n" +
		"wrote       event_date=1/lake/ in 2 parts: 3 rows, 3,000 bytes\n" +
		"wrote       ./ in 1 part: 3 rows, 3,000 bytes\n"
	if text.String() != want {
		t.Errorf("got\n%swant\n%s", text.String(), want)
	}
}

// A warning of the run says so, and a name from the inputs in it cannot steer the
// terminal.
func TestSummaryOfRunWarnings(t *testing.T) {
	var text strings.Builder
	Summarize(&text, &manifest.Run{Sums: manifest.Sums{Warnings: []manifest.WarningSum{{Code: "tenants_differ", Count: 2, Message: "two: a; \x1b[2Jb"}}}}, nil)
	if want := "warning     tenants_differ (2 in the run): two: a; \\u001B[2Jb\n"; !strings.Contains(text.String(), want) {
		t.Errorf("no %q in %q", want, text.String())
	}
}

// A warning is broken between words on a terminal, under itself; a file has it in one line.
func TestWrapped(t *testing.T) {
	t.Parallel()
	const text = "code (1 in 1 input): eins zwei drei vier füüüünf"
	for width, want := range map[int]string{
		0:  text,
		35: text,
		36: "code (1 in 1 input):\n            eins zwei drei vier\n            füüüünf",
		60: text[:len(text)-len(" füüüünf")] + "\n            füüüünf",
		61: text,
	} {
		if got := wrapped(text, 12, width); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
	if width := terminalWidth(&strings.Builder{}); width != 0 {
		t.Errorf("%d columns of no terminal", width)
	}
}
