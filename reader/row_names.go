package reader

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/nested"
)

// Scripts and queries flatten nested values: status.errorCode becomes StatusErrorCode,
// Status_errorCode, status_errorCode_d or ErrorCode. A name that no field has exactly is
// looked up among all such names, which are computed from schema.Columns. Its value
// waits for the end of the record, so that it never replaces that of an exact name.

// A flatName is the column of a flattened name.
type flatName struct {
	column schema.ColumnID // noColumn where the name fits several
	rank   int             // 0 for a whole path or a documented spelling, more for a shortened path
}

// flatNames are the columns of members of objects, by all names that flattening gives
// them, folded by foldName.
var flatNames = sync.OnceValue(func() map[string]flatName {
	names := map[string]flatName{}
	for id := range schema.Columns {
		for rank, list := range spellings(&schema.Columns[id]) {
			for _, spelling := range list {
				addFlatName(names, spelling, schema.ColumnID(id), rank)
			}
		}
	}
	return names
})

func addFlatName(names map[string]flatName, spelling string, id schema.ColumnID, rank int) {
	key := string(foldName(nil, []byte(spelling)))
	switch old, taken := names[key]; {
	case key == "":
	case !taken || rank < old.rank:
		names[key] = flatName{id, rank}
	case rank == old.rank && old.column != id:
		names[key] = flatName{noColumn, rank}
	}
}

// worstRank is that of a text in place of an object.
const worstRank = 3

// spellings returns the flattened names of a column by rank, none for one that is no
// member of an object.
func spellings(c *schema.Column) (ranks [3][]string) {
	var paths []string
	for _, list := range []string{c.Graph, strings.ReplaceAll(c.Diagnostic, "properties.", ""), c.Table} {
		for path := range strings.SplitSeq(list, "|") {
			if strings.Contains(path, ".") {
				paths = append(paths, path)
			}
		}
	}
	if paths == nil {
		return ranks
	}
	ranks[0] = append(ranks[0], c.Name)
	for _, list := range []string{c.Graph, c.Diagnostic, c.Table, c.Portal, c.Defender, c.Flat} {
		for spelling := range strings.SplitSeq(list, "|") {
			if c.Kind == schema.Bool || !strings.HasPrefix(spelling, "Is") { // Defender's numbers for words
				ranks[0] = append(ranks[0], spelling)
			}
		}
	}
	for _, path := range paths {
		parts := strings.Split(path, ".")
		first, last := shortObject(parts[0]), parts[len(parts)-1]
		ranks[1] = append(ranks[1], first+strings.Join(parts[1:], ""), first+last, first+withoutIs(last))
		if !isNestedMember(last) {
			ranks[2] = append(ranks[2], strings.Join(parts[1:], ""), last, withoutIs(last))
		}
	}
	return ranks
}

// shortObject returns the name of an object without Detail: device for deviceDetail.
func shortObject(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, "s"), "Detail")
}

// withoutIs returns compliant for isCompliant.
func withoutIs(name string) string {
	if rest, ok := strings.CutPrefix(name, "is"); ok && rest != "" && rest[0] < 'a' {
		return rest
	}
	return name
}

// isNestedMember reports whether elements of nested lists, such as policies, have a
// member of that name: alone it may mean anything.
func isNestedMember(name string) bool {
	for _, column := range nested.Columns {
		if column.Field([]byte(name)) >= 0 {
			return true
		}
	}
	return false
}

// foldName appends a name in lower case without the characters that separate words.
func foldName(to, name []byte) []byte {
	if slices.ContainsFunc(name, func(c byte) bool { return c >= utf8.RuneSelf }) {
		name = bytes.ToLower(name)
	}
	to = slices.Grow(to, len(name)) // for one of 50 MB, to grow step by step takes 250 MB
	for _, c := range name {
		switch {
		case strings.IndexByte(" _-./:", c) >= 0:
		case 'A' <= c && c <= 'Z':
			to = append(to, c+'a'-'A')
		default:
			to = append(to, c)
		}
	}
	return to
}

// withoutTypeSuffix cuts the suffix that the HTTP Data Collector API gives columns of
// custom tables by their type: UserId_s, CreatedDateTime_t, Id_g, IsInteractive_b,
// errorCode_d.
func withoutTypeSuffix(name string) string {
	if n := len(name) - 2; n > 0 && name[n] == '_' && strings.IndexByte("sgtbd", name[n+1]) >= 0 {
		return name[:n]
	}
	return name
}

// maxName is the length of the longest name that is looked up: folding and keeping a name
// of 50 MB took two seconds.
const maxName = 1024

// A meaning is what a name that no field has exactly means: a known field, or the column
// of a flattened name.
type meaning struct {
	field *field
	flat  flatName
}

// meaningOf returns the meaning of a name, in an object that holds the whole sign-in
// that of a flattened one, too. ok is false for an unknown name.
func (o *object) meaningOf(name string) (m meaning, ok bool) {
	if name == "" || len(name) > maxName || name[0] == '_' || name[0] == '@' || name[0] == '$' {
		return m, false
	}
	if !o.flattens { // the names of single members are spelled otherwise: error_code
		m.field = o.find(foldName(nil, []byte(name)))
		return m, m.field != nil
	}
	base := withoutTypeSuffix(name)
	key := foldName(make([]byte, 0, 64), []byte(base))
	for _, find := range []func() *field{
		func() *field { return o.find([]byte(base)) },
		func() *field { return o.walk(base) },
		func() *field { return o.find(key) },
	} {
		if f := find(); f != nil {
			return meaning{field: f}, true
		}
	}
	if flat, ok := flatNames()[string(key)]; ok && flat.column != noColumn {
		return meaning{flat: flat}, true
	}
	if f := o.objectLike(string(key)); f != nil {
		return meaning{field: f}, true
	}
	const envelope = "properties"
	if rest, ok := strings.CutPrefix(string(key), envelope); ok && rest != "" {
		if p := o.find([]byte(envelope)); p != nil && p.inner != nil {
			o = p.inner
		}
		return o.meaningOf(rest)
	}
	return m, false
}

// objectLike returns the field of an object with or without Details in its name:
// location and LocationDetails are one in different dialects.
func (o *object) objectLike(key string) *field {
	short := strings.TrimSuffix(strings.TrimSuffix(key, "s"), "detail")
	for _, name := range []string{short, short + "detail", short + "details"} {
		if f := o.find([]byte(name)); f != nil && f.inner != nil {
			return f
		}
	}
	return nil
}

// alias returns a field for a name that no member has exactly, made where it is
// missing; nil for an unknown name.
func (o *object) alias(name []byte) *field {
	if len(name) > maxName || o.unknown[string(name)] {
		return nil
	}
	m, ok := o.meaningOf(string(name))
	if !ok {
		if o.unknown == nil || len(o.unknown) > 4096 {
			o.unknown = map[string]bool{}
		}
		o.unknown[string(name)] = true
		return nil
	}
	f := &field{name: string(name), path: o.path + string(name), column: m.flat.column, choice: -1, late: true, rank: m.flat.rank}
	if exact := m.field; exact != nil {
		f.copyLate(exact, o.tree)
	}
	o.byName[f.name] = f
	o.tree.all = append(o.tree.all, f)
	return f
}

// copyLate makes f a field like exact, the values of which wait, also those of members.
func (f *field) copyLate(exact *field, tree *fieldTree) {
	f.column, f.words, f.ignored, f.rank = exact.column, exact.words, exact.ignored, 0
	if exact.late { // another spelling itself, which was read before or not
		f.rank = exact.rank
	}
	f.late = exact.inner == nil && !f.ignored
	if exact.inner == nil {
		return
	}
	f.inner = &object{path: f.path + ".", spelling: f.path + ".", byName: map[string]*field{}, tree: tree, flattens: exact.inner.flattens}
	copies := map[*field]*field{}
	for name, m := range exact.inner.byName {
		if copies[m] == nil {
			copies[m] = &field{name: m.name, path: f.inner.path + m.name, choice: -1}
			copies[m].copyLate(m, tree)
			tree.all = append(tree.all, copies[m])
		}
		f.inner.byName[name] = copies[m]
	}
}

// asObject returns the field of the object that is in place of the text of a field,
// as in "Location":{"city":"Oslo"}; nil for none.
func (o *object) asObject(f *field) *field {
	if column, ok := textColumns()[strings.ToLower(f.name)]; !ok || column != f.column {
		return nil
	}
	const suffix = " as an object" // no member has that name
	if g := o.byName[f.name+suffix]; g != nil {
		return g
	}
	like := o.objectLike(string(foldName(nil, []byte(f.name))))
	if like == nil {
		return nil
	}
	g := &field{name: f.name, path: f.path, column: noColumn, choice: -1}
	g.copyLate(like, o.tree)
	o.byName[f.name+suffix] = g
	o.tree.all = append(o.tree.all, g)
	return g
}

// textColumns are the columns of fields that are an object in some dialects and a text
// in others, by name in lower case: location is a country in the tables of Log
// Analytics.
var textColumns = sync.OnceValue(func() map[string]schema.ColumnID {
	columns := map[string]schema.ColumnID{}
	for id, c := range schema.Columns {
		for path := range strings.SplitSeq(c.Table, "|") {
			if path != "" && !strings.Contains(path, ".") && strings.Contains(c.Table, ".") {
				columns[strings.ToLower(path)] = schema.ColumnID(id)
			}
		}
	}
	return columns
})
