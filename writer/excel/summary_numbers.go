package excel

import (
	"fmt"

	"signins/writer/manifest"
)

// addTypeNumbers adds the table of verdicts by sign-in type.
func (s *summary) addTypeNumbers() chartData {
	types := &s.parts.counts.types
	s.grid.addHeading("Sign-ins by type")
	s.grid.addVerdictHead("Sign-in type")
	data := s.grid.beginData()
	for _, i := range types.sorted() {
		s.grid.addVerdictLine(s.styles.line, s.styles.count, types.label(i), "", types.sums[i])
		data.addLine(&types.sums[i])
	}
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
	var hourBars []timeBar
	for hour, sums := range c.hours {
		hourBars = append(hourBars, timeBar{fmt.Sprintf("%02d", hour), sums})
	}
	return times, s.addBars(hoursTitle, "Hour", hourBars)
}

// addBars adds a table of bars.
func (s *summary) addBars(title, label string, bars []timeBar) chartData {
	s.grid.addHeading(title)
	s.grid.addVerdictHead(label)
	data := s.grid.beginData()
	for _, bar := range bars {
		s.grid.addVerdictLine(s.styles.line, s.styles.count, bar.label, "", bar.sums)
		data.addLine(&bar.sums)
	}
	return data
}
