package excel

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// TestSheetSplit begins a new sheet where one is full; together they have
// all rows, in order.
func TestSheetSplit(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Writer){
		"rows":  func(x *Writer) { x.parts.book.limits.rows = 10 },
		"bytes": func(x *Writer) { x.parts.book.limits.xml = headerSize(x) + 560 },
	}
	for name, limit := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			x, _ := newTestExcel(t, &out, nil)
			limit(x)
			for n := range 3 {
				if err := x.Write(excelBatch(8, func(row int, c *[schema.NumColumns]schema.Vector) {
					c[schema.ID].SetText(row, strconv.Itoa(n*8+row)+strings.Repeat(`"`, 20))
				})); err != nil {
					t.Fatal(err)
				}
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			checkSplit(t, readExcel(t, out.Bytes()), 24)
			if x.Rows() != 24 {
				t.Errorf("Rows returned %d", x.Rows())
			}
		})
	}
}

// checkSplit checks the request IDs, which count from 0, on three pages of Sign-ins.
func checkSplit(t *testing.T, book *readBook, rows int) {
	t.Helper()
	want := []string{"Sign-ins", "Sign-ins 2", "Sign-ins 3"}
	first := slices.Index(book.names, want[0])
	if first < 0 || !slices.Equal(book.names[first:][:3], want) {
		t.Fatalf("sheets %q", book.names)
	}
	next := 0
	for _, sheet := range want {
		if title := book.sheets[sheet].rows[0]["A"].text; title != "Date (UTC)" {
			t.Errorf("%s begins with %q", sheet, title)
		}
		for _, row := range book.sheets[sheet].table() {
			if got := strings.TrimRight(row["Request ID"].text, `"`); got != strconv.Itoa(next) {
				t.Errorf("row %s, want %d", got, next)
			}
			next++
		}
	}
	if next != rows {
		t.Errorf("%d rows", next)
	}
}

// TestFullPage adds no page where the last one is exactly full.
func TestFullPage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	x.parts.book.limits.rows = 3
	list := [2]string{`[{"displayName":"a"}]`, `[{"authenticationMethod":"b"}]`}
	if err := errors.Join(x.Write(detailBatch(list, list, list)), x.Close()); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	if i := slices.IndexFunc(book.names, func(name string) bool { return strings.HasSuffix(name, " 2") }); i >= 0 {
		t.Errorf("there is a sheet %s", book.names[i])
	}
	for _, name := range []string{SignInSheet, policySheet, stepSheet} {
		if n := len(book.sheets[name].table()); n != 3 {
			t.Errorf("%s has %d rows", name, n)
		}
	}
}

// TestRealLimit is the limit of the format: header and rows fill a sheet.
func TestRealLimit(t *testing.T) {
	t.Parallel()
	if maxPageRows+1 != 1048576 {
		t.Errorf("limit %d", maxPageRows)
	}
	// The row that reaches the limit of bytes may be the largest there is: an
	// ampersand is five bytes in XML.
	const largest, around = int(numSheetColumns) * maxCellUnits * len("&amp;"), 1 << 20
	if maxPageXML+largest+around > math.MaxInt32 {
		t.Errorf("a sheet may have %d bytes", maxPageXML+largest+around)
	}
}

// headerSize returns the size of a page of Sign-ins without rows.
func headerSize(x *Writer) int64 {
	for _, s := range x.sheets {
		if w, ok := s.(*signInTable); ok {
			return w.series.page().xml.fullSize()
		}
	}
	return 0
}

// TestFullSheet writes six rows more than a sheet holds.
func TestFullSheet(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a million rows")
	}
	const rows = maxPageRows + 6
	var out bytes.Buffer
	x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: []string{SignInSheet}})
	if err != nil {
		t.Fatal(err)
	}
	for done := 0; done < rows; {
		n := min(8192, rows-done)
		if err := x.Write(excelBatch(n, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.SourceRecord].SetNum(row, int64(done+row+1))
		})); err != nil {
			t.Fatal(err)
		}
		done += n
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]int{"xl/worksheets/sheet1.xml": {1048576, 1048575}, "xl/worksheets/sheet2.xml": {7, rows}} {
		part, err := archive.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		last := text[bytes.LastIndex(text, []byte("<row ")):]
		cell := fmt.Sprintf(`<row r="%d"><c r="`, want[0])
		value := regexp.MustCompile(`<v>(\d+)</v>`).FindSubmatch(last)
		if !bytes.HasPrefix(last, []byte(cell)) || string(value[1]) != strconv.Itoa(want[1]) || bytes.Count(text, []byte("<row ")) != want[0] {
			t.Errorf("%s ends in %s", name, last[:200])
		}
	}
}
