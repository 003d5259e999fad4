package excel

import (
	"strconv"
	"time"

	"signins/schema"
)

// A cell is a cell of a sheet that is written cell by cell. A cell without a
// value shows its style alone.
type cell struct {
	style  int
	text   string
	number string // as in XML, "" for none
}

// appendCell appends a cell.
func (x *Writer) appendCell(dst []byte, column string, row rowName, c cell) []byte {
	dst = appendPlace(dst, column, row)
	switch {
	case c.number != "":
		dst = appendStyle(dst, c.style)
		dst = append(dst, "><v>"...)
		dst = append(dst, c.number...)
		return append(dst, "</v></c>"...)
	case c.text != "":
		t := newCellText([]byte(c.text))
		x.marks.add(t)
		return appendInline(dst, c.style, t.text)
	}
	return append(appendStyle(dst, c.style), "/>"...)
}

// A rowName is the number of a row as it stands behind the letters of a column,
// with the quote behind it. It is made once a row.
type rowName []byte

// appendPlace appends the beginning of a cell with its place, such as A1.
func appendPlace(dst []byte, column string, row rowName) []byte {
	dst = append(dst, `<c r="`...)
	dst = append(dst, column...)
	return append(dst, row...)
}

func appendStyle(dst []byte, style int) []byte {
	dst = append(dst, ` s="`...)
	dst = strconv.AppendInt(dst, int64(style), 10)
	return append(dst, '"')
}

// appendInline appends what follows the place of a cell that holds its text.
func appendInline(dst []byte, style int, text []byte) []byte {
	dst = append(appendStyle(dst, style), ` t="inlineStr"><is>`...)
	return append(appendT(dst, text), "</is></c>"...)
}

// appendValue appends what follows the place of a cell with a number.
func appendValue(dst []byte, style int, appendNumber func([]byte) []byte) []byte {
	dst = append(appendStyle(dst, style), "><v>"...)
	return append(appendNumber(dst), "</v></c>"...)
}

// countCell is a cell with a count.
func countCell(style int, n int64) cell {
	if !exact(n) {
		return cell{style: style, text: strconv.FormatInt(n, 10)}
	}
	return cell{style: style, number: strconv.FormatInt(n, 10)}
}

// timeCell is a cell with a time in microseconds.
func timeCell(style int, micros int64) cell {
	if !isDate(micros) {
		return cell{style: style, text: isoTime(micros, 0)}
	}
	return cell{style: style, number: string(appendDate(nil, micros))}
}

// spanCells are the cells of the first and the last time of a span.
func spanCells(style int, s timeSpan) []cell {
	if !s.set {
		return []cell{{style: style}, {style: style}}
	}
	return []cell{timeCell(style, s.first), timeCell(style, s.last)}
}

// Dates of Excel begin to count right on 1900-03-01 and end with the year 9999.
var (
	firstDate = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	afterDate = time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// isDate reports whether Excel has a date for a time.
func isDate(micros int64) bool { return micros >= firstDate && micros < afterDate }

// appendDate appends a time as Excel's number of days. It is cut to
// milliseconds: a serial number keeps no more for sure, and Excel would round
// what it shows up, at worst into the next day.
func appendDate(dst []byte, micros int64) []byte {
	const epoch, day = 25569, 86400e3
	return strconv.AppendFloat(dst, float64(floorDiv(micros, 1000)+epoch*day)/day, 'f', -1, 64)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// isoTime returns a time as ISO 8601 text with all digits recorded but zeros at
// the end.
func isoTime(micros, nanos int64) string {
	return time.UnixMicro(micros).Add(time.Duration(nanos)).UTC().Format(time.RFC3339Nano)
}

// exact reports whether Excel shows all digits of a whole number: it has 15.
func exact(n int64) bool { return n < 1e15 && n > -1e15 }

// cellMarks counts the cells that do not show what was recorded as it was.
type cellMarks struct {
	cut, escaped int64
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
