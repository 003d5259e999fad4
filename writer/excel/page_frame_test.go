package excel

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// TestSheetNames has names that Excel does not reserve and that differ also without
// case, as excelize would make one sheet of two.
func TestSheetNames(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"history": true}
	for _, kind := range sheetKinds {
		if name := strings.ToLower(kind.name); used[name] {
			t.Errorf("%s is in use or reserved", kind.name)
		} else {
			used[name] = true
		}
	}
}

// framedBook has two pages of sign-ins, and every other sheet.
func framedBook(t *testing.T) *readBook {
	t.Helper()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, &manifest.Run{Inputs: []*manifest.Input{{Path: "a.csv"}}})
	x.parts.book.limits.rows = 12
	b := excelBatch(20, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.ID].SetText(row, "1")
		c[schema.CreatedAt].SetNum(row, 1)
		c[schema.ErrorCode].SetNum(row, 50126)
		if row < 3 {
			c[schema.ConditionalAccessPolicies].SetText(row, `[{"displayName":"a"}]`)
			c[schema.AuthenticationDetails].SetText(row, `[{"authenticationMethod":"b","succeeded":true}]`)
		}
	})
	b.Rejects = []schema.Reject{{Record: 2}}
	if err := errors.Join(x.Write(b), x.WritePair(conflict("1", 3)), x.Close()); err != nil {
		t.Fatal(err)
	}
	return readExcel(t, out.Bytes())
}

// TestTables makes Excel tables of the rows of pages: their names are unique, their
// columns are the titles in the header, unique without case, and there is no second filter.
func TestTables(t *testing.T) {
	t.Parallel()
	book := framedBook(t)
	tables, names, shared := book.tables(t), map[string]string{}, map[string]bool{}
	for sheet, table := range tables {
		names[sheet] = table.Name + " " + table.Ref
		if name := strings.ToLower(table.Name); shared[name] {
			t.Errorf("two tables %s", name)
		} else {
			shared[name] = true
		}
		titles := map[string]bool{}
		for i, c := range table.Columns {
			if title := book.sheets[sheet].rows[0][columnLetters[i]]; c.Name != title.text || !title.isText || titles[strings.ToLower(c.Name)] {
				t.Errorf("%s: column %d is %q, its title %q, which may be there twice", sheet, i, c.Name, title.text)
			}
			titles[strings.ToLower(c.Name)] = true
		}
		if len(table.Columns) != len(book.sheets[sheet].rows[0]) || table.Filter.Ref != table.Ref || strings.Contains(book.sheets[sheet].tail, "<autoFilter") {
			t.Errorf("%s: %d columns, filter %s", sheet, len(table.Columns), table.Filter.Ref)
		}
	}
	last := columnLetters[len(sheetColumns(nil, nil))-1]
	want := map[string]string{
		"Sign-ins": "SignIns A1:" + last + "13", "Sign-ins 2": "SignIns_2 A1:" + last + "9",
		"Conditional access": "ConditionalAccess A1:U4", "Authentication steps": "AuthenticationSteps A1:R4",
		"Error codes": "ErrorCodes A1:M2", "Rejected": "Rejected A1:I2", "Duplicates": "Duplicates A1:I3", "Sources": "Sources A1:O2",
		"Columns": names["Columns"],
	}
	if !maps.Equal(names, want) {
		t.Errorf("tables %q\nwant   %q", names, want)
	}
}

// TestNoTable makes no table of a header above a note, which Excel would repair.
func TestNoTable(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil)
	tables := book.tables(t)
	for _, sheet := range []string{SignInSheet, policySheet, stepSheet, errorCodesSheet} {
		if tables[sheet].Name != "" || !regexp.MustCompile(`<autoFilter ref="\$A\$1:\$[A-Z]+\$1"`).MatchString(book.sheets[sheet].tail) {
			t.Errorf("%s has a table %+v, or no filter", sheet, tables[sheet])
		}
	}
}

// TestPrintAreas prints all rows of a page, up to the last column that is shown.
func TestPrintAreas(t *testing.T) {
	t.Parallel()
	book := framedBook(t)
	areas := map[string]string{}
	for _, m := range regexp.MustCompile(`name="_xlnm.Print_Area">&#39;([^&]+)&#39;!([^<]+)<`).FindAllStringSubmatch(string(book.parts["xl/workbook.xml"]), -1) {
		areas[m[1]] = m[2]
	}
	if len(areas) != len(book.names) {
		t.Errorf("%d areas of %d sheets", len(areas), len(book.names))
	}
	for sheet, want := range map[string]string{"Conditional access": "$A$1:$I$4", "Duplicates": "$A$1:$I$3", "Sign-ins 2": "$A$1:$" + lastShown(book.sheets["Sign-ins 2"]) + "$9"} {
		if areas[sheet] != want {
			t.Errorf("%s prints %s, want %s", sheet, areas[sheet], want)
		}
	}
}

// TestReadablePrint prints as many pages side by side as text needs that is to be read,
// with the fixed columns on each, and of a row one page after the other.
func TestReadablePrint(t *testing.T) {
	t.Parallel()
	hidden := columnLook{width: 255, fold: 1}
	wide := func(widths ...float64) (columns []columnLook) {
		for _, width := range widths {
			columns = append(columns, columnLook{width: width}, hidden)
		}
		return columns
	}
	for name, c := range map[string]struct {
		look pageLook
		want printedLook
	}{
		"one page":                    {pageLook{columns: wide(100, 100)}, printedLook{2, 2, 1}},
		"two pages":                   {pageLook{columns: wide(100, 100, 50)}, printedLook{4, 2, 2}},
		"the fixed one on each":       {pageLook{columns: wide(100, 100, 100, 100), fixed: 1}, printedLook{6, 2, 3}},
		"none fixed":                  {pageLook{columns: wide(100, 100, 100, 100)}, printedLook{6, 2, 2}},
		"a column wider than a page":  {pageLook{columns: wide(20, 250, 20), fixed: 1}, printedLook{4, 2, 2}},
		"columns that are all hidden": {pageLook{columns: []columnLook{hidden, hidden}}, printedLook{0, 0, 1}},
	} {
		if got := c.look.printed(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	book := framedBook(t)
	for sheet, want := range map[string][2]string{
		sourcesSheet: {`fitToWidth="3"`, `>&#39;Sources&#39;!$A:$A,&#39;Sources&#39;!$1:$1<`},
		summarySheet: {`fitToWidth="1"`, ""},
		policySheet:  {`fitToWidth="1"`, `>&#39;Conditional access&#39;!$1:$1<`},
	} {
		tail := book.sheets[sheet].tail
		if !strings.Contains(tail, want[0]) || !strings.Contains(tail, `fitToHeight="0"`) || !strings.Contains(tail, `pageOrder="overThenDown"`) {
			t.Errorf("%s: no %s, any height, over then down in %s", sheet, want[0], tail)
		}
		if !strings.Contains(string(book.parts["xl/workbook.xml"]), want[1]) {
			t.Errorf("no titles %s", want[1])
		}
	}
}

// A table without rows is one printed page, unless something below it is wider.
func TestEmptySheetsPrintOnePage(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil)
	if !strings.Contains(string(book.parts["xl/workbook.xml"]), `>&#39;Authentication steps&#39;!$A$1:$J$2<`) {
		t.Errorf("%s", book.parts["xl/workbook.xml"])
	}
	if tail := book.sheets[stepSheet].tail; !strings.Contains(tail, `fitToWidth="1"`) {
		t.Errorf("%s", tail)
	}
	s := somethingSeen()
	s.list, s.rules = nil, s.rules[4:5]
	if part := string(s.write(t).parts["xl/workbook.xml"]); !strings.Contains(part, `>&#39;Findings&#39;!$A$1:$K$`) {
		t.Errorf("the rules below no finding are cut: %s", part)
	}
}

// lastShown returns the letters of the last column that is not hidden.
func lastShown(s *readSheet) (letters string) {
	for i, col := range regexp.MustCompile(`<col [^>]*>`).FindAllString(s.head, -1) {
		if !strings.Contains(col, "hidden") {
			letters = columnLetters[i]
		}
	}
	return letters
}

// TestCoreProperties has every document property in its namespace, and the one that exceljs
// looks for by its prefix.
func TestCoreProperties(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil)
	part := book.parts["docProps/core.xml"]
	var properties struct {
		XMLName        xml.Name `xml:"http://schemas.openxmlformats.org/package/2006/metadata/core-properties coreProperties"`
		Title          string   `xml:"http://purl.org/dc/elements/1.1/ title"`
		LastModifiedBy string   `xml:"http://schemas.openxmlformats.org/package/2006/metadata/core-properties lastModifiedBy"`
		Created        string   `xml:"http://purl.org/dc/terms/ created"`
	}
	mustUnmarshal(t, part, &properties)
	if properties.Title == "" || properties.LastModifiedBy != "signins" || properties.Created == "" || !bytes.Contains(part, []byte("<cp:lastModifiedBy>")) {
		t.Errorf("%+v of %s", properties, part)
	}
}

// Notes are below tables, not in them, and the record of the run counts the sheets that
// there are and the cells that differ.
func TestNotesAndCountsOfSheets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	run := &manifest.Run{Duplicates: &duplicates.Report{Kinds: duplicates.Kinds{Same: 1}}}
	x, _ := newTestExcel(t, &out, run)
	x.parts.book.limits.rows = 2
	b := excelBatch(5, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.CreatedAt].SetNum(row, int64(row))
		c[schema.UserID].SetText(row, "u\x00")
		c[schema.ErrorCode].SetNum(row, 0)
		if row == 0 {
			c[schema.UserAgent].SetText(row, strings.Repeat("a", 40000))
		}
	})
	if err := errors.Join(x.Write(b), x.Close()); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	if got, want := *run.Workbook, (manifest.Workbook{Sheets: len(book.names), Cut: 1, Escaped: 6}); got != want || !slices.Contains(book.names, SignInSheet+" 3") {
		t.Errorf("%+v of the sheets %q, want %+v", got, book.names, want)
	}
	tables := book.tables(t)
	for sheet, rows := range map[string]int{errorCodesSheet: 2, usersSheet: 2, SignInSheet + " 3": 2} {
		if ref := tables[sheet].Ref; !strings.HasSuffix(ref, fmt.Sprint(columnLetters[len(book.sheets[sheet].rows[0])-1], rows)) {
			t.Errorf("%s: the table is %s, which has %d rows", sheet, ref, rows)
		}
		if noted := len(book.sheets[sheet].rows) > rows; noted != (sheet != SignInSheet+" 3") {
			t.Errorf("%s: has notes: %v", sheet, noted)
		}
	}
}
