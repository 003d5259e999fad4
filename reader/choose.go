package reader

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"signins/reader/source"
	"signins/schema"
)

// parseShard reads a value for Options.Shard, such as 0/8.
func parseShard(text string) (*schema.Shard, error) {
	first, second, _ := strings.Cut(text, "/")
	index, err := strconv.Atoi(first)
	count, bad := strconv.Atoi(second)
	if err != nil || bad != nil || index < 0 || index >= count || count > schema.MaxShards {
		return nil, errors.New("not a number from 0 below another one of at most 100,000")
	}
	return &schema.Shard{Index: index, Count: count}, nil
}

// choose returns the files that this run reads of all that were found.
func (ins *Inputs) choose(ctx context.Context, files []*source.File, arguments []string) (chosen []*source.File, err error) {
	if s := ins.options.Shard; s != nil && len(files) > 0 {
		ins.Shard = &schema.Shard{Index: s.Index, Count: s.Count}
		if files, err = source.Assign(files, arguments, ins.options.Choices, ins.Shard); err != nil {
			return nil, err
		}
	}
	if ins.options.Known == nil {
		return files, nil
	}
	chosen, known, skipped, err := source.LeaveOut(ctx, files, ins.options.Known, ins.skip)
	ins.Known, ins.Skipped = known, append(ins.Skipped, skipped...)
	return chosen, err
}

// Unchanged reports whether Open found only inputs that are known.
func (ins *Inputs) Unchanged() bool { return len(ins.List) == 0 && ins.Known.Count() > 0 }
