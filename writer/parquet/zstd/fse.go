package zstd

import (
	"encoding/binary"
	"math/bits"
)

// RFC 8878, 4.1.
const (
	accuracyLog    = 8 // the most that tables of offset codes may have
	numStates      = 1 << accuracyLog
	spreadStep     = numStates>>1 + numStates>>3 + 3
	minAccuracyLog = 5
	maxCodes       = 64 // more than there are of any kind
)

// A fseTable encodes codes by finite state entropy, RFC 8878, 4.1: each of 256
// states stands for a code, and a code has as many states as its probability gives it.
// A code with 64 states costs 2 bits: the encoder writes the last 2 bits of its
// state, and the upper bits choose among the code's states the one to go to.
//
// A state is kept as a number from numStates up to 2*numStates-1.
type fseTable struct {
	probabilities []uint32 // by code, in states
	codes         [maxCodes]fseCode
	states        [numStates]uint16 // of each code in turn, ascending
}

// A fseCode describes how to encode a code: (state+deltaBits)>>16 is the number of bits
// to write, and the rest of the state plus firstState the index of the next one in
// states. (deltaNbBits and deltaFindState of the reference implementation.)
type fseCode struct {
	deltaBits  uint32
	firstState uint32
}

// fit builds the table for codes by their counts, fewer than 1<<24 in all. Every
// code gets one state and its share of the others, the most frequent one what
// rounding leaves. Codes behind the last one that occurs get none, but a table has at
// least two.
func (t *fseTable) fit(counts []uint32) {
	for len(counts) > 2 && counts[len(counts)-1] == 0 {
		counts = counts[:len(counts)-1]
	}
	sum, most := uint32(0), 0
	for code, n := range counts {
		sum += n
		if n > counts[most] {
			most = code
		}
	}
	t.probabilities = t.probabilities[:0]
	free := uint32(numStates - len(counts))
	unused := free
	for _, n := range counts {
		share := n * free / sum
		t.probabilities = append(t.probabilities, 1+share)
		unused -= share
	}
	t.probabilities[most] += unused
	t.spread()
}

// spread spreads the codes over the states.
func (t *fseTable) spread() {
	var codeOf [numStates]uint8
	var next [maxCodes]uint32
	at, first := 0, uint32(0)
	for code, probability := range t.probabilities {
		maxBits := accuracyLog + 1 - bits.Len32(probability)
		t.codes[code] = fseCode{uint32(maxBits)<<16 - probability<<maxBits, first - probability}
		next[code] = first
		first += probability
		for range probability {
			codeOf[at] = uint8(code)
			at = (at + spreadStep) % numStates
		}
	}
	for state, code := range codeOf {
		t.states[next[code]] = uint16(numStates + state)
		next[code]++
	}
}

// describe writes the FSE table description, RFC 8878, 4.1.1.
func (t *fseTable) describe(w bitWriter, to []byte) bitWriter {
	w = w.addBits(accuracyLog-minAccuracyLog, 4)
	remaining := uint32(numStates + 1)
	for _, probability := range t.probabilities {
		value := probability + 1
		width := bits.Len32(remaining)
		short := 1<<width - 1 - remaining // values below take a bit less
		switch {
		case value < short:
			w = w.addBits(value, uint8(width-1))
		case value < 1<<(width-1):
			w = w.addBits(value, uint8(width))
		default:
			w = w.addBits(value+short, uint8(width))
		}
		w = w.flush(to)
		remaining -= probability
	}
	return w.align(to)
}

// firstState returns a state that stands for a code.
func (t *fseTable) firstState(code uint8) uint32 {
	return uint32(t.states[t.codes[code].firstState+t.probabilities[code]])
}

// nextState writes the bits that lead a decoder from the next state, which stands
// for code, back to state.
func (t *fseTable) nextState(w bitWriter, state uint32, code uint8) (bitWriter, uint32) {
	c := &t.codes[code%maxCodes]
	width := (state + c.deltaBits) >> 16
	return w.addBits(state, uint8(width)), uint32(t.states[(state>>(width%32)+c.firstState)%numStates])
}

// A bitWriter writes bits to a buffer that is long enough, from the lowest on. It
// is a value, so that it stays in registers.
type bitWriter struct {
	bits  uint64 // pending
	width uint8  // number of pending bits
	at    int
}

// addBits adds the last bits of a number. There is room for 56 after a flush.
func (w bitWriter) addBits(number uint32, width uint8) bitWriter {
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
