package verify

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"signins/schema"
	"signins/writer/manifest"
)

// runOf returns a run of a shard of a set that has so many inputs, or as many that are
// known of another run.
func runOf(name string, index, count int, set, list string, inputs, known int, of string) *record {
	run := &manifest.Run{Name: name, Shard: &schema.Shard{Index: index, Count: count, Set: set, Files: 10, List: list}, Totals: manifest.Records{Seen: int64(inputs), Written: int64(inputs)}}
	run.Inputs = make([]*manifest.Input, inputs)
	if of != "" {
		run.Known = &schema.Known{}
		for range known {
			run.Known.Add(schema.KnownInput{Run: of})
		}
	}
	return &record{run: run}
}

func TestShards(t *testing.T) {
	t.Parallel()
	whole := []*record{runOf("b0", 0, 2, "b", "l0", 2, 0, ""), runOf("b1", 1, 2, "b", "l1", 3, 0, "")}
	for _, c := range []struct {
		name    string
		records []*record
		missing string   // the path of the report, without the dataset
		notes   []string // parts of them
		sets    []string
	}{
		{"none", []*record{{run: &manifest.Run{}}}, "", nil, nil},
		{"all", whole, "", nil, []string{"all 2 of 10 files (set b): 5 records seen, 5 written, 0 rejected"}},
		{"one again", append([]*record{runOf("c", 1, 2, "b", "l1", 1, 2, "b1")}, whole...), "", nil, []string{"all 2 of 10 files (set b): 6 records seen, 6 written, 0 rejected, 2 inputs of earlier runs; shards of several runs: 1"}},
		{"some missing", []*record{runOf("a", 2, 6, "a", "l", 1, 0, "")}, "0-1, 3-5 of 6", []string{"5 of 6 shards of a list of 10 files have no run (set a)"}, []string{"1 of 6 of 10 files (set a)"}},
		{"lists differ", []*record{runOf("a", 0, 2, "a", "l0", 1, 0, ""), runOf("b", 1, 2, "b", "m1", 1, 0, "")}, "1 of 2,0 of 2",
			[]string{"1 of 2", "there are shards 1; list the files once, and run all shards with the same flags, --new and --files-from", "1 of 2", "there are shards 0; list the files once"}, []string{"1 of 2", "1 of 2"}},
		{"another number of shards", []*record{runOf("a", 0, 2, "a", "l0", 1, 0, ""), runOf("b", 1, 3, "b", "m1", 1, 0, "")}, "1 of 2,0, 2 of 3", []string{"1 of 2", "2 of 3"}, []string{"1 of 2", "1 of 3"}},
		{"superseded", append([]*record{runOf("a0", 0, 2, "a", "l0", 2, 0, "")}, whole...), "", nil, []string{"1 of 2 of 10 files (set a): 2 records seen, 2 written, 0 rejected; a later list", "all 2"}},
		{"superseded, known", []*record{runOf("a0", 0, 2, "a", "k0", 2, 0, ""), runOf("b0", 0, 2, "b", "l0", 1, 2, "a0"), whole[1]}, "", nil, []string{"1 of 2", "all 2"}},
		{"superseded, a shard without files", []*record{runOf("a0", 0, 3, "a", "l0", 2, 0, ""), runOf("a1", 1, 3, "a", "k1", 0, 0, ""), runOf("b0", 0, 3, "b", "l0", 2, 0, ""), runOf("b1", 1, 3, "b", "l1", 1, 0, ""), runOf("b2", 2, 3, "b", "l2", 1, 0, "")}, "", nil,
			[]string{"2 of 3", "all 3"}},
		{"fewer known", []*record{runOf("a0", 0, 2, "a", "k0", 2, 0, ""), runOf("b0", 0, 2, "b", "l0", 1, 1, "a0"), whole[1]}, "1 of 2", []string{"1 of 2"}, []string{"1 of 2", "all 2"}},
		{"known of others", []*record{runOf("a0", 0, 2, "a", "k0", 2, 0, ""), runOf("b0", 0, 2, "b", "l0", 1, 2, "x"), whole[1]}, "1 of 2", []string{"1 of 2"}, []string{"1 of 2", "all 2"}},
		{"superseded by another number of shards", []*record{runOf("a0", 0, 2, "a", "k0", 2, 0, ""), runOf("b0", 0, 3, "b", "l0", 1, 1, "a0"), runOf("b1", 1, 3, "b", "l1", 1, 1, "a0"), runOf("b2", 2, 3, "b", "l2", 1, 0, "")}, "", nil,
			[]string{"1 of 2 of 10 files (set a): 2 records seen, 2 written, 0 rejected; a later list", "all 3"}},
		{"fewer known by another number of shards", []*record{runOf("a0", 0, 2, "a", "k0", 2, 0, ""), runOf("b0", 0, 3, "b", "l0", 1, 1, "a0"), runOf("b1", 1, 3, "b", "l1", 1, 0, ""), runOf("b2", 2, 3, "b", "l2", 1, 0, "")}, "1 of 2",
			[]string{"1 of 2 shards of a list of 10 files have no run (set a); run them with --new"}, []string{"1 of 2", "all 3"}},
		{"known of others by another number of shards", []*record{runOf("a0", 0, 2, "a", "k0", 2, 0, ""), runOf("b0", 0, 3, "b", "l0", 1, 2, "x"), runOf("b1", 1, 3, "b", "l1", 1, 0, ""), runOf("b2", 2, 3, "b", "l2", 1, 0, "")}, "1 of 2",
			[]string{"1 of 2"}, []string{"1 of 2", "all 3"}},
		{"no files, another number of shards", []*record{runOf("a0", 0, 2, "a", "k0", 0, 0, ""), runOf("b0", 0, 1, "b", "l0", 1, 0, "")}, "1 of 2", []string{"1 of 2"}, []string{"1 of 2", "all 1"}},
		{"other files", append([]*record{runOf("a0", 0, 2, "a", "k0", 2, 0, "")}, whole...), "1 of 2", []string{"1 of 2"}, []string{"1 of 2", "all 2"}},
		{"by a list that lacks others", []*record{runOf("a0", 0, 3, "a", "l0", 2, 0, ""), runOf("b0", 0, 3, "b", "l0", 2, 0, ""), runOf("b1", 1, 3, "b", "l1", 2, 0, "")}, "1-2 of 3,2 of 3",
			[]string{"2 of 3", "there are shards 0-1;", "1 of 3"}, []string{"1 of 3", "2 of 3"}},
		{"no files", append([]*record{runOf("a0", 0, 2, "a", "k0", 0, 0, "")}, whole...), "1 of 2", []string{"1 of 2"}, []string{"1 of 2", "all 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newChecker("lake", Options{})
			k.checkShards("lake", c.records)
			k.report.count()
			var missing, notes, sets []string
			for _, f := range k.report.Files {
				missing, notes = append(missing, strings.TrimPrefix(f.Path, "lake: ")), append(notes, f.Notes...)
				if f.Status != Missing || f.Role != shardRole {
					t.Errorf("%+v", f)
				}
			}
			for _, s := range k.report.Totals.Shards {
				sets = append(sets, s.text())
			}
			if strings.Join(missing, ",") != c.missing || k.report.Exit() != map[bool]int{true: 0, false: 5}[c.missing == ""] {
				t.Errorf("missing %q, want %q, status %d", missing, c.missing, k.report.Exit())
			}
			if text := k.report.text(); len(c.sets) > 0 && !strings.Contains(text, "\nshards       "+sets[0]) {
				t.Error(text)
			}
			for what, lists := range map[string][2][]string{"notes": {notes, c.notes}, "sets": {sets, c.sets}} {
				got, want := lists[0], lists[1]
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || !strings.Contains(got[i], want[i]) {
						t.Fatalf("%s %q, want %q", what, got, want)
					}
				}
			}
		})
	}
}

// A manifest of a shard that cannot be is one that was edited.
func TestShardsThatAreNone(t *testing.T) {
	t.Parallel()
	for i, s := range []schema.Shard{{Index: 2, Count: 2, Set: "s", List: "l"}, {Index: -1, Count: 2, Set: "s", List: "l"}, {Count: 1 << 40, Set: "s", List: "l"}, {Count: 2, List: "l"}, {Count: 2, Set: "s"}, {Count: 2, Set: "s", List: "l"}} {
		list, err := inconsistencies(&record{dataset: "lake", run: &manifest.Run{Shard: &s}})
		if good := i == 5; err != nil || (len(list) == 0) != good || !good && list[0] != "its shard is none" {
			t.Errorf("%+v: %q, %v", s, list, err)
		}
		k := newChecker("lake", Options{})
		if k.checkShards("lake", []*record{{run: &manifest.Run{Shard: &s}}}); (len(k.report.Totals.Shards) > 0) != (i == 5) {
			t.Errorf("%+v makes a set", s)
		}
	}
}

// The shards of a dataset are looked for when it is verified.
func TestDatasetOfShards(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"lake/"}, sources: []testSource{{name: "a.json", records: 2, first: 1}}, shard: &schema.Shard{Index: 1, Count: 3, Set: "s", Files: 4, List: "l"}}
	run.write(t, dir)
	r := check(t, filepath.Join(dir, "lake"), Options{})
	if got := fmt.Sprint(lines(r, dir)); r.Exit() != 5 || !strings.Contains(got, "0, 2 of 3") || len(r.Totals.Shards) != 1 || len(r.Totals.Shards[0].Missing) != 2 {
		t.Errorf("%s, %+v", got, r.Totals)
	}
}
