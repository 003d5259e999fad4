package reader

import (
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

	keepsRaw      bool // fills raw_record
	fromCSV       bool
	hasErrorCodes bool // the input has a column of error codes
}

// A finisher completes the row from several values of a record, or returns why the
// record is no sign-in, which rejects it; "" if it is one.
type finisher func(r *record) (whyNot string)

func newRecord(fields *fieldTree, finish finisher) *record {
	for _, f := range fields.all {
		f.plain = f.choice < 0 && f.inner == nil && !f.ignored && f.words == nil && fields.isPlaceholder == nil && storesTexts(f.column)
	}
	return &record{
		fields: fields, finish: finish, row: rowBuilder{jsonStrings: fields.jsonStrings, usTimes: fields.usTimes},
		candidates: make([][4]token, len(fields.choices)),
		present:    make([]uint8, len(fields.choices)),
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
}

// endRecord completes the row of the record from start to end of a chunk, or rejects
// the record.
func (r *record) endRecord(c *chunk, start, end int) {
	r.storeChoices()
	if whyNot := r.finish(r); whyNot != "" {
		r.row.batch.Truncate(r.row.index)
		c.reject(r.row.batch, start, end, start, "not_a_sign_in", whyNot)
		return
	}
	r.fillReason()
	r.dropNullIsland()
	r.row.endRow(c.at(start, end, r.keepsRaw))
}

// tokenOf returns the token for a value of f: that of a candidate where the value
// waits for the end of the record.
func (r *record) tokenOf(f *field) *token {
	if f == nil || f.choice < 0 || f.seenIn == r.nth {
		return &r.spare
	}
	r.present[f.choice] |= 1 << f.rank
	return &r.candidates[f.choice][f.rank]
}

// placeField puts a value into its column or extra; f is nil for an unknown one.
// plain: the same value would do the same again, with no finding.
func (r *record) placeField(f *field, t *token) (plain bool) {
	switch {
	case f == nil:
		r.row.keepUnknown(t)
	case f.seenIn == r.nth:
		r.row.issue(schema.DuplicateKey)
		r.row.keep(t)
	case r.fields.isPlaceholder != nil && t.kind == '"' && r.fields.isPlaceholder(t.text):
		f.seenIn = r.nth
		if f.choice >= 0 {
			r.present[f.choice] &^= 1 << f.rank
		}
		r.row.issue(schema.TypeName)
		r.row.keep(t)
	default:
		f.seenIn = r.nth
		return r.storeField(f, t)
	}
	return false
}

// storeField stores the first value of a field in a record. plain is that of
// placeField.
func (r *record) storeField(f *field, t *token) (plain bool) {
	switch {
	case f.inner != nil: // null and "" are objects without members
		if f.required {
			f.seenIn = 0
		}
		if !t.empty() {
			r.row.issue(schema.BadType)
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
