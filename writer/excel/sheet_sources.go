package excel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

const sourcesSheet = "Sources"

// maxFiles is how many inputs, and how many skipped files, Sources lists.
const maxFiles = 100000

// writeSources writes a row for each input: what it is, the account of its records,
// and how to check its digest. Its texts are those of the manifest.
func writeSources(p parts) {
	columns := []columnLook{
		{title: "Input", width: 50},
		{title: "Size (bytes)", width: 14, header: numberHeader},
		{title: "SHA-256", width: 38},
		{title: "Dialect", width: 17},
		{title: "Sign-in types", width: 30},
		{title: "Encoding", width: 11},
		{title: "Compression", width: 13},
	}
	shown := shownCounts(p.run)
	for _, count := range shown {
		columns = append(columns, columnLook{title: count.title, width: count.width, header: numberHeader})
	}
	t := p.book.addTable(sourcesSheet, pageLook{tab: grey, fixed: 1, columns: append(columns, []columnLook{
		{title: "First event (UTC)", width: 27},
		{title: "Last event (UTC)", width: 27},
		{title: "Warnings", width: 88},
		{title: "Fields outside the columns", width: 40},
	}...)})
	n := 0
	for input := range p.inputs() {
		if n++; n > maxFiles {
			break
		}
		t.addSource(input, shown)
	}
	t.tableRows = t.row
	t.addUnlisted(p.run.CountInputs(), "inputs")
	totals := make([]cell, 7)
	totals[0] = cell{style: p.book.styles.totalLabel, text: "All inputs: seen = written + rejected + dropped + filtered"}
	all := manifest.Input{Records: p.run.Totals}
	if p.run.Duplicates != nil {
		all.Duplicates = &p.run.Duplicates.Kinds
	}
	totals = append(totals, sourceCounts(&all, shown, p.book.styles.totalCount)...)
	height := 20.0
	if lines := warningLines(p.run.OwnWarnings()); lines != "" {
		totals = append(totals, textCells(p.book.styles.entry, "", "", lines)...)
		height = max(height, wrappedHeight(lines, t.look.columns[len(totals)-1].width))
	}
	t.addCells(height, totals...)
	t.addSkipped(p.run.Skipped)
	t.addChecks()
}

// addSource writes the row of an input. A member of an archive has a name like
// logs.zip!a.csv, as in the column of source files.
func (p *page) addSource(in *manifest.Input, shown []sourceCount) {
	s := &p.book.styles
	encoding := in.Encoding
	if in.BOM {
		encoding += " with BOM"
	}
	cells := []cell{{style: s.entry, text: in.Name()}, countCell(s.entryCount, in.Size), {style: s.entryCode, text: in.SHA256}}
	cells = append(cells, textCells(s.entry, in.Dialect, typeLines(in.Category), encoding, in.Compression)...)
	cells = append(cells, sourceCounts(in, shown, s.entryCount)...)
	cells = append(cells, textCells(s.entry, in.FirstEvent, in.LastEvent, warningLines(in.Warnings), fieldLines(in.UnknownFields))...)
	p.addWrapped(cells...)
}

// A sourceCount is a column of Sources with numbers of records.
type sourceCount struct {
	title string
	width float64
	of    func(in *manifest.Input) int64
}

// shownCounts are the columns that a run has: those of duplicates only where they were
// looked for, or dropped.
func shownCounts(run *manifest.Run) []sourceCount {
	shown := []sourceCount{
		{"Records seen", 11, func(in *manifest.Input) int64 { return in.Records.Seen }},
		{"Written", 11, func(in *manifest.Input) int64 { return in.Records.Written }},
		{"Rejected", 11, func(in *manifest.Input) int64 { return in.Records.Rejected }},
	}
	if run.Totals.DuplicatesDropped > 0 {
		shown = append(shown, sourceCount{"Duplicates dropped", 14, func(in *manifest.Input) int64 { return in.Records.DuplicatesDropped }})
	}
	shown = append(shown, sourceCount{"Filtered", 11, func(in *manifest.Input) int64 { return in.Records.Filtered }})
	if run.Duplicates != nil {
		shown = append(shown, sourceCount{"Duplicates", 12, func(in *manifest.Input) int64 {
			if in.Duplicates == nil {
				return 0
			}
			return in.Duplicates.Total()
		}})
	}
	return shown
}

// sourceCounts returns the cells of the columns shown.
func sourceCounts(in *manifest.Input, shown []sourceCount, style int) (cells []cell) {
	for _, count := range shown {
		cells = append(cells, countCell(style, count.of(in)))
	}
	return cells
}

// typeLines returns sign-in types with their counts, one a line.
func typeLines(counts map[string]int64) string {
	var lines []string
	for _, t := range signInTypes {
		if n, found := counts[t.category]; found {
			lines = append(lines, t.label+": "+manifest.Number(n))
		}
	}
	return strings.Join(lines, "\n")
}

// warningLines returns warnings, one a line.
func warningLines(warnings []manifest.Warning) string {
	var lines []string
	for _, w := range warnings {
		lines = append(lines, fmt.Sprintf("%s (%s): %s", w.Code, manifest.Number(w.Count), w.Message))
	}
	return strings.Join(lines, "\n")
}

// fieldLines returns names with their counts, one a line.
func fieldLines(counts map[string]int64) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%s (%s)", name, manifest.Number(counts[name])))
	}
	return strings.Join(lines, "\n")
}

// addSkipped lists the files that were found and not read.
func (p *page) addSkipped(skipped []schema.Skipped) {
	if len(skipped) == 0 {
		return
	}
	s := &p.book.styles
	p.skipRows(1)
	p.addCells(20, textCells(s.headers[textHeader], "Skipped file", "Reason", "", "", "")...)
	for _, file := range skipped[:min(len(skipped), maxFiles)] {
		p.addCells(0, textCells(s.entryLine, file.Path, file.Reason, "", "", "")...)
	}
	p.addUnlisted(len(skipped), "skipped files")
}

// addUnlisted writes how many of n files are not listed.
func (p *page) addUnlisted(n int, what string) {
	if n > maxFiles {
		p.addBelow(0, p.book.styles.note, fmt.Sprintf("%s more %s are listed in the manifest.", manifest.Number(n-maxFiles), what))
	}
}

// addChecks writes how to check the digests without this program. Print repeats the
// first column on every page, so it stays empty here.
func (p *page) addChecks() {
	p.skipRows(1)
	p.addBelow(20, p.book.styles.section, "How to check the hashes")
	for _, text := range []string{
		"Each SHA-256 above is the digest of the input file as it was read. Compute it again and compare:",
		"    Linux: sha256sum FILE        macOS: shasum -a 256 FILE        Windows (PowerShell): Get-FileHash -Algorithm SHA256 FILE",
		"This workbook cannot hold its own digest. The file of its name with .sha256 appended has it, and those of the manifest and of the lists of rejects and duplicates:",
		"    Linux: sha256sum -c report.xlsx.sha256        macOS: shasum -a 256 -c report.xlsx.sha256",
		"    Windows (PowerShell): Get-FileHash report.xlsx, compared with the first column of that file",
		"The manifest (report.xlsx.manifest.json) lists every input, output, count and version of the run. Saving the workbook again changes its digest.",
		"Every row names its source file, record, line, byte offset and length: those bytes of the source are the record.",
	} {
		p.addCells(0, cell{}, cell{style: p.book.styles.plain, text: text})
	}
}
