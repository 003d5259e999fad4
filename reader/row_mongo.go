package reader

import (
	"bytes"

	"signins/schema/jsontext"
)

// MongoDB's tools write the types that JSON lacks as objects of one member:
// {"$date":"2026-01-02T03:04:05Z"}, {"$date":{"$numberLong":"1767323045000"}},
// {"$numberInt":"50126"}, {"$oid":"65a0"}.

// mongoTypes are the names of those members.
var mongoTypes = namesIn("$date $numberInt $numberLong $numberDouble $numberDecimal $oid $uuid $symbol")

// mongoBegin begins such an object without white space.
const mongoBegin = `{"$`

// mongoScalar returns a token with the value of such an object, nil for any other value.
func mongoScalar(t *token) *token {
	if t.kind != '{' || !bytes.HasPrefix(t.compact, []byte(mongoBegin)) {
		return nil
	}
	text, ok := mongoText(jsontext.Value(t.compact))
	if !ok {
		return nil
	}
	return &token{path: t.path, kind: '"', raw: t.raw, text: text, damage: t.damage}
}

// mongoText returns the text of the value of such an object.
func mongoText(object jsontext.Value) (text []byte, ok bool) {
	members := 0
	for name, value := range object.Members() {
		members++
		switch kind := value.Kind(); {
		case !mongoTypes[foldTitle(string(name))]:
			return nil, false
		case kind == jsontext.String:
			text, ok = value.Text()
		case kind == jsontext.Number:
			text, ok = value, true
		case kind == jsontext.Object && text == nil && string(name) == "$date":
			text, ok = mongoText(value)
		}
	}
	return jsontext.AppendValidUTF8(nil, text), ok && members == 1
}
