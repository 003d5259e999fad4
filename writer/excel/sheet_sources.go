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

// sourcesColumns are the columns of Sources.
var sourcesColumns = []struct {
	title  string
	width  float64
	number bool
}{
	{"Input", 50, false},
	{"Size (bytes)", 14, true},
	{"SHA-256", 36, false},
	{"Dialect", 17, false},
	{"Sign-in types", 30, false},
	{"Encoding", 11, false},
	{"Compression", 13, false},
	{"Records seen", 11, true},
	{"Written", 11, true},
	{"Rejected", 11, true},
	{"Duplicates dropped", 14, true},
	{"Filtered", 11, true},
	{"First event (UTC)", 27, false},
	{"Last event (UTC)", 27, false},
	{"Warnings", 88, false},
	{"Fields outside the columns", 40, false},
}

// newSourceSheet has a row for each input: what it is, the account of its records,
// and how to check its digest. Its texts are those of the manifest.
func newSourceSheet(p parts) sheet {
	return sumSheet(func() { (&sourceTable{styles: &p.book.styles}).write(p.book, p.run) })
}

type sourceTable struct {
	page   *page
	styles *cellStyles
}

func (t *sourceTable) write(book *workbook, run *manifest.Run) {
	look := pageLook{tab: grey, fixed: 1, across: 2}
	var header []cell
	for _, column := range sourcesColumns {
		look.columns = append(look.columns, columnLook{width: column.width})
		style := t.styles.header
		if column.number {
			style = t.styles.headerRight
		}
		header = append(header, cell{style: style, text: column.title})
	}
	t.page = book.addPage(sourcesSheet, look)
	t.page.addCells(30, header...)
	for _, input := range run.Inputs[:min(len(run.Inputs), maxFiles)] {
		t.addInput(input)
	}
	t.page.tableRows = t.page.row
	t.addRest(len(run.Inputs), "inputs")
	t.addTotals(run.Totals)
	t.addSkipped(run.Skipped)
	t.addChecks()
}

// addInput writes the row of an input. A member of an archive has a name like
// logs.zip!a.csv, as in the column of source files.
func (t *sourceTable) addInput(in *manifest.Input) {
	s := t.styles
	encoding := in.Encoding
	if in.BOM {
		encoding += " with BOM"
	}
	cells := []cell{{style: s.entry, text: in.Name()}, countCell(s.entryCount, in.Size), {style: s.entryCode, text: in.SHA256}}
	cells = append(cells, textCells(s.entry, in.Dialect, typeLines(in.Category), encoding, in.Compression)...)
	cells = append(cells, accountCells(in.Records, s.entryCount)...)
	cells = append(cells, textCells(s.entry, in.FirstEvent, in.LastEvent, warningLines(in.Warnings), fieldLines(in.UnknownFields))...)
	t.page.addWrapped(cells...)
}

func (t *sourceTable) addTotals(r manifest.Records) {
	cells := make([]cell, 12)
	cells[0] = cell{style: t.styles.totalLabel, text: "All inputs: seen = written + rejected + dropped + filtered"}
	copy(cells[7:], accountCells(r, t.styles.totalCount))
	t.page.addCells(20, cells...)
}

// accountCells returns the cells of an account of records. No run without a search
// for duplicates reports that there are none.
func accountCells(r manifest.Records, style int) []cell {
	dropped := cell{style: style, text: "not looked for"}
	if r.DuplicatesDropped > 0 {
		dropped = countCell(style, r.DuplicatesDropped)
	}
	return []cell{
		countCell(style, r.Seen), countCell(style, r.Written), countCell(style, r.Rejected), dropped, countCell(style, r.Filtered),
	}
}

// typeLines returns sign-in types with their counts, one a line.
func typeLines(counts map[string]int64) string {
	var lines []string
	for _, name := range slices.SortedFunc(maps.Keys(counts), compareTypes) {
		lines = append(lines, fmt.Sprintf("%s: %s", typeLabel(name), manifest.Number(counts[name])))
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
func (t *sourceTable) addSkipped(skipped []schema.Skipped) {
	if len(skipped) == 0 {
		return
	}
	s := t.styles
	t.page.skipRows(1)
	t.page.addCells(20, textCells(s.header, "Skipped file", "Reason", "", "", "")...)
	for _, file := range skipped[:min(len(skipped), maxFiles)] {
		t.page.addCells(0, textCells(s.entryLine, file.Path, file.Reason, "", "", "")...)
	}
	t.addRest(len(skipped), "skipped files")
}

// addRest writes how many files are not listed.
func (t *sourceTable) addRest(n int, what string) {
	if n > maxFiles {
		t.page.addCells(0, cell{style: t.styles.note, text: fmt.Sprintf("%s more %s are listed in the manifest.", manifest.Number(int64(n-maxFiles)), what)})
	}
}

// addChecks writes how to check the digests without this program. Print repeats the
// first column on every page, so it stays empty here.
func (t *sourceTable) addChecks() {
	s := t.styles
	t.page.skipRows(1)
	t.page.addCells(20, cell{style: s.section, text: "How to check the hashes"})
	for _, text := range []string{
		"Each SHA-256 above is the digest of the input file as it was read. Compute it again and compare:",
		"    Linux: sha256sum FILE        macOS: shasum -a 256 FILE        Windows (PowerShell): Get-FileHash -Algorithm SHA256 FILE",
		"This workbook cannot hold its own digest. The file of its name with .sha256 appended has it, and those of the manifest and of the rejects:",
		"    Linux: sha256sum -c report.xlsx.sha256        macOS: shasum -a 256 -c report.xlsx.sha256        Windows (PowerShell): Get-FileHash report.xlsx, compared with the first column of that file",
		"The manifest (report.xlsx.manifest.json) lists every input, output, count and version of the run. Saving the workbook again changes its digest.",
		"Every row names its source file, record, line, byte offset and length: those bytes of the source are the record.",
	} {
		t.page.addCells(0, cell{}, cell{style: s.plain, text: text})
	}
}
