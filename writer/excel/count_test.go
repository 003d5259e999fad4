package excel

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signins/schema"
)

// TestCodesBounded sums codes beyond the bound in one line.
func TestCodesBounded(t *testing.T) {
	t.Parallel()
	counts := newCounts()
	records := make([]signIn, 1000)
	for n := range (maxErrorCodes + 2000) / len(records) {
		for i := range records {
			records[i] = signIn{"denied", "adfs", "failure", int64(n*len(records) + i), 2, false, 0}
		}
		counts.addBatch(signInBatch(records...))
	}
	if len(counts.codes.byCode) != maxErrorCodes || counts.codes.other.sums.total() != 4000 {
		t.Errorf("%d codes, others %+v", len(counts.codes.byCode), counts.codes.other)
	}
}

// TestCountsBounded counts names up to the bounds and adds up the others.
func TestCountsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a limit, and takes a minute under the race detector")
	}
	t.Parallel()
	var names nameCounts
	pairs := pairSet{}
	var codeUsers distinctCount
	for n := range (maxPairs + 2000) / 1000 {
		b := excelBatch(1000, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.UserPrincipalName].SetText(row, fmt.Sprintf("user%d@contoso.example", (n*1000+row)%(maxNames+1000)))
		})
		names.setBatch(b)
		for row := range b.Len {
			r := countedRow{b: b, row: row, n: 1}
			names.addRow(&r)
			pairs.countPair(&codeUsers, n%5, r.names[users])
		}
	}
	var counted verdictSums
	for _, name := range names.kinds[users].names {
		counted.addSums(&name.sums)
	}
	uncounted := names.kinds[users].uncounted.total()
	all := int64((maxPairs + 2000) / 1000 * 1000)
	if names.names.n != maxNames || counted.total()+uncounted != all || uncounted == 0 {
		t.Errorf("%d names, %d counted, %d not counted", names.names.n, counted.total(), uncounted)
	}
	if text := codeUsers.cell(0).text; !strings.HasPrefix(text, "at least ") {
		t.Errorf("users %q", text)
	}
}

// TestTimeline sums by the unit that fits, without losing a sign-in.
func TestTimeline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ first, last, unit string }{
		"days":   {"2026-05-01", "2026-05-31", "day"},
		"weeks":  {"2026-05-01", "2026-07-31", "week"},
		"months": {"2024-05-01", "2026-07-31", "month"},
		"years":  {"1970-01-01", "2026-07-31", "year"},
	} {
		t.Run(name, func(t *testing.T) {
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
				t.Errorf("%d bars by %s with %d sign-ins", len(bars), unit.name, sums.total())
			}
		})
	}
}

// TestSignInTypes has the types of the schema, in its order.
func TestSignInTypes(t *testing.T) {
	t.Parallel()
	if len(signInTypes) != len(schema.Categories) {
		t.Fatalf("%d types", len(signInTypes))
	}
	for i, category := range schema.Categories {
		if signInTypes[i].category != category {
			t.Errorf("type %d is %s, want %s", i, signInTypes[i].category, category)
		}
	}
}
