package parquet

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
	"signins/schema/nested"
)

// A nestedColumn holds the values of a nested column of the current batch,
// shredded. A value is a list of elements, and many lists have the same ones: with the lists [A,B] and [B,C], B is shredded once.
type nestedColumn struct {
	member   member
	path     string        // of the column in the source
	values   []nestedValue // by code of the batch
	elements []schema.Code // of the values, by codes of distinct
	hasRest  bool          // some value has a rest
	distinct schema.Dict   // elements
	shredded []nestedElement
	ends     []int32 // of entries, by element and leaf; those of codes below schema.First included
	shredder
}

// A nestedValue is a range of elements or, if it is no list, a rest alone.
type nestedValue struct {
	from, to int
	rest     []byte
}

// A nestedElement is an element by its code in distinct.
type nestedElement struct {
	rest    []rest
	invalid bool // no JSON
}

// Codes below schema.First stand for lists without elements.
const (
	codeNullList schema.Code = iota
	codeEmptyList
)

func newNestedColumn(id schema.ColumnID, m member) *nestedColumn {
	path, _, _ := strings.Cut(schema.Columns[id].Graph, "|")
	return &nestedColumn{member: m, path: path, shredder: shredder{entries: make([][]entry, m.width())}}
}

// shredVector shreds the values of a batch.
func (n *nestedColumn) shredVector(v *schema.Vector) error {
	n.reset(v.Dict.Len())
	for _, code := range v.Codes {
		if code < schema.First || n.values[code-schema.First].to > 0 {
			continue
		}
		from, text, rest := len(n.elements), bytes.TrimSpace(v.Dict.Value(code)), []byte(nil)
		if !n.appendElements(text) {
			if err := checkUTF8(text); err != nil {
				return err
			}
			n.elements, rest = append(n.elements[:from], codeNullList), restOf(text)
		}
		n.values[code-schema.First] = nestedValue{from, len(n.elements), rest}
		n.hasRest = n.hasRest || rest != nil
	}
	return nil
}

// reset drops the batch before one with so many distinct values.
func (n *nestedColumn) reset(values int) {
	n.values = slices.Grow(n.values[:0], values)[:values]
	clear(n.values)
	n.elements, n.ends, n.shredded, n.hasRest = n.elements[:0], n.ends[:0], n.shredded[:0], false
	n.distinct.Reset()
	for leaf := range n.entries {
		n.entries[leaf] = n.entries[leaf][:0]
	}
	n.markEnds()
	for def := range schema.First {
		n.addNull(&n.member, position{def: int(def)})
		n.shredded = append(n.shredded, nestedElement{})
		n.markEnds()
	}
}

// markEnds notes where the entries of an element end.
func (n *nestedColumn) markEnds() {
	for _, entries := range n.entries {
		n.ends = append(n.ends, int32(len(entries)))
	}
}

// appendElements appends the elements of a value, and returns false if it is no
// list, too long a list or an element is no JSON. Only new elements are checked:
// the reader has checked the others with the first value that has them.
func (n *nestedColumn) appendElements(text []byte) bool {
	array, ok := nested.Array(text)
	if !ok || jsontext.TooManyMembers(text) {
		return false
	}
	empty := true
	for element := range array.Elements() {
		empty = false
		code := n.distinct.Add(element)
		if int(code) == len(n.shredded) {
			n.shredElement(element)
		}
		if n.shredded[code].invalid {
			return false
		}
		n.elements = append(n.elements, code)
	}
	if empty {
		n.elements = append(n.elements, codeEmptyList)
	}
	return true
}

// shredElement shreds a new element.
func (n *nestedColumn) shredElement(element []byte) {
	e := nestedElement{invalid: !utf8.Valid(element) || !jsontext.Valid(element)}
	if !e.invalid {
		n.shred(&n.member, element)
		e.rest, n.hasRest = n.rest, n.hasRest || n.rest != nil
	}
	n.shredded = append(n.shredded, e)
	n.markEnds()
}

// restOf returns the rest of a value that is no list, as JSON.
func restOf(value []byte) []byte {
	switch {
	case string(value) == "null":
		return nil
	case jsontext.Valid(value):
		return value
	}
	return jsontext.AppendQuoted(nil, value)
}

// elementsOf returns the elements of a value.
func (n *nestedColumn) elementsOf(code schema.Code) []schema.Code {
	v := n.values[code-schema.First]
	return n.elements[v.from:v.to]
}

// entriesOf returns the entries of an element in a leaf.
func (n *nestedColumn) entriesOf(element schema.Code, leaf int) []entry {
	at := int(element)*len(n.entries) + leaf
	return n.entries[leaf][n.ends[at]:n.ends[at+len(n.entries)]]
}

// appendRest appends the rest of a value as members of extra.
func (n *nestedColumn) appendRest(to []byte, code schema.Code) []byte {
	if rest := n.values[code-schema.First].rest; rest != nil {
		to = appendMember(slices.Grow(to, len(n.path)+len(rest)+len(`,"":}`)), n.path, rest) // with the end of the object
	}
	for i, element := range n.elementsOf(code) {
		for _, r := range n.shredded[element].rest {
			to = appendMember(to, n.path+"["+strconv.Itoa(i)+"]"+r.path, r.json)
		}
	}
	return to
}

func appendMember(to []byte, path string, json []byte) []byte {
	return append(append(jsontext.AppendQuoted(append(to, ','), []byte(path)), ':'), json...)
}

// nestedColumns prepare batches for files with nested columns.
type nestedColumns struct {
	columns   [schema.NumColumns]*nestedColumn // nil where the column is flat
	extra     *schema.Vector                   // of the batch, with the rests of nested values
	withRests schema.Vector
	text      []byte // of a row, reused
}

// vector returns the vector of a batch from which a column is written.
func (n *nestedColumns) vector(b *schema.Batch, id schema.ColumnID) *schema.Vector {
	if id == schema.Extra {
		return n.extra
	}
	return &b.Columns[id]
}

// shredBatch shreds the nested columns of a batch.
func (n *nestedColumns) shredBatch(b *schema.Batch) error {
	hasRest := false
	for id, column := range n.columns {
		if column == nil {
			continue
		}
		if err := column.shredVector(&b.Columns[id]); err != nil {
			return fmt.Errorf("column %s: %w", schema.Columns[id].Name, err)
		}
		hasRest = hasRest || column.hasRest
	}
	n.extra = &b.Columns[schema.Extra]
	if !hasRest {
		return nil
	}
	n.withRests.Codes = n.withRests.Codes[:0]
	n.withRests.Dict.Reset()
	for row := range b.Len {
		if text := n.extraOf(b, row); text != nil {
			n.withRests.SetOwned(row, text) // extraOf keeps no long one
		}
	}
	n.extra = &n.withRests
	return nil
}

// dropLong drops what was made of a written batch whose values are long, and what of the
// batch that has: of records of 50 MB twice as much, beside the next one, or all that
// follows the last.
func (n *nestedColumns) dropLong(b *schema.Batch) {
	for id, column := range n.columns {
		if column != nil && b.Columns[id].Dict.Size() > longPage {
			*column = *newNestedColumn(schema.ColumnID(id), column.member) // chunks have the pointer
		}
	}
	if n.withRests.Dict.Size() > longPage {
		n.withRests = schema.Vector{}
	}
}

// extraOf returns the extra of a row with the rests of its nested values, nil if
// both are empty.
func (n *nestedColumns) extraOf(b *schema.Batch, row int) []byte {
	text := b.Columns[schema.Extra].Value(row)
	members := text[:max(0, len(text)-len("}"))]
	if len(members) <= len("{") {
		members = nil
	}
	all := append(n.text[:0], members...)
	for id, column := range n.columns {
		if code := b.Columns[id].Code(row); column != nil && code >= schema.First {
			all = column.appendRest(all, code)
		}
	}
	n.text = reserve(all)
	switch {
	case len(all) == len(members):
		return text
	case members == nil:
		all[0] = '{' // in place of a comma
	}
	return append(all, '}')
}

// bufferElements adds the entries of a value in a leaf to the page.
func (c *columnChunk) bufferElements(code schema.Code) error {
	for i, element := range c.nested.elementsOf(code) {
		entries := c.nested.entriesOf(element, c.index)
		if seen := &c.scratch.seen[element]; seen.epoch != c.scratch.epoch {
			seen.epoch = c.scratch.epoch
			if err := c.addEntries(entries); err != nil {
				return err
			}
		}
		first := len(c.page.reps)
		c.bufferEntries(entries)
		c.page.reps[first] = byte(min(i, 1))
	}
	return nil
}
