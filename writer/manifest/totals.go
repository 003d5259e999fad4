package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signins/schema"
)

// A WarningSum is a warning of several inputs, or of the run.
type WarningSum struct {
	Warning
	inputs int // that have it, 0 if it is about all of them together
}

// In writes how many inputs have the warning, or that the run has it.
func (w WarningSum) In() string {
	if w.inputs == 0 {
		return "the run"
	}
	return Counted(int64(w.inputs), "input")
}

// Loud reports whether the warning puts totals in doubt.
func (w WarningSum) Loud() bool { return slices.Contains(schema.Loud, w.Code) }

// SumWarnings adds up the warnings of all inputs by code, with those of the run, loud
// ones first.
func (r *Run) SumWarnings() []WarningSum {
	byCode := map[string]WarningSum{}
	for _, w := range r.Warnings {
		byCode[w.Code] = WarningSum{Warning: w}
	}
	for _, in := range r.Inputs {
		for _, w := range in.Warnings {
			sum := byCode[w.Code]
			w.Count += sum.Count
			byCode[w.Code] = WarningSum{w, sum.inputs + 1}
		}
	}
	return slices.SortedFunc(maps.Values(byCode), func(a, b WarningSum) int {
		switch {
		case a.Loud() == b.Loud():
			return strings.Compare(a.Code, b.Code)
		case a.Loud():
			return -1
		}
		return 1
	})
}

// warnOfEmptySpan warns of a span of time that leaves nothing, once all inputs are in
// the run.
func (r *Run) warnOfEmptySpan() {
	if r.Totals.Filtered == 0 || r.Totals.Written > 0 {
		return
	}
	for _, in := range r.Inputs {
		if n := in.Records.Filtered; n > 0 {
			in.Warnings = append(in.Warnings, Warning{schema.NothingInSpan, n, schema.Findings[schema.NothingInSpan]})
		}
	}
}

// Span returns the first and the last event of all inputs, "" for none.
func (r *Run) Span() (first, last string) {
	for _, in := range r.Inputs {
		if in.FirstEvent != "" && (first == "" || in.FirstEvent < first) {
			first = in.FirstEvent
		}
		last = max(last, in.LastEvent)
	}
	return first, last
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
func Number(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Counted writes a number of things, such as "1,234 rows".
func Counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Number(n) + " " + thing
}
