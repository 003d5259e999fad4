package reader

import (
	"bytes"
	"maps"
	"strings"

	"signins/schema"
)

// A form is what a family of JSON records looks like: a tree of objects whose
// members lead to columns. It also holds what a parser learns about the order
// of members, so every parser has its own.
type form struct {
	root   *object
	fields int    // number of fields in the tree
	slots  []slot // columns that are decided at the end of a record
}

// A slot is a column whose value waits for the end of the record, with the
// paths it may come from, preferred first.
type slot struct {
	column schema.ColumnID
	paths  []string
}

// An object is a JSON object with known members.
type object struct {
	path   string // prefix of its members' paths: "" or ending in "."
	folded bool   // names match in any case
	byName map[string]*field
	first  *field // the member that came first last time
}

// A field is a known member of an object.
type field struct {
	number  int
	name    string
	path    string
	column  schema.ColumnID
	slot    int     // index in form.slots, -1: store at once
	rank    int     // place among the sources of its column, 0 preferred
	inner   *object // for members of members
	ignored bool    // documented, but without a column: kept in extra, not counted
	next    *field  // the member that came after it last time
}

// newForm makes the form of the records in which column c stands at the paths
// that sources(c) gives, preferred first. Members listed in ignored are known
// to exist and have no column.
func newForm(sources func(c *schema.Column) string, ignored ...string) *form {
	f := &form{root: &object{byName: map[string]*field{}}}
	for id := range schema.Columns {
		list := sources(&schema.Columns[id])
		if list == "" {
			continue
		}
		paths := strings.Split(list, "|")
		waits := -1
		// Coordinates wait for the country, see dropNullIsland.
		if c := schema.ColumnID(id); len(paths) > 1 || c == schema.LocationLatitude || c == schema.LocationLongitude {
			waits = len(f.slots)
			f.slots = append(f.slots, slot{c, paths})
		}
		for rank, path := range paths {
			m := f.member(path)
			m.column, m.slot, m.rank = schema.ColumnID(id), waits, rank
		}
	}
	for _, path := range ignored {
		f.member(path).ignored = true
	}
	return f
}

// foldNames makes the members of the root match in any case.
func (f *form) foldNames() *form {
	exact := f.root.byName
	f.root.byName = maps.Clone(exact)
	for name, m := range exact {
		f.root.byName[strings.ToLower(name)] = m
	}
	f.root.folded = true
	return f
}

// member returns the field at a path, made where it is missing.
func (f *form) member(path string) *field {
	o := f.root
	for {
		name, rest, nested := strings.Cut(path, ".")
		// Annotations such as @odata.type are one name.
		if strings.HasPrefix(path, "@") {
			name, nested = path, false
		}
		m := o.byName[name]
		if m == nil {
			m = &field{number: f.fields, name: name, path: o.path + name, slot: -1}
			f.fields++
			o.byName[name] = m
		}
		if !nested {
			return m
		}
		if m.inner == nil {
			m.inner = &object{path: m.path + ".", byName: map[string]*field{}}
		}
		o, path = m.inner, rest
	}
}

// knows reports whether a member of that name feeds a column.
func (o *object) knows(name []byte) bool {
	m := o.byName[string(name)]
	if m == nil && o.folded {
		m = o.byName[string(bytes.ToLower(name))]
	}
	return m != nil && !m.ignored
}

// find returns the member of that name, nil where it is not known. after is
// the member before it, nil for the first: mostly the same one follows.
func (o *object) find(name []byte, after *field) *field {
	guess := &o.first
	if after != nil {
		guess = &after.next
	}
	if *guess != nil && string(name) == (*guess).name {
		return *guess
	}
	m := o.byName[string(name)]
	if m == nil && o.folded {
		m = o.byName[string(bytes.ToLower(name))]
	}
	if m != nil && m.name == string(name) {
		*guess = m
	}
	return m
}
