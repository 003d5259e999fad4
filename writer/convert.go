package writer

import (
	"cmp"
	"context"
	"io"
	"iter"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// A Conversion copies the sign-ins of inputs to outputs. All fields are set, but those
// that say otherwise.
type Conversion struct {
	Inputs   Inputs
	Filter   func(*schema.Batch) // drops what is not to be written; by any goroutine
	Annotate func(*schema.Batch) // the same
	Paths    []string            // of outputs, nil for none
	Options  Options
	Run      *manifest.Run // without inputs and outputs

	Duplicates string // what becomes of them, one of duplicates.Modes
	// Warn is called with schema.ManyRecords once more than WarnAt records were looked at
	// for duplicates.
	WarnAt int64
	Warn   func(code string)
	Rules  Rules // look at what is written, nil for none
	// Finished is called after the last reading.
	Finished func()
}

// Rules see the batches that are written, in their order, and know in the end what they
// found and in which rows, and then what became of each rule. Kept is how many bytes they
// keep.
type Rules interface {
	Add(*schema.Batch)
	Kept() int64
	Findings() iter.Seq2[schema.Finding, iter.Seq[schema.RowPlace]]
	Results() []schema.RuleResult
}

// Inputs are read by a Conversion.
type Inputs interface {
	// Count returns their number.
	Count() int
	// Prepare has a function called with each batch before it is yielded, by several
	// goroutines at once.
	Prepare(prepare func(*schema.Batch))
	// Read yields the batches of all inputs, once. The error is the last thing it yields.
	Read(ctx context.Context) iter.Seq2[*schema.Batch, error]
	// ReadAgain reads those that are wanted a second time. It is an error if one has
	// changed.
	ReadAgain(ctx context.Context, wanted func(*schema.Source) bool) iter.Seq2[*schema.Batch, error]
	// Spool keeps what is read of standard input in a file, for ReadAgain.
	Spool(create func() (io.ReadWriteSeeker, error)) error
	// Completed yields the inputs, with their indexes, that were read to their end when a
	// batch of src comes, with src nil all others: each once.
	Completed(src *schema.Source) iter.Seq2[int, schema.Reading]
	// Readings yields all inputs, once they were read.
	Readings() iter.Seq[schema.Reading]
}

// Convert reads the inputs, writes all outputs, and completes Run. It returns the sign-ins
// by access_verdict, "" for undetermined. On error nothing is left, or it is a
// *files.Residue.
func (c *Conversion) Convert(ctx context.Context) (verdicts map[string]int64, err error) {
	if c.Duplicates == duplicates.Drop {
		if err := refuseSeveral(c.Paths); err != nil {
			return nil, err
		}
	}
	outputs, err := Open(ctx, c.Paths, c.Options)
	if err != nil {
		return nil, schema.OutputFailure(err)
	}
	defer func() { err = outputs.Close(err) }()
	outputs.LimitMemory(0, 0)
	if err := outputs.Expect(c.Run, c.Inputs.Count()); err != nil {
		return nil, schema.OutputFailure(err)
	}
	verdicts, err = c.copyBatches(ctx, outputs)
	c.Finished()
	if err == nil {
		if err = c.commit(outputs); err != nil {
			err = schema.OutputFailure(err)
		}
	}
	if err != nil {
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	return verdicts, nil
}

// commit completes the outputs, with what the rules found.
func (c *Conversion) commit(outputs *Outputs) error {
	if c.Rules != nil {
		if err := outputs.WriteFindings(c.Rules, c.Run); err != nil {
			return err
		}
		c.Rules = nil // what they keep makes room for sorting rows
	}
	return outputs.Commit(c.Run)
}

// copyBatches writes the sign-ins of all inputs, annotated, to the outputs, and
// completes the inputs' part of the run.
func (c *Conversion) copyBatches(ctx context.Context, outputs *Outputs) (verdicts map[string]int64, err error) {
	accounts := manifest.NewAccounts(c.Run)
	complete := func(src *schema.Source) error {
		for i, r := range c.Inputs.Completed(src) {
			in, err := accounts.Close(i, r)
			if err == nil {
				err = refuseLostTimes(c.Paths, in)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	search := &search{Conversion: c, outputs: outputs, look: accounts.Look}
	if err := search.begin(); err != nil {
		return nil, schema.OutputFailure(err)
	}
	for batch, err := range search.batches(ctx) {
		if err == nil {
			err = complete(batch.Source)
		}
		if err != nil {
			return nil, err
		}
		accounts.Add(batch)
		var rules int64
		if c.Rules != nil {
			c.Rules.Add(batch)
			rules = c.Rules.Kept()
		}
		outputs.LimitMemory(search.kept(), rules)
		if err := outputs.Write(batch); err != nil {
			return nil, schema.OutputFailure(err)
		}
	}
	if err := complete(nil); err != nil {
		return nil, err
	}
	accounts.Finish()
	return accounts.Verdicts, search.finish(ctx)
}
