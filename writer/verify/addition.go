package verify

import (
	"fmt"
	"maps"

	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// An addition adds up what the inputs of a manifest have beside their records. A line of
// inputs may lack some of it for want of space: then its sum is unknown.
type addition struct {
	manifest.Sums // without unknown fields and warnings
	repeats       duplicates.Kinds

	noCategory, noSpan, noRepeats bool
}

// add adds an input.
func (s *addition) add(in *manifest.Input) {
	s.noCategory = s.noCategory || in.Shortened() && in.Category == nil
	s.noSpan = s.noSpan || !in.Spanned()
	s.noRepeats = s.noRepeats || in.Duplicates == nil
	s.Add(&manifest.Input{Category: in.Category, FirstEvent: in.FirstEvent, LastEvent: in.LastEvent})
	if in.Duplicates != nil {
		s.repeats.AddKinds(*in.Duplicates)
	}
}

// compare compares the sums with the totals of a run. A manifest of version 1 has none.
func (s *addition) compare(run *manifest.Run) (differences []string) {
	if run.ManifestVersion == 1 {
		return nil
	}
	found := func(format string, values ...any) { differences = append(differences, fmt.Sprintf(format, values...)) }
	if !s.noCategory && !sameCounts(s.Category, run.Category) {
		found("sign-ins by category are %v, those of the inputs %v", run.Category, s.Category)
	}
	if !s.noSpan && (s.FirstEvent != run.FirstEvent || s.LastEvent != run.LastEvent) {
		found("events are from %q to %q, those of the inputs from %q to %q", run.FirstEvent, run.LastEvent, s.FirstEvent, s.LastEvent)
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
