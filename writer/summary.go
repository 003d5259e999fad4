package writer

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"signins/schema"
)

// maxListed is how many files a summary names one by one, where a manifest lists
// them all.
const maxListed = 100

// Summarize tells a person in a few lines what a run found and wrote.
func Summarize(w io.Writer, run *Run, accounts []*Account) {
	listed := maxListed
	if len(run.Outputs) == 0 {
		listed = len(run.Inputs) + len(run.Skipped)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, in := range run.Inputs {
		if i == listed {
			fmt.Fprintf(t, "... and %s more, listed in the manifest\n", Number(int64(len(run.Inputs)-i)))
			break
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", Visible(inputName(in)), in.Dialect, kinds(in))
	}
	t.Flush()
	for i, skip := range run.Skipped {
		if i == listed {
			fmt.Fprintf(w, "skipped ... and %s more, listed in the manifest\n", Number(int64(len(run.Skipped)-i)))
			break
		}
		fmt.Fprintf(w, "skipped %s: %s\n", Visible(skip.Path), Visible(skip.Reason))
	}
	fmt.Fprintln(w)
	verdictLine(w, accounts)
	r := run.Totals
	written := "written"
	if len(run.Outputs) == 0 {
		written = "accepted"
	}
	fmt.Fprintf(w, "records     %s seen, %s %s, %s rejected", Number(r.Seen), Number(r.Written), written, Number(r.Rejected))
	if r.Filtered > 0 {
		fmt.Fprintf(w, ", %s outside the time span", Number(r.Filtered))
	}
	fmt.Fprintln(w)
	if first, last := Span(run.Inputs); first != "" {
		fmt.Fprintf(w, "events      %s to %s (UTC)\n", first, last)
	}
	for _, warning := range sumWarnings(run.Inputs) {
		fmt.Fprintf(w, "warning     %s (%s in %s): %s\n", warning.Code, Number(warning.Count), warning.inputs(), warning.Message)
	}
	outputLines(w, run.Outputs)
}

// outputLines names outputs, a dataset with all its parts once.
func outputLines(w io.Writer, outputs []Output) {
	for len(outputs) > 0 {
		out, name, parts := outputs[0], Visible(outputs[0].Path), 1
		if out.dataset != "" {
			for ; parts < len(outputs) && outputs[parts].dataset == out.dataset; parts++ {
				out.Rows += outputs[parts].Rows
				out.Size += outputs[parts].Size
			}
			name = Visible(out.dataset) + "/ in " + counted(int64(parts), "part")
		}
		fmt.Fprintf(w, "wrote       %s: %s, %s bytes\n", name, counted(out.Rows, "row"), Number(out.Size))
		outputs = outputs[parts:]
	}
}

// counted writes a number of things.
func counted(n int64, thing string) string {
	return Number(n) + " " + plural(int(n), thing, thing+"s")
}

// kinds counts the records of an input: sign-ins by category, and what else
// became of the others.
func kinds(in *Input) string {
	if j := in.Joined; j != nil {
		return fmt.Sprintf("%s of %s steps joined to their sign-ins", Number(j.Matched), Number(j.Rows))
	}
	var parts []string
	for _, category := range schema.Categories {
		if n := in.Category[category]; n > 0 {
			parts = append(parts, Number(n)+" "+category)
		}
	}
	if n := in.Records.Rejected; n > 0 {
		parts = append(parts, Number(n)+" rejected")
	}
	if n := in.Records.Filtered; n > 0 {
		parts = append(parts, Number(n)+" outside the time span")
	}
	if len(parts) == 0 {
		return "no records"
	}
	return strings.Join(parts, ", ")
}

// verdictLine counts sign-ins by verdict.
func verdictLine(w io.Writer, accounts []*Account) {
	sums := map[string]int64{}
	for _, a := range accounts {
		for verdict, n := range a.Verdicts {
			sums[verdict] += n
		}
	}
	var parts []string
	for _, verdict := range append(slices.Clone(schema.Verdicts), "") {
		name := verdict
		if name == "" {
			name = "undetermined"
		}
		if n := sums[verdict]; n > 0 || verdict != "" {
			parts = append(parts, Number(n)+" "+name)
		}
	}
	fmt.Fprintf(w, "sign-ins    %s\n", strings.Join(parts, ", "))
}

// A warningSum is a warning of several inputs.
type warningSum struct {
	Warning
	in int // inputs that have it
}

func (w warningSum) inputs() string {
	if w.in == 1 {
		return "1 input"
	}
	return Number(int64(w.in)) + " inputs"
}

// sumWarnings adds up the warnings of all inputs by code.
func sumWarnings(inputs []*Input) []warningSum {
	byCode := map[string]warningSum{}
	for _, in := range inputs {
		for _, w := range in.Warnings {
			sum := byCode[w.Code]
			w.Count += sum.Count
			byCode[w.Code] = warningSum{w, sum.in + 1}
		}
	}
	return slices.SortedFunc(maps.Values(byCode), func(a, b warningSum) int { return strings.Compare(a.Code, b.Code) })
}

// Span returns the first and the last event of all inputs, "" for none.
func Span(inputs []*Input) (first, last string) {
	for _, in := range inputs {
		if in.FirstEvent != "" && (first == "" || in.FirstEvent < first) {
			first = in.FirstEvent
		}
		last = max(last, in.LastEvent)
	}
	return first, last
}

// Number writes a count with its thousands apart.
func Number(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Visible writes text from inputs so that a terminal shows it and does nothing
// else: control and direction characters are escaped.
func Visible(text string) string {
	var s strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r) {
			s.WriteRune(r)
		} else {
			fmt.Fprintf(&s, `\u%04X`, r)
		}
	}
	return s.String()
}
