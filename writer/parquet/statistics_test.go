package parquet

import (
	"encoding/binary"
	"math/rand/v2"
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
