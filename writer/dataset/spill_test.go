package dataset

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// spilling is how rows get into the spill: many days in a batch, or row groups that end
// early.
var spilling = map[string]struct {
	limits     limits
	rows, days int
}{
	"mixed days, on disk":       {limits{groups: 1 << 20, rows: 40 << 10, metadata: 100 << 10, few: 100}, 120, 40},
	"mixed days, in memory":     {defaultLimits, 120, 40},
	"small batches, on disk":    {limits{groups: 1 << 20, rows: 40 << 10, metadata: 100 << 10, few: 120}, 120, 9},
	"early row groups, on disk": {limits{groups: 1 << 20, rows: 40 << 10, metadata: 100 << 10}, 120, 9},
	"every row group, on disk":  {limits{}, 60, 9},
}

// Whatever the order of the rows, a day has one part with all its rows, in their order.
func TestOnePartForEachDay(t *testing.T) {
	t.Parallel()
	for name, c := range spilling {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			batches := dayBatches(11, 8, c.rows, c.days)
			want := rowsByDay(t, batches)
			path := filepath.Join(t.TempDir(), "lake")
			r := begin(t, path, testOptions, c.limits)
			for _, b := range batches[:7] {
				if err := r.Write(b); err != nil {
					t.Fatal(err)
				}
			}
			if runs := spillFiles(t, r); (len(runs) > 0) != strings.HasSuffix(name, "on disk") {
				t.Errorf("spill files %q", runs)
			}
			r.run.Totals.Written = int64(7 * c.rows)
			if err := errors.Join(r.write(t, batches[7:]), r.commit()); err != nil {
				t.Fatal(err)
			}
			got, rows := map[string][]map[string]any{}, int64(0)
			for name, data := range tree(t, path) {
				if day, _, _ := strings.Cut(name, "/"); day != manifest.Folder {
					if got[day] != nil || !strings.HasSuffix(name, "-00000.parquet") {
						t.Errorf("%s is not the only part of its day", name)
					}
					got[day] = readRows(t, []byte(data))
				}
			}
			for _, out := range r.run.Outputs {
				rows += out.Rows
			}
			if len(got) != c.days || len(want) != c.days || rows != int64(8*c.rows) {
				t.Fatalf("%d parts for %d days, %d rows", len(got), c.days, rows)
			}
			for day := range want {
				if !reflect.DeepEqual(got[day], want[day]) {
					t.Errorf("%s: the %d rows are not those of the day, which has %d", day, len(got[day]), len(want[day]))
				}
			}
		})
	}
}

// Rows in order of time, and those of few days at once, are written as they come.
func TestRowsInOrderAreNotSpilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes a minute under the race detector")
	}
	d := begin(t, filepath.Join(t.TempDir(), "lake"), testOptions, limits{groups: 1 << 20, metadata: 64 << 20})
	for day := range 80 {
		batches := dayBatches(uint64(day), 1, 50, 1)
		for row := range 50 { // half of them are of the day before
			batches[0].Columns[schema.CreatedAt].SetNum(row, int64(day-row%2)*microsPerDay)
		}
		if err := d.Write(batches[0]); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.groups) == len(d.days) {
		t.Error("no row group ended early")
	}
	if d.spill.Dir != "" {
		t.Error("rows are spilled")
	}
}

// A batch with many days spills those of few rows, and writes the others.
func TestDaysWithManyRowsAreNotSpilled(t *testing.T) {
	t.Parallel()
	d := begin(t, filepath.Join(t.TempDir(), "lake"), testOptions, defaultLimits)
	few, day := d.limits.few, int64(0)
	write := func(spilled func(day int64) bool, rows ...int) {
		b, first := &schema.Batch{}, day
		for _, n := range rows {
			for range n {
				b.Columns[schema.CreatedAt].SetNum(b.Len, day*microsPerDay)
				b.Len++
			}
			day++
		}
		if err := d.Write(b); err != nil {
			t.Fatal(err)
		}
		for at := first; at < day; at++ {
			if p := d.days[at]; p.spilled != spilled(at-first) {
				t.Errorf("rows %d: %d of day %d are spilled: %v", rows, p.rows, at-first, p.spilled)
			}
		}
	}
	write(func(day int64) bool { return day > 0 }, append([]int{few + 1, few}, slices.Repeat([]int{1}, manyDays-1)...)...)
	write(func(day int64) bool { return false }, append([]int{few + 1, few}, slices.Repeat([]int{1}, manyDays-2)...)...)
	write(func(day int64) bool { return true }, few)
	write(func(day int64) bool { return false }, few+1)
	write(func(day int64) bool { return true }, few/2, few/2)
}

// Large row groups end early without a spill: their number does not grow with the days.
func TestLargeRowGroupsAreNotSpilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes a minute under the race detector")
	}
	d := begin(t, filepath.Join(t.TempDir(), "lake"), testOptions, limits{groups: 1 << 20, metadata: 1 << 20})
	for _, b := range dayBatches(3, 12, 3000, 2) {
		if err := d.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	ended := 0
	for _, p := range d.days {
		if _, _, metadata := p.parquet.MemoryUse(); metadata > 0 {
			ended++
		}
		if p.spilled {
			t.Error("a day is spilled")
		}
	}
	if ended == 0 {
		t.Error("no row group ended early")
	}
}

// The same input gives the same bytes, however many workers there are.
func TestSameBytesWithMoreWorkers(t *testing.T) {
	for name, c := range spilling {
		if testing.Short() {
			c.days = min(c.days, 12) // a part costs much under the race detector
		}
		t.Run(name, func(t *testing.T) {
			var first map[string]string
			for _, workers := range []int{1, 4} {
				before := runtime.GOMAXPROCS(workers)
				path := filepath.Join(t.TempDir(), "lake")
				commit(t, path, testOptions, c.limits, dayBatches(12, 6, c.rows, c.days))
				runtime.GOMAXPROCS(before)
				files := tree(t, path)
				maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasSuffix(name, ".json") }) // it has the path
				if first == nil {
					first = files
				}
				if !maps.Equal(files, first) {
					t.Errorf("%d files of %d workers, %d of one, or other content", len(files), workers, len(first))
				}
			}
		})
	}
}

// Rows spilled give whole row groups: a part has one, and one before it if that ended
// early. Some days, of which large row groups end early, may have more.
func TestSpilledRowsGiveWholeRowGroups(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute under the race detector")
	}
	t.Parallel()
	batches := dayBatches(13, 30, 40, 20)
	for few, most := range map[int]int{40: 1, 0: 2} {
		more := 0
		run := commit(t, filepath.Join(t.TempDir(), "lake"), testOptions, limits{groups: 1 << 20, few: few}, batches)
		for _, out := range run.Outputs {
			data := fixture.Read(t, filepath.FromSlash(out.Path))
			file, err := library.OpenFile(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			if len(file.RowGroups()) > most {
				more++
			}
		}
		if more > 0 && (few > 0 || more > largeGroups) {
			t.Errorf("%d parts have more than %d row groups", more, most)
		}
	}
}

// spillFiles returns the files of spilled rows, and that of metadata.
func spillFiles(t *testing.T, r *testRun) []string {
	t.Helper()
	return filesOfSpill(t, r.files.Private())
}

func filesOfSpill(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "[rm]*-*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// spillFile returns a run with rows in its spill, and the first file of it.
func spillFile(t *testing.T) (*testRun, string) {
	t.Helper()
	r := begin(t, filepath.Join(t.TempDir(), "lake"), testOptions, limits{groups: 1 << 20, rows: 1 << 10, metadata: 1 << 20, few: 60})
	if err := r.Write(dayBatches(14, 1, 60, 20)[0]); err != nil {
		t.Fatal(err)
	}
	names := spillFiles(t, r)
	if len(names) == 0 {
		t.Fatal("nothing is spilled")
	}
	return r, names[0]
}

// The spill is of private files in the private folder of the run, and gone after it.
func TestSpillIsPrivate(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"finished", "aborted"} {
		r, name := spillFile(t)
		info, err := os.Stat(name)
		if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		folder := filepath.Dir(name)
		if !strings.HasPrefix(filepath.Base(folder), ".signins.") || filepath.Dir(folder) != r.path {
			t.Errorf("the spill is in %s", folder)
		}
		if end == "aborted" {
			r.Abort()
		} else {
			r.run.Totals.Written = 60
			if err := r.Finish(r.run); err != nil {
				t.Error(err)
			}
		}
		if names := filesOfSpill(t, folder); len(names) > 0 {
			t.Errorf("%s: there are %q", end, names)
		}
	}
}

// A spill that cannot be written or read ends the run with an error that names the
// dataset and the file.
func TestSpillFails(t *testing.T) {
	t.Parallel()
	full := func(t *testing.T, r *testRun) {
		device, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
		if err != nil {
			t.Skip("the system has no full device: ", err)
		}
		r.metadata.file = device
		t.Cleanup(func() { r.metadata.file = nil }) // it is not to be removed
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, r *testRun, name string) error
		want  string
	}{
		"no folder": {func(t *testing.T, r *testRun, name string) error {
			r.spill.Dir = filepath.Join(r.spill.Dir, "none")
			return r.Write(dayBatches(14, 1, 60, 20)[0])
		}, "lake: spilling rows: making a spill file: open "},
		"no space for metadata": {func(t *testing.T, r *testRun, name string) error {
			full(t, r)
			r.limits = limits{rows: 1 << 20}
			b := &schema.Batch{Len: 1}
			b.Columns[schema.CreatedAt].SetNum(0, 99*microsPerDay)
			return r.Write(b)
		}, "lake: spilling metadata: write /dev/full: "},
		"cut": {func(t *testing.T, r *testRun, name string) error {
			return errors.Join(os.Truncate(name, 10), r.Finish(r.run))
		}, "lake: reading spilled rows: reading the spill file "},
		"changed": {func(t *testing.T, r *testRun, name string) error {
			info, err := os.Stat(name)
			if err != nil {
				return err
			}
			return errors.Join(os.WriteFile(name, bytes.Repeat([]byte{0x55}, int(info.Size())), 0o600), r.Finish(r.run))
		}, "lake: reading spilled rows: reading the spill file "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, file := spillFile(t)
			err := c.spoil(t, r, file)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if strings.Contains(c.want, "reading") && !strings.Contains(err.Error(), file) {
				t.Errorf("error %v does not name %s", err, file)
			}
		})
	}
}

// An error of a part whose rows were spilled names the part, not the spill.
func TestSpilledRowsFailTheirPart(t *testing.T) {
	t.Parallel()
	r := begin(t, filepath.Join(t.TempDir(), "lake"), testOptions, defaultLimits)
	b := &schema.Batch{Len: 1}
	b.Columns[schema.CreatedAt].SetNum(0, 1)
	b.Columns[schema.ID].SetBytes(0, []byte("\xff"))
	err := r.Write(b)
	if err == nil {
		err = r.Finish(r.run)
	}
	if err == nil || !strings.Contains(err.Error(), "column id") || strings.Contains(err.Error(), "spill") {
		t.Errorf("error %v", err)
	}
}
