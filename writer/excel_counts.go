package writer

import (
	"slices"

	"signins/schema"
)

const (
	// maxErrorCodes bounds the codes counted one by one. Microsoft publishes
	// some hundred; an input could hold any number.
	maxErrorCodes = 50000
	// maxStatuses bounds the statuses listed beside a code.
	maxStatuses = 8
)

// signInCounts are the sums behind Summary and Error codes. They add up
// sign_in_count, where null stands for one sign-in.
type signInCounts struct {
	total      int64
	categories []string // in order of first occurrence
	verdicts   map[verdictCell]int64
	codes      map[int64]*codeCount
	other      *codeCount // codes beyond maxErrorCodes, all in one
	none       *codeCount // rows without a code
	span       timeSpan
}

// A verdictCell is a place in the table of verdicts; "" stands for null.
type verdictCell struct{ verdict, category string }

// A timeSpan is from the first to the last of some times that Excel has as
// dates. Others, such as the year 1 of .NET, tell no event time.
type timeSpan struct {
	first, last int64 // microseconds
	set         bool
}

func (s *timeSpan) add(micros int64) {
	if micros < firstDate || micros >= afterDate {
		return
	}
	if !s.set {
		s.first, s.last, s.set = micros, micros, true
	}
	s.first, s.last = min(s.first, micros), max(s.last, micros)
}

// A codeCount is what is told of an error code. Its texts are those of the
// code's first row.
type codeCount struct {
	code                    int64
	name, category, meaning string
	unknown                 bool
	statuses                []string
	total                   int64
	byCategory              []int64 // by index in signInCounts.categories
	span                    timeSpan
}

// add counts the records of a batch.
func (t *signInCounts) add(b *schema.Batch) {
	if t.codes == nil {
		t.codes, t.verdicts = map[int64]*codeCount{}, map[verdictCell]int64{}
	}
	categories := &b.Columns[schema.SignInCategory]
	numbers := t.numberCategories(b)
	grid := make([]int64, (b.Columns[schema.AccessVerdict].Dict.Len()+1)*len(numbers))
	var last *codeCount
	for row := range b.Len {
		n := signInCount(b, row)
		at := dictIndex(categories, row)
		grid[dictIndex(&b.Columns[schema.AccessVerdict], row)*len(numbers)+at] += n
		last = t.codeOf(b, row, last)
		last.add(b, row, numbers[at], n)
		if micros, valid := b.Columns[schema.CreatedAt].Num(row); valid {
			t.span.add(micros)
		}
		t.total += n
	}
	t.addVerdicts(b, grid, numbers)
}

// signInCount returns how many sign-ins a row stands for.
func signInCount(b *schema.Batch, row int) int64 {
	if n, valid := b.Columns[schema.SignInCount].Num(row); valid {
		return n
	}
	return 1
}

// dictIndex returns 0 for null and else the number of the row's value in the
// dictionary, from 1.
func dictIndex(v *schema.Vector, row int) int {
	if c := v.Code(row); c >= schema.First {
		return int(c-schema.First) + 1
	}
	return 0
}

// dictText is the value of a dictIndex.
func dictText(v *schema.Vector, index int) string {
	if index == 0 {
		return ""
	}
	return string(v.Dict.Value(schema.First + schema.Code(index-1)))
}

// numberCategories returns the number in t.categories of every dictIndex of
// the batch's categories, -1 for those not seen in a row yet.
func (t *signInCounts) numberCategories(b *schema.Batch) []int {
	v := &b.Columns[schema.SignInCategory]
	numbers := make([]int, v.Dict.Len()+1)
	for i := range numbers {
		numbers[i] = -1
	}
	for row := range b.Len {
		i := dictIndex(v, row)
		if numbers[i] < 0 {
			numbers[i] = t.numberCategory(dictText(v, i))
		}
	}
	return numbers
}

func (t *signInCounts) numberCategory(category string) int {
	if category == "" {
		category = unknownCategory
	}
	i := slices.Index(t.categories, category)
	if i < 0 {
		i = len(t.categories)
		t.categories = append(t.categories, category)
	}
	return i
}

// addVerdicts adds the sums of a batch to the table of verdicts.
func (t *signInCounts) addVerdicts(b *schema.Batch, grid []int64, numbers []int) {
	for i, n := range grid {
		if n == 0 {
			continue
		}
		verdict := dictText(&b.Columns[schema.AccessVerdict], i/len(numbers))
		t.verdicts[verdictCell{verdict, t.categories[numbers[i%len(numbers)]]}] += n
	}
}

// codeOf returns the count of a row's error code; last is that of the row
// before, which mostly has the same.
func (t *signInCounts) codeOf(b *schema.Batch, row int, last *codeCount) *codeCount {
	code, valid := b.Columns[schema.ErrorCode].Num(row)
	if !valid {
		if t.none == nil {
			t.none = &codeCount{}
		}
		return t.none
	}
	if last != nil && last.code == code && last != t.none && last != t.other {
		return last
	}
	if c := t.codes[code]; c != nil {
		return c
	}
	if len(t.codes) == maxErrorCodes {
		if t.other == nil {
			t.other = &codeCount{}
		}
		return t.other
	}
	c := newCodeCount(b, row, code)
	t.codes[code] = c
	return c
}

func newCodeCount(b *schema.Batch, row int, code int64) *codeCount {
	c := &codeCount{
		code:     code,
		name:     string(b.Columns[schema.ErrorName].Value(row)),
		category: string(b.Columns[schema.ErrorCategory].Value(row)),
		meaning:  string(b.Columns[schema.ErrorMeaning].Value(row)),
	}
	known, valid := b.Columns[schema.ErrorKnown].Num(row)
	c.unknown = valid && known == 0
	return c
}

// add counts a row of n sign-ins.
func (c *codeCount) add(b *schema.Batch, row, category int, n int64) {
	c.total += n
	for len(c.byCategory) <= category {
		c.byCategory = append(c.byCategory, 0)
	}
	c.byCategory[category] += n
	if micros, valid := b.Columns[schema.CreatedAt].Num(row); valid {
		c.span.add(micros)
	}
	status := b.Columns[schema.SignInStatus].Value(row)
	if status == nil || len(c.statuses) == maxStatuses {
		return
	}
	for _, seen := range c.statuses {
		if seen == string(status) {
			return
		}
	}
	c.statuses = append(c.statuses, string(status))
}
