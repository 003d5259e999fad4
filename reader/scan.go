package reader

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// maxDepth is how deep JSON values may nest.
const maxDepth = 1000

// A scanner reads strict JSON (RFC 8259) from memory. Its methods leave pos
// after what they read; on error pos is where the text goes wrong.
type scanner struct {
	data  []byte
	pos   int
	marks mark // of what was read since they were last cleared

	lines bool // a line end is no white space: no value may go beyond it

	compacting bool   // see ReadCompact
	buf        []byte // the value so far, without white space between tokens
	copied     int    // bytes of data that buf has; the rest has no white space
}

// A mark notes a property of JSON text that was read.
type mark uint8

const (
	escaped  mark = 1 << iota // a string holds a backslash
	nonASCII                  // a string holds bytes from 0x80 on
	halfPair                  // a string holds the escape of a lone surrogate
	spaced                    // white space stands between tokens
)

// A syntaxError tells what is wrong at a position of JSON or CSV text.
type syntaxError struct {
	pos  int
	what string
	cut  bool // the text ends too early
	hint string
}

func (e *syntaxError) Error() string { return e.what }

func (s *scanner) fail(format string, args ...any) error {
	return &syntaxError{pos: s.pos, what: fmt.Sprintf(format, args...)}
}

// ends reports that the text ends inside something.
func (s *scanner) ends(inside string) error {
	s.pos = len(s.data)
	return &syntaxError{pos: s.pos, what: "the text ends inside " + inside, cut: true}
}

// unexpected reports the byte at pos where something else was wanted.
func (s *scanner) unexpected(inside, wanted string) error {
	if s.pos >= len(s.data) {
		return s.ends(inside)
	}
	return s.fail("found %s where %s should stand", printable(s.data[s.pos:]), wanted)
}

// printable quotes the first character of text for a message.
func printable(text []byte) string {
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte 0x%02x", text[0])
	}
	return fmt.Sprintf("%q", r)
}

// space passes white space.
func (s *scanner) space() {
	if s.pos < len(s.data) && s.data[s.pos] <= ' ' {
		s.passSpace()
	}
}

func (s *scanner) passSpace() {
	data, pos := s.data, s.pos
	for pos < len(data) && isSpace(data[pos]) && !(s.lines && data[pos] == '\n') {
		pos++
		for pos+8 <= len(data) && binary.LittleEndian.Uint64(data[pos:]) == ' '*ones {
			pos += 8
		}
	}
	if pos == s.pos {
		return
	}
	s.marks |= spaced
	if s.compacting {
		s.buf = append(s.buf, data[s.copied:s.pos]...)
		s.copied = pos
	}
	s.pos = pos
}

// atLineEnd reports whether a line, or the text, ends at pos.
func (s *scanner) atLineEnd() bool { return s.pos >= len(s.data) || s.lines && s.data[s.pos] == '\n' }

// lineEnd passes white space up to the end of the line.
func (s *scanner) lineEnd() error {
	if s.space(); !s.atLineEnd() {
		return s.unexpected("the line", "the end of the line")
	}
	return nil
}

// valueAlone passes a value and the rest of the line, on which nothing else may
// stand.
func (s *scanner) valueAlone() error {
	if err := s.value(0); err != nil {
		return err
	}
	return s.lineEnd()
}

// peek returns the byte at pos, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str reads a string from its opening quote and returns what stands between
// the quotes, as written.
func (s *scanner) str() ([]byte, error) {
	s.pos++
	start := s.pos
	for {
		c := s.plain()
		switch {
		case s.pos >= len(s.data):
			return nil, s.ends("a string")
		case c == '"':
			s.pos++
			return s.data[start : s.pos-1], nil
		case c == '\\':
			s.marks |= escaped
			if err := s.escape(); err != nil {
				return nil, err
			}
		default:
			return nil, s.fail("found byte 0x%02x inside a string; control characters must be escaped", c)
		}
	}
}

// plain passes what stands for itself in a string, eight bytes at a time, and
// returns the byte that does not, if the text does not end before.
func (s *scanner) plain() (c byte) {
	rest, seen := s.data[s.pos:], uint64(0)
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
		s.marks |= nonASCII
	}
	s.pos = len(s.data) - len(rest)
	return c
}

// escape passes one escape of a string, or two that make a surrogate pair.
func (s *scanner) escape() error {
	if s.pos+1 >= len(s.data) {
		return s.ends("a string")
	}
	switch s.data[s.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return nil
	case 'u':
	default:
		s.pos++
		return s.fail("found %s after a backslash, which is no JSON escape", printable(s.data[s.pos:]))
	}
	high, err := s.hex()
	if err != nil || high < 0xD800 || high > 0xDFFF {
		return err
	}
	if high < 0xDC00 && s.pos+1 < len(s.data) && s.data[s.pos] == '\\' && s.data[s.pos+1] == 'u' {
		before := s.pos
		low, err := s.hex()
		if err != nil {
			return err
		}
		if low >= 0xDC00 && low <= 0xDFFF {
			return nil
		}
		s.pos = before
	}
	s.marks |= halfPair
	return nil
}

// hex passes \uXXXX and returns the number.
func (s *scanner) hex() (rune, error) {
	s.pos += 2
	var r rune
	for range 4 {
		if s.pos >= len(s.data) {
			return 0, s.ends("a string")
		}
		d := unhex(s.data[s.pos])
		if d < 0 {
			return 0, s.fail("found %s in a \\u escape, which takes four hexadecimal digits", printable(s.data[s.pos:]))
		}
		r = r<<4 | rune(d)
		s.pos++
	}
	return r, nil
}

func unhex(c byte) int {
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
func (s *scanner) number() error {
	if s.peek() == '-' {
		s.pos++
	}
	switch c := s.peek(); {
	case c == '0':
		s.pos++
	case c >= '1' && c <= '9':
		s.digits()
	default:
		return s.unexpected("a number", "a digit")
	}
	if s.peek() == '.' {
		s.pos++
		if !s.digits() {
			return s.unexpected("a number", "a digit")
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return s.unexpected("a number", "a digit")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

// word passes true, false or null.
func (s *scanner) word(w string) error {
	for i := range len(w) {
		if s.peek() != w[i] {
			return s.unexpected(w, w)
		}
		s.pos++
	}
	return nil
}

// value passes one value, which lies inside depth others.
func (s *scanner) value(depth int) error {
	switch c := s.peek(); c {
	case '"':
		_, err := s.str()
		return err
	case '{':
		return s.members(depth)
	case '[':
		return s.elements(depth)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number()
	}
	return s.unexpected("a value", "a value")
}

// readCompact reads a value that lies inside depth others and returns it without
// white space between its tokens: as it stands in the text where it has none,
// else in buf, which it may have to grow.
func (s *scanner) readCompact(depth int, buf []byte) (compact, grown []byte, err error) {
	start := s.pos
	s.compacting, s.buf, s.copied = true, buf[:0], start
	err = s.value(depth)
	s.compacting, buf = false, s.buf
	if err != nil || s.copied == start {
		return s.data[start:s.pos], buf, err
	}
	buf = append(buf, s.data[s.copied:s.pos]...)
	return buf, buf, nil
}

func (s *scanner) members(depth int) error {
	if depth >= maxDepth {
		return s.fail("values nest deeper than %d", maxDepth)
	}
	s.pos++
	s.space()
	if s.peek() == '}' {
		s.pos++
		return nil
	}
	for {
		if _, err := s.key(); err != nil {
			return err
		}
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if more, err := s.more('}', "an object"); !more {
			return err
		}
	}
}

func (s *scanner) elements(depth int) error {
	if depth >= maxDepth {
		return s.fail("values nest deeper than %d", maxDepth)
	}
	s.pos++
	s.space()
	if s.peek() == ']' {
		s.pos++
		return nil
	}
	for {
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if more, err := s.more(']', "an array"); !more {
			return err
		}
	}
}

// key reads a member's name, as written, and passes the colon.
func (s *scanner) key() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.unexpected("an object", "a quoted name")
	}
	name, err := s.str()
	if err != nil {
		return nil, err
	}
	s.space()
	if s.peek() != ':' {
		return nil, s.unexpected("an object", "a colon")
	}
	s.pos++
	s.space()
	return name, nil
}

// more passes what follows a member or an element: a comma, then more is true,
// or the closing bracket.
func (s *scanner) more(closing byte, inside string) (bool, error) {
	if s.pos+1 < len(s.data) && s.data[s.pos] == ',' && s.data[s.pos+1] == '"' {
		s.pos++
		return true, nil
	}
	s.space()
	switch s.peek() {
	case ',':
		s.pos++
		s.space()
		return true, nil
	case closing:
		s.pos++
		return false, nil
	}
	return false, s.unexpected(inside, fmt.Sprintf("a comma or %q", closing))
}
