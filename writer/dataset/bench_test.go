//go:build unix

package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"signins/schema"
)

// BenchmarkDays writes 96,000 sign-ins of 180 days in order of time and shuffled, with
// limits of memory that are a twelfth of the usual ones.
//
//	go test ./writer/dataset -run '^$' -bench BenchmarkDays -benchtime 1x
func BenchmarkDays(b *testing.B) {
	const batches, rows, days = 60, 1600, 180
	for _, order := range []string{"in order", "shuffled"} {
		random := rand.New(rand.NewPCG(1, 0))
		var all []*schema.Batch
		for n := range batches {
			batch := benchBatch(random, rows)
			for row := range rows {
				day := (n*rows + row) * days / (batches * rows)
				if order == "shuffled" {
					day = random.IntN(days)
				}
				batch.Columns[schema.CreatedAt].SetNum(row, int64(day)*microsPerDay+random.Int64N(microsPerDay))
			}
			batch.Seal()
			all = append(all, batch)
		}
		b.Run(order, func(b *testing.B) {
			before, parts, size := cpuSeconds(), 0, int64(0)
			for range b.N {
				path := filepath.Join(b.TempDir(), "lake")
				run := commit(b, path, testOptions, limits{groups: 5 << 20, rows: 3 << 20, metadata: 2 << 20, few: 256}, all)
				parts, size = len(run.Outputs), 0
				for _, out := range run.Outputs {
					size += out.Size
				}
			}
			b.ReportMetric((cpuSeconds()-before)/float64(b.N), "cpu-s/op")
			b.ReportMetric(float64(parts), "parts")
			b.ReportMetric(float64(size)/(1<<20), "MiB")
		})
	}
}

// benchBatch makes records of some 2 KB, with the columns that most exports have.
func benchBatch(random *rand.Rand, rows int) *schema.Batch {
	b := &schema.Batch{Len: rows}
	text := func(row int, values int, id schema.ColumnID, format string) {
		b.Columns[id].SetBytes(row, fmt.Appendf(nil, format, random.IntN(values)))
	}
	for row := range rows {
		for _, id := range []schema.ColumnID{schema.ID, schema.CorrelationID, schema.OriginalRequestID, schema.SessionID} {
			b.Columns[id].SetBytes(row, fmt.Appendf(nil, "%016x-%016x", random.Uint64(), random.Uint64()))
		}
		for id := schema.AppID; id < schema.DeviceTrustType; id++ {
			if schema.Columns[id].Kind == schema.Text {
				text(row, 20, id, "value %d of a column")
			}
		}
		text(row, 3000, schema.UserPrincipalName, "user%d@contoso.example")
		text(row, 3000, schema.IPAddress, "192.0.2.%d")
		b.Columns[schema.ErrorCode].SetNum(row, []int64{0, 0, 0, 50126, 53003}[random.IntN(5)])
		b.Columns[schema.SourceRecord].SetNum(row, int64(row))
		var policies []byte
		for range 5 {
			policies = fmt.Appendf(policies, `,{"id":"policy %d","displayName":"require something of somebody","result":"%d"}`, random.IntN(30), random.IntN(6))
		}
		policies[0] = '['
		b.Columns[schema.ConditionalAccessPolicies].SetBytes(row, append(policies, ']'))
	}
	return b
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
