package excel

import (
	"errors"
	"fmt"

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

// makeTable adds filter buttons to the header of a table, freezes the header and the
// fixed columns, repeats them in print, and turns off Excel's warning marks on codes
// and ids kept as text.
func (p *page) makeTable(f *excelize.File) error {
	table := "A1:" + place(len(p.look.columns), p.tableRows)
	titles := "'" + p.name + "'!$1:$1"
	if p.look.across > 1 {
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", p.name, columnLetters[p.look.fixed-1], titles)
	}
	pane, corner := "bottomLeft", place(p.look.fixed+1, 2)
	if p.look.fixed > 0 {
		pane = "bottomRight"
	}
	return errors.Join(
		f.AutoFilter(p.name, table, nil),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: p.name}),
		f.AddIgnoredErrors(p.name, table, excelize.IgnoredErrorsNumberStoredAsText),
		f.SetPanes(p.name, &excelize.Panes{
			Freeze: true, XSplit: p.look.fixed, YSplit: 1, TopLeftCell: corner, ActivePane: pane,
			Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}},
		}))
}

// setProperties follows makeTable, which would undo it.
func (p *page) setProperties(f *excelize.File) error {
	fit, left, grid, tab := true, false, false, "FF"+p.look.tab
	return errors.Join(
		f.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit, TabColorRGB: &tab, OutlineSummaryRight: &left}),
		f.SetSheetDimension(p.name, "A1:"+place(len(p.look.columns), max(p.row, 1))),
		f.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &grid}))
}

// setUpPrint sets A4 landscape, the pages across, the page numbers and breaks.
func (p *page) setUpPrint(f *excelize.File) error {
	paper, across, down, landscape := 9, max(1, p.look.across), 0, "landscape"
	side, end, edge, centred := 0.4, 0.6, 0.3, true
	err := errors.Join(
		f.SetPageLayout(p.name, &excelize.PageLayoutOptions{
			Size: &paper, Orientation: &landscape, FitToWidth: &across, FitToHeight: &down,
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
