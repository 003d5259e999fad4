package dataset

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// input returns an input whose size, digest and time follow from its content.
func input(path, member, content string) *manifest.Input {
	return &manifest.Input{
		Path: path, Member: member, Size: int64(len(content)), SHA256: fmt.Sprintf("%064x", content),
		ModifiedAt: time.Unix(int64(len(path)), 7).UTC().Format(time.RFC3339Nano),
	}
}

// candidate describes the file of an input that is there now, and counts how often it is
// read.
func candidate(in *manifest.Input, read *int) schema.Candidate {
	at, _ := time.Parse(time.RFC3339Nano, in.ModifiedAt)
	return schema.Candidate{Path: in.Path, Member: in.Member, Size: in.Size, ModifiedAt: at, SHA256: func() (string, error) {
		*read++
		return in.SHA256, nil
	}}
}

// open begins a run of inputs, and finish writes a sign-in and completes it.
func open(t *testing.T, lake string, o Options, inputs ...*manifest.Input) *testRun {
	t.Helper()
	r := begin(t, lake, o, defaultLimits)
	r.run.ManifestVersion, r.run.Inputs = manifest.Version, inputs
	r.run.Totals = manifest.Records{Seen: 1, Written: 1}
	return r
}

func (r *testRun) finish() error {
	if err := errors.Join(r.Write(dated(0, "1")), r.Finish(r.run)); err != nil {
		return err
	}
	return r.commit()
}

// add commits a run of inputs and returns its name.
func add(t *testing.T, lake string, o Options, inputs ...*manifest.Input) string {
	t.Helper()
	r := open(t, lake, o, inputs...)
	if err := r.finish(); err != nil {
		t.Fatal(err)
	}
	return r.run.Name
}

func loadIndex(t *testing.T, lake string) *Index {
	t.Helper()
	x, err := LoadIndex(lake)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// An input is known by path, size and time without being read, or by its digest; a file
// whose size no input has is new and not read either.
func TestIndexFinds(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	a, b, packed := input("logs/a.json", "", "a"), input("logs/b.json", "", "bb"), input("logs/c.zip", "x.json", "ccc")
	first, second := add(t, lake, testOptions, a, b), add(t, lake, testOptions, packed)
	for _, c := range []struct {
		name    string
		in      *manifest.Input
		by, run string
		read    int
	}{
		{"the same", a, schema.ByPath, first, 0},
		{"moved", input("logs/old/b.json", "", "bb"), schema.ByDigest, first, 1},
		{"touched", &manifest.Input{Path: a.Path, Size: a.Size, SHA256: a.SHA256, ModifiedAt: "2026-05-01T00:00:00Z"}, schema.ByDigest, first, 1},
		{"grown", input("logs/a.json", "", "a and more"), "", "", 0},
		{"changed", input("logs/x.json", "", "x"), "", "", 1},
		{"another member", input("logs/c.zip", "y.json", "ccc"), "", "", 1},
		{"no member", input("logs/c.zip", "", "ccc"), "", "", 1},
		{"another file of the same letters", &manifest.Input{Path: "logs/c.zipx", Member: ".json", Size: packed.Size, SHA256: "d", ModifiedAt: packed.ModifiedAt}, "", "", 1},
		{"member", packed, schema.ByPath, second, 0},
		{"moved archive", input("d.zip", "x.json", "ccc"), schema.ByDigest, second, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := 0
			in, err := loadIndex(t, lake).Find(candidate(c.in, &read))
			if err != nil || read != c.read {
				t.Errorf("read %d times, %v", read, err)
			}
			var want *schema.KnownInput
			if c.by != "" {
				want = &schema.KnownInput{Path: c.in.Path, Member: c.in.Member, By: c.by, Run: c.run}
			}
			if in != nil && want != nil && *in != *want || (in == nil) != (want == nil) {
				t.Errorf("%+v, want %+v", in, want)
			}
		})
	}
	// What came since is found as soon as the index is that of the manifests again.
	x, read, late := loadIndex(t, lake), 0, input("logs/d.json", "", "dddd")
	if in, err := x.Find(candidate(late, &read)); in != nil || err != nil {
		t.Errorf("%+v, %v", in, err)
	}
	third := add(t, lake, testOptions, late)
	if err := x.refresh(); err != nil {
		t.Fatal(err)
	}
	if in, err := x.Find(candidate(late, &read)); in == nil || in.Run != third || err != nil {
		t.Errorf("%+v, %v", in, err)
	}
	failing := schema.Candidate{Size: 1, SHA256: func() (string, error) { return "", fs.ErrPermission }}
	if in, err := loadIndex(t, lake).Find(failing); in != nil || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%+v, %v", in, err)
	}
}

// The file of the index spares reading manifests, and nothing depends on it: whatever is
// there, the index is that of the manifests.
func TestIndexFile(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	file := filepath.Join(lake, manifest.Folder, indexName)
	add(t, lake, testOptions, input("a", "", "a"))
	if _, err := os.Lstat(file); err == nil {
		t.Error("a first run writes an index")
	}
	add(t, lake, testOptions, input("b", "", "b"))
	add(t, lake, testOptions, input("c", "", "c"))
	x := loadIndex(t, lake)
	if len(x.runs) != 3 || len(readIndex(file)) != 2 || !x.stale {
		t.Fatalf("%d runs, %d in the file, stale %t", len(x.runs), len(readIndex(file)), x.stale)
	}
	if x.write(0o640); x.stale || len(readIndex(file)) != 3 || loadIndex(t, lake).stale {
		t.Error("the index is not written")
	}
	// It is written only where it differs.
	old := time.Unix(1_000_000_000, 0)
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
	loadIndex(t, lake).write(0o600)
	if info, err := os.Stat(file); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("the same index is written again: %v, %v", info, err)
	}
	// A manifest that the file has is not read: only its directory entry counts.
	manifests, err := filepath.Glob(lake + "/_manifests/*.json")
	if err != nil || len(manifests) != 3 {
		t.Fatal(manifests, err)
	}
	info, err := os.Stat(manifests[0])
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(manifests[0])
	broken := slices.Repeat([]byte("x"), len(whole))
	if err = errors.Join(err, os.WriteFile(manifests[0], broken, 0o600), os.Chtimes(manifests[0], info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	if len(loadIndex(t, lake).runs) != 3 {
		t.Error("a run is missing")
	}
	// With another size it is, and with another time.
	if err := errors.Join(os.WriteFile(manifests[0], append(slices.Clone(whole), '\n'), 0o600), os.Chtimes(manifests[0], info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	if again := loadIndex(t, lake); len(again.runs) != 3 || !again.stale {
		t.Error("a manifest of another size is not read")
	}
	fixture.Write(t, manifests[0], broken)
	if err := os.Chtimes(manifests[0], time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadIndex(lake); err == nil {
		t.Error("a changed manifest is not read")
	} else if unreadable, ok := errors.AsType[*manifest.Unreadable](err); !ok || unreadable.Path != manifests[0] {
		t.Errorf("%v", err)
	}
	fixture.Write(t, manifests[0], whole)
	if err := os.Chtimes(manifests[0], info.ModTime(), info.ModTime()); err != nil || loadIndex(t, lake).stale {
		t.Fatal("the manifests are not those of the index: ", err)
	}
	good := fixture.Read(t, file)
	_, text, _ := strings.Cut(string(good), "\n")
	for name, content := range map[string]string{
		"an input": strings.Replace(string(good), `"inputs":"`, `"inputs":"AAAA`, 1), "an earlier form": fmt.Sprintf("%x\n%s", sha256.Sum256([]byte(text)), text),
		"that of version 1": fmt.Sprintf("%x\n%s", sha256.Sum256([]byte("signins index 1\n"+text)), text),
		"empty":             "", "cut": string(good[:len(good)/2]), "a digit": strings.Replace(string(good), `"size":`, `"size":1`, 1), "no runs": indexDigest([]byte("7")) + "\n7",
		"null": indexDigest([]byte(`{"0123456789abcdef":null}`)) + "\n" + `{"0123456789abcdef":null}`,
	} {
		fixture.Write(t, file, content)
		if x := loadIndex(t, lake); len(x.runs) != 3 || !x.stale {
			t.Errorf("%s: %d runs, stale %t", name, len(x.runs), x.stale)
		}
	}
	// A link is not followed.
	link := filepath.Join(t.TempDir(), "index")
	if err := errors.Join(os.WriteFile(link, good, 0o600), os.Remove(file)); err != nil {
		t.Fatal(err)
	}
	if os.Symlink(link, file) == nil && !loadIndex(t, lake).stale {
		t.Error("a link is followed")
	}
	// One that goes while the folder is read is not there.
	if x := loadIndex(t, lake); x.add("gone", filepath.Join(lake, manifest.Folder, "gone.json"), info) != nil || x.runs["gone"] != nil {
		t.Error("a manifest that is gone is an error, or a run")
	}
	// A run that is gone is forgotten, and one whose manifest was superseded is not.
	x = loadIndex(t, lake)
	x.write(0o600)
	superseded := filepath.Join(lake, manifest.Folder, manifest.SupersededFolder)
	err = errors.Join(os.Remove(manifests[1]), os.Mkdir(superseded, 0o700), os.Rename(manifests[2], filepath.Join(superseded, filepath.Base(manifests[2]))))
	if err != nil {
		t.Fatal(err)
	}
	if x := loadIndex(t, lake); len(x.runs) != 2 || x.runs[strings.TrimSuffix(filepath.Base(manifests[2]), ".json")] == nil || !x.stale {
		t.Errorf("%d runs, stale %t", len(x.runs), x.stale)
	}
	// A file that ends as a manifest and has no name is none.
	fixture.Write(t, filepath.Join(superseded, ".json"), "{")
	// What cannot be written is not, and leaves nothing.
	if err := errors.Join(os.Remove(file), os.MkdirAll(file+"/x", 0o700)); err != nil {
		t.Fatal(err)
	}
	if x := loadIndex(t, lake); len(x.runs) != 2 {
		t.Errorf("%d runs", len(x.runs))
	} else if x.write(0o600); !x.stale {
		t.Error("a folder is replaced")
	}
	if _, err := os.Lstat(file + ".new"); err == nil {
		t.Error("a file of the index is left")
	}
}

// A run says how many of its inputs others have, by what they contain, and goes on; the
// same run does not count.
func TestOverlap(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	a, b := input("a", "", "a"), input("b", "", "bb")
	add(t, lake, testOptions, a, b)
	add(t, lake, testOptions, input("renamed", "", "a"), input("z.zip", "m", "z"))
	var lines []string
	overlap := func(o Options, inputs ...*manifest.Input) int {
		lines = nil
		r := open(t, lake, o, inputs...)
		r.files.Notice = func(line string) { lines = append(lines, line) }
		if err := r.finish(); err != nil {
			t.Fatal(err)
		}
		return r.run.Overlap
	}
	if n := overlap(overwriting, a, b); n != 1 || len(lines) != 1 || !strings.HasSuffix(lines[0], "too: 1 of 2; --new leaves them out") {
		t.Errorf("the same run: %d, %q", n, lines)
	}
	if n := overlap(testOptions, b, input("z.zip", "m", "z"), input("z.zip", "n", "z")); n != 2 || len(lines) != 1 {
		t.Errorf("%d, %q", n, lines)
	}
	if n := overlap(testOptions, input("copy", "", "a"), input("another", "", "a"), input("new", "", "n")); n != 2 || len(lines) != 1 {
		t.Errorf("two of the same content: %d, %q", n, lines)
	}
	if n := overlap(testOptions, input("c", "", "c")); n != 0 || len(lines) > 0 {
		t.Errorf("%d, %q", n, lines)
	}
	text, err := json.Marshal(&manifest.Run{})
	if err = errors.Join(err, os.WriteFile(filepath.Join(lake, manifest.Folder, "zzz.json"), text, 0o600)); err != nil {
		t.Fatal(err)
	}
	if n := overlap(testOptions, input("d", "", "d")); n != 0 || len(lines) != 1 || !strings.Contains(lines[0], "zzz.json") || !strings.HasSuffix(lines[0], "is not known") {
		t.Errorf("%d, %q", n, lines)
	}
}

// What another run commits after inputs were chosen is not written a second time.
func TestChosenMeanwhile(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	add(t, lake, testOptions, input("a", "", "a"))
	o := testOptions
	o.Index, o.AllowRepeat = loadIndex(t, lake), true
	slow := open(t, lake, o, input("b", "", "b"), input("c", "", "c"))
	same := open(t, lake, o, input("b", "", "b"), input("c", "", "c"))
	late := open(t, lake, Options{Parquet: o.Parquet, Index: loadIndex(t, lake)}, input("d", "", "d"), input("a", "", "a")) // a: steps that are read again
	add(t, lake, testOptions, input("c", "", "c"))
	err := slow.finish()
	if refused, ok := errors.AsType[*schema.Refusal](err); !ok || !strings.HasSuffix(refused.What, "has added 1 of these inputs meanwhile") || !strings.Contains(refused.Hint, "--new") {
		t.Fatalf("%v", err)
	}
	if parts, err := filepath.Glob(lake + "/*/part-" + slow.run.Name + "-*"); err != nil || len(parts) > 0 {
		t.Errorf("%v, %v", parts, err)
	}
	if err := late.finish(); err != nil || late.run.Overlap != 0 {
		t.Errorf("%v", err)
	}
	// Inputs that were not chosen may be those of another run.
	plain := open(t, lake, testOptions, input("e", "", "e"))
	if err := errors.Join(plain.Write(dated(0, "1")), plain.Finish(plain.run)); err != nil {
		t.Fatal(err)
	}
	add(t, lake, testOptions, input("e", "", "e"), input("f", "", "f"))
	if err := plain.commit(); err != nil {
		t.Errorf("%v", err)
	}
	// The run itself may be what was added.
	add(t, lake, testOptions, input("b", "", "b"), input("c", "", "c"))
	if unchanged, ok := errors.AsType[*schema.Unchanged](same.finish()); !ok || !strings.Contains(unchanged.What, "nothing is written") {
		t.Errorf("%v", unchanged)
	}
	// Nor may two runs choose the same file for a dataset that is not there yet.
	lake = filepath.Join(t.TempDir(), "lake")
	first := open(t, lake, Options{Parquet: o.Parquet, Index: loadIndex(t, lake)}, input("a", "", "a"))
	add(t, lake, testOptions, input("a", "", "a"), input("b", "", "b"))
	if refused, ok := errors.AsType[*schema.Refusal](first.finish()); !ok || !strings.Contains(refused.What, "has added 1 of these inputs") {
		t.Errorf("%v", refused)
	}
}

// Which shard a run is goes into its name; where it has no inputs, the list as well.
func TestNamesOfShards(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	name := func(s *schema.Shard, inputs ...*manifest.Input) string {
		n, err := runName(&manifest.Run{Inputs: inputs, Shard: s}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	a := input("a", "", "a")
	for i, n := range []string{
		name(nil, a), name(&schema.Shard{Index: 0, Count: 2, Set: "s"}, a), name(&schema.Shard{Index: 1, Count: 2, Set: "s"}, a), name(&schema.Shard{Index: 0, Count: 3, Set: "s"}, a),
		name(&schema.Shard{Count: 2, Set: "s"}), name(&schema.Shard{Count: 2, Set: "t"}),
	} {
		if names[n] != "" {
			t.Errorf("%d has the name of %s", i, names[n])
		}
		names[n] = fmt.Sprint(i)
	}
	if name(&schema.Shard{Count: 2, Set: "s"}, a) != name(&schema.Shard{Count: 2, Set: "t"}, a) {
		t.Error("a list that grew elsewhere makes another run of the same inputs")
	}
	lake := filepath.Join(t.TempDir(), "lake")
	r := open(t, lake, testOptions, a)
	r.run.Shard = &schema.Shard{Index: 1, Count: 2, Set: "s", List: "l"}
	if err := r.finish(); err != nil {
		t.Fatal(err)
	}
	x := loadIndex(t, lake)
	if x.Lacks(nil) || x.Lacks(r.run.Shard) || !x.Lacks(&schema.Shard{Index: 0, Count: 2, Set: "s"}) || !x.Lacks(&schema.Shard{Index: 1, Count: 2, Set: "t"}) {
		t.Error("the shards of the dataset are others")
	}
}
