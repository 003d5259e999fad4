package duplicates

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"signins/schema"
)

// An input that has the first record of a pair alone is wanted, too.
func TestInputOfAFirstRecordIsWanted(t *testing.T) {
	t.Parallel()
	a, b := source("a"), source("b")
	x := New(Keep, WarnAt, nil)
	mark(t, x, batch(a, 1, signIn("1")), batch(b, 1, signIn("1").with(schema.UserID, "u")))
	if again := x.Again(); !again.Wanted(a) || !again.Wanted(b) {
		t.Error("the wanted inputs are not a and b")
	}
}

// TestAgain finds the records of pairs that differ by their places, in inputs that have
// some, and gives all versions of a sign-in one slot.
func TestAgain(t *testing.T) {
	t.Parallel()
	a, b, c := source("a"), source("b"), source("c")
	other := signIn("1").with(schema.UserID, "u")
	batches := func() []*schema.Batch {
		return []*schema.Batch{
			batch(a, 1, signIn("0"), signIn("1"), signIn("2")), batch(a, 4, signIn("3"), other),
			batch(b, 1, signIn("2"), signIn("5")),
			batch(c, 1, signIn("2").with(schema.UserID, "v"), other, signIn("1"), other),
		}
	}
	x := New(Keep, WarnAt, nil)
	mark(t, x, batches()...)
	size := x.Size()
	again := x.Again()
	if !again.Wanted(a) || again.Wanted(b) || !again.Wanted(c) || again.Wanted(source("a")) {
		t.Error("the wanted inputs are not a and c")
	}
	var seen []string
	slots := map[*uint64]string{}
	for _, b := range batches() {
		if !again.Wanted(b.Source) {
			continue
		}
		err := again.Rows(b, func(row int, slot *uint64, isFirst bool) error {
			id := string(b.Columns[schema.ID].Value(row))
			if other, known := slots[slot]; known != !isFirst || known && other != id {
				t.Errorf("the slot of %s is that of %q", id, other)
			}
			slots[slot] = id
			*slot++
			record, _ := b.Columns[schema.SourceRecord].Num(row)
			seen = append(seen, fmt.Sprintf("%s#%d %d %t", b.Source.Path, record, *slot, isFirst))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"a#2 1 true", "a#3 1 true", "a#5 2 false", "c#1 2 false", "c#2 3 false", "c#4 4 false"}
	if !slices.Equal(seen, want) {
		t.Errorf("%q", seen)
	}
	if x.Size() != size {
		t.Errorf("the index takes %d bytes, %d before", x.Size(), size)
	}
	stop := errors.New("stop")
	if err := x.Again().Rows(batches()[0], func(int, *uint64, bool) error { return stop }); err != stop {
		t.Errorf("error %v", err)
	}
}

func TestAgainWithoutDifferences(t *testing.T) {
	t.Parallel()
	x := New(Keep, WarnAt, nil)
	mark(t, x, batch(source("a"), 1, signIn("1"), signIn("1")))
	if x.Again() != nil || (*Index)(nil).Again() != nil {
		t.Error("there is something to read again")
	}
}
