package writer

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// A Conversion copies the sign-ins of inputs to outputs. NewConversion makes one, and
// flags set its first fields; then come Begin, the inputs, and Convert. All fields are set,
// but those that say otherwise.
type Conversion struct {
	Paths      []string // of outputs, nil for none
	Options    Options
	Span       schema.Span      // of the sign-ins that are written
	Selection  schema.Selection // likewise
	Duplicates string           // what becomes of them, one of duplicates.Modes
	OnlyNew    bool             // leave out inputs that the dataset has
	Delta      bool             // keep the Delta Lake logs of datasets

	Inputs Inputs
	// Reads are the paths of files and folders that the run reads, - for Stdin, besides
	// those that Inputs has.
	Reads    []string
	Stdin    io.Reader           // nil for none
	Annotate func(*schema.Batch) // completes a batch; called by any goroutine
	Run      *manifest.Run       // of Begin, without inputs and outputs
	// Warn is called with schema.ManyRecords once more than WarnAt records were looked at
	// for duplicates.
	WarnAt int64
	Warn   func(code string)
	Rules  Rules // look at what is written, nil for none
	// Finished is called after the last reading.
	Finished func()
}

// NewConversion returns a conversion of all sign-ins, without outputs.
func NewConversion() Conversion {
	return Conversion{
		Span: schema.Always, Duplicates: duplicates.Modes[0], WarnAt: duplicates.WarnAt,
		Options: Options{Parquet: parquet.Options{Compression: parquet.Compressions[0]}},
	}
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
	// Has reports whether a file is an input, under whatever name.
	Has(path string) bool
	// Unchanged reports whether all that were found are known, and none is read.
	Unchanged() bool
	// Count returns their number.
	Count() int
	// Prepare has a function called with each batch before it is yielded, by several
	// goroutines at once.
	Prepare(prepare func(*schema.Batch))
	// Read yields the batches of all inputs, once. The error is the last thing it yields.
	Read(ctx context.Context) iter.Seq2[*schema.Batch, error]
	// ReadAgain reads those that are wanted a second time, without raw with no
	// raw_record. It is an error if one has changed.
	ReadAgain(ctx context.Context, wanted func(*schema.Source) bool, raw bool) iter.Seq2[*schema.Batch, error]
	// Spool keeps what is read of standard input in a file, for ReadAgain.
	Spool(create func() (io.ReadWriteSeeker, error)) error
	// Completed yields the inputs, with their indexes, that were read to their end when a
	// batch of src comes, with src nil all others: each once.
	Completed(src *schema.Source) iter.Seq2[int, schema.Reading]
	// Readings yields all inputs, once they were read.
	Readings() iter.Seq[schema.Reading]
}

// Check refuses settings that contradict each other. shard is that of the inputs, nil for
// none. The error is *schema.Refusal.
func (c *Conversion) Check(shard *schema.Shard) error {
	if c.Span.Since >= c.Span.Until {
		return &schema.Refusal{What: "--until is not after --since", Hint: "sign-ins from --since on and before --until are written"}
	}
	return refuseOthers(c.OnlyNew, shard, c.Paths)
}

// Begin begins Run, completes or takes back runs that were killed, and refuses outputs
// that must not be made. known finds inputs that the dataset has, nil without OnlyNew. It
// is called before the inputs are opened.
func (c *Conversion) Begin(ctx context.Context, command manifest.Command) (known func(schema.Candidate) (*schema.KnownInput, error), err error) {
	command.OutputArguments = []string{}
	for _, path := range c.Paths {
		command.OutputArguments = append(command.OutputArguments, filepath.ToSlash(path))
	}
	c.Run = manifest.NewRun(command, c.Options.Parquet.Nested, c.Options.Parquet.CodesTableDate)
	if err := Recover(ctx, c.Paths, c.Options.Notice); err != nil {
		return nil, schema.OutputFailure(err)
	}
	if err := refuseTaken(c.Paths, c.Options.Overwrite); err != nil {
		return nil, err
	}
	if err := c.updateLogs(); err != nil { // of runs that were killed, or had no --delta
		return nil, err
	}
	c.Options.Index, known, err = findKnown(c.OnlyNew, c.Paths)
	return known, err
}

// Convert reads the inputs, writes all outputs, and completes Run. It returns the sign-ins
// by access_verdict, "" for undetermined; nil if all inputs are known and nothing is
// written. On error nothing is left, or it is a *files.Residue, or says that the outputs
// are whole.
func (c *Conversion) Convert(ctx context.Context) (verdicts map[string]int64, err error) {
	if err := refuseInputs(c.Paths, c.Reads, c.Stdin, c.Inputs.Has); err != nil {
		return nil, err
	}
	if c.Inputs.Unchanged() && !c.Options.Index.Lacks(c.Run.Shard) {
		return nil, nil
	}
	if c.Duplicates == duplicates.Drop {
		if err := refuseSeveral(c.Paths); err != nil {
			return nil, err
		}
	}
	if verdicts, err = c.convert(ctx); err != nil {
		return nil, err
	}
	if err := c.updateLogs(); err != nil {
		return nil, fmt.Errorf("the outputs are whole, but %w", err)
	}
	return verdicts, nil
}

func (c *Conversion) convert(ctx context.Context) (verdicts map[string]int64, err error) {
	o := &c.Options
	o.AllowRepeat = len(c.Paths) == 1 && o.Consulted == nil
	o.Parquet.ToolVersion, o.Excel.Run = c.Run.Tool.Version, c.Run
	outputs, err := Open(ctx, c.Paths, *o)
	if err != nil {
		return nil, schema.OutputFailure(err)
	}
	defer func() { err = outputs.Close(err) }()
	outputs.limitMemory(0, 0)
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
		outputs.limitMemory(search.kept(), rules)
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
