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
		all[id] = (*member)(&m).described(id.FieldID()).Members
	}
	return all
}

func (m *member) described(number int) schema.Member {
	d := schema.Member{Name: m.Name, Type: schema.Text.String(), FieldID: number}
	switch {
	case m.Flag:
		d.Type = schema.Bool.String()
	case len(m.Fields) > 0:
		d.Type = schema.ListOfStruct
	case m.List:
		d.Type = schema.TextList.String()
	}
	if m.List {
		d.ElementFieldID = schema.ElementFieldID(number)
	}
	for i := range m.Fields {
		d.Members = append(d.Members, m.fieldAt(i).described(schema.MemberFieldID(number, i)))
	}
	return d
}

// node is the member's type in a Parquet schema, for a field of a number.
func (m *member) node(number int) parquet.Node {
	node := parquet.String()
	if m.Flag {
		node = parquet.Leaf(parquet.BooleanType)
	}
	if len(m.Fields) > 0 {
		group := orderedGroup{Group: parquet.Group{}}
		for i := range m.Fields {
			n := schema.MemberFieldID(number, i)
			group.add(m.Fields[i].Name, n, m.fieldAt(i).node(n))
		}
		node = group
	}
	if m.List {
		return listNode(node, number)
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
