package rules_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/codes"
	"signins/codes/rules"
	"signins/reader"
	"signins/schema"
	"signins/testdata/cases"
	"signins/testdata/fixture"
)

// read adds the sign-ins in files to an Evaluator of a set.
func read(t testing.TB, set *rules.Set, paths ...string) *rules.Evaluator {
	t.Helper()
	inputs, err := reader.Open(t.Context(), paths, reader.Options{Jobs: 1, MaxRecord: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	e := rules.NewEvaluator(set)
	for b, err := range inputs.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Rejects) > 0 {
			t.Fatalf("a record was rejected: %+v", b.Rejects[0])
		}
		codes.Embedded().Annotate(b)
		e.Add(b)
	}
	return e
}

// planted writes all sign-ins with planted cases among them, and returns the paths and
// the cases.
func planted(t testing.TB, ordinary int) ([]string, []cases.Case) {
	dir := t.TempDir()
	if err := cases.Write(dir, ordinary, true); err != nil {
		t.Fatal(err)
	}
	_, want := cases.Planted()
	return []string{dir}, want
}

type about struct{ rule, subject string }

// find returns the findings of an Evaluator.
func find(t testing.TB, e *rules.Evaluator) map[about]schema.Finding {
	t.Helper()
	found := map[about]schema.Finding{}
	for f, rows := range e.Findings() {
		key := about{f.Rule, f.Subject}
		if _, twice := found[key]; twice {
			t.Errorf("%v occurs twice", key)
		}
		if n := int64(len(slices.Collect(rows))); n != f.Rows {
			t.Errorf("%v has %d rows, but says %d", key, n, f.Rows)
		}
		if strings.ContainsAny(f.Sentence, "{}|") || f.Sentence == "" {
			t.Errorf("%v: %q", key, f.Sentence)
		}
		found[key] = f
	}
	return found
}

func TestPlantedCasesAreFoundWithTheirNumbers(t *testing.T) {
	paths, want := planted(t, 3000)
	found := find(t, read(t, rules.Default(), paths...))
	positive := map[string]bool{}
	for _, c := range want {
		t.Run(c.Name, func(t *testing.T) { check(t, c, found) })
		if c.Rows > 0 {
			positive[c.Rule] = true
		}
	}
	for _, r := range rules.Default().Rules() {
		if !positive[r.ID] {
			t.Errorf("no case is planted for %s", r.ID)
		}
	}
}

// Each format has the cases that it has columns for, and nothing of the others.
func TestPlantedCasesAreFoundInEveryFormat(t *testing.T) {
	list, want := cases.Planted()
	list = slices.DeleteFunc(list, func(s cases.SignIn) bool { return s.Count > 0 })
	for _, x := range cases.Exports {
		t.Run(x.Format, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range x.Files(list) {
				fixture.Write(t, filepath.Join(dir, name), text)
			}
			e := read(t, rules.Default(), dir)
			found := find(t, e)
			seen := map[string]bool{}
			for key := range found {
				seen[key.rule] = true
			}
			for _, r := range rules.Default().Rules() {
				missing, lacks := e.Missing(r), slices.Contains(x.Lacks, r.ID)
				if seen[r.ID] && lacks || lacks != (len(missing) > 0) {
					t.Errorf("%s: lacking %t, found %t, missing %v", r.ID, lacks, seen[r.ID], missing)
				}
			}
			for _, c := range want {
				if !slices.Contains(x.Lacks, c.Rule) && !slices.Contains(x.Not, c.Name) {
					check(t, c, found)
				}
			}
		})
	}
}

// check compares a finding with what was planted.
func check(t *testing.T, c cases.Case, found map[about]schema.Finding) {
	t.Helper()
	f := found[about{c.Rule, c.Subject}]
	if f.Rows != int64(c.Rows) || f.SignIns != int64(c.SignIns) {
		t.Errorf("%s, %s finds %d rows, %d sign-ins, want %d and %d: %s", c.Name, c.Rule, f.Rows, f.SignIns, c.Rows, c.SignIns, f.Sentence)
	}
}

func TestOrdinarySignInsHaveNoFindingOfHighSeverity(t *testing.T) {
	rows := 50_000
	if testing.Short() {
		rows = 10_000
	}
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(cases.Ordinary(rows, 2)))
	kinds := map[string]int{}
	for f := range read(t, rules.Default(), path).Findings() {
		kinds[f.Kind+" "+f.Severity]++
		if f.Kind == schema.KindFinding && f.Severity == "high" {
			t.Errorf("%s: %s", f.Rule, f.Sentence)
		}
	}
	if kinds["finding low"] == 0 || kinds["inventory info"] == 0 {
		t.Errorf("nothing is seen: %v", kinds)
	}
}

// The order in which batches are added changes nothing but the order of equal times.
func TestFindingsAreTheSameInAnyOrderOfInputs(t *testing.T) {
	ordinary := fixture.Temp(t, "b.ndjson", cases.Graph(cases.Ordinary(2000, 3)))
	list, _ := cases.Planted()
	more := fixture.Temp(t, "a.ndjson", cases.Graph(list))
	forwards := find(t, read(t, rules.Default(), ordinary, more))
	backwards := find(t, read(t, rules.Default(), more, ordinary))
	if len(forwards) != len(backwards) || len(forwards) == 0 {
		t.Fatalf("%d and %d findings", len(forwards), len(backwards))
	}
	for key, f := range forwards {
		if g := backwards[key]; f.Rows != g.Rows || f.Sentence != g.Sentence || *f.First != *g.First || *f.Last != *g.Last {
			t.Errorf("%v: %+v, then %+v", key, f, g)
		}
	}
}

// What an Evaluator keeps for a record more is at most 64 bytes, while it has findings.
func TestAnEvaluatorKeepsAtMost64BytesARecord(t *testing.T) {
	if testing.Short() {
		t.Skip("what is kept is measured with all records")
	}
	keeps(t, 1000) // what is made once in a process is there
	few, many := keeps(t, 20_000), keeps(t, 80_000)
	if perRecord := float64(many-few) / 60_000; perRecord > 64 || many <= few {
		t.Errorf("%.1f bytes a record", perRecord)
	} else {
		t.Logf("%.1f bytes a record", perRecord)
	}
}

// keeps returns the bytes that an Evaluator keeps while it has findings.
func keeps(t *testing.T, rows int) int64 {
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(cases.Ordinary(rows, 4)))
	before := fixture.Heap()
	e := read(t, rules.Default(), path)
	for range e.Findings() {
		return fixture.Heap() - before
	}
	t.Fatal("no finding")
	return 0
}
