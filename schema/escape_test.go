package schema_test

import (
	"testing"

	"signins/schema"
)

func TestEscapeInvalid(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Zoë\n😀\ufffd": "Zoë\n😀\ufffd", "a\xffb\xe2\x82": `a\xFFb\xE2\x82`,
	} {
		t.Run(want, func(t *testing.T) {
			if got := schema.EscapeInvalid(text); got != want {
				t.Errorf("%q, want %q", got, want)
			}
			if got := schema.EscapeInvalid([]byte(text)); got != want {
				t.Errorf("as bytes %q, want %q", got, want)
			}
		})
	}
}

func TestEscapeControls(t *testing.T) {
	for text, want := range map[string]string{
		"Zoë 😀": "Zoë 😀", "a\tb\n\x1b[31m": `a\u0009b\u000A\u001B[31m`, "gpj.\u202eexe": `gpj.\u202Eexe`, "\u0085": `\u0085`,
	} {
		t.Run(want, func(t *testing.T) {
			if got := schema.EscapeControls(text); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
