package excel

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A readLink is a link of a sheet: its cell, and the sheet and cell that it leads to.
type readLink struct{ cell, sheet, to string }

var location = regexp.MustCompile(`^'((?:[^']|'')+)'!([A-Z]+[0-9]+)$`)

// links returns the links of a sheet. Each has a location in the workbook and nothing
// else.
func (b *readBook) links(t testing.TB, sheet string) (list []readLink) {
	t.Helper()
	var read struct {
		Links []struct {
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"hyperlinks>hyperlink"`
	}
	mustUnmarshal(t, []byte("<worksheet>"+strings.TrimSuffix(b.sheets[sheet].tail, "</worksheet>")+"</worksheet>"), &read)
	for _, l := range read.Links {
		if len(l.Attrs) != 2 || l.Attrs[0].Name.Local != "ref" || l.Attrs[1].Name.Local != "location" {
			t.Fatalf("%s: a link has %v", sheet, l.Attrs)
		}
		parts := location.FindStringSubmatch(l.Attrs[1].Value)
		if parts == nil {
			t.Fatalf("%s: a link leads to %q", sheet, l.Attrs[1].Value)
		}
		link := readLink{l.Attrs[0].Value, strings.ReplaceAll(parts[1], "''", "'"), parts[2]}
		if !slices.Contains(b.names, link.sheet) {
			t.Errorf("%s: %s leads to %q, which is no sheet", sheet, link.cell, link.sheet)
		}
		list = append(list, link)
	}
	return list
}

// Links lead to cells of the workbook, are in their place among the elements of a sheet,
// and are never more than Excel reads.
func TestLinksLeadToCellsOfTheWorkbook(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a limit, and takes a minute under the race detector")
	}
	t.Parallel()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	from, to := x.parts.book.addTable(columnsSheet, pageLook{columns: []columnLook{{title: "A", width: 9}}}), x.parts.book.addTable("O'Neill & <more>", pageLook{columns: []columnLook{{title: "B", width: 9}}})
	from.addCells(0, cell{text: "x", columns: 2})
	from.tableRows = 2
	for i := range maxLinks + 2 {
		if added := from.addLink(place(1, i+2), to, "B7"); added != (i < maxLinks) {
			t.Fatalf("link %d: %t", i, added)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	links := book.links(t, columnsSheet)
	if len(links) != maxLinks || links[0] != (readLink{"A2", "O'Neill & <more>", "B7"}) {
		t.Errorf("%d links, %v", len(links), links[:min(len(links), 1)])
	}
	last := -1
	for _, element := range []string{"<mergeCells", "<hyperlinks>", "</hyperlinks><printOptions", "<pageMargins", "<pageSetup", "<ignoredErrors", "<tableParts"} {
		at := strings.Index(book.sheets[columnsSheet].tail, element)
		if at <= last {
			t.Errorf("%s is not in its place", element)
		}
		last = at
	}
}
