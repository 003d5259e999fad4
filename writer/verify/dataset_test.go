package verify

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// twoRuns writes two runs into a dataset, of which one record is in both.
func twoRuns(t *testing.T) (dir string, bases []string) {
	t.Helper()
	dir = t.TempDir()
	testRun{outputs: []string{"lake/"}, sources: []testSource{{name: "a.json", records: 5, first: 1}}}.write(t, dir)
	testRun{outputs: []string{"lake/"}, sources: []testSource{{name: "b.json", records: 4, first: 1}, {name: "c.json", records: 4, first: 1, rejects: 1}}}.write(t, dir)
	records, err := filepath.Glob(dir + "/lake/_manifests/*.json")
	if err != nil || len(records) != 2 {
		t.Fatal(records, err)
	}
	for _, r := range records {
		bases = append(bases, strings.TrimSuffix(filepath.ToSlash(r), ".json"))
	}
	return dir, bases
}

// A dataset is checked by whatever name, and what no manifest names is found there.
func TestNamesOfADataset(t *testing.T) {
	dir, _ := twoRuns(t)
	fixture.Write(t, dir+"/lake/orphan.parquet", "")
	names := []string{dir + "/lake", dir + "/lake/", dir + "/lake/_manifests/", "..", ".", "./"}
	os.Symlink(dir+"/lake", dir+"/link")
	if _, err := os.Stat(dir + "/link"); err == nil { // Windows may refuse links, and those of Wine lead nowhere
		names = append(names, dir+"/link", dir+"/link/")
	}
	t.Chdir(dir + "/lake/_manifests")
	for _, path := range names {
		r := check(t, path, Options{})
		got := lines(r, dir)
		if r.Totals.Runs != 2 || len(got) != 1 || !strings.HasPrefix(got[0], "new ") || !strings.HasSuffix(got[0], "orphan.parquet: no manifest names it") || r.Exit() != 5 {
			t.Errorf("%s: %d runs, status %d: %s", path, r.Totals.Runs, r.Exit(), got)
		}
	}
}

// All runs of a dataset are checked, and its sign-ins counted once: those of a day, as a
// record is in the partition of its time.
func TestDataset(t *testing.T) {
	t.Parallel()
	dir, _ := twoRuns(t)
	r := check(t, dir+"/lake/", Options{})
	want(t, r, dir, 0)
	// Of ids 1 to 5, 1 to 4 and 1 to 4 the last of each source has no time.
	if got := *r.Totals.Dataset; got != (Counts{Records: 13, SignIns: 6, RepeatsInRun: 4, RepeatsAcross: 3}) {
		t.Errorf("%+v", got)
	}
	if r.Totals.Runs != 2 {
		t.Errorf("%d runs", r.Totals.Runs)
	}
}

// Records without an id, summaries and records of several kinds are sign-ins of their own.
func TestKeySet(t *testing.T) {
	t.Parallel()
	var s keySet
	for _, record := range []struct {
		id, category, kind string
		run                int
	}{
		{"", "adfs", "", 0}, {"", "adfs", "", 0}, {"1", "adfs", "summary", 0}, {"1", "adfs", "event", 1}, {"1", "adfs", "event", 0}, {"1", "adfs", "event", 1},
		{"1", "", "", 0}, {"1", schema.Unknown, "", 0}, {"1", "interactive_user", "", 2}, {"s1", "adf", "", 0},
	} {
		s.add([]byte(record.id), []byte(record.category), []byte(record.kind), record.run, false)
	}
	var got Counts
	s.count(&got)
	if want := (Counts{Records: 10, SignIns: 7, RepeatsInRun: 2, RepeatsAcross: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Sign-ins are the same only if both halves of their hashes are.
func TestHalvesOfKeys(t *testing.T) {
	t.Parallel()
	var s keySet
	s.keys[7] = []key{{1, 2, 0}, {1, 3, 0}, {2, 3, 0}, {1, 2, 2}, {2, 3, 2}, {1, 3, 0}}
	var got Counts
	s.count(&got)
	if want := (Counts{SignIns: 3, RepeatsInRun: 1, RepeatsAcross: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A record that repeats one of its run is no sign-in, though that one is of another day.
func TestKeySetOfMarkedRepeats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		add  func(s *keySet)
		want Counts
	}{
		"first of another day":  {func(s *keySet) { addKey(s, 0, true) }, Counts{Records: 1, RepeatsInRun: 1}},
		"first of the same day": {func(s *keySet) { addKey(s, 0, true); addKey(s, 0, false) }, Counts{Records: 2, SignIns: 1, RepeatsInRun: 1}},
		"one of another run":    {func(s *keySet) { addKey(s, 0, true); addKey(s, 1, false) }, Counts{Records: 2, RepeatsInRun: 1, RepeatsAcross: 1}},
	} {
		var s keySet
		c.add(&s)
		var got Counts
		if s.count(&got); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func addKey(s *keySet, run int, repeats bool) {
	s.add([]byte("1"), []byte(schema.InteractiveUser), nil, run, repeats)
}

// What belongs to no run is named. It is a difference if readers of the dataset would take
// it for data.
func TestOrphans(t *testing.T) {
	t.Parallel()
	for path, differs := range map[string]bool{
		"event_date=2026-05-01/part-00.parquet":                     true,
		"event_date=2026-05-01/.hidden.parquet":                     true,
		"event_date=2026-05-01/sub/x.PARQUET":                       true,
		"event_date=2026-05-01/notes":                               true,
		"event_date=2030-01-01/part-0123456789abcdef-00000.parquet": true,
		"OTHER.PARQUET":                  true,
		"other.parquet":                  true,
		"sub/checkpoint.parquet":         true,
		"_delta_log/checkpoint.parquet":  false, // the program that keeps the table may add some
		"event_date=2026-05-01/_SUCCESS": false,
		"event_date=2026-05-01/.crc":     false,
		"README":                         false,
		"_manifests/Thumbs.db":           false, // a system or a person puts files anywhere
		"_manifests/notes":               false,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			dir, _ := twoRuns(t)
			fixture.Write(t, dir+"/lake/"+path, "x")
			if differs {
				want(t, check(t, dir+"/lake", Options{}), dir, 5, "new lake/"+path+": no manifest names it")
			} else {
				want(t, check(t, dir+"/lake", Options{}), dir, 0)
			}
		})
	}
}

// A part that a manifest lists as a file it has skipped, or read, is nevertheless one that
// no manifest names.
func TestOrphanAsSource(t *testing.T) {
	t.Parallel()
	dir, bases := twoRuns(t)
	orphan := dir + "/lake/event_date=2026-05-01/x.parquet"
	fixture.Write(t, orphan, "x")
	fixture.Write(t, dir+"/lake/_manifests/"+files.HoldName, "") // of Windows, and nothing new
	reseal(t, bases[0], ".json", func(run *manifest.Run) {
		run.Skipped = append(run.Skipped, schema.Skipped{Path: orphan})
		in := *run.Inputs[0]
		in.Path, in.Size, in.SHA256, in.Records, in.FirstEvent, in.LastEvent = orphan, 1, sum([]byte("x")), manifest.Records{}, "", ""
		in.Category = nil
		run.Inputs = append(run.Inputs, &in)
	})
	want(t, check(t, dir+"/lake", Options{Folders: []string{dir}}), dir, 5, "new lake/event_date=2026-05-01/x.parquet: no manifest names it")
}

// Links in a dataset, which may lead to more data, are named.
func TestLinkedParts(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on Windows")
	}
	dir, _ := twoRuns(t)
	for _, name := range []string{"event_date=2026-01-01", "more"} {
		if err := os.Symlink(dir, dir+"/lake/"+name); err != nil {
			t.Fatal(err)
		}
	}
	want(t, check(t, dir+"/lake", Options{}), dir, 5, "new lake/event_date=2026-01-01: no manifest names it", "new lake/more: no manifest names it")
}

// Folders of runs that did not end are named, and are no difference.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	dir, _ := twoRuns(t)
	fixture.Write(t, dir+"/lake/.signins.77.partial/000000", "x")
	fixture.Write(t, dir+"/lake/.signins.77.partial/x.parquet", "x")
	want(t, check(t, dir+"/lake", Options{}), dir, 0, "new lake/.signins.77.partial: belongs to a run that is at work, or was killed")
}

// A run whose manifest is gone or damaged is named with what it leaves without one; the
// other runs are checked.
func TestRunWithoutManifest(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(path string) error{
		"missing": os.Remove,
		"changed": func(path string) error { return os.WriteFile(path, []byte("{"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, bases := twoRuns(t)
			if err := damage(bases[0] + ".json"); err != nil {
				t.Fatal(err)
			}
			r := check(t, dir+"/lake", Options{})
			got := lines(r, dir)
			rest := slices.DeleteFunc(slices.Clone(got), func(line string) bool {
				return strings.HasPrefix(line, "new lake/event_date=") && strings.Contains(line, filepath.Base(bases[0]))
			})
			if len(rest) != 1 || len(got) != 4 || !strings.HasPrefix(rest[0], name+" lake/_manifests/"+filepath.Base(bases[0])+".json: ") || r.Exit() != 5 || r.Totals.Runs != 1 {
				t.Errorf("status %d, %d runs\n%s", r.Exit(), r.Totals.Runs, strings.Join(got, "\n"))
			}
		})
	}
}

// Each file that lies beside a manifest shows that one is gone.
func TestAnyFileBesideAManifest(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{manifest.SumsEnding, manifest.Rejects} {
		dir, _ := twoRuns(t)
		fixture.Write(t, dir+"/lake/_manifests/05af"+ending, "x")
		want(t, check(t, dir+"/lake", Options{}), dir, 5, "missing lake/_manifests/05af.json: there are files of the run, but not its manifest")
	}
}

// A part that is missing, in the wrong partition, or another run's is found although the
// digests were computed again.
func TestTamperedParts(t *testing.T) {
	t.Parallel()
	part := func(base, day string) string {
		return filepath.Dir(filepath.Dir(base)) + "/event_date=" + day + "/part-" + filepath.Base(base) + "-00000.parquet"
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, bases []string)
		says   []string
	}{
		"missing": {func(t *testing.T, bases []string) { os.Remove(part(bases[0], "2026-05-01")) }, []string{"missing lake/event_date=2026-05-01/part-"}},
		"swapped": {func(t *testing.T, bases []string) {
			fixture.Write(t, part(bases[0], "2026-05-02"), fixture.Read(t, part(bases[1], "2026-05-02")))
		}, []string{"changed lake/event_date=2026-05-02/part-..: has "}},
		"swapped, all digests new": {func(t *testing.T, bases []string) {
			fixture.Write(t, part(bases[0], "2026-05-02"), fixture.Read(t, part(bases[1], "2026-05-02")))
			reseal(t, bases[0], ".json", func(run *manifest.Run) { run.Outputs[2].Rows = rowsOf(t, part(bases[0], "2026-05-02")) })
		}, []string{"changed lake/_manifests/..rows are listed, but ", "changed lake/event_date=__HIVE_DEFAULT_PARTITION__/part-..rows of sources that are no inputs, such as "}},
		"another day": {func(t *testing.T, bases []string) {
			day, other := part(bases[0], "2026-05-02"), part(bases[0], "2026-05-03")
			fixture.Write(t, other, fixture.Read(t, day))
			os.Remove(day)
			text := strings.ReplaceAll(string(fixture.Read(t, bases[0]+".sha256")), "2026-05-02", "2026-05-03")
			fixture.Write(t, bases[0]+".sha256", text)
			reseal(t, bases[0], ".json", func(run *manifest.Run) {
				run.Outputs[2].Path = strings.ReplaceAll(run.Outputs[2].Path, "2026-05-02", "2026-05-03")
				run.Outputs[2].Size, run.Outputs[2].SHA256 = int64(len(fixture.Read(t, other))), sum(fixture.Read(t, other))
			})
		}, []string{
			"matched lake/event_date=__HIVE_DEFAULT_PARTITION__/part-..: its rows are not compared with the inputs",
			"changed lake/event_date=2026-05-03/part-..: from row 1 on: an event of another day is in the partition 2026-05-03",
		}},
		"the day before": {func(t *testing.T, bases []string) {
			fixture.Write(t, part(bases[0], "2026-05-01"), fixture.Read(t, part(bases[0], "2026-05-02")))
			reseal(t, bases[0], ".json", nothing)
		}, []string{"changed lake/event_date=2026-05-01/part-..: from row 1 on: an event of another day is in the partition 2026-05-01"}},
		"a day in place of none": {func(t *testing.T, bases []string) {
			fixture.Write(t, part(bases[0], "2026-05-01"), fixture.Read(t, part(bases[0], manifest.NoDay)))
			reseal(t, bases[0], ".json", nothing)
		}, []string{"changed lake/event_date=2026-05-01/part-..: from row 1 on: an event of another day is in the partition 2026-05-01"}},
		"no day": {func(t *testing.T, bases []string) {
			fixture.Write(t, part(bases[0], manifest.NoDay), fixture.Read(t, part(bases[0], "2026-05-02")))
			reseal(t, bases[0], ".json", nothing)
		}, []string{
			"changed lake/event_date=__HIVE_DEFAULT_PARTITION__/part-..: from row 1 on: an event of another day",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, bases := twoRuns(t)
			c.change(t, bases)
			r := check(t, dir+"/lake", Options{})
			got := strings.Join(lines(r, dir), "\n")
			if r.Exit() != 5 {
				t.Errorf("status %d", r.Exit())
			}
			for _, says := range c.says {
				rest := got
				for _, piece := range strings.Split(says, "..") {
					_, after, found := strings.Cut(rest, piece)
					if rest = after; !found {
						t.Errorf("%s\nwant %s", got, says)
						break
					}
				}
			}
		})
	}
}

func rowsOf(t *testing.T, path string) int64 {
	t.Helper()
	file, size, err := openRegular(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p, err := openParquet(file, size)
	if err != nil {
		t.Fatal(err)
	}
	return p.NumRows()
}

// A part that cannot be read a second time is a difference.
func TestSecondReading(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fixture.Write(t, dir+"/x", "PAR1xxxxxxxxPAR1")
	fixture.Write(t, dir+"/y", "")
	_, b := small.sources[0].make(dir, false)
	b.Columns[schema.DuplicateOf].SetText(4, "a.json#1")
	b.Seal()
	rewrite(t, dir+"/y", parquet.Options{}, b)
	var keys keySet
	for name, fails := range map[string]bool{"x": true, "none": true, "y": false} {
		if err := keys.addPart(dayPart{0, &output{path: dir + "/" + name}}); (err != nil) != fails {
			t.Errorf("%s: %v", name, err)
		}
	}
	var got Counts
	if keys.count(&got); got != (Counts{Records: 5, SignIns: 4, RepeatsInRun: 1}) {
		t.Errorf("%+v", got)
	}
}
