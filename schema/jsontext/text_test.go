package jsontext

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"":                    `""`,
		"a\"\\\n\r\t\b\x1f/<": `"a\"\\\n\r\t\u0008\u001F/<"`,
		"é😀\u2028\ufffd":      "\"é😀\u2028\ufffd\"",
		"a\xffb\xe2\x82":      `"a\\xFFb\\xE2\\x82"`,
	} {
		t.Run(want, func(t *testing.T) {
			if got := string(AppendQuoted([]byte{}, []byte(text))); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// Each byte is escaped alone, in runs that are longer than what is escaped at once, and
// between the bytes of characters.
func TestEveryByteIsEscaped(t *testing.T) {
	texts := []string{strings.Repeat("\x00", 700) + "é" + strings.Repeat("\xff", 513) + "x"}
	for first := range 256 {
		texts = append(texts, string([]byte{byte(first)}))
		for second := range 256 {
			texts = append(texts, string([]byte{byte(first), byte(second), 0x82, 0xac, byte(second), 'x', 0x9f, 0x92, 0xa9}))
		}
	}
	for _, text := range texts {
		var want strings.Builder
		for i, r := range text {
			_, size := utf8.DecodeRuneInString(text[i:])
			if short := strings.IndexByte("\"\\\n\r\t", text[i]); short >= 0 {
				want.WriteString([]string{`\"`, `\\`, `\n`, `\r`, `\t`}[short])
			} else if r == utf8.RuneError && size == 1 {
				fmt.Fprintf(&want, `\\x%02X`, text[i])
			} else if r < 0x20 {
				fmt.Fprintf(&want, `\u%04X`, r)
			} else {
				want.WriteString(text[i : i+size])
			}
		}
		if got := string(AppendEscaped(nil, []byte(text))); got != want.String() {
			t.Fatalf("%q: %.80s, want %.80s", text, got, want.String())
		}
	}
}

func TestAppendCompact(t *testing.T) {
	for text, want := range map[string]string{
		" { \"a b\" :\t[ 1 ,\r\n 2.0 ] } ": `{"a b":[1,2.0]}`,
		"\"\xff \\\" \"":                   `"\\xFF \" "`,
		"[ \"\xc3\", null ]":               `["\\xC3",null]`,
	} {
		t.Run(want, func(t *testing.T) {
			if got := string(AppendCompact(nil, []byte(text))); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// A value without white space is part of the text; any other is made in the memory
// that is handed in.
func TestReadCompact(t *testing.T) {
	s := Scanner{Data: []byte(`{"a":1} [ 1, "a b" ]x`)}
	buf := make([]byte, 0, 64)
	same, _, err := s.ReadCompact(0, buf)
	if err != nil || string(same) != `{"a":1}` || &same[0] != &s.Data[0] {
		t.Errorf("%s, %v", same, err)
	}
	s.SkipSpace()
	compact, grown, err := s.ReadCompact(0, buf)
	if err != nil || string(compact) != `[1,"a b"]` || &compact[0] != &grown[0] || &grown[0] != &buf[:1][0] {
		t.Errorf("%s, %v", compact, err)
	}
	if string(s.Data[s.Pos:]) != "x" {
		t.Errorf("it stops before %q", s.Data[s.Pos:])
	}
}

func TestAppendUnescaped(t *testing.T) {
	for body, want := range map[string]string{
		`\"\\\/\b\f\n\r\t`: "\"\\/\b\f\n\r\t", `\u00e9\u00E9`: "éé", `\ud83d\ude00`: "😀", `\ud83dx\ude00`: "\ufffdx\ufffd", `\ud83d\ud83d\ude00`: "\ufffd😀", `\ud83d`: "\ufffd",
	} {
		t.Run(body, func(t *testing.T) {
			if got := string(AppendUnescaped(nil, []byte(body))); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestTooManyMembers(t *testing.T) {
	if most := "[" + strings.Repeat("1,", MaxCommas) + "1]"; TooManyMembers([]byte(most)) || !TooManyMembers([]byte(most+",")) {
		t.Errorf("the limit is not %d commas", MaxCommas)
	}
}
