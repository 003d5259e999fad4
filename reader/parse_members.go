package reader

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A memberReader reads the members of JSON objects into a record. It is the hot
// loop of JSON. Records of one export are alike: most members come in the order of
// the record before, with the same text before their value (`,"status":{`), and
// with a value that one of the last records had. Such members are recognised by
// comparing bytes, and read anew only where that fails.
type memberReader struct {
	in     jsontext.Scanner
	record *record

	// enterPage is called for an array of an unknown name before any known member
	// of an object. Where the array holds records, it reads them and reports true.
	enterPage   func(name []byte) (entered bool, err error)
	isPage      bool // enterPage reported true
	hasNextLink bool // the object links to a further page
	hasKnown    bool // the object has members that the fields know

	stringDepth int    // how many strings the text being read is inside
	embedded    []byte // copies of such texts, until the end of the record
}

// beginRecord makes the reader ready for the next record.
func (m *memberReader) beginRecord(b *schema.Batch) {
	m.record.beginRecord(b)
	m.isPage, m.hasNextLink, m.hasKnown = false, false, false
	m.embedded, m.stringDepth = m.embedded[:0], 0
}

// readMembers reads the members of an object. depth is how many arrays and objects
// it is inside.
func (m *memberReader) readMembers(o *object, depth int) error {
	m.in.Pos++
	m.in.SkipSpace()
	if m.in.Peek() == '}' {
		m.in.Pos++
		return nil
	}
	var last *field
	for before := byte('"'); ; before = ',' { // the first byte of the next member's prefix
		last, before = m.fillCached(o, last, before)
		start := m.in.Pos
		f, err := o.expected(last), error(nil)
		if f != nil && len(f.prefix) > 0 && m.in.Peek() == before && bytes.HasPrefix(m.in.Data[start:], f.prefix) {
			m.in.Pos += len(f.prefix)
			m.in.SkipSpace() // there may be more than last time
			err = m.readValue(o, f, nil, start, depth)
		} else {
			if before == ',' {
				if more, err := m.in.More('}', "an object"); !more {
					return err
				}
			}
			f, err = m.readMember(o, last, start, depth)
		}
		if err != nil {
			return err
		}
		if f != nil {
			last = f
		}
	}
}

// fillCached reads members as long as each is the one expected and its value is in
// the field's cache or a plain text. It returns the last of them, and the first
// byte of the next member's prefix.
func (m *memberReader) fillCached(o *object, last *field, before byte) (*field, byte) {
	if m.isPage {
		return last, before
	}
	for f := o.expected(last); f != nil && len(f.prefix) > 0; f = f.next {
		if m.in.Pos >= len(m.in.Data) || m.in.Data[m.in.Pos] != before || f.seenIn == m.record.nth || !m.useCached(f, len(f.prefix)) && !m.fillPlainText(f, f.prefix) {
			break
		}
		f.seenIn = m.record.nth
		m.hasKnown = m.hasKnown || !f.ignored
		last, before = f, ','
	}
	return last, before
}

// readMember reads a member that comes after another one and returns its field, nil
// for one that is not known. start is where the member's prefix begins.
func (m *memberReader) readMember(o *object, last *field, start, depth int) (*field, error) {
	name, err := m.readName()
	if err != nil {
		return nil, err
	}
	if m.record.row.overflows() { // it will be rejected
		return nil, m.in.SkipValue(depth + 1)
	}
	f := o.findAfter(name, last)
	if f == nil && depth == 0 && !m.hasKnown && m.enterPage != nil && m.in.Peek() == '[' {
		if entered, err := m.enterPage(name); entered || err != nil {
			return nil, err
		}
	}
	prefix := m.in.Data[start:m.in.Pos]
	// A string may hold line ends where its record must not.
	if f != nil && f.name == string(name) && (m.stringDepth == 0 || bytes.IndexByte(prefix, '\n') < 0) {
		f.prefix = append(f.prefix[:0], prefix...)
	}
	return f, m.readValue(o, f, name, start, depth)
}

// readName reads a name and the colon. It returns the name without escapes.
func (m *memberReader) readName() ([]byte, error) {
	m.in.Marks = 0
	name, err := m.in.ReadName()
	if err != nil {
		return nil, err
	}
	if m.in.Marks&jsontext.NonASCII != 0 && !utf8.Valid(name) {
		m.record.row.issue(schema.InvalidUTF8)
	}
	if m.in.Marks&jsontext.LoneSurrogate != 0 {
		m.record.row.issue(schema.LoneSurrogate)
	}
	if m.in.Marks&jsontext.Escaped != 0 {
		name = jsontext.AppendUnescaped(nil, name)
	}
	return name, nil
}

// useCached skips a member that is in the cache of f, prefix and value, and stores
// the value again.
func (m *memberReader) useCached(f *field, prefix int) bool {
	c, data, pos := &f.cache, m.in.Data, m.in.Pos
	if c.misses > maxMisses || m.stringDepth > 0 || pos+prefix+8 > len(data) {
		return false
	}
	head := binary.LittleEndian.Uint64(data[pos+prefix:])
	for i := range c.entries {
		e := &c.entries[i]
		if (head^e.head)<<e.headPadding != 0 {
			continue
		}
		end := pos + int(e.size)
		if end > len(data) || string(data[pos:end]) != string(data[e.start:][:e.size]) || e.effect == emptyEntry {
			continue
		}
		if end < len(data) && numberByte[data[end]] && data[end-1] != '"' {
			return false // a longer number
		}
		c.misses -= min(c.misses, 4)
		m.in.Pos = end
		m.record.row.storeCached(f.column, e)
		return true
	}
	c.misses++
	return false
}

// numberByte are the bytes that a number may go on with.
var numberByte = [256]bool{'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true,
	'7': true, '8': true, '9': true, '.': true, 'e': true, 'E': true, '+': true, '-': true}

// fillPlainText stores the text after a prefix in the column of a field that stores
// texts as they are. It reports false, with nothing read, for any other value and
// for a text with escapes or bytes that are no UTF-8.
func (m *memberReader) fillPlainText(f *field, prefix []byte) bool {
	start, value := m.in.Pos, m.in.Pos+len(prefix)
	if !f.plain || value >= len(m.in.Data) || m.in.Data[value] != '"' || !bytes.HasPrefix(m.in.Data[start:], prefix) {
		return false
	}
	m.in.Pos, m.in.Marks = value+1, 0
	c := m.in.SkipPlain()
	text := m.in.Data[value+1 : m.in.Pos]
	if c != '"' || m.in.Pos == len(m.in.Data) || len(text) == 0 || m.in.Marks&jsontext.NonASCII != 0 && !utf8.Valid(text) {
		m.in.Pos = start
		return false
	}
	m.in.Pos++
	row := &m.record.row
	row.batch.Columns[f.column].SetBytes(row.index, text)
	if m.stringDepth == 0 {
		row.cacheValue(&f.cache, m.in.Data, start, value, m.in.Pos, f.column)
	}
	return true
}

// readValue reads the value of a member: into its column, its object, or extra.
// name is nil where it is that of the field.
func (m *memberReader) readValue(o *object, f *field, name []byte, start, depth int) error {
	r := m.record
	m.hasKnown = m.hasKnown || f != nil && !f.ignored
	if f != nil && f.inner != nil && m.in.Peek() == '{' && f.seenIn != r.nth {
		f.seenIn = r.nth
		f.setSpelling(m.pathOf(o, f, name))
		return m.readMembers(f.inner, depth+1)
	}
	t, value := r.tokenOf(f), m.in.Pos
	if err := t.read(&m.in, depth); err != nil {
		return err
	}
	if t.path = m.pathOf(o, f, name); t.path == "@odata.nextLink" && !t.empty() {
		m.hasNextLink = true
	}
	if m.isPage {
		return m.afterPage(t)
	}
	if m.placeField(f, t) && m.stringDepth == 0 {
		r.row.cacheValue(&f.cache, m.in.Data, start, value, m.in.Pos, f.column)
	}
	return nil
}

// placeField places a value as record.placeField does, or the members of an object
// that it holds as JSON text.
func (m *memberReader) placeField(f *field, t *token) (plain bool) {
	if f != nil && f.inner != nil && m.readEmbedded(f, t) {
		return false
	}
	if f != nil && f.inner == nil && f.seenIn != m.record.nth && len(t.text) > 0 && t.text[0] == '{' {
		if g := m.record.fields.root.asObject(f); g != nil && m.readEmbedded(g, t) {
			m.record.forget(f)
			return false
		}
	}
	return m.record.placeField(f, t)
}

// pathOf returns the path of a member as the source spells it.
func (m *memberReader) pathOf(o *object, f *field, name []byte) string {
	if f != nil && o.spelling == o.path && (name == nil || f.name == string(name)) {
		return f.path
	}
	if name == nil {
		name = []byte(f.name)
	}
	return m.record.row.name(o.spelling, name)
}

// afterPage handles a member of a page behind its records.
func (m *memberReader) afterPage(t *token) error {
	warnings := &m.record.row.batch.Warnings
	switch {
	case t.path == "@odata.nextLink" && !t.empty():
		warnings.Add(schema.NextLink, 1)
	case t.path == "error" && t.nested():
		warnings.Add(schema.PartialResult, 1)
	case moreRecords(t.path, t.raw):
		return m.in.Errorf(secondArray, t.path)
	}
	return nil
}

const secondArray = "the page holds records in a second array, %s"

// moreRecords reports whether a member of a page behind its records holds more.
func moreRecords(name string, raw []byte) bool {
	return holdsRecords(name) && raw[0] == '[' && bytes.IndexByte(raw, '{') > 0
}
