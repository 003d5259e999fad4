package reader

import (
	"bytes"

	"signins/schema/jsontext"
)

// maxStringDepth bounds the strings that a text is inside: a cell that holds an
// object, a member of which holds one as a string.
const maxStringDepth = 2

// readEmbedded reads the members of an object that a string holds as JSON text, as
// the cell {"errorCode":0} does, or that is in place of a text. It reports false for
// any other value.
func (m *memberReader) readEmbedded(f *field, t *token) bool {
	row := &m.record.row
	if t.kind != '"' && t.kind != '{' || m.stringDepth == maxStringDepth || f.seenIn == m.record.nth {
		return false
	}
	text := jsonText(t.text)
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	f.seenIn = m.record.nth
	if t.damage != "" {
		row.keep(t)
	}
	f.setSpelling(t.path)
	outer := m.in
	start := len(m.embedded) // the copy lasts until the end of the record
	m.embedded = append(m.embedded, text...)
	m.in = jsontext.Scanner{Data: m.embedded[start:]}
	m.stringDepth++
	_ = m.readMembers(f.inner, 1) // of text that is checked
	m.stringDepth--
	m.in = outer
	return true
}

// jsonText returns the object or array that a text is, also as a JSON string; nil
// for any other text.
func jsonText(text []byte) []byte {
	text = bytes.TrimSpace(text)
	if len(text) > 1 && text[0] == '"' {
		s := jsontext.Scanner{Data: text}
		body, err := s.ReadString()
		if err != nil || s.Pos != len(text) {
			return nil
		}
		text = bytes.TrimSpace(jsontext.AppendUnescaped(nil, body))
	}
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return nil
	}
	if s := (jsontext.Scanner{Data: text}); s.SkipValue(1) != nil || s.Pos != len(text) {
		return nil
	}
	return text
}
