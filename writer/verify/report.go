package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// A Status is what the check of a file has found.
type Status string

const (
	Matched    Status = "matched"     // as the manifest says
	Changed    Status = "changed"     // differs from what the manifest says
	Moved      Status = "moved"       // a source that is under another name
	Missing    Status = "missing"     // is not there
	New        Status = "new"         // is there and in no manifest
	NotChecked Status = "not checked" // elsewhere, and no folder was named
)

// A Role is what a file is to a run.
type Role string

const (
	manifestRole Role = "manifest"
	sumsRole     Role = "digests"
	outputRole   Role = "output"
	sourceRole   Role = "source"
	sideRole     Role = "side file" // that changes outputs and is no input
	partRole     Role = "part"      // of no run
	leftoverRole Role = "leftover"  // of a run that did not end
	shardRole    Role = "shards"    // without a run
)

// linesRole returns the role of OUTPUT.rejects.ndjson and the like: rejects.
func linesRole(path string) Role {
	name := strings.TrimSuffix(path, linesEnding)
	return Role(name[strings.LastIndexByte(name, '.')+1:])
}

// A File is a line of a report.
type File struct {
	Status  Status   `json:"status"`
	Path    string   `json:"path"`
	Role    Role     `json:"role"`
	MovedTo string   `json:"moved_to,omitempty"`
	Rows    int64    `json:"rows,omitempty"` // that were read
	Notes   []string `json:"notes,omitempty"`

	differs bool // counts as a difference
	unnoted int  // notes that are left out
}

// maxNotes bounds the notes of a file.
const maxNotes = 20

// note adds a remark.
func (f *File) note(format string, values ...any) {
	if len(f.Notes) == maxNotes {
		f.unnoted++
		return
	}
	f.Notes = append(f.Notes, fmt.Sprintf(format, values...))
}

// change notes a difference.
func (f *File) change(format string, values ...any) {
	f.note(format, values...)
	f.differs = true
	if f.Status != Missing {
		f.Status = Changed
	}
}

// changeBy notes differences that were found elsewhere.
func (f *File) changeBy(differences []string) {
	for _, d := range differences {
		f.change("%s", d)
	}
}

// Report is the result of a check.
type Report struct {
	Path        string  `json:"path"`
	Result      string  `json:"result"` // matched or different
	Files       []*File `json:"files"`
	Totals      Totals  `json:"totals"`
	Differences int     `json:"differences"` // files that differ
}

// Totals add up what was found.
type Totals struct {
	Runs       int `json:"runs"`
	Superseded int `json:"superseded,omitempty"` // of the runs, by a compaction
	Matched    int `json:"matched"`
	Changed    int `json:"changed"`
	Moved      int `json:"moved"`
	Missing    int `json:"missing"`
	New        int `json:"new"`
	NotChecked int `json:"not_checked"`

	Rows       int64   `json:"rows"`                  // of the outputs that were read
	Repeats    int64   `json:"repeats"`               // those of Parquet that repeat others, by duplicate_of
	RawRecords *int64  `json:"raw_records,omitempty"` // that equal the bytes of their source
	Dataset    *Counts `json:"dataset,omitempty"`
	// Shards are the lists of files that the shards of a dataset have in common.
	Shards []*ShardSet `json:"shards,omitempty"`
}

// Counts are the sign-ins of a dataset. Records = SignIns + RepeatsInRun +
// RepeatsAcross.
type Counts struct {
	Records       int64 `json:"records"`
	SignIns       int64 `json:"sign_ins"`            // distinct by category and id; a record without an id is one
	RepeatsInRun  int64 `json:"repeats_in_run"`      // records that repeat one of their own run
	RepeatsAcross int64 `json:"repeats_across_runs"` // records that repeat only one of another run
}

// add adds a file that is as it should be.
func (r *Report) add(role Role, path string) *File {
	f := &File{Status: Matched, Role: role, Path: shown(path)}
	r.Files = append(r.Files, f)
	return f
}

// count completes the totals.
func (r *Report) count() {
	t := &r.Totals
	counts := map[Status]*int{Matched: &t.Matched, Changed: &t.Changed, Moved: &t.Moved, Missing: &t.Missing, New: &t.New, NotChecked: &t.NotChecked}
	for _, f := range r.Files {
		*counts[f.Status]++
		if f.differs {
			r.Differences++
		}
		if f.unnoted > 0 {
			f.Notes, f.unnoted = append(f.Notes, fmt.Sprintf("and %d more differences", f.unnoted)), 0
		}
	}
	r.Result = "matched"
	if r.Differences > 0 {
		r.Result = "different"
	}
}

// Exit returns the status of the program.
func (r *Report) Exit() int {
	if r.Differences > 0 {
		return schema.ExitUnbalanced
	}
	return 0
}

// Formats are the formats of Print, the default first.
var Formats = []string{"text", "json"}

// Print writes the report in one of Formats.
func (r *Report) Print(w io.Writer, format string) error {
	if format == "json" {
		list := json.NewEncoder(w)
		list.SetEscapeHTML(false)
		list.SetIndent("", "  ")
		return list.Encode(r)
	}
	_, err := io.WriteString(w, r.text())
	return err
}

// text is the report for people: a line a file, remarks below it, then totals.
func (r *Report) text() string {
	var s strings.Builder
	line := func(label, format string, values ...any) {
		fmt.Fprintf(&s, "%-12s %s\n", label, schema.EscapeControls(fmt.Sprintf(format, values...)))
	}
	for _, f := range r.Files {
		what := string(f.Role)
		if f.Rows > 0 {
			what += ", " + manifest.Counted(f.Rows, "row")
		}
		if f.MovedTo != "" {
			what += ", is now " + f.MovedTo
		}
		line(string(f.Status), "%s (%s)", f.Path, what)
		for _, note := range f.Notes {
			line("", "  %s", note)
		}
	}
	s.WriteByte('\n')
	r.Totals.describe(line)
	line("result", "%s", r.conclusion())
	return s.String()
}

// describe calls line with the label of each line about the totals, and its text.
func (t *Totals) describe(line func(label, format string, values ...any)) {
	runs := manifest.Number(t.Runs)
	if t.Superseded > 0 {
		runs += fmt.Sprintf(", %s of them superseded", manifest.Number(t.Superseded))
	}
	line("runs", "%s", runs)
	line("files", "%s matched, %s changed, %s moved, %s missing, %s new, %s not checked", manifest.Number(t.Matched), manifest.Number(t.Changed),
		manifest.Number(t.Moved), manifest.Number(t.Missing), manifest.Number(t.New), manifest.Number(t.NotChecked))
	rows := manifest.Number(t.Rows) + " read"
	if t.Repeats > 0 {
		rows += fmt.Sprintf(", %s of Parquet marked as duplicates", manifest.Number(t.Repeats))
	}
	line("rows", "%s", rows)
	switch n := t.RawRecords; {
	case n == nil:
	case *n == 0:
		line("raw", "nothing was compared: that needs Parquet written with --raw, and the sources")
	default:
		line("raw", "%s equal to the bytes of their source", manifest.Counted(*n, "record"))
	}
	if d := t.Dataset; d != nil {
		line("records", "%s, %s that repeat one of their run, %s that repeat one of another run", manifest.Number(d.Records), manifest.Number(d.RepeatsInRun), manifest.Number(d.RepeatsAcross))
		line("sign-ins", "%s distinct", manifest.Number(d.SignIns))
	}
	for _, set := range t.Shards {
		line("shards", "%s", set.text())
	}
}

func (r *Report) conclusion() string {
	switch {
	case r.Differences > 0:
		return manifest.Counted(r.Differences, "file") + " with differences: " + r.differing()
	case r.Totals.NotChecked > 0:
		return "all that was checked matches"
	}
	return "all matches"
}

// differing names the first files with differences.
func (r *Report) differing() string {
	const most = 3
	var names []string
	for _, f := range r.Files {
		if f.differs && len(names) < most {
			names = append(names, f.Path)
		}
	}
	if more := r.Differences - len(names); more > 0 {
		return fmt.Sprintf("%s and %s more", strings.Join(names, ", "), manifest.Number(more))
	}
	return strings.Join(names, ", ")
}
