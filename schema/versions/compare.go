package versions

import (
	"bytes"
	"slices"

	"signins/schema"
)

// A Kind is what two versions of a sign-in are to each other.
type Kind int

const (
	Same        Kind = iota // equal in all columns that sources give
	Compatible              // where they differ, only one has a value, or the same in another form
	Conflicting             // a column has two different values
)

// String returns the word for manifests and files.
func (k Kind) String() string { return [...]string{"same", "compatible", "conflicting"}[k] }

// A Place is where a record is.
type Place struct {
	Source *schema.Source
	Record int64 // from 1; of a Parquet file, the row
}

// A Pair is two versions of a sign-in that are not the same: the one that totals count,
// and one that repeats it. It is valid only until the next one.
type Pair struct {
	ID, Category    string
	Counted, Repeat Place
	Kind            Kind
	// Differences are the columns that differ, in their order. There are none if all
	// values are the same but for their form, as 1 and 1.0 in JSON.
	Differences []Difference
}

// A Difference is a column in which two versions differ.
type Difference struct {
	Column          schema.ColumnID
	Counted, Repeat Value
}

// Conflicting reports whether both have a value.
func (d Difference) Conflicting() bool { return d.Counted.Set && d.Repeat.Set }

// A comparer compares records of two sources.
type comparer struct {
	precisions      *Precisions
	counted, repeat *schema.Source
}

// compare appends the columns in which two records differ.
func (c *comparer) compare(to []Difference, counted, repeat record) []Difference {
	for len(counted) > 0 || len(repeat) > 0 {
		a, v, aRest := counted.next()
		b, w, bRest := repeat.next()
		d := Difference{Column: min(a, b)}
		if a <= b {
			d.Counted, counted = v, aRest
		}
		if b <= a {
			d.Repeat, repeat = w, bRest
		}
		if !c.equal(d) {
			to = append(to, d)
		}
	}
	return to
}

// kindOf returns what the differences of two versions, which are not the same, make
// them.
func kindOf(differences []Difference) Kind {
	if slices.ContainsFunc(differences, Difference.Conflicting) {
		return Conflicting
	}
	return Compatible
}

// equal reports whether the values are the same: times if one is the other cut to its
// precision, JSON if it says the same, 0 and -0.
func (c *comparer) equal(d Difference) bool {
	switch kind := schema.Columns[d.Column].Kind; {
	case !d.Conflicting():
		return d.Counted.Set == d.Repeat.Set
	case kind == schema.JSON:
		return equalJSON(d.Counted.Text, d.Repeat.Text)
	case kind.Coded():
		return bytes.Equal(d.Counted.Text, d.Repeat.Text)
	case kind == schema.Time:
		a, b := moment{d.Counted.Num, d.Counted.Nanos}, moment{d.Repeat.Num, d.Repeat.Nanos}
		unit := max(c.precisions.unit(c.counted, d.Column, a), c.precisions.unit(c.repeat, d.Column, b))
		return a.cut(unit) == b.cut(unit)
	case kind == schema.Float64:
		return d.Counted.Num == d.Repeat.Num || d.Counted.float() == d.Repeat.float()
	}
	return d.Counted.Num == d.Repeat.Num
}
