package compact

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/writer/manifest"
)

// sortedRows returns error_code and source_record of the rows of a dataset, by day and
// place, and by which columns its row groups say that they are sorted.
func sortedRows(t *testing.T, lake string) (days map[string][]string, stated []string) {
	t.Helper()
	days = map[string][]string{}
	eachPart(t, lake, func(day string, f *library.File, rows []any) {
		for _, group := range f.Metadata().RowGroups {
			var list []string
			for _, column := range group.SortingColumns {
				list = append(list, group.Columns[column.ColumnIdx].MetaData.PathInSchema[0])
			}
			stated = append(stated, strings.Join(list, ","))
		}
		for _, row := range rows {
			cells := row.(map[string]any)
			code := "null"
			if n, ok := cells["error_code"].(int32); ok {
				code = fmt.Sprintf("%04d", n/100)
			}
			days[day] = append(days[day], fmt.Sprint(code, " ", cells["source_file"], " ", cells["source_record"]))
		}
	})
	return days, slices.Compact(stated)
}

// Days of runs that are sorted by the same columns are sorted by them, whatever fits in
// memory; a day of several parts over all of them. Others are in the order of parts, and
// say nothing of an order.
func TestCompactSorted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sorts  []string
		limits limits
		stated string
		nested bool
	}{
		"same":          {[]string{"error_code", "error_code", "error_code"}, defaultLimits, "error_code", false},
		"same, in runs": {[]string{"error_code", "error_code"}, limits{rows: 1 << 30, bytes: 1 << 30, memory: 100}, "error_code", true},
		"two columns":   {[]string{"error_code,created_at", "error_code,created_at"}, defaultLimits, "error_code,created_at", false},
		"others":        {[]string{"error_code", "error_code,created_at"}, defaultLimits, "", false},
		"one of two":    {[]string{"error_code", ""}, defaultLimits, "", false},
		"other of two":  {[]string{"", "error_code"}, defaultLimits, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lake, rows := filepath.Join(t.TempDir(), "lake"), 0
			for n, list := range c.sorts {
				load{source: fmt.Sprint("s", n), rows: 300, first: 7 * n, days: 2, sort: list, nested: c.nested}.into(t, lake)
				rows += 300
			}
			before, _ := sortedRows(t, lake)
			mustCompact(t, lake, c.limits)
			after, stated := sortedRows(t, lake)
			if got := strings.Join(stated, " "); got != c.stated {
				t.Errorf("stated %q, want %q", got, c.stated)
			}
			run, err := manifest.Load(filepath.Join(lake, "_manifests", onlyRun(t, lake)+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if list, has := run.Settings["sort"]; list != c.stated || has != (c.stated != "") {
				t.Errorf("settings %v", run.Settings)
			}
			for day, want := range before {
				if c.stated == "error_code" { // code is coarser than error_code: only the whole order of it is compared
					slices.SortStableFunc(want, func(x, y string) int { return strings.Compare(x[:4], y[:4]) })
					for i := range after[day] {
						after[day][i], want[i] = after[day][i][:4], want[i][:4]
					}
				}
				if c.stated == "error_code,created_at" {
					slices.Sort(want)
					if !slices.IsSortedFunc(after[day], func(x, y string) int { return strings.Compare(x[:4], y[:4]) }) {
						t.Errorf("%s is not sorted", day)
					}
					slices.Sort(after[day])
				}
				if !slices.Equal(after[day], want) {
					t.Errorf("%s: %d rows %q, want %q", day, len(after[day]), after[day][:10], want[:10])
				}
			}
			checkLake(t, lake, rows, len(c.sorts)+1, len(c.sorts))
			if again := mustCompact(t, lake, c.limits); !again.Compact {
				t.Errorf("a second time: %+v", again)
			}
		})
	}
}

// Rows that are sorted are spilled in the dataset, not in the folder for temporary files, and
// what is spilled of a day goes before the next one.
func TestCompactSortedSpills(t *testing.T) {
	lake := filepath.Join(t.TempDir(), "lake")
	for n := range 2 {
		load{source: fmt.Sprint("s", n), rows: 300, days: 2, first: n, sort: "error_code"}.into(t, lake)
	}
	for _, name := range []string{"TMPDIR", "TMP"} {
		t.Setenv(name, filepath.Join(lake, "none"))
	}
	spilled, removed := 0, 0 // how often files are there, and no more
	_, err := compact(t.Context(), lake, Options{Progress: func(int) {
		if files, _ := filepath.Glob(lake + "/.signins.*/rows-*"); len(files) > 0 {
			spilled++
		} else if spilled > 0 {
			removed++
		}
	}}, limits{rows: 1 << 30, bytes: 1 << 30, memory: 100})
	if err != nil || spilled == 0 || removed == 0 {
		t.Errorf("files of rows were there %d times, and then not %d times: %v", spilled, removed, err)
	}
}

// Rows that are equal in the columns of the order stay in the order of parts, and within
// a part as they were.
func TestCompactSortedTies(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	for n := range 2 { // is_interactive has few values
		load{source: fmt.Sprint("s", n), rows: 200, days: 1, first: n, sort: "is_interactive"}.into(t, lake)
	}
	truths := func() (list []string) {
		rows, _ := rowsOf(t, lake)
		for _, row := range rows {
			day, cells, _ := strings.Cut(row, "map[")
			truth := "2"
			for i, text := range []string{"is_interactive:false", "is_interactive:true"} {
				if strings.Contains(cells, text) {
					truth = fmt.Sprint(i)
				}
			}
			list = append(list, day+truth+cells)
		}
		return list
	}
	want := truths()
	slices.SortStableFunc(want, func(x, y string) int {
		return strings.Compare(x[:len("event_date=2026-05-01")+1], y[:len("event_date=2026-05-01")+1])
	})
	mustCompact(t, lake, defaultLimits)
	if got := truths(); !slices.Equal(got, want) {
		t.Errorf("%d rows are in another order", len(got))
	}
}

// A manifest with an order that this version does not know is not compacted.
func TestCompactUnknownSort(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	for n := range 2 {
		run := load{source: fmt.Sprint("s", n), rows: 10, days: 1, first: n}.into(t, lake)
		edit(t, filepath.Join(lake, "_manifests", run.Name), func(run *manifest.Run) { run.Settings["sort"] = "none" })
	}
	was := filesOf(t, lake)
	_, err := compact(t.Context(), lake, Options{}, defaultLimits)
	if err == nil || !strings.Contains(err.Error(), `the setting sort of none: "none" is not a column`) || !slices.Equal(was, filesOf(t, lake)) {
		t.Errorf("error %v", err)
	}
}
