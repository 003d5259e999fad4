package excel

import (
	"errors"
	"strings"

	"github.com/parquet-go/jsonlite"
)

// maxNesting is how deep values may nest to be read here: the parser needs stack
// for each level.
const maxNesting = 1000

// tooDeep reports whether brackets outside strings nest deeper.
func tooDeep(text string) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text) && depth <= maxNesting; i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
	}
	return depth > maxNesting
}

// parseJSON parses a text that may be anything.
func parseJSON(text string) (*jsonlite.Value, error) {
	if tooDeep(text) {
		return nil, errors.New("the value nests too deep")
	}
	return jsonlite.Parse(text)
}

// jsonList returns the elements of a list in JSON, and whether it is one. A
// text that holds the list is taken for it.
func jsonList(value []byte) (list []*jsonlite.Value, ok bool) {
	v, err := parseJSON(string(value))
	if err == nil && v.Kind() == jsonlite.String {
		v, err = parseJSON(v.String())
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

// A jsonObject is an object whose members are taken by name. Objects are small:
// a walk is faster than a map.
type jsonObject []jsonMember

type jsonMember struct {
	name  string
	value *jsonlite.Value // nil once taken
}

// newJSONObject returns v as an object; what is none has no members.
func newJSONObject(v *jsonlite.Value) jsonObject {
	if v.Kind() != jsonlite.Object {
		return nil
	}
	o := make(jsonObject, 0, v.Len())
	for name, member := range v.Object {
		o = append(o, jsonMember{name, member})
	}
	return o
}

// find returns a member, nil for none. Of repeated ones the first counts.
func (o jsonObject) find(name string) *jsonMember {
	for i := range o {
		if o[i].name == name && o[i].value != nil {
			return &o[i]
		}
	}
	return nil
}

// member returns the value of a member, nil for none, and strikes it off.
func (o jsonObject) member(name string) (v *jsonlite.Value) {
	if m := o.find(name); m != nil {
		v, m.value = m.value, nil
	}
	return v
}

// take returns a member as text and strikes it off.
func (o jsonObject) take(name string) string { return jsonText(o.member(name)) }

// rest returns the members not taken, as JSON without its braces.
func (o jsonObject) rest() string {
	var parts []string
	for _, m := range o {
		if v := m.value; v != nil && v.Kind() != jsonlite.Null && !emptyList([]byte(v.JSON())) {
			parts = append(parts, jsonlite.Quote(m.name)+":"+v.JSON())
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
		var texts []string
		for element := range v.Array {
			if text := jsonText(element); text != "" || len(texts) > 0 {
				texts = append(texts, text)
			}
		}
		return strings.Join(texts, ", ")
	}
	return v.JSON()
}
