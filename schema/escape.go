package schema

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"signins/schema/jsontext"
)

// EscapeInvalid returns text with every byte that is no UTF-8 as a visible \xNN.
func EscapeInvalid[T string | []byte](text T) string {
	if s := string(text); utf8.ValidString(s) {
		return s
	}
	return string(jsontext.AppendHex(nil, []byte(text), `\x`))
}

// EscapeControls returns text that a terminal shows and that does nothing else to
// it: control and direction characters become a visible \uNNNN.
func EscapeControls(text string) string {
	var s strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r) {
			s.WriteRune(r)
		} else {
			fmt.Fprintf(&s, `\u%04X`, r)
		}
	}
	return s.String()
}
