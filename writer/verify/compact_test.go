package verify

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/testdata/fixture"
	"signins/writer/compact"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// compacted makes a dataset of two runs that is compacted.
func compacted(t *testing.T, dir string) {
	t.Helper()
	for n, name := range []string{"a.json", "b.json"} {
		testRun{sources: []testSource{{name: name, records: 5, first: 1 + 5*n, rejects: 2 * n}}, outputs: []string{"lake/"}, raw: true}.write(t, dir)
	}
	if _, err := compact.Compact(t.Context(), filepath.Join(dir, "lake"), compact.Options{}); err != nil {
		t.Fatal(err)
	}
}

// rewriteRows writes a part again with other rows.
func rewriteRows(t *testing.T, part string, change func(rows []library.Row) []library.Row) (rows int64) {
	t.Helper()
	data := fixture.Read(t, part)
	file, err := library.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	in := file.RowGroups()[0].Rows()
	defer in.Close()
	all := make([]library.Row, file.NumRows())
	if n, err := in.ReadRows(all); n != len(all) {
		t.Fatal(n, err)
	}
	var out bytes.Buffer
	options := []library.WriterOption{parquet.Schema(false)}
	for _, pair := range file.Metadata().KeyValueMetadata {
		options = append(options, library.KeyValueMetadata(pair.Key, pair.Value))
	}
	w := library.NewGenericWriter[any](&out, options...)
	all = change(all)
	if _, err := w.WriteRows(all); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	fixture.Write(t, part, out.Bytes())
	return int64(len(all))
}

// A compaction is checked against what the runs that it supersedes have read and written:
// whoever loses or doubles a row and writes its manifest anew is found.
func TestCompaction(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(t *testing.T, dir string) error
		status int
		want   []string
	}{
		"nothing": {func(*testing.T, string) error { return nil }, 0, []string{superseded, superseded}},
		"a lost row": {func(t *testing.T, dir string) error {
			forge(t, dir, func(rows []library.Row) []library.Row { return rows[1:] })
			return nil
		}, 5, []string{"changed lake/_manifests/..: lake/: 9 rows are listed, but 10 records were written", "changed lake/event..: 4 rows of ..json, the manifest says 5", superseded, superseded}},
		"a doubled row": {func(t *testing.T, dir string) error {
			forge(t, dir, func(rows []library.Row) []library.Row { return append(rows, rows[0]) })
			return nil
		}, 5, []string{"changed lake/_manifests/..: lake/: 11 rows are listed", "changed lake/event..: 6 rows of ..json, the manifest says 5", superseded, superseded}},
		"a row in place of another": {func(t *testing.T, dir string) error {
			forge(t, dir, func(rows []library.Row) []library.Row { return append(rows[:len(rows)-1], rows[0]) })
			return nil
		}, 5, []string{"changed lake/event..: ..json, the manifest says 5", superseded, superseded}},
		"an edited manifest": {func(t *testing.T, dir string) error {
			names, err := filepath.Glob(filepath.Join(dir, "lake", manifest.Folder, "superseded", "*.json"))
			reseal(t, strings.TrimSuffix(names[0], ".json"), ".json", func(run *manifest.Run) { run.Arguments = []string{"x"} })
			return err
		}, 5, []string{"changed lake/_manifests/..: lake/_manifests/superseded/..: has the SHA-256 .., the manifest that supersedes it says ..", superseded, "changed lake/_manifests/superseded/..", superseded}},
		"a missing manifest": {func(t *testing.T, dir string) error {
			names, err := filepath.Glob(filepath.Join(dir, "lake", manifest.Folder, "superseded", "*.json"))
			for _, ending := range []string{".json", ".sha256", manifest.Rejects} {
				os.Remove(strings.TrimSuffix(names[0], ".json") + ending)
			}
			return err
		}, 5, []string{"changed lake/_manifests/..: ..no such file", superseded}},
		"a manifest of no compaction": {func(t *testing.T, dir string) error {
			testRun{sources: []testSource{{name: "c.json", records: 2, first: 20}}, outputs: []string{"other/"}}.write(t, dir)
			return os.CopyFS(filepath.Join(dir, "lake", manifest.Folder, "superseded"), os.DirFS(filepath.Join(dir, "other", manifest.Folder)))
		}, 5, []string{"changed lake/_manifests/superseded/..: no run of the dataset supersedes it", superseded, superseded, superseded}},
		"an earlier part": {func(t *testing.T, dir string) error {
			run, err := manifest.Load(oldest(t, dir))
			if err != nil {
				return err
			}
			fixture.Write(t, filepath.FromSlash(run.Outputs[0].Path), "PAR1")
			return nil
		}, 5, []string{superseded, superseded, "new lake/event..: no manifest names it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			compacted(t, dir)
			if err := test.change(t, dir); err != nil {
				t.Fatal(err)
			}
			r := check(t, filepath.Join(dir, "lake"), Options{Raw: test.status == 0})
			want(t, r, dir, test.status, test.want...)
			if test.status == 0 && (r.Totals.Rows != 10 || r.Totals.Superseded != 2 || *r.Totals.RawRecords != 10 || !strings.HasPrefix(r.text()[strings.Index(r.text(), "\nruns"):], "\nruns         3, 2 of them superseded\n")) {
				t.Error(r.text())
			}
		})
	}
}

const superseded = "matched lake/_manifests/superseded/..: superseded: its rows are in a compaction"

// oldest returns the path of a superseded manifest.
func oldest(t *testing.T, dir string) string {
	names, err := filepath.Glob(filepath.Join(dir, "lake", manifest.Folder, "superseded", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	return names[0]
}

// forge changes the rows of the first part and hides that in the manifest.
func forge(t *testing.T, dir string, change func(rows []library.Row) []library.Row) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "lake", manifest.Folder, "*.json"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	base := strings.TrimSuffix(names[0], ".json")
	run, err := manifest.Load(names[0])
	if err != nil {
		t.Fatal(err)
	}
	n := rewriteRows(t, filepath.FromSlash(run.Outputs[0].Path), change)
	reseal(t, base, ".json", func(run *manifest.Run) { run.Outputs[0].Rows = n })
}

// The manifest of a superseded run is checked alone, without its parts.
func TestSupersededAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	compacted(t, dir)
	want(t, check(t, oldest(t, dir), Options{}), dir, 0, superseded)
}
