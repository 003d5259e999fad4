package writer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/excel"
	"signins/writer/files"
	"signins/writer/manifest"
)

// signIns returns a batch with so many sign-ins of one day, and a reject.
func signIns(n int) *schema.Batch {
	b := &schema.Batch{Source: &schema.Source{Path: "logs.json"}, Len: n, Rejects: []schema.Reject{{Record: 1, Code: "bad", Raw: []byte("{")}}}
	for row := range n {
		b.Columns[schema.CreatedAt].SetNum(row, int64(row))
		b.Columns[schema.UserPrincipalName].SetText(row, "ana@contoso.example")
	}
	b.Seal()
	return b
}

// convert writes a batch to outputs.
func convert(ctx context.Context, o Options, paths ...string) (*manifest.Run, error) {
	run := &manifest.Run{Inputs: []*manifest.Input{}, Totals: manifest.Records{Seen: 4, Written: 3, Rejected: 1}}
	o.Excel = excel.Options{Run: run, Sheets: []string{"Sign-ins"}}
	outputs, err := Open(ctx, paths, o)
	if err != nil {
		return nil, err
	}
	defer outputs.Abort()
	if err := outputs.Write(signIns(3)); err != nil {
		return nil, err
	}
	return run, outputs.Commit(run)
}

// names lists all files below a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if e.Name() == ".lock" && runtime.GOOS == "windows" { // that of manifests stays there
			return err
		}
		if name, _ := filepath.Rel(dir, path); err == nil && !e.IsDir() || strings.HasPrefix(name, ".") && name != "." {
			list = append(list, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Every format writes its rows and rejects, is listed in the manifest of all, and is
// complete.
func TestEveryFormat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var paths []string
	for _, f := range formats {
		if f.ending == "/" {
			f.ending = "lake/"
		}
		paths = append(paths, dir+"/"+strings.Replace(f.ending, ".", "out.", 1))
	}
	run, err := convert(t.Context(), Options{}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	for i, out := range run.Outputs {
		if out.Rows != 3 || out.Size == 0 || len(out.SHA256) != 64 || !strings.HasPrefix(out.Path, filepath.ToSlash(paths[i])) {
			t.Errorf("%+v", out)
		}
	}
	files := names(t, dir)
	if count := len(formats); len(files) != 4*count || len(run.Outputs) != count {
		t.Errorf("%d outputs, files %v", len(run.Outputs), files)
	}
	for _, name := range files {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if _, err := convert(t.Context(), Options{Overwrite: true}, paths...); err != nil {
		t.Errorf("overwrite: %v", err)
	}
	if again := names(t, dir); !slices.Equal(again, files) {
		t.Errorf("overwrite: files %v, before %v", again, files)
	}
}

// If one output cannot appear, none does, whatever their order.
func TestOutputsAppearTogether(t *testing.T) {
	t.Parallel()
	for _, last := range []string{"out.xlsx.manifest.json", "out.parquet.sha256", "lake/_manifests"} {
		for _, order := range [][]string{{"out.xlsx", "out.parquet", "lake/"}, {"lake/", "out.parquet", "out.xlsx"}} {
			t.Run(last+" "+order[0], func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				var paths []string
				for _, path := range order {
					paths = append(paths, dir+"/"+path)
				}
				taken := filepath.Join(dir, last)
				if err := os.MkdirAll(filepath.Dir(taken), 0o700); err != nil {
					t.Fatal(err)
				}
				fixture.Write(t, taken, "")
				if _, err := convert(t.Context(), Options{}, paths...); err == nil {
					t.Error("Commit succeeds")
				}
				if left := names(t, dir); !slices.Equal(left, []string{last}) {
					t.Errorf("found %v", left)
				}
			})
		}
	}
}

// An interrupted run, and one with numbers that do not add up, leave nothing.
func TestFailedRunsLeaveNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	paths := []string{dir + "/a.xlsx", dir + "/a.parquet", dir + "/lake/"}
	ctx, cancel := context.WithCancel(t.Context())
	outputs, err := Open(ctx, paths, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := outputs.Write(signIns(3)); err != nil {
		t.Fatal(err)
	}
	if names(t, dir) == nil {
		t.Error("nothing is written")
	}
	run := &manifest.Run{Totals: manifest.Records{Written: 4, Rejected: 1}}
	var unbalanced *manifest.Unbalanced
	if err := outputs.Commit(run); !errors.As(err, &unbalanced) || !strings.Contains(err.Error(), "a.xlsx has 3 rows, but 4 records were counted") {
		t.Errorf("Commit: %v", err)
	}
	if left := names(t, dir); left != nil {
		t.Errorf("found %v", left)
	}
	cancel()
	if _, err := convert(ctx, Options{}, paths...); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if _, err := Open(t.Context(), append(paths, dir+"/./lake/"), Options{}); err == nil {
		t.Error("one dataset is opened twice")
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("found %v", entries)
	}
}

// Outputs limit the memory to what the largest needs, and what others keep.
func TestLimitMemory(t *testing.T) {
	none, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	defer func() {
		debug.SetMemoryLimit(none)
		debug.SetGCPercent(percent)
	}()
	kept := []int64{0, 9 << 20, 128 << 20, 1 << 40}
	for paths, want := range map[string][]int64{
		"":                 {none, none, none, none},
		"a.parquet":        {none, none, none, none},
		"a.xlsx b.parquet": {270 << 20, 286 << 20, 398 << 20, 270<<20 + 1<<40},
		"lake/ a.xlsx":     {320 << 20, 336 << 20, 448 << 20, 320<<20 + 1<<40},
	} {
		t.Run(paths, func(t *testing.T) {
			debug.SetMemoryLimit(none)
			dir := t.TempDir()
			var list []string
			for path := range strings.FieldsSeq(paths) {
				list = append(list, dir+"/"+path)
			}
			outputs, err := Open(t.Context(), list, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer outputs.Abort()
			for i, percent := range []int{100, 88, 50, 5} {
				outputs.limitMemory(kept[i], 0)
				if got, p := debug.SetMemoryLimit(-1), debug.SetGCPercent(1); got != want[i] || p != percent {
					t.Errorf("with %d kept: %d, want %d; garbage of %d %%, want %d", kept[i], got, want[i], p, percent)
				}
				outputs.limitMemory(kept[i], 0)
				if p := debug.SetGCPercent(100); p != 1 {
					t.Error("the limits are set again for as much")
				}
			}
		})
	}
}

// A path asks for a format by its ending, and a flag goes with some formats.
func TestFormats(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"a.XLSX": "xlsx", "a.b.parquet": "parquet", "lake/": "dataset", "a.parquet/": "dataset", "": "", "a": "", "a.csv": ""} {
		var c Conversion
		_, err := c.addPath(path)
		if got := strings.Join(c.Formats(), " "); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", path, got, err)
		}
	}
	var all []string
	for _, f := range formats {
		all = append(all, f.name)
	}
	for flag, want := range map[string]string{"overwrite": strings.Join(all, " "), "nested": "parquet dataset", "sheets": "xlsx", "quiet": ""} {
		if got := strings.Join(FormatsTaking(flag), " "); got != want {
			t.Errorf("--%s: %q, want %q", flag, got, want)
		}
	}
}

// What cannot be an output is refused in the same words for every format.
func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a.parquet", "b.xlsx.sha256", "file"} {
		fixture.Write(t, filepath.Join(dir, name), "")
	}
	for _, name := range []string{"c.parquet", "lake"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"none/a.parquet": "there is no folder", "none/lake/": "there is no folder", "file/a.xlsx": filepath.Join(dir, "file") + " is a file, not a folder", "file/lake/": filepath.Join(dir, "file") + " is a file, not a folder",
		"a.parquet": "exists already", "b.xlsx": "exists already", "c.parquet": "is not a regular file", "file/": "is not a directory",
		"lake/": "is an input", "a\xff.parquet": "the path is not valid UTF-8", "a\xff/": "the path is not valid UTF-8", "new/": "", "new.parquet": "", "a.csv": "unknown output format",
	} {
		t.Run(path, func(t *testing.T) {
			path := []string{dir + "/" + path}
			err := refuseTaken(path, false)
			if err == nil {
				err = refuseInputs(path, []string{"", filepath.Join(dir, "lake")}, nil, func(string) bool { return false })
			}
			var refused *schema.Refusal
			if (err == nil) != (want == "") || err != nil && (!errors.As(err, &refused) || !strings.Contains(err.Error(), ": "+want)) {
				t.Errorf("error %v, want %q", err, want)
			}
		})
	}
	if err := refuseTaken([]string{dir + "/a.parquet", dir + "/b.xlsx"}, true); err != nil {
		t.Errorf("overwrite: %v", err)
	}
}

// With more inputs than a manifest lists, each output has a file of them, and none is left
// of a run that fails.
func TestManyInputs(t *testing.T) {
	t.Parallel()
	const n = manifest.MaxListed + 1
	for _, fails := range []bool{false, true} {
		dir := t.TempDir()
		paths := []string{dir + "/a.parquet", dir + "/b.xlsx", dir + "/lake/"}
		run := manifest.NewRun(manifest.Command{OutputArguments: paths}, false, "")
		outputs, err := Open(t.Context(), paths, Options{Excel: excel.Options{Run: run, Sheets: []string{"Sources"}}})
		if err == nil {
			err = outputs.Expect(run, n)
		}
		if err != nil {
			t.Fatal(err)
		}
		accounts := manifest.NewAccounts(run)
		for i := range n {
			src := &schema.Source{Path: fmt.Sprintf("%04d.json", i), Format: "graph-json"}
			if _, err := accounts.Close(i, schema.Reading{Source: src, Size: int64(i), SHA256: strings.Repeat("0", 64)}); err != nil {
				t.Fatal(err)
			}
		}
		if fails {
			run.Totals.Rejected++
		}
		if err := outputs.Commit(run); (err != nil) != fails {
			t.Fatal(err)
		}
		files := names(t, dir)
		if fails && len(files) > 0 || !fails && len(files) != 11 {
			t.Errorf("fails: %t, files %v", fails, files)
		}
		for i, path := range run.Manifests {
			loaded, err := manifest.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			base := strings.TrimSuffix(strings.TrimSuffix(path, ".json"), ".manifest")
			text, err := os.ReadFile(base + ".inputs.ndjson")
			if err != nil || loaded.InputsFile != filepath.Base(base)+".inputs.ndjson" || strings.Count(string(text), "\n") != n || loaded.Inputs != nil || loaded.InputCount != n {
				t.Errorf("%s names %s with %d inputs, %v", path, loaded.InputsFile, loaded.InputCount, err)
			}
			want := []manifest.Sidecar{{Ending: ".inputs.ndjson", Size: int64(len(text)), SHA256: fmt.Sprintf("%x", sha256.Sum256(text))}}
			if !slices.Equal(loaded.Sidecars, want) {
				t.Errorf("%d: sidecars %v, want %v", i, loaded.Sidecars, want)
			}
		}
		if !fails && len(run.Manifests) != len(paths) {
			t.Errorf("manifests %v", run.Manifests)
		}
	}
	// Without an output nothing is written, and memory has what a summary says.
	run := &manifest.Run{}
	outputs, err := Open(t.Context(), nil, Options{})
	if err != nil || outputs.Expect(run, n) != nil || run.Listed() {
		t.Errorf("listed %t, %v", run.Listed(), err)
	}
	in := schema.Reading{
		Source: &schema.Source{Path: "a.json", Format: "graph-json"}, Size: 7, SHA256: strings.Repeat("0", 64), Encoding: "UTF-8", ModifiedAt: time.Unix(1, 0),
	}
	if _, err := manifest.NewAccounts(run).Close(0, in); err != nil {
		t.Fatal(err)
	}
	for in, err := range run.AllInputs() {
		if err != nil || in.Path != "a.json" || in.Dialect != "graph-json" || in.SHA256 != "" || in.ModifiedAt != "" {
			t.Errorf("%+v, %v", in, err)
		}
		break
	}
}

// Every format counts its rows, and the run its rejects: one more or less than the run
// counted is an error, and nothing is left.
func TestCommitComparesCounts(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"a.xlsx", "a.parquet", "lake/"} {
		for _, counted := range []manifest.Records{{Written: 2, Rejected: 1}, {Written: 4, Rejected: 1}, {Written: 3}, {Written: 3, Rejected: 2}} {
			t.Run(fmt.Sprint(path, counted), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				outputs, err := Open(t.Context(), []string{dir + "/" + path}, Options{})
				if err == nil {
					err = outputs.Write(signIns(3))
				}
				if err != nil {
					t.Fatal(err)
				}
				err = outputs.Commit(&manifest.Run{Totals: counted})
				if _, ok := errors.AsType[*manifest.Unbalanced](err); !ok {
					t.Errorf("%v", err)
				}
				if left, _ := os.ReadDir(dir); len(left) > 0 {
					t.Errorf("found %v", left)
				}
			})
		}
	}
}

// An output that cannot be opened, and one that cannot be finished, take the others with
// them; what cannot be removed is named. No other test runs meanwhile: a process that is
// being started has, for a moment, the locks of this one.
func TestWhatIsLeftIsNamed(t *testing.T) {
	dir := t.TempDir()
	outputs, err := Open(t.Context(), []string{dir + "/a.parquet"}, Options{})
	if err == nil {
		err = outputs.Write(signIns(3))
	}
	if err != nil {
		t.Fatal(err)
	}
	private, _ := filepath.Glob(dir + "/.signins.*")
	if len(private) != 1 || os.MkdirAll(private[0]+"/x/y", 0o700) != nil {
		t.Fatal(private)
	}
	cause := errors.New("the cause")
	err = outputs.Close(cause)
	residue, ok := errors.AsType[*files.Residue](err)
	if !ok || !strings.HasPrefix(err.Error(), "the cause; "+private[0]+": ") || !strings.HasSuffix(err.Error(), ": cannot be removed; no output was written") {
		t.Fatalf("%v", err)
	}
	if status, hint := residue.Exit(); status != schema.ExitOutput || hint == "" {
		t.Errorf("status %d, hint %q", status, hint)
	}
	if found := names(t, dir); len(found) != 1+len([]string{"lock", "x", "y"}) {
		t.Errorf("found %v", found)
	}
	os.Remove(private[0] + "/x/y")
	var lines []string
	if err := Recover(t.Context(), []string{dir + "/b.xlsx", dir + "/b.parquet", dir + "/lake/"}, func(line string) { lines = append(lines, line) }); err != nil {
		t.Fatal(err)
	}
	if want := []string{private[0] + ": of a run that was killed before its outputs appeared; removed"}; !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
	if found := names(t, dir); found != nil {
		t.Errorf("found %v", found)
	}
	if err := outputs.Close(nil); err == nil {
		t.Error("a second Close forgets it")
	}
}

// A killed run is recovered in the folder of a dataset, too.
func TestRecoverOfADataset(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	private := filepath.Join(lake, ".signins.X.partial")
	if err := os.MkdirAll(private, 0o700); err != nil {
		t.Fatal(err)
	}
	fixture.Write(t, private+"/lock", "")
	for _, path := range []string{filepath.Dir(lake) + "/a.parquet", lake + "/"} {
		if _, err := os.Stat(private); err != nil {
			t.Fatal(err)
		}
		if err := Recover(t.Context(), []string{path}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if found := names(t, lake); found != nil {
		t.Errorf("found %v", found)
	}
	if err := Recover(t.Context(), []string{"a.csv"}, nil); err == nil {
		t.Error("an unknown format")
	}
}

// What a workbook counts and rules keep is beside what its limit has room for.
func TestLimitMemoryOfCounts(t *testing.T) {
	none, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	defer func() {
		debug.SetMemoryLimit(none)
		debug.SetGCPercent(percent)
	}()
	outputs, err := Open(t.Context(), []string{t.TempDir() + "/a.xlsx"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer outputs.Abort()
	b := &schema.Batch{Len: 1}
	b.Columns[schema.IPAddress].SetText(0, "192.0.2.1")
	b.Seal()
	if err := outputs.Write(b); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ repeats, rules, room, want int64 }{
		{0, 0, 88, 270}, {0, 80, 88, 270}, {0, 0, 0, 278}, {0, 110, 110, 278}, {40, 200, 110, 406}, {40, 0, 110, 310}, {0, 40, 0, 318}, {0, 40, 80, 270},
	} {
		outputs.room = test.room << 20
		outputs.limitMemory(test.repeats<<20, test.rules<<20)
		if got := debug.SetMemoryLimit(-1); got != test.want<<20 {
			t.Errorf("%+v: limit %d MiB", test, got>>20)
		}
	}
}

// A limit grows by the same for each parser above two; without one there stays none.
func TestMemoryOfJobs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path string
		jobs int
		want int64
	}{
		{"lake/", 1, 320 << 20}, {"lake/", 2, 320 << 20}, {"lake/", 8, (320 + 6*40) << 20}, {"a.xlsx", 3, 310 << 20}, {"a.parquet", 8, 0},
	} {
		outputs, err := Open(t.Context(), []string{t.TempDir() + "/" + test.path}, Options{Jobs: test.jobs})
		if err != nil {
			t.Fatal(err)
		}
		if outputs.Abort(); outputs.memory != test.want {
			t.Errorf("%s with %d jobs: %d bytes, want %d", test.path, test.jobs, outputs.memory, test.want)
		}
	}
}
