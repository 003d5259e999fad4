package schema

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// A Dict holds the values of a column by code, in order of first occurrence.
// The zero Dict is empty and ready.
type Dict struct {
	data  []byte
	ends  []uint32 // end of each value in data
	slots []slot   // hash table, a power of two long
	puts  int      // calls of Put
	rare  bool     // values hardly ever repeat
}

// sample is how many values Put adds before it decides whether they repeat.
const sample = 128

// A slot is small: the tables of all columns do not fit into the processor's cache.
type slot struct {
	hash uint32
	code Code // 0: free
}

var seed = maphash.MakeSeed()

// Add returns the code of value, which it copies where it is new.
func (d *Dict) Add(value []byte) Code {
	d.reserve()
	hash, mask := uint32(maphash.Bytes(seed, value)), uint32(len(d.slots)-1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &d.slots[i]
		if s.code == 0 {
			*s = slot{hash, d.append(value)}
			return s.code
		}
		if s.hash == hash && bytes.Equal(value, d.Value(s.code)) {
			return s.code
		}
	}
}

// Find returns the code of a value that Add has added, 0 for another one.
func (d *Dict) Find(value []byte) Code {
	if len(d.slots) == 0 {
		return 0
	}
	hash, mask := uint32(maphash.Bytes(seed, value)), uint32(len(d.slots)-1)
	i := hash & mask
	for d.slots[i].code != 0 && (d.slots[i].hash != hash || !bytes.Equal(value, d.Value(d.slots[i].code))) {
		i = (i + 1) & mask
	}
	return d.slots[i].code
}

// Put returns a code of value as Add does until it has seen that values hardly
// ever repeat, as ids do not. From then on every value gets a code of its own:
// looking for the few that came before would cost more than it saves. Which
// codes that gives depends on the values alone.
func (d *Dict) Put(value []byte) Code {
	if d.rare {
		return d.append(value)
	}
	code := d.Add(value)
	if d.puts++; d.puts == sample {
		d.rare = len(d.ends) > sample*7/8
	}
	return code
}

// adopt is Put for a value that never changes afterwards: one as long as records of which
// one is in memory at a time is not copied where it is the first. Of records of 55 MB that
// saves a fifth of the time and of the memory.
func (d *Dict) adopt(value []byte) Code {
	if len(d.ends) > 0 || len(value) <= maxReserve {
		return d.Put(value)
	}
	d.reserve()
	hash := uint32(maphash.Bytes(seed, value))
	d.slots[hash&uint32(len(d.slots)-1)] = slot{hash, First}
	d.data, d.ends, d.puts = value[:len(value):len(value)], append(d.ends, uint32(len(value))), 1
	return First
}

// append makes value the next of the dictionary.
func (d *Dict) append(value []byte) Code {
	if d.data == nil {
		d.data = []byte{} // an empty value is not nil
	}
	d.data = append(d.data, value...)
	d.ends = append(d.ends, uint32(len(d.data)))
	return First + Code(len(d.ends)-1)
}

// Len returns the number of values.
func (d *Dict) Len() int { return len(d.ends) }

// Size returns how many bytes the values have together.
func (d *Dict) Size() int { return len(d.data) }

// Value returns the value of a code from First on. It must not be changed.
func (d *Dict) Value(c Code) []byte {
	i, start := int(c-First), uint32(0)
	if i > 0 {
		start = d.ends[i-1]
	}
	return d.data[start:d.ends[i]:d.ends[i]]
}

// Reset empties the dictionary and keeps its memory.
func (d *Dict) Reset() {
	if len(d.ends) > 0 {
		clear(d.slots)
	}
	d.data, d.ends, d.puts, d.rare = d.data[:0], d.ends[:0], 0, false
	d.release()
}

// release empties a dictionary that holds much memory, and gives it back.
func (d *Dict) release() {
	if cap(d.data) > maxReserve {
		*d = Dict{}
	}
}

// reserve makes room for one more value: at most half of the table is used.
func (d *Dict) reserve() {
	if len(d.ends)*2 < len(d.slots) {
		return
	}
	old := d.slots
	d.slots = make([]slot, max(16, 2*len(old)))
	mask := uint32(len(d.slots) - 1)
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		i := s.hash & mask
		for d.slots[i].code != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = s
	}
}

// AppendList appends the dictionary form of one list element: its length plus
// one as a varint and the text, or a zero byte for a null element. A TextList
// value is the concatenation of its elements; the empty value is an empty list.
func AppendList(list []byte, element []byte, null bool) []byte {
	if null {
		return append(list, 0)
	}
	list = binary.AppendUvarint(list, uint64(len(element))+1)
	return append(list, element...)
}

// List calls yield for every element of a TextList value, with nil for a null
// element.
func List(list []byte) func(yield func(element []byte) bool) {
	return func(yield func([]byte) bool) {
		for len(list) > 0 {
			n, size := binary.Uvarint(list)
			list = list[size:]
			if n == 0 {
				if !yield(nil) {
					return
				}
				continue
			}
			element := list[: n-1 : n-1]
			list = list[n-1:]
			if !yield(element) {
				return
			}
		}
	}
}
