package codes

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"signins/schema"
)

// A row gives values to columns: text, list of text ([]string), whole number,
// bool, or null for a field that is there and empty. Columns that a row leaves
// out are absent from its record.
type row map[schema.ColumnID]any

type null struct{}

// batch makes a batch of rows of a source without a category.
func batch(rows ...row) *schema.Batch {
	b := &schema.Batch{Source: &schema.Source{Path: "export", Format: "test"}, Len: len(rows)}
	for i, r := range rows {
		for id, value := range r {
			put(&b.Columns[id], i, value)
		}
	}
	return b
}

func put(v *schema.Vector, i int, value any) {
	switch value := value.(type) {
	case null:
		v.SetCode(i, schema.Null)
	case string:
		v.SetText(i, value)
	case []string:
		var list []byte
		for _, element := range value {
			list = schema.AppendList(list, []byte(element), false)
		}
		v.SetBytes(i, list)
	case int:
		v.SetNum(i, int64(value))
	case bool:
		v.SetBool(i, value)
	default:
		panic(fmt.Sprintf("a value of type %T", value))
	}
}

// derived are the columns that annotating fills.
var derived = []schema.ColumnID{
	schema.SignInCategory, schema.CategoryBasis, schema.SignInCount, schema.RowKind,
	schema.SignInStatus, schema.StatusBasis, schema.ErrorName, schema.ErrorCategory, schema.ErrorMeaning, schema.ErrorRemediation, schema.ErrorTags, schema.ErrorKnown,
	schema.IsPassthrough, schema.PassthroughBasis, schema.AccessVerdict,
	schema.IsCrossTenant, schema.CrossTenantDirection, schema.IsCAEToken,
}

// value returns the value of a column as a row has it, nil for null.
func value(b *schema.Batch, id schema.ColumnID, i int) any {
	v := &b.Columns[id]
	if !v.Set(i) {
		return nil
	}
	n, _ := v.Num(i)
	switch schema.Columns[id].Kind {
	case schema.Text, schema.JSON:
		return string(v.Value(i))
	case schema.TextList:
		var list []string
		for element := range schema.List(v.Value(i)) {
			list = append(list, string(element))
		}
		return list
	case schema.Bool:
		return n == 1
	}
	return int(n)
}

// checkRow compares the derived columns of a row; what want leaves out must be
// null.
func checkRow(t *testing.T, name string, b *schema.Batch, i int, want row) {
	t.Helper()
	for _, id := range derived {
		if got := value(b, id, i); fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want[id]) {
			t.Errorf("%s: %s = %#v, want %#v", name, schema.Columns[id].Name, got, want[id])
		}
	}
	for id := range want {
		if !slices.Contains(derived, id) {
			t.Errorf("%s: %s is not derived", name, schema.Columns[id].Name)
		}
	}
}

func checkWarnings(t *testing.T, name string, b *schema.Batch, want schema.Tally) {
	t.Helper()
	if !maps.Equal(b.Warnings, want) {
		t.Errorf("%s: warnings %v, want %v", name, b.Warnings, want)
	}
}

// with returns a row with more or other values.
func (r row) with(more row) row {
	sum := maps.Clone(r)
	maps.Copy(sum, more)
	return sum
}
