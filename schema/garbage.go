package schema

import (
	"math"
	"runtime"
	"runtime/debug"
	"sync"
)

// Garbage is how much garbage there may be beside the memory in use. Outputs set what is
// usual, and readers ask for less while they have a long record: the lesser one counts,
// whoever comes last.
var Garbage GarbageLimit

// A GarbageLimit is that of the process. The zero one leaves it as it is. Its methods may
// be called by any goroutine.
type GarbageLimit struct {
	mutex  sync.Mutex
	usual  int   // percent of the memory in use, 0 for what the process began with
	memory int64 // usual limit of memory, 0 for none
	long   int   // Lowered and not Restored
	room   int64 // limit of memory meanwhile where there is no usual one, 0 for none

	limited bool // memory is
}

// longGarbage is the limit beside a long record, in percent. Collecting more often costs
// little there, as few objects have pointers.
const longGarbage = 10

// SetUsual sets the limit where nothing has lowered it, in percent, and that of all
// memory, 0 for none.
func (g *GarbageLimit) SetUsual(percent int, memory int64) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.usual, g.memory = percent, memory
	g.apply()
}

// Lower lowers the limit until Restore is called as often.
func (g *GarbageLimit) Lower() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.long++
	g.apply()
}

// MakeRoom gives garbage back to the system and limits memory to what is in use and room
// bytes, until all is restored or it is called again. A usual limit stays. Where memory of
// several sizes comes and goes, the holes between it would else count twice: of records of
// 55 MB, 60 MiB.
func (g *GarbageLimit) MakeRoom(room int) {
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.room = int64(stats.HeapAlloc) + int64(room)
	g.apply()
}

// Restore takes back one Lower.
func (g *GarbageLimit) Restore() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.long--; g.long == 0 {
		g.room = 0
	}
	g.apply()
}

func (g *GarbageLimit) apply() {
	if g.usual == 0 {
		g.usual = debug.SetGCPercent(longGarbage)
	}
	percent := g.usual
	if g.long > 0 && (percent < 0 || percent > longGarbage) {
		percent = longGarbage
	}
	debug.SetGCPercent(percent)
	switch {
	case g.memory > 0:
		debug.SetMemoryLimit(g.memory)
	case g.room > 0:
		debug.SetMemoryLimit(g.room)
	case g.limited:
		debug.SetMemoryLimit(math.MaxInt64)
	}
	g.limited = g.memory > 0 || g.room > 0
}
