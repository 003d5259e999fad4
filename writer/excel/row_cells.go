package excel

import (
	"math"
	"strconv"

	"signins/schema"
)

// A columnEncoder makes the cells of one column of sign-ins, batch after batch. The
// XML of a text is made once for each distinct text of a batch. For the texts
// "denied", "granted" and the rows denied, granted, denied it is made twice:
//
//	xml   ` s="44" t="s"><v>7</v></c> s="43" t="s"><v>8</v></c>`
//	ends  27, 54
//
// and a row appends its place, such as <c r="P2", and the part of its code.
type columnEncoder struct {
	kind   schema.Kind
	source schema.ColumnID // of the batch
	vector *schema.Vector
	texts  textEncoder
	styles *[len(verdictLooks)]int // of verdicts; nil for one style
	style  int                     // of numbers
	count  *columnCount
	marks  *cellMarks // of the workbook

	xml       []byte
	ends      []int      // of texts in xml
	textMarks []cellMark // of texts
	words     [2][]byte  // XML of false and true
}

// newColumnEncoder returns the encoder of a column of some kind, made from a column
// of the schema.
func newColumnEncoder(book *workbook, kind schema.Kind, source schema.ColumnID, count *columnCount) *columnEncoder {
	styles := &book.styles
	c := &columnEncoder{
		kind: kind, source: source, texts: textEncoder{shared: &book.texts, style: styles.text}, count: count, marks: &book.marks,
	}
	switch c.kind {
	case schema.Time:
		c.style = styles.date
	case schema.Float64:
		c.style = styles.decimal
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
	cells := 0
	for _, code := range c.vector.Codes {
		if code >= schema.First {
			cells++
		}
	}
	for _, valid := range c.vector.Valid {
		cells += int(valid)
	}
	c.count.filled += int64(cells)
	if cells > 0 && c.kind.Coded() {
		c.texts.cells += cells
		for i := range c.vector.Dict.Len() {
			c.addText(c.vector.Dict.Value(schema.First + schema.Code(i)))
		}
	}
}

// setBatch begins the next batch, without any cells.
func (c *columnEncoder) setBatch(b *schema.Batch) {
	c.vector = &b.Columns[c.source]
	c.xml, c.ends, c.textMarks = c.xml[:0], c.ends[:0], c.textMarks[:0]
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
	c.xml = c.texts.appendText(c.xml, text)
	c.endText(mark)
}

// endText ends the next text; without any XML it has no cell.
func (c *columnEncoder) endText(mark cellMark) {
	c.ends, c.textMarks = append(c.ends, len(c.xml)), append(c.textMarks, mark)
}

// appendCell appends the cell of a row, nothing for null. It counts its mark in those
// of the workbook and, on Sign-ins, in those of the column.
func (c *columnEncoder) appendCell(dst []byte, column int, end rowEnd, row int, ofColumn *cellMarks) []byte {
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
		if mark := c.textMarks[code]; mark != (cellMark{}) {
			c.marks.add(mark)
			ofColumn.add(mark)
		}
		return append(appendPlace(dst, column, end), c.xml[start:c.ends[code]]...)
	}
	n, valid := c.vector.Num(row)
	if !valid {
		return dst
	}
	return c.appendNumber(appendPlace(dst, column, end), n)
}

// appendNumber appends a cell with a number of the column's kind from behind its
// place.
func (c *columnEncoder) appendNumber(dst []byte, n int64) []byte {
	switch {
	case c.kind == schema.Bool:
		return append(dst, c.word(n&1)...)
	case c.kind == schema.Time && isDate(n):
		return appendValue(dst, c.style, func(dst []byte) []byte { return appendDate(dst, n) })
	case c.kind == schema.Time:
		return appendInline(dst, c.style, []byte(isoTime(n)))
	case c.kind == schema.Float64:
		f := math.Float64frombits(uint64(n))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return appendInline(dst, c.texts.style, strconv.AppendFloat(nil, f, 'g', -1, 64))
		}
		return appendValue(dst, c.style, func(dst []byte) []byte { return strconv.AppendFloat(dst, f, 'f', -1, 64) })
	case codeColumns[c.source]:
		c.texts.cells++
		return c.texts.appendText(dst, strconv.AppendInt(nil, n, 10))
	case !isExact(n):
		return appendInline(dst, c.texts.style, strconv.AppendInt(nil, n, 10))
	}
	return appendValue(dst, c.style, func(dst []byte) []byte { return strconv.AppendInt(dst, n, 10) })
}

// word returns the word of a Bool value. Excel would show a cell of its own kind in
// the language of the reader.
func (c *columnEncoder) word(n int64) []byte {
	if c.words[n] == nil {
		c.words[n] = c.texts.appendText(nil, []byte(strconv.FormatBool(n == 1)))
	}
	return c.words[n]
}
