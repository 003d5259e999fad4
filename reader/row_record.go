package reader

import (
	"bytes"
	"fmt"
	"iter"
	"math/bits"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A record places the values of one record of the input, JSON members or CSV
// cells, into the row that is built of it. Most go into their column at once. Those
// of a choice, a column with several fields, wait as candidates for the record's
// end.
type record struct {
	fields *fieldTree
	finish finisher
	row    rowBuilder

	nth        int64      // number of the record among those of the parser, from 1
	candidates [][4]token // by choice and rank
	present    []uint8    // by choice, a bit for each candidate
	spare      token      // for values that do not wait
	late       []lateValue
	lateTokens []*token // for values of late fields, reused
	lateUsed   int      // tokens of the record

	keepsRaw      bool // fills raw_record
	fromCSV       bool
	hasErrorCodes bool // the input has a column of error codes
	expected      expectation
}

// A finisher completes the row from several values of a record, or returns why the
// record is no sign-in, which rejects it; "" if it is one.
type finisher func(r *record) (whyNot string)

func newRecord(fields *fieldTree, finish finisher) *record {
	for _, f := range fields.all {
		f.plain = f.choice < 0 && f.inner == nil && !f.ignored && f.words == nil && fields.isPlaceholder == nil && storesTexts(f.column)
	}
	return &record{
		fields: fields, finish: finish, row: rowBuilder{usTimes: fields.usTimes},
		candidates: make([][4]token, len(fields.choices)),
		present:    make([]uint8, len(fields.choices)),
	}
}

// setInput sets what an input and the user say about all values.
func (r *record) setInput(in *Input, o Options) {
	r.row.order, r.row.utcTimes, r.row.zone = in.order, in.dialect.utcTimes, o.InputZone
	if r.row.nullWord = in.nullWord; r.row.nullWord == "" {
		return
	}
	for _, f := range r.fields.all {
		f.plain = false
	}
}

// storesTexts reports whether a column stores texts as they are.
func storesTexts(id schema.ColumnID) bool {
	return id != noColumn && schema.Columns[id].Kind == schema.Text && schema.Columns[id].Words == nil
}

// resetCaches empties the caches of all fields.
func (r *record) resetCaches() {
	for _, f := range r.fields.all {
		f.cache.reset()
	}
}

// beginRecord starts the next row.
func (r *record) beginRecord(b *schema.Batch) {
	r.row.beginRow(b)
	r.nth++
	clear(r.present)
	r.late, r.lateUsed = r.late[:0], 0
}

// endRecord completes the row of the record from start to end of a chunk, or rejects
// the record.
func (r *record) endRecord(c *chunk, start, end int) {
	r.storeChoices()
	r.splitCountry()
	r.storeLate()
	code, whyNot := "not_a_sign_in", r.finish(r)
	if whyNot == "" && r.expected.identity && !r.isIdentified() {
		whyNot = "user, application, service principal, address and id are all empty"
	}
	if r.row.overflows() {
		code, whyNot = "too_many_fields", fmt.Sprintf("the record has more than %d values that no column holds", maxExtra)
	}
	if whyNot != "" {
		if r.fromCSV || end-start > len("{}") { // which has stored nothing
			r.row.batch.Truncate(r.row.index)
		}
		c.reject(r.row.batch, start, end, start, code, whyNot)
		return
	}
	r.fillReason()
	r.dropNullIsland()
	r.row.endRow(c.at(start, end, r.keepsRaw))
}

// tokenOf returns the token for a value of f: that of a candidate where the value
// waits for the end of the record.
func (r *record) tokenOf(f *field) *token {
	switch {
	case f == nil || f.seenIn == r.nth:
		return &r.spare
	case f.late:
		return r.lateToken()
	case f.choice < 0:
		return &r.spare
	}
	r.present[f.choice] |= 1 << f.rank
	return &r.candidates[f.choice][f.rank]
}

// placeField puts a value into its column or extra; f is nil for an unknown one.
// plain: the same value would do the same again, with no finding.
func (r *record) placeField(f *field, t *token) (plain bool) {
	if f != nil && r.row.nullWord != "" && t.kind == '"' && f.column != schema.ResultSignature && string(t.text) == r.row.nullWord {
		t.kind = 'n' // but None is a signature
	}
	switch {
	case f == nil:
		r.row.keepUnknown(t)
	case f.seenIn == r.nth:
		r.row.issue(schema.DuplicateKey)
		r.row.keep(t)
	case r.fields.isPlaceholder != nil && t.kind == '"' && r.fields.isPlaceholder(t.text):
		r.forget(f)
		r.row.issue(schema.TypeName)
		r.row.keep(t)
	default:
		f.seenIn = r.nth
		return r.storeField(f, t)
	}
	return false
}

// forget makes the value of a field, which is placed, no candidate of its column.
func (r *record) forget(f *field) {
	f.seenIn = r.nth
	if f.choice >= 0 {
		r.present[f.choice] &^= 1 << f.rank
	}
}

// storeField stores the first value of a field in a record. plain is that of
// placeField.
func (r *record) storeField(f *field, t *token) (plain bool) {
	switch {
	case f.inner != nil: // null and "" are objects without members
		if f.required {
			f.seenIn = 0
		}
		if !t.empty() && !r.waitAsText(f, t) {
			r.row.issue(whyUnreadable(t))
			r.row.keep(t)
		}
		return t.empty() && !f.required
	case f.ignored:
		if !t.empty() {
			r.row.keep(t)
		}
		return t.empty() && f.choice < 0
	case f.choice < 0 && f.words != nil && !f.translate(t):
		r.row.keep(t)
	case f.late:
		r.late = append(r.late, lateValue{f.column, f.rank, t})
	case f.choice < 0:
		return r.row.set(f.column, t)
	}
	return false
}

// A token is one value of a source: a JSON value or a CSV cell.
type token struct {
	path    string // of its field, as the source spells it
	raw     []byte // as written: JSON text, or the text of a cell
	text    []byte // of a string, number, word or cell; valid UTF-8
	compact []byte // of a JSON object or array: raw without white space
	kind    byte   // first byte of the JSON text, '"' for a cell
	cell    bool   // from CSV
	utc     bool   // a time without zone is known to be UTC
	local   bool   // a time without zone is in a zone that is not known
	damage  string // finding where text differs from the bytes, else ""
	buf     []byte // for text or compact
}

// empty reports null and "".
func (t *token) empty() bool {
	return t.kind == 'n' || t.kind == '"' && len(t.text) == 0
}

// nested reports an object or an array.
func (t *token) nested() bool { return t.kind == '{' || t.kind == '[' }

// read reads a JSON value inside the object at depth.
func (t *token) read(in *jsontext.Scanner, depth int) (err error) {
	start := in.Pos
	in.Marks = 0
	t.kind, t.cell, t.utc, t.local, t.damage = in.Peek(), false, false, false, ""
	isString := t.kind == '"'
	if isString {
		t.text, err = in.ReadString()
	} else {
		t.compact, t.buf, err = in.ReadCompact(depth+1, t.buf)
		t.text = in.Data[start:in.Pos]
	}
	if err != nil {
		return err
	}
	t.raw = in.Data[start:in.Pos]
	if isString && in.Marks&jsontext.Escaped != 0 {
		t.buf = jsontext.AppendUnescaped(t.buf[:0], t.text)
		t.text = t.buf
	}
	switch {
	case in.Marks&jsontext.NonASCII != 0 && !utf8.Valid(t.raw):
		t.damage = schema.InvalidUTF8
		if isString {
			t.text = jsontext.AppendValidUTF8(nil, t.text)
		}
	case in.Marks&jsontext.LoneSurrogate != 0:
		t.damage = schema.LoneSurrogate
	}
	return nil
}

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
	if r.fromCSV || !r.expected.time || columns[schema.CreatedAt].Set(r.row.index) || columns[schema.IngestedAt].Set(r.row.index) || columns[schema.ErrorCode].Set(r.row.index) {
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
	case t.nested() && len(bytes.TrimSpace(t.raw[1:len(t.raw)-1])) == 0, string(t.text) == "[]", string(t.text) == "{}":
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
