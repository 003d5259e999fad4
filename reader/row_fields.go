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
	fields []*field // of the whole tree
	slots  []slot   // columns that are decided at the end of a record

	strings   bool // strings may hold objects and arrays as JSON text
	typeNames bool // names of types may stand in place of values
	usTimes   bool // ingested_at may be written month first, always
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
	said   string // the same as the source spelled it last
	folded bool   // names match in any case
	byName map[string]*field
	first  *field // the member that came first last time
}

// A field is a known member of an object.
type field struct {
	// What every record needs stands first, together.
	seen    int64           // number of the record in which it was met last, see filler.nth; 0 for none
	column  schema.ColumnID // noColumn for none
	next    *field          // the member that came after it last time
	lead    []byte          // how it began last time: the comma before it, unless it was the first, up to its value
	plain   bool            // its texts go into the column as they are
	ignored bool            // documented, but without a column: kept in extra, not counted
	last    memory          // of its members, or cells, in this chunk

	inner *object // for members of members
	name  string
	path  string
	slot  int               // index in form.slots, -1: store at once
	rank  int               // place among the sources of its column, 0 preferred
	words map[string]string // what its values are called in the column, nil for the same; "" is none
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

// noColumn is the column of slots that feed none.
const noColumn schema.ColumnID = -1

// watch makes the text of a member without a column known at the end of a
// record, see watched.
func (f *form) watch(path string) {
	m := f.member(path)
	m.ignored, m.slot = true, len(f.slots)
	f.slots = append(f.slots, slot{noColumn, []string{path}})
}

// lookup returns the field at a path, members of members behind a dot; nil where it is not known.
func (f *form) lookup(path string) *field {
	o := f.root
	for o != nil {
		m := o.get([]byte(path))
		if m != nil {
			return m
		}
		name, rest, nested := strings.Cut(path, ".")
		if !nested {
			break
		}
		if m = o.get([]byte(name)); m == nil {
			break
		}
		o, path = m.inner, rest
	}
	return nil
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

// foldAll makes the members of an object and of all inside it match in any
// case.
func (o *object) foldAll() {
	for name, m := range maps.Clone(o.byName) {
		o.byName[strings.ToLower(name)] = m
		if m.inner != nil && !m.inner.folded {
			m.inner.foldAll()
		}
	}
	o.folded = true
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
			m = &field{name: name, path: o.path + name, column: noColumn, slot: -1}
			f.fields = append(f.fields, m)
			o.byName[name] = m
		}
		if !nested {
			return m
		}
		if m.inner == nil {
			m.inner = &object{path: m.path + ".", said: m.path + ".", byName: map[string]*field{}}
		}
		o, path = m.inner, rest
	}
}

// knows reports whether a member of that name feeds a column.
func (o *object) knows(name []byte) bool {
	m := o.get(name)
	return m != nil && !m.ignored
}

// get returns the member of that name, nil where it is not known.
func (o *object) get(name []byte) *field {
	m := o.byName[string(name)]
	if m == nil && o.folded {
		m = o.byName[string(bytes.ToLower(name))]
	}
	return m
}

// guess returns the member that came after another one last time, nil for the
// first; nil where nothing is known yet.
func (o *object) guess(after *field) *field {
	if after != nil {
		return after.next
	}
	return o.first
}

// find returns the member of that name, nil where it is not known, and
// remembers it as the one that comes after another.
func (o *object) find(name []byte, after *field) *field {
	m := o.get(name)
	switch {
	case m == nil:
	case after != nil:
		after.next = m
	default:
		o.first = m
	}
	return m
}
