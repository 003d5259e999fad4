package excel

import (
	"math"
	"strconv"
	"time"

	"signins/schema"
)

// A rowColumn makes the cells of one column of the sign-in sheets, for one
// batch after the other. What follows the place of a cell is made once for each
// distinct text of a batch.
type rowColumn struct {
	x      *Writer
	id     schema.ColumnID
	kind   schema.Kind
	vector *schema.Vector
	texts  textColumn
	styles map[string]int // of single texts; nil for none
	style  int            // of numbers

	made  []byte // what follows the places, one after the other
	ends  []int
	cuts  []bool
	escs  []bool
	words [2][]byte // of a Bool column
}

func newRowColumn(x *Writer, id schema.ColumnID) *rowColumn {
	c := &rowColumn{x: x, id: id, kind: sheetKind(id), texts: textColumn{x: x, style: x.styles.text}}
	switch c.kind {
	case schema.Time:
		c.style = x.styles.date
	case schema.Float64:
		c.style = x.styles.decimal
	default:
		c.style = x.styles.whole
	}
	if id == schema.AccessVerdict {
		c.styles = x.styles.verdict
	}
	return c
}

// begin turns to the next batch and counts its values in this column.
func (c *rowColumn) begin(b *schema.Batch) {
	c.turn(b, c.id)
	cells := 0
	for _, code := range c.vector.Codes {
		if code >= schema.First {
			cells++
		}
	}
	for _, valid := range c.vector.Valid {
		cells += int(valid)
	}
	c.x.filled[c.id] += int64(cells)
	if cells > 0 && c.kind.Coded() {
		c.texts.cells += cells
		for i := range c.vector.Dict.Len() {
			c.add(c.vector.Dict.Value(schema.First + schema.Code(i)))
		}
	}
}

// turn turns to a column of the next batch.
func (c *rowColumn) turn(b *schema.Batch, id schema.ColumnID) {
	c.vector = &b.Columns[id]
	c.made, c.ends, c.cuts, c.escs = c.made[:0], c.ends[:0], c.cuts[:0], c.escs[:0]
}

// add makes the cells of the next value.
func (c *rowColumn) add(value []byte) {
	if c.kind == schema.TextList {
		value = joinList(value)
	}
	t := newCellText(value)
	if c.styles != nil {
		c.texts.style = c.styles[string(value)]
	}
	c.made = c.texts.append(c.made, t.text)
	c.ends = append(c.ends, len(c.made))
	c.cuts, c.escs = append(c.cuts, t.cut), append(c.escs, t.escaped)
}

// leaveOut makes no cell of the next value.
func (c *rowColumn) leaveOut() {
	c.ends = append(c.ends, len(c.made))
	c.cuts, c.escs = append(c.cuts, false), append(c.escs, false)
}

// appendTo appends the cell of a row of the batch, nothing for null. again tells
// that the cell repeats one of the sign-in sheets.
func (c *rowColumn) appendTo(dst []byte, letters string, at rowName, row int, again bool) []byte {
	if c.kind.Coded() {
		code := int(c.vector.Code(row)) - int(schema.First)
		if code < 0 {
			return dst
		}
		start := 0
		if code > 0 {
			start = c.ends[code-1]
		}
		if start == c.ends[code] {
			return dst
		}
		if c.cuts[code] || c.escs[code] {
			c.x.marks.addIn(c.id, c.cuts[code], c.escs[code], again)
		}
		return append(appendPlace(dst, letters, at), c.made[start:c.ends[code]]...)
	}
	n, valid := c.vector.Num(row)
	if !valid {
		return dst
	}
	return c.appendNumber(appendPlace(dst, letters, at), n)
}

// appendNumber appends what follows the place of a cell with a number of the
// column's kind.
func (c *rowColumn) appendNumber(dst []byte, n int64) []byte {
	switch {
	case c.kind == schema.Bool:
		return append(dst, c.word(n&1)...)
	case c.kind == schema.Time && isDate(n):
		return appendValue(dst, c.style, func(dst []byte) []byte { return appendDate(dst, n) })
	case c.kind == schema.Time:
		return appendInline(dst, c.style, []byte(isoTime(n, 0)))
	case c.kind == schema.Float64:
		f := math.Float64frombits(uint64(n))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return appendInline(dst, c.texts.style, strconv.AppendFloat(nil, f, 'g', -1, 64))
		}
		return appendValue(dst, c.style, func(dst []byte) []byte { return strconv.AppendFloat(dst, f, 'f', -1, 64) })
	case codeColumns[c.id]:
		c.texts.cells++
		return c.texts.append(dst, strconv.AppendInt(nil, n, 10))
	case !exact(n):
		return appendInline(dst, c.texts.style, strconv.AppendInt(nil, n, 10))
	}
	return appendValue(dst, c.style, func(dst []byte) []byte { return strconv.AppendInt(dst, n, 10) })
}

// word is the word of a Bool value: a cell of Excel's own kind would be shown
// in the language of the reader.
func (c *rowColumn) word(n int64) []byte {
	if c.words[n] == nil {
		c.words[n] = c.texts.append(nil, []byte(strconv.FormatBool(n == 1)))
	}
	return c.words[n]
}

// addIn counts a text of a column of the sign-in sheets, or one that repeats it
// elsewhere.
func (m *cellMarks) addIn(id schema.ColumnID, cut, escaped, again bool) {
	m.add(cellText{cut: cut, escaped: escaped})
	if id >= schema.NumColumns || again {
		return
	}
	if cut {
		m.cutIn[id]++
	}
	if escaped {
		m.escapedIn[id]++
	}
}

// appendTime appends the cells that tell a time of a row once more: as text in
// full precision, or in another zone.
func (x *Writer) appendTime(dst []byte, id schema.ColumnID, letters string, at rowName, b *schema.Batch, row int) []byte {
	of := schema.CreatedAt
	if id == ingestedColumn {
		of = schema.IngestedAt
	}
	micros, valid := b.Columns[of].Num(row)
	if !valid {
		return dst
	}
	x.filled[id]++
	var nanos int64
	if of == schema.CreatedAt {
		nanos, _ = b.Columns[schema.CreatedAtRemainderNS].Num(row)
	}
	event := time.UnixMicro(micros).Add(time.Duration(nanos)).UTC()
	dst = appendPlace(dst, letters, at)
	if id == isoColumn || id == ingestedColumn {
		return appendInline(dst, x.styles.text, event.AppendFormat(nil, time.RFC3339Nano))
	}
	local := event.In(x.options.Zone)
	_, offset := local.Zone()
	wall := micros + int64(offset)*1e6
	if id == localISOColumn || !isDate(wall) {
		return appendInline(dst, x.styles.text, local.AppendFormat(nil, time.RFC3339Nano))
	}
	return appendValue(dst, x.styles.date, func(dst []byte) []byte { return appendDate(dst, wall) })
}
