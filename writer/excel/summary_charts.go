package excel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"signins/writer/manifest"
)

// A placedChart is a chart and the cell of its upper left corner.
type placedChart struct {
	cell  string
	chart *excelize.Chart
}

// summaryCharts are the charts of Summary: that over time over the whole width, and
// below it up to four small ones, two in a row. Their room is reserved before the
// tables with their numbers are written.
type summaryCharts struct {
	grid   *grid
	places []chartPlace // rows of charts; the first is for the one over time

	times, types, hours, codes, countries chartData
}

// A chartPlace is a row of charts: its first row and how many rows it is high.
type chartPlace struct{ row, height int }

// A chartData is the place of the numbers of a chart, in the columns of addVerdictLine.
type chartData struct {
	first, last int // rows
	bars        []bar
	sums        verdictSums // verdicts without sign-ins have no series
	highest     int64       // total of a line
}

// The columns of a chart's labels and of its first verdict.
const (
	labelColumn   = firstColumn
	verdictColumn = firstColumn + 4
)

// Rows have the default height here, 20 pixels.
const (
	rowPixels  = 20
	chartGap   = 2  // pixels above a chart
	smallChart = 15 // rows
)

// reserveCharts leaves room for the charts. The one over time fills the rest of the
// first printed page below the tiles, and the others have the second one. Where the
// rest is small, the one over time is on the second page, with some of the others.
// Without times it has no room.
func reserveCharts(g *grid, c *counts) *summaryCharts {
	charts := &summaryCharts{grid: g}
	small := countSmallCharts(c)
	if small == 0 {
		return charts
	}
	const least = 7
	first, lastOnPage := int((printHeight-g.print.used())/rowHeight)-1, 0
	switch {
	case len(c.times.days) == 0:
		first, lastOnPage = 0, -1
	case first < least:
		first, lastOnPage = smallChart, 1
	}
	if lastOnPage != 0 {
		g.print.startPage()
	}
	for i := range 1 + (small+1)/2 {
		height := smallChart
		if i == 0 {
			height = first
		}
		if g.print.used() > 0 {
			g.page.skipRows(1)
		}
		charts.places = append(charts.places, chartPlace{g.page.row + 1, height})
		if g.page.skipRows(height); i == lastOnPage {
			g.print.startPage()
		}
	}
	return charts
}

// countSmallCharts returns how many charts there are below the one over time.
func countSmallCharts(c *counts) (n int) {
	if c.all.total() == 0 {
		return 0
	}
	n = 1 // of the types
	if len(c.times.days) > 0 {
		n++
	}
	if len(c.names.kinds[countries].names) > 0 {
		n++
	}
	if len(c.codes.failures()) > 0 {
		n++
	}
	return n
}

// A chartLook is how a chart differs from the others.
type chartLook struct {
	title string
	most  string // how a text names its highest bar: %s is the label
	bars  bool   // horizontal, the first on top
	width uint   // pixels
	skip  int    // one label in so many is shown

	legend string // its place, where there are several series
}

const hoursTitle = "Sign-ins by hour of the day (UTC)"

// place puts the charts in their places, after their numbers are written.
func (s *summaryCharts) place(c *counts) {
	const wide, left, right = 1066, 580, 478 // pixels
	_, unit := c.times.timeline()
	skip := (s.times.last-s.times.first)/16 + 1
	if s.times.sums.total() > 0 {
		s.placeAt(0, firstColumn, s.times, chartLook{title: unit.title(), most: unit.most, width: wide, skip: skip, legend: "right"})
	}
	n := 0
	for _, small := range []struct {
		data chartData
		look chartLook
	}{
		{s.types, chartLook{title: "Interactive against non-interactive, by sign-in type", most: "of %s", bars: true, skip: 1}},
		{s.hours, chartLook{title: hoursTitle, most: "at hour %s", skip: 2}},
		{s.codes, chartLook{title: "Most frequent error codes", most: "with %s", bars: true, skip: 1}},
		{s.countries, chartLook{title: "Top countries", most: "from %s", bars: true, skip: 1}},
	} {
		if small.data.sums.total() == 0 {
			continue
		}
		column := firstColumn
		small.look.width, small.look.legend = left, "bottom"
		if n%2 == 1 {
			column, small.look.width = firstColumn+4, right
		}
		s.placeAt(1+n/2, column, small.data, small.look)
		n++
	}
}

func (s *summaryCharts) placeAt(i, column int, data chartData, look chartLook) {
	p, at := s.grid.page, s.places[i]
	p.charts = append(p.charts, placedChart{place(column, at.row), verdictChart(p.name, data, look, uint(at.height)*rowPixels-chartGap, p.book.chartValues)})
}

// altText says what a chart shows: its highest bar and the shares of the verdicts.
func (d *chartData) altText(look chartLook) string {
	most := slices.MaxFunc(d.bars, func(a, b bar) int { return cmp.Compare(a.sums.total(), b.sums.total()) })
	var shares []string
	for i, v := range verdictLooks {
		if d.sums[i] > 0 {
			shares = append(shares, fmt.Sprintf("%s %.1f %%", strings.ToLower(v.label), 100*float64(d.sums[i])/float64(d.sums.total())))
		}
	}
	return CellText(fmt.Sprintf("%s: most "+look.most+", %s of %s; %s", look.title, most.label,
		manifest.Number(most.sums.total()), manifest.Number(d.sums.total()), strings.Join(shares, ", ")))
}

// verdictChart returns a chart of sign-ins stacked by verdict, in the colours that
// verdicts have everywhere, and adds the values of its cells.
func verdictChart(sheet string, data chartData, look chartLook, height uint, values chartValues) *excelize.Chart {
	// Few bars stay slim.
	kind, gap, overlap, no, zero := excelize.ColStacked, uint(40+400/(data.last-data.first+1)), 100, false, 0.0
	if look.bars {
		kind, gap = excelize.BarStacked, uint(30+200/(data.last-data.first+1))
	}
	chart := &excelize.Chart{
		Type: kind, Series: data.series(sheet, values), GapWidth: &gap, Overlap: &overlap, VaryColors: &no, // or a single series has a colour a bar
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: look.title, Font: cellFont(12, navy, true)}}},
		Dimension: excelize.ChartDimension{Width: look.width, Height: height},
		Format:    excelize.GraphicOptions{AltText: data.altText(look), Name: look.title, Locked: &no, Positioning: "oneCell", OffsetY: chartGap},
		Legend:    excelize.ChartLegend{Position: "none"},
		Border:    excelize.LineOptions{Type: excelize.LineSolid, Fill: cellFill(hairline), Width: 0.75},
		XAxis:     excelize.ChartAxis{Font: *cellFont(9, grey, false), ReverseOrder: look.bars, TickLabelSkip: look.skip},
		YAxis:     excelize.ChartAxis{Font: *cellFont(9, grey, false), MajorGridLines: true, Minimum: &zero, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
	}
	if data.highest < 5 { // or the axis would show halves as whole numbers
		chart.YAxis.MajorUnit = 1
	}
	if look.bars { // or the numbers would be on top
		chart.YAxis.TickLabelPosition = excelize.ChartTickLabelHigh
	}
	if len(chart.Series) > 1 {
		chart.Legend = excelize.ChartLegend{Position: look.legend, Font: cellFont(9, grey, false)}
	}
	return chart
}

// series returns a series a verdict that has sign-ins, and adds the values of its cells.
func (d *chartData) series(sheet string, values chartValues) (all []excelize.ChartSeries) {
	refer := func(column, first, last int, cells []cell) string {
		reference := fmt.Sprintf("'%s'!$%s$%d", sheet, columnLetters[column-1], first)
		if last > first {
			reference += fmt.Sprintf(":$%s$%d", columnLetters[column-1], last)
		}
		values[reference] = cells
		return reference
	}
	labels, counts := make([]cell, len(d.bars)), [len(verdictLooks)][]cell{}
	for row, bar := range d.bars {
		labels[row].text = bar.label
		for i, n := range bar.sums {
			counts[i] = append(counts[i], countCell(0, n))
		}
	}
	categories := refer(labelColumn, d.first, d.last, labels)
	for i, v := range verdictLooks {
		if d.sums[i] > 0 {
			all = append(all, excelize.ChartSeries{
				Name:       refer(verdictColumn+i, d.first-1, d.first-1, []cell{{text: v.label}}),
				Categories: categories, Values: refer(verdictColumn+i, d.first, d.last, counts[i]), Fill: cellFill(v.solid),
			})
		}
	}
	return all
}
