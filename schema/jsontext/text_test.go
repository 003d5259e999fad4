package jsontext

import "testing"

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
