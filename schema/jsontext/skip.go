package jsontext

import "bytes"

// A ValueSkipper finds the end of a value that comes in pieces, as ValueEnd does.
// The zero ValueSkipper is at the beginning of one.
type ValueSkipper struct {
	depth           int
	quoted, escaped bool
	started         bool
}

// Skip returns how many bytes at the start of the next piece belong to the value,
// and whether it ends there.
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
		case s.depth == 0 && s.started && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			return i, true
		}
		s.started = true
	}
	return len(text), false
}

// ValueEnd returns where the value at start ends, going by quotes and brackets
// alone; -1 where the text ends first, as it may behind a number.
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

// closingQuote returns where the quote is that closes the string whose body begins
// at start, -1 where there is none.
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
