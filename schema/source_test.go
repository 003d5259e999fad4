package schema_test

import (
	"testing"

	"signins/schema"
)

func TestSourceFile(t *testing.T) {
	for want, s := range map[string]schema.Source{
		"logs/a.json": {Path: "logs/a.json"},
		"logs/a.zip":  {Path: "logs/a.zip!in/b!c.json", Member: "in/b!c.json"},
	} {
		t.Run(want, func(t *testing.T) {
			if got := s.File(); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestRefusalIsItsText(t *testing.T) {
	if err := error(&schema.Refusal{What: "no input", Hint: "name a file"}); err.Error() != "no input" {
		t.Error(err)
	}
}
