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
		s.appendEntries(list)
		if err := c.addEntries(s.entries[start:]); err != nil {
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

// appendEntries appends the entries of a list.
func (s *scratch) appendEntries(list []byte) {
	if len(list) == 0 {
		s.entries = append(s.entries, entry{def: levelEmptyList})
	}
	rep := byte(0)
	for text := range schema.List(list) {
		def := byte(levelElement)
		if text == nil {
			def = levelNullElement
		}
		s.entries = append(s.entries, entry{def: def, rep: rep, text: text})
		rep = 1
	}
}

// addEntries adds the values of entries that are new in this epoch to the dictionary
// and sets their indexes.
func (c *columnChunk) addEntries(entries []entry) (err error) {
	for i := range entries {
		if e := &entries[i]; int(e.def) == c.MaxDefinitionLevel && c.kind.Coded() {
			if e.index, err = c.addValue(e.text); err != nil {
				return err
			}
		}
	}
	return nil
}
