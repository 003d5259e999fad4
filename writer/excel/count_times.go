package excel

import (
	"maps"
	"slices"
	"time"

	"signins/writer/manifest"
)

// maxDays bounds the days counted one by one: 50 years.
const maxDays = 50 * 366

// timeCounts are the sign-ins by day and hour, in UTC.
type timeCounts struct {
	span    timeSpan
	untimed int64               // without a time, or on a day beyond maxDays
	days    map[int64]*typeSums // by day since 1970
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
	at := time.UnixMicro(r.micros).UTC()
	c.hours[at.Hour()][r.verdict] += r.n
	day := at.Truncate(24*time.Hour).Unix() / 86400
	sums := c.days[day]
	if sums == nil {
		if len(c.days) >= maxDays {
			c.untimed += r.n
			return
		}
		sums = &typeSums{}
		c.days[day] = sums
	}
	sums[r.signType][r.verdict] += r.n
}

// A timeUnit is the time of one bar of the chart over time.
type timeUnit struct {
	name   string
	layout string
	bars   int    // at most
	most   string // how a text names a unit
	start  func(day time.Time) time.Time
	after  func(start time.Time, n int) time.Time // the start of the nth unit after it
}

var timeUnits = []timeUnit{
	{"day", "2 Jan", 31, "on %s", func(d time.Time) time.Time { return d }, func(d time.Time, n int) time.Time { return d.AddDate(0, 0, n) }},
	{"week", "2 Jan 2006", 60, "in the week of %s", func(d time.Time) time.Time { return d.AddDate(0, 0, -(int(d.Weekday())+6)%7) },
		func(d time.Time, n int) time.Time { return d.AddDate(0, 0, 7*n) }},
	{"month", "Jan 2006", 60, "in %s", func(d time.Time) time.Time { return d.AddDate(0, 0, 1-d.Day()) },
		func(d time.Time, n int) time.Time { return d.AddDate(0, n, 0) }},
	{"year", "2006", 10000, "in %s", func(d time.Time) time.Time { return d.AddDate(0, 0, 1-d.YearDay()) },
		func(d time.Time, n int) time.Time { return d.AddDate(n, 0, 0) }},
}

// title returns the title of the chart.
func (u timeUnit) title() string { return "Sign-ins per " + u.name + " (UTC)" }

// timeline returns the sign-ins over time by the smallest unit that gives few
// enough bars: days up to a month. It skips far-off days, and years without
// sign-ins.
func (c *timeCounts) timeline() (bars []bar, unit timeUnit) {
	days, _ := c.nearDays()
	if len(days) == 0 {
		return nil, timeUnits[0]
	}
	first, last := dayTime(days[0]), dayTime(days[len(days)-1])
	unit = timeUnits[slices.IndexFunc(timeUnits, func(u timeUnit) bool { return u.after(u.start(first), u.bars).After(last) })]
	sums := map[time.Time]verdictSums{}
	for _, day := range days {
		start := unit.start(dayTime(day))
		sum, more := sums[start], c.days[day].sum()
		sum.addSums(&more)
		sums[start] = sum
	}
	for start := unit.start(first); !start.After(last); start = unit.after(start, 1) {
		if sum, found := sums[start]; found || unit.name != "year" {
			bars = append(bars, bar{start.Format(unit.layout), "", sum})
		}
	}
	return bars, unit
}

// nearDays returns the days with sign-ins in order, without those far off, and the
// number of sign-ins on the far-off ones.
func (c *timeCounts) nearDays() (days []int64, far int64) {
	return manifest.NearDays(slices.Sorted(maps.Keys(c.days)), c.sumDays)
}

// sumDays returns the sign-ins on some days.
func (c *timeCounts) sumDays(days []int64) (sum int64) {
	for _, day := range days {
		sums := c.days[day].sum()
		sum += sums.total()
	}
	return sum
}

func dayTime(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }
