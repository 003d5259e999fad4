package parquet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// ParseSort returns the columns of a list such as user_principal_name,created_at. The
// error names what is no column to sort by.
func ParseSort(list string) (columns []schema.ColumnID, err error) {
	for name := range strings.SplitSeq(list, ",") {
		id := schema.ColumnID(slices.IndexFunc(schema.Columns[:], func(c schema.Column) bool { return c.Name == strings.TrimSpace(name) }))
		switch {
		case id < 0:
			return nil, fmt.Errorf("%q is not a column", name)
		case !hasBounds(schema.Columns[id].Kind):
			return nil, fmt.Errorf("%s is %s, which has no order", name, schema.Columns[id].Kind)
		case slices.Contains(columns, id):
			return nil, fmt.Errorf("%s is there twice", name)
		}
		columns = append(columns, id)
	}
	return columns, nil
}

// FormatSort returns the list that ParseSort reads, "" for no columns.
func FormatSort(columns []schema.ColumnID) string {
	var names []string
	for _, id := range columns {
		names = append(names, schema.Columns[id].Name)
	}
	return strings.Join(names, ",")
}

// sortingColumns returns what a row group says about its order: ascending, nulls last.
func (s *Series) sortingColumns() (list []format.SortingColumn) {
	for _, id := range s.sort {
		leaf := slices.IndexFunc(s.leaves, func(l leaf) bool { return l.id == id })
		list = append(list, format.SortingColumn{ColumnIdx: int32(leaf)})
	}
	return list
}
