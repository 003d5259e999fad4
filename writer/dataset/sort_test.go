package dataset

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/parquet"
)

// With Options.Parquet.Sort, parts have the same rows, those of each row group in order,
// and all parts together keep to the limit of memory.
func TestSortedParts(t *testing.T) {
	t.Parallel()
	o := testOptions
	o.Parquet.Sort = []schema.ColumnID{schema.CreatedAt}
	batches := dayBatches(3, 6, 80, 6)
	want := rowsByDay(t, batches)
	for name, limits := range map[string]limits{"default": defaultLimits, "small": {groups: 64 << 10, rows: 16 << 10, metadata: 1 << 20}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "lake")
			r := begin(t, filepath.Join(t.TempDir(), "lake"), o, limits)
			for _, b := range batches {
				if err := r.Write(b); err != nil {
					t.Fatal(err)
				}
				groups := 0
				for _, p := range r.days {
					groups += p.memory.groups
				}
				if groups > limits.groups {
					t.Fatalf("%d bytes in row groups", groups)
				}
			}
			commit(t, path, o, limits, batches)
			found, groups := map[string][]string{}, 0
			for name, data := range tree(t, path) {
				if day, _, _ := strings.Cut(name, "/"); day != manifestsFolder {
					groups += checkOrder(t, name, data)
					for _, row := range readRows(t, []byte(data)) {
						found[day] = append(found[day], fmt.Sprint(row))
					}
				}
			}
			for day := range want {
				var rows []string
				for _, row := range want[day] {
					rows = append(rows, fmt.Sprint(row))
				}
				slices.Sort(rows)
				if slices.Sort(found[day]); !slices.Equal(found[day], rows) {
					t.Errorf("%s: %d rows are not those of the day, which has %d", day, len(found[day]), len(rows))
				}
			}
			if one := groups == len(want); len(found) != len(want) || one != (name == "default") {
				t.Errorf("%d row groups of %d days, want %v", groups, len(found), slices.Sorted(maps.Keys(want)))
			}
		})
	}
}

// checkOrder checks that the times of each row group ascend, and returns how many groups
// there are.
func checkOrder(t *testing.T, name, data string) int {
	t.Helper()
	file, err := library.OpenFile(bytes.NewReader([]byte(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	rows := readRows(t, []byte(data))
	for g, group := range file.RowGroups() {
		for i := range rows[:group.NumRows()] {
			before, _ := rows[max(0, i-1)]["created_at"].(int64)
			if at, _ := rows[i]["created_at"].(int64); at < before {
				t.Errorf("%s, row group %d: row %d is not in order", name, g, i)
			}
		}
		rows = rows[group.NumRows():]
		if len(file.Metadata().RowGroups[g].SortingColumns) != 1 {
			t.Errorf("%s, row group %d: the order is not stated", name, g)
		}
	}
	return len(file.RowGroups())
}

// Rows that wait to be sorted have memory of their own.
func TestSortHasMemory(t *testing.T) {
	t.Parallel()
	for _, by := range [][]schema.ColumnID{nil, {schema.ID}} {
		tx := files.Begin(t.Context())
		t.Cleanup(tx.Abort)
		d, err := Open(tx, filepath.Join(t.TempDir(), "lake"), Options{Parquet: parquet.Options{Sort: by}})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := d.limits.groups, defaultLimits.groups+len(by)*parquet.SortBytes; got != want {
			t.Errorf("sorted by %v: %d bytes, want %d", by, got, want)
		}
		d.Abort()
	}
}
