package zstd

import (
	"encoding/binary"
	"math/bits"
)

const (
	matchBits   = 14
	matchFactor = 0x9E3779B185EBCA87 // spreads what is hashed over the high bits
	atOnce      = 8                  // bytes that are compared
	fewLiterals = 4                  // a match may go on behind them
	literalRun  = 64                 // so many literals make steps longer by one
)

// A matcher finds matches in a page: long ones in texts, or whole numbers. Of the
// places with the same hash it knows the last it looked at, and within matches it
// does not look.
type matcher struct {
	places    [1 << matchBits]uint32 // by hash of the bytes there
	offset    int                    // of the match before
	literals  []byte
	sequences []sequence
}

// A matchedBlock is what stands for a block of a page.
type matchedBlock struct {
	size      int    // bytes of the page
	literals  []byte // of its sequences, and those behind the last
	sequences []sequence
}

// reset begins a page. As the format has it, the offset before the first is 1.
func (m *matcher) reset() {
	clear(m.places[:])
	m.offset = 1
	m.literals, m.sequences = m.literals[:0], m.sequences[:0]
}

// find finds the matches of the block page[from:], which may begin before it.
func (m *matcher) find(page []byte, from int) matchedBlock {
	literals, sequences, last := m.literals, m.sequences, m.offset
	done := from
	for at := max(from, 1); at <= len(page)-2*atOnce; {
		bytes := load(page, at)
		begin, offset := at+differing(bytes, load(page, at-last)), last
		// Where the match before goes on behind what differs, it need not be looked for.
		if begin > at+fewLiterals || load(page, at+atOnce) != load(page, at+atOnce-last) {
			place := &m.places[bytes*matchFactor>>(64-matchBits)]
			before := int(*place)
			*place = uint32(at)
			if load(page, before) != bytes {
				at += 1 + (at-done)/literalRun
				continue
			}
			begin, offset = at-alikeBefore(page[done:at], page[:before]), at-before
		}
		end := at + atOnce + alike(page[at+atOnce:], page[at+atOnce-offset:])
		s := sequence{uint32(begin - done), uint32(end - begin), uint32(offset + newOffset), 0}
		if begin > done {
			literals = append(literals, page[done:begin]...)
			if offset == last {
				s.offset = repeatOffset
			}
		}
		sequences = append(sequences, s)
		at, done, last = end, end, offset
	}
	return m.end(page, from, done, literals, sequences, last)
}

// end ends a block behind what is done of it.
func (m *matcher) end(page []byte, from, done int, literals []byte, sequences []sequence, last int) matchedBlock {
	literals = append(literals, page[done:]...)
	block := matchedBlock{len(page) - from, literals[len(m.literals):], sequences[len(m.sequences):]}
	m.literals, m.sequences, m.offset = literals, sequences, last
	return block
}

func load(text []byte, at int) uint64 { return binary.LittleEndian.Uint64(text[at:]) }

// differing returns how many of the bytes of two loads are up to the last that
// differs.
func differing(a, b uint64) int { return atOnce - bits.LeadingZeros64(a^b)/8 }

// alike returns how many bytes a and the longer b have in common at their begin.
func alike(a, b []byte) (n int) {
	b = b[:len(a)]
	for ; n+2*atOnce <= len(a); n += 2 * atOnce {
		x, y := a[n:n+2*atOnce], b[n:n+2*atOnce] // saves most checks of bounds
		if differ := load(x, 0) ^ load(y, 0); differ != 0 {
			return n + bits.TrailingZeros64(differ)/8
		}
		if differ := load(x, atOnce) ^ load(y, atOnce); differ != 0 {
			return n + atOnce + bits.TrailingZeros64(differ)/8
		}
	}
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n
}

// alikeBefore returns how many bytes two texts have in common at their end.
func alikeBefore(a, b []byte) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
