package excel

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"signins/writer/manifest"
)

// A timeUnit is what the sign-ins over time are summed by.
type timeUnit struct {
	name   string
	layout string
	start  func(day time.Time) time.Time
	next   func(start time.Time) time.Time
}

var timeUnits = []timeUnit{
	{"day", "2 Jan", func(d time.Time) time.Time { return d }, func(d time.Time) time.Time { return d.AddDate(0, 0, 1) }},
	{"week", "2 Jan 2006", func(d time.Time) time.Time { return d.AddDate(0, 0, -(int(d.Weekday())+6)%7) },
		func(d time.Time) time.Time { return d.AddDate(0, 0, 7) }},
	{"month", "Jan 2006", func(d time.Time) time.Time { return d.AddDate(0, 0, 1-d.Day()) },
		func(d time.Time) time.Time { return d.AddDate(0, 1, 0) }},
	{"year", "2006", func(d time.Time) time.Time { return time.Date(d.Year(), 1, 1, 0, 0, 0, 0, time.UTC) },
		func(d time.Time) time.Time { return d.AddDate(1, 0, 0) }},
}

// A timeBar is a bar of the sign-ins over time.
type timeBar struct {
	label string
	sums  verdictSums
}

// timeline sums the sign-ins over time by the smallest unit that gives few
// enough bars: days up to a month. Far-off days are left out, and of years those
// without sign-ins.
func (t *signInCounts) timeline() (bars []timeBar, unit timeUnit) {
	days, _ := t.nearDays()
	if len(days) == 0 {
		return nil, timeUnits[0]
	}
	most := []int{31, 60, 60, maxDays}
	first, last := dayTime(days[0]), dayTime(days[len(days)-1])
	at := 0
	for at < len(timeUnits)-1 && steps(timeUnits[at], first, last, most[at]) > most[at] {
		at++
	}
	unit = timeUnits[at]
	sums := map[time.Time]*verdictSums{}
	for _, day := range days {
		start := unit.start(dayTime(day))
		if sums[start] == nil {
			sums[start] = &verdictSums{}
		}
		sum := t.daySum(day)
		sums[start].addAll(&sum)
	}
	for start := unit.start(first); !start.After(last); start = unit.next(start) {
		bar := timeBar{label: start.Format(unit.layout)}
		if s := sums[start]; s != nil {
			bar.sums = *s
		} else if unit.name == "year" {
			continue
		}
		bars = append(bars, bar)
	}
	return bars, unit
}

// Bounds of what is far off: dates that are wrong would stretch every chart.
const (
	farGap   = 60 // days without sign-ins that keep it apart, at either end
	farShare = 20 // it is at most one in so many sign-ins
)

// nearDays returns the days that have sign-ins, in order, without those far off,
// and the number of sign-ins on these.
func (t *signInCounts) nearDays() (days []int64, far int64) {
	days = slices.Sorted(maps.Keys(t.days))
	total := t.sumDays(days)
	for {
		head, tail := 1, len(days)-1
		for head < len(days) && days[head]-days[head-1] <= farGap {
			head++
		}
		for tail > 0 && days[tail]-days[tail-1] <= farGap {
			tail--
		}
		if head >= len(days) {
			return days, far
		}
		first, last := t.sumDays(days[:head]), t.sumDays(days[tail:])
		if (far+min(first, last))*farShare > total {
			return days, far
		}
		if first < last {
			days = days[head:]
		} else {
			days = days[:tail]
		}
		far += min(first, last)
	}
}

// sumDays returns the sign-ins on some days.
func (t *signInCounts) sumDays(days []int64) (sum int64) {
	for _, day := range days {
		sums := t.daySum(day)
		sum += sums.total()
	}
	return sum
}

// daySum returns the sign-ins of all types on a day.
func (t *signInCounts) daySum(day int64) (sum verdictSums) {
	for i := range t.days[day] {
		sum.addAll(&t.days[day][i])
	}
	return sum
}

// steps returns how many bars a unit gives, or more than most.
func steps(unit timeUnit, first, last time.Time, most int) (n int) {
	for start := unit.start(first); !start.After(last) && n <= most; start = unit.next(start) {
		n++
	}
	return n
}

// typeNumbers is the table of verdicts by sign-in type.
func (p *sheetPage) typeNumbers() chartData {
	s, counts := &p.x.styles, &p.x.counts
	p.heading("Sign-ins by type")
	p.verdictHead("Sign-in type")
	data := p.beginData()
	for _, i := range counts.sortedCategories() {
		p.verdictLine(s.line, s.count, categoryLabel(counts.categories[i]), "", counts.byCategory[i])
		data.add(&counts.byCategory[i])
	}
	p.verdictLine(s.totalLabel, s.totalCount, "All", "", counts.all)
	return data
}

// numbersPart writes the numbers behind the charts that no table above has.
func (p *sheetPage) numbersPart() (timeData, hourData chartData) {
	t := &p.x.counts
	bars, unit := t.timeline()
	if len(bars) == 0 {
		return chartData{}, chartData{}
	}
	timeData = p.numbers("Sign-ins per "+unit.name+" (UTC)", sentence(unit.name), bars)
	if _, far := t.nearDays(); far > 0 {
		p.paragraph(fmt.Sprintf("Sign-ins far off in time, in none of these lines: %s.", manifest.Number(far)))
	}
	if t.untimed > 0 {
		p.paragraph(fmt.Sprintf("Sign-ins without a usable time, in no line here and no hour: %s.", manifest.Number(t.untimed)))
	}
	var hours []timeBar
	for hour, sums := range t.hours {
		hours = append(hours, timeBar{fmt.Sprintf("%02d", hour), sums})
	}
	return timeData, p.numbers("Sign-ins by hour of the day (UTC)", "Hour", hours)
}

// numbers writes a table of bars.
func (p *sheetPage) numbers(title, label string, bars []timeBar) chartData {
	s := &p.x.styles
	p.heading(title)
	p.verdictHead(label)
	data := p.beginData()
	for _, bar := range bars {
		p.verdictLine(s.line, s.count, bar.label, "", bar.sums)
		data.add(&bar.sums)
	}
	return data
}
