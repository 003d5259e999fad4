package source

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// Files that belong together have one key, others have their own.
func TestDealKey(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"insights/tenantId=x/y=2026/m=05/d=01/h=07/m=00/PT1H.json": "insights/tenantId=x/y=2026/m=05/d=01/",
		"d=1/a.json":          "d=1/",
		"y=2026/d=011/a.json": "y=2026/d=011/a", "bad=01/a.json": "bad=01/a", "logs/d=01": "logs/d=01", // no folder of a day
		"InteractiveSignIns_2026-05-01.csv":                  "InteractiveSignIns_2026-05-01",
		"InteractiveSignIns_AuthDetails_2026-05-01.csv":      "InteractiveSignIns_2026-05-01",
		"x/InteractiveSignIns_2026-05-01_authdetails.CSV.GZ": "x/InteractiveSignIns_2026-05-01",
		"a.json.gz": "a", "a.zst": "a", "a.zip": "a", "a.csv.zip": "a", "a.json": "a", "a": "a", ".json": ".json", "a.b.json": "a.b",
		"logs.2026-05-01": "logs.2026-05-01", "logs.2026-05-02.gz": "logs.2026-05-02", "x.y/a": "x.y/a",
	} {
		if got := shardKey(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// putBlobs makes files of days, each of several hours, CSV files with their steps, and an
// archive.
func putBlobs(t *testing.T, root string) {
	t.Helper()
	names := []string{"packed.zip"}
	for day := range 30 {
		for hour := range 3 {
			names = append(names, fmt.Sprintf("signins/y=2026/m=05/d=%02d/h=%02d/PT1H.json", day+1, hour))
		}
		names = append(names, fmt.Sprintf("portal/InteractiveSignIns_%d.csv", day), fmt.Sprintf("portal/InteractiveSignIns_AuthDetails_%d.csv", day))
	}
	for _, name := range names {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		content := name
		if name == "packed.zip" {
			content = fixture.Zip("d=01/a.json", "x", "b.json", "x")
		}
		fixture.Write(t, path, content)
	}
}

func assign(t *testing.T, files []*File, arguments []string, choices []string, s *schema.Shard) (names []string) {
	t.Helper()
	own, err := Assign(files, arguments, choices, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range own {
		names = append(names, f.Name)
	}
	return names
}

// Each file is in one shard, with all that belong to it, whatever the order of the list
// and wherever the folder is.
func TestAssign(t *testing.T) {
	t.Parallel()
	root, elsewhere := t.TempDir(), t.TempDir()
	putBlobs(t, root)
	putBlobs(t, elsewhere)
	files, other := find(t, root), find(t, elsewhere+"/")
	shuffled := slices.Clone(files)
	rand.New(rand.NewPCG(1, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	in, where, lists := map[string]int{}, map[string]int{}, map[string]bool{}
	var set string
	for i := range 4 {
		s := schema.Shard{Index: i, Count: 4}
		names := assign(t, files, []string{root}, []string{"raw=true"}, &s)
		if len(names) < 15 { // of 151
			t.Errorf("shard %d has %d files", i, len(names))
		}
		for _, name := range names {
			in[name]++
			where[shardKey(name[len(root)+1:])] |= 1 << i
		}
		again := schema.Shard{Index: i, Count: 4}
		moved := assign(t, other, []string{elsewhere + "/"}, []string{"raw=true"}, &again)
		for j, name := range moved {
			if name[len(elsewhere):] != names[j][len(root):] {
				t.Errorf("shard %d: %s, elsewhere %s", i, names[j], name)
			}
		}
		if again != s {
			t.Errorf("%+v, elsewhere %+v", s, again)
		}
		again = schema.Shard{Index: i, Count: 4}
		mixed := assign(t, shuffled, []string{root}, []string{"raw=true"}, &again)
		if slices.Sort(mixed); !slices.Equal(mixed, slices.Sorted(slices.Values(names))) || again.Set != s.Set || again.List != s.List {
			t.Errorf("shard %d depends on the order", i)
		}
		if lists[s.List] = true; set != "" && s.Set != set || s.Files != 151 || s.Set == s.List {
			t.Errorf("set %+v", s)
		}
		set = s.Set
	}
	for key, shards := range where {
		if shards&(shards-1) != 0 {
			t.Errorf("%s is in several shards", key)
		}
	}
	for _, f := range files {
		if in[f.Name] != 1 {
			t.Errorf("%s is in %d shards", f.Name, in[f.Name])
		}
	}
	if len(lists) != 4 || len(where) != 61 {
		t.Errorf("%d lists, %d keys", len(lists), len(where))
	}
}

// All names of a file are in one shard, in whatever order they are listed.
func TestAssignLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on Windows")
	}
	root := t.TempDir()
	for i := range 20 {
		path := filepath.Join(root, fmt.Sprint("b", i))
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Link(path, filepath.Join(root, fmt.Sprint("c", i))), os.Symlink(path, filepath.Join(root, fmt.Sprint("a", i)))); err != nil {
			t.Fatal(err)
		}
	}
	files, shards := find(t, root), map[string]string{} // by number
	for i := range 8 {
		for _, name := range assign(t, files, []string{root}, nil, &schema.Shard{Index: i, Count: 8}) {
			shards[filepath.Base(name)[1:]] += fmt.Sprint(i)
		}
		slices.Reverse(files)
	}
	for number, in := range shards {
		if len(in) != 3 || in[0] != in[1] || in[1] != in[2] {
			t.Errorf("the names of file %s are in shards %s", number, in)
		}
	}
	if len(shards) != 20 {
		t.Errorf("%d files are in shards", len(shards))
	}
}

// A set differs by settings, by the number of shards and by the size of a file; the shard
// of a name is the same on every machine and in every version.
func TestSetsDiffer(t *testing.T) {
	t.Parallel()
	path := fixture.Temp(t, "a.json", "x")
	sets := map[string]string{}
	for name, s := range map[string]*schema.Shard{"one": {Count: 1}, "raw": {Count: 1}, "two": {Count: 2}, "longer": {Count: 1}} {
		var choices []string
		file := path
		switch name {
		case "raw":
			choices = []string{"raw=true"}
		case "longer":
			file = fixture.Temp(t, "a.json", "xx")
		}
		assign(t, []*File{{path: file, Name: "a.json"}}, nil, choices, s)
		sets[s.Set] = name
	}
	if len(sets) != 4 {
		t.Errorf("sets %v", sets)
	}
	var first []string
	for n := range 40 {
		s := schema.Shard{Index: 0, Count: 8}
		first = append(first, assign(t, []*File{{path: path, Name: fmt.Sprintf("./logs/%d.json", n)}}, nil, nil, &s)...)
	}
	if want := []string{"./logs/1.json", "./logs/2.json", "./logs/22.json", "./logs/32.json", "./logs/37.json", "./logs/38.json", "./logs/39.json"}; !slices.Equal(first, want) {
		t.Errorf("the first of 8 shards has %q, want %q", first, want)
	}
	var refused *schema.Refusal
	if _, err := Assign(find(t, "-"), []string{"-"}, nil, &schema.Shard{Count: 2}); !errors.As(err, &refused) {
		t.Errorf("standard input: %v", err)
	}
	if _, err := Assign([]*File{{path: path + ".none", Name: "none"}}, nil, nil, &schema.Shard{Count: 1}); err == nil {
		t.Error("a file that is gone is assigned")
	}
}
