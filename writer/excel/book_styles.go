package excel

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// Colours of the workbook.
const (
	navy     = "1F3864"
	blue     = "2F5597"
	grey     = "7F7F7F"
	hairline = "D9D9D9"
	darkText = "262626"
)

// verdictLooks are the verdicts in their order in tables, with the label and the
// colours each has everywhere: a tint and a dark text in cells, a solid colour in
// charts. null is last.
var verdictLooks = [...]struct{ verdict, label, fill, text, solid string }{
	{"granted", "Granted", "DCEBDD", "245B35", "6AA57A"},
	{"interrupted", "Interrupted", "FBEFD0", "7A5600", "E2B44E"},
	{"denied", "Denied", "F6DAD8", "8C1D18", "C4554D"},
	{"passthrough", "Passthrough", "DCE3EE", "35486B", "7C92BA"},
	{"", "Undetermined", "EDEDED", "595959", "BDBDBD"},
}

// verdictIndex returns the index of a verdict in verdictLooks.
func verdictIndex(verdict string) int {
	for i, v := range verdictLooks {
		if v.verdict == verdict {
			return i
		}
	}
	return len(verdictLooks) - 1
}

// Number formats.
const (
	formatWhole   = 1 // 0
	formatCount   = 3 // #,##0
	formatText    = 49
	formatMillis  = "yyyy-mm-dd hh:mm:ss.000"
	formatPercent = "0.0%"
)

// The styles of headers: of text, of text in every other group, of numbers.
const (
	textHeader = iota
	otherHeader
	numberHeader
)

// cellStyles are the ids of the cell styles of one workbook.
type cellStyles struct {
	// Rows of data. Text has Excel's format Text: what looks like a formula stays
	// text also when somebody edits the cell.
	headers                                  [3]int
	text, whole, decimal, date, boolean      int
	entry, entryLine, entryWhole, entryCount int // of lists with hairlines
	entryDate, entryCode, entryLink          int

	// Prose and tables.
	title, sheetTitle, subtitle, rule, section int
	prose, plain, note, navigation             int
	tileLabel, tileCount                       int
	typeLabel, typeCount, typeShare            int
	head, headRight, line, count               int
	totalLabel, totalCount, share              int

	// By verdict, in the order of verdictLooks.
	cells, entries, heads, tileHeads, tileCounts, tileShares, typeCounts [len(verdictLooks)]int
}

// addTo adds the styles to f.
func (s *cellStyles) addTo(f *excelize.File) error {
	a := &styleAdder{f: f}
	s.addRows(a)
	s.addProse(a)
	s.addVerdicts(a)
	return a.err
}

// A styleAdder adds styles to a file until one fails.
type styleAdder struct {
	f   *excelize.File
	err error
}

func (a *styleAdder) add(id *int, style excelize.Style) {
	if a.err == nil {
		*id, a.err = a.f.NewStyle(&style)
	}
}

// addRows adds the styles of headers and of rows of data.
func (s *cellStyles) addRows(a *styleAdder) {
	body, rowLine := cellFont(10, darkText, false), cellLine("bottom", hairline, 1)
	mono := &excelize.Font{Family: "Consolas", Size: 9, Color: darkText}
	a.add(&s.headers[textHeader], excelize.Style{Font: cellFont(10, "FFFFFF", true), Fill: cellFill(navy), Alignment: cellAlign("left", "center", true)})
	a.add(&s.headers[otherHeader], excelize.Style{Font: cellFont(10, "FFFFFF", true), Fill: cellFill(blue), Alignment: cellAlign("left", "center", true)})
	// Off the filter's button, which is as wide as two indents.
	a.add(&s.headers[numberHeader], excelize.Style{Font: cellFont(10, "FFFFFF", true), Fill: cellFill(navy), Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center", WrapText: true, Indent: 2}})
	a.add(&s.text, excelize.Style{Font: body, NumFmt: formatText})
	a.add(&s.whole, excelize.Style{Font: body, NumFmt: formatWhole, Alignment: cellAlign("right", "", false)})
	a.add(&s.decimal, excelize.Style{Font: body, Alignment: cellAlign("right", "", false)})
	a.add(&s.date, excelize.Style{Font: body, CustomNumFmt: new(formatMillis), Alignment: cellAlign("left", "", false)})
	a.add(&s.boolean, excelize.Style{Font: body, Alignment: cellAlign("left", "", false)})
	a.add(&s.entry, excelize.Style{Font: body, Border: rowLine, NumFmt: formatText, Alignment: cellAlign("left", "center", true)})
	a.add(&s.entryLine, excelize.Style{Font: body, Border: rowLine, NumFmt: formatText, Alignment: cellAlign("left", "center", false)})
	a.add(&s.entryWhole, excelize.Style{Font: body, Border: rowLine, NumFmt: formatWhole, Alignment: cellAlign("right", "center", false)})
	a.add(&s.entryCount, excelize.Style{Font: body, Border: rowLine, NumFmt: formatCount, Alignment: cellAlign("right", "center", false)})
	a.add(&s.entryDate, excelize.Style{Font: body, Border: rowLine, CustomNumFmt: new(formatMillis), Alignment: cellAlign("left", "center", false)})
	a.add(&s.entryCode, excelize.Style{Font: mono, Border: rowLine, NumFmt: formatText, Alignment: cellAlign("left", "center", true)})
	a.add(&s.entryLink, excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 10, Color: blue, Underline: "single"}, Border: rowLine, NumFmt: formatText, Alignment: cellAlign("left", "center", true)})
}

// addProse adds the styles of prose and of tables.
func (s *cellStyles) addProse(a *styleAdder) {
	body, headLine, rowLine := cellFont(10, darkText, false), cellLine("bottom", navy, 1), cellLine("bottom", hairline, 1)
	a.add(&s.title, excelize.Style{Font: cellFont(20, navy, true), Alignment: cellAlign("left", "center", false)})
	a.add(&s.sheetTitle, excelize.Style{Font: cellFont(14, navy, true), Alignment: cellAlign("left", "center", false)})
	a.add(&s.subtitle, excelize.Style{Font: cellFont(10, grey, false), Alignment: cellAlign("left", "center", false)})
	a.add(&s.rule, excelize.Style{Border: cellLine("top", navy, 2)})
	a.add(&s.section, excelize.Style{Font: cellFont(12, navy, true), Alignment: cellAlign("left", "bottom", false)})
	a.add(&s.prose, excelize.Style{Font: body, Alignment: cellAlign("left", "top", true)})
	a.add(&s.plain, excelize.Style{Font: body, Alignment: cellAlign("left", "top", false)})
	a.add(&s.note, excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 10, Color: grey, Italic: true}})
	a.add(&s.navigation, excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 9, Color: blue, Underline: "single"}, Alignment: cellAlign("left", "center", false)})
	a.add(&s.tileLabel, excelize.Style{Font: cellFont(9, grey, false), Alignment: cellAlign("left", "bottom", false)})
	a.add(&s.tileCount, excelize.Style{Font: cellFont(18, darkText, true), NumFmt: formatCount, Alignment: cellAlign("left", "center", false)})
	a.add(&s.typeLabel, excelize.Style{Font: cellFont(11, darkText, true), Alignment: cellAlign("left", "center", false)})
	a.add(&s.typeCount, excelize.Style{Font: cellFont(13, darkText, true), NumFmt: formatCount, Alignment: shrinking("right")})
	a.add(&s.typeShare, excelize.Style{Font: cellFont(9, grey, false), CustomNumFmt: new(formatPercent), Alignment: cellAlign("right", "center", false)})
	a.add(&s.head, excelize.Style{Font: cellFont(9, grey, true), Border: headLine, Alignment: cellAlign("left", "bottom", true)})
	a.add(&s.headRight, excelize.Style{Font: cellFont(9, grey, true), Border: headLine, Alignment: cellAlign("right", "bottom", true)})
	a.add(&s.line, excelize.Style{Font: body, NumFmt: formatText, Border: rowLine, Alignment: cellAlign("left", "center", true)})
	a.add(&s.count, excelize.Style{Font: body, NumFmt: formatCount, Border: rowLine, Alignment: cellAlign("right", "center", false)})
	a.add(&s.totalLabel, excelize.Style{Font: cellFont(10, darkText, true), Alignment: cellAlign("left", "center", false)})
	a.add(&s.totalCount, excelize.Style{Font: cellFont(10, darkText, true), NumFmt: formatCount, Alignment: cellAlign("right", "center", false)})
	a.add(&s.share, excelize.Style{Font: body, CustomNumFmt: new(formatPercent), Border: rowLine, Alignment: cellAlign("right", "center", false)})
}

// addVerdicts adds the styles that verdicts have.
func (s *cellStyles) addVerdicts(a *styleAdder) {
	headLine, rowLine := cellLine("bottom", navy, 1), cellLine("bottom", hairline, 1)
	for i, v := range verdictLooks {
		font, fill, left := cellFont(10, v.text, false), cellFill(v.fill), cellAlign("left", "center", false)
		indented := &excelize.Alignment{Horizontal: "left", Vertical: "center", Indent: 1}
		a.add(&s.cells[i], excelize.Style{Font: font, Fill: fill, NumFmt: formatText})
		a.add(&s.entries[i], excelize.Style{Font: font, Fill: fill, Border: rowLine, NumFmt: formatText, Alignment: left})
		a.add(&s.heads[i], excelize.Style{Font: cellFont(9, v.text, true), Fill: fill, Border: headLine, Alignment: cellAlign("right", "center", false)})
		a.add(&s.tileHeads[i], excelize.Style{Font: cellFont(9, v.text, false), Fill: fill, Alignment: indented})
		a.add(&s.tileCounts[i], excelize.Style{Font: cellFont(18, v.text, true), Fill: fill, NumFmt: formatCount, Alignment: indented})
		a.add(&s.typeCounts[i], excelize.Style{Font: cellFont(13, v.text, true), Fill: fill, NumFmt: formatCount, Alignment: shrinking("left")})
		a.add(&s.tileShares[i], excelize.Style{Font: cellFont(9, v.text, false), Fill: fill, CustomNumFmt: new(formatPercent), Alignment: indented})
	}
}

// resultVerdicts are the results of policies, steps and sign-ins with the verdicts
// whose colours they have.
var resultVerdicts = map[string]string{
	"success": "granted", "true": "granted", "reportonlysuccess": "granted",
	"failure": "denied", "false": "denied", "reportonlyfailure": "denied",
	"interrupted": "interrupted", "reportonlyinterrupted": "interrupted",
}

// resultStyle returns the style of a result: that of its verdict, or another one.
func resultStyle(word string, byVerdict *[len(verdictLooks)]int, other int) int {
	if verdict := resultVerdicts[strings.ToLower(word)]; verdict != "" {
		return byVerdict[verdictIndex(verdict)]
	}
	return other
}

func cellFont(size float64, color string, bold bool) *excelize.Font {
	return &excelize.Font{Family: "Calibri", Size: size, Color: color, Bold: bold}
}

func cellFill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

// cellAlign indents right-aligned cells, off the column to their right.
func cellAlign(horizontal, vertical string, wrap bool) *excelize.Alignment {
	a := &excelize.Alignment{Horizontal: horizontal, Vertical: vertical, WrapText: wrap}
	if horizontal == "right" {
		a.Indent = 1
	}
	return a
}

// shrinking shows a number of a tile smaller where it would not fit.
func shrinking(horizontal string) *excelize.Alignment {
	return &excelize.Alignment{Horizontal: horizontal, Vertical: "center", Indent: 1, ShrinkToFit: true}
}

// cellLine returns one border; weight 1 is thin, 2 medium.
func cellLine(side, color string, weight int) []excelize.Border {
	return []excelize.Border{{Type: side, Color: color, Style: weight}}
}
