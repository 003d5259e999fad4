package jsontext

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// maxDepth is how deep JSON values may nest.
const MaxDepth = 1000

// A scanner reads strict JSON (RFC 8259) from memory. Its methods leave pos
// after what they read; on error pos is where the text goes wrong.
type Scanner struct {
	Data  []byte
	Pos   int
	Marks Marks // of what was read since they were last cleared

	StopAtLineEnd bool // a line end is no white space: no value may go beyond it

	compacting bool   // see ReadCompact
	buf        []byte // the value so far, without white space between tokens
	copied     int    // bytes of data that buf has; the rest has no white space
}

// A mark notes a property of JSON text that was read.
type Marks uint8

const (
	Escaped       Marks = 1 << iota // a string holds a backslash
	NonASCII                        // a string holds bytes from 0x80 on
	LoneSurrogate                   // a string holds the escape of a lone surrogate
	Spaced                          // white space stands between tokens
)

// A syntaxError tells what is wrong at a position of JSON or CSV text.
type SyntaxError struct {
	Pos       int
	What      string
	Truncated bool // the text ends too early
	Hint      string
}

func (e *SyntaxError) Error() string { return e.What }

func (s *Scanner) Errorf(format string, args ...any) error {
	return &SyntaxError{Pos: s.Pos, What: fmt.Sprintf(format, args...)}
}

// ends reports that the text ends inside something.
func (s *Scanner) TruncatedIn(inside string) error {
	s.Pos = len(s.Data)
	return &SyntaxError{Pos: s.Pos, What: "the text ends inside " + inside, Truncated: true}
}

// unexpected reports the byte at pos where something else was wanted.
func (s *Scanner) Unexpected(inside, wanted string) error {
	if s.Pos >= len(s.Data) {
		return s.TruncatedIn(inside)
	}
	return s.Errorf("found %s where %s should stand", QuoteChar(s.Data[s.Pos:]), wanted)
}

// printable quotes the first character of text for a message.
func QuoteChar(text []byte) string {
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte 0x%02x", text[0])
	}
	return fmt.Sprintf("%q", r)
}

// space passes white space.
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
	if pos == s.Pos {
		return
	}
	s.Marks |= Spaced
	if s.compacting {
		s.buf = append(s.buf, data[s.copied:s.Pos]...)
		s.copied = pos
	}
	s.Pos = pos
}

// atLineEnd reports whether a line, or the text, ends at pos.
func (s *Scanner) AtLineEnd() bool {
	return s.Pos >= len(s.Data) || s.StopAtLineEnd && s.Data[s.Pos] == '\n'
}

// lineEnd passes white space up to the end of the line.
func (s *Scanner) ExpectLineEnd() error {
	if s.SkipSpace(); !s.AtLineEnd() {
		return s.Unexpected("the line", "the end of the line")
	}
	return nil
}

// valueAlone passes a value and the rest of the line, on which nothing else may
// stand.
func (s *Scanner) SkipLine() error {
	if err := s.SkipValue(0); err != nil {
		return err
	}
	return s.ExpectLineEnd()
}

// peek returns the byte at pos, 0 at the end.
func (s *Scanner) Peek() byte {
	if s.Pos < len(s.Data) {
		return s.Data[s.Pos]
	}
	return 0
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str reads a string from its opening quote and returns what stands between
// the quotes, as written.
func (s *Scanner) ReadString() ([]byte, error) {
	s.Pos++
	start := s.Pos
	for {
		c := s.SkipPlain()
		switch {
		case s.Pos >= len(s.Data):
			return nil, s.TruncatedIn("a string")
		case c == '"':
			s.Pos++
			return s.Data[start : s.Pos-1], nil
		case c == '\\':
			s.Marks |= Escaped
			if err := s.skipEscape(); err != nil {
				return nil, err
			}
		default:
			return nil, s.Errorf("found byte 0x%02x inside a string; control characters must be escaped", c)
		}
	}
}

// plain passes what stands for itself in a string, eight bytes at a time, and
// returns the byte that does not, if the text does not end before.
func (s *Scanner) SkipPlain() (c byte) {
	rest, seen := s.Data[s.Pos:], uint64(0)
	for ; len(rest) >= 8; rest = rest[8:] {
		w := binary.LittleEndian.Uint64(rest)
		quote, slash, control := w^('"'*ones), w^('\\'*ones), w-0x20*ones
		// The lowest bit is that of the first byte to stop at, among ASCII.
		stop := ((quote - ones) | (slash - ones) | control | w) & highs
		if stop == 0 {
			continue
		}
		if w&highs != 0 {
			stop = ((quote-ones)&^quote | (slash-ones)&^slash | control&^w) & highs
		}
		n := bits.TrailingZeros64(stop) &^ 7
		seen |= w & (1<<n - 1)
		if stop != 0 {
			rest = rest[n/8:]
			break
		}
	}
	for ; len(rest) > 0; rest = rest[1:] {
		if c = rest[0]; c == '"' || c == '\\' || c < 0x20 {
			break
		}
		seen |= uint64(c)
	}
	if seen&highs != 0 {
		s.Marks |= NonASCII
	}
	s.Pos = len(s.Data) - len(rest)
	return c
}

// escape passes one escape of a string, or two that make a surrogate pair.
func (s *Scanner) skipEscape() error {
	if s.Pos+1 >= len(s.Data) {
		return s.TruncatedIn("a string")
	}
	switch s.Data[s.Pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.Pos += 2
		return nil
	case 'u':
	default:
		s.Pos++
		return s.Errorf("found %s after a backslash, which is no JSON escape", QuoteChar(s.Data[s.Pos:]))
	}
	high, err := s.readHex()
	if err != nil || high < 0xD800 || high > 0xDFFF {
		return err
	}
	if high < 0xDC00 && s.Pos+1 < len(s.Data) && s.Data[s.Pos] == '\\' && s.Data[s.Pos+1] == 'u' {
		before := s.Pos
		low, err := s.readHex()
		if err != nil {
			return err
		}
		if low >= 0xDC00 && low <= 0xDFFF {
			return nil
		}
		s.Pos = before
	}
	s.Marks |= LoneSurrogate
	return nil
}

// hex passes \uXXXX and returns the number.
func (s *Scanner) readHex() (rune, error) {
	s.Pos += 2
	var r rune
	for range 4 {
		if s.Pos >= len(s.Data) {
			return 0, s.TruncatedIn("a string")
		}
		d := HexDigit(s.Data[s.Pos])
		if d < 0 {
			return 0, s.Errorf("found %s in a \\u escape, which takes four hexadecimal digits", QuoteChar(s.Data[s.Pos:]))
		}
		r = r<<4 | rune(d)
		s.Pos++
	}
	return r, nil
}

func HexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// number passes a number.
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

// word passes true, false or null.
func (s *Scanner) skipWord(w string) error {
	for i := range len(w) {
		if s.Peek() != w[i] {
			return s.Unexpected(w, w)
		}
		s.Pos++
	}
	return nil
}

// value passes one value, which lies inside depth others.
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

// readCompact reads a value that lies inside depth others and returns it without
// white space between its tokens: as it stands in the text where it has none,
// else in buf, which it may have to grow.
func (s *Scanner) ReadCompact(depth int, buf []byte) (compact, grown []byte, err error) {
	start := s.Pos
	s.compacting, s.buf, s.copied = true, buf[:0], start
	err = s.SkipValue(depth)
	s.compacting, buf = false, s.buf
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

// key reads a member's name, as written, and passes the colon.
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

// more passes what follows a member or an element: a comma, then more is true,
// or the closing bracket.
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
