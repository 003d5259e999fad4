package manifest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signins/schema"
)

// Sums are totals of all inputs.
type Sums struct {
	Category      map[string]int64 `json:"category"`
	FirstEvent    string           `json:"first_event"` // RFC 3339, "" for none
	LastEvent     string           `json:"last_event"`
	UnknownFields map[string]int64 `json:"unknown_fields"`
	Warnings      []WarningSum     `json:"warnings"` // by code

	filtered int // inputs with filtered records
}

// A WarningSum is a warning of several inputs, or of the run.
type WarningSum struct {
	Code    string `json:"code"`
	Count   int64  `json:"count"`
	Inputs  int    `json:"inputs"` // that have it, 0 if it is about all of them together
	Message string `json:"message"`
}

// In writes how many inputs have the warning, or that the run has it.
func (w WarningSum) In() string {
	if w.Inputs == 0 {
		return "the run"
	}
	return Counted(w.Inputs, "input")
}

// Label is the word for the warning in a report.
func (w WarningSum) Label() string { return labels[w.rank()] }

// Note reports whether the warning puts nothing in doubt.
func (w WarningSum) Note() bool { return w.rank() == len(labels)-1 }

var labels = []string{"WARNING", "warning", "note"}

// rank is the place of the warning's label in labels.
func (w WarningSum) rank() int {
	switch {
	case slices.Contains(schema.Loud, w.Code):
		return 0
	case slices.Contains(schema.Notes, w.Code):
		return 2
	}
	return 1
}

// Add adds an input.
func (s *Sums) Add(in *Input) {
	if s.Category == nil {
		s.Category, s.UnknownFields = map[string]int64{}, map[string]int64{}
	}
	for category, n := range in.Category {
		s.Category[category] += n
	}
	countFields(s.UnknownFields, in.UnknownFields)
	if in.FirstEvent != "" && (s.FirstEvent == "" || before(in.FirstEvent, s.FirstEvent)) {
		s.FirstEvent = in.FirstEvent
	}
	if in.LastEvent != "" && (s.LastEvent == "" || before(s.LastEvent, in.LastEvent)) {
		s.LastEvent = in.LastEvent
	}
	for _, w := range in.Warnings {
		s.warn(w, 1)
	}
	if in.Records.Filtered > 0 {
		s.filtered++
	}
}

// before compares times, which may have different numbers of digits.
func before(a, b string) bool {
	x, _ := time.Parse(time.RFC3339Nano, a)
	y, _ := time.Parse(time.RFC3339Nano, b)
	return x.Before(y)
}

// warn adds a warning of some inputs.
func (s *Sums) warn(w Warning, inputs int) {
	i, found := slices.BinarySearchFunc(s.Warnings, w.Code, func(w WarningSum, code string) int { return strings.Compare(w.Code, code) })
	if !found {
		s.Warnings = slices.Insert(s.Warnings, i, WarningSum{Code: w.Code, Message: w.Message})
	}
	s.Warnings[i].Count += w.Count
	s.Warnings[i].Inputs += inputs
}

// sums returns the totals of all inputs. A manifest of version 1 does not have them.
func (r *Run) sums() *Sums {
	if r.Category != nil || len(r.Inputs) == 0 {
		return &r.Sums
	}
	sums := &Sums{Warnings: slices.Clone(r.Warnings)} // of the run
	for _, in := range r.Inputs {
		sums.Add(in)
	}
	return sums
}

// Span returns the first and the last event of all inputs, "" for none.
func (r *Run) Span() (first, last string) {
	sums := r.sums()
	return sums.FirstEvent, sums.LastEvent
}

// SumWarnings returns the warnings of all inputs: loud ones, others and notes, each by
// code.
func (r *Run) SumWarnings() []WarningSum {
	return slices.SortedStableFunc(slices.Values(r.sums().Warnings), func(a, b WarningSum) int { return a.rank() - b.rank() })
}

// OwnWarnings returns the warnings that are about all inputs together.
func (r *Run) OwnWarnings() (own []Warning) {
	for _, w := range r.Warnings {
		if w.Inputs == 0 {
			own = append(own, Warning{w.Code, w.Count, w.Message})
		}
	}
	return own
}

// warnOfEmptySpan warns of a span of time that leaves nothing, once all inputs are in
// the run.
func (r *Run) warnOfEmptySpan() {
	if r.Totals.Filtered == 0 || r.Totals.Written > 0 {
		return
	}
	r.amend(func(in *Input) {
		if n := in.Records.Filtered; n > 0 {
			in.warn(schema.NothingInSpan, n)
		}
	})
	r.Sums.warn(newWarning(schema.NothingInSpan, r.Totals.Filtered), r.filtered)
}

// CheckRows returns *Unbalanced unless an output has a row for every record that the
// inputs have as written.
func (r *Run) CheckRows(output string, rows int64) error {
	if rows != r.Totals.Written {
		return &Unbalanced{What: fmt.Sprintf("%s has %d rows, but %d records were counted", output, rows, r.Totals.Written)}
	}
	return nil
}

// Unbalanced is the error of a run whose numbers do not add up.
type Unbalanced struct{ What string }

func (e *Unbalanced) Error() string { return e.What }

// Exit makes it a schema.Failure.
func (e *Unbalanced) Exit() (status int, hint string) { return schema.ExitUnbalanced, "" }

// Number writes a count with its thousands apart.
func Number[N int | int64](n N) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Counted writes a number of things, such as "1,234 rows".
func Counted[N int | int64](n N, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Number(n) + " " + thing
}
