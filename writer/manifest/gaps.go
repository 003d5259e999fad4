package manifest

import "slices"

// Gaps are days without sign-ins that the other days make unlikely. The rule is ours:
//
//   - A day usually has the median of its weekday, so that a weekend is quiet if most
//     weekends are. A weekday that occurs less than four times, from Monday to Thursday,
//     has the median of those four, unless it never has any; the other days are part
//     of a weekend somewhere, and have none.
//   - Days in a row without sign-ins are a gap if 100 would be usual for all of them
//     together: one day in a large tenant, two weeks in a small one.
//   - Medians are blind to a gap of most of the span. Seven days or more, which hold
//     every weekday, are also a gap if 100 would be usual at the rate of the days
//     before and after: those must have 100 themselves in five days or more, half of
//     them active. So jobs that run once a month make none.
//
// For example, 31 days of 40 sign-ins from Monday to Friday have a gap from Tuesday
// to Thursday (120), and none on a holiday (40).
const (
	fewestExpected = 100 // sign-ins that a gap would usually have
	longGap        = 7   // days
	shortestStay   = 5   // days between gaps that have a rate
)

// A pattern is what is usual in one category.
type pattern struct {
	days     dayCounts
	covered  span
	weekdays [7]int64 // the usual number of sign-ins, 0 for unknown
	empty    []span   // days in a row without sign-ins, within covered
}

// newPattern returns the pattern of days within a span, false if none has sign-ins.
func newPattern(days dayCounts, within span) (p pattern, found bool) {
	p = pattern{days: days, covered: span{within.last + 1, within.first}}
	for day := within.first; day <= within.last; day++ {
		if days.at(day) > 0 {
			p.covered.first, p.covered.last = min(p.covered.first, day), day
		}
	}
	var byWeekday [7][]int64
	var early []int64 // Monday to Thursday
	begin := p.covered.first
	for day := p.covered.first; day <= p.covered.last; day++ {
		n, w := days.at(day), weekday(day)
		byWeekday[w] = append(byWeekday[w], n)
		if w >= 1 && w <= 4 {
			early = append(early, n)
		}
		if n > 0 {
			if begin < day {
				p.empty = append(p.empty, span{begin, day - 1})
			}
			begin = day + 1
		}
	}
	short := median(early)
	for w, counts := range byWeekday {
		p.weekdays[w] = median(counts)
		if rare := len(counts) < 2 || len(counts) < 4 && slices.Max(counts) > 0; rare && w >= 1 && w <= 4 {
			p.weekdays[w] = short
		}
	}
	return p, p.covered.first <= p.covered.last
}

// expected returns how many sign-ins would be usual in days without any.
func (p *pattern) expected(s span) (sum int64) {
	for day := s.first; day <= s.last; day++ {
		sum += p.weekdays[weekday(day)]
	}
	if s.len() < longGap {
		return sum
	}
	rated := int64(-1) // by the lower of the rates before and after
	for _, side := range p.beside(s) {
		n, active := int64(0), 0
		for day := side.first; day <= side.last; day++ {
			n += p.days.at(day)
			if p.days.at(day) > 0 {
				active++
			}
		}
		switch {
		case side.len() < shortestStay || active*2 < side.len() || n < fewestExpected:
			return sum
		case rated < 0 || n*int64(s.len())/int64(side.len()) < rated:
			rated = n * int64(s.len()) / int64(side.len())
		}
	}
	return max(sum, rated)
}

// beside returns the days before and after others, up to the next long gap or the
// end of what is covered; one span if the others are at an end.
func (p *pattern) beside(s span) (sides []span) {
	before, after := span{p.covered.first, s.first - 1}, span{s.last + 1, p.covered.last}
	for _, e := range p.empty {
		switch {
		case e.len() < longGap:
		case e.last < s.first:
			before.first = e.last + 1
		case e.first > s.last:
			after.last = min(after.last, e.first-1)
		}
	}
	for _, side := range []span{before, after} {
		if side.len() > 0 {
			sides = append(sides, side)
		}
	}
	return sides
}

// gaps returns the gaps between sign-ins.
func (p *pattern) gaps() (gaps []span) {
	for _, e := range p.empty {
		if p.expected(e) >= fewestExpected {
			gaps = append(gaps, e)
		}
	}
	return gaps
}

// shorter returns the days of a span that come before or after all sign-ins of the
// pattern. One day at an end is no gap: exports that are made one after the other
// begin and end at different hours.
func (p *pattern) shorter(than span) (missing []span) {
	for _, s := range []span{{than.first, p.covered.first - 1}, {p.covered.last + 1, than.last}} {
		if s.len() > 1 && p.expected(s) >= fewestExpected {
			missing = append(missing, s)
		}
	}
	return missing
}
