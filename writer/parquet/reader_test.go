package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"signins/schema"
)

// TestReader reads back what a Writer wrote: all values of all kinds, of the rows that
// are wanted and no others.
func TestReader(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	batches := []*schema.Batch{randomBatch(random, 700), randomBatch(random, 90)}
	isWanted := func(row int) bool { return row%7 != 3 }
	var want cells
	at := 0
	for _, b := range batches {
		var rows []int
		for row := range b.Len {
			// Row groups have 100 rows, and wanted counts within one.
			if isWanted(at % testLimits.groupRows) {
				rows = append(rows, row)
			}
			at++
		}
		picked := new(schema.Batch)
		b.PickInto(picked, rows)
		want.add(picked)
	}
	data := writeFile(t, testLimits, batches...)
	r, err := NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var got cells
	for group := range r.Groups() {
		err := errors.Join(err, r.Rows(group, isWanted, func(b *schema.Batch) error {
			got.add(b)
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
	}
	for id := range got {
		if fmt.Sprint(got[id]) != fmt.Sprint(want[id]) {
			t.Errorf("column %s: %.300q, want %.300q", schema.Columns[id].Name, got[id], want[id])
		}
	}
}

// TestReaderTexts reads one column of texts, in all rows.
func TestReaderTexts(t *testing.T) {
	t.Parallel()
	b := randomBatch(rand.New(rand.NewPCG(7, 8)), 1000)
	data := writeFile(t, testLimits, b)
	r, err := NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []schema.ColumnID{schema.ID, schema.SignInCategory} {
		at := 0
		for group := range r.Groups() {
			err := r.Texts(group, id, func(row int, text []byte) {
				if want := b.Columns[id].Value(at); !bytes.Equal(text, want) || (text == nil) != (want == nil) || row != at%testLimits.groupRows {
					t.Errorf("%s of row %d: %q, want %q", schema.Columns[id].Name, at, text, want)
				}
				at++
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if at != b.Len {
			t.Errorf("%d rows", at)
		}
	}
}

// TestReaderNested leaves lists of structs out.
func TestReaderNested(t *testing.T) {
	t.Parallel()
	b := randomBatch(rand.New(rand.NewPCG(9, 10)), 50)
	var file bytes.Buffer
	w, err := NewWriter(&file, Options{Nested: true})
	if err == nil {
		err = errors.Join(w.Write(b), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	err = r.Rows(0, func(int) bool { return true }, func(got *schema.Batch) error {
		for id := range got.Columns {
			if schema.ColumnID(id) == schema.Extra {
				continue // it has what the lists have no member for
			}
			_, isNested := NestedMembers()[schema.ColumnID(id)]
			for row := range b.Len {
				want := batchCell(schema.ColumnID(id), &b.Columns[id], row)
				if isNested {
					want = "null"
				}
				if cell := batchCell(schema.ColumnID(id), &got.Columns[id], row); cell != want {
					t.Fatalf("%s: %s, want %s", schema.Columns[id].Name, cell, want)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
