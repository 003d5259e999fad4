package excel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// makeFrame makes with excelize all of a page but its columns and rows. Pages are
// made in their order; excelize names their parts by it.
func (p *page) makeFrame(f *excelize.File, index int) error {
	if index == 0 {
		if err := f.SetSheetName(f.GetSheetName(0), p.name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(p.name); err != nil {
		return err
	}
	if p.tableRows > 0 {
		if err := p.makeTable(f); err != nil {
			return err
		}
	}
	for _, l := range p.lists {
		if err := p.nameTable(f, l.name, l.header, l.end); err != nil {
			return err
		}
	}
	if err := errors.Join(p.setProperties(f), p.setUpPrint(f)); err != nil {
		return err
	}
	for _, merge := range p.merges {
		if err := f.MergeCell(p.name, merge[0], merge[1]); err != nil {
			return err
		}
	}
	for _, c := range p.charts {
		if err := f.AddChart(p.name, c.cell, c.chart); err != nil {
			return err
		}
	}
	return nil
}

// makeTable makes an Excel table, or adds filter buttons to the header if that has no
// rows. It freezes the header and the fixed columns, repeats them in print, and turns off
// Excel's warning marks on codes and ids kept as text.
func (p *page) makeTable(f *excelize.File) error {
	table := "A1:" + place(len(p.look.columns), p.tableRows)
	titles := "'" + p.name + "'!$1:$1"
	if p.look.fixed > 0 && p.look.printed().across > 1 {
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", p.name, columnLetters[p.look.fixed-1], titles)
	}
	pane, corner := "bottomLeft", place(p.look.fixed+1, 2)
	if p.look.fixed > 0 {
		pane = "bottomRight"
	}
	return errors.Join(
		p.addFilter(f, table),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: p.name}),
		f.AddIgnoredErrors(p.name, table, excelize.IgnoredErrorsNumberStoredAsText),
		f.SetPanes(p.name, &excelize.Panes{
			Freeze: true, XSplit: p.look.fixed, YSplit: 1, TopLeftCell: corner, ActivePane: pane,
			Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}},
		}))
}

// addFilter makes a range from the first row an Excel table. A table has a filter of its own and at least
// one row: a header alone gets a filter of the sheet.
func (p *page) addFilter(f *excelize.File, table string) error {
	if p.tableRows < 2 {
		return f.AutoFilter(p.name, table, nil)
	}
	return p.nameTable(f, p.tableName(), 1, p.tableRows)
}

// nameTable makes the rows from a header to another one an Excel table of that name.
func (p *page) nameTable(f *excelize.File, name string, header, end int) error {
	for i, c := range p.look.columns { // the names of the table's columns
		if err := f.SetCellStr(p.name, place(i+1, header), c.title); err != nil {
			return err
		}
	}
	table, stripes := place(1, header)+":"+place(len(p.look.columns), end), false
	return f.AddTable(p.name, &excelize.Table{Range: table, Name: name, ShowRowStripes: &stripes})
}

// tableName returns the name of a page as that of a table, such as SignIns_2 for
// "Sign-ins 2".
func (p *page) tableName() string {
	name := ""
	for word := range strings.FieldsFuncSeq(p.sheet, func(r rune) bool { return r == ' ' || r == '-' }) {
		name += sentence(word)
	}
	if number, further := strings.CutPrefix(p.name, p.sheet+" "); further {
		name += "_" + number
	}
	return name
}

// setProperties follows makeTable, which would undo it.
func (p *page) setProperties(f *excelize.File) error {
	fit, left, grid, tab := true, false, false, "FF"+p.look.tab
	return errors.Join(
		f.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit, TabColorRGB: &tab, OutlineSummaryRight: &left}),
		f.SetSheetDimension(p.name, "A1:"+place(len(p.look.columns), max(p.row, 1))),
		f.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &grid}))
}

// setUpPrint sets A4 landscape, the pages across, their order, the page numbers and
// breaks. It prints all rows, up to the last column that is shown. Of a table without
// rows it prints the first page alone, if nothing below is wider.
func (p *page) setUpPrint(f *excelize.File) error {
	printed := p.look.printed()
	if p.tableRows == 1 && p.below <= printed.lastOnFirst+1 {
		printed.last, printed.across = printed.lastOnFirst, 1
	}
	area := fmt.Sprintf("'%s'!$A$1:$%s$%d", p.name, columnLetters[printed.last], max(p.row, 1))
	paper, down, landscape, order := 9, 0, "landscape", "overThenDown"
	side, end, edge, centred := 0.4, 0.6, 0.3, true
	err := errors.Join(
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: area, Scope: p.name}),
		f.SetPageLayout(p.name, &excelize.PageLayoutOptions{
			Size: &paper, Orientation: &landscape, FitToWidth: &printed.across, FitToHeight: &down, PageOrder: &order,
		}),
		f.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{
			Left: &side, Right: &side, Top: &end, Bottom: &end, Header: &edge, Footer: &edge, Horizontally: &centred,
		}),
		f.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{
			OddFooter: `&L&8&K7F7F7F&A&R&8&K7F7F7FPage &P of &N`,
		}))
	for _, row := range p.breaks {
		err = errors.Join(err, f.InsertPageBreak(p.name, place(1, row)))
	}
	return err
}

const (
	printWidth = 1045 // pixels of A4 landscape between the margins
	leastScale = 0.65 // of print: text of 10 points is printed with 6.5
)

// A printedLook is how the columns of a page are printed: the last one that is shown, the
// last one on the first of the pages side by side, and how many of these there are.
type printedLook struct{ last, lastOnFirst, across int }

// printed returns how columns are printed at leastScale. The fixed ones are on each page.
// Excel prints them as large as the number of pages allows.
func (l pageLook) printed() printedLook {
	p := printedLook{across: 1}
	fixed, used := 0.0, 0.0
	for i, c := range l.columns {
		if c.fold > 0 {
			continue
		}
		width := 7*c.width + 5
		if used+width > printWidth/leastScale && used > fixed {
			p.across, used = p.across+1, fixed
		}
		used += width
		if i < l.fixed {
			fixed = used
		}
		p.last = i
		if p.across == 1 {
			p.lastOnFirst = i
		}
	}
	return p
}
