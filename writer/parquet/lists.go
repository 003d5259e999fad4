package parquet

import (
	"signins/schema"
)

// listEntries is how many entries a page of lists may have for each of the rows
// it may have.
const listEntries = 16

// An entry is one value of a list or of a nested leaf, null ones included, with
// its definition and repetition level.
type entry struct {
	def, rep byte
	index    int32 // in the dictionary, if there is one
	text     []byte
}

func (c *columnChunk) writeLists(v *schema.Vector, from, to int) error {
	s := c.scratch
	seen := s.nextEpoch(v.Dict.Len())
	for row := from; row < to; row++ {
		code := v.Codes[row]
		if code < schema.First {
			c.page.addNulls(1, true)
			continue
		}
		list := &seen[code-schema.First]
		if list.epoch != s.epoch {
			start := len(s.entries)
			if err := c.appendEntries(v.Dict.Value(code)); err != nil {
				return err
			}
			*list = seenValue{s.epoch, int32(start), int32(len(s.entries))}
		}
		c.page.rows++
		c.bufferEntries(s.entries[list.from:list.to])
		if c.pageFull() {
			if err := c.endPage(); err != nil {
				return err
			}
			s.nextEpoch(v.Dict.Len())
		}
	}
	return nil
}

// bufferEntries adds entries to the page.
func (c *columnChunk) bufferEntries(entries []entry) {
	p := &c.page
	for _, e := range entries {
		p.defs = append(p.defs, e.def)
		p.reps = append(p.reps, e.rep)
		switch {
		case int(e.def) < c.maxDef:
			p.nulls++
		case c.kind == schema.Bool:
			p.addBool(e.text[0])
		default:
			c.bufferText(e.index, e.text)
		}
	}
}

// appendEntries appends the entries of a list to scratch.
func (c *columnChunk) appendEntries(list []byte) (err error) {
	s := c.scratch
	if len(list) == 0 {
		s.entries = append(s.entries, entry{def: levelEmptyList})
	}
	rep := byte(0)
	for text := range schema.List(list) {
		e := entry{def: levelNullElement, rep: rep}
		rep = 1
		if text != nil {
			e.def, e.text = levelElement, text
			if e.index, err = c.addValue(text); err != nil {
				return err
			}
		}
		s.entries = append(s.entries, e)
	}
	return nil
}
