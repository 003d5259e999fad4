package writer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/files"
	"signins/writer/parquet"
)

// A sortedTest writes a Parquet file that is sorted.
type sortedTest struct {
	tx   *files.Transaction
	data *files.File
	file *sortedFile
	path string
}

func newSortedTest(t *testing.T, ctx context.Context, o parquet.Options, memory int) *sortedTest {
	t.Helper()
	s := &sortedTest{tx: files.Begin(ctx), path: filepath.Join(t.TempDir(), "x.parquet")}
	t.Cleanup(s.tx.Abort)
	var err error
	if s.data, err = s.tx.Create(s.path, files.Refuse); err != nil {
		t.Fatal(err)
	}
	e, err := newParquet(s.data, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Abort)
	s.file = e.(*sortedFile)
	s.file.rows.Memory = memory
	return s
}

func (s *sortedTest) write(t *testing.T, batches []*schema.Batch) {
	t.Helper()
	for _, b := range batches {
		if err := s.file.Write(b); err != nil {
			t.Fatal(err)
		}
	}
}

// runs returns the files of rows in the private folder of the run.
func (s *sortedTest) runs(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(s.path), ".signins.*.partial", "rows-*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// close completes the file and returns its bytes.
func (s *sortedTest) close(t *testing.T) []byte {
	t.Helper()
	if err := s.file.Close(); err != nil {
		t.Fatal(err)
	}
	if names := s.runs(t); len(names) > 0 {
		t.Errorf("%q remain", names)
	}
	if err := s.tx.Commit(); err != nil {
		t.Fatal(err)
	}
	data := fixture.Read(t, s.path)
	return data
}

// A sortRow has what the rows of tests are sorted by. source_record is its number.
type sortRow struct {
	user  string // "" for null
	at    int64
	lat   float64 // NaN for null
	risky int     // -1 for null
}

// sortBatches returns rows of more than a row group, many of them of one user, and some
// without.
func sortBatches(rows int) (batches []*schema.Batch, all []sortRow) {
	random := rand.New(rand.NewPCG(8, 8))
	for len(all) < rows {
		b := &schema.Batch{Len: min(50_000, rows-len(all))}
		for row := range b.Len {
			r := sortRow{"", random.Int64N(100) - 50, math.NaN(), random.IntN(3) - 1}
			if random.IntN(30) > 0 {
				r.user = fmt.Sprintf("user%04d@contoso.example", random.IntN(900))
				b.Columns[schema.UserPrincipalName].SetText(row, r.user)
			}
			if random.IntN(9) > 0 {
				r.lat = float64(random.IntN(7)-3) / 2
				b.Columns[schema.LocationLatitude].SetNum(row, int64(math.Float64bits(r.lat)))
			}
			if r.risky >= 0 {
				b.Columns[schema.IsRisky].SetBool(row, r.risky == 1)
			}
			b.Columns[schema.CreatedAt].SetNum(row, r.at)
			b.Columns[schema.SourceRecord].SetNum(row, int64(len(all)))
			all = append(all, r)
		}
		b.Seal()
		batches = append(batches, b)
	}
	return batches, all
}

// order compares rows by columns, nulls last.
func (r *sortRow) order(o *sortRow, by []schema.ColumnID) int {
	null := func(x, y bool) int { return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y)) }
	c := 0
	for _, id := range by {
		switch id {
		case schema.UserPrincipalName:
			c = cmp.Or(c, null(r.user == "", o.user == ""), cmp.Compare(r.user, o.user))
		case schema.CreatedAt:
			c = cmp.Or(c, cmp.Compare(r.at, o.at))
		case schema.LocationLatitude:
			c = cmp.Or(c, null(r.lat != r.lat, o.lat != o.lat), cmp.Compare(r.lat, o.lat))
		case schema.IsRisky:
			c = cmp.Or(c, null(r.risky < 0, o.risky < 0), cmp.Compare(r.risky, o.risky))
		}
	}
	return c
}

// All rows of a file are in order, over all row groups, ties in the order of the input and
// nulls last: the same bytes whether rows are in memory or in runs, and for any number of
// processors.
func TestSortedFile(t *testing.T) {
	batches, rows := sortBatches(130_000)
	for _, list := range []string{"user_principal_name,created_at", "is_risky,location_latitude"} {
		by, err := parquet.ParseSort(list)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]int, len(rows))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(x, y int) int { return rows[x].order(&rows[y], by) })
		var first []byte
		for _, memory := range []int{64 << 20, 3 << 20} {
			processors := runtime.GOMAXPROCS(map[bool]int{true: 1, false: 4}[first == nil])
			s := newSortedTest(t, t.Context(), parquet.Options{Sort: by}, memory)
			s.write(t, batches)
			if runs := len(s.runs(t)); (runs > 3) != (memory < 64<<20) {
				t.Errorf("%d runs of %d bytes", runs, memory)
			}
			data := s.close(t)
			if runtime.GOMAXPROCS(processors); first == nil {
				first = data
			}
			if !bytes.Equal(data, first) || s.file.Rows() != int64(len(rows)) {
				t.Errorf("%s: %d rows with %d bytes of memory, or other bytes", list, s.file.Rows(), memory)
			}
		}
		checkNumbers(t, first, want)
		if by[0] == schema.UserPrincipalName {
			checkPruned(t, first)
		}
	}
}

// checkNumbers compares source_record of all rows.
func checkNumbers(t *testing.T, data []byte, want []int) {
	t.Helper()
	file, err := library.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(file.RowGroups()) != 2 {
		t.Fatal(len(file.RowGroups()), err)
	}
	at := 0
	for g, group := range file.RowGroups() {
		if stated := file.Metadata().RowGroups[g].SortingColumns; len(stated) != 2 {
			t.Errorf("row group %d is sorted by %v", g, stated)
		}
		pages := group.ColumnChunks()[schema.SourceRecord].Pages()
		for {
			page, err := pages.ReadPage()
			if err != nil {
				break
			}
			values := make([]library.Value, page.NumValues())
			page.Values().ReadValues(values)
			for _, v := range values {
				if v.Int64() != int64(want[at]) {
					t.Fatalf("row %d is number %d, want %d", at, v.Int64(), want[at])
				}
				at++
			}
		}
		pages.Close()
	}
	if at != len(want) {
		t.Errorf("%d rows of %d", at, len(want))
	}
}

// checkPruned checks that row groups have different users: the bounds of no two of them
// overlap, but for the user in whose rows one ends.
func checkPruned(t *testing.T, data []byte) {
	t.Helper()
	file, err := library.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	last := ""
	for g, group := range file.Metadata().RowGroups {
		bounds := group.Columns[schema.UserPrincipalName].MetaData.Statistics
		if least := string(bounds.MinValue); least < last || least == "" {
			t.Errorf("row group %d begins with %q, the one before ends with %q", g, least, last)
		}
		last = string(bounds.MaxValue)
	}
}

// Files that are not sorted are written as batches come.
func TestUnsortedFileIsNotKept(t *testing.T) {
	t.Parallel()
	e, err := newParquet(nil, parquet.Options{})
	if _, sorted := e.(*sortedFile); sorted || err != nil {
		t.Errorf("%T, %v", e, err)
	}
}

// The rows of a file in runs are private, and gone after a run that is interrupted while it
// merges them, or given up before.
func TestSortedFileEnds(t *testing.T) {
	t.Parallel()
	batches, _ := sortBatches(40_000)
	for _, end := range []string{"interrupted", "aborted"} {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		s := newSortedTest(t, ctx, parquet.Options{Sort: []schema.ColumnID{schema.CreatedAt}}, 1<<20)
		s.write(t, batches)
		names := s.runs(t)
		for _, name := range names {
			info, err := os.Stat(name)
			if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
				t.Errorf("%v, %v", info, err)
			}
		}
		if len(names) < 2 {
			t.Errorf("runs %q", names)
		}
		if end == "aborted" {
			s.file.Abort()
		} else {
			stop()
			if err := s.data.Named(s.file.Close()); !errors.Is(err, context.Canceled) || s.file.Rows() > 0 {
				t.Errorf("error %v after %d rows", err, s.file.Rows())
			}
		}
		for _, name := range names {
			if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %s is there: %v", end, name, err)
			}
		}
		if err := s.file.Close(); err == nil {
			t.Errorf("%s: completed", end)
		}
	}
}
