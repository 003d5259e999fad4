package writer

import (
	"fmt"
	"maps"
	"testing"

	"signins/schema"
)

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
