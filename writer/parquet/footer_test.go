package parquet

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

func TestColumnsInOrder(t *testing.T) {
	t.Parallel()
	file := roundTrip(t, defaultLimits)
	elements := file.Metadata().Schema[1:]
	for id := range schema.Columns {
		column, element := &schema.Columns[id], &elements[0]
		elements = elements[1:]
		if element.Name != column.Name || element.RepetitionType.V != format.Optional {
			t.Fatalf("column %d is %v %s, want optional %s", id, element.RepetitionType.V, element.Name, column.Name)
		}
		if got, want := elementType(element), physicalTypes[column.Kind]; got != want {
			t.Errorf("column %s is %s, want %s", column.Name, got, want)
		}
		if column.Kind != schema.TextList {
			continue
		}
		list, text := elements[0], elements[1]
		elements = elements[2:]
		if list.Name != "list" || list.RepetitionType.V != format.Repeated || list.NumChildren.V != 1 {
			t.Errorf("column %s holds %v %s", column.Name, list.RepetitionType.V, list.Name)
		}
		if text.Name != "element" || text.RepetitionType.V != format.Optional || elementType(&text) != physicalTypes[schema.Text] {
			t.Errorf("lists of column %s hold %v %s %s", column.Name, text.RepetitionType.V, elementType(&text), text.Name)
		}
	}
	if len(elements) > 0 {
		t.Errorf("further columns %v", elements)
	}
}

var physicalTypes = map[schema.Kind]string{
	schema.Text:     "BYTE_ARRAY STRING",
	schema.Bool:     "BOOLEAN",
	schema.Int32:    "INT32 INT(32,true)",
	schema.Int64:    "INT64 INT(64,true)",
	schema.Float64:  "DOUBLE",
	schema.Time:     "INT64 TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)",
	schema.TextList: "LIST",
	schema.JSON:     "BYTE_ARRAY STRING",
	schema.Bytes:    "BYTE_ARRAY",
}

func elementType(e *format.SchemaElement) string {
	var words []string
	if e.Type.Valid {
		words = append(words, e.Type.V.String())
	}
	if e.LogicalType.Value != nil {
		words = append(words, fmt.Sprint(e.LogicalType.Value))
	}
	return strings.Join(words, " ")
}

func TestFooter(t *testing.T) {
	t.Parallel()
	file := roundTrip(t, defaultLimits, randomBatch(rand.New(rand.NewPCG(2, 2)), 50))
	meta := file.Metadata()
	if meta.CreatedBy != "signins version 1.2.3 (build 2)" {
		t.Errorf("created by %q", meta.CreatedBy)
	}
	want := "[{signins.codes_table_date 2026-11-23} {signins.schema flat} {signins.schema_version 2} {signins.tool_version v1.2.3}]"
	if got := fmt.Sprint(meta.KeyValueMetadata); got != want {
		t.Errorf("key/values %s, want %s", got, want)
	}
	for i, path := range file.Schema().Columns() {
		if got := meta.RowGroups[0].Columns[i].MetaData.PathInSchema; !slices.Equal(got, path) {
			t.Errorf("path %q, want %q", got, path)
		}
	}
	if len(meta.ColumnOrders) != int(schema.NumColumns) {
		t.Errorf("%d column orders", len(meta.ColumnOrders))
	}
}

// Statistics and page indexes repeat no long text.
func TestLongTextsAreWrittenOnce(t *testing.T) {
	t.Parallel()
	for _, id := range []schema.ColumnID{schema.UserAgent, schema.Extra, schema.Issues, schema.RawRecord} {
		t.Run(schema.Columns[id].Name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(17, uint64(id)))
			b := &schema.Batch{Len: 4}
			for row := range b.Len {
				text := incompressible(random, 1<<20)
				if schema.Columns[id].Kind == schema.TextList {
					text = schema.AppendList(nil, text, false)
				}
				b.Columns[id].SetBytes(row, text)
			}
			data, file := b.Len<<20, len(writeFile(t, defaultLimits, b))
			if file > data+data/32 {
				t.Errorf("%d bytes of text in a file of %d", data, file)
			}
		})
	}
}

func incompressible(random *rand.Rand, n int) []byte {
	text := make([]byte, n)
	for i := range text {
		text[i] = byte('0' + random.IntN(64))
	}
	return text
}

// A page of indexes ends with the row whose value fills the dictionary, however
// many rows of the batch follow.
func TestRowThatFillsTheDictionaryEndsThePage(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: testLimits.pageRows}
	for row := range b.Len {
		b.Columns[schema.UserAgent].SetText(row, fmt.Sprintf("%030d", row))
	}
	chunk := roundTrip(t, testLimits, b).RowGroups()[0].ColumnChunks()[schema.UserAgent]
	if first, want := len(pageTexts(t, chunk)[0]), testLimits.dictionaryBytes/30+1; first != want {
		t.Errorf("the first page has %d rows, want %d", first, want)
	}
}

// The short bounds still hold for every value of a page and of a chunk,
// and are valid text.
func TestBoundsHoldEveryValue(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(17, 17))
	b := &schema.Batch{Len: 300}
	texts := []schema.ColumnID{schema.UserAgent, schema.UserDisplayName, schema.AppDisplayName, schema.ID}
	for row := range b.Len {
		for i, id := range texts {
			b.Columns[id].SetText(row, boundText(random, i))
		}
	}
	file := roundTrip(t, testLimits, b)
	for g, group := range file.RowGroups() {
		for _, id := range texts {
			statistics := &file.Metadata().RowGroups[g].Columns[id].MetaData.Statistics
			index, err := group.ColumnChunks()[id].ColumnIndex()
			if err != nil {
				t.Fatal(err)
			}
			for page, values := range pageTexts(t, group.ColumnChunks()[id]) {
				checkBounds(t, index.MinValue(page).ByteArray(), index.MaxValue(page).ByteArray(), values)
				checkBounds(t, statistics.MinValue, statistics.MaxValue, values)
			}
		}
	}
}

// boundText makes texts that share long beginnings and differ around the
// length at which bounds are cut.
func boundText(random *rand.Rand, variety int) string {
	letters := []rune{'a', '\x7f', 'é', '߿', '\ud7ff', '\ufffd', '\U0010fffe', utf8.MaxRune}
	text := strings.Repeat("x", boundBytes-random.IntN(8)*variety)
	for range random.IntN(6) {
		text += string(letters[random.IntN(len(letters))])
	}
	return text
}

func pageTexts(t *testing.T, chunk parquet.ColumnChunk) (pages [][]parquet.Value) {
	t.Helper()
	offsets, err := chunk.OffsetIndex()
	if err != nil {
		t.Fatal(err)
	}
	values, err := chunkValues(chunk)
	if err != nil {
		t.Fatal(err)
	}
	for page := range offsets.NumPages() {
		end := int64(len(values))
		if page+1 < offsets.NumPages() {
			end = offsets.FirstRowIndex(page + 1)
		}
		pages = append(pages, values[offsets.FirstRowIndex(page):end])
	}
	return pages
}

func checkBounds(t *testing.T, lower, upper []byte, values []parquet.Value) {
	t.Helper()
	if !utf8.Valid(lower) || !utf8.Valid(upper) || len(lower) > boundBytes || len(upper) > boundBytes+utf8.UTFMax {
		t.Errorf("bounds %q, %q", lower, upper)
	}
	for _, value := range values {
		if v := value.ByteArray(); bytes.Compare(lower, v) > 0 || bytes.Compare(v, upper) > 0 {
			t.Errorf("%q is not within %q, %q", v, lower, upper)
		}
	}
}

func TestUpperBound(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", boundBytes)
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{long, long},
		{long + "y", long[1:] + "y"},
		{long[2:] + "é", long[2:] + "é"},
		{long[1:] + "é", long[2:] + "y"},
		{long[3:] + "\ud7ff" + "z", long[3:] + "\ue000"},
		{long[4:] + string(utf8.MaxRune) + "z", long[5:] + "y"},
		{long[1:] + "\x80", long[2:] + "y"}, // cut and counted up by the library
		{strings.Repeat(string(utf8.MaxRune), 17), ""},
	} {
		t.Run(fmt.Sprintf("%q", test.text), func(t *testing.T) {
			got, ok := upperBound([]byte(test.text))
			if string(got) != test.want || ok != (test.text == "" || test.want != "") {
				t.Errorf("%q, %v, want %q", got, ok, test.want)
			}
		})
	}
}

// Texts without a short upper bound have no bounds at all.
func TestNoBoundIsBetterThanAWrongOne(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 1}
	b.Columns[schema.UserAgent].SetText(0, strings.Repeat(string(utf8.MaxRune), 30))
	chunk := roundTrip(t, testLimits, b).Metadata().RowGroups[0].Columns[schema.UserAgent]
	if s := chunk.MetaData.Statistics; s.MinValue != nil || s.MaxValue != nil || chunk.ColumnIndexOffset != 0 {
		t.Errorf("bounds %q to %q, column index at %d", s.MinValue, s.MaxValue, chunk.ColumnIndexOffset)
	}
}

// A column without bounds must not have an index of pages from "" to "" either:
// readers would skip pages that hold what they look for.
func TestBoundsOnlyWhereTheyHelp(t *testing.T) {
	t.Parallel()
	b := randomBatch(rand.New(rand.NewPCG(4, 4)), 100)
	for id := range b.Columns {
		setRandom(rand.New(rand.NewPCG(4, 5)), schema.ColumnID(id), &b.Columns[id], 99, 10)
	}
	b.Seal()
	for id, chunk := range roundTrip(t, testLimits, b).Metadata().RowGroups[0].Columns {
		s := &chunk.MetaData.Statistics
		bounded := s.MinValue != nil && s.MaxValue != nil
		indexed := chunk.ColumnIndexOffset != 0
		if want := hasBounds(schema.Columns[id].Kind); bounded != want || indexed != want {
			t.Errorf("column %s: bounds %v, column index %v, want %v", schema.Columns[id].Name, bounded, indexed, want)
		}
		if chunk.OffsetIndexOffset == 0 {
			t.Errorf("column %s: no offset index", schema.Columns[id].Name)
		}
	}
}

func TestBooleansArePlain(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 100}
	for row := range b.Len {
		b.Columns[schema.IsInteractive].SetBool(row, row < 90)
	}
	chunk := roundTrip(t, defaultLimits, b).Metadata().RowGroups[0].Columns[schema.IsInteractive]
	if plain, coded := dataPages(&chunk); plain != 1 || coded != 0 {
		t.Errorf("pages %v", chunk.MetaData.EncodingStats)
	}
}

// The library always writes the checksums of pages; not every reader looks.
func TestPagesHaveChecksums(t *testing.T) {
	t.Parallel()
	data := writeFile(t, testLimits, randomBatch(rand.New(rand.NewPCG(19, 0)), 100))
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for id, chunk := range file.Metadata().RowGroups[0].Columns {
		meta := &chunk.MetaData
		for pages := chunkBytes(data, meta); len(pages) > 0; {
			header, body := cutPage(t, &pages)
			if uint32(header.CRC) != crc32.ChecksumIEEE(body) {
				t.Errorf("column %s: checksum %x of a page", schema.Columns[id].Name, uint32(header.CRC))
			}
		}
	}
	flipped := slices.Clone(data)
	flipped[file.Metadata().RowGroups[0].Columns[0].MetaData.DataPageOffset+60] ^= 1
	if file, err = parquet.OpenFile(bytes.NewReader(flipped), int64(len(flipped))); err == nil {
		_, err = chunkValues(file.RowGroups()[0].ColumnChunks()[0])
	}
	if err == nil {
		t.Error("a flipped bit went unnoticed")
	}
}

// cutPage takes the first page off, whose header has to be decoded to know its
// length.
func cutPage(t *testing.T, pages *[]byte) (header format.PageHeader, body []byte) {
	t.Helper()
	source := bytes.NewReader(*pages)
	decoder := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(source))
	if err := decoder.Decode(&header); err != nil {
		t.Fatal(err)
	}
	rest := (*pages)[len(*pages)-source.Len():]
	*pages = rest[header.CompressedPageSize:]
	return header, rest[:header.CompressedPageSize]
}

func TestNullPagesHaveNoBounds(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 2 * testLimits.pageRows}
	b.Columns[schema.ErrorCode].SetNum(b.Len-1, 7)
	b.Columns[schema.IsRisky].SetBool(b.Len-1, true)
	b.Columns[schema.ID].SetText(b.Len-1, "7")
	b.Seal()
	for i, index := range roundTrip(t, testLimits, b).ColumnIndexes() {
		for page, null := range index.NullPages {
			if bounds := len(index.MinValues[page]) + len(index.MaxValues[page]); null != (bounds == 0) {
				t.Errorf("column index %d: %d bytes of bounds in page %d, null: %v", i, bounds, page, null)
			}
		}
	}
}

// A Bloom filter knows every value of its row group and few others.
func TestBloomFilters(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 90}
	filtered := []schema.ColumnID{
		schema.ID, schema.CorrelationID, schema.UserID, schema.UserPrincipalName, schema.IPAddress, schema.SessionID, schema.UniqueTokenIdentifier, schema.DeviceID,
	}
	for row := range b.Len {
		for _, id := range filtered {
			b.Columns[id].SetText(row, fmt.Sprint("in ", row%80))
		}
		b.Columns[schema.UserAgent].SetText(row, "in")
	}
	b.Columns[schema.IPAddress].SetText(89, "")
	file := roundTrip(t, testLimits, b)
	group := file.RowGroups()[0]
	if in, err := group.ColumnChunks()[schema.IPAddress].BloomFilter().Check(parquet.ValueOf("")); err != nil || !in {
		t.Errorf("the empty text is not in the filter: %v", err)
	}
	if group.ColumnChunks()[schema.UserAgent].BloomFilter() != nil {
		t.Error("user_agent has a Bloom filter")
	}
	if none := roundTrip(t, testLimits, &schema.Batch{Len: 3}).Metadata().RowGroups[0].Columns[schema.ID].MetaData; none.BloomFilterOffset != 0 {
		t.Error("nulls have a Bloom filter")
	}
	for _, id := range filtered {
		filter, wrong := group.ColumnChunks()[id].BloomFilter(), 0
		if length := int64(file.Metadata().RowGroups[0].Columns[id].MetaData.BloomFilterLength); length <= filter.Size() || length > filter.Size()+64 {
			t.Errorf("column %s: a filter of %d bytes is %d with its header", schema.Columns[id].Name, filter.Size(), length)
		}
		for i := range 1000 {
			in, err := filter.Check(parquet.ValueOf(fmt.Sprint("in ", i)))
			if err != nil {
				t.Fatal(err)
			}
			if i < 80 && !in {
				t.Errorf("column %s: %d is not in the filter", schema.Columns[id].Name, i)
			}
			if i >= 80 && in {
				wrong++
			}
		}
		if wrong > 20 {
			t.Errorf("column %s: %d wrong answers", schema.Columns[id].Name, wrong)
		}
	}
}

// Bounds of texts are the least and the greatest, also where they begin alike or
// are short.
func TestTextBounds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var b bounds
		var texts [][]byte
		for range 1 + random.IntN(6) {
			text := []byte("policies"[:random.IntN(9)])
			for range random.IntN(4) {
				text = append(text, "\x00\x01a\xff"[random.IntN(4)])
			}
			texts = append(texts, text)
			b.text(text)
		}
		slices.SortFunc(texts, bytes.Compare)
		if !bytes.Equal(b.lowText, texts[0]) || !bytes.Equal(b.highText, texts[len(texts)-1]) {
			t.Fatalf("%q: %q to %q", texts, b.lowText, b.highText)
		}
	}
}

// Readers look for bugs of known writers by name and version of created_by, which they
// find with this expression.
func TestCreatedByIsReadable(t *testing.T) {
	t.Parallel()
	parts := regexp.MustCompile(`^(.*?)\s+version\s*(?:([^(]*?)\s*(?:\(\s*build\s*([^)]*?)\s*\))?)?$`)
	for version, want := range map[string]string{
		"v1.2.3": "1.2.3", "devel": "devel", "(devel)": "devel", "v0.0.0-20261129032357-1dbee69abcde+dirty": "0.0.0-20261129032357-1dbee69abcde+dirty", "": "",
	} {
		by := createdBy(version)
		if m := parts.FindStringSubmatch(by); m == nil || m[1] != "signins" || m[2] != want || m[3] != fmt.Sprint(schema.Version) {
			t.Errorf("%q is read as %q", by, m)
		}
	}
}

// A filter has ten bits for each distinct value, rounded up to blocks of 256, however
// often a value comes and whether or not pages have a dictionary.
func TestBloomFiltersAreSizedByDistinctValues(t *testing.T) {
	t.Parallel()
	ids := []schema.ColumnID{schema.ID, schema.SessionID, schema.UserID}
	limits := testLimits
	limits.groupRows, limits.pageRows, limits.dictionaryBytes = 20_000, 500, 2000
	var batches []*schema.Batch
	for i := range 40 {
		b := &schema.Batch{Len: 500}
		for row := range b.Len {
			for _, id := range ids {
				b.Columns[id].SetText(row, fmt.Sprintf("value %d", (500*i+row)*7%1000))
			}
		}
		batches = append(batches, b)
	}
	group := roundTrip(t, limits, batches...).RowGroups()[0]
	for _, id := range ids {
		filter := group.ColumnChunks()[id].BloomFilter()
		if size := filter.Size(); size != 1280 { // 1000 * 10 bits are 40 blocks
			t.Errorf("%s: %d bytes", schema.Columns[id].Name, size)
		}
		for i := range 1000 {
			if in, err := filter.Check(parquet.ValueOf(fmt.Sprintf("value %d", i))); err != nil || !in {
				t.Fatalf("%s: value %d is not in the filter, %v", schema.Columns[id].Name, i, err)
			}
		}
	}
}

func TestCountDistinct(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		var hashes []uint64
		distinct := map[uint64]bool{}
		for range random.IntN(300) {
			hash := random.Uint64() >> (random.IntN(3) * 28) &^ 1
			for range 1 + random.IntN(3) {
				hashes = append(hashes, hash)
			}
			distinct[hash] = true
		}
		if n := countDistinct(hashes); n != len(distinct) {
			t.Fatalf("%d of %d hashes are distinct, want %d", n, len(hashes), len(distinct))
		}
	}
}

// Columns, elements of lists and members have the field ids of the contract, each once.
func TestFieldIDs(t *testing.T) {
	t.Parallel()
	for _, nested := range []bool{false, true} {
		owner := map[int]string{}
		var check func(node parquet.Node, path string, want int)
		check = func(node parquet.Node, path string, want int) {
			if owner[node.ID()] != "" || node.ID() != want {
				t.Errorf("nested %t: %s has field id %d, want %d, owner %q", nested, path, node.ID(), want, owner[node.ID()])
			}
			owner[node.ID()] = path
			if node.Leaf() {
				return
			}
			list := node.Fields()[0]
			element := list.Fields()[0]
			if list.ID() != 0 || element.Name() != "element" {
				t.Errorf("%s: list with id %d of %s", path, list.ID(), element.Name())
			}
			if owner[element.ID()] != "" || element.ID() != 100*want {
				t.Errorf("%s: elements with field id %d", path, element.ID())
			}
			owner[element.ID()] = path + "[]"
			if element.Leaf() {
				return
			}
			for i, field := range element.Fields() {
				check(field, path+"."+field.Name(), 100*want+i+1)
			}
		}
		for i, field := range Schema(nested).Fields() {
			check(field, field.Name(), i+1)
		}
		if lists := len(owner); nested != (lists > int(schema.NumColumns)+20) {
			t.Errorf("nested %t: %d field ids", nested, lists)
		}
		described := 0
		var compare func(m *schema.Member, path string)
		compare = func(m *schema.Member, path string) {
			elements := 0
			if owner[100*m.FieldID] == path+"[]" {
				elements = 100 * m.FieldID
			}
			if described++; owner[m.FieldID] != path || m.ElementFieldID != elements {
				t.Errorf("%s is described with the field id %d of %s, elements %d, want %d", path, m.FieldID, owner[m.FieldID], m.ElementFieldID, elements)
			}
			for i := range m.Members {
				compare(&m.Members[i], path+"."+m.Members[i].Name)
			}
		}
		for id, members := range NestedMembers() {
			for i := range members {
				if nested {
					compare(&members[i], schema.Columns[id].Name+"."+members[i].Name)
				}
			}
		}
		if nested && described < 20 {
			t.Errorf("%d members are described", described)
		}
	}
}

// The file has the field ids, too: elements that of their list with two zeros, in a column
// as in a member.
func TestFieldIDsAreInTheFile(t *testing.T) {
	t.Parallel()
	nested, err := NewSeries(Options{Nested: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, elements := range [][]format.SchemaElement{roundTrip(t, testLimits, &schema.Batch{Len: 1}).Metadata().Schema, nested.footer.Schema} {
		ids, lists := map[string]int32{}, 0
		for n, e := range elements {
			ids[e.Name] = e.FieldID
			if e.Name != "element" {
				continue
			}
			if lists++; elements[n-1].Name != "list" || e.FieldID != 100*elements[n-2].FieldID || e.FieldID == 0 {
				t.Errorf("the elements of %s, field %d, have field id %d", elements[n-2].Name, elements[n-2].FieldID, e.FieldID)
			}
		}
		if ids["created_at"] != 1 || ids["duplicate_kind"] != int32(schema.NumColumns) || ids["signins"] != 0 || ids["list"] != 0 || lists < 5+10*i {
			t.Errorf("%d lists, field ids %v", lists, ids)
		}
	}
}
