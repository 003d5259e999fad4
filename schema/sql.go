package schema

import (
	"fmt"
	"io"
	"strings"
)

// Dialects are the dialects of SQL, the default first.
var Dialects = []string{"duckdb", "trino", "spark"}

// PartitionColumn is the column that a dataset has in the names of its folders,
// event_date=2026-05-01, and not in its files. Readers put it behind all others.
const (
	PartitionColumn = "event_date"
	partitionDoc    = "UTC day of created_at, from the names of a dataset's folders; null where created_at is."
)

// A sqlDialect names the types of one of the Dialects.
type sqlDialect struct {
	text, time, bytes string
	list              string // of elements of a type
	structs, field    string // of fields; a name and a type
}

var sqlDialects = map[string]sqlDialect{
	"duckdb": {"VARCHAR", "TIMESTAMP WITH TIME ZONE", "BLOB", "%s[]", "STRUCT(%s)", "%s %s"},
	"trino":  {"VARCHAR", "TIMESTAMP(6) WITH TIME ZONE", "VARBINARY", "ARRAY(%s)", "ROW(%s)", "%s %s"},
	"spark":  {"STRING", "TIMESTAMP", "BINARY", "ARRAY<%s>", "STRUCT<%s>", "%s: %s"}, // its TIMESTAMP is an instant
}

// typeOf returns the type of a member, the name of whose type is that of a Kind.
func (d *sqlDialect) typeOf(m *Member) string {
	switch m.Type {
	case Bool.String():
		return "BOOLEAN"
	case Int32.String():
		return "INTEGER"
	case Int64.String():
		return "BIGINT"
	case Float64.String():
		return "DOUBLE"
	case Time.String():
		return d.time
	case Bytes.String():
		return d.bytes
	case TextList.String():
		return fmt.Sprintf(d.list, d.text)
	case ListOfStruct:
		var fields []string
		for i := range m.Members {
			fields = append(fields, fmt.Sprintf(d.field, m.Members[i].Name, d.typeOf(&m.Members[i])))
		}
		return fmt.Sprintf(d.list, fmt.Sprintf(d.structs, strings.Join(fields, ", ")))
	}
	return d.text
}

// printSQL writes a CREATE TABLE statement.
func (c *Contract) printSQL(w io.Writer) error {
	d, lines := sqlDialects[c.Dialect], []string{}
	for id := range NumColumns {
		m := c.member(id)
		lines = append(lines, "  "+m.Name+" "+d.typeOf(&m))
	}
	if c.Dataset {
		lines = append(lines, "  "+PartitionColumn+" DATE")
	}
	_, err := fmt.Fprintf(w, "CREATE TABLE signins (\n%s\n);\n", strings.Join(lines, ",\n"))
	return err
}
