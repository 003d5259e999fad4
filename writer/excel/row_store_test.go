package excel

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// orderedBatches returns rows with request IDs r0, r1, ..., of which many have the same
// time, some differ in nanoseconds alone, and some have no time; and the IDs in order.
// Each has a policy and a step with its ID.
func orderedBatches(batches, rows int) (list []*schema.Batch, want []string) {
	type place struct {
		micros, nanos int64
		timed         bool
		id            string
	}
	r := rand.New(rand.NewPCG(1, 2))
	var places []place
	for range batches {
		list = append(list, excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) {
			p := place{micros: int64(r.IntN(40)-20) * 1e6, nanos: int64(r.IntN(3)), timed: r.IntN(8) > 0, id: fmt.Sprint("r", len(places))}
			c[schema.ID].SetText(row, p.id)
			c[schema.ConditionalAccessPolicies].SetText(row, `[{"displayName":"`+p.id+`"},{"displayName":"second"}]`)
			c[schema.AuthenticationDetails].SetText(row, `[{"authenticationMethod":"`+p.id+`"}]`)
			if p.timed {
				c[schema.CreatedAt].SetNum(row, p.micros)
				if p.nanos > 0 {
					c[schema.CreatedAtRemainderNS].SetNum(row, p.nanos)
				}
			}
			places = append(places, p)
		}))
	}
	slices.SortStableFunc(places, func(a, b place) int {
		switch {
		case a.timed != b.timed && a.timed:
			return -1
		case a.timed != b.timed:
			return 1
		case !a.timed:
			return 0
		}
		return int(a.micros*10 + a.nanos - b.micros*10 - b.nanos)
	})
	for _, p := range places {
		want = append(want, p.id)
	}
	return list, want
}

// writeOrdered writes batches with a limit of memory.
func writeOrdered(t *testing.T, batches []*schema.Batch, memory, pageRows int, prepare func(*Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	x, dir := newTestExcel(t, &out, nil)
	x.store.sorter.Memory, x.parts.book.limits.rows = memory, pageRows
	for _, b := range batches {
		if err := x.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if prepare != nil {
		prepare(x)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	wantNoFiles(t, dir)
	return out.Bytes()
}

// columnOf returns a column of all pages of a sheet.
func (b *readBook) columnOf(sheet, title string) (texts []string) {
	for _, name := range b.names {
		if name == sheet || strings.HasPrefix(name, sheet+" ") {
			for _, row := range b.sheets[name].table() {
				texts = append(texts, row[title].String())
			}
		}
	}
	return texts
}

// TestOrderOfTime has Sign-ins in order of time, ties in the order of the input, rows
// without time last, on all pages; policies and steps follow. The bytes do not depend on
// what fits in memory.
func TestOrderOfTime(t *testing.T) {
	t.Parallel()
	batches, want := orderedBatches(5, 60)
	whole := writeOrdered(t, batches, storeMemory, 70, nil)
	book := readExcel(t, whole)
	if got := book.columnOf(SignInSheet, "Request ID"); !slices.Equal(got, want) {
		t.Errorf("sign-ins %q\nwant %q", got, want)
	}
	if !slices.Contains(book.names, "Sign-ins 5") {
		t.Errorf("sheets %q", book.names)
	}
	if got := book.columnOf(stepSheet, "Authentication method"); !slices.Equal(got, want) {
		t.Errorf("steps %q\nwant %q", got, want)
	}
	var policies []string
	for _, id := range want {
		policies = append(policies, id, "second")
	}
	if got := book.columnOf(policySheet, "Policy"); !slices.Equal(got, policies) {
		t.Errorf("policies %q\nwant %q", got, policies)
	}
	for memory, least := range map[int]int{10000: 5, 1: 300} {
		t.Run(strconv.Itoa(memory), func(t *testing.T) {
			t.Parallel()
			runs := 0
			got := writeOrdered(t, batches, memory, 70, func(x *Writer) { runs = len(runFiles(t, x.store.sorter.Dir)) })
			if !bytes.Equal(got, whole) {
				t.Error("the workbook differs")
			}
			if runs < least {
				t.Errorf("%d runs", runs)
			}
		})
	}
}

// runFiles returns the files of runs.
func runFiles(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "rows-*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestDamagedRun returns an error that names the file of a run that is cut, changed or gone,
// and that of a directory in which no run can be made. No file is left.
func TestDamagedRun(t *testing.T) {
	t.Parallel()
	batches, _ := orderedBatches(3, 60)
	for name, damage := range map[string]func(path string) error{
		"cut":     func(path string) error { return os.Truncate(path, 100) },
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"changed": changeByte,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			x, dir := newTestExcel(t, &out, nil)
			x.store.sorter.Memory = 10000
			for _, b := range batches {
				if err := x.Write(b); err != nil {
					t.Fatal(err)
				}
			}
			path := runFiles(t, dir)[1]
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v", err)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes written", out.Len())
			}
			wantNoFiles(t, dir)
		})
	}
}

// changeByte changes a byte in the middle of a file.
func changeByte(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[len(data)/2] ^= 0x55
	return os.WriteFile(path, data, 0o600)
}

// TestNoRoomForRuns returns the error of a run that cannot be made or written, and goes on
// with nothing after it.
func TestNoRoomForRuns(t *testing.T) {
	t.Parallel()
	batches, _ := orderedBatches(2, 60)
	var out bytes.Buffer
	x, dir := newTestExcel(t, &out, nil)
	x.store.sorter.Memory = 10000
	x.store.sorter.Dir = filepath.Join(dir, "none")
	err := x.Write(batches[0])
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), x.store.sorter.Dir) {
		t.Errorf("error %v", err)
	}
	if again := x.Write(batches[1]); !errors.Is(again, os.ErrNotExist) {
		t.Errorf("error %v", again)
	}
	if err := x.Close(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	wantNoFiles(t, dir)
}

// A closedWriter takes nothing from its second call on.
type closedWriter int

func (w *closedWriter) Write(p []byte) (int, error) {
	if *w++; *w > 1 {
		return 0, os.ErrDeadlineExceeded
	}
	return len(p), nil
}

// TestInterrupted ends while rows are merged, and not behind them, when the output takes
// nothing more.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x, err := NewWriter(new(closedWriter), Options{TempDir: dir, Sheets: []string{SignInSheet}})
	if err != nil {
		t.Fatal(err)
	}
	const rows = 30000
	if err := x.Write(excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) { c[schema.CreatedAt].SetNum(row, int64(row)) })); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if row := x.parts.book.pages[0].row; row < 5000 || row > rows/2 {
		t.Errorf("ended at row %d", row)
	}
	wantNoFiles(t, dir)
}
