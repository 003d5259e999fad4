package zstd

import (
	"encoding/binary"
	"math/bits"
)

// Sizes of tables of finite state entropy, RFC 8878, 4.1.
const (
	fseAccuracy   = 8 // bits of a state, the most that offsets may have
	fseStates     = 1 << fseAccuracy
	fseStep       = fseStates>>1 + fseStates>>3 + 3
	leastAccuracy = 5
	fseCodes      = 64 // more than there are of any kind
)

// A fseTable encodes codes by finite state entropy. A state is kept as a number
// from fseStates on.
type fseTable struct {
	shares []uint32 // of the states, by code
	codes  [fseCodes]fseCode
	states [fseStates]uint16 // of each code in turn, in their order
}

// A fseCode tells how to get from a state to one that stands for the code. The
// last bits of the state are written, so many that the rest is at least the
// code's share and less than twice of it. The rest chooses among its states.
type fseCode struct {
	width uint32 // plus the state, it is the number of bits times 1<<16, and something
	first uint32 // plus the rest, it is the place in states
}

// fit makes the table for codes that are met so many times, of which there are
// fewer than 1<<24. Every code has a state, and the most frequent what is left over.
func (t *fseTable) fit(met []uint32) {
	sum, most := uint32(0), 0
	for code, n := range met {
		sum += n
		if n > met[most] {
			most = code
		}
	}
	t.shares = t.shares[:0]
	free := uint32(fseStates - len(met))
	left := free
	for _, n := range met {
		more := n * free / sum
		t.shares = append(t.shares, 1+more)
		left -= more
	}
	t.shares[most] += left
	t.spread()
}

// spread spreads the codes over the states.
func (t *fseTable) spread() {
	var owners [fseStates]uint8
	var next [fseCodes]uint32
	at, first := 0, uint32(0)
	for code, share := range t.shares {
		most := fseAccuracy + 1 - bits.Len32(share)
		t.codes[code] = fseCode{uint32(most)<<16 - share<<most, first - share}
		next[code] = first
		first += share
		for range share {
			owners[at] = uint8(code)
			at = (at + fseStep) % fseStates
		}
	}
	for state, code := range owners {
		t.states[next[code]] = uint16(fseStates + state)
		next[code]++
	}
}

// describe writes the table's description, RFC 8878, 4.1.1.
func (t *fseTable) describe(w bitWriter, to []byte) bitWriter {
	w = w.add(fseAccuracy-leastAccuracy, 4)
	left := uint32(fseStates + 1)
	for _, share := range t.shares {
		value := share + 1
		width := bits.Len32(left)
		short := 1<<width - 1 - left // so many values take a bit less
		switch {
		case value < short:
			w = w.add(value, uint8(width-1))
		case value < 1<<(width-1):
			w = w.add(value, uint8(width))
		default:
			w = w.add(value+short, uint8(width))
		}
		w = w.flush(to)
		left -= share
	}
	return w.align(to)
}

// begin returns a state that stands for a code.
func (t *fseTable) begin(code uint8) uint32 {
	return uint32(t.states[t.codes[code].first+t.shares[code]])
}

// next writes what leads from a state to the next one, which stands for a code.
func (t *fseTable) next(w bitWriter, state uint32, code uint8) (bitWriter, uint32) {
	c := &t.codes[code%fseCodes]
	width := (state + c.width) >> 16
	return w.add(state, uint8(width)), uint32(t.states[(state>>(width%32)+c.first)%fseStates])
}

// A bitWriter writes bits to a text, which is long enough, from the lowest on. It
// is a value, so that it stays in registers.
type bitWriter struct {
	bits  uint64 // not yet written
	width uint8  // how many they are
	at    int
}

// add adds the last bits of a number. There is place for 56 after a flush.
func (w bitWriter) add(number uint32, width uint8) bitWriter {
	w.bits |= uint64(number&(1<<(width%32)-1)) << (w.width % 64)
	w.width += width
	return w
}

// flush writes whole bytes.
func (w bitWriter) flush(to []byte) bitWriter {
	binary.LittleEndian.PutUint64(to[w.at:], w.bits)
	w.at += int(w.width / 8)
	w.bits >>= w.width / 8 * 8 % 64
	w.width %= 8
	return w
}

// align writes all bits, and zeros up to a whole byte.
func (w bitWriter) align(to []byte) bitWriter {
	w.width = (w.width + 7) / 8 * 8
	return w.flush(to)
}
