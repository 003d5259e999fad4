package excel

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The tests read workbooks with archive/zip and encoding/xml alone, so that no
// mistake of the library that wrote them is made twice.

// A readBook is a workbook as a reader sees it.
type readBook struct {
	names  []string // of the sheets, in order
	sheets map[string]*readSheet
	parts  map[string][]byte
	order  []string // of the parts
	files  []*zip.File
}

type readSheet struct {
	rows []map[string]readCell // by column letters; rows[0] is row 1
	high []float64             // heights of rows, 0 for the default one
	head string                // XML before the rows
	tail string                // and behind them
}

// A readCell has text, a number or a truth value, which is TRUE or FALSE as text.
type readCell struct {
	text   string
	number string
	style  int
	isText bool
	isBool bool
}

func (c readCell) String() string { return c.text + c.number }

func readExcel(t testing.TB, data []byte) *readBook {
	t.Helper()
	book := readParts(t, data)
	for _, name := range book.order {
		wellFormed(t, name, book.parts[name])
	}
	book.readSheets(t)
	return book
}

// readParts reads the parts of a workbook alone.
func readParts(t testing.TB, data []byte) *readBook {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	book := &readBook{sheets: map[string]*readSheet{}, parts: map[string][]byte{}, files: archive.File}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if book.parts[file.Name], err = io.ReadAll(r); err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		book.order = append(book.order, file.Name)
	}
	return book
}

func wellFormed(t testing.TB, name string, part []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s is no XML: %v", name, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local == "f" && !strings.HasPrefix(name, "xl/charts/") { // there it names cells
			t.Errorf("%s has a formula", name)
		}
		for _, a := range start.Attr {
			if a.Name.Local == "TargetMode" || start.Name.Local == "hyperlink" && a.Name.Local == "id" {
				t.Errorf("%s has a relation to %s", name, a.Value)
			}
		}
	}
}

func (b *readBook) readSheets(t testing.TB) {
	t.Helper()
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:",attr"`
		}
	}
	var shared struct {
		Texts []string `xml:"si>t"`
	}
	mustUnmarshal(t, b.parts["xl/sharedStrings.xml"], &shared)
	mustUnmarshal(t, b.parts["xl/workbook.xml"], &book)
	mustUnmarshal(t, b.parts["xl/_rels/workbook.xml.rels"], &relations)
	for _, s := range book.Sheets {
		for _, r := range relations.Relationship {
			if r.ID == s.ID {
				target := path.Join("xl", strings.TrimPrefix(r.Target, "/xl/"))
				b.names = append(b.names, s.Name)
				b.sheets[s.Name] = readExcelSheet(t, b.parts[target], shared.Texts)
			}
		}
	}
}

func mustUnmarshal(t testing.TB, part []byte, v any) {
	t.Helper()
	if err := xml.Unmarshal(part, v); err != nil {
		t.Fatal(err)
	}
}

func readExcelSheet(t testing.TB, part []byte, shared []string) *readSheet {
	t.Helper()
	var sheet struct {
		Rows []struct {
			R     int     `xml:"r,attr"`
			High  float64 `xml:"ht,attr"`
			Cells []struct {
				R  string `xml:"r,attr"`
				T  string `xml:"t,attr"`
				S  int    `xml:"s,attr"`
				V  string `xml:"v"`
				IS string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	mustUnmarshal(t, part, &sheet)
	read := &readSheet{}
	read.head, _, _ = strings.Cut(string(part), "<sheetData>")
	_, read.tail, _ = strings.Cut(string(part), "</sheetData>")
	for _, row := range sheet.Rows {
		for len(read.rows) < row.R {
			read.rows, read.high = append(read.rows, map[string]readCell{}), append(read.high, 0)
		}
		read.high[row.R-1] = row.High
		for _, c := range row.Cells {
			cell := readCell{number: c.V, style: c.S}
			switch c.T {
			case "inlineStr":
				cell.text, cell.isText = decodeCell(c.IS), true
			case "s":
				n, err := strconv.Atoi(c.V)
				if err != nil || n >= len(shared) {
					t.Fatalf("cell %s is text %q of %d", c.R, c.V, len(shared))
				}
				cell = readCell{text: decodeCell(shared[n]), style: c.S, isText: true}
			case "b":
				word := map[string]string{"0": "FALSE", "1": "TRUE"}[c.V]
				if word == "" {
					t.Fatalf("cell %s has the truth value %q", c.R, c.V)
				}
				cell = readCell{text: word, style: c.S, isBool: true}
			case "":
			default:
				t.Errorf("cell %s has type %q", c.R, c.T)
			}
			read.rows[row.R-1][strings.TrimRight(c.R, "0123456789")] = cell
		}
	}
	return read
}

// cellEscape is an escape to the most eager reader; Excel wants four digits.
var cellEscape = regexp.MustCompile(`_x([0-9A-Fa-f]{1,4})_`)

// decodeCell returns the text of a t element as Excel does.
func decodeCell(text string) string {
	return cellEscape.ReplaceAllStringFunc(text, func(escape string) string {
		n, err := strconv.ParseUint(escape[2:len(escape)-1], 16, 16)
		if err != nil {
			panic(err)
		}
		return string(rune(n))
	})
}

// table returns the cells of a sheet by header, without the header.
func (s *readSheet) table() []map[string]readCell {
	var rows []map[string]readCell
	for _, row := range s.rows[1:] {
		cells := map[string]readCell{}
		for letters, cell := range row {
			cells[s.rows[0][letters].text] = cell
		}
		rows = append(rows, cells)
	}
	return rows
}

// texts returns all texts and numbers of a sheet.
func (s *readSheet) texts() []string {
	var texts []string
	for _, row := range s.rows {
		for _, cell := range row {
			texts = append(texts, cell.String())
		}
	}
	return texts
}

// line returns the cells of the row that has the text, in order.
func (s *readSheet) line(t testing.TB, text string) []string {
	t.Helper()
	for _, row := range s.rows {
		var letters, line []string
		for l := range row {
			letters = append(letters, l)
		}
		slices.SortFunc(letters, func(a, b string) int {
			return strings.Compare(strconv.Itoa(len(a))+a, strconv.Itoa(len(b))+b)
		})
		for _, l := range letters {
			line = append(line, row[l].String())
		}
		if slices.Contains(line, text) {
			return line
		}
	}
	t.Fatalf("no cell %q", text)
	return nil
}

// format returns the number format of a cell style.
func (b *readBook) format(t testing.TB, style int) string {
	t.Helper()
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	mustUnmarshal(t, b.parts["xl/styles.xml"], &styles)
	id := styles.Cells[style].ID
	for _, f := range styles.Formats {
		if f.ID == id {
			return f.Code
		}
	}
	return "#" + strconv.Itoa(id)
}

// A readTable is an Excel table.
type readTable struct {
	Name   string `xml:"displayName,attr"`
	Ref    string `xml:"ref,attr"`
	Filter struct {
		Ref string `xml:"ref,attr"`
	} `xml:"autoFilter"`
	Columns []struct {
		Name string `xml:"name,attr"`
	} `xml:"tableColumns>tableColumn"`
}

// tables returns the tables of the workbook by the names of their sheets.
func (b *readBook) tables(t testing.TB) map[string]readTable {
	t.Helper()
	tables := map[string]readTable{}
	for i, name := range b.names {
		var relations struct {
			Relationship []struct {
				ID     string `xml:"Id,attr"`
				Target string `xml:",attr"`
			}
		}
		for _, id := range regexp.MustCompile(`<tablePart r:id="([^"]+)"`).FindAllStringSubmatch(b.sheets[name].tail, -1) {
			mustUnmarshal(t, b.parts["xl/worksheets/_rels/sheet"+strconv.Itoa(i+1)+".xml.rels"], &relations)
			for _, r := range relations.Relationship {
				if r.ID == id[1] {
					var table readTable
					mustUnmarshal(t, b.parts[path.Join("xl/worksheets", r.Target)], &table)
					tables[name] = table
				}
			}
		}
	}
	return tables
}
