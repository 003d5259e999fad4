package excel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A pageFrame makes with excelize all of a page but its columns and rows.
type pageFrame struct {
	file *excelize.File
	page *page
}

// make makes the page with an index in the workbook. Pages are made in their order;
// excelize names their parts by it.
func (f *pageFrame) make(index int) error {
	for _, step := range []func() error{
		func() error { return f.addSheet(index) },
		f.addFilter, f.setProperties, f.freezePanes, f.setUpPrint, f.mergeCells, f.addCharts,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// addSheet adds the sheet to the workbook. excelize would return one of that name
// without an error, and accept a name that Excel reserves.
func (f *pageFrame) addSheet(index int) error {
	name := f.page.name
	if index == 0 {
		return f.file.SetSheetName(f.file.GetSheetName(0), name)
	}
	if strings.EqualFold(name, "History") {
		return errors.New("the name is reserved by Excel")
	}
	for _, other := range f.file.GetSheetList() {
		if strings.EqualFold(other, name) {
			return errors.New("there is a sheet of this name")
		}
	}
	_, err := f.file.NewSheet(name)
	return err
}

// addFilter adds filter buttons to the header of a table, repeats the header in
// print and turns off Excel's warning marks on codes and ids kept as text.
func (f *pageFrame) addFilter() error {
	p := f.page
	if p.tableRows == 0 {
		return nil
	}
	table := "A1:" + place(len(p.look.columns), p.tableRows)
	if err := f.file.AutoFilter(p.name, table, nil); err != nil {
		return err
	}
	titles := "'" + p.name + "'!$1:$1"
	if p.look.across > 1 {
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", p.name, columnLetters[p.look.fixed-1], titles)
	}
	err := f.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: p.name})
	return errors.Join(err, f.file.AddIgnoredErrors(p.name, table, excelize.IgnoredErrorsNumberStoredAsText))
}

// setProperties follows addFilter, which would undo it.
func (f *pageFrame) setProperties() error {
	p, fit, left, grid, tab := f.page, true, false, false, "FF"+f.page.look.tab
	return errors.Join(
		f.file.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit, TabColorRGB: &tab, OutlineSummaryRight: &left}),
		f.file.SetSheetDimension(p.name, "A1:"+place(len(p.look.columns), max(p.row, 1))),
		f.file.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &grid}))
}

// freezePanes freezes the header row and the fixed columns of a table.
func (f *pageFrame) freezePanes() error {
	p := f.page
	if p.tableRows == 0 {
		return nil
	}
	pane, corner := "bottomLeft", place(p.look.fixed+1, 2)
	if p.look.fixed > 0 {
		pane = "bottomRight"
	}
	return f.file.SetPanes(p.name, &excelize.Panes{
		Freeze: true, XSplit: p.look.fixed, YSplit: 1, TopLeftCell: corner, ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}},
	})
}

// setUpPrint sets A4 landscape, the pages across, the page numbers and breaks.
func (f *pageFrame) setUpPrint() error {
	name, paper, across, down, landscape := f.page.name, 9, max(1, f.page.look.across), 0, "landscape"
	side, end, edge, centred := 0.4, 0.6, 0.3, true
	err := errors.Join(
		f.file.SetPageLayout(name, &excelize.PageLayoutOptions{
			Size: &paper, Orientation: &landscape, FitToWidth: &across, FitToHeight: &down,
		}),
		f.file.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{
			Left: &side, Right: &side, Top: &end, Bottom: &end, Header: &edge, Footer: &edge, Horizontally: &centred,
		}),
		f.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{
			OddFooter: `&L&8&K7F7F7F&A&R&8&K7F7F7FPage &P of &N`,
		}))
	for _, row := range f.page.breaks {
		err = errors.Join(err, f.file.InsertPageBreak(name, place(1, row)))
	}
	return err
}

func (f *pageFrame) mergeCells() error {
	for _, area := range f.page.merges {
		from, to, _ := strings.Cut(area, ":")
		if err := f.file.MergeCell(f.page.name, from, to); err != nil {
			return err
		}
	}
	return nil
}

func (f *pageFrame) addCharts() error {
	for _, c := range f.page.charts {
		if err := f.file.AddChart(f.page.name, c.cell, c.chart); err != nil {
			return err
		}
	}
	return nil
}
