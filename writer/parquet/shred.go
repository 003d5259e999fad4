package parquet

import (
	"strconv"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A shredder takes JSON texts apart into the entries of leaves, with the levels
// that the format's specification gives them (Dremel). What no member can hold
// exactly is left over, verbatim, for extra.
type shredder struct {
	entries [][]element // by leaf
	left    []leftover
	path    []byte // of the value at work
}

type leftover struct {
	path string
	json []byte
}

// A spot is where a value goes: to leaves from at on, with these levels. depth
// is how many lists it is in.
type spot struct{ at, def, rep, depth int }

// deeper returns the spot so many definition levels below p.
func (p spot) deeper(levels int) spot {
	p.def += levels
	return p
}

// shred adds an element of a nested column to the leaves of m. Entries and what
// is left over share its memory.
func (s *shredder) shred(m *member, value []byte) {
	s.left, s.path = nil, s.path[:0]
	s.one(m, value, spot{def: levelNullElement, depth: 1})
}

// member adds a value to the leaves of m.
func (s *shredder) member(m *member, value jsontext.Value, p spot) {
	switch {
	case !m.list:
		s.one(m, value, p)
	case value[0] == '[':
		s.list(m, value, p)
	default:
		s.none(m, value, p)
	}
}

// one adds a value that is no list.
func (s *shredder) one(m *member, value jsontext.Value, p spot) {
	switch {
	case len(m.fields) == 0:
		s.scalar(m, value, p)
	case value[0] == '{':
		s.object(m, value, p)
	default:
		s.none(m, value, p)
	}
}

// none adds no value and, unless value is null, leaves it over.
func (s *shredder) none(m *member, value jsontext.Value, p spot) {
	if string(value) != "null" {
		s.leave(value)
	}
	s.null(m, p)
}

func (s *shredder) list(m *member, value jsontext.Value, p spot) {
	above, i := len(s.path), 0
	p.depth++
	for element := range value.Elements() {
		elementAt := p.deeper(2)
		if i > 0 {
			elementAt.rep = p.depth
		}
		s.path = append(strconv.AppendInt(append(s.path[:above], '['), int64(i), 10), ']')
		s.one(m, element, elementAt)
		i++
	}
	if i == 0 {
		s.null(m, p.deeper(1))
	}
	s.path = s.path[:above]
}

func (s *shredder) object(m *member, value jsontext.Value, p spot) {
	above := len(s.path)
	var found [16]struct { // by field
		name  []byte
		value jsontext.Value
	}
	for name, value := range value.Members() {
		f := m.field(name)
		if f < 0 || found[f].value != nil {
			s.path = append(append(s.path[:above], '.'), name...)
			s.leave(value)
			continue
		}
		found[f].name, found[f].value = name, value
	}
	p = p.deeper(1)
	for f := range m.fields {
		if member := found[f]; member.value != nil {
			s.path = append(append(s.path[:above], '.'), member.name...)
			s.member(&m.fields[f], member.value, p)
		} else {
			s.null(&m.fields[f], p)
		}
		p.at += m.fields[f].width()
	}
	s.path = s.path[:above]
}

// scalar adds a text or a number as text, a truth value as one byte.
func (s *shredder) scalar(m *member, value jsontext.Value, p spot) {
	text, ok := []byte(value), !m.flag
	switch value[0] {
	case '"':
		if ok {
			text, ok = value.Text()
		}
	case 't':
		text, ok = yes, m.flag
	case 'f':
		text, ok = no, m.flag
	case '{', '[', 'n':
		ok = false
	}
	if !ok {
		s.none(m, value, p)
		return
	}
	if m.mask {
		text = spellMask(text)
	}
	s.entries[p.at] = append(s.entries[p.at], element{level: byte(p.def + 1), rep: byte(p.rep), text: text})
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

// null adds an entry without a value to all leaves of m.
func (s *shredder) null(m *member, p spot) {
	for i := range m.width() {
		s.entries[p.at+i] = append(s.entries[p.at+i], element{level: byte(p.def), rep: byte(p.rep)})
	}
}

func (s *shredder) leave(value []byte) {
	s.left = append(s.left, leftover{string(s.path), value})
}
