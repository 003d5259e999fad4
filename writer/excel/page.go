package excel

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// A pageLook is the look of a page without its cells.
type pageLook struct {
	tab     string // colour
	columns []columnLook
	fixed   int // columns that do not scroll
}

// A columnLook is the title of a column, its width in characters, the style of its
// header and its fold: 0 for a column that is shown, 1 for one that is folded, 2 for
// one that stays hidden when its group is unfolded.
type columnLook struct {
	title  string
	width  float64
	header int // in cellStyles.headers
	fold   int
}

// A page is one sheet of the file, written row by row from the top.
type page struct {
	sheet  string // of sheetKinds
	name   string
	look   pageLook
	book   *workbook
	xml    *spillPart
	row    int     // number of the last row
	rowEnd rowEnd  // of the last row
	height float64 // of all rows, in points
	below  int     // columns of the rows of addCells below the first

	tableRows int // rows from the first that are a table: filtered, its header frozen
	lists     []lowerTable
	merges    [][2]string // their first and last cells
	charts    []placedChart
	breaks    []int // rows before which print begins a page
	links     links
}

// A lowerTable is a table below that of the first rows: its name, and the rows from its
// header, which has the titles of the page, to its last one.
type lowerTable struct {
	name        string
	header, end int
}

// addRow appends the next row; cells appends its cells. A height of 0 is the
// default one.
func (p *page) addRow(height float64, cells func(dst []byte) []byte) {
	p.row++
	p.height += cmp.Or(height, rowHeight)
	p.xml.append(func(dst []byte) []byte {
		p.rowEnd = append(strconv.AppendInt(p.rowEnd[:0], int64(p.row), 10), '"')
		dst = append(append(dst, `<row r="`...), p.rowEnd...)
		if height > 0 {
			dst = append(dst, ` ht="`...)
			dst = strconv.AppendFloat(dst, height, 'f', -1, 64)
			dst = append(dst, `" customHeight="1"`...)
		}
		dst = append(dst, '>')
		return append(cells(dst), "</row>"...)
	})
}

// addCells appends the next row with these cells. Zero cells are not written.
func (p *page) addCells(height float64, cells ...cell) {
	p.addRow(height, func(dst []byte) []byte {
		column := 0
		for _, c := range cells {
			if c.columns > 1 {
				p.merges = append(p.merges, [2]string{place(column+1, p.row), place(column+c.columns, p.row)})
			}
			for range max(1, c.columns) {
				if !c.isZero() {
					dst = c.appendTo(appendPlace(dst, column, p.rowEnd), &p.book.marks)
				}
				column++
				c = cell{style: c.style}
			}
		}
		if p.row > 1 {
			p.below = max(p.below, column)
		}
		return dst
	})
}

// addText appends the next row with a text in the first column.
func (p *page) addText(height float64, style int, text string) {
	p.addCells(height, cell{style: style, text: text})
}

// addBelow appends the next row with a text below a table, in the first column that is
// shown and not fixed: print repeats those that are fixed, and cuts the text there.
func (p *page) addBelow(height float64, style int, text string) {
	cells := make([]cell, p.look.fixed, len(p.look.columns))
	for len(cells) < len(p.look.columns)-1 && p.look.columns[len(cells)].fold > 0 {
		cells = append(cells, cell{})
	}
	p.addCells(height, append(cells, cell{style: style, text: text})...)
}

// addHeader appends the next row with the titles of columns.
func (p *page) addHeader() {
	var cells []cell
	for _, c := range p.look.columns {
		cells = append(cells, cell{style: p.book.styles.headers[c.header], text: c.title})
	}
	p.addCells(30, cells...)
}

// addWrapped appends the next row, as high as its wrapped texts need.
func (p *page) addWrapped(cells ...cell) {
	height := rowHeight
	for i, c := range cells {
		height = max(height, wrappedHeight(c.text, p.look.columns[i].width))
	}
	p.addCells(height, cells...)
}

// skipRows leaves n rows empty.
func (p *page) skipRows(n int) {
	p.row += n
	p.height += float64(n) * rowHeight
}

// pieces returns the pieces of the page's part: its columns and rows in the XML that
// excelize made of it.
func (p *page) pieces(made []byte) ([]*spillPart, error) {
	head, rest, found := bytes.Cut(made, []byte("<sheetData"))
	_, tail, ended := bytes.Cut(rest, []byte("</sheetData>"))
	if !found || !ended {
		return nil, errors.New("excelize made no room for rows")
	}
	head = bytes.Replace(head, []byte(` filterMode="true"`), nil, 1)
	if fold := slices.MaxFunc(p.look.columns, func(a, b columnLook) int { return cmp.Compare(a.fold, b.fold) }).fold; fold > 0 {
		head = bytes.Replace(head, []byte("<sheetFormatPr "), fmt.Appendf(nil, `<sheetFormatPr outlineLevelCol="%d" `, fold), 1)
	}
	tail, err := p.links.insert(tail)
	if err != nil {
		return nil, err
	}
	spill := p.book.spill
	return []*spillPart{
		spill.newPart(append(p.look.appendColumns(head), "<sheetData>"...)), p.xml, spill.newPart(append([]byte("</sheetData>"), tail...)),
	}, nil
}

// appendColumns appends the cols element. The button that unfolds a group is at the
// column before the group.
func (l pageLook) appendColumns(dst []byte) []byte {
	dst = append(dst, "<cols>"...)
	for i, c := range l.columns {
		dst = fmt.Appendf(dst, `<col min="%d" max="%d" width="%s" customWidth="1"`, i+1, i+1, strconv.FormatFloat(c.width, 'f', -1, 64))
		if c.fold > 0 {
			dst = fmt.Appendf(dst, ` hidden="1" outlineLevel="%d"`, c.fold)
		}
		if i+1 < len(l.columns) && l.columns[i+1].fold > c.fold {
			dst = append(dst, ` collapsed="1"`...)
		}
		dst = append(dst, "/>"...)
	}
	return append(dst, "</cols>"...)
}

// place returns the name of a cell, such as A1; both count from 1.
func place(column, row int) string { return columnLetters[column-1] + strconv.Itoa(row) }

// columnLetters are the names of the columns of a page.
var columnLetters = func() (letters [256]string) {
	for i := range letters {
		letters[i], _ = excelize.ColumnNumberToName(i + 1)
	}
	return letters
}()
