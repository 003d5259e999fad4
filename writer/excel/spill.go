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
	// blockSize is how much of a part is compressed at once, on its own: what
	// comes out does not depend on how many blocks are at work.
	blockSize = 1 << 20
	// partLevel is the deflate level: the fastest one, as the others cost up to
	// twice the time for a tenth of the size.
	partLevel = 1
	// bookBytes is the size from which not all readers open a zip file.
	bookBytes = 2 << 30
)

var errBookSize = errors.New("the workbook would be larger than 2 GiB, which Excel does not open: write .parquet instead, or fewer sheets with --sheets")

// A spill keeps the rows of all sheets, compressed, in one private file until
// what stands before and behind them is known. Parts grow side by side; their
// blocks are compressed in parallel and stand in the file in the order in which
// they were begun.
//
// A spill is used by one goroutine.
type spill struct {
	file  *os.File
	free  chan *block
	queue chan *block
	done  chan struct{}
	size  atomic.Int64 // bytes in the file
	limit int64
	fault atomic.Pointer[error] // the first failure to write
	ended bool
}

// A spillPart is a part, or the middle of one, in a spill.
type spillPart struct {
	spill   *spill
	buffer  []byte
	raw     int64 // bytes before compression, but for those in buffer
	crc     uint32
	packed  int64
	extents []extent // complete when the spill has ended
}

type extent struct{ offset, size int64 }

// A block is a piece of a part on its way into the file.
type block struct {
	part    *spillPart
	raw     []byte
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
	s := &spill{file: file, free: make(chan *block, n), queue: make(chan *block, n), done: make(chan struct{}), limit: bookBytes}
	for range n {
		s.free <- &block{ready: make(chan struct{}, 1)}
	}
	go s.write()
	return s, nil
}

// part begins a part.
func (s *spill) part() *spillPart { return &spillPart{spill: s} }

// bytes returns the length of the part before compression.
func (p *spillPart) bytes() int64 { return p.raw + int64(len(p.buffer)) }

// add appends to the part by way of a function that appends to a buffer.
func (p *spillPart) add(more func(buffer []byte) []byte) error {
	p.buffer = more(p.buffer)
	if len(p.buffer) < blockSize {
		return nil
	}
	return p.flush()
}

// flush hands what is buffered to the spill.
func (p *spillPart) flush() error {
	s := p.spill
	if err := s.fault.Load(); err != nil {
		return *err
	}
	if s.size.Load() > s.limit {
		return errBookSize
	}
	if len(p.buffer) == 0 {
		return nil
	}
	p.raw += int64(len(p.buffer))
	p.crc = crc32.Update(p.crc, crc32.IEEETable, p.buffer)
	b := <-s.free
	b.part = p
	b.raw, p.buffer = p.buffer, b.raw[:0]
	s.queue <- b
	go b.compress()
	return nil
}

// compress deflates the block so that another one can follow it.
func (b *block) compress() {
	b.packed.Reset()
	if b.deflate == nil {
		b.deflate, b.err = flate.NewWriter(&b.packed, partLevel)
	} else {
		b.deflate.Reset(&b.packed)
	}
	if b.err == nil {
		_, err := b.deflate.Write(b.raw)
		b.err = errors.Join(err, b.deflate.Flush())
	}
	b.ready <- struct{}{}
}

// write brings blocks to the file in the order of the queue, until it ends.
func (s *spill) write() {
	defer close(s.done)
	for b := range s.queue {
		<-b.ready
		err := b.err
		if err == nil && s.fault.Load() == nil {
			_, err = s.file.Write(b.packed.Bytes())
		}
		if err != nil {
			s.fault.CompareAndSwap(nil, &err)
		}
		n := int64(b.packed.Len())
		b.part.extents = append(b.part.extents, extent{s.size.Load(), n})
		b.part.packed += n
		s.size.Add(n)
		s.free <- b
	}
}

// end waits until all blocks are in the file. Nothing can be added after it.
func (s *spill) end() error {
	if !s.ended {
		s.ended = true
		close(s.queue)
		<-s.done
	}
	if err := s.fault.Load(); err != nil {
		return *err
	}
	return nil
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

// joinCRC returns the CRC-32 of two texts, one behind the other, from theirs
// and the length of the second. Each bit of the first is carried over length
// zero bytes by squaring the matrix that carries it over one.
func joinCRC(first, second uint32, length int64) uint32 {
	var odd, even [32]uint32
	odd[0] = crc32.IEEE
	for i := 1; i < 32; i++ {
		odd[i] = 1 << (i - 1)
	}
	square(&even, &odd) // two zero bits
	square(&odd, &even) // four
	from, to := &odd, &even
	for ; length > 0; length >>= 1 {
		square(to, from)
		if length&1 != 0 {
			first = times(to, first)
		}
		from, to = to, from
	}
	return first ^ second
}

func times(matrix *[32]uint32, vector uint32) (sum uint32) {
	for i := 0; vector != 0; i, vector = i+1, vector>>1 {
		if vector&1 != 0 {
			sum ^= matrix[i]
		}
	}
	return sum
}

func square(to, matrix *[32]uint32) {
	for i := range to {
		to[i] = times(matrix, matrix[i])
	}
}
