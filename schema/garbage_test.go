package schema

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestTheLesserLimitOfGarbageCounts(t *testing.T) {
	before := debug.SetGCPercent(77)
	defer debug.SetGCPercent(before)
	percent := func() int {
		now := debug.SetGCPercent(50)
		debug.SetGCPercent(now)
		return now
	}
	unlimited := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(unlimited)
	var g GarbageLimit
	for i, step := range []struct {
		do   func()
		want int
	}{
		{g.Lower, longGarbage},
		{g.Restore, 77}, // of the process
		{func() { g.SetUsual(90, 0) }, 90},
		{g.Lower, longGarbage},
		{g.Lower, longGarbage},
		{func() { g.SetUsual(80, 0) }, longGarbage},
		{g.Restore, longGarbage},
		{g.Restore, 80},
		{func() { g.SetUsual(5, 0) }, 5},
		{g.Lower, 5},
		{g.Restore, 5},
	} {
		step.do()
		if now := percent(); now != step.want {
			t.Errorf("step %d: %d %%, want %d", i, now, step.want)
		}
	}
}

func TestRoomIsLimitedBesideLongRecordsAlone(t *testing.T) {
	percent, unlimited := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	defer func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(unlimited)
	}()
	limit := func() int64 { return debug.SetMemoryLimit(-1) }
	var g GarbageLimit
	g.Lower()
	g.MakeRoom(1 << 40)
	if now := limit(); now <= 1<<40 || now > 1<<40+1<<32 {
		t.Errorf("limit %d with room for 1 TiB", now)
	}
	g.MakeRoom(1 << 41)
	if now := limit(); now <= 1<<41 {
		t.Errorf("limit %d with room for 2 TiB", now)
	}
	g.SetUsual(100, 1<<30)
	if now := limit(); now != 1<<30 {
		t.Errorf("limit %d in place of the usual one", now)
	}
	g.SetUsual(100, 0)
	if now := limit(); now <= 1<<41 {
		t.Errorf("limit %d without a usual one", now)
	}
	g.Restore()
	if now := limit(); now != math.MaxInt64 {
		t.Errorf("limit %d behind the long record", now)
	}
}
