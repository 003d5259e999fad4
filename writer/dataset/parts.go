package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"signins/schema"
	"signins/writer/files"
)

// Write adds the records of a batch to the parts of their days.
func (d *Writer) Write(b *schema.Batch) error {
	d.batches++
	b, days := d.sortByDay(b)
	prepare := sync.OnceValue(func() error { return d.series.Prepare(b) })
	pack := sync.OnceFunc(func() { d.spill.Begin(b) })
	scattered := b.Len <= d.limits.few || countDays(days) > manyDays
	for from := 0; from < b.Len; {
		to, _ := slices.BinarySearch(days, days[from]+1)
		p, err := d.part(days[from])
		if err != nil {
			return err
		}
		p.spilled = p.spilled || d.spill.By != nil || scattered && p.rows == 0 && to-from <= d.limits.few
		p.rows += int64(to - from)
		if p.spilled {
			pack()
			err = d.spillRows(p, from, to)
		} else if err = d.named(prepare()); err == nil {
			err = d.writeRows(p, b, from, to)
		}
		if err != nil {
			return err
		}
		from = to
	}
	return d.shrink()
}

// countDays returns how many days are in a sorted list.
func countDays(days []int64) int {
	n := min(len(days), 1)
	for i := 1; i < len(days); i++ {
		if days[i] != days[i-1] {
			n++
		}
	}
	return n
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

// spillRows adds rows from..to of the batch that the spill has begun to those of a part
// that are written later.
func (d *Writer) spillRows(p *part, from, to int) error {
	if d.spill.Dir == "" {
		d.spill.Dir, d.spill.Memory, d.spill.Check = p.file.Private(), d.limits.rows, func() error {
			_, err := p.file.Write(nil) // fails once the run is interrupted
			return err
		}
	}
	if err := d.spill.Add(p.day, from, to); err != nil {
		return d.named(fmt.Errorf("spilling rows: %w", err))
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
		if p.spilled {
			if err := d.finishPart(p); err != nil {
				return nil, err
			}
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
