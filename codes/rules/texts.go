package rules

import "signins/schema"

// A textColumn returns the numbers of a column's values, asked once for each
// value of a batch.
type textColumn struct {
	v     *schema.Vector
	known []uint32
	ids   bool // the zero GUID means none
}

func column(b *schema.Batch, id schema.ColumnID) textColumn {
	return textColumn{v: &b.Columns[id], known: make([]uint32, b.Columns[id].Dict.Len())}
}

func idColumn(b *schema.Batch, id schema.ColumnID) textColumn {
	c := column(b, id)
	c.ids = true
	return c
}

func (c textColumn) at(e *Evaluator, row int) uint32 {
	code := c.v.Code(row)
	if code < schema.First {
		return 0
	}
	known := &c.known[code-schema.First]
	if value := c.v.Dict.Value(code); *known == 0 && !(c.ids && string(value) == schema.ZeroGUID) {
		*known = e.text(value)
	}
	return *known
}

// text returns the number of a text.
func (e *Evaluator) text(value []byte) uint32 { return e.texts.number(value) }

// value returns the text of a number, "" for 0.
func (e *Evaluator) value(n uint32) string { return e.texts.value(n) }
