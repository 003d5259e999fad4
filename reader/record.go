package reader

import (
	"bytes"
	"math"
	"slices"
	"strconv"

	"signins/schema"
)

// A token is one value of a source: a JSON value or a CSV cell.
type token struct {
	raw    []byte // as written: JSON text, or the text of a cell
	text   []byte // what a string, number or word says; valid UTF-8
	kind   byte   // first byte of the JSON text, '"' for a cell
	cell   bool   // from CSV
	spaced bool   // raw holds white space between JSON tokens
	utc    bool   // a time without zone is known to be UTC
	damage string // finding where text differs from the bytes, else ""
	buf    []byte // memory for text
}

// empty reports a value that means nothing: null and "".
func (t *token) empty() bool {
	return t.kind == 'n' || t.kind == '"' && len(t.text) == 0
}

// nested reports an object or an array.
func (t *token) nested() bool { return t.kind == '{' || t.kind == '[' }

// A value is a token converted to a column's kind.
type value struct {
	text []byte // coded kinds
	num  int64  // other kinds
	at   moment // kind Time
	null bool
}

func (v value) equal(o value) bool {
	return v.null == o.null && v.num == o.num && bytes.Equal(v.text, o.text) && v.at.nanos == o.at.nanos
}

// A record builds one row of a batch from tokens.
type record struct {
	b       *schema.Batch
	row     int
	claimed int // fields that a column took

	extra   []byte   // members of the extra object
	kept    []string // their names
	issues  []string
	unknown []string // fields outside the schema

	words [schema.NumColumns]map[string]word
	list  []byte // memory for a list value
	flags []byte // memory for a flags value
	text  []byte // memory for compact JSON
	names map[string]string
}

// begin starts the next row.
func (r *record) begin(b *schema.Batch) {
	r.b, r.row, r.claimed = b, b.Len, 0
	r.extra, r.kept = r.extra[:0], r.kept[:0]
	r.issues, r.unknown = r.issues[:0], r.unknown[:0]
}

// set converts a token and stores it in a column. What cannot be stored, or
// would be changed, is kept in extra under path.
func (r *record) set(id schema.ColumnID, t *token, path string) {
	r.claimed++
	v, issue := r.convert(id, t)
	if issue != "" {
		r.issue(issue)
	}
	if t.damage != "" {
		r.issue(t.damage)
	}
	// A code that cannot be read stands in result_type_raw.
	lost := v.null && !t.empty() && (id != schema.ErrorCode || t.nested())
	if lost || t.damage != "" {
		r.keep(path, t)
	}
	r.store(id, v)
}

// store puts a converted value in a column.
func (r *record) store(id schema.ColumnID, v value) {
	col := &r.b.Columns[id]
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
	if id == schema.CreatedAt && v.at.precise {
		r.b.Columns[schema.CreatedAtRemainderNS].SetNum(r.row, int64(v.at.nanos))
	} else if v.at.nanos != 0 {
		r.b.Warnings.Add(schema.SubMicrosecond, 1)
	}
}

// setText stores text that this program says itself.
func (r *record) setText(id schema.ColumnID, text string) {
	r.b.Columns[id].SetText(r.row, text)
}

// issue notes a finding about the record, once.
func (r *record) issue(code string) {
	if !slices.Contains(r.issues, code) {
		r.issues = append(r.issues, code)
	}
}

// keep puts a token into extra, verbatim, under the path it has in the source.
func (r *record) keep(path string, t *token) {
	name := path
	for n := 2; slices.Contains(r.kept, name); n++ {
		name = path + "#" + strconv.Itoa(n)
	}
	r.kept = append(r.kept, name)
	if len(r.extra) > 0 {
		r.extra = append(r.extra, ',')
	}
	r.extra = appendQuoted(r.extra, []byte(name))
	r.extra = append(r.extra, ':')
	if t.cell {
		r.extra = appendQuoted(r.extra, t.raw)
	} else {
		r.extra = appendCompact(r.extra, t.raw)
	}
}

// stray keeps a field that the schema does not know and counts it.
func (r *record) stray(path string, t *token) {
	if slices.Contains(r.unknown, path) {
		r.issue(schema.DuplicateKey)
	} else {
		r.unknown = append(r.unknown, path)
	}
	r.keep(path, t)
}

// name returns a string that lasts for bytes that do not.
func (r *record) name(prefix string, key []byte) string {
	if s, ok := r.names[string(key)]; ok && len(s) == len(prefix)+len(key) && s[:len(prefix)] == prefix {
		return s
	}
	if r.names == nil || len(r.names) > 4096 {
		r.names = map[string]string{}
	}
	s := prefix + string(key)
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
	for _, name := range r.unknown {
		b.UnknownFields.Add(name, 1)
	}
	if len(r.unknown) > 0 {
		b.Warnings.Add(schema.UnknownFields, 1)
	}
	r.setText(schema.SourceFormat, b.Source.Format)
	r.setText(schema.SourceFile, b.Source.Path)
	b.Columns[schema.SourceRecord].SetNum(r.row, b.Seen)
	b.Columns[schema.SourceLine].SetNum(r.row, at.line)
	b.Columns[schema.SourceOffset].SetNum(r.row, at.offset)
	b.Columns[schema.SourceLength].SetNum(r.row, int64(len(at.raw)))
	if at.keepRaw {
		b.Columns[schema.RawRecord].SetBytes(r.row, at.raw)
	}
	b.Len++
}

// A position tells where a record stands in its input.
type position struct {
	offset, line int64
	raw          []byte
	keepRaw      bool // fill raw_record
}

// convert turns a token into a value of the column's kind. Where it cannot,
// the value is null; issue is what there is to say, "" for nothing.
func (r *record) convert(id schema.ColumnID, t *token) (v value, issue string) {
	if t.empty() {
		return value{null: true}, ""
	}
	column := &schema.Columns[id]
	switch column.Kind {
	case schema.JSON:
		return value{text: r.compact(t)}, ""
	case schema.TextList:
		return r.convertList(column, id, t)
	case schema.Text:
		if t.nested() {
			return value{null: true}, schema.BadType
		}
		if column.Words != nil {
			return r.convertWord(column, id, t.text)
		}
		return value{text: t.text}, ""
	}
	if t.nested() {
		return value{null: true}, schema.BadType
	}
	switch column.Kind {
	case schema.Bool:
		return convertBool(t.text)
	case schema.Time:
		return convertTime(id, t)
	case schema.Float64:
		f, err := strconv.ParseFloat(string(t.text), 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return value{null: true}, schema.BadNumber
		}
		return value{num: int64(math.Float64bits(f))}, ""
	}
	if id == schema.ErrorCode {
		return r.convertCode(t)
	}
	return convertInt(column.Kind, t.text)
}

// compact returns a token as JSON text without white space between tokens.
func (r *record) compact(t *token) []byte {
	switch {
	case t.cell:
		r.text = appendQuoted(r.text[:0], t.raw)
	case t.spaced || t.damage != "":
		r.text = appendCompact(r.text[:0], t.raw)
	default:
		return t.raw
	}
	return r.text
}

// convertCode reads an error code. What is no plain number also stands in
// result_type_raw.
func (r *record) convertCode(t *token) (value, string) {
	code, plain, ok := schema.ParseErrorCode(string(t.text))
	if !plain {
		r.b.Columns[schema.ResultTypeRaw].SetBytes(r.row, t.text)
	}
	if !ok {
		return value{null: true}, schema.BadNumber
	}
	return value{num: int64(code)}, ""
}

func convertBool(text []byte) (value, string) {
	switch string(bytes.ToLower(text)) {
	case "true", "yes", "1":
		return value{num: 1}, ""
	case "false", "no", "0":
		return value{}, ""
	}
	return value{null: true}, schema.BadBool
}

func convertTime(id schema.ColumnID, t *token) (value, string) {
	m, ok := parseTime(t.text)
	if !ok && id == schema.IngestedAt {
		m, ok = parseUSTime(t.text)
	}
	switch {
	case !ok:
		return value{null: true}, schema.BadTime
	case m.isDefault:
		return value{null: true}, schema.DefaultTime
	case m.zoneless && !t.utc:
		return value{num: m.micros, at: m}, schema.TimeWithoutZone
	}
	return value{num: m.micros, at: m}, ""
}

// convertInt reads a whole number, also one with a fraction of zeros.
func convertInt(kind schema.Kind, text []byte) (value, string) {
	whole, fraction, _ := bytes.Cut(bytes.TrimSpace(text), []byte{'.'})
	size := 64
	if kind == schema.Int32 {
		size = 32
	}
	n, err := strconv.ParseInt(string(whole), 10, size)
	if err != nil || len(bytes.Trim(fraction, "0")) > 0 {
		return value{null: true}, schema.BadNumber
	}
	return value{num: n}, ""
}

// convertList reads an array of texts, or a string that holds one.
func (r *record) convertList(column *schema.Column, id schema.ColumnID, t *token) (value, string) {
	raw := t.raw
	if t.kind == '"' {
		raw = t.text
	}
	list, known, ok := r.texts(column, id, raw)
	switch {
	case !ok:
		return value{null: true}, schema.BadType
	case !known:
		return value{text: list}, schema.UnknownEnum
	}
	return value{text: list}, ""
}

// texts reads a JSON array of strings and nulls.
func (r *record) texts(column *schema.Column, id schema.ColumnID, raw []byte) (list []byte, known, ok bool) {
	s := scanner{data: raw}
	list, known = r.list[:0], true
	if s.peek() != '[' || s.value(0) != nil || s.pos != len(raw) {
		return nil, false, false
	}
	s.pos = 1
	for s.space(); s.peek() != ']'; s.space() {
		switch s.peek() {
		case 'n':
			s.pos += 4
			list = schema.AppendList(list, nil, true)
		case '"':
			body, _ := s.str()
			text := replaceInvalid(nil, unescape(nil, body))
			if column.Words != nil {
				v, issue := r.convertWord(column, id, text)
				text, known = v.text, known && issue == ""
			}
			list = schema.AppendList(list, text, false)
		default:
			return nil, false, false
		}
		if s.space(); s.peek() == ',' {
			s.pos++
		}
	}
	r.list = list
	return list, known, true
}

// A word is how the text of an enumeration column is written.
type word struct {
	text  []byte
	known bool
}

// convertWord maps a text to the enumeration member it spells.
func (r *record) convertWord(column *schema.Column, id schema.ColumnID, text []byte) (value, string) {
	w, ok := r.words[id][string(text)]
	if !ok {
		w = spell(column, text)
		if r.words[id] == nil || len(r.words[id]) > 4096 {
			r.words[id] = map[string]word{}
		}
		r.words[id][string(text)] = w
	}
	if !w.known {
		return value{text: w.text}, schema.UnknownEnum
	}
	return value{text: w.text}, ""
}

// spell writes a text as members of the column's enumeration.
func spell(column *schema.Column, text []byte) word {
	if !column.Flags {
		member, known := spellOne(column, text)
		return word{member, known}
	}
	all := word{known: true}
	var members [][]byte
	for part := range bytes.SplitSeq(text, []byte{','}) {
		member, known := spellOne(column, bytes.TrimSpace(part))
		members = append(members, member)
		all.known = all.known && known
	}
	if column.Sorted {
		slices.SortFunc(members, bytes.Compare)
	}
	all.text = bytes.Join(members, []byte{','})
	return all
}

func spellOne(column *schema.Column, text []byte) ([]byte, bool) {
	folded := fold(nil, text)
	for _, member := range column.Words {
		if string(fold(nil, []byte(member))) == string(folded) {
			return []byte(member), true
		}
	}
	return bytes.Clone(text), false
}
