package dataset

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// With Options.Parquet.Sort, each part has the rows of its day in order, over all row
// groups, whatever fits in memory: the same bytes, and the same days as without.
func TestSortedParts(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"user_agent,error_code", "created_at"} {
		for _, nested := range []bool{false, true} {
			t.Run(fmt.Sprint(list, nested), func(t *testing.T) {
				t.Parallel()
				o := testOptions
				o.Parquet.Nested = nested
				var err error
				if o.Parquet.Sort, err = parquet.ParseSort(list); err != nil {
					t.Fatal(err)
				}
				batches := sortableDays()
				var first map[string]string
				for memory, want := range map[int]bool{defaultLimits.rows: false, 4 << 10: true, 0: true} {
					l := limits{groups: 64 << 10, rows: memory, metadata: 1 << 20, few: 256}
					path := filepath.Join(t.TempDir(), "lake")
					r := begin(t, path, o, l)
					for _, b := range batches[:2] {
						if err := r.Write(b); err != nil {
							t.Fatal(err)
						}
					}
					if runs := spillFiles(t, r); (len(runs) > 0) != want || len(r.groups) > 0 {
						t.Errorf("%d spill files, %d row groups in memory", len(runs), len(r.groups))
					}
					r.Abort()
					path = filepath.Join(t.TempDir(), "lake")
					commit(t, path, o, l, batches)
					parts := tree(t, path)
					for name := range parts {
						if !strings.HasSuffix(name, ".parquet") {
							delete(parts, name)
						}
					}
					if first == nil {
						first = parts
						checkSortedDays(t, parts, batches, o.Parquet.Sort)
					}
					for name := range first {
						if first[name] != parts[name] || len(first) != len(parts) {
							t.Errorf("%d bytes of memory: %s differs", memory, name)
						}
					}
				}
			})
		}
	}
}

// sortableDays returns rows of three days, shuffled, with few agents and codes, some null.
func sortableDays() (batches []*schema.Batch) {
	number := 0
	for range 5 {
		b := &schema.Batch{Len: 400}
		for row := range b.Len {
			mixed := number * 7919 % 2003
			b.Columns[schema.CreatedAt].SetNum(row, int64(mixed%3)*microsPerDay+int64(mixed%11))
			if mixed%5 > 0 {
				b.Columns[schema.UserAgent].SetText(row, fmt.Sprint("agent", mixed%13))
			}
			if mixed%7 > 0 {
				b.Columns[schema.ErrorCode].SetNum(row, int64(mixed%4-2))
			}
			b.Columns[schema.SourceRecord].SetNum(row, int64(number))
			b.Columns[schema.AuthenticationProcessingDetails].SetText(row, fmt.Sprintf(`[{"key":"k%d"}]`, mixed%3))
			number++
		}
		b.Seal()
		batches = append(batches, b)
	}
	return batches
}

// checkSortedDays compares the rows of parts with those of batches, sorted.
func checkSortedDays(t *testing.T, parts map[string]string, batches []*schema.Batch, by []schema.ColumnID) {
	t.Helper()
	want := map[string][]place{}
	for _, b := range batches {
		for row := range b.Len {
			name := partition(dayOf(&b.Columns[schema.CreatedAt], row))
			want[name] = append(want[name], place{b, row})
		}
	}
	if len(parts) != len(want) {
		t.Errorf("%d parts of %d days", len(parts), len(want))
	}
	for name, data := range parts {
		day, _, _ := strings.Cut(name, "/")
		slices.SortStableFunc(want[day], func(x, y place) int {
			c := 0
			for _, id := range by {
				c = cmp.Or(c, cmp.Compare(x.key(id), y.key(id)))
			}
			return c
		})
		var numbers, sorted []any
		for _, row := range readRows(t, []byte(data)) {
			numbers = append(numbers, row["source_record"])
		}
		for _, p := range want[day] {
			n, _ := p.b.Columns[schema.SourceRecord].Num(p.row)
			sorted = append(sorted, n)
		}
		if !slices.Equal(numbers, sorted) {
			t.Errorf("%s: rows %v, want %v", name, numbers, sorted)
		}
		checkStated(t, data, by)
	}
}

// A place is a row of a batch.
type place struct {
	b   *schema.Batch
	row int
}

// key returns what sorts rows by a column, nulls last.
func (p place) key(id schema.ColumnID) string {
	v := &p.b.Columns[id]
	if n, set := v.Num(p.row); set {
		return fmt.Sprintf("%030d", n+1<<40)
	}
	if !v.Set(p.row) {
		return "\xff"
	}
	return string(v.Value(p.row))
}

// checkStated checks that all row groups say that they are sorted, nulls last.
func checkStated(t *testing.T, data string, by []schema.ColumnID) {
	t.Helper()
	file, err := library.OpenFile(bytes.NewReader([]byte(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Metadata().RowGroups {
		var stated []schema.ColumnID
		for _, column := range group.SortingColumns {
			name := group.Columns[column.ColumnIdx].MetaData.PathInSchema[0]
			stated = append(stated, schema.ColumnID(slices.IndexFunc(schema.Columns[:], func(c schema.Column) bool { return c.Name == name })))
			if column.Descending || column.NullsFirst {
				t.Errorf("%+v", column)
			}
		}
		if !slices.Equal(stated, by) {
			t.Errorf("sorted by %v, stated %v", by, stated)
		}
	}
}

// Each part is complete before the rows of the next day are read from the spill: one row
// group is in memory, not one a day.
func TestSortedPartsAreCompletedInTurn(t *testing.T) {
	t.Parallel()
	o := testOptions
	o.Parquet.Sort = []schema.ColumnID{schema.ID}
	r := begin(t, filepath.Join(t.TempDir(), "lake"), o, defaultLimits)
	b := &schema.Batch{Len: 12}
	for row := range b.Len {
		b.Columns[schema.CreatedAt].SetNum(row, int64(row%4)*microsPerDay)
		b.Columns[schema.ID].SetText(row, fmt.Sprint(row))
	}
	b.Columns[schema.UserAgent].SetBytes(11, []byte("\xff")) // of the last day
	if err := r.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := r.Finish(r.run); err == nil || !strings.Contains(err.Error(), "column user_agent") {
		t.Fatalf("error %v", err)
	}
	for day, p := range r.days {
		if p.finished != (day < 3) || p.finished && (p.file.Size == 0 || p.memory.groups > 0) {
			t.Errorf("day %d is complete: %v, of %d bytes", day, p.finished, p.file.Size)
		}
	}
}

// A day with more rows than a batch from the spill has is one part.
func TestSpilledDayOfSeveralBatches(t *testing.T) {
	t.Parallel()
	o, b := testOptions, &schema.Batch{Len: 21_000}
	o.Parquet.Sort = []schema.ColumnID{schema.CreatedAt}
	for row := range b.Len {
		b.Columns[schema.CreatedAt].SetNum(row, int64(row))
	}
	run := commit(t, filepath.Join(t.TempDir(), "lake"), o, defaultLimits, []*schema.Batch{b})
	if len(run.Outputs) != 1 || run.Outputs[0].Rows != int64(b.Len) {
		t.Errorf("%+v", run.Outputs)
	}
}

// A run that is interrupted reads nothing more from the spill.
func TestInterruptedSpill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // is removed after the transaction has ended
	ctx, stop := context.WithCancel(t.Context())
	tx := files.Begin(ctx)
	t.Cleanup(tx.Abort)
	o := testOptions
	o.Parquet.Sort = []schema.ColumnID{schema.ID}
	d, err := Open(tx, filepath.Join(dir, "lake"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Abort)
	b := &schema.Batch{Len: 3}
	if err := d.Write(b); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := d.Finish(&manifest.Run{}); !errors.Is(err, context.Canceled) || d.days[noDay].parquet.Rows() > 0 {
		t.Errorf("error %v after %d rows", err, d.days[noDay].parquet.Rows())
	}
}
