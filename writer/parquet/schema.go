package parquet

import (
	"slices"
	"strconv"
	"sync"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"signins/schema"
	"signins/writer/parquet/zstd"
)

// createdBy is the created_by of every footer. It names no build: the same
// input gives the same bytes with any build of one version.
const createdBy = "signins"

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

// flatSchema is the schema of the Parquet files: one optional column for each
// of schema.Columns, in their order. A TextList is the three-level LIST (list,
// element) with optional elements, every other kind is a leaf, so the leaf
// columns are numbered as the columns are. nestedSchema is for --nested.
var (
	flatSchema   = sync.OnceValue(func() *parquet.Schema { return buildSchema(false) })
	nestedSchema = sync.OnceValue(func() *parquet.Schema { return buildSchema(true) })
)

func schemaOf(o Options) *parquet.Schema {
	if o.Nested {
		return nestedSchema()
	}
	return flatSchema()
}

func buildSchema(nested bool) *parquet.Schema {
	group, names := parquet.Group{}, []string{}
	for id := range schema.Columns {
		name, node := schema.Columns[id].Name, columnNode(schema.ColumnID(id))
		if m, ok := nestedTypes[schema.ColumnID(id)]; ok && nested {
			node = m.node()
		}
		group[name] = parquet.Optional(node)
		names = append(names, name)
	}
	return parquet.NewSchema("signins", inOrder(group, names))
}

// An orderedGroup has its fields in a given order, where a parquet.Group sorts
// them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

func inOrder(group parquet.Group, names []string) orderedGroup {
	ordered := orderedGroup{group, make([]parquet.Field, len(group))}
	for _, field := range group.Fields() {
		ordered.fields[slices.Index(names, field.Name())] = field
	}
	return ordered
}

func (g orderedGroup) Fields() []parquet.Field { return g.fields }

func columnNode(id schema.ColumnID) parquet.Node {
	leaf := leafNode(schema.Columns[id].Kind)
	if schema.Columns[id].Kind == schema.TextList {
		return parquet.List(parquet.Optional(leaf))
	}
	return leaf
}

func leafNode(k schema.Kind) parquet.Node {
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

// libraryOptions are the library's options for the schema and the footer.
func libraryOptions(o Options) []parquet.WriterOption {
	name := "flat"
	if o.Nested {
		name = "nested"
	}
	return []parquet.WriterOption{
		schemaOf(o),
		parquet.KeyValueMetadata("signins.schema", name),
		&parquet.WriterConfig{CreatedBy: createdBy},
		parquet.KeyValueMetadata("signins.schema_version", strconv.Itoa(schema.Version)),
		parquet.KeyValueMetadata("signins.tool_version", o.ToolVersion),
		parquet.KeyValueMetadata("signins.codes_table_date", o.CodesTableDate),
	}
}
