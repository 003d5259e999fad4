package manifest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/schema/duplicates"
)

// expecting returns a run of n inputs.
func expecting(n int) *Run {
	run := &Run{}
	run.Expect(n)
	return run
}

// Names of unknown fields are counted one by one if they are short, in order, and up to a
// number of them, so that every run counts the same; one that is counted goes on.
func TestCountFields(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxFieldName)
	got := map[string]int64{}
	countFields(got, map[string]int64{long: 2, long + "x": 3, strings.Repeat("y", 1<<20): 4})
	if !maps.Equal(got, map[string]int64{long: 2, furtherFields: 7}) {
		t.Errorf("%d names, %d in %s", len(got), got[furtherFields], furtherFields)
	}
	var names []string
	counts, want := map[string]int64{}, map[string]int64{furtherFields: 500}
	for i := range maxUnknownFields + 500 {
		names = append(names, fmt.Sprintf("field%d", i*7))
		counts[names[i]] = 1
	}
	slices.Sort(names)
	for _, name := range names[:maxUnknownFields] {
		want[name] = 1
	}
	got = map[string]int64{}
	if countFields(got, counts); !maps.Equal(got, want) {
		t.Errorf("%d names, %d in %s", len(got), got[furtherFields], furtherFields)
	}
	countFields(got, map[string]int64{names[0]: 2, "new": 3})
	if got[names[0]] != 3 || got["new"] != 0 || got[furtherFields] != 500+3 {
		t.Errorf("%s %d, new %d, further %d", names[0], got[names[0]], got["new"], got[furtherFields])
	}
}

// batch returns an annotated batch of rejects alone, or of one sign-in.
func batch(src *schema.Source, verdict string, rejects int) *schema.Batch {
	b := &schema.Batch{Source: src, Seen: int64(rejects), Rejects: make([]schema.Reject, rejects)}
	if rejects == 0 {
		b.Len, b.Seen = 1, 1
		b.Columns[schema.SignInCategory].SetText(0, schema.InteractiveUser)
		b.Columns[schema.AccessVerdict].SetText(0, verdict)
		b.Columns[schema.SignInCount].SetNum(0, 3)
		b.Columns[schema.CreatedAt].SetNum(0, 1_000_000)
	}
	b.Seal()
	return b
}

// Close describes an input and adds it to the totals, whether or not it had a
// batch.
func TestAccountsClose(t *testing.T) {
	t.Parallel()
	run := expecting(3)
	a := NewAccounts(run)
	first, second := &schema.Source{Path: "logs.zip!a.json", Member: "a.json", Format: "graph-json", InteractiveByDefault: true}, &schema.Source{Path: "b.csv"}
	a.Add(batch(first, "granted", 0))
	a.Add(batch(second, "", 2))
	changed := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	if _, err := a.Close(0, schema.Reading{Source: first, SHA256: "ab", Size: 9, ModifiedAt: changed, Findings: schema.Tally{schema.NoFinalNewline: 1}}); err != nil {
		t.Fatal(err)
	}
	for i, src := range []*schema.Source{second, {Path: "none.csv"}} {
		if _, err := a.Close(i+1, schema.Reading{Source: src, SHA256: "cd"}); err != nil {
			t.Fatal(err)
		}
	}
	in := run.Inputs[0]
	if in.Name() != "logs.zip!a.json" || in.Dialect != "graph-json" || in.ModifiedAt != "2026-05-01T08:00:00Z" || in.FirstEvent != "1970-01-01T00:00:01Z" || in.Category[schema.InteractiveUser] != 3 {
		t.Errorf("%+v", in)
	}
	var codes []string
	for _, in := range run.Inputs {
		for _, w := range in.Warnings {
			codes = append(codes, w.Code)
		}
	}
	if want := []string{schema.InteractiveRowsOnly, schema.NoFinalNewline, schema.SameContent}; !slices.Equal(codes, want) {
		t.Errorf("warnings %v, want %v", codes, want)
	}
	if want := (Records{Seen: 3, Written: 1, Rejected: 2}); run.Totals != want || a.Verdicts["granted"] != 3 {
		t.Errorf("%+v, %v", run.Totals, a.Verdicts)
	}
	if run.CheckRows("x", 1) != nil || run.CheckRows("x", 0) == nil || run.CheckRows("x", 2) == nil {
		t.Error("CheckRows takes other numbers")
	}
}

// repeat returns a batch like batch, whose sign-in repeats one.
func repeat(src *schema.Source, kind, category string) *schema.Batch {
	b := batch(src, "granted", 0)
	b.Columns[schema.SignInCategory].SetText(0, category)
	b.Columns[schema.DuplicateOf].SetText(0, "first.json#1")
	b.Columns[schema.DuplicateKind].SetText(0, kind)
	return b
}

// Repeats are records and no sign-ins, and they count by kind where the run looked for
// them. An input of nothing but repeats still has its kinds of sign-in.
func TestRepeatsAreNoSignIns(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		looked     *duplicates.Report
		categories []string // of the repeats
		want       *duplicates.Kinds
		warnings   int
	}{
		"not looked for":  {nil, []string{schema.InteractiveUser}, nil, 1},
		"interactive":     {&duplicates.Report{}, []string{schema.InteractiveUser, schema.InteractiveUser}, &duplicates.Kinds{Same: 1, Differs: 1}, 1},
		"of two kinds":    {&duplicates.Report{}, []string{schema.InteractiveUser, schema.ADFS}, &duplicates.Kinds{Same: 1, Differs: 1}, 0},
		"of another kind": {&duplicates.Report{}, []string{schema.ADFS}, &duplicates.Kinds{Same: 1}, 0},
		"none":            {&duplicates.Report{}, nil, &duplicates.Kinds{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			run, src := expecting(1), &schema.Source{Path: "a.json", InteractiveByDefault: true}
			run.Duplicates = test.looked
			a := NewAccounts(run)
			for i, category := range test.categories {
				a.Add(repeat(src, []string{duplicates.Same, duplicates.Differs}[i], category))
			}
			if _, err := a.Close(0, schema.Reading{Source: src}); err != nil {
				t.Fatal(err)
			}
			in := run.Inputs[0]
			if len(in.Category) > 0 || len(a.Verdicts) > 0 || in.Records.Written != int64(len(test.categories)) || len(in.Warnings) != test.warnings {
				t.Errorf("%v by category, %v by verdict, %+v", in.Category, a.Verdicts, in)
			}
			if got := in.Duplicates; (got == nil) != (test.want == nil) || got != nil && *got != *test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
	b := batch(&schema.Source{}, "granted", 0)
	if n := SignInCount(b, 0); n != 3 {
		t.Errorf("%d sign-ins of a first record, want 3", n)
	}
	if n := SignInCount(repeat(b.Source, duplicates.Differs, schema.ADFS), 0); n != 0 {
		t.Errorf("%d sign-ins of a repeat", n)
	}
}

// Names that sha256sum escapes are escaped.
func TestSumLine(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"a b": "12  a b\n", "a\\b": "\\12  a\\\\b\n", "a\nb": "\\12  a\\nb\n"} {
		if got := sumLine("12", name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Records are balanced if each one is in exactly one count.
func TestBalanced(t *testing.T) {
	t.Parallel()
	whole := Records{Seen: 10, Written: 1, Rejected: 2, DuplicatesDropped: 3, Filtered: 4}
	if !whole.Balanced() || !(Records{}).Balanced() {
		t.Error("balanced records are not")
	}
	for i, change := range []func(r *Records){
		func(r *Records) { r.Seen++ }, func(r *Records) { r.Seen-- },
		func(r *Records) { r.Written++ }, func(r *Records) { r.Written-- },
		func(r *Records) { r.Rejected++ }, func(r *Records) { r.Rejected-- },
		func(r *Records) { r.DuplicatesDropped++ }, func(r *Records) { r.DuplicatesDropped-- },
		func(r *Records) { r.Filtered++ }, func(r *Records) { r.Filtered-- },
	} {
		r := whole
		if change(&r); r.Balanced() {
			t.Errorf("change %d: %+v is balanced", i, r)
		}
		src := &schema.Source{Path: "x"}
		a := NewAccounts(expecting(1))
		a.of(src).records = r
		_, err := a.Close(0, schema.Reading{Source: src})
		if _, ok := errors.AsType[*Unbalanced](err); !ok || err.Error() != "x: not every record seen is accounted for" {
			t.Errorf("change %d: an input with %+v is closed: %v", i, r, err)
		}
	}
}

// Records that are dropped between Look and Add are looked at, and those that stay once.
func TestLookBeforeAdd(t *testing.T) {
	t.Parallel()
	accounts := NewAccounts(expecting(1))
	b := &schema.Batch{Source: &schema.Source{Path: "a.json"}, Len: 3, Seen: 3}
	for row := range b.Len {
		b.Columns[schema.SignInCategory].SetText(row, schema.InteractiveUser)
		b.Columns[schema.CreatedAt].SetNum(row, 1_777_777_777_000_000)
	}
	b.Seal()
	for _, looked := range []bool{true, false} {
		if looked {
			accounts.Look(b)
			b.PickInto(b, []int{1})
		}
		accounts.Add(b)
	}
	var days int64
	for _, n := range accounts.survey.calendar.sum() {
		days += n
	}
	if days != 3+1 {
		t.Errorf("%d records looked at", days)
	}
}
