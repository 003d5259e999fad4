package parquet

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// sortBatches returns batches whose rows have numbers, in their order, in source_record,
// and few different users, codes, latitudes and flags, some of them null.
func sortBatches(random *rand.Rand, rows ...int) (batches []*schema.Batch) {
	number := int64(0)
	for _, n := range rows {
		b := randomBatch(random, n)
		for _, id := range []schema.ColumnID{schema.UserPrincipalName, schema.ErrorCode, schema.LocationLatitude, schema.IsRisky, schema.SourceRecord} {
			b.Columns[id] = schema.Vector{}
		}
		for row := range n {
			number++
			b.Columns[schema.SourceRecord].SetNum(row, number)
			if random.IntN(5) > 0 {
				b.Columns[schema.UserPrincipalName].SetText(row, strings.Repeat("ü", random.IntN(3))+fmt.Sprint("user", random.IntN(12)))
			}
			if random.IntN(5) > 0 {
				b.Columns[schema.ErrorCode].SetNum(row, int64(random.IntN(7)-3))
			}
			if random.IntN(5) > 0 {
				b.Columns[schema.LocationLatitude].SetNum(row, int64(math.Float64bits(float64(random.IntN(7)-3)/2)))
			}
			if random.IntN(5) > 0 {
				b.Columns[schema.IsRisky].SetBool(row, random.IntN(2) > 0)
			}
		}
		b.Seal()
		batches = append(batches, b)
	}
	return batches
}

// order compares values as the footer states it: ascending, nulls last.
func order(x, y parquet.Value) int {
	switch {
	case x.IsNull() || y.IsNull():
		return cmp.Compare(fmt.Sprint(x.IsNull()), fmt.Sprint(y.IsNull()))
	case x.Kind() == parquet.ByteArray:
		return bytes.Compare(x.ByteArray(), y.ByteArray())
	case x.Kind() == parquet.Double:
		return cmp.Compare(x.Double(), y.Double())
	case x.Kind() == parquet.Boolean:
		return cmp.Compare(fmt.Sprint(x.Boolean()), fmt.Sprint(y.Boolean()))
	}
	return cmp.Compare(intOf(x), intOf(y))
}

// The rows of each row group are in the order that the footer states, equal ones as they
// came, and every row has the values that it had.
func TestSort(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"user_principal_name", "error_code,user_principal_name", "location_latitude,is_risky", "is_risky,location_latitude,error_code"} {
		by, err := ParseSort(list)
		if err != nil || FormatSort(by) != list {
			t.Fatalf("%s is read as %v, %v", list, by, err)
		}
		for _, nested := range []bool{false, true} {
			t.Run(fmt.Sprint(list, nested), func(t *testing.T) {
				t.Parallel()
				batches := sortBatches(rand.New(rand.NewPCG(9, 4)), 1, 90, 130, 7)
				o := testOptions
				if o.Sort = by; nested {
					o.Nested = true
					for _, b := range batches {
						b.Columns[schema.Extra] = schema.Vector{} // has values that are no JSON
						for id := range NestedMembers() {
							b.Columns[id] = schema.Vector{}
							b.Columns[id].Fill(b.Len, fmt.Sprintf(`[{"id":"%d"}]`, b.Len))
						}
					}
				}
				l := testLimits
				l.sortBytes = 1 << 30
				checkSorted(t, writeWith(t, o, l, batches...), by, 3)
				if !nested {
					checkSameRows(t, writeWith(t, o, l, batches...), batches)
				}
			})
		}
	}
}

func checkSorted(t *testing.T, data []byte, by []schema.ColumnID, groups int) {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(file.RowGroups()); n != groups {
		t.Errorf("%d row groups, want %d", n, groups)
	}
	for g, group := range file.RowGroups() {
		var columns [][]parquet.Value
		for i, id := range append(slices.Clone(by), schema.SourceRecord) {
			leaf, _ := file.Schema().Lookup(schema.Columns[id].Name)
			values, err := chunkValues(group.ColumnChunks()[leaf.ColumnIndex])
			if err != nil {
				t.Fatal(err)
			}
			columns = append(columns, values)
			stated := file.Metadata().RowGroups[g].SortingColumns
			if len(stated) != len(by) {
				t.Fatalf("%d sorting columns", len(stated))
			}
			if i < len(by) && (int(stated[i].ColumnIdx) != leaf.ColumnIndex || stated[i].Descending || stated[i].NullsFirst) {
				t.Errorf("sorting column %d is %+v, want column %d", i, stated[i], leaf.ColumnIndex)
			}
		}
		for row := 1; row < len(columns[0]); row++ {
			c := 0
			for i := 0; i < len(columns) && c == 0; i++ {
				c = order(columns[i][row-1], columns[i][row])
			}
			if c >= 0 {
				t.Fatalf("row group %d: rows %d and %d are not in order", g, row-1, row)
			}
		}
	}
}

// checkSameRows compares every row with the one of its number.
func checkSameRows(t *testing.T, data []byte, batches []*schema.Batch) {
	t.Helper()
	want := new(cells)
	for _, b := range batches {
		want.add(b)
	}
	_, got := readCells(t, data)
	rows := map[string]int{}
	for row, number := range want[schema.SourceRecord] {
		rows[fmt.Sprint(number)] = row
	}
	for row, number := range got[schema.SourceRecord] {
		before, found := rows[fmt.Sprint(number)]
		if delete(rows, fmt.Sprint(number)); !found {
			t.Fatalf("row %d has number %v", row, number)
		}
		for id := range want {
			if got[id][row] != want[id][before] {
				t.Fatalf("column %s, row %v: %.300v, want %.300v", schema.Columns[id].Name, number, got[id][row], want[id][before])
			}
		}
	}
	if len(rows) > 0 {
		t.Errorf("%d rows are missing", len(rows))
	}
}

// Rows that take too much memory end a row group, and so does Shrink: what waits is in
// the memory that a writer reports, and among its rows.
func TestSortIsBounded(t *testing.T) {
	t.Parallel()
	o, l := testOptions, testLimits
	o.Sort, l.groupRows, l.sortBytes = []schema.ColumnID{schema.UserAgent}, 1_000_000, 100_000
	b := &schema.Batch{Len: 50}
	for row := range b.Len {
		b.Columns[schema.UserAgent].SetText(row, strings.Repeat(fmt.Sprint(row%10), 1000))
		b.Columns[schema.Extra].SetText(row, `{"a":"`+strings.Repeat("b", 100_000)+`"}`) // of many rows, but one text
		b.Columns[schema.SourceRecord].SetNum(row, int64(row))
	}
	var out bytes.Buffer
	p, err := newWriter(&out, o, l)
	if err != nil {
		t.Fatal(err)
	}
	write := func() {
		if err := p.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	write()
	write()
	if p.Rows() != 100 || len(p.groups) != 2 {
		t.Errorf("%d rows in %d row groups", p.Rows(), len(p.groups))
	}
	p.series.limits.sortBytes = 10_000_000
	write()
	group, _, _ := p.MemoryUse()
	if p.Rows() != 150 || len(p.groups) != 2 || group < 110_000 || group > 150_000 {
		t.Errorf("%d rows in %d row groups, %d bytes", p.Rows(), len(p.groups), group)
	}
	if err := p.Shrink(); err != nil || len(p.groups) != 3 {
		t.Errorf("%d row groups, %v", len(p.groups), err)
	}
	if group, _, _ := p.MemoryUse(); group > 0 {
		t.Errorf("%d bytes remain", group)
	}
	write()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || file.NumRows() != 200 || len(file.RowGroups()) != 4 {
		t.Errorf("%d rows, %v", file.NumRows(), err)
	}
}

// What is wrong with a row is an error, whenever it is found.
func TestSortRefusesBadText(t *testing.T) {
	t.Parallel()
	o := testOptions
	o.Sort, o.Nested = []schema.ColumnID{schema.ID}, true
	for _, id := range []schema.ColumnID{schema.UserAgent, schema.AuthenticationDetails} {
		b := &schema.Batch{Len: 1}
		b.Columns[id].SetBytes(0, []byte("\xff"))
		p, err := newWriter(new(bytes.Buffer), o, defaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if err := cmp.Or(p.Write(b), p.Close()); err == nil || !strings.Contains(err.Error(), schema.Columns[id].Name) {
			t.Errorf("error %v", err)
		}
		if err := p.Close(); err == nil {
			t.Error("the file was completed")
		}
	}
}

// A reader that looks for a user reads one page of six instead of all.
func TestSortPrunesPages(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 9))
	b := &schema.Batch{Len: 3000}
	for row := range b.Len {
		b.Columns[schema.UserPrincipalName].SetText(row, fmt.Sprintf("user%04d@contoso.example", random.IntN(1000)))
	}
	l := defaultLimits
	l.pageRows = 500
	read := map[bool]int{}
	for _, sorted := range []bool{false, true} {
		o := testOptions
		if sorted {
			o.Sort = []schema.ColumnID{schema.UserPrincipalName}
		}
		data := writeWith(t, o, l, b)
		file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		index, err := file.RowGroups()[0].ColumnChunks()[schema.UserPrincipalName].ColumnIndex()
		if err != nil {
			t.Fatal(err)
		}
		for page := range index.NumPages() {
			user := "user0400@contoso.example"
			if string(index.MinValue(page).ByteArray()) <= user && user <= string(index.MaxValue(page).ByteArray()) {
				read[sorted]++
			}
		}
	}
	if read[false] != 6 || read[true] != 1 {
		t.Errorf("%v pages are read, sorted or not", read)
	}
}

func TestParseSortRefuses(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"": `"" is not a column`, "id,nothing": `"nothing" is not a column`, "extra": "extra is json, which has no order", "error_tags": "list of text", "raw_record": "bytes", "id,created_at,id": "id is there twice",
	} {
		if columns, err := ParseSort(list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v", list, columns, err)
		}
	}
	if columns, err := ParseSort("id, created_at"); err != nil || !slices.Equal(columns, []schema.ColumnID{schema.ID, schema.CreatedAt}) {
		t.Errorf("%v, %v", columns, err)
	}
}
