package schema_test

import (
	"strings"
	"testing"

	"signins/schema"
)

func TestConditionWords(t *testing.T) {
	for _, c := range []struct {
		text, words string
		known       bool
	}{
		{"0", "none", true}, {"1", "application", true}, {"19", "application users clientType", true}, {"65536", "insiderRisk", true},
		{"131074", "users unknown (131072)", false}, {"", "", false}, {"01", "", false}, {"-1", "", false}, {"users", "", false}, {"4294967296", "", false},
	} {
		t.Run(c.text, func(t *testing.T) {
			words, known := schema.ConditionWords(c.text)
			if got := strings.Join(words, " "); got != c.words || known != c.known {
				t.Errorf("%s, %t, want %s, %t", got, known, c.words, c.known)
			}
		})
	}
}
