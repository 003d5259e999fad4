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

// refuseOthers refuses outputs that are not exactly one dataset, for --new and for a shard,
// nil for none. The error is *schema.Refusal.
func refuseOthers(onlyNew bool, shard *schema.Shard, paths []string) error {
	flag := "--new"
	switch {
	case !onlyNew && shard == nil, len(paths) == 1 && dataset.IsPath(paths[0]):
		return nil
	case !onlyNew:
		flag = "--shard"
	}
	return &schema.Refusal{What: flag + " needs exactly one output, a dataset", Hint: "write other outputs by a run of their own"}
}

// findKnown returns the index of the dataset that is the only output, and what finds
// inputs in it; nil if none are to be found. The error is *manifest.Unreadable.
func findKnown(onlyNew bool, paths []string) (index *dataset.Index, find func(schema.Candidate) (*schema.KnownInput, error), err error) {
	if !onlyNew {
		return nil, nil, nil
	}
	index, err = dataset.LoadIndex(paths[0])
	return index, index.Find, err
}

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
