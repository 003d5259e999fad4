// Package nested describes the lists that sign-ins have as JSON: Conditional Access
// policies, authentication steps, processing details and network locations. All who
// read them use its names, so that they find the same members.
package nested

import (
	"bytes"
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A Member is a member of the elements of a list: a text, a yes or no, a list of texts,
// or a list of objects with members of their own.
type Member struct {
	JSON   string // name in the source
	Name   string // name in Parquet
	Flag   bool   // yes or no
	Mask   bool   // conditions, which may be written as a number
	List   bool
	Fields []Member
}

func texts(names ...string) (list []Member) {
	for _, name := range names {
		list = append(list, Member{JSON: name, Name: snake(name)})
	}
	return list
}

func list(name string, fields ...Member) Member {
	return Member{JSON: name, Name: snake(name), List: true, Fields: fields}
}

// masks are members that diagnostics write as a number, a bit for each word.
func masks(names ...string) []Member {
	list := texts(names...)
	for i := range list {
		list[i].Mask = true
	}
	return list
}

// snake writes a name of the source as a column name.
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

var rule = append(masks("conditionalAccessCondition"), texts("ruleSatisfied")...)

// Columns are the columns with such lists. Like columns, members are only ever
// appended. (Graph beta: appliedConditionalAccessPolicy, authenticationDetail, keyValue,
// networkLocationDetail; diagnostics have sequences too.)
var Columns = map[schema.ColumnID]Member{
	schema.ConditionalAccessPolicies: list("", append(append(texts("id", "displayName", "result"), masks("conditionsSatisfied", "conditionsNotSatisfied")...),
		list("enforcedGrantControls"), list("enforcedSessionControls"), list("sessionControlsNotSatisfied"),
		list("includeRulesSatisfied", rule...), list("excludeRulesSatisfied", rule...))...),
	schema.AuthenticationDetails: list("", append(texts("authenticationStepDateTime", "authenticationMethod", "authenticationMethodDetail",
		"authenticationStepResultDetail", "authenticationStepRequirement", "StatusSequence", "RequestSequence"),
		Member{JSON: "succeeded", Name: "succeeded", Flag: true})...),
	schema.AuthenticationProcessingDetails: list("", texts("key", "value")...),
	schema.NetworkLocationDetails:          list("", append(texts("networkType"), list("networkNames"))...),
}

// Field returns the index of the field that has a name of the source, -1 for none.
func (m *Member) Field(name []byte) int {
	return slices.IndexFunc(m.Fields, func(f Member) bool { return SameName(f.JSON, string(name)) })
}

// SameName reports whether a name is a spelling of the documented name of a member:
// PowerShell writes Id for id, and databases write display_name for displayName.
func SameName(documented, name string) bool {
	return strings.EqualFold(documented, name) || strings.IndexByte(name, '_') > 0 && strings.EqualFold(documented, strings.ReplaceAll(name, "_", ""))
}

// Array returns the array that a value is. A single object, as PowerShell writes a list
// of one, becomes an array; a string that spells a list becomes that list. ok is false
// for any other value.
func Array(value []byte) (array jsontext.Value, ok bool) {
	v := jsontext.Value(bytes.TrimSpace(value))
	if v.Kind() == jsontext.String {
		text, valid := v.Text()
		parsed, err := jsontext.Parse(text)
		if !valid || err != nil {
			return nil, false
		}
		v = parsed
	}
	switch {
	case v.Kind() == jsontext.Array && v[len(v)-1] == ']':
		return v, true
	case v.Kind() == jsontext.Object && v[len(v)-1] == '}':
		return slices.Concat([]byte{'['}, v, []byte{']'}), true
	}
	return nil, false
}
