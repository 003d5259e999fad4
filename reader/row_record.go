package reader

import (
	"slices"
	"strconv"

	"signins/schema"
	"signins/schema/jsontext"
)

// A token is one value of a source: a JSON value or a CSV cell.
type token struct {
	path    string // where it stands, as the source spells it
	raw     []byte // as written: JSON text, or the text of a cell
	text    []byte // what a string, number or word says; valid UTF-8
	compact []byte // of an object or array that no cell holds: raw without white space
	kind    byte   // first byte of the JSON text, '"' for a cell
	cell    bool   // from CSV
	utc     bool   // a time without zone is known to be UTC
	local   bool   // a time without zone is in a zone that is not known
	damage  string // finding where text differs from the bytes, else ""
	buf     []byte // memory for text
}

// empty reports a value that means nothing: null and "".
func (t *token) empty() bool {
	return t.kind == 'n' || t.kind == '"' && len(t.text) == 0
}

// nested reports an object or an array.
func (t *token) nested() bool { return t.kind == '{' || t.kind == '[' }

// A record builds one row of a batch from tokens.
type record struct {
	b   *schema.Batch
	row int

	extra   []byte         // members of the extra object
	kept    map[string]int // their names: how often each path came
	issues  []string
	unknown map[string]bool // fields outside the schema
	dropped int64           // times that lost what is below a microsecond

	strings bool      // strings may hold objects and arrays as JSON text
	usTimes bool      // ingested_at may be written month first, always
	order   dateOrder // of day, month and year in local dates
	proof   *proof    // that is looked for, nil for none

	words [schema.NumColumns]map[string]word
	list  []byte // memory for a list value
	text  []byte // memory for compact JSON
	names map[string]string

	places map[string][3]schema.Code // what locations in cells of this batch came to
}

// begin starts the next row.
func (r *record) begin(b *schema.Batch) {
	r.b, r.row = b, b.Len
	if r.kept == nil {
		r.kept, r.unknown = map[string]int{}, map[string]bool{}
	}
	clear(r.kept)
	clear(r.unknown)
	r.extra, r.issues, r.dropped = r.extra[:0], r.issues[:0], 0
}

// set converts a token and stores it in a column. What cannot be stored, or
// would be changed, is kept in extra under its path. It reports whether there
// was nothing to say of the value.
func (r *record) set(id schema.ColumnID, t *token) (plain bool) {
	v, issue := r.convert(id, t)
	if issue != "" {
		r.issue(issue)
	}
	if issue == schema.BadTime && inOtherOrder(t.text, r.order) {
		r.b.Warnings.Add(schema.OtherDateOrder, 1)
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
func (r *record) store(id schema.ColumnID, v value) {
	col := &r.b.Columns[id]
	if v.spelling != nil {
		r.b.Columns[schema.ResultTypeRaw].SetBytes(r.row, v.spelling)
	}
	switch {
	case v.null:
		if schema.Columns[id].Kind.Coded() {
			col.SetCode(r.row, schema.Null)
		}
	case schema.Columns[id].Kind.Coded():
		col.SetBytes(r.row, v.text)
	default:
		col.SetNum(r.row, v.num)
	}
	if schema.Columns[id].Kind != schema.Time || v.null {
		return
	}
	if v.at.minute {
		r.issue(schema.TimeWithoutSeconds)
	}
	if id == schema.CreatedAt && v.at.precise {
		r.b.Columns[schema.CreatedAtRemainderNS].SetNum(r.row, int64(v.at.nanos))
	} else if v.at.nanos != 0 {
		r.dropped++
	}
}

// issue notes a finding about the record, once.
func (r *record) issue(code string) {
	if !slices.Contains(r.issues, code) {
		r.issues = append(r.issues, code)
	}
}

// keep puts a token into extra, verbatim, under the path it has in the source.
func (r *record) keep(t *token) {
	path := t.path
	if t.damage != "" {
		r.issue(t.damage)
	}
	name := path
	for r.kept[name] > 0 {
		r.kept[path]++
		name = path + "#" + strconv.Itoa(r.kept[path])
	}
	r.kept[name]++
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
func (r *record) stray(t *token) {
	if r.unknown[t.path] {
		r.issue(schema.DuplicateKey)
	}
	r.unknown[t.path] = true
	r.keep(t)
}

// name returns a string that lasts for bytes that do not.
func (r *record) name(prefix string, key []byte) string {
	if s, ok := r.names[string(key)]; ok && len(s) == len(prefix)+len(key) && s[:len(prefix)] == prefix {
		return s
	}
	if r.names == nil || len(r.names) > 4096 {
		r.names = map[string]string{}
	}
	s := schema.EscapeInvalid(prefix + string(key))
	r.names[string(key)] = s
	return s
}

// end completes the row with what is said about it and where it stood.
func (r *record) end(at position) {
	b := r.b
	if len(r.extra) > 0 {
		r.text = append(append(append(r.text[:0], '{'), r.extra...), '}')
		b.Columns[schema.Extra].SetBytes(r.row, r.text)
	}
	if len(r.issues) > 0 {
		r.list = r.list[:0]
		for _, code := range r.issues {
			r.list = schema.AppendList(r.list, []byte(code), false)
			b.Warnings.Add(code, 1)
		}
		b.Columns[schema.Issues].SetBytes(r.row, r.list)
	}
	for name := range r.unknown {
		b.UnknownFields.Add(name, 1)
	}
	if len(r.unknown) > 0 {
		b.Warnings.Add(schema.UnknownFields, 1)
	}
	if r.dropped > 0 {
		b.Warnings.Add(schema.SubMicrosecond, r.dropped)
	}
	b.Columns[schema.SourceRecord].SetNum(r.row, b.Seen)
	b.Columns[schema.SourceLine].SetNum(r.row, at.line)
	b.Columns[schema.SourceOffset].SetNum(r.row, at.offset)
	b.Columns[schema.SourceLength].SetNum(r.row, at.length)
	if at.raw != nil {
		b.Columns[schema.RawRecord].SetBytes(r.row, at.raw)
	}
	b.Len++
}

// endBatch completes the columns in which all records of a batch are alike.
func (r *record) endBatch(b *schema.Batch) {
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
