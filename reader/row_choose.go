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
func (p *record) resolveChoices() {
	for i, used := range p.present {
		slot := &p.form.choices[i]
		if used == 0 || slot.column == noColumn {
			continue
		}
		best := p.bestCandidate(i)
		t := &p.candidates[i][best]
		p.set(slot.column, t)
		for rank := range ranks(used &^ (1 << best)) {
			if other := &p.candidates[i][rank]; !other.empty() {
				p.keepOther(slot.column, t, other)
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
func (p *record) textOf(path string) []byte {
	m := p.form.lookup(path)
	if t := &p.candidates[m.choice][0]; p.present[m.choice] != 0 && !t.empty() {
		return t.text
	}
	return nil
}

// strange says why a JSON record is not of the table that its file holds, ""
// if it may be: it has no time, no error code and none of those members.
func (p *record) whyNotSignIn(names ...string) string {
	columns := &p.batch.Columns
	if p.enterPage == nil || columns[schema.CreatedAt].Set(p.index) || columns[schema.IngestedAt].Set(p.index) || columns[schema.ErrorCode].Set(p.index) {
		return ""
	}
	for _, name := range names {
		if p.form.lookup(name).seenIn == p.nth {
			return ""
		}
	}
	return "the record has none of " + strings.Join(names, ", ")
}

// best returns the rank of the source to take of those that wait in a slot.
func (p *record) bestCandidate(slot int) int {
	used := p.present[slot]
	best, worth := bits.TrailingZeros8(used), -1
	if used&(used-1) == 0 {
		return best
	}
	for rank := range ranks(used) {
		if w := p.grade(p.form.choices[slot].column, &p.candidates[slot][rank]); w > worth {
			best, worth = rank, w
		}
	}
	return best
}

// worth grades a source of a column: nothing, an empty list or object, a value
// that cannot be read, one that can.
func (p *record) grade(column schema.ColumnID, t *token) int {
	switch {
	case t.empty():
		return 0
	case t.nested() && len(bytes.TrimSpace(t.raw[1:len(t.raw)-1])) == 0, p.jsonStrings && (string(t.text) == "[]" || string(t.text) == "{}"):
		return 1
	}
	if v, _ := p.convert(column, t); v.null {
		return 2
	}
	return 3
}

// passOver keeps a source that was not taken, unless it says the same.
func (p *record) keepOther(column schema.ColumnID, taken, other *token) {
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
