//go:build unix

package writer

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"signins/schema"
)

// BenchmarkExcel writes the same sign-ins with this writer, all sheets and the
// sign-ins alone, and the sign-ins with the stream writer of excelize. cpu-s/op
// is the measure: this writer compresses in parallel.
//
//	go test ./writer -run '^$' -bench BenchmarkExcel -benchtime 1x
func BenchmarkExcel(b *testing.B) {
	const batches, rows = 20, 2500
	var all []*schema.Batch
	for seed := range uint64(batches) {
		all = append(all, benchBatch(seed, rows))
	}
	for _, of := range []struct {
		name  string
		write func(testing.TB, []*schema.Batch)
	}{
		{"all", func(t testing.TB, batches []*schema.Batch) { benchSignins(t, batches, nil) }},
		{"sign-ins", func(t testing.TB, batches []*schema.Batch) { benchSignins(t, batches, []string{signInSheet}) }},
		{"excelize", benchExcelize},
	} {
		b.Run(of.name, func(b *testing.B) {
			before := cpuSeconds()
			for range b.N {
				of.write(b, all)
			}
			b.ReportMetric((cpuSeconds()-before)/float64(b.N), "cpu-s/op")
			b.ReportMetric(batches*rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func benchSignins(t testing.TB, batches []*schema.Batch, sheets []string) {
	w, err := NewExcel(io.Discard, Options{TempDir: t.TempDir(), Sheets: sheets})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func benchExcelize(t testing.TB, batches []*schema.Batch) {
	f := excelize.NewFile(excelize.Options{TmpDir: t.TempDir()})
	defer f.Close()
	stream, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	millis := formatMillis
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &millis})
	if err != nil {
		t.Fatal(err)
	}
	at, cells := 1, make([]any, schema.NumColumns)
	for _, b := range batches {
		for row := range b.Len {
			for id := range schema.NumColumns {
				cells[id] = benchCell(&b.Columns[id], schema.Columns[id].Kind, row, date)
			}
			if err := stream.SetRow(fmt.Sprint("A", at), cells); err != nil {
				t.Fatal(err)
			}
			at++
		}
	}
	if err := stream.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(io.Discard); err != nil {
		t.Fatal(err)
	}
}

func benchCell(v *schema.Vector, kind schema.Kind, row, date int) any {
	if kind.Coded() {
		if value := v.Value(row); value != nil {
			return string(value)
		}
		return nil
	}
	n, valid := v.Num(row)
	switch {
	case !valid:
		return nil
	case kind == schema.Time:
		return excelize.Cell{StyleID: date, Value: time.UnixMicro(n).UTC()}
	case kind == schema.Bool:
		return n == 1
	case kind == schema.Float64:
		return math.Float64frombits(uint64(n))
	}
	return n
}

// benchBatch returns sign-ins with 60 columns: ids that never repeat, names that
// do, policies that do sometimes, steps that never do.
func benchBatch(seed uint64, rows int) *schema.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	uuid := func() string {
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64N(1<<48))
	}
	return excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) {
		filled := 0
		for id := range c {
			v, kind := &c[id], schema.Columns[id].Kind
			switch {
			case schema.ColumnID(id) == schema.ConditionalAccessPolicies:
				v.SetText(row, fmt.Sprintf(`[{"id":"p","displayName":"Require MFA %d","enforcedGrantControls":["Mfa"],"result":"success","conditionsSatisfied":"application,users"},`+
					`{"id":"q","displayName":"Block legacy %d","enforcedGrantControls":["Block"],"result":"notApplied","conditionsNotSatisfied":"clientType"}]`, r.IntN(40), r.IntN(40)))
			case schema.ColumnID(id) == schema.AuthenticationDetails:
				v.SetText(row, fmt.Sprintf(`[{"authenticationStepDateTime":"2026-05-01T12:%02d:%02d.%06dZ","authenticationMethod":"Password","succeeded":true}]`, r.IntN(60), r.IntN(60), r.IntN(1e6)))
			case filled >= 58:
			case kind == schema.Text && filled%7 == 0:
				v.SetText(row, uuid())
				filled++
			case kind == schema.Text:
				v.SetText(row, fmt.Sprintf("%s %d", schema.Columns[id].Title, r.IntN(200)))
				filled++
			case kind == schema.Int32, kind == schema.Int64:
				v.SetNum(row, int64(r.IntN(500)))
				filled++
			case kind == schema.TextList, kind == schema.JSON, kind == schema.Bytes:
			default:
				setDice(r, v, kind, row)
				filled++
			}
		}
	})
}
