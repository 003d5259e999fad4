package manifest

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"signins/schema"
)

// TestLongUnknownFields keeps names that would fill the manifest out of it.
func TestLongUnknownFields(t *testing.T) {
	a := NewAccount(&Input{})
	b := &schema.Batch{Source: &schema.Source{}}
	b.UnknownFields.Add(strings.Repeat("x", maxFieldName), 2)
	b.UnknownFields.Add(strings.Repeat("x", maxFieldName+1), 3)
	b.UnknownFields.Add(strings.Repeat("y", 1<<20), 4)
	a.Add(b)
	want := map[string]int64{strings.Repeat("x", maxFieldName): 2, furtherFields: 7}
	if got := a.Input.UnknownFields; !maps.Equal(got, want) {
		t.Errorf("%d names, %d in %s", len(got), got[furtherFields], furtherFields)
	}
}

// TestUnknownFieldsAreDeterministic counts more names than are kept apart.
func TestUnknownFieldsAreDeterministic(t *testing.T) {
	count := func() map[string]int64 {
		a := NewAccount(&Input{})
		for batch := range 2 {
			b := &schema.Batch{Source: &schema.Source{}}
			for i := range maxUnknownFields + 500 {
				b.UnknownFields.Add(fmt.Sprintf("field%d", i*7+batch), 1)
			}
			a.Add(b)
		}
		return a.Input.UnknownFields
	}
	first := count()
	if len(first) != maxUnknownFields+1 || first[furtherFields] < 1000 {
		t.Errorf("%d names, %d in %s", len(first), first[furtherFields], furtherFields)
	}
	for range 5 {
		if !maps.Equal(count(), first) {
			t.Fatal("the names counted differ from run to run")
		}
	}
}
