package reader

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A value is a token converted to a column's kind.
type value struct {
	text []byte // coded kinds
	num  int64  // other kinds
	at   moment // kind Time
	null bool

	spelling []byte // of an error code that is no plain number, for result_type_raw
}

func (v value) equal(o value) bool {
	return v.null == o.null && v.num == o.num && bytes.Equal(v.text, o.text) && v.at.nanos == o.at.nanos
}

// convert converts a token to the column's kind. A value that cannot be converted is
// null. issue is a finding, "" for none.
func (r *rowBuilder) convert(id schema.ColumnID, t *token) (v value, issue string) {
	if t.empty() {
		return value{null: true}, ""
	}
	column := &schema.Columns[id]
	switch column.Kind {
	case schema.JSON:
		return r.convertJSON(t)
	case schema.TextList:
		return r.convertList(column, id, t)
	}
	if scalar := mongoScalar(t); scalar != nil {
		t = scalar
	}
	if t.nested() {
		return value{null: true}, schema.BadType
	}
	switch column.Kind {
	case schema.Text:
		if column.Words != nil {
			return r.convertWord(column, id, t.text)
		}
		return value{text: t.text}, ""
	case schema.Bool:
		return convertBool(t.text)
	case schema.Time:
		return r.convertTime(id, t)
	case schema.Float64:
		f, err := strconv.ParseFloat(string(t.text), 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || bytes.ContainsAny(t.text, "xX_") {
			return value{null: true}, schema.BadNumber
		}
		return value{num: int64(math.Float64bits(f))}, ""
	}
	if id == schema.ErrorCode {
		return convertCode(t.text)
	}
	return convertInt(column.Kind, t.text)
}

// convertJSON converts to JSON: a string that holds JSON text to that text. One that
// begins like an object or array and is none is null.
func (r *rowBuilder) convertJSON(t *token) (value, string) {
	if t.kind != '"' {
		return valueOfJSON(r.compact(t))
	}
	text := jsonText(t.text)
	if text == nil {
		if why := whyUnreadable(t); why != schema.BadType || beginsNested(t.text) {
			return value{null: true}, why
		}
		return value{text: r.compact(t)}, ""
	}
	r.textBuf = jsontext.AppendCompact(r.textBuf[:0], text)
	return valueOfJSON(r.textBuf)
}

// compact returns a value as JSON text without white space between tokens.
func (r *rowBuilder) compact(t *token) []byte {
	switch {
	case t.cell:
		r.textBuf = jsontext.AppendQuoted(r.textBuf[:0], t.raw)
	case t.damage != "":
		r.textBuf = jsontext.AppendCompact(r.textBuf[:0], t.raw)
	case t.nested():
		return t.compact
	default:
		return t.raw
	}
	return r.textBuf
}

// translate replaces a value by the column's word for it. It reports false for a
// value that has no word there.
func (f *field) translate(t *token) bool {
	word, known := f.words[string(bytes.ToLower(t.text))]
	if truth, issue := convertBool(t.text); !known && issue == "" {
		word, known = f.words[strconv.FormatBool(truth.num == 1)]
	}
	if known {
		t.text = append(t.buf[:0], word...)
		t.buf = t.text
	}
	return !known || word != ""
}

// convertCode reads an error code.
func convertCode(text []byte) (v value, issue string) {
	code, plain, ok := schema.ParseErrorCode(string(text))
	if !plain {
		v.spelling = text
	}
	if !ok {
		v.null = true
		return v, schema.BadNumber
	}
	v.num = int64(code)
	return v, ""
}

// truths are the words of true and false in lower case: those of JSON and of the portal,
// and those that spreadsheets write in other languages.
var truths = func() map[string]bool {
	words := map[string]bool{}
	for truth, list := range map[bool]string{
		true: "true yes 1 wahr ja vrai oui verdadero verdadeiro vero sí si sì sim waar sand sandt sant sann tosi kyllä prawda tak pravda ano " +
			"igaz igen doğru evet истина да 是 真 はい adevărat da αληθές ναι",
		false: "false no 0 falsch nein faux non falso não nao onwaar nee falsk falskt usant usann nej nei epätosi ei fałsz nie nepravda ne " +
			"hamis nem yanlış hayır ложь нет 否 假 いいえ fals nu ψευδές όχι",
	} {
		for word := range strings.FieldsSeq(list) {
			words[word] = truth
		}
	}
	return words
}()

func convertBool(text []byte) (value, string) {
	truth, known := truths[string(bytes.ToLower(bytes.TrimSpace(text)))]
	switch {
	case !known:
		return value{null: true}, schema.BadBool
	case truth:
		return value{num: 1}, ""
	}
	return value{}, ""
}

// convertTime reads a time. Where neither the text nor the format has its zone, the
// user's zone decides.
func (r *rowBuilder) convertTime(id schema.ColumnID, t *token) (value, string) {
	m, ok := parseTime(t.text)
	if !ok {
		m, ok = r.parseOtherTime(id, t.text)
	}
	switch {
	case !ok:
		return value{null: true}, schema.BadTime
	case m.isDefault:
		return value{null: true}, schema.DefaultTime
	case m.isEpoch:
		return value{num: m.micros, at: m}, schema.EpochTime
	case m.zoneless && !t.utc && (t.local || !r.utcTimes):
		m, issue := r.zone.instant(m)
		return value{num: m.micros, at: m, null: issue != ""}, issue
	case m.zoneless && !t.utc:
		return value{num: m.micros, at: m}, schema.TimeWithoutZone
	}
	return value{num: m.micros, at: m}, ""
}

// parseOtherTime reads the forms that are not ISO 8601.
func (r *rowBuilder) parseOtherTime(id schema.ColumnID, text []byte) (m moment, ok bool) {
	envelope := r.usTimes && id == schema.IngestedAt
	if envelope {
		if m, ok = parseEnvelopeTime(text, r.order); ok {
			return m, true
		}
	}
	if r.proof != nil {
		r.proof.addDate(text)
	}
	if !envelope || r.order == yearFirst {
		m, ok = parseLocal(text, r.order)
	}
	if !ok {
		m, ok = parseNamedMonth(text)
	}
	if !ok {
		m, ok = parseEpoch(text)
	}
	return m, ok
}

// convertInt reads a whole number, also one such as 12.0.
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
func (r *rowBuilder) convertList(column *schema.Column, id schema.ColumnID, t *token) (value, string) {
	raw := t.raw
	if t.kind == '"' {
		if why := whyUnreadable(t); why != schema.BadType {
			return value{null: true}, why
		}
		if raw = jsonText(t.text); raw == nil {
			raw = jsontext.AppendQuoted([]byte{'['}, t.text)
			raw = append(raw, ']')
		}
	}
	list, issue := r.texts(column, id, raw)
	return value{text: list, null: issue == schema.BadType}, issue
}

// texts reads a JSON array of strings and nulls. A text that is no member of the
// column's enumeration, if it has one, is an issue.
func (r *rowBuilder) texts(column *schema.Column, id schema.ColumnID, raw []byte) (list []byte, issue string) {
	s := jsontext.Scanner{Data: raw}
	if s.Peek() != '[' || s.SkipValue(0) != nil || s.Pos != len(raw) {
		return nil, schema.BadType
	}
	list, s.Pos = r.listBuf[:0], 1
	for s.SkipSpace(); s.Peek() != ']'; s.SkipSpace() {
		switch s.Peek() {
		case 'n':
			s.Pos += 4
			list = schema.AppendList(list, nil, true)
		case '"':
			body, _ := s.ReadString()
			text := jsontext.AppendValidUTF8(nil, jsontext.AppendUnescaped(nil, body))
			if column.Words != nil {
				v, unknown := r.convertWord(column, id, text)
				text, issue = v.text, cmp.Or(issue, unknown)
			}
			list = schema.AppendList(list, text, false)
		default:
			return nil, schema.BadType
		}
		if s.SkipSpace(); s.Peek() == ',' {
			s.Pos++
		}
	}
	r.listBuf = list
	return list, issue
}

// A word is the text of an enumeration column, in the spelling of the schema.
type word struct {
	text  []byte
	known bool // a member of the enumeration
}

// convertWord returns the enumeration member that a text spells, or the text.
func (r *rowBuilder) convertWord(column *schema.Column, id schema.ColumnID, text []byte) (value, string) {
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

// spell returns a text in the spelling of the column's enumeration.
func spell(column *schema.Column, text []byte) word {
	if !column.Flags || len(bytes.TrimSpace(text)) == 0 {
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
	folded := fold(string(text))
	for _, member := range column.Words {
		if fold(member) == folded {
			return []byte(member), true
		}
	}
	return bytes.Clone(text), false
}

var folding = strings.NewReplacer(" ", "", "-", "", "_", "", "\t", "")

// fold lower-cases a text and drops white space, hyphens and underscores, so that
// spellings of one word compare equal.
func fold(text string) string { return strings.ToLower(folding.Replace(text)) }
