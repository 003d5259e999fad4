package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text, value string
		kind        Kind
	}{
		{" null\n", "null", Null}, {"true", "true", True}, {"false", "false", False}, {"\t-0.5e3 ", "-0.5e3", Number}, {"7", "7", Number},
		{` "a\"b" `, `"a\"b"`, String}, {"[ 1 ]", "[ 1 ]", Array}, {"\r{}", "{}", Object},
	} {
		t.Run(c.value, func(t *testing.T) {
			v, err := Parse([]byte(c.text))
			if err != nil || string(v) != c.value || v.Kind() != c.kind {
				t.Errorf("%s of kind %c, %v", v, v.Kind(), err)
			}
		})
	}
}

func TestParseNamesTheByte(t *testing.T) {
	for text, want := range map[string]SyntaxError{
		"":     {Pos: 0, Truncated: true},
		"[1":   {Pos: 2, Truncated: true},
		" 1 2": {Pos: 3},
		"nul ": {Pos: 3},
		strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1): {Pos: MaxDepth},
	} {
		t.Run(text[:min(len(text), 9)], func(t *testing.T) {
			var bad *SyntaxError
			if _, err := Parse([]byte(text)); !errors.As(err, &bad) || bad.Pos != want.Pos || bad.Truncated != want.Truncated {
				t.Errorf("%+v, want %+v", bad, want)
			}
		})
	}
}

func TestValueText(t *testing.T) {
	for value, want := range map[string]string{
		`"plain"`: "plain", `""`: "", `"a\n\"\u00e9\ud83d\ude00"`: "a\n\"é😀", `"\ufffd"`: "\ufffd", `"\\ud800"`: `\ud800`,
		"12.50": "12.50", "null": "null", `{"a":"b"}`: `{"a":"b"}`,
	} {
		t.Run(value, func(t *testing.T) {
			if text, ok := Value(value).Text(); string(text) != want || !ok {
				t.Errorf("%q, %t, want %q", text, ok, want)
			}
		})
	}
	if text, ok := Value(`"a\ud800b"`).Text(); string(text) != "a\ufffdb" || ok {
		t.Errorf("a lone surrogate is %q, %t", text, ok)
	}
}

// A walk may end early, as any loop.
func TestWalkEndsEarly(t *testing.T) {
	for element := range Value("[1,2,3]").Elements() {
		if string(element) != "1" {
			t.Errorf("element %s", element)
		}
		break
	}
	for name, value := range Value(`{"a":1,"b":2}`).Members() {
		if string(name) != "a" || string(value) != "1" {
			t.Errorf("member %s: %s", name, value)
		}
		break
	}
}

// FuzzValue finds the elements and members that the standard library finds. Bytes
// that are no JSON do no harm.
func FuzzValue(f *testing.F) {
	for _, seed := range []string{`[]`, ` [ 1 , "a,\"]" ,{"b":[2]}, null ] `, `{"a":{},"b\\":"\\\\","a":-1.5e3}`, `[[],[[]],""]`, `{}`, `{"\u0061" : [1] , "b":"\ud83d" }`,
		`[`, `["`, `["\"]`, `[{"id":"a"]`, `[{]}`, `[}1]`, `[1]2]`, `{"a"`, `{"\`, `"\`, `"`, "\"\\u12\"", `{,:,}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Parse(text)
		if err != nil {
			v = text
		}
		var elements []json.RawMessage
		for element := range v.Elements() {
			elements = append(elements, json.RawMessage(element))
		}
		members := map[string]json.RawMessage{}
		for name, value := range v.Members() {
			value.Text()
			members[string(name)] = json.RawMessage(value)
		}
		if err != nil || !utf8.Valid(text) {
			return
		}
		switch v.Kind() {
		case Array:
			var want []json.RawMessage
			unmarshal(t, text, &want)
			if len(want) != len(elements) {
				t.Fatalf("%d elements, want %d", len(elements), len(want))
			}
			for i := range want {
				if !bytes.Equal(elements[i], want[i]) {
					t.Errorf("element %d: %s, want %s", i, elements[i], want[i])
				}
			}
		case Object:
			var want map[string]json.RawMessage
			unmarshal(t, text, &want)
			if len(want) != len(members) {
				t.Fatalf("%d members, want %d", len(members), len(want))
			}
			for name := range want {
				if !bytes.Equal(members[name], want[name]) {
					t.Errorf("member %q: %s, want %s", name, members[name], want[name])
				}
			}
		}
	})
}

func unmarshal(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
