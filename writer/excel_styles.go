package writer

import "github.com/xuri/excelize/v2"

// Colours of the workbook.
const (
	navy     = "1F3864"
	grey     = "7F7F7F"
	hairline = "D9D9D9"
	darkText = "262626"
)

// verdictLooks are the verdicts in their order in tables, with the words and
// the one colour pair each has everywhere. The verdict of null is last.
var verdictLooks = []struct{ verdict, label, fill, text string }{
	{"granted", "Granted", "DCEBDD", "245B35"},
	{"interrupted", "Interrupted", "FBEFD0", "7A5600"},
	{"denied", "Denied", "F6DAD8", "8C1D18"},
	{"passthrough", "Passthrough", "DCE3EE", "35486B"},
	{"", "Undetermined", "EDEDED", "595959"},
}

// Number formats.
const (
	formatWhole  = 1 // 0
	formatCount  = 3 // #,##0
	formatText   = 49
	formatMillis = "yyyy-mm-dd hh:mm:ss.000"
)

// sheetStyles are the ids of the cell styles of one workbook.
type sheetStyles struct {
	// Rows of data. Text has the format Text, so that text which looks like a
	// formula stays text also when somebody edits the cell.
	header, headerRight, text, whole, decimal, date int
	verdict                                         map[string]int

	// Lines of the sheets Error codes and Sources.
	entry, entryCount, entryDate int

	// Summary.
	title, subtitle, rule, section, prose int
	tileLabel, tileCount                  int
	head, headRight, line, count          int
	totalLabel, totalCount                int
	verdictLabel                          map[string]int
}

// make adds the styles to f.
func (s *sheetStyles) make(f *excelize.File) error {
	millis, body := formatMillis, cellFont(10, darkText, false)
	headLine, rowLine := cellLine("bottom", navy, 1), cellLine("bottom", hairline, 1)
	styles := []struct {
		id    *int
		style excelize.Style
	}{
		{&s.header, excelize.Style{Font: cellFont(10, "FFFFFF", true), Fill: cellFill(navy), Alignment: cellAlign("left", "center", true)}},
		{&s.headerRight, excelize.Style{Font: cellFont(10, "FFFFFF", true), Fill: cellFill(navy), Alignment: cellAlign("right", "center", true)}},
		{&s.text, excelize.Style{Font: body, NumFmt: formatText}},
		{&s.whole, excelize.Style{Font: body, NumFmt: formatWhole}},
		{&s.decimal, excelize.Style{Font: body, Alignment: cellAlign("right", "", false)}},
		{&s.date, excelize.Style{Font: body, CustomNumFmt: &millis, Alignment: cellAlign("left", "", false)}},
		{&s.title, excelize.Style{Font: cellFont(20, navy, true), Alignment: cellAlign("left", "center", false)}},
		{&s.subtitle, excelize.Style{Font: cellFont(10, grey, false), Alignment: cellAlign("left", "center", false)}},
		{&s.rule, excelize.Style{Border: cellLine("top", navy, 2)}},
		{&s.section, excelize.Style{Font: cellFont(12, navy, true), Alignment: cellAlign("left", "bottom", false)}},
		{&s.prose, excelize.Style{Font: body, Alignment: cellAlign("left", "top", true)}},
		{&s.tileLabel, excelize.Style{Font: cellFont(9, grey, false), Alignment: cellAlign("left", "bottom", false)}},
		{&s.tileCount, excelize.Style{Font: cellFont(18, darkText, true), NumFmt: formatCount, Alignment: cellAlign("left", "center", false)}},
		{&s.head, excelize.Style{Font: cellFont(9, grey, true), Border: headLine, Alignment: cellAlign("left", "bottom", true)}},
		{&s.headRight, excelize.Style{Font: cellFont(9, grey, true), Border: headLine, Alignment: cellAlign("right", "bottom", true)}},
		{&s.line, excelize.Style{Font: body, NumFmt: formatText, Border: rowLine, Alignment: cellAlign("left", "center", true)}},
		{&s.count, excelize.Style{Font: body, NumFmt: formatCount, Border: rowLine, Alignment: cellAlign("right", "center", false)}},
		{&s.totalLabel, excelize.Style{Font: cellFont(10, darkText, true), Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center", Indent: 1}}},
		{&s.totalCount, excelize.Style{Font: cellFont(10, darkText, true), NumFmt: formatCount, Alignment: cellAlign("right", "center", false)}},
		{&s.entry, excelize.Style{Font: body, Border: rowLine, NumFmt: formatText, Alignment: cellAlign("left", "center", true)}},
		{&s.entryDate, excelize.Style{Font: body, Border: rowLine, CustomNumFmt: &millis, Alignment: cellAlign("left", "center", false)}},
		{&s.entryCount, excelize.Style{Font: body, Border: rowLine, NumFmt: formatCount, Alignment: cellAlign("right", "center", false)}},
	}
	for i := range styles {
		id, err := f.NewStyle(&styles[i].style)
		if err != nil {
			return err
		}
		*styles[i].id = id
	}
	return s.makeVerdicts(f)
}

// makeVerdicts adds a style a verdict for the rows and one for tables.
func (s *sheetStyles) makeVerdicts(f *excelize.File) (err error) {
	s.verdict, s.verdictLabel = map[string]int{}, map[string]int{}
	for _, v := range verdictLooks {
		look := excelize.Style{Font: cellFont(10, v.text, false), Fill: cellFill(v.fill), NumFmt: formatText}
		if s.verdict[v.verdict], err = f.NewStyle(&look); err != nil {
			return err
		}
		look.Font, look.Border = cellFont(10, v.text, true), cellLine("bottom", hairline, 1)
		look.Alignment = &excelize.Alignment{Horizontal: "left", Vertical: "center", Indent: 1}
		if s.verdictLabel[v.verdict], err = f.NewStyle(&look); err != nil {
			return err
		}
	}
	return nil
}

func cellFont(size float64, color string, bold bool) *excelize.Font {
	return &excelize.Font{Family: "Calibri", Size: size, Color: color, Bold: bold}
}

func cellFill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

// cellAlign keeps what stands right off the column to the right of it.
func cellAlign(horizontal, vertical string, wrap bool) *excelize.Alignment {
	a := &excelize.Alignment{Horizontal: horizontal, Vertical: vertical, WrapText: wrap}
	if horizontal == "right" {
		a.Indent = 1
	}
	return a
}

// lined is one border; weight 1 is thin, 2 medium.
func cellLine(side, color string, weight int) []excelize.Border {
	return []excelize.Border{{Type: side, Color: color, Style: weight}}
}
