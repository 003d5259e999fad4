package parquet

import (
	"signins/schema"
)

// listEntries is how many entries a page of lists may have for each of the rows
// it may have.
const listEntries = 16

// An element is one entry of a list. level and rep are its definition and
// repetition level.
type element struct {
	level, rep byte
	number     int32
	text       []byte
}

func (c *columnChunk) writeLists(v *schema.Vector, from, to int) error {
	m := c.memory
	known := m.begin(v.Dict.Len())
	for row := from; row < to; row++ {
		code := v.Codes[row]
		if code < schema.First {
			c.addNulls(1)
			continue
		}
		k := &known[code-schema.First]
		if k.epoch != m.epoch {
			start := len(m.elements)
			if err := c.learnList(v.Dict.Value(code)); err != nil {
				return err
			}
			*k = met{m.epoch, int32(start), int32(len(m.elements))}
		}
		c.rows++
		c.addList(m.elements[k.from:k.to])
		if c.full() {
			if err := c.endPage(); err != nil {
				return err
			}
			m.begin(v.Dict.Len())
		}
	}
	return nil
}

func (c *columnChunk) addList(elements []element) {
	for _, e := range elements {
		c.defs = append(c.defs, e.level)
		c.reps = append(c.reps, e.rep)
		switch {
		case int(e.level) < c.maxDef:
			c.nulls++
		case c.kind == schema.Bool:
			c.plain = c.bit(c.plain, e.text[0])
		default:
			c.value(e.number, e.text)
		}
	}
}

// learnList takes a list that is new in this epoch.
func (c *columnChunk) learnList(list []byte) (err error) {
	m := c.memory
	if len(list) == 0 {
		m.elements = append(m.elements, element{level: levelEmptyList})
	}
	rep := byte(0)
	for text := range schema.List(list) {
		e := element{level: levelNullElement, rep: rep}
		rep = 1
		if text != nil {
			e.level, e.text = levelElement, text
			if e.number, err = c.learn(text); err != nil {
				return err
			}
		}
		m.elements = append(m.elements, e)
	}
	return nil
}
