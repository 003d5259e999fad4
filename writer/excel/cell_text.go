package excel

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"signins/schema"
)

// cellUnits is the most a cell holds, in UTF-16 units.
const cellUnits = 32767

// A cellText is a text made fit for a cell.
type cellText struct {
	text    []byte // without what XML cannot hold; not yet escaped for XML
	cut     bool
	escaped bool
}

// newCellText makes a cell's text of a value: escaped where XML cannot hold
// it, cut where a cell cannot. It may be value itself.
func newCellText(value []byte) cellText {
	if len(value) <= cellUnits && holdable(value) {
		return cellText{text: value}
	}
	text, cut, escaped := fitText(value)
	return cellText{[]byte(text), cut, escaped}
}

// holdable reports whether XML holds every character of value.
func holdable(value []byte) bool {
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

// fitText returns value as text that a cell holds, and whether it had to be cut
// or to be escaped for that.
func fitText(value []byte) (text string, cut, escaped bool) {
	var (
		b           strings.Builder
		units, done int // UTF-16 units and source characters in b
		kept, keep  int // source characters and bytes in b that leave room for the mark
		firstEscape = math.MaxInt
		total       = utf8.RuneCount(value)
		room        = cellUnits - len(utf16.Encode([]rune(cutMark(total))))
	)
	for len(value) > 0 {
		r, n := utf8.DecodeRune(value)
		form, width := cellForm(r, value[:n])
		if units+width <= room {
			kept, keep = done+1, b.Len()+len(form)
		}
		if units+width > cellUnits {
			return b.String()[:keep] + cutMark(total-kept), true, firstEscape < keep
		}
		if !inXML(r, n) {
			firstEscape = min(firstEscape, b.Len())
		}
		b.WriteString(form)
		units, done, value = units+width, done+1, value[n:]
	}
	return b.String(), false, firstEscape < math.MaxInt
}

// cutMark is what a cut cell ends in; n counts the missing characters.
func cutMark(n int) string { return " … [cut: " + strconv.Itoa(n) + " characters]" }

// cellForm returns how the character r, recorded as source, stands in a cell,
// and how many UTF-16 units that takes.
func cellForm(r rune, source []byte) (form string, units int) {
	switch {
	case inXML(r, len(source)):
		return string(source), utf16.RuneLen(r)
	case r == utf8.RuneError:
		form = fmt.Sprintf(`\x%02X`, source[0])
	default:
		form = fmt.Sprintf(`\u%04X`, r)
	}
	return form, len(form)
}

// special are the bytes of a text that may not stand in XML as they are.
var special = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;", '_': "_"}

// appendXML appends the text of a cell as the content of an element. What reads
// like the escape _xHHHH_ by which workbooks write characters gets its first
// underscore escaped, or readers would turn it into the character.
func appendXML(dst, text []byte) []byte {
	start := 0
	for i, c := range text {
		if special[c] == "" || c == '_' && !escapeLike(text[i+1:]) {
			continue
		}
		dst = append(dst, text[start:i]...)
		start = i + 1
		if c == '_' {
			dst = append(dst, "_x005F_"...)
		} else {
			dst = append(dst, special[c]...)
		}
	}
	return append(dst, text[start:]...)
}

// escapeLike reports whether s starts with what follows the underscore of an
// escape. The format has four digits; some readers take fewer.
func escapeLike(s []byte) bool {
	if len(s) == 0 || s[0] != 'x' {
		return false
	}
	digits := 1
	for digits < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[digits]) >= 0 {
		digits++
	}
	return digits >= 2 && digits <= 5 && digits < len(s) && s[digits] == '_'
}

// appendT appends text as an element t, which keeps white space at its ends
// only where it says so.
func appendT(dst, text []byte) []byte {
	if n := len(text); n > 0 && (text[0] <= ' ' || text[n-1] <= ' ') {
		dst = append(dst, `<t xml:space="preserve">`...)
	} else {
		dst = append(dst, `<t>`...)
	}
	return append(appendXML(dst, text), `</t>`...)
}

// joinList returns a TextList value as one text; a null element is the word
// null.
func joinList(list []byte) []byte {
	var joined []byte
	first := true
	for element := range schema.List(list) {
		if !first {
			joined = append(joined, "; "...)
		}
		first = false
		if element == nil {
			element = []byte("null")
		}
		joined = append(joined, element...)
	}
	return joined
}
