package reader

import (
	"signins/schema"
)

// A memory holds the values that a field had last, as written, and what they
// came to. Records repeat themselves: where the same text comes again, nothing
// needs to be read.
type memory struct {
	met    [4]meeting
	newest int
	misses int // more of them than hits, by so much
}

// A meeting is a value that was met. Its text lasts as long as its chunk.
type meeting struct {
	raw  []byte // nil: none
	code schema.Code
	num  int64
	set  bool
}

// vain is how many misses show that the values of a field do not repeat in a
// chunk.
const vain = 64

// forget makes nothing count as met before.
func (m *memory) forget() {
	for i := range m.met {
		m.met[i].raw = nil
	}
	m.newest, m.misses = 0, 0
}

// find returns the meeting of a text that starts with a value, or with whole
// is one; nil where there was none.
func (m *memory) find(text []byte, whole bool) *meeting {
	if m.misses > vain {
		return nil
	}
	for i := range m.met {
		met := &m.met[(m.newest+i)%len(m.met)]
		if met.raw == nil {
			break
		}
		if n := len(met.raw); len(text) < n || whole && len(text) > n || string(text[:n]) != string(met.raw) {
			continue
		}
		m.misses = max(0, m.misses-4)
		return met
	}
	m.misses++
	return nil
}

// add makes room for the meeting of a text, in place of the oldest.
func (m *memory) add(raw []byte) *meeting {
	m.newest = (m.newest + len(m.met) - 1) % len(m.met)
	met := &m.met[m.newest]
	met.raw = raw
	return met
}

// remember notes what a plain value came to in a column. What a time may lose
// is counted row by row.
func (r *record) remember(id schema.ColumnID, raw []byte, m *memory) {
	if m.misses > vain || id != noColumn && schema.Columns[id].Kind == schema.Time {
		return
	}
	met := m.add(raw)
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
	column := &r.b.Columns[id]
	if schema.Columns[id].Kind.Coded() {
		column.SetCode(r.row, met.code)
	} else if met.set {
		column.SetNum(r.row, met.num)
	}
}
