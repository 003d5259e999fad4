package parquet

import (
	"fmt"
	"sync"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// Definition levels. A column that is not a list is null or set. A list is
// null or empty or has elements, which are null or set.
const (
	levelSet         = 1
	levelEmptyList   = 1
	levelNullElement = 2
	levelElement     = 3
)

// A columnChunk encodes one leaf column of a row group, page by page. The rows of
// a page wait in page; its end encodes them:
//
//	values of the page        encoding                 bytes
//	0, 0, 50126, 0            RLE_DICTIONARY           indexes 0, 0, 1, 0 of one bit each; dictionary 0, 50126
//	0, 5110, 10230            DELTA_BINARY_PACKED      first value; differences, less the least of each block of 128
//	59.33, 18.06, -33.87      PLAIN                    eight bytes each
//	"74689c81-6a90", "a56866" DELTA_LENGTH_BYTE_ARRAY  lengths 13, 6, as numbers are; the texts without a gap
//	[{"id":1}], [] (JSON)     PLAIN                    length and bytes of each
//	true, false               PLAIN                    a bit each
//
// Pages have a dictionary until it outgrows its limit or, of numbers, until a page
// would be shorter without; the pages after that have none. Which encoding a page
// has depends on the values alone, not on the workers. With numbers that are PLAIN
// throughout, a file of a million records is 4.9 % longer and takes as long to write;
// with texts that are, it is again 4.7 to 5.8 % longer. JSON is shorter PLAIN.
type columnChunk struct {
	*leaf
	nested  *nestedColumn // nil in a flat column
	codec   compress.Codec
	limits  limits
	scratch *scratch // of the worker

	page    pageBuffer
	dict    dictionary
	encoded encodedChunk
}

// chunkPool holds, by column, the memory of chunks that were written. The next
// chunk of the column need not grow its own.
var chunkPool [schema.NumColumns]sync.Pool

func newColumnChunk(s *Series, l *leaf) *columnChunk {
	c, ok := chunkPool[l.id].Get().(*columnChunk)
	if !ok {
		c = &columnChunk{page: pageBuffer{plain: make([]byte, levelRoom)}}
	}
	c.leaf, c.nested, c.codec, c.limits = l, s.nested.columns[l.id], s.codec, s.limits
	c.dict.open = c.kind != schema.Bool && !distinctColumns[c.id]
	if hasBounds(schema.Columns[c.id].Kind) {
		c.encoded.columnIndex = new(format.ColumnIndex)
	}
	return c
}

// isList reports whether rows have any number of entries.
func (c *columnChunk) isList() bool { return c.MaxRepetitionLevel > 0 }

// release gives the memory of the chunk to the pool.
func (c *columnChunk) release() {
	c.page.reset()
	c.page.bounds = bounds{}
	if c.hasLong() {
		return
	}
	c.dict.values.Reset()
	chunkPool[c.id].Put(&columnChunk{
		page: c.page, dict: dictionary{values: c.dict.values},
		encoded: encodedChunk{pages: c.encoded.pages[:0], hashes: c.encoded.hashes[:0]},
	})
}

// hasLong reports whether a value of the chunk is longer than longPage.
func (c *columnChunk) hasLong() bool { return c.encoded.long || c.dict.size > longPage }

// memoryUse returns about how many bytes the chunk takes, and how many of them
// the page buffer.
func (c *columnChunk) memoryUse() (chunk, page int) {
	const (
		fields = 1 << 10
		entry  = 28 // of a dictionary: a hash, a code and an offset, with the room a hash table needs
	)
	p := &c.page
	page = len(p.plain) - levelRoom + len(p.defs) + len(p.reps) + 4*(len(p.indexes)+len(p.lengths)) + 8*len(p.numbers)
	return fields + page + len(c.encoded.pages) + c.dict.size + entry*c.dict.values.Len() + 8*len(c.encoded.hashes), page
}

// writeRows adds the rows from..to of a vector. The error names the column.
func (c *columnChunk) writeRows(v *schema.Vector, from, to int) error {
	filled := min(to, max(from, len(v.Codes), len(v.Valid)))
	var err error
	switch {
	case filled == from:
	case !schema.Columns[c.id].Kind.Coded():
		err = c.writeNumbers(v, from, filled)
	case v.Dict.Len() == 0:
		filled = from
	default:
		err = c.writeCodes(v, from, filled)
	}
	if err != nil {
		return fmt.Errorf("column %s: %w", schema.Columns[c.id].Name, err)
	}
	c.page.addNulls(to-filled, c.isList())
	return nil
}

// pageFull reports whether the page or the dictionary is full before the page has
// its rows.
func (c *columnChunk) pageFull() bool {
	return len(c.page.plain)-levelRoom > c.limits.pageBytes || len(c.page.defs) > listEntries*c.limits.pageRows ||
		c.dict.open && c.dict.size > c.dictionaryLimit()
}

func (c *columnChunk) dictionaryLimit() int {
	if c.kind == schema.JSON {
		return c.limits.dictionaryBytes / 8
	}
	return c.limits.dictionaryBytes
}

// finish encodes the last page and the dictionary.
func (c *columnChunk) finish() {
	c.endPage()
	if c.encoded.hasDictionary {
		c.encodeDictionary()
	}
}
