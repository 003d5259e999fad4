package excel

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// A sheetLook is what a sheet looks like but for its cells.
type sheetLook struct {
	tab     string // colour
	columns []columnLook
	fixed   int // columns that do not scroll
	across  int // pages that a row takes in print; 0 for one
}

// A columnLook is the width of a column in characters and its fold: 0 for a
// column that is seen, 1 for one that is folded away, 2 for one that stays so
// when its group is unfolded.
type columnLook struct {
	width float64
	fold  int
}

// seen makes the looks of columns that are all seen.
func seen(widths ...float64) []columnLook {
	looks := make([]columnLook, len(widths))
	for i, width := range widths {
		looks[i].width = width
	}
	return looks
}

// A sheetPage is a sheet that is written row by row from the top. The first
// failure sticks: nothing is written after it, and the workbook fails.
type sheetPage struct {
	x      *Writer
	name   string
	look   sheetLook
	part   *spillPart
	row    int     // rows written
	at     rowName // of the last one
	table  int     // rows from the first that are a table: filtered, its header frozen
	merges []string
	charts []placedChart
	breaks []int // rows before which print begins a page

	// Summary alone: how much of a page in print is used, in points, and where
	// the part that is being written begins.
	used, partAt float64
	partRow      int // 0 for none
}

// newPage begins a sheet.
func (x *Writer) newPage(name string, look sheetLook) *sheetPage {
	return &sheetPage{x: x, name: name, look: look, part: x.spill.part()}
}

// addRow appends the next row, whose cells are appended by a function. A height
// of 0 is the default one.
func (p *sheetPage) addRow(height float64, cells func(dst []byte) []byte) {
	p.row++
	p.used += cmp.Or(height, rowHeight)
	if p.x.err != nil {
		return
	}
	p.x.err = p.part.add(func(dst []byte) []byte {
		p.at = append(strconv.AppendInt(p.at[:0], int64(p.row), 10), '"')
		dst = append(append(dst, `<row r="`...), p.at...)
		if height > 0 {
			dst = append(dst, ` ht="`...)
			dst = strconv.AppendFloat(dst, height, 'f', -1, 64)
			dst = append(dst, `" customHeight="1"`...)
		}
		dst = append(dst, '>')
		return append(cells(dst), "</row>"...)
	})
}

// put writes the next row. A zero cell is left out.
func (p *sheetPage) put(height float64, cells ...cell) {
	p.addRow(height, func(dst []byte) []byte {
		for i, c := range cells {
			if c != (cell{}) {
				dst = p.x.appendCell(dst, p.x.letters[i], p.at, c)
			}
		}
		return dst
	})
}

// putFitted writes the next row as high as its wrapped texts need.
func (p *sheetPage) putFitted(cells ...cell) {
	height := rowHeight
	for i, c := range cells {
		height = max(height, linesHigh(c.text, p.look.columns[i].width))
	}
	p.put(height, cells...)
}

// skip leaves n rows empty.
func (p *sheetPage) skip(n int) {
	p.row += n
	p.used += float64(n) * rowHeight
}

// merge makes one cell of the columns from first to last, counted from 1, of
// the row written last.
func (p *sheetPage) merge(first, last int) {
	p.merges = append(p.merges, p.place(first, p.row)+":"+p.place(last, p.row))
}

func (p *sheetPage) place(column, row int) string {
	return p.x.letters[column-1] + strconv.Itoa(row)
}

// texts makes a cell of each text.
func texts(style int, values ...string) []cell {
	cells := make([]cell, len(values))
	for i, text := range values {
		cells[i] = cell{style: style, text: text}
	}
	return cells
}

// A sheetSeries is a sheet that goes on on further ones where one does not hold
// all rows.
type sheetSeries struct {
	x      *Writer
	name   string
	header []cell
	look   sheetLook
	pages  []*sheetPage
}

// page returns the sheet that has room for another row.
func (s *sheetSeries) page() *sheetPage {
	if n := len(s.pages); n > 0 {
		p := s.pages[n-1]
		if int64(p.row) <= s.x.rowLimit && p.part.bytes() < s.x.xmlLimit {
			return p
		}
		if s.x.err == nil { // nothing follows: the buffer can go
			s.x.err = p.part.flush()
			p.part.buffer = nil
		}
	}
	name := s.name
	if n := len(s.pages); n > 0 {
		name = fmt.Sprintf("%s %d", s.name, n+1)
	}
	p := s.x.newPage(name, s.look)
	p.put(30, s.header...)
	s.pages = append(s.pages, p)
	return p
}

// columnLetters are the names of all columns of a sheet that may be needed.
func columnLetters() []string {
	letters := make([]string, 256)
	for i := range letters {
		letters[i], _ = excelize.ColumnNumberToName(i + 1)
	}
	return letters
}
