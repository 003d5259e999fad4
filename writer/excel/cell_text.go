package excel

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"signins/schema"
)

// maxCellUnits is the most that a cell holds, in UTF-16 units.
const maxCellUnits = 32767

// A cellMark is how the text of a cell differs from the text of the source.
type cellMark struct{ cut, escaped bool }

// cellMarks counts cells that differ from the source.
type cellMarks struct{ cut, escaped int64 }

func (m *cellMarks) add(c cellMark) {
	if c.cut {
		m.cut++
	}
	if c.escaped {
		m.escaped++
	}
}

// fitCell returns value escaped where XML cannot hold a character and cut where a
// cell cannot hold all. It may share the memory of value. A text that is too long
// ends in a mark such as " … [cut: 7233 characters]", which counts characters of the
// source.
func fitCell(value []byte) (text []byte, mark cellMark) {
	if len(value) <= maxCellUnits && allInXML(value) {
		return value, cellMark{}
	}
	var (
		units, read int // UTF-16 units in text, characters read
		kept, end   int // characters and bytes of text that leave room for the mark
		firstEscape = math.MaxInt
		total       = countChars(value)
		room        = maxCellUnits - len(utf16.Encode([]rune(cutMark(total))))
	)
	for len(value) > 0 {
		r, n := utf8.DecodeRune(value)
		form, width := cellForm(r, value[:n])
		if units+width <= room {
			kept, end = read+1, len(text)+len(form)
		}
		if units+width > maxCellUnits {
			return append(text[:end], cutMark(total-kept)...), cellMark{cut: true, escaped: firstEscape < end}
		}
		if !inXML(r, n) {
			firstEscape = min(firstEscape, len(text))
		}
		text = append(text, form...)
		units, read, value = units+width, read+1, value[n:]
	}
	return text, cellMark{escaped: firstEscape < math.MaxInt}
}

// countChars counts the characters of a text, bytes that are no UTF-8 as one each. (The
// library's copies all text behind ASCII: 60 MB of a rejected line.)
func countChars(text []byte) (n int) {
	for len(text) > 0 {
		size := 1
		if c := text[0]; 0xC2 <= c && c <= 0xF4 { // the first of several
			_, size = utf8.DecodeRune(text)
		}
		n, text = n+1, text[size:]
	}
	return n
}

// allInXML reports whether XML can hold every character of value.
func allInXML(value []byte) bool {
	for i := 0; i < len(value); {
		if c := value[i]; c >= 0x20 && c < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(value[i:])
		if !inXML(r, n) {
			return false
		}
		i += n
	}
	return true
}

// inXML reports whether r, decoded from n bytes, is a character of XML 1.0.
func inXML(r rune, n int) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r == utf8.RuneError:
		return n > 1
	default:
		return r != 0xFFFE && r != 0xFFFF
	}
}

func cutMark(missing int) string { return " … [cut: " + strconv.Itoa(missing) + " characters]" }

// cellForm returns the form of a character in a cell and its UTF-16 units: the
// character itself, \u0000 for one that XML cannot hold, \xNN for a byte that is no
// UTF-8.
func cellForm(r rune, source []byte) (form string, units int) {
	switch {
	case inXML(r, len(source)):
		return string(source), utf16.RuneLen(r)
	case r == utf8.RuneError:
		form = schema.EscapeInvalid(source)
	default:
		form = fmt.Sprintf(`\u%04X`, r)
	}
	return form, len(form)
}

// xmlEscapes are the bytes of a text that XML escapes; '_' depends on what follows.
var xmlEscapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;", '_': "_x005F_"}

// appendXML appends the text of a cell as the content of an element. Workbooks
// spell characters as _xHHHH_: a text that looks like it gets its first underscore
// escaped, or readers would decode it.
func appendXML(dst, text []byte) []byte {
	if isPlainXML(text) {
		return append(dst, text...)
	}
	start := 0
	for i, c := range text {
		if xmlEscapes[c] == "" || c == '_' && !looksEscaped(text[i+1:]) {
			continue
		}
		dst = append(dst, text[start:i]...)
		dst = append(dst, xmlEscapes[c]...)
		start = i + 1
	}
	return append(dst, text[start:]...)
}

// isPlainXML reports that no byte of a text is one of xmlEscapes, as in most texts. (One
// byte is searched for faster than all are looked at.)
func isPlainXML(text []byte) bool {
	for _, c := range []byte("_&<>\r") {
		if bytes.IndexByte(text, c) >= 0 {
			return false
		}
	}
	return true
}

// looksEscaped reports whether s begins with the rest of an escape behind its first
// underscore. The format has four digits; some readers accept fewer.
func looksEscaped(s []byte) bool {
	if len(s) == 0 || s[0] != 'x' {
		return false
	}
	digits := 1
	for digits < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[digits]) >= 0 {
		digits++
	}
	return digits >= 2 && digits <= 5 && digits < len(s) && s[digits] == '_'
}

// appendT appends text as an element t. Readers drop white space at its ends unless
// the element preserves it.
func appendT(dst, text []byte) []byte {
	if n := len(text); n > 0 && (text[0] <= ' ' || text[n-1] <= ' ') {
		dst = append(dst, `<t xml:space="preserve">`...)
	} else {
		dst = append(dst, `<t>`...)
	}
	return append(appendXML(dst, text), `</t>`...)
}

// joinList returns a TextList value as one text with semicolons; a null element is
// the word null.
func joinList(list []byte) []byte {
	var elements [][]byte
	for element := range schema.List(list) {
		if element == nil {
			element = []byte("null")
		}
		elements = append(elements, element)
	}
	return bytes.Join(elements, []byte("; "))
}
