package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// cells are the values of a table as text, column by column: null, a number,
// or quoted text, lists in brackets.
type cells [schema.NumColumns][]string

// add adds the records of a batch.
func (c *cells) add(b *schema.Batch) {
	for id := range c {
		for row := range b.Len {
			c[id] = append(c[id], batchCell(schema.ColumnID(id), &b.Columns[id], row))
		}
	}
}

func batchCell(id schema.ColumnID, v *schema.Vector, row int) string {
	kind := schema.Columns[id].Kind
	switch {
	case !v.Set(row):
		return "null"
	case kind == schema.TextList:
		elements := []string{}
		for element := range schema.List(v.Value(row)) {
			if element == nil {
				elements = append(elements, "null")
			} else {
				elements = append(elements, fmt.Sprintf("%q", element))
			}
		}
		return listCell(elements)
	case kind.Coded():
		return fmt.Sprintf("%q", v.Value(row))
	}
	n, _ := v.Num(row)
	return fmt.Sprint(n)
}

func listCell(elements []string) string {
	return "[" + strings.Join(elements, " ") + "]"
}

// readCells reads a file back.
func readCells(t *testing.T, data []byte) (*parquet.File, *cells) {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := new(cells)
	for _, group := range file.RowGroups() {
		for id, chunk := range group.ColumnChunks() {
			values, err := chunkValues(chunk)
			if err != nil {
				t.Fatalf("column %s: %v", schema.Columns[id].Name, err)
			}
			all[id] = append(all[id], valueCells(schema.ColumnID(id), values)...)
		}
	}
	return file, all
}

// chunkValues returns copies of all values of a column chunk.
func chunkValues(chunk parquet.ColumnChunk) (values []parquet.Value, err error) {
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		read := make([]parquet.Value, page.NumValues())
		n, err := page.Values().ReadValues(read)
		if err != nil && err != io.EOF || n != len(read) {
			return nil, fmt.Errorf("%d of %d values: %w", n, len(read), err)
		}
		for _, value := range read {
			values = append(values, value.Clone())
		}
		parquet.Release(page)
	}
}

func valueCells(id schema.ColumnID, values []parquet.Value) (rows []string) {
	if schema.Columns[id].Kind == schema.TextList {
		return listCells(values)
	}
	for _, value := range values {
		rows = append(rows, valueCell(value))
	}
	return rows
}

func valueCell(value parquet.Value) string {
	switch {
	case value.IsNull():
		return "null"
	case value.Kind() == parquet.ByteArray:
		return fmt.Sprintf("%q", value.ByteArray())
	case value.Kind() == parquet.Boolean:
		return map[bool]string{false: "0", true: "1"}[value.Boolean()]
	case value.Kind() == parquet.Double:
		return fmt.Sprint(int64(math.Float64bits(value.Double())))
	case value.Kind() == parquet.Int32:
		return fmt.Sprint(value.Int32())
	}
	return fmt.Sprint(value.Int64())
}

func listCells(values []parquet.Value) (rows []string) {
	for i := 0; i < len(values); {
		end := i + 1
		for end < len(values) && values[end].RepetitionLevel() > 0 {
			end++
		}
		switch values[i].DefinitionLevel() {
		case 0:
			rows = append(rows, "null")
		case 1:
			rows = append(rows, "[]")
		default:
			elements := []string{}
			for _, value := range values[i:end] {
				elements = append(elements, valueCell(value))
			}
			rows = append(rows, listCell(elements))
		}
		i = end
	}
	return rows
}

// sameCells compares column by column.
func sameCells(t *testing.T, got, want *cells) {
	t.Helper()
	for id := range want {
		if len(got[id]) != len(want[id]) {
			t.Errorf("column %s: %d rows, want %d", schema.Columns[id].Name, len(got[id]), len(want[id]))
			continue
		}
		for row := range want[id] {
			if got[id][row] != want[id][row] {
				t.Errorf("column %s, row %d: %.500s, want %.500s", schema.Columns[id].Name, row, got[id][row], want[id][row])
				break
			}
		}
	}
}

// writeFile writes batches with the limits given and returns the file.
func writeFile(t *testing.T, l limits, batches ...*schema.Batch) []byte {
	t.Helper()
	return writeWith(t, testOptions, l, batches...)
}

func writeWith(t *testing.T, o Options, l limits, batches ...*schema.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	p, err := newWriter(&out, o, l)
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
	return out.Bytes()
}

// roundTrip writes batches, reads them back and compares.
func roundTrip(t *testing.T, l limits, batches ...*schema.Batch) *parquet.File {
	t.Helper()
	want := new(cells)
	for _, b := range batches {
		want.add(b)
	}
	file, got := readCells(t, writeFile(t, l, batches...))
	sameCells(t, got, want)
	return file
}

// newWriter returns a writer with limits of its own.
func newWriter(w io.Writer, o Options, l limits) (*Writer, error) {
	s, err := NewSeries(o)
	if err != nil {
		return nil, err
	}
	s.limits = l
	return s.Create(w), nil
}

var testOptions = Options{ToolVersion: "v1.2.3", CodesTableDate: "2026-11-23"}

// testLimits make files of many small parts.
var testLimits = limits{groupRows: 100, pageRows: 40, pageBytes: 4000, dictionaryBytes: 500}

// randomBatch makes n records. A third of the columns is null throughout, the
// others have few or many different values and now and then null.
func randomBatch(random *rand.Rand, n int) *schema.Batch {
	b := &schema.Batch{Len: n}
	for id := range b.Columns {
		if random.IntN(3) == 0 {
			continue
		}
		variety := 1 + random.IntN(3)*random.IntN(2*n+1)
		for row := range n {
			if random.IntN(4) > 0 {
				setRandom(random, schema.ColumnID(id), &b.Columns[id], row, variety)
			}
		}
	}
	b.Seal()
	return b
}

func setRandom(random *rand.Rand, id schema.ColumnID, v *schema.Vector, row, variety int) {
	n := random.IntN(variety)
	switch kind := schema.Columns[id].Kind; {
	case random.IntN(20) == 0 && kind.Coded():
		v.SetCode(row, schema.Null)
	case kind == schema.TextList:
		var list []byte
		for i := range n % 4 {
			list = schema.AppendList(list, randomText(n+i), (n+i)%5 == 0)
		}
		v.SetBytes(row, list)
	case kind == schema.Bytes:
		v.SetBytes(row, []byte{byte(n), 0xFF, 0, byte(n >> 8)})
	case kind.Coded():
		v.SetBytes(row, randomText(n))
	case kind == schema.Bool:
		v.SetBool(row, n%2 == 1)
	case kind == schema.Float64:
		v.SetNum(row, int64(math.Float64bits(float64(n)/7-3)))
	default:
		v.SetNum(row, int64(n)-3)
	}
}

// randomText is the n-th of many texts, some of them long, none of them empty.
func randomText(n int) []byte {
	switch n % 7 {
	case 0:
		return fmt.Appendf(nil, "value %d", n)
	case 1:
		return fmt.Appendf(nil, "Nguyễn %d 👩‍💻\x00\u202e", n)
	case 2:
		return fmt.Appendf(nil, "%d%s", n, strings.Repeat("é", n%200))
	}
	return fmt.Appendf(nil, `{"n":%d,"list":[1,2,3]}`, n)
}
