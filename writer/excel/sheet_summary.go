package excel

import (
	"fmt"
	"strings"
	"time"

	"signins/writer/manifest"
)

// The grid of Summary: a margin, a column of labels and eight columns of
// numbers. Everything spans some of them.
const (
	firstColumn = 2
	lastColumn  = 10
	labelWidth  = 42
	countWidth  = 13
	allWidth    = labelWidth + (lastColumn-firstColumn)*countWidth
)

// summary makes the sheet that tells the outcome at a glance. Each part writes
// its rows below those of the part before.
func (x *Writer) summary() *sheetPage {
	look := sheetLook{tab: navy, columns: seen(2, labelWidth)}
	for len(look.columns) < lastColumn {
		look.columns = append(look.columns, columnLook{width: countWidth})
	}
	p := x.newPage(summarySheet, look)
	p.titlePart()
	p.recordTiles()
	p.verdictTiles()
	p.typeTiles()
	p.trustLine()
	places := p.chartPlaces()
	p.notes()
	p.inputPart()
	codes := p.codePart()
	var countryData chartData
	for i, title := range [numTallies]string{"Top usernames", "Top service principals", "Top applications", "Top IP addresses", "Top countries", ""} {
		if data := p.namePart(i, title); i == countries {
			countryData = data
		}
	}
	p.definitions()
	p.cellPart()
	types := p.typeNumbers()
	days, hours := p.numbersPart()
	p.endPart()
	p.placeCharts(places, days, hours, codes, countryData, types)
	return p
}

// spanRow writes a row with one cell over the columns from first to last.
func (p *sheetPage) spanRow(height float64, style int, text string) {
	cells := make([]cell, lastColumn)
	for i := firstColumn - 1; i < lastColumn; i++ {
		cells[i].style = style
	}
	cells[firstColumn-1].text = text
	p.put(height, cells...)
	p.merge(firstColumn, lastColumn)
}

// heading begins a part, which print keeps on one page if one holds it.
func (p *sheetPage) heading(text string) {
	p.endPart()
	p.skip(1)
	p.partRow, p.partAt = p.row+1, p.used
	p.spanRow(20, p.x.styles.section, text)
}

// paragraph writes text over the whole width, as high as its lines need.
func (p *sheetPage) paragraph(text string) {
	p.spanRow(linesHigh(text, allWidth), p.x.styles.prose, text)
}

func (p *sheetPage) titlePart() {
	s := &p.x.styles
	p.spanRow(32, s.title, "Microsoft Entra sign-ins")
	p.spanRow(16, s.subtitle, p.x.subtitle())
	p.spanRow(6, s.rule, "")
}

// subtitle tells the span of the events, the tenants and what was read.
func (x *Writer) subtitle() string {
	events := "No event has a time"
	switch span := x.counts.span; {
	case x.rows == 0:
		events = "No sign-ins"
	case span.set:
		events = fmt.Sprintf("Events from %s to %s", subtitleTime(span.first), subtitleTime(span.last))
	}
	inputs := "1 input"
	if n := len(x.options.Run.Inputs); n != 1 {
		inputs = manifest.Number(int64(n)) + " inputs"
	}
	parts := []string{events, inputs}
	switch tenants := x.counts.names[logTenants].top(2); len(tenants) {
	case 0:
	case 1:
		parts = append(parts, "tenant "+tenants[0].name)
	default:
		n := manifest.Number(int64(len(x.counts.names[logTenants].names)))
		if x.counts.names[logTenants].beyond.total() > 0 {
			n = "at least " + n
		}
		parts = append(parts, n+" tenants")
	}
	return strings.Join(parts, "   ·   ")
}

func subtitleTime(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05 UTC")
}

// verdictHead heads a table with a column a verdict from the sixth on.
func (p *sheetPage) verdictHead(label string) {
	s := &p.x.styles
	cells := append([]cell{{}}, texts(s.head, label, "", "")...)
	cells = append(cells, cell{style: s.headRight, text: "Sign-ins"})
	for i, v := range verdictLooks {
		cells = append(cells, cell{style: s.heads[i], text: v.label})
	}
	p.put(18, cells...)
	p.merge(firstColumn, firstColumn+2)
}

// verdictLine writes a line of sums below a verdictHead: a label, wider where
// there is nothing to add to it, and what there is.
func (p *sheetPage) verdictLine(labelStyle, style int, label, more string, sums verdictSums) {
	cells := append([]cell{{}}, texts(labelStyle, label, more, "")...)
	cells = append(cells, countCell(style, sums.total()))
	for _, n := range sums {
		cells = append(cells, countCell(style, n))
	}
	height := linesHigh(label, labelWidth+2*countWidth)
	if more != "" {
		height = max(linesHigh(label, labelWidth), linesHigh(more, 2*countWidth))
	}
	p.put(max(17, height), cells...)
	if more == "" {
		p.merge(firstColumn, firstColumn+2)
	} else {
		p.merge(firstColumn+1, firstColumn+2)
	}
}
