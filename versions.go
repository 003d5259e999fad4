package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"

	"signins/codes"
	"signins/reader"
	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/nested"
	"signins/schema/versions"
	"signins/writer"
	"signins/writer/manifest"
)

// A search looks for duplicates among the sign-ins of a run, and compares those that
// differ. It reads inputs twice: to keep duplicates, those with records that differ once
// more after they were written; to drop them, all of them once before.
type search struct {
	table      *codes.Table
	span       schema.Span
	nested     bool // Parquet is
	inputs     *reader.Inputs
	outputs    *writer.Outputs
	progress   *writer.Progress
	record     *manifest.Run
	precisions versions.Precisions
	finder     *versions.Finder
	counter    *manifest.PairCounter
	index      *duplicates.Index  // to keep them, nil otherwise
	choice     *duplicates.Choice // to drop them, nil otherwise
}

// begin prepares the search for what becomes of duplicates, with a warning once more than
// warnAt records were looked at.
func (d *search) begin(mode string, warnAt int64, stderr io.Writer) error {
	warn := func() {
		fmt.Fprintf(stderr, "signins: warning: %s: %s\n", schema.ManyRecords, schema.Findings[schema.ManyRecords])
	}
	switch mode {
	case duplicates.Ignore:
		return nil
	case duplicates.Drop:
		d.choice = duplicates.NewChoice(warnAt, warn)
	default:
		d.index = duplicates.New(mode, warnAt, warn)
	}
	return d.inputs.Spool(func() (io.ReadWriteSeeker, error) { return d.outputs.Scratch() })
}

// batches yields the batches to write, in the order of the inputs. The error is the last
// thing it yields.
func (d *search) batches(ctx context.Context) iter.Seq2[*schema.Batch, error] {
	if d.choice == nil {
		return d.inputs.Read(ctx)
	}
	return func(yield func(*schema.Batch, error) bool) {
		if err := d.choose(ctx); err != nil {
			yield(nil, err)
			return
		}
		d.readAgain(func(*schema.Source) bool { return true }).Read(ctx)(yield)
	}
}

// readAgain returns inputs to read a second time.
func (d *search) readAgain(wanted func(*schema.Source) bool) *reader.Inputs {
	inputs := d.inputs.Again(wanted)
	d.progress.Expect(inputs.Size())
	return inputs
}

// newFinder begins to compare.
func (d *search) newFinder() error {
	file, err := d.outputs.Scratch()
	if err != nil {
		return schema.OutputFailure(err)
	}
	d.outputs.LimitComparing()
	d.finder = versions.NewFinder(file, &d.precisions)
	return nil
}

// choose reads all inputs to find the best version of each sign-in, and what earlier
// runs have of them.
func (d *search) choose(ctx context.Context) error {
	for batch, err := range d.inputs.Read(ctx) {
		if err != nil {
			return err
		}
		d.span.Filter(batch)
		d.choice.Begin(batch)
		d.precisions.Add(batch)
		d.table.Annotate(batch)
		if err := d.choice.Add(batch); err != nil {
			return err
		}
		d.outputs.Note(batch)
		d.outputs.LimitMemory(d.choice.Size())
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
	run := *d.record
	for _, in := range d.inputs.List {
		run.Inputs = append(run.Inputs, &manifest.Input{Path: in.Source.File(), Member: in.Source.Member, SHA256: in.SHA256})
	}
	omitted := []schema.ColumnID{schema.SignInStatus}
	if d.nested {
		omitted = slices.AppendSeq(omitted, maps.Keys(nested.Columns))
	}
	var slots []*uint64 // of the rows to come
	d.record.Consulted, err = d.outputs.Committed(ctx, &run, func(category, id []byte) bool {
		slot := d.choice.Commit(category, id)
		if slot != nil {
			slots = append(slots, slot)
		}
		return slot != nil
	}, func(b *schema.Batch) error {
		d.finder.Omit(b.Source, omitted)
		d.finder.Begin(b)
		for row := range b.Len {
			if err := d.finder.See(slots[row], versions.Row{Batch: b, Index: row}, true, d.drop); err != nil {
				return err
			}
		}
		slots = slots[b.Len:]
		return nil
	})
	return err
}

// readSource reads the values of a batch as the source has them, before annotation.
func (d *search) readSource(b *schema.Batch) {
	if d.choice != nil {
		d.choice.Begin(b)
		d.finder.Begin(b)
		return
	}
	if d.index.Fingerprint(b); d.index != nil {
		d.precisions.Add(b)
	}
}

// mark marks the duplicates in an annotated batch, or drops them.
func (d *search) mark(b *schema.Batch) error {
	if d.choice == nil {
		err := d.index.Mark(b)
		d.outputs.LimitMemory(d.index.Size())
		return err
	}
	err := d.choice.Drop(b, func(row int, slot *uint64, isKept bool) error {
		return d.finder.See(slot, versions.Row{Batch: b, Index: row}, isKept, d.drop)
	})
	if err != nil {
		return schema.OutputFailure(err)
	}
	return nil
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

// report returns the counts so far, nil if nothing was looked for.
func (d *search) report() *duplicates.Report {
	if d.choice != nil {
		return d.choice.Report()
	}
	return d.index.Report()
}

// finish compares the versions that differ and were kept, and completes the counts of
// the record, whose inputs are complete otherwise.
func (d *search) finish(ctx context.Context) error {
	if d.choice != nil {
		for i, in := range d.inputs.List {
			kinds := d.choice.Kinds(&in.Source)
			d.record.Inputs[i].Duplicates = &kinds
		}
	} else if again := d.index.Again(); again != nil {
		if err := d.compare(ctx, again); err != nil {
			return err
		}
	}
	return d.record.CheckDuplicates(d.choice != nil)
}

// compare reads the inputs with versions that differ a second time.
func (d *search) compare(ctx context.Context, again *duplicates.Again) error {
	if err := d.newFinder(); err != nil {
		return err
	}
	d.counter = manifest.NewPairCounter(d.record)
	for batch, err := range d.readAgain(again.Wanted).Read(ctx) {
		if err != nil {
			return err
		}
		d.finder.Begin(batch)
		d.table.Annotate(batch)
		err := again.Rows(batch, func(row int, slot *uint64, isFirst bool) error {
			return d.finder.See(slot, versions.Row{Batch: batch, Index: row}, isFirst, d.keep)
		})
		if err != nil {
			return schema.OutputFailure(err)
		}
	}
	return nil
}
