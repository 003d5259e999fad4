package parquet

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

func isNumber(kind schema.Kind) bool { return !kind.Coded() && kind != schema.Bool }

// numberWidth is how many bytes a number or boolean takes alone.
func numberWidth(kind schema.Kind) int {
	switch kind {
	case schema.Bool:
		return 1
	case schema.Int32:
		return 4
	}
	return 8
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
		switch c.kind {
		case schema.Bool:
			bounds.number(n)
			p.addBool(byte(n))
		case schema.Float64:
			bounds.number(floatKey(n))
			numbers = append(numbers, n)
		default:
			bounds.number(n)
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

// encodeNumbers encodes the numbers of the page with the dictionary while that is
// shorter. What the page adds to the dictionary counts half, because later pages
// use it, too.
func (c *columnChunk) encodeNumbers() ([]byte, format.Encoding) {
	packed, encoding := c.packNumbers()
	before := c.dict.size
	if c.dict.open && c.indexNumbers() {
		if indexes := c.encodeIndexes(); len(indexes)+(c.dict.size-before)/2 < len(packed) {
			return indexes, format.RLEDictionary
		}
	}
	c.dict.open = false
	return packed, encoding
}

// indexNumbers adds the numbers of the page to the dictionary and sets their
// indexes. It gives up, and returns false, when most of them are new.
func (c *columnChunk) indexNumbers() bool {
	p, width := &c.page, numberWidth(c.kind)
	var value [8]byte
	var index int32
	most := c.dict.values.Len() + len(p.numbers)/2
	for i, n := range p.numbers {
		if i == 0 || n != p.numbers[i-1] {
			binary.LittleEndian.PutUint64(value[:], uint64(n))
			if index, _ = c.dict.add(value[:width]); c.dict.values.Len() > most {
				return false
			}
		}
		p.indexes = append(p.indexes, index)
	}
	return true
}

// packNumbers encodes the numbers of the page without a dictionary.
func (c *columnChunk) packNumbers() ([]byte, format.Encoding) {
	s, p, delta := c.scratch, &c.page, new(delta.BinaryPackedEncoding)
	switch c.kind {
	case schema.Float64:
		for _, n := range p.numbers {
			p.plain = binary.LittleEndian.AppendUint64(p.plain, uint64(n))
		}
		return p.plain[levelRoom:], format.Plain
	case schema.Int32:
		s.numbers = s.numbers[:0]
		for _, n := range p.numbers {
			s.numbers = append(s.numbers, int32(n))
		}
		s.packed = must(delta.EncodeInt32(s.packed, s.numbers))
	default:
		s.packed = must(delta.EncodeInt64(s.packed, p.numbers))
	}
	return s.packed, format.DeltaBinaryPacked
}
