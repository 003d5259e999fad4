package order

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"signins/schema"
)

// texts are values of coded columns that a packed row must not change.
var texts = [][]byte{
	[]byte("a"), {}, []byte("\xff\x00 no UTF-8"), []byte(strings.Repeat("long ", 2000)), []byte("[]"), []byte("é\n"),
	schema.AppendList(schema.AppendList(nil, []byte("b"), false), nil, true), schema.AppendList(nil, nil, true),
}

// numbers are values of all other columns.
var numbers = []int64{0, 1, -1, 127, 128, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, int64(math.Float64bits(-0.1))}

// packBatch makes a batch with absent fields, nulls and values, of which those of some
// columns repeat.
func packBatch(random *rand.Rand, rows int) *schema.Batch {
	b := &schema.Batch{Len: rows}
	for id := range schema.NumColumns {
		v, repeats := &b.Columns[id], random.IntN(2) == 0
		if id%7 == 3 {
			continue
		}
		for row := range rows {
			switch n := random.IntN(20); {
			case n == 0:
			case !schema.Columns[id].Kind.Coded():
				v.SetNum(row, numbers[random.IntN(len(numbers))])
			case n == 1:
				v.SetCode(row, schema.Null)
			case repeats:
				v.SetBytes(row, texts[random.IntN(len(texts))])
			default:
				v.SetBytes(row, fmt.Append(nil, random.IntN(1000), string(texts[random.IntN(len(texts))])))
			}
		}
	}
	b.Seal()
	return b
}

// diffRow names the first column in which two rows differ, "" for none.
func diffRow(a *schema.Batch, row int, b *schema.Batch, other int) string {
	for id := range schema.NumColumns {
		v, w := &a.Columns[id], &b.Columns[id]
		x, isX := v.Num(row)
		y, isY := w.Num(other)
		same := x == y && isX == isY && bytes.Equal(v.Value(row), w.Value(other)) && (v.Value(row) == nil) == (w.Value(other) == nil)
		if same && schema.Columns[id].Kind.Coded() {
			same = min(v.Code(row), schema.First) == min(w.Code(other), schema.First)
		}
		if !same {
			return schema.Columns[id].Name
		}
	}
	return ""
}

// Rows that are packed and unpacked are the same, whatever their batches have.
func TestPackedRowsAreTheSame(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 0))
	var p packer
	u := &unpacker{known: &p.known}
	for _, rows := range []int{1, 3, 200, 40, 200, 7} {
		b := packBatch(random, rows)
		p.begin(b)
		var packed []byte
		for row := range rows {
			packed = p.appendRow(packed, row)
		}
		u.begin()
		for range rows {
			packed = u.addRow(packed)
		}
		u.batch.Seal()
		if len(packed) > 0 || u.batch.Len != rows {
			t.Fatalf("%d rows of %d, %d bytes more", u.batch.Len, rows, len(packed))
		}
		for row := range rows {
			if column := diffRow(b, row, &u.batch, row); column != "" {
				t.Fatalf("row %d of %d: %s differs", row, rows, column)
			}
		}
	}
}

// A value that repeats is in memory once, and not in the rows.
func TestRepeatedValuesArePackedOnce(t *testing.T) {
	t.Parallel()
	var p packer
	size := func(rows, values, length int) int {
		b := &schema.Batch{Len: rows}
		for row := range rows {
			b.Columns[schema.UserAgent].SetText(row, fmt.Sprintf("%d%s", row%values, strings.Repeat("x", length)))
		}
		p.begin(b)
		var packed []byte
		for row := range rows {
			packed = p.appendRow(packed, row)
		}
		return len(packed) / rows
	}
	if n := size(100, 25, 500); n > packedColumns+2 {
		t.Errorf("%d bytes for a row with a value that repeats", n)
	}
	if n := size(100, 26, 500); n < 500 {
		t.Errorf("%d bytes for a row with a value of its own", n)
	}
	known := p.size
	if n := size(100, 1, maxKnownValue+1); n < maxKnownValue || p.size != known {
		t.Errorf("a long value got a number; %d bytes are in memory", p.size)
	}
	for i := range 2000 {
		size(8, 2, 2000+i)
	}
	full := p.size
	if n := size(8, 2, maxKnownValue-1); n < maxKnownValue-1 || p.size != full || full > maxKnown || full < maxKnown*9/10 {
		t.Errorf("%d bytes of known values, %d for a row after that", p.size, n)
	}
}
