package duplicates

import (
	"math"

	"signins/schema"
)

// A key identifies a category and an id: 128 bits of a keyed hash. Two of a billion
// sign-ins have the same key by chance in one of 10^20 runs.
type key [2]uint64

// xor returns the key of an id within a category from the keys of the two.
func (k key) xor(o key) key { return key{k[0] ^ o[0], k[1] ^ o[1]} }

// An entry is a sign-in: 24 bytes. The bits of its key that are not here are in the
// slot that leads to it.
type entry struct {
	key         uint64
	fingerprint uint64 // of the first record
	rest        uint32 // 24 bits of the key, then the verdict of the first record
	record      uint32 // of the first record, see places
}

// A slot leads to an entry: 8 bytes.
type slot struct {
	tag   uint32 // bits of the key
	entry uint32 // number from 1, 0 for a free slot
}

// A table finds entries by key. Entries never move, and slots are in 256 parts that
// grow by a third once 13 of 16 are used, one part at a time: a record takes at most
// 24 + 8/0.61 = 37.1 bytes, and while a part grows 1/256 of all slots are there twice.
type table struct {
	entries schema.Segments[entry]
	parts   [256]part
	slots   int // of all parts
}

type part struct {
	slots []slot
	used  int
}

// split divides a key among part, slot and entry.
func (k key) split() (part uint8, tag, rest uint32) {
	return uint8(k[0] >> 56), uint32(k[0] >> 24), uint32(k[0]) << 8
}

// find returns the entry of a key and its number from 0, nil for none.
func (t *table) find(k key) (e *entry, number int) {
	place, tag, rest := k.split()
	p := &t.parts[place]
	for i := p.home(tag); len(p.slots) > 0 && p.slots[i].entry != 0; i = p.next(i) {
		if p.slots[i].tag != tag {
			continue
		}
		number = int(p.slots[i].entry - 1)
		if e = t.entries.At(number); e.key == k[1] && e.rest&^0xff == rest {
			return e, number
		}
	}
	return nil, 0
}

// add adds an entry for a key that has none and returns it with its number. The key
// is all that is set.
func (t *table) add(k key) (e *entry, number int) {
	place, tag, rest := k.split()
	p := &t.parts[place]
	if (p.used+1)*16 > len(p.slots)*13 {
		t.slots += p.grow()
	}
	number = t.entries.Add(entry{key: k[1], rest: rest})
	p.put(slot{tag, uint32(number + 1)})
	p.used++
	return t.entries.At(number), number
}

// full reports whether slots can number no more entries.
func (t *table) full() bool { return t.entries.N == math.MaxUint32 }

// size returns the memory in bytes.
func (t *table) size() int64 { return t.entries.Size() + int64(t.slots)*8 }

// home returns the first slot to look at for a tag.
func (p *part) home(tag uint32) int { return int(uint64(tag) * uint64(len(p.slots)) >> 32) }

// next returns the slot to look at after i.
func (p *part) next(i int) int {
	if i++; i == len(p.slots) {
		return 0
	}
	return i
}

// put fills the free slot nearest to the home of s.
func (p *part) put(s slot) {
	i := p.home(s.tag)
	for p.slots[i].entry != 0 {
		i = p.next(i)
	}
	p.slots[i] = s
}

// grow adds a third of slots and returns how many.
func (p *part) grow() int {
	old := p.slots
	p.slots = make([]slot, max(8, len(old)*4/3))
	for _, s := range old {
		if s.entry != 0 {
			p.put(s)
		}
	}
	return len(p.slots) - len(old)
}
