package excel

import (
	"bytes"
	"encoding/xml"
	"errors"
	"maps"
	"regexp"
	"strings"
	"testing"

	"signins/schema"
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
	for _, sheet := range []string{signInSheet, policySheet, stepSheet, errorCodesSheet} {
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
