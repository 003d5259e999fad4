package reader

import (
	"encoding/binary"
	"math"

	"signins/schema"
)

// A memory holds the values that a field had last in a chunk, as written, and
// what they came to. Records repeat themselves: where the same text comes
// again, nothing needs to be read.
type memory struct {
	misses uint8      // texts not met before; each hit takes four off
	met    [4]meeting // in the order they were met; the last makes room for another
}

// A meeting is a value that was met, and where. It is kept small: a record has
// a hundred fields, and what is known of them should stay close at hand.
type meeting struct {
	from   uint32
	size   uint16 // of the text, with what stood before the value
	effect effect
	beyond uint8  // bits of begin that the value does not fill
	begin  uint64 // first bytes of the value
	num    int64  // of a coded kind its code
}

// An effect is what a value did to its column.
type effect uint8

const (
	unmet effect = iota
	nothing
	setCode
	setNum
)

// vain is how many misses show that the values of a field do not repeat.
const vain = 64

// forget makes nothing count as met before.
func (m *memory) forget() {
	*m = memory{}
}

// find returns the meeting of a cell that stands from pos to end, nil where there
// was none. Where the end is not known yet, filler.repeats does the same.
func (m *memory) find(data []byte, pos, end int) *meeting {
	if m.misses > vain {
		return nil
	}
	for i := range m.met {
		if met := &m.met[i]; int(met.size) == end-pos && met.effect != unmet && string(data[pos:end]) == string(data[met.from:][:met.size]) {
			m.misses -= min(m.misses, 4)
			return met
		}
	}
	m.misses++
	return nil
}

// remember notes what a plain value came to in a column. Its text stands from
// pos to end, the value from start. What a time may lose is counted row by row.
func (r *record) remember(m *memory, data []byte, pos, start, end int, id schema.ColumnID) {
	if m.misses > vain || end-pos > math.MaxUint16 || start+8 > len(data) || id != noColumn && schema.Columns[id].Kind == schema.Time {
		return
	}
	met := &m.met[len(m.met)-1]
	for i := range m.met {
		if m.met[i].effect == unmet {
			met = &m.met[i]
			break
		}
	}
	*met = meeting{
		from: uint32(pos), size: uint16(end - pos), effect: nothing,
		begin: binary.LittleEndian.Uint64(data[start:]), beyond: uint8(64 - 8*min(8, end-start)),
	}
	if id == noColumn {
		return
	}
	col := &r.b.Columns[id]
	if code := col.Code(r.row); code != schema.Absent {
		met.effect, met.num = setCode, int64(code)
	} else if num, ok := col.Num(r.row); ok {
		met.effect, met.num = setNum, num
	}
}

// again stores what a value came to when it was met.
func (r *record) again(id schema.ColumnID, met *meeting) {
	switch met.effect {
	case setCode:
		r.b.Columns[id].SetCode(r.row, schema.Code(met.num))
	case setNum:
		r.b.Columns[id].SetNum(r.row, met.num)
	}
}
