package verify

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/xuri/excelize/v2"
)

// xmlSheet is a sheet as encoding/xml reads it.
type xmlSheet struct {
	Rows []struct {
		Row   string `xml:"r,attr"`
		Cells []struct {
			Place  string `xml:"r,attr"`
			Style  string `xml:"s,attr"`
			Kind   string `xml:"t,attr"`
			Value  string `xml:"v"`
			Inline string `xml:"is>t"`
		} `xml:"c"`
	} `xml:"row"`
}

// lines returns the rows and cells of a sheet, a line each.
func (s *xmlSheet) lines() (list []string) {
	for _, row := range s.Rows {
		list = append(list, "row "+row.Row)
		for _, c := range row.Cells {
			list = append(list, fmt.Sprintf("%s %s %s %q", c.Place, c.Style, c.Kind, strings.ReplaceAll(c.Value+c.Inline, "_x005F_", "_")))
		}
	}
	return list
}

// seenRows collects what a scanner reads, as xmlSheet.lines has it.
type seenRows struct {
	row  int
	list []string
}

func (s *seenRows) startRow(number int) error {
	s.row = number
	s.list = append(s.list, fmt.Sprint("row ", number))
	return nil
}

func (s *seenRows) readCell(c *cell) error {
	place, err := excelize.CoordinatesToCellName(c.column, s.row)
	if err != nil {
		return err
	}
	kind := map[cellKind]string{boolCell: "b", sharedCell: "s", inlineCell: "inlineStr"}[c.kind]
	s.list = append(s.list, fmt.Sprintf("%s %s %s %q", place, c.style, kind, c.text()))
	return nil
}

// scanLines returns what the scanner reads of the rows of a sheet, up to their end.
func scanLines(in io.Reader) ([]string, error) {
	var seen seenRows
	s := rowScanner{elementScanner: elementScanner{in: bufio.NewReaderSize(in, maxElement)}, texts: 1 << 30, rows: &seen}
	err := s.scan()
	return seen.list, err
}

const rowSeed = `<row r="1" ht="30.5" customHeight="1"><c r="A1" s="3"/><c r="B1" s="5"><v>-1.5</v></c><c r="IU1" s="5" t="b"><v>1</v></c><c r="IV1" s="5" t="s"><v>12</v></c></row>` +
	`<row r="3"></row><row r="7"><c r="D7" s="5" t="inlineStr"><is><t xml:space="preserve"> a&amp;lt;&lt;&gt;&#13;` + "\n\t" + `_x005F_x000D_é🙂</t></is></c></row>`

// FuzzRows compares the scanner with encoding/xml: rows that it reads are well-formed,
// and have the same cells.
func FuzzRows(f *testing.F) {
	f.Add(rowSeed)
	for _, bad := range []string{"\r", "\x00", "\xff", "\uFFFE", "&quot;", "]]>", "&amp", "<b/>", "<!-- -->"} {
		f.Add(strings.Replace(rowSeed, "é", bad, 1))
	}
	f.Fuzz(func(t *testing.T, rows string) {
		got, err := scanLines(strings.NewReader(rows + "</sheetData>"))
		if err != nil {
			return
		}
		rows, _, _ = strings.Cut(rows, "</sheetData>")
		var sheet xmlSheet
		if err := xml.Unmarshal([]byte("<sheetData>"+rows+"</sheetData>"), &sheet); err != nil {
			t.Fatalf("the scanner reads what is no XML: %s\n%s", err, rows)
		}
		if want := sheet.lines(); !slices.Equal(got, want) {
			t.Errorf("%s\nwant %s\n%s", got, want, rows)
		}
	})
}

// The rows of all sheets of a workbook are those that encoding/xml reads, wherever what
// was read ends.
func TestScannedRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := small
	run.outputs, run.raw = []string{"x.xlsx"}, true
	run.write(t, dir)
	archive, err := zip.OpenReader(dir + "/x.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	cells := 0
	for _, part := range archive.File {
		if !isSheet(part.Name) {
			continue
		}
		in, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		var sheet struct {
			Data xmlSheet `xml:"sheetData"`
		}
		if err := xml.Unmarshal(text, &sheet); err != nil {
			t.Fatal(err)
		}
		_, rows, _ := strings.Cut(string(text), "<sheetData>")
		want := sheet.Data.lines()
		for _, in := range []io.Reader{strings.NewReader(rows), iotest.OneByteReader(strings.NewReader(rows)), iotest.DataErrReader(strings.NewReader(rows))} {
			if got, err := scanLines(in); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v\n%s\nwant %s", part.Name, err, got, want)
			}
		}
		cells += len(want)
	}
	if cells < 500 {
		t.Errorf("only %d cells were compared", cells)
	}
}

// What this program does not write in rows is not read: no part of what a reader of
// workbooks would show goes unseen.
func TestUnexpectedRows(t *testing.T) {
	t.Parallel()
	if got, err := scanLines(strings.NewReader(rowSeed + "</sheetData>")); err != nil || len(got) != 8 {
		t.Fatal(got, err)
	}
	for _, c := range []struct{ old, new, says string }{
		{`<row r="3">`, `<row r="03">`, "unexpected"},
		{`<row r="3">`, `<row r="3" hidden="1">`, `behind row 1: unexpected element or text: " hidden=\"1\">`},
		{`<row r="3">`, `<row r="">`, "behind row 1: row 0 is out of order"},
		{`<row r="3">`, `<row r="1">`, "behind row 1: row 1 is out of order"},
		{`<row r="3">`, `<row r="99999999999999999999">`, "is out of order"},
		{`<row r="7"`, `<row r="1048577"`, "row 1048577 is out of order"},
		{`ht="30.5"`, `ht=""`, "unexpected"},
		{`ht="30.5"`, `ht="3" hidden="1"`, "unexpected"},
		{`r="A1" s="3"`, `r="A1"`, "unexpected"},
		{`r="A1" s="3"`, `r="A1" s=""`, "unexpected"},
		{`r="A1" s="3"`, `r="A" s="3"`, "unexpected"},
		{`r="A1" s="3"`, `r="1" s="3"`, "a cell is out of order"},
		{`r="B1"`, `r="A1"`, "a cell is out of order"},
		{`r="B1"`, `r="B11"`, "a cell is out of order"},
		{`r="B1"`, `r="b1"`, "unexpected"},
		{`r="IV1"`, `r="XFD1"`, ""},
		{`r="IV1"`, `r="XFE1"`, "a cell is out of order"},
		{`r="IV1"`, `r="` + strings.Repeat("Z", 100) + `1"`, "a cell is out of order"},
		{`<v>-1.5</v>`, `<v></v>`, "unexpected"},
		{`<v>-1.5</v>`, `<v>1e5</v>`, "unexpected"},
		{`<v>-1.5</v>`, `<f>1</f><v>1</v>`, "behind row 1: has a formula"},
		{`<v>1</v>`, `<v>2</v>`, "unexpected"},
		{`<v>1</v>`, `<v>01</v>`, "unexpected"},
		{`<v>1</v>`, `<v></v>`, "unexpected"},
		{`<v>12</v>`, `<v>-1</v>`, "unexpected"},
		{`<v>12</v>`, `<v>1073741824</v>`, "there is no shared string 1073741824"},
		{`<v>12</v>`, `<v>99999999999999999999</v>`, "there is no shared string 9999"},
		{`</row><row r="3">`, `<row r="3">`, "an element is out of order"},
		{`<row r="3"></row>`, `<c r="A3" s="1"/>`, "an element is out of order"},
		{`<row r="3"></row>`, `<row r="3"></row></row>`, "an element is out of order"},
		{`<row r="3"></row>`, `<row r="3"></sheetData>`, "an element is out of order"},
		{`<row r="3"></row>`, ` <row r="3"></row>`, "unexpected"},
		{`<row r="3"></row>`, `<row r="3"/>`, "unexpected"},
		{`<row r="3"></row>`, `</sheetDatb>`, "unexpected"},
		{`</t></is>`, `</t><t>b</t></is>`, "unexpected"},
		{`</t></is>`, `<b/></t></is>`, "unexpected"},
		{`</t></is>`, strings.Repeat("x", maxElement) + `</t></is>`, "has a longer text than any cell"},
		{"é", "\r", "unexpected"}, {"é", "\x1f", "unexpected"}, {"é", "\xff", "unexpected"}, {"é", "\uFFFF", "unexpected"}, {"é", "\uFFFE", "unexpected"},
		{"é", "&quot;", "unexpected"}, {"é", "&am", "unexpected"}, {"é", ">", "unexpected"}, {"é", "\uFFFD", ""}, {"é", "\x7f", ""},
		{`</row></sheetData>`, `</row>`, "unexpected EOF"},
		{`</row></sheetData>`, `</row></sheetDat`, "unexpected EOF"},
	} {
		rows := rowSeed + "</sheetData>"
		if !strings.Contains(rows, c.old) {
			t.Fatal(c.old)
		}
		_, err := scanLines(strings.NewReader(strings.Replace(rows, c.old, c.new, 1)))
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%.100s: %v, want %q", c.new, err, c.says)
		}
	}
}

// An error of reading is returned as it is.
func TestScanError(t *testing.T) {
	t.Parallel()
	in := io.MultiReader(strings.NewReader(rowSeed), iotest.ErrReader(os.ErrClosed))
	if _, err := scanLines(in); err == nil || !strings.Contains(err.Error(), os.ErrClosed.Error()) {
		t.Error(err)
	}
}
