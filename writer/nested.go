package writer

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
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

// masks are members whose number, as diagnostics write it, stands for words.
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

// nestedColumns are the columns that --nested writes as lists of structs. Like
// columns, members are only ever appended. (Graph beta: appliedConditionalAccessPolicy,
// authenticationDetail, keyValue, networkLocationDetail; diagnostics have sequences too.)
var nestedColumns = map[schema.ColumnID]member{
	schema.ConditionalAccessPolicies: list("", append(append(textMembers("id", "displayName", "result"), masks("conditionsSatisfied", "conditionsNotSatisfied")...),
		list("enforcedGrantControls"), list("enforcedSessionControls"), list("sessionControlsNotSatisfied"),
		list("includeRulesSatisfied", ruleMembers...), list("excludeRulesSatisfied", ruleMembers...))...),
	schema.AuthenticationDetails: list("", append(textMembers("authenticationStepDateTime", "authenticationMethod", "authenticationMethodDetail",
		"authenticationStepResultDetail", "authenticationStepRequirement", "StatusSequence", "RequestSequence"),
		member{json: "succeeded", name: "succeeded", flag: true})...),
	schema.AuthenticationProcessingDetails: list("", textMembers("key", "value")...),
	schema.NetworkLocationDetails:          list("", append(textMembers("networkType"), list("networkNames"))...),
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

// shred takes one value of a nested column apart. Entries may share its memory.
func (s *shredder) shred(m *member, path string, value []byte) {
	s.entries, s.left = make([][]element, m.width()), nil
	value = bytes.TrimSpace(value)
	switch {
	case !json.Valid(value):
		s.leave(path, quoteJSON(string(value)))
		value = nil
	case tooMany(value):
		s.leave(path, value)
		value = nil
	}
	s.member(m, path, value, spot{})
}

// A spot is where a value goes: to leaves from at on, with these levels. depth
// is how many lists it is in.
type spot struct{ at, def, rep, depth int }

// deeper returns the spot so many definition levels below p.
func (p spot) deeper(levels int) spot {
	p.def += levels
	return p
}

// member adds a value, nil for none, to the leaves of m.
func (s *shredder) member(m *member, path string, value []byte, p spot) {
	switch {
	case value == nil || string(value) == "null":
		s.null(m, p)
	case m.list && value[0] == '[':
		s.list(m, path, parts(value), p)
	case !m.list && len(m.fields) > 0 && value[0] == '{':
		s.object(m, path, parts(value), p)
	case !m.list && len(m.fields) == 0:
		s.scalar(m, path, value, p)
	default:
		s.leave(path, value)
		s.null(m, p)
	}
}

func (s *shredder) list(m *member, path string, elements [][]byte, p spot) {
	if len(elements) == 0 {
		s.null(m, p.deeper(1))
	}
	one := *m
	one.list = false
	p.depth++
	for i, element := range elements {
		if i > 0 {
			p.rep = p.depth
		}
		s.member(&one, path+"["+strconv.Itoa(i)+"]", element, p.deeper(2))
	}
}

func (s *shredder) object(m *member, path string, parts [][]byte, p spot) {
	found, paths := make([][]byte, len(m.fields)), make([]string, len(m.fields))
	for i := 0; i < len(parts); i += 2 {
		key, _ := unquote(parts[i])
		inside := path + "." + string(key)
		// PowerShell writes Id for id.
		f := slices.IndexFunc(m.fields, func(f member) bool { return strings.EqualFold(f.json, string(key)) })
		if f < 0 || found[f] != nil {
			s.leave(inside, parts[i+1])
			continue
		}
		found[f], paths[f] = parts[i+1], inside
	}
	p = p.deeper(1)
	for i := range m.fields {
		s.member(&m.fields[i], paths[i], found[i], p)
		p.at += m.fields[i].width()
	}
}

// scalar adds a text or a number as text, a truth value as one byte.
func (s *shredder) scalar(m *member, path string, value []byte, p spot) {
	text, ok := value, false
	switch value[0] {
	case '"':
		if !m.flag {
			text, ok = unquote(value)
		}
	case 't', 'f':
		text, ok = []byte{0}, m.flag
		if value[0] == 't' {
			text[0] = 1
		}
	case '{', '[':
	default:
		ok = !m.flag
	}
	if !ok {
		s.leave(path, value)
		s.null(m, p)
		return
	}
	if m.mask {
		text = spellMask(text)
	}
	s.entries[p.at] = append(s.entries[p.at], element{level: byte(p.def + 1), rep: byte(p.rep), text: text})
}

// spellMask writes conditions as Graph does. A number with a bit that has no
// name stays one.
func spellMask(text []byte) []byte {
	if words, known := conditionWords(string(text)); known {
		return []byte(strings.Join(words, ","))
	}
	return text
}

// null adds an entry without a value to all leaves of m.
func (s *shredder) null(m *member, p spot) {
	for i := range m.width() {
		s.entries[p.at+i] = append(s.entries[p.at+i], element{level: byte(p.def), rep: byte(p.rep)})
	}
}

func (s *shredder) leave(path string, value []byte) {
	s.left = append(s.left, leftover{path, value})
}
