package parquet

import (
	"strconv"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
	"signins/schema/nested"
)

// A shredder turns JSON texts into the entries of leaves, with the levels that
// the format's specification gives them (Dremel): the elements of
// [{"key":"a","value":"b"},{"key":"c"}] give the leaf key two entries of
// definition level 4 and the leaf value one of 4 and a null one of 3. A value
// that no member can hold exactly is a rest and goes to extra, verbatim.
type shredder struct {
	entries [][]entry // by leaf
	rest    []rest
	path    []byte // of the current value
}

type rest struct {
	path string
	json []byte
}

// A position is where a value goes: the first of its leaves, its levels, and how
// many lists it is in.
type position struct{ leaf, def, rep, depth int }

// deeper returns the position so many definition levels below p.
func (p position) deeper(levels int) position {
	p.def += levels
	return p
}

// shred adds an element of a nested column to the leaves of m. Entries and rest
// share its memory.
func (s *shredder) shred(m *member, value []byte) {
	s.rest, s.path = nil, s.path[:0]
	s.shredValue(m, value, position{def: levelNullElement, depth: 1})
}

// shredMember adds a value to the leaves of m.
func (s *shredder) shredMember(m *member, value jsontext.Value, p position) {
	switch {
	case !m.List:
		s.shredValue(m, value, p)
	case value[0] == '[':
		s.shredList(m, value, p)
	default:
		s.addMisfit(m, value, p)
	}
}

// shredValue adds a value that is no list.
func (s *shredder) shredValue(m *member, value jsontext.Value, p position) {
	switch {
	case len(m.Fields) == 0:
		s.addScalar(m, value, p)
	case value[0] == '{':
		s.shredObject(m, value, p)
	default:
		s.addMisfit(m, value, p)
	}
}

// addMisfit adds a null and, unless value is null, makes value a rest.
func (s *shredder) addMisfit(m *member, value jsontext.Value, p position) {
	if string(value) != "null" {
		s.addRest(value)
	}
	s.addNull(m, p)
}

func (s *shredder) shredList(m *member, value jsontext.Value, p position) {
	above, i := len(s.path), 0
	p.depth++
	for element := range value.Elements() {
		elementAt := p.deeper(2)
		if i > 0 {
			elementAt.rep = p.depth
		}
		s.path = append(strconv.AppendInt(append(s.path[:above], '['), int64(i), 10), ']')
		s.shredValue(m, element, elementAt)
		i++
	}
	if i == 0 {
		s.addNull(m, p.deeper(1))
	}
	s.path = s.path[:above]
}

func (s *shredder) shredObject(m *member, value jsontext.Value, p position) {
	above := len(s.path)
	var found [16]struct { // by field
		name  []byte
		value jsontext.Value
	}
	for name, value := range value.Members() {
		f := (*nested.Member)(m).Field(name)
		if f < 0 || found[f].value != nil {
			s.path = append(append(s.path[:above], '.'), name...)
			s.addRest(value)
			continue
		}
		found[f].name, found[f].value = name, value
	}
	p = p.deeper(1)
	for f := range m.Fields {
		if member := found[f]; member.value != nil {
			s.path = append(append(s.path[:above], '.'), member.name...)
			s.shredMember(m.fieldAt(f), member.value, p)
		} else {
			s.addNull(m.fieldAt(f), p)
		}
		p.leaf += m.fieldAt(f).width()
	}
	s.path = s.path[:above]
}

// addScalar adds a text or a number as text, a truth value as one byte.
func (s *shredder) addScalar(m *member, value jsontext.Value, p position) {
	text, ok := []byte(value), !m.Flag
	switch value[0] {
	case '"':
		if ok {
			text, ok = value.Text()
		}
	case 't':
		text, ok = yes, m.Flag
	case 'f':
		text, ok = no, m.Flag
	case '{', '[', 'n':
		ok = false
	}
	if !ok {
		s.addMisfit(m, value, p)
		return
	}
	if m.Mask {
		text = spellMask(text)
	}
	s.entries[p.leaf] = append(s.entries[p.leaf], entry{def: byte(p.def + 1), rep: byte(p.rep), text: text})
}

var no, yes = []byte{0}, []byte{1}

// spellMask writes conditions as Graph does. A number with a bit that has no
// name stays one.
func spellMask(text []byte) []byte {
	if words, known := schema.ConditionWords(string(text)); known {
		return []byte(strings.Join(words, ","))
	}
	return text
}

// addNull adds a null entry to all leaves of m.
func (s *shredder) addNull(m *member, p position) {
	for i := range m.width() {
		s.entries[p.leaf+i] = append(s.entries[p.leaf+i], entry{def: byte(p.def), rep: byte(p.rep)})
	}
}

func (s *shredder) addRest(value []byte) {
	s.rest = append(s.rest, rest{string(s.path), value})
}
