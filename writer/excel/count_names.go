package excel

import (
	"cmp"
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// Bounds of what is counted by name.
const (
	maxNames     = 1 << 18  // distinct names of all kinds: users, addresses, ...
	maxNameBytes = 16 << 20 // of all their texts
	maxPairs     = 1 << 19  // names of one kind seen with an error code, in all codes
)

// verdictSums are sign-ins by verdict, in the order of verdictLooks.
type verdictSums [5]int64

func (v *verdictSums) addAll(o *verdictSums) {
	for i, n := range o {
		v[i] += n
	}
}

func (v *verdictSums) total() (sum int64) {
	for _, n := range v {
		sum += n
	}
	return sum
}

// A nameBudget is what all tallies hold together.
type nameBudget struct{ names, bytes int }

// nameTally counts the sign-ins of each name in a column. Names beyond the
// bounds are not told apart: their sign-ins stand in beyond.
type nameTally struct {
	id     schema.ColumnID
	budget *nameBudget
	known  map[string]int32 // number of a name, from 1
	names  []string
	sums   []verdictSums
	beyond verdictSums

	numbers []int32 // of the batch's dictionary in names: 0 not yet looked up, -1 beyond
}

// begin turns to the next batch.
func (t *nameTally) begin(b *schema.Batch) {
	n := b.Columns[t.id].Dict.Len() + 1
	t.numbers = slices.Grow(t.numbers[:0], n)[:n]
	clear(t.numbers)
}

// add counts a row and returns the number of its name, from 1; 0 for none and
// -1 for one beyond the bounds.
func (t *nameTally) add(b *schema.Batch, row, verdict int, n int64) int32 {
	v := &b.Columns[t.id]
	at := dictIndex(v, row)
	if at == 0 {
		return 0
	}
	if t.numbers[at] == 0 {
		t.numbers[at] = t.number(v.Dict.Value(schema.First + schema.Code(at-1)))
	}
	number := t.numbers[at]
	if number < 0 {
		t.beyond[verdict] += n
		return number
	}
	t.sums[number-1][verdict] += n
	return number
}

func (t *nameTally) number(name []byte) int32 {
	if number := t.known[string(name)]; number > 0 {
		return number
	}
	if t.budget.names >= maxNames || t.budget.bytes+len(name) > maxNameBytes {
		return -1
	}
	t.budget.names++
	t.budget.bytes += len(name)
	if t.known == nil {
		t.known = map[string]int32{}
	}
	text := string(name)
	t.names, t.sums = append(t.names, text), append(t.sums, verdictSums{})
	t.known[text] = int32(len(t.names))
	return t.known[text]
}

// A nameCount is a name with its sums.
type nameCount struct {
	name string
	sums verdictSums
}

// top returns the n names with the most sign-ins, the most first.
func (t *nameTally) top(n int) []nameCount {
	order := make([]int, len(t.sums))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(t.sums[b].total(), t.sums[a].total()), cmp.Compare(a, b))
	})
	var top []nameCount
	for _, i := range order[:min(n, len(order))] {
		top = append(top, nameCount{t.names[i], t.sums[i]})
	}
	return top
}

// pairSet counts the distinct names that were seen with a number. Once it is
// full, counts that would need more are lower bounds.
type pairSet map[uint64]struct{}

// add reports whether the pair is new, and whether there was no room to tell.
func (s pairSet) add(number int, name int32) (fresh, full bool) {
	switch {
	case name == 0:
		return false, false
	case name < 0:
		return false, true
	}
	key := uint64(number)<<32 | uint64(name)
	if _, seen := s[key]; seen {
		return false, false
	}
	if len(s) >= maxPairs {
		return false, true
	}
	s[key] = struct{}{}
	return true, false
}

// A distinctCount is a number of distinct names, or a lower bound of it.
type distinctCount struct {
	n    int64
	full bool
}

func (d *distinctCount) add(fresh, full bool) {
	if fresh {
		d.n++
	}
	d.full = d.full || full
}

// cell shows the count.
func (d distinctCount) cell(style int) cell {
	if d.full {
		return cell{style: style, text: "at least " + manifest.Number(d.n)}
	}
	return countCell(style, d.n)
}
