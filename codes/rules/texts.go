package rules

import (
	"encoding/hex"
	"fmt"

	"signins/schema"
)

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
	if value := c.v.Dict.Value(code); *known == 0 && !(c.ids && string(value) == zeroGUID) {
		*known = e.text(value)
	}
	return *known
}

// text returns the number of a text.
func (e *Evaluator) text(value []byte) uint32 {
	return uint32(e.texts.Add(pack(value))-schema.First) + 1
}

// value returns the text of a number.
func (e *Evaluator) value(n uint32) string {
	if n == 0 {
		return ""
	}
	return unpack(e.texts.Value(schema.First + schema.Code(n-1)))
}

// packed is the first byte of a GUID in 17 bytes; UTF-8 has no such byte.
const packed = 0xff

// pack returns a GUID in lower case in 17 bytes instead of 36, all else as it is.
func pack(value []byte) []byte {
	if len(value) != 36 || value[8] != '-' || value[13] != '-' || value[18] != '-' || value[23] != '-' {
		return value
	}
	var digits [32]byte
	n := 0
	for i, c := range value {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			continue
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
			digits[n] = c
			n++
		default:
			return value
		}
	}
	guid := make([]byte, 17)
	guid[0] = packed
	hex.Decode(guid[1:], digits[:]) // all are digits
	return guid
}

// unpack returns the text of what pack returned.
func unpack(value []byte) string {
	if len(value) != 17 || value[0] != packed {
		return string(value)
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", value[1:5], value[5:7], value[7:9], value[9:11], value[11:])
}
