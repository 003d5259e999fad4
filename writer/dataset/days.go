package dataset

import (
	"math"
	"slices"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

const (
	microsPerDay = 24 * 60 * 60 * 1_000_000
	// noDay is the day of sign-ins without a time, before all others: those of microseconds
	// in 64 bits are of 28.
	noDay = int64(-1 << 31)
)

// partition is the folder of a day.
func partition(day int64) string {
	if day == noDay {
		return manifest.DayPrefix + manifest.NoDay
	}
	return manifest.DayPrefix + time.UnixMicro(day*microsPerDay).UTC().Format(time.DateOnly)
}

// dayOf returns the day of a time.
func dayOf(at *schema.Vector, row int) int64 {
	n, ok := at.Num(row)
	if !ok {
		return noDay
	}
	return (n - (n%microsPerDay+microsPerDay)%microsPerDay) / microsPerDay
}

// A dayRow is a day and, in its lower half, the row of a record of that day: numbers sort in
// a third of the time of pairs.
type dayRow int64

func (r dayRow) day() int64 { return int64(r >> 32) }

func (r dayRow) row() int { return int(r & math.MaxUint32) }

// sortByDay returns the rows of a batch by day and in their order within a day.
func sortByDay(b *schema.Batch) []dayRow {
	rows, at := make([]dayRow, b.Len), &b.Columns[schema.CreatedAt]
	for row := range rows {
		rows[row] = dayRow(dayOf(at, row)<<32 | int64(row))
	}
	if !slices.IsSorted(rows) {
		slices.Sort(rows)
	}
	return rows
}

// countDays returns how many days are in a sorted list.
func countDays(rows []dayRow) int {
	n := min(len(rows), 1)
	for i := 1; i < len(rows); i++ {
		if rows[i].day() != rows[i-1].day() {
			n++
		}
	}
	return n
}
