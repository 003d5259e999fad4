package parquet

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"signins/schema"
)

// boundBytes is the length to which minima and maxima of texts are cut.
const boundBytes = 64

// bounds are the least and the greatest of values, numbers or texts. Those of doubles
// are keys of floatKey.
type bounds struct {
	set               bool
	least, greatest   int64
	lowText, highText []byte
	low, high         uint64 // first eight bytes of both
}

func (b *bounds) number(n int64) {
	if !b.set {
		b.set, b.least, b.greatest = true, n, n
		return
	}
	b.least, b.greatest = min(b.least, n), max(b.greatest, n)
}

func (b *bounds) text(value []byte) {
	value = value[:min(len(value), 2*boundBytes)] // what is behind decides nothing
	begin := firstBytes(value)
	if b.set && begin > b.low && begin < b.high {
		return // saves most comparisons
	}
	if !b.set || bytes.Compare(value, b.lowText) < 0 {
		b.lowText, b.low = append(b.lowText[:0], value...), begin
	}
	if !b.set || bytes.Compare(value, b.highText) > 0 {
		b.highText, b.high = append(b.highText[:0], value...), begin
	}
	b.set = true
}

// firstBytes returns the first eight bytes of a text as a number. The number is
// greater than another text's only if the text is.
func firstBytes(text []byte) uint64 {
	if len(text) >= 8 {
		return binary.BigEndian.Uint64(text)
	}
	var begin [8]byte
	copy(begin[:], text)
	return binary.BigEndian.Uint64(begin[:])
}

// merge extends the bounds by those of a page.
func (b *bounds) merge(page *bounds) {
	if !page.set {
		return
	}
	if page.lowText != nil {
		b.text(page.lowText)
		b.text(page.highText)
		return
	}
	b.number(page.least)
	b.number(page.greatest)
}

// floatKey maps the bits of doubles to numbers in their order: -NaN, -Inf, -1, -0, 0, 1,
// +Inf, NaN. It is its own inverse.
func floatKey(bits int64) int64 { return bits ^ bits>>63&math.MaxInt64 }

// encode returns the bounds as the format writes them, texts cut to boundBytes; false
// where no text of that length is above all values, or where a double is NaN: readers
// differ in where they sort it.
func (b *bounds) encode(kind schema.Kind) (lower, upper []byte, ok bool) {
	least, greatest := b.least, b.greatest
	switch kind {
	case schema.Text:
		upper, ok = upperBound(b.highText)
		return slices.Clone(lowerBound(b.lowText)), slices.Clone(upper), ok
	case schema.Float64:
		if least < floatKey(infinity|signBit) || greatest > infinity {
			return nil, nil, false
		}
		if least == 0 { // the format asks for -0 as least zero, and for 0 as greatest
			least = floatKey(signBit)
		}
		least, greatest = floatKey(least), floatKey(greatest)
		if greatest == signBit {
			greatest = 0
		}
	}
	lower = binary.LittleEndian.AppendUint64(nil, uint64(least))
	upper = binary.LittleEndian.AppendUint64(nil, uint64(greatest))
	return lower[:numberWidth(kind)], upper[:numberWidth(kind)], true
}

// Bits of doubles.
const (
	signBit  = math.MinInt64 // -0
	infinity = 0x7FF << 52
)

// lowerBound returns a text of at most boundBytes that is not above b,
// whose last character may be cut.
func lowerBound(b []byte) []byte {
	b = b[:min(len(b), boundBytes)]
	for len(b) > 0 {
		if r, size := utf8.DecodeLastRune(b); r != utf8.RuneError || size > 1 {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}

// upperBound returns a short text that is not below b, whose last character
// may be cut; false if there is none.
func upperBound(b []byte) ([]byte, bool) {
	if len(b) <= boundBytes && utf8.Valid(b) {
		return b, true
	}
	b = lowerBound(b)
	for len(b) > 0 {
		r, size := utf8.DecodeLastRune(b)
		b = b[:len(b)-size]
		switch r {
		case utf8.MaxRune:
			continue
		case 0xD7FF: // before the surrogates, which UTF-8 does not have
			r = 0xDFFF
		}
		return utf8.AppendRune(slices.Clip(b), r+1), true
	}
	return nil, false
}
