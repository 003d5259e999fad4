package main

import (
	"context"
	"io"

	"signins/codes"
	"signins/reader"
	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/versions"
	"signins/writer"
	"signins/writer/manifest"
)

// A comparison compares records of one sign-in that differ, by reading their inputs a
// second time.
type comparison struct {
	table      *codes.Table
	inputs     *reader.Inputs
	outputs    *writer.Outputs
	progress   *writer.Progress
	record     *manifest.Run
	index      *duplicates.Index
	precisions versions.Precisions
}

// spool keeps standard input for the second reading.
func (c *comparison) spool() error {
	if c.index == nil {
		return nil
	}
	return c.inputs.Spool(func() (io.ReadWriteSeeker, error) { return c.outputs.Scratch() })
}

// see takes a batch of the first reading into account, before it is annotated.
func (c *comparison) see(b *schema.Batch) {
	if c.index.Fingerprint(b); c.index != nil {
		c.precisions.Add(b)
	}
}

// run lists the versions that differ beside the outputs, and counts them in the record,
// whose inputs are complete.
func (c *comparison) run(ctx context.Context) error {
	again := c.index.Again()
	if again == nil {
		return nil
	}
	file, err := c.outputs.Scratch()
	if err != nil {
		return schema.OutputFailure(err)
	}
	finder, counter := versions.NewFinder(file, &c.precisions), manifest.NewPairCounter(c.record)
	list := func(p *versions.Pair) error {
		p.Kind = max(p.Kind, versions.Compatible) // a time may have a remainder of 0 or none
		counter.Add(p)
		return c.outputs.WritePair(p)
	}
	inputs := c.inputs.Again(again.Wanted)
	c.progress.Expect(inputs.Size())
	for batch, err := range inputs.Read(ctx) {
		if err != nil {
			return err
		}
		finder.Begin(batch)
		c.table.Annotate(batch)
		err := again.Rows(batch, func(row int, slot *uint64, isFirst bool) error {
			return finder.See(slot, versions.Row{Batch: batch, Index: row}, isFirst, list)
		})
		if err != nil {
			return schema.OutputFailure(err)
		}
	}
	return c.record.CheckCompared()
}
