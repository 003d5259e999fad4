package duplicates

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// ingested returns the record with a time of ingestion, which is greater for a longer text.
func (r record) ingested(text string) record { return r.with(schema.IngestedAt, text) }

// dropAll reads batches twice, and returns the records that are kept. Each call of see
// is noted: the place, the slot's number of calls, and whether the record is kept.
func dropAll(t *testing.T, c *Choice, batches func() []*schema.Batch) (kept, seen []string, dropped int64) {
	t.Helper()
	for _, b := range batches() {
		c.Begin(b)
		if err := c.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range batches() {
		c.Begin(b)
		err := c.Drop(b, func(row int, slot *uint64, isKept bool) error {
			*slot++
			record, _ := b.Columns[schema.SourceRecord].Num(row)
			seen = append(seen, fmt.Sprintf("%s#%d %d %t", b.Source.Path, record, *slot, isKept))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for row := range b.Len {
			record, _ := b.Columns[schema.SourceRecord].Num(row)
			kept = append(kept, fmt.Sprintf("%s#%d", b.Source.Path, record))
		}
		dropped += b.Dropped
	}
	return kept, seen, dropped
}

func TestDropKeepsTheBest(t *testing.T) {
	t.Parallel()
	full := func(id string) record { return signIn(id).with(schema.UserID, "u") }
	a, b := source("a"), source("b")
	batches := func() []*schema.Batch {
		return []*schema.Batch{
			batch(a, 1, signIn("newest").ingested("1"), signIn("fullest"), signIn("first"), signIn("known"), signIn("alone")),
			batch(b, 1, full("newest").ingested("0"), full("fullest"), signIn("first"), signIn("known").ingested("1")),
			batch(b, 5, signIn("newest").ingested("123"), full("fullest").with(schema.DeviceID, "d"), signIn("first"), full("newest").ingested("12")),
			batch(b, 9, full("newest").ingested("123"), signIn("first").with(schema.Extra, "{}").with(schema.ErrorName, "x")),
		}
	}
	kept, seen, dropped := dropAll(t, NewChoice(WarnAt, nil), batches)
	if want := "a#3 a#5 b#4 b#6 b#9"; strings.Join(kept, " ") != want {
		t.Errorf("kept %s, want %s", kept, want)
	}
	if dropped != 10 {
		t.Errorf("%d dropped", dropped)
	}
	want := strings.Split("a#1 1 false,a#2 1 false,a#3 1 true,a#4 1 false,b#1 2 false,b#2 2 false,b#3 2 false,b#4 2 true,"+
		"b#5 3 false,b#6 3 true,b#7 3 false,b#8 4 false,b#9 5 true,b#10 4 false", ",")
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q", seen)
	}
}

// TestDropBefore1970: also times before 1970 are in their order, and any time is newer
// than none.
func TestDropBefore1970(t *testing.T) {
	t.Parallel()
	a := source("a")
	batches := func() []*schema.Batch {
		b := batch(a, 1, signIn("1").with(schema.UserID, "u"), signIn("1"), signIn("1"), signIn("1"), signIn("2").with(schema.UserID, "u"), signIn("2"), signIn("3"), signIn("3"))
		const year1 = -62_135_596_800_000_000 // which some programs write for no time
		for row, at := range []int64{0, year1, 10, -5, 0, -1 << 62, -6, -5} {
			if row != 0 && row != 4 {
				b.Columns[schema.IngestedAt].SetNum(row, at)
			}
		}
		b.Seal()
		return []*schema.Batch{b}
	}
	if kept, _, _ := dropAll(t, NewChoice(WarnAt, nil), batches); !slices.Equal(kept, []string{"a#3", "a#6", "a#8"}) {
		t.Errorf("kept %s", kept)
	}
}

// TestDropCommitted drops all records of a sign-in that an earlier run has.
func TestDropCommitted(t *testing.T) {
	t.Parallel()
	a := source("a")
	batches := func() []*schema.Batch {
		return []*schema.Batch{batch(a, 1, signIn("1"), signIn("2"), signIn("1"), signIn("3"), record{schema.UserID: "no id"})}
	}
	c := NewChoice(WarnAt, nil)
	for _, b := range batches() {
		c.Begin(b)
		if err := c.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	var slots []*uint64
	for _, test := range []struct {
		category, id string
		found        bool
	}{
		{schema.InteractiveUser, "1", true}, {schema.InteractiveUser, "1", false}, {schema.NonInteractiveUser, "2", false},
		{schema.InteractiveUser, "3", true}, {schema.InteractiveUser, "4", false}, {"new", "2", false},
	} {
		slot := c.Commit([]byte(test.category), []byte(test.id))
		if (slot != nil) != test.found {
			t.Errorf("%v: slot %v", test, slot)
		}
		if slot != nil {
			slots = append(slots, slot)
		}
	}
	if *slots[0] = 7; slots[0] == slots[1] {
		t.Fatal("two sign-ins have one slot")
	}
	b := batches()[0]
	c.Begin(b)
	var seen []string
	err := c.Drop(b, func(row int, slot *uint64, isKept bool) error {
		seen = append(seen, fmt.Sprint(row, *slot, isKept))
		return nil
	})
	if err != nil || fmt.Sprint(seen) != "[0 7 false 2 7 false 3 0 false]" || b.Len != 2 || b.Dropped != 3 {
		t.Errorf("%v, seen %q, %d kept, %d dropped", err, seen, b.Len, b.Dropped)
	}
	stop := errors.New("stop")
	b = batches()[0]
	c.Begin(b)
	if err := c.Drop(b, func(int, *uint64, bool) error { return stop }); err != stop {
		t.Errorf("error %v", err)
	}
}

// TestDropCounts counts by input and pair of inputs, and keeps warnings of the first
// reading for the second.
func TestDropCounts(t *testing.T) {
	t.Parallel()
	a, b, part := source("a"), source("b"), source("part")
	unknown := signIn("1").with(schema.SignInCategory, schema.Unknown)
	warned := 0
	c := NewChoice(2, func() { warned++ })
	first := batch(a, 1, signIn("1"), unknown, signIn("2"))
	c.Begin(first)
	if err := c.Add(first); err != nil {
		t.Fatal(err)
	}
	if len(first.Warnings) > 0 || warned != 1 || c.Size() < 3*24 {
		t.Errorf("warnings %v, warned %d times, size %d", first.Warnings, warned, c.Size())
	}
	again := batch(a, 1, signIn("1"), unknown, signIn("2"))
	c.Begin(again)
	if err := c.Drop(again, nil); err != nil {
		t.Fatal(err)
	}
	if again.Warnings[schema.UnknownRepeats] != 1 || again.Warnings[schema.ManyRecords] != 1 {
		t.Errorf("warnings %v", again.Warnings)
	}
	same, differs := Kinds{Same: 1}, Kinds{Differs: 1, Conflicting: 1}
	c.Count(a, a, same)
	c.Count(part, a, differs)
	other := batch(b, 1, signIn("2"))
	c.Begin(other)
	if err := c.Drop(other, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(c.x.pairs.open); n > 0 {
		t.Errorf("%d pairs of a are open while b is read", n)
	}
	for range 2 {
		c.Count(b, a, differs) // a record of a waited for b
	}
	c.Count(a, b, same)
	r := c.Report()
	want := []Pair{{"b", "a", Kinds{Differs: 2, Conflicting: 2}}, {"a", "a", same}, {"part", "a", differs}, {"a", "b", same}}
	if !slices.Equal(r.Pairs, want) || r.Kinds != (Kinds{Same: 2, Differs: 3, Conflicting: 3}) {
		t.Errorf("%+v", r)
	}
	if c.Kinds(a) != (Kinds{Same: 1, Differs: 3, Conflicting: 3}) || c.Kinds(b) != same || c.Kinds(source("c")) != (Kinds{}) {
		t.Errorf("a %+v, b %+v", c.Kinds(a), c.Kinds(b))
	}
}
