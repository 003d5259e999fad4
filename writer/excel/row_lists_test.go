package excel

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// A readList is a list as readValue returns it: in a line, and the cells of each element.
type readList struct {
	short string
	lines [][]cell
}

// readValue reads the list in a value as a listEncoder does.
func (k *listKind) readValue(value []byte, s *cellStyles) (l readList) {
	e := &listEncoder{kind: k, styles: s, cache: elementCache{kind: k, limit: maxElementBytes}, lines: &packedLines{}}
	if !e.readList(value) {
		cells := make([]cell, len(k.columns))
		cells[0], cells[len(cells)-1] = cell{style: s.text, text: "(not readable, see further members)"}, cell{style: s.text, text: string(value)}
		return readList{"(not readable)", [][]cell{cells}}
	}
	for i, element := range e.elements {
		cells := slices.Clone(element.cells)
		cells[k.number] = countCell(s.whole, int64(i+1))
		if date, _, dated := k.cutDate(e.json[i]); dated {
			cells[k.number+1] = k.dateCell(string(date), s)
		}
		l.lines = append(l.lines, cells)
	}
	l.short = string(k.short(nil, e.elements))
	return l
}

// Of a long list nothing in a line is kept; of the short elements beside a long one all is.
func TestLongLinesAreReleased(t *testing.T) {
	t.Parallel()
	x, _ := newTestExcel(t, &bytes.Buffer{}, nil)
	b := &schema.Batch{Source: &schema.Source{}, Len: 1, Seen: 1}
	b.Columns[schema.AuthenticationDetails].SetText(0, `[{"authenticationMethod":"`+strings.Repeat("x", longLine)+`","succeeded":true},{"authenticationMethod":"Password","succeeded":true}]`)
	b.Seal()
	if err := x.Write(b); err != nil {
		t.Fatal(err)
	}
	steps := x.parts.rows.steps
	if cap(steps.line) > 0 || len(steps.elements) != 2 || steps.elements[0].word != "" || steps.elements[1].word != "Password: succeeded" {
		t.Errorf("a line of %d bytes, %d elements", cap(steps.line), len(steps.elements))
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

// Workbooks have the same bytes with elements from a cache, from one that is always full,
// and without one: also where texts stop to be shared, as the first ones no longer repeat.
func TestElementsFromCacheHaveTheSameCells(t *testing.T) {
	t.Parallel()
	write := func(limit int) []byte {
		var out bytes.Buffer
		x, _ := newTestExcel(t, &out, nil)
		x.parts.rows.policies.cache.limit, x.parts.rows.steps.cache.limit = limit, limit
		for b := range 6 {
			if err := x.Write(listBatch(b)); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	want := readParts(t, write(-1)).parts
	for _, limit := range []int{3000, maxElementBytes} {
		got := readParts(t, write(limit)).parts
		for name := range want {
			if !bytes.Equal(got[name], want[name]) {
				t.Errorf("limit %d: %s differs", limit, name)
			}
		}
	}
	all := slices.Concat(slices.Collect(maps.Values(want))...)
	for _, text := range []string{"<is><t>Detail 3", `"further":"&lt;1&gt;"`, "no date", "(not readable)"} {
		if !bytes.Contains(all, []byte(text)) {
			t.Errorf("no %s", text)
		}
	}
}

// listBatch returns sign-ins with lists whose elements repeat. Details of steps repeat
// in the first batches alone.
func listBatch(n int) *schema.Batch {
	return excelBatch(1000, func(row int, c *[schema.NumColumns]schema.Vector) {
		at := n*1000 + row
		detail := strconv.Itoa(at % 5)
		if n > 0 && at%4 != 0 {
			detail = strconv.Itoa(at)
		}
		date := fmt.Sprintf("2026-05-01T08:%02d:%02d.%03dZ", at/60%60, at%60, at%1000)
		switch at % 40 {
		case 1:
			date = "no date"
		case 2:
			date = ""
		case 3:
			date = `\u0032026-05-01`
		}
		steps := fmt.Sprintf(`[{"authenticationStepDateTime":"%s","authenticationMethod":"Password","authenticationMethodDetail":"Detail %s","succeeded":%t},`, date, detail, at%3 == 0) +
			fmt.Sprintf(`{"authenticationMethod":"SMS","AuthenticationStepDateTime":"%s","further":"<%d>"},{"authenticationStepDateTime":"%s","authenticationStepDateTime":"%[1]s"}]`, date, at%3, date)
		policies := fmt.Sprintf(`[{"id":"p%d","displayName":"Policy %[1]d","result":"%s"},{"id":"q","result":"notApplied","other":%d},{"id":"q","result":"notApplied","other":%[3]d}]`,
			at%7, []string{"success", "failure", "notApplied"}[at%3], at%2)
		switch at % 50 {
		case 7:
			policies = strings.Replace(policies, `"other"`, `"\ud800"`, 1)
		case 8:
			policies = strconv.Quote(policies)
		case 9:
			policies = "{}"
		}
		c[schema.AuthenticationDetails].SetText(row, steps)
		c[schema.ConditionalAccessPolicies].SetText(row, policies)
	})
}

// A cache holds no more than its limit, and no long elements.
func TestElementCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := elementCache{kind: &policyLists, limit: 100_000}
	s := &cellStyles{}
	for i := range 2000 {
		text := fmt.Sprintf(`{"id":"%d","displayName":"%s"}`, i, strings.Repeat("x", i%900))
		if e := c.read([]byte(text), s); e == nil || e != c.read([]byte(text), s) {
			t.Fatalf("element %d is not the one that was read", i)
		}
		size := 0
		for key := range c.elements {
			size += 2*len(key) + elementOverhead
		}
		if size != c.size || size > c.limit {
			t.Fatalf("%d bytes, counted %d, after %d elements", size, c.size, i+1)
		}
	}
	long := fmt.Appendf(nil, `{"id":"%s"}`, strings.Repeat("x", maxElementText))
	if c.read(long, s); c.elements[string(long)] != nil {
		t.Error("a long element was kept")
	}
}
