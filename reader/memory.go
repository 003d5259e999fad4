package reader

import (
	"signins/schema"
)

// A memory holds the values that a field had last in a chunk, as written, and
// what they came to. Records repeat themselves: where the same text comes
// again, nothing needs to be read.
type memory struct {
	misses uint8      // texts not met before; each hit takes four off
	met    [4]meeting // the newest first
}

// A meeting is a value that was met, and where. It is kept small: a record has
// a hundred fields, and what is known of them should stay close at hand.
type meeting struct {
	from, to uint32      // 0: none
	code     schema.Code // of a coded kind, else Absent
	set      bool
	num      int64
}

// vain is how many misses show that the values of a field do not repeat.
const vain = 64

// forget makes nothing count as met before.
func (m *memory) forget() {
	*m = memory{}
}

// find returns the meeting of a text that stands at pos of a chunk as well,
// nil where there was none. With an end the text has to reach so far.
func (m *memory) find(data []byte, pos, end int) *meeting {
	if m.misses > vain {
		return nil
	}
	for i := range m.met {
		met := &m.met[i]
		if met.to == 0 {
			break
		}
		stop := pos + met.size()
		if stop <= len(data) && (end == 0 || stop == end) && string(data[pos:stop]) == string(data[met.from:met.to]) {
			m.misses -= min(m.misses, 4)
			return met
		}
	}
	m.misses++
	return nil
}

// add notes that a text was met, in place of the one met longest ago.
func (m *memory) add(pos, end int) *meeting {
	copy(m.met[1:], m.met[:])
	m.met[0] = meeting{from: uint32(pos), to: uint32(end)}
	return &m.met[0]
}

func (m *meeting) size() int { return int(m.to - m.from) }

// remember notes what a plain value came to in a column. What a time may lose
// is counted row by row.
func (r *record) remember(id schema.ColumnID, pos, end int, m *memory) {
	if m.misses > vain || id != noColumn && schema.Columns[id].Kind == schema.Time {
		return
	}
	met := m.add(pos, end)
	if id != noColumn {
		met.code = r.b.Columns[id].Code(r.row)
		met.num, met.set = r.b.Columns[id].Num(r.row)
	}
}

// again stores what a value came to when it was met.
func (r *record) again(id schema.ColumnID, met *meeting) {
	if id == noColumn {
		return
	}
	if met.code != schema.Absent {
		r.b.Columns[id].SetCode(r.row, met.code)
	} else if met.set {
		r.b.Columns[id].SetNum(r.row, met.num)
	}
}
