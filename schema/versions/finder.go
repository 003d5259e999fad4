package versions

import (
	"bytes"
	"slices"

	"signins/schema"
)

// A Finder compares versions of sign-ins that are read one after the other. It keeps
// the records in a file, so that a sign-in takes a slot of 8 bytes of memory.
type Finder struct {
	spill      spill
	precisions *Precisions
	sources    []*schema.Source
	numbers    map[*schema.Source]uint32 // in sources
	omitted    map[*schema.Source][]schema.ColumnID
	own        record
	pair       Pair
}

// counted marks the slot of a sign-in whose version that totals count was seen: the
// slot has its ref, else that of the last version that waits for it.
const counted = 1 << 63

// NewFinder returns a finder that keeps records in a file. It takes times as equal to
// the precision of the coarser one.
func NewFinder(file File, precisions *Precisions) *Finder {
	return &Finder{spill: spill{file: file}, precisions: precisions, numbers: map[*schema.Source]uint32{}}
}

// Omit has columns of a source, the counted one of its pairs, not compared: it does not
// show what the log had there.
func (f *Finder) Omit(src *schema.Source, columns []schema.ColumnID) {
	if f.omitted == nil {
		f.omitted = map[*schema.Source][]schema.ColumnID{}
	}
	f.omitted[src] = columns
}

// Begin keeps values of a batch as the source has them, that is before annotation
// derives others.
func Begin(b *schema.Batch) { b.Status = append(b.Status[:0], b.Columns[schema.SignInStatus].Codes...) }

// A Row is a record of a batch that was given to Begin and annotated since.
type Row struct {
	Batch *schema.Batch
	Index int
}

// See takes a version of the sign-in with that slot into account. A slot is 0 before
// the first version. isCounted: it is the one that totals count, of which there is one. yield gets a pair for each other version,
// the same ones included, once both were seen. It is called in an order that follows
// from the order of calls. See returns its error, or one of the file.
func (f *Finder) See(slot *uint64, r Row, isCounted bool, yield func(*Pair) error) error {
	status := schema.Vector{Codes: r.Batch.Status, Dict: r.Batch.Columns[schema.SignInStatus].Dict}
	own := stored{source: f.number(r.Batch.Source), record: appendRecord(f.own[:0], r.Batch, r.Index, &status)}
	own.number, _ = r.Batch.Columns[schema.SourceRecord].Num(r.Index)
	if f.own = own.record; len(f.own) > spillBuffer {
		f.own = nil // not kept for the next
	}
	f.pair.ID, f.pair.Category = string(r.Batch.Columns[schema.ID].Value(r.Index)), string(r.Batch.Columns[schema.SignInCategory].Value(r.Index))
	switch {
	case !isCounted && *slot&counted == 0:
		own.next = ref(*slot)
		at, err := f.spill.put(own)
		*slot = uint64(at)
		return err
	case !isCounted:
		first, err := f.spill.get(ref(*slot &^ counted))
		if err != nil {
			return err
		}
		return yield(f.compare(first, own))
	}
	for waiting := ref(*slot); waiting != 0; {
		other, err := f.spill.get(waiting)
		if err == nil {
			err = yield(f.compare(own, other))
		}
		if err != nil {
			return err
		}
		waiting = other.next
	}
	at, err := f.spill.put(own)
	*slot = uint64(at) | counted
	return err
}

// number returns the number of a source.
func (f *Finder) number(src *schema.Source) uint32 {
	n, known := f.numbers[src]
	if !known {
		n = uint32(len(f.sources))
		f.sources, f.numbers[src] = append(f.sources, src), n
	}
	return n
}

// compare returns the pair of two stored records.
func (f *Finder) compare(a, b stored) *Pair {
	p, of, with := &f.pair, f.sources[a.source], f.sources[b.source]
	p.Counted, p.Repeat = Place{of, a.number}, Place{with, b.number}
	p.Kind, p.Differences = Same, p.Differences[:0]
	if !bytes.Equal(a.record, b.record) {
		c := comparer{f.precisions, of, with}
		p.Differences = c.compare(p.Differences, a.record, b.record)
		omitted := f.omitted[of]
		p.Differences = slices.DeleteFunc(p.Differences, func(d Difference) bool { return slices.Contains(omitted, d.Column) })
		if p.Kind = kindOf(p.Differences); len(omitted) > 0 && len(p.Differences) == 0 {
			p.Kind = Same
		}
	}
	return p
}
