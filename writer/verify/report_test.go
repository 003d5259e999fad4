package verify

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

// The report for people has a line a file, remarks below it, then totals, and nothing that
// a terminal obeys.
func TestText(t *testing.T) {
	t.Parallel()
	r := &Report{Path: "x"}
	r.add(outputRole, "x.parquet").Rows = 1234
	r.add(outputRole, "y\x1b[31m\n").change("has %s", "\u202e9")
	moved := r.add(sourceRole, "b.json")
	moved.Status, moved.MovedTo = Moved, "e/b.json"
	r.add(sourceRole, "c.json").Status = NotChecked
	r.Totals.Runs, r.Totals.Rows, r.Totals.Repeats, r.Totals.RawRecords = 1, 1234, 7, new(int64)
	r.Totals.Dataset = &Counts{Records: 1234, SignIns: 1200, RepeatsInRun: 30, RepeatsAcross: 4}
	r.count()
	const want = `matched      x.parquet (output, 1,234 rows)
changed      y\u001B[31m\u000A (output)
               has \u202E9
moved        b.json (source, is now e/b.json)
not checked  c.json (source)

runs         1
files        1 matched, 1 changed, 1 moved, 0 missing, 0 new, 1 not checked
rows         1,234 read, 7 of Parquet marked as duplicates
raw          nothing was compared: that needs Parquet written with --raw, and the sources
records      1,234, 30 that repeat one of their run, 4 that repeat one of another run
sign-ins     1,200 distinct
result       1 file with differences: y\u001B[31m\u000A
`
	if got := r.text(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if *r.Totals.RawRecords = 1234; !strings.Contains(r.text(), "raw          1,234 records equal to the bytes of their source\n") {
		t.Error(r.text())
	}
}

// The result names the first files that differ.
func TestResultNamesFiles(t *testing.T) {
	t.Parallel()
	r := &Report{}
	for i, want := range []string{"1 file with differences: a", "2 files with differences: a, b", "3 files with differences: a, b, c", "4 files with differences: a, b, c and 1 more"} {
		r.add(outputRole, "as it was")
		r.add(outputRole, string(rune('a'+i))).change("is another")
		r.Differences = 0
		if r.count(); r.conclusion() != want {
			t.Errorf("%q, want %q", r.conclusion(), want)
		}
	}
}

// The result says whether anything differs or was not checked.
func TestResult(t *testing.T) {
	t.Parallel()
	for status, want := range map[Status]string{Matched: "all matches", Moved: "all matches", New: "all matches", NotChecked: "all that was checked matches"} {
		r := &Report{}
		r.add(sourceRole, "x").Status = status
		r.count()
		if r.Result != "matched" || r.conclusion() != want || r.Exit() != 0 {
			t.Errorf("%s: %s, %s, %d", status, r.Result, r.conclusion(), r.Exit())
		}
	}
}

// A report in JSON has the same content for programs.
func TestJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	small.write(t, dir)
	os.Remove(dir + "/a.json")
	r := check(t, dir+"/lake", Options{Folders: []string{dir + "/lake"}})
	var text strings.Builder
	if err := r.Print(&text, "json"); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Result      string
		Differences int
		Files       []struct {
			Path, Role, Status string
			Rows               int64
		}
		Totals struct {
			Runs, Missing int
			Rows          int64
			Dataset       map[string]int64
		}
	}
	if err := json.Unmarshal([]byte(text.String()), &read); err != nil {
		t.Fatal(err)
	}
	if read.Result != "different" || read.Differences != 1 || len(read.Files) != len(r.Files) || read.Totals.Missing != 1 || read.Totals.Rows != 24 ||
		read.Totals.Dataset["sign_ins"] != 8 || read.Files[0].Role != "manifest" || read.Files[3].Rows != 8 || read.Files[2].Role != "rejects" {
		t.Errorf("%s", text.String())
	}
	full := errors.New("no space")
	for _, format := range Formats {
		if err := r.Print(failing{full}, format); !errors.Is(err, full) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
