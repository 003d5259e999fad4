package writer

import (
	"context"
	"io"
	"iter"
	"maps"
	"slices"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/nested"
	"signins/schema/versions"
	"signins/writer/manifest"
)

// A search looks for duplicates among the sign-ins of a run, and compares those that
// differ. It reads inputs twice: to keep duplicates, those with records that differ once
// more after they were written; to drop them, all of them once before.
//
// begin is called first, then batches, and finish once all inputs are in Run.
type search struct {
	*Conversion
	outputs *Outputs
	look    func(*schema.Batch) // sees all that is annotated before records are dropped

	precisions versions.Precisions
	finder     *versions.Finder
	counter    *manifest.PairCounter
	index      *duplicates.Index  // to keep them, nil otherwise
	choice     *duplicates.Choice // to drop them, nil otherwise
}

// begin prepares the search for what becomes of duplicates.
func (d *search) begin() error {
	d.Inputs.Prepare(d.prepare)
	warn := func() { d.Warn(schema.ManyRecords) }
	switch d.Duplicates {
	case duplicates.Ignore:
		return nil
	case duplicates.Drop:
		d.choice = duplicates.NewChoice(d.WarnAt, warn)
	default:
		d.index = duplicates.New(d.Duplicates, d.WarnAt, warn)
	}
	d.Run.Duplicates = &duplicates.Report{} // finish has the counts
	return d.Inputs.Spool(func() (io.ReadWriteSeeker, error) { return d.outputs.Scratch() })
}

// batches yields the batches to write in the order of the inputs: filtered, annotated,
// their duplicates marked or dropped. The error is the last thing it yields.
func (d *search) batches(ctx context.Context) iter.Seq2[*schema.Batch, error] {
	return func(yield func(*schema.Batch, error) bool) {
		for batch, err := range d.read(ctx) {
			if err == nil {
				err = d.mark(batch)
			}
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// read yields the batches to write as they are read.
func (d *search) read(ctx context.Context) iter.Seq2[*schema.Batch, error] {
	if d.choice == nil {
		return d.Inputs.Read(ctx)
	}
	return func(yield func(*schema.Batch, error) bool) {
		if err := d.choose(ctx); err != nil {
			yield(nil, err)
			return
		}
		d.Inputs.ReadAgain(ctx, func(*schema.Source) bool { return true }, true)(yield)
	}
}

// newFinder begins to compare.
func (d *search) newFinder() error {
	file, err := d.outputs.Scratch()
	if err != nil {
		return schema.OutputFailure(err)
	}
	d.outputs.limitComparing()
	d.finder = versions.NewFinder(file, &d.precisions)
	return nil
}

// choose reads all inputs to find the best version of each sign-in, and what earlier
// runs have of them.
func (d *search) choose(ctx context.Context) error {
	for batch, err := range d.Inputs.Read(ctx) {
		if err != nil {
			return err
		}
		d.precisions.Add(batch)
		if err := d.choice.Add(batch); err != nil {
			return err
		}
		d.outputs.Note(batch)
		d.outputs.limitMemory(d.kept(), 0)
	}
	if err := d.newFinder(); err != nil {
		return err
	}
	if err := d.findCommitted(ctx); err != nil {
		return schema.OutputFailure(err)
	}
	return nil
}

// findCommitted finds what the dataset among the outputs has of the sign-ins.
func (d *search) findCommitted(ctx context.Context) (err error) {
	var inputs []*manifest.Input
	for r := range d.Inputs.Readings() {
		inputs = append(inputs, manifest.Describe(r))
	}
	omitted := []schema.ColumnID{schema.SignInStatus}
	if d.Run.Nested {
		omitted = slices.AppendSeq(omitted, maps.Keys(nested.Columns))
	}
	var slots []*uint64 // of the rows to come
	d.Run.Consulted, err = d.outputs.Committed(ctx, d.Run.With(inputs), func(category, id []byte) bool {
		slot := d.choice.Commit(category, id)
		if slot != nil {
			slots = append(slots, slot)
		}
		return slot != nil
	}, func(b *schema.Batch) error {
		d.finder.Omit(b.Source, omitted)
		versions.Begin(b)
		for row := range b.Len {
			value := func(id schema.ColumnID) []byte { return b.Columns[id].Value(row) }
			d.choice.Compare(value(schema.SignInCategory), value(schema.ID), value(schema.AccessVerdict))
			if err := d.finder.See(slots[row], versions.Row{Batch: b, Index: row}, true, d.drop); err != nil {
				return err
			}
		}
		slots = slots[b.Len:]
		return nil
	})
	return err
}

// prepare filters and annotates a batch, and keeps what is compared of its values as the
// source has them. Parsers call it.
func (d *search) prepare(b *schema.Batch) {
	d.Span.Filter(b)
	d.Selection.Filter(b)
	if d.choice != nil {
		d.choice.Begin(b)
	} else {
		d.index.Fingerprint(b)
	}
	versions.Begin(b)
	d.Annotate(b)
}

// mark marks the duplicates in an annotated batch, or drops them.
func (d *search) mark(b *schema.Batch) error {
	if d.choice == nil {
		if d.index != nil {
			d.precisions.Add(b)
		}
		return d.index.Mark(b)
	}
	d.look(b)
	err := d.choice.Drop(b, func(row int, slot *uint64, isKept bool) error {
		return d.finder.See(slot, versions.Row{Batch: b, Index: row}, isKept, d.drop)
	})
	if err != nil {
		return schema.OutputFailure(err)
	}
	return nil
}

// kept returns how many bytes the search keeps.
func (d *search) kept() int64 {
	if d.choice != nil {
		return d.choice.Size()
	}
	return d.index.Size()
}

// drop counts a record that is dropped, and lists it if it differs.
func (d *search) drop(p *versions.Pair) error {
	switch p.Kind {
	case versions.Same:
		d.choice.Count(p.Counted.Source, p.Repeat.Source, duplicates.Kinds{Same: 1})
		return nil
	case versions.Compatible:
		d.choice.Count(p.Counted.Source, p.Repeat.Source, duplicates.Kinds{Differs: 1, Compatible: 1})
	default:
		d.choice.Count(p.Counted.Source, p.Repeat.Source, duplicates.Kinds{Differs: 1, Conflicting: 1})
	}
	return d.outputs.WritePair(p)
}

// keep counts a record that is kept and differs, and lists it.
func (d *search) keep(p *versions.Pair) error {
	p.Kind = max(p.Kind, versions.Compatible) // a time may have a remainder of 0 or none
	d.counter.Add(p)
	return d.outputs.WritePair(p)
}

// finish compares the versions that differ and were kept, and completes the counts of
// the run, whose inputs are described. The inputs have the search as long as they are
// there, but nothing of what it kept.
func (d *search) finish(ctx context.Context) error {
	defer func() { d.index, d.choice, d.finder = nil, nil, nil }()
	switch {
	case d.choice != nil:
		d.Run.Duplicates = d.choice.Report()
		d.Run.SetDuplicates(d.kindsByInput())
	case d.index != nil:
		d.Run.Duplicates = d.index.Report()
		if again := d.index.Again(); again != nil {
			if err := d.compare(ctx, again); err != nil {
				return err
			}
		}
	}
	return d.Run.CheckDuplicates(d.choice != nil)
}

// kindsByInput returns the counts of what was dropped of inputs, by their names.
func (d *search) kindsByInput() map[string]duplicates.Kinds {
	byInput := map[string]duplicates.Kinds{}
	for r := range d.Inputs.Readings() {
		if kinds := d.choice.Kinds(r.Source); kinds != (duplicates.Kinds{}) {
			byInput[r.Source.Path] = kinds
		}
	}
	return byInput
}

// compare reads the inputs with versions that differ a second time.
func (d *search) compare(ctx context.Context, again *duplicates.Again) error {
	if err := d.newFinder(); err != nil {
		return err
	}
	d.counter = manifest.NewPairCounter(d.Run)
	for batch, err := range d.Inputs.ReadAgain(ctx, again.Wanted, false) {
		if err != nil {
			return err
		}
		err := again.Rows(batch, func(row int, slot *uint64, isFirst bool) error {
			return d.finder.See(slot, versions.Row{Batch: batch, Index: row}, isFirst, d.keep)
		})
		if err != nil {
			return schema.OutputFailure(err)
		}
	}
	d.counter.Finish()
	return nil
}
