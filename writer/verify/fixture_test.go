package verify

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer"
	"signins/writer/excel"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// A testRun is a run over sources of one line a record, in a folder of its own.
type testRun struct {
	sources []testSource
	outputs []string // names
	raw     bool
	sheets  []string // none for all
	nested  bool
	shard   *schema.Shard
	sort    []schema.ColumnID
}

// A testSource is a source of a number of records, with ids from first on.
type testSource struct {
	name           string
	records, first int
	rejects        int
	findings       schema.Tally
}

var firstEvent = time.Date(2026, 5, 1, 23, 0, 0, 0, time.UTC)

// write writes the sources and the outputs into a folder, and returns the manifest.
func (r testRun) write(t testing.TB, dir string) *manifest.Run {
	t.Helper()
	run := manifest.NewRun(manifest.Command{Arguments: []string{"-o", strings.Join(r.outputs, " -o ")}, OutputArguments: r.outputs}, r.nested, "2026-11-28")
	if len(r.sheets) > 0 {
		run.Arguments = append(run.Arguments, "--sheets", strings.Join(r.sheets, ","))
	}
	run.Shard = r.shard
	var paths []string
	for _, name := range r.outputs {
		paths = append(paths, filepath.ToSlash(dir)+"/"+name)
	}
	outputs, err := writer.Open(t.Context(), paths, writer.Options{
		Parquet: parquet.Options{Nested: r.nested, Sort: r.sort, ToolVersion: run.Tool.Version, CodesTableDate: run.CodesTableDate},
		Excel:   excel.Options{Run: run, Sheets: r.sheets},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer outputs.Abort()
	if err := outputs.Expect(run, len(r.sources)); err != nil {
		t.Fatal(err)
	}
	accounts := manifest.NewAccounts(run)
	for i, s := range r.sources {
		text, b := s.make(dir, r.raw)
		accounts.Add(b)
		if err := outputs.Write(b); err != nil {
			t.Fatal(err)
		}
		file := s.pack(text)
		fixture.Write(t, filepath.Join(dir, s.name), file)
		if _, err := accounts.Close(i, schema.Reading{Source: b.Source, Size: int64(len(file)), SHA256: sum(file), Findings: s.findings}); err != nil {
			t.Fatal(err)
		}
	}
	if err := outputs.Commit(run); err != nil {
		t.Fatal(err)
	}
	return run
}

// make makes the text of a source and the batch of its records. Events are an hour apart,
// and the last one has no time.
func (s testSource) make(dir string, raw bool) (text []byte, b *schema.Batch) {
	b = &schema.Batch{Source: &schema.Source{Path: filepath.ToSlash(dir) + "/" + s.name, Format: "graph-json"}, Len: s.records, Seen: int64(s.records + s.rejects)}
	set := func(id schema.ColumnID, row int, text string) { b.Columns[id].SetText(row, text) }
	for row := range s.records {
		line := fmt.Sprintf(`{"id":"%d","createdDateTime":"%s"}`, s.first+row, strings.Repeat("é", row%3))
		set(schema.ID, row, fmt.Sprint(s.first+row))
		set(schema.SignInCategory, row, schema.InteractiveUser)
		set(schema.SourceFile, row, b.Source.Path)
		b.Columns[schema.SourceRecord].SetNum(row, int64(row+1))
		b.Columns[schema.SourceOffset].SetNum(row, int64(len(text)))
		b.Columns[schema.SourceLength].SetNum(row, int64(len(line)))
		if row < s.records-1 || s.records == 1 {
			b.Columns[schema.CreatedAt].SetNum(row, firstEvent.Add(time.Duration(row)*time.Hour).UnixMicro())
		}
		if raw {
			set(schema.RawRecord, row, line)
		}
		text = append(text, line+"\n"...)
	}
	for i := range s.rejects {
		b.Rejects = append(b.Rejects, schema.Reject{Record: int64(s.records + i + 1), Code: "bad_json", Raw: []byte("{")})
		text = append(text, "{\n"...)
	}
	b.Seal()
	return text, b
}

// pack returns the file of a source.
func (s testSource) pack(text []byte) []byte {
	if filepath.Ext(s.name) != ".gz" {
		return text
	}
	return []byte(fixture.Gzip(text))
}

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

// small is a run of two sources into every format.
var small = testRun{
	sources: []testSource{{name: "a.json", records: 5, first: 1}, {name: "b.json.gz", records: 3, first: 6, rejects: 2}},
	outputs: []string{"x.xlsx", "x.parquet", "lake/"}, raw: true,
}

// writeSmall writes small into a folder of its own, with one output, a workbook with
// these sheets, none for all.
func writeSmall(t testing.TB, output string, sheets ...string) (dir string, run *manifest.Run) {
	t.Helper()
	r := small
	r.outputs, r.sheets = []string{output}, sheets
	dir = t.TempDir()
	return dir, r.write(t, dir)
}

// openPlain opens a source as the program does, plain or packed with gzip.
func openPlain(path, member string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil || filepath.Ext(path) != ".gz" {
		return file, err
	}
	text, err := gzip.NewReader(file)
	return struct {
		io.Reader
		io.Closer
	}{text, file}, err
}

// check checks a path, which must be readable.
func check(t testing.TB, path string, o Options) *Report {
	t.Helper()
	if o.OpenSource == nil {
		o.OpenSource = openPlain
	}
	report, err := Check(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// lines are the lines of a report that are not matched: "changed x.parquet: note; note".
func lines(r *Report, dir string) (list []string) {
	for _, f := range r.Files {
		if f.Status == Matched && len(f.Notes) == 0 {
			continue
		}
		line := string(f.Status) + " " + f.Path
		if f.MovedTo != "" {
			line += " -> " + f.MovedTo
		}
		if len(f.Notes) > 0 {
			line += ": " + strings.Join(f.Notes, "; ")
		}
		list = append(list, strings.ReplaceAll(filepath.ToSlash(line), filepath.ToSlash(dir)+"/", ""))
	}
	return list
}

// want compares the lines of a report. Each wanted line is the beginning of one, in order,
// with .. for any text.
func want(t testing.TB, r *Report, dir string, status int, wanted ...string) {
	t.Helper()
	got := lines(r, dir)
	same := len(got) == len(wanted)
	for i := range min(len(got), len(wanted)) {
		rest := got[i]
		for j, piece := range strings.Split(wanted[i], "..") {
			n := strings.Index(rest, piece)
			same = same && n >= 0 && (j > 0 || n == 0)
			if n >= 0 {
				rest = rest[n+len(piece):]
			}
		}
	}
	if !same || r.Exit() != status {
		t.Errorf("status %d, want %d\n%s\nwant\n%s", r.Exit(), status, strings.Join(got, "\n"), strings.Join(wanted, "\n"))
	}
}

// reseal writes the manifest of an output again, after an edit, with the digests of the
// files as they are now, as somebody would who hides a change.
func reseal(t testing.TB, base, ending string, edit func(run *manifest.Run)) {
	t.Helper()
	run, err := manifest.Load(base + ending)
	if err != nil {
		t.Fatal(err)
	}
	var sums string
	text := string(fixture.Read(t, base+".sha256"))
	for i := range run.Outputs {
		out := &run.Outputs[i]
		data, err := os.ReadFile(out.Path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		out.Size, out.SHA256 = int64(len(data)), sum(data)
	}
	for i := range run.Sidecars {
		s := &run.Sidecars[i]
		data := fixture.Read(t, strings.TrimSuffix(base, ".json")+s.Ending)
		s.Size, s.SHA256 = int64(len(data)), sum(data)
	}
	edit(run)
	record, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	fixture.Write(t, base+ending, record)
	for line := range strings.Lines(text) {
		name := strings.TrimSuffix(line[66:], "\n")
		if data, err := os.ReadFile(filepath.Join(filepath.Dir(base), name)); err == nil {
			sums += sum(data) + "  " + name + "\n"
		}
	}
	fixture.Write(t, base+".sha256", sums)
}

func nothing(*manifest.Run) {}

// names lists the files below a folder.
func names(t testing.TB, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}
