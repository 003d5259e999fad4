package duplicates

import (
	"math"
	"sort"
)

// A Place says where a record is.
type Place struct {
	Input  int   // number of the input in Index.Sources
	Record int64 // as in source_record
}

// places are the places of the elements of a list. Elements come in the order of
// inputs, so that the input is kept once for many, and 32 bits an element are enough
// for the record.
type places struct{ runs []run }

// A run is of elements with records of one input.
type run struct {
	element int // the first
	input   int
	record  int64 // of the first
}

// add adds the place of an element, the next one, and returns what at needs to find
// the record again.
func (p *places) add(element int, place Place) (offset uint32) {
	if last := len(p.runs) - 1; last >= 0 && p.runs[last].input == place.Input {
		if d := place.Record - p.runs[last].record; d >= 0 && d <= math.MaxUint32 {
			return uint32(d)
		}
	}
	p.runs = append(p.runs, run{element, place.Input, place.Record})
	return 0
}

// at returns the place of an element.
func (p *places) at(element int, offset uint32) Place {
	r := p.runs[sort.Search(len(p.runs), func(i int) bool { return p.runs[i].element > element })-1]
	return Place{r.input, r.record + int64(offset)}
}
