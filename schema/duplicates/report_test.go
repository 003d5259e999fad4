package duplicates

import (
	"fmt"
	"reflect"
	"testing"

	"signins/schema"
)

func TestReportCountsByPairOfInputs(t *testing.T) {
	t.Parallel()
	x := New(Keep, WarnAt, nil)
	if r := x.Report(); r.Total() != 0 || r.Pairs == nil || r.More != nil {
		t.Errorf("%+v of nothing", r)
	}
	changed := signIn("1").with(schema.AppID, "x")
	a, b, c := source("a"), source("b"), source("c")
	mark(t, x, batch(a, 1, signIn("1"), signIn("1"), signIn("2")), batch(b, 1, signIn("1"), changed), batch(b, 3, signIn("2"), signIn("3")),
		batch(source("empty"), 1), batch(c, 1, signIn("3"), changed, signIn("4")))
	want := &Report{Kinds: Kinds{Same: 4, Differs: 2}, Pairs: []Pair{
		{"a", "b", Kinds{Same: 2, Differs: 1}}, {"a", "a", Kinds{Same: 1, Differs: 0}}, {"a", "c", Kinds{Same: 0, Differs: 1}}, {"b", "c", Kinds{Same: 1, Differs: 0}},
	}}
	for range 2 {
		if got := x.Report(); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// TestMorePairs has an input for each sign-in of a first one: those with most repeats
// are listed, whenever they come, and the others summed up.
func TestMorePairs(t *testing.T) {
	t.Parallel()
	x := New(Keep, WarnAt, nil)
	mark(t, x, batch(source("first"), 1, signIn("1")))
	const inputs = 2*maxPairs + 500
	many := map[int]int{3: 5, maxPairs + 7: 7, inputs - 1: 6}
	for i := range inputs {
		records := []record{signIn("1").with(schema.AppID, "x")}
		for range many[i] {
			records = append(records, signIn("1"))
		}
		mark(t, x, batch(source(fmt.Sprint(i)), 1, records...))
	}
	r := x.Report()
	for i, repeats := range []string{fmt.Sprint(maxPairs + 7), fmt.Sprint(inputs - 1), "3", "0", "1", "2", "4"} {
		if r.Pairs[i].Repeats != repeats || r.Pairs[i].First != "first" {
			t.Errorf("pair %d is %+v, want one of %s", i, r.Pairs[i], repeats)
		}
	}
	last, more := r.Pairs[len(r.Pairs)-1], &More{Pairs: inputs - maxPairs, Kinds: Kinds{Differs: inputs - maxPairs}}
	if len(r.Pairs) != maxPairs || last.Repeats != fmt.Sprint(maxPairs-3) || !reflect.DeepEqual(r.More, more) || r.Same != 18 || r.Differs != inputs {
		t.Errorf("%d pairs to %+v, %+v more, %+v in all", len(r.Pairs), last, r.More, r.Kinds)
	}
}
