package parquet

import (
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"signins/schema"
	"signins/schema/nested"
	"signins/writer/parquet/zstd"
)

// Compressions are the names of the codecs, the default first.
var Compressions = []string{"zstd", "snappy", "none"}

// namedCodec returns the codec of a name, "" for the default.
func namedCodec(compression string) compress.Codec {
	switch compression {
	case "snappy":
		return &parquet.Snappy
	case "none":
		return &parquet.Uncompressed
	}
	return zstd.Default
}

// Schema returns the schema of the Parquet files: one optional column for each
// of schema.Columns, in their order. A TextList is the three-level LIST (list,
// element) with optional elements, and so are those of nested.Columns if asLists is
// set. Every other column is a leaf.
func Schema(asLists bool) *parquet.Schema {
	columns := orderedGroup{Group: parquet.Group{}}
	for id := range schema.NumColumns {
		node := columnNode(schema.Columns[id].Kind)
		if m, ok := nested.Columns[id]; ok && asLists {
			node = (*member)(&m).node()
		}
		columns.add(schema.Columns[id].Name, node)
	}
	return parquet.NewSchema("signins", columns)
}

// An orderedGroup has optional fields in the order in which they were added, where a
// parquet.Group sorts them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

func (g orderedGroup) Fields() []parquet.Field { return g.fields }

func (g *orderedGroup) add(name string, node parquet.Node) {
	g.Group[name] = parquet.Optional(node)
	g.fields = append(g.fields, parquet.Group{name: g.Group[name]}.Fields()...)
}

func columnNode(k schema.Kind) parquet.Node {
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
	case schema.TextList:
		return parquet.List(parquet.Optional(parquet.String()))
	}
	return parquet.String()
}

// distinctColumns lists the columns in which nearly every record has its own
// value. They have no dictionary.
var distinctColumns = map[schema.ColumnID]bool{
	schema.ID: true, schema.CorrelationID: true, schema.OriginalRequestID: true,
	schema.UniqueTokenIdentifier: true, schema.RawRecord: true,
}

// hasBounds reports whether a column has minima and maxima. In JSON, bytes and
// lists nobody searches by them, and readers differ in how they treat NaN and signed
// zeros.
func hasBounds(k schema.Kind) bool {
	switch k {
	case schema.JSON, schema.Bytes, schema.TextList, schema.Float64:
		return false
	}
	return true
}

// metadata returns the library's options for the footer.
func metadata(o Options) []parquet.WriterOption {
	name := "flat"
	if o.Nested {
		name = "nested"
	}
	return []parquet.WriterOption{
		parquet.KeyValueMetadata("signins.schema", name),
		&parquet.WriterConfig{CreatedBy: "signins"}, // no build: all builds of a version give the same bytes
		parquet.KeyValueMetadata("signins.schema_version", strconv.Itoa(schema.Version)),
		parquet.KeyValueMetadata("signins.tool_version", o.ToolVersion),
		parquet.KeyValueMetadata("signins.codes_table_date", o.CodesTableDate),
	}
}
