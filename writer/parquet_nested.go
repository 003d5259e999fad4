package writer

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"signins/schema"
)

// A nestedVector holds the values of a nested column, taken apart, by their
// codes in the batch at work.
type nestedVector struct {
	member member
	path   string // of the column in the source
	met    []met  // from: index in values
	epoch  uint64
	values []shredder
}

// take takes apart the values of the rows from..to and returns whether some of
// them leave something over.
func (n *nestedVector) take(v *schema.Vector, from, to int) (left bool, err error) {
	n.epoch++
	n.values = n.values[:0]
	if cap(n.met) < v.Dict.Len() {
		n.met = make([]met, v.Dict.Len()*3/2)
	}
	n.met = n.met[:v.Dict.Len()]
	for _, code := range v.Codes[min(from, len(v.Codes)):min(to, len(v.Codes))] {
		if code < schema.First || n.met[code-schema.First].epoch == n.epoch {
			continue
		}
		text := v.Dict.Value(code)
		if !utf8.Valid(text) {
			return false, fmt.Errorf("text is not valid UTF-8: %.40q", text)
		}
		var s shredder
		s.shred(&n.member, n.path, text)
		left = left || len(s.left) > 0
		n.met[code-schema.First] = met{epoch: n.epoch, from: int32(len(n.values))}
		n.values = append(n.values, s)
	}
	return left, nil
}

func (n *nestedVector) value(code schema.Code) *shredder {
	return &n.values[n.met[code-schema.First].from]
}

// A nester prepares the batches of one file for columns that are nested.
type nester struct {
	columns map[schema.ColumnID]*nestedVector
	extra   schema.Vector
}

func newNester() *nester {
	n := &nester{columns: map[schema.ColumnID]*nestedVector{}}
	for id, m := range nestedColumns {
		path, _, _ := strings.Cut(schema.Columns[id].Graph, "|")
		n.columns[id] = &nestedVector{member: m, path: path}
	}
	return n
}

// take prepares the rows from..to and returns their extra, with all that is
// left over.
func (n *nester) take(b *schema.Batch, from, to int) (*schema.Vector, error) {
	any := false
	for id, column := range n.columns {
		left, err := column.take(&b.Columns[id], from, to)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", schema.Columns[id].Name, err)
		}
		any = any || left
	}
	if !any {
		return &b.Columns[schema.Extra], nil
	}
	n.extra.Codes = n.extra.Codes[:0]
	n.extra.Dict.Reset()
	for row := from; row < to; row++ {
		if text := n.rowExtra(b, row); text != nil {
			n.extra.SetBytes(row, text)
		}
	}
	return &n.extra, nil
}

// rowExtra returns the extra of a row with what its nested values leave over,
// nil if there is nothing.
func (n *nester) rowExtra(b *schema.Batch, row int) []byte {
	text := b.Columns[schema.Extra].Value(row)
	var more []byte
	for id := range schema.NumColumns {
		column := n.columns[id]
		if column == nil || b.Columns[id].Code(row) < schema.First {
			continue
		}
		for _, l := range column.value(b.Columns[id].Code(row)).left {
			more = append(append(append(append(more, ','), quoteJSON(l.path)...), ':'), l.json...)
		}
	}
	if len(more) == 0 {
		return text
	}
	if len(text) <= len("{}") {
		return append(append([]byte{'{'}, more[1:]...), '}')
	}
	return append(append(append([]byte{}, text[:len(text)-1]...), more...), '}')
}

// chunks returns a column chunk for every leaf of a nested column.
func (n *nestedVector) chunks(id schema.ColumnID, codec string, l parquetLimits, m *pageMemory) (all []*columnChunk) {
	for i, leaf := range n.member.leaves(0, 0) {
		c := newColumnChunk(id, codec, l, m)
		c.nested, c.leaf, c.kind, c.maxDef, c.maxRep = n, i, leaf.kind, leaf.maxDef, leaf.maxRep
		c.coded = c.kind.Coded()
		all = append(all, c)
	}
	return all
}

// writeNested adds the entries of a leaf of a nested column.
func (c *columnChunk) writeNested(v *schema.Vector, from, to int) error {
	for row := from; row < to; row++ {
		code := v.Codes[row]
		if code < schema.First {
			c.addNulls(1)
			continue
		}
		entries := c.nested.value(code).entries[c.leaf]
		for i := range entries {
			e := &entries[i]
			if int(e.level) == c.maxDef && c.kind.Coded() {
				number, err := c.learn(e.text)
				if err != nil {
					return err
				}
				e.number = number
			}
		}
		c.rows++
		c.addList(entries)
		if c.full() {
			if err := c.endPage(); err != nil {
				return err
			}
		}
	}
	return nil
}
