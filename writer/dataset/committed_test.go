package dataset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// dated returns a batch of sign-ins with ids, on days after 1970-01-01.
func dated(day int64, ids ...string) *schema.Batch {
	b := &schema.Batch{Len: len(ids), Source: &schema.Source{Path: "logs.json"}}
	for row, id := range ids {
		b.Columns[schema.CreatedAt].SetNum(row, day*microsPerDay+int64(row))
		b.Columns[schema.SignInCategory].SetText(row, []string{schema.InteractiveUser, schema.ServicePrincipal}[row%2])
		if id != "" {
			b.Columns[schema.ID].SetText(row, id)
		}
		b.Columns[schema.SourceRecord].SetNum(row, 99)
	}
	b.Seal()
	return b
}

// findCommitted returns the runs consulted, and the rows found of the ids that wanted
// names, as part, row, category and id.
func findCommitted(t *testing.T, r *testRun, wanted func(id string) bool) (consulted, found []string) {
	t.Helper()
	consulted, err := r.Committed(t.Context(), r.run, func(category, id []byte) bool { return wanted(string(id)) }, func(b *schema.Batch) error {
		for row := range b.Len {
			record, _ := b.Columns[schema.SourceRecord].Num(row)
			run := manifest.ParsePart(b.Source.Path).Run
			found = append(found, fmt.Sprintf("%s %s#%d %s %s", filepath.Base(filepath.Dir(b.Source.Path)), run, record, b.Columns[schema.SignInCategory].Value(row), b.Columns[schema.ID].Value(row)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return consulted, found
}

func TestCommittedSignIns(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	a := commit(t, lake, testOptions, defaultLimits, []*schema.Batch{dated(0, "1", "2", "", "4"), dated(1, "5")})
	b := commit(t, lake, testOptions, defaultLimits, []*schema.Batch{dated(0, "1"), dated(0, "7"), dated(2, "8")})
	runs := []string{a.Name, b.Name}
	slices.Sort(runs)
	r := begin(t, lake, testOptions, defaultLimits)
	// What is committed from now on is not looked at, nor is what is no part of a run.
	late := commit(t, lake, testOptions, defaultLimits, []*schema.Batch{dated(0, "2"), dated(0), dated(0), dated(0)})
	fixture.Write(t, filepath.Join(lake, partition(0), "part-x.parquet"), "no Parquet")
	r.Note(dated(0, "x"))
	r.Note(dated(5, "x"))
	consulted, found := findCommitted(t, r, func(id string) bool { return id != "4" })
	want := []string{
		"event_date=1970-01-01 " + a.Name + "#1 interactive_user 1", "event_date=1970-01-01 " + a.Name + "#2 service_principal 2",
		"event_date=1970-01-01 " + b.Name + "#1 interactive_user 1", "event_date=1970-01-01 " + b.Name + "#2 interactive_user 7",
	}
	slices.SortStableFunc(want, func(a, b string) int { return strings.Compare(strings.Split(a, "#")[0], strings.Split(b, "#")[0]) })
	if !slices.Equal(consulted, runs) || !slices.Equal(found, want) {
		t.Errorf("consulted %q of %q, found %q, want %q", consulted, runs, found, want)
	}
	r = begin(t, lake, testOptions, defaultLimits)
	r.Note(dated(1, "x"))
	if consulted, found = findCommitted(t, r, func(string) bool { return false }); len(consulted) != 1 || consulted[0] != a.Name || len(found) > 0 {
		t.Errorf("consulted %q, found %q", consulted, found)
	}
	only := testOptions
	only.Consulted = []string{late.Name}
	r = begin(t, lake, only, defaultLimits)
	r.Note(dated(0, "x"))
	if consulted, found = findCommitted(t, r, func(string) bool { return true }); !slices.Equal(consulted, only.Consulted) || len(found) != 1 || !strings.HasSuffix(found[0], "#1 interactive_user 2") {
		t.Errorf("consulted %q, found %q", consulted, found)
	}
}

// TestCommittedRowsOfGroups: rows are numbered through all row groups of a part.
func TestCommittedRowsOfGroups(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	var batches []*schema.Batch
	for i := range 5 {
		var ids []string
		for n := range 3000 {
			ids = append(ids, fmt.Sprint(strings.Repeat("x", 500), i, " ", n))
		}
		batches = append(batches, dated(0, ids...))
	}
	run := commit(t, lake, testOptions, limits{groups: 10 << 10, rows: 1 << 20, metadata: 32 << 20}, batches)
	data, err := os.Open(filepath.FromSlash(run.Outputs[0].Path))
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	if file, err := parquet.NewReader(data, run.Outputs[0].Size); err != nil || file.Groups() < 2 || len(run.Outputs) != 1 {
		t.Fatalf("%v, %d parts", err, len(run.Outputs))
	}
	r := begin(t, lake, testOptions, defaultLimits)
	r.Note(dated(0, "x"))
	_, found := findCommitted(t, r, func(id string) bool { return strings.HasSuffix(id, " 7") })
	for i := range 5 {
		if i >= len(found) || !strings.Contains(found[i], fmt.Sprintf("#%d ", i*3000+8)) {
			t.Fatalf("row %d of %d is not found", i*3000+8, len(found))
		}
	}
}

func TestCommittedErrors(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	run := commit(t, lake, testOptions, defaultLimits, []*schema.Batch{dated(0, "1")})
	all := func(category, id []byte) bool { return true }
	stop := errors.New("stop")
	r := begin(t, lake, testOptions, defaultLimits)
	r.Note(dated(0, "x"))
	if _, err := r.Committed(t.Context(), r.run, all, func(*schema.Batch) error { return stop }); !errors.Is(err, stop) || !strings.Contains(err.Error(), filepath.FromSlash(run.Outputs[0].Path)) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, err := r.Committed(ctx, r.run, all, nil); err != stop {
		t.Errorf("error %v of a run that is interrupted", err)
	}
	path := filepath.Join(lake, manifest.Folder, run.Name+".json")
	fixture.Write(t, path, "{")
	if _, err := r.Committed(t.Context(), r.run, all, nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v of a broken manifest", err)
	}
}

// TestRunsToConsult: the same run looks where it did before.
func TestRunsToConsult(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	first := commit(t, lake, testOptions, defaultLimits, []*schema.Batch{dated(0, "1")})
	r := begin(t, lake, testOptions, defaultLimits)
	r.run.Consulted = []string{first.Name}
	if err := errors.Join(r.write(t, []*schema.Batch{dated(0, "2"), dated(0, "3")}), r.commit()); err != nil {
		t.Fatal(err)
	}
	without := *r.run
	without.Consulted = nil
	if name, err := runName(&without, nil); err != nil || name == manifest.ParsePart(r.run.Outputs[0].Path).Run {
		t.Errorf("%v: the name of the run does not depend on the runs consulted", err)
	}
	again := begin(t, lake, overwriting, defaultLimits)
	again.run.Inputs = r.run.Inputs
	again.Note(dated(0, "x"))
	if consulted, _ := findCommitted(t, again, func(string) bool { return false }); !slices.Equal(consulted, r.run.Consulted) {
		t.Errorf("consulted %q, %q before", consulted, r.run.Consulted)
	}
	again.run.Inputs = []*manifest.Input{{Path: "other.json"}}
	if consulted, _ := findCommitted(t, again, func(string) bool { return false }); len(consulted) != 2 {
		t.Errorf("another run consulted %q", consulted)
	}
	// Once both are superseded, the parts that the run looked into are gone.
	superseded := filepath.Join(lake, manifest.Folder, manifest.SupersededFolder)
	err := os.Mkdir(superseded, 0o700)
	for _, run := range []*manifest.Run{first, r.run} {
		name := manifest.ParsePart(run.Outputs[0].Path).Run
		err = errors.Join(err, os.Remove(filepath.FromSlash(run.Outputs[0].Path)), os.Rename(manifest.PathOfRun(lake, name), filepath.Join(superseded, name+manifest.RunEnding)))
	}
	if err != nil {
		t.Fatal(err)
	}
	late := begin(t, lake, testOptions, defaultLimits)
	late.run.Inputs = r.run.Inputs
	late.Note(dated(0, "x"))
	if consulted, _ := findCommitted(t, late, func(string) bool { return false }); !slices.Equal(consulted, r.run.Consulted) {
		t.Errorf("consulted %q after a compaction, %q before", consulted, r.run.Consulted)
	}
}
