package parquet

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// statistics are what readers skip pages and row groups by.
type statistics struct{ least, greatest, nulls int64 }

// statisticsOf returns those of values.
func statisticsOf(values []parquet.Value) (s statistics) {
	set := false
	for _, v := range values {
		if v.IsNull() {
			s.nulls++
			continue
		}
		n := intOf(v)
		if !set {
			s.least, s.greatest, set = n, n, true
		}
		s.least, s.greatest = min(s.least, n), max(s.greatest, n)
	}
	return s
}

func intOf(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

// numberBatch returns rows of random numbers, some of them null, in four columns; the
// greatest and the least one are anywhere.
func numberBatch(random *rand.Rand, ids []schema.ColumnID) *schema.Batch {
	b := &schema.Batch{Len: 300}
	for i, id := range ids {
		for row := range b.Len {
			if random.IntN(4) > 0 && row < b.Len-10*i { // the last rows have no value
				b.Columns[id].SetNum(row, random.Int64N(2_000_000_000)-1_000_000_000)
			}
		}
	}
	return b
}

// The least and the greatest number and the count of nulls, of pages and of row groups,
// are those of the values: a reader that looks for the greatest value finds it, and
// counts nulls without reading a page.
func TestStatisticsAreThoseOfTheValues(t *testing.T) {
	t.Parallel()
	ids := []schema.ColumnID{schema.CreatedAt, schema.ErrorCode, schema.SourceRecord, schema.SourceOffset}
	random := rand.New(rand.NewPCG(3, 5))
	file := roundTrip(t, testLimits, numberBatch(random, ids), numberBatch(random, ids))
	kinds, pages := map[parquet.Kind]bool{}, 0
	for g, group := range file.RowGroups() {
		for _, id := range ids {
			chunk, name := group.ColumnChunks()[id], schema.Columns[id].Name
			index, err := chunk.ColumnIndex()
			if err != nil {
				t.Fatal(err)
			}
			var all []parquet.Value
			for page, values := range pageTexts(t, chunk) {
				all = append(all, values...)
				if want := statisticsOf(values); index.NullPage(page) != (want.nulls == int64(len(values))) {
					t.Errorf("%s, page %d: a page of nulls is %t", name, page, index.NullPage(page))
				} else if index.NullPage(page) {
					continue
				} else if got := (statistics{intOf(index.MinValue(page)), intOf(index.MaxValue(page)), index.NullCount(page)}); got != want {
					t.Errorf("%s, page %d: %+v, want %+v", name, page, got, want)
				}
				pages++
			}
			of := &file.Metadata().RowGroups[g].Columns[id].MetaData.Statistics
			got := statistics{number(of.MinValue), number(of.MaxValue), of.NullCount}
			if want := statisticsOf(all); got != want {
				t.Errorf("%s, row group %d: %+v, want %+v", name, g, got, want)
			}
			kinds[chunk.Type().Kind()] = true
		}
	}
	if len(kinds) < 2 || pages < 50 {
		t.Errorf("%d kinds and %d pages were compared", len(kinds), pages)
	}
}

// number decodes a bound.
func number(bound []byte) int64 {
	if len(bound) == 4 {
		return int64(int32(binary.LittleEndian.Uint32(bound)))
	}
	return int64(binary.LittleEndian.Uint64(bound))
}

// Nulls of texts are counted: those between values, those behind the last one and those
// of columns without any.
func TestNullCountsOfTexts(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 100}
	for row := range 60 {
		if row%3 > 0 {
			b.Columns[schema.ID].SetText(row, "a")
			b.Columns[schema.AppDisplayName].SetText(row, "b")
		}
	}
	file := roundTrip(t, testLimits, b, b)
	for g, group := range file.RowGroups() {
		for _, id := range []schema.ColumnID{schema.ID, schema.AppDisplayName, schema.UserAgent} {
			values, err := chunkValues(group.ColumnChunks()[id])
			if err != nil {
				t.Fatal(err)
			}
			var nulls int64
			for _, v := range values {
				if v.IsNull() {
					nulls++
				}
			}
			if got := file.Metadata().RowGroups[g].Columns[id].MetaData.Statistics.NullCount; got != nulls || nulls == 0 {
				t.Errorf("%s, row group %d: %d nulls, want %d", schema.Columns[id].Name, g, got, nulls)
			}
		}
	}
}

// Bounds of doubles are those of the values, with -0 as least and 0 as greatest zero.
// A NaN leaves a chunk without bounds: readers differ in where they sort it.
func TestBoundsOfDoubles(t *testing.T) {
	t.Parallel()
	inf, minusZero := math.Inf(1), math.Copysign(0, -1)
	for _, test := range []struct{ values, want []float64 }{
		{[]float64{1.5}, []float64{1.5, 1.5}},
		{[]float64{3, -2, 1}, []float64{-2, 3}},
		{[]float64{-3, -2, -5}, []float64{-5, -2}},
		{[]float64{0, 1}, []float64{minusZero, 1}},
		{[]float64{minusZero, 1}, []float64{minusZero, 1}},
		{[]float64{-1, minusZero}, []float64{-1, 0}},
		{[]float64{-1, 0}, []float64{-1, 0}},
		{[]float64{minusZero}, []float64{minusZero, 0}},
		{[]float64{inf, -inf, 1e300, 5e-324}, []float64{-inf, inf}},
		{[]float64{math.NaN()}, nil},
		{[]float64{1, math.NaN(), 2}, nil},
		{[]float64{1, math.Float64frombits(1<<63 | 0x7FF8<<48)}, nil},
		{nil, nil},
	} {
		b := &schema.Batch{Len: 1 + len(test.values)} // the last one is null
		for row, v := range test.values {
			b.Columns[schema.LocationLatitude].SetNum(row, int64(math.Float64bits(v)))
		}
		b.Columns[schema.LocationLatitude].SetNum(b.Len-1, 0)
		b.Columns[schema.LocationLatitude].Clear(b.Len - 1)
		file := roundTrip(t, testLimits, b)
		chunk := &file.Metadata().RowGroups[0].Columns[schema.LocationLatitude]
		var want []byte
		for _, v := range test.want {
			want = binary.LittleEndian.AppendUint64(want, math.Float64bits(v))
		}
		s := &chunk.MetaData.Statistics
		if got := slices.Concat(s.MinValue, s.MaxValue); !bytes.Equal(got, want) {
			t.Errorf("%v: bounds %x, want %x", test.values, got, want)
		}
		index := chunk.ColumnIndexOffset != 0
		if want := test.want != nil || test.values == nil; index != want {
			t.Errorf("%v: a column index is %t", test.values, index)
		}
	}
}

// Every double of a page is within the bounds of the page.
func TestBoundsOfPagesOfDoubles(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	b := &schema.Batch{Len: 300}
	for row := range b.Len {
		b.Columns[schema.LocationLongitude].SetNum(row, int64(math.Float64bits(random.NormFloat64())))
	}
	pages := 0
	for _, group := range roundTrip(t, testLimits, b).RowGroups() {
		chunk := group.ColumnChunks()[schema.LocationLongitude]
		index, err := chunk.ColumnIndex()
		if err != nil {
			t.Fatal(err)
		}
		for page, values := range pageTexts(t, chunk) {
			least, greatest := math.Inf(1), math.Inf(-1)
			for _, v := range values {
				least, greatest = min(least, v.Double()), max(greatest, v.Double())
			}
			if got := index.MinValue(page).Double(); got != least || index.MaxValue(page).Double() != greatest {
				t.Errorf("page %d: from %v, want %v", page, got, least)
			}
			pages++
		}
	}
	if pages < 5 {
		t.Errorf("%d pages", pages)
	}
}
