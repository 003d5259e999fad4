package parquet

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// parquetBoundBytes is how much of a text its minima and maxima keep.
const parquetBoundBytes = 64

// bounds are the least and the greatest of values, numbers or texts.
type bounds struct {
	set               bool
	least, greatest   int64
	lowText, highText []byte
	low, high         uint64 // beginnings of both
}

func (b *bounds) number(n int64) {
	if !b.set {
		b.set, b.least, b.greatest = true, n, n
		return
	}
	b.least, b.greatest = min(b.least, n), max(b.greatest, n)
}

func (b *bounds) text(value []byte) {
	begin := beginning(value)
	if b.set && begin > b.low && begin < b.high {
		return // as most are
	}
	if !b.set || bytes.Compare(value, b.lowText) < 0 {
		b.lowText, b.low = append(b.lowText[:0], value...), begin
	}
	if !b.set || bytes.Compare(value, b.highText) > 0 {
		b.highText, b.high = append(b.highText[:0], value...), begin
	}
	b.set = true
}

// beginning returns a number that is greater than that of another text only if
// the text is.
func beginning(text []byte) uint64 {
	if len(text) >= 8 {
		return binary.BigEndian.Uint64(text)
	}
	var begin [8]byte
	copy(begin[:], text)
	return binary.BigEndian.Uint64(begin[:])
}

// merge takes in the bounds of a part.
func (b *bounds) merge(part *bounds) {
	if !part.set {
		return
	}
	if part.lowText != nil {
		b.text(part.lowText)
		b.text(part.highText)
		return
	}
	b.number(part.least)
	b.number(part.greatest)
}

// encode returns the bounds as the format writes them, short; false where there
// is no short text above all.
func (b *bounds) encode(kind schema.Kind) (lower, upper []byte, ok bool) {
	switch kind {
	case schema.Text:
		upper, ok = upperBound(b.highText)
		return slices.Clone(lowerBound(b.lowText)), slices.Clone(upper), ok
	case schema.Bool:
		return []byte{byte(b.least)}, []byte{byte(b.greatest)}, true
	case schema.Int32:
		return binary.LittleEndian.AppendUint32(nil, uint32(b.least)), binary.LittleEndian.AppendUint32(nil, uint32(b.greatest)), true
	}
	return binary.LittleEndian.AppendUint64(nil, uint64(b.least)), binary.LittleEndian.AppendUint64(nil, uint64(b.greatest)), true
}

// A pageIndex says where the pages of a column chunk are and, unless bounds is
// nil, what lies between which values.
type pageIndex struct {
	bounds *format.ColumnIndex
	places format.OffsetIndex
}

// add notes the page that c has just encoded at start of its pages.
func (p *pageIndex) add(c *columnChunk, start, size int) {
	p.places.PageLocations = append(p.places.PageLocations, format.PageLocation{
		Offset: int64(start), CompressedPageSize: int32(size), FirstRowIndex: c.firstRow,
	})
	if p.bounds == nil {
		return
	}
	var lower, upper []byte
	if c.bounds.set {
		var ok bool
		if lower, upper, ok = c.bounds.encode(c.kind); !ok {
			p.bounds = nil
			return
		}
	}
	p.bounds.NullPages = append(p.bounds.NullPages, !c.bounds.set)
	p.bounds.MinValues = append(p.bounds.MinValues, lower)
	p.bounds.MaxValues = append(p.bounds.MaxValues, upper)
	p.bounds.NullCounts = append(p.bounds.NullCounts, c.nulls)
}

// lowerBound returns a text of at most parquetBoundBytes that is not above b,
// whose last character may be cut.
func lowerBound(b []byte) []byte {
	b = b[:min(len(b), parquetBoundBytes)]
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
	if len(b) <= parquetBoundBytes && utf8.Valid(b) {
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
