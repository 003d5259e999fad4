package excel

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"sync"
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

// A spill keeps the parts of the workbook, compressed, in one private file, until all
// are complete. Parts grow side by side; their blocks are compressed in parallel and
// are in the file in the order in which they were ready:
//
//	Sign-ins | Sign-ins | Conditional access | Sign-ins | ...
//
// The first failure sticks: a spill drops everything that comes after it, and end
// returns it. A spill is used by one goroutine.
type spill struct {
	file    *os.File
	free    chan *block
	working sync.WaitGroup
	size    atomic.Int64 // bytes in the file
	limit   int64
	failure atomic.Pointer[error] // the first one
}

// A spillPart is a part, or a piece of one, in a spill.
type spillPart struct {
	spill   *spill
	buffer  []byte
	size    int64 // bytes before compression, without buffer
	crc     uint32
	extents []*extent // set when the spill has ended
}

// An extent is where a block is in the file.
type extent struct{ offset, size int64 }

// A block is a piece of a part on its way into the file.
type block struct {
	text    []byte
	packed  bytes.Buffer
	deflate *flate.Writer
}

func newSpill(dir string) (*spill, error) {
	file, err := os.CreateTemp(dir, "workbook-") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a spill file: %w", err)
	}
	n := runtime.GOMAXPROCS(0) + 2
	s := &spill{file: file, free: make(chan *block, n), limit: maxBookSize}
	for range n {
		s.free <- &block{}
	}
	return s, nil
}

// newPart returns a part that begins with text.
func (s *spill) newPart(text []byte) *spillPart { return &spillPart{spill: s, buffer: text} }

// fail keeps err if it is the first failure.
func (s *spill) fail(err error) {
	if err != nil {
		s.failure.CompareAndSwap(nil, &err)
	}
}

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
	b, e := <-s.free, &extent{}
	b.text, p.buffer = p.buffer, b.text[:0]
	p.extents = append(p.extents, e)
	s.working.Go(func() {
		s.fail(s.writeBlock(b, e))
		s.free <- b
	})
}

// writeBlock deflates a block, so that another one can follow it, and writes it to
// the file.
func (s *spill) writeBlock(b *block, e *extent) (err error) {
	b.packed.Reset()
	if b.deflate == nil {
		b.deflate, err = flate.NewWriter(nil, deflateLevel)
	}
	if err != nil {
		return err
	}
	b.deflate.Reset(&b.packed)
	_, err = b.deflate.Write(b.text)
	if err := errors.Join(err, b.deflate.Flush(), s.err()); err != nil {
		return err
	}
	e.size = int64(b.packed.Len())
	e.offset = s.size.Add(e.size) - e.size
	_, err = s.file.WriteAt(b.packed.Bytes(), e.offset)
	return err
}

// end waits until all blocks are in the file and returns the first failure. Nothing
// can be appended after it.
func (s *spill) end() error {
	s.working.Wait()
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

// packed returns the size of the part after compression.
func (p *spillPart) packed() (sum int64) {
	for _, e := range p.extents {
		sum += e.size
	}
	return sum
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
