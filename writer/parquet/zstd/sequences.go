package zstd

import (
	"math/bits"
	"slices"
)

// A sequence copies some literals and then a match, bytes that precede it by some
// offset. Such are also the fields of RFC 8878, 3.1.1.3.2.
type sequence struct {
	literalsLength, matchLength uint32
	offset                      uint32 // Offset_Value: repeatOffset, or the offset plus newOffset
	codes                       sequenceCodes
}

// RFC 8878, 3.1.1.3.2 and 3.1.1.5.
const (
	minMatch     = 3
	repeatOffset = 1 // Offset_Value of the repeat offset, if there are literals
	newOffset    = 3

	// Modes of the tables for literals lengths, offsets and match lengths.
	fseModes    = 2<<6 | 2<<4 | 2<<2 // FSE_Compressed_Mode: descriptions follow
	repeatModes = 3<<6 | 3<<4 | 3<<2 // Repeat_Mode: as in the block before

	oneByteCount     = 128 // numbers of sequences from here on take two bytes
	maxSequenceBytes = 10  // three times accuracyLog, 31 bits of lengths in a block, 23 of an offset
	maxHeaderBytes   = 200 // more than tables and last states take
)

// sequenceCodes are the codes of a sequence.
type sequenceCodes struct{ literals, offset, match uint8 }

// lengthCodes maps lengths to codes, RFC 8878, 3.1.1.3.2.1.1. A code and some
// extra bits make a length: literals length 19 is code 17 (18 and 19) and the bit 1.
type lengthCodes struct {
	extraBits [maxCodes]uint8    // by code
	small     [smallLength]uint8 // code by length
	powers    int                // code of a greater power of two, less its exponent
}

const smallLength = 1 << 10

// newLengthCodes returns codes of which the first ones stand for single lengths.
func newLengthCodes(single int, extraBits ...uint8) *lengthCodes {
	c := new(lengthCodes)
	copy(c.extraBits[single:], extraBits)
	length := 0
	for code := 0; length < smallLength; code++ {
		for range 1 << c.extraBits[code] {
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

var (
	literalsCodes = newLengthCodes(16, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
	matchCodes    = newLengthCodes(32, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
)

// sequenceTables encode the sequences of a page. The first block describes them,
// the others repeat them.
type sequenceTables struct {
	literals, offsets, matches fseTable
	described                  bool
}

// fit builds the tables for the sequences of blocks, and sets their codes.
func (t *sequenceTables) fit(blocks []block) {
	var literals, offsets, matches [maxCodes]uint32
	for _, b := range blocks {
		for i := range b.sequences {
			s := &b.sequences[i]
			l, o, m := literalsCodes.code(s.literalsLength), uint8(bits.Len32(s.offset)-1), matchCodes.code(s.matchLength-minMatch)
			literals[l%maxCodes]++
			offsets[o%maxCodes]++
			matches[m%maxCodes]++
			s.codes = sequenceCodes{l, o, m}
		}
	}
	t.literals.fit(literals[:])
	t.offsets.fit(offsets[:])
	t.matches.fit(matches[:])
	t.described = false
}

// appendSequences appends the sequences section of a block, RFC 8878, 3.1.1.3.2.
// There is at least one sequence.
func (t *sequenceTables) appendSequences(to []byte, sequences []sequence) []byte {
	n := len(sequences)
	if n >= oneByteCount {
		to = append(to, byte(n>>8+oneByteCount))
	}
	to = append(to, byte(n))
	if t.described {
		to = append(to, repeatModes)
	} else {
		to = append(to, fseModes)
	}
	w := bitWriter{at: len(to)}
	to = slices.Grow(to, maxHeaderBytes+n*maxSequenceBytes)
	to = to[:cap(to)]
	if !t.described {
		w = t.matches.describe(t.offsets.describe(t.literals.describe(w, to), to), to)
		t.described = true
	}
	return to[:t.writeBitstream(w, to, sequences).at]
}

// writeBitstream writes the sequences, the last one first: decoders read the bits
// from the end.
func (t *sequenceTables) writeBitstream(w bitWriter, to []byte, sequences []sequence) bitWriter {
	last := sequences[len(sequences)-1].codes
	literals, offset, match := t.literals.firstState(last.literals), t.offsets.firstState(last.offset), t.matches.firstState(last.match)
	for i := len(sequences) - 1; ; i-- {
		s := &sequences[i]
		w = w.addBits(s.literalsLength, literalsCodes.extraBits[s.codes.literals%maxCodes])
		w = w.addBits(s.matchLength-minMatch, matchCodes.extraBits[s.codes.match%maxCodes])
		w = w.flush(to)
		w = w.addBits(s.offset, s.codes.offset)
		w = w.flush(to)
		if i == 0 {
			break
		}
		before := sequences[i-1].codes
		w, offset = t.offsets.nextState(w, offset, before.offset)
		w, match = t.matches.nextState(w, match, before.match)
		w, literals = t.literals.nextState(w, literals, before.literals)
	}
	w = w.addBits(match, accuracyLog).addBits(offset, accuracyLog).addBits(literals, accuracyLog)
	return w.addBits(1, 1).align(to)
}
