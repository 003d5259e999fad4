package writer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"signins/schema"
)

// cellUnits is the most a cell holds, in UTF-16 units.
const cellUnits = 32767

// A cellText is a text made fit for a cell.
type cellText struct {
	value   any // string, or runs where a string would be misread
	size    int // bytes of XML, at most
	cut     bool
	escaped bool
}

// newCellText makes a cell's text of a value: escaped where XML cannot hold
// it, cut where a cell cannot.
func newCellText(value []byte) cellText {
	t := cellText{}
	var text string
	if len(value) <= cellUnits && holdable(value) {
		text = string(value)
	} else {
		text, t.cut, t.escaped = fitText(value)
	}
	t.value, t.size = text, xmlSize(text)
	if runs := splitEscapes(text); runs != nil {
		t.value = runs
		t.size += len(runs) * len(`<r><t xml:space="preserve"></t></r>`)
	}
	return t
}

// holdable reports whether XML holds every character of value.
func holdable(value []byte) bool {
	for len(value) > 0 {
		r, n := utf8.DecodeRune(value)
		if !inXML(r, n) {
			return false
		}
		value = value[n:]
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

// splitEscapes returns text as runs if something in it reads like the escape
// _xHHHH_ by which workbooks write characters, else nil. Readers turn that into
// the character, and of the literal text excelize v2.11.1 escapes only one of
// two that share an underscore and drops surrogates such as _xD800_. Cut after
// the underscore, no part reads like an escape any more.
func splitEscapes(text string) []excelize.RichTextRun {
	var runs []excelize.RichTextRun
	start := 0
	for at := 0; ; at++ {
		next := strings.Index(text[at:], "_x")
		if next < 0 {
			break
		}
		at += next
		if !escapeLike(text[at+2:]) {
			continue
		}
		runs = append(runs, excelize.RichTextRun{Text: text[start : at+1]})
		start = at + 1
	}
	if runs == nil {
		return nil
	}
	return append(runs, excelize.RichTextRun{Text: text[start:]})
}

// escapeLike reports whether s starts with what follows "_x" in an escape. The
// format has four digits; some readers take fewer.
func escapeLike(s string) bool {
	digits := 0
	for digits < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[digits]) >= 0 {
		digits++
	}
	return digits >= 1 && digits <= 4 && digits < len(s) && s[digits] == '_'
}

// xmlSize returns how long text is in XML.
func xmlSize(text string) int {
	size := len(text)
	for i := range len(text) {
		switch text[i] {
		case '"', '\'', '&', '<', '>', '\t', '\r', '\n':
			size += len("&#34;") - 1
		}
	}
	return size
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

// Dates of Excel begin to count right on 1900-03-01 and end with the year 9999.
var (
	firstDate = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	afterDate = time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// cellTime returns a time in microseconds as a cell value: a time for a date,
// or ISO 8601 text where Excel has no such date. Dates are cut to milliseconds:
// a serial number keeps no more for sure, and Excel would round what it shows
// up, at worst into the next day.
func cellTime(micros int64) any {
	if micros < firstDate || micros >= afterDate {
		return isoTime(micros, 0)
	}
	return time.UnixMicro(micros).UTC().Truncate(time.Millisecond)
}

// isoTime returns a time as ISO 8601 text with all digits recorded but zeros at
// the end.
func isoTime(micros, nanos int64) string {
	return time.UnixMicro(micros).Add(time.Duration(nanos)).UTC().Format(time.RFC3339Nano)
}

// maxExact is the greatest number up to which a cell holds every whole number.
const maxExact = 1 << 53

// cellWhole returns a whole number as a cell value: a number where a cell holds
// it exactly, else text.
func cellWhole(n int64) any {
	if n > maxExact || n < -maxExact {
		return strconv.FormatInt(n, 10)
	}
	return n
}

// cellFloat returns a number rounded to the 15 significant digits of a cell,
// and whether that changed it. excelize would drop the digits without rounding.
func cellFloat(f float64) (value float64, rounded bool) {
	value, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil || math.IsNaN(f) {
		return f, false
	}
	return value, value != f
}

// cellMarks counts the cells that do not show what was recorded as it was.
type cellMarks struct {
	cut, escaped, rounded int64
	// Of them in the columns of the sign-in sheets.
	cutIn, escapedIn [schema.NumColumns]int64
}

// add counts a text that is written outside the sign-in sheets.
func (m *cellMarks) add(t cellText) {
	if t.cut {
		m.cut++
	}
	if t.escaped {
		m.escaped++
	}
}

// addIn counts a text that is written to a column of the sign-in sheets.
func (m *cellMarks) addIn(id schema.ColumnID, t *cellText) {
	m.add(*t)
	if t.cut {
		m.cutIn[id]++
	}
	if t.escaped {
		m.escapedIn[id]++
	}
}
