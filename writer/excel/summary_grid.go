package excel

import "math"

// The columns of Summary: a margin, a column of labels and eight columns of numbers.
// Everything else spans some of them.
const (
	firstColumn = 2
	lastColumn  = 10
	labelWidth  = 42
	countWidth  = 13
	gridWidth   = labelWidth + (lastColumn-firstColumn)*countWidth
)

// A grid is the page of Summary with the kinds of rows that its sections are made of.
type grid struct {
	page   *page
	styles *cellStyles
	print  printPages
}

func newGrid(book *workbook) *grid {
	look := pageLook{tab: navy, columns: []columnLook{{width: 2}, {width: labelWidth}}}
	for len(look.columns) < lastColumn {
		look.columns = append(look.columns, columnLook{width: countWidth})
	}
	p := book.addPage(summarySheet, look)
	return &grid{page: p, styles: &book.styles, print: printPages{page: p}}
}

// addRow adds a row whose cells follow the margin.
func (g *grid) addRow(height float64, cells ...cell) {
	g.page.addCells(height, append([]cell{{}}, cells...)...)
}

// addSpan adds a row with one cell over all columns but the margin.
func (g *grid) addSpan(height float64, style int, text string) {
	g.addRow(height, cell{style: style, text: text, columns: lastColumn - 1})
}

// addGap adds an empty row.
func (g *grid) addGap(height float64) { g.page.addCells(height) }

// addHeading begins a part with a heading.
func (g *grid) addHeading(text string) {
	g.print.endPart()
	g.print.beginPart() // with the empty row: alone on a page it would print as one
	g.page.skipRows(1)
	g.addSpan(20, g.styles.section, text)
}

// addParagraph adds text over the whole width, as high as its lines need.
func (g *grid) addParagraph(text string) {
	g.addSpan(wrappedHeight(text, gridWidth), g.styles.prose, text)
}

// addVerdictHead adds the head of a table with a column a verdict, from the sixth
// column on. The rows of the table are addVerdictLine.
func (g *grid) addVerdictHead(label string) {
	cells := []cell{{style: g.styles.head, text: label, columns: 3}, {style: g.styles.headRight, text: "Sign-ins"}}
	for i, v := range verdictLooks {
		cells = append(cells, cell{style: g.styles.heads[i], text: v.label})
	}
	g.addRow(18, cells...)
}

// addVerdictLine adds a row of sums with a label and a detail. Without a detail the
// label spans its columns, too.
func (g *grid) addVerdictLine(labelStyle, style int, label, detail string, sums verdictSums) {
	height := wrappedHeight(label, labelWidth+2*countWidth)
	cells := []cell{{style: labelStyle, text: label, columns: 3}}
	if detail != "" {
		height = max(wrappedHeight(label, labelWidth), wrappedHeight(detail, 2*countWidth))
		cells = []cell{{style: labelStyle, text: label}, {style: labelStyle, text: detail, columns: 2}}
	}
	g.addRow(max(17, height), append(cells, sums.cells(style)...)...)
}

// addTiles adds a row of up to five tiles: the first over the column of labels, the
// others over two columns each.
func (g *grid) addTiles(height float64, tiles ...cell) {
	for i := 1; i < len(tiles); i++ {
		tiles[i].columns = 2
	}
	g.addRow(height, tiles...)
}

// printHeight is the height of Summary that a printed page holds, in points.
const printHeight = 520

// printPages puts page breaks between the parts of a page: a part that fits a
// printed page is not cut. With parts of 300, 300 and 600 points, and 520 to a page:
//
//	300 | 300 | 520 + 80
//
// the second part begins a page as it would not fit, the third one is cut anyway.
type printPages struct {
	page      *page
	start     float64 // height of page at which the printed page begins
	partStart float64 // height of page at which the part begins
	partRow   int     // first row of the part, 0 between parts
}

// used returns how much of the printed page is used.
func (p *printPages) used() float64 { return p.page.height - p.start }

// startPage begins a printed page with the next row.
func (p *printPages) startPage() {
	p.page.breaks, p.start = append(p.page.breaks, p.page.row+1), p.page.height
}

// beginPart begins a part with the next row.
func (p *printPages) beginPart() { p.partRow, p.partStart = p.page.row+1, p.page.height }

// endPart ends the part. If it fits a printed page, but not the rest of this one, it
// begins a new one.
func (p *printPages) endPart() {
	if p.partRow > 0 && p.used() > printHeight && p.page.height-p.partStart <= printHeight {
		p.page.breaks, p.start = append(p.page.breaks, p.partRow), p.partStart
	}
	p.start = p.page.height - math.Mod(p.used(), printHeight)
	p.partRow = 0
}
