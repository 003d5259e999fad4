package jsontext

import (
	"bytes"
	"iter"
)

// A Value is one valid JSON value as written, without white space around it. What
// its methods return shares its memory, but for texts that have escapes. The
// methods check nothing: of bytes that are no valid JSON they return some parts.
type Value []byte

// A Kind is what a Value is.
type Kind byte

// Each kind is the first byte of its values; numbers may also begin with '-' or
// another digit.
const (
	Null   Kind = 'n'
	False  Kind = 'f'
	True   Kind = 't'
	String Kind = '"'
	Number Kind = '0'
	Array  Kind = '['
	Object Kind = '{'
)

// Parse returns the value that text holds, with nothing but white space around it.
// Any other text, and one that nests deeper than MaxDepth, gives a *SyntaxError.
func Parse(text []byte) (Value, error) {
	s := Scanner{Data: text}
	s.SkipSpace()
	start := s.Pos
	if err := s.SkipValue(0); err != nil {
		return nil, err
	}
	end := s.Pos
	if s.SkipSpace(); s.Pos < len(text) {
		return nil, s.Unexpected("the text", "its end")
	}
	return text[start:end:end], nil
}

// Valid reports whether Parse takes a text. It needs a fifth of the time of encoding/json.
func Valid(text []byte) bool {
	_, err := Parse(text)
	return err == nil
}

// Kind returns the kind of a value, 0 for one of no bytes.
func (v Value) Kind() Kind {
	switch {
	case len(v) == 0:
		return 0
	case v[0] == '-' || v[0] >= '0' && v[0] <= '9':
		return Number
	}
	return Kind(v[0])
}

// Text returns the text that a string spells; for all other kinds, the value as it
// is. ok is false for a string that no UTF-8 can spell, as it has the escape of a
// lone surrogate: text then has U+FFFD in its place.
func (v Value) Text() (text []byte, ok bool) {
	if v.Kind() != String {
		return v, true
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v.inner(), true
	}
	s := Scanner{Data: v}
	body, err := s.ReadString()
	if err != nil {
		return nil, false
	}
	return AppendUnescaped(nil, body), s.Marks&LoneSurrogate == 0
}

// Elements yields the elements of an array in their order.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for element, rest := cutValue(v.inner()); len(element) > 0 && yield(element); {
			element, rest = cutValue(rest)
		}
	}
}

// Members yields the members of an object in their order, also those of one name:
// the name's text and the value.
func (v Value) Members() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) {
		for rest := v.inner(); ; {
			var name, value Value
			name, rest = cutValue(rest)
			if value, rest = cutValue(rest); len(value) == 0 {
				return
			}
			if text, _ := name.Text(); !yield(text, value) {
				return
			}
		}
	}
}

// inner returns what is between the brackets or quotes.
func (v Value) inner() []byte {
	if len(v) < 2 {
		return nil
	}
	return v[1 : len(v)-1]
}

// cutValue returns the first of the values in text and the text after it; no bytes
// where there is none. A bracket that closes nothing is returned as a value, so that a
// caller who checks the values finds it.
func cutValue(text []byte) (v Value, rest []byte) {
	start := 0
	for start < len(text) && (isSpace(text[start]) || text[start] == ',' || text[start] == ':') {
		start++
	}
	end := ValueEnd(text, start)
	if end < 0 {
		end = len(text)
	}
	if end == start && start < len(text) {
		end++
	}
	return text[start:end:end], text[end:]
}
