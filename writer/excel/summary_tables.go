package excel

import (
	"fmt"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// How many lines the lists of Summary have.
const (
	topCodes  = 10
	topNames  = 10
	maxInputs = 15
)

// addInputs adds the list of inputs. Sources has more of each.
func (s *summary) addInputs() {
	s.grid.addHeading("Inputs")
	s.addInput(s.styles.head, [3]string{"Input", "Format", "Sign-in types"}, cell{style: s.styles.headRight, text: "Records"},
		[2]string{"First event (UTC)", "Last event (UTC)"}, 18)
	n := 0
	for in := range s.parts.inputs() {
		if n++; n > maxInputs {
			break
		}
		types := strings.ReplaceAll(typeLines(in.Category), "\n", ", ")
		name := in.Name()
		height := max(17, wrappedHeight(name, labelWidth), wrappedHeight(in.Dialect, countWidth), wrappedHeight(types, 2*countWidth))
		s.addInput(s.styles.line, [3]string{name, in.Dialect, types}, countCell(s.styles.count, in.Records.Seen),
			[2]string{secondOf(in.FirstEvent), secondOf(in.LastEvent)}, height)
	}
	s.addMore(s.parts.run.CountInputs()-maxInputs, sourcesSheet)
}

// addInput adds a row of the inputs: name, format, types over two columns, records,
// and two times over two columns each.
func (s *summary) addInput(style int, texts [3]string, records cell, times [2]string, height float64) {
	s.grid.addRow(height, cell{style: style, text: texts[0]}, cell{style: style, text: texts[1]}, cell{style: style, text: texts[2], columns: 2},
		records, cell{style: style, text: times[0], columns: 2}, cell{style: style, text: times[1], columns: 2})
}

// secondOf returns a time of the run record to the second.
func secondOf(rfc string) string {
	t, err := time.Parse(time.RFC3339Nano, rfc)
	if err != nil {
		return rfc
	}
	return t.UTC().Format(time.DateTime)
}

// addCodes adds the list of the most frequent error codes without 0, for success.
func (s *summary) addCodes() chartData {
	const title = "Most frequent error codes"
	codes := s.parts.counts.codes.failures()
	if len(codes) == 0 {
		s.grid.addHeading(title)
		s.grid.addParagraph("No record has an error code other than 0.")
		return chartData{}
	}
	var bars []bar
	for _, c := range codes[:min(len(codes), topCodes)] {
		bars = append(bars, bar{strings.TrimSpace(fmt.Sprintf("%d %s", c.code, c.name)), c.shownMeaning(), c.sums})
	}
	data := s.addBars(title, "Error code and meaning", bars)
	s.addMore(len(codes)-topCodes, errorCodesSheet)
	return data
}

// addNames adds the list of the most frequent names of a kind.
func (s *summary) addNames(kind int) chartData {
	count := &s.parts.counts.names.kinds[kind]
	top := count.top(topNames)
	look := &nameKinds[kind]
	if len(top) == 0 || look.title == "" {
		return chartData{}
	}
	var bars []bar
	for _, n := range top {
		bars = append(bars, bar{shortened(n.name), "", n.sums})
	}
	data := s.addBars(look.title, schema.Columns[look.column].Title, bars)
	if n := count.uncounted.total(); n > 0 {
		s.grid.addParagraph(fmt.Sprintf("Counted are the first %s distinct names; %s sign-ins of later ones are not in this list, so it may miss some.",
			manifest.Number(len(count.names)), manifest.Number(n)))
	} else {
		s.addMore(len(count.names)-len(top), look.sheet)
	}
	return data
}

// addMore adds a line about the n names that a list omits, if any, with a link to the sheet
// that has more, if the workbook has it.
func (s *summary) addMore(n int, sheet string) {
	if n <= 0 {
		return
	}
	p, text := s.parts.book.firstPage(sheet), manifest.Number(n)+" more are not listed"
	if p == nil {
		s.grid.addParagraph(text + ".")
		return
	}
	s.grid.addSpan(17, s.styles.navigation, text+": see the sheet "+sheet+".")
	s.grid.page.addLink(place(firstColumn, s.grid.page.row), p, "A1")
}

// shortened returns a name cut to a line or two of Summary.
func shortened(name string) string {
	const most = 150
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most]) + "…"
}

// addTypeNumbers adds the table of verdicts by sign-in type.
func (s *summary) addTypeNumbers() chartData {
	var bars []bar
	for _, i := range s.parts.counts.types.indexes() {
		bars = append(bars, bar{signInTypes[i].label, "", s.parts.counts.types[i]})
	}
	data := s.addBars("Sign-ins by type", "Sign-in type", bars)
	s.grid.addVerdictLine(s.styles.totalLabel, s.styles.totalCount, "All", "", s.parts.counts.all)
	return data
}

// addTimeNumbers adds the tables of the sign-ins over time and by hour of the day.
func (s *summary) addTimeNumbers() (times, hours chartData) {
	c := &s.parts.counts.times
	bars, unit := c.timeline()
	if len(bars) == 0 {
		return chartData{}, chartData{}
	}
	times = s.addBars(unit.title(), sentence(unit.name), bars)
	if _, far := c.nearDays(); far > 0 {
		s.grid.addParagraph(fmt.Sprintf("Sign-ins far off in time, in none of these lines: %s.", manifest.Number(far)))
	}
	if c.untimed > 0 {
		s.grid.addParagraph(fmt.Sprintf("Sign-ins without a usable time, in no line here and no hour: %s.", manifest.Number(c.untimed)))
	}
	var hourBars []bar
	for hour, sums := range c.hours {
		hourBars = append(hourBars, bar{fmt.Sprintf("%02d", hour), "", sums})
	}
	return times, s.addBars(hoursTitle, "Hour", hourBars)
}

// A bar is a line of a table of sign-ins by verdict, and a bar of its chart.
type bar struct {
	label, detail string
	sums          verdictSums
}

// addBars adds a table of bars.
func (s *summary) addBars(title, label string, bars []bar) chartData {
	s.grid.addHeading(title)
	s.grid.addVerdictHead(label)
	data := chartData{first: s.grid.page.row + 1, last: s.grid.page.row + len(bars), bars: bars}
	for _, bar := range bars {
		s.grid.addVerdictLine(s.styles.line, s.styles.count, bar.label, bar.detail, bar.sums)
		data.sums.addSums(&bar.sums)
		data.highest = max(data.highest, bar.sums.total())
	}
	return data
}
