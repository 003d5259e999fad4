package reader

import (
	"bytes"

	"signins/schema/jsontext"
)

// maxWithin is how many strings JSON text may stand in: a cell that holds an
// object, of which a member holds one as a string.
const maxWithin = 2

// unpack reads the members of an object that a string holds as JSON text. It
// reports whether there is one; where strings are texts there never is.
func (p *filler) unpack(f *field, t *token) bool {
	if !p.strings || t.kind != '"' || p.within == maxWithin {
		return false
	}
	text := jsonText(t.text)
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	if t.damage != "" {
		p.keep(t)
	}
	f.enter(t.path)
	outer := p.Scanner
	p.Scanner = jsontext.Scanner{Data: p.hold(text)}
	p.within++
	err := p.fields(f.inner, 1)
	p.within--
	p.Scanner = outer
	return err == nil
}

// hold copies text to where it lasts until the end of the record.
func (p *filler) hold(text []byte) []byte {
	start := len(p.held)
	p.held = append(p.held, text...)
	return p.held[start:len(p.held):len(p.held)]
}

// jsonText returns the object or array that a text is, also one inside a
// further string; nil where it is something else or not whole.
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
