package duplicates

import "signins/schema"

// hasDiffering is a bit of entry.rest: a later record of the sign-in differs.
const hasDiffering = 0x10

// Again finds the records of pairs that differ when their inputs are read a second
// time. It takes no memory for a record: what is known of a sign-in is where its
// fingerprint was.
type Again struct {
	index  *Index
	inputs map[*schema.Source]int // number of the input
	wanted []bool                 // inputs with such records
	entry  int                    // the next first record
	first  Place                  // its place
	repeat int                    // the next one that differs
}

// Again returns what finds the records that are marked as Differs and the first ones
// of their sign-ins, nil if there are none. The index can mark no more records then.
func (x *Index) Again() *Again {
	if x == nil || x.differing.N == 0 {
		return nil
	}
	a := &Again{index: x, inputs: map[*schema.Source]int{}, wanted: make([]bool, len(x.Sources))}
	for number, src := range x.Sources {
		a.inputs[src] = number
	}
	for first, repeat := range x.differingPairs() {
		a.wanted[first.Input], a.wanted[repeat.Input] = true, true
	}
	for i := range x.differing.N {
		e := x.table.entries.At(int(x.differing.At(i).entry))
		e.rest, e.fingerprint = e.rest|hasDiffering, 0
	}
	a.entry = -1
	a.nextFirst()
	return a
}

// Wanted reports whether an input has such records.
func (a *Again) Wanted(src *schema.Source) bool {
	number, known := a.inputs[src]
	return known && a.wanted[number]
}

// nextFirst finds the next first record of a pair.
func (a *Again) nextFirst() {
	entries := &a.index.table.entries
	for a.entry++; a.entry < entries.N; a.entry++ {
		if e := entries.At(a.entry); e.rest&hasDiffering != 0 {
			a.first = a.index.firsts.at(a.entry, e.record)
			return
		}
	}
	a.first = Place{Input: -1}
}

// Rows calls see for the records of a batch that are in such pairs. All batches of
// wanted inputs are to be given in the order of Mark. slot is that of the sign-in, 0
// at first, and may be changed; isFirst: it is the first record. The error is that of
// see.
func (a *Again) Rows(b *schema.Batch, see func(row int, slot *uint64, isFirst bool) error) error {
	x, numbers := a.index, &b.Columns[schema.SourceRecord]
	for row := range b.Len {
		record, _ := numbers.Num(row)
		place := Place{a.inputs[b.Source], record}
		var slot *uint64
		isFirst := place == a.first
		switch {
		case isFirst:
			slot = &x.table.entries.At(a.entry).fingerprint
			a.nextFirst()
		case a.repeat < x.differing.N && place == x.repeats.at(a.repeat, x.differing.At(a.repeat).record):
			slot = &x.table.entries.At(int(x.differing.At(a.repeat).entry)).fingerprint
			a.repeat++
		default:
			continue
		}
		if err := see(row, slot, isFirst); err != nil {
			return err
		}
	}
	return nil
}
