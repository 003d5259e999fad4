package source

import (
	"errors"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

func TestWildcards(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.csv", "a.CSV", "c.json", "x[1].csv", "2026/05/one.json", "2026/06/two.json", "2026/06/deep/three.json"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		fixture.Write(t, path, "")
	}
	t.Chdir(dir)
	for _, test := range []struct{ arguments, want string }{
		{"*.csv", "a.CSV b.csv x[1].csv"},
		{"?.CSV", "a.CSV b.csv"},
		{"x[1]*", "x[1].csv"},
		{"./*.json", "./c.json"},
		{"2026", "2026"},
		{"2026/*", "2026/05 2026/06"},
		{"2026/*/*.json", "2026/05/one.json 2026/06/two.json"},
		{"2026/0?/two.json", "2026/06/two.json"},
		{"*/06/deep", "2026/06/deep"},
		{"2026//*/", "2026//05/ 2026//06/"},
		{"missing.csv c.json *.json -", "missing.csv c.json c.json -"},
		{dir + "/b*", dir + "/b.csv"},
	} {
		got, err := expandWildcards(strings.Fields(test.arguments))
		if want := strings.Fields(test.want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, %v, want %q", test.arguments, got, err, want)
		}
	}
	for _, argument := range []string{"*.txt", "none/*", "c.json/*", "2026/*/four.json", "2026/05/one.json/*/"} {
		got, err := expandWildcards([]string{"b.csv", argument})
		refused, ok := errors.AsType[*schema.Refusal](err)
		if !ok || got != nil || !strings.HasPrefix(refused.What, argument+": no file matches") {
			t.Errorf("%s: %q, %v", argument, got, err)
		}
	}
}

// Where the shell expands wildcards, a program's * is part of a name.
func TestExpandIsForWindowsAlone(t *testing.T) {
	dir := t.TempDir()
	fixture.Write(t, filepath.Join(dir, "a.csv"), "")
	pattern := filepath.Join(dir, "*.csv")
	want := pattern
	if runtime.GOOS == "windows" {
		want = filepath.Join(dir, "a.csv")
	}
	if got, err := Expand([]string{pattern}); err != nil || !reflect.DeepEqual(got, []string{want}) {
		t.Errorf("%q, %v, want %s", got, err, want)
	}
	long := `\\?\C:\none\a.csv` // its ? is no wildcard
	if got, err := Expand([]string{long}); err != nil || !reflect.DeepEqual(got, []string{long}) {
		t.Errorf("%q, %v, want %s", got, err, long)
	}
}
