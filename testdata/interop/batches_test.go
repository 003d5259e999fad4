package interop

import (
	"fmt"
	"math"
	"math/rand/v2"

	"signins/schema"
)

// A shape says what a file holds: how many rows, in batches of what size, and
// in which share of the cells there is a value.
type shape struct {
	rows, batch int
	filled      float64
	columns     int  // columns that have values at all; 0: all
	numbers     bool // only they have values
}

// batches makes the records of a shape, the same for the same seed.
func (s shape) batches(seed uint64) []*schema.Batch {
	random := rand.New(rand.NewPCG(seed, uint64(s.rows)))
	var batches []*schema.Batch
	for from := 0; from < s.rows; from += s.batch {
		b := &schema.Batch{Len: min(s.batch, s.rows-from)}
		for id := range b.Columns {
			if s.numbers && schema.Columns[id].Kind.Coded() {
				continue
			}
			if s.columns > 0 && id%(int(schema.NumColumns)/s.columns) > 0 {
				continue
			}
			for row := range b.Len {
				if random.Float64() < s.filled {
					set(random, schema.ColumnID(id), &b.Columns[id], row, from+row)
				} else if schema.Columns[id].Kind.Coded() && random.IntN(2) == 0 {
					b.Columns[id].SetCode(row, schema.Null)
				}
			}
		}
		b.Seal()
		batches = append(batches, b)
	}
	return batches
}

// set sets the value of a row; nth counts the rows of all batches.
func set(random *rand.Rand, id schema.ColumnID, v *schema.Vector, row, nth int) {
	switch schema.Columns[id].Kind {
	case schema.Bool:
		v.SetBool(row, random.IntN(2) == 1)
	case schema.Int32:
		v.SetNum(row, int64(int32(number(random, id, nth))))
	case schema.Float64:
		v.SetNum(row, int64(math.Float64bits(float(random, id))))
	case schema.Int64, schema.Time:
		v.SetNum(row, number(random, id, nth))
	case schema.TextList:
		var list []byte
		for range random.IntN(5) {
			list = schema.AppendList(list, text(random), random.IntN(4) == 0)
		}
		v.SetBytes(row, list)
	case schema.Bytes:
		raw := make([]byte, random.IntN(50))
		for i := range raw {
			raw[i] = byte(random.Uint32())
		}
		v.SetBytes(row, raw)
	case schema.JSON:
		v.SetText(row, fmt.Sprintf(`{"n":%d,"text":%q}`, random.IntN(1000), text(random)))
	default:
		v.SetBytes(row, text(random))
	}
}

// number returns one of few numbers, a number that grows with nth, or any number,
// by column. One of few numbers becomes a growing one behind many rows.
func number(random *rand.Rand, id schema.ColumnID, nth int) int64 {
	extremes := []int64{0, 1, -1, math.MinInt32, math.MaxInt32, math.MinInt64, math.MaxInt64, -62135596800000000}
	switch {
	case id%3 == 0 && nth < 50_000:
		return extremes[random.IntN(len(extremes))]
	case id%3 < 2:
		return int64(nth)*40 + random.Int64N(50)
	case random.IntN(4) == 0:
		return extremes[random.IntN(len(extremes))]
	}
	return random.Int64N(1 << 40)
}

// float returns one of few numbers or one of many, by column.
func float(random *rand.Rand, id schema.ColumnID) float64 {
	extremes := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64}
	if id%2 == 0 || random.IntN(4) == 0 {
		return extremes[random.IntN(len(extremes))]
	}
	return 180 * random.Float64()
}

// text is one of few or one of many, now and then empty or long.
func text(random *rand.Rand) []byte {
	switch random.IntN(40) {
	case 0:
		return []byte{}
	case 1:
		long := make([]rune, random.IntN(3000))
		for i := range long {
			long[i] = letters[random.IntN(len(letters))]
		}
		return []byte(string(long))
	case 2, 3, 4, 5, 6, 7, 8:
		return fmt.Appendf(nil, "%08x-Nguyễn-%d", random.Uint32(), random.IntN(10))
	}
	return fmt.Appendf(nil, "value %c %d", letters[random.IntN(len(letters))], random.IntN(30))
}

var letters = []rune("aZ09 \x00\t\n\"\\=@éß\u202e\ufeff\ufffd日本👩\U0010ffff")
