package delta

import (
	"slices"

	"signins/schema"
	"signins/schema/nested"
)

// A structType is the schema of a table, or the elements of a list within.
type structType struct {
	Type   string  `json:"type"` // struct
	Fields []field `json:"fields"`
}

type field struct {
	Name     string         `json:"name"`
	Type     any            `json:"type"`
	Nullable bool           `json:"nullable"`
	Metadata map[string]any `json:"metadata"`
}

func nullable(name string, t any) field { return field{name, t, true, map[string]any{}} }

func listOf(element any) map[string]any {
	return map[string]any{"type": "array", "elementType": element, "containsNull": true}
}

// add adds the columns of o that s lacks, and reports whether there were any.
func (s *structType) add(o structType) (more bool) {
	for _, f := range o.Fields {
		if !slices.ContainsFunc(s.Fields, func(own field) bool { return own.Name == f.Name }) {
			s.Type, s.Fields, more = o.Type, append(s.Fields, f), true
		}
	}
	return more
}

// columns returns the schema of a table: the day, and the columns of the Parquet files, of
// which later versions have more.
func columns(asLists bool) structType {
	all := structType{Type: "struct", Fields: []field{nullable(schema.PartitionColumn, "date")}}
	for id := range schema.NumColumns {
		var t any = types[schema.Columns[id].Kind]
		if m, ok := nested.Columns[id]; ok && asLists {
			t = memberType(m)
		} else if schema.Columns[id].Kind == schema.TextList {
			t = listOf("string")
		}
		all.Fields = append(all.Fields, nullable(schema.Columns[id].Name, t))
	}
	return all
}

var types = map[schema.Kind]string{
	schema.Text: "string", schema.JSON: "string", schema.Bytes: "binary", schema.Bool: "boolean",
	schema.Int32: "integer", schema.Int64: "long", schema.Float64: "double", schema.Time: "timestamp",
}

func memberType(m nested.Member) any {
	var t any = "string"
	switch {
	case m.Flag:
		t = "boolean"
	case len(m.Fields) > 0:
		elements := structType{Type: "struct"}
		for _, f := range m.Fields {
			elements.Fields = append(elements.Fields, nullable(f.Name, memberType(f)))
		}
		t = elements
	}
	if m.List {
		return listOf(t)
	}
	return t
}
