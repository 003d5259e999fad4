package reader

import (
	"slices"
	"strconv"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A rowBuilder builds one row of a batch from tokens. What no column can hold goes to
// the column extra, under the path that the source has for it.
type rowBuilder struct {
	batch *schema.Batch
	index int // of the row

	extra      []byte         // the extra object, without the brace at its end until endRow; empty for none
	extraNames map[string]int // their names, and how often each path was used
	kept       int            // values for extra, those beyond maxExtra included
	issues     []string
	unknown    map[string]bool         // paths of fields outside the schema
	roundings  int64                   // times that lost digits below a microsecond
	codeLike   map[string]codeLikeness // by path

	utcTimes bool       // times without a zone are UTC by the format's documentation
	nullWord string     // the text that the producer of the input writes for null, "" for none
	zone     Zone       // of other times without a zone
	usTimes  bool       // ingested_at may be written month first, always
	order    dateOrder  // of day, month and year in local dates
	proof    *dateProof // collects local dates, nil for none

	words     [schema.NumColumns]map[string]word // texts that were converted before
	listBuf   []byte
	textBuf   []byte
	nameCache map[string]string // strings by their last part, see name

	locations map[string][3]schema.Code // of this batch, see setLocation
}

// beginRow starts the next row.
func (r *rowBuilder) beginRow(b *schema.Batch) {
	r.batch, r.index = b, b.Len
	if r.extraNames == nil || r.kept > maxCleared {
		r.extraNames, r.unknown = map[string]int{}, map[string]bool{}
	}
	clear(r.extraNames)
	clear(r.unknown)
	if cap(r.extra) > maxPooled {
		r.extra = nil // a batch may have it
	}
	r.extra, r.issues, r.roundings, r.kept = r.extra[:0], r.issues[:0], 0, 0
}

// maxExtra is how many values extra may have. Exports have some hundred; a record with more
// is rejected: each value takes many times its length to keep, {"a":1,"b":1,..} of 60 MB
// took a minute and 1.9 GB.
const maxExtra = 100_000

// maxCleared is how many names maps may have had that are cleared: to clear one takes as
// long as it was ever large, for every record that follows.
const maxCleared = 1000

// overflows reports whether the row has more values for extra than are kept.
func (r *rowBuilder) overflows() bool { return r.kept > maxExtra }

// set converts a token and stores it in a column. A value that cannot be stored, or
// not as it is, goes to extra. plain: it is stored as it is, with no finding.
func (r *rowBuilder) set(id schema.ColumnID, t *token) (plain bool) {
	v, issue := r.convert(id, t)
	if issue != "" {
		r.issue(issue)
	}
	if issue == schema.BadTime && inOtherOrder(t.text, r.order) {
		r.batch.Warnings.Add(schema.OtherDateOrder, 1)
	}
	if t.damage != "" {
		r.issue(t.damage)
	}
	// A code that cannot be read goes to result_type_raw.
	unreadable := v.null && !t.empty() && (id != schema.ErrorCode || t.nested())
	if unreadable || t.damage != "" {
		r.keep(t)
	}
	if !unreadable { // it must not look like an empty field
		r.store(id, v)
	}
	return issue == "" && t.damage == "" && v.spelling == nil
}

// store puts a converted value in a column.
func (r *rowBuilder) store(id schema.ColumnID, v value) {
	col := &r.batch.Columns[id]
	if v.spelling != nil {
		r.batch.Columns[schema.ResultTypeRaw].SetBytes(r.index, v.spelling)
	}
	switch {
	case v.null:
		if schema.Columns[id].Kind.Coded() {
			col.SetCode(r.index, schema.Null)
		}
	case schema.Columns[id].Kind.Coded():
		col.SetBytes(r.index, v.text)
	default:
		col.SetNum(r.index, v.num)
	}
	if schema.Columns[id].Kind != schema.Time || v.null {
		return
	}
	if v.at.minute {
		r.issue(schema.TimeWithoutSeconds)
	}
	if id == schema.CreatedAt && v.at.precise {
		r.batch.Columns[schema.CreatedAtRemainderNS].SetNum(r.index, int64(v.at.nanos))
	} else if v.at.nanos != 0 {
		r.roundings++
	}
}

// issue adds a finding about the record, once.
func (r *rowBuilder) issue(code string) {
	if !slices.Contains(r.issues, code) {
		r.issues = append(r.issues, code)
	}
}

// keep adds a token to extra, verbatim. A second one of the same path gets the name
// PATH#1.
func (r *rowBuilder) keep(t *token) {
	if r.kept++; r.overflows() {
		return
	}
	path := t.path
	if t.damage != "" {
		r.issue(t.damage)
	}
	name := path
	for r.extraNames[name] > 0 {
		r.extraNames[path]++
		name = path + "#" + strconv.Itoa(r.extraNames[path])
	}
	r.extraNames[name]++
	between := byte(',')
	if len(r.extra) == 0 {
		between = '{'
	}
	r.extra = append(r.extra, between)
	r.extra = jsontext.AppendQuoted(r.extra, []byte(name))
	r.extra = append(r.extra, ':')
	if t.cell {
		r.extra = jsontext.AppendQuoted(r.extra, t.raw)
	} else {
		r.extra = jsontext.AppendCompact(r.extra, t.raw)
	}
}

// plumbing begins the names of members that Azure adds to records for its own ends.
const plumbing = "__UDI_RequiredFields_"

// keepUnknown adds a field outside the schema to extra and counts it, unless it is
// plumbing.
func (r *rowBuilder) keepUnknown(t *token) {
	if r.kept >= maxExtra || strings.Contains(t.path, plumbing) {
		r.keep(t)
		return
	}
	if r.unknown[t.path] {
		r.issue(schema.DuplicateKey)
	}
	r.unknown[t.path] = true
	r.keep(t)
}

// name returns prefix+key as a string, made once for the same bytes.
func (r *rowBuilder) name(prefix string, key []byte) string {
	if s, ok := r.nameCache[string(key)]; ok && len(s) == len(prefix)+len(key) && s[:len(prefix)] == prefix {
		return s
	}
	if r.nameCache == nil || len(r.nameCache) > 4096 {
		r.nameCache = map[string]string{}
	}
	s := schema.EscapeInvalid(prefix + string(key))
	if len(key) <= maxName {
		r.nameCache[string(key)] = s
	}
	return s
}

// endRow completes the row with its findings and its position.
func (r *rowBuilder) endRow(at position) {
	b := r.batch
	if len(r.extra) > 0 {
		r.extra = append(r.extra, '}')
		b.Columns[schema.Extra].SetOwned(r.index, r.extra)
	}
	if r.hasUnreadCode() {
		r.issue(schema.UnreadErrorCode)
	}
	if len(r.issues) > 0 {
		if !b.Columns[schema.CreatedAt].Set(r.index) && (slices.Contains(r.issues, schema.LocalTime) || slices.Contains(r.issues, schema.AmbiguousTime)) {
			b.Warnings.Add(schema.LostTimes, 1)
		}
		r.listBuf = r.listBuf[:0]
		for _, code := range r.issues {
			r.listBuf = schema.AppendList(r.listBuf, []byte(code), false)
			b.Warnings.Add(code, 1)
		}
		b.Columns[schema.Issues].SetBytes(r.index, r.listBuf)
	}
	r.countUnknown()
	if r.roundings > 0 {
		b.Warnings.Add(schema.SubMicrosecond, r.roundings)
	}
	b.Columns[schema.SourceRecord].SetNum(r.index, b.Seen)
	b.Columns[schema.SourceLine].SetNum(r.index, at.line)
	b.Columns[schema.SourceOffset].SetNum(r.index, at.offset)
	b.Columns[schema.SourceLength].SetNum(r.index, at.length)
	if at.raw != nil {
		b.Columns[schema.RawRecord].SetOwned(r.index, at.raw)
	}
	b.Len++
}

// maxUnknown is how many names of unknown fields a batch has. Those beyond it, and long
// ones, are counted as furtherNames, which is as long and the last in order: they would
// stay in memory until the batch is written.
const maxUnknown = 1 << 14

var furtherNames = strings.Repeat("\U0010FFFF", maxName/4+1)

// countUnknown adds the unknown fields of the row to those of the batch.
func (r *rowBuilder) countUnknown() {
	b := r.batch
	full := len(b.UnknownFields)+len(r.unknown) > maxUnknown // the same for any order of the names
	for name := range r.unknown {
		if len(name) > maxName || full && b.UnknownFields[name] == 0 {
			name = furtherNames
		}
		b.UnknownFields.Add(name, 1)
	}
	if len(r.unknown) > 0 {
		b.Warnings.Add(schema.UnknownFields, 1)
	}
}

// endBatch fills the columns that have one value in the whole batch.
func (r *rowBuilder) endBatch(b *schema.Batch) {
	if b.Len > 0 {
		b.Columns[schema.SourceFormat].Fill(b.Len, b.Source.Format)
		b.Columns[schema.SourceFile].Fill(b.Len, b.Source.Path)
	}
}

// A position is the place of a record in its input.
type position struct {
	offset, line, length int64
	raw                  []byte // the record as written, nil unless raw_record is filled
}
