package dataset

import (
	"bytes"
	"context"
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
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// smallLimits end pages, row groups and parts early.
var smallLimits = limits{groups: 1 << 20, rows: 40 << 10, metadata: 100 << 10}

var (
	testOptions   = Options{Parquet: parquet.Options{ToolVersion: "v1.2.3", CodesTableDate: "2026-11-23"}}
	nestedOptions = Options{Parquet: parquet.Options{Nested: true}}
	overwriting   = Options{Parquet: testOptions.Parquet, Overwrite: true}
)

// dayBatches makes batches with records of mixed days, the last of which is no
// day.
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
	w, err := parquet.NewWriter(&file, testOptions.Parquet)
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

// A testRun is a run that writes one dataset.
type testRun struct {
	*Writer
	files *files.Transaction
	run   *manifest.Run
}

func begin(t testing.TB, path string, o Options, l limits) *testRun {
	t.Helper()
	tx := files.Begin(t.Context())
	t.Cleanup(tx.Abort)
	d, err := Open(tx, path, o)
	if err != nil {
		t.Fatal(err)
	}
	d.limits = l
	t.Cleanup(d.Abort)
	return &testRun{d, tx, &manifest.Run{Nested: o.Parquet.Nested, Tool: manifest.Tool{Name: "signins", Version: "v1.2.3"}}}
}

// write writes batches, up to and with Finish. Their number makes the run another
// one.
func (r *testRun) write(t testing.TB, batches []*schema.Batch) error {
	t.Helper()
	r.run.Inputs = []*manifest.Input{{Path: "logs.json", SHA256: fmt.Sprint(len(batches))}}
	for _, b := range batches {
		if err := r.Write(b); err != nil {
			t.Fatal(err)
		}
		if len(b.Rejects) > 0 {
			file, err := r.Sidecars().Create(manifest.Rejects)
			if err = errors.Join(err, manifest.WriteRejects(file, b)); err != nil {
				t.Fatal(err)
			}
		}
		r.run.Totals.Add(manifest.Records{Written: int64(b.Len), Rejected: int64(len(b.Rejects))})
	}
	return r.Finish(r.run)
}

func (r *testRun) commit() error {
	record, _ := json.Marshal(r.run)
	file, err := r.Sidecars().Seal("digest")
	if err == nil {
		_, err = file.Write(record)
	}
	if err != nil {
		return err
	}
	r.Abort()
	return r.files.Commit()
}

// commit writes batches as one whole run.
func commit(t testing.TB, path string, o Options, l limits, batches []*schema.Batch) *manifest.Run {
	t.Helper()
	r := begin(t, path, o, l)
	if err := errors.Join(r.write(t, batches), r.commit()); err != nil {
		t.Fatal(err)
	}
	return r.run
}

// tree reads all files below a folder.
func tree(t *testing.T, path string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		// On Windows nobody can read a lock, and that of manifests stays.
		locks := entry.Name() == "lock" || entry.Name() == ".lock" && runtime.GOOS == "windows"
		if err != nil || entry.IsDir() || locks {
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

// sameTree compares all files below a folder with those before.
func sameTree(t *testing.T, path string, before map[string]string) {
	t.Helper()
	if after := tree(t, path); !maps.Equal(after, before) {
		t.Errorf("files %v, want %v, or other content", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
	}
}

// Every record is in a part of its day, in input order, whatever parts ended early.
func TestEveryRecordIsInItsDay(t *testing.T) {
	t.Parallel()
	batches := dayBatches(1, 8, 60, 9)
	want := rowsByDay(t, batches)
	for name, limits := range map[string]limits{"default": defaultLimits, "small": smallLimits} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "lake")
			run := commit(t, path, testOptions, limits, batches)
			got, files := map[string][]map[string]any{}, tree(t, path)
			for _, name := range slices.Sorted(maps.Keys(files)) {
				if day, _, _ := strings.Cut(name, "/"); day != manifest.Folder {
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
			if len(run.Outputs) != len(want) {
				t.Errorf("%d parts for %d days", len(run.Outputs), len(want))
			}
		})
	}
}

// The memory of a dataset does not grow with the days.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	for _, days := range []int{9, 30} { // the more are mixed
		limits := smallLimits
		if days > manyDays {
			limits.few = 60
		}
		d := begin(t, filepath.Join(t.TempDir(), "lake"), testOptions, limits)
		for n, b := range dayBatches(2, 4, 60, days) {
			if err := d.Write(b); err != nil {
				t.Fatal(err)
			}
			used, latest := limits, 0
			used.groups, used.metadata = 0, 0
			for _, p := range d.days {
				latest = max(latest, p.used)
				groups, _, metadata := p.parquet.MemoryUse()
				used.groups, used.metadata = used.groups+groups, used.metadata+metadata
			}
			if used.groups > limits.groups || used.metadata > limits.metadata || d.spill.Dir != "" && d.spill.Memory != limits.rows {
				t.Fatalf("%+v of %+v are in use for %d days", used, limits, days)
			}
			if used.groups != d.memory.groups || used.metadata != d.memory.metadata {
				t.Fatalf("%+v are in use, counted as %+v", used, d.memory)
			}
			if days == 9 && latest != n+1 {
				t.Fatalf("the day used last was used by batch %d of %d", latest, n+1)
			}
		}
		inFile := 0
		for _, p := range d.days {
			inFile += len(p.metadata)
		}
		if days == 9 && inFile == 0 || len(spillFiles(t, d)) == 0 {
			t.Error("nothing was spilled")
		}
	}
}

// The same input gives the same bytes.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	var first map[string]string
	for range 2 {
		path := filepath.Join(t.TempDir(), "lake")
		commit(t, path, testOptions, smallLimits, dayBatches(3, 3, 40, 10))
		files := tree(t, path)
		maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasSuffix(name, ".json") }) // it has the path
		if first == nil {
			first = files
		}
		if !maps.Equal(files, first) {
			t.Errorf("%d files, first %d, or other content", len(files), len(first))
		}
	}
}

// A run that the dataset has is refused, and written again with Overwrite.
func TestRepeatedRunIsRefused(t *testing.T) {
	t.Parallel()
	path, batches := filepath.Join(t.TempDir(), "lake"), dayBatches(4, 2, 50, 3)
	commit(t, path, testOptions, defaultLimits, batches)
	before := tree(t, path)
	r := begin(t, path, testOptions, defaultLimits)
	if _, refused := errors.AsType[*schema.Refusal](r.write(t, batches)); !refused {
		t.Fatal("the run is not refused")
	}
	r.Abort()
	r.files.Abort()
	sameTree(t, path, before)
	commit(t, path, overwriting, defaultLimits, batches)
	sameTree(t, path, before)
}

// A run that died left files without a manifest. The same run replaces them and
// removes those that it has not; files of other runs stay.
func TestRunAfterADeadOne(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{"dead": testOptions, "overwritten": overwriting} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "lake")
			commit(t, path, testOptions, defaultLimits, dayBatches(5, 1, 50, 3))
			d := begin(t, path, testOptions, defaultLimits)
			if err := errors.Join(d.write(t, dayBatches(5, 2, 50, 3)), d.commit()); err != nil {
				t.Fatal(err)
			}
			before := tree(t, path)
			if name == "dead" {
				os.Remove(d.sidecars.Base + ".json")
			}
			last := d.finished[len(d.finished)-1].file.Path
			for _, left := range []string{last, strings.Replace(last, "-00000.", "-00007.", 1), d.sidecars.Base + ".rejects.ndjson"} {
				fixture.Write(t, left, "half a fi")
			}
			commit(t, path, o, defaultLimits, dayBatches(5, 2, 50, 3))
			sameTree(t, path, before)
		})
	}
}

// A commit that fails, at whatever file, leaves all as it was.
func TestFailedCommitLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{".sha256", ".json", "part"} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "lake")
			commit(t, path, testOptions, defaultLimits, dayBatches(6, 1, 50, 3))
			before := tree(t, path)
			d := begin(t, path, overwriting, defaultLimits)
			if err := d.write(t, dayBatches(6, 2, 50, 4)); err != nil {
				t.Fatal(err)
			}
			obstacle := d.sidecars.Base + ending
			if ending == "part" {
				obstacle = d.finished[len(d.finished)-1].file.Path
			}
			if err := os.MkdirAll(obstacle, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := d.commit(); err == nil || !strings.HasPrefix(err.Error(), obstacle+": ") {
				t.Errorf("error %v does not name %s", err, obstacle)
			}
			os.Remove(obstacle)
			sameTree(t, path, before)
		})
	}
}

// An output beside the dataset that fails takes the dataset back, with the folder
// that the run made for it.
func TestFailedOutputBesideLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := begin(t, filepath.Join(dir, "lake"), testOptions, defaultLimits)
	if _, err := d.files.Create(filepath.Join(dir, "taken"), files.Refuse); err != nil {
		t.Fatal(err)
	}
	if err := d.write(t, dayBatches(7, 2, 50, 4)); err != nil {
		t.Fatal(err)
	}
	d.files.Check(func() error { return os.Mkdir(filepath.Join(dir, "taken"), 0o700) })
	if err := d.commit(); err == nil {
		t.Error("Commit succeeds")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("%s are left", left)
	}
}

// Several runs write into one dataset at once, two of them the same.
func TestSeveralRunsAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lake")
	var group sync.WaitGroup
	for _, n := range []int{1, 2, 3, 4, 4} {
		d := begin(t, path, testOptions, smallLimits)
		group.Go(func() {
			err := d.write(t, dayBatches(8, n, 40, 5))
			if err == nil {
				err = d.commit()
			}
			if _, refused := errors.AsType[*schema.Refusal](err); err != nil && (n != 4 || !refused) {
				t.Error(err)
			}
			d.files.Abort()
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

// Of two runs that began in an empty dataset, one with nested columns, the second
// to finish is refused.
func TestNestedColumnsAreKeptApart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lake")
	late := begin(t, path, testOptions, defaultLimits)
	if err := late.write(t, dayBatches(9, 1, 50, 3)); err != nil {
		t.Fatal(err)
	}
	commit(t, path, nestedOptions, defaultLimits, nil)
	before := tree(t, path)
	maps.DeleteFunc(before, func(name, _ string) bool { return strings.HasPrefix(name, ".signins.") }) // of late
	err := late.commit()
	if _, refused := errors.AsType[*schema.Refusal](err); !refused || !strings.Contains(err.Error(), "has nested columns") {
		t.Errorf("error %v, want a refusal", err)
	}
	sameTree(t, path, before)
}

// A dataset takes the same inputs again in another version of the columns: another
// run, next to the files of the earlier one, which stay as they are.
func TestVersionsSideBySide(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lake")
	before := map[string]string{}
	for version := 1; version <= 2; version++ {
		r := begin(t, path, testOptions, defaultLimits)
		r.run.SchemaVersion = version
		if err := errors.Join(r.write(t, dayBatches(9, 1, 50, 3)), r.commit()); err != nil {
			t.Fatal(err)
		}
		after := tree(t, path)
		for name, data := range before {
			if after[name] != data {
				t.Errorf("version %d: %s is changed", version, name)
			}
		}
		if len(after) != version*5 { // three parts, manifest, digests
			t.Errorf("version %d: files %v", version, slices.Sorted(maps.Keys(after)))
		}
		before = after
	}
}

// Nested values, and what they do not hold, go with the rows that are sorted by
// day.
func TestNestedColumns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lake")
	var batches []*schema.Batch
	for from := 0; from < 600; from += 60 {
		b := &schema.Batch{Len: 60, Source: &schema.Source{Path: "logs.json"}}
		for row := range b.Len {
			n := from + row
			b.Columns[schema.CreatedAt].SetNum(row, int64(n%7)*microsPerDay+int64(n))
			b.Columns[schema.SourceRecord].SetNum(row, int64(n))
			b.Columns[schema.AuthenticationProcessingDetails].SetText(row, fmt.Sprintf(`[{"key":"k%d"},{"value":"v","new":%d}]`, n%3, n))
		}
		b.Seal()
		batches = append(batches, b)
	}
	commit(t, path, nestedOptions, smallLimits, batches)
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

// Rejects are listed beside the manifest.
func TestRejectsAreKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lake")
	b := &schema.Batch{Source: &schema.Source{Path: "logs.json"}, Seen: 1, Rejects: []schema.Reject{{Record: 1, Code: "bad", Raw: []byte("{")}}}
	commit(t, path, testOptions, defaultLimits, []*schema.Batch{b})
	for name, data := range tree(t, path) {
		if strings.HasSuffix(name, ".rejects.ndjson") && strings.Contains(data, `"raw":"{"`) {
			return
		}
	}
	t.Errorf("no rejects among %v", slices.Sorted(maps.Keys(tree(t, path))))
}

// Once the run is interrupted, the next write fails, and nothing is left.
func TestInterruptedRun(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]limits{"a row group": {groups: 1}, "the end": defaultLimits} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			tx := files.Begin(ctx)
			d, err := Open(tx, filepath.Join(dir, "lake"), testOptions)
			if err != nil {
				t.Fatal(err)
			}
			d.limits = limits
			batches := dayBatches(10, 2, 40, 4)
			if err := d.Write(batches[0]); err != nil {
				t.Fatal(err)
			}
			cancel()
			err = d.Write(batches[1])
			if err == nil {
				err = d.Finish(&manifest.Run{Totals: manifest.Records{Written: 80}})
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			d.Abort()
			tx.Abort()
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%s is left", left[0].Name())
			}
		})
	}
}
