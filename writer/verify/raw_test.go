package verify

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// Each source is read once for all parts of a dataset, although it is packed.
func TestRawReadsSourcesOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	testRun{outputs: []string{"lake/"}, raw: true, sources: []testSource{
		{name: "a.json.gz", records: 100, first: 1}, {name: "b.json", records: 50, first: 1}, {name: "c.json.gz", records: 70, first: 1},
	}}.write(t, dir)
	opened := map[string]int{}
	r := check(t, dir+"/lake", Options{Raw: true, OpenSource: func(path, member string) (io.ReadCloser, error) {
		opened[filepath.Base(path)]++
		return openPlain(path, member)
	}})
	want(t, r, dir, 0)
	if r.Totals.Matched < 8 || *r.Totals.RawRecords != 220 || len(opened) != 3 || opened["a.json.gz"] != 1 || opened["c.json.gz"] != 1 {
		t.Errorf("%+v, %v", r.Totals, opened)
	}
}

// Each source is read once for as many rows as are in memory, whatever their order.
func TestRawOfSortedParts(t *testing.T) {
	t.Parallel()
	for _, output := range []string{"lake", "x.parquet"} {
		for window, most := range map[int]int{0: 1, 50: 5} {
			dir := t.TempDir()
			run := testRun{outputs: []string{strings.Replace(output, "lake", "lake/", 1)}, raw: true, sort: []schema.ColumnID{schema.ID}, sources: []testSource{
				{name: "a.json.gz", records: 100, first: 1}, {name: "b.json", records: 50, first: 30}, {name: "c.json.gz", records: 70, first: 7},
			}}
			run.write(t, dir)
			opened := 0
			r := check(t, filepath.Join(dir, output), Options{Raw: true, window: window, OpenSource: func(path, member string) (io.ReadCloser, error) {
				if filepath.Base(path) == "a.json.gz" {
					opened++
				}
				return openPlain(path, member)
			}})
			want(t, r, dir, 0)
			if *r.Totals.RawRecords != 220 || opened > most || opened == 0 || window > 0 && opened < 2 {
				t.Errorf("%s, window %d: %d records, a source was opened %d times", output, window, *r.Totals.RawRecords, opened)
			}
		}
	}
}

// A byte that differs is found in any row: the first and the last one of a window, of a part
// and of an output.
func TestRawOfEveryRow(t *testing.T) {
	t.Parallel()
	const records, window = 11, 4
	for output, sort := range map[string][]schema.ColumnID{"lake": nil, "x.parquet": {schema.ID}} {
		dir := t.TempDir()
		testRun{outputs: []string{strings.Replace(output, "lake", "lake/", 1)}, raw: true, sort: sort, sources: []testSource{
			{name: "a.json.gz", records: records, first: 1}, {name: "b.json", records: records, first: 30},
		}}.write(t, dir)
		for _, source := range []string{"a.json.gz", "b.json"} {
			for i := range records {
				changed := func(path, member string) (io.ReadCloser, error) {
					in, err := openPlain(path, member)
					if err != nil || filepath.Base(path) != source {
						return in, err
					}
					text, err := io.ReadAll(in)
					at := 0
					for range i + 1 {
						at += bytes.IndexByte(text[at:], '{') + 1
					}
					text[at-1] = '['
					return struct {
						io.Reader
						io.Closer
					}{bytes.NewReader(text), in}, err
				}
				r := check(t, filepath.Join(dir, output), Options{Raw: true, window: window, OpenSource: changed})
				if r.Differences != 1 || *r.Totals.RawRecords != 2*records-1 {
					t.Errorf("%s sorted by %v, record %d of %s: %d differences, %d records equal", output, sort, i, source, r.Differences, *r.Totals.RawRecords)
				}
			}
		}
	}
}

// Raw records of sources that are not there, and outputs without any, are noted.
func TestRawWithoutSource(t *testing.T) {
	t.Parallel()
	dir, _ := writeSmall(t, "x.parquet")
	os.Remove(dir + "/a.json")
	r := check(t, dir+"/x.parquet", Options{Raw: true})
	want(t, r, dir, 0, "matched x.parquet: 5 raw records not compared, as the source is not there, or has changed", "not checked a.json")
	if *r.Totals.RawRecords != 3 {
		t.Errorf("%d compared", *r.Totals.RawRecords)
	}
	run := small
	run.raw, run.outputs = false, []string{"y.parquet"}
	run.write(t, dir)
	want(t, check(t, dir+"/y.parquet", Options{Raw: true}), dir, 0, "matched y.parquet: has no raw records: it was written without --raw")
	want(t, check(t, dir+"/y.parquet", Options{}), dir, 0)
}

// Sources that are moved are compared where they are.
func TestRawOfMovedSource(t *testing.T) {
	t.Parallel()
	dir, _ := writeSmall(t, "x.parquet")
	move(t, dir, "b.json.gz", "e/f.gz")
	r := check(t, dir+"/x.parquet", Options{Raw: true, Folders: []string{dir + "/e"}})
	want(t, r, dir, 0, "moved b.json.gz -> e/f.gz")
	if *r.Totals.RawRecords != 8 {
		t.Errorf("%d compared", *r.Totals.RawRecords)
	}
}

// A packed source is read forward; the same bytes may be asked for again, and earlier ones
// only by a new start. A source that ends too early or fails says so.
func TestSourceText(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		opened := 0
		c := newChecker("", Options{OpenSource: func(path, _ string) (io.ReadCloser, error) {
			if path == "none" {
				return nil, errors.New("no such file")
			}
			opened++
			in := strings.NewReader("0123456789")
			if packed {
				return io.NopCloser(io.MultiReader(in)), nil
			}
			return struct {
				io.Reader
				io.ReaderAt
				io.Closer
			}{in, in, io.NopCloser(in)}, nil
		}})
		text := &sourceText{checker: c}
		place := &rawPlace{source: &source{found: "x"}}
		for _, step := range []struct {
			at   int64
			want string
			same bool
		}{{0, "01", true}, {0, "01", true}, {0, "02", false}, {4, "45", true}, {4, "456", true}, {6, "67", true}, {2, "234", true}, {7, "", true}, {7, "789", true}, {8, "x9", false}} {
			if found, err := text.read(place, step.at, len(step.want)); err != nil || (string(found) == step.want) != step.same {
				t.Errorf("packed %v: %d, %q: %q, %v", packed, step.at, step.want, found, err)
			}
		}
		if want := map[bool]int{false: 1, true: 5}[packed]; opened != want {
			t.Errorf("packed %v: opened %d times, want %d", packed, opened, want)
		}
		for _, at := range []int64{8, 20, math.MaxInt32} {
			if found, err := text.read(place, at, 3); len(found) == 3 || packed != (err != nil) {
				t.Errorf("packed %v: beyond the end at %d: %q, %v", packed, at, found, err)
			}
			text.place = nil
		}
		if _, err := text.read(&rawPlace{source: &source{found: "none"}}, 0, 0); err == nil {
			t.Error("a source that cannot be opened has bytes")
		}
		text.close()
	}
}

// A source that cannot be read again is a difference.
func TestRawOfUnreadableSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := small
	run.outputs, run.sources = []string{"x.parquet"}, small.sources[:1]
	run.write(t, dir)
	r := check(t, dir+"/x.parquet", Options{Raw: true, OpenSource: func(string, string) (io.ReadCloser, error) { return nil, errors.New("is locked") }})
	got := lines(r, dir)
	if r.Exit() != schema.ExitUnbalanced || len(got) != 1 || !strings.HasPrefix(got[0], "changed x.parquet: row 1: a.json at byte 0 cannot be read: is locked; row 2: ") {
		t.Errorf("status %d: %s", r.Exit(), got)
	}
}

// A difference in every row is not a remark for every row.
func TestManyDifferences(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"x.parquet"}, raw: true, sources: []testSource{{name: "a.json", records: 50, first: 1}}}
	run.write(t, dir)
	fixture.Write(t, dir+"/a.json", strings.ReplaceAll(string(fixture.Read(t, dir+"/a.json")), "id", "di"))
	reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) { run.Inputs[0].SHA256 = sum(fixture.Read(t, dir+"/a.json")) })
	r := check(t, dir+"/x.parquet", Options{Raw: true})
	if notes := r.Files[2].Notes; len(notes) != maxNotes+1 || notes[maxNotes] != "and 30 more differences" || r.Differences != 1 {
		t.Errorf("%d notes: %v", len(notes), notes)
	}
}

type bytesSource struct{ *strings.Reader }

func (bytesSource) Close() error { return nil }

// A source that ends within a record has not its bytes, even where those that were read
// before are the same.
func TestRecordBeyondTheEnd(t *testing.T) {
	t.Parallel()
	c := newChecker("x", Options{OpenSource: func(string, string) (io.ReadCloser, error) {
		return bytesSource{strings.NewReader("abcdabcd")}, nil
	}})
	text := &sourceText{checker: c}
	defer text.close()
	place := &rawPlace{source: &source{found: "x"}}
	for _, step := range []struct {
		offset int64
		want   bool
	}{{0, true}, {8, false}, {4, true}, {100, false}, {6, false}} {
		row := rawRow{size: 4, sum: sha256.Sum256([]byte("abcd"))}
		if found, err := text.read(place, step.offset, 4); row.equals(found) != step.want || err != nil {
			t.Errorf("at %d: %q, %v", step.offset, found, err)
		}
	}
}

// A panic of a library on damaged data is a difference of the file, and ends no check.
func TestPanicsAreDifferences(t *testing.T) {
	t.Parallel()
	_, inParquet := readParquet(nil, 8, &manifest.Run{}, &output{}, nil)
	_, inWorkbook := readWorkbook(nil, 8, &manifest.Run{}, nil)
	inRaw := (&rawReader{rows: &columns{list: []*column{{}}, values: make([]library.Value, 1)}}).next()
	inKeys := new(keySet).addPart(dayPart{})
	for _, text := range []string{strings.Join(inParquet, "; "), strings.Join(inWorkbook, "; "), fmt.Sprint(inRaw), fmt.Sprint(inKeys)} {
		if !strings.HasPrefix(text, "cannot be read: ") {
			t.Errorf("%q", text)
		}
	}
}
