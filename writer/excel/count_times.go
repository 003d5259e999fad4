package excel

import (
	"maps"
	"slices"
	"time"
)

// maxDays bounds the days counted one by one: 50 years.
const maxDays = 50 * 366

// timeCounts are the sign-ins by day and hour, in UTC.
type timeCounts struct {
	span    timeSpan
	untimed int64                   // without a time, or on a day beyond maxDays
	days    map[int64][]verdictSums // by day since 1970, by index in typeCounts
	hours   [24]verdictSums
}

// A timeSpan is from the first to the last of some times, also of those that
// Excel has no dates for.
type timeSpan struct {
	first, last int64 // microseconds
	set         bool
}

func (s *timeSpan) extend(micros int64) {
	if !s.set {
		s.first, s.last, s.set = micros, micros, true
	}
	s.first, s.last = min(s.first, micros), max(s.last, micros)
}

func (c *timeCounts) addRow(r *countedRow) {
	if r.timed {
		c.span.extend(r.micros)
	}
	if !r.timed || !isDate(r.micros) {
		c.untimed += r.n
		return
	}
	const hour = 3600e6
	hours := floorDiv(r.micros, hour)
	day := floorDiv(hours, 24)
	c.hours[hours-day*24][r.verdict] += r.n
	sums, counted := c.days[day]
	if !counted && len(c.days) >= maxDays {
		c.untimed += r.n
		return
	}
	for len(sums) <= r.signType {
		sums = append(sums, verdictSums{})
	}
	sums[r.signType][r.verdict] += r.n
	c.days[day] = sums
}

// A timeUnit is the time of one bar of the chart over time.
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

// title returns the title of the chart.
func (u timeUnit) title() string { return "Sign-ins per " + u.name + " (UTC)" }

// A timeBar is the sign-ins in one unit of time.
type timeBar struct {
	label string
	sums  verdictSums
}

// timeline returns the sign-ins over time by the smallest unit that gives few
// enough bars: days up to a month. It skips far-off days, and years without
// sign-ins.
func (c *timeCounts) timeline() (bars []timeBar, unit timeUnit) {
	days, _ := c.nearDays()
	if len(days) == 0 {
		return nil, timeUnits[0]
	}
	most := []int{31, 60, 60, maxDays}
	first, last := dayTime(days[0]), dayTime(days[len(days)-1])
	at := 0
	for at < len(timeUnits)-1 && countBars(timeUnits[at], first, last, most[at]) > most[at] {
		at++
	}
	unit = timeUnits[at]
	sums := map[time.Time]*verdictSums{}
	for _, day := range days {
		start := unit.start(dayTime(day))
		if sums[start] == nil {
			sums[start] = &verdictSums{}
		}
		sum := c.daySum(day)
		sums[start].addSums(&sum)
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

// Days are far off if a gap separates them from the others, at either end, and they
// have few of the sign-ins: wrong dates would stretch every chart.
const (
	farGap   = 60 // days without sign-ins, at least
	farShare = 20 // one in so many sign-ins, at most
)

// nearDays returns the days with sign-ins in order, without those far off, and the
// number of sign-ins on the far-off ones.
func (c *timeCounts) nearDays() (days []int64, far int64) {
	days = slices.Sorted(maps.Keys(c.days))
	total := c.sumDays(days)
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
		first, last := c.sumDays(days[:head]), c.sumDays(days[tail:])
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
func (c *timeCounts) sumDays(days []int64) (sum int64) {
	for _, day := range days {
		sums := c.daySum(day)
		sum += sums.total()
	}
	return sum
}

// daySum returns the sign-ins of all types on a day.
func (c *timeCounts) daySum(day int64) (sum verdictSums) {
	for i := range c.days[day] {
		sum.addSums(&c.days[day][i])
	}
	return sum
}

// countBars returns how many bars a unit gives, or a number above most.
func countBars(unit timeUnit, first, last time.Time, most int) (n int) {
	for start := unit.start(first); !start.After(last) && n <= most; start = unit.next(start) {
		n++
	}
	return n
}

// dayText returns a day since 1970 as text.
func dayText(day int64) string { return dayTime(day).Format(time.DateOnly) }

func dayTime(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }
