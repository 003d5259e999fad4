package parquet

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// Each page of numbers has the shorter encoding; one that is shorter without the
// dictionary ends it for the row group.
func TestNumberEncodings(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes a minute under the race detector")
	}
	const few, many = 3000, 100_000
	random := rand.New(rand.NewPCG(1, 2))
	codes := []int64{0, 0, 0, 50126, 53003, math.MinInt32, math.MaxInt32}
	for name, test := range map[string]struct {
		id   schema.ColumnID
		nth  func(n int) int64
		want string
	}{
		"constant":             {schema.ErrorCode, func(int) int64 { return 50126 }, "[RLE_DICTIONARY]"},
		"error codes":          {schema.ErrorCode, func(n int) int64 { return codes[random.IntN(len(codes))] }, "[RLE_DICTIONARY]"},
		"counter":              {schema.SourceRecord, func(n int) int64 { return int64(n) }, "[DELTA_BINARY_PACKED]"},
		"small counter":        {schema.ProcessingTimeMS, func(n int) int64 { return int64(n) }, "[DELTA_BINARY_PACKED]"},
		"times":                {schema.CreatedAt, func(n int) int64 { return 1_790_000_000_000_000 - int64(n)*1_500_000 }, "[DELTA_BINARY_PACKED]"},
		"few, then a counter":  {schema.SourceLength, func(n int) int64 { return int64(max(n-few, n%7)) }, "[RLE_DICTIONARY DELTA_BINARY_PACKED]"},
		"a counter, then few":  {schema.SourceLength, func(n int) int64 { return int64(min(n, few) * (n % 7)) }, "[DELTA_BINARY_PACKED]"},
		"any integer":          {schema.SignInCount, func(int) int64 { return int64(random.Uint64()) }, "[DELTA_BINARY_PACKED]"},
		"extremes":             {schema.SignInCount, func(n int) int64 { return []int64{math.MinInt64, math.MaxInt64}[n%2] }, "[RLE_DICTIONARY]"},
		"places":               {schema.LocationLatitude, func(n int) int64 { return double(float64(random.IntN(300)) / 7) }, "[RLE_DICTIONARY]"},
		"places of many":       {schema.LocationLatitude, func(n int) int64 { return double(random.Float64()) }, "[PLAIN]"},
		"zeros and no numbers": {schema.LocationAltitude, func(n int) int64 { return double([]float64{0, math.Copysign(0, -1), math.NaN()}[n%3]) }, "[RLE_DICTIONARY]"},
	} {
		t.Run(name, func(t *testing.T) {
			b := &schema.Batch{Len: 2 * few}
			for row := range b.Len {
				b.Columns[test.id].SetNum(row, test.nth(row))
			}
			limits := limits{groupRows: many, pageRows: few, pageBytes: 1 << 20, dictionaryBytes: 1 << 20}
			file := roundTrip(t, limits, b)
			if got := fmt.Sprint(dataEncodings(&file.Metadata().RowGroups[0].Columns[test.id])); got != test.want {
				t.Errorf("encodings %s, want %s", got, test.want)
			}
		})
	}
}

func double(f float64) int64 { return int64(math.Float64bits(f)) }

func dataEncodings(chunk *format.ColumnChunk) (encodings []format.Encoding) {
	for _, pages := range chunk.MetaData.EncodingStats {
		if pages.PageType == format.DataPage {
			encodings = append(encodings, pages.Encoding)
		}
	}
	return encodings
}

// The footer lists the encodings that the headers of the pages have.
func TestFooterListsEncodingsOfPages(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	data := writeFile(t, testLimits, randomBatch(random, 90), randomBatch(random, 120))
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Metadata().RowGroups {
		for id := range group.Columns {
			checkEncodings(t, schema.Columns[id].Name, data, &group.Columns[id].MetaData)
		}
	}
}

func checkEncodings(t *testing.T, column string, data []byte, meta *format.ColumnMetaData) {
	t.Helper()
	type kind struct {
		format.PageType
		format.Encoding
	}
	want, got := map[kind]int32{}, map[kind]int32{}
	for pages := chunkBytes(data, meta); len(pages) > 0; {
		header, _ := cutPage(t, &pages)
		k := kind{header.Type, header.DataPageHeader.V.Encoding}
		if header.Type == format.DictionaryPage {
			k.Encoding = header.DictionaryPageHeader.V.Encoding
		}
		want[k]++
		if !slices.Contains(meta.Encoding, k.Encoding) {
			t.Errorf("column %s: encodings %v without %v", column, meta.Encoding, k.Encoding)
		}
	}
	for _, stat := range meta.EncodingStats {
		got[kind{stat.PageType, stat.Encoding}] += stat.Count
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("column %s: the footer counts %v, there are %v", column, got, want)
	}
}

// chunkBytes returns the pages of a column chunk.
func chunkBytes(data []byte, meta *format.ColumnMetaData) []byte {
	start := meta.DataPageOffset
	if meta.DictionaryPageOffset > 0 {
		start = meta.DictionaryPageOffset
	}
	return data[start : start+meta.TotalCompressedSize]
}

// Texts without a dictionary have their lengths in front of them, other values are PLAIN:
// ids of one length are then a tenth shorter.
func TestLengthsOfTexts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 6))
	b := &schema.Batch{Len: 5000}
	for row := range b.Len {
		b.Columns[schema.ID].SetText(row, fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Int64N(1<<48)))
		b.Columns[schema.RawRecord].SetText(row, fmt.Sprintf("%x", random.Uint64()))
	}
	columns := roundTrip(t, defaultLimits, b).Metadata().RowGroups[0].Columns
	for id, want := range map[schema.ColumnID]format.Encoding{schema.ID: format.DeltaLengthByteArray, schema.RawRecord: format.Plain} {
		meta := &columns[id].MetaData
		if meta.EncodingStats[0].Encoding != want || !slices.Contains(meta.Encoding, want) {
			t.Errorf("%s: encodings %v, %v", schema.Columns[id].Name, meta.Encoding, meta.EncodingStats)
		}
	}
	// 36 characters, 4 dashes among them, have 18.3 bytes of entropy; 20.3 with lengths between them.
	if size := columns[schema.ID].MetaData.TotalCompressedSize; size > 5000*19 {
		t.Errorf("%d bytes of ids", size)
	}
}

// Texts in lists have their lengths in front, too, once their dictionary is full.
func TestLengthsOfTextsInLists(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 7))
	b := &schema.Batch{Len: 100}
	for row := range b.Len {
		b.Columns[schema.ConditionalAccessPolicies].SetText(row, fmt.Sprintf(`[{"displayName":"%x"}]`, random.Uint64()))
	}
	o := testOptions
	o.Nested = true
	data := writeWith(t, o, limits{groupRows: 100, pageRows: 25, pageBytes: 1 << 20, dictionaryBytes: 300}, b)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, column := range file.Metadata().RowGroups[0].Columns {
		meta := &column.MetaData
		if path := strings.Join(meta.PathInSchema, "."); path == schema.Columns[schema.ConditionalAccessPolicies].Name+".list.element.display_name" {
			isDelta := func(s format.PageEncodingStats) bool { return s.Encoding == format.DeltaLengthByteArray }
			if !slices.ContainsFunc(meta.EncodingStats, isDelta) {
				t.Errorf("%s: encodings %v", path, meta.EncodingStats)
			}
			return
		}
	}
	t.Error("no column of the names of policies")
}
