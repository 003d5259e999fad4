package order

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// compareValues compares rows by a column: numbers, doubles and texts, nulls last.
func compareValues(v *schema.Vector, kind schema.Kind, a, b int) int {
	switch {
	case !v.Set(a) || !v.Set(b):
		return cmp.Compare(fmt.Sprint(!v.Set(a)), fmt.Sprint(!v.Set(b)))
	case kind.Coded():
		return bytes.Compare(v.Value(a), v.Value(b))
	}
	x, _ := v.Num(a)
	y, _ := v.Num(b)
	if kind != schema.Float64 {
		return cmp.Compare(x, y)
	}
	f, g := math.Float64frombits(uint64(x)), math.Float64frombits(uint64(y))
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	case f == g || f != f && g != g:
		return 0
	case f != f:
		return 1
	}
	return -1
}

// keyBatch returns a row for each value, and null ones: texts, whole numbers, doubles and
// truths.
func keyBatch() (b *schema.Batch, columns []schema.ColumnID) {
	b = &schema.Batch{}
	texts := []string{"", "\x00", "\x00\x00", "\x00\x01", "\x00\xff", "\x01", "a", "a\x00", "a\x00\x00b", "a\x00\xff", "a\x01", "ab", "b", "ü", "\xff", "\xff\xff"}
	numbers := []int64{0, 1, -1, 255, 256, -256, math.MaxInt64, math.MinInt64, 1 << 32, -1 << 40}
	doubles := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(math.NaN(), -1), 1e300, -1e-300}
	for row := range len(texts) + 3 {
		if row < len(texts) {
			b.Columns[schema.UserPrincipalName].SetText(row, texts[row])
		}
		if row < len(numbers) {
			b.Columns[schema.CreatedAt].SetNum(row, numbers[row])
		}
		if row < len(doubles) {
			b.Columns[schema.LocationLatitude].SetNum(row, int64(math.Float64bits(doubles[row])))
		}
		if row%3 > 0 {
			b.Columns[schema.IsRisky].SetBool(row, row%3 == 1)
		}
		b.Len++
	}
	b.Columns[schema.UserPrincipalName].SetCode(b.Len-1, schema.Null)
	b.Seal()
	return b, []schema.ColumnID{schema.UserPrincipalName, schema.CreatedAt, schema.LocationLatitude, schema.IsRisky}
}

// Keys of rows are in the order of the rows, and equal where those are: of each column, and
// where another column follows.
func TestKeyOrder(t *testing.T) {
	t.Parallel()
	b, columns := keyBatch()
	key := func(row int, by ...schema.ColumnID) (key []byte) {
		for _, id := range by {
			key = appendKey(key, &b.Columns[id], schema.Columns[id].Kind, row)
		}
		return key
	}
	for _, id := range columns {
		for _, then := range columns {
			for x := range b.Len {
				for y := range b.Len {
					kind, next := schema.Columns[id].Kind, schema.Columns[then].Kind
					want := cmp.Or(compareValues(&b.Columns[id], kind, x, y), compareValues(&b.Columns[then], next, x, y))
					if got := bytes.Compare(key(x, id, then), key(y, id, then)); got != want {
						t.Errorf("rows %d and %d by %s, %s: %d, want %d", x, y, schema.Columns[id].Name, schema.Columns[then].Name, got, want)
					}
				}
			}
		}
	}
	for _, n := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64, 20_000} {
		if got := readNumber(appendNumber(nil, n)); got != n {
			t.Errorf("%d is read as %d", n, got)
		}
	}
}

// A keptRow is what a test knows of a row: its group, batch and number there.
type keptRow struct {
	group    int64
	b        *schema.Batch
	row      int
	position int
}

// Rows come back by group, sorted by several columns, nulls last and equal ones as they
// came, with all their values: the same whether they are in memory or in runs, in batches
// of one group that are no larger than they may be.
func TestRowsComeBackSorted(t *testing.T) {
	t.Parallel()
	for _, by := range [][]schema.ColumnID{nil, {schema.UserPrincipalName}, {schema.IsRisky, schema.UserPrincipalName}, {schema.LocationLatitude, schema.CreatedAt}} {
		for memory, merged := range map[int]int{16 << 20: 0, 3 << 20: 0, 1 << 20: 2} {
			random := rand.New(rand.NewPCG(5, 6))
			r := &Rows{By: by, Sorter: Sorter{Memory: memory, merged: merged, Dir: t.TempDir()}}
			var want []keptRow
			for _, n := range []int{40, 1, 90} {
				b := sortableBatch(random, n)
				r.Begin(b)
				for from := 0; from < n; {
					to, group := min(n, from+1+random.IntN(30)), int64(random.IntN(3)-1)
					if err := r.Add(group, from, to); err != nil {
						t.Fatal(err)
					}
					for ; from < to; from++ {
						want = append(want, keptRow{group, b, from, len(want)})
					}
				}
			}
			sortKept(want, by)
			if inRuns := len(r.runs) > 0; inRuns != (memory < 16<<20) {
				t.Errorf("%d runs", len(r.runs))
			}
			if merged > 0 && len(r.runs) <= merged {
				t.Errorf("%d runs are merged at once", len(r.runs))
			}
			checkRows(t, r, want)
		}
	}
}

// sortableBatch has few different users, times, latitudes and truths, and nulls.
func sortableBatch(random *rand.Rand, rows int) *schema.Batch {
	b := packBatch(random, rows)
	for _, id := range []schema.ColumnID{schema.UserPrincipalName, schema.IsRisky, schema.LocationLatitude, schema.CreatedAt} {
		b.Columns[id] = schema.Vector{}
	}
	for row := range rows {
		if random.IntN(5) > 0 {
			b.Columns[schema.UserPrincipalName].SetText(row, strings.Repeat("ü", random.IntN(3))+fmt.Sprint("user", random.IntN(12)))
		}
		if random.IntN(5) > 0 {
			b.Columns[schema.IsRisky].SetBool(row, random.IntN(2) > 0)
		}
		if random.IntN(5) > 0 {
			b.Columns[schema.LocationLatitude].SetNum(row, int64(math.Float64bits(float64(random.IntN(7)-3)/2)))
		}
		if random.IntN(5) > 0 {
			b.Columns[schema.CreatedAt].SetNum(row, int64(random.IntN(9)-4))
		}
	}
	b.Seal()
	return b
}

func sortKept(rows []keptRow, by []schema.ColumnID) {
	slices.SortFunc(rows, func(a, b keptRow) int {
		pair := &schema.Batch{Len: 2}
		c := cmp.Compare(a.group, b.group)
		for _, id := range by {
			v, w := &a.b.Columns[id], &pair.Columns[id]
			for row, from := range []keptRow{a, b} {
				if v = &from.b.Columns[id]; v.Set(from.row) && schema.Columns[id].Kind.Coded() {
					w.SetBytes(row, v.Value(from.row))
				} else if n, set := v.Num(from.row); set {
					w.SetNum(row, n)
				}
			}
			c = cmp.Or(c, compareValues(w, schema.Columns[id].Kind, 0, 1))
		}
		return cmp.Or(c, cmp.Compare(a.position, b.position))
	})
}

func checkRows(t *testing.T, r *Rows, want []keptRow) {
	t.Helper()
	at := 0
	err := r.Each(func(group int64, b *schema.Batch) error {
		for id, v := range b.Columns {
			if n := max(len(v.Codes), len(v.Valid)); n > 0 && n != b.Len {
				return fmt.Errorf("%d values of column %d in %d rows", n, id, b.Len)
			}
		}
		for row := range b.Len {
			w := want[at]
			if column := diffRow(w.b, w.row, b, row); column != "" || group != w.group {
				return fmt.Errorf("row %d of group %d, want group %d; %s differs", at, group, w.group, column)
			}
			at++
		}
		return nil
	})
	if err != nil || at != len(want) {
		t.Errorf("%d rows of %d: %v", at, len(want), err)
	}
	dir := r.Dir
	if err := r.Remove(); err != nil {
		t.Error(err)
	}
	noFiles(t, dir)
}

// Batches have as many rows as a page, or as many bytes as those of readers.
func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	for length, want := range map[int][]int{0: {20_480, 4_520}, 100_000: {84, 84, 32}} {
		b := &schema.Batch{Len: 25_000}
		if length > 0 {
			b.Len = 200
		}
		for row := range b.Len {
			b.Columns[schema.UserAgent].SetBytes(row, fmt.Appendf(bytes.Repeat([]byte("x"), length), "%d", row))
		}
		r := &Rows{Sorter: Sorter{Memory: 32 << 20}}
		r.Begin(b)
		if err := r.Add(4, 0, b.Len); err != nil {
			t.Fatal(err)
		}
		var got []int
		if err := r.Each(func(_ int64, b *schema.Batch) error { got = append(got, b.Len); return nil }); err != nil || !slices.Equal(got, want) {
			t.Errorf("batches of %d rows, want %d: %v", got, want, err)
		}
	}
}

// Nothing comes back of nothing, and an error of what takes the last batch is returned.
func TestRowsEnd(t *testing.T) {
	t.Parallel()
	stop := fmt.Errorf("stop")
	r := &Rows{Sorter: Sorter{Memory: 1 << 20}}
	if err := r.Each(func(int64, *schema.Batch) error { return stop }); err != nil {
		t.Error(err)
	}
	for _, rows := range []int{1, 20_481} {
		r := &Rows{Sorter: Sorter{Memory: 32 << 20}}
		b := &schema.Batch{Len: rows}
		b.Columns[schema.CreatedAt].SetNum(0, 1)
		r.Begin(b)
		if err := r.Add(1, 0, rows); err != nil {
			t.Fatal(err)
		}
		if err := r.Each(func(int64, *schema.Batch) error { return stop }); err != stop {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
}
