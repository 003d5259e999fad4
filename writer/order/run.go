package order

import (
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/s2"
)

// runBlock is how much of a run is compressed, and read, at once.
const runBlock = 64 << 10

// A runWriter writes runs of sorted rows into files, one after the other: of each row the
// sizes of key and row, and both. S2 takes half the time of the fastest zstd, and twice the
// space; it compresses blocks side by side, and has a checksum of each.
type runWriter struct {
	file *os.File
	s2   *s2.Writer
}

// create begins a run in a new file of a directory.
func (w *runWriter) create(dir string) (name string, err error) {
	if w.file, err = os.CreateTemp(dir, "rows-"); err != nil { // mode 0600
		return "", err
	}
	if w.s2 == nil {
		w.s2 = s2.NewWriter(nil, s2.WriterBlockSize(runBlock))
	}
	w.s2.Reset(w.file)
	return w.file.Name(), nil
}

// headSize is the size of what is before a row in a run.
const headSize = 4 + 8

// add adds a row.
func (w *runWriter) add(key, row []byte) error {
	var head [headSize]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(key)))
	binary.LittleEndian.PutUint64(head[4:], uint64(len(row)))
	for _, part := range [...][]byte{head[:], key, row} {
		if _, err := w.s2.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// close ends the run.
func (w *runWriter) close() error { return errors.Join(w.s2.Close(), w.file.Close()) }

// A run is a run that is read: the key of the next row, and where that row begins. It is
// read when it is its turn: one row is in memory, not one a run.
type run struct {
	key  []byte
	size uint64
	in   *s2.Reader
	file *os.File
}

// next reads the key of the next row; io.EOF is the end of the run.
func (r *run) next() error {
	var head [headSize]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return err
	}
	n := int(binary.LittleEndian.Uint32(head[:]))
	r.size = binary.LittleEndian.Uint64(head[4:])
	r.key = slices.Grow(r.key[:0], n)[:n]
	return r.read(r.key)
}

// read reads what is in the middle of a row: io.EOF is none of its ends.
func (r *run) read(to []byte) error {
	_, err := io.ReadFull(r.in, to)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// failed returns an error about a run that cannot be read.
func (r *run) failed(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return &os.PathError{Op: "reading the spill file", Path: r.file.Name(), Err: err}
}

// runHeap is a heap of runs, the one with the first row on top.
type runHeap []*run

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].key, h[j].key) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(r any)        { *h = append(*h, r.(*run)) }
func (h *runHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func (h runHeap) close() (err error) {
	for _, r := range h {
		err = errors.Join(err, r.file.Close())
	}
	return err
}

// openRuns returns the runs in files, each at its first row.
func openRuns(files []string) (runs runHeap, err error) {
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, errors.Join(err, runs.close())
		}
		r := &run{in: s2.NewReader(file, s2.ReaderMaxBlockSize(runBlock), s2.ReaderAllocBlock(runBlock)), file: file}
		runs = append(runs, r)
		if err := r.next(); err != nil { // no run is empty
			return nil, errors.Join(r.failed(err), runs.close())
		}
	}
	heap.Init(&runs)
	return runs, nil
}

// mergeRuns calls yield with the rows of runs, in order.
func mergeRuns(files []string, yield func(key, row []byte) error) (err error) {
	runs, err := openRuns(files)
	defer func() { err = errors.Join(err, runs.close()) }()
	var row []byte
	for err == nil && len(runs) > 0 {
		r := runs[0]
		row = slices.Grow(row[:0], int(r.size))[:r.size]
		if err := r.read(row); err != nil {
			return r.failed(err)
		}
		if err := yield(r.key, row); err != nil {
			return err
		}
		switch err := r.next(); {
		case err == io.EOF:
			heap.Pop(&runs)
			if err := r.file.Close(); err != nil {
				return err
			}
		case err != nil:
			return r.failed(err)
		default:
			heap.Fix(&runs, 0)
		}
	}
	return err
}

// removeRuns removes the files of runs.
func removeRuns(files []string) (err error) {
	for _, name := range files {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
