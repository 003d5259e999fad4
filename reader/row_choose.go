package reader

import (
	"bytes"
	"iter"
	"math/bits"
	"strings"

	"signins/schema"
)

// storeChoices stores the columns of choices: the readable value of the preferred
// field wins. Values of others that differ from it go to extra.
func (r *record) storeChoices() {
	for i, present := range r.present {
		column := r.fields.choices[i]
		if present == 0 || column == noColumn {
			continue
		}
		best := r.bestCandidate(i)
		t := &r.candidates[i][best]
		r.row.set(column, t)
		for rank := range ranks(present &^ (1 << best)) {
			if other := &r.candidates[i][rank]; !other.empty() {
				r.keepOther(column, t, other)
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

// textOf returns the text of a field without a column, see needText; nil where the
// record has none.
func (r *record) textOf(path string) []byte {
	m := r.fields.lookup(path)
	if t := &r.candidates[m.choice][0]; r.present[m.choice] != 0 && !t.empty() {
		return t.text
	}
	return nil
}

// whyNotSignIn returns why a JSON record is no sign-in, "" if it may be one: it has
// no time, no error code and none of those members.
func (r *record) whyNotSignIn(names ...string) string {
	columns := &r.row.batch.Columns
	if r.fromCSV || columns[schema.CreatedAt].Set(r.row.index) || columns[schema.IngestedAt].Set(r.row.index) || columns[schema.ErrorCode].Set(r.row.index) {
		return ""
	}
	for _, name := range names {
		if r.fields.lookup(name).seenIn == r.nth {
			return ""
		}
	}
	return "the record has none of " + strings.Join(names, ", ")
}

// bestCandidate returns the rank of the value to store of those that are present.
func (r *record) bestCandidate(choice int) int {
	present := r.present[choice]
	best, highest := bits.TrailingZeros8(present), -1
	if present&(present-1) == 0 {
		return best
	}
	for rank := range ranks(present) {
		if g := r.grade(r.fields.choices[choice], &r.candidates[choice][rank]); g > highest {
			best, highest = rank, g
		}
	}
	return best
}

// grade grades a candidate, from nothing over an empty list or object and a value
// that cannot be read to one that can.
func (r *record) grade(column schema.ColumnID, t *token) int {
	switch {
	case t.empty():
		return 0
	case t.nested() && len(bytes.TrimSpace(t.raw[1:len(t.raw)-1])) == 0, r.row.jsonStrings && (string(t.text) == "[]" || string(t.text) == "{}"):
		return 1
	}
	if v, _ := r.row.convert(column, t); v.null {
		return 2
	}
	return 3
}

// keepOther keeps a candidate in extra that was not stored, unless it is equal.
func (r *record) keepOther(column schema.ColumnID, stored, other *token) {
	if bytes.Equal(stored.text, other.text) {
		return
	}
	v, _ := r.row.convert(column, stored)
	v.text = bytes.Clone(v.text)
	w, issue := r.row.convert(column, other)
	switch {
	case w.null:
		r.row.issue(issue)
	case v.equal(w) && w.spelling == nil:
		return
	case !v.equal(w):
		r.row.issue(schema.ConflictingValue)
	}
	r.row.keep(other)
}

// The finishers of several dialects share these.

// isEmpty reports a row without any value.
func (r *record) isEmpty() bool {
	for id := range r.row.batch.Columns {
		if r.row.batch.Columns[id].Set(r.row.index) {
			return false
		}
	}
	return len(r.row.extra) == 0
}

// dropNullIsland removes the coordinates 0, 0 (or -0) of a row without a country:
// they mean unknown. They go to extra.
func (r *record) dropNullIsland() {
	b := r.row.batch
	lat, hasLat := b.Columns[schema.LocationLatitude].Num(r.row.index)
	lon, hasLon := b.Columns[schema.LocationLongitude].Num(r.row.index)
	if !hasLat || !hasLon || lat<<1 != 0 || lon<<1 != 0 || b.Columns[schema.LocationCountry].Set(r.row.index) {
		return
	}
	for i, column := range r.fields.choices {
		if column == schema.LocationLatitude || column == schema.LocationLongitude {
			b.Columns[column].Clear(r.row.index)
			r.row.keep(&r.candidates[i][r.bestCandidate(i)])
		}
	}
}

// fillReason copies the envelope's description of an error to the failure reason,
// unless the sign-in has one.
func (r *record) fillReason() {
	reason, description := &r.row.batch.Columns[schema.FailureReason], &r.row.batch.Columns[schema.ResultDescription]
	if !reason.Set(r.row.index) && description.Set(r.row.index) {
		reason.SetBytes(r.row.index, description.Value(r.row.index))
	}
}
