package excel

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// An entityTable writes a row for each entity of a kind, the one with the most sign-ins
// first.
type entityTable struct {
	parts parts
	count *entityCount
}

// entitySheet returns what makes the sheet of a kind of entities.
func entitySheet(k *entityKind) func(parts) sheet {
	return func(p parts) sheet { return &entityTable{p, p.entities.add(k)} }
}

func (t *entityTable) addBatch(*schema.Batch) {}

// packRow appends the number of the entity that a row belongs to.
func (t *entityTable) packRow(dst []byte, row int) []byte {
	return binary.AppendUvarint(dst, uint64(t.count.numbers[row]))
}

// addRow counts the findings of a row for its entity.
func (t *entityTable) addRow(r *sortedRow, packed []byte) {
	number, _ := binary.Uvarint(packed)
	if number == 0 || number == uncounted {
		return
	}
	p := t.count.profiles.at(uint32(number))
	for _, finding := range r.findings {
		p.count(findingFacet, uint32(finding), 1, &t.parts.entities.room)
	}
}

func (t *entityTable) finish() {
	k := t.count.kind
	look := k.look
	for _, c := range k.columns {
		look.columns = append(look.columns, c.columnLook)
	}
	page := t.parts.book.addTable(k.sheet, look)
	lines, hidden := t.lines()
	filled := make([]bool, len(k.columns))
	v, bound, cells := t.newView(), false, make([]cell, len(k.columns))
	for _, line := range lines {
		t.setView(v, line.number)
		bound = bound || slices.ContainsFunc(v.counts[:], func(c facetCount) bool { return c.bound })
		for i, c := range k.columns {
			cells[i] = c.cell(v)
			filled[i] = filled[i] || cells[i].text != "" || cells[i].number != "" && cells[i].number != "0"
		}
		page.addWrapped(cells...)
	}
	page.tableRows = page.row
	for i, c := range k.columns {
		if len(lines) > 0 && !filled[i] && !c.kept {
			page.look.columns[i].fold = 1
		}
	}
	t.addNotes(page, len(lines), hidden, bound, v.cut)
	t.count.profiles = profileList{}
}

// An entityLine is the line of an entity, by what lines are sorted.
type entityLine struct {
	number  int
	order   int
	signIns int64
}

// lines returns the lines in order, and the sums of the entities that have none.
func (t *entityTable) lines() (lines []entityLine, hidden entityLine) {
	k, v := t.count.kind, t.newView()
	for i := range t.count.profiles.N {
		line := entityLine{number: i + 1, signIns: t.count.profiles.at(uint32(i) + 1).total()}
		if line.signIns == 0 {
			continue
		}
		if k.shown != nil || k.order != nil {
			t.setView(v, line.number)
		}
		if k.shown != nil && !k.shown(v) {
			hidden.number++
			hidden.signIns += line.signIns
			continue
		}
		if k.order != nil {
			line.order = k.order(v)
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b entityLine) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(b.signIns, a.signIns), cmp.Compare(a.number, b.number))
	})
	return lines, hidden
}

func (t *entityTable) newView() *entityView {
	return &entityView{
		reader: t.parts.entities.reader, findings: t.parts.findings, styles: &t.parts.book.styles, facets: t.count.kind.key,
	}
}

// setView makes v the view of an entity.
func (t *entityTable) setView(v *entityView, number int) {
	p := t.count.profiles.at(uint32(number))
	v.span = p.span
	v.key = tuple{uint32(number)}
	if len(t.count.tuples.tuples) > 0 {
		v.key = t.count.tuples.tuples[number-1]
	}
	p.facets(&v.counts)
}

// addNotes adds below the table what is in none of its lines, or, if bound, not one by one,
// and, if cut, where all values of a line are.
func (t *entityTable) addNotes(page *page, lines int, hidden entityLine, bound, cut bool) {
	k, c := t.count.kind, t.count
	notes := []string{}
	switch all := t.parts.counts.all; {
	case all.total() == 0 && k.where == nil:
		notes = append(notes, EmptyNote)
	case lines == 0:
		notes = append(notes, k.emptyNote)
	}
	if c.rest > 0 {
		notes = append(notes, fmt.Sprintf("Sign-ins of further %s, beyond the first %s of the input: %s.",
			k.plural, manifest.Number(c.profiles.N), manifest.Number(c.rest)))
	}
	if hidden.number > 0 {
		notes = append(notes, fmt.Sprintf("Other %s, not listed: %s, with %s.", k.plural, manifest.Number(hidden.number), manifest.Counted(hidden.signIns, "sign-in")))
	}
	if c.none > 0 && k.noneNote != "" {
		notes = append(notes, fmt.Sprintf("%s: %s.", k.noneNote, manifest.Number(c.none)))
	}
	if bound {
		notes = append(notes, fmt.Sprintf("At least, others: all lines together have more values than the %s that are counted one by one, or more than %s of a kind.", manifest.Number(maxEntries), manifest.Number(maxValues)))
	}
	if cut {
		notes = append(notes, fmt.Sprintf("More: cells name the most frequent values, at most %d in %d lines, and the first %d findings. A filter of Sign-ins by what a line is about shows all.",
			maxListed, listedLines, maxFindingNames))
	}
	if lines > 0 {
		notes = append(notes, k.notes...)
	}
	if text := duplicatesText(t.parts.run); text != "" {
		notes = append(notes, text)
	}
	if len(notes) > 0 && lines > 0 {
		page.skipRows(1)
	}
	for _, note := range notes {
		page.addBelow(0, t.parts.book.styles.note, note)
	}
}
