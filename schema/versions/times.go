package versions

import (
	"slices"

	"signins/schema"
)

// nanos are the units of time that sources write, the coarsest first, in nanoseconds.
var nanos = []int64{1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1}

const (
	minute = 60e9
	// minuteTimes is from how many times on an input that has full minutes alone is one
	// without seconds: of two times both are full minutes once in 3,600, of three hardly
	// ever.
	minuteTimes = 3
)

// timeColumns are the columns of times that are compared.
var timeColumns = []schema.ColumnID{schema.CreatedAt, schema.LastPasswordChangeAt}

// Precisions are which inputs have times without seconds. A time with seconds shows
// itself how precise it is, but for zeros at its end. The zero value knows no input.
type Precisions struct{ inputs map[*schema.Source]*[2]clock }

// A clock is what an input has in a column of times.
type clock struct {
	times   int
	seconds bool // one is no full minute
}

// Add takes the times of a batch into account.
func (ps *Precisions) Add(b *schema.Batch) {
	if ps.inputs == nil {
		ps.inputs = map[*schema.Source]*[2]clock{}
	}
	input := ps.inputs[b.Source]
	if input == nil {
		input = new([2]clock)
		ps.inputs[b.Source] = input
	}
	for i, id := range timeColumns {
		v, c := &b.Columns[id], &input[i]
		for row := 0; row < len(v.Valid) && !c.seconds; row++ {
			if v.Valid[row] == 1 {
				c.times++
				at := momentOf(b, id, row)
				c.seconds = at.cut(minute) != at
			}
		}
	}
}

// unit returns how precise a time of a column of an input is, in nanoseconds: the
// coarsest unit that it is a multiple of.
func (ps *Precisions) unit(src *schema.Source, id schema.ColumnID, at moment) int64 {
	if input := ps.inputs[src]; input != nil {
		if c := input[slices.Index(timeColumns, id)]; !c.seconds && c.times >= minuteTimes {
			return minute
		}
	}
	for _, unit := range nanos {
		if at.cut(unit) == at {
			return unit
		}
	}
	return 1
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

// cut returns the time cut to a unit of nanoseconds.
func (at moment) cut(unit int64) moment {
	if unit < 1000 {
		return moment{at.micros, at.nanos - at.nanos%unit}
	}
	micros := unit / 1000
	return moment{micros: at.micros - (at.micros%micros+micros)%micros}
}
