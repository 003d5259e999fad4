package reader

import (
	"encoding/binary"
	"math"

	"signins/schema"
)

// A valueCache has the last values of a field in a chunk, as written, and what
// each did to its column. Records of a tenant are alike, so most values were seen
// before: of
//
//	,"appDisplayName":"Azure Portal","clientAppUsed":"Browser"
//
// neither string is scanned, copied or looked up in a dictionary again. That saves
// about a quarter of the processor time of NDJSON.
type valueCache struct {
	misses  uint8          // minus four for each hit
	entries [4]cachedValue // oldest first; the last one is replaced
}

// maxMisses switches the cache of a field off whose values do not repeat.
const maxMisses = 64

// A cachedValue is small: a record has a hundred fields, and the caches of all
// should stay in the processor's cache.
type cachedValue struct {
	start       uint32 // in the chunk, with the prefix of the member
	size        uint16
	effect      effect
	headPadding uint8  // bits of head behind the value
	head        uint64 // first bytes of the value, without the prefix
	num         int64  // the code or number that was stored
}

// An effect is what a value does to its column.
type effect uint8

const (
	emptyEntry effect = iota
	storesNothing
	storesCode
	storesNum
)

// reset empties the cache.
func (c *valueCache) reset() {
	*c = valueCache{}
}

// lookup returns the entry of a cell, nil for none. For JSON, where the end of a
// value is not known yet, memberReader.useCached does the same.
func (c *valueCache) lookup(data []byte, start, end int) *cachedValue {
	if c.misses > maxMisses {
		return nil
	}
	for i := range c.entries {
		if e := &c.entries[i]; int(e.size) == end-start && e.effect != emptyEntry && string(data[start:end]) == string(data[e.start:][:e.size]) {
			c.misses -= min(c.misses, 4)
			return e
		}
	}
	c.misses++
	return nil
}

// cacheValue adds what was stored in a column to a cache: data[start:end] has the
// value and, from start to value, its prefix. Times are never cached, as findings
// about them are counted.
func (r *rowBuilder) cacheValue(c *valueCache, data []byte, start, value, end int, id schema.ColumnID) {
	if c.misses > maxMisses || end-start > math.MaxUint16 || value+8 > len(data) || id != noColumn && schema.Columns[id].Kind == schema.Time {
		return
	}
	e := &c.entries[len(c.entries)-1]
	for i := range c.entries {
		if c.entries[i].effect == emptyEntry {
			e = &c.entries[i]
			break
		}
	}
	*e = cachedValue{
		start: uint32(start), size: uint16(end - start), effect: storesNothing,
		head: binary.LittleEndian.Uint64(data[value:]), headPadding: uint8(64 - 8*min(8, end-value)),
	}
	if id == noColumn {
		return
	}
	col := &r.batch.Columns[id]
	if code := col.Code(r.index); code != schema.Absent {
		e.effect, e.num = storesCode, int64(code)
	} else if num, ok := col.Num(r.index); ok {
		e.effect, e.num = storesNum, num
	}
}

// storeCached stores the value of an entry again.
func (r *rowBuilder) storeCached(id schema.ColumnID, e *cachedValue) {
	switch e.effect {
	case storesCode:
		r.batch.Columns[id].SetCode(r.index, schema.Code(e.num))
	case storesNum:
		r.batch.Columns[id].SetNum(r.index, e.num)
	}
}
