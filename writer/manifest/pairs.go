package manifest

import (
	"io"
	"slices"
	"strconv"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/jsontext"
	"signins/schema/versions"
)

// A PairWriter writes the lines of a list of duplicates.
type PairWriter struct {
	w    io.Writer
	line []byte
}

// pairBuffer is how long a part of a line may be before it is written, and the memory
// that is used again. Values of sign-ins may have many megabytes.
const pairBuffer = 256 << 10

// NewPairWriter returns a writer of lines to w. Flush writes what it keeps.
func NewPairWriter(w io.Writer) *PairWriter { return &PairWriter{w: w} }

// Write writes the line of a pair.
func (w *PairWriter) Write(p *versions.Pair) error {
	to := jsontext.AppendQuoted(append(w.line, `{"id":`...), []byte(p.ID))
	to = jsontext.AppendQuoted(append(to, `,"category":`...), []byte(p.Category))
	to = append(append(append(to, `,"kind":"`...), p.Kind.String()...), `","counted":`...)
	to = append(appendPlace(to, p.Counted), `,"repeat":`...)
	w.line = append(appendPlace(to, p.Repeat), `,"columns":[`...)
	for i, d := range p.Differences {
		if i > 0 {
			w.line = append(w.line, ',')
		}
		kind := versions.Compatible
		if d.Conflicting() {
			kind = versions.Conflicting
		}
		to = append(append(w.line, `{"column":"`...), schema.Columns[d.Column].Name...)
		w.line = append(append(append(to, `","kind":"`...), kind.String()...), `","counted":`...)
		if err := w.value(d.Counted, d.Column); err != nil {
			return err
		}
		w.line = append(w.line, `,"repeat":`...)
		if err := w.value(d.Repeat, d.Column); err != nil {
			return err
		}
		w.line = append(w.line, '}')
	}
	w.line = append(w.line, "]}\n"...)
	return w.spill()
}

// value writes a value.
func (w *PairWriter) value(v versions.Value, id schema.ColumnID) error {
	w.line = v.AppendJSON(slices.Grow(w.line, len(v.Text)+32), id)
	return w.spill()
}

// spill writes the line so far if it is long.
func (w *PairWriter) spill() error {
	if len(w.line) < pairBuffer {
		return nil
	}
	return w.Flush()
}

// Flush writes all lines.
func (w *PairWriter) Flush() error {
	_, err := w.w.Write(w.line)
	if w.line = w.line[:0]; cap(w.line) > 4*pairBuffer {
		w.line = nil
	}
	return err
}

func appendPlace(to []byte, p versions.Place) []byte {
	to = jsontext.AppendQuoted(append(to, `{"file":`...), []byte(p.Source.File()))
	to = jsontext.AppendQuoted(append(to, `,"member":`...), []byte(p.Source.Member))
	return append(strconv.AppendInt(append(to, `,"record":`...), p.Record, 10), '}')
}

// KindsText writes how many records repeat others, and how: "3 the same, 2 with
// differences, of which 1 conflicting".
func KindsText(k duplicates.Kinds) string {
	text := Number(k.Same) + " the same, " + Number(k.Differs) + " with differences"
	if k.Conflicting > 0 {
		text += ", of which " + Number(k.Conflicting) + " conflicting"
	}
	return text
}

// A PairCounter adds pairs of versions to the counts of a run: its own, those of inputs,
// and those of pairs of inputs.
type PairCounter struct {
	run    *Run
	inputs map[string]*duplicates.Kinds // of those with versions that differ, by name
	pairs  map[[2]string]*duplicates.Kinds
}

// NewPairCounter returns a counter for a run whose inputs and duplicates are complete
// but for Compatible and Conflicting.
func NewPairCounter(run *Run) *PairCounter {
	c := &PairCounter{run, map[string]*duplicates.Kinds{}, map[[2]string]*duplicates.Kinds{}}
	for i := range run.Duplicates.Pairs {
		p := &run.Duplicates.Pairs[i]
		c.pairs[[2]string{p.First, p.Repeats}] = &p.Kinds
	}
	return c
}

// Add counts a pair that is marked as different.
func (c *PairCounter) Add(p *versions.Pair) {
	pair := c.pairs[[2]string{p.Counted.Source.Path, p.Repeat.Source.Path}]
	if pair == nil {
		pair = &c.run.Duplicates.More.Kinds
	}
	input := c.inputs[p.Repeat.Source.Path]
	if input == nil {
		input = &duplicates.Kinds{}
		c.inputs[p.Repeat.Source.Path] = input
	}
	for _, kinds := range []*duplicates.Kinds{&c.run.Duplicates.Kinds, input, pair} {
		if p.Kind == versions.Conflicting {
			kinds.Conflicting++
		} else {
			kinds.Compatible++
		}
	}
}

// Finish adds the counts of all pairs to the inputs.
func (c *PairCounter) Finish() {
	c.run.amend(func(in *Input) {
		if kinds := c.inputs[in.Name()]; kinds != nil && in.Duplicates != nil {
			in.Duplicates.Compatible, in.Duplicates.Conflicting = kinds.Compatible, kinds.Conflicting
		}
	})
}

// SumPairs adds up the pairs of inputs of a report.
func SumPairs(d *duplicates.Report) (sum duplicates.Kinds) {
	for _, p := range d.Pairs {
		sum.AddKinds(p.Kinds)
	}
	if d.More != nil {
		sum.AddKinds(d.More.Kinds)
	}
	return sum
}

// CheckDuplicates returns *Unbalanced unless every record that is marked as different
// was compared, and, where they were dropped, every dropped one is of a kind.
func (r *Run) CheckDuplicates(dropped bool) error {
	d := r.Duplicates
	switch {
	case d == nil:
		return nil
	case d.Differs != d.Compatible+d.Conflicting:
		return &Unbalanced{What: Counted(d.Differs, "record") + " repeat others and differ, but " + Number(d.Compatible+d.Conflicting) + " were compared"}
	case dropped && d.Total() != r.Totals.DuplicatesDropped:
		return &Unbalanced{What: Counted(r.Totals.DuplicatesDropped, "record") + " were dropped, but " + Number(d.Total()) + " were compared"}
	}
	return nil
}
