package schema

import "unsafe"

// SegmentSize is how many elements Segments add at a time.
const SegmentSize = 1 << 12

// Segments are a list that grows by segments, so that growing copies no elements and
// reserves few. The zero value is empty.
type Segments[T any] struct {
	N    int // elements
	list []*[SegmentSize]T
}

// At returns element i, from 0. It stays where it is.
func (s *Segments[T]) At(i int) *T { return &s.list[uint(i)/SegmentSize][uint(i)%SegmentSize] }

// Add appends an element and returns its number.
func (s *Segments[T]) Add(v T) (i int) {
	if i = s.N; i == len(s.list)*SegmentSize {
		s.list = append(s.list, new([SegmentSize]T))
	}
	s.N++
	*s.At(i) = v
	return i
}

// Size returns the memory in bytes.
func (s *Segments[T]) Size() int64 {
	var v T
	return int64(len(s.list)) * SegmentSize * int64(unsafe.Sizeof(v))
}
