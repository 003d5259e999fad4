package parquet

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// SortBytes is about how much memory the rows take that wait to be sorted. A row group
// ends where they need more.
const SortBytes = 96 << 20

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

// collect adds rows to those that wait to be sorted.
func (p *Writer) collect(b *schema.Batch, from, to int) error {
	for p.err == nil && from < to {
		end := min(to, from+p.series.limits.groupRows-p.unsorted.Len)
		rows := make([]int, 0, end-from)
		for row := from; row < end; row++ {
			rows = append(rows, row)
		}
		p.series.appendRows(&p.unsorted, b, rows)
		if from = end; p.unsorted.Len == p.series.limits.groupRows || unsortedBytes(&p.unsorted) > p.series.limits.sortBytes {
			p.err = p.writeSorted()
		}
	}
	return p.err
}

// writeSorted writes the rows that wait, in order, as a row group: its readers skip the
// pages whose bounds do not have what they look for. Row groups are sorted each on its
// own, because their rows are all that is in memory.
func (p *Writer) writeSorted() error {
	const step = 4096
	sorted := &p.series.sorted
	for rows := range slices.Chunk(sortRows(&p.unsorted, p.series.sort), step) {
		sorted.Reset(nil)
		p.series.appendRows(sorted, &p.unsorted, rows)
		sorted.Seal()
		if err := p.series.nested.shredBatch(sorted); err != nil {
			return err
		}
		if err := p.writeRange(sorted, 0, sorted.Len); err != nil {
			return err
		}
	}
	p.unsorted = schema.Batch{} // of a dataset many files are open
	return p.endGroup()
}

// appendRows copies rows of a batch with their values.
func (s *Series) appendRows(to, from *schema.Batch, rows []int) {
	for id := range schema.NumColumns {
		v, w := &from.Columns[id], &to.Columns[id]
		add := w.Dict.Put
		if schema.Columns[id].Kind == schema.JSON { // long texts are worth a look whether they repeat
			add = w.Dict.Add
		}
		s.codes = append(s.codes[:0], make([]schema.Code, int(schema.First)+v.Dict.Len())...)
		for i, row := range rows {
			if code := v.Code(row); code >= schema.First {
				if s.codes[code] < schema.First {
					s.codes[code] = add(v.Dict.Value(code))
				}
				w.SetCode(to.Len+i, s.codes[code])
			}
			if n, set := v.Num(row); set {
				w.SetNum(to.Len+i, n)
			}
		}
	}
	to.Len += len(rows)
}

// unsortedBytes returns about how much memory rows take.
func unsortedBytes(b *schema.Batch) (n int) {
	const entry = 20 // of a dictionary
	for i := range b.Columns {
		v := &b.Columns[i]
		n += 4*len(v.Codes) + 9*len(v.Nums) + v.Dict.Size() + entry*v.Dict.Len()
	}
	return n
}

// sortRows returns the numbers of the rows in the order of columns: texts by their bytes,
// nulls last, equal rows as they came.
func sortRows(b *schema.Batch, by []schema.ColumnID) []int {
	var keys [][]sortKey
	for _, id := range by {
		keys = append(keys, sortKeys(b, id))
	}
	rows := make([]int, b.Len)
	for row := range rows {
		rows[row] = row
	}
	slices.SortFunc(rows, func(x, y int) int {
		for _, column := range keys {
			if c := cmp.Or(cmp.Compare(column[x].null, column[y].null), cmp.Compare(column[x].n, column[y].n)); c != 0 {
				return c
			}
		}
		return x - y
	})
	return rows
}

// A sortKey is a number, or the rank of a text.
type sortKey struct {
	null byte
	n    int64
}

func sortKeys(b *schema.Batch, id schema.ColumnID) []sortKey {
	v, kind := &b.Columns[id], schema.Columns[id].Kind
	ranks := sortedRanks(&v.Dict)
	keys := make([]sortKey, b.Len)
	for row := range keys {
		n, set := v.Num(row)
		if kind == schema.Float64 {
			n = floatKey(n)
		}
		if code := v.Code(row); code >= schema.First {
			n, set = ranks[code-schema.First], true
		}
		if keys[row].n = n; !set {
			keys[row] = sortKey{null: 1}
		}
	}
	return keys
}

// sortedRanks returns the ranks of the values of a dictionary, in which a value may be
// more than once.
func sortedRanks(d *schema.Dict) []int64 {
	codes, ranks, rank := make([]schema.Code, d.Len()), make([]int64, d.Len()), int64(0)
	for i := range codes {
		codes[i] = schema.First + schema.Code(i)
	}
	slices.SortFunc(codes, func(x, y schema.Code) int { return bytes.Compare(d.Value(x), d.Value(y)) })
	for i, code := range codes {
		if i > 0 && !bytes.Equal(d.Value(codes[i-1]), d.Value(code)) {
			rank++
		}
		ranks[code-schema.First] = rank
	}
	return ranks
}
