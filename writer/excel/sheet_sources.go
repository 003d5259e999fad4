package excel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// maxFiles is how many inputs and how many skipped files Sources lists.
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

// sources makes the sheet of inputs: what was read, what became of it and how
// to check it. Its texts are those of the manifest.
func (x *Writer) sources() *sheetPage {
	look := sheetLook{tab: grey, fixed: 1, across: 2}
	var header []cell
	for _, column := range sourcesColumns {
		look.columns = append(look.columns, columnLook{width: column.width})
		style := x.styles.header
		if column.number {
			style = x.styles.headerRight
		}
		header = append(header, cell{style: style, text: column.title})
	}
	p := x.newPage(sourcesSheet, look)
	p.put(30, header...)
	inputs := x.options.Run.Inputs
	for _, input := range inputs[:min(len(inputs), maxFiles)] {
		p.putInput(input)
	}
	p.table = p.row
	p.putMore(len(inputs), "inputs")
	p.putTotals(x.options.Run.Totals)
	p.putSkipped(x.options.Run.Skipped)
	p.putChecks()
	return p
}

// putInput writes the line of an input. A member of an archive is named behind
// the archive's path, as in the column of source files.
func (p *sheetPage) putInput(in *manifest.Input) {
	s := &p.x.styles
	encoding := in.Encoding
	if in.BOM {
		encoding += " with BOM"
	}
	cells := []cell{{style: s.entry, text: in.Name()}, countCell(s.entryCount, in.Size), {style: s.entryCode, text: in.SHA256}}
	cells = append(cells, texts(s.entry, in.Dialect, categoryList(in.Category), encoding, in.Compression)...)
	cells = append(cells, recordCells(in.Records, s.entryCount)...)
	cells = append(cells, texts(s.entry, in.FirstEvent, in.LastEvent, warningList(in.Warnings), fieldList(in.UnknownFields))...)
	p.putFitted(cells...)
}

func (p *sheetPage) putTotals(r manifest.Records) {
	s := &p.x.styles
	cells := make([]cell, 12)
	cells[0] = cell{style: s.totalLabel, text: "All inputs: seen = written + rejected + dropped + filtered"}
	copy(cells[7:], recordCells(r, s.totalCount))
	p.put(20, cells...)
}

// recordCells account for records.
func recordCells(r manifest.Records, style int) []cell {
	return []cell{
		countCell(style, r.Seen), countCell(style, r.Written), countCell(style, r.Rejected),
		droppedCell(style, style, r.DuplicatesDropped), countCell(style, r.Filtered),
	}
}

// categoryList tells sign-in types with their counts, one a line.
func categoryList(counts map[string]int64) string {
	var lines []string
	for _, name := range slices.SortedFunc(maps.Keys(counts), compareCategories) {
		lines = append(lines, fmt.Sprintf("%s: %s", categoryLabel(name), manifest.Number(counts[name])))
	}
	return strings.Join(lines, "\n")
}

// warningList tells warnings, one a line.
func warningList(warnings []manifest.Warning) string {
	var lines []string
	for _, w := range warnings {
		lines = append(lines, fmt.Sprintf("%s (%s): %s", w.Code, manifest.Number(w.Count), w.Message))
	}
	return strings.Join(lines, "\n")
}

// fieldList tells names with their counts, one a line.
func fieldList(counts map[string]int64) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%s (%s)", name, manifest.Number(counts[name])))
	}
	return strings.Join(lines, "\n")
}

// putSkipped lists the files that were found and not read.
func (p *sheetPage) putSkipped(skipped []schema.Skipped) {
	if len(skipped) == 0 {
		return
	}
	s := &p.x.styles
	p.skip(1)
	p.put(20, texts(s.header, "Skipped file", "Reason", "", "", "")...)
	for _, file := range skipped[:min(len(skipped), maxFiles)] {
		p.put(0, texts(s.entryLine, file.Path, file.Reason, "", "", "")...)
	}
	p.putMore(len(skipped), "skipped files")
}

// putMore tells of the files that are not listed.
func (p *sheetPage) putMore(n int, what string) {
	if n > maxFiles {
		p.put(0, cell{style: p.x.styles.note, text: fmt.Sprintf("%s more %s are listed in the manifest.", manifest.Number(int64(n-maxFiles)), what)})
	}
}

// putChecks tells how to check the digests without this program. The first
// column stays free: in print it is repeated beside columns that are not.
func (p *sheetPage) putChecks() {
	s := &p.x.styles
	p.skip(1)
	p.put(20, cell{style: s.section, text: "How to check the hashes"})
	for _, text := range []string{
		"Each input's SHA-256 above is that of the file on disk as it was read. Compute it again and compare:",
		"    Linux: sha256sum FILE        macOS: shasum -a 256 FILE        Windows (PowerShell): Get-FileHash -Algorithm SHA256 FILE",
		"This workbook cannot hold its own digest. It stands, with that of the manifest and of the rejects, in the file of its name with .sha256 behind it:",
		"    Linux: sha256sum -c report.xlsx.sha256        macOS: shasum -a 256 -c report.xlsx.sha256        Windows (PowerShell): Get-FileHash report.xlsx, compared with the first column of that file",
		"The manifest (report.xlsx.manifest.json) lists every input, output, count and version of the run. Saving the workbook again changes its digest.",
		"Every row names its source file, record, line, byte offset and length: those bytes of the source are the record.",
	} {
		p.put(0, cell{}, cell{style: s.plain, text: text})
	}
}
