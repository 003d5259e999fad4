package writer

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// A numberDictionary holds the distinct numbers of a column chunk, in the order
// of their first occurrence. The zero numberDictionary is empty and ready.
type numberDictionary struct {
	values  []int64
	indexes map[int64]int32
}

// appendIndexes appends the indexes of numbers, adding those that are new. It
// gives up, and returns false, before it adds more than room of them.
func (d *numberDictionary) appendIndexes(indexes []int32, numbers []int64, room int) (_ []int32, ok bool) {
	if d.indexes == nil {
		d.indexes = map[int64]int32{}
	}
	last, lastIndex, most := int64(0), int32(-1), len(d.values)+room
	for _, n := range numbers {
		if n != last || lastIndex < 0 {
			index, known := d.indexes[n]
			if !known {
				if len(d.values) >= most {
					return indexes, false
				}
				index = int32(len(d.values))
				d.indexes[n] = index
				d.values = append(d.values, n)
			}
			last, lastIndex = n, index
		}
		indexes = append(indexes, lastIndex)
	}
	return indexes, true
}

// truncate keeps the first n values.
func (d *numberDictionary) truncate(n int) {
	if n == 0 {
		clear(d.indexes)
	}
	for _, value := range d.values[n:] {
		delete(d.indexes, value)
	}
	d.values = d.values[:n]
}

func (d *numberDictionary) memoryUse() int {
	const entry = 32 // a value, and its key and index with the room a map needs
	return entry * len(d.values)
}

func isNumber(kind schema.Kind) bool { return !kind.Coded() && kind != schema.Bool }

// numberWidth is how many bytes a number takes in the PLAIN encoding.
func numberWidth(kind schema.Kind) int {
	if kind == schema.Int32 {
		return 4
	}
	return 8
}

func appendPlainNumbers(to []byte, kind schema.Kind, numbers []int64) []byte {
	for _, n := range numbers {
		if kind == schema.Int32 {
			to = binary.LittleEndian.AppendUint32(to, uint32(n))
		} else {
			to = binary.LittleEndian.AppendUint64(to, uint64(n))
		}
	}
	return to
}

// writeNumbers adds rows of numbers or booleans.
func (c *columnChunk) writeNumbers(v *schema.Vector, from, to int) error {
	p := &c.page
	p.defs = append(p.defs, v.Valid[from:to]...)
	p.rows += to - from
	numbers, bounds := p.numbers, p.bounds
	for row := from; row < to; row++ {
		if v.Valid[row] == 0 {
			p.nulls++
			continue
		}
		n := v.Nums[row]
		bounds.number(n)
		if c.kind == schema.Bool {
			p.addBool(byte(n))
		} else {
			numbers = append(numbers, n)
		}
	}
	p.numbers, p.bounds = numbers, bounds
	for _, n := range []int64{bounds.least, bounds.greatest} {
		if c.kind == schema.Int32 && n != int64(int32(n)) {
			return fmt.Errorf("%d does not fit into 32 bits", n)
		}
	}
	return nil
}

// encodeNumbers encodes the numbers of the page with the dictionary where that is
// shorter: indexes and the values that the page adds to it.
func (c *columnChunk) encodeNumbers() ([]byte, format.Encoding, error) {
	packed, encoding, err := c.packNumbers()
	if err != nil {
		return nil, 0, err
	}
	s, d, width := c.scratch, &c.numbers, numberWidth(c.kind)
	before := len(d.values)
	room := min(len(packed), c.limits.dictionaryBytes-before*width) / width
	var ok bool
	if s.numbers, ok = d.appendIndexes(s.numbers[:0], c.page.numbers, room); ok {
		if s.indexes, err = indexEncoding.EncodeInt32(s.indexes, s.numbers); err != nil {
			return nil, 0, err
		}
		if len(s.indexes)+(len(d.values)-before)*width < len(packed) {
			return s.indexes, format.RLEDictionary, nil
		}
	}
	d.truncate(before)
	return packed, encoding, nil
}

var deltaEncoding = delta.BinaryPackedEncoding{}

// packNumbers encodes the numbers of the page without a dictionary.
func (c *columnChunk) packNumbers() (_ []byte, _ format.Encoding, err error) {
	s, p := c.scratch, &c.page
	switch c.kind {
	case schema.Float64:
		p.plain = appendPlainNumbers(p.plain, c.kind, p.numbers)
		return p.plain[levelRoom:], format.Plain, nil
	case schema.Int32:
		s.numbers = s.numbers[:0]
		for _, n := range p.numbers {
			s.numbers = append(s.numbers, int32(n))
		}
		s.packed, err = deltaEncoding.EncodeInt32(s.packed, s.numbers)
	default:
		s.packed, err = deltaEncoding.EncodeInt64(s.packed, p.numbers)
	}
	return s.packed, format.DeltaBinaryPacked, err
}
