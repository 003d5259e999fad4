package order

import (
	"bytes"
	"encoding/binary"
	"math"

	"signins/schema"
)

// Keys are compared byte by byte. What a key has of a column begins with one of these.
const (
	keyValue = iota
	keyNull  // behind all values
)

// appendKey appends what sorts the rows of a batch by a column, ascending: numbers and
// doubles with their least byte last, texts by their bytes. A text ends with two zeros, so
// that it is before those that it begins, and a zero in it has 255 behind it:
//
//	null   1
//	1      0  128 0 0 0 0 0 0 1
//	-1     0  127 255 255 255 255 255 255 255
//	"a"    0  97 0 0
//	"a\0"  0  97 0 255 0 0
//
// -0 is 0, and NaN is one value, the greatest: readers do not order them either.
func appendKey(to []byte, v *schema.Vector, kind schema.Kind, row int) []byte {
	if kind.Coded() {
		if v.Code(row) < schema.First {
			return append(to, keyNull)
		}
		return appendTextKey(append(to, keyValue), v.Value(row))
	}
	n, set := v.Num(row)
	if !set {
		return append(to, keyNull)
	}
	if kind == schema.Float64 {
		n = doubleKey(n)
	}
	return appendNumber(append(to, keyValue), n)
}

// appendNumber appends a number so that numbers and their bytes have one order.
func appendNumber(to []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(to, uint64(n)^1<<63)
}

// readNumber reads the number that appendNumber has appended to nothing.
func readNumber(key []byte) int64 { return int64(binary.BigEndian.Uint64(key) ^ 1<<63) }

// doubleKey maps the bits of doubles to numbers in their order.
func doubleKey(bits int64) int64 {
	switch f := math.Float64frombits(uint64(bits)); {
	case f != f:
		return math.MaxInt64
	case f == 0:
		return 0
	case f < 0:
		return bits ^ math.MaxInt64
	}
	return bits
}

func appendTextKey(to, text []byte) []byte {
	for {
		end := bytes.IndexByte(text, 0)
		if end < 0 {
			return append(append(to, text...), 0, 0)
		}
		to = append(append(to, text[:end]...), 0, 255)
		text = text[end+1:]
	}
}
