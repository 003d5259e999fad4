package writer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
)

// A member is a field of the structs in a nested column: a text, a yes or no, a
// list of texts, or a list of structs with fields of their own.
type member struct {
	json   string // key in the source
	name   string
	flag   bool
	list   bool
	fields []member
}

func texts(names ...string) (list []member) {
	for _, name := range names {
		list = append(list, member{json: name, name: snake(name)})
	}
	return list
}

func list(name string, fields ...member) member {
	return member{json: name, name: snake(name), list: true, fields: fields}
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

var ruleMembers = texts("conditionalAccessCondition", "ruleSatisfied")

// nestedColumns are the columns that --nested writes as lists of structs. Like
// columns, members are only ever appended. (Graph beta: appliedConditionalAccessPolicy,
// authenticationDetail, keyValue, networkLocationDetail; diagnostics have sequences too.)
var nestedColumns = map[schema.ColumnID]member{
	schema.ConditionalAccessPolicies: list("", append(texts("id", "displayName", "result", "conditionsSatisfied", "conditionsNotSatisfied"),
		list("enforcedGrantControls"), list("enforcedSessionControls"), list("sessionControlsNotSatisfied"),
		list("includeRulesSatisfied", ruleMembers...), list("excludeRulesSatisfied", ruleMembers...))...),
	schema.AuthenticationDetails: list("", append(texts("authenticationStepDateTime", "authenticationMethod", "authenticationMethodDetail",
		"authenticationStepResultDetail", "authenticationStepRequirement", "StatusSequence", "RequestSequence"),
		member{json: "succeeded", name: "succeeded", flag: true})...),
	schema.AuthenticationProcessingDetails: list("", texts("key", "value")...),
	schema.NetworkLocationDetails:          list("", append(texts("networkType"), list("networkNames"))...),
}

// node is the member's type in a Parquet schema.
func (m *member) node() parquet.Node {
	node := parquet.String()
	if m.flag {
		node = parquet.Leaf(parquet.BooleanType)
	}
	if len(m.fields) > 0 {
		group, names := parquet.Group{}, []string{}
		for i := range m.fields {
			group[m.fields[i].name] = parquet.Optional(m.fields[i].node())
			names = append(names, m.fields[i].name)
		}
		node = inOrder(group, names)
	}
	if m.list {
		return parquet.List(parquet.Optional(node))
	}
	return node
}

// A leaf is a Parquet column below a nested one.
type leaf struct {
	kind           schema.Kind
	maxDef, maxRep int
}

// leaves lists what is below an optional member, in order. def and rep are the
// levels of what holds it.
func (m *member) leaves(def, rep int) (all []leaf) {
	if m.list {
		def, rep = def+2, rep+1
	}
	if len(m.fields) == 0 {
		kind := schema.Text
		if m.flag {
			kind = schema.Bool
		}
		return []leaf{{kind, def + 1, rep}}
	}
	for i := range m.fields {
		all = append(all, m.fields[i].leaves(def+1, rep)...)
	}
	return all
}

// width is the number of leaves below m.
func (m *member) width() int {
	n := 0
	for i := range m.fields {
		n += m.fields[i].width()
	}
	return max(n, 1)
}

// A shredder takes JSON texts apart into the entries of leaves, with the levels
// that the format's specification gives them (Dremel). What no member can hold
// exactly is left over, verbatim, for extra.
type shredder struct {
	entries [][]element // by leaf
	left    []leftover
}

type leftover struct {
	path string
	json []byte
}

// shred takes one value of a nested column apart.
func (s *shredder) shred(m *member, path string, value []byte) {
	s.entries, s.left = make([][]element, m.width()), nil
	s.member(m, path, value, 0, 0, 0, 0)
}

// member adds a value, nil for none, to the leaves of m, which begin at at. rep
// is the level at which the value repeats, depth how many lists it is in.
func (s *shredder) member(m *member, path string, value []byte, at, def, rep, depth int) {
	if value == nil || string(value) == "null" {
		s.null(m, at, def, rep)
		return
	}
	if !m.list {
		s.one(m, path, value, at, def, rep, depth)
		return
	}
	elements, ok := jsonArray(value)
	switch {
	case !ok:
		s.leave(path, value)
		s.null(m, at, def, rep)
	case len(elements) == 0:
		s.null(m, at, def+1, rep)
	}
	one := *m
	one.list = false
	for i, element := range elements {
		if i > 0 {
			rep = depth + 1
		}
		s.member(&one, fmt.Sprintf("%s[%d]", path, i), element, at, def+2, rep, depth+1)
	}
}

// one adds a value that is no list.
func (s *shredder) one(m *member, path string, value []byte, at, def, rep, depth int) {
	if len(m.fields) == 0 {
		text, ok := scalar(value, m.flag)
		if !ok {
			s.leave(path, value)
			s.null(m, at, def, rep)
			return
		}
		s.entries[at] = append(s.entries[at], element{level: byte(def + 1), rep: byte(rep), text: text})
		return
	}
	keys, values, ok := jsonObject(value)
	if !ok {
		s.leave(path, value)
		s.null(m, at, def, rep)
		return
	}
	found := make([][]byte, len(m.fields))
	for i, key := range keys {
		f := m.field(key)
		if f < 0 || found[f] != nil {
			s.leave(path+"."+key, values[i])
			continue
		}
		found[f] = values[i]
	}
	for i := range m.fields {
		f := &m.fields[i]
		s.member(f, path+"."+f.json, found[i], at, def+1, rep, depth)
		at += f.width()
	}
}

func (m *member) field(key string) int {
	for i := range m.fields {
		if m.fields[i].json == key {
			return i
		}
	}
	return -1
}

// null adds an entry without a value to all leaves of m.
func (s *shredder) null(m *member, at, def, rep int) {
	for i := range m.width() {
		s.entries[at+i] = append(s.entries[at+i], element{level: byte(def), rep: byte(rep)})
	}
}

// leave leaves a value over. Text that is no JSON becomes a JSON text.
func (s *shredder) leave(path string, value []byte) {
	if !json.Valid(value) {
		value = jsonText(string(value))
	}
	s.left = append(s.left, leftover{path, bytes.Clone(value)})
}

func jsonText(text string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.Encode(text) // fails for no text
	return bytes.TrimRight(out.Bytes(), "\n")
}

// scalar returns a text or number as text, a truth value as one byte; false
// where that would not be the whole truth.
func scalar(value []byte, flag bool) ([]byte, bool) {
	switch {
	case flag && string(value) == "true":
		return []byte{1}, true
	case flag:
		return []byte{0}, string(value) == "false"
	case len(value) > 0 && value[0] == '"':
		var text string
		if json.Unmarshal(value, &text) != nil {
			return nil, false
		}
		// Half a character, a lone surrogate, has no UTF-8.
		half := strings.ContainsRune(text, utf8.RuneError) && bytes.Contains(bytes.ToLower(value), []byte(`\ud`))
		return []byte(text), !half
	}
	var number json.Number
	return value, json.Unmarshal(value, &number) == nil
}

func jsonArray(value []byte) (elements []json.RawMessage, ok bool) {
	return elements, json.Unmarshal(value, &elements) == nil
}

// jsonObject returns the members of an object in their order, repeated ones
// too.
func jsonObject(value []byte) (keys []string, values []json.RawMessage, ok bool) {
	d := json.NewDecoder(bytes.NewReader(value))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return nil, nil, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, false
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, nil, false
		}
		keys, values = append(keys, key.(string)), append(values, raw)
	}
	_, err := d.Token()
	return keys, values, err == nil
}
