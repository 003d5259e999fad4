package excel

import (
	"signins/schema"
	"signins/writer/manifest"
)

// entities count the sign-ins of every user, address, application, session and relation
// of tenants: a profile each, up to a number of them. What sheets of the workbook do not
// show is not counted.
type entities struct {
	reader *facetReader
	kinds  []*entityCount // in the order of sheetKinds
	room   int            // entries that profiles may still add
}

// An entityCount is the profiles of one kind of entities.
type entityCount struct {
	kind     *entityKind
	max      int
	set      facetSet // of what is counted
	profiles profileList
	tuples   tupleTable
	numbers  []uint32 // of the entities of the batch's rows: 0 for none, uncounted for one beyond the maximum
	rest     int64    // sign-ins of entities beyond the maximum
	none     int64    // sign-ins without an entity
}

// An entityKind is a kind of entities and its sheet.
type entityKind struct {
	sheet  string
	look   pageLook // without columns
	key    []facet  // differs between entities; of several one must have a value
	max    int
	counts []facet                   // beside verdicts and times
	where  func(r *facetReader) bool // nil for all rows
	// Sheet.
	columns   []entityColumn
	shown     func(v *entityView) bool // nil for all
	order     func(v *entityView) int  // before the number of sign-ins; nil for none
	plural    string                   // such as users
	noneNote  string                   // names the sign-ins without an entity; "" for no note
	emptyNote string
	notes     []string
}

func newEntities() *entities { return &entities{reader: newFacetReader(), room: maxEntries} }

// add returns the counts of a kind, which are filled from now on.
func (e *entities) add(k *entityKind) *entityCount {
	c := &entityCount{kind: k, max: k.max, set: 1 << verdictFacet}
	for _, f := range k.counts {
		c.set |= 1 << f
	}
	e.kinds = append(e.kinds, c)
	return c
}

// addBatch counts the sign-ins of a batch that steps has read.
func (e *entities) addBatch(b *schema.Batch, steps *listEncoder) {
	if len(e.kinds) == 0 {
		return
	}
	r := e.reader
	r.setBatch(b)
	for _, c := range e.kinds {
		c.numbers = c.numbers[:0]
	}
	for row := range b.Len {
		n := manifest.SignInCount(b, row)
		r.setRow(row, steps.elementsOf(row))
		micros, timed := b.Columns[schema.CreatedAt].Num(row)
		for _, c := range e.kinds {
			p := c.profileOf(r, n)
			if p == nil || n == 0 { // a repeat belongs to its entity, but does not count
				continue
			}
			e.count(c, p, n)
			if timed {
				p.span.extend(micros)
			}
		}
	}
}

// size returns how many bytes the counts take, roughly.
func (e *entities) size() int64 {
	size := 10 * int64(maxEntries-e.room)
	for _, c := range e.kinds {
		size += profileSize * int64(c.profiles.N)
	}
	for f := range e.reader.readers {
		size += 32 * int64(e.reader.readers[f].table.dict.Len())
	}
	return size + int64(maxValueBytes-e.reader.room)
}

// count adds the facets of the reader's row to a profile.
func (e *entities) count(c *entityCount, p *profile, n int64) {
	r := e.reader
	p.countAll(&r.values, c.set&r.set, n, &e.room)
	if c.set.has(methodFacet) {
		for _, method := range r.methods {
			p.count(methodFacet, method, n, &e.room)
		}
	}
}

// profileOf returns the profile that n sign-ins of the reader's row belong to, nil for none.
func (c *entityCount) profileOf(r *facetReader, n int64) *profile {
	number := c.numberOf(r)
	c.numbers = append(c.numbers, number)
	switch number {
	case 0:
		c.none += n
		return nil
	case uncounted:
		c.rest += n
		return nil
	}
	return c.profiles.at(number)
}

// numberOf returns the number of the entity that the reader's row belongs to, 0 for none.
func (c *entityCount) numberOf(r *facetReader) uint32 {
	if c.kind.where != nil && !c.kind.where(r) {
		return 0
	}
	if len(c.kind.key) > 1 {
		return c.tuples.number(r, c.kind.key, c.max)
	}
	number := r.values[c.kind.key[0]]
	if int(number) > c.max {
		return uncounted
	}
	return number
}

// A tuple is the values of a key of several facets.
type tuple [7]uint32

// A tupleTable numbers tuples from 1, in the order of their first row.
type tupleTable struct {
	numbers map[tuple]uint32
	tuples  []tuple
}

func (t *tupleTable) number(r *facetReader, key []facet, most int) uint32 {
	var values tuple
	for i, f := range key {
		values[i] = r.values[f]
	}
	n, found := t.numbers[values]
	switch {
	case found:
		return n
	case values == tuple{}:
		return 0
	case len(t.tuples) >= most:
		return uncounted
	case t.numbers == nil:
		t.numbers = map[tuple]uint32{}
	}
	t.tuples = append(t.tuples, values)
	t.numbers[values] = uint32(len(t.tuples))
	return uint32(len(t.tuples))
}
