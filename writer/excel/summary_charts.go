package excel

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// A placedChart is a chart and where it stands.
type placedChart struct {
	cell  string
	chart *excelize.Chart
}

// drawCharts adds the charts of the sheet.
func (p *sheetPage) drawCharts() error {
	for _, c := range p.charts {
		if err := p.x.file.AddChart(p.name, c.cell, c.chart); err != nil {
			return err
		}
	}
	return nil
}

// A chartData is where the numbers of a chart stand: a column of labels, and
// behind it a column a verdict.
type chartData struct {
	first, last int // rows
	labels      int // columns, from 1
	verdicts    int
	sums        verdictSums // verdicts without sign-ins have no series
	most        int64       // of a line
}

// beginData begins the numbers of a chart with the next row.
func (p *sheetPage) beginData() chartData {
	return chartData{first: p.row + 1, last: p.row, labels: firstColumn, verdicts: firstColumn + 4}
}

// add adds the line that follows.
func (d *chartData) add(sums *verdictSums) {
	d.last++
	d.sums.addAll(sums)
	d.most = max(d.most, sums.total())
}

// A chartLook is what tells one chart from the others.
type chartLook struct {
	title  string
	bars   bool // lying, the first on top
	legend bool
	width  uint // pixels
	skip   int  // labels shown: every so many
}

// verdictChart is a chart of sign-ins stacked by verdict, in the colours that
// verdicts have everywhere.
func (p *sheetPage) verdictChart(data chartData, look chartLook, height uint) *excelize.Chart {
	// Few bars stay slim.
	kind, gap, overlap, no, zero := excelize.ColStacked, uint(40+400/(data.last-data.first+1)), 100, false, 0.0
	if look.bars {
		kind, gap = excelize.BarStacked, uint(30+200/(data.last-data.first+1))
	}
	area := func(column int) string {
		letter := p.x.letters[column-1]
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", p.name, letter, data.first, letter, data.last)
	}
	chart := &excelize.Chart{
		Type: kind, GapWidth: &gap, Overlap: &overlap, VaryColors: &no, // or a single series would have a colour a bar
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: look.title, Font: chartFont(12, navy, true)}}},
		Dimension: excelize.ChartDimension{Width: look.width, Height: height},
		Format:    excelize.GraphicOptions{AltText: look.title, Name: look.title, Locked: &no, Positioning: "oneCell", OffsetY: 2},
		Legend:    excelize.ChartLegend{Position: "none"},
		Border:    excelize.LineOptions{Type: excelize.LineSolid, Fill: cellFill(hairline), Width: 0.75},
		XAxis:     excelize.ChartAxis{Font: *chartFont(9, grey, false), ReverseOrder: look.bars, TickLabelSkip: look.skip},
		YAxis:     excelize.ChartAxis{Font: *chartFont(9, grey, false), MajorGridLines: true, Minimum: &zero, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
	}
	if data.most < 5 { // or there would be halves, which the axis shows as whole numbers
		chart.YAxis.MajorUnit = 1
	}
	if look.bars { // or the numbers would stand above
		chart.YAxis.TickLabelPosition = excelize.ChartTickLabelHigh
	}
	if look.legend {
		chart.Legend = excelize.ChartLegend{Position: "right", Font: chartFont(9, grey, false)}
	}
	for i, v := range verdictLooks {
		if data.sums[i] > 0 {
			chart.Series = append(chart.Series, excelize.ChartSeries{
				Name:       fmt.Sprintf("'%s'!$%s$%d", p.name, p.x.letters[data.verdicts+i-1], data.first-1),
				Categories: area(data.labels), Values: area(data.verdicts + i), Fill: cellFill(v.solid),
			})
		}
	}
	return chart
}

func chartFont(size float64, color string, bold bool) *excelize.Font {
	return &excelize.Font{Family: "Calibri", Size: size, Color: color, Bold: bold}
}
