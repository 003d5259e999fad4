package writer

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// The sheets. Sign-in sheets after the first have a number behind the name.
const (
	summarySheet    = "Summary"
	signInSheet     = "Sign-ins"
	errorCodesSheet = "Error codes"
	sourcesSheet    = "Sources"
)

const (
	rowHeight  = 15.0 // in points, where nothing else is said
	lineHeight = 13.0 // of text of 10 points
	maxHeight  = 400
	// onePage is the height up to which a sheet that is no table is printed on
	// one page: beyond it, print would get too small.
	onePage = 900
)

// linesHigh returns the height of wrapped text of 10 points in a width of some
// characters. No program finds it for merged cells, and not all do for others.
func linesHigh(text string, width float64) float64 {
	lines := 0.0
	for line := range strings.Lines(text) {
		lines += max(1, math.Ceil(float64(utf8.RuneCountInString(line))/(width*1.15)))
	}
	return min(max(lines, 1)*lineHeight+2, maxHeight)
}

// A sheetLook is what a sheet looks like but for its cells.
type sheetLook struct {
	tab     string // colour
	columns []columnLook
	table   bool // the first row is a header: frozen, filtered, printed on each page
	fixed   int  // columns that do not scroll
}

// A columnLook is the width of a column in characters and whether it is folded
// away, in a group with the others that are.
type columnLook struct {
	width  float64
	folded bool
}

// A sheetPage is a sheet that is written row by row from the top. The first
// failure sticks: nothing is written after it, and close returns it.
type sheetPage struct {
	x      *Excel
	name   string
	look   sheetLook
	stream *excelize.StreamWriter
	row    int     // rows written
	height float64 // of the rows written, in points
	size   int64   // bytes of XML, about; sign-in sheets only
	err    error
}

// openSheet begins a sheet. Sheets stand in the workbook in the order in which
// they are opened, Summary before all.
func (x *Excel) openSheet(name string, look sheetLook) (*sheetPage, error) {
	p := &sheetPage{x: x, name: name, look: look}
	for _, step := range []func() error{p.create, p.setProperties, p.openStream, p.setColumns, p.freeze} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	return p, nil
}

// create adds the sheet to the workbook. excelize returns a sheet that is there
// already, and takes a name that Excel keeps for itself.
func (p *sheetPage) create() error {
	if p.name == summarySheet {
		return nil
	}
	if strings.EqualFold(p.name, "History") {
		return errors.New("Excel keeps this name for itself")
	}
	for _, taken := range p.x.file.GetSheetList() {
		if strings.EqualFold(taken, p.name) {
			return errors.New("there is a sheet of this name")
		}
	}
	_, err := p.x.file.NewSheet(p.name)
	return err
}

// setProperties sets what stands before the columns of a sheet. The dimension
// of an empty sheet goes: there is none to put in its place before the rows
// are out, and some readers would believe it.
func (p *sheetPage) setProperties() error {
	fit, left, grid := true, false, false
	tab := "FF" + p.look.tab
	err := p.x.file.SetSheetProps(p.name, &excelize.SheetPropsOptions{
		FitToPage: &fit, TabColorRGB: &tab, OutlineSummaryRight: &left,
	})
	if err != nil {
		return err
	}
	if err := p.x.file.SetSheetDimension(p.name, ""); err != nil {
		return err
	}
	if p.look.table {
		return nil
	}
	return p.x.file.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &grid})
}

func (p *sheetPage) openStream() (err error) {
	p.stream, err = p.x.file.NewStreamWriter(p.name)
	return err
}

// setColumns sets widths and folds. excelize puts the columns set last first,
// and columns must ascend: it begins with the last. Each call copies all
// columns set before, hence one for all that look the same.
func (p *sheetPage) setColumns() error {
	for last := len(p.look.columns); last > 0; {
		column, first := p.look.columns[last-1], last
		for first > 1 && p.look.columns[first-2] == column {
			first--
		}
		if err := p.stream.SetColWidth(first, last, column.width); err != nil {
			return err
		}
		if err := p.fold(first, last); err != nil {
			return err
		}
		last = first - 1
	}
	return nil
}

// fold hides columns in a group, if that is how they look.
func (p *sheetPage) fold(first, last int) error {
	if !p.look.columns[first-1].folded {
		return nil
	}
	for i := last; i >= first; i-- {
		if err := p.stream.SetColOutlineLevel(i, 1); err != nil {
			return err
		}
	}
	return p.stream.SetColVisible(first, last, false)
}

// freeze keeps the header row and the fixed columns in view.
func (p *sheetPage) freeze() error {
	if !p.look.table {
		return nil
	}
	cell, err := excelize.CoordinatesToCellName(p.look.fixed+1, 2)
	if err != nil {
		return err
	}
	pane := "bottomLeft"
	if p.look.fixed > 0 {
		pane = "bottomRight"
	}
	return p.stream.SetPanes(&excelize.Panes{
		Freeze: true, XSplit: p.look.fixed, YSplit: 1, TopLeftCell: cell, ActivePane: pane,
	})
}

// put writes the next row. A height of 0 is the default one; style is that of
// cells that have none, 0 for none.
func (p *sheetPage) put(height float64, style int, cells ...any) {
	p.row++
	p.height += max(height, rowHeight)
	if p.err == nil {
		p.err = p.stream.SetRow("A"+strconv.Itoa(p.row), cells, excelize.RowOpts{Height: height, StyleID: style})
	}
}

// skip leaves n rows empty.
func (p *sheetPage) skip(n int) {
	p.row += n
	p.height += float64(n) * rowHeight
}

// putFitted writes the next row as high as its wrapped texts need.
func (p *sheetPage) putFitted(cells ...any) {
	height := rowHeight
	for i, cell := range cells {
		if cell, ok := cell.(excelize.Cell); ok {
			if text, ok := cell.Value.(string); ok {
				height = max(height, linesHigh(text, p.look.columns[i].width))
			}
		}
	}
	p.put(height, 0, cells...)
}

// merge makes one cell of the columns from first to last of the row written
// last.
func (p *sheetPage) merge(first, last int) {
	if p.err != nil {
		return
	}
	from, err := excelize.CoordinatesToCellName(first, p.row)
	if err != nil {
		p.err = err
		return
	}
	to, err := excelize.CoordinatesToCellName(last, p.row)
	if err != nil {
		p.err = err
		return
	}
	p.err = p.stream.MergeCell(from, to)
}

// text makes a cell of a text and counts it where it had to be cut or escaped.
func (p *sheetPage) text(style int, text string) any {
	t := newCellText([]byte(text))
	p.x.marks.add(t)
	return excelize.Cell{StyleID: style, Value: t.value}
}

// texts makes a cell of each text.
func (p *sheetPage) texts(style int, texts ...string) []any {
	cells := make([]any, len(texts))
	for i, text := range texts {
		cells[i] = p.text(style, text)
	}
	return cells
}

// count makes a cell of a number.
func (p *sheetPage) count(style int, n int64) any {
	return excelize.Cell{StyleID: style, Value: cellWhole(n)}
}

// close ends the sheet. Rows from 1 to filtered are the table that the filter
// buttons work on.
func (p *sheetPage) close(filtered int) error {
	steps := []func() error{p.printSetup, p.stream.Flush}
	if p.look.table {
		steps = []func() error{func() error { return p.filter(filtered) }, p.printHeader, p.printSetup, p.stream.Flush}
	}
	for _, step := range steps {
		if p.err == nil {
			p.err = step()
		}
	}
	if p.err != nil {
		return fmt.Errorf("sheet %s: %w", p.name, p.err)
	}
	return nil
}

// filter adds filter buttons to the header and spares codes and ids the marks
// that Excel puts on numbers kept as text.
func (p *sheetPage) filter(last int) error {
	end, err := excelize.CoordinatesToCellName(len(p.look.columns), max(last, 1))
	if err != nil {
		return err
	}
	if err := p.x.file.AutoFilter(p.name, "A1:"+end, nil); err != nil {
		return err
	}
	return p.x.file.AddIgnoredErrors(p.name, "A1:"+end, excelize.IgnoredErrorsNumberStoredAsText)
}

// printHeader repeats the header row on every page.
func (p *sheetPage) printHeader() error {
	return p.x.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: "'" + p.name + "'!$1:$1", Scope: p.name,
	})
}

// printSetup prints on A4 landscape, one page wide, with the page number.
func (p *sheetPage) printSetup() error {
	paper, across, down, landscape := 9, 1, 0, "landscape"
	if !p.look.table && p.height <= onePage {
		down = 1
	}
	err := p.x.file.SetPageLayout(p.name, &excelize.PageLayoutOptions{
		Size: &paper, Orientation: &landscape, FitToWidth: &across, FitToHeight: &down,
	})
	if err != nil {
		return err
	}
	side, end, edge, centred := 0.4, 0.6, 0.3, true
	err = p.x.file.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &end, Bottom: &end, Header: &edge, Footer: &edge, Horizontally: &centred,
	})
	if err != nil {
		return err
	}
	return p.x.file.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{
		OddFooter: `&L&8&K7F7F7F&A&R&8&K7F7F7FPage &P of &N`,
	})
}
