package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// smallDataset holds little, so that pages, row groups and parts end early.
var smallDataset = limits{groups: 1 << 20, parts: 200 << 10}

var testDataset = Options{Parquet: parquet.Options{ToolVersion: "v1.2.3", CodesTableDate: "2026-11-23"}}

// dayBatches makes batches whose records are mixed over so many days, the last
// day being none.
func dayBatches(seed uint64, batches, rows, days int) []*schema.Batch {
	random := rand.New(rand.NewPCG(seed, 0))
	var list []*schema.Batch
	for range batches {
		b := &schema.Batch{Len: rows, Source: &schema.Source{Path: "logs.json"}}
		at := &b.Columns[schema.CreatedAt]
		for row := range rows {
			setRecord(random, b, row)
			if day := random.IntN(days); day < days-1 {
				at.SetNum(row, int64(day-2)*microsPerDay+random.Int64N(microsPerDay))
			} else {
				at.Clear(row)
			}
		}
		b.Seal()
		list = append(list, b)
	}
	return list
}

// setRecord gives a record values that repeat more in some columns than in
// others, and nulls.
func setRecord(random *rand.Rand, b *schema.Batch, row int) {
	for id := range b.Columns {
		v, n := &b.Columns[id], random.IntN(id+3)
		switch kind := schema.Columns[id].Kind; {
		case n == 0:
		case kind == schema.TextList:
			v.SetBytes(row, schema.AppendList(nil, fmt.Append(nil, n), n%5 == 0))
		case kind == schema.JSON:
			v.SetText(row, fmt.Sprintf(`{"n":%d}`, n))
		case kind.Coded():
			v.SetText(row, fmt.Sprint(n, strings.Repeat("é", n)))
		case kind == schema.Bool:
			v.SetBool(row, n%2 == 1)
		case kind == schema.Float64:
			v.SetNum(row, int64(math.Float64bits(float64(n)/7)))
		default:
			v.SetNum(row, int64(n))
		}
	}
}

// readRows returns the rows of a Parquet file as the library puts them
// together.
func readRows(t *testing.T, data []byte) (rows []map[string]any) {
	t.Helper()
	file, err := library.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r := library.NewGenericReader[any](file)
	defer r.Close()
	read := make([]any, file.NumRows())
	if n, err := r.Read(read); err != nil && !errors.Is(err, io.EOF) || n != len(read) {
		t.Fatalf("%d rows, %v", n, err)
	}
	for _, row := range read {
		rows = append(rows, row.(map[string]any))
	}
	return rows
}

// rowsByDay returns the rows of batches by the folder of their day, as they are
// in a Parquet file of all.
func rowsByDay(t *testing.T, batches []*schema.Batch) map[string][]map[string]any {
	t.Helper()
	var file bytes.Buffer
	w, err := parquet.NewWriter(&file, testDataset.Parquet)
	for _, b := range batches {
		err = errors.Join(err, w.Write(b))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	days := map[string][]map[string]any{}
	for _, row := range readRows(t, file.Bytes()) {
		day := noDay
		if at, ok := row["created_at"].(int64); ok {
			day = (at+3*microsPerDay)/microsPerDay - 3
		}
		days[partition(day)] = append(days[partition(day)], row)
	}
	return days
}

// runDataset writes batches as one run, up to but without Commit.
func runDataset(t *testing.T, path string, overwrite bool, l limits, batches []*schema.Batch) (*Writer, *manifest.Run, error) {
	t.Helper()
	d, err := open(path, overwrite, testDataset, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Abort)
	run := &manifest.Run{Tool: manifest.Tool{Name: "signins", Version: "v1.2.3"}, Inputs: []*manifest.Input{{Path: "logs.json", SHA256: fmt.Sprint(len(batches))}}}
	for _, b := range batches {
		if err := d.Write(b); err != nil {
			t.Fatal(err)
		}
		run.Totals.Written += int64(b.Len)
		run.Totals.Rejected += int64(len(b.Rejects))
	}
	return d, run, d.Finish(run)
}

func commitDataset(t *testing.T, path string, overwrite bool, l limits, batches []*schema.Batch) *manifest.Run {
	t.Helper()
	d, run, err := runDataset(t, path, overwrite, l, batches)
	if err != nil {
		t.Fatal(err)
	}
	manifest, _ := json.Marshal(run)
	if err := d.Commit(manifest); err != nil {
		t.Fatal(err)
	}
	d.Abort()
	return run
}

// tree reads all files below a folder.
func tree(t *testing.T, path string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(path, name)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Every record stands in a part of its day, in the order it came in, whatever
// had to be written out early.
func TestDatasetHoldsEveryRecord(t *testing.T) {
	for _, limits := range []limits{defaultLimits, smallDataset} {
		batches := dayBatches(1, 12, 150, 9)
		want := rowsByDay(t, batches)
		path := filepath.Join(t.TempDir(), "lake")
		run := commitDataset(t, path, false, limits, batches)
		got, files := map[string][]map[string]any{}, tree(t, path)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if day, _, _ := strings.Cut(name, "/"); day != manifestsFolder {
				got[day] = append(got[day], readRows(t, []byte(files[name]))...)
			}
		}
		if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) {
			t.Fatalf("partitions %v, want %v", a, b)
		}
		for day := range want {
			if !reflect.DeepEqual(got[day], want[day]) {
				t.Errorf("%s: the %d rows are not those of the day, which has %d", day, len(got[day]), len(want[day]))
			}
		}
		if few := len(run.Outputs) == len(want); few != (limits == defaultLimits) {
			t.Errorf("%d parts for %d days", len(run.Outputs), len(want))
		}
	}
}

// What a dataset holds does not grow with the days.
func TestDatasetIsBounded(t *testing.T) {
	d, err := open(filepath.Join(t.TempDir(), "lake"), false, testDataset, smallDataset)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Abort()
	for _, b := range dayBatches(2, 4, 400, 100) {
		if err := d.Write(b); err != nil {
			t.Fatal(err)
		}
		groups, rest := 0, 0
		for _, p := range d.days {
			groups, rest = groups+p.group, rest+p.rest
		}
		if groups > smallDataset.groups || rest > smallDataset.parts {
			t.Fatalf("%d and %d bytes in %d parts", groups, rest, len(d.days))
		}
	}
}

func TestDatasetIsDeterministic(t *testing.T) {
	var first map[string]string
	for range 3 {
		path := filepath.Join(t.TempDir(), "lake")
		commitDataset(t, path, false, smallDataset, dayBatches(3, 8, 100, 20))
		files := tree(t, path)
		maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasPrefix(name, manifestsFolder) }) // they name the path
		if first == nil {
			first = files
		}
		if !maps.Equal(files, first) {
			t.Errorf("%d files, first %d, or other content", len(files), len(first))
		}
	}
}

// A run is refused where it is, and written over only when asked for.
func TestDatasetRefusesTheSameRun(t *testing.T) {
	path, batches := filepath.Join(t.TempDir(), "lake"), dayBatches(4, 2, 50, 3)
	commitDataset(t, path, false, defaultLimits, batches)
	before := tree(t, path)
	d, _, err := runDataset(t, path, false, defaultLimits, batches)
	var held *schema.Refusal
	if !errors.As(err, &held) {
		t.Fatalf("Finish: %v", err)
	}
	d.Abort()
	commitDataset(t, path, true, defaultLimits, batches)
	if after := tree(t, path); !maps.Equal(after, before) {
		t.Error("other files than before")
	}
}

// A run that died left parts without a manifest; it replaces them, and what it
// has no longer goes. Files of other runs stay.
func TestDatasetReplacesADeadRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake")
	commitDataset(t, path, false, defaultLimits, dayBatches(5, 1, 50, 3))
	commitDataset(t, path, false, defaultLimits, dayBatches(5, 2, 50, 3))
	before := tree(t, path)
	for name := range before {
		if strings.HasPrefix(name, manifestsFolder) && strings.HasSuffix(name, ".json") {
			var run manifest.Run
			if err := json.Unmarshal([]byte(before[name]), &run); err != nil {
				t.Fatal(err)
			}
			if run.Inputs[0].SHA256 == "2" {
				os.Remove(filepath.Join(path, name))
				id := strings.TrimSuffix(filepath.Base(name), ".json")
				for _, left := range []string{noDayPartition + "/part-" + id + "-00000.parquet", noDayPartition + "/part-" + id + "-00007.parquet", manifestsFolder + "/" + id + ".rejects.ndjson"} {
					if err := os.WriteFile(filepath.Join(path, left), []byte("half a fi"), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	commitDataset(t, path, false, defaultLimits, dayBatches(5, 2, 50, 3))
	if after := tree(t, path); !maps.Equal(after, before) {
		t.Errorf("files %v, want %v", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
	}
}

// A commit that fails, at whatever file, leaves all as it was.
func TestDatasetFailedCommitLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake")
	commitDataset(t, path, false, defaultLimits, dayBatches(6, 1, 50, 3))
	before := tree(t, path)
	for _, ending := range []string{".sha256", ".json", "part"} {
		d, run, err := runDataset(t, path, false, defaultLimits, dayBatches(6, 2, 50, 4))
		if err != nil {
			t.Fatal(err)
		}
		obstacle := filepath.Join(path, d.sidecar(ending))
		if ending == "part" {
			obstacle = filepath.Join(path, d.name(d.closed[len(d.closed)-1]))
		}
		if err := os.MkdirAll(obstacle, 0o700); err != nil {
			t.Fatal(err)
		}
		manifest, _ := json.Marshal(run)
		if err := d.Commit(manifest); err == nil {
			t.Errorf("%s: Commit succeeds", ending)
		}
		d.Abort()
		os.Remove(obstacle)
		os.Remove(filepath.Dir(obstacle))
		if after := tree(t, path); !maps.Equal(after, before) {
			t.Errorf("%s: files %v, want %v", ending, slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
		}
	}
}

// A dataset that was taken back, with all else of its run, leaves no folder.
func TestDatasetRetract(t *testing.T) {
	dir := t.TempDir()
	d, run, err := runDataset(t, filepath.Join(dir, "lake"), false, defaultLimits, dayBatches(7, 2, 50, 4))
	if err != nil {
		t.Fatal(err)
	}
	manifest, _ := json.Marshal(run)
	if err := d.Commit(manifest); err != nil {
		t.Fatal(err)
	}
	d.Retract()
	d.Abort()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left: %v", left[0].Name(), tree(t, dir))
	}
}

// Several runs write into one dataset at once, two of them the same.
func TestDatasetSeveralRunsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake")
	var group sync.WaitGroup
	for _, n := range []int{1, 2, 3, 4, 4} {
		group.Go(func() {
			d, err := open(path, false, testDataset, smallDataset)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Abort()
			run := &manifest.Run{Inputs: []*manifest.Input{{Path: "logs.json", SHA256: fmt.Sprint(n)}}, Totals: manifest.Records{Written: int64(40 * n)}}
			for _, b := range dayBatches(8, n, 40, 5) {
				if err := d.Write(b); err != nil {
					t.Error(err)
				}
			}
			var held *schema.Refusal
			if err := d.Finish(run); errors.As(err, &held) {
				return
			} else if err != nil {
				t.Error(err)
			}
			manifest, _ := json.Marshal(run)
			if err := d.Commit(manifest); err != nil && !errors.As(err, &held) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	rows, manifests := 0, 0
	for name, data := range tree(t, path) {
		switch {
		case strings.HasSuffix(name, ".parquet"):
			rows += len(readRows(t, []byte(data)))
		case strings.HasSuffix(name, ".json"):
			manifests++
		case !strings.HasSuffix(name, ".sha256"):
			t.Errorf("%s is left", name)
		}
	}
	if rows != 400 || manifests != 4 {
		t.Errorf("%d rows and %d manifests, want 400 and 4", rows, manifests)
	}
}

// Of two runs that began in an empty dataset, one with nested columns, the
// second to finish is refused.
func TestDatasetKeepsNestedApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake")
	late, run, err := runDataset(t, path, false, defaultLimits, dayBatches(9, 1, 50, 3))
	if err != nil {
		t.Fatal(err)
	}
	o := testDataset
	o.Parquet.Nested = true
	first, err := open(path, false, o, defaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(first.Abort)
	nested := &manifest.Run{Nested: true}
	if err := first.Finish(nested); err != nil {
		t.Fatal(err)
	}
	manifest, _ := json.Marshal(nested)
	if err := first.Commit(manifest); err != nil {
		t.Fatal(err)
	}
	before := tree(t, path)
	manifest, _ = json.Marshal(run)
	var refused *schema.Refusal
	if err := late.Commit(manifest); !errors.As(err, &refused) {
		t.Errorf("error %v, want a refusal", err)
	}
	if after := tree(t, path); !maps.Equal(after, before) {
		t.Errorf("files %v, want %v", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
	}
}

// Nested values, and what they leave over, go with the rows that are sorted by
// day.
func TestDatasetNested(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake")
	o := testDataset
	o.Parquet.Nested = true
	d, err := open(path, false, o, smallDataset)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Abort)
	for from := 0; from < 600; from += 60 {
		b := &schema.Batch{Len: 60, Source: &schema.Source{Path: "logs.json"}}
		for row := range b.Len {
			n := from + row
			b.Columns[schema.CreatedAt].SetNum(row, int64(n%7)*microsPerDay+int64(n))
			b.Columns[schema.SourceRecord].SetNum(row, int64(n))
			b.Columns[schema.AuthenticationProcessingDetails].SetText(row, fmt.Sprintf(`[{"key":"k%d"},{"value":"v","new":%d}]`, n%3, n))
		}
		b.Seal()
		if err := d.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	run := &manifest.Run{Nested: true, Totals: manifest.Records{Written: 600}}
	if err := d.Finish(run); err != nil {
		t.Fatal(err)
	}
	manifest, _ := json.Marshal(run)
	if err := d.Commit(manifest); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for name, data := range tree(t, path) {
		if !strings.HasSuffix(name, ".parquet") {
			continue
		}
		for _, row := range readRows(t, []byte(data)) {
			rows++
			n := row["source_record"].(int64)
			details, _ := json.Marshal(row["authentication_processing_details"])
			got := fmt.Sprint(string(details), row["extra"])
			want := fmt.Sprintf(`[{"key":"k%d","value":null},{"key":null,"value":"v"}]{"authenticationProcessingDetails[1].new":%d}`, n%3, n)
			if day, _, _ := strings.Cut(name, "/"); got != want || day != partition(n%7) {
				t.Fatalf("%s: %s, want %s in %s", name, got, want, partition(n%7))
			}
		}
	}
	if rows != 600 {
		t.Errorf("%d rows", rows)
	}
}

func TestDatasetKeepsRejects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake")
	b := &schema.Batch{Source: &schema.Source{Path: "logs.json"}, Seen: 1, Rejects: []schema.Reject{{Record: 1, Code: "bad", Raw: []byte("{")}}}
	commitDataset(t, path, false, defaultLimits, []*schema.Batch{b})
	for name, data := range tree(t, path) {
		if strings.HasSuffix(name, ".rejects.ndjson") && bytes.Contains([]byte(data), []byte(`"raw":"{"`)) {
			return
		}
	}
	t.Errorf("no rejects among %v", slices.Sorted(maps.Keys(tree(t, path))))
}
