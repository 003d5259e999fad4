package parquet

import (
	"github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/schema/nested"
)

// A member is a nested.Member with its Parquet columns.
type member nested.Member

// fieldAt returns the member at an index of its fields.
func (m *member) fieldAt(i int) *member { return (*member)(&m.Fields[i]) }

// NestedMembers returns the members of the columns that Options.Nested writes as lists
// of structs.
func NestedMembers() map[schema.ColumnID][]schema.Member {
	all := map[schema.ColumnID][]schema.Member{}
	for id, m := range nested.Columns {
		all[id] = (*member)(&m).described().Members
	}
	return all
}

func (m *member) described() schema.Member {
	d := schema.Member{Name: m.Name, Type: schema.Text.String()}
	switch {
	case m.Flag:
		d.Type = schema.Bool.String()
	case len(m.Fields) > 0:
		d.Type = schema.ListOfStruct
	case m.List:
		d.Type = schema.TextList.String()
	}
	for i := range m.Fields {
		d.Members = append(d.Members, m.fieldAt(i).described())
	}
	return d
}

// node is the member's type in a Parquet schema.
func (m *member) node() parquet.Node {
	node := parquet.String()
	if m.Flag {
		node = parquet.Leaf(parquet.BooleanType)
	}
	if len(m.Fields) > 0 {
		group := orderedGroup{Group: parquet.Group{}}
		for i := range m.Fields {
			group.add(m.Fields[i].Name, m.fieldAt(i).node())
		}
		node = group
	}
	if m.List {
		return parquet.List(parquet.Optional(node))
	}
	return node
}

// width is the number of leaves below m.
func (m *member) width() int {
	n := 0
	for i := range m.Fields {
		n += m.fieldAt(i).width()
	}
	return max(n, 1)
}
