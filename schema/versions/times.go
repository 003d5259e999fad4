package versions

import (
	"slices"

	"signins/schema"
)

// nanos are the units of time that sources write, the coarsest first, in nanoseconds.
var nanos = []int64{60e9, 1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1}

// minuteTimes is from how many times on an input that has full minutes alone is one
// without seconds: of two times both are full minutes once in 3,600, of three hardly
// ever.
const minuteTimes = 3

// timeColumns are the columns of times that are compared.
var timeColumns = []schema.ColumnID{schema.CreatedAt, schema.LastPasswordChangeAt}

// Precisions are how precise the times of inputs are: as precise as the most precise
// one of the column. The zero value knows no input.
type Precisions struct {
	inputs map[*schema.Source]*[2]precision
}

// A precision is that of a column of times in an input.
type precision struct {
	unit  int // in nanos
	times int
}

// Add takes the times of a batch into account.
func (ps *Precisions) Add(b *schema.Batch) {
	if ps.inputs == nil {
		ps.inputs = map[*schema.Source]*[2]precision{}
	}
	input := ps.inputs[b.Source]
	if input == nil {
		input = new([2]precision)
		ps.inputs[b.Source] = input
	}
	for i, id := range timeColumns {
		v, p := &b.Columns[id], &input[i]
		for row, valid := range v.Valid {
			if valid == 0 {
				continue
			}
			p.times++
			for at := momentOf(b, id, row); at.cut(nanos[p.unit]) != at; {
				p.unit++
			}
		}
	}
}

// of returns the unit of one of timeColumns in an input, in nanoseconds; 0 if the input
// is not known.
func (ps *Precisions) of(src *schema.Source, id schema.ColumnID) int64 {
	input := ps.inputs[src]
	if input == nil {
		return 0
	}
	p := input[slices.Index(timeColumns, id)]
	if p.unit == 0 && p.times < minuteTimes {
		p.unit = 1
	}
	return nanos[p.unit]
}

// A moment is a time: microseconds since 1970 and the nanoseconds behind them.
type moment struct{ micros, nanos int64 }

// momentOf returns the time that a row has in a column.
func momentOf(b *schema.Batch, id schema.ColumnID, row int) (at moment) {
	at.micros, _ = b.Columns[id].Num(row)
	if id == schema.CreatedAt {
		at.nanos, _ = b.Columns[schema.CreatedAtRemainderNS].Num(row)
	}
	return at
}

// unit returns the coarsest unit up to a second that the time is a multiple of.
func (at moment) unit() int64 {
	for _, unit := range nanos[1:] {
		if at.cut(unit) == at {
			return unit
		}
	}
	return 1
}

// cut returns the time cut to a unit of nanoseconds.
func (at moment) cut(unit int64) moment {
	if unit < 1000 {
		return moment{at.micros, at.nanos - at.nanos%unit}
	}
	micros := unit / 1000
	return moment{micros: at.micros - (at.micros%micros+micros)%micros}
}
