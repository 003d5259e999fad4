package reader

import (
	"context"
	"io"
	"iter"

	"signins/schema"
)

// Spool has standard input, if it is among the inputs, written to the file that create
// makes while Read reads it, so that ReadAgain can. The file is empty and private.
func (ins *Inputs) Spool(create func() (io.ReadWriteSeeker, error)) error {
	for _, in := range ins.List {
		if !in.IsStdin() {
			continue
		}
		file, err := create()
		if err != nil {
			return err
		}
		in.File.Spool(file)
	}
	return nil
}

// ReadAgain reads the inputs with wanted sources a second time, once Read has yielded all
// batches. Its batches are those of the first reading, in the same order; an input whose
// content is not the same any more is an error that names it. There is no third reading.
// Without raw, raw_record is null.
func (ins *Inputs) ReadAgain(ctx context.Context, wanted func(*schema.Source) bool, raw bool) iter.Seq2[*schema.Batch, error] {
	again := ins.again(wanted)
	again.options.Raw = raw && ins.options.Raw
	return again.Read(ctx)
}

// again returns the inputs with wanted sources, for their second reading.
func (ins *Inputs) again(wanted func(*schema.Source) bool) *Inputs {
	again := &Inputs{options: ins.options, details: ins.details, prepare: ins.prepare, second: true}
	for _, in := range ins.List {
		if wanted(&in.Source) {
			again.List = append(again.List, in)
		}
	}
	return again
}

// setWarningsAside empties the warnings of inputs, as a second reading finds the same
// ones. The returned function puts the first ones back.
func (ins *Inputs) setWarningsAside() (putBack func()) {
	found := make([]schema.Tally, len(ins.List))
	for i, in := range ins.List {
		found[i], in.Warnings = in.Warnings, nil
	}
	return func() {
		for i, in := range ins.List {
			in.Warnings = found[i]
		}
	}
}
