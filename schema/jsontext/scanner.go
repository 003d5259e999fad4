package jsontext

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how deep JSON values may nest: a reader needs stack for each level.
const MaxDepth = 1000

// A Scanner reads strict JSON (RFC 8259) from memory, token by token or value by
// value. It copies nothing: what its methods return is part of Data. They leave
// Pos behind what they read; after an error, which is always a *SyntaxError, Pos
// is the byte of the fault. The caller may move Pos.
type Scanner struct {
	Data  []byte
	Pos   int
	Marks Marks // collected until the caller clears them

	// StopAtLineEnd ends every value at the line's end: a line feed is no white
	// space then.
	StopAtLineEnd bool

	// ReadCompact sets these: compact holds Data up to copied without white space
	// between tokens; from copied to Pos there has been none.
	compacting bool
	compact    []byte
	copied     int
}

// Marks are properties of JSON text that was read.
type Marks uint8

const (
	Escaped       Marks = 1 << iota // a string has a backslash
	NonASCII                        // a string has bytes from 0x80 on, valid UTF-8 or not
	LoneSurrogate                   // a string has an escape such as \ud800 without its other half
)

// A SyntaxError is a fault at a byte of a text.
type SyntaxError struct {
	Pos       int    // from 0
	What      string // without the position
	Truncated bool   // the text ends inside a value; Pos is its length
	Hint      string // what to do about it; a Scanner gives none
}

func (e *SyntaxError) Error() string { return e.What }

// Errorf returns an error at Pos.
func (s *Scanner) Errorf(format string, args ...any) error {
	return &SyntaxError{Pos: s.Pos, What: fmt.Sprintf(format, args...)}
}

// TruncatedIn returns the error of a text that ends inside something.
func (s *Scanner) TruncatedIn(inside string) error {
	s.Pos = len(s.Data)
	return &SyntaxError{Pos: s.Pos, What: "the text ends inside " + inside, Truncated: true}
}

// Unexpected returns the error of a byte at Pos where something else is expected.
func (s *Scanner) Unexpected(inside, expected string) error {
	if s.Pos >= len(s.Data) {
		return s.TruncatedIn(inside)
	}
	return s.Errorf("found %s, expected %s", QuoteChar(s.Data[s.Pos:]), expected)
}

// QuoteChar quotes the first character of text, which is not empty, for a message.
func QuoteChar(text []byte) string {
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte 0x%02x", text[0])
	}
	return fmt.Sprintf("%q", r)
}

// SkipSpace skips white space.
func (s *Scanner) SkipSpace() {
	if s.Pos < len(s.Data) && s.Data[s.Pos] <= ' ' {
		s.skipSpace()
	}
}

func (s *Scanner) skipSpace() {
	data, pos := s.Data, s.Pos
	for pos < len(data) && isSpace(data[pos]) && !(s.StopAtLineEnd && data[pos] == '\n') {
		pos++
		for pos+8 <= len(data) && binary.LittleEndian.Uint64(data[pos:]) == ' '*ones {
			pos += 8
		}
	}
	if s.compacting {
		s.compact = append(s.compact, data[s.copied:s.Pos]...)
		s.copied = pos
	}
	s.Pos = pos
}

// AtLineEnd reports whether the text ends at Pos or, for a scanner that stops
// there, a line does.
func (s *Scanner) AtLineEnd() bool {
	return s.Pos >= len(s.Data) || s.StopAtLineEnd && s.Data[s.Pos] == '\n'
}

// ExpectLineEnd skips white space up to the end of the line or the text. Anything
// else is an error.
func (s *Scanner) ExpectLineEnd() error {
	if s.SkipSpace(); !s.AtLineEnd() {
		return s.Unexpected("the line", "the end of the line")
	}
	return nil
}

// SkipLine reads a value and the rest of its line, which must be empty.
func (s *Scanner) SkipLine() error {
	if err := s.SkipValue(0); err != nil {
		return err
	}
	return s.ExpectLineEnd()
}

// Peek returns the byte at Pos, 0 at the end.
func (s *Scanner) Peek() byte {
	if s.Pos < len(s.Data) {
		return s.Data[s.Pos]
	}
	return 0
}

// skipNumber skips a number.
func (s *Scanner) skipNumber() error {
	if s.Peek() == '-' {
		s.Pos++
	}
	switch c := s.Peek(); {
	case c == '0':
		s.Pos++
	case c >= '1' && c <= '9':
		s.skipDigits()
	default:
		return s.Unexpected("a number", "a digit")
	}
	if s.Peek() == '.' {
		s.Pos++
		if !s.skipDigits() {
			return s.Unexpected("a number", "a digit")
		}
	}
	if c := s.Peek(); c == 'e' || c == 'E' {
		s.Pos++
		if c := s.Peek(); c == '+' || c == '-' {
			s.Pos++
		}
		if !s.skipDigits() {
			return s.Unexpected("a number", "a digit")
		}
	}
	return nil
}

func (s *Scanner) skipDigits() bool {
	start := s.Pos
	for s.Pos < len(s.Data) && s.Data[s.Pos] >= '0' && s.Data[s.Pos] <= '9' {
		s.Pos++
	}
	return s.Pos > start
}

// skipWord skips true, false or null.
func (s *Scanner) skipWord(w string) error {
	for i := range len(w) {
		if s.Peek() != w[i] {
			return s.Unexpected(w, w)
		}
		s.Pos++
	}
	return nil
}

// SkipValue skips a value after checking every byte of it. depth is how many
// arrays and objects it is inside.
func (s *Scanner) SkipValue(depth int) error {
	switch c := s.Peek(); c {
	case '"':
		_, err := s.ReadString()
		return err
	case '{':
		return s.skipObject(depth)
	case '[':
		return s.skipArray(depth)
	case 't':
		return s.skipWord("true")
	case 'f':
		return s.skipWord("false")
	case 'n':
		return s.skipWord("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.skipNumber()
	}
	return s.Unexpected("a value", "a value")
}

// ReadCompact reads a value as SkipValue does and returns it without white space
// between its tokens: as a part of Data where it has none, else in buf. It returns
// buf, grown where it was too small, for the next call.
func (s *Scanner) ReadCompact(depth int, buf []byte) (value, grown []byte, err error) {
	start := s.Pos
	s.compacting, s.compact, s.copied = true, buf[:0], start
	err = s.SkipValue(depth)
	s.compacting, buf = false, s.compact
	if err != nil || s.copied == start {
		return s.Data[start:s.Pos], buf, err
	}
	buf = append(buf, s.Data[s.copied:s.Pos]...)
	return buf, buf, nil
}

func (s *Scanner) skipObject(depth int) error {
	if depth >= MaxDepth {
		return s.Errorf("values nest deeper than %d", MaxDepth)
	}
	s.Pos++
	s.SkipSpace()
	if s.Peek() == '}' {
		s.Pos++
		return nil
	}
	for {
		if _, err := s.ReadName(); err != nil {
			return err
		}
		if err := s.SkipValue(depth + 1); err != nil {
			return err
		}
		if more, err := s.More('}', "an object"); !more {
			return err
		}
	}
}

func (s *Scanner) skipArray(depth int) error {
	if depth >= MaxDepth {
		return s.Errorf("values nest deeper than %d", MaxDepth)
	}
	s.Pos++
	s.SkipSpace()
	if s.Peek() == ']' {
		s.Pos++
		return nil
	}
	for {
		if err := s.SkipValue(depth + 1); err != nil {
			return err
		}
		if more, err := s.More(']', "an array"); !more {
			return err
		}
	}
}

// ReadName reads the name of a member and the colon, and returns the name's body
// as ReadString does.
func (s *Scanner) ReadName() ([]byte, error) {
	if s.Peek() != '"' {
		return nil, s.Unexpected("an object", "a quoted name")
	}
	name, err := s.ReadString()
	if err != nil {
		return nil, err
	}
	s.SkipSpace()
	if s.Peek() != ':' {
		return nil, s.Unexpected("an object", "a colon")
	}
	s.Pos++
	s.SkipSpace()
	return name, nil
}

// More reads the comma after a member or an element and reports true, or reads
// the closing bracket and reports false.
func (s *Scanner) More(closing byte, inside string) (bool, error) {
	if s.Pos+1 < len(s.Data) && s.Data[s.Pos] == ',' && s.Data[s.Pos+1] == '"' {
		s.Pos++
		return true, nil
	}
	s.SkipSpace()
	switch s.Peek() {
	case ',':
		s.Pos++
		s.SkipSpace()
		return true, nil
	case closing:
		s.Pos++
		return false, nil
	}
	return false, s.Unexpected(inside, fmt.Sprintf("a comma or %q", closing))
}
