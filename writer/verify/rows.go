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
	"signins/writer/excel"
	"signins/writer/manifest"
)

// A group is the files of one output, a workbook or the parts of a run in a dataset,
// whose rows add up to the records that were written.
type group struct {
	tally      *tally                   // nil before a file has the digest of the manifest
	name       func(name string) string // how an output has the name of an input
	files      []*File
	incomplete bool // some rows were not read
	uncounted  bool // a workbook that was asked for without the sheet of sign-ins
	repeats    bool // the tally has the rows that repeat others
	signIns    bool // and the sign-ins by category
}

// A tally counts rows by their source.
type tally struct {
	sources    map[string]*rowCount
	others     rowCount        // rows of no input
	other      string          // the first of them
	categories map[string]bool // of the manifest
}

// A rowCount counts rows of a source.
type rowCount struct {
	rows, first, last int64
	same, differs     int64             // rows that repeat others, by duplicate_kind
	signIns           map[string]*int64 // by category, counted as in manifests
}

// newGroup returns the group of an output, without rows.
func newGroup(r *record, out *output) *group {
	g := &group{name: func(name string) string { return name }}
	// Rows that were dropped are counted as repeats, too, and the manifest alone has them.
	g.repeats = out.Format == "parquet" && r.run.Totals.DuplicatesDropped == 0
	g.signIns = out.Format == "parquet" && r.run.ManifestVersion > 1
	if out.Format == "xlsx" {
		g.name = excel.CellText
	}
	return g
}

// begin makes room for the rows of all inputs. It is called for an output that is there:
// a manifest may name many thousand inputs, and as many outputs that are not.
func (g *group) begin(r *record) error {
	if g.tally != nil {
		return nil
	}
	g.tally = &tally{sources: map[string]*rowCount{}, categories: map[string]bool{}}
	for category := range r.run.Category {
		g.tally.categories[category] = true
	}
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return err
		}
		g.tally.sources[g.name(in.Name())] = newRowCount()
	}
	return nil
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

// otherCategory has the sign-ins of all categories that the manifest does not have.
const otherCategory = "another category"

// of returns the count of a category.
func (n *rowCount) of(category []byte, known map[string]bool) *int64 {
	if count := n.signIns[string(category)]; count != nil {
		return count
	}
	name := string(category)
	if !known[name] {
		name = otherCategory
	}
	if n.signIns == nil {
		n.signIns = map[string]*int64{}
	}
	if n.signIns[name] == nil {
		n.signIns[name] = new(int64)
	}
	return n.signIns[name]
}

// signInsOf returns how many sign-ins a row counts: none if it repeats another, else the
// number that it has, or one.
func signInsOf(repeats bool, count library.Value) int64 {
	switch {
	case repeats:
		return 0
	case !count.IsNull() && count.Int64() > 0 && count.Int64() < 1<<31:
		return count.Int64()
	}
	return 1
}

// counts returns the sign-ins by category.
func (n *rowCount) counts() map[string]int64 {
	counts := map[string]int64{}
	for category, count := range n.signIns {
		counts[category] = *count
	}
	return counts
}

// total adds up the counts of all sources.
func (t *tally) total() *rowCount {
	sum := newRowCount()
	for _, n := range t.sources {
		sum.first, sum.last = min(sum.first, n.first), max(sum.last, n.last)
		for category, count := range n.signIns {
			*sum.of([]byte(category), t.categories) += *count
		}
	}
	return sum
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
	expected := map[string]*sourceRows{}
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return err
		}
		name := g.name(in.Name())
		if expected[name] == nil {
			expected[name] = newSourceRows(in)
		} else {
			expected[name].add(in)
		}
	}
	var differences []string
	if n := g.tally.others.rows; n > 0 {
		differences = append(differences, fmt.Sprintf("%s of sources that are no inputs, such as %q", manifest.Counted(n, "row"), g.tally.other))
	}
	for _, name := range sortedKeys(expected) {
		if difference := g.compareSource(name, expected[name]); difference != "" {
			differences = append(differences, difference)
		}
	}
	if differences == nil && r.run.ManifestVersion > 1 {
		differences = g.compareTotals(r.run)
	}
	file.changeBy(differences)
	return nil
}

// sourceRows are what a manifest says about the rows of a source, nil for what it does not
// say.
type sourceRows struct {
	written int64
	span    *[2]string
	repeats *duplicates.Kinds
	signIns map[string]int64
}

func newSourceRows(in *manifest.Input) *sourceRows {
	t := &sourceRows{in.Records.Written, nil, in.Duplicates, in.Category}
	if in.Spanned() {
		t.span = &[2]string{in.FirstEvent, in.LastEvent}
	}
	if t.signIns == nil && !in.Shortened() {
		t.signIns = map[string]int64{}
	}
	return t
}

// add adds another input of the name, after which rows alone can be compared.
func (t *sourceRows) add(in *manifest.Input) {
	*t = sourceRows{written: t.written + in.Records.Written}
}

// compareSource compares the rows of a source, "" for no difference.
func (g *group) compareSource(name string, t *sourceRows) string {
	n := g.tally.sources[name]
	first, last := n.span()
	switch {
	case n.rows != t.written:
		return fmt.Sprintf("%s of %s, the manifest says %s", manifest.Counted(n.rows, "row"), name, manifest.Number(t.written))
	case t.span != nil && *t.span != [2]string{first, last}:
		return fmt.Sprintf("events of %s are from %q to %q, the manifest says from %q to %q", name, first, last, t.span[0], t.span[1])
	case g.repeats && t.repeats != nil && (n.same != t.repeats.Same || n.differs != t.repeats.Differs):
		return fmt.Sprintf("%s of %s repeat others (%d the same), the manifest says %d (%d)", manifest.Counted(n.same+n.differs, "row"), name, n.same, t.repeats.Total(), t.repeats.Same)
	case g.signIns && t.signIns != nil && !sameCounts(n.counts(), t.signIns):
		return fmt.Sprintf("sign-ins of %s by category are %v, the manifest says %v", name, n.counts(), t.signIns)
	}
	return ""
}

// compareTotals compares all rows with the totals of the run: lines of inputs may lack
// some of theirs.
func (g *group) compareTotals(run *manifest.Run) (differences []string) {
	n := g.tally.total()
	if first, last := n.span(); first != run.FirstEvent || last != run.LastEvent {
		differences = append(differences, fmt.Sprintf("events are from %q to %q, the manifest says from %q to %q", first, last, run.FirstEvent, run.LastEvent))
	}
	if g.signIns && !sameCounts(n.counts(), run.Category) {
		differences = append(differences, fmt.Sprintf("sign-ins by category are %v, the manifest says %v", n.counts(), run.Category))
	}
	return differences
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// recovered notes a panic of a library that reads damaged data.
func recovered(note func(why error)) {
	if cause := recover(); cause != nil {
		note(fmt.Errorf("cannot be read: %v", cause))
	}
}
