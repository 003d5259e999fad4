package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// move renames files of a folder.
func move(t *testing.T, dir string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		to := filepath.Join(dir, pairs[i+1])
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, pairs[i]), to); err != nil {
			t.Fatal(err)
		}
	}
}

// Sources are named as what they are: changed, moved, missing, not checked; files that no
// run has read are new.
func TestSources(t *testing.T) {
	t.Parallel()
	run := small
	run.outputs = []string{"out/x.parquet"}
	for name, c := range map[string]struct {
		change  func(t *testing.T, dir string)
		folders []string
		status  int
		says    []string
	}{
		"untouched":          {func(*testing.T, string) {}, []string{"."}, 0, nil},
		"absent":             {func(t *testing.T, dir string) { os.Remove(dir + "/a.json") }, nil, 0, []string{"not checked a.json"}},
		"missing":            {func(t *testing.T, dir string) { os.Remove(dir + "/a.json") }, []string{"out"}, 5, []string{"missing a.json"}},
		"moved":              {func(t *testing.T, dir string) { move(t, dir, "a.json", "e/f/c", "b.json.gz", "e/d") }, []string{"e"}, 0, []string{"moved a.json -> e/f/c", "moved b.json.gz -> e/d"}},
		"moved, no folder":   {func(t *testing.T, dir string) { move(t, dir, "a.json", "e/f/c") }, nil, 0, []string{"not checked a.json"}},
		"in a second folder": {func(t *testing.T, dir string) { move(t, dir, "a.json", "e/c") }, []string{"out", "e"}, 0, []string{"moved a.json -> e/c"}},
		"longer": {func(t *testing.T, dir string) {
			fixture.Write(t, dir+"/a.json", append(fixture.Read(t, dir+"/a.json"), '\n'))
		}, nil, 5, []string{"changed a.json: has 169 bytes, the manifest says 168"}},
		"edited": {func(t *testing.T, dir string) {
			fixture.Write(t, dir+"/a.json", strings.Replace(string(fixture.Read(t, dir+"/a.json")), `"1"`, `"9"`, 1))
		}, []string{"."}, 5, []string{"changed a.json: has the SHA-256 "}},
		"edited, the old one is there": {func(t *testing.T, dir string) {
			move(t, dir, "a.json", "e/c")
			fixture.Write(t, dir+"/a.json", "")
		}, []string{"e"}, 0, []string{"moved a.json -> e/c"}},
		"edited, the old one is elsewhere": {func(t *testing.T, dir string) {
			move(t, dir, "a.json", "e/c")
			fixture.Write(t, dir+"/a.json", "")
		}, []string{"out"}, 5, []string{"changed a.json: has 0 bytes"}},
		"a folder in its place": {func(t *testing.T, dir string) {
			os.Remove(dir + "/a.json")
			os.Mkdir(dir+"/a.json", 0o700)
		}, nil, 5, []string{"changed a.json: cannot be read: is not a regular file"}},
		"new": {func(t *testing.T, dir string) {
			fixture.Write(t, dir+"/e/other", "x")
			fixture.Write(t, dir+"/e/copy", fixture.Read(t, dir+"/a.json"))
			fixture.Write(t, dir+"/e/size", strings.Repeat("x", len(fixture.Read(t, dir+"/a.json"))))
		}, []string{"e"}, 0, []string{"new e/other", "new e/size"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			fixture.Write(t, dir+"/out/empty", "")
			os.Remove(dir + "/out/empty")
			run.write(t, dir)
			c.change(t, dir)
			var folders []string
			for _, f := range c.folders {
				folders = append(folders, dir+"/"+f)
			}
			want(t, check(t, dir+"/out/x.parquet", Options{Folders: folders}), dir, c.status, c.says...)
		})
	}
}

// A source that was renamed, and read again by its new name, is moved.
func TestMovedToAnotherSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"x.parquet"}, sources: []testSource{{name: "e/a.json", records: 2, first: 1}, {name: "e/b.json", records: 2, first: 1}}}
	fixture.Write(t, dir+"/e/a.json", "")
	run.write(t, dir)
	os.Remove(dir + "/e/a.json")
	want(t, check(t, dir+"/x.parquet", Options{Folders: []string{dir + "/e"}}), dir, 0, "moved e/a.json -> e/b.json")
}

// Of many new files the report lists some and counts the others.
func TestManyNewFiles(t *testing.T) {
	t.Parallel()
	dir, _ := writeSmall(t, "x.parquet")
	for i := range maxNew + 3 {
		fixture.Write(t, filepath.Join(dir, "e", time.Duration(i).String()), "x")
	}
	r := check(t, dir+"/x.parquet", Options{Folders: []string{dir + "/e"}})
	if last := r.Files[len(r.Files)-1]; r.Totals.New != maxNew || strings.Join(last.Notes, "") != "3 more new files not listed" {
		t.Errorf("%d new, %v", r.Totals.New, last.Notes)
	}
}

// What the run has written is not new, whichever of its files it is.
func TestOwnFilesAreNotNew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	small.write(t, dir)
	fixture.Write(t, dir+"/y.parquet.sha256", "")
	runs, _ := filepath.Glob(dir + "/lake/_manifests/*.json")
	for _, path := range append(runs, dir+"/x.parquet", dir+"/x.xlsx", dir+"/lake") {
		want(t, check(t, path, Options{Folders: []string{dir}}), dir, 0, "new y.parquet.sha256")
	}
}

// Files that the run has skipped are not new, links lead to files and to no folders, and
// standard input may be found in a folder.
func TestSkippedAndLinked(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on Windows")
	}
	dir, _ := writeSmall(t, "x.parquet")
	fixture.Write(t, dir+"/e/skipped", "x")
	move(t, dir, "b.json.gz", "b")
	for from, to := range map[string]string{"e/link": dir + "/b", "e/loop": dir, "e/none": "nothing"} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	move(t, dir, "a.json", "e/stdin")
	reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) {
		run.Skipped = append(run.Skipped, schema.Skipped{Path: dir + "/e/skipped", Reason: "a picture"})
		run.Inputs[0].Path = "-"
	})
	r := check(t, dir+"/x.parquet", Options{Folders: []string{dir + "/e"}})
	got := strings.Join(lines(r, dir), "\n")
	for _, says := range []string{"moved - -> e/stdin", "moved b.json.gz -> e/link"} {
		if !strings.Contains(got, says) || strings.Contains(got, "new ") {
			t.Errorf("%s\nwant %s", got, says)
		}
	}
}

// Several inputs in one archive are one file, which is read once; of two digests at one
// path one is wrong.
func TestSeveralInputsOfAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"x.parquet"}, sources: []testSource{{name: "a.zip!b", records: 2, first: 1}, {name: "a.zip!c", records: 2, first: 3}}}
	run.write(t, dir)
	fixture.Write(t, dir+"/a.zip", "zip")
	edit := func(other string) func(run *manifest.Run) {
		return func(run *manifest.Run) {
			for i, in := range run.Inputs {
				in.Path, in.Member, in.Size, in.SHA256 = filepath.ToSlash(dir)+"/a.zip", []string{"b", "c"}[i], 3, sum([]byte("zip"))
			}
			run.Inputs[1].SHA256 = sum([]byte(other))
		}
	}
	reseal(t, dir+"/x.parquet", ".manifest.json", edit("zip"))
	var read int
	r := check(t, dir+"/x.parquet", Options{Progress: func(n int) { read += n }})
	want(t, r, dir, 0)
	if r.Totals.Matched != 4 {
		t.Errorf("%+v", r.Totals)
	}
	before := read
	fixture.Write(t, dir+"/a.zip", "zip")
	reseal(t, dir+"/x.parquet", ".manifest.json", edit("pit"))
	read = 0
	want(t, check(t, dir+"/x.parquet", Options{Progress: func(n int) { read += n }}), dir, 5, "changed a.zip: has the SHA-256 ")
	if read != before {
		t.Errorf("%d bytes read, before %d", read, before)
	}
}

// A file may have the name of a member of an archive: their rows are added up.
func TestInputsOfOneName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"x.parquet"}, sources: []testSource{{name: "a.zip!b", records: 5, first: 1, rejects: 2}}}
	run.write(t, dir)
	fixture.Write(t, dir+"/a.zip", "zip")
	reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) {
		member := *run.Inputs[0]
		member.Path, member.Member, member.Size, member.SHA256 = filepath.ToSlash(dir)+"/a.zip", "b", 3, sum([]byte("zip"))
		run.Inputs[0].Records, member.Records = manifest.Records{Seen: 3, Written: 2, Rejected: 1}, manifest.Records{Seen: 4, Written: 3, Rejected: 1}
		run.Inputs[0].Category, member.Category = map[string]int64{schema.InteractiveUser: 2}, map[string]int64{schema.InteractiveUser: 3}
		run.Inputs = append(run.Inputs, &member)
	})
	want(t, check(t, dir+"/x.parquet", Options{}), dir, 0)
}

// What is expected is about what is read.
func TestProgress(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	small.write(t, dir)
	var expected, read int64
	check(t, dir+"/lake", Options{Expect: func(n int64) { expected = n }, Progress: func(n int) { read += int64(n) }})
	if expected < 30000 || read < expected/2 || read > expected*5/4 {
		t.Errorf("%d bytes expected, %d read", expected, read)
	}
}

// Of more than 1,000 inputs, one with so much to say that its line has no span matches, and
// the others are compared as usual.
func TestInputWithoutSpan(t *testing.T) {
	t.Parallel()
	r, dir := testRun{outputs: []string{"x.parquet", "x.xlsx"}}, t.TempDir()
	for i := range manifest.MaxListed + 1 {
		r.sources = append(r.sources, testSource{name: fmt.Sprintf("%04d.json", i), records: 2, first: 2 * i})
	}
	long := schema.Tally{}
	for code := range schema.Warnings {
		long.Add(code, 1)
	}
	r.sources[7].findings = long
	r.write(t, dir)
	for _, output := range r.outputs {
		if lines := string(fixture.Read(t, dir+"/"+output+".inputs.ndjson")); strings.Count(lines, `"more":true`) != 1 || strings.Count(lines, "first_event") != manifest.MaxListed {
			t.Errorf("%s: not one input is without a span", output)
		}
		if report := check(t, dir+"/"+output, Options{}); report.Differences != 0 {
			t.Errorf("%s: %q", output, lines(report, dir))
		}
		// So does one without categories.
		path := dir + "/" + output + ".inputs.ndjson"
		text, n := "", 0
		for line := range strings.Lines(string(fixture.Read(t, path))) {
			if strings.Contains(line, `"more":true`) {
				line, n = strings.Replace(line, `"category":{"interactive_user":2},`, "", 1), n+1
			}
			text += line
		}
		fixture.Write(t, path, text)
		reseal(t, dir+"/"+output, ".manifest.json", nothing)
		if report := check(t, dir+"/"+output, Options{}); report.Differences != 0 || n != 1 || strings.Count(string(fixture.Read(t, path)), "category") != manifest.MaxListed {
			t.Errorf("%s: %q", output, lines(report, dir))
		}
		// What no input has is compared with all rows.
		reseal(t, dir+"/"+output, ".manifest.json", func(run *manifest.Run) { run.LastEvent = "2026-05-02T00:00:00Z" })
		said := strings.Join(lines(check(t, dir+"/"+output, Options{}), dir), "\n")
		if !strings.Contains(said, "changed "+output+": events are from ") || strings.Contains(said, "those of the inputs") {
			t.Errorf("%s: %s", output, said)
		}
		// That the file cannot be read is a difference if the digests prove it.
		fixture.Write(t, path, text[:99])
		want(t, check(t, dir+"/"+output, Options{Raw: true}), dir, 5, "changed "+output+".inputs.ndjson: ..:1: is no input: ..sha256 names it with the SHA-256 "+sum([]byte(text)))
		reseal(t, dir+"/"+output, ".manifest.json", nothing)
		if _, err := Check(dir+"/"+output, Options{}); err == nil {
			t.Errorf("%s: an unreadable file of inputs as the digests have it is no error", output)
		}
		fixture.Write(t, path, text)
	}
}

// A manifest may name many inputs and many outputs, none of which is there. What the check
// needs for one of each is not needed for each of both.
func TestManyInventedNames(t *testing.T) {
	const n = 1500
	dir, _ := writeSmall(t, "x.parquet")
	reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) {
		out := run.Outputs[0]
		for i := range n {
			in := *run.Inputs[0]
			in.Path = fmt.Sprintf("/none/%d.json", i)
			in.Records, in.Category, in.FirstEvent, in.LastEvent = manifest.Records{}, nil, "", ""
			run.Inputs = append(run.Inputs, &in)
			invented := out
			invented.Path = fmt.Sprintf("/none/%d.parquet", i)
			run.Outputs = append(run.Outputs, invented)
		}
		again := out
		again.Path = dir + "//none/../x.parquet"
		run.Outputs = append(run.Outputs, again)
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := check(t, dir+"/x.parquet", Options{})
	runtime.ReadMemStats(&after)
	want(t, &Report{Files: r.Files[:1], Differences: r.Differences}, dir, 5, "changed x.parquet.manifest.json: ../x.parquet: has no rows, size and SHA-256, or is listed twice")
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 100 {
		t.Errorf("%d MiB were allocated for %d names", took, 2*n)
	}
	if r.Totals.NotChecked != 2*n || r.Totals.Rows != 8 || r.Totals.Changed != 1 {
		t.Errorf("%+v", r.Totals)
	}
}

// A side file is checked by size and digest, by the digest alone where a manifest does not
// have its size.
func TestSideFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fixture.Write(t, dir+"/own.csv", "own")
	for want, file := range map[string]manifest.SideFile{
		"":                                      {Path: dir + "/own.csv", Size: 3, SHA256: sum([]byte("own"))},
		" ":                                     {Path: dir + "/own.csv", SHA256: sum([]byte("own"))},
		"has 3 bytes":                           {Path: dir + "/own.csv", Size: 4, SHA256: sum([]byte("own"))},
		"has the SHA-256 ":                      {Path: dir + "/own.csv", Size: 3, SHA256: sum([]byte("new"))},
		"has the SHA-256 " + sum([]byte("own")): {Path: dir + "/own.csv", SHA256: sum([]byte("new"))},
	} {
		c := newChecker(dir, Options{})
		if err := c.noteSources(&record{run: &manifest.Run{Command: manifest.Command{SideFiles: []manifest.SideFile{file}}}}); err != nil {
			t.Fatal(err)
		}
		f := c.sources[0].file
		if notes := strings.Join(f.Notes, "; "); f.Role != sideRole || (f.Status == Changed) != (strings.TrimSpace(want) != "") || !strings.Contains(notes, strings.TrimRight(want, " ")) {
			t.Errorf("%+v: %s, %s, want %q", file, f.Status, notes, want)
		}
	}
}
