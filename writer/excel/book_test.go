package excel

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"signins/schema"
)

// TestJoinCRC compares joined checksums with those of the whole.
func TestJoinCRC(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		first, second := make([]byte, r.IntN(1000)), make([]byte, r.IntN(5000))
		for _, part := range [][]byte{first, second} {
			for i := range part {
				part[i] = byte(r.Uint32())
			}
		}
		want := crc32.ChecksumIEEE(append(first[:len(first):len(first)], second...))
		if got := joinCRC(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(second), int64(len(second))); got != want {
			t.Fatalf("%d and %d bytes: %x, want %x", len(first), len(second), got, want)
		}
	}
}

// TestSharedStrings shares texts that repeat and not those that do not,
// and gives them back either way.
func TestSharedStrings(t *testing.T) {
	var batches []*schema.Batch
	for n := range 10 {
		batches = append(batches, excelBatch(1000, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.ID].SetText(row, fmt.Sprintf(" id %d_x0041_", n*1000+row))
			c[schema.AppDisplayName].SetText(row, fmt.Sprintf("app %d & <Söhne>\r\n", row%50))
		}))
	}
	x, book := writeExcel(t, nil, batches...)
	for i, row := range book.sheets[signInSheet].table() {
		if id, app := row["Request ID"].text, row["Application"].text; id != fmt.Sprintf(" id %d_x0041_", i) || app != fmt.Sprintf("app %d & <Söhne>\r\n", i%1000%50) {
			t.Fatalf("row %d: %q, %q", i, id, app)
		}
	}
	if n := x.parts.book.texts.dict.Len(); n < 50 || n > 6000 {
		t.Errorf("%d shared texts", n)
	}
}

// TestWorkers writes the same bytes with any number of processors.
func TestWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		var out bytes.Buffer
		x, _ := newTestExcel(t, &out, nil)
		for seed := range uint64(12) {
			if err := x.Write(diceBatch(seed, 300)); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = out.Bytes()
		}
		if !bytes.Equal(first, out.Bytes()) {
			t.Errorf("%d processors make other bytes", n)
		}
	}
}

// TestFullSheet writes six rows more than a sheet holds.
func TestFullSheet(t *testing.T) {
	if testing.Short() {
		t.Skip("a million rows")
	}
	const rows = maxPageRows + 6
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	for done := 0; done < rows; {
		n := min(8192, rows-done)
		if err := x.Write(excelBatch(n, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.SourceRecord].SetNum(row, int64(done+row+1))
		})); err != nil {
			t.Fatal(err)
		}
		done += n
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]int{"xl/worksheets/sheet2.xml": {1048576, 1048575}, "xl/worksheets/sheet3.xml": {7, rows}} {
		part, err := archive.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		last := text[bytes.LastIndex(text, []byte("<row ")):]
		cell := fmt.Sprintf(`<row r="%d"><c r="`, want[0])
		value := regexp.MustCompile(`<v>(\d+)</v>`).FindSubmatch(last)
		if !bytes.HasPrefix(last, []byte(cell)) || string(value[1]) != strconv.Itoa(want[1]) || bytes.Count(text, []byte("<row ")) != want[0] {
			t.Errorf("%s ends in %s", name, last[:200])
		}
	}
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

// TestMemoryDoesNotGrow holds no more after many rows than after some.
func TestMemoryDoesNotGrow(t *testing.T) {
	w, err := NewWriter(io.Discard, Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	seed := uint64(0)
	live := func(batches int) int64 {
		for range batches {
			seed++
			if err := w.Write(benchBatch(seed, 1000)); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	early, late := live(12), live(24)
	if grown := late - early; grown > 8<<20 {
		t.Errorf("%d bytes more after 36,000 records than after 12,000", grown)
	}
}

// TestCountsBounded says so where more names are seen than are counted.
func TestCountsBounded(t *testing.T) {
	names := nameCount{column: schema.UserPrincipalName, budget: &nameBudget{}}
	pairs := pairSet{}
	var codeUsers distinctCount
	for n := range (maxPairs + 2000) / 1000 {
		b := excelBatch(1000, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.UserPrincipalName].SetText(row, fmt.Sprintf("user%d@contoso.example", (n*1000+row)%(maxNames+1000)))
		})
		names.setBatch(b)
		for row := range b.Len {
			id := names.add(b, row, 0, 1)
			codeUsers.add(pairs.add(n%5, id))
		}
	}
	var counted verdictSums
	for i := range names.sums {
		counted.addSums(&names.sums[i])
	}
	all := int64((maxPairs + 2000) / 1000 * 1000)
	if len(names.names) != maxNames || counted.total()+names.uncounted.total() != all || names.uncounted.total() == 0 {
		t.Errorf("%d names, %d counted, %d not counted", len(names.names), counted.total(), names.uncounted.total())
	}
	if text := codeUsers.cell(0).text; !strings.HasPrefix(text, "at least ") {
		t.Errorf("users %q", text)
	}
}

// TestGaps tells of missing types, shorter spans and quiet days.
func TestGaps(t *testing.T) {
	day := func(n int) int64 { return time.Date(2026, 5, n, 12, 0, 0, 0, time.UTC).UnixMicro() }
	var rows []struct {
		category string
		day      int
	}
	for d := 1; d <= 20; d++ {
		for range 12 {
			if d != 7 && d != 8 {
				rows = append(rows, struct {
					category string
					day      int
				}{schema.InteractiveUser, d})
			}
			if d > 15 {
				rows = append(rows, struct {
					category string
					day      int
				}{schema.NonInteractiveUser, d})
			}
		}
	}
	_, book := writeExcel(t, nil, excelBatch(len(rows), func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.SignInCategory].SetText(row, rows[row].category)
		c[schema.CreatedAt].SetNum(row, day(rows[row].day))
	}))
	all := strings.Join(book.sheets[summarySheet].texts(), "\n")
	for _, want := range []string{
		"There are no sign-ins of these types: service principal, managed identity.",
		"Non-interactive user sign-ins cover only 2026-05-16 to 2026-05-20, while all cover 2026-05-01 to 2026-05-20.",
		"Interactive user sign-ins: none on 2 of the days from 2026-05-01 to 2026-05-20, the first 2026-05-07.",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q", want)
		}
	}
}

// TestTimeline sums by the unit that fits, without losing a sign-in.
func TestTimeline(t *testing.T) {
	for name, test := range map[string]struct{ first, last, unit string }{
		"days":   {"2026-05-01", "2026-05-31", "day"},
		"weeks":  {"2026-05-01", "2026-07-31", "week"},
		"months": {"2024-05-01", "2026-07-31", "month"},
		"years":  {"1970-01-01", "2026-07-31", "year"},
	} {
		counts := newCounts()
		counts.addBatch(excelBatch(2, func(row int, c *[schema.NumColumns]schema.Vector) {
			at, _ := time.Parse(time.DateOnly, []string{test.first, test.last}[row])
			c[schema.CreatedAt].SetNum(row, at.UnixMicro())
		}))
		bars, unit := counts.times.timeline()
		var sums verdictSums
		for _, bar := range bars {
			sums.addSums(&bar.sums)
		}
		if unit.name != test.unit || sums.total() != 2 || len(bars) > 60 {
			t.Errorf("%s: %d bars by %s with %d sign-ins", name, len(bars), unit.name, sums.total())
		}
	}
}

// TestFarDates keeps the days of a month when few dates are wrong, says how
// many are left out, and finds no gap in between.
func TestFarDates(t *testing.T) {
	far := []string{"1970-01-01", "2019-03-01", "2099-12-31"}
	_, book := writeExcel(t, nil, excelBatch(93, func(row int, c *[schema.NumColumns]schema.Vector) {
		at := time.Date(2026, 5, 1+row%30, 12, 0, 0, 0, time.UTC)
		if row >= 90 {
			at, _ = time.Parse(time.DateOnly, far[row-90])
		}
		c[schema.CreatedAt].SetNum(row, at.UnixMicro())
		c[schema.SignInCategory].SetText(row, schema.InteractiveUser)
	}))
	sheet := book.sheets[summarySheet]
	if line := sheet.line(t, "30 May"); line[3] != "3" {
		t.Errorf("%q", line)
	}
	all := strings.Join(sheet.texts(), "\n")
	for _, want := range []string{
		"Sign-ins per day (UTC)", "in none of these lines: 3.", "Sign-ins more than 60 days before or after all others: 3.", "Events from 1970-01-01",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(all, "These days were quiet") {
		t.Error("days between far-off dates are gaps")
	}
}
