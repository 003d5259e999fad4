package jsontext

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// ReadString reads the string at Pos and returns its body: the text between the
// quotes, with its escapes.
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

// SkipPlain skips the bytes of a string up to a quote, a backslash or a control
// character, and returns that byte. Where the text ends first, Pos is its end.
//
// It looks at eight bytes at once, as at one number w. Of w^('"'*ones) the byte is
// zero where w has a quote, and taking 1 off a zero byte sets its highest bit.
func (s *Scanner) SkipPlain() (c byte) {
	rest, seen := s.Data[s.Pos:], uint64(0)
	for ; len(rest) >= 8; rest = rest[8:] {
		w := binary.LittleEndian.Uint64(rest)
		quote, slash, control := w^('"'*ones), w^('\\'*ones), w-0x20*ones
		// Among ASCII the lowest bit set is right; after it a borrow may set others.
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

// skipEscape skips an escape of a string, or two that make a surrogate pair.
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

// readHex reads \uXXXX.
func (s *Scanner) readHex() (rune, error) {
	s.Pos += 2
	var r rune
	for range 4 {
		if s.Pos >= len(s.Data) {
			return 0, s.TruncatedIn("a string")
		}
		d := hexDigit(s.Data[s.Pos])
		if d < 0 {
			return 0, s.Errorf("found %s in a \\u escape, which takes four hexadecimal digits", QuoteChar(s.Data[s.Pos:]))
		}
		r = r<<4 | rune(d)
		s.Pos++
	}
	return r, nil
}

// hexDigit returns the value of a hexadecimal digit, -1 for any other byte.
func hexDigit(c byte) int {
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
