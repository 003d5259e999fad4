package dataset

import (
	"cmp"
	"fmt"
	"maps"

	"signins/schema"
	"signins/writer/manifest"
)

// compareInputs counts the inputs of run that other runs of the dataset have, and says so.
// What was chosen by an index has none of those it knows.
func (d *Writer) compareInputs(run *manifest.Run) (err error) {
	if d.index = d.options.Index; d.index == nil && len(d.committed) == 0 {
		return nil
	}
	for in, err := range run.Contents() {
		if err != nil {
			return err
		}
		d.inputs = append(d.inputs, contentKey(in.SHA256, in.Member))
	}
	if d.index != nil {
		return nil
	}
	if d.index, err = LoadIndex(d.path); err != nil {
		d.index = nil
		d.notice("%s; whether other runs have inputs of this one is not known", err)
		return nil
	}
	if run.Overlap = d.index.overlap(d.inputs, func(name string) bool { return name != d.run }); run.Overlap > 0 {
		d.notice("%s: inputs that other runs of the dataset have, too: %s of %s; --new leaves them out", d.path, manifest.Number(run.Overlap), manifest.Number(len(d.inputs)))
	}
	return nil
}

func (d *Writer) notice(format string, values ...any) {
	if d.files.Notice != nil {
		d.files.Notice(fmt.Sprintf(format, values...))
	}
}

// refuseLoaded refuses inputs that were new when they were chosen, and that a run which
// committed since has. It is called when no other run commits, and writes the index then.
func (d *Writer) refuseLoaded() error {
	if d.index == nil {
		return nil
	}
	before := maps.Clone(d.index.runs)
	if err := d.index.refresh(); err != nil {
		if d.options.Index != nil {
			return err
		}
		return nil
	}
	since := func(name string) bool { return before[name] == nil && name != d.run }
	if n := d.index.overlap(d.inputs, since); n > 0 && d.options.Index != nil {
		return &schema.Refusal{
			What: fmt.Sprintf("%s: another run has added %s of these inputs meanwhile", d.path, manifest.Number(n)), Hint: "run it again: --new then leaves them out",
		}
	}
	d.index.write(cmp.Or(d.files.Mode, 0o600))
	return nil
}
