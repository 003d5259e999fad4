package duplicates

import (
	"math"
	"slices"

	"signins/schema"
)

// A Choice finds the best version of each sign-in in a first reading of all inputs, so
// that a second one keeps it and drops the others: the version with the newest
// ingestion, then the most columns filled, then the first.
//
// A rank, which is a number for the first two, is where an Index has the
// fingerprint: the best version is the first one with the best rank. A sign-in with
// several versions takes 8 bytes more for its slot, so that a record takes at most 40 as
// there. The slot of a sign-in that an earlier run has is where the rank was.
type Choice struct {
	x        *Index
	slots    schema.Segments[uint64] // of sign-ins with several versions
	warnings map[*schema.Source]schema.Tally
	source   *schema.Source         // that is read
	numbers  map[*schema.Source]int // in x.Sources, of those with duplicates
	kinds    []Kinds                // by number
	kept     []int                  // rows
}

// Bits of entry.rest. A sign-in with several versions has its number in slots, from 1, as
// its record.
const (
	hasSeveral = 0x20 // versions
	committed  = 0x40 // an earlier run has it: all versions are dropped
	taken      = 0x80 // the best version was seen in the second reading
)

// NewChoice returns a choice that knows no sign-in. Its arguments are
// as those of New.
func NewChoice(warnAt int64, warn func()) *Choice {
	return &Choice{x: New(Drop, warnAt, warn), warnings: map[*schema.Source]schema.Tally{}, numbers: map[*schema.Source]int{}}
}

// Begin counts the columns that each row of a batch has filled by its source, that is before annotation
// derives others. It precedes Add and Drop. Several goroutines may call it at once.
func (c *Choice) Begin(b *schema.Batch) {
	b.Prints = append(b.Prints[:0], make([]uint64, b.Len)...)
	for _, id := range compared {
		v := &b.Columns[id]
		for row, code := range v.Codes {
			if code >= schema.First {
				b.Prints[row]++
			}
		}
		for row, valid := range v.Valid {
			b.Prints[row] += uint64(valid)
		}
	}
}

// rank is greater for the better one of two records.
func (c *Choice) rank(b *schema.Batch, row int) uint64 {
	const most, epoch = 1<<56 - 1, 1 << 55
	filled := min(b.Prints[row], math.MaxUint8)
	at, known := b.Columns[schema.IngestedAt].Num(row)
	if !known {
		return filled
	}
	return uint64(max(1, min(at+epoch, most)))<<8 | filled
}

// Add takes a batch of the first reading into account. The error is that of Mark.
func (c *Choice) Add(b *schema.Batch) error {
	x, found := c.x, b.Warnings
	b.Warnings = nil // the warnings of this reading are for the batches of the second
	defer func() { b.Warnings = found }()
	rows := newRows(x, b)
	for row := range b.Len {
		if !rows.lookedAt(row) {
			continue
		}
		e, _, repeats, err := x.enter(rows, row)
		if err != nil {
			return err
		}
		rank := c.rank(b, row)
		if repeats {
			rank = max(rank, e.fingerprint)
			if e.rest&hasSeveral == 0 {
				c.slots.Add(0)
				e.rest, e.record = e.rest|hasSeveral, uint32(c.slots.N)
			}
		}
		e.fingerprint = rank
	}
	for code, n := range b.Warnings {
		tally := c.warnings[b.Source]
		tally.Add(code, n)
		c.warnings[b.Source] = tally
	}
	return nil
}

// Commit marks the sign-in with a category and an id, if a record was added for it, as
// one that an earlier run has: all its records are dropped. It returns the slot of the
// sign-in; nil if there is none, or if it was marked before.
func (c *Choice) Commit(category, id []byte) *uint64 {
	e := c.find(category, id)
	if e == nil || e.rest&committed != 0 {
		return nil
	}
	e.rest, e.fingerprint = e.rest|committed, 0
	return &e.fingerprint
}

// Compare compares the verdicts of records that an earlier run has, one by one as Commit
// was called for them, with those of the versions that were added: a sign-in is counted
// once among DifferentVerdicts.
func (c *Choice) Compare(category, id, verdict []byte) {
	if e := c.find(category, id); e != nil {
		c.x.compareVerdicts(e, uint32(slices.Index(schema.Verdicts, string(verdict))+1))
	}
}

// find returns the entry of a sign-in, nil for none.
func (c *Choice) find(category, id []byte) *entry {
	k, known := c.x.categories[string(category)]
	if !known {
		k = c.x.hash(category)
	}
	e, _ := c.x.table.find(c.x.hash(id).xor(k))
	return e
}

// Drop drops the records of a batch of the second reading that are not the best ones of
// their sign-in. It calls see for each record of a sign-in with several versions, before
// they are dropped: slot is that of the sign-in, 0 at first, and may be changed; isKept:
// it is the one that is kept. The error is that of see.
func (c *Choice) Drop(b *schema.Batch, see func(row int, slot *uint64, isKept bool) error) error {
	if c.source != b.Source {
		c.source = b.Source
		c.x.pairs.endInput()
	}
	for code, n := range c.warnings[b.Source] {
		b.Warnings.Add(code, n)
	}
	delete(c.warnings, b.Source)
	c.kept = c.kept[:0]
	rows := newRows(c.x, b)
	for row := range b.Len {
		slot, isKept := c.decide(rows, row)
		if isKept {
			c.kept = append(c.kept, row)
		}
		if slot == nil {
			continue
		}
		if err := see(row, slot, isKept); err != nil {
			return err
		}
	}
	if dropped := b.Len - len(c.kept); dropped > 0 {
		b.Dropped += int64(dropped)
		b.PickInto(b, c.kept)
	}
	return nil
}

// decide returns whether a record is kept, and the slot of a sign-in with several
// versions.
func (c *Choice) decide(rows *rows, row int) (slot *uint64, isKept bool) {
	if !rows.lookedAt(row) {
		return nil, true
	}
	e, _ := c.x.table.find(c.x.hash(rows.ids.Value(row)).xor(rows.category(row).key))
	switch {
	case e == nil:
		return nil, true
	case e.rest&committed != 0:
		return &e.fingerprint, false
	case e.rest&hasSeveral == 0:
		return nil, true
	}
	if isKept = e.rest&taken == 0 && c.rank(rows.b, row) == e.fingerprint; isKept {
		e.rest |= taken
	}
	return c.slots.At(int(e.record - 1)), isKept
}

// Count counts a record of repeat that was dropped, as counted has its sign-in.
func (c *Choice) Count(counted, repeat *schema.Source, one Kinds) {
	first, input := c.number(counted), c.number(repeat)
	c.x.pairs.of(first, input).AddKinds(one)
	c.kinds[input].AddKinds(one)
}

// number returns the number of a source, which may be that of an earlier run.
func (c *Choice) number(src *schema.Source) int {
	n, known := c.numbers[src]
	if !known {
		n = len(c.x.Sources)
		c.numbers[src], c.x.Sources, c.kinds = n, append(c.x.Sources, src), append(c.kinds, Kinds{})
	}
	return n
}

// Kinds returns how many records of a source were dropped.
func (c *Choice) Kinds(src *schema.Source) Kinds {
	if n, known := c.numbers[src]; known {
		return c.kinds[n]
	}
	return Kinds{}
}

// Report returns the counts so far.
func (c *Choice) Report() *Report { return c.x.Report() }

// Size returns the memory that the choice takes, in bytes.
func (c *Choice) Size() int64 { return c.x.Size() + c.slots.Size() }
