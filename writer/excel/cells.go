package excel

import (
	"strconv"
	"time"
)

// A cell is a cell of a page that is written cell by cell. One without a value
// shows its style alone.
type cell struct {
	style   int
	text    string
	raw     []byte // in place of text, not copied
	number  string // as in XML, "" for none
	boolean bool   // number is 0 or 1, and means false or true
	columns int    // that are merged; 0 for one
}

// isZero reports a cell without value and style.
func (c cell) isZero() bool {
	return c.style == 0 && c.text == "" && len(c.raw) == 0 && c.number == "" && c.columns == 0
}

// isText reports a cell whose value, where it has one, is a text.
func (c cell) isText() bool { return !c.boolean && c.number == "" }

// value returns the value of the cell, its kind, and how it differs from the source. ok
// is false for a cell that has none.
func (c cell) value() (value []byte, kind cellKind, mark cellMark, ok bool) {
	switch {
	case c.boolean:
		return []byte(c.number), boolCell, mark, true
	case c.number != "":
		return []byte(c.number), numberCell, mark, true
	case c.raw != nil:
		value, mark = fitCell(c.raw)
	case c.text != "":
		value, mark = fitCell([]byte(c.text))
	}
	return value, inlineCell, mark, len(value) > 0
}

// appendTo appends the cell from behind its place. marks counts its text.
func (c cell) appendTo(dst []byte, marks *cellMarks) []byte {
	value, kind, mark, ok := c.value()
	if !ok {
		return append(appendStyle(dst, c.style), "/>"...)
	}
	marks.add(mark)
	return appendCell(dst, c.style, kind, value)
}

// A rowEnd is the end of the places in a row, such as 17" of C17". It is made once a
// row.
type rowEnd []byte

// appendPlace appends the beginning of a cell with its place; column counts from 0.
func appendPlace(dst []byte, column int, row rowEnd) []byte {
	return append(append(dst, columnPlaces[column]...), row...)
}

// columnPlaces are the beginnings of cells up to the row, by column.
var columnPlaces = func() (places [len(columnLetters)]string) {
	for i, letters := range columnLetters {
		places[i] = `<c r="` + letters
	}
	return places
}()

func appendStyle(dst []byte, style int) []byte {
	dst = append(dst, ` s="`...)
	dst = strconv.AppendInt(dst, int64(style), 10)
	return append(dst, '"')
}

// textCells returns a cell for each text.
func textCells(style int, values ...string) []cell {
	cells := make([]cell, len(values))
	for i, text := range values {
		cells[i] = cell{style: style, text: text}
	}
	return cells
}

// truthCell returns a cell with a truth value.
func truthCell(style int, v bool) cell {
	c := cell{style: style, number: "0", boolean: true}
	if v {
		c.number = "1"
	}
	return c
}

// countCell returns a cell with a count.
func countCell(style int, n int64) cell {
	if !isExact(n) {
		return cell{style: style, text: strconv.FormatInt(n, 10)}
	}
	return cell{style: style, number: strconv.FormatInt(n, 10)}
}

// shareCell returns a cell with the share n of total.
func shareCell(style int, n, total int64) cell {
	share := "0"
	if total != 0 {
		share = strconv.FormatFloat(float64(n)/float64(total), 'f', 6, 64)
	}
	return cell{style: style, number: share}
}

// timeCell returns a cell with a time in microseconds.
func timeCell(style int, micros int64) cell {
	if !isDate(micros) {
		return cell{style: style, text: isoTime(micros)}
	}
	return cell{style: style, number: string(appendDate(nil, micros))}
}

// spanCells returns the cells of the first and the last time of a span.
func spanCells(style int, s timeSpan) []cell {
	if !s.set {
		return []cell{{style: style}, {style: style}}
	}
	return []cell{timeCell(style, s.first), timeCell(style, s.last)}
}

// Excel's dates are right from 1900-03-01 on and end with the year 9999.
var (
	firstDate = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	afterDate = time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// isDate reports whether Excel has a date for a time.
func isDate(micros int64) bool { return micros >= firstDate && micros < afterDate }

// appendDate appends a time as Excel's number of days, cut to milliseconds: a
// number of days keeps no more, and Excel would round it up, at worst into the next
// day.
func appendDate(dst []byte, micros int64) []byte {
	const epoch, day = 25569, 86400e3
	return strconv.AppendFloat(dst, float64(time.UnixMicro(micros).UnixMilli()+epoch*day)/day, 'f', -1, 64)
}

// isoTime returns a time as ISO 8601 text in UTC.
func isoTime(micros int64) string { return time.UnixMicro(micros).UTC().Format(time.RFC3339Nano) }

// isExact reports whether Excel shows all digits of a whole number: it has 15.
func isExact(n int64) bool { return n < 1e15 && n > -1e15 }
