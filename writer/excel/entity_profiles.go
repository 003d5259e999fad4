package excel

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"signins/schema"
)

const (
	// maxEntries bounds the entries of all profiles together, but for facets of few values.
	maxEntries = 6 << 20
	// lastEntries are those that only profiles of fewer than fewEntries may add: large
	// ones stop first, so that users and addresses that come late are counted, too.
	lastEntries = maxEntries / 4
	fewEntries  = 64
)

// A profile is what a line counts: for each value of its facets the sign-ins that have
// it. Those of a user with 7 sign-ins from Iceland and 2 from Norway, 9 of them granted:
//
//	verdict granted 9 | country IS 7 | country NO 2
//
// All facets share one list, as most profiles are short: one of 20 sign-ins takes some
// 300 bytes, where a map a facet would take 2,000.
type profile struct {
	entries []entry
	index   *entryIndex // once there are many
	span    timeSpan
}

// profileSize is the size of a profile without entries, in bytes.
const profileSize = 56

// A profileList has the profiles of entities by their number from 1.
type profileList struct{ schema.Segments[profile] }

// at returns the profile of an entity, a new one included.
func (l *profileList) at(number uint32) *profile {
	for l.N < int(number) {
		l.Add(profile{})
	}
	return l.At(int(number) - 1)
}

// An entry counts the sign-ins with a value of a facet.
type entry struct{ key, count uint32 }

// valueBits are the bits of a key that are the value; the others are the facet.
const valueBits = 27

func entryKey(f facet, value uint32) uint32 { return uint32(f)<<valueBits | value }

func (e entry) facet() facet  { return facet(e.key >> valueBits) }
func (e entry) value() uint32 { return e.key & (1<<valueBits - 1) }

const (
	// maxLinear is how many entries are searched one by one.
	maxLinear = 48
	// firstLinear is how many of more entries are, before the index: those of the first
	// rows, which most other rows have, too.
	firstLinear = 16
)

// find returns the place of the newest entry with a key, -1 for none.
func (p *profile) find(key uint32) int {
	linear := p.entries
	if p.index != nil {
		linear = linear[:firstLinear]
	}
	for i := range linear {
		if linear[i].key == key {
			return i
		}
	}
	if p.index == nil {
		return -1
	}
	return p.index.find(p.entries, key)
}

// An entryIndex finds the entries of a profile by key. Its slots, a power of two, have
// their places from 1, 0 for none. The keys are those of the entries, where a map would
// have them again.
type entryIndex struct {
	slots []int32
	used  int
}

// find returns the place of the entry with a key, -1 for none.
func (x *entryIndex) find(entries []entry, key uint32) int { return int(*x.slot(entries, key)) - 1 }

// slot returns the slot of a key, of which the entry is to be set where it is 0.
func (x *entryIndex) slot(entries []entry, key uint32) *int32 {
	mask := len(x.slots) - 1
	for i := int(uint64(key*0x9E3779B1) * uint64(len(x.slots)) >> 32); ; i++ {
		s := &x.slots[i&mask]
		if *s == 0 || entries[*s-1].key == key {
			return s
		}
	}
}

// add makes the entry at a place the one of its key, unless there is one.
func (x *entryIndex) add(entries []entry, place int) {
	if 4*(x.used+1) > 3*len(x.slots) {
		old := x.slots
		x.slots = make([]int32, max(128, 2*len(old)))
		for _, s := range old {
			if s != 0 {
				*x.slot(entries, entries[s-1].key) = s
			}
		}
	}
	if s := x.slot(entries, entries[place].key); *s == 0 {
		*s = int32(place) + 1
		x.used++
	}
}

// count adds n sign-ins with a value of a facet. Without room a value that is new
// becomes one of those that are not counted one by one.
func (p *profile) count(f facet, value uint32, n int64, room *int) {
	p.countAt(p.find(entryKey(f, value)), f, value, n, room)
}

// countAt counts in the entry at a place, -1 for a value that has none.
func (p *profile) countAt(i int, f facet, value uint32, n int64, room *int) {
	key := entryKey(f, value)
	if full := *room <= 0 || *room < lastEntries && len(p.entries) >= fewEntries; i < 0 && full && f > findingFacet {
		key = entryKey(f, uncounted)
		i = p.find(key)
	}
	switch {
	case i < 0:
		*room--
		p.add(entry{key, uint32(n)})
	case int64(p.entries[i].count)+n > math.MaxUint32:
		p.add(p.entries[i]) // find must return the one that has room
		p.entries[i].count = uint32(n)
	default:
		p.entries[i].count += uint32(n)
	}
}

// countAll adds n sign-ins with the values of all facets of a set. It goes once through
// the entries, whatever the number of facets.
func (p *profile) countAll(values *[numFacets]uint32, set facetSet, n int64, room *int) {
	linear := p.entries
	if p.index != nil {
		linear = linear[:firstLinear]
	}
	full := facetSet(0) // whose entry has no room
	for i := range linear {
		e := &linear[i]
		switch f := e.facet(); {
		case !set.has(f) || values[f] != e.value():
		case int64(e.count)+n > math.MaxUint32:
			full |= 1 << f
		default:
			e.count += uint32(n)
			if set &^= 1 << f; set == 0 {
				return
			}
		}
	}
	for ; set != 0; set &= set - 1 {
		f := facet(bits.TrailingZeros32(uint32(set)))
		i := -1
		switch {
		case full.has(f):
			i = p.find(entryKey(f, values[f]))
		case p.index != nil:
			i = p.index.find(p.entries, entryKey(f, values[f]))
		}
		p.countAt(i, f, values[f], n, room)
	}
}

// A facetSet is a set of facets, a bit each.
type facetSet uint32

func (s facetSet) has(f facet) bool { return s>>f&1 != 0 }

// add appends an entry.
func (p *profile) add(e entry) {
	if n := len(p.entries); n == cap(p.entries) {
		p.entries = append(make([]entry, 0, max(8, n+max(4, n/4))), p.entries...)
	}
	p.entries = append(p.entries, e)
	switch n := len(p.entries); {
	case p.index != nil:
		p.index.add(p.entries, n-1)
	case n > maxLinear:
		p.index = &entryIndex{}
		for i := range p.entries {
			p.index.add(p.entries, i)
		}
	}
}

// total returns the sign-ins of the profile.
func (p *profile) total() (sum int64) {
	for _, e := range p.entries {
		if e.facet() == verdictFacet {
			sum += int64(e.count)
		}
	}
	return sum
}

// A valueCount is a value of a facet with its sign-ins.
type valueCount struct {
	value uint32
	n     int64
}

// A facetCount is the values of one facet of a profile, the most frequent first, and
// whether there are more that are not counted one by one.
type facetCount struct {
	values []valueCount
	bound  bool
}

// facets sets the counts of all facets.
func (p *profile) facets(counts *[numFacets]facetCount) {
	for f := range counts {
		counts[f] = facetCount{values: counts[f].values[:0]}
	}
	repeated := false // count adds entries of one value only where one of them is large
	for _, e := range p.entries {
		c := &counts[e.facet()]
		repeated = repeated || e.count > math.MaxUint32/2
		if e.value() == uncounted {
			c.bound = true
			continue
		}
		c.values = append(c.values, valueCount{e.value(), int64(e.count)})
	}
	for f := range counts {
		c := &counts[f]
		if repeated {
			c.values = mergeValues(c.values)
		}
		slices.SortFunc(c.values, func(a, b valueCount) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.value, b.value)) })
	}
}

// mergeValues adds up what several entries have of one value.
func mergeValues(values []valueCount) []valueCount {
	if len(values) < 2 {
		return values
	}
	slices.SortFunc(values, func(a, b valueCount) int { return cmp.Compare(a.value, b.value) })
	merged := values[:1]
	for _, v := range values[1:] {
		if last := &merged[len(merged)-1]; last.value == v.value {
			last.n += v.n
		} else {
			merged = append(merged, v)
		}
	}
	return merged
}

// number returns how many distinct values there are.
func (c *facetCount) number() distinctCount {
	return distinctCount{n: int64(len(c.values)), bound: c.bound}
}
