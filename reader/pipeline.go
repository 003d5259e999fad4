package reader

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"signins/schema"
)

// waiting is how many chunks may wait beside those at work, so that a pause of
// the writer stops no parser.
const waiting = 2

// A job is a chunk on its way to becoming a batch.
type job struct {
	input  *Input
	parser func() parser
	chunk  *chunk
	batch  *schema.Batch
	err    error
	done   chan struct{} // closed when batch or err is there
}

// Read passes once over all inputs and yields their batches in input order.
// After an error, which is the last thing it yields, the run has failed as a
// whole. It may be called once.
//
// One goroutine cuts the inputs into chunks, Jobs goroutines parse them; the
// queue between them keeps the order and bounds the memory.
func (ins *Inputs) Read(ctx context.Context) iter.Seq2[*schema.Batch, error] {
	return func(yield func(*schema.Batch, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		workers := max(1, ins.options.Jobs)
		work, order := make(chan *job), make(chan *job, workers+waiting)
		var group sync.WaitGroup
		defer group.Wait()
		defer cancel()
		group.Go(func() { ins.cut(ctx, work, order) })
		for range workers {
			group.Go(func() { parse(work) })
		}
		(&delivery{ctx: ctx, ins: ins, order: order, yield: yield}).run()
	}
}

var errStopped = errors.New("stopped")

// cut sends every chunk to order and to work.
func (ins *Inputs) cut(ctx context.Context, work, order chan<- *job) {
	defer close(work)
	defer close(order)
	send := func(j *job) error {
		j.done = make(chan struct{})
		select {
		case order <- j:
		case <-ctx.Done():
			return errStopped
		}
		if j.chunk == nil {
			close(j.done)
			return nil
		}
		select {
		case work <- j:
			return nil
		case <-ctx.Done():
			return errStopped
		}
	}
	for i, in := range ins.List {
		if in.steps != nil {
			continue
		}
		err := in.cut(ins.options, send)
		if a := in.found.archive; i+1 == len(ins.List) || ins.List[i+1].found.archive != a {
			a.close()
		}
		if err == errStopped {
			return
		}
		if err != nil && (send(&job{input: in, err: err}) != nil || !ins.options.Salvage) {
			return
		}
	}
	// What is left of AuthDetails is known when all sign-ins have passed.
	for _, in := range ins.List {
		if in.steps != nil && send(&job{input: in}) != nil {
			return
		}
	}
}

// cut sends the chunks of one input.
func (in *Input) cut(o Options, send func(*job) error) (err error) {
	if err := in.open(o); err != nil {
		return err
	}
	defer func() {
		if closeErr := in.close(err == nil || o.Salvage && in.drain()); err == nil {
			err = closeErr
		}
	}()
	in.enter()
	return guard(func() error { return in.cutText(o, send) })
}

func (in *Input) cutText(o Options, send func(*job) error) error {
	cutter, newParser := in.dialect.open(in, in.shape, o)
	for {
		chunk, err := cutter.next()
		if chunk == nil || err != nil {
			return err
		}
		if err := send(&job{input: in, parser: newParser, chunk: chunk}); err != nil {
			return err
		}
	}
}

// batches holds batches whose memory can be used again.
var batches = sync.Pool{New: func() any { return new(schema.Batch) }}

// parse turns chunks into batches until there are no more.
func parse(work <-chan *job) {
	var input *Input
	var p parser
	for j := range work {
		if j.input != input {
			input, p = j.input, j.parser()
		}
		j.parse(p)
		close(j.done)
	}
}

var errLoose = errors.New("the chunk ends anywhere")

// parse makes the batch of a chunk, which gives its memory back unless it may
// have to be cut again.
func (j *job) parse(p parser) {
	if j.chunk.loose {
		j.err = errLoose
		return
	}
	j.batch = batches.Get().(*schema.Batch)
	j.batch.Reset(&j.input.Source)
	j.err = guard(func() error { return j.fill(p) })
	j.batch.Truncate(j.batch.Len) // a record that could not be read to its end
	j.batch.Seal()
	if j.chunk.exact == nil {
		j.chunk.release()
	}
}

// fill reads the chunk into the batch.
func (j *job) fill(p parser) error {
	if j.chunk.long != nil {
		j.chunk.long.reject(j.chunk, j.batch)
		return nil
	}
	err := p.parse(j.chunk, j.batch)
	var bad *syntaxError
	if errors.As(err, &bad) {
		return j.chunk.fatal(bad)
	}
	return err
}

// fatal makes an error of the syntax error that ends an input.
func (c *chunk) fatal(bad *syntaxError) *Error {
	e := &Error{Line: c.lineOf(bad.Pos), Byte: c.byteOf(bad.Pos), HasByte: true, What: bad.What, Hint: bad.Hint, damaged: true}
	if bad.Truncated {
		e.Hint = cutHint
	}
	return e
}

// A delivery yields the batches in order, with record numbers that count
// through their input.
type delivery struct {
	ctx     context.Context
	ins     *Inputs
	order   <-chan *job
	yield   func(*schema.Batch, error) bool
	ahead   *job // taken from order too early
	input   *Input
	records int64  // of input, so far
	broken  *Input // nothing more is taken from it
}

func (d *delivery) run() {
	for j := d.next(); j != nil; j = d.next() {
		if !d.pass(j) {
			return
		}
	}
	err := context.Cause(d.ctx)
	if err == nil {
		err = d.left()
	}
	if err != nil {
		d.yield(nil, err)
	}
}

// left makes sure that an input is as it was also when all of it was parsed:
// what is mapped can change after it was hashed.
func (d *delivery) left() error {
	if d.input == nil || !d.input.mapped {
		return nil
	}
	return d.input.unchanged(d.input.Info.Size())
}

// next waits for the next job, nil after the last.
func (d *delivery) next() (j *job) {
	if j, d.ahead = d.ahead, nil; j == nil {
		j = <-d.order
	}
	if j == nil {
		return nil
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

// pass yields what a job came to and reports whether to go on.
func (d *delivery) pass(j *job) bool {
	if j.input == d.broken {
		return true
	}
	if j.input != d.input {
		if err := d.left(); err != nil {
			d.yield(nil, err)
			return false
		}
		d.input, d.records = j.input, 0
	}
	if j.chunk != nil && j.chunk.exact != nil {
		if j.err != nil {
			return d.exactly(j)
		}
		j.chunk.release()
	}
	if d.ins.salvage(j) {
		d.broken = j.input
	}
	if j.input.steps != nil {
		j.batch = batches.Get().(*schema.Batch)
		j.batch.Reset(&j.input.Source)
		j.input.steps.account(j.batch)
	} else if j.batch != nil && d.ins.details != nil {
		d.ins.details.join(j.batch)
	}
	if j.batch != nil {
		number(j.batch, d.records)
		d.records += j.batch.Seen
	}
	if j.err != nil {
		d.yield(nil, located(j.err, j.input, d.records))
		return false
	}
	if !d.yield(j.batch, nil) {
		return false
	}
	batches.Put(j.batch)
	return true
}

// salvage turns the damage that ends an input into a reject, which stands for
// all that comes from there on.
func (ins *Inputs) salvage(j *job) bool {
	var e *Error
	if !ins.options.Salvage || !errors.As(j.err, &e) || !e.damaged {
		return false
	}
	if j.batch == nil {
		j.batch = batches.Get().(*schema.Batch)
		j.batch.Reset(&j.input.Source)
	}
	b := j.batch
	b.Seen++
	r := schema.Reject{Record: b.Seen, Line: e.Line, Offset: e.Byte, Code: "damaged", Message: e.What + "; nothing more was taken from the file"}
	if j.input.Info != nil && j.input.Compression == "" && e.HasByte {
		r.Length = j.input.Size - e.Byte
	}
	b.Rejects = append(b.Rejects, r)
	b.Warnings.Add(schema.Salvaged, 1)
	j.err = nil
	return true
}

// number adds the records before a batch to its record numbers.
func number(b *schema.Batch, before int64) {
	numbers := b.Columns[schema.SourceRecord].Nums
	for i := range numbers {
		numbers[i] += before
	}
	for i := range b.Rejects {
		b.Rejects[i].Record += before
	}
}

// located completes an error with what only the one who delivers knows: the
// input, and how many whole records came before.
func located(err error, in *Input, records int64) error {
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", in.Source.Path, err)
	}
	e.Path = in.Source.Path
	switch {
	case e.Line == 0: // packed data: how much of it is text was not counted
	case e.Hint == cutHint:
		e.What += "; " + before(records)
	default:
		e.Record = records + 1
	}
	return e
}

func before(records int64) string {
	if records == 1 {
		return "1 whole record before"
	}
	return fmt.Sprintf("%d whole records before", records)
}
