package writer

import (
	"strconv"
	"sync"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding"

	"signins/schema"
)

// parquetCreator stands in every footer, whatever was built from: the same
// input gives the same bytes with any build of one version.
const parquetCreator = "signins"

// parquetCodec is shared because an encoder takes some 20 MB.
var parquetCodec = &zstd.Codec{Level: zstd.SpeedFastest}

// ParquetSchema returns the schema of the Parquet files: one optional column
// for each of schema.Columns, in their order. A TextList is the three-level
// LIST (list, element) with optional elements, every other kind is a leaf, so
// the leaf columns are numbered as the columns are. The schema is shared and
// safe for concurrent use.
func ParquetSchema() *parquet.Schema { return parquetSchema() }

var parquetSchema = sync.OnceValue(func() *parquet.Schema {
	group := parquet.Group{}
	for id := range schema.Columns {
		group[schema.Columns[id].Name] = parquet.Optional(parquetNode(schema.ColumnID(id)))
	}
	return parquet.NewSchema("signins", inOrder(group))
})

// An orderedGroup has its fields in the order of schema.Columns, where a
// parquet.Group sorts them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

func inOrder(group parquet.Group) orderedGroup {
	ordered := orderedGroup{group, make([]parquet.Field, len(group))}
	for _, field := range group.Fields() {
		id, _ := schema.Find(field.Name())
		ordered.fields[id] = field
	}
	return ordered
}

func (g orderedGroup) Fields() []parquet.Field { return g.fields }

func parquetNode(id schema.ColumnID) parquet.Node {
	leaf := parquet.Encoded(parquetLeaf(schema.Columns[id].Kind), parquetEncoding(id))
	if schema.Columns[id].Kind == schema.TextList {
		return parquet.List(parquet.Optional(leaf))
	}
	return leaf
}

func parquetLeaf(k schema.Kind) parquet.Node {
	switch k {
	case schema.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case schema.Int32:
		return parquet.Leaf(parquet.Int32Type)
	case schema.Int64:
		return parquet.Leaf(parquet.Int64Type)
	case schema.Float64:
		return parquet.Leaf(parquet.DoubleType)
	case schema.Time:
		return parquet.Timestamp(parquet.Microsecond)
	case schema.Bytes:
		return parquet.Leaf(parquet.ByteArrayType)
	default:
		return parquet.String()
	}
}

// parquetEncoding returns the encoding a column starts every row group with; a
// dictionary that grows too big gives way to plain pages.
func parquetEncoding(id schema.ColumnID) encoding.Encoding {
	switch schema.Columns[id].Kind {
	case schema.Bool, schema.Float64, schema.Time:
		// Run lengths of booleans come out wrong in parquet-go v0.32.0.
		return &parquet.Plain
	}
	if _, ok := parquetDistinct[id]; ok {
		return &parquet.Plain
	}
	return &parquet.RLEDictionary
}

// parquetDistinct lists the columns in which nearly every record has a value
// of its own, so that a dictionary would only be in the way.
var parquetDistinct = map[schema.ColumnID]struct{}{
	schema.ID:                    {},
	schema.CorrelationID:         {},
	schema.OriginalRequestID:     {},
	schema.UniqueTokenIdentifier: {},
	schema.SourceRecord:          {},
	schema.SourceLine:            {},
	schema.SourceOffset:          {},
	schema.RawRecord:             {},
}

// parquetBounded reports whether minima and maxima are kept of a column. They
// help nobody with JSON, bytes and lists, and those with NaN or signed zeros
// need care that readers differ in.
func parquetBounded(k schema.Kind) bool {
	switch k {
	case schema.JSON, schema.Bytes, schema.TextList, schema.Float64:
		return false
	}
	return true
}

// parquetOptions configures the library: version 1 data pages, which every
// reader knows, without statistics in the page headers, which repeat long
// values.
func parquetOptions(o Options, l parquetLimits) []parquet.WriterOption {
	options := []parquet.WriterOption{
		ParquetSchema(),
		&parquet.WriterConfig{CreatedBy: parquetCreator},
		parquet.Compression(parquetCodec),
		parquet.DataPageVersion(1),
		parquet.DataPageStatistics(false),
		parquet.ColumnIndexSizeLimit(func([]string) int { return parquetBoundBytes }),
		parquet.PageBufferSize(l.pageBytes),
		parquet.WriteBufferSize(0),
		parquet.DictionaryMaxBytes(int64(l.dictionaryBytes)),
		parquet.KeyValueMetadata("signins.schema_version", strconv.Itoa(schema.Version)),
		parquet.KeyValueMetadata("signins.tool_version", o.Tool.Version),
		parquet.KeyValueMetadata("signins.codes_table_date", o.CodesTableDate),
	}
	paths := ParquetSchema().Columns()
	for id := range schema.Columns {
		if !parquetBounded(schema.Columns[id].Kind) {
			options = append(options, parquet.SkipPageBounds(paths[id]...))
		}
	}
	return options
}
