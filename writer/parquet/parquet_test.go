package parquet

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go/compress"

	"signins/writer/parquet/zstd"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 0))
			var batches []*schema.Batch
			for range 1 + random.IntN(4) {
				batches = append(batches, randomBatch(random, 1+random.IntN(90)))
			}
			roundTrip(t, testLimits, batches...)
			roundTrip(t, defaultLimits, batches...)
		})
	}
}

func TestOneRow(t *testing.T) {
	t.Parallel()
	roundTrip(t, defaultLimits, randomBatch(rand.New(rand.NewPCG(1, 1)), 1))
}

func TestWithoutRows(t *testing.T) {
	t.Parallel()
	for _, batches := range [][]*schema.Batch{nil, {{}, {}}} {
		file := roundTrip(t, defaultLimits, batches...)
		if file.NumRows() != 0 || len(file.RowGroups()) != 0 {
			t.Errorf("%d rows in %d row groups", file.NumRows(), len(file.RowGroups()))
		}
		if got := len(file.Schema().Columns()); got != int(schema.NumColumns) {
			t.Errorf("%d columns", got)
		}
	}
}

func TestAllNull(t *testing.T) {
	t.Parallel()
	empty := &schema.Batch{Len: 70}
	full := &schema.Batch{Len: 70}
	for id := range full.Columns {
		if schema.Columns[id].Kind.Coded() {
			full.Columns[id].SetCode(69, schema.Null)
		} else {
			full.Columns[id].SetNum(69, 1)
			full.Columns[id].Clear(69)
		}
	}
	roundTrip(t, testLimits, empty, full)
}

// An empty list, an absent one and one with a null element are three things,
// and so are an empty text and none.
func TestZeroIsNotNull(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 3}
	for id := range b.Columns {
		v := &b.Columns[id]
		switch kind := schema.Columns[id].Kind; {
		case kind.Coded():
			v.SetBytes(0, nil)
			v.SetCode(1, schema.Null)
		default:
			v.SetNum(0, 0)
		}
	}
	b.Columns[schema.Issues].SetBytes(2, schema.AppendList(schema.AppendList(nil, nil, true), nil, false))
	b.Seal()
	_, got := readCells(t, writeFile(t, defaultLimits, b))
	for id := range got {
		want := []string{"0", "null", "null"}
		switch {
		case schema.ColumnID(id) == schema.Issues:
			want = []string{"[]", "null", `[null ""]`}
		case schema.Columns[id].Kind == schema.TextList:
			want[0] = "[]"
		case schema.Columns[id].Kind.Coded():
			want[0] = `""`
		}
		if fmt.Sprint(got[id]) != fmt.Sprint(want) {
			t.Errorf("column %s: %q, want %q", schema.Columns[id].Name, got[id], want)
		}
	}
}

func TestRowGroupsEndAtFixedRows(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(23, 0))
	for _, sizes := range [][]int{{250}, {99, 1, 150}, {1, 1, 248}} {
		t.Run(fmt.Sprint("batches of ", sizes), func(t *testing.T) {
			var batches []*schema.Batch
			for _, size := range sizes {
				batches = append(batches, randomBatch(random, size))
			}
			file := roundTrip(t, testLimits, batches...)
			if got := groupRows(file); fmt.Sprint(got) != "[100 100 50]" {
				t.Errorf("row groups of %v", got)
			}
		})
	}
}

func TestDefaultRowGroups(t *testing.T) {
	t.Parallel()
	const size, total = 9973, 130_000
	var batches []*schema.Batch
	for from := 0; from < total; from += size {
		b := &schema.Batch{Len: min(size, total-from)}
		for row := range b.Len {
			b.Columns[schema.SourceRecord].SetNum(row, int64(from+row))
		}
		batches = append(batches, b)
	}
	data := writeFile(t, defaultLimits, batches...)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if got := groupRows(file); fmt.Sprint(got) != "[122880 7120]" {
		t.Errorf("row groups of %v", got)
	}
	var row int64
	for _, group := range file.RowGroups() {
		values, err := chunkValues(group.ColumnChunks()[schema.SourceRecord])
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			if value.IsNull() || value.Int64() != row {
				t.Fatalf("row %d: %v", row, value)
			}
			row++
		}
	}
	if row != total {
		t.Errorf("%d rows", row)
	}
}

func TestMergesTinyInputs(t *testing.T) {
	t.Parallel()
	var batches []*schema.Batch
	for row := range 1000 {
		b := &schema.Batch{Len: 1}
		b.Columns[schema.ID].SetText(0, fmt.Sprint("record ", row))
		batches = append(batches, b)
	}
	if got := groupRows(roundTrip(t, defaultLimits, batches...)); fmt.Sprint(got) != "[1000]" {
		t.Errorf("row groups of %v", got)
	}
}

// Every codec gives the same values, and the footer names it.
func TestCompressions(t *testing.T) {
	t.Parallel()
	b := randomBatch(rand.New(rand.NewPCG(6, 6)), 150)
	want := new(cells)
	want.add(b)
	for name, codec := range map[string]format.CompressionCodec{"": format.Zstd, "zstd": format.Zstd, "snappy": format.Snappy, "none": format.Uncompressed} {
		t.Run("--compression="+name, func(t *testing.T) {
			t.Parallel()
			o := testOptions
			o.Compression = name
			file, got := readCells(t, writeWith(t, o, testLimits, b))
			sameCells(t, got, want)
			for _, chunk := range file.Metadata().RowGroups[0].Columns {
				if chunk.MetaData.Codec != codec {
					t.Errorf("column %s is %v", chunk.MetaData.PathInSchema, chunk.MetaData.Codec)
				}
			}
		})
	}
}

func TestPageCodecs(t *testing.T) {
	t.Parallel()
	for _, of := range []struct {
		id          schema.ColumnID
		compression string
		encoding    format.Encoding
		want        compress.Codec
	}{
		{schema.ConditionalAccessPolicies, "", format.Plain, zstd.JSON},
		{schema.AuthenticationDetails, "zstd", format.Plain, zstd.JSON},
		{schema.AuthenticationDetails, "zstd", format.RLEDictionary, zstd.Default},
		{schema.AuthenticationDetails, "snappy", format.Plain, &parquet.Snappy},
		{schema.AppDisplayName, "", format.Plain, zstd.Default},
		{schema.CreatedAt, "", format.DeltaBinaryPacked, zstd.Default},
		{schema.CorrelationID, "", format.Plain, zstd.Default},
		{schema.CorrelationID, "none", format.Plain, &parquet.Uncompressed},
	} {
		t.Run(fmt.Sprintf("%s,%s,%s", schema.Columns[of.id].Name, of.compression, of.encoding), func(t *testing.T) {
			s, err := NewSeries(Options{Compression: of.compression})
			if err != nil {
				t.Fatal(err)
			}
			if got := newColumnChunk(s, &s.leaves[of.id]).codecFor(of.encoding); got != of.want {
				t.Errorf("%T", got)
			}
		})
	}
}

// A page of lists ends when its entries are many, however few its rows are.
func TestPagesOfLongLists(t *testing.T) {
	t.Parallel()
	var list []byte
	for i := range 100 {
		list = schema.AppendList(list, fmt.Append(nil, i%7), false)
	}
	b := &schema.Batch{Len: 30}
	for row := range b.Len {
		b.Columns[schema.Issues].SetBytes(row, list)
	}
	chunk := roundTrip(t, testLimits, b).Metadata().RowGroups[0].Columns[schema.Issues]
	if _, coded := dataPages(&chunk); coded < 4 {
		t.Errorf("%d pages for %d entries", coded, chunk.MetaData.NumValues)
	}
}

func groupRows(file *parquet.File) (rows []int64) {
	for _, group := range file.Metadata().RowGroups {
		rows = append(rows, group.NumRows)
	}
	return rows
}

// Pages of all columns end at the same rows, whatever the batches are; big
// values end pages in between.
func TestPagesEndAtFixedRows(t *testing.T) {
	t.Parallel()
	limits := limits{groupRows: 100, pageRows: 30, pageBytes: 1 << 20, dictionaryBytes: 1 << 20}
	random := rand.New(rand.NewPCG(3, 0))
	file := roundTrip(t, limits, randomBatch(random, 17), randomBatch(random, 130), randomBatch(random, 3))
	for g, want := range []string{"[0 30 60 90]", "[0 30]"} {
		for id, chunk := range file.RowGroups()[g].ColumnChunks() {
			index, err := chunk.OffsetIndex()
			if err != nil {
				t.Fatal(err)
			}
			var starts []int64
			for page := range index.NumPages() {
				starts = append(starts, index.FirstRowIndex(page))
			}
			if fmt.Sprint(starts) != want {
				t.Errorf("column %s, row group %d: pages start at %v, want %s", schema.Columns[id].Name, g, starts, want)
			}
		}
	}
}

func TestRaggedColumnIsAnError(t *testing.T) {
	t.Parallel()
	p, err := newWriter(new(bytes.Buffer), testOptions, testLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(&schema.Batch{Len: 10}); err != nil {
		t.Fatal(err)
	}
	if err := p.columns[schema.ErrorCode].writeRows(&schema.Vector{}, 0, 1); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err == nil || !strings.Contains(err.Error(), "error_code") {
		t.Errorf("Close: %v", err)
	}
}

// A dictionary that outgrows its limit once lost the values that followed
// (parquet-go/parquet-go#536).
func TestDictionaryFallbackKeepsEveryValue(t *testing.T) {
	t.Parallel()
	var batches []*schema.Batch
	for i := range 8 {
		b := &schema.Batch{Len: 60}
		for id := range b.Columns {
			if !schema.Columns[id].Kind.Coded() {
				continue
			}
			for row := range b.Len {
				setRandom(rand.New(rand.NewPCG(uint64(i), uint64(60*id+row))), schema.ColumnID(id), &b.Columns[id], row, 100_000)
			}
		}
		b.Seal()
		batches = append(batches, b)
	}
	limits := limits{groupRows: 200, pageRows: 25, pageBytes: 1 << 20, dictionaryBytes: 300}
	file := roundTrip(t, limits, batches...)
	for _, group := range file.Metadata().RowGroups {
		for id := range group.Columns {
			plain, coded := dataPages(&group.Columns[id])
			falls := schema.Columns[id].Kind.Coded() && !distinctColumns[schema.ColumnID(id)]
			if falls && (plain == 0 || coded == 0) {
				t.Errorf("column %s: %d plain pages, %d with dictionary", schema.Columns[id].Name, plain, coded)
			}
		}
	}
}

func dataPages(chunk *format.ColumnChunk) (plain, coded int32) {
	for _, stat := range chunk.MetaData.EncodingStats {
		switch {
		case stat.PageType == format.DictionaryPage:
		case stat.Encoding == format.RLEDictionary:
			coded += stat.Count
		default:
			plain += stat.Count
		}
	}
	return plain, coded
}

func TestLongValues(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 300}
	for _, id := range []schema.ColumnID{schema.UserAgent, schema.Extra, schema.Issues, schema.RawRecord, schema.ID} {
		for row := range b.Len {
			text := []byte(strings.Repeat(fmt.Sprintf("ü%d", row%50), 10_000)[:10_000])
			if schema.Columns[id].Kind == schema.TextList {
				text = schema.AppendList(nil, []byte(strings.ToValidUTF8(string(text), "?")), false)
			} else {
				text = []byte(strings.ToValidUTF8(string(text), "?"))
			}
			b.Columns[id].SetBytes(row, text)
		}
	}
	b.Seal()
	roundTrip(t, defaultLimits, b)
	roundTrip(t, testLimits, b)
}

func TestTimesBeyondNanoseconds(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{}
	for _, text := range []string{
		"0001-01-01T00:00:00Z", "1677-09-21T00:12:43Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z",
		"2262-04-11T23:47:17Z", "9999-12-31T23:59:59.999999Z",
	} {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		b.Columns[schema.CreatedAt].SetNum(b.Len, at.UnixMicro())
		b.Len++
	}
	b.Columns[schema.CreatedAt].SetNum(b.Len, math.MinInt64)
	b.Columns[schema.CreatedAt].SetNum(b.Len+1, math.MaxInt64)
	b.Len += 2
	roundTrip(t, defaultLimits, b)
}

func TestInvalidUTF8IsAnError(t *testing.T) {
	t.Parallel()
	for id := range schema.Columns {
		if column := &schema.Columns[id]; column.Kind.Coded() {
			t.Run(column.Name, func(t *testing.T) { checkRefusesInvalidUTF8(t, schema.ColumnID(id), column.Kind) })
		}
	}
}

func checkRefusesInvalidUTF8(t *testing.T, id schema.ColumnID, kind schema.Kind) {
	b := &schema.Batch{Len: 2}
	bad := []byte("caf\xe9")
	if kind == schema.TextList {
		bad = schema.AppendList(nil, bad, false)
	}
	b.Columns[id].SetBytes(1, bad)
	b.Seal()
	p, err := newWriter(new(bytes.Buffer), testOptions, testLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Abort()
	err = p.Write(b)
	switch {
	case kind == schema.Bytes:
		if err != nil {
			t.Error(err)
		}
	case err == nil || !strings.Contains(err.Error(), schema.Columns[id].Name):
		t.Error(err)
	case p.Write(&schema.Batch{Len: 1}) == nil || p.Close() == nil:
		t.Error("the file goes on after an error")
	}
}

// Values of dropped records stay in the dictionary of the batch.
func TestUnusedValuesAreNotChecked(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 2}
	b.Columns[schema.UserAgent].SetText(0, "good")
	b.Columns[schema.UserAgent].SetText(1, "\xff")
	b.Truncate(1)
	b.Seal()
	roundTrip(t, defaultLimits, b)
}

func TestNumberTooBig(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 1}
	b.Columns[schema.ErrorCode].SetNum(0, 1<<31)
	p, err := newWriter(new(bytes.Buffer), testOptions, testLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(b); err == nil || !strings.Contains(err.Error(), "column error_code: 2147483648") {
		t.Errorf("Write: %v", err)
	}
}

func TestDeterministic(t *testing.T) {
	t.Parallel()
	var sums [5][sha256.Size]byte
	for i := range sums {
		random := rand.New(rand.NewPCG(5, 5))
		sums[i] = sha256.Sum256(writeFile(t, testLimits, randomBatch(random, 70), randomBatch(random, 40), randomBatch(random, 100)))
		if sums[i] != sums[0] {
			t.Errorf("run %d: %x, first %x", i, sums[i], sums[0])
		}
	}
}

func TestLifeCycle(t *testing.T) {
	t.Parallel()
	w, err := NewWriter(new(bytes.Buffer), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(&schema.Batch{Len: 3}); err != nil {
		t.Fatal(err)
	}
	if rows := w.Rows(); rows != 3 {
		t.Errorf("%d rows", rows)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Write(&schema.Batch{Len: 1}) == nil || w.Close() == nil {
		t.Error("a closed writer goes on")
	}
	w.Abort()
	if w, err = NewWriter(new(bytes.Buffer), testOptions); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	w.Abort()
	if w.Write(&schema.Batch{Len: 1}) == nil || w.Close() == nil {
		t.Error("an aborted writer goes on")
	}
}

var errDiskFull = errors.New("disk full")

// A smallDisk fails when it is full.
type smallDisk struct{ free int }

func (d *smallDisk) Write(b []byte) (int, error) {
	n := min(d.free, len(b))
	d.free -= n
	if n < len(b) {
		return n, errDiskFull
	}
	return n, nil
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	b := randomBatch(rand.New(rand.NewPCG(9, 9)), 110)
	size := len(writeFile(t, testLimits, b))
	for free := 0; free < size; free += 1 + size/19 {
		t.Run(fmt.Sprintf("%d of %d bytes", free, size), func(t *testing.T) {
			p, err := newWriter(&smallDisk{free}, testOptions, testLimits)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Abort()
			err = p.Write(b)
			if err == nil {
				err = p.Close()
			}
			if !errors.Is(err, errDiskFull) {
				t.Error(err)
			}
		})
	}
}
