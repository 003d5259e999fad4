package writer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// writeSources writes the sheet of inputs: what was read and what became of it.
// Its texts are those of the manifest.
func (x *Excel) writeSources() error {
	look := sheetLook{tab: "7F7F7F", table: true, fixed: 1}
	for _, column := range sourcesColumns {
		look.columns = append(look.columns, columnLook{width: column.width})
	}
	p, err := x.openSheet(sourcesSheet, look)
	if err != nil {
		return err
	}
	header := make([]any, len(sourcesColumns))
	for i, column := range sourcesColumns {
		style := x.styles.header
		if column.number {
			style = x.styles.headerRight
		}
		header[i] = p.text(style, column.title)
	}
	p.put(30, 0, header...)
	for _, input := range x.options.Run.Inputs {
		p.putInput(input)
	}
	inputs := p.row
	p.putSkipped(x.options.Run.Skipped)
	return p.close(inputs)
}

// sourcesColumns are the columns of Sources.
var sourcesColumns = []struct {
	title  string
	width  float64
	number bool
}{
	{"Input", 48, false},
	{"Size (bytes)", 14, true},
	{"SHA-256", 36, false},
	{"Dialect", 18, false},
	{"Compression", 13, false},
	{"Encoding", 11, false},
	{"Sign-in types", 28, false},
	{"Records seen", 12, true},
	{"Written", 12, true},
	{"Rejected", 12, true},
	{"Duplicates dropped", 12, true},
	{"Filtered", 12, true},
	{"First event", 22, false},
	{"Last event", 22, false},
	{"Warnings", 60, false},
}

// putInput writes the line of an input. A member of an archive is named behind
// the archive's path, as in the column of source files.
func (p *sheetPage) putInput(in *Input) {
	styles := &p.x.styles
	cells := []any{
		p.text(styles.entry, inputName(in)),
		p.count(styles.entryCount, in.Size),
	}
	cells = append(cells, p.texts(styles.entry,
		in.SHA256, in.Dialect, in.Compression, in.Encoding, categoryList(in.Category))...)
	r := in.Records
	for _, n := range []int64{r.Seen, r.Written, r.Rejected, r.DuplicatesDropped, r.Filtered} {
		cells = append(cells, p.count(styles.entryCount, n))
	}
	cells = append(cells, p.texts(styles.entry, in.FirstEvent, in.LastEvent, warningList(in.Warnings))...)
	p.putFitted(cells...)
}

func inputName(in *Input) string {
	if in.Member == "" {
		return in.Path
	}
	return in.Path + "!" + in.Member
}

// categoryList tells sign-in types with their counts, one a line.
func categoryList(counts map[string]int64) string {
	var lines []string
	for _, name := range slices.SortedFunc(maps.Keys(counts), compareCategories) {
		lines = append(lines, fmt.Sprintf("%s: %d", name, counts[name]))
	}
	return strings.Join(lines, "\n")
}

// warningList tells warnings, one a line.
func warningList(warnings []Warning) string {
	var lines []string
	for _, w := range warnings {
		lines = append(lines, fmt.Sprintf("%s (%d): %s", w.Code, w.Count, w.Message))
	}
	return strings.Join(lines, "\n")
}

// putSkipped writes the table of files that were found and not read: the file,
// and the reason over the columns up to lastReason.
func (p *sheetPage) putSkipped(skipped []Skipped) {
	if len(skipped) == 0 {
		return
	}
	const lastReason = 5
	width := 0.0
	for _, column := range p.look.columns[1:lastReason] {
		width += column.width
	}
	styles := &p.x.styles
	p.skip(1)
	p.put(30, 0, p.texts(styles.header, "Skipped file", "Reason", "", "", "")...)
	p.merge(2, lastReason)
	for _, file := range skipped {
		height := max(linesHigh(file.Path, p.look.columns[0].width), linesHigh(file.Reason, width))
		p.put(height, 0, p.texts(styles.entry, file.Path, file.Reason, "", "", "")...)
		p.merge(2, lastReason)
	}
}
