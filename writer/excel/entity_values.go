package excel

import (
	"math"

	"signins/schema"
)

// Bounds of the distinct values that lines of people, addresses and others name.
const (
	maxUsers      = 100_000
	maxAddresses  = 100_000
	maxSessions   = 300_000
	maxValues     = 100_000  // of each other kind
	maxValueBytes = 32 << 20 // of all their texts
)

// uncounted is the number of values beyond the bounds.
const uncounted = 1<<valueBits - 1

// A valueTable numbers the distinct values of something from 1, in the order of their
// first row. 0 is none.
type valueTable struct {
	dict   schema.Dict // of packed texts, those of the column after the first behind 0xFE and its number
	max    int
	room   *int        // bytes, shared with other tables
	labels [][]latest  // for each column of labels, by number-1
	texts  *valueTable // has the labels
}

// latest is the value of the latest row that has one.
type latest struct {
	at    int64
	value uint32
}

// fromColumn marks texts of a key's second column: UTF-8 has no such byte.
const fromColumn = 0xFE

// number returns the number of a text in one of the columns that are the key.
func (t *valueTable) number(column int, text []byte) uint32 {
	if len(text) == 0 || string(text) == schema.ZeroGUID {
		return 0
	}
	key := schema.PackGUID(text)
	if column > 0 {
		key = append([]byte{fromColumn, byte(column)}, key...)
	}
	if code := t.dict.Find(key); code != 0 {
		return uint32(code-schema.First) + 1
	}
	if t.dict.Len() >= t.max || *t.room < len(key) {
		return uncounted
	}
	*t.room -= len(key)
	return uint32(t.dict.Add(key)-schema.First) + 1
}

// key returns the text of a number and the column it is of.
func (t *valueTable) key(n uint32) (column int, text string) {
	if n == 0 || n == uncounted {
		return 0, ""
	}
	key := t.dict.Value(schema.First + schema.Code(n-1))
	if key[0] == fromColumn {
		return int(key[1]), schema.UnpackGUID(key[2:])
	}
	return 0, schema.UnpackGUID(key)
}

// label returns the latest label of a number, "" for none.
func (t *valueTable) label(column int, n uint32) string {
	if column >= len(t.labels) || n == 0 || int(n) > len(t.labels[column]) {
		return ""
	}
	_, text := t.texts.key(t.labels[column][n-1].value)
	return text
}

// name returns the first label of a number, else its key.
func (t *valueTable) name(n uint32) string {
	if label := t.label(0, n); label != "" {
		return label
	}
	_, text := t.key(n)
	return text
}

// labelled returns the label of a number, of a new one after adding it.
func (t *valueTable) labelled(column int, n uint32) *latest {
	for int(n) > len(t.labels[column]) {
		t.labels[column] = append(t.labels[column], latest{at: math.MinInt64})
	}
	return &t.labels[column][n-1]
}

// A valueReader reads the numbers of one table from the columns of batches. It looks up
// each value of a dictionary once a batch.
type valueReader struct {
	table  *valueTable
	keys   []numberedColumn // the first that has a value is the key
	labels []numberedColumn
}

// A numberedColumn is a column of a batch with the numbers of its values.
type numberedColumn struct {
	vector  *schema.Vector
	numbers []uint32 // by dictIndex, 0 until a row has it
}

func (r *valueReader) setBatch(b *schema.Batch, k *facetKind) {
	setColumns(&r.keys, b, k.keys)
	setColumns(&r.labels, b, k.labels)
}

func setColumns(columns *[]numberedColumn, b *schema.Batch, ids []schema.ColumnID) {
	if *columns == nil {
		*columns = make([]numberedColumn, len(ids))
	}
	for i, id := range ids {
		c := &(*columns)[i]
		c.vector = &b.Columns[id]
		n := c.vector.Dict.Len() + 1
		if cap(c.numbers) < n {
			c.numbers = make([]uint32, n)
		}
		c.numbers = c.numbers[:n]
		clear(c.numbers)
	}
}

// at returns the number of a row's value.
func (r *valueReader) at(row int) uint32 {
	for i := range r.keys {
		if n := r.keys[i].at(row, r.table, i); n != 0 {
			return n
		}
	}
	return 0
}

func (c *numberedColumn) at(row int, table *valueTable, column int) uint32 {
	i := dictIndex(c.vector, row)
	if i == 0 {
		return 0
	}
	if c.numbers[i] == 0 {
		c.numbers[i] = table.number(column, c.vector.Value(row))
	}
	return c.numbers[i]
}

// readLabels makes the labels of a row those of number n, unless it has labels of a later
// time. A GUID is none: it is what the
// logs have where a sign-in did not come to the name.
func (r *valueReader) readLabels(n uint32, row int, at int64) {
	if n == uncounted {
		return
	}
	for i := range r.labels {
		c := &r.labels[i]
		j := dictIndex(c.vector, row)
		if j == 0 || at < r.table.labelled(i, n).at {
			continue
		}
		if c.numbers[j] == 0 {
			text := c.vector.Value(row)
			c.numbers[j] = uncounted
			if len(schema.PackGUID(text)) == len(text) {
				c.numbers[j] = r.table.texts.number(0, text)
			}
		}
		if value := c.numbers[j]; value != 0 && value != uncounted {
			*r.table.labelled(i, n) = latest{at, value}
		}
	}
}
