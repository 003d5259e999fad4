package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"signins/schema"
	"signins/writer/files"
)

// A dayRange is what a batch has for the part of a day, by row of the batch sorted by day.
type dayRange struct {
	part     *part
	from, to int
}

// Write adds the records of a batch to the parts of their days.
func (d *Writer) Write(b *schema.Batch) error {
	d.batches++
	rows := sortByDay(b)
	scattered := b.Len <= d.limits.few || countDays(rows) > manyDays
	var now []dayRange
	var later []*part // by row of the batch, nil for a row that is written now
	for from := 0; from < b.Len; {
		day := rows[from].day()
		to, _ := slices.BinarySearch(rows, dayRow((day+1)<<32))
		p, err := d.part(day)
		if err != nil {
			return err
		}
		p.spilled = p.spilled || d.spill.By != nil || scattered && p.rows == 0 && to-from <= d.limits.few
		p.rows += int64(to - from)
		if !p.spilled {
			now = append(now, dayRange{p, from, to})
		} else if later == nil {
			later = make([]*part, b.Len)
		}
		for _, r := range rows[from:to] {
			if p.spilled {
				later[r.row()] = p
			}
		}
		from = to
	}
	if err := d.spillRows(b, later); err != nil {
		return err
	}
	if err := d.writeRanges(b, rows, now); err != nil {
		return err
	}
	return d.shrink()
}

// part returns the part of a day.
func (d *Writer) part(day int64) (*part, error) {
	if p := d.days[day]; p != nil {
		return p, nil
	}
	file, err := d.files.CreatePart(d.path, files.Replace)
	if err != nil {
		return nil, err
	}
	p := &part{day: day, file: file, parquet: d.series.Create(file)}
	d.days[day] = p
	return p, nil
}

// writeRanges writes ranges of a batch sorted by day, whose rows are given.
func (d *Writer) writeRanges(b *schema.Batch, rows []dayRow, ranges []dayRange) error {
	if len(ranges) == 0 {
		return nil
	}
	order := make([]int, len(rows))
	for i, r := range rows {
		order[i] = r.row()
	}
	if !slices.IsSorted(order) {
		b.PickInto(&d.sorted, order)
		b = &d.sorted
	}
	if err := d.named(d.series.Prepare(b)); err != nil {
		return err
	}
	for _, r := range ranges {
		if err := d.writeRows(r.part, b, r.from, r.to); err != nil {
			return err
		}
	}
	return nil
}

// writeRows writes rows from..to of a batch, which is prepared, to a part.
func (d *Writer) writeRows(p *part, b *schema.Batch, from, to int) error {
	p.used = d.batches
	err := p.parquet.WriteRange(b, from, to)
	d.measure(p)
	return p.file.Named(err)
}

// named adds the path of the dataset to an error.
func (d *Writer) named(err error) error {
	if err != nil {
		err = fmt.Errorf("%s: %w", d.path, err)
	}
	return err
}

// measure brings the memory in use up to date after a change of a part.
func (d *Writer) measure(p *part) {
	before := p.memory
	p.memory.groups, _, p.memory.metadata = p.parquet.MemoryUse()
	d.memory.groups += p.memory.groups - before.groups
	d.memory.metadata += p.memory.metadata - before.metadata
	if delete(d.groups, p.day); p.memory.groups > 0 {
		d.groups[p.day] = p
	}
}

// spillRows adds rows of a batch, by the parts that they are written to later, to those of the
// spill. It takes them in the order of the batch: rows of a day are far from each other in
// memory, in each column, and to pack them one after the other takes twice the time.
func (d *Writer) spillRows(b *schema.Batch, later []*part) error {
	if later != nil {
		d.spill.Begin(b)
	}
	for row, p := range later {
		if p == nil {
			continue
		}
		if d.spill.Dir == "" {
			d.spill.Dir, d.spill.Memory, d.spill.Check = p.file.Private(), d.limits.rows, p.file.Check
		}
		if err := d.spill.Add(p.day, row, row+1); err != nil {
			return d.named(fmt.Errorf("spilling rows: %w", err))
		}
	}
	return nil
}

// shrink brings the memory of all parts below the limits. It chooses parts by what
// was written to them alone, so that the same input gives the same parts.
func (d *Writer) shrink() error {
	for d.memory.groups > d.limits.groups {
		p := d.choose()
		err := p.parquet.Shrink()
		early := p.memory.groups < d.limits.groups/largeGroups
		if d.measure(p); err != nil {
			return p.file.Named(err)
		}
		p.spilled = p.spilled || early && p.memory.groups == 0
	}
	if d.memory.metadata > d.limits.metadata {
		return d.spillMetadata()
	}
	return nil
}

// choose returns the part whose row group is to take less memory: the largest, or the
// one longest unused if the largest is not large.
func (d *Writer) choose() *part {
	var fullest, idle *part
	for _, p := range d.groups {
		if fullest == nil || cmp.Or(cmp.Compare(fullest.memory.groups, p.memory.groups), cmp.Compare(p.day, fullest.day)) < 0 {
			fullest = p
		}
		if idle == nil || cmp.Or(cmp.Compare(p.used, idle.used), cmp.Compare(p.day, idle.day)) < 0 {
			idle = p
		}
	}
	if fullest.memory.groups >= d.limits.groups/largeGroups {
		return fullest
	}
	return idle
}

// finishParts completes all parts, those with spilled rows after the others have
// released their memory, and returns them in order of days.
func (d *Writer) finishParts() ([]*part, error) {
	parts := slices.SortedFunc(maps.Values(d.days), func(a, b *part) int { return cmp.Compare(a.day, b.day) })
	for _, p := range parts {
		if !p.spilled {
			if err := d.finishPart(p); err != nil {
				return nil, err
			}
		}
	}
	if err := d.writeSpilled(); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := d.finishPart(p); err != nil {
			return nil, err
		}
	}
	return parts, errors.Join(d.spill.Remove(), d.metadata.remove())
}

// writeSpilled writes the spilled rows to their parts, and completes each behind its last
// one.
func (d *Writer) writeSpilled() error {
	var last *part
	var failed error
	err := d.spill.Each(func(day int64, b *schema.Batch) error {
		p := d.days[day]
		if last != nil && last != p {
			if failed = d.finishPart(last); failed != nil {
				return failed
			}
		}
		last = p
		if failed = d.named(d.series.Prepare(b)); failed == nil {
			failed = d.writeRows(p, b, 0, b.Len)
		}
		return failed
	})
	if failed == nil && err != nil {
		return d.named(fmt.Errorf("reading spilled rows: %w", err))
	}
	return failed
}

// finishPart completes a part, once.
func (d *Writer) finishPart(p *part) error {
	if p.finished {
		return nil
	}
	if err := d.restoreMetadata(p); err != nil {
		return err
	}
	err := p.parquet.Close()
	p.finished = true
	d.measure(p)
	return p.file.Named(err)
}
