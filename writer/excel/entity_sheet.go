package excel

import (
	"cmp"
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

func (t *entityTable) finish() {
	k := t.count.kind
	look := k.look
	for _, c := range k.columns {
		look.columns = append(look.columns, c.columnLook)
	}
	page := t.parts.book.addTable(k.sheet, look)
	lines, hidden := t.lines()
	filled := make([]bool, len(k.columns))
	v := t.newView()
	for _, line := range lines {
		t.setView(v, line.number)
		cells := make([]cell, len(k.columns))
		for i, c := range k.columns {
			cells[i] = c.cell(v)
			filled[i] = filled[i] || cells[i].text != "" || cells[i].number != "" && cells[i].number != "0"
		}
		page.addCells(0, cells...)
	}
	page.tableRows = page.row
	t.addNotes(page, len(lines), hidden)
	for i, c := range k.columns {
		if len(lines) > 0 && !filled[i] && !c.kept {
			page.look.columns[i].fold = 1
		}
	}
	t.count.profiles = nil
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
	for i := range t.count.profiles {
		line := entityLine{number: i + 1, signIns: t.count.profiles[i].total()}
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
	return &entityView{reader: t.parts.entities.reader, styles: &t.parts.book.styles, facets: t.count.kind.key}
}

// setView makes v the view of an entity.
func (t *entityTable) setView(v *entityView, number int) {
	p := &t.count.profiles[number-1]
	v.span = p.span
	v.key = tuple{uint32(number)}
	if len(t.count.tuples.tuples) > 0 {
		v.key = t.count.tuples.tuples[number-1]
	}
	p.facets(&v.counts)
}

// addNotes adds below the table what is in none of its lines.
func (t *entityTable) addNotes(page *page, lines int, hidden entityLine) {
	k, c := t.count.kind, t.count
	notes := []string{}
	switch all := t.parts.counts.all; {
	case all.total() == 0 && k.where == nil:
		notes = append(notes, noSignIns)
	case lines == 0:
		notes = append(notes, k.emptyNote)
	}
	if c.rest > 0 {
		notes = append(notes, fmt.Sprintf("Left out: %s sign-ins of further %s. Lines are made for the first %s %s in the input.",
			manifest.Number(c.rest), k.plural, manifest.Number(int64(len(c.profiles))), k.plural))
	}
	if hidden.number > 0 {
		notes = append(notes, fmt.Sprintf("Not listed: %s other %s with %s sign-ins.", manifest.Number(int64(hidden.number)), k.plural, manifest.Number(hidden.signIns)))
	}
	if c.none > 0 && k.noneNote != "" {
		notes = append(notes, fmt.Sprintf("%s sign-ins %s", manifest.Number(c.none), k.noneNote))
	}
	if lines > 0 && t.parts.entities.room <= 0 {
		notes = append(notes, fmt.Sprintf("Numbers with \"at least\", and lists that end in \"others\": sign-ins have more values than can be counted one by one (%s in all lines).", manifest.Number(maxEntries)))
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
		page.addText(0, t.parts.book.styles.note, note)
	}
}
