package rules

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/maphash"
	"unsafe"

	"signins/schema"
)

var seed = maphash.MakeSeed()

// A hashTable finds the numbers of values by their hash. Its slots have nothing but the
// numbers, as the values are in a list: 5 to 11 bytes a value, where a map that has the
// values, too, takes 40 and more.
type hashTable struct {
	slots []uint32 // a power of two long, 0 for free
	used  int
}

// find returns the slot of the value with a hash for which is is true: a free one, to be
// filled, if there is none. hash returns the hash of a number.
func (t *hashTable) find(h uint64, is func(n uint32) bool, hash func(n uint32) uint64) *uint32 {
	if 4*(t.used+1) > 3*len(t.slots) {
		t.grow(hash)
	}
	slot := t.slot(h, is)
	if *slot == 0 {
		t.used++
	}
	return slot
}

func (t *hashTable) slot(h uint64, is func(n uint32) bool) *uint32 {
	mask := uint64(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if n := t.slots[i]; n == 0 || is(n) {
			return &t.slots[i]
		}
	}
}

func (t *hashTable) grow(hash func(n uint32) uint64) {
	old := t.slots
	t.slots = make([]uint32, max(64, 2*len(old)))
	for _, n := range old {
		if n != 0 {
			*t.slot(hash(n), func(uint32) bool { return false }) = n
		}
	}
}

func (t *hashTable) size() int64 { return 4 * int64(len(t.slots)) }

// A shared holds what many records share, from number 1.
type shared[T comparable] struct {
	list  schema.Segments[T]
	table hashTable
}

func (s *shared[T]) add(value T) uint32 {
	if s.list.N == 0 {
		var none T
		s.list.Add(none)
	}
	slot := s.table.find(maphash.Comparable(seed, value),
		func(n uint32) bool { return *s.at(n) == value },
		func(n uint32) uint64 { return maphash.Comparable(seed, *s.at(n)) })
	if *slot == 0 {
		*slot = uint32(s.list.Add(value))
	}
	return *slot
}

func (s *shared[T]) at(n uint32) *T { return s.list.At(int(n)) }

func (s *shared[T]) size() int64 { return s.list.Size() + s.table.size() }

// texts number the distinct texts from 1. Of a text of more than maxText bytes they keep
// the beginning, an ellipsis and its SHA-256: a record may be one long name.
type texts struct {
	blocks []*textBlock
	bytes  int64 // in the blocks
	table  hashTable
}

const (
	blockTexts = 256 // how many texts a block has
	maxText    = 4 << 10
)

type textBlock struct {
	data []byte
	ends [blockTexts]uint32
}

// count returns how many texts there are.
func (t *texts) count() int { return t.table.used }

// number returns the number of a text, which it copies where it is new.
func (t *texts) number(text []byte) uint32 {
	if len(text) > maxText {
		text = fmt.Appendf(nil, "%s... SHA-256 %x", bytes.ToValidUTF8(text[:maxText], nil), sha256.Sum256(text))
	}
	text = schema.PackGUID(text)
	slot := t.table.find(maphash.Bytes(seed, text),
		func(n uint32) bool { return bytes.Equal(t.packed(n), text) },
		func(n uint32) uint64 { return maphash.Bytes(seed, t.packed(n)) })
	if *slot == 0 {
		*slot = t.add(text)
	}
	return *slot
}

func (t *texts) add(text []byte) uint32 {
	n := uint32(t.count()) // find has counted it
	i := (n - 1) % blockTexts
	if i == 0 {
		t.blocks = append(t.blocks, &textBlock{})
	}
	b := t.blocks[len(t.blocks)-1]
	b.data = append(b.data, text...)
	b.ends[i] = uint32(len(b.data))
	if i == blockTexts-1 {
		b.data = bytes.Clone(b.data) // without room for more
	}
	t.bytes += int64(len(text))
	return n
}

func (t *texts) packed(n uint32) []byte {
	b, i, start := t.blocks[(n-1)/blockTexts], (n-1)%blockTexts, uint32(0)
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.data[start:b.ends[i]]
}

// value returns the text of a number, "" for 0.
func (t *texts) value(n uint32) string {
	if n == 0 {
		return ""
	}
	return schema.UnpackGUID(t.packed(n))
}

func (t *texts) size() int64 {
	return t.bytes + int64(len(t.blocks))*int64(unsafe.Sizeof(textBlock{})) + t.table.size()
}
