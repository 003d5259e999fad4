package excel

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// rowPlaces yields rows as the places of a finding.
func rowPlaces(rows ...int64) iter.Seq[schema.RowPlace] {
	return func(yield func(schema.RowPlace) bool) {
		for _, row := range rows {
			if !yield(schema.RowPlace{Row: row}) {
				return
			}
		}
	}
}

// TestFindingColumn names on each row the findings that it belongs to, and knows the place
// of the first row of each, on whatever page it is.
func TestFindingColumn(t *testing.T) {
	t.Parallel()
	for name, memory := range map[string]int{"memory": storeMemory, "runs": 10000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			batches, want := orderedBatches(4, 25)
			var x *Writer
			rows := [][]int64{{99, 3, 40, 3}, {}, {0, 40}}
			book := readExcel(t, writeOrdered(t, batches, memory, 30, func(w *Writer) {
				x = w
				for i, list := range rows {
					if err := w.WriteFinding(&schema.Finding{Rule: fmt.Sprint("rule", i), Rows: int64(len(list))}, rowPlaces(list...)); err != nil {
						t.Fatal(err)
					}
				}
			}))
			var names []string
			for _, id := range want {
				names = append(names, map[string]string{"r99": "F0001", "r3": "F0001", "r40": "F0001 F0003", "r0": "F0003"}[id])
			}
			if got := book.columnOf(SignInSheet, "Findings"); !slices.Equal(got, names) {
				t.Errorf("findings %q\nwant %q", got, names)
			}
			for _, f := range x.parts.findings.list {
				first := slices.IndexFunc(names, func(text string) bool { return strings.Contains(text, x.parts.findings.name(f.number)) })
				switch {
				case first < 0 && (f.page != nil || f.row != 0):
					t.Errorf("a finding without rows is at %s, row %d", f.page.name, f.row)
				case first >= 0 && (f.page.name != pageName(first/30) || f.row != first%30+2):
					t.Errorf("finding %d is at %s, row %d, want %s, row %d", f.number, f.page.name, f.row, pageName(first/30), first%30+2)
				}
			}
			if count := book.sheets[columnsSheet].line(t, "Findings")[3]; count != "4" {
				t.Errorf("%s rows have findings", count)
			}
		})
	}
}

func pageName(index int) string {
	if index == 0 {
		return SignInSheet
	}
	return fmt.Sprintf("%s %d", SignInSheet, index+1)
}

// TestNoFindingColumn folds the column where there are no findings.
func TestNoFindingColumn(t *testing.T) {
	t.Parallel()
	batches, _ := orderedBatches(1, 3)
	sheet := readExcel(t, writeOrdered(t, batches, storeMemory, 30, nil)).sheets[SignInSheet]
	for i, l := range columnLetters {
		if sheet.rows[0][l].text == "Findings" && !strings.Contains(sheet.head, fmt.Sprintf(`<col min="%d" max="%d" width="%v" customWidth="1" hidden="1" outlineLevel="2"`, i+1, i+1, columnWidth(findingColumn))) {
			t.Errorf("column %s is shown: %s", l, sheet.head)
		}
	}
}

// TestManyFindings gives names of one length, so that none begins another one, and cuts a
// list of names that no cell holds.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	batches, want := orderedBatches(1, 3)
	const findings = 10000
	var x *Writer
	book := readExcel(t, writeOrdered(t, batches, storeMemory, 30, func(w *Writer) {
		x = w
		for range findings {
			if err := w.WriteFinding(&schema.Finding{Rows: 1}, rowPlaces(1)); err != nil {
				t.Fatal(err)
			}
		}
	}))
	text := book.columnOf(SignInSheet, "Findings")[slices.Index(want, "r1")]
	if !strings.HasPrefix(text, "F00001 F00002 ") || !strings.HasSuffix(text, " characters]") || len(text) > maxCellUnits+10 || x.Cut() != 1 {
		t.Errorf("%q, %d cut", text[max(0, len(text)-50):], x.Cut())
	}
}

// TestWrongFinding refuses a finding of a row that was not written.
func TestWrongFinding(t *testing.T) {
	t.Parallel()
	for _, row := range []int64{-1, 3} {
		var out bytes.Buffer
		x, dir := newTestExcel(t, &out, nil)
		batches, _ := orderedBatches(1, 3)
		if err := x.Write(batches[0]); err != nil {
			t.Fatal(err)
		}
		err := x.WriteFinding(&schema.Finding{Rule: "spray"}, rowPlaces(0, row))
		if want := fmt.Sprintf("the rule spray names row %d of 3", row); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v", err)
		}
		if x.Close() == nil || out.Len() > 0 {
			t.Error("the workbook is written")
		}
		if err := x.WriteFinding(&schema.Finding{}, rowPlaces()); err != errClosed {
			t.Errorf("error %v of a closed workbook", err)
		}
		wantNoFiles(t, dir)
	}
}

// A tagSheet packs a number for each row, as sheets of users or addresses do.
type tagSheet struct {
	before int
	rows   []string
}

func (t *tagSheet) addBatch(b *schema.Batch) { t.before += b.Len }
func (t *tagSheet) packRow(dst []byte, row int) []byte {
	return append(dst, byte(row), byte(t.before))
}
func (t *tagSheet) addRow(r *sortedRow, packed []byte) {
	t.rows = append(t.rows, fmt.Sprintf("%v %v %s %d", packed, r.findings, r.page.name, r.row))
}
func (t *tagSheet) finish() {}

// TestRowSheet has a sheet before Sign-ins get what it packed, with the findings and the
// place of each row, in order of time.
func TestRowSheet(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	tags := &tagSheet{}
	x.sheets = slices.Insert(x.sheets, 1, sheet(tags))
	x.store = newRowStore(t.TempDir(), x.sheets)
	x.store.sorter.Memory = 1
	x.parts.book.limits.rows = 3
	for batch := range int64(2) {
		if err := x.Write(excelBatch(2, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.CreatedAt].SetNum(row, -batch*1e6-int64(row))
		})); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.WriteFinding(&schema.Finding{Rows: 1}, rowPlaces(2)); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{"[1 4] [] Sign-ins 2", "[0 4] [1] Sign-ins 3", "[1 2] [] Sign-ins 4", "[0 2] [] Sign-ins 2 2"}
	if !slices.Equal(tags.rows, want) {
		t.Errorf("rows %q, want %q", tags.rows, want)
	}
}
