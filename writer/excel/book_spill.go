package excel

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
)

const (
	// blockSize is how much of a part one goroutine compresses. The bytes of a
	// block do not depend on how many others are at work.
	blockSize = 1 << 20
	// deflateLevel is the fastest level: the others cost up to twice the time for a
	// tenth of the size.
	deflateLevel = 1
	// maxBookSize is the size from which not all readers open a zip file.
	maxBookSize = 2 << 30
)

var errBookSize = errors.New("the workbook would be larger than 2 GiB, which Excel does not open: write .parquet instead, or fewer sheets with --sheets")

// A spill keeps the rows of all pages, compressed, in one private file, until the
// XML before and behind them is known. Parts grow side by side; their blocks are
// compressed in parallel and are in the file in the order in which they were begun:
//
//	Sign-ins | Sign-ins | Conditional access | Sign-ins | ...
//
// The first failure sticks: a spill drops everything that comes after it, and end
// returns it. A spill is used by one goroutine.
type spill struct {
	file    *os.File
	free    chan *block
	queue   chan *block
	done    chan struct{}
	size    atomic.Int64 // bytes in the file
	limit   int64
	failure atomic.Pointer[error] // the first one
	ended   bool
}

// A spillPart is a part, or the middle of one, in a spill.
type spillPart struct {
	spill   *spill
	buffer  []byte
	size    int64 // bytes before compression, without buffer
	crc     uint32
	packed  int64
	extents []extent // complete when the spill has ended
}

// An extent is where a block is in the file.
type extent struct{ offset, size int64 }

// A block is a piece of a part on its way into the file.
type block struct {
	part    *spillPart
	text    []byte
	packed  bytes.Buffer
	deflate *flate.Writer
	err     error
	ready   chan struct{}
}

func newSpill(dir string) (*spill, error) {
	file, err := os.CreateTemp(dir, "workbook-") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a spill file: %w", err)
	}
	n := runtime.GOMAXPROCS(0) + 2
	s := &spill{file: file, free: make(chan *block, n), queue: make(chan *block, n), done: make(chan struct{}), limit: maxBookSize}
	for range n {
		s.free <- &block{ready: make(chan struct{}, 1)}
	}
	go s.writeBlocks()
	return s, nil
}

func (s *spill) newPart() *spillPart { return &spillPart{spill: s} }

// fail keeps err if it is the first failure.
func (s *spill) fail(err error) { s.failure.CompareAndSwap(nil, &err) }

// err returns the first failure.
func (s *spill) err() error {
	if err := s.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// fullSize returns the size of the part before compression.
func (p *spillPart) fullSize() int64 { return p.size + int64(len(p.buffer)) }

// append appends to the part: more appends to a buffer.
func (p *spillPart) append(more func(buffer []byte) []byte) {
	p.buffer = more(p.buffer)
	if len(p.buffer) >= blockSize {
		p.flush()
	}
}

// finish ends the part.
func (p *spillPart) finish() {
	p.flush()
	p.buffer = nil
}

// flush sends the buffer to the file as a block.
func (p *spillPart) flush() {
	s := p.spill
	if s.size.Load() > s.limit {
		s.fail(errBookSize)
	}
	if s.err() != nil {
		p.buffer = p.buffer[:0]
	}
	if len(p.buffer) == 0 {
		return
	}
	p.size += int64(len(p.buffer))
	p.crc = crc32.Update(p.crc, crc32.IEEETable, p.buffer)
	b := <-s.free
	b.part = p
	b.text, p.buffer = p.buffer, b.text[:0]
	s.queue <- b
	go b.compress()
}

// compress deflates the block so that another one can follow it.
func (b *block) compress() {
	b.packed.Reset()
	if b.deflate == nil {
		b.deflate, b.err = flate.NewWriter(&b.packed, deflateLevel)
	} else {
		b.deflate.Reset(&b.packed)
	}
	if b.err == nil {
		_, err := b.deflate.Write(b.text)
		b.err = errors.Join(err, b.deflate.Flush())
	}
	b.ready <- struct{}{}
}

// writeBlocks writes blocks to the file in the order of the queue, until it ends.
func (s *spill) writeBlocks() {
	defer close(s.done)
	for b := range s.queue {
		<-b.ready
		err := b.err
		if err == nil && s.err() == nil {
			_, err = s.file.Write(b.packed.Bytes())
		}
		if err != nil {
			s.fail(err)
		}
		n := int64(b.packed.Len())
		b.part.extents = append(b.part.extents, extent{s.size.Load(), n})
		b.part.packed += n
		s.size.Add(n)
		s.free <- b
	}
}

// end waits until all blocks are in the file and returns the first failure. Nothing
// can be appended after it.
func (s *spill) end() error {
	if !s.ended {
		s.ended = true
		close(s.queue)
		<-s.done
	}
	if s.size.Load() > s.limit {
		s.fail(errBookSize)
	}
	return s.err()
}

// remove removes the file.
func (s *spill) remove() error {
	_ = s.end()
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// copyTo writes the compressed blocks of the part.
func (p *spillPart) copyTo(w io.Writer) error {
	for _, e := range p.extents {
		if _, err := io.Copy(w, io.NewSectionReader(p.spill.file, e.offset, e.size)); err != nil {
			return err
		}
	}
	return nil
}
