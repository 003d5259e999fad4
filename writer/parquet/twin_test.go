package parquet

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/parquet/zstd"
)

// A twin writes the same tables as Parquet with the library alone, value by value
// through WriteRowValues: a second opinion on the values, and a measure of what it
// costs to hash every one of them.
type twin struct {
	file   *parquet.GenericWriter[any]
	limits limits
	group  int
	values []parquet.Value
}

func newTwin(w io.Writer, l limits) *twin {
	options := append(metadata(testOptions), Schema(false),
		parquet.Compression(zstd.Default),
		parquet.DataPageVersion(1),
		parquet.DataPageStatistics(false),
		parquet.PageBufferSize(l.pageBytes),
		parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.RLEDictionary),
		parquet.DictionaryMaxBytes(int64(l.dictionaryBytes)))
	return &twin{file: parquet.NewGenericWriter[any](w, options...), limits: l}
}

func (w *twin) write(b *schema.Batch) error {
	for from := 0; from < b.Len; {
		to := min(b.Len, from+w.limits.groupRows-w.group)
		for id, out := range w.file.ColumnWriters() {
			w.values = w.values[:0]
			for row := from; row < to; row++ {
				w.values = appendValues(w.values, schema.ColumnID(id), &b.Columns[id], row)
			}
			if _, err := out.WriteRowValues(w.values); err != nil {
				return err
			}
		}
		if w.group += to - from; w.group == w.limits.groupRows {
			w.group = 0
			if err := w.file.Flush(); err != nil {
				return err
			}
		}
		from = to
	}
	return nil
}

// appendValues appends the values of a row, one unless it is a list.
func appendValues(values []parquet.Value, id schema.ColumnID, v *schema.Vector, row int) []parquet.Value {
	kind, column := schema.Columns[id].Kind, int(id)
	if !v.Set(row) {
		return append(values, parquet.NullValue().Level(0, 0, column))
	}
	if kind != schema.TextList {
		return append(values, oneValue(kind, v, row).Level(0, 1, column))
	}
	start := len(values)
	for text := range schema.List(v.Value(row)) {
		value := parquet.NullValue().Level(min(1, len(values)-start), 2, column)
		if text != nil {
			value = parquet.ByteArrayValue(text).Level(min(1, len(values)-start), 3, column)
		}
		values = append(values, value)
	}
	if len(values) == start {
		values = append(values, parquet.NullValue().Level(0, 1, column))
	}
	return values
}

func oneValue(kind schema.Kind, v *schema.Vector, row int) parquet.Value {
	n, _ := v.Num(row)
	switch kind {
	case schema.Bool:
		return parquet.BooleanValue(n != 0)
	case schema.Int32:
		return parquet.Int32Value(int32(n))
	case schema.Float64:
		return parquet.DoubleValue(math.Float64frombits(uint64(n)))
	case schema.Int64, schema.Time:
		return parquet.Int64Value(n)
	}
	return parquet.ByteArrayValue(v.Value(row))
}

// The library and the assembly of row groups from dictionary codes write the
// same tables in the same schema.
func TestEqualsItsTwin(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 77))
			var batches []*schema.Batch
			for range 1 + random.IntN(5) {
				batches = append(batches, randomBatch(random, 1+random.IntN(120)))
			}
			checkEqualsTwin(t, batches)
		})
	}
}

func checkEqualsTwin(t *testing.T, batches []*schema.Batch) {
	var out bytes.Buffer
	w := newTwin(&out, testLimits)
	for _, b := range batches {
		if err := w.write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.file.Close(); err != nil {
		t.Fatal(err)
	}
	library, want := readCells(t, out.Bytes())
	own, got := readCells(t, writeFile(t, testLimits, batches...))
	sameCells(t, got, want)
	if o, l := own.Schema().String(), library.Schema().String(); o != l {
		t.Fatalf("schema\n%s\nwant\n%s", o, l)
	}
}

func BenchmarkWriter(b *testing.B) {
	p, err := newWriter(io.Discard, testOptions, defaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	benchmarkRows(b, p.Write, p.Close)
}

func BenchmarkTwin(b *testing.B) {
	w := newTwin(io.Discard, defaultLimits)
	benchmarkRows(b, w.write, w.file.Close)
}

func benchmarkRows(b *testing.B, write func(*schema.Batch) error, end func() error) {
	random := rand.New(rand.NewPCG(1, 0))
	var batches []*schema.Batch
	for range 8 {
		batches = append(batches, signIns(random, 1024))
	}
	b.ReportAllocs()
	rows := 0
	for i := 0; b.Loop(); i++ {
		batch := batches[i%len(batches)]
		if err := write(batch); err != nil {
			b.Fatal(err)
		}
		rows += batch.Len
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	if err := end(); err != nil {
		b.Fatal(err)
	}
}
