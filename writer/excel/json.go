package excel

import (
	"bytes"
	"strings"

	"signins/schema/jsontext"
	"signins/schema/nested"
)

// readJSONList returns a list in JSON and whether value is one. null is an empty list;
// nested.Array has the others.
func readJSONList(value []byte) (list jsontext.Value, ok bool) {
	v, err := jsontext.Parse(value)
	if err != nil || v.Kind() == jsontext.Null {
		return nil, err == nil
	}
	return nested.Array(v)
}

// A jsonObject is an object whose members are removed by name, until the unknown ones
// remain. It is a list, as a search in few members is faster than a map.
type jsonObject []jsonMember

type jsonMember struct {
	name  string
	value jsontext.Value // nil once removed
}

// newJSONObject returns the members of an object, none for any other value. ok is
// false where a name has the escape of a lone surrogate, which no text can show.
func newJSONObject(v jsontext.Value) (o jsonObject, ok bool) {
	if v.Kind() != jsontext.Object {
		return nil, true
	}
	surrogates := bytes.Contains(v, []byte(`\ud`)) || bytes.Contains(v, []byte(`\uD`))
	for name, value := range v.Members() {
		if surrogates && bytes.Contains(name, []byte("\uFFFD")) {
			return nil, false
		}
		o = append(o, jsonMember{string(name), value})
	}
	return o, true
}

// find returns a member in any case, nil for none: the first one of several of that
// name.
func (o jsonObject) find(name string) *jsonMember {
	for i := range o {
		if nested.SameName(name, o[i].name) && o[i].value != nil {
			return &o[i]
		}
	}
	return nil
}

// pop removes a member and returns its value, nil for none.
func (o jsonObject) pop(name string) (v jsontext.Value) {
	if m := o.find(name); m != nil {
		v, m.value = m.value, nil
	}
	return v
}

// popText removes a member and returns it as text.
func (o jsonObject) popText(name string) string { return jsonText(o.pop(name)) }

// rest returns the members not removed, as JSON without braces. Those without
// content are skipped.
func (o jsonObject) rest() string {
	var rest []byte
	for _, m := range o {
		if m.value == nil || isEmptyJSON(m.value) {
			continue
		}
		if rest != nil {
			rest = append(rest, ',')
		}
		rest = append(jsontext.AppendQuoted(rest, []byte(m.name)), ':')
		rest = append(rest, m.value...)
	}
	return string(rest)
}

// maxTextLists is how deep lists are joined: each level reads its text once more.
const maxTextLists = 8

// jsonText returns a value as people read it: a list with commas, "" for null, an
// object as JSON. A string that no text can spell stays JSON.
func jsonText(v jsontext.Value) string { return jsonTextIn(v, 0) }

func jsonTextIn(v jsontext.Value, lists int) string {
	switch v.Kind() {
	case jsontext.Null:
		return ""
	case jsontext.String:
		if text, ok := v.Text(); ok {
			return string(text)
		}
	case jsontext.Array:
		if lists == maxTextLists {
			break
		}
		var texts []string
		for element := range v.Elements() {
			if text := jsonTextIn(element, lists+1); text != "" || len(texts) > 0 {
				texts = append(texts, text)
			}
		}
		return strings.Join(texts, ", ")
	}
	return string(v)
}

// isEmptyJSON reports whether a JSON text is null, [] or {}.
func isEmptyJSON(value []byte) bool {
	return string(value) == "null" || string(value) == "[]" || string(value) == "{}"
}
