package parquet

import (
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf8"

	"signins/schema"
)

// A dictionary holds the distinct values of a column chunk, in the order of their
// first occurrence.
//
// Texts come as codes of the batch's dictionary. Each distinct text of a batch is
// hashed into values once a page, and rows only look its index up: for the codes
// 5, 5, 9, 5 of a batch, two texts are hashed. Numbers are little-endian bytes.
type dictionary struct {
	open   bool // pages hold indexes
	values schema.Dict
	size   int // bytes of values
}

// add returns the index of a value and whether it is new.
func (d *dictionary) add(value []byte) (index int32, isNew bool) {
	before := d.values.Len()
	index = int32(d.values.Add(value) - schema.First)
	if isNew = d.values.Len() > before; isNew {
		d.size += len(value)
	}
	return index, isNew
}

// all yields the values.
func (d *dictionary) all(yield func(value []byte) bool) {
	for i := range d.values.Len() {
		if !yield(d.values.Value(schema.First + schema.Code(i))) {
			return
		}
	}
}

func appendPlainText(to, text []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(to, uint32(len(text))), text...)
}

// writeCodes adds rows of texts, of lists or of a leaf in a nested column. If no page
// ends, texts with a dictionary need a few instructions a row.
func (c *columnChunk) writeCodes(v *schema.Vector, from, to int) error {
	codes, values := v.Codes[from:to], v.Dict.Len()
	if c.dict.open && v.Dict.Size() > longPage { // it would be in memory once more
		c.endPage()
		c.dict.open = false
	}
	if c.dict.open && !c.isList() {
		if fits, err := c.addDistinct(codes, &v.Dict); err != nil || fits {
			c.bufferIndexes(codes)
			return err
		}
	}
	if c.nested != nil {
		values = len(c.nested.shredded)
	}
	c.scratch.beginEpoch(values)
	for _, code := range codes {
		if code < schema.First {
			c.page.addNulls(1, c.isList())
			continue
		}
		if c.dict.open && len(v.Dict.Value(code)) > c.limits.pageBytes {
			c.endPage() // the dictionary would be full of this value
			c.dict.open = false
			c.scratch.beginEpoch(values)
		}
		c.page.rows++
		if err := c.bufferValue(v, code); err != nil {
			return err
		}
		if c.pageFull() {
			c.endPage()
			c.scratch.beginEpoch(values)
		}
	}
	return nil
}

// bufferValue adds the entries of a row to the page.
func (c *columnChunk) bufferValue(v *schema.Vector, code schema.Code) (err error) {
	switch {
	case c.nested != nil:
		return c.bufferElements(code)
	case c.isList():
		return c.bufferList(v.Dict.Value(code), &c.scratch.seen[code-schema.First])
	}
	text, seen := v.Dict.Value(code), &c.scratch.seen[code-schema.First]
	if seen.epoch != c.scratch.epoch {
		seen.epoch = c.scratch.epoch
		if seen.from, err = c.addValue(text); err != nil {
			return err
		}
	}
	c.page.defs = append(c.page.defs, levelSet)
	c.bufferText(seen.from, text)
	return nil
}

// addDistinct adds the distinct values of rows to the dictionary, in the order of
// their codes, and sets scratch.indexOf, unless they might fill the dictionary:
// writeCodes finds the row that does.
func (c *columnChunk) addDistinct(codes []schema.Code, dict *schema.Dict) (fits bool, err error) {
	indexOf := append(c.scratch.indexOf[:0], make([]int32, int(schema.First)+dict.Len())...)
	c.scratch.indexOf = indexOf
	const used = 1
	for _, code := range codes {
		indexOf[code] = used
	}
	size := c.dict.size
	for code := schema.First; int(code) < len(indexOf); code++ {
		if indexOf[code] == used {
			size += len(dict.Value(code))
		}
	}
	if size > c.dictionaryLimit() {
		return false, nil
	}
	indexOf[schema.Absent], indexOf[schema.Null] = noIndex, noIndex
	for code := schema.First; int(code) < len(indexOf) && err == nil; code++ {
		if indexOf[code] == used {
			indexOf[code], err = c.addValue(dict.Value(code))
		}
	}
	return true, err
}

// noIndex is scratch.indexOf of nulls, which no dictionary holds.
const noIndex = -1

// bufferIndexes adds rows whose values addDistinct added to the dictionary.
func (c *columnChunk) bufferIndexes(codes []schema.Code) {
	p, indexOf := &c.page, c.scratch.indexOf
	old, used := len(p.defs), len(p.indexes)
	defs := slices.Grow(p.defs, len(codes))[:old+len(codes)]
	indexes := slices.Grow(p.indexes, len(codes))[:used+len(codes)]
	levels := defs[old:]
	for i, code := range codes {
		index := indexOf[code]
		set := ^index >> 31 & 1
		indexes[used] = index
		levels[i] = byte(set)
		used += int(set)
	}
	p.nulls += int64(len(codes) - used + len(p.indexes))
	p.rows += len(codes)
	p.defs, p.indexes = defs, indexes[:used]
}

// addValue adds a value that is new in this epoch to bounds, dictionary and
// filter, and returns its index in the dictionary.
func (c *columnChunk) addValue(value []byte) (index int32, err error) {
	if c.kind == schema.Text {
		c.page.bounds.text(value)
	}
	isNew := true
	if c.dict.open {
		index, isNew = c.dict.add(value)
	} else if filteredColumns[c.id] {
		c.encoded.hashes = append(c.encoded.hashes, hashValue(value))
	}
	if isNew && c.kind != schema.Bytes {
		err = checkUTF8(value)
	}
	return index, err
}

// checkUTF8 refuses a text that is no UTF-8: for one, readers refuse the whole
// file.
func checkUTF8(text []byte) error {
	if !utf8.Valid(text) {
		return fmt.Errorf("text is not valid UTF-8: %.40q", text)
	}
	return nil
}

// bufferText adds a text to the page, by its index if the dictionary is open.
func (c *columnChunk) bufferText(index int32, text []byte) {
	p := &c.page
	switch {
	case c.dict.open:
		p.indexes = append(p.indexes, index)
	case c.splitsLengths():
		p.lengths = append(p.lengths, int32(len(text)))
		p.plain = append(p.plain, text...)
	default:
		p.plain = appendPlainText(p.plain, text)
	}
}

// splitsLengths reports whether texts without a dictionary are DELTA_LENGTH_BYTE_ARRAY:
// their lengths in front, and the texts without anything between them.
func (c *columnChunk) splitsLengths() bool { return c.kind == schema.Text }
