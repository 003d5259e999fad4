package writer

import (
	"strings"

	"github.com/parquet-go/jsonlite"
)

// jsonList returns the elements of a list in JSON, and whether it is one. A
// text that holds the list is taken for it.
func jsonList(value []byte) (list []*jsonlite.Value, ok bool) {
	v, err := jsonlite.Parse(string(value))
	if err == nil && v.Kind() == jsonlite.String {
		v, err = jsonlite.Parse(v.String())
	}
	if err != nil {
		return nil, false
	}
	switch v.Kind() {
	case jsonlite.Null:
		return nil, true
	case jsonlite.Object: // a single element
		return []*jsonlite.Value{v}, true
	case jsonlite.Array:
		for element := range v.Array {
			list = append(list, element)
		}
		return list, true
	}
	return nil, false
}

// A jsonObject is an object whose members are taken by name.
type jsonObject struct {
	members map[string]*jsonlite.Value
	order   []string
}

// newJSONObject returns v as an object; what is none has no members.
func newJSONObject(v *jsonlite.Value) *jsonObject {
	o := &jsonObject{members: map[string]*jsonlite.Value{}}
	if v.Kind() == jsonlite.Object {
		for name, member := range v.Object {
			if _, repeated := o.members[name]; !repeated {
				o.members[name] = member
				o.order = append(o.order, name)
			}
		}
	}
	return o
}

// take returns a member as text and strikes it off.
func (o *jsonObject) take(name string) string {
	return jsonText(o.member(name))
}

// member returns a member, nil for none, and strikes it off.
func (o *jsonObject) member(name string) *jsonlite.Value {
	v := o.members[name]
	delete(o.members, name)
	return v
}

// rest returns the members not taken, as JSON without its braces.
func (o *jsonObject) rest() string {
	var parts []string
	for _, name := range o.order {
		if v := o.members[name]; v != nil && v.Kind() != jsonlite.Null && !emptyList([]byte(v.JSON())) {
			parts = append(parts, jsonlite.Quote(name)+":"+v.JSON())
		}
	}
	return strings.Join(parts, ",")
}

// jsonText returns a value as people read it: a list with commas, an object as
// JSON.
func jsonText(v *jsonlite.Value) string {
	if v == nil {
		return ""
	}
	switch v.Kind() {
	case jsonlite.Null:
		return ""
	case jsonlite.String:
		text, err := jsonlite.Unquote(v.JSON())
		if err != nil {
			return v.JSON()
		}
		return text
	case jsonlite.Array:
		var parts []string
		for element := range v.Array {
			parts = append(parts, jsonText(element))
		}
		return strings.Join(parts, ", ")
	}
	return v.JSON()
}
