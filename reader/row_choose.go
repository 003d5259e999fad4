package reader

import (
	"bytes"
	"iter"
	"math/bits"
	"strings"

	"signins/schema"
)

// resolve decides the columns that several fields feed: the first in rank that
// says something readable wins. Another that says something else stands in
// extra.
func (p *filler) resolve() {
	for i, used := range p.used {
		slot := &p.form.slots[i]
		if used == 0 || slot.column == noColumn {
			continue
		}
		best := p.best(i)
		t := &p.slots[i][best]
		p.set(slot.column, t)
		for rank := range ranks(used &^ (1 << best)) {
			if other := &p.slots[i][rank]; !other.empty() {
				p.passOver(slot.column, t, other)
			}
		}
	}
}

// ranks yields the ranks in a set of them, preferred first.
func ranks(set uint8) iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; set != 0 && yield(bits.TrailingZeros8(set)); set &= set - 1 {
		}
	}
}

// watched returns the text of a member without a column, nil where the record
// has none.
func (p *filler) watched(path string) []byte {
	m := p.form.lookup(path)
	if t := &p.slots[m.slot][0]; p.used[m.slot] != 0 && !t.empty() {
		return t.text
	}
	return nil
}

// strange says why a JSON record is not of the table that its file holds, ""
// if it may be: it has no time, no error code and none of those members.
func (p *filler) strange(names ...string) string {
	columns := &p.b.Columns
	if p.turn == nil || columns[schema.CreatedAt].Set(p.row) || columns[schema.IngestedAt].Set(p.row) || columns[schema.ErrorCode].Set(p.row) {
		return ""
	}
	for _, name := range names {
		if p.form.lookup(name).seen == p.nth {
			return ""
		}
	}
	return "the record has none of " + strings.Join(names, ", ")
}

// best returns the rank of the source to take of those that wait in a slot.
func (p *filler) best(slot int) int {
	used := p.used[slot]
	best, worth := bits.TrailingZeros8(used), -1
	if used&(used-1) == 0 {
		return best
	}
	for rank := range ranks(used) {
		if w := p.worth(p.form.slots[slot].column, &p.slots[slot][rank]); w > worth {
			best, worth = rank, w
		}
	}
	return best
}

// worth grades a source of a column: nothing, an empty list or object, a value
// that cannot be read, one that can.
func (p *filler) worth(column schema.ColumnID, t *token) int {
	switch {
	case t.empty():
		return 0
	case t.nested() && len(bytes.TrimSpace(t.raw[1:len(t.raw)-1])) == 0, p.strings && (string(t.text) == "[]" || string(t.text) == "{}"):
		return 1
	}
	if v, _ := p.convert(column, t); v.null {
		return 2
	}
	return 3
}

// passOver keeps a source that was not taken, unless it says the same.
func (p *filler) passOver(column schema.ColumnID, taken, other *token) {
	if bytes.Equal(taken.text, other.text) {
		return
	}
	v, _ := p.convert(column, taken)
	v.text = bytes.Clone(v.text)
	w, issue := p.convert(column, other)
	switch {
	case w.null:
		p.issue(issue)
	case v.equal(w) && w.spelling == nil:
		return
	case !v.equal(w):
		p.issue(schema.ConflictingValue)
	}
	p.keep(other)
}
