package jsontext

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzScanner compares the scanner with encoding/json: what is valid, where
// text goes wrong, what strings say, and what is left without white space.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e-3,"b\u00e9\ud83d\ude00",true,false,null]}`, `[1,`, `"\ud83d"`, ` -0 `, `01`, "\"\x01\"", `{"a" 1}`, `[[[[]]]]`, "\"\xff\"", `"\`, `"\u12`, `{"a":1}}`, `[nul`, `1e`, "\xef\xbb\xbf{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := strict(text)
		bad, _ := err.(*SyntaxError)
		if bad != nil && strings.Contains(bad.What, "nest deeper") {
			return
		}
		if valid := json.Valid(text); valid != (err == nil) || valid != Valid(text) {
			t.Fatalf("encoding/json: valid %t; scanner: %v", valid, err)
		}
		if bad != nil {
			if pos, cut := wrongAt(t, text); bad.Pos != pos || bad.Truncated != cut {
				t.Fatalf("byte %d, cut %t; encoding/json: byte %d, cut %t", bad.Pos, bad.Truncated, pos, cut)
			}
			return
		}
		compareValue(t, bytes.Trim(text, " \t\r\n"))
	})
}

// compareValue checks text that was made of one valid JSON value.
func compareValue(t *testing.T, text []byte) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		t.Fatal(err)
	}
	got := AppendCompact(nil, text)
	if !json.Valid(got) || !utf8.Valid(got) || utf8.Valid(text) && !bytes.Equal(got, compact.Bytes()) {
		t.Fatalf("compact: %q, want %q", got, compact.Bytes())
	}
	if text[0] != '"' {
		return
	}
	var want string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	s := Scanner{Data: text}
	body, _ := s.ReadString()
	if got := string(AppendValidUTF8(nil, AppendUnescaped(nil, body))); got != want {
		t.Fatalf("says %q, want %q", got, want)
	}
	if quoted := AppendQuoted(nil, []byte(want)); utf8.ValidString(want) {
		var again string
		if err := json.Unmarshal(quoted, &again); err != nil || again != want {
			t.Fatalf("quoted %q: %v", quoted, err)
		}
	}
}
