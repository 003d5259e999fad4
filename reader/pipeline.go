package reader

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"sync"

	"signins/schema"
)

// A pipeline reads inputs side by side and keeps their order.
//
//	inputs     1        2        3           schedule begins them in order, as many as
//	           |        |        |           tokens allow
//	readers   cut      cut      cut          Jobs at once; each fills the queue of its input
//	           |        |        |
//	queues   jjjj      jj       j            bounded, of jobs in the order of the input
//	           \________|_______/
//	parsers   parse   parse   parse          Jobs at once; they fill the jobs of any queue;
//	           |                              an input of one chunk is parsed by its reader
//	           |
//	delivery   yields the jobs of queue 1, then those of queue 2
//
// The queue of the input that is delivered needs nothing of the others, so that
// inputs behind it, which wait with what they hold of memory, cannot stop it. Tokens bound
// that memory: an input has one for each half of a chunk that it may hold, and gives them
// back when its delivery begins. Of 100 files of 10 MB, two jobs read four ahead.
type pipeline struct {
	ctx     context.Context
	ins     *Inputs
	workers int
	next    chan *queue   // to be read
	order   chan *queue   // to be delivered; few, as the batch of a small input takes much memory
	tokens  chan struct{} // those that inputs have
	work    chan *job     // to be parsed
}

const (
	// waiting is how many chunks of an input may wait in addition to those being parsed,
	// so that a pause of the writer stops no parser.
	waiting = 2
	// ahead is how many tokens there are for each parser.
	ahead = 6
)

// A queue has the jobs of an input in order. It is closed behind the last.
type queue struct {
	input  *Input
	jobs   chan *job
	tokens int
}

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

// Prepare has a function called with each batch of the readings that begin afterwards,
// before it is yielded, by several goroutines at once. Records are numbered within their
// batch then.
func (ins *Inputs) Prepare(prepare func(*schema.Batch)) { ins.prepare = prepare }

// Read reads all inputs once and yields their batches in input order. The error
// is the last thing it yields; the run has failed as a whole then. It may be
// called once.
func (ins *Inputs) Read(ctx context.Context) iter.Seq2[*schema.Batch, error] {
	return func(yield func(*schema.Batch, error) bool) {
		if ins.options.Expect != nil {
			ins.options.Expect(ins.Size())
		}
		if ins.second {
			defer ins.setWarningsAside()()
		}
		for _, in := range ins.List {
			in.HoldArchive()
		}
		defer ins.closeArchives()
		ctx, cancel := context.WithCancel(ctx)
		var group sync.WaitGroup
		defer group.Wait()
		defer cancel()
		n := max(1, ins.options.Jobs)
		p := &pipeline{
			ctx: ctx, ins: ins, workers: n,
			next: make(chan *queue), order: make(chan *queue, n+waiting), tokens: make(chan struct{}, ahead*n), work: make(chan *job),
		}
		group.Go(p.schedule)
		for range n {
			group.Go(p.readInputs)
			group.Go(p.parseJobs)
		}
		(&delivery{pipeline: p, yield: yield}).run()
	}
}

func (ins *Inputs) closeArchives() {
	for _, in := range ins.List {
		in.CloseArchive()
	}
}

var errStopped = errors.New("stopped")

// put sends a value. It returns errStopped when nothing more is wanted.
func put[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return errStopped
	}
}

// schedule begins the inputs in order.
func (p *pipeline) schedule() {
	defer close(p.order)
	defer close(p.next)
	var read []*Input // by Open
	for _, in := range p.ins.List {
		if in.steps != nil {
			read = append(read, in)
			continue
		}
		q := p.newQueue(in)
		var err error
		for n := 0; n < q.tokens && err == nil; n++ {
			err = put(p.ctx, p.tokens, struct{}{})
		}
		if err != nil || put(p.ctx, p.order, q) != nil || put(p.ctx, p.next, q) != nil {
			return
		}
	}
	// Authentication steps without a sign-in are known when all were joined.
	q := &queue{jobs: make(chan *job, len(read))}
	for _, in := range read {
		j := &job{input: in, done: make(chan struct{})}
		close(j.done)
		q.jobs <- j
	}
	close(q.jobs)
	_ = put(p.ctx, p.order, q)
}

// newQueue returns a queue for as much of an input as may be in memory.
func (p *pipeline) newQueue(in *Input) *queue {
	tokens, size := 2*(p.workers+waiting), in.textSize
	if plain := in.Compression == "" && in.Decoder == nil; size < 0 && plain {
		size = in.Size
	}
	if size >= 0 {
		tokens = int(min(int64(tokens), 1+2*size/int64(p.ins.options.chunkSize)))
	}
	return &queue{input: in, jobs: make(chan *job, (tokens+1)/2), tokens: tokens}
}

// readInputs cuts inputs, one after the other, as long as there are some.
func (p *pipeline) readInputs() {
	own := parsers{}
	for q := range p.next {
		c := &cutting{pipeline: p, queue: q, parsers: own}
		err := c.readInput()
		if err == errStopped || err != nil && c.send(&job{input: q.input, err: err}) != nil {
			return
		}
		close(q.jobs)
		q.input.ReleaseArchive()
	}
}

// A cutting cuts one input and sends every chunk to its queue and to the parsers.
type cutting struct {
	*pipeline
	queue   *queue
	parsers parsers
	long    bool // a record is; see schema.Garbage
}

// readInput sends the chunks of the input, and finds out whether a second reading was
// of the same content.
func (p *cutting) readInput() error {
	in := p.queue.input
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
func (p *cutting) cutInput(in *Input) error {
	defer p.endLong()
	o := p.ins.options
	text, err := in.Open(o.forSource(p.ctx))
	if err != nil {
		return err
	}
	defer text.Close()
	window := in.window(text, text.TextSize(), o)
	window.alone = p.makeRoom
	cutter, newParser := in.dialect.open(in, window, o)
	for {
		c, err := cutter.nextChunk()
		if err != nil {
			if o.Salvage && text.Drain() {
				_ = text.Finish() // for the digest; the damage is the error
			}
			return err
		}
		if c == nil && p.long {
			err = p.awaitWritten() // its last record
		}
		if c == nil {
			return cmp.Or(err, text.Finish())
		}
		if len(c.data) <= maxPooled {
			p.endLong()
		}
		if err := p.send(&job{input: in, newParser: newParser, chunk: c}); err != nil {
			return err
		}
	}
}

// awaitWritten waits until all chunks are written and their memory is free. It returns
// errStopped when nothing more is wanted.
func (p *cutting) awaitWritten() error {
	j := &job{barrier: make(chan struct{})}
	if err := put(p.ctx, p.queue.jobs, j); err != nil {
		return err
	}
	select {
	case <-j.barrier:
		return nil
	case <-p.ctx.Done():
		return errStopped
	}
}

// makeRoom makes room for a record of n bytes, so that no two long records are in memory
// at once. It returns errStopped when nothing more is wanted.
func (p *cutting) makeRoom(n int) error {
	if err := p.awaitWritten(); err != nil {
		return err
	}
	if !p.long {
		p.long = true
		schema.Garbage.Lower()
	}
	schema.Garbage.MakeRoom(copies*n + chunkSlack)
	return nil
}

// Memory has as many copies of a long record as this at once: the text that was read, a
// value, raw_record, and what is encoded. chunkSlack is for all else that a run needs.
const (
	copies     = 3
	chunkSlack = 16 << 20
)

// endLong allows as much garbage as before the first long record.
func (p *cutting) endLong() {
	if p.long {
		p.long = false
		schema.Garbage.Restore()
	}
}

// send queues a job, and has it parsed. It returns errStopped when nothing more is wanted.
func (p *cutting) send(j *job) error {
	j.done = make(chan struct{})
	if err := put(p.ctx, p.queue.jobs, j); err != nil {
		return err
	}
	if p.queue.tokens == 1 {
		p.parsers.parse(p.ins, j)
		return nil
	}
	return put(p.ctx, p.work, j)
}

// batchPool holds batches whose memory can be used again.
var batchPool = sync.Pool{New: func() any { return new(schema.Batch) }}

// newBatch returns an empty batch for records of the input.
func (in *Input) newBatch() *schema.Batch {
	b := batchPool.Get().(*schema.Batch)
	b.Reset(&in.Source)
	return b
}

// parseJobs turns the chunks of jobs into batches until nothing more is wanted.
func (p *pipeline) parseJobs() {
	own := parsers{}
	for {
		select {
		case j := <-p.work:
			own.parse(p.ins, j)
		case <-p.ctx.Done():
			return
		}
	}
}

// parsers are those that a goroutine keeps, one for each detection.
type parsers map[*detection]parser

// maxParsers is how many parsers a goroutine keeps. To make one takes longer than to read
// ten records.
const maxParsers = 8

// parse does a job.
func (p parsers) parse(ins *Inputs, j *job) {
	defer close(j.done)
	if j.chunk == nil {
		return
	}
	own := p[j.input.detection]
	if own == nil {
		if len(p) == maxParsers {
			clear(p)
		}
		own = j.newParser()
		p[j.input.detection] = own
	}
	long := len(j.chunk.data) > maxPooled
	if ins.parse(j, own); long {
		clear(p) // their buffers hold copies
	}
}

// parse makes the batch of the chunk of a job. The chunk of a guess is kept, for recut.
func (ins *Inputs) parse(j *job, p parser) {
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
	if j.err != nil && !ins.options.Salvage {
		return
	}
	if ins.details != nil && j.input.dialect.joinsSteps {
		ins.details.join(j.batch)
	}
	if ins.prepare != nil {
		ins.prepare(j.batch)
	}
}
