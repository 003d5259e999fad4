package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/versions"
)

// pairLine returns the line of a pair.
func pairLine(t *testing.T, p *versions.Pair) string {
	t.Helper()
	var out strings.Builder
	w := NewPairWriter(&out)
	if err := errors.Join(w.Write(p), w.Flush()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestLongPair: long values are written as short ones, one after the other.
func TestLongPair(t *testing.T) {
	t.Parallel()
	text := func(c string) versions.Value {
		return versions.Value{Set: true, Text: []byte(strings.Repeat(c, 3*pairBuffer))}
	}
	p := &versions.Pair{ID: "1", Counted: versions.Place{Source: &schema.Source{}}, Repeat: versions.Place{Source: &schema.Source{}}, Differences: []versions.Difference{
		{Column: schema.DeviceID, Counted: text("a"), Repeat: text("é")}, {Column: schema.ErrorCode, Counted: versions.Value{Set: true}},
	}}
	var line struct {
		Columns []struct{ Counted, Repeat any }
	}
	if err := json.Unmarshal([]byte(pairLine(t, p)), &line); err != nil || len(line.Columns) != 2 || line.Columns[0].Counted != string(text("a").Text) || line.Columns[0].Repeat != string(text("é").Text) {
		t.Errorf("%v, %d columns", err, len(line.Columns))
	}
}

func TestPairWriter(t *testing.T) {
	t.Parallel()
	p := &versions.Pair{
		ID: "a\"\n", Category: schema.InteractiveUser, Kind: versions.Conflicting,
		Counted: versions.Place{Source: &schema.Source{Path: "logs.zip!b/a.csv", Member: "b/a.csv"}, Record: 7},
		Repeat:  versions.Place{Source: &schema.Source{Path: "ü.json"}, Record: 1 << 40},
		Differences: []versions.Difference{
			{Column: schema.ErrorCode, Counted: versions.Value{Set: true}, Repeat: versions.Value{Set: true, Num: 1}},
			{Column: schema.DeviceID, Repeat: versions.Value{Set: true, Text: []byte("d")}},
		},
	}
	const want = `{"id":"a\"\n","category":"interactive_user","kind":"conflicting","counted":{"file":"logs.zip","member":"b/a.csv","record":7},` +
		`"repeat":{"file":"ü.json","member":"","record":1099511627776},"columns":[` +
		`{"column":"error_code","kind":"conflicting","counted":0,"repeat":1},{"column":"device_id","kind":"compatible","counted":null,"repeat":"d"}]}` + "\n"
	if got := pairLine(t, p); got != want || !json.Valid([]byte(got)) {
		t.Errorf("%s, want %s", got, want)
	}
	p.Kind, p.Differences = versions.Compatible, nil
	if got := pairLine(t, p); !json.Valid([]byte(got)) {
		t.Errorf("%s", got)
	}
}

// TestPairCounter counts in the input of the repeat, in the pair of inputs or the rest,
// and in the run.
func TestPairCounter(t *testing.T) {
	t.Parallel()
	a, b, c := &schema.Source{Path: "a"}, &schema.Source{Path: "z!b", Member: "b"}, &schema.Source{Path: "c"}
	run := &Run{Duplicates: &duplicates.Report{
		Kinds: duplicates.Kinds{Differs: 3}, Pairs: []duplicates.Pair{{First: "a", Repeats: "z!b", Kinds: duplicates.Kinds{Differs: 2}}},
		More: &duplicates.More{Pairs: 1, Kinds: duplicates.Kinds{Differs: 1}},
	}}
	for _, src := range []*schema.Source{a, b, c} {
		run.Inputs = append(run.Inputs, &Input{Path: src.File(), Member: src.Member, Duplicates: &duplicates.Kinds{}})
	}
	counter := NewPairCounter(run)
	for _, p := range []versions.Pair{
		{Counted: versions.Place{Source: a}, Repeat: versions.Place{Source: b}, Kind: versions.Conflicting},
		{Counted: versions.Place{Source: a}, Repeat: versions.Place{Source: b}, Kind: versions.Compatible},
		{Counted: versions.Place{Source: b}, Repeat: versions.Place{Source: c}, Kind: versions.Compatible},
	} {
		if err := run.CheckDuplicates(false); err == nil {
			t.Error("balanced before all were compared")
		}
		counter.Add(&p)
	}
	counter.Finish()
	got := fmt.Sprint(run.Duplicates.Kinds, run.Duplicates.Pairs[0].Kinds, run.Duplicates.More.Kinds, *run.Inputs[0].Duplicates, *run.Inputs[1].Duplicates, *run.Inputs[2].Duplicates)
	if want := "{0 3 2 1} {0 2 1 1} {0 1 1 0} {0 0 0 0} {0 0 1 1} {0 0 1 0}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := run.CheckDuplicates(false); err != nil {
		t.Error(err)
	}
}

func TestCheckDuplicates(t *testing.T) {
	t.Parallel()
	kinds := duplicates.Kinds{Same: 2, Differs: 3, Compatible: 1, Conflicting: 2}
	for _, test := range []struct {
		report  *duplicates.Report
		dropped int64
		drop    bool
		ok      bool
	}{
		{nil, 0, false, true},
		{&duplicates.Report{Kinds: kinds}, 0, false, true},
		{&duplicates.Report{Kinds: kinds}, 5, true, true},
		{&duplicates.Report{Kinds: kinds}, 6, true, false},
		{&duplicates.Report{Kinds: kinds}, 4, true, false},
		{&duplicates.Report{Kinds: duplicates.Kinds{Differs: 1}}, 1, true, false},
		{&duplicates.Report{Kinds: duplicates.Kinds{Conflicting: 1}}, 0, false, false},
	} {
		err := (&Run{Duplicates: test.report, Totals: Records{DuplicatesDropped: test.dropped}}).CheckDuplicates(test.drop)
		if _, unbalanced := errors.AsType[*Unbalanced](err); unbalanced == test.ok {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

func TestKindsText(t *testing.T) {
	t.Parallel()
	for kinds, want := range map[duplicates.Kinds]string{
		{}: "0 the same, 0 with differences", {Same: 1234, Differs: 2, Compatible: 2}: "1,234 the same, 2 with differences",
		{Differs: 2, Compatible: 1, Conflicting: 1}: "0 the same, 2 with differences, of which 1 conflicting",
	} {
		if got := KindsText(kinds); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
