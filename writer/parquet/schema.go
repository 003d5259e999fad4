package parquet

import (
	"fmt"
	"strconv"
	"strings"

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
		number := id.FieldID()
		node := columnNode(schema.Columns[id].Kind, number)
		if m, ok := nested.Columns[id]; ok && asLists {
			node = (*member)(&m).node(number)
		}
		columns.add(schema.Columns[id].Name, number, node)
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

func (g *orderedGroup) add(name string, number int, node parquet.Node) {
	g.Group[name] = parquet.FieldID(parquet.Optional(node), number)
	g.fields = append(g.fields, parquet.Group{name: g.Group[name]}.Fields()...)
}

// listNode is a list whose elements may be null, in a field of a number.
func listNode(element parquet.Node, number int) parquet.Node {
	return parquet.List(parquet.FieldID(parquet.Optional(element), schema.ElementFieldID(number)))
}

func columnNode(k schema.Kind, number int) parquet.Node {
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
		return listNode(parquet.String(), number)
	}
	return parquet.String()
}

// distinctColumns lists the columns in which nearly every record has its own
// value. They have no dictionary.
var distinctColumns = map[schema.ColumnID]bool{
	schema.ID: true, schema.CorrelationID: true, schema.OriginalRequestID: true,
	schema.UniqueTokenIdentifier: true, schema.RawRecord: true,
}

// hasBounds reports whether a column has minima and maxima. In JSON, bytes and lists
// nobody searches by them.
func hasBounds(k schema.Kind) bool {
	switch k {
	case schema.JSON, schema.Bytes, schema.TextList:
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
		&parquet.WriterConfig{CreatedBy: createdBy(o.ToolVersion)},
		parquet.KeyValueMetadata("signins.schema_version", strconv.Itoa(schema.Version)),
		parquet.KeyValueMetadata("signins.tool_version", o.ToolVersion),
		parquet.KeyValueMetadata("signins.codes_table_date", o.CodesTableDate),
	}
}

// createdBy names the program in the form that readers take apart into application,
// version and build: v1.2.3 is "signins version 1.2.3 (build 2)". All builds of a version
// give the same bytes, so the build is the version of the schema.
func createdBy(version string) string {
	version = strings.NewReplacer("(", "", ")", "", " ", "").Replace(strings.TrimPrefix(version, "v"))
	return fmt.Sprintf("signins version %s (build %d)", version, schema.Version)
}
