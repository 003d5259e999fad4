package excel

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
	look := pageLook{tab: navy, columns: shownColumns(2, labelWidth)}
	for len(look.columns) < lastColumn {
		look.columns = append(look.columns, columnLook{width: countWidth})
	}
	p := book.addPage(summarySheet, look)
	return &grid{page: p, styles: &book.styles, print: printPages{page: p}}
}

// addSpan adds a row with one cell over all columns but the margin.
func (g *grid) addSpan(height float64, style int, text string) {
	cells := make([]cell, lastColumn)
	for i := firstColumn - 1; i < lastColumn; i++ {
		cells[i].style = style
	}
	cells[firstColumn-1].text = text
	g.page.addCells(height, cells...)
	g.page.mergeCells(firstColumn, lastColumn)
}

// addGap adds an empty row.
func (g *grid) addGap(height float64) { g.page.addCells(height) }

// addHeading begins a part with a heading.
func (g *grid) addHeading(text string) {
	g.print.endPart()
	g.page.skipRows(1)
	g.print.beginPart()
	g.addSpan(20, g.styles.section, text)
}

// addParagraph adds text over the whole width, as high as its lines need.
func (g *grid) addParagraph(text string) {
	g.addSpan(wrappedHeight(text, gridWidth), g.styles.prose, text)
}

// addVerdictHead adds the head of a table with a column a verdict, from the sixth
// column on. The rows of the table are addVerdictLine.
func (g *grid) addVerdictHead(label string) {
	cells := append([]cell{{}}, textCells(g.styles.head, label, "", "")...)
	cells = append(cells, cell{style: g.styles.headRight, text: "Sign-ins"})
	for i, v := range verdictLooks {
		cells = append(cells, cell{style: g.styles.heads[i], text: v.label})
	}
	g.page.addCells(18, cells...)
	g.page.mergeCells(firstColumn, firstColumn+2)
}

// addVerdictLine adds a row of sums with a label and a detail. Without a detail the
// label spans its columns, too.
func (g *grid) addVerdictLine(labelStyle, style int, label, detail string, sums verdictSums) {
	cells := append([]cell{{}}, textCells(labelStyle, label, detail, "")...)
	cells = append(cells, countCell(style, sums.total()))
	for _, n := range sums {
		cells = append(cells, countCell(style, n))
	}
	first, height := firstColumn, wrappedHeight(label, labelWidth+2*countWidth)
	if detail != "" {
		first, height = firstColumn+1, max(wrappedHeight(label, labelWidth), wrappedHeight(detail, 2*countWidth))
	}
	g.page.addCells(max(17, height), cells...)
	g.page.mergeCells(first, firstColumn+2)
}

// addTiles adds a row of up to five tiles: the first over the column of labels, the
// others over two columns each.
func (g *grid) addTiles(height float64, tiles ...cell) {
	cells := make([]cell, lastColumn)
	for i, tile := range tiles {
		column := tileColumn(i) - 1
		cells[column] = tile
		if i > 0 {
			cells[column+1].style = tile.style
		}
	}
	g.page.addCells(height, cells...)
	for i := range tiles {
		if i > 0 {
			g.page.mergeCells(tileColumn(i), tileColumn(i)+1)
		}
	}
}

// tileColumn returns the first column of a tile.
func tileColumn(i int) int {
	if i == 0 {
		return firstColumn
	}
	return firstColumn + 2*i - 1
}
