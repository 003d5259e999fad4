package reader

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A filler fills rows of a batch from the members of objects, or from cells
// that stand for members, directed by a form.
type filler struct {
	form   *form
	finish finisher
	turn   func(name []byte) (turned bool, err error) // takes an array that makes the object a page

	jsontext.Scanner
	record
	nth   int64      // number of the record among those of the filler
	slots [][4]token // values that wait, by slot and rank
	used  []uint8    // which of them are set, a bit a rank
	tok   token

	next  bool // the object links to a further page
	paged bool // it turned out to be a page
	known bool // it has members that the form knows

	coded  bool   // the input has a column of error codes
	held   []byte // text of this record that strings hold as JSON
	within int    // how many strings the text being read stands in
}

// A finisher decides what several values of a record say together; a code
// rejects the record.
type finisher func(p *filler) (code, what string)

func newFiller(f *form, finish finisher) filler {
	for _, m := range f.fields {
		m.plain = m.slot < 0 && m.inner == nil && !m.ignored && m.words == nil && !f.typeNames && takesTexts(m.column)
	}
	return filler{
		form: f, finish: finish, record: record{strings: f.strings, usTimes: f.usTimes},
		slots: make([][4]token, len(f.slots)),
		used:  make([]uint8, len(f.slots)),
	}
}

// takesTexts reports whether a column takes texts as they are.
func takesTexts(id schema.ColumnID) bool {
	return id != noColumn && schema.Columns[id].Kind == schema.Text && schema.Columns[id].Words == nil
}

// forget makes nothing count as met before.
func (p *filler) forget() {
	for _, f := range p.form.fields {
		f.last.forget()
	}
}

// begin starts the next row.
func (p *filler) begin(b *schema.Batch) {
	p.record.begin(b)
	p.nth++
	clear(p.used)
	p.paged, p.next, p.known = false, false, false
	p.held, p.within = p.held[:0], 0
}

// close ends the members of a row. A code rejects the record, which is taken
// back.
func (p *filler) close() (code, what string) {
	p.resolve()
	if code, what = p.finish(p); code != "" {
		p.b.Truncate(p.row)
	}
	return code, what
}

// fields reads the members of an object into the row.
func (p *filler) fields(o *object, depth int) error {
	p.Pos++
	p.SkipSpace()
	if p.Peek() == '}' {
		p.Pos++
		return nil
	}
	var last *field
	for before := byte('"'); ; before = ',' { // what the next member begins with
		last, before = p.familiar(o, last, before)
		start := p.Pos
		f, err := o.guess(last), error(nil)
		if f != nil && len(f.lead) > 0 && p.Peek() == before && bytes.HasPrefix(p.Data[start:], f.lead) {
			p.Pos += len(f.lead)
			p.SkipSpace() // there may be more than last time
			err = p.memberValue(o, f, nil, start, depth)
		} else {
			if before == ',' {
				if more, err := p.More('}', "an object"); !more {
					return err
				}
			}
			f, err = p.member(o, last, start, depth)
		}
		if err != nil {
			return err
		}
		if f != nil {
			last = f
		}
	}
}

// familiar passes the members that come in the order in which they came last
// time and say what a record before said, or texts that are stored as they are.
// It returns the last of them, and what the next member begins with.
func (p *filler) familiar(o *object, last *field, before byte) (*field, byte) {
	if p.paged {
		return last, before
	}
	for f := o.guess(last); f != nil && len(f.lead) > 0; f = f.next {
		if p.Pos >= len(p.Data) || p.Data[p.Pos] != before || f.seen == p.nth || !p.repeats(f, len(f.lead)) && !p.text(f, f.lead) {
			break
		}
		f.seen = p.nth
		p.known = p.known || !f.ignored
		last, before = f, ','
	}
	return last, before
}

// member reads a member that comes after another one and returns its field, nil
// for one that is not known. start is where the text to remember begins.
func (p *filler) member(o *object, last *field, start, depth int) (*field, error) {
	name, err := p.memberName()
	if err != nil {
		return nil, err
	}
	f := o.find(name, last)
	if f == nil && depth == 0 && !p.known && p.turn != nil && p.Peek() == '[' {
		if turned, err := p.turn(name); turned || err != nil {
			return nil, err
		}
	}
	lead := p.Data[start:p.Pos]
	// A string may hold line ends where its record must not.
	if f != nil && f.name == string(name) && (p.within == 0 || bytes.IndexByte(lead, '\n') < 0) {
		f.lead = append(f.lead[:0], lead...)
	}
	return f, p.memberValue(o, f, name, start, depth)
}

// memberName reads a name and the colon. It returns the name without escapes.
func (p *filler) memberName() ([]byte, error) {
	p.Marks = 0
	name, err := p.ReadName()
	if err != nil {
		return nil, err
	}
	if p.Marks&jsontext.NonASCII != 0 && !utf8.Valid(name) {
		p.issue(schema.InvalidUTF8)
	}
	if p.Marks&jsontext.LoneSurrogate != 0 {
		p.issue(schema.LoneSurrogate)
	}
	if p.Marks&jsontext.Escaped != 0 {
		name = jsontext.AppendUnescaped(nil, name)
	}
	return name, nil
}

// repeats passes a member that is, byte for byte and with what stands before
// its value, one that a record before had, and stores the same again.
func (p *filler) repeats(f *field, lead int) bool {
	m, data, pos := &f.last, p.Data, p.Pos
	if m.misses > vain || p.within > 0 || pos+lead+8 > len(data) {
		return false
	}
	begin := binary.LittleEndian.Uint64(data[pos+lead:])
	for i := range m.met {
		met := &m.met[i]
		if (begin^met.begin)<<met.beyond != 0 {
			continue
		}
		end := pos + int(met.size)
		if end > len(data) || string(data[pos:end]) != string(data[met.from:][:met.size]) || met.effect == unmet {
			continue
		}
		if end < len(data) && numberByte[data[end]] && data[end-1] != '"' {
			return false // a longer number
		}
		m.misses -= min(m.misses, 4)
		p.Pos = end
		p.again(f.column, met)
		return true
	}
	m.misses++
	return false
}

// numberByte are the bytes that a number may go on with.
var numberByte = [256]bool{'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true,
	'7': true, '8': true, '9': true, '.': true, 'e': true, 'E': true, '+': true, '-': true}

// text stores a text that stands after lead in the column of a field that takes
// texts as they are. It reports false, having read nothing, where there is more
// to say.
func (p *filler) text(f *field, lead []byte) bool {
	start, value := p.Pos, p.Pos+len(lead)
	if !f.plain || value >= len(p.Data) || p.Data[value] != '"' || !bytes.HasPrefix(p.Data[start:], lead) {
		return false
	}
	p.Pos, p.Marks = value+1, 0
	c := p.SkipPlain()
	text := p.Data[value+1 : p.Pos]
	if c != '"' || p.Pos == len(p.Data) || len(text) == 0 || p.Marks&jsontext.NonASCII != 0 && !utf8.Valid(text) {
		p.Pos = start
		return false
	}
	p.Pos++
	p.b.Columns[f.column].SetBytes(p.row, text)
	if p.within == 0 {
		p.remember(&f.last, p.Data, start, value, p.Pos, f.column)
	}
	return true
}

// memberValue reads the value of a member: into its column, its object, or
// extra. name is nil where it is that of the field.
func (p *filler) memberValue(o *object, f *field, name []byte, start, depth int) error {
	p.known = p.known || f != nil && !f.ignored
	if f != nil && f.inner != nil && p.Peek() == '{' && f.seen != p.nth {
		f.seen = p.nth
		f.enter(p.path(o, f, name))
		return p.fields(f.inner, depth+1)
	}
	t, value := p.tokenOf(f), p.Pos
	if err := p.token(t, depth); err != nil {
		return err
	}
	if t.path = p.path(o, f, name); t.path == "@odata.nextLink" && !t.empty() {
		p.next = true
	}
	if p.paged {
		return p.afterPage(t)
	}
	if p.place(f, t) && p.within == 0 {
		p.remember(&f.last, p.Data, start, value, p.Pos, f.column)
	}
	return nil
}

// tokenOf returns the token for a value of f: one of its own where the value
// waits for the end of the record.
func (p *filler) tokenOf(f *field) *token {
	if f == nil || f.slot < 0 || f.seen == p.nth {
		return &p.tok
	}
	p.used[f.slot] |= 1 << f.rank
	return &p.slots[f.slot][f.rank]
}

// place puts a value into its column or extra. f is nil for a member that is
// not known. It reports whether the same value would come to the same again,
// with nothing more to say of it.
func (p *filler) place(f *field, t *token) (plain bool) {
	switch {
	case f == nil:
		p.stray(t)
	case f.seen == p.nth:
		p.issue(schema.DuplicateKey)
		p.keep(t)
	case p.form.typeNames && t.kind == '"' && isTypeName(t.text):
		f.seen = p.nth
		if f.slot >= 0 {
			p.used[f.slot] &^= 1 << f.rank
		}
		p.issue(schema.TypeName)
		p.keep(t)
	default:
		f.seen = p.nth
		return p.take(f, t)
	}
	return false
}

// path returns the path of a member as the source spells it.
func (p *filler) path(o *object, f *field, name []byte) string {
	if f != nil && o.said == o.path && (name == nil || !o.folded || f.name == string(name)) {
		return f.path
	}
	if name == nil {
		name = []byte(f.name)
	}
	return p.name(o.said, name)
}

// enter notes how the source spells the path of an object.
func (f *field) enter(path string) {
	if f.inner.said = f.inner.path; path != f.path {
		f.inner.said = path + "."
	}
}

// take stores the value of a field met for the first time. It reports what
// place does.
func (p *filler) take(f *field, t *token) (plain bool) {
	switch {
	case f.inner != nil && p.unpack(f, t):
	case f.inner != nil:
		// null and "" stand for an object without members.
		if f.name == "properties" {
			f.seen = 0 // the sign-in itself is missing
		}
		if !t.empty() {
			p.issue(schema.BadType)
			p.keep(t)
		}
		return t.empty() && f.name != "properties"
	case f.ignored:
		if !t.empty() {
			p.keep(t)
		}
		return t.empty() && f.slot < 0
	case f.slot < 0 && f.words != nil && !f.translate(t):
		p.keep(t)
	case f.slot < 0:
		return p.set(f.column, t)
	}
	return false
}

// afterPage takes a member of a page behind its records.
func (p *filler) afterPage(t *token) error {
	switch {
	case t.path == "@odata.nextLink" && !t.empty():
		p.b.Warnings.Add(schema.NextLink, 1)
	case t.path == "error" && t.nested():
		p.b.Warnings.Add(schema.PartialResult, 1)
	case moreRecords(t.path, t.raw):
		return p.Errorf(secondArray, t.path)
	}
	return nil
}

const secondArray = "the page holds records in a second array, %s"

// moreRecords reports whether a member of a page behind its records holds more.
func moreRecords(name string, raw []byte) bool {
	return (name == "value" || name == "records") && raw[0] == '[' && bytes.IndexByte(raw, '{') > 0
}

// token reads one value.
func (p *filler) token(t *token, depth int) error {
	start := p.Pos
	p.Marks = 0
	t.kind, t.cell, t.utc, t.local, t.damage = p.Peek(), false, false, false, ""
	if t.kind == '"' {
		body, err := p.ReadString()
		if err != nil {
			return err
		}
		t.raw = p.Data[start:p.Pos]
		t.say(body, p.Marks)
		return nil
	}
	var err error
	if t.compact, t.buf, err = p.ReadCompact(depth+1, t.buf); err != nil {
		return err
	}
	t.raw = p.Data[start:p.Pos]
	t.text = t.raw
	if p.Marks&jsontext.NonASCII != 0 && !utf8.Valid(t.raw) {
		t.damage = schema.InvalidUTF8
	} else if p.Marks&jsontext.LoneSurrogate != 0 {
		t.damage = schema.LoneSurrogate
	}
	return nil
}

// say sets the text of a string from its body.
func (t *token) say(body []byte, marks jsontext.Marks) {
	t.text = body
	if marks&jsontext.Escaped != 0 {
		t.buf = jsontext.AppendUnescaped(t.buf[:0], body)
		t.text = t.buf
	}
	switch {
	case marks&jsontext.NonASCII != 0 && !utf8.Valid(body):
		t.damage = schema.InvalidUTF8
		t.text = jsontext.AppendValidUTF8(nil, t.text)
	case marks&jsontext.LoneSurrogate != 0:
		t.damage = schema.LoneSurrogate
	}
}
