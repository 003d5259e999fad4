package writer

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"golang.org/x/term"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// maxListed is how many files a summary names if a manifest lists all of them.
const maxListed = 30

// Summarize writes what a run found and wrote in a few lines. verdicts are the
// sign-ins by access_verdict, "" for undetermined.
func Summarize(w io.Writer, run *manifest.Run, verdicts map[string]int64) {
	listed := maxListed
	if len(run.Outputs) == 0 {
		listed = run.CountInputs() + len(run.Skipped)
	}
	inputLines(w, run, listed)
	skippedLines(w, run.Skipped, listed)
	fmt.Fprintln(w)
	if s := run.Shard; s != nil {
		fmt.Fprintf(w, "shard       %d of %d (from 0) of %s\n", s.Index, s.Count, manifest.Counted(s.Files, "file"))
	}
	if known := run.Known; known != nil {
		fmt.Fprintf(w, "known       %s of earlier runs left out: %s by path, size and time, %s by SHA-256\n", manifest.Counted(known.Count(), "input"),
			manifest.Number(known.ByPath), manifest.Number(known.ByDigest))
		if run.CountInputs() == 0 && len(run.Outputs) == 0 && run.Name == "" {
			fmt.Fprintln(w, "nothing new, nothing was written")
			return
		}
	}
	verdictLine(w, verdicts)
	recordLine(w, run)
	duplicateLine(w, run.Duplicates)
	if run.Findings != nil {
		fmt.Fprintf(w, "findings    %s\n", run.Findings)
	}
	if first, last := run.Span(); first != "" {
		fmt.Fprintf(w, "events      %s to %s (UTC)\n", first, last)
	}
	warningLines(w, run)
	outputLines(w, run.Outputs)
	if len(run.Outputs) == 0 && len(run.OutputArguments) > 0 {
		fmt.Fprintln(w, "wrote       the record of the run, and no rows")
	}
}

// inputLines names the first inputs, with what is in them.
func inputLines(w io.Writer, run *manifest.Run, listed int) {
	t, n := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0), 0
	for in, err := range run.AllInputs() {
		if n == listed || err != nil {
			fmt.Fprintf(t, "... and %s more, listed in the manifest\n", manifest.Number(run.CountInputs()-n))
			break
		}
		n++
		fmt.Fprintf(t, "%s\t%s\t%s\n", schema.EscapeControls(in.Name()), in.Dialect, kinds(in))
	}
	t.Flush()
}

// skippedLines names the first files that were not read, with the reason.
func skippedLines(w io.Writer, skipped []schema.Skipped, listed int) {
	for i, skip := range skipped {
		if i == listed {
			fmt.Fprintf(w, "skipped ... and %s more, listed in the manifest\n", manifest.Number(len(skipped)-i))
			return
		}
		word := "skipped"
		if skip.LikeSignIns {
			word = "NOT READ, though it looks like sign-ins:"
		}
		fmt.Fprintf(w, "%s %s: %s\n", word, schema.EscapeControls(skip.Path), schema.EscapeControls(skip.Brief()))
	}
}

// recordLine writes what became of the records.
func recordLine(w io.Writer, run *manifest.Run) {
	written := "written"
	if len(run.OutputArguments) == 0 {
		written = "accepted"
	}
	fmt.Fprintf(w, "records     %s\n", run.Totals.Text(written))
}

func warningLines(w io.Writer, run *manifest.Run) {
	width := terminalWidth(w)
	for _, warning := range run.SumWarnings() {
		fmt.Fprintf(w, "%-12s%s\n", warning.Label(), wrapped(fmt.Sprintf("%s (%s in %s): %s", warning.Code, manifest.Number(warning.Count), warning.In(),
			schema.EscapeControls(warning.Message)), 12, width))
	}
}

// terminalWidth is how many columns the terminal has that w is, 0 for none.
func terminalWidth(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wrapped breaks a text between words, for lines of width columns of which indent are
// taken. A width too small for that leaves it whole: one line for a file, and for grep.
func wrapped(text string, indent, width int) string {
	if width < 3*indent {
		return text
	}
	var s strings.Builder
	column := indent
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i > 0 && column+1+n >= width:
			s.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		case i > 0:
			s.WriteByte(' ')
			column++
		}
		s.WriteString(word)
		column += n
	}
	return s.String()
}

// duplicateLine writes how many records repeat a sign-in, if any were looked for.
func duplicateLine(w io.Writer, d *duplicates.Report) {
	switch {
	case d == nil:
		fmt.Fprintln(w, "duplicates  not looked for")
		return
	case d.Total() == 0:
		fmt.Fprintln(w, "duplicates  none")
		return
	}
	fmt.Fprintf(w, "duplicates  %s (%s); each sign-in is counted once", manifest.Counted(d.Total(), "record"), manifest.KindsText(d.Kinds))
	if n := d.DifferentVerdicts; n > 0 {
		fmt.Fprintf(w, "; %s with records of different verdicts", manifest.Counted(n, "sign-in"))
	}
	fmt.Fprintln(w)
}

// outputLines names outputs, one of several files once.
func outputLines(w io.Writer, outputs []manifest.Output) {
	for len(outputs) > 0 {
		out, name, parts := outputs[0], schema.EscapeControls(outputs[0].Path), 1
		if out.Argument != "" {
			for ; parts < len(outputs) && outputs[parts].Argument == out.Argument; parts++ {
				out.Rows += outputs[parts].Rows
				out.Size += outputs[parts].Size
			}
			name = schema.EscapeControls(out.Argument) + " in " + manifest.Counted(parts, "part")
		}
		fmt.Fprintf(w, "wrote       %s: %s, %s bytes\n", name, manifest.Counted(out.Rows, "row"), manifest.Number(out.Size))
		outputs = outputs[parts:]
	}
}

// kinds counts the records of an input: sign-ins by category, duplicates, rejects, and
// filtered records.
func kinds(in *manifest.Input) string {
	if j := in.Joined; j != nil {
		return fmt.Sprintf("%s of %s steps joined to their sign-ins", manifest.Number(j.Matched), manifest.Number(j.Rows))
	}
	var parts []string
	for _, category := range schema.Categories {
		if n := in.Category[category]; n > 0 {
			parts = append(parts, manifest.Number(n)+" "+category)
		}
	}
	if d := in.Duplicates; d != nil && d.Total() > 0 {
		parts = append(parts, manifest.Counted(d.Total(), "duplicate"))
	}
	if n := in.Records.Rejected; n > 0 {
		parts = append(parts, manifest.Number(n)+" rejected")
	}
	if n := in.Records.Filtered; n > 0 {
		parts = append(parts, manifest.Number(n)+" filtered")
	}
	if len(parts) == 0 {
		return "no records"
	}
	return strings.Join(parts, ", ")
}

// verdictLine writes the sign-ins by verdict, undetermined ones only if there are
// any.
func verdictLine(w io.Writer, verdicts map[string]int64) {
	var parts []string
	for _, verdict := range schema.Verdicts {
		parts = append(parts, manifest.Number(verdicts[verdict])+" "+verdict)
	}
	if n := verdicts[""]; n > 0 {
		parts = append(parts, manifest.Number(n)+" undetermined")
	}
	fmt.Fprintf(w, "sign-ins    %s\n", strings.Join(parts, ", "))
}
