package zstd

import (
	"encoding/binary"
	"math/bits"
)

const (
	hashBits   = 14
	hashFactor = 0x9E3779B185EBCA87 // spreads a word over the high bits of the product
	wordSize   = 8                  // bytes compared at once
	maxGap     = 4                  // literals behind which the match before may continue
	skipAfter  = 64                 // literals in a row that make the step one byte longer
)

// A matcher finds matches of a word and more, anywhere before them in the page.
// positions keeps one position per hash, the last one outside a match.
type matcher struct {
	positions [1 << hashBits]uint32
	offset    int // of the match before: the repeat offset
	literals  []byte
	sequences []sequence
}

// A block is a part of the page as literals and sequences. Its literals end with
// those behind the last sequence.
type block struct {
	size      int // bytes of the page
	literals  []byte
	sequences []sequence
}

// reset begins a page. The repeat offset of a new frame is 1, RFC 8878, 3.1.1.5.
func (m *matcher) reset() {
	clear(m.positions[:])
	m.offset = 1
	m.literals, m.sequences = m.literals[:0], m.sequences[:0]
}

// findBlock finds the matches of the block page[from:].
func (m *matcher) findBlock(page []byte, from int) block {
	literals, sequences, last := m.literals, m.sequences, m.offset
	done := from
	for at := max(from, 1); at <= len(page)-2*wordSize; {
		word := load(page, at)
		start, offset := at+lastDifference(word, load(page, at-last)), last
		if start > at+maxGap || load(page, at+wordSize) != load(page, at+wordSize-last) {
			position := &m.positions[word*hashFactor>>(64-hashBits)]
			before := int(*position)
			*position = uint32(at)
			if load(page, before) != word {
				at += 1 + (at-done)/skipAfter
				continue
			}
			start, offset = at-commonSuffix(page[done:at], page[:before]), at-before
		}
		end := at + wordSize + commonPrefix(page[at+wordSize:], page[at+wordSize-offset:])
		s := sequence{literalsLength: uint32(start - done), matchLength: uint32(end - start), offset: uint32(offset + newOffset)}
		if start > done {
			literals = append(literals, page[done:start]...)
			if offset == last {
				s.offset = repeatOffset
			}
		}
		sequences = append(sequences, s)
		at, done, last = end, end, offset
	}
	literals = append(literals, page[done:]...)
	b := block{len(page) - from, literals[len(m.literals):], sequences[len(m.sequences):]}
	m.literals, m.sequences, m.offset = literals, sequences, last
	return b
}

func load(text []byte, at int) uint64 { return binary.LittleEndian.Uint64(text[at:]) }

// lastDifference returns how many bytes of two words there are up to the last one
// that differs.
func lastDifference(a, b uint64) int { return wordSize - bits.LeadingZeros64(a^b)/8 }

// commonPrefix returns its length. b is at least as long as a.
func commonPrefix(a, b []byte) (n int) {
	b = b[:len(a)]
	for ; n+2*wordSize <= len(a); n += 2 * wordSize {
		x, y := a[n:n+2*wordSize], b[n:n+2*wordSize] // saves most bounds checks
		if differ := load(x, 0) ^ load(y, 0); differ != 0 {
			return n + bits.TrailingZeros64(differ)/8
		}
		if differ := load(x, wordSize) ^ load(y, wordSize); differ != 0 {
			return n + wordSize + bits.TrailingZeros64(differ)/8
		}
	}
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n
}

// commonSuffix returns its length.
func commonSuffix(a, b []byte) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
