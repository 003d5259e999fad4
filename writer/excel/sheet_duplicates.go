package excel

import (
	"fmt"

	"signins/schema"
	"signins/schema/versions"
	"signins/writer/manifest"
)

const duplicatesSheet = "Duplicates"

// maxConflicts is how many pairs of versions that conflict are listed.
const maxConflicts = 10000

// A duplicateTable writes a row for each column in which two versions of a sign-in
// contradict each other, with both values side by side. There is no page if none do,
// unless the sheet was asked for.
type duplicateTable struct {
	series
	pairs int64
}

func newDuplicateSheet(p parts) sheet {
	t := &duplicateTable{series: series{book: p.book, sheet: duplicatesSheet, look: pageLook{tab: "BF8F00", fixed: 1, columns: []columnLook{
		{title: "Request ID", width: uuidWidth},
		{title: "Sign-in type", width: 21},
		{title: "Column", width: 30},
		{title: "Value that is counted", width: 46, header: otherHeader},
		{title: "Value that contradicts it", width: 46, header: otherHeader},
		{title: "Counted: source file", width: 40},
		{title: "Counted: record", width: 10, header: numberHeader},
		{title: "Repeat: source file", width: 40},
		{title: "Repeat: record", width: 10, header: numberHeader},
	}}}}
	if len(p.asked) > 0 {
		t.emptyNote = "No two records of one sign-in contradict each other."
	}
	return t
}

func (t *duplicateTable) addBatch(*schema.Batch) {}

// addPair writes the columns of a pair that contradict each other.
func (t *duplicateTable) addPair(p *versions.Pair) {
	if t.pairs++; t.pairs > maxConflicts {
		return
	}
	s := &t.book.styles
	for _, d := range p.Differences {
		if !d.Conflicting() {
			continue
		}
		page := t.page()
		cells := textCells(s.entry, p.ID, signInTypes[typeIndex(p.Category)].label, schema.Columns[d.Column].Title, d.Counted.String(d.Column), d.Repeat.String(d.Column))
		for _, place := range []versions.Place{p.Counted, p.Repeat} {
			cells = append(cells, cell{style: s.entryLine, text: place.Source.Path}, countCell(s.entryWhole, place.Record))
		}
		page.addWrapped(cells...)
	}
}

func (t *duplicateTable) finish() {
	t.finishTables(t.look.columns)
	if more := t.pairs - maxConflicts; more > 0 {
		t.pages[len(t.pages)-1].addBelow(0, t.book.styles.note, fmt.Sprintf(
			"%s more records contradict others. All are listed in the file of this workbook's name with .duplicates.ndjson appended.", manifest.Number(more)))
	}
}
