package parquet

import (
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// A member is a field of the structs in a nested column: a text, a yes or no, a
// list of texts, or a list of structs with fields of their own.
type member struct {
	json   string // key in the source
	name   string
	flag   bool
	mask   bool // conditions, which may be written as a number
	list   bool
	fields []member
}

func textMembers(names ...string) (list []member) {
	for _, name := range names {
		list = append(list, member{json: name, name: snake(name)})
	}
	return list
}

func list(name string, fields ...member) member {
	return member{json: name, name: snake(name), list: true, fields: fields}
}

// masks are members that diagnostics write as a number, a bit for each word.
func masks(names ...string) []member {
	list := textMembers(names...)
	for i := range list {
		list[i].mask = true
	}
	return list
}

// snake writes a key of the source as a column name.
func snake(name string) string {
	var s strings.Builder
	for i, r := range name {
		if i > 0 && 'A' <= r && r <= 'Z' {
			s.WriteByte('_')
		}
		s.WriteRune(r)
	}
	return strings.ToLower(s.String())
}

var ruleMembers = append(masks("conditionalAccessCondition"), textMembers("ruleSatisfied")...)

// nestedTypes are the columns that --nested writes as lists of structs. Like
// columns, members are only ever appended. (Graph beta: appliedConditionalAccessPolicy,
// authenticationDetail, keyValue, networkLocationDetail; diagnostics have sequences too.)
var nestedTypes = map[schema.ColumnID]member{
	schema.ConditionalAccessPolicies: list("", append(append(textMembers("id", "displayName", "result"), masks("conditionsSatisfied", "conditionsNotSatisfied")...),
		list("enforcedGrantControls"), list("enforcedSessionControls"), list("sessionControlsNotSatisfied"),
		list("includeRulesSatisfied", ruleMembers...), list("excludeRulesSatisfied", ruleMembers...))...),
	schema.AuthenticationDetails: list("", append(textMembers("authenticationStepDateTime", "authenticationMethod", "authenticationMethodDetail",
		"authenticationStepResultDetail", "authenticationStepRequirement", "StatusSequence", "RequestSequence"),
		member{json: "succeeded", name: "succeeded", flag: true})...),
	schema.AuthenticationProcessingDetails: list("", textMembers("key", "value")...),
	schema.NetworkLocationDetails:          list("", append(textMembers("networkType"), list("networkNames"))...),
}

// NestedMembers returns the members of the columns that Options.Nested writes as lists
// of structs.
func NestedMembers() map[schema.ColumnID][]schema.Member {
	all := map[schema.ColumnID][]schema.Member{}
	for id, m := range nestedTypes {
		all[id] = m.described().Members
	}
	return all
}

func (m *member) described() schema.Member {
	d := schema.Member{Name: m.name, Type: schema.Text.String()}
	switch {
	case m.flag:
		d.Type = schema.Bool.String()
	case len(m.fields) > 0:
		d.Type = schema.ListOfStruct
	case m.list:
		d.Type = schema.TextList.String()
	}
	for i := range m.fields {
		d.Members = append(d.Members, m.fields[i].described())
	}
	return d
}

// field returns the index of the field that has a key of the source, -1 for
// none. PowerShell writes Id for id.
func (m *member) field(key []byte) int {
	return slices.IndexFunc(m.fields, func(f member) bool { return strings.EqualFold(f.json, string(key)) })
}

// node is the member's type in a Parquet schema.
func (m *member) node() parquet.Node {
	node := parquet.String()
	if m.flag {
		node = parquet.Leaf(parquet.BooleanType)
	}
	if len(m.fields) > 0 {
		group := orderedGroup{Group: parquet.Group{}}
		for i := range m.fields {
			group.add(m.fields[i].name, m.fields[i].node())
		}
		node = group
	}
	if m.list {
		return parquet.List(parquet.Optional(node))
	}
	return node
}

// width is the number of leaves below m.
func (m *member) width() int {
	n := 0
	for i := range m.fields {
		n += m.fields[i].width()
	}
	return max(n, 1)
}
