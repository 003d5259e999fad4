package compact

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/schema/nested"
	"signins/testdata/fixture"
	"signins/writer"
	"signins/writer/delta"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
	"signins/writer/verify"
)

// A load is a run into a dataset: rows of all columns, on days from the first on.
type load struct {
	source            string
	rows, first, days int
	nested            bool
	compression       string
	codeDate          string
	sort              string
}

// into writes a run into the dataset at path.
func (l load) into(t testing.TB, path string) *manifest.Run {
	t.Helper()
	command := manifest.Command{OutputArguments: []string{path + "/"}, Settings: map[string]string{"compression": l.compression, "sort": l.sort}}
	run := manifest.NewRun(command, l.nested, "2026-11-"+l.codeDate)
	var by []schema.ColumnID
	if l.sort != "" {
		var err error
		if by, err = parquet.ParseSort(l.sort); err != nil {
			t.Fatal(err)
		}
	}
	outputs, err := writer.Open(t.Context(), []string{path + "/"}, writer.Options{Parquet: parquet.Options{
		Nested: l.nested, Compression: l.compression, Sort: by, ToolVersion: run.Tool.Version, CodesTableDate: run.CodesTableDate,
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer outputs.Abort()
	if err := outputs.Expect(run, 1); err != nil {
		t.Fatal(err)
	}
	accounts, b := manifest.NewAccounts(run), l.batch()
	accounts.Add(b)
	if err := outputs.Write(b); err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.Close(0, schema.Reading{Source: b.Source, Size: 1, SHA256: fmt.Sprintf("%064x", l.first+1)}); err != nil {
		t.Fatal(err)
	}
	if err := outputs.Commit(run); err != nil {
		t.Fatal(err)
	}
	return run
}

// batch fills every column of most rows.
func (l load) batch() *schema.Batch {
	b := &schema.Batch{Source: &schema.Source{Path: l.source, Format: "graph-json"}, Len: l.rows, Seen: int64(l.rows)}
	for id := range schema.NumColumns {
		for row := range l.rows {
			n := l.first + row
			if (n+int(id))%7 == 0 && id != schema.SourceFile {
				continue
			}
			l.setCell(&b.Columns[id], id, row, n)
		}
	}
	first := time.Date(2026, 5, 1, 3, 0, 0, 0, time.UTC)
	for row := range l.rows {
		b.Columns[schema.SourceFile].SetText(row, l.source)
		b.Columns[schema.SourceRecord].SetNum(row, int64(row+1))
		b.Columns[schema.CreatedAt].SetNum(row, first.AddDate(0, 0, (l.first+row)%l.days).UnixMicro()+int64(row))
		b.Columns[schema.DuplicateOf].Clear(row)
		b.Columns[schema.DuplicateKind].Clear(row)
	}
	b.Columns[schema.CreatedAt].Clear(l.rows - 1)
	b.Seal()
	return b
}

func (l load) setCell(v *schema.Vector, id schema.ColumnID, row, n int) {
	_, isList := nested.Columns[id]
	switch kind := schema.Columns[id].Kind; {
	case isList:
		values := map[schema.ColumnID]string{
			schema.ConditionalAccessPolicies:       `[{"id":"%d","displayName":"\u00e9\u0001\"","enforcedGrantControls":["mfa",null],"includeRulesSatisfied":[{"ruleSatisfied":"a"},null,{}],"conditionsSatisfied":5},null,{"enforcedGrantControls":[],"new":%[1]d}]`,
			schema.AuthenticationDetails:           `[{"succeeded":true,"authenticationMethod":"%d"},{"succeeded":false}]`,
			schema.AuthenticationProcessingDetails: `[]`,
			schema.NetworkLocationDetails:          `[{"networkType":"t","networkNames":["%d","b"]}]`,
		}
		v.SetText(row, strings.ReplaceAll(strings.ReplaceAll(values[id], "%d", fmt.Sprint(n)), "%[1]d", fmt.Sprint(n)))
	case id == schema.SignInCategory:
		v.SetText(row, schema.InteractiveUser)
	case kind == schema.TextList:
		v.SetBytes(row, schema.AppendList(schema.AppendList(nil, []byte(fmt.Sprint("é", n)), false), nil, true))
	case kind == schema.JSON:
		v.SetText(row, fmt.Sprintf(`{"n":%d}`, n))
	case kind.Coded() && n%5 == 0:
		v.SetText(row, "")
	case kind.Coded():
		v.SetText(row, fmt.Sprintf("%s %d", schema.Columns[id].Name, n))
	case kind == schema.Bool:
		v.SetBool(row, n%2 == 0)
	default:
		v.SetNum(row, int64(n))
	}
}

// eachPart calls read with the parts of a dataset, by day, and with all their rows.
func eachPart(t testing.TB, path string, read func(day string, f *library.File, rows []any)) {
	t.Helper()
	names, err := fs.Glob(os.DirFS(path), "event_date=*/*.parquet")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := os.Open(filepath.Join(path, name))
		if err != nil {
			t.Fatal(err)
		}
		info, _ := file.Stat()
		f, err := library.OpenFile(file, info.Size())
		if err != nil {
			t.Fatal(name, err)
		}
		r := library.NewGenericReader[any](f)
		rows := make([]any, f.NumRows())
		if n, err := r.Read(rows); n != len(rows) {
			t.Fatal(name, err)
		}
		read(filepath.Dir(name), f, rows)
		r.Close()
		file.Close()
	}
}

// rowsOf returns all rows of a dataset by day, part and place, what is not null of each,
// and how many parts there are.
func rowsOf(t testing.TB, path string) (rows []string, parts int) {
	t.Helper()
	eachPart(t, path, func(day string, _ *library.File, read []any) {
		parts++
		for _, row := range read {
			cells := row.(map[string]any)
			maps.DeleteFunc(cells, func(_ string, value any) bool { return value == nil })
			rows = append(rows, day+fmt.Sprint(cells))
		}
	})
	return rows, parts
}

// filesOf returns the names of all files and folders below a folder, with sizes and times.
func filesOf(t testing.TB, path string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			list = append(list, path)
		} else if info, bad := entry.Info(); err == nil && bad == nil && !strings.HasPrefix(entry.Name(), ".") { // locks and the index
			list = append(list, fmt.Sprint(path, info.Size(), info.ModTime()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// checkLake checks that a dataset matches its manifests and has so many records.
func checkLake(t testing.TB, path string, records, runs, superseded int) {
	t.Helper()
	report, err := verify.Check(path, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	totals := report.Totals
	if report.Differences > 0 || totals.Dataset.Records != int64(records) || totals.Runs != runs || totals.Superseded != superseded {
		var text strings.Builder
		report.Print(&text, "text")
		t.Errorf("%d records in %d runs, %d superseded:\n%s", totals.Dataset.Records, totals.Runs, totals.Superseded, text.String())
	}
}

func mustCompact(t testing.TB, path string, l limits) *Result {
	t.Helper()
	r, err := compact(t.Context(), path, Options{}, l)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A day becomes one part with all rows of its parts in their order, in flat and nested
// files, whatever their number; what is compact stays as it is.
func TestCompact(t *testing.T) {
	t.Parallel()
	for _, isNested := range []bool{false, true} {
		t.Run(fmt.Sprint("nested ", isNested), func(t *testing.T) {
			t.Parallel()
			lake := filepath.Join(t.TempDir(), "lake")
			load{source: "a", rows: 700, days: 2, nested: isNested, codeDate: "01"}.into(t, lake)
			load{source: "b", rows: 20, first: 700, days: 4, nested: isNested, codeDate: "03"}.into(t, lake)
			load{source: "c", rows: 1, first: 720, days: 1, nested: isNested, codeDate: "01"}.into(t, lake)
			before, parts := rowsOf(t, lake)
			old, manifests := time.Unix(1700000000, 123456700), []string{}
			runs, _ := filepath.Glob(filepath.Join(lake, "_manifests", "*.json"))
			for _, name := range runs {
				manifests = append(manifests, filepath.Base(name))
				if err := os.Chtimes(name, old, old); err != nil {
					t.Fatal(err)
				}
			}
			again := filepath.Join(t.TempDir(), "lake")
			if err := os.CopyFS(again, os.DirFS(lake)); err != nil {
				t.Fatal(err)
			}
			r := mustCompact(t, lake, defaultLimits)
			after, joined := rowsOf(t, lake)
			if !slices.Equal(before, after) || len(after) != 721 {
				t.Errorf("%d rows before, %d after\n%s\n%s", len(before), len(after), before[0], after[0])
			}
			if parts != 9 || joined != 5 || r.Before.Parts != parts || r.After.Parts != joined || r.Days != 5 || r.Rows != 721 || r.Runs != 3 || r.After.Bytes >= r.Before.Bytes {
				t.Errorf("%d parts, then %d: %+v", parts, joined, r)
			}
			checkLake(t, lake, 721, 4, 3)
			for _, name := range manifests { // the index knows them by their time
				if info, err := os.Stat(filepath.Join(lake, "_manifests", "superseded", name)); err != nil || !info.ModTime().Equal(old) {
					t.Errorf("%s: %v, %v", name, info, err)
				}
			}
			was := filesOf(t, lake)
			if r := mustCompact(t, lake, defaultLimits); !r.Compact || !slices.Equal(was, filesOf(t, lake)) || r.After != r.Before {
				t.Errorf("a second time: %+v, %v", r, filesOf(t, lake))
			}
			mustCompact(t, again, defaultLimits)
			for i, name := range filesOf(t, again) {
				if strings.HasPrefix(strings.TrimPrefix(name, again), "/event_date") && strings.Split(strings.TrimPrefix(name, again), " ")[0] != strings.Split(strings.TrimPrefix(was[i], lake), " ")[0] {
					t.Errorf("the same dataset has %s, then %s", was[i], name)
				}
			}
			run, err := manifest.Load(filepath.Join(lake, "_manifests", onlyRun(t, lake)+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if first, last := run.Span(); run.CountInputs() != 3 || run.Totals.Written != 721 || run.CodesTableDate != "2026-11-01,2026-11-03" || first != "2026-05-01T03:00:00Z" || last == "" {
				t.Errorf("%+v, %s to %s", run, first, last)
			}
		})
	}
}

// The name of a compaction follows from the names and the manifests of its runs and from the
// versions of schema and program, and from nothing else. Sums without warnings have a list
// of none.
func TestNewRecord(t *testing.T) {
	t.Parallel()
	c := &compaction{path: "lake"}
	for _, name := range []string{"one", "two"} {
		c.runs = append(c.runs, &run{Run: &manifest.Run{Name: name, Inputs: []*manifest.Input{}, CodesTableDate: "2026-11-01"}, digest: name + " digest"})
	}
	record := c.newRecord()
	list := fmt.Sprintf("[\"one\",\"one digest\"]\n[\"two\",\"two digest\"]\n[%d,%q]\n", record.SchemaVersion, record.Tool.Version)
	if want := sum([]byte(list))[:16]; record.Name != want || record.SchemaVersion == 0 || record.Tool.Version == "" {
		t.Errorf("name %s, want %s of %s", record.Name, want, list)
	}
	if record.Sums.Warnings == nil || record.Sums.Category == nil || record.Sums.UnknownFields == nil || record.InputCount != 0 {
		t.Errorf("%d inputs, sums %+v", record.InputCount, record.Sums)
	}
	if record.CodesTableDate != "2026-11-01" || len(record.Supersedes) != 2 || record.Supersedes[1] != (manifest.Superseded{Run: "two", SHA256: "two digest"}) {
		t.Errorf("codes of %s, supersedes %v", record.CodesTableDate, record.Supersedes)
	}
}

func sum(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// onlyRun returns the name of the run of a dataset that is not superseded.
func onlyRun(t testing.TB, lake string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(lake, "_manifests", "*.json"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	return strings.TrimSuffix(filepath.Base(names[0]), ".json")
}

// Of a run with more outputs those in the dataset are joined.
func TestCompactBesideOtherOutputs(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	for n := range 2 {
		run := load{source: fmt.Sprint("s", n), rows: 10, days: 1, first: n}.into(t, lake)
		edit(t, filepath.Join(lake, "_manifests", run.Name), func(run *manifest.Run) {
			run.Outputs = append(run.Outputs, manifest.Output{Path: "event_date=2026-05-01/report.parquet"}, manifest.Output{Path: "reports/part-" + run.Name + "-00000.parquet"},
				manifest.Output{Path: "reports/event_date=2026-05-01/part-0f5c-00000.parquet"})
			if n == 0 {
				run.Name = "" // as in manifests of version 1
			}
		})
	}
	if r := mustCompact(t, lake, defaultLimits); r.Rows != 20 || r.Before.Parts <= r.After.Parts {
		t.Errorf("%+v", r)
	}
}

// A compaction supersedes those before it, and its inputs are those of all runs.
func TestCompactAgain(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	for n := range 3 {
		load{source: fmt.Sprint("a", n), rows: 10, first: 10 * n, days: 2, compression: "snappy"}.into(t, lake)
		if n > 0 {
			mustCompact(t, lake, defaultLimits)
		}
	}
	checkLake(t, lake, 30, 5, 4)
	name := onlyRun(t, lake)
	run, err := manifest.Load(filepath.Join(lake, "_manifests", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var inputs []string
	for in, err := range run.AllInputs() {
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, in.Path)
	}
	slices.Sort(inputs)
	if fmt.Sprint(inputs) != "[a0 a1 a2]" || len(run.Supersedes) != 2 || run.Settings["compression"] != "snappy" || run.Name != name {
		t.Errorf("%v, %v", inputs, run)
	}
	// A superseded compaction finds its inputs, too.
	for _, s := range run.Supersedes {
		old, err := manifest.Load(filepath.Join(lake, "_manifests", "superseded", s.Run+".json"))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range old.AllInputs() {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		if n != old.CountInputs() {
			t.Errorf("%s has %d inputs of %d", s.Run, n, old.CountInputs())
		}
	}
}

// Parts end where they are large, and such parts are compact.
func TestLargeParts(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]limits{"rows": {rows: 5, bytes: 1 << 40}, "bytes": {rows: 1 << 40, bytes: 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lake := filepath.Join(t.TempDir(), "lake")
			for n := range 5 {
				load{source: fmt.Sprint("a", n), rows: 4, first: 4 * n, days: 1}.into(t, lake) // three on the day
			}
			before, parts := rowsOf(t, lake)
			if name == "bytes" {
				if r := mustCompact(t, lake, l); !r.Compact {
					t.Errorf("%+v", r)
				}
				return
			}
			r := mustCompact(t, lake, l)
			after, joined := rowsOf(t, lake)
			if !slices.Equal(before, after) || parts != 10 || joined != 4 || r.After.Parts != 4 { // 6, 6, 3 rows, and 5 without a time
				t.Errorf("%d parts, then %d: %+v", parts, joined, r)
			}
			checkLake(t, lake, 20, 6, 5)
			if r := mustCompact(t, lake, l); !r.Compact {
				t.Errorf("a second time: %+v", r)
			}
		})
	}
}

// A run of an earlier version, whose files have fewer columns, gets those of this one.
func TestOlderVersion(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	run := load{source: "a", rows: 10, days: 1}.into(t, lake)
	base := filepath.Join(lake, "_manifests", run.Name)
	edit(t, base, func(run *manifest.Run) {
		run.SchemaVersion = 1
		for i, out := range run.Outputs {
			makeOlder(t, filepath.FromSlash(out.Path))
			text := fixture.Read(t, filepath.FromSlash(out.Path))
			run.Outputs[i].Size, run.Outputs[i].SHA256 = int64(len(text)), sum(text)
		}
	})
	before, _ := rowsOf(t, lake)
	r := mustCompact(t, lake, defaultLimits)
	after, parts := rowsOf(t, lake)
	if r.Compact || parts != 2 || !slices.Equal(before, after) {
		t.Errorf("%+v, %d parts\n%s\n%s", r, parts, before[0], after[0])
	}
	load{source: "b", rows: 10, first: 10, days: 1}.into(t, lake)
	mustCompact(t, lake, defaultLimits)
	name := filepath.Join(lake, "event_date=2026-05-01", "part-"+onlyRun(t, lake)+"-00000.parquet")
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, _ := file.Stat()
	f, err := library.OpenFile(file, info.Size())
	if err != nil || len(f.Schema().Fields()) != int(schema.NumColumns) || f.NumRows() != 18 {
		t.Errorf("%d columns, %v", len(f.Schema().Fields()), err)
	}
}

// makeOlder writes a file again without the columns of version 2.
func makeOlder(t testing.TB, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := file.Stat()
	f, err := library.OpenFile(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	columns := library.Group{}
	for _, field := range parquet.Schema(false).Fields()[:schema.NumColumns-8] {
		columns[field.Name()] = field
	}
	older := library.NewSchema("signins", columns)
	convert, err := library.Convert(older, f.Schema())
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path + ".new")
	if err != nil {
		t.Fatal(err)
	}
	w := library.NewGenericWriter[any](out, older)
	for _, group := range f.RowGroups() {
		if _, err := library.CopyRows(w, library.ConvertRowGroup(group, convert).Rows()); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), out.Close(), file.Close(), os.Rename(path+".new", path)); err != nil {
		t.Fatal(err)
	}
}

// edit changes the manifest of a run. Compact does not look at the digests beside it.
func edit(t testing.TB, base string, change func(run *manifest.Run)) {
	t.Helper()
	run, err := manifest.Load(base + ".json")
	if err != nil {
		t.Fatal(err)
	}
	change(run)
	text, err := json.Marshal(run)
	if err == nil {
		err = os.WriteFile(base+".json", text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What is not as manifests say is not touched.
func TestRefused(t *testing.T) {
	t.Parallel()
	day := "event_date=2026-05-01"
	for name, test := range map[string]struct {
		prepare func(t *testing.T, lake string, run *manifest.Run) error
		status  int
		want    string // of the error, behind the path of the dataset
	}{
		"no dataset": {func(_ *testing.T, lake string, _ *manifest.Run) error {
			return os.RemoveAll(filepath.Join(lake, "_manifests"))
		},
			3, ": is no dataset: it has no folder _manifests"},
		"another file": {func(_ *testing.T, lake string, _ *manifest.Run) error {
			return os.WriteFile(filepath.Join(lake, day, "part-0.parquet"), nil, 0o600)
		}, 1, "/" + day + "/part-0.parquet: is in no manifest of the dataset"},
		"another folder": {func(_ *testing.T, lake string, _ *manifest.Run) error {
			return os.Mkdir(filepath.Join(lake, day, ".x"), 0o700)
		},
			1, "/" + day + "/.x: is in no manifest"},
		"a folder in place of a part": {func(_ *testing.T, _ string, run *manifest.Run) error {
			return errors.Join(os.Remove(run.Outputs[0].Path), os.Mkdir(run.Outputs[0].Path, 0o700))
		}, 1, ".parquet: is in no manifest"},
		"a missing part": {func(_ *testing.T, lake string, run *manifest.Run) error { return os.Remove(run.Outputs[0].Path) }, 3, ": is missing, a manifest names it"},
		"a missing day": {func(_ *testing.T, lake string, run *manifest.Run) error {
			return os.RemoveAll(filepath.Join(lake, day))
		}, 3, "/" + day + ": is missing"},
		"a changed part": {func(_ *testing.T, lake string, run *manifest.Run) error {
			text, err := os.ReadFile(run.Outputs[0].Path)
			text[100] ^= 1
			return errors.Join(err, os.WriteFile(run.Outputs[0].Path, text, 0o600))
		}, 3, "has the SHA-256 "},
		"flat and nested": {func(t *testing.T, lake string, run *manifest.Run) error {
			edit(t, filepath.Join(lake, "_manifests", run.Name), func(run *manifest.Run) { run.Nested = true })
			return nil
		}, 1, ": the dataset has flat and nested columns"},
		"a later version": {func(t *testing.T, lake string, run *manifest.Run) error {
			edit(t, filepath.Join(lake, "_manifests", run.Name), func(run *manifest.Run) { run.SchemaVersion++ })
			return nil
		}, 1, "has columns of version 3; this program knows those up to 2"},
		"other rows": {func(t *testing.T, lake string, run *manifest.Run) error {
			edit(t, filepath.Join(lake, "_manifests", run.Name), func(run *manifest.Run) { run.Outputs[0].Rows++ })
			return nil
		}, 5, ", its manifest says 2"},
		"other totals": {func(t *testing.T, lake string, run *manifest.Run) error {
			edit(t, filepath.Join(lake, "_manifests", run.Name), func(run *manifest.Run) { run.Totals.Written++ })
			return nil
		}, 5, "has 20 rows, but 21 records were counted"},
		"a run at work": {func(t *testing.T, lake string, _ *manifest.Run) error {
			tx := files.Begin(t.Context())
			t.Cleanup(tx.Abort)
			_, err := tx.Hold(filepath.Join(lake, "_manifests"), false, 0)
			return err
		}, 1, ": another run is at work in the dataset"},
		"another compaction": {func(t *testing.T, lake string, _ *manifest.Run) error {
			tx := files.Begin(t.Context())
			t.Cleanup(tx.Abort)
			_, err := tx.Hold(filepath.Join(lake, "_manifests"), true, 0)
			return err
		}, 1, ": another run is at work in the dataset"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lake := filepath.Join(t.TempDir(), "lake")
			load{source: "a", rows: 10, days: 2}.into(t, lake)
			run := load{source: "b", rows: 10, first: 10, days: 2}.into(t, lake)
			if err := test.prepare(t, lake, run); err != nil {
				t.Fatal(err)
			}
			before, l := filesOf(t, lake), defaultLimits
			l.wait = 0
			r, err := compact(t.Context(), lake, Options{}, l)
			failure, ok := errors.AsType[schema.Failure](err)
			if !ok || r != nil {
				t.Fatal(r, err)
			}
			if status, _ := failure.Exit(); status != test.status || !strings.HasPrefix(err.Error(), lake) || !strings.Contains(filepath.ToSlash(err.Error()), test.want) {
				t.Errorf("status %d: %v", status, err)
			}
			if after := filesOf(t, lake); !slices.Equal(before, after) {
				t.Errorf("found %v", after)
			}
		})
	}
}

// A run that writes into the dataset in spite of the lock, and one that ends the program,
// leave all as it is.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(lake, other string, end context.CancelFunc) error
		want   string
	}{
		"another run": {func(lake, other string, _ context.CancelFunc) error { return os.CopyFS(lake, os.DirFS(other)) }, "another run has written into the dataset meanwhile"},
		"another file": {func(lake, _ string, _ context.CancelFunc) error {
			return os.WriteFile(filepath.Join(lake, "event_date=2026-05-01", "x"), nil, 0o600)
		}, "is in no manifest"},
		"end of program": {func(_, _ string, end context.CancelFunc) error { end(); return nil }, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lake, other := filepath.Join(t.TempDir(), "lake"), filepath.Join(t.TempDir(), "other")
			load{source: "a", rows: 10, days: 2}.into(t, lake)
			load{source: "b", rows: 10, first: 10, days: 2}.into(t, lake)
			load{source: "c", rows: 10, first: 20, days: 2}.into(t, other)
			ctx, end := context.WithCancel(t.Context())
			defer end()
			var before []string
			_, err := Compact(ctx, lake, Options{Progress: func(int) {
				if before == nil {
					if err := test.change(lake, other, end); err != nil {
						t.Error(err)
					}
					before, _ = rowsOf(t, lake)
				}
			}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v", err)
			}
			if after, _ := rowsOf(t, lake); !slices.Equal(before, after) {
				t.Errorf("%d rows, then %d", len(before), len(after))
			}
			if left, _ := filepath.Glob(filepath.Join(lake, ".signins.*")); left != nil {
				t.Error(left)
			}
		})
	}
}

// A dataset without parts is compact.
func TestNothingToCompact(t *testing.T) {
	t.Parallel()
	lake := t.TempDir()
	if err := os.Mkdir(filepath.Join(lake, "_manifests"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := mustCompact(t, lake, defaultLimits)
	if want := "dataset     " + filepath.ToSlash(lake) + "/: 0 rows of 0 runs in 0 days\nparts       0, 0 bytes; the dataset is compact, nothing was written\n"; r.String() != want {
		t.Errorf("%s", r)
	}
}

// A log of Delta Lake follows a compaction in one version, which changes no data; a log of
// another program keeps it from beginning.
func TestDeltaLog(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	load{source: "a", rows: 10, days: 1}.into(t, lake)
	if err := delta.Update(lake, 0); err != nil {
		t.Fatal(err)
	}
	load{source: "b", rows: 10, first: 10, days: 1}.into(t, lake)
	mustCompact(t, lake, defaultLimits)
	if _, err := os.Stat(filepath.Join(lake, delta.Folder, fmt.Sprintf("%020d.json", 3))); err == nil {
		t.Error("there is a version 3")
	}
	log := fixture.Read(t, filepath.Join(lake, delta.Folder, fmt.Sprintf("%020d.json", 2)))
	if text := string(log); strings.Count(text, `{"remove":`) != 4 || strings.Count(text, `{"add":`) != 2 ||
		strings.Count(text, `"dataChange":false`) != 6 || !strings.Contains(text, "part-"+onlyRun(t, lake)+"-") {
		t.Errorf("version 2 is\n%s", text)
	}
	load{source: "c", rows: 10, first: 20, days: 1}.into(t, lake)
	fixture.Write(t, filepath.Join(lake, delta.Folder, fmt.Sprintf("%020d.json", 3)), `{"commitInfo":{"engineInfo":"another"}}`+"\n")
	before := filesOf(t, lake)
	_, err := compact(t.Context(), lake, Options{}, defaultLimits)
	if _, refused := errors.AsType[*schema.Refusal](err); !refused || !slices.Equal(before, filesOf(t, lake)) {
		t.Errorf("beside a log of another program: %v\n%v", err, filesOf(t, lake))
	}
}
