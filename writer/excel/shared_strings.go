package excel

import (
	"fmt"
	"strconv"

	"signins/schema"
)

// Bounds of the shared strings: beyond them texts stand in their cells.
const (
	maxSharedBytes    = 24 << 20 // in all columns, with what it takes to find them
	sharedOverhead    = 32
	maxSharedDistinct = 1 << 16 // in one column
	sharedTrial       = 4096    // cells after which a column shows whether its texts repeat
)

// sharedStrings are texts that cells name by number.
type sharedStrings struct {
	part  *spillPart
	dict  schema.Dict
	bytes int
}

// number returns the number of a text, and whether it is new.
func (s *sharedStrings) number(text []byte) (n int, fresh bool, err error) {
	before := s.dict.Len()
	n = int(s.dict.Add(text) - schema.First)
	if n < before {
		return n, false, nil
	}
	s.bytes += len(text) + sharedOverhead
	return n, true, s.part.add(func(dst []byte) []byte {
		return append(appendT(append(dst, "<si>"...), text), "</si>"...)
	})
}

// bookPart frames the texts.
func (s *sharedStrings) bookPart() *bookPart {
	head := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="%d">`, s.dict.Len())
	return &bookPart{head: []byte(head), rows: s.part, tail: []byte("</sst>")}
}

// A textColumn makes the text cells of one column: numbers of shared strings
// as long as the texts repeat, else the texts themselves. It decides by what
// came before alone.
type textColumn struct {
	x               *Writer
	style           int
	cells, distinct int // cells so far, and texts they added to the shared ones
	inline          bool
}

// append appends what follows the place of a cell with that text. Its cells are
// counted by who asks for it.
func (c *textColumn) append(dst, text []byte) []byte {
	shared := &c.x.shared
	if !c.inline && (c.distinct >= maxSharedDistinct || shared.bytes >= maxSharedBytes ||
		c.cells >= sharedTrial && 2*c.distinct > c.cells) {
		c.inline = true
	}
	if c.inline {
		return appendInline(dst, c.style, text)
	}
	n, fresh, err := shared.number(text)
	if fresh {
		c.distinct++
	}
	if err != nil && c.x.err == nil {
		c.x.err = err
	}
	dst = append(appendStyle(dst, c.style), ` t="s"><v>`...)
	return append(strconv.AppendInt(dst, int64(n), 10), "</v></c>"...)
}
