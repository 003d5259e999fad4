package verify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// An output is checked where its manifest is, and the others of the run where they were
// beside it; those that are not there are not checked.
func TestCopiedOutputs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := small
	run.outputs = []string{"out/x.parquet", "out/y.xlsx", "lake/"}
	fixture.Write(t, dir+"/out/empty", "")
	run.write(t, dir)
	copyDir := t.TempDir()
	if err := os.CopyFS(copyDir, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"out/x.parquet", "out/y.xlsx", "lake"} {
		r := check(t, copyDir+"/"+path, Options{Folders: []string{copyDir}})
		got := strings.Join(lines(r, copyDir), "\n")
		if r.Exit() != 0 || r.Totals.Matched != 8 || r.Totals.Moved != 2 || !strings.Contains(got, "new out/empty") {
			t.Errorf("%s: %+v\n%s", path, r.Totals, got)
		}
	}
	os.Remove(copyDir + "/out/y.xlsx")
	r := check(t, copyDir+"/out/x.parquet", Options{})
	if got := strings.Join(lines(r, copyDir), "\n"); r.Exit() != 0 || !strings.Contains(got, "/out/y.xlsx") || r.Totals.NotChecked != 3 {
		t.Errorf("%s", got)
	}
	if r := check(t, copyDir+"/out/y.xlsx", Options{}); r.Exit() != 5 || r.Totals.Missing != 1 {
		t.Errorf("%v", lines(r, copyDir))
	}
}

// Another output of the run that was replaced is a difference.
func TestReplacedOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	small.write(t, dir)
	fixture.Write(t, dir+"/x.xlsx", "x")
	want(t, check(t, dir+"/x.parquet", Options{}), dir, 5, "changed x.xlsx: has 1 byte, the manifest says ")
}

// What a manifest says that cannot be is named, whatever it says.
func TestInconsistentManifest(t *testing.T) {
	t.Parallel()
	for says, edit := range map[string]func(run *manifest.Run){
		"a.json: its records are no counts":    func(run *manifest.Run) { run.Inputs[0].Records.Seen = -5 },
		"b.json.gz: its records are no counts": func(run *manifest.Run) { run.Inputs[1].Records.Filtered = maxCount + 1 },
		"the sums of the inputs are no counts": func(run *manifest.Run) {
			for _, in := range run.Inputs {
				in.Records = manifest.Records{Seen: maxCount, Filtered: maxCount}
			}
		},
		"a.json: 5 records seen are not those written":             func(run *manifest.Run) { run.Inputs[0].Records.Written++ },
		"a.json: 6 records seen are not those written":             func(run *manifest.Run) { run.Inputs[0].Records.Seen++ },
		"a.json: has no size and SHA-256":                          func(run *manifest.Run) { run.Inputs[0].SHA256 = "x" },
		"b.json.gz: has no size and SHA-256":                       func(run *manifest.Run) { run.Inputs[1].Size = -1 },
		"the totals are not the sums of the inputs":                func(run *manifest.Run) { run.Totals.Rejected-- },
		"x.parquet: has no rows, size and SHA-256":                 func(run *manifest.Run) { run.Outputs[0].SHA256 = strings.ToUpper(run.Outputs[0].SHA256) },
		"x.parquet: has no rows, size and SHA-256, or is listed":   func(run *manifest.Run) { run.Outputs[0].Rows = -1 },
		"has no rows, size and SHA-256, or is listed twice":        func(run *manifest.Run) { run.Outputs = append(run.Outputs, run.Outputs[0]) },
		"x.parquet: 9 rows are listed, but 8 records were written": func(run *manifest.Run) { run.Outputs[0].Rows = 9 },
		"it does not describe the output that it lies beside":      func(run *manifest.Run) { run.Outputs = nil },
		"the totals are not the sums of the inputs: ":              func(run *manifest.Run) { run.Inputs = run.Inputs[:1] },
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.parquet")
			reseal(t, dir+"/x.parquet", ".manifest.json", edit)
			r := check(t, dir+"/x.parquet", Options{})
			if notes := strings.Join(r.Files[0].Notes, "\n"); r.Exit() != 5 || r.Files[0].Status != Changed || !strings.Contains(notes, says) {
				t.Errorf("status %d: %s", r.Exit(), notes)
			}
		})
	}
}

// A manifest whose paths lead elsewhere, or are no paths, neither panics nor makes a file
// of the program's: only what is a regular file is read.
func FuzzManifest(f *testing.F) {
	dir, _ := writeSmall(f, "x.parquet")
	add := func(edit func(run *manifest.Run)) {
		edited, err := manifest.Load(dir + "/x.parquet.manifest.json")
		if err != nil {
			f.Fatal(err)
		}
		edit(edited)
		text, _ := json.Marshal(edited)
		f.Add(text)
	}
	add(nothing)
	for _, path := range []string{"", ".", "/", "..", "/dev/zero", "/dev/stdin", "\x00", "a/../../x", "event_date=/part-0-0.parquet", "event_date=../part-a-1.parquet", "//server/share/x", `C:\x`} {
		add(func(run *manifest.Run) { run.Outputs[0].Path = path })
		add(func(run *manifest.Run) { run.Inputs[0].Path, run.Inputs[0].Member = path, path })
		add(func(run *manifest.Run) { run.Outputs[0].Format, run.Outputs[0].Size = path, 1<<62 })
	}
	f.Add([]byte(`{"manifest_version":1,"inputs":[{},{}],"outputs":[{},{"path":"x"}],"totals":{"seen":9223372036854775807}}`))
	before := len(names(f, dir))
	f.Fuzz(func(t *testing.T, text []byte) {
		here := t.TempDir()
		for _, name := range []string{"x.parquet", "a.json", "b.json.gz", "x.parquet.sha256", "x.parquet.rejects.ndjson"} {
			if err := os.Link(filepath.Join(dir, name), filepath.Join(here, name)); err != nil {
				t.Fatal(err)
			}
		}
		fixture.Write(t, here+"/x.parquet.manifest.json", text)
		fixture.Write(t, here+"/_manifests/0.json", text)
		for _, path := range []string{here + "/x.parquet", here} {
			r, err := Check(path, Options{Raw: true, OpenSource: openPlain, Folders: []string{here}})
			if err == nil {
				r.text()
			}
		}
		if after := len(names(t, here)); after != 7 || len(names(t, dir)) != before {
			t.Errorf("%d files", after)
		}
	})
}

// Findings may lie beside some outputs of a run alone: the manifest of a dataset without
// rows, which has no parts, is beside the dataset, and one that was renamed beside none.
func TestSidecarsOfARunWithoutParts(t *testing.T) {
	t.Parallel()
	run := &manifest.Run{Findings: &manifest.FindingSums{}}
	run.OutputArguments = []string{"x.xlsx", "lake/"}
	for _, c := range []struct {
		dataset string
		beside  []string
		want    bool
	}{
		{"lake", []string{"lake/"}, true}, {"lake", []string{"x.xlsx"}, false}, {"", []string{"x.xlsx"}, true}, {"", nil, true},
	} {
		run.Findings.Beside = c.beside
		r := &record{run: run, dataset: c.dataset}
		if got := r.hasBeside(manifest.Findings); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}

// Another output of the run that has the name of a part of another run is not in the dataset.
func TestOutputWithTheNameOfAPart(t *testing.T) {
	t.Parallel()
	run := &manifest.Run{Outputs: []manifest.Output{{Path: "lake/event_date=1/part-05af-0.parquet"}, {Path: "far/event_date=1/part-00ff-0.parquet"}}}
	r := &record{run: run, base: "moved/_manifests/05af", dataset: "moved"}
	r.placeOutputs()
	if own, other := r.outputs[0], r.outputs[1]; !own.own || own.path != filepath.FromSlash("moved/event_date=1/part-05af-0.parquet") || other.own {
		t.Errorf("%+v, %+v", own, other)
	}
}
