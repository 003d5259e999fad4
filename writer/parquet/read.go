package parquet

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/schema/nested"
)

// A Reader reads the rows of a file that a Writer wrote, of this schema version or an
// earlier one.
type Reader struct {
	file   *parquet.File
	leaves []schema.ColumnID // by index; NumColumns for one that is not read
	lists  map[schema.ColumnID]*unshredder
}

// NewReader returns a reader of a file of that size. Columns with lists of structs, as
// Options.Nested writes, are not read.
func NewReader(file io.ReaderAt, size int64) (*Reader, error) {
	f, err := parquet.OpenFile(file, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	ids := map[string]schema.ColumnID{}
	for id := range schema.NumColumns {
		ids[schema.Columns[id].Name] = id
	}
	r := &Reader{file: f}
	for _, path := range f.Schema().Columns() {
		id, known := ids[path[0]]
		if _, isList := nested.Columns[id]; !known || isList && len(path) > 1 {
			id = schema.NumColumns
		}
		r.leaves = append(r.leaves, id)
	}
	return r, nil
}

// Groups returns the number of row groups.
func (r *Reader) Groups() int { return len(r.file.RowGroups()) }

// Texts yields the value of a column of texts in each row of a row group, nil for
// null. It is valid only until yield returns.
func (r *Reader) Texts(group int, id schema.ColumnID, yield func(row int, text []byte)) (err error) {
	leaf, found := r.file.Schema().Lookup(schema.Columns[id].Name)
	if !found {
		return fmt.Errorf("the file has no column %s", schema.Columns[id].Name)
	}
	pages := r.file.RowGroups()[group].ColumnChunks()[leaf.ColumnIndex].Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	values, row := make([]parquet.Value, 256), 0
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for reader := page.Values(); err == nil; {
			var n int
			n, err = reader.ReadValues(values)
			for _, v := range values[:n] {
				var text []byte
				if !v.IsNull() {
					text = v.ByteArray()
				}
				yield(row, text)
				row++
			}
		}
		if parquet.Release(page); err != io.EOF {
			return err
		}
	}
}

// readRows is how many rows of a group are in memory at once.
const readRows = 256

// Rows yields batches with rows of a row group, which wanted reports of each in their
// order. Their source and its columns are those of the file.
func (r *Reader) Rows(group int, wanted func(row int) bool, yield func(b *schema.Batch) error) (err error) {
	rows := r.file.RowGroups()[group].Rows()
	defer func() { err = errors.Join(err, rows.Close()) }()
	buffer, b := make([]parquet.Row, readRows), new(schema.Batch)
	for at := 0; ; {
		n, err := rows.ReadRows(buffer)
		b.Reset(nil)
		for _, row := range buffer[:n] {
			if wanted(at) {
				r.setRow(b, row)
			}
			at++
		}
		if b.Seal(); b.Len > 0 {
			if err := yield(b); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// ReadNested makes Rows read columns with lists of structs as JSON, from which a Writer
// makes the same structs. The error is about a file whose structs have other members.
func (r *Reader) ReadNested() error {
	r.lists = map[schema.ColumnID]*unshredder{}
	paths := r.file.Schema().Columns()
	for id, m := range nested.Columns {
		name := schema.Columns[id].Name
		first := slices.IndexFunc(paths, func(path []string) bool { return path[0] == name && len(path) > 1 })
		if first < 0 {
			continue
		}
		node, want := r.file.Schema().Fields()[fieldOf(r.file.Schema(), name)], parquet.Optional((*member)(&m).node(id.FieldID()))
		if !parquet.EqualNodes(node, want) {
			return fmt.Errorf("column %s has other members than those of this version", name)
		}
		r.lists[id] = &unshredder{member: (*member)(&m), first: first, leaves: make([][]parquet.Value, (*member)(&m).width())}
	}
	return nil
}

func fieldOf(s *parquet.Schema, name string) int {
	return slices.IndexFunc(s.Fields(), func(f parquet.Field) bool { return f.Name() == name })
}

// setRow adds a row to a batch.
func (r *Reader) setRow(b *schema.Batch, row parquet.Row) {
	for id, list := range r.lists {
		if text := list.text(row); text != nil {
			b.Columns[id].SetBytes(b.Len, text)
		}
	}
	var list []byte
	for i, v := range row {
		id := r.leaves[v.Column()]
		if id == schema.NumColumns {
			continue
		}
		column := &b.Columns[id]
		switch kind := schema.Columns[id].Kind; {
		case kind == schema.TextList:
			if v.DefinitionLevel() >= levelNullElement {
				list = schema.AppendList(list, v.ByteArray(), v.IsNull())
			}
			isLast := i+1 == len(row) || row[i+1].Column() != v.Column()
			if isLast && v.DefinitionLevel() >= levelEmptyList {
				column.SetBytes(b.Len, list)
			}
			if isLast {
				list = list[:0]
			}
		case v.IsNull():
		case kind.Coded():
			column.SetBytes(b.Len, v.ByteArray())
		case kind == schema.Bool:
			column.SetBool(b.Len, v.Boolean())
		case kind == schema.Int32:
			column.SetNum(b.Len, int64(v.Int32()))
		default: // Float64 as its bits
			column.SetNum(b.Len, int64(v.Uint64()))
		}
	}
	b.Len++
}
