package versions

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A File is what a Finder keeps records in. It is empty, and no one else uses it.
type File interface {
	io.Writer
	io.ReaderAt
}

// A spill keeps records in a file. Records are written behind each other, so that two
// sources of one order are read in that order, too.
type spill struct {
	file   File
	buffer []byte // what is not in the file yet
	size   int64  // of the file
	window []byte // of the file, from at
	at     int64
}

const (
	spillBuffer = 1 << 20
	spillWindow = 16 << 10
)

// A stored record, and where it is from.
type stored struct {
	next   ref // another one that waits, 0 for none
	source uint32
	number int64 // in the source
	record record
}

// A ref finds a stored record: the offset in the spill and 1. The zero ref finds none.
type ref uint64

const storedHeader = 8 + 4 + 8 + 8

// put stores a record.
func (s *spill) put(r stored) (ref, error) {
	at := ref(s.size) + ref(len(s.buffer)) + 1
	s.buffer = binary.LittleEndian.AppendUint64(s.buffer, uint64(r.next))
	s.buffer = binary.LittleEndian.AppendUint32(s.buffer, r.source)
	s.buffer = binary.LittleEndian.AppendUint64(s.buffer, uint64(r.number))
	s.buffer = binary.LittleEndian.AppendUint64(s.buffer, uint64(len(r.record)))
	if len(r.record) > spillBuffer {
		return at, s.write(s.buffer, r.record) // without a copy
	}
	if s.buffer = append(s.buffer, r.record...); len(s.buffer) < spillBuffer {
		return at, nil
	}
	return at, s.write(s.buffer)
}

// write writes the buffer, and what follows it, to the file.
func (s *spill) write(parts ...[]byte) error {
	for _, part := range parts {
		n, err := s.file.Write(part)
		s.size += int64(n)
		if err != nil {
			return fmt.Errorf("keeping records to compare: %w", err)
		}
	}
	s.buffer = s.buffer[:0]
	return nil
}

// get returns a stored record, valid until the next call.
func (s *spill) get(at ref) (r stored, err error) {
	head, err := s.bytes(int64(at-1), storedHeader)
	if err != nil {
		return r, err
	}
	r.next = ref(binary.LittleEndian.Uint64(head))
	r.source = binary.LittleEndian.Uint32(head[8:])
	r.number = int64(binary.LittleEndian.Uint64(head[12:]))
	length := binary.LittleEndian.Uint64(head[20:])
	r.record, err = s.bytes(int64(at-1)+storedHeader, int(length))
	return r, err
}

// bytes returns n bytes at an offset. A record is in the file or in the buffer as a
// whole.
func (s *spill) bytes(offset int64, n int) ([]byte, error) {
	if offset >= s.size {
		return s.buffer[offset-s.size:][:n], nil
	}
	if offset < s.at || offset+int64(n) > s.at+int64(len(s.window)) {
		size := min(int64(max(n, spillWindow)), s.size-offset)
		if c := int64(cap(s.window)); c < size || c > spillBuffer {
			s.window = nil // a long one is garbage before the next
			s.window = make([]byte, size)
		}
		s.window, s.at = s.window[:size], offset
		if _, err := s.file.ReadAt(s.window, offset); err != nil {
			s.window = s.window[:0]
			return nil, fmt.Errorf("reading records to compare: %w", err)
		}
	}
	return s.window[offset-s.at:][:n], nil
}
