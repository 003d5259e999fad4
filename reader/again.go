package reader

import (
	"io"

	"signins/schema"
)

// Spool has standard input, if it is among the inputs, written to the file that create
// makes while Read reads it, so that Again can. The file is empty and private.
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

// Again returns the inputs with wanted sources, for a second reading once Read has
// yielded all batches. Its batches are those of the first one, in the same order; an
// input whose content is not the same any more is an error that names it. There is no
// third reading.
func (ins *Inputs) Again(wanted func(*schema.Source) bool) *Inputs {
	again := &Inputs{options: ins.options, details: ins.details, second: true}
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
