package rerun

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

func sum(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}

// newRun is a run of this program over inputs with these contents.
func newRun(inputs map[string]string, outputs ...string) *manifest.Run {
	run := manifest.NewRun(manifest.Command{OutputArguments: outputs, Settings: map[string]string{}}, false, "2026-05-01")
	for _, path := range slices.Sorted(maps.Keys(inputs)) {
		text := inputs[path]
		file, member, _ := strings.Cut(path, "!")
		run.Inputs = append(run.Inputs, &manifest.Input{Path: file, Member: member, Size: int64(len(text)), SHA256: sum(text)})
	}
	run.InputCount = len(run.Inputs)
	return run
}

func save(t *testing.T, path string, run *manifest.Run) string {
	t.Helper()
	text, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	fixture.Write(t, path, text)
	return path
}

// Inputs are found at their path or by digest, each archive once, and standard input is
// not looked for. Outputs get names of their own in a private folder, which Close removes.
func TestPrepare(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	fixture.Write(t, "logs/a.json", "a")
	fixture.Write(t, "moved/deep/x", "b")
	fixture.Write(t, "moved/deep/z", "zip")
	fixture.Write(t, "moved/y", "9")
	large := strings.Repeat("place", 4<<20) // as databases of places are
	fixture.Write(t, "moved/own.txt", "codes")
	fixture.Write(t, "moved/places.mmdb", large)
	inputs := "link"
	os.Symlink("moved", inputs)
	if _, err := os.Stat(inputs); err != nil { // Windows may refuse links, and those of Wine lead nowhere
		inputs = "moved"
	}
	run := newRun(map[string]string{"-": "in", "logs/a.json": "a", "logs/b.json": "b", "logs/c.json": "b", "logs/z.zip!1": "zip", "logs/z.zip!2": "zip"},
		"a/x.parquet", "b/X.parquet", "lake/", "./", "../", "b/lake/", "x.parquet")
	run.SideFiles = []manifest.SideFile{
		{Flag: "codes", Path: "own.csv", Size: 5, SHA256: sum("codes")}, {Flag: "geoip", Path: "geo.mmdb", Size: int64(len(large)), SHA256: sum(large)},
	}
	path := save(t, "m.manifest.json", run)
	var size int64
	var read int
	plan, err := Prepare(t.Context(), path, Options{Inputs: inputs, Expect: func(n int64) { size = n }, Progress: func(n int) { read += n }})
	if err != nil {
		t.Fatal(err)
	}
	moved, _ := filepath.EvalSymlinks(inputs)
	in := func(name string) string { return filepath.Join(moved, filepath.FromSlash(name)) }
	want := []schema.Located{
		{Name: "-", Path: "-"}, {Name: "logs/a.json", Path: filepath.Join("logs", "a.json")}, {Name: "logs/b.json", Path: in("deep/x")}, {Name: "logs/c.json", Path: in("deep/x")},
		{Name: "logs/z.zip", Path: in("deep/z")},
	}
	if !slices.Equal(plan.Inputs, want) || plan.SideFiles["codes"] != in("own.txt") || plan.SideFiles["geoip"] != in("places.mmdb") {
		t.Errorf("inputs %v, side files %v", plan.Inputs, plan.SideFiles)
	}
	if size != 13+int64(len(large)) || read < 6 {
		t.Errorf("%d bytes expected, %d read", size, read)
	}
	var outputs []string
	for _, out := range plan.Outputs {
		outputs = append(outputs, filepath.ToSlash(strings.TrimPrefix(out, plan.folder)))
		if info, err := os.Stat(filepath.Dir(filepath.Clean(out))); err != nil || !info.IsDir() {
			t.Errorf("%s has no folder: %v", out, err)
		}
	}
	if want := []string{"/x.parquet", "/2/X.parquet", "/lake/", "/dataset/", "/2/dataset/", "/2/lake/", "/3/x.parquet"}; !slices.Equal(outputs, want) {
		t.Errorf("outputs %q", outputs)
	}
	fixture.Write(t, plan.Outputs[0], "x")
	if err := plan.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

// A folder that was named stays, unless it was made and nothing is in it.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fixture.Write(t, dir+"/a", "a")
	path := save(t, dir+"/m.manifest.json", newRun(map[string]string{dir + "/a": "a"}, "x.parquet"))
	for folder, stays := range map[string]bool{"new": false, "full": true, "old": true} {
		t.Run(folder, func(t *testing.T) {
			folder := filepath.Join(dir, folder)
			if strings.HasSuffix(folder, "old") {
				fixture.Write(t, filepath.Join(folder, "x"), "")
				os.Remove(filepath.Join(folder, "x"))
			}
			plan, err := Prepare(t.Context(), path, Options{Folder: folder})
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(folder, "full") {
				fixture.Write(t, plan.Outputs[0], "x")
			}
			if err := plan.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(folder); (err == nil) != stays {
				t.Errorf("after Close: %v", err)
			}
		})
	}
	if _, err := Prepare(t.Context(), path, Options{Folder: dir + "/a"}); err == nil {
		t.Error("a file is a folder")
	}
}

// An input that has another content is not one that is missing.
func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(dir string, run *manifest.Run)
		options func(dir string) Options
		status  int
		want    string
	}{
		"size":    {func(dir string, _ *manifest.Run) { os.WriteFile(dir+"/a", []byte("aaa"), 0o600) }, nil, 5, "/a: has changed: it has 3 bytes, the manifest says 1"},
		"content": {func(dir string, _ *manifest.Run) { os.WriteFile(dir+"/a", []byte("b"), 0o600) }, nil, 5, "/a: has changed: it has the SHA-256 3e23e8160039594a"},
		"missing": {func(dir string, _ *manifest.Run) { os.Remove(dir + "/a") }, nil, 3, "/a: no such file"},
		"nowhere": {func(dir string, _ *manifest.Run) { os.Remove(dir + "/a") }, func(dir string) Options { return Options{Inputs: dir + "/other"} }, 3, "/a: no such file"},
		"elsewhere": {func(dir string, _ *manifest.Run) {
			os.Rename(dir+"/a", dir+"/other/a")
			os.WriteFile(dir+"/other/a", []byte("c"), 0o600)
		}, func(dir string) Options { return Options{Inputs: dir + "/other"} }, 5, "a: has changed since it was read as "},
		"folder":  {func(dir string, _ *manifest.Run) { os.Remove(dir + "/a"); os.Mkdir(dir+"/a", 0o700) }, nil, 3, "/a: is not a regular file"},
		"version": {func(_ string, run *manifest.Run) { run.Tool.Version = "v9" }, nil, 1, "the manifest was written by signins v9"},
		"commit":  {func(_ string, run *manifest.Run) { run.Tool.Commit = "abc" }, nil, 1, " of commit abc; this is signins "},
		"outputs": {func(_ string, run *manifest.Run) { run.OutputArguments = nil }, nil, 1, "the manifest names no outputs"},
		"old":     {func(_ string, run *manifest.Run) { run.ManifestVersion = 1 }, nil, 1, "a manifest of manifest_version 1 has no settings"},
		"stopped": {nil, func(string) Options { return Options{} }, 0, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fixture.Write(t, dir+"/a", "a")
			fixture.Write(t, dir+"/other/b", "b")
			run := newRun(map[string]string{dir + "/a": "a"}, "x.parquet")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.change != nil {
				test.change(dir, run)
			} else {
				cancel()
			}
			o := Options{}
			if test.options != nil {
				o = test.options(dir)
			}
			_, err := Prepare(ctx, save(t, dir+"/m.json", run), o)
			status := 0
			if failure, ok := errors.AsType[schema.Failure](err); ok {
				status, _ = failure.Exit()
			}
			if err == nil || status != test.status || !strings.Contains(filepath.ToSlash(err.Error()), test.want) {
				t.Errorf("status %d, %v", status, err)
			}
		})
	}
}

// written describes outputs and their sidecars as a run lists them.
func written(run *manifest.Run, files ...string) *manifest.Run {
	run.Name = "05af"
	for _, path := range files {
		run.Outputs = append(run.Outputs, manifest.Output{Path: path, Size: int64(len(path)), SHA256: sum(path)})
	}
	run.Sidecars = []manifest.Sidecar{{Ending: ".rejects.ndjson", Size: 1, SHA256: sum("r")}}
	return run
}

// An output in the folder of a dataset that has the name of a part of another run is none of
// the dataset's files.
func TestFilesBesideADataset(t *testing.T) {
	t.Parallel()
	run := &manifest.Run{Name: "05af"}
	run.OutputArguments = []string{"lake/", "lake/event_date=1/part-00-0.parquet"}
	for _, path := range []string{"lake/event_date=1/part-05af-0.parquet", run.OutputArguments[1]} {
		run.Outputs = append(run.Outputs, manifest.Output{Path: path})
	}
	for i, f := range filesOf(run) {
		if f.place.argument != i || f.name != run.Outputs[i].Path {
			t.Errorf("file %d: %+v", i, f)
		}
	}
}

// All files of a run are compared, wherever the outputs are now, and differences are
// named with their place.
func TestCompare(t *testing.T) {
	t.Parallel()
	arguments := []string{"out/x.parquet", "out/lake/", "./", "far/y.xlsx"}
	files := []string{
		"out/x.parquet", "out/lake/event_date=1/part-05af-0.parquet", "out/lake/event_date=2/part-05af-0.parquet",
		"event_date=1/part-05af-0.parquet", "event_date=2/part-05af-0.parquet", "far/y.xlsx",
	}
	places := []string{
		"x.parquet", "lake/event_date=1/part-05af-0.parquet", "lake/event_date=2/part-05af-0.parquet",
		"dataset/event_date=1/part-05af-0.parquet", "dataset/event_date=2/part-05af-0.parquet", "y.xlsx",
	}
	rejects := []string{"x.parquet.rejects.ndjson", "lake/_manifests/05af.rejects.ndjson", "dataset/_manifests/05af.rejects.ndjson", "y.xlsx.rejects.ndjson"}
	for name, test := range map[string]struct {
		manifest string // where it is
		change   func(t *testing.T, dir string, again *manifest.Run)
		want     []string
	}{
		"same":        {"home/x.parquet.manifest.json", nil, []string{"^The run was repeated: 10 files with the same bytes, 5 of them gone and compared by SHA-256 alone, in .*again.$"}},
		"of dataset":  {"home/lake/_manifests/05af.json", nil, []string{"10 files with the same bytes, 5 of them gone and compared by SHA-256 alone"}},
		"of far file": {"far/y.xlsx.manifest.json", nil, []string{"10 files with the same bytes, 8 of them gone and compared by SHA-256 alone"}},
		"byte": {"home/x.parquet.manifest.json", func(t *testing.T, dir string, _ *manifest.Run) {
			fixture.Write(t, dir+"/home/lake/event_date=2/part-05af-0.parquet", "out/lake/event_date=X/part-05af-0.parquet")
		}, []string{`home/lake/event_date=2/part-05af-0.parquet: differs from byte 20 on: it has changed since the run`, "with 1 difference"}},
		"length": {"home/x.parquet.manifest.json", func(t *testing.T, dir string, _ *manifest.Run) {
			fixture.Write(t, dir+"/home/x.parquet", "out/x.parquet+")
		}, []string{`home/x.parquet: differs from byte 13 on`}},
		"beside": {"home/x.parquet.manifest.json", func(t *testing.T, dir string, _ *manifest.Run) {
			fixture.Write(t, dir+"/home/x.parquet.rejects.ndjson", "q")
		}, []string{`home/x.parquet.rejects.ndjson: differs from byte 0 on`}},
		"repetition": {"home/x.parquet.manifest.json", func(t *testing.T, dir string, again *manifest.Run) {
			again.Outputs[0].SHA256, again.Outputs[5].SHA256 = sum("other"), sum("other")
			fixture.Write(t, dir+"/again/x.parquet", "out/y.parquet")
		}, []string{"home/x.parquet: differs from byte 4 on: the repetition has 13 bytes and the SHA-256 d9298a10", "far/y.xlsx: differs: the repetition has 10 bytes", "2 differences"}},
		"manifest": {"home/x.parquet.manifest.json", func(t *testing.T, dir string, again *manifest.Run) {
			again.Outputs[0].SHA256 = sum("other")
		}, []string{"home/x.parquet: has the same bytes, but not those of the manifest"}},
		"rejects": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) { again.Sidecars = nil }, []string{
			"^out/x.parquet.rejects.ndjson: was not written again", "^out/lake/_manifests/05af.rejects.ndjson: was not", "^_manifests/05af.rejects.ndjson: was not", "4 differences"}},
		"fewer": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) { again.Outputs = again.Outputs[:5] }, []string{"^far/y.xlsx: was not written again", "1 difference"}},
		"more": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) {
			again.Sidecars = append(again.Sidecars, manifest.Sidecar{Ending: ".x"})
		}, []string{".x: was not written by the run"}},
		"numbers": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) {
			again.Totals.Rejected, again.Inputs[0].Records.Seen, again.Inputs[0].Warnings = 7, 8, []manifest.Warning{{Code: strings.Repeat("w", 100)}}
		}, []string{
			`^the manifest says of the run "totals": .*"rejected":0.*, the repetition .*"rejected":7`, `^the manifest says of - "records": .*"seen":0.*, the repetition .*"seen":8`,
			`^the manifest says of - "warnings": null, the repetition \[\{"code":"w{70}\.\.\.$`, "3 differences"}},
		"number of one": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) {
			again.Inputs[0].Joined = &schema.Joined{Rows: 9}
		}, []string{`^the manifest says of - "joined": nothing, the repetition \{"rows":9,`, "1 difference"}},
		"findings": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) {
			again.Findings = &manifest.FindingSums{Ran: 3}
		}, []string{`^the manifest says of the run "findings": .*"rules_run":0.*, the repetition .*"rules_run":3`}},
		"run":   {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) { again.Name = "0001" }, []string{"the run is 05af, and its repetition 0001"}},
		"input": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) { again.Inputs[0].SHA256 = "ff" }, []string{"^-: has changed: it has the SHA-256 ff, the manifest says "}},
		"name":  {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) { again.Inputs[0].Path = "b" }, []string{"^-: the input in its place is b"}},
		"gone":  {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) { again.Inputs = nil }, []string{"^-: was not read as an input again"}},
		"second": {"home/x.parquet.manifest.json", func(_ *testing.T, _ string, again *manifest.Run) {
			again.Inputs = append(again.Inputs, again.Inputs[0])
		}, []string{"^-: was no input of the run"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run, again := written(newRun(map[string]string{"-": "a"}, arguments...), files...), newRun(map[string]string{"-": "a"})
			for _, out := range placeOutputs("again", arguments) {
				again.OutputArguments = append(again.OutputArguments, filepath.ToSlash(out))
			}
			written(again)
			for i, place := range places {
				again.Outputs = append(again.Outputs, manifest.Output{Path: "again/" + place, Size: int64(len(files[i])), SHA256: sum(files[i])})
				fixture.Write(t, dir+"/again/"+place, files[i])
			}
			for _, place := range rejects {
				fixture.Write(t, dir+"/again/"+place, "r")
			}
			home := dir + "/" + test.manifest[:strings.Index(test.manifest, "/")]
			if home == dir+"/home" { // the folder that was out
				fixture.Write(t, home+"/x.parquet", files[0])
				fixture.Write(t, home+"/lake/event_date=1/part-05af-0.parquet", files[1])
				fixture.Write(t, home+"/lake/event_date=2/part-05af-0.parquet", files[2])
				fixture.Write(t, home+"/x.parquet.rejects.ndjson", "r")
				fixture.Write(t, home+"/lake/_manifests/05af.rejects.ndjson", "r")
			} else {
				fixture.Write(t, home+"/y.xlsx", files[5])
				fixture.Write(t, home+"/y.xlsx.rejects.ndjson", "r")
			}
			// Times of files, and names of outputs, are no difference.
			run.Inputs[0].ModifiedAt, again.Inputs[0].ModifiedAt = "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"
			run.Findings, again.Findings = &manifest.FindingSums{Beside: arguments[:1]}, &manifest.FindingSums{Beside: again.OutputArguments[:1]}
			if test.change != nil {
				test.change(t, dir, again)
			}
			plan := &Plan{Run: run, path: dir + "/" + test.manifest, folder: dir + "/again"}
			for _, out := range placeOutputs(dir+"/again", arguments) {
				plan.Outputs = append(plan.Outputs, out)
			}
			result, err := plan.Compare(t.Context(), save(t, dir+"/again/x.parquet.manifest.json", again))
			if err != nil {
				t.Fatal(err)
			}
			text := filepath.ToSlash(result.String())
			for _, want := range test.want {
				if !regexp.MustCompile("(?m)" + want).MatchString(text) {
					t.Errorf("%q is not in\n%s", want, text)
				}
			}
			if same := test.change == nil; same != (result.Exit() == 0) || same != (len(result.Differences) == 0) || !same && result.Exit() != schema.ExitUnbalanced {
				t.Errorf("status %d, %q", result.Exit(), result.Differences)
			}
		})
	}
}

// The first byte that differs is found across the borders of what is read at once.
func TestFirstDifference(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := strings.Repeat("0123456789abcdef", 200_000)
	fixture.Write(t, dir+"/a", text)
	for _, at := range []int{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 3<<20 + 7, len(text) - 1} {
		fixture.Write(t, dir+"/b", text[:at]+"#"+text[at+1:])
		fixture.Write(t, dir+"/c", text[:at])
		for _, other := range []string{"/b", "/c"} {
			if got, err := firstDifference(t.Context(), dir+"/a", dir+other); err != nil || got != int64(at) {
				t.Errorf("%s: byte %d, want %d, %v", other, got, at, err)
			}
		}
	}
	if got, err := firstDifference(t.Context(), dir+"/a", dir+"/a"); got != -1 || err != nil {
		t.Errorf("byte %d, %v", got, err)
	}
	_, err := firstDifference(t.Context(), dir+"/a", dir+"/none")
	if failed, ok := errors.AsType[*manifest.Unreadable](err); !ok || failed.Path != dir+"/none" {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("stopped"))
	if _, err := firstDifference(ctx, dir+"/a", dir+"/a"); err == nil || err.Error() != "stopped" {
		t.Errorf("error %v", err)
	}
}

// Builds without a release are told apart by their digest.
func TestWarning(t *testing.T) {
	t.Parallel()
	for version, release := range map[string]bool{"devel": false, "v1.2.3": true, "v1.2.4-0.20260501080000-abcdefabcdef+dirty": false} {
		if isRelease(manifest.Tool{Version: version}) != release {
			t.Errorf("%s is a release: %t", version, !release)
		}
	}
	dir := t.TempDir()
	fixture.Write(t, dir+"/a", "a")
	run := newRun(map[string]string{dir + "/a": "a"}, "x.parquet")
	for digest, warns := range map[string]bool{run.Tool.SHA256: false, "00": true} {
		run.Tool.SHA256 = digest
		plan, err := Prepare(t.Context(), save(t, dir+"/m.json", run), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (plan.Warning != "") != warns {
			t.Errorf("%s: warning %q", digest, plan.Warning)
		}
		if err := plan.Close(); err != nil {
			t.Error(err)
		}
	}
}

func Example() {
	result := &Result{files: 3, folder: "again"}
	fmt.Print(result)
	result.differ("a.parquet: was not written again")
	fmt.Print(result)
	fmt.Println(result.Exit())
	// Output:
	// The run was repeated: 3 files with the same bytes, in again.
	// a.parquet: was not written again
	// The run was repeated, with 1 difference.
	// 5
}

// Standard input that cannot be read is not that of the run. Other inputs were compared.
func TestRefusedStandardInput(t *testing.T) {
	t.Parallel()
	unreadable := &manifest.Unreadable{Path: "-", What: "empty"}
	for name, status := range map[string]int{"-": 5, "a.json": 3} {
		p := &Plan{Inputs: []schema.Located{{Name: "b.json"}, {Name: name}}}
		failure, ok := errors.AsType[schema.Failure](p.Refused(unreadable))
		if got, _ := failure.Exit(); !ok || got != status || !strings.Contains(failure.Error(), "-: empty") {
			t.Errorf("%s: status %d, %v", name, got, failure)
		}
	}
	p := &Plan{Inputs: []schema.Located{{Name: "-"}}}
	if err := p.Refused(schema.OutputFailure(os.ErrClosed)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("an output: %v", err)
	}
}

// A repetition has no --overwrite, so that no hint names it; other hints stay.
func TestRefused(t *testing.T) {
	t.Parallel()
	p := &Plan{}
	for hint, err := range map[string]error{
		"name another folder with -o, or none to keep nothing": schema.OutputFailure(&schema.Refusal{What: "x", Hint: "replace it with --overwrite", Taken: true}),
		"make the folder first":                                &schema.Refusal{What: "x", Hint: "make the folder first"},
	} {
		failure, ok := errors.AsType[schema.Failure](p.Refused(err))
		if !ok {
			t.Fatalf("%v", err)
		}
		if status, got := failure.Exit(); status != 1 || got != hint || p.Refused(err).Error() != "x" {
			t.Errorf("status %d, hint %q", status, got)
		}
	}
	if p.Refused(nil) != nil {
		t.Error("nothing is refused")
	}
}

// Inputs of either run that cannot be read are an error, also behind those of the other one.
func TestInputsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	path := fixture.Temp(t, "x.parquet.manifest.json", `{"manifest_version":2,"inputs_file":"gone.ndjson","input_count":1001}`)
	bad, err := manifest.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, pair := range [][2]*manifest.Run{{bad, newRun(nil)}, {newRun(nil), bad}, {newRun(map[string]string{"a": "a"}), bad}} {
		result := &Result{}
		_, unreadable := errors.AsType[*manifest.Unreadable](result.compareInputs(pair[0], pair[1]))
		if !unreadable || len(result.Differences) > 0 {
			t.Errorf("%d: %v", i, result.Differences)
		}
	}
}
