package excel

import (
	"math"
	"strconv"

	"signins/schema"
)

// A columnEncoder makes the cells of one column of sign-ins, batch after batch. The cell
// of a text is packed once for each distinct text of a batch. For the texts "denied",
// "granted" and the rows denied, granted, denied it is packed twice, in 4 bytes each:
//
//	packed  44, shared, no mark | 1 | 7 || 43, shared, no mark | 1 | 8
//	ends    4, 8
//
// and a row appends its column and the part of its code.
type columnEncoder struct {
	kind   schema.Kind
	source schema.ColumnID // of the batch
	vector *schema.Vector
	texts  textEncoder
	styles *[len(verdictLooks)]int // of verdicts; nil for one style
	style  int                     // of numbers
	code   bool                    // numbers are texts
	count  *columnCount
	cells  int // of the batch
	last   lastDate

	packed    []byte
	ends      []int      // of texts in packed
	textMarks []cellMark // of texts
}

// newColumnEncoder returns the encoder of a column of some kind, made from a column
// of the schema.
func newColumnEncoder(book *workbook, kind schema.Kind, source schema.ColumnID, count *columnCount) *columnEncoder {
	styles := &book.styles
	c := &columnEncoder{
		kind: kind, source: source, texts: textEncoder{shared: &book.texts, style: styles.text}, code: codeColumns[source], count: count,
	}
	switch c.kind {
	case schema.Time:
		c.style = styles.date
	case schema.Float64:
		c.style = styles.decimal
	case schema.Bool:
		c.style = styles.boolean
	default:
		c.style = styles.whole
	}
	if source == schema.AccessVerdict {
		c.styles = &styles.cells
	}
	return c
}

// readBatch counts the values of a batch and makes the cells of its texts.
func (c *columnEncoder) readBatch(b *schema.Batch) {
	c.setBatch(b)
	c.cells = 0
	for _, code := range c.vector.Codes {
		if code >= schema.First {
			c.cells++
		}
	}
	for _, valid := range c.vector.Valid {
		c.cells += int(valid)
	}
	c.count.filled += int64(c.cells)
	if c.cells > 0 && c.kind.Coded() {
		c.texts.cells += c.cells
		for i := range c.vector.Dict.Len() {
			c.addText(c.vector.Dict.Value(schema.First + schema.Code(i)))
		}
	}
}

// setBatch begins the next batch, without any cells.
func (c *columnEncoder) setBatch(b *schema.Batch) {
	c.vector = &b.Columns[c.source]
	c.packed, c.ends, c.textMarks = c.packed[:0], c.ends[:0], c.textMarks[:0]
}

// addText makes the cell of the next text.
func (c *columnEncoder) addText(value []byte) {
	if c.kind == schema.TextList {
		value = joinList(value)
	}
	text, mark := fitCell(value)
	if c.styles != nil {
		c.texts.style = c.styles[verdictIndex(string(value))]
	}
	c.packed = c.texts.packText(c.packed, text, mark)
	c.endText(mark)
}

// endText ends the next text; without anything packed it has no cell.
func (c *columnEncoder) endText(mark cellMark) {
	c.ends, c.textMarks = append(c.ends, len(c.packed)), append(c.textMarks, mark)
}

// packCell appends the packed cell of a row, nothing for null. It counts its mark, on
// Sign-ins in those of the column.
func (c *columnEncoder) packCell(dst []byte, column, row int, marks *cellMarks) []byte {
	if !c.kind.Coded() {
		if n, valid := c.vector.Num(row); valid {
			return c.packNumber(append(dst, byte(column)), n)
		}
		return dst
	}
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
	marks.add(c.textMarks[code])
	return append(append(dst, byte(column)), c.packed[start:c.ends[code]]...)
}

// A lastDate is the last date of a column. The sheets of policies and steps have that of
// Sign-ins again.
type lastDate struct {
	micros int64
	digits []byte
}

// text returns a time as appendDate does, valid until the next one.
func (d *lastDate) text(micros int64) []byte {
	if d.digits == nil || d.micros != micros {
		d.micros, d.digits = micros, appendDate(d.digits[:0], micros)
	}
	return d.digits
}

// packNumber appends the packed cell of a number of the column's kind, from behind its
// column.
func (c *columnEncoder) packNumber(dst []byte, n int64) []byte {
	var value [32]byte
	inline := func(text []byte) []byte { return appendPacked(dst, c.texts.style, inlineCell, cellMark{}, text) }
	number := func(digits []byte) []byte { return appendPacked(dst, c.style, numberCell, cellMark{}, digits) }
	switch {
	case c.kind == schema.Bool:
		return appendPacked(dst, c.style, boolCell, cellMark{}, strconv.AppendInt(value[:0], n&1, 10))
	case c.kind == schema.Time && isDate(n):
		return number(c.last.text(n))
	case c.kind == schema.Time:
		return appendPacked(dst, c.style, inlineCell, cellMark{}, []byte(isoTime(n)))
	case c.kind == schema.Float64:
		f := math.Float64frombits(uint64(n))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return inline(strconv.AppendFloat(value[:0], f, 'g', -1, 64))
		}
		return number(strconv.AppendFloat(value[:0], f, 'f', -1, 64))
	case c.code:
		c.texts.cells++
		return c.texts.packText(dst, strconv.AppendInt(value[:0], n, 10), cellMark{})
	case !isExact(n):
		return inline(strconv.AppendInt(value[:0], n, 10))
	}
	return number(strconv.AppendInt(value[:0], n, 10))
}
