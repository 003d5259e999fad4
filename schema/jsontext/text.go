package jsontext

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendUnescaped appends the text that the body of a valid string spells. Escapes
// of lone surrogates become U+FFFD.
func AppendUnescaped(to, body []byte) []byte {
	to = slices.Grow(to, len(body))
	for i := 0; ; {
		n := bytes.IndexByte(body[i:], '\\')
		if n < 0 {
			return append(to, body[i:]...)
		}
		to = append(to, body[i:i+n]...)
		i += n + len(`\n`)
		c := body[i-1]
		switch c {
		case 'b':
			to = append(to, '\b')
		case 'f':
			to = append(to, '\f')
		case 'n':
			to = append(to, '\n')
		case 'r':
			to = append(to, '\r')
		case 't':
			to = append(to, '\t')
		case 'u':
			r := hex4(body[i:])
			i += 4
			if utf16.IsSurrogate(r) {
				if i+6 <= len(body) && body[i] == '\\' && body[i+1] == 'u' {
					r = utf16.DecodeRune(r, hex4(body[i+2:]))
				} else {
					r = utf8.RuneError
				}
				if r != utf8.RuneError {
					i += 6
				}
			}
			to = utf8.AppendRune(to, r)
		default:
			to = append(to, c)
		}
	}
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		r = r<<4 | rune(hexDigit(c))
	}
	return r
}

// AppendValidUTF8 appends text with U+FFFD in place of every byte that is no UTF-8.
func AppendValidUTF8(to, text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		to = utf8.AppendRune(to, r)
		text = text[size:]
	}
	return to
}

const hexDigits = "0123456789ABCDEF"

// AppendQuoted appends text as a JSON string. It writes bytes that are no UTF-8,
// which JSON cannot hold, as a visible \\xNN.
func AppendQuoted(to, text []byte) []byte {
	return append(AppendEscaped(append(to, '"'), text), '"')
}

// AppendEscaped appends text as AppendQuoted does, without the quotes. Pieces of a
// text that end where characters do give the same as the whole.
func AppendEscaped(to, text []byte) []byte {
	for len(text) > 0 {
		n := 0
		for n < len(text) && unescaped[text[n]] {
			n++
		}
		if to = append(to, text[:n]...); n == len(text) {
			break
		}
		text = text[n:]
		if size := utf8Size(text); size > 0 {
			to, text = append(to, text[:size]...), text[size:]
			continue
		}
		n = 1
		for n < len(text) && n < maxRun && escapes[text[n]].alone {
			n++
		}
		to, text = appendEscapes(to, text[:n]), text[n:]
	}
	return to
}

// maxRun is how many bytes are escaped at once, for which there is room in advance.
const maxRun = 256

// appendEscapes appends the escape of each byte.
func appendEscapes(to, text []byte) []byte {
	n := len(to)
	to = slices.Grow(to, len(text)*maxEscape)[:n+len(text)*maxEscape]
	for _, c := range text {
		e := &escapes[c]
		copy(to[n:n+maxEscape], e.text[:])
		n += e.size
	}
	return to[:n]
}

// utf8Size returns the length of the character that text begins with, if it is of several
// bytes, and 0 for one byte.
func utf8Size(text []byte) int {
	if c := text[0]; c < 0xC2 || c > 0xF4 {
		return 0
	}
	if _, size := utf8.DecodeRune(text); size > 1 {
		return size
	}
	return 0
}

// unescaped are the bytes that stand for themselves in a JSON string, those of ASCII
// alone.
var unescaped = func() (bytes [256]bool) {
	for c := byte(0x20); c < utf8.RuneSelf; c++ {
		bytes[c] = c != '"' && c != '\\'
	}
	return bytes
}()

// An escape is the JSON text for a byte. All are copied with the same length, and many at
// once: five lines of 60 MB that are no UTF-8 took 4 s to escape one by one.
type escape struct {
	text  [maxEscape]byte
	size  int
	alone bool // whatever comes behind the byte
}

const maxEscape = len(`\u0000`)

// escapes are those of all bytes but unescaped ones. From 0x80 on, the byte is no UTF-8.
var escapes = func() (list [256]escape) {
	short := map[int]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	for c := range list {
		text := short[c]
		switch {
		case text != "":
		case c < utf8.RuneSelf:
			text = fmt.Sprintf(`\u%04X`, c)
		default:
			text = fmt.Sprintf(`%s%02X`, escapedHex, c)
		}
		list[c].size = copy(list[c].text[:], text)
		list[c].alone = !unescaped[c] && (c < utf8.RuneSelf || !utf8.RuneStart(byte(c)) || c >= 0xF8)
	}
	return list
}()

// AppendCompact appends valid JSON text without the white space between its
// tokens. Bytes of its strings that are no UTF-8 become \xNN as in AppendQuoted.
func AppendCompact(to, text []byte) []byte {
	valid := utf8.Valid(text)
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case isSpace(c):
			i++
		case c == '"':
			end := closingQuote(text, i+1) + 1
			if valid {
				to = append(to, text[i:end]...)
			} else {
				to = AppendHex(to, text[i:end], escapedHex)
			}
			i = end
		default:
			start := i
			for i++; i < len(text) && text[i] != '"' && !isSpace(text[i]); i++ {
			}
			to = append(to, text[start:i]...)
		}
	}
	return to
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// escapedHex is what AppendHex puts before the digits inside JSON strings.
const escapedHex = `\\x`

// AppendHex appends text with every byte that is no UTF-8 as prefix, such as \x,
// and two hexadecimal digits.
func AppendHex(to, text []byte, prefix string) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			to = append(append(to, prefix...), hexDigits[text[0]>>4], hexDigits[text[0]&15])
		} else {
			to = append(to, text[:size]...)
		}
		text = text[size:]
	}
	return to
}
