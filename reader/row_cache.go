package reader

import (
	"encoding/binary"
	"math"

	"signins/schema"
)

// A memory holds the values that a field had last in a chunk, as written, and
// what they came to. Records repeat themselves: where the same text comes
// again, nothing needs to be read.
type valueCache struct {
	misses  uint8          // texts not met before; each hit takes four off
	entries [4]cachedValue // in the order they were met; the last makes room for another
}

// A meeting is a value that was met, and where. It is kept small: a record has
// a hundred fields, and what is known of them should stay close at hand.
type cachedValue struct {
	from    uint32
	size    uint16 // of the text, with what stood before the value
	effect  effect
	padding uint8  // bits of begin that the value does not fill
	prefix  uint64 // first bytes of the value
	num     int64  // of a coded kind its code
}

// An effect is what a value did to its column.
type effect uint8

const (
	emptyEntry effect = iota
	storesNothing
	storesCode
	storesNum
)

// vain is how many misses show that the values of a field do not repeat.
const maxMisses = 64

// forget makes nothing count as met before.
func (m *valueCache) reset() {
	*m = valueCache{}
}

// find returns the meeting of a cell that stands from pos to end, nil where there
// was none. Where the end is not known yet, filler.repeats does the same.
func (m *valueCache) lookup(data []byte, pos, end int) *cachedValue {
	if m.misses > maxMisses {
		return nil
	}
	for i := range m.entries {
		if met := &m.entries[i]; int(met.size) == end-pos && met.effect != emptyEntry && string(data[pos:end]) == string(data[met.from:][:met.size]) {
			m.misses -= min(m.misses, 4)
			return met
		}
	}
	m.misses++
	return nil
}

// remember notes what a plain value came to in a column. Its text stands from
// pos to end, the value from start. What a time may lose is counted row by row.
func (r *rowBuilder) cacheValue(m *valueCache, data []byte, pos, start, end int, id schema.ColumnID) {
	if m.misses > maxMisses || end-pos > math.MaxUint16 || start+8 > len(data) || id != noColumn && schema.Columns[id].Kind == schema.Time {
		return
	}
	met := &m.entries[len(m.entries)-1]
	for i := range m.entries {
		if m.entries[i].effect == emptyEntry {
			met = &m.entries[i]
			break
		}
	}
	*met = cachedValue{
		from: uint32(pos), size: uint16(end - pos), effect: storesNothing,
		prefix: binary.LittleEndian.Uint64(data[start:]), padding: uint8(64 - 8*min(8, end-start)),
	}
	if id == noColumn {
		return
	}
	col := &r.batch.Columns[id]
	if code := col.Code(r.index); code != schema.Absent {
		met.effect, met.num = storesCode, int64(code)
	} else if num, ok := col.Num(r.index); ok {
		met.effect, met.num = storesNum, num
	}
}

// again stores what a value came to when it was met.
func (r *rowBuilder) storeCached(id schema.ColumnID, met *cachedValue) {
	switch met.effect {
	case storesCode:
		r.batch.Columns[id].SetCode(r.index, schema.Code(met.num))
	case storesNum:
		r.batch.Columns[id].SetNum(r.index, met.num)
	}
}
