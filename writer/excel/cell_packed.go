package excel

import (
	"encoding/binary"
)

// A cellKind is how a cell spells its value in XML.
type cellKind uint8

const (
	numberCell cellKind = iota
	boolCell            // the value is 0 or 1
	sharedCell          // the value is the number of a shared string
	inlineCell          // the value is the text
)

// kindXML are what is before and behind the value of a cell.
var kindXML = [...]struct{ before, after string }{
	numberCell: {`><v>`, `</v></c>`},
	boolCell:   {` t="b"><v>`, `</v></c>`},
	sharedCell: {` t="s"><v>`, `</v></c>`},
	inlineCell: {` t="inlineStr"><is>`, `</is></c>`},
}

// A packedCell is a cell of a row that has no number yet: column, style and value. A
// rowStore keeps them a fourth as long as their XML:
//
//	<c r="P17" s="44" t="s"><v>7</v></c>
//	15 | 44, shared, no mark | 1 | 7
type packedCell struct {
	column int // from 0
	style  int
	kind   cellKind
	mark   cellMark // of the text
	value  []byte
}

// appendPacked appends a cell from behind its column, which is one byte.
func appendPacked(dst []byte, style int, kind cellKind, mark cellMark, value []byte) []byte {
	head := uint64(style)<<4 | uint64(kind)<<2
	if mark.cut {
		head |= 2
	}
	if mark.escaped {
		head |= 1
	}
	return appendSized(binary.AppendUvarint(dst, head), value)
}

// nextCell returns the first of packed cells, and those behind it.
func nextCell(packed []byte) (c packedCell, rest []byte) {
	c.column = int(packed[0])
	head, n := binary.Uvarint(packed[1:])
	c.style, c.kind = int(head>>4), cellKind(head>>2&3)
	c.mark = cellMark{cut: head&2 != 0, escaped: head&1 != 0}
	c.value, rest = nextSized(packed[1+n:])
	return c, rest
}

// appendTo appends the cell in a row.
func (c packedCell) appendTo(dst []byte, end rowEnd) []byte {
	return appendCell(appendPlace(dst, c.column, end), c.style, c.kind, c.value)
}

// styledXML are what is between the place and the value of a cell, by kind and style, so
// that they are not put together for each cell.
var styledXML = func() (heads [len(kindXML)][256]string) {
	for kind := range heads {
		for style := range heads[kind] {
			heads[kind][style] = string(appendStyle(nil, style)) + kindXML[kind].before
		}
	}
	return heads
}()

// appendCell appends a cell from behind its place.
func appendCell(dst []byte, style int, kind cellKind, value []byte) []byte {
	if style < len(styledXML[kind]) {
		dst = append(dst, styledXML[kind][style]...)
	} else {
		dst = append(appendStyle(dst, style), kindXML[kind].before...)
	}
	if kind == inlineCell {
		dst = appendT(dst, value)
	} else {
		dst = append(dst, value...)
	}
	return append(dst, kindXML[kind].after...)
}

// appendSized appends bytes behind their length.
func appendSized(dst, value []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(value))), value...)
}

// nextSized returns what appendSized appended, and what is behind it.
func nextSized(b []byte) (value, rest []byte) {
	size, n := binary.Uvarint(b)
	b = b[n:]
	return b[:size], b[size:]
}
