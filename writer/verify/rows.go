package verify

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	library "github.com/parquet-go/parquet-go"

	"signins/schema/duplicates"
	"signins/writer/manifest"
)

// A group is the files of one output, a workbook or the parts of a run in a dataset,
// whose rows add up to the records that were written.
type group struct {
	tally      *tally
	name       func(string) string // how an output has the name of an input
	files      []*File
	incomplete bool // some rows were not read
	uncounted  bool // a workbook that was asked for without the sheet of sign-ins
	repeats    bool // the tally has the rows that repeat others
}

// A tally counts rows by their source.
type tally struct {
	sources map[string]*rowCount
	others  rowCount // rows of no input
	other   string   // the first of them
}

// A rowCount counts rows of a source.
type rowCount struct {
	rows, first, last int64
	same, differs     int64 // rows that repeat others, by duplicate_kind
}

// newGroup returns the group of an output, without rows.
func newGroup(r *record, out *output) (*group, error) {
	g := &group{tally: &tally{sources: map[string]*rowCount{}}, name: func(name string) string { return name }}
	// Rows that were dropped are counted as repeats, too, and the manifest alone has them.
	g.repeats = out.Format == "parquet" && r.run.Totals.DuplicatesDropped == 0
	if out.Format == "xlsx" {
		g.name = cellText
	}
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return nil, err
		}
		g.tally.sources[g.name(in.Name())] = newRowCount()
	}
	return g, nil
}

func newRowCount() *rowCount { return &rowCount{first: math.MaxInt64, last: math.MinInt64} }

// of returns the count of a source.
func (t *tally) of(source []byte) *rowCount {
	if n := t.sources[string(source)]; n != nil {
		return n
	}
	if t.others.rows == 0 {
		t.other = string(source)
	}
	return &t.others
}

// add counts a row.
func (n *rowCount) add(created int64, valid bool) {
	n.rows++
	if valid {
		n.first, n.last = min(n.first, created), max(n.last, created)
	}
}

// addRepeat counts the row as one that repeats another, if it does.
func (n *rowCount) addRepeat(of, kind library.Value) error {
	switch {
	case of.IsNull() != kind.IsNull():
		return errors.New("duplicate_of and duplicate_kind are not both null or both filled")
	case of.IsNull():
	case string(kind.ByteArray()) == duplicates.Same:
		n.same++
	case string(kind.ByteArray()) == duplicates.Differs:
		n.differs++
	default:
		return fmt.Errorf("duplicate_kind is %q", kind.ByteArray())
	}
	return nil
}

// repeats returns how many rows repeat others.
func (t *tally) repeats() int64 {
	sum := t.others.same + t.others.differs
	for _, n := range t.sources {
		sum += n.same + n.differs
	}
	return sum
}

// span returns the times of the first and the last row as manifests have them.
func (n *rowCount) span() (first, last string) {
	if n.first > n.last {
		return "", ""
	}
	return time.UnixMicro(n.first).UTC().Format(time.RFC3339Nano), time.UnixMicro(n.last).UTC().Format(time.RFC3339Nano)
}

// reconcile compares the rows by source with the manifest, once all files were read.
func (g *group) reconcile(r *record) error {
	file := g.files[0]
	if g.uncounted {
		return nil
	}
	if g.incomplete {
		if file.Status == Matched {
			file.note("its rows are not compared with the inputs, as not all files of the output could be read")
		}
		return nil
	}
	type counts struct {
		written     int64
		inputs      int
		spanned     bool
		first, last string
		repeats     *duplicates.Kinds
	}
	expected := map[string]counts{}
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return err
		}
		e := expected[g.name(in.Name())]
		expected[g.name(in.Name())] = counts{e.written + in.Records.Written, e.inputs + 1, in.Spanned(), in.FirstEvent, in.LastEvent, in.Duplicates}
	}
	if n := g.tally.others.rows; n > 0 {
		file.change("%s of sources that are no inputs, such as %q", manifest.Counted(n, "row"), g.tally.other)
	}
	for _, name := range sortedKeys(expected) {
		e, n := expected[name], g.tally.sources[name]
		first, last := n.span()
		switch {
		case n.rows != e.written:
			file.change("%s of %s, the manifest says %s", manifest.Counted(n.rows, "row"), name, manifest.Number(e.written))
		case e.inputs == 1 && e.spanned && (first != e.first || last != e.last):
			file.change("events of %s are from %q to %q, the manifest says from %q to %q", name, first, last, e.first, e.last)
		case e.inputs == 1 && g.repeats && e.repeats != nil && (n.same != e.repeats.Same || n.differs != e.repeats.Differs):
			file.change("%s of %s repeat others (%d the same), the manifest says %d (%d)", manifest.Counted(n.same+n.differs, "row"), name, n.same, e.repeats.Total(), e.repeats.Same)
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// recovered turns a panic of a library that reads damaged data into a difference.
func recovered(differences *[]string) {
	if cause := recover(); cause != nil {
		*differences = append(*differences, fmt.Sprintf("cannot be read: %v", cause))
	}
}
