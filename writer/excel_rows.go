package writer

import (
	"math"
	"strconv"

	"github.com/xuri/excelize/v2"

	"signins/schema"
)

// The most bytes of XML that a cell takes beside its text, and a row beside its
// cells but with the ISO time.
const (
	cellXML = len(`<c r="XFD1048576" s="99" t="inlineStr"><is><t xml:space="preserve"></t></is></c>`)
	rowXML  = len(`<row r="1048576" s="99" customFormat="1"></row>`) + cellXML + len("+292277-12-31T23:59:59.123456789Z")
)

// A rowColumn makes the cells of one column of the schema, for one batch after
// the other.
type rowColumn struct {
	x      *Excel
	id     schema.ColumnID
	kind   schema.Kind
	vector *schema.Vector
	texts  []cellText          // of the values of the batch's dictionary, in its order
	codes  map[int64]*cellText // of the numbers of a code column
	number excelize.Cell       // the cell last made of a number
}

// maxCodeTexts bounds the texts that a code column keeps for its numbers.
const maxCodeTexts = 4096

func newRowColumns(x *Excel) []*rowColumn {
	columns := make([]*rowColumn, schema.NumColumns)
	for id := range schema.NumColumns {
		c := &rowColumn{x: x, id: id, kind: schema.Columns[id].Kind}
		switch c.kind {
		case schema.Time:
			c.number.StyleID = x.styles.date
		case schema.Float64:
			c.number.StyleID = x.styles.decimal
		default:
			c.number.StyleID = x.styles.whole
		}
		if codeColumns[id] {
			c.codes = map[int64]*cellText{}
		}
		columns[id] = c
	}
	return columns
}

// begin turns to the next batch and reports whether it has values in this
// column. Each distinct text is made a cell once, however many rows have it.
func (c *rowColumn) begin(b *schema.Batch) bool {
	c.vector = &b.Columns[c.id]
	c.texts = c.texts[:0]
	if !c.kind.Coded() {
		return len(c.vector.Valid) > 0
	}
	if len(c.vector.Codes) == 0 {
		return false
	}
	for i := range c.vector.Dict.Len() {
		c.texts = append(c.texts, c.text(c.vector.Dict.Value(schema.First+schema.Code(i))))
	}
	return true
}

func (c *rowColumn) text(value []byte) cellText {
	if c.kind == schema.TextList {
		value = joinList(value)
	}
	t := newCellText(value)
	if c.id == schema.AccessVerdict {
		t.value = excelize.Cell{StyleID: c.x.styles.verdict[string(value)], Value: t.value}
	}
	return t
}

// cell returns the cell of a row of the batch, nil for null, and the bytes of
// XML its text takes at most. It is valid until the next call.
func (c *rowColumn) cell(row int) (value any, size int) {
	if c.kind.Coded() {
		code := c.vector.Code(row)
		if code < schema.First {
			return nil, 0
		}
		t := &c.texts[code-schema.First]
		if t.cut || t.escaped {
			c.x.marks.addIn(c.id, t)
		}
		return t.value, t.size
	}
	n, valid := c.vector.Num(row)
	switch {
	case !valid:
		return nil, 0
	case c.kind == schema.Bool:
		return boolTexts[n&1], 0
	case c.codes != nil:
		return c.code(n), 0
	}
	c.number.Value = c.numberValue(n)
	return &c.number, 0
}

// boolTexts are the words of Bool values: a cell of Excel's own kind would be
// shown in the language of the reader.
var boolTexts = [2]any{"false", "true"}

func (c *rowColumn) numberValue(n int64) any {
	switch c.kind {
	case schema.Time:
		return cellTime(n)
	case schema.Float64:
		f, rounded := cellFloat(math.Float64frombits(uint64(n)))
		if rounded {
			c.x.marks.rounded++
		}
		return f
	default:
		return cellWhole(n)
	}
}

// code returns the text of a number that is a name, not a quantity.
func (c *rowColumn) code(n int64) any {
	if t := c.codes[n]; t != nil {
		return t.value
	}
	if len(c.codes) == maxCodeTexts {
		clear(c.codes)
	}
	t := &cellText{value: strconv.FormatInt(n, 10)}
	c.codes[n] = t
	return t.value
}

// writeRows writes the records of b to the sign-in sheets.
func (x *Excel) writeRows(b *schema.Batch) error {
	var active []*rowColumn
	clear(x.row)
	for _, c := range x.columns {
		if c.begin(b) {
			active = append(active, c)
		}
	}
	for row := range b.Len {
		if err := x.makeRoom(); err != nil {
			return err
		}
		for _, c := range active {
			cell, size := c.cell(row)
			x.row[c.id] = cell
			if cell != nil {
				x.signIns.size += int64(size + cellXML)
			}
		}
		x.row[schema.NumColumns] = isoCell(b, row)
		x.signIns.size += int64(rowXML)
		x.signIns.put(0, x.styles.text, x.row...)
		if x.signIns.err != nil {
			return x.signIns.err
		}
		x.rows++
	}
	return nil
}

// isoCell returns the event time of a row as text in full precision.
func isoCell(b *schema.Batch, row int) any {
	micros, valid := b.Columns[schema.CreatedAt].Num(row)
	if !valid {
		return nil
	}
	nanos, _ := b.Columns[schema.CreatedAtRemainderNS].Num(row)
	return isoTime(micros, nanos)
}

// makeRoom begins the next sheet where the one at work is full.
func (x *Excel) makeRoom() error {
	p := x.signIns
	if int64(p.row) <= x.rowLimit && p.size < x.xmlLimit {
		return nil
	}
	if err := x.closeSignIns(); err != nil {
		return err
	}
	return x.openSignIns()
}

// openSignIns begins a sheet of sign-ins with its header.
func (x *Excel) openSignIns() (err error) {
	x.sheets++
	name := signInSheet
	if x.sheets > 1 {
		name += " " + strconv.Itoa(x.sheets)
	}
	look := sheetLook{tab: "2E75B6", columns: signInColumns(), table: true, fixed: 1}
	if x.signIns, err = x.openSheet(name, look); err != nil {
		return err
	}
	header := make([]any, 0, len(look.columns))
	for _, column := range schema.Columns {
		header = append(header, column.Title)
	}
	x.signIns.put(30, x.styles.header, append(header, isoTitle)...)
	return x.signIns.err
}

func (x *Excel) closeSignIns() error { return x.signIns.close(x.signIns.row) }
