package reader

import (
	"bytes"
	"strings"

	"signins/schema"
)

// A fieldTree is the fields that a family of records may have: objects, the members
// of which belong to columns. E.g., status.errorCode is the member errorCode of the
// object that is the member status of the root. Parsers note in it what the last
// record had, so every parser has its own.
type fieldTree struct {
	root    *object
	all     []*field
	choices []schema.ColumnID // columns decided at the end of a record, mostly because several fields have them
	first   *field            // the time of the first sign-in where a row counts several, nil for none

	isPlaceholder func(text []byte) bool // a text that means no value was written, nil for none
	usTimes       bool                   // ingested_at may be written month first, always
}

// An object is a JSON object with known members.
type object struct {
	path     string            // prefix of its members' paths: "" or ending in "."
	spelling string            // path in the spelling of the current record
	byName   map[string]*field // also by names in lower case
	first    *field            // the first member in the last record
	flattens bool              // flattened names are looked up, see alias
	unknown  map[string]bool   // names that alias did not find
	tree     *fieldTree
}

// A field is a known member of an object.
type field struct {
	// Used for every record and therefore together, at the beginning.
	seenIn  int64           // number of the last record that has it, see record.nth
	column  schema.ColumnID // noColumn for none
	next    *field          // the member after it in the last record
	prefix  []byte          // text before its value in the last record, from the comma on: `,"id":`
	plain   bool            // its texts go into the column as they are
	ignored bool            // documented, but without a column: kept in extra, not counted
	late    bool            // waits for the end of the record, see alias
	cache   valueCache

	inner    *object // of a field that is an object
	required bool    // of such a field: a record where it is empty does not have it
	name     string
	path     string
	choice   int               // index in fieldTree.choices, -1: stored at once
	rank     int               // among the fields of its choice or column, 0 preferred
	words    map[string]string // its values and the column's words for them, "" for no value; nil: the same
}

// newFieldTree returns the fields of records that hold column c at the paths of
// sources(c), such as "riskEventTypes_v2|riskEventTypes", preferred first. The
// ignored fields are documented and have no column.
func newFieldTree(sources func(c *schema.Column) string, ignored ...string) *fieldTree {
	f := new(fieldTree)
	f.root = &object{byName: map[string]*field{}, flattens: true, tree: f}
	for id := range schema.Columns {
		list := sources(&schema.Columns[id])
		if list == "" {
			continue
		}
		paths := strings.Split(list, "|")
		choiceOf := -1
		// Coordinates wait for the country, see dropNullIsland.
		if c := schema.ColumnID(id); len(paths) > 1 || c == schema.LocationLatitude || c == schema.LocationLongitude {
			choiceOf = len(f.choices)
			f.choices = append(f.choices, c)
		}
		for rank, path := range paths {
			m := f.member(path)
			m.column, m.choice, m.rank = schema.ColumnID(id), choiceOf, rank
		}
	}
	for _, path := range ignored {
		f.member(path).ignored = true
	}
	for _, name := range []string{"properties", "additionalProperties"} {
		if m := f.lookup(name); m != nil {
			m.inner.flattens = true
		}
	}
	return f
}

// noColumn is the column of fields and choices without one.
const noColumn schema.ColumnID = -1

// needText makes the text of a field without a column known at the end of a record,
// see textOf.
func (f *fieldTree) needText(path string) {
	f.wait(path).ignored = true
}

// wait makes a field without a column wait for the end of a record, where the
// finisher must place it.
func (f *fieldTree) wait(path string) *field {
	m := f.member(path)
	m.choice = len(f.choices)
	f.choices = append(f.choices, noColumn)
	return m
}

// lookup returns the field at a path, with dots between objects and members; nil
// for an unknown one.
func (f *fieldTree) lookup(path string) *field { return f.root.walk(path) }

// resolve is lookup also for flattened names, the fields of which are added to the tree.
func (f *fieldTree) resolve(path string) *field {
	if m := f.lookup(path); m != nil {
		return m
	}
	return f.root.alias([]byte(path))
}

// walk returns the field at a path below an object, nil for an unknown one.
func (o *object) walk(path string) *field {
	for o != nil {
		m := o.find([]byte(path))
		if m != nil {
			return m
		}
		name, rest, nested := strings.Cut(path, ".")
		if !nested {
			break
		}
		if m = o.find([]byte(name)); m == nil {
			break
		}
		o, path = m.inner, rest
	}
	return nil
}

// member returns the field at a path, made where it is missing.
func (f *fieldTree) member(path string) *field {
	o := f.root
	for {
		name, rest, nested := strings.Cut(path, ".")
		// Annotations such as @odata.type are one name.
		if strings.HasPrefix(path, "@") {
			name, nested = path, false
		}
		m := o.byName[name]
		if m == nil {
			m = &field{name: name, path: o.path + name, column: noColumn, choice: -1}
			f.all = append(f.all, m)
			o.byName[name] = m
			if lower := strings.ToLower(name); o.byName[lower] == nil {
				o.byName[lower] = m
			}
		}
		if !nested {
			return m
		}
		if m.inner == nil {
			m.inner = &object{path: m.path + ".", spelling: m.path + ".", byName: map[string]*field{}, tree: f}
		}
		o, path = m.inner, rest
	}
}

// knows reports whether a member of that name has a column.
func (o *object) knows(name []byte) bool {
	if m := o.find(name); m != nil {
		return !m.ignored
	}
	m, ok := o.meaningOf(string(name))
	return ok && (m.field == nil || !m.field.ignored)
}

// columnsOf returns the columns of fields and of the members of those that are objects.
func (f *fieldTree) columnsOf(titles []string) (columns []schema.ColumnID) {
	for _, title := range titles {
		switch m := f.resolve(title); {
		case m == nil:
		case m.inner != nil:
			columns = append(columns, m.inner.columns()...)
		case m.column != noColumn:
			columns = append(columns, m.column)
		}
	}
	return columns
}

// columns returns the columns of all members.
func (o *object) columns() (columns []schema.ColumnID) {
	for _, m := range o.byName {
		if columns = append(columns, m.column); m.inner != nil {
			columns = append(columns, m.inner.columns()...)
		}
	}
	return columns
}

// find returns the member of that name in any case, nil for an unknown one.
func (o *object) find(name []byte) *field {
	m := o.byName[string(name)]
	if m == nil {
		m = o.byName[string(bytes.ToLower(name))]
	}
	return m
}

// expected returns the member that came after another one in the last record, the
// first for nil; nil where there was none.
func (o *object) expected(after *field) *field {
	if after != nil {
		return after.next
	}
	return o.first
}

// findAfter returns the member of that name, nil for an unknown one, and notes that
// it comes after another one.
func (o *object) findAfter(name []byte, after *field) *field {
	m := o.find(name)
	if m == nil {
		m = o.alias(name)
	}
	switch {
	case m == nil:
	case after != nil:
		after.next = m
	default:
		o.first = m
	}
	return m
}

// setSpelling notes how the source spells the path of an object.
func (f *field) setSpelling(path string) {
	prefix := f.inner.path
	if f.inner.spelling = prefix; len(path)+1 != len(prefix) || prefix[:len(path)] != path {
		f.inner.spelling = path + "."
	}
}
