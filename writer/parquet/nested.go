package parquet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A nestedVector holds the values of a nested column of the batch at work, taken
// apart. A value is a list of elements, most of which other lists hold, too:
// each is taken apart once.
type nestedVector struct {
	member member
	path   string        // of the column in the source
	values []nestedValue // by code of the batch
	order  []schema.Code // elements of the values
	over   bool          // something is left over
	seen   schema.Dict   // elements
	items  []item        // by code in seen
	ends   []int32       // in entries, by item and leaf; first where items begin
	shredder
}

// A nestedValue is a range of order and, of a value that is no list, what is
// left over.
type nestedValue struct {
	from, to int
	whole    []byte
}

// An item is an element, or stands for a list that has none.
type item struct {
	left   []leftover
	broken bool // no JSON
}

// The items before schema.First.
const (
	itemNull  schema.Code = iota // no list
	itemEmpty                    // an empty one
)

func newNestedVector(id schema.ColumnID, m member) *nestedVector {
	path, _, _ := strings.Cut(schema.Columns[id].Graph, "|")
	return &nestedVector{member: m, path: path, shredder: shredder{entries: make([][]element, m.width())}}
}

// take takes the values of a batch apart.
func (n *nestedVector) take(v *schema.Vector) error {
	n.reset(v.Dict.Len())
	for _, code := range v.Codes {
		if code < schema.First || n.values[code-schema.First].to > 0 {
			continue
		}
		from, text, whole := len(n.order), bytes.TrimSpace(v.Dict.Value(code)), []byte(nil)
		if !n.list(text) {
			if !utf8.Valid(text) {
				return fmt.Errorf("text is not valid UTF-8: %.40q", text)
			}
			n.order, whole = append(n.order[:from], itemNull), remainder(text)
		}
		n.values[code-schema.First] = nestedValue{from, len(n.order), whole}
		n.over = n.over || whole != nil
	}
	return nil
}

// reset forgets the batch before one with so many values.
func (n *nestedVector) reset(values int) {
	n.values = slices.Grow(n.values[:0], values)[:values]
	clear(n.values)
	n.order, n.ends, n.items, n.over = n.order[:0], n.ends[:0], n.items[:0], false
	n.seen.Reset()
	for leaf := range n.entries {
		n.entries[leaf] = n.entries[leaf][:0]
	}
	n.end()
	for def := range schema.First {
		n.null(&n.member, spot{def: int(def)})
		n.items = append(n.items, item{})
		n.end()
	}
}

// end notes where the entries of an item end.
func (n *nestedVector) end() {
	for _, entries := range n.entries {
		n.ends = append(n.ends, int32(len(entries)))
	}
}

// list puts the items of a value behind order; false if it is no list, too long
// a one, or an element no JSON. Only new elements are looked at: columns of this kind hold
// JSON by contract, and what repeats was good before.
func (n *nestedVector) list(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("[")) || !bytes.HasSuffix(text, []byte("]")) || jsontext.TooManyMembers(text) {
		return false
	}
	empty := true
	for element := range jsontext.Value(text).Elements() {
		empty = false
		code := n.seen.Add(element)
		if int(code) == len(n.items) {
			n.add(element)
		}
		if n.items[code].broken {
			return false
		}
		n.order = append(n.order, code)
	}
	if empty {
		n.order = append(n.order, itemEmpty)
	}
	return true
}

// add takes a new element apart.
func (n *nestedVector) add(element []byte) {
	it := item{broken: !utf8.Valid(element) || !json.Valid(element)}
	if !it.broken {
		n.shred(&n.member, element)
		it.left, n.over = n.left, n.over || n.left != nil
	}
	n.items = append(n.items, it)
	n.end()
}

// remainder returns the JSON that a value leaves over that is no list.
func remainder(value []byte) []byte {
	switch {
	case string(value) == "null":
		return nil
	case json.Valid(value):
		return value
	}
	return jsontext.AppendQuoted(nil, value)
}

// value returns the items of a value.
func (n *nestedVector) value(code schema.Code) []schema.Code {
	v := n.values[code-schema.First]
	return n.order[v.from:v.to]
}

// of returns what an item has for a leaf.
func (n *nestedVector) of(code schema.Code, leaf int) []element {
	at := int(code)*len(n.entries) + leaf
	return n.entries[leaf][n.ends[at]:n.ends[at+len(n.entries)]]
}

// appendLeft appends members of extra for what a value leaves over.
func (n *nestedVector) appendLeft(to []byte, code schema.Code) []byte {
	if whole := n.values[code-schema.First].whole; whole != nil {
		to = appendMember(to, n.path, whole)
	}
	for i, code := range n.value(code) {
		for _, l := range n.items[code].left {
			to = appendMember(to, n.path+"["+strconv.Itoa(i)+"]"+l.path, l.json)
		}
	}
	return to
}

func appendMember(to []byte, path string, json []byte) []byte {
	return append(append(jsontext.AppendQuoted(append(to, ','), []byte(path)), ':'), json...)
}

// A nester prepares batches for files with nested columns.
type nester struct {
	columns [schema.NumColumns]*nestedVector // nil where there is none
	extra   *schema.Vector                   // of the batch, with all that is left over
	own     schema.Vector
}

func newNester() *nester {
	n := &nester{}
	for id, m := range nestedColumns {
		n.columns[id] = newNestedVector(id, m)
	}
	return n
}

// take prepares a batch, whose rows are then written.
func (n *nester) take(b *schema.Batch) error {
	left := false
	for id, column := range n.columns {
		if column == nil {
			continue
		}
		if err := column.take(&b.Columns[id]); err != nil {
			return fmt.Errorf("column %s: %w", schema.Columns[id].Name, err)
		}
		left = left || column.over
	}
	n.extra = &b.Columns[schema.Extra]
	if !left {
		return nil
	}
	n.own.Codes = n.own.Codes[:0]
	n.own.Dict.Reset()
	for row := range b.Len {
		if text := n.rowExtra(b, row); text != nil {
			n.own.SetBytes(row, text)
		}
	}
	n.extra = &n.own
	return nil
}

// rowExtra returns the extra of a row with what its nested values leave over,
// nil if there is nothing.
func (n *nester) rowExtra(b *schema.Batch, row int) []byte {
	text := b.Columns[schema.Extra].Value(row)
	var more []byte
	for id, column := range n.columns {
		if code := b.Columns[id].Code(row); column != nil && code >= schema.First {
			more = column.appendLeft(more, code)
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
func (n *nestedVector) chunks(id schema.ColumnID, codec string, l parquetLimits) (all []*columnChunk) {
	for i, leaf := range n.member.leaves(0, 0) {
		c := newColumnChunk(id, codec, l)
		c.nested, c.leaf, c.kind, c.maxDef, c.maxRep = n, i, leaf.kind, leaf.maxDef, leaf.maxRep
		c.coded = c.kind.Coded()
		all = append(all, c)
	}
	return all
}

// writeNested adds the entries of a leaf of a nested column.
func (c *columnChunk) writeNested(v *schema.Vector, from, to int) error {
	m := c.memory
	known := m.begin(len(c.nested.items))
	for row := from; row < to; row++ {
		code := v.Codes[row]
		if code < schema.First {
			c.addNulls(1)
			continue
		}
		c.rows++
		for i, code := range c.nested.value(code) {
			entries := c.nested.of(code, c.leaf)
			if known[code].epoch != m.epoch {
				known[code].epoch = m.epoch
				if err := c.learnEntries(entries); err != nil {
					return err
				}
			}
			first := len(c.reps)
			c.addList(entries)
			c.reps[first] = byte(min(i, 1))
		}
		if c.full() {
			if err := c.endPage(); err != nil {
				return err
			}
			m.begin(len(known))
		}
	}
	return nil
}

// learnEntries takes in what is new in this epoch.
func (c *columnChunk) learnEntries(entries []element) (err error) {
	for i := range entries {
		if e := &entries[i]; int(e.level) == c.maxDef && c.kind.Coded() {
			if e.number, err = c.learn(e.text); err != nil {
				return err
			}
		}
	}
	return nil
}
