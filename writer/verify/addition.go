package verify

import (
	"fmt"
	"maps"
	"time"

	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// An addition adds up what the inputs of a manifest have beside their records. A line of
// inputs may lack some of it for want of space: then its sum is unknown.
type addition struct {
	category    map[string]int64
	first, last string // as the manifest has them
	repeats     duplicates.Kinds

	noCategory, noSpan, noRepeats bool
}

func newAddition() *addition { return &addition{category: map[string]int64{}} }

// add adds an input.
func (s *addition) add(in *manifest.Input) {
	s.noCategory = s.noCategory || in.Shortened() && in.Category == nil
	s.noSpan = s.noSpan || !in.Spanned()
	s.noRepeats = s.noRepeats || in.Duplicates == nil
	for category, n := range in.Category {
		s.category[category] += n
	}
	if s.first == "" || in.FirstEvent != "" && isBefore(in.FirstEvent, s.first) {
		s.first = in.FirstEvent
	}
	if s.last == "" || isBefore(s.last, in.LastEvent) {
		s.last = in.LastEvent
	}
	if in.Duplicates != nil {
		s.repeats.Same += in.Duplicates.Same
		s.repeats.Differs += in.Duplicates.Differs
	}
}

// isBefore compares two times of a manifest, which may have different numbers of digits.
func isBefore(a, b string) bool {
	x, _ := time.Parse(time.RFC3339Nano, a)
	y, _ := time.Parse(time.RFC3339Nano, b)
	return x.Before(y)
}

// compare compares the sums with the totals of a run. A manifest of version 1 has none.
func (s *addition) compare(run *manifest.Run) (differences []string) {
	if run.ManifestVersion == 1 {
		return nil
	}
	found := func(format string, values ...any) { differences = append(differences, fmt.Sprintf(format, values...)) }
	if !s.noCategory && !sameCounts(s.category, run.Category) {
		found("sign-ins by category are %v, those of the inputs %v", run.Category, s.category)
	}
	if !s.noSpan && (s.first != run.FirstEvent || s.last != run.LastEvent) {
		found("events are from %q to %q, those of the inputs from %q to %q", run.FirstEvent, run.LastEvent, s.first, s.last)
	}
	if run.Duplicates == nil {
		return differences
	}
	total, pairs := run.Duplicates.Kinds, manifest.SumPairs(run.Duplicates)
	if pairs != total {
		found("pairs of inputs have other repeats than the run: %s; the run has %s", manifest.KindsText(pairs), manifest.KindsText(total))
	}
	// Of what was dropped, inputs of one name have the counts of all of them.
	if !s.noRepeats && run.Totals.DuplicatesDropped == 0 && (s.repeats.Same != total.Same || s.repeats.Differs != total.Differs) {
		found("%s repeat others (%d the same), those of the inputs are %d (%d)", manifest.Counted(total.Total(), "record"), total.Same, s.repeats.Total(), s.repeats.Same)
	}
	return differences
}

// sameCounts compares counts by name; no count is 0.
func sameCounts(a, b map[string]int64) bool {
	zero := func(_ string, n int64) bool { return n == 0 }
	a, b = maps.Clone(a), maps.Clone(b)
	maps.DeleteFunc(a, zero)
	maps.DeleteFunc(b, zero)
	return maps.Equal(a, b)
}
