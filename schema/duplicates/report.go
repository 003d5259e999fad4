package duplicates

import (
	"cmp"
	"slices"
)

// Kinds count records that repeat a sign-in, by duplicate_kind. Those that differ are
// Compatible or Conflicting once they were compared.
type Kinds struct {
	Same        int64 `json:"same"`
	Differs     int64 `json:"differs"`
	Compatible  int64 `json:"compatible"`
	Conflicting int64 `json:"conflicting"`
}

// Add counts n more records of a kind.
func (k *Kinds) Add(kind string, n int64) {
	if kind == Same {
		k.Same += n
	} else {
		k.Differs += n
	}
}

// Total returns the number of records.
func (k Kinds) Total() int64 { return k.Same + k.Differs }

// A Report is what a run knows of its duplicates.
type Report struct {
	Kinds
	// DifferentVerdicts counts sign-ins of which two records have different verdicts.
	DifferentVerdicts int64 `json:"sign_ins_with_different_verdicts"`
	// Pairs are the pairs of inputs with the most repeats, the most first; More sums up
	// the other pairs.
	Pairs []Pair `json:"pairs"`
	More  *More  `json:"more_pairs,omitempty"`
}

// A Pair counts the records of the input Repeats whose sign-in is in the input First
// before. The two may be one.
type Pair struct {
	First   string `json:"first"`
	Repeats string `json:"repeats"`
	Kinds
}

// More counts the records of several pairs.
type More struct {
	Pairs int64 `json:"pairs"`
	Kinds
}

// Report returns the counts so far, nil of a nil index.
func (x *Index) Report() *Report {
	if x == nil {
		return nil
	}
	x.pairs.endInput()
	x.pairs.keepMost()
	r := &Report{DifferentVerdicts: x.verdicts, Pairs: []Pair{}}
	for _, p := range x.pairs.most {
		r.Pairs = append(r.Pairs, Pair{x.Sources[p.first].Path, x.Sources[p.repeats].Path, p.Kinds})
		r.AddKinds(p.Kinds)
	}
	if x.pairs.more.Pairs > 0 {
		r.More = &x.pairs.more
		r.AddKinds(r.More.Kinds)
	}
	return r
}

// AddKinds adds the counts of o.
func (k *Kinds) AddKinds(o Kinds) {
	k.Same += o.Same
	k.Differs += o.Differs
	k.Compatible += o.Compatible
	k.Conflicting += o.Conflicting
}

// maxPairs is how many pairs of inputs a report lists.
const maxPairs = 1000

// pairs count repeats by pair of inputs. The pairs that an input and those before it
// make are counted one after the other: only they, and those listed, are kept one by
// one.
type pairs struct {
	open map[[2]int]*Kinds // by first and input that repeats
	most []inputPair       // in any order
	more More
}

type inputPair struct {
	first, repeats int
	Kinds
}

// of returns the counts of a pair until endInput.
func (p *pairs) of(first, repeats int) *Kinds {
	if p.open == nil {
		p.open = map[[2]int]*Kinds{}
	}
	kinds := p.open[[2]int{first, repeats}]
	if kinds == nil {
		kinds = &Kinds{}
		p.open[[2]int{first, repeats}] = kinds
	}
	return kinds
}

// endInput adds the pairs of the input that was read.
func (p *pairs) endInput() {
	for pair, kinds := range p.open {
		p.most = append(p.most, inputPair{pair[0], pair[1], *kinds})
	}
	clear(p.open)
	if len(p.most) > 2*maxPairs {
		p.keepMost()
	}
}

// keepMost sorts the pairs and sums up those beyond maxPairs.
func (p *pairs) keepMost() {
	slices.SortFunc(p.most, func(a, b inputPair) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.repeats, b.repeats), cmp.Compare(a.first, b.first))
	})
	for _, pair := range p.most[min(maxPairs, len(p.most)):] {
		p.more.Pairs++
		p.more.AddKinds(pair.Kinds)
	}
	p.most = p.most[:min(maxPairs, len(p.most))]
}
