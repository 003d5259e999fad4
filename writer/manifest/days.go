package manifest

import (
	"fmt"
	"slices"
	"time"

	"signins/schema"
)

// Days that are counted: those of the years 2000 to 2099. Other dates are wrong, and
// the bound limits the memory of a run to 2 MB.
const (
	firstDay     = 10957 // since 1970
	countedDays  = 36525
	microsPerDay = 24 * 60 * 60 * 1_000_000
)

// dayCounts are records by day since firstDay, in UTC. They end with the last day that
// has records.
type dayCounts []int64

func (c *dayCounts) add(day int) {
	if day >= len(*c) {
		*c = append(*c, make(dayCounts, day+1-len(*c))...)
	}
	(*c)[day]++
}

// at returns the records of a day, 0 for one beyond the counted ones.
func (c dayCounts) at(day int) int64 {
	if day < len(c) {
		return c[day]
	}
	return 0
}

// A calendar counts the records of a run by category and day.
type calendar struct {
	days    map[string]*dayCounts
	outside int64 // records with a date that is not counted
}

// add counts the rows of an annotated batch that have a time.
func (c *calendar) add(b *schema.Batch) {
	category, created := &b.Columns[schema.SignInCategory], &b.Columns[schema.CreatedAt]
	byCode := make([]*dayCounts, category.Dict.Len()+int(schema.First))
	for row, valid := range created.Valid {
		if valid == 0 {
			continue
		}
		day := created.Nums[row]/microsPerDay - firstDay
		if day < 0 || day >= countedDays {
			c.outside++
			continue
		}
		code := category.Code(row)
		if byCode[code] == nil {
			byCode[code] = c.of(category.Value(row))
		}
		byCode[code].add(int(day))
	}
}

// of returns the counts of a category, which null is Unknown for.
func (c *calendar) of(category []byte) *dayCounts {
	name := string(category)
	if name == "" {
		name = schema.Unknown
	}
	if c.days[name] == nil {
		c.days[name] = &dayCounts{}
	}
	return c.days[name]
}

// sum returns the counts of all categories together.
func (c *calendar) sum() dayCounts {
	var sum dayCounts
	for _, days := range c.days {
		if n := len(*days) - len(sum); n > 0 {
			sum = append(sum, make(dayCounts, n)...)
		}
		for day, n := range *days {
			sum[day] += n
		}
	}
	return sum
}

// near returns the first and the last day of all records but those far off, and the
// number of the latter. ok is false if no record has a day.
func (c *calendar) near(sum dayCounts) (first, last int, far int64, ok bool) {
	var days []int64
	for day, n := range sum {
		if n > 0 {
			days = append(days, int64(day))
		}
	}
	if days == nil {
		return 0, 0, c.outside, false
	}
	days, far = NearDays(days, func(days []int64) (records int64) {
		for _, day := range days {
			records += sum[day]
		}
		return records
	})
	return int(days[0]), int(days[len(days)-1]), far + c.outside, true
}

// Days are far off if a gap separates them from the others, at either end, and they
// have few of the sign-ins: wrong dates would stretch every chart. Both numbers are
// ours.
const (
	farGap   = 60 // days without sign-ins, at least
	farShare = 20 // one in so many sign-ins, at most
)

// NearDays returns the days with sign-ins, which ascend, without those far off, and
// how many sign-ins these have. count adds up the sign-ins of some days.
func NearDays(days []int64, count func(days []int64) int64) (near []int64, far int64) {
	total := count(days)
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
		first, last := count(days[:head]), count(days[tail:])
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

// A span is from one day to another, both included.
type span struct{ first, last int }

func (s span) len() int { return s.last - s.first + 1 }

func (s span) String() string {
	if s.first == s.last {
		return dayText(s.first)
	}
	return fmt.Sprintf("%s to %s", dayText(s.first), dayText(s.last))
}

func dayText(day int) string {
	return time.Unix(int64(day+firstDay)*86400, 0).UTC().Format(time.DateOnly)
}

// weekday returns 0 for Sunday.
func weekday(day int) int { return (day + 6) % 7 } // firstDay was a Saturday

// median returns the middle of some numbers, the lower one of two, 0 for fewer than
// four: they show no habit.
func median(numbers []int64) int64 {
	if len(numbers) < 4 {
		return 0
	}
	slices.Sort(numbers)
	return numbers[(len(numbers)-1)/2]
}
