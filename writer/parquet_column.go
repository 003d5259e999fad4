package writer

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// Values are handed to the library in portions of so many rows or bytes: it
// looks at the size of a page between portions only.
const (
	portionRows  = 1024
	portionBytes = 128 << 10
)

// Definition levels. A column that is not a list is null or set. A list is
// null or empty or has elements, which are null or set.
const (
	levelNull        = 0
	levelSet         = 1
	levelEmptyList   = 1
	levelNullElement = 2
	levelElement     = 3
)

// A parquetColumn turns vectors into values of one leaf column. Every value
// carries its levels: left to the library, 0, false and "" have been written
// as null by some of its releases.
type parquetColumn struct {
	id     schema.ColumnID
	kind   schema.Kind
	out    *parquet.ColumnWriter
	memory *parquetMemory

	rows            int // rows of the row group handed over
	fresh           int // bytes of new values since the dictionary was last measured
	dictionaryBytes int
}

// parquetMemory is what the columns of a file use one after the other.
type parquetMemory struct {
	portion  []parquet.Value
	texts    []parquet.Value   // by code, null where it has not occurred yet
	lists    [][]parquet.Value // by code, nil where it has not occurred yet
	elements []parquet.Value   // of lists
}

// write hands over the rows from..to of a vector. The error names the column.
func (c *parquetColumn) write(v *schema.Vector, from, to int) error {
	m := c.memory
	zeroed(&m.texts, v.Dict.Len())
	if c.kind == schema.TextList {
		zeroed(&m.lists, v.Dict.Len())
		m.elements = m.elements[:0]
	}
	for row := from; row < to; {
		next, err := c.fill(v, row, min(to, row+portionRows))
		if err == nil {
			err = c.hand(next - row)
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", schema.Columns[c.id].Name, err)
		}
		row = next
	}
	return nil
}

// fill makes a portion of the values of rows from..to or, where they are big,
// of the first of them; it returns the row after the last taken.
func (c *parquetColumn) fill(v *schema.Vector, from, to int) (int, error) {
	c.memory.portion = c.memory.portion[:0]
	set := len(v.Valid)
	if c.kind.Coded() {
		set = len(v.Codes)
	}
	switch {
	case from >= set:
		return c.fillNulls(from, to), nil
	case c.kind == schema.TextList:
		return c.fillLists(v, from, min(to, set))
	case c.kind.Coded():
		return c.fillTexts(v, from, min(to, set))
	default:
		return c.fillNumbers(v, from, min(to, set))
	}
}

func (c *parquetColumn) fillNulls(from, to int) int {
	null := c.null(levelNull)
	for range to - from {
		c.memory.portion = append(c.memory.portion, null)
	}
	return to
}

func (c *parquetColumn) fillNumbers(v *schema.Vector, from, to int) (int, error) {
	portion, null := c.memory.portion, c.null(levelNull)
	for row := from; row < to; row++ {
		if v.Valid[row] != 1 {
			portion = append(portion, null)
			continue
		}
		value, err := c.number(v.Nums[row])
		if err != nil {
			return row, err
		}
		portion = append(portion, value)
	}
	c.memory.portion = portion
	return to, nil
}

func (c *parquetColumn) number(n int64) (value parquet.Value, err error) {
	switch c.kind {
	case schema.Bool:
		value = parquet.BooleanValue(n != 0)
	case schema.Int32:
		if n != int64(int32(n)) {
			return value, fmt.Errorf("%d does not fit into 32 bits", n)
		}
		value = parquet.Int32Value(int32(n))
	case schema.Float64:
		value = parquet.DoubleValue(math.Float64frombits(uint64(n)))
	default:
		value = parquet.Int64Value(n)
	}
	value.SetDefinitionLevel(levelSet)
	value.SetColumnIndex(int(c.id))
	return value, nil
}

func (c *parquetColumn) fillTexts(v *schema.Vector, from, to int) (int, error) {
	portion, null, size := c.memory.portion, c.null(levelNull), 0
	row := from
	for ; row < to && size < portionBytes; row++ {
		code := v.Codes[row]
		if code < schema.First {
			portion = append(portion, null)
			continue
		}
		value := &c.memory.texts[code-schema.First]
		if value.IsNull() {
			var err error
			if *value, err = c.text(v.Dict.Value(code)); err != nil {
				return row, err
			}
		}
		portion = append(portion, *value)
		size += len(value.ByteArray())
	}
	c.memory.portion = portion
	return row, nil
}

// text returns the value of a text, in its memory.
func (c *parquetColumn) text(text []byte) (parquet.Value, error) {
	if err := c.check(text); err != nil {
		return parquet.Value{}, err
	}
	c.fresh += len(text)
	return parquet.ByteArrayValue(text).Level(0, levelSet, int(c.id)), nil
}

func (c *parquetColumn) fillLists(v *schema.Vector, from, to int) (int, error) {
	portion, null, size := c.memory.portion, c.null(levelNull), 0
	row := from
	for ; row < to && size < portionBytes; row++ {
		code := v.Codes[row]
		if code < schema.First {
			portion = append(portion, null)
			continue
		}
		text, list := v.Dict.Value(code), &c.memory.lists[code-schema.First]
		if *list == nil {
			var err error
			if *list, err = c.list(text); err != nil {
				return row, err
			}
		}
		portion = append(portion, *list...)
		size += len(text)
	}
	c.memory.portion = portion
	return row, nil
}

// list returns the values of a list. They stand in shared memory, those of
// the elements in the memory of text.
func (c *parquetColumn) list(text []byte) ([]parquet.Value, error) {
	elements := c.memory.elements
	start := len(elements)
	for element := range schema.List(text) {
		value := c.null(levelNullElement)
		if element != nil {
			if err := c.check(element); err != nil {
				return nil, err
			}
			value = parquet.ByteArrayValue(element).Level(0, levelElement, int(c.id))
		}
		value.SetRepetitionLevel(min(1, len(elements)-start))
		elements = append(elements, value)
	}
	if len(elements) == start {
		elements = append(elements, c.null(levelEmptyList))
	}
	c.fresh += len(text)
	c.memory.elements = elements
	return elements[start:], nil
}

func (c *parquetColumn) null(level int) parquet.Value {
	return parquet.NullValue().Level(0, level, int(c.id))
}

// check refuses text for which readers would refuse the whole file.
func (c *parquetColumn) check(text []byte) error {
	if c.kind != schema.Bytes && !utf8.Valid(text) {
		return fmt.Errorf("text is not valid UTF-8: %.40q", text)
	}
	return nil
}

// hand gives the portion, which stands for that many rows, to the library. It
// measures a dictionary only at the end of a page, and a page of a dictionary
// column has many rows, so the page is ended where the dictionary may have
// grown too big.
func (c *parquetColumn) hand(rows int) error {
	n, err := c.out.WriteRowValues(c.memory.portion)
	if err != nil {
		return err
	}
	if n != rows {
		return fmt.Errorf("%d of %d rows were taken", n, rows)
	}
	c.rows += n
	if c.fresh < c.dictionaryBytes {
		return nil
	}
	return c.endPage()
}

func (c *parquetColumn) endPage() error {
	c.fresh = 0
	return c.out.Flush()
}

// zeroed makes s n zero elements long.
func zeroed[T any](s *[]T, n int) {
	if cap(*s) < n {
		*s = make([]T, n, n+n/2)
		return
	}
	*s = (*s)[:n]
	clear(*s)
}
