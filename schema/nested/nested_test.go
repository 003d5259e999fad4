package nested

import (
	"regexp"
	"strings"
	"testing"

	"signins/schema"
)

// A list is an array, a single object or a text that spells either; nothing else is.
func TestArray(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`[]`: `[]`, ` [{"a":1},null] `: `[{"a":1},null]`, `{"a":[1]}`: `[{"a":[1]}]`, `"[{\"a\":1}]"`: `[{"a":1}]`, `"{\"a\":1}"`: `[{"a":1}]`,
		`null`: "", `7`: "", `"text"`: "", `"System.Object[]"`: "", `"["`: "", `"\ud800"`: "", `[`: "", `{"a":1`: "", ``: "",
	} {
		array, ok := Array([]byte(value))
		if string(array) != want || ok != (want != "") {
			t.Errorf("%s: %s, %t; want %s", value, array, ok, want)
		}
	}
}

// capitals begin the words of a name but the first.
var capitals = regexp.MustCompile(`\B[A-Z]`)

// A name finds its field in any case, with and without underscores; fields have names of their own, in the source and
// in Parquet.
func TestFields(t *testing.T) {
	t.Parallel()
	var check func(path string, m *Member)
	check = func(path string, m *Member) {
		names := map[string]bool{}
		for i := range m.Fields {
			f := &m.Fields[i]
			for _, name := range []string{f.JSON, strings.ToUpper(f.JSON), strings.ToLower(f.JSON), capitals.ReplaceAllString(f.JSON, "_$0")} {
				if got := m.Field([]byte(name)); got != i {
					t.Errorf("%s.%s is field %d, want %d", path, name, got, i)
				}
			}
			if names[f.Name] || f.Name == "" || f.Name != strings.ToLower(f.Name) {
				t.Errorf("%s.%s: name %q is empty, taken or not in small letters", path, f.JSON, f.Name)
			}
			names[f.Name] = true
			check(path+"."+f.JSON, f)
		}
		if m.Field([]byte("new")) >= 0 {
			t.Errorf("%s has a field new", path)
		}
	}
	for id, m := range Columns {
		if schema.Columns[id].Kind != schema.JSON || !m.List || len(m.Fields) == 0 {
			t.Errorf("%s is no column of lists", schema.Columns[id].Name)
		}
		check(schema.Columns[id].Name, &m)
	}
}
