package excel

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"signins/schema"
)

// TestBigNumbers writes whole numbers as text that Excel would show rounded.
func TestBigNumbers(t *testing.T) {
	t.Parallel()
	numbers := []int64{1e15, 1e15 - 1, 1<<53 + 1, math.MaxInt64, math.MinInt64, 1 - 1e15, -1e15, 0, -1}
	_, book := writeExcel(t, nil, excelBatch(len(numbers), func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.SourceOffset].SetNum(row, numbers[row])
		c[schema.AutonomousSystemNumber].SetNum(row, numbers[row])
	}))
	for i, row := range book.sheets[SignInSheet].table() {
		want := strconv.FormatInt(numbers[i], 10)
		t.Run(want, func(t *testing.T) {
			shown := len(strings.TrimPrefix(want, "-")) <= 15
			if cell := row["Source offset"]; cell.String() != want || cell.isText == shown {
				t.Errorf("%+v", cell)
			}
			if cell := row["Autonomous system number"]; cell.text != want {
				t.Errorf("%+v", cell)
			}
		})
	}
}

// TestFloats keeps all digits: Excel shows 15 of them, but reads them all.
func TestFloats(t *testing.T) {
	t.Parallel()
	numbers := []float64{47.5, 47.60620880126953, -122.33, 0.1, 1.0 / 3, 2.0 / 3, 1e-7}
	want := []string{"47.5", "47.60620880126953", "-122.33", "0.1", "0.3333333333333333", "0.6666666666666666", "0.0000001"}
	_, book := writeExcel(t, nil, excelBatch(len(numbers), func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.LocationLatitude].SetNum(row, int64(math.Float64bits(numbers[row])))
	}))
	for i, row := range book.sheets[SignInSheet].table() {
		t.Run(want[i], func(t *testing.T) {
			if got := row["Location latitude"].number; got != want[i] {
				t.Error(got)
			}
		})
	}
}

// TestDates writes UTC whatever the zone of the machine: as Excel's serial
// number and as text in full precision.
func TestDates(t *testing.T) {
	local := time.Local
	time.Local = time.FixedZone("elsewhere", 5*3600)
	defer func() { time.Local = local }()
	cases := []struct {
		micros, nanos int64
		serial, iso   string
	}{
		{time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC).UnixMicro(), -1, "46143.5", "2026-05-01T12:00:00Z"},
		{time.Date(2026, 5, 1, 6, 0, 0, 0, time.UTC).UnixMicro(), 0, "46143.25", "2026-05-01T06:00:00Z"},
		{time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), -1, "61", "1900-03-01T00:00:00Z"},
		{time.Date(9999, 12, 31, 12, 0, 0, 0, time.UTC).UnixMicro(), -1, "2958465.5", "9999-12-31T12:00:00Z"},
		{time.Date(2026, 5, 1, 18, 0, 0, 123456e3, time.UTC).UnixMicro(), 700, "46143.750001423614", "2026-05-01T18:00:00.1234567Z"},
		// Cut, not rounded into the next day.
		{time.Date(2026, 5, 1, 23, 59, 59, 999999e3, time.UTC).UnixMicro(), 999, "46143.999999988424", "2026-05-01T23:59:59.999999999Z"},
		// Not dates of Excel.
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), -1, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{time.Date(1900, 2, 28, 0, 0, 0, 0, time.UTC).UnixMicro(), -1, "1900-02-28T00:00:00Z", "1900-02-28T00:00:00Z"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), -1, "10000-01-01T00:00:00Z", "10000-01-01T00:00:00Z"},
	}
	_, book := writeExcel(t, nil, excelBatch(len(cases), func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.CreatedAt].SetNum(row, cases[row].micros)
		if n := cases[row].nanos; n >= 0 {
			c[schema.CreatedAtRemainderNS].SetNum(row, n)
		}
	}))
	rows := map[string]map[string]readCell{}
	for _, row := range book.sheets[SignInSheet].table() {
		rows[row[TimeTitle].text] = row
	}
	for i := range cases {
		row := rows[cases[i].iso]
		t.Run(cases[i].iso, func(t *testing.T) {
			date := row["Date (UTC)"]
			if date.String() != cases[i].serial || row[TimeTitle].text != cases[i].iso {
				t.Errorf("%s, %s; want %s", date, row[TimeTitle], cases[i].serial)
			}
			if format := book.format(t, date.style); format != "yyyy-mm-dd hh:mm:ss.000" {
				t.Errorf("format %q", format)
			}
		})
	}
}
