// Package interop reads what the program writes with readers that share no
// code with it. It is a module of its own, so that the program does not depend
// on them.
package interop

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	format "github.com/apache/arrow-go/v18/parquet/schema"

	"signins/schema"
	"signins/writer/parquet"
)

var shapes = map[string]shape{
	"no rows":         {rows: 0, batch: 1},
	"one row":         {rows: 1, batch: 1, filled: 1},
	"one null row":    {rows: 1, batch: 1},
	"a thousand rows": {rows: 1000, batch: 77, filled: 0.7},
	"mostly null":     {rows: 3000, batch: 1000, filled: 0.01},
	"two row groups":  {rows: 130_000, batch: 4096, filled: 0.5, columns: 8},
}

func TestArrowReadsEveryValue(t *testing.T) {
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "signins.parquet")
			batches := shape.batches(1)
			write(t, path, batches)
			table := read(t, path)
			defer table.Release()
			if table.NumRows() != int64(shape.rows) {
				t.Fatalf("%d rows, want %d", table.NumRows(), shape.rows)
			}
			compare(t, table, batches)
		})
	}
}

// Numbers and texts have every encoding that there is for their type, and an encoding
// with dictionary gives way to one without within a row group.
func TestArrowReadsEveryEncoding(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signins.parquet")
	batches := shape{rows: 130_000, batch: 4096, filled: 0.9, numbers: true}.batches(2)
	write(t, path, batches)
	table := read(t, path)
	defer table.Release()
	compare(t, table, batches)
	source, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	found := map[string]bool{}
	for id := range schema.Columns {
		chunk, err := source.MetaData().RowGroup(0).ColumnChunk(id)
		if err != nil {
			t.Fatal(err)
		}
		encodings := fmt.Sprint(chunk.Encodings()[1:]) // behind RLE, that of levels
		found[chunk.Type().String()+encodings] = true
	}
	// PLAIN is the encoding of dictionary pages, too.
	for _, want := range []string{"INT32[RLE_DICTIONARY DELTA_BINARY_PACKED PLAIN]", "INT32[DELTA_BINARY_PACKED]", "INT64[RLE_DICTIONARY DELTA_BINARY_PACKED PLAIN]", "INT64[DELTA_BINARY_PACKED]",
		"BYTE_ARRAY[DELTA_LENGTH_BYTE_ARRAY]", "DOUBLE[RLE_DICTIONARY PLAIN]", "DOUBLE[PLAIN]", "BOOLEAN[PLAIN]"} {
		if !found[want] {
			t.Errorf("no column of %s in %v", want, found)
		}
	}
}

// Fields and the elements of lists have the field ids of the contract, flat and nested,
// and created_by names application and version.
func TestArrowFindsFieldIDs(t *testing.T) {
	for _, nested := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "signins.parquet")
		writeWith(t, path, parquet.Options{Nested: nested, ToolVersion: "v1.2.3"}, []*schema.Batch{{Len: 1}})
		source, err := file.OpenParquetFile(path, false)
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		if by := source.WriterVersion(); by.App != "signins" || by.Build != "2" || by.Version.Major != 1 || by.Version.Minor != 2 || by.Version.Patch != 3 {
			t.Errorf("written by %+v", by)
		}
		root, elements := source.MetaData().Schema.Root(), 0
		for i := range root.NumFields() {
			field := root.Field(i)
			if field.FieldID() != int32(schema.ColumnID(i).FieldID()) {
				t.Errorf("%s has field id %d", field.Name(), field.FieldID())
			}
			if list, ok := field.(*format.GroupNode); ok {
				element := list.Field(0).(*format.GroupNode).Field(0)
				if elements++; element.FieldID() != int32(schema.ElementFieldID(i+1)) {
					t.Errorf("elements of %s have field id %d", field.Name(), element.FieldID())
				}
			}
		}
		if elements < 5 {
			t.Errorf("%d lists", elements)
		}
	}
}

func write(t *testing.T, path string, batches []*schema.Batch) {
	t.Helper()
	writeWith(t, path, parquet.Options{}, batches)
}

func writeWith(t *testing.T, path string, o parquet.Options, batches []*schema.Batch) {
	t.Helper()
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parquet.NewWriter(out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := p.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) arrow.Table {
	t.Helper()
	source, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	reader, err := pqarrow.NewFileReader(source, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := reader.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func compare(t *testing.T, table arrow.Table, batches []*schema.Batch) {
	t.Helper()
	if table.NumCols() != int64(schema.NumColumns) {
		t.Fatalf("%d columns, want %d", table.NumCols(), schema.NumColumns)
	}
	for id := range schema.Columns {
		column, field := &schema.Columns[id], table.Schema().Field(id)
		if want := arrowTypes[column.Kind]; field.Name != column.Name || !arrow.TypeEqual(field.Type, want) || !field.Nullable {
			t.Errorf("column %d is %v, want %s: %v, nullable", id, field, column.Name, want)
			continue
		}
		if err := compareColumn(table.Column(id).Data(), schema.ColumnID(id), batches); err != nil {
			t.Errorf("column %s: %v", column.Name, err)
		}
	}
}

var arrowTypes = map[schema.Kind]arrow.DataType{
	schema.Text:     arrow.BinaryTypes.String,
	schema.Bool:     arrow.FixedWidthTypes.Boolean,
	schema.Int32:    arrow.PrimitiveTypes.Int32,
	schema.Int64:    arrow.PrimitiveTypes.Int64,
	schema.Float64:  arrow.PrimitiveTypes.Float64,
	schema.Time:     &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	schema.TextList: arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.BinaryTypes.String, Nullable: true}),
	schema.JSON:     arrow.BinaryTypes.String,
	schema.Bytes:    arrow.BinaryTypes.Binary,
}

func compareColumn(data *arrow.Chunked, id schema.ColumnID, batches []*schema.Batch) error {
	row, nulls := 0, 0
	chunk, in := 0, 0
	for _, b := range batches {
		v := &b.Columns[id]
		for i := range b.Len {
			for in == data.Chunk(chunk).Len() {
				chunk, in = chunk+1, 0
			}
			want := wanted(schema.Columns[id].Kind, v, i)
			if want == "null" {
				nulls++
			}
			if got := cell(data.Chunk(chunk), in); got != want {
				return fmt.Errorf("row %d: %.200s, want %.200s", row, got, want)
			}
			row, in = row+1, in+1
		}
	}
	if data.Len() != row || data.NullN() != nulls {
		return fmt.Errorf("%d values, %d null, want %d, %d", data.Len(), data.NullN(), row, nulls)
	}
	return nil
}

// wanted is a value as text, made from the batch.
func wanted(kind schema.Kind, v *schema.Vector, row int) string {
	n, _ := v.Num(row)
	switch {
	case !v.Set(row):
		return "null"
	case kind == schema.TextList:
		list := "list:"
		for element := range schema.List(v.Value(row)) {
			if element == nil {
				list += " null"
			} else {
				list += fmt.Sprintf(" %q", element)
			}
		}
		return list
	case kind.Coded():
		return fmt.Sprintf("%q", v.Value(row))
	}
	return fmt.Sprint(n)
}

// cell is a value as text, made from what was read.
func cell(values arrow.Array, i int) string {
	if values.IsNull(i) {
		return "null"
	}
	switch values := values.(type) {
	case *array.List:
		list := "list:"
		from, to := values.ValueOffsets(i)
		for e := int(from); e < int(to); e++ {
			list += " " + cell(values.ListValues(), e)
		}
		return list
	case *array.String:
		return fmt.Sprintf("%q", values.Value(i))
	case *array.Binary:
		return fmt.Sprintf("%q", values.Value(i))
	case *array.Boolean:
		return map[bool]string{false: "0", true: "1"}[values.Value(i)]
	case *array.Int32:
		return fmt.Sprint(values.Value(i))
	case *array.Int64:
		return fmt.Sprint(values.Value(i))
	case *array.Timestamp:
		return fmt.Sprint(int64(values.Value(i)))
	case *array.Float64:
		return fmt.Sprint(int64(math.Float64bits(values.Value(i))))
	}
	return fmt.Sprintf("an unexpected %T", values)
}

// Nested columns are lists of structs to others, too.
func TestArrowReadsNestedColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nested.parquet")
	b := &schema.Batch{Len: 4}
	b.Columns[schema.ConditionalAccessPolicies].SetText(1, `[{"id":"a","enforcedGrantControls":["Mfa",null],"includeRulesSatisfied":[{"ruleSatisfied":"all"}]},{"id":"b"}]`)
	b.Columns[schema.ConditionalAccessPolicies].SetText(2, `[]`)
	b.Columns[schema.AuthenticationDetails].SetText(3, `[{"succeeded":true},null]`)
	b.Seal()
	writeWith(t, path, parquet.Options{Nested: true}, []*schema.Batch{b})
	table := read(t, path)
	defer table.Release()
	for id, want := range map[schema.ColumnID][]string{
		schema.ConditionalAccessPolicies: {"null", `[{"conditions_not_satisfied":null,"conditions_satisfied":null,"display_name":null,"enforced_grant_controls":["Mfa",null],` +
			`"enforced_session_controls":null,"exclude_rules_satisfied":null,"id":"a","include_rules_satisfied":[{"conditional_access_condition":null,"rule_satisfied":"all"}],` +
			`"result":null,"session_controls_not_satisfied":null},{"conditions_not_satisfied":null,"conditions_satisfied":null,"display_name":null,"enforced_grant_controls":null,` +
			`"enforced_session_controls":null,"exclude_rules_satisfied":null,"id":"b","include_rules_satisfied":null,"result":null,"session_controls_not_satisfied":null}]`, "[]", "null"},
		schema.AuthenticationDetails: {"null", "null", "null", `[{"authentication_method":null,"authentication_method_detail":null,"authentication_step_date_time":null,` +
			`"authentication_step_requirement":null,"authentication_step_result_detail":null,"request_sequence":null,"status_sequence":null,"succeeded":true},null]`},
	} {
		chunk := table.Column(int(id)).Data().Chunk(0)
		for row := range want {
			text, err := json.Marshal(chunk.GetOneForMarshal(row))
			if err != nil || string(text) != want[row] {
				t.Errorf("column %s, row %d: %v, %s\nwant %s", schema.Columns[id].Name, row, err, text, want[row])
			}
		}
	}
}
