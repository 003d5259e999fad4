package parquet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// Every row group says by which columns its rows are sorted, ascending and nulls last, in
// flat and nested files, and in those without it nothing.
func TestSortingColumns(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"", "user_principal_name", "source_record,user_principal_name,location_latitude"} {
		for _, nested := range []bool{false, true} {
			o := testOptions
			o.Nested = nested
			if list != "" {
				by, err := ParseSort(list)
				if err != nil || FormatSort(by) != list {
					t.Fatalf("%s is read as %v, %v", list, by, err)
				}
				o.Sort = by
			}
			b := randomBatch(rand.New(rand.NewPCG(9, 4)), testLimits.groupRows+1)
			if nested {
				b.Columns[schema.Extra] = schema.Vector{} // has values that are no JSON
				for id := range NestedMembers() {
					b.Columns[id] = schema.Vector{}
				}
			}
			data := writeWith(t, o, testLimits, b)
			file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
			if err != nil || len(file.RowGroups()) != 2 {
				t.Fatal(len(file.RowGroups()), err)
			}
			for _, group := range file.Metadata().RowGroups {
				var stated []string
				for _, column := range group.SortingColumns {
					if stated = append(stated, group.Columns[column.ColumnIdx].MetaData.PathInSchema[0]); column.Descending || column.NullsFirst {
						t.Errorf("%+v", column)
					}
				}
				if got := strings.Join(stated, ","); got != list {
					t.Errorf("nested %t: stated %s, want %s", nested, got, list)
				}
			}
		}
	}
}

// A reader that looks for a user reads one page of six instead of all where rows come
// sorted.
func TestSortPrunesPages(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 9))
	l := defaultLimits
	l.pageRows = 500
	for sorted, want := range map[bool]int{false: 6, true: 1} {
		users := make([]int, 3000)
		for row := range users {
			users[row] = random.IntN(1000)
		}
		if sorted {
			slices.Sort(users)
		}
		b := &schema.Batch{Len: len(users)}
		for row, user := range users {
			b.Columns[schema.UserPrincipalName].SetText(row, fmt.Sprintf("user%04d@contoso.example", user))
		}
		data := writeWith(t, testOptions, l, b)
		file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		index, err := file.RowGroups()[0].ColumnChunks()[schema.UserPrincipalName].ColumnIndex()
		if err != nil {
			t.Fatal(err)
		}
		read, user := 0, "user0400@contoso.example"
		for page := range index.NumPages() {
			if string(index.MinValue(page).ByteArray()) <= user && user <= string(index.MaxValue(page).ByteArray()) {
				read++
			}
		}
		if read != want {
			t.Errorf("sorted %t: %d pages are read", sorted, read)
		}
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
