//go:build unix

package excel

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"signins/schema"
	"signins/testdata/fixture"
)

// BenchmarkExcel writes the same sign-ins with this writer and with the stream
// writer of excelize, which writes no Summary and no other sheet of sums.
//
//	go test ./writer/excel -run '^$' -bench BenchmarkExcel -benchtime 1x
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
		{"signins", benchSignins},
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

func benchSignins(t testing.TB, batches []*schema.Batch) {
	w, err := NewWriter(io.Discard, Options{TempDir: t.TempDir()})
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

// benchExcelize writes the sheets of rows with the same cells: the sign-ins, their
// policies and their steps. All else is little beside them.
func benchExcelize(t testing.TB, batches []*schema.Batch) {
	f := excelize.NewFile(excelize.Options{TmpDir: t.TempDir()})
	defer f.Close()
	var styles cellStyles
	if err := styles.addTo(f); err != nil {
		t.Fatal(err)
	}
	signIns := &plainSheet{t: t, f: f, name: "Sheet1"}
	lists := map[*listKind]*plainSheet{
		&policyLists: {t: t, f: f, name: policySheet}, &stepLists: {t: t, f: f, name: stepSheet},
	}
	for _, b := range batches {
		for row := range b.Len {
			var cells []any
			for id := range schema.NumColumns {
				cells = append(cells, benchCell(&b.Columns[id], id, row, &styles))
			}
			if at, valid := b.Columns[schema.CreatedAt].Num(row); valid {
				cells = append(cells, excelize.Cell{StyleID: styles.text, Value: isoTime(at)})
			}
			for kind, sheet := range lists {
				l := kind.readValue(b.Columns[kind.source].Value(row), &styles)
				cells = append(cells, excelize.Cell{StyleID: styles.text, Value: l.short})
				for _, line := range l.lines {
					sheet.writeLine(b, row, line, &styles)
				}
			}
			signIns.write(cells)
		}
	}
	for _, sheet := range []*plainSheet{signIns, lists[&policyLists], lists[&stepLists]} {
		if err := sheet.stream.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Write(io.Discard); err != nil {
		t.Fatal(err)
	}
}

// A plainSheet is a sheet of excelize's stream writer.
type plainSheet struct {
	t      testing.TB
	f      *excelize.File
	name   string
	stream *excelize.StreamWriter
	rows   int
}

func (p *plainSheet) write(cells []any) {
	var err error
	if p.stream == nil {
		if _, err = p.f.NewSheet(p.name); err == nil {
			p.stream, err = p.f.NewStreamWriter(p.name)
		}
	}
	if err == nil {
		p.rows++
		err = p.stream.SetRow(fmt.Sprint("A", p.rows), cells)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// writeLine writes a policy or a step behind what tells of its sign-in.
func (p *plainSheet) writeLine(b *schema.Batch, row int, line []cell, s *cellStyles) {
	var cells []any
	for _, id := range signInColumns {
		cells = append(cells, benchCell(&b.Columns[id], id, row, s))
	}
	for _, c := range line {
		switch n, err := strconv.ParseFloat(c.number, 64); {
		case err == nil:
			cells = append(cells, excelize.Cell{StyleID: c.style, Value: n})
		case c.text != "":
			cells = append(cells, excelize.Cell{StyleID: c.style, Value: c.text})
		default:
			cells = append(cells, nil)
		}
	}
	p.write(cells)
}

func benchCell(v *schema.Vector, id schema.ColumnID, row int, s *cellStyles) any {
	kind := schema.Columns[id].Kind
	if kind.Coded() {
		if value := v.Value(row); value != nil {
			return excelize.Cell{StyleID: s.text, Value: string(value)}
		}
		return nil
	}
	n, valid := v.Num(row)
	switch {
	case !valid:
		return nil
	case kind == schema.Time:
		return excelize.Cell{StyleID: s.date, Value: time.UnixMicro(n).UTC()}
	case kind == schema.Bool:
		return excelize.Cell{StyleID: s.text, Value: strconv.FormatBool(n == 1)}
	case kind == schema.Float64:
		return excelize.Cell{StyleID: s.decimal, Value: math.Float64frombits(uint64(n))}
	}
	return excelize.Cell{StyleID: s.whole, Value: n}
}

// BenchmarkEntities counts the entities of a million sign-ins: 100,000 addresses, and
// users and sessions as named.
func BenchmarkEntities(b *testing.B) {
	for _, c := range []struct{ users, sessions int }{{5_000, 50_000}, {50_000, 300_000}} {
		b.Run(fmt.Sprintf("users=%d/sessions=%d", c.users, c.sessions), func(b *testing.B) {
			const rows = 4096
			for b.Loop() {
				b.StopTimer()
				before, cpu := fixture.Heap(), 0.0
				e := newEntities()
				for _, k := range []*entityKind{userLines, addressLines, applicationLines, sessionLines, tenantLines} {
					e.add(k)
				}
				r := rand.New(rand.NewPCG(1, 2))
				for range 1_000_000 / rows {
					batch := manyBatch(r, rows, c.users, 100_000, c.sessions)
					start := cpuSeconds()
					e.addBatch(batch, noSteps())
					cpu += cpuSeconds() - start
				}
				b.ReportMetric(float64(fixture.Heap()-before)/(1<<20), "MiB")
				b.ReportMetric(float64(maxEntries-e.room), "entries")
				b.ReportMetric(cpu, "cpu-s/Mrow")
				runtime.KeepAlive(e)
				b.StartTimer()
			}
		})
	}
}
