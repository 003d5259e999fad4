package excel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// frame has excelize make all of the sheet but its columns and rows. Sheets are
// framed in their order in the workbook; excelize names their parts by it.
func (p *sheetPage) frame(index int) error {
	for _, step := range []func() error{
		func() error { return p.create(index) },
		p.filter, p.setProperties, p.freeze, p.printSetup, p.mergeCells, p.drawCharts,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// create adds the sheet to the workbook. excelize returns a sheet that is there
// already, and takes a name that Excel keeps for itself.
func (p *sheetPage) create(index int) error {
	f := p.x.file
	if index == 0 {
		return f.SetSheetName(f.GetSheetName(0), p.name)
	}
	if strings.EqualFold(p.name, "History") {
		return errors.New("the name is reserved by Excel")
	}
	for _, taken := range f.GetSheetList() {
		if strings.EqualFold(taken, p.name) {
			return errors.New("there is a sheet of this name")
		}
	}
	_, err := f.NewSheet(p.name)
	return err
}

// filter adds filter buttons to the header of a table and spares codes and ids
// the marks that Excel puts on numbers kept as text.
func (p *sheetPage) filter() error {
	if p.table == 0 {
		return nil
	}
	all := "A1:" + p.place(len(p.look.columns), max(p.table, 1))
	if err := p.x.file.AutoFilter(p.name, all, nil); err != nil {
		return err
	}
	titles := "'" + p.name + "'!$1:$1"
	if p.look.across > 1 {
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", p.name, p.x.letters[p.look.fixed-1], titles)
	}
	err := p.x.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: p.name})
	return errors.Join(err, p.x.file.AddIgnoredErrors(p.name, all, excelize.IgnoredErrorsNumberStoredAsText))
}

// setProperties follows filter, which would undo it.
func (p *sheetPage) setProperties() error {
	fit, left, grid, tab := true, false, false, "FF"+p.look.tab
	return errors.Join(
		p.x.file.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit, TabColorRGB: &tab, OutlineSummaryRight: &left}),
		p.x.file.SetSheetDimension(p.name, "A1:"+p.place(len(p.look.columns), max(p.row, 1))),
		p.x.file.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &grid}))
}

// freeze keeps the header row of a table and the fixed columns in view.
func (p *sheetPage) freeze() error {
	if p.table == 0 {
		return nil
	}
	pane := "bottomLeft"
	if p.look.fixed > 0 {
		pane = "bottomRight"
	}
	return p.x.file.SetPanes(p.name, &excelize.Panes{
		Freeze: true, XSplit: p.look.fixed, YSplit: 1, TopLeftCell: p.place(p.look.fixed+1, 2), ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: p.place(p.look.fixed+1, 2), ActiveCell: p.place(p.look.fixed+1, 2), Pane: pane}},
	})
}

// printSetup prints on A4 landscape, as many pages wide as the sheet says, with
// the page number.
func (p *sheetPage) printSetup() error {
	paper, across, down, landscape := 9, max(1, p.look.across), 0, "landscape"
	side, end, edge, centred := 0.4, 0.6, 0.3, true
	err := errors.Join(
		p.x.file.SetPageLayout(p.name, &excelize.PageLayoutOptions{
			Size: &paper, Orientation: &landscape, FitToWidth: &across, FitToHeight: &down,
		}),
		p.x.file.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{
			Left: &side, Right: &side, Top: &end, Bottom: &end, Header: &edge, Footer: &edge, Horizontally: &centred,
		}),
		p.x.file.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{
			OddFooter: `&L&8&K7F7F7F&A&R&8&K7F7F7FPage &P of &N`,
		}))
	for _, row := range p.breaks {
		err = errors.Join(err, p.x.file.InsertPageBreak(p.name, p.place(1, row)))
	}
	return err
}

func (p *sheetPage) mergeCells() error {
	for _, area := range p.merges {
		from, to, _ := strings.Cut(area, ":")
		if err := p.x.file.MergeCell(p.name, from, to); err != nil {
			return err
		}
	}
	return nil
}
