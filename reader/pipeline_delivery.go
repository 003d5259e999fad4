package reader

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"signins/reader/source"
	"signins/schema"
)

// A delivery yields the batches in order, with numbers of records and lines that count
// through their input.
type delivery struct {
	*pipeline
	yield    func(*schema.Batch, error) bool
	queue    *queue // nil before the first
	returned *job   // is next, before those of the queue
	input    *Input
	records  int64  // of input, so far
	lines    int64  // that ended
	damaged  *Input // the rest of it is not read
}

func (d *delivery) run() {
	for j := d.nextJob(); j != nil; j = d.nextJob() {
		if !d.deliver(j) {
			return
		}
	}
	if err := context.Cause(d.ctx); err != nil {
		d.yield(nil, err)
	}
}

// nextJob waits for the next job, nil after the last.
func (d *delivery) nextJob() (j *job) {
	for j, d.returned = d.returned, nil; j == nil || j.barrier != nil; {
		if j = d.receive(); j == nil {
			return nil
		}
		if j.barrier != nil {
			close(j.barrier)
		}
	}
	select {
	case <-j.done:
	case <-d.ctx.Done():
	}
	if d.ctx.Err() != nil {
		return nil
	}
	return j
}

// receive returns the next job of the queue, or of the one behind it; nil after the last.
func (d *delivery) receive() *job {
	for {
		if d.queue != nil {
			select {
			case j := <-d.queue.jobs:
				if j != nil {
					return j
				}
			case <-d.ctx.Done():
				return nil
			}
		}
		select {
		case d.queue = <-d.order:
		case <-d.ctx.Done():
			return nil
		}
		if d.queue == nil {
			return nil
		}
		for range d.queue.tokens {
			<-d.tokens
		}
	}
}

// deliver yields the batch or the error of a job and reports whether to go on.
func (d *delivery) deliver(j *job) bool {
	if j.input == d.damaged && !errors.Is(j.err, source.ErrChanged) {
		return true
	}
	if j.input != d.input {
		d.input, d.records, d.lines = j.input, 0, 0
	}
	if j.chunk != nil && j.chunk.guess != nil {
		if j.err != nil {
			return d.recut(j)
		}
		j.chunk.release()
	}
	if j.err != nil && d.ctx.Err() == nil {
		if changed := j.input.CheckUnchanged(); changed != nil {
			j.err = changed // rather than what that led to
		}
	}
	if d.ins.salvage(j) {
		d.damaged = j.input
	}
	lines := d.lines
	d.complete(j)
	if j.err != nil {
		d.yield(nil, inInput(j.err, j.input, d.records, lines))
		return false
	}
	if !d.yield(j.batch, nil) {
		return false
	}
	j.batch.Release()
	batchPool.Put(j.batch)
	return true
}

// complete adds to the batch of a job what depends on batches before it.
func (d *delivery) complete(j *job) {
	if j.input.steps != nil {
		j.batch = j.input.newBatch()
		j.input.steps.reportUnmatched(j.batch)
	}
	if j.batch == nil {
		return
	}
	records, lines := j.batch.Columns[schema.SourceRecord].Nums, j.batch.Columns[schema.SourceLine].Nums
	for i := range records {
		records[i] += d.records
		lines[i] += d.lines
	}
	for i := range j.batch.Rejects {
		r := &j.batch.Rejects[i]
		if r.Record += d.records; r.Line > 0 {
			r.Line += d.lines
		}
	}
	d.records, d.lines = d.records+j.batch.Seen, d.lines+j.lines
}

// salvage turns the damage that ends an input into one reject for the rest of the input.
func (ins *Inputs) salvage(j *job) bool {
	e, ok := errors.AsType[*Error](j.err)
	if !ins.options.Salvage || !ok || !e.Damaged {
		return false
	}
	if j.batch == nil {
		j.batch = j.input.newBatch()
	}
	b := j.batch
	b.Seen++
	r := schema.Reject{Record: b.Seen, Line: e.Line, Offset: e.Byte, Code: "damaged", Message: e.What + "; the rest of the file was not read"}
	if !j.input.IsStdin() && j.input.Compression == "" && e.HasByte {
		r.Length = j.input.Size - e.Byte
	}
	b.Rejects = append(b.Rejects, r)
	b.Warnings.Add(schema.Salvaged, 1)
	j.err = nil
	return true
}

const salvageHint = "--salvage keeps the records before"

// inInput completes an error with the path of the input, the number of intact records
// before the error, and that of lines before the chunk that has it.
func inInput(err error, in *Input, records, lines int64) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return fmt.Errorf("%s: %w", in.Source.Path, err)
	}
	e.Path = in.Source.Path
	if e.Line > 0 {
		e.Line += lines
	}
	switch {
	case e.Line == 0: // of packed data: its lines were not counted
	case e.Hint == source.HintTruncated:
		e.What += "; " + wholeRecordsBefore(records)
	default:
		e.Record = records + 1
	}
	if e.Damaged && records > 0 && !strings.Contains(e.Hint, "--salvage") {
		e.Hint = strings.TrimPrefix(e.Hint+"; "+salvageHint, "; ")
	}
	return e
}

func wholeRecordsBefore(records int64) string {
	if records == 1 {
		return "1 whole record before"
	}
	return fmt.Sprintf("%d whole records before", records)
}
