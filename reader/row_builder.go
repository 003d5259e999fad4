package reader

import (
	"slices"
	"strconv"

	"signins/schema"
	"signins/schema/jsontext"
)

// A record builds one row of a batch from tokens.
type rowBuilder struct {
	batch *schema.Batch
	index int

	extra      []byte         // members of the extra object
	extraNames map[string]int // their names: how often each path came
	issues     []string
	unknown    map[string]bool // fields outside the schema
	lostNanos  int64           // times that lost what is below a microsecond

	jsonStrings bool       // strings may hold objects and arrays as JSON text
	usTimes     bool       // ingested_at may be written month first, always
	order       dateOrder  // of day, month and year in local dates
	proof       *dateProof // collects local dates, nil for none

	words     [schema.NumColumns]map[string]word
	listBuf   []byte // memory for a list value
	textBuf   []byte // memory for compact JSON
	nameCache map[string]string

	locations map[string][3]schema.Code // what locations in cells of this batch came to
}

// begin starts the next row.
func (r *rowBuilder) beginRow(b *schema.Batch) {
	r.batch, r.index = b, b.Len
	if r.extraNames == nil {
		r.extraNames, r.unknown = map[string]int{}, map[string]bool{}
	}
	clear(r.extraNames)
	clear(r.unknown)
	r.extra, r.issues, r.lostNanos = r.extra[:0], r.issues[:0], 0
}

// set converts a token and stores it in a column. What cannot be stored, or
// would be changed, is kept in extra under its path. It reports whether there
// was nothing to say of the value.
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
	// A code that cannot be read stands in result_type_raw.
	lost := v.null && !t.empty() && (id != schema.ErrorCode || t.nested())
	if lost || t.damage != "" {
		r.keep(t)
	}
	// What is lost must not look like a field that says nothing.
	if !lost {
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
		r.lostNanos++
	}
}

// issue notes a finding about the record, once.
func (r *rowBuilder) issue(code string) {
	if !slices.Contains(r.issues, code) {
		r.issues = append(r.issues, code)
	}
}

// keep puts a token into extra, verbatim, under the path it has in the source.
func (r *rowBuilder) keep(t *token) {
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
	if len(r.extra) > 0 {
		r.extra = append(r.extra, ',')
	}
	r.extra = jsontext.AppendQuoted(r.extra, []byte(name))
	r.extra = append(r.extra, ':')
	if t.cell {
		r.extra = jsontext.AppendQuoted(r.extra, t.raw)
	} else {
		r.extra = jsontext.AppendCompact(r.extra, t.raw)
	}
}

// stray keeps a field that the schema does not know and counts it.
func (r *rowBuilder) keepUnknown(t *token) {
	if r.unknown[t.path] {
		r.issue(schema.DuplicateKey)
	}
	r.unknown[t.path] = true
	r.keep(t)
}

// name returns a string that lasts for bytes that do not.
func (r *rowBuilder) name(prefix string, key []byte) string {
	if s, ok := r.nameCache[string(key)]; ok && len(s) == len(prefix)+len(key) && s[:len(prefix)] == prefix {
		return s
	}
	if r.nameCache == nil || len(r.nameCache) > 4096 {
		r.nameCache = map[string]string{}
	}
	s := schema.EscapeInvalid(prefix + string(key))
	r.nameCache[string(key)] = s
	return s
}

// end completes the row with what is said about it and where it stood.
func (r *rowBuilder) endRow(at position) {
	b := r.batch
	if len(r.extra) > 0 {
		r.textBuf = append(append(append(r.textBuf[:0], '{'), r.extra...), '}')
		b.Columns[schema.Extra].SetBytes(r.index, r.textBuf)
	}
	if len(r.issues) > 0 {
		r.listBuf = r.listBuf[:0]
		for _, code := range r.issues {
			r.listBuf = schema.AppendList(r.listBuf, []byte(code), false)
			b.Warnings.Add(code, 1)
		}
		b.Columns[schema.Issues].SetBytes(r.index, r.listBuf)
	}
	for name := range r.unknown {
		b.UnknownFields.Add(name, 1)
	}
	if len(r.unknown) > 0 {
		b.Warnings.Add(schema.UnknownFields, 1)
	}
	if r.lostNanos > 0 {
		b.Warnings.Add(schema.SubMicrosecond, r.lostNanos)
	}
	b.Columns[schema.SourceRecord].SetNum(r.index, b.Seen)
	b.Columns[schema.SourceLine].SetNum(r.index, at.line)
	b.Columns[schema.SourceOffset].SetNum(r.index, at.offset)
	b.Columns[schema.SourceLength].SetNum(r.index, at.length)
	if at.raw != nil {
		b.Columns[schema.RawRecord].SetBytes(r.index, at.raw)
	}
	b.Len++
}

// endBatch completes the columns in which all records of a batch are alike.
func (r *rowBuilder) endBatch(b *schema.Batch) {
	if b.Len > 0 {
		b.Columns[schema.SourceFormat].Fill(b.Len, b.Source.Format)
		b.Columns[schema.SourceFile].Fill(b.Len, b.Source.Path)
	}
}

// A position tells where a record stands in its input.
type position struct {
	offset, line, length int64
	raw                  []byte // the record as the input writes it, nil: not to be kept
}
