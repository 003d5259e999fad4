package zstd

import (
	"math/bits"
	"slices"
	"sync"
)

// A sequence is some literals, bytes that stand for themselves, and a match
// behind them: bytes that stood some way before.
type sequence struct {
	literals, length uint32
	offset           uint32 // repeatOffset, or how far before plus newOffset
	codes            sequenceCodes
}

// Numbers of sequences, RFC 8878, 3.1.1.3.2 and 3.1.1.5.
const (
	leastLength  = 3 // of a match
	repeatOffset = 1 // that of the match before, if there are literals
	newOffset    = 3

	describedTables = 2<<6 | 2<<4 | 2<<2 // of codes of literals, offsets, matches
	repeatedTables  = 3<<6 | 3<<4 | 3<<2

	oneByteCount   = 128 // from here on, a number of sequences takes two bytes
	sequenceBytes  = 10  // at most: three widths of fseAccuracy, 31 bits of lengths in a block, 23 of an offset
	sequenceHeader = 200 // more than tables and the last states take
)

// sequenceCodes are the codes of a sequence, a byte each.
type sequenceCodes uint32

func (c sequenceCodes) literals() uint8 { return uint8(c) }
func (c sequenceCodes) offset() uint8   { return uint8(c >> 8) }
func (c sequenceCodes) length() uint8   { return uint8(c >> 16) }

// lengthCodes tells the codes of lengths, RFC 8878, 3.1.1.3.2.1.1. A code stands
// for numbers that differ in their last bits.
type lengthCodes struct {
	widths [fseCodes]uint8    // of those bits, by code
	small  [smallLength]uint8 // code by length
	powers int                // code of a power of two that is not small, less its exponent
}

const smallLength = 1 << 10

// newLengthCodes begins with codes that stand for one number each.
func newLengthCodes(single int, widths ...uint8) *lengthCodes {
	c := new(lengthCodes)
	copy(c.widths[single:], widths)
	length := 0
	for code := 0; length < smallLength; code++ {
		for range 1 << c.widths[code] {
			c.small[length] = uint8(code)
			length++
		}
	}
	c.powers = int(c.small[smallLength/2]) - (bits.Len(smallLength/2) - 1)
	return c
}

func (c *lengthCodes) code(length uint32) uint8 {
	if length < smallLength {
		return c.small[length]
	}
	return uint8(c.powers + bits.Len32(length) - 1)
}

var codesOfLengths = sync.OnceValues(func() (literals, matches *lengthCodes) {
	return newLengthCodes(16, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
		newLengthCodes(32, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
})

// sequenceTables encode the sequences of a page. The first block describes them.
type sequenceTables struct {
	literals, offsets, lengths fseTable
	described                  bool
}

// fit makes the tables for the sequences of blocks, and sets their codes.
func (t *sequenceTables) fit(blocks []matchedBlock) {
	var literals, offsets, lengths [fseCodes]uint32
	ofLiterals, ofMatches := codesOfLengths()
	for _, b := range blocks {
		for i := range b.sequences {
			s := &b.sequences[i]
			l, o, m := ofLiterals.code(s.literals), uint8(bits.Len32(s.offset)-1), ofMatches.code(s.length-leastLength)
			literals[l%fseCodes]++
			offsets[o%fseCodes]++
			lengths[m%fseCodes]++
			s.codes = sequenceCodes(l) | sequenceCodes(o)<<8 | sequenceCodes(m)<<16
		}
	}
	t.literals.fit(upToLast(&literals))
	t.offsets.fit(upToLast(&offsets))
	t.lengths.fit(upToLast(&lengths))
	t.described = false
}

// upToLast leaves out the codes behind the last that is met. A table has two at
// least.
func upToLast(met *[fseCodes]uint32) []uint32 {
	n := len(met)
	for n > 2 && met[n-1] == 0 {
		n--
	}
	return met[:n]
}

// appendSequences appends the section of sequences of a block, RFC 8878,
// 3.1.1.3.2. There is one at least.
func (t *sequenceTables) appendSequences(to []byte, sequences []sequence) []byte {
	n := len(sequences)
	if n >= oneByteCount {
		to = append(to, byte(n>>8+oneByteCount))
	}
	to = append(to, byte(n))
	if t.described {
		to = append(to, repeatedTables)
	} else {
		to = append(to, describedTables)
	}
	w := bitWriter{at: len(to)}
	to = slices.Grow(to, sequenceHeader+n*sequenceBytes)
	to = to[:cap(to)]
	if !t.described {
		w = t.lengths.describe(t.offsets.describe(t.literals.describe(w, to), to), to)
		t.described = true
	}
	return to[:t.write(w, to, sequences).at]
}

// write writes the bits of sequences, from the last to the first, as they are
// read from the end.
func (t *sequenceTables) write(w bitWriter, to []byte, sequences []sequence) bitWriter {
	ofLiterals, ofMatches := codesOfLengths()
	last := sequences[len(sequences)-1].codes
	literals, offset, length := t.literals.begin(last.literals()), t.offsets.begin(last.offset()), t.lengths.begin(last.length())
	for i := len(sequences) - 1; ; i-- {
		s := &sequences[i]
		w = w.add(s.literals, ofLiterals.widths[s.codes.literals()%fseCodes])
		w = w.add(s.length-leastLength, ofMatches.widths[s.codes.length()%fseCodes])
		w = w.flush(to)
		w = w.add(s.offset, s.codes.offset())
		w = w.flush(to)
		if i == 0 {
			break
		}
		before := sequences[i-1].codes
		w, offset = t.offsets.next(w, offset, before.offset())
		w, length = t.lengths.next(w, length, before.length())
		w, literals = t.literals.next(w, literals, before.literals())
	}
	w = w.add(length, fseAccuracy).add(offset, fseAccuracy).add(literals, fseAccuracy)
	return w.add(1, 1).align(to)
}
