package excel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// trustLine says at the top how much there is to know before the numbers are
// believed.
func (p *sheetPage) trustLine() {
	notes := len(p.x.options.Run.SumWarnings()) + len(p.x.gaps())
	text := "Nothing in the inputs speaks against them, but no export shows what it leaves out."
	if notes > 0 {
		text = manifest.Counted(int64(notes), "note") + " on how far to trust these numbers: see below, \"What to know about the inputs\"."
	}
	if p.x.rows == 0 {
		text = noSignIns
	}
	p.put(6)
	p.spanRow(16, p.x.styles.note, text)
}

// notes list what was found in the inputs, and what is missing from them;
// Sources has the findings by input.
func (p *sheetPage) notes() {
	s := &p.x.styles
	p.heading("What to know about the inputs")
	gaps, warnings := p.x.gaps(), p.x.options.Run.SumWarnings()
	for _, gap := range gaps {
		p.paragraph("• " + gap)
	}
	if len(warnings) > 0 {
		p.putNote(s.head, cell{style: s.headRight, text: "Count"}, "Found in the inputs", "Where", "Finding", 18)
	}
	for _, w := range warnings {
		height := max(17, linesHigh(w.Message, labelWidth+4*countWidth))
		p.putNote(s.line, countCell(s.count, w.Count), sentence(w.Message), w.In(), w.Code, height)
	}
	p.put(6)
	p.paragraph("An export does not show what it leaves out: the portal's download follows the filter of the view and stops at a limit, " +
		"records arrive minutes to hours late, and each type of sign-in is exported on its own.")
}

// sentence begins text with a capital letter.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// putNote writes a line of findings: the message over five columns, count,
// inputs, and its code over two.
func (p *sheetPage) putNote(style int, count cell, message, inputs, code string, height float64) {
	cells := append([]cell{{}}, texts(style, message, "", "", "", "", "", inputs, code, "")...)
	cells[6] = count
	p.put(height, cells...)
	p.merge(firstColumn, firstColumn+4)
	p.merge(lastColumn-1, lastColumn)
}

// gaps tells what is not among the sign-ins: what was not taken, and what they
// themselves show to be missing, or quiet.
func (x *Writer) gaps() (gaps []string) {
	t, run := &x.counts, x.options.Run
	if n := run.Totals.Rejected; n > 0 {
		gaps = append(gaps, fmt.Sprintf("Records that could not be taken: %s. They are in no count; each is listed with its place and reason.", manifest.Number(n)))
	}
	if n := len(run.Skipped); n > 0 {
		gaps = append(gaps, fmt.Sprintf("Files found beside the exports and not read: %s. Sources lists them with the reasons.", manifest.Number(int64(n))))
	}
	var missing []string
	for _, category := range schema.Categories[:4] {
		if !slices.Contains(t.categories, category) {
			missing = append(missing, strings.ToLower(categoryLabel(category)))
		}
	}
	if len(t.categories) > 0 && len(missing) > 0 {
		gaps = append(gaps, fmt.Sprintf("There are no sign-ins of these types: %s. They may not have been exported.", strings.Join(missing, ", ")))
	}
	days, far := t.nearDays()
	if far > 0 {
		gaps = append(gaps, fmt.Sprintf("Sign-ins more than %d days before or after all others: %s. Their dates may be wrong; the chart over time leaves them out.", farGap, manifest.Number(far)))
	}
	if len(days) < 2 {
		return gaps
	}
	for _, i := range t.sortedCategories() {
		gaps = append(gaps, t.gapsOf(i, days)...)
	}
	return gaps
}

// gapsOf tells the gaps of a sign-in type on the days of all types.
func (t *signInCounts) gapsOf(category int, days []int64) (gaps []string) {
	var active []int64
	for _, day := range days {
		if sums := t.days[day]; category < len(sums) && sums[category].total() > 0 {
			active = append(active, day)
		}
	}
	if len(active) == 0 {
		return nil
	}
	label, first, last := categoryLabel(t.categories[category]), active[0], active[len(active)-1]
	if first > days[0]+1 || last < days[len(days)-1]-1 {
		gaps = append(gaps, fmt.Sprintf("%s sign-ins cover only %s to %s, while all cover %s to %s.",
			label, dayText(first), dayText(last), dayText(days[0]), dayText(days[len(days)-1])))
	}
	// A type of which there is little on a day has days without any.
	const busy = 10
	quiet := last - first + 1 - int64(len(active))
	if quiet > 0 && t.byCategory[category].total() >= busy*int64(len(active)) {
		gap := first
		for i := 0; active[i] == gap; i++ {
			gap++
		}
		gaps = append(gaps, fmt.Sprintf("%s sign-ins: none on %s of the days from %s to %s, the first %s. These days were quiet, or records are missing.",
			label, manifest.Number(quiet), dayText(first), dayText(last), dayText(gap)))
	}
	return gaps
}

// dayText is a day, counted from 1970, as text.
func dayText(day int64) string { return dayTime(day).Format("2006-01-02") }

func dayTime(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

// definitions say what the verdicts mean.
func (p *sheetPage) definitions() {
	p.heading("What the verdicts mean")
	p.paragraph("Granted: the sign-in succeeded and was not passthrough. Only granted sign-ins are access.")
	p.paragraph("Interrupted: it stopped for a further step of the user, such as multifactor authentication, and gave nothing by itself.")
	p.paragraph("Denied: it failed.")
	p.paragraph(passthroughText + " " + noAccessText)
	p.paragraph("Undetermined: the record does not tell, or hides its access type where the error code is 0.")
	p.paragraph("Counts are sums of the column \"# sign-ins\", as a record may stand for several sign-ins. Tables of names leave out records without one.")
}

// cellPart tells what the cells do not show as it was recorded. It is written
// when all other cells with text of the inputs are.
func (p *sheetPage) cellPart() {
	x := p.x
	p.heading("About this workbook")
	if n := len(x.signIns.pages); x.wants(signInSheet) {
		p.paragraph(fmt.Sprintf("%s sign-in records on %s. Rarely used columns are folded into groups: the + buttons above the columns, or "+
			"the numbers at the top left, unfold them. Columns without any value are hidden. Times are UTC, to the millisecond; "+
			"columns with ISO 8601 in their title have them in full.", manifest.Number(x.rows), manifest.Counted(int64(n), "sheet")))
	}
	p.paragraph(fmt.Sprintf("Cells cut at Excel's limit of 32,767 characters: %s%s. Cells with characters that a workbook cannot hold, "+
		"escaped as \\u0000 or \\x00: %s%s.",
		manifest.Number(x.marks.cut), whichColumns(x.marks.cutIn), manifest.Number(x.marks.escaped), whichColumns(x.marks.escapedIn)))
	if x.marks.cut > 0 {
		p.paragraph("The whole text of a cut cell stands in the source, at the place that its row names.")
	}
}

// whichColumns tells the counts of the columns that have any.
func whichColumns(counts [schema.NumColumns]int64) string {
	var columns []string
	for id, n := range counts {
		if n > 0 {
			columns = append(columns, schema.Columns[id].Title+" "+manifest.Number(n))
		}
	}
	if columns == nil {
		return ""
	}
	return " (" + strings.Join(columns, ", ") + ")"
}
