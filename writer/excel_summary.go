package writer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"signins/schema"
)

// The grid of Summary: a margin, a column of labels and eight columns of
// numbers. Everything spans some of them.
const (
	firstColumn = 2
	lastColumn  = 10
	labelWidth  = 30
	countWidth  = 14.5
)

// topCodes is how many error codes Summary lists.
const topCodes = 10

// writeSummary writes the sheet that tells the outcome at a glance. Each part
// is a method that writes its rows below those of the part before.
func (x *Excel) writeSummary() error {
	look := sheetLook{tab: navy, columns: []columnLook{{width: 2}, {width: labelWidth}}}
	for len(look.columns) < lastColumn {
		look.columns = append(look.columns, columnLook{width: countWidth})
	}
	p, err := x.openSheet(summarySheet, look)
	if err != nil {
		return err
	}
	for _, part := range []func(){
		p.titlePart, p.recordsPart, p.verdictPart, p.verdictNotes,
		p.warningPart, p.codePart, p.cellPart,
	} {
		part()
	}
	return p.close(0)
}

// spanRow writes a row with one cell over the columns from first to last.
func (p *sheetPage) spanRow(height float64, style int, text string) {
	cells := make([]any, lastColumn)
	for i := firstColumn - 1; i < lastColumn; i++ {
		cells[i] = p.text(style, "")
	}
	cells[firstColumn-1] = p.text(style, text)
	p.put(height, 0, cells...)
	p.merge(firstColumn, lastColumn)
}

// heading begins a part.
func (p *sheetPage) heading(text string) {
	p.skip(1)
	p.spanRow(20, p.x.styles.section, text)
}

// prose writes text over the whole width, as high as its lines need.
func (p *sheetPage) prose(text string) {
	width := labelWidth + (lastColumn-firstColumn)*countWidth
	p.spanRow(linesHigh(text, width), p.x.styles.prose, text)
}

func (p *sheetPage) titlePart() {
	styles := &p.x.styles
	p.spanRow(32, styles.title, "Microsoft Entra sign-ins")
	p.spanRow(16, styles.subtitle, p.x.subtitle())
	p.spanRow(8, styles.rule, "")
}

// subtitle tells the span of the events and what was read.
func (x *Excel) subtitle() string {
	events := "No event has a time"
	if span := x.counts.span; span.set {
		events = fmt.Sprintf("Events from %s to %s", subtitleTime(span.first), subtitleTime(span.last))
	}
	inputs := "1 input"
	if n := len(x.options.Run.Inputs); n != 1 {
		inputs = Number(int64(n)) + " inputs"
	}
	return events + "   ·   " + inputs
}

func subtitleTime(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05 UTC")
}

// recordsPart accounts for the records of the inputs in a row of tiles, each
// two columns wide but the first.
func (p *sheetPage) recordsPart() {
	total := p.x.options.Run.Totals
	type tile struct {
		label string
		count int64
	}
	tiles := []tile{
		{"Records seen", total.Seen},
		{"Written", total.Written},
		{"Rejected", total.Rejected},
	}
	if total.DuplicatesDropped > 0 {
		tiles = append(tiles, tile{"Duplicates dropped", total.DuplicatesDropped})
	}
	if total.Filtered > 0 {
		tiles = append(tiles, tile{"Left out by filter", total.Filtered})
	}
	labels, counts := make([]any, lastColumn), make([]any, lastColumn)
	for i, tile := range tiles {
		column := tileColumn(i)
		labels[column-1] = p.text(p.x.styles.tileLabel, tile.label)
		counts[column-1] = p.count(p.x.styles.tileCount, tile.count)
	}
	p.put(16, 0, labels...)
	p.put(30, 0, counts...)
	for i := range tiles[1:] {
		p.merge(tileColumn(i+1), tileColumn(i+1)+1)
	}
}

func tileColumn(i int) int {
	if i == 0 {
		return firstColumn
	}
	return firstColumn + 2*i - 1
}

// verdictPart is the table of verdicts by sign-in type.
func (p *sheetPage) verdictPart() {
	styles, counts := &p.x.styles, &p.x.counts
	names, _ := counts.sortedCategories()
	p.heading("Access verdict by sign-in type")
	head := []any{nil, p.text(styles.head, "Sign-ins")}
	for _, name := range names {
		head = append(head, p.text(styles.headRight, categoryLabel(name)))
	}
	p.put(28, 0, append(head, p.text(styles.headRight, "Total"))...)
	for _, look := range verdictLooks {
		label := p.text(styles.verdictLabel[look.verdict], look.label)
		p.putSums(label, styles.count, names, func(c verdictCell) bool { return c.verdict == look.verdict })
	}
	p.putSums(p.text(styles.totalLabel, "Total"), styles.totalCount, names, func(verdictCell) bool { return true })
}

// putSums writes a line of sums by sign-in type over the cells that are in.
func (p *sheetPage) putSums(label any, style int, names []string, in func(verdictCell) bool) {
	cells, total := []any{nil, label}, int64(0)
	for _, name := range names {
		sum := int64(0)
		for cell, n := range p.x.counts.verdicts {
			if cell.category == name && in(cell) {
				sum += n
			}
		}
		total += sum
		cells = append(cells, p.count(style, sum))
	}
	p.put(17, 0, append(cells, p.count(style, total))...)
}

// verdictNotes say what the verdicts mean.
func (p *sheetPage) verdictNotes() {
	p.skip(1)
	p.prose("Granted: the sign-in succeeded and was not passthrough. Interrupted: it stopped for a further step of the user, such as " +
		"multifactor authentication, and gave nothing by itself. Denied: it failed. Undetermined: the record does not tell. " +
		"Only granted sign-ins are access.")
	p.prose("Passthrough: a user of one tenant turned to a resource of another tenant and was issued a token without any authorisation. " +
		"Error code 0 on such a sign-in only says that this token was issued; the other tenant granted nothing, so it is no access.")
	p.prose("Counts are sums of the column \"# sign-ins\", as a record may stand for several sign-ins. They tell what the inputs hold; " +
		"an export does not show what it leaves out.")
}

// warningPart lists the findings of all inputs; Sources has them by input.
func (p *sheetPage) warningPart() {
	styles := &p.x.styles
	p.heading("Warnings")
	warnings := sumWarnings(p.x.options.Run.Inputs)
	if len(warnings) == 0 {
		p.prose("None.")
		return
	}
	p.putWarning(styles.head, p.text(styles.headRight, "Count"), "Warning", "Inputs", "What it means", 16)
	for _, w := range warnings {
		p.putWarning(styles.line, p.count(styles.count, w.Count), w.Code, w.inputs(), w.Message, linesHigh(w.Message, 6*countWidth))
	}
}

// putWarning writes a line of the warnings: code, count, inputs, message over
// six columns.
func (p *sheetPage) putWarning(style int, count any, code, inputs, message string, height float64) {
	cells := p.texts(style, code, "", inputs, message, "", "", "", "", "")
	cells[1] = count
	p.put(height, 0, slices.Insert(cells, 0, any(nil))...)
	p.merge(5, lastColumn)
}

// codePart lists the most frequent error codes.
func (p *sheetPage) codePart() {
	styles, codes := &p.x.styles, p.x.counts.sortedCodes()
	p.heading("Most frequent error codes")
	if len(codes) == 0 {
		p.prose("No record has an error code.")
		return
	}
	p.putTopCode(styles.head, p.text(styles.headRight, "Sign-ins"), "Error code", "Error name", "Meaning", 16)
	for _, c := range codes[:min(len(codes), topCodes)] {
		meaning := c.shownMeaning()
		height := max(linesHigh(meaning, 4*countWidth), linesHigh(c.name, 3*countWidth))
		p.putTopCode(styles.line, p.count(styles.count, c.total), strconv.FormatInt(c.code, 10), c.name, meaning, height)
	}
	if len(codes) > topCodes {
		p.prose(fmt.Sprintf("All %s codes are on the sheet %s.", Number(int64(len(codes))), errorCodesSheet))
	}
}

// putTopCode writes a line of the error codes: code, name over three columns,
// count, meaning over four.
func (p *sheetPage) putTopCode(style int, count any, code, name, meaning string, height float64) {
	cells := p.texts(style, code, name, "", "", "", meaning, "", "", "")
	cells[4] = count
	p.put(height, 0, slices.Insert(cells, 0, any(nil))...)
	p.merge(3, 5)
	p.merge(7, lastColumn)
}

// cellPart tells what the cells do not show as it was recorded. It comes last,
// when all other cells are written.
func (p *sheetPage) cellPart() {
	x := p.x
	p.heading("About this workbook")
	p.prose(fmt.Sprintf("%s rows of sign-ins on %s. Columns beyond the overview are folded: the buttons 1 and 2 at the "+
		"top left hide and show them. Times are UTC, to the millisecond; the last column has them in full.",
		Number(x.rows), countedSheets(x.sheets)))
	p.prose(fmt.Sprintf("Cells cut at Excel's limit of 32,767 characters: %s%s. Cells with characters that a workbook cannot hold, "+
		"escaped as \\u0000 or \\x00: %s%s.",
		Number(x.marks.cut), whichColumns(x.marks.cutIn), Number(x.marks.escaped), whichColumns(x.marks.escapedIn)))
	if n := x.marks.rounded; n > 0 {
		p.prose(fmt.Sprintf("Numbers rounded to Excel's 15 significant digits: %s (coordinates).", Number(n)))
	}
}

func countedSheets(n int) string {
	if n == 1 {
		return "1 sheet"
	}
	return strconv.Itoa(n) + " sheets"
}

// whichColumns tells the counts of the columns that have any.
func whichColumns(counts [schema.NumColumns]int64) string {
	var columns []string
	for id, n := range counts {
		if n > 0 {
			columns = append(columns, schema.Columns[id].Title+" "+Number(n))
		}
	}
	if columns == nil {
		return ""
	}
	return " (" + strings.Join(columns, ", ") + ")"
}
