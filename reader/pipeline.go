package reader

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"
	"sync"

	"signins/reader/source"
	"signins/schema"
)

// waiting is how many chunks may wait in addition to those being parsed, so that
// a pause of the writer stops no parser.
const waiting = 2

// A job is a chunk that becomes a batch. Without a chunk it ends an input: with
// err, or with the account of an AuthDetails file.
type job struct {
	input     *Input
	newParser func() parser
	chunk     *chunk
	batch     *schema.Batch
	lines     int64 // that end in the chunk, and between it and the one before
	err       error
	done      chan struct{} // closed when batch or err is set
	barrier   chan struct{} // closed when all jobs before are written; nil unless the job is that alone
}

// Read reads all inputs once and yields their batches in input order. The error
// is the last thing it yields; the run has failed as a whole then. It may be
// called once.
//
// One goroutine cuts the inputs into chunks, Jobs goroutines parse them; the
// queue between them keeps the order and bounds the memory.
func (ins *Inputs) Read(ctx context.Context) iter.Seq2[*schema.Batch, error] {
	return func(yield func(*schema.Batch, error) bool) {
		if ins.options.Expect != nil {
			ins.options.Expect(ins.Size())
		}
		if ins.second {
			defer ins.setWarningsAside()()
		}
		ctx, cancel := context.WithCancel(ctx)
		workers := max(1, ins.options.Jobs)
		work, order := make(chan *job), make(chan *job, workers+waiting)
		var group sync.WaitGroup
		defer group.Wait()
		defer cancel()
		group.Go(func() { (&producer{ctx: ctx, ins: ins, work: work, order: order}).run() })
		for range workers {
			group.Go(func() { parseJobs(work) })
		}
		(&delivery{ctx: ctx, ins: ins, order: order, yield: yield}).run()
	}
}

// A producer cuts the inputs and sends every chunk to order and to work.
type producer struct {
	ctx         context.Context
	ins         *Inputs
	work, order chan<- *job
	garbage     int // percent before a long record, 0 for none
}

var errStopped = errors.New("stopped")

func (p *producer) run() {
	defer close(p.work)
	defer close(p.order)
	defer p.endLong()
	list := p.ins.List
	var read []*Input // by Open
	for i, in := range list {
		if in.steps != nil {
			read = append(read, in)
			continue
		}
		err := p.readInput(in)
		if err == errStopped || err != nil && (p.send(&job{input: in, err: err}) != nil || !p.ins.options.Salvage) {
			in.CloseArchive()
			return
		}
		if i+1 == len(list) {
			in.CloseArchive()
		} else {
			in.CloseArchive(list[i+1].File)
		}
	}
	// Authentication steps without a sign-in are known when all were joined.
	for _, in := range read {
		if p.send(&job{input: in}) != nil {
			return
		}
	}
}

// readInput sends the chunks of one input, and finds out whether a second reading was
// of the same content.
func (p *producer) readInput(in *Input) error {
	if !p.ins.second {
		return p.cutInput(in)
	}
	if err := in.Second(); err != nil {
		return err
	}
	err := p.cutInput(in)
	if err == errStopped || err != nil && !p.ins.options.Salvage {
		return err
	}
	if changed := in.CheckSame(); changed != nil {
		return changed
	}
	return err
}

// cutInput sends the chunks of one input.
func (p *producer) cutInput(in *Input) error {
	o := p.ins.options
	text, err := in.Open(o.forSource())
	if err != nil {
		return err
	}
	defer text.Close()
	window := in.window(text, text.TextSize(), o)
	window.alone = p.awaitWritten
	cutter, newParser := in.dialect.open(in, window, o)
	for {
		c, err := cutter.nextChunk()
		if err != nil {
			if o.Salvage && text.Drain() {
				_ = text.Finish() // for the digest; the damage is the error
			}
			return err
		}
		if c == nil {
			return text.Finish()
		}
		if len(c.data) <= maxPooled {
			p.endLong()
		}
		if err := p.send(&job{input: in, newParser: newParser, chunk: c}); err != nil {
			return err
		}
	}
}

// awaitWritten waits until all chunks are written and their memory is free, so that no
// two long records are in memory at once. It returns errStopped when nothing more is
// wanted.
func (p *producer) awaitWritten() error {
	j := &job{barrier: make(chan struct{})}
	select {
	case p.order <- j:
	case <-p.ctx.Done():
		return errStopped
	}
	select {
	case <-j.barrier:
	case <-p.ctx.Done():
		return errStopped
	}
	if p.garbage == 0 {
		p.garbage = debug.SetGCPercent(longGarbage)
	}
	debug.FreeOSMemory()
	return nil
}

// longGarbage is how much garbage there may be beside a long record, in percent of the
// memory in use. Collecting more often costs little there, as few objects have pointers.
const longGarbage = 10

// endLong allows as much garbage as before the first long record.
func (p *producer) endLong() {
	if p.garbage != 0 {
		debug.SetGCPercent(p.garbage)
		p.garbage = 0
	}
}

// send queues a job. It returns errStopped when nothing more is wanted.
func (p *producer) send(j *job) error {
	j.done = make(chan struct{})
	for _, queue := range []chan<- *job{p.order, p.work} {
		select {
		case queue <- j:
		case <-p.ctx.Done():
			return errStopped
		}
	}
	return nil
}

// batchPool holds batches whose memory can be used again.
var batchPool = sync.Pool{New: func() any { return new(schema.Batch) }}

// newBatch returns an empty batch for records of the input.
func (in *Input) newBatch() *schema.Batch {
	b := batchPool.Get().(*schema.Batch)
	b.Reset(&in.Source)
	return b
}

// parseJobs turns the chunks of jobs into batches until there are no more.
func parseJobs(work <-chan *job) {
	var input *Input
	var p parser
	for j := range work {
		if j.chunk != nil && j.input != input {
			if input == nil || !j.input.parsesLike(input) {
				p = j.newParser()
			}
			input = j.input
		}
		if j.chunk != nil {
			long := len(j.chunk.data) > maxPooled
			if j.parse(p); long {
				input, p = nil, nil // its buffers hold copies
			}
		}
		close(j.done)
	}
}

// parsesLike reports whether parsers of another input are those of this one, too. A
// parser takes longer to make than to read ten records.
func (in *Input) parsesLike(other *Input) bool {
	return in.detection == other.detection && in.dialect.columns == nil && in.shape.wrapping == nil
}

// parse makes the batch of a chunk. The chunk of a guess is kept, for recut.
func (j *job) parse(p parser) {
	if j.chunk.unaligned {
		j.err = errUnaligned
		return
	}
	j.batch = j.input.newBatch()
	if j.chunk.long != nil {
		j.chunk.long.reject(j.chunk, j.batch)
	} else {
		j.err = p.parse(j.chunk, j.batch)
	}
	if bad, ok := errors.AsType[*syntaxError](j.err); ok {
		j.err = j.chunk.syntaxError(bad)
	}
	j.batch.Truncate(j.batch.Len) // drops a record that could not be read to its end
	j.batch.Seal()
	j.lines = j.chunk.lineOf(len(j.chunk.data)) - 1
	if j.chunk.guess == nil {
		j.chunk.release()
	}
}

// A delivery yields the batches in order, with numbers of records and lines that count
// through their input.
type delivery struct {
	ctx      context.Context
	ins      *Inputs
	order    <-chan *job
	yield    func(*schema.Batch, error) bool
	returned *job // is next, before those in order
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
		if j = <-d.order; j == nil {
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
	switch {
	case j.input.steps != nil:
		j.batch = j.input.newBatch()
		j.input.steps.reportUnmatched(j.batch)
	case j.batch == nil:
		return
	case d.ins.details != nil && j.input.dialect.joinsSteps:
		d.ins.details.join(j.batch)
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

// salvage turns the damage that ends an input into a reject, which stands for
// the rest of the input.
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
