package writer

import (
	"context"

	"signins/schema"
	"signins/writer/dataset"
	"signins/writer/manifest"
)

// refuseSeveral refuses more than one dataset in a run that drops duplicates: what one
// has would be dropped from the other.
func refuseSeveral(paths []string) error {
	several := 0
	for _, path := range paths {
		if dataset.IsPath(path) {
			several++
		}
	}
	if several < 2 {
		return nil
	}
	return &schema.Refusal{What: "--duplicates drop writes into one dataset only: sign-ins that it has are in no output", Hint: "write into each dataset by a run of its own"}
}

// RefuseOthers refuses outputs that are not exactly one dataset, for a flag that needs
// it. The error is *schema.Refusal.
func RefuseOthers(flag string, paths []string) error {
	if len(paths) == 1 && dataset.IsPath(paths[0]) {
		return nil
	}
	return &schema.Refusal{What: flag + " needs exactly one output, a dataset", Hint: "write other outputs by a run of their own, from files that are named"}
}

// LoadIndex returns the index of the dataset that is the only output. The error is
// *manifest.Unreadable.
func LoadIndex(paths []string) (*dataset.Index, error) { return dataset.LoadIndex(paths[0]) }

// dataset returns the dataset among the outputs, nil for none.
func (all *Outputs) dataset() *dataset.Writer {
	for _, out := range all.list {
		if d, ok := out.(*dataset.Writer); ok {
			return d
		}
	}
	return nil
}

// Note notes the days of a batch for Committed, if there is a dataset.
func (all *Outputs) Note(b *schema.Batch) {
	if d := all.dataset(); d != nil {
		d.Note(b)
	}
}

// Committed is that of the dataset among the outputs; without one it finds nothing.
func (all *Outputs) Committed(ctx context.Context, run *manifest.Run, commit func(category, id []byte) bool, found func(b *schema.Batch) error) (consulted []string, err error) {
	if d := all.dataset(); d != nil {
		return d.Committed(ctx, run, commit, found)
	}
	return nil, nil
}
