package jsontext

import "bytes"

// A skipper passes a value that comes in pieces, as skipValue does.
type ValueSkipper struct {
	depth           int
	quoted, escaped bool
	begun           bool
}

func (s *ValueSkipper) Skip(text []byte) (n int, whole bool) {
	for i, c := range text {
		switch {
		case s.escaped:
			s.escaped = false
		case s.quoted && c == '\\':
			s.escaped = true
		case c == '"':
			if s.quoted = !s.quoted; !s.quoted && s.depth == 0 {
				return i + 1, true
			}
		case s.quoted:
		case c == '{' || c == '[':
			s.depth++
		case c == '}' || c == ']':
			if s.depth--; s.depth == 0 {
				return i + 1, true
			}
			if s.depth < 0 {
				return i, true
			}
		case s.depth == 0 && s.begun && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			return i, true
		}
		s.begun = true
	}
	return len(text), false
}

// skipValue returns where the value at start ends, going by quotes and
// brackets alone; -1 where the text ends first.
func ValueEnd(text []byte, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i = closingQuote(text, i+1); i < 0 {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 && i > start {
				return i
			}
		}
	}
	return -1
}

// closingQuote returns where the string whose body begins at start closes.
func closingQuote(text []byte, start int) int {
	for i := start; ; {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slashes := 0
		for i-slashes > start && text[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		i++
	}
}
