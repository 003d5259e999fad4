package writer

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
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

// A columnChunk encodes one leaf column of a row group, page by page, as the
// format's specification lays it out. Text comes in as codes of a batch's
// dictionary; each distinct value of a batch is hashed into the dictionary of
// the chunk once a page, and rows only look its number up. A dictionary that
// grows too big stays as it is, and the pages after it hold the values
// themselves.
type columnChunk struct {
	id             schema.ColumnID
	kind           schema.Kind
	leaf           int           // among those of a nested column
	nested         *nestedVector // nil unless it is one
	maxDef, maxRep int
	codec          compress.Codec
	limits         parquetLimits
	memory         *pageMemory // of the goroutine that writes it

	// The page at work.
	rows    int     // of the page
	defs    []byte  // definition level of each entry
	reps    []byte  // repetition level of each entry, lists only
	numbers []int32 // dictionary numbers
	plain   []byte  // levelRoom bytes and the values themselves
	bits    int     // booleans in plain
	nulls   int64
	bounds  bounds

	// The chunk so far.
	coded      bool // pages hold dictionary numbers
	dict       schema.Dict
	dictSize   int
	pages      []byte // encoded pages without the dictionary's
	dictionary []byte // its page, when the chunk is finished
	index      pageIndex
	total      bounds
	entries    int64
	allNulls   int64
	rawSize    int64 // of the pages before compression, with headers
	firstRow   int64
	codedRuns  int32 // pages of dictionary numbers
	plainRuns  int32
	hashes     []uint64 // of values beside the dictionary, for the Bloom filter
}

// spent holds, by column, the memory of chunks that were written. The next one
// of the column need not grow its own.
var spent [schema.NumColumns]sync.Pool

func newColumnChunk(id schema.ColumnID, codec string, l parquetLimits) *columnChunk {
	kind := schema.Columns[id].Kind
	c, ok := spent[id].Get().(*columnChunk)
	if !ok {
		c = &columnChunk{plain: make([]byte, levelRoom)}
	}
	c.id, c.kind, c.maxDef, c.codec, c.limits = id, kind, levelSet, parquetCodec(codec), l
	if kind == schema.TextList {
		c.maxDef, c.maxRep = levelElement, 1
	}
	c.coded = kind.Coded() && !parquetDistinct[id]
	if parquetBounded(kind) {
		c.index.bounds = new(format.ColumnIndex)
	}
	return c
}

// release hands the memory of the chunk on.
func (c *columnChunk) release() {
	c.dict.Reset()
	spent[c.id].Put(&columnChunk{
		defs: c.defs[:0], reps: c.reps[:0], numbers: c.numbers[:0], plain: c.plain[:levelRoom],
		dict: c.dict, pages: c.pages[:0], hashes: c.hashes[:0],
	})
}

// held returns about how many bytes the chunk takes, and how many of them the
// page at work.
func (c *columnChunk) held() (chunk, page int) {
	const itself, entry = 1 << 10, 28 // of a dictionary
	page = len(c.plain) - levelRoom + len(c.defs) + len(c.reps) + 4*len(c.numbers)
	return itself + page + len(c.pages) + c.dictSize + entry*c.dict.Len() + 8*len(c.hashes), page
}

// write adds the rows from..to of a vector. The error names the column.
func (c *columnChunk) write(v *schema.Vector, from, to int) error {
	filled := min(to, max(from, len(v.Codes), len(v.Valid)))
	if c.kind.Coded() && v.Dict.Len() == 0 {
		filled = from
	}
	var err error
	switch {
	case filled == from:
	case c.nested != nil:
		err = c.writeNested(v, from, filled)
	case c.kind == schema.TextList:
		err = c.writeLists(v, from, filled)
	case c.kind.Coded():
		err = c.writeTexts(v, from, filled)
	default:
		err = c.writeNumbers(v, from, filled)
	}
	if err != nil {
		return fmt.Errorf("column %s: %w", schema.Columns[c.id].Name, err)
	}
	c.addNulls(to - filled)
	return nil
}

// addNulls adds rows without a value.
func (c *columnChunk) addNulls(n int) {
	c.rows += n
	c.nulls += int64(n)
	c.defs = slices.Grow(c.defs, n)[:len(c.defs)+n]
	clear(c.defs[len(c.defs)-n:])
	if c.maxRep > 0 {
		c.reps = append(c.reps, c.defs[len(c.defs)-n:]...)
	}
}

func (c *columnChunk) writeNumbers(v *schema.Vector, from, to int) error {
	c.defs = append(c.defs, v.Valid[from:to]...)
	c.rows += to - from
	plain, span := c.plain, c.bounds
	for row := from; row < to; row++ {
		if v.Valid[row] == 0 {
			c.nulls++
			continue
		}
		n := v.Nums[row]
		span.number(n)
		switch c.kind {
		case schema.Bool:
			plain = c.bit(plain, byte(n))
		case schema.Int32:
			if n != int64(int32(n)) {
				return fmt.Errorf("%d does not fit into 32 bits", n)
			}
			plain = binary.LittleEndian.AppendUint32(plain, uint32(n))
		default:
			plain = binary.LittleEndian.AppendUint64(plain, uint64(n))
		}
	}
	c.plain, c.bounds = plain, span
	return nil
}

// bit adds a boolean to the values of the page.
func (c *columnChunk) bit(plain []byte, b byte) []byte {
	if c.bits%8 == 0 {
		plain = append(plain, 0)
	}
	plain[len(plain)-1] |= b << (c.bits % 8)
	c.bits++
	return plain
}

func (c *columnChunk) writeTexts(v *schema.Vector, from, to int) error {
	for codes := v.Codes[from:to]; len(codes) > 0; {
		n, err := c.addTexts(codes, &v.Dict)
		if err != nil {
			return err
		}
		codes = codes[n:]
		if c.full() {
			if err := c.endPage(); err != nil {
				return err
			}
		}
	}
	return nil
}

// addTexts adds rows up to one with which the page or the dictionary is full,
// and returns how many.
func (c *columnChunk) addTexts(codes []schema.Code, dict *schema.Dict) (n int, err error) {
	if c.coded {
		learned, err := c.learnAll(codes, dict)
		if err != nil {
			return 0, err
		}
		if learned {
			c.addNumbers(codes)
			return len(codes), nil
		}
	}
	return c.addEach(codes, dict)
}

// addEach adds rows as addTexts does, one by one.
func (c *columnChunk) addEach(codes []schema.Code, dict *schema.Dict) (n int, err error) {
	known, epoch := c.memory.begin(dict.Len()), c.memory.epoch
	old := len(c.defs)
	defs, nulls := slices.Grow(c.defs, len(codes)), 0
	levels := defs[old : old+len(codes)]
	for full := false; n < len(codes) && !full; n++ {
		code := codes[n]
		if code < schema.First {
			levels[n] = levelNull
			nulls++
			continue
		}
		levels[n] = levelSet
		k, text := &known[code-schema.First], dict.Value(code)
		if k.epoch != epoch {
			k.epoch = epoch
			if k.from, err = c.learn(text); err != nil {
				return 0, err
			}
		}
		c.value(k.from, text)
		full = c.full()
	}
	c.defs = defs[:old+n]
	c.rows += n
	c.nulls += int64(nulls)
	return n, nil
}

// addNumbers adds rows whose values learnAll took in.
func (c *columnChunk) addNumbers(codes []schema.Code) {
	place := c.memory.place
	old, used := len(c.defs), len(c.numbers)
	defs := slices.Grow(c.defs, len(codes))[:old+len(codes)]
	numbers := slices.Grow(c.numbers, len(codes))[:used+len(codes)]
	levels := defs[old:]
	for i, code := range codes {
		number := place[code]
		set := ^number >> 31 & 1
		numbers[used] = number
		levels[i] = byte(set)
		used += int(set)
	}
	c.nulls += int64(len(codes) - used + len(c.numbers))
	c.rows += len(codes)
	c.defs, c.numbers = defs, numbers[:used]
}

// learnAll takes in the values of rows at once, in the order of their codes, and
// notes their places, unless they might fill the dictionary: which row does so is
// for addEach to find.
func (c *columnChunk) learnAll(codes []schema.Code, dict *schema.Dict) (learned bool, err error) {
	m, before, size := c.memory, c.dict.Len(), c.dictSize
	m.place = append(m.place[:0], make([]int32, int(schema.First)+dict.Len())...)
	const wanted = 1
	for _, code := range codes {
		m.place[code] = wanted
	}
	m.fresh = m.fresh[:0]
	for code := schema.First; int(code) < len(m.place); code++ {
		if m.place[code] == wanted {
			m.fresh = append(m.fresh, code)
			size += len(dict.Value(code))
		}
	}
	if size > c.dictionaryLimit() {
		return false, nil
	}
	m.numbers = append(m.numbers[:0], m.fresh...)
	m.hashes = slices.Grow(m.hashes[:0], len(m.fresh))[:len(m.fresh)]
	c.dict.AddAll(dict, m.numbers, m.hashes)
	m.place[schema.Absent], m.place[schema.Null] = noPlace, noPlace
	for i, code := range m.fresh {
		m.place[code] = int32(m.numbers[i] - schema.First)
		if c.kind == schema.Text {
			c.bounds.text(dict.Value(code))
		}
	}
	for n := before; n < c.dict.Len(); n++ {
		value := c.dict.Value(schema.First + schema.Code(n))
		c.dictSize += len(value)
		if err := c.check(value); err != nil {
			return false, err
		}
	}
	return true, nil
}

// learn takes in a value that is new in this epoch and returns its number in
// the dictionary.
func (c *columnChunk) learn(value []byte) (int32, error) {
	if c.kind == schema.Text {
		c.bounds.text(value)
	}
	if !c.coded {
		if parquetFiltered[c.id] {
			c.hashes = append(c.hashes, hashValue(value))
		}
		return 0, c.check(value)
	}
	before := c.dict.Len()
	number := int32(c.dict.Add(value) - schema.First)
	if c.dict.Len() == before {
		return number, nil
	}
	c.dictSize += len(value)
	return number, c.check(value)
}

// check refuses a text that is no UTF-8: for one, readers refuse the whole file.
func (c *columnChunk) check(value []byte) error {
	if c.kind != schema.Bytes && !utf8.Valid(value) {
		return fmt.Errorf("text is not valid UTF-8: %.40q", value)
	}
	return nil
}

// value adds a value to the page.
func (c *columnChunk) value(number int32, text []byte) {
	if c.coded {
		c.numbers = append(c.numbers, number)
	} else {
		c.plainText(text)
	}
}

// plainText adds a text itself to the page.
func (c *columnChunk) plainText(text []byte) {
	c.plain = binary.LittleEndian.AppendUint32(c.plain, uint32(len(text)))
	c.plain = append(c.plain, text...)
}

// full reports that the page or the dictionary is full before its rows are.
func (c *columnChunk) full() bool {
	return len(c.plain)-levelRoom > c.limits.pageBytes || len(c.defs) > listEntries*c.limits.pageRows ||
		c.coded && c.dictSize > c.dictionaryLimit()
}

func (c *columnChunk) dictionaryLimit() int {
	if c.kind == schema.JSON {
		return c.limits.dictionaryBytes / 8
	}
	return c.limits.dictionaryBytes
}
