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

// bufferList adds a list of texts to the page.
func (c *columnChunk) bufferList(list []byte, seen *seenValue) error {
	s := c.scratch
	if seen.epoch != s.epoch {
		start := len(s.entries)
		if err := c.appendEntries(list); err != nil {
			return err
		}
		*seen = seenValue{s.epoch, int32(start), int32(len(s.entries))}
	}
	c.bufferEntries(s.entries[seen.from:seen.to])
	return nil
}

// bufferEntries adds entries to the page.
func (c *columnChunk) bufferEntries(entries []entry) {
	p := &c.page
	for _, e := range entries {
		p.defs = append(p.defs, e.def)
		p.reps = append(p.reps, e.rep)
		switch {
		case int(e.def) < c.MaxDefinitionLevel:
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
