package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// A ShardSet has the runs of a dataset that share one list of files.
type ShardSet struct {
	Set     string `json:"set"`
	Count   int    `json:"count"`   // of shards
	Files   int    `json:"files"`   // in the list
	Runs    int    `json:"runs"`    // of its shards, those that were repeated as well
	Missing []int  `json:"missing"` // shards without a run
	// Repeated are shards of several runs, nil for none: of --new, or of files that changed.
	Repeated []int `json:"repeated,omitempty"`
	// Superseded: a later list, whose shards are all there, has the files of those that are
	// there of this one.
	Superseded bool             `json:"superseded,omitempty"`
	Known      int              `json:"known"` // inputs that were left out, as earlier runs have them
	Totals     manifest.Records `json:"totals"`

	runs map[int][]*manifest.Run // by index
}

// checkShards adds up the runs of each set, and reports shards that are missing.
func (c *checker) checkShards(dataset string, records []*record) {
	sets := map[string]*ShardSet{}
	for _, r := range records {
		s := r.run.Shard
		if s == nil || !isShard(s) {
			continue
		}
		key := fmt.Sprint(s.Set, " ", s.Count)
		if sets[key] == nil {
			sets[key] = &ShardSet{Set: s.Set, Count: s.Count, Files: s.Files, Missing: []int{}, runs: map[int][]*manifest.Run{}}
		}
		sets[key].add(r.run)
	}
	list := slices.SortedFunc(maps.Values(sets), func(a, b *ShardSet) int { return strings.Compare(a.Set, b.Set) })
	for _, s := range list {
		for i := range s.Count {
			switch len(s.runs[i]) {
			case 0:
				s.Missing = append(s.Missing, i)
			case 1:
			default:
				s.Repeated = append(s.Repeated, i)
			}
		}
	}
	for _, s := range list {
		if len(s.Missing) > 0 {
			c.reportMissing(dataset, s, list)
		}
	}
	c.report.Totals.Shards = list
}

// isShard reports whether a manifest can be one of a shard.
func isShard(s *schema.Shard) bool {
	return s.Index >= 0 && s.Index < s.Count && s.Count <= schema.MaxShards && s.Set != "" && s.List != ""
}

// add adds a run.
func (s *ShardSet) add(run *manifest.Run) {
	s.Runs++
	s.Known += run.Known.Count()
	s.Totals.Add(run.Totals)
	s.runs[run.Shard.Index] = append(s.runs[run.Shard.Index], run)
}

// reportMissing adds a set without some of its shards to the report. It is no difference
// if a set with all shards has what there is of this one.
func (c *checker) reportMissing(dataset string, s *ShardSet, all []*ShardSet) {
	var others []string
	for _, o := range all {
		switch {
		case o == s:
		case len(o.Missing) == 0 && o.supersedes(s):
			s.Superseded = true
			return
		case o.Count == s.Count && len(o.Missing) > 0 && slices.ContainsFunc(s.Missing, func(i int) bool { return len(o.runs[i]) > 0 }):
			others = append(others, fmt.Sprintf("the lists of files differ, or the settings: of another list, of %s, there are shards %s", manifest.Counted(o.Files, "file"), ranges(slices.Collect(maps.Keys(o.runs)))))
		}
	}
	file := c.report.add(shardRole, fmt.Sprintf("%s: %s of %d", shown(dataset), ranges(s.Missing), s.Count))
	file.Status, file.differs = Missing, true
	file.note("%d of %d shards of a list of %s have no run (set %s); run them with --new", len(s.Missing), s.Count, manifest.Counted(s.Files, "file"), s.Set)
	for _, other := range others {
		file.note("%s; list the files once, and run all shards with the same flags, --new and --files-from", other)
	}
}

// supersedes reports whether the set has the files of all runs of another one, of which
// one had files: in shards of the same files, or in shards that left out as many inputs as
// known, some of them of that run. Where the number of shards differs, the files of a run
// are in several shards, which left out as many inputs together.
func (s *ShardSet) supersedes(o *ShardSet) (some bool) {
	inputs := 0
	for i, runs := range o.runs {
		for _, run := range runs {
			if run.CountInputs() == 0 {
				continue
			}
			some, inputs = true, inputs+run.CountInputs()
			has := func(later *manifest.Run) bool { return covers(later, run) }
			if s.Count == o.Count && !slices.ContainsFunc(s.runs[i], has) || s.Count != o.Count && !s.leftOut(run) {
				return false
			}
		}
	}
	return some && (s.Count == o.Count || s.Known >= inputs)
}

func covers(later, run *manifest.Run) bool {
	return later.Shard.List == run.Shard.List || later.Known.Count() >= run.CountInputs() && leftOut(later, run)
}

// leftOut reports whether a shard left out an input of a run.
func (s *ShardSet) leftOut(run *manifest.Run) bool {
	for _, runs := range s.runs {
		if slices.ContainsFunc(runs, func(later *manifest.Run) bool { return leftOut(later, run) }) {
			return true
		}
	}
	return false
}

func leftOut(later, run *manifest.Run) bool {
	return later.Known != nil && slices.ContainsFunc(later.Known.Inputs, func(in schema.KnownInput) bool { return in.Run == run.Name })
}

// ranges writes numbers as 0-2, 5.
func ranges(numbers []int) string {
	var parts []string
	slices.Sort(numbers)
	for len(numbers) > 0 {
		n := 1
		for n < len(numbers) && numbers[n] == numbers[0]+n {
			n++
		}
		part := fmt.Sprint(numbers[0])
		if n > 1 {
			part = fmt.Sprintf("%d-%d", numbers[0], numbers[n-1])
		}
		parts, numbers = append(parts, part), numbers[n:]
	}
	return strings.Join(parts, ", ")
}

// text is a line of a report.
func (s *ShardSet) text() string {
	there := fmt.Sprintf("all %d", s.Count)
	if len(s.Missing) > 0 {
		there = fmt.Sprintf("%d of %d", s.Count-len(s.Missing), s.Count)
	}
	text := fmt.Sprintf("%s of %s (set %s): %s seen, %s written, %s rejected", there, manifest.Counted(s.Files, "file"), s.Set,
		manifest.Counted(s.Totals.Seen, "record"), manifest.Number(s.Totals.Written), manifest.Number(s.Totals.Rejected))
	if s.Known > 0 {
		text += fmt.Sprintf(", %s of earlier runs", manifest.Counted(s.Known, "input"))
	}
	if len(s.Repeated) > 0 {
		text += "; shards of several runs: " + ranges(slices.Clone(s.Repeated))
	}
	if s.Superseded {
		text += "; a later list, whose shards are all there, has their files"
	}
	return text
}
