package excel

import (
	"fmt"

	"signins/writer/manifest"
)

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
	data := chartData{first: s.grid.page.row + 1, last: s.grid.page.row + len(bars)}
	for _, bar := range bars {
		s.grid.addVerdictLine(s.styles.line, s.styles.count, bar.label, bar.detail, bar.sums)
		data.sums.addSums(&bar.sums)
		data.highest = max(data.highest, bar.sums.total())
	}
	return data
}
