package dataset

import (
	"cmp"
	"slices"
	"time"

	"signins/schema"
)

const (
	microsPerDay = 24 * 60 * 60 * 1_000_000
	// noDay is the day of sign-ins without a time.
	noDay = int64(-1 << 62)
	// partitionPrefix begins the name of a day's folder.
	partitionPrefix = "event_date="
	// noDayPartition is what Hive calls the partition of a null key.
	noDayPartition = partitionPrefix + "__HIVE_DEFAULT_PARTITION__"
)

// partition is the folder of a day.
func partition(day int64) string {
	if day == noDay {
		return noDayPartition
	}
	return partitionPrefix + time.UnixMicro(day*microsPerDay).UTC().Format(time.DateOnly)
}

// dayOf returns the day of a time.
func dayOf(at *schema.Vector, row int) int64 {
	n, ok := at.Num(row)
	if !ok {
		return noDay
	}
	return (n - (n%microsPerDay+microsPerDay)%microsPerDay) / microsPerDay
}

// sortByDay returns the records of b by day and in their order within a day, and the
// day of each.
func (d *Writer) sortByDay(b *schema.Batch) (*schema.Batch, []int64) {
	days, order, at := make([]int64, b.Len), make([]int, b.Len), &b.Columns[schema.CreatedAt]
	for row := range b.Len {
		order[row], days[row] = row, dayOf(at, row)
	}
	if !slices.IsSorted(days) {
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(days[x], days[y]) })
		slices.Sort(days)
		b.PickInto(&d.sorted, order)
		b = &d.sorted
	}
	return b, days
}
