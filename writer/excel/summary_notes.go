package excel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// addTrustLine adds, at the top, how many warnings there are.
func (s *summary) addTrustLine() {
	warnings := len(gaps(s.parts.run))
	for _, w := range s.parts.run.SumWarnings() {
		if !w.Note() {
			warnings++
		}
	}
	text := "The inputs give no reason to doubt these numbers, but no export shows what it leaves out."
	if warnings > 0 {
		text = manifest.Counted(warnings, "warning") + " about these numbers: see below, \"What to know about the inputs\"."
	}
	if s.parts.rows.rows == 0 {
		text = EmptyNote
	}
	s.grid.addGap(4)
	s.grid.addSpan(16, s.styles.note, text)
}

// addDuplicates adds how many records are in no total, as they repeat a sign-in. Where
// none does the tile says so.
func (s *summary) addDuplicates() {
	text := duplicatesText(s.parts.run)
	switch d := s.parts.run.Duplicates; {
	case d == nil:
		text = "Duplicates were not looked for: a sign-in counts again for every record that repeats it."
	case d.DifferentVerdicts > 0:
		text += " Sign-ins of which records have different verdicts: " + manifest.Number(d.DifferentVerdicts) + "; the first record counts."
	case text == "":
		return
	}
	s.grid.addGap(6)
	s.grid.addParagraph(text)
}

// duplicatesText says how many records the totals of a sheet do not count, "" for
// none.
func duplicatesText(run *manifest.Run) string {
	d := run.Duplicates
	if d == nil || d.Total() == 0 {
		return ""
	}
	return fmt.Sprintf("Each sign-in is counted once: totals leave out what repeats one, %s (%s).",
		manifest.Counted(d.Total(), "record"), manifest.KindsText(d.Kinds))
}

// addNotes adds what was not read, and the warnings on the inputs and in the run as a
// whole. Sources has them by input.
func (s *summary) addNotes() {
	s.grid.addHeading("What to know about the inputs")
	for _, gap := range gaps(s.parts.run) {
		s.grid.addParagraph("• " + gap)
	}
	warnings := s.parts.run.SumWarnings()
	if len(warnings) > 0 {
		s.addNote(s.styles.head, cell{style: s.styles.headRight, text: "Count"}, "Found in the inputs", "Where", "Warning", 18)
	}
	for _, w := range warnings {
		height := max(17, wrappedHeight(w.Message, labelWidth+4*countWidth))
		s.addNote(s.styles.line, countCell(s.styles.count, w.Count), sentence(w.Message), w.In(), w.Code, height)
	}
	s.grid.addGap(6)
	s.grid.addParagraph("An export does not show what it leaves out: the portal's download follows the filter of the view and stops at a limit, " +
		"records arrive minutes to hours late, and each type of sign-in is exported on its own.")
}

// addNote adds a row of the warnings: the message over five columns, the count, the
// inputs, and the code over two columns.
func (s *summary) addNote(style int, count cell, message, inputs, code string, height float64) {
	s.grid.addRow(height, cell{style: style, text: message, columns: 5}, count, cell{style: style, text: inputs},
		cell{style: style, text: code, columns: 2})
}

// addDefinitions adds the meaning of the verdicts.
func (s *summary) addDefinitions() {
	s.grid.addHeading("What the verdicts mean")
	s.grid.addParagraph("Granted: the sign-in succeeded and was not passthrough. Only granted sign-ins are access.")
	s.grid.addParagraph("Interrupted: it stopped for a further step of the user, such as multifactor authentication, and granted nothing by itself.")
	s.grid.addParagraph("Denied: it failed.")
	s.grid.addParagraph(passthroughText + " " + noAccessText)
	s.grid.addParagraph("Undetermined: the fields of the record do not decide, or hide its access type where the error code is 0.")
	s.grid.addParagraph("Counts are sums of the column \"# sign-ins\", as a record may count several sign-ins, without records that have a value in \"Duplicate of\". Tables of names skip records without one.")
}

// addWorkbookNotes adds how many cells differ from the source. All other cells with
// text of the inputs are counted by now.
func (s *summary) addWorkbookNotes() {
	book, rows := s.parts.book, s.parts.rows
	s.grid.addHeading("About this workbook")
	s.grid.addParagraph(s.origin())
	if text := s.joined(); text != "" {
		s.grid.addParagraph(text)
	}
	if s.parts.has(SignInSheet) {
		s.grid.addParagraph(fmt.Sprintf("%s sign-in records on %s. Rarely used columns are folded into groups: the + buttons above the columns, or "+
			"the numbers at the top left, unfold them. Columns without any value are hidden. Times are UTC, to the millisecond; "+
			"columns with ISO 8601 in their title have them in full.", manifest.Number(rows.rows), manifest.Counted(len(book.sheetPages(SignInSheet)), "sheet")))
	}
	s.grid.addParagraph(fmt.Sprintf("Cells cut at Excel's limit of 32,767 characters: %s%s. Cells with characters that a workbook cannot hold, "+
		"escaped as \\u0000 or \\x00: %s%s.",
		manifest.Number(book.marks.cut), rows.columnList(func(m cellMarks) int64 { return m.cut }),
		manifest.Number(book.marks.escaped), rows.columnList(func(m cellMarks) int64 { return m.escaped })))
	if book.marks.cut > 0 {
		s.grid.addParagraph("The whole text of a cut cell is in the source, at the place that its row names.")
	}
}

// origin names the program, the settings that change what is written, and the manifest.
// Times, arguments and machine are in the manifest alone. The name of the workbook is
// not in its bytes, so that those of two workbooks can be compared.
func (s *summary) origin() string {
	run := s.parts.run
	text := strings.TrimSpace("Written by signins "+run.Tool.Version) + "."
	var settings []string
	for _, name := range slices.Sorted(maps.Keys(run.Settings)) {
		// Compression changes bytes of Parquet, no content.
		if value := run.Settings[name]; value != "" && value != "false" && name != "compression" {
			settings = append(settings, name+" "+value)
		}
	}
	for _, file := range run.SideFiles {
		settings = append(settings, file.Flag+" of SHA-256 "+file.SHA256)
	}
	if len(settings) > 0 {
		text += " Settings that change what is written: " + strings.Join(settings, ", ") + "."
	}
	return text + " The manifest has inputs, program and settings in full: it is the file whose name is that of this workbook as it was " +
		"written, followed by .manifest.json. \"signins rerun\" with it repeats the conversion and compares."
}

// joined says how many rows of authentication steps were joined to sign-ins, "" if no
// input has such rows.
func (s *summary) joined() string {
	var files, rows, matched int64
	for in := range s.parts.inputs() {
		if in.Joined != nil {
			files, rows, matched = files+1, rows+in.Joined.Rows, matched+in.Joined.Matched
		}
	}
	if files == 0 {
		return ""
	}
	return fmt.Sprintf("Authentication steps of %s were joined to sign-ins by request ID: %s of %s.",
		manifest.Counted(files, "AuthDetails file"), manifest.Number(matched), manifest.Counted(rows, "row"))
}

// columnList lists the columns of the schema that have a count of marked cells, such
// as " (User agent 2)".
func (e *rowEncoder) columnList(count func(cellMarks) int64) string {
	var columns []string
	for id, column := range schema.Columns {
		if n := count(e.counts[id].marks); n > 0 {
			columns = append(columns, column.Title+" "+manifest.Number(n))
		}
	}
	if columns == nil {
		return ""
	}
	return " (" + strings.Join(columns, ", ") + ")"
}
