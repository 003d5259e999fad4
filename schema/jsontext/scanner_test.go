package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/testdata/fixture"
)

// strict says what is wrong with a text that should be one JSON value.
func strict(text []byte) error {
	s := Scanner{Data: text}
	s.SkipSpace()
	if err := s.SkipValue(0); err != nil {
		return err
	}
	if s.SkipSpace(); s.Pos < len(text) {
		return s.Unexpected("the text", "its end")
	}
	return nil
}

// suite returns the files of JSONTestSuite whose names begin with prefix.
func suite(t *testing.T, prefix string) map[string][]byte {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "corpora", "JSONTestSuite", "test_parsing")
	paths, _ := filepath.Glob(filepath.Join(folder, prefix+"*.json"))
	if len(paths) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the corpus is missing: %s", folder)
		}
		t.Skipf("the corpus is missing: %s", folder)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		text := fixture.Read(t, path)
		files[filepath.Base(path)] = text
	}
	return files
}

func TestSuiteAcceptsValidJSON(t *testing.T) {
	for name, text := range suite(t, "y_") {
		t.Run(name, func(t *testing.T) {
			if err := strict(text); err != nil {
				t.Error(err)
			}
		})
	}
}

// Numbers of any size, strings that are no text and 500 nested arrays are for
// the user of the scanner to judge.
func TestSuiteAcceptsUndecidedJSON(t *testing.T) {
	for name, text := range suite(t, "i_") {
		if strings.Contains(strings.ToLower(name), "utf-16") || strings.Contains(name, "utf16") || strings.Contains(name, "BOM") {
			continue // no JSON before it is decoded
		}
		t.Run(name, func(t *testing.T) {
			if err := strict(text); err != nil {
				t.Error(err)
			}
		})
	}
}

// The byte at which text goes wrong is where encoding/json sees it too.
func TestSuiteRejectsInvalidJSONAtItsByte(t *testing.T) {
	for name, text := range suite(t, "n_") {
		t.Run(name, func(t *testing.T) {
			bad, ok := strict(text).(*SyntaxError)
			if !ok {
				t.Fatal("accepted")
			}
			if bytes.HasPrefix(text, bytes.Repeat([]byte("["), MaxDepth+1)) || bytes.HasPrefix(text, bytes.Repeat([]byte(`[{"":`), MaxDepth/2+1)) {
				if bad.Truncated || !strings.Contains(bad.What, "nest deeper than 1000") {
					t.Errorf("byte %d: %s", bad.Pos, bad.What)
				}
				return
			}
			if want, truncated := wrongAt(t, text); bad.Pos != want || bad.Truncated != truncated {
				t.Errorf("byte %d, truncated %t: %s; want byte %d, truncated %t", bad.Pos, bad.Truncated, bad.What, want, truncated)
			}
		})
	}
}

// wrongAt is where encoding/json finds text to be wrong.
func wrongAt(t testing.TB, text []byte) (pos int, truncated bool) {
	t.Helper()
	var into any
	var bad *json.SyntaxError
	if err := json.Unmarshal(text, &into); !errors.As(err, &bad) {
		t.Fatalf("encoding/json says %v", err)
	}
	// At the end encoding/json looks at a space that is not there.
	atEnd := int(bad.Offset) == len(text) && strings.Contains(bad.Error(), "' '") && text[len(text)-1] != ' '
	if atEnd || strings.Contains(bad.Error(), "unexpected end") {
		return len(text), true
	}
	return int(bad.Offset) - 1, false
}

func TestScannerMarks(t *testing.T) {
	for text, want := range map[string]Marks{
		`"plain text, and more"`:         0,
		`"12345678\n"`:                   Escaped,
		"\"1234567\u00e9\"":              NonASCII,
		"\"\u00e9\"":                     NonASCII,
		"\"12345678\u00e9 and further\"": NonASCII,
		`"\ud83d\ude00"`:                 Escaped,
		`"\ud83d"`:                       Escaped | LoneSurrogate,
		`"\ude00"`:                       Escaped | LoneSurrogate,
		`"\ud83d\ud83d\ude00"`:           Escaped | LoneSurrogate,
		`"\ud83d\n"`:                     Escaped | LoneSurrogate,
		`[1,2]`:                          0,
		`[1, 2]`:                         0,
		`" "`:                            0,
	} {
		s := Scanner{Data: []byte(text)}
		if err := s.SkipValue(0); err != nil || s.Pos != len(text) || s.Marks != want {
			t.Errorf("%s: marks %04b, want %04b, pos %d, %v", text, s.Marks, want, s.Pos, err)
		}
	}
}

// Strings are read eight bytes at a time: what ends them may stand anywhere.
func TestScannerFindsStringEndsAtEveryByte(t *testing.T) {
	for n := range 40 {
		body := strings.Repeat("x", n)
		for _, end := range []string{`"`, "\x1f", "\x00", `\q`, ""} {
			s := Scanner{Data: []byte(`"` + body + end + "yyyyyyyyyyyyyyyy")}
			if end == "" {
				s.Data = s.Data[:n+1]
			}
			got, err := s.ReadString()
			want := n + 1
			if end == `\q` {
				want++
			}
			if end == `"` && (err != nil || string(got) != body) || end != `"` && (err == nil || s.Pos != want) {
				t.Errorf("%d bytes, then %q: %q, pos %d, %v", n, end, got, s.Pos, err)
			}
		}
	}
}

func TestScannerDepth(t *testing.T) {
	nest := func(n int, open, end string) []byte {
		return []byte(strings.Repeat(open, n) + "0" + strings.Repeat(end, n))
	}
	for _, c := range []struct {
		open, end string
		at        int // of the thousand and first
	}{{"[", "]", 1000}, {`{"a":`, "}", 5000}} {
		if err := strict(nest(1000, c.open, c.end)); err != nil {
			t.Errorf("1000 times %s: %v", c.open, err)
		}
		for _, n := range []int{1001, 1_000_000} {
			bad, ok := strict(nest(n, c.open, c.end)).(*SyntaxError)
			if !ok || bad.Pos != c.at || bad.Truncated {
				t.Errorf("%d times %s: %+v", n, c.open, bad)
			}
		}
	}
}

// A scanner that stops at line ends reads values that are on one line, with nothing
// else on it.
func TestSkipLine(t *testing.T) {
	for _, c := range []struct {
		text string
		pos  int
		fine bool
	}{
		{"{\"a\": 1} \r\n{}", 10, true}, {"[1]", 3, true}, {"[1]\t", 4, true}, {"[1] 2\n", 4, false}, {"[1,\n2]", 3, false}, {"\n", 0, false}, {"tru", 3, false},
	} {
		t.Run(c.text, func(t *testing.T) {
			s := Scanner{Data: []byte(c.text), StopAtLineEnd: true}
			if err := s.SkipLine(); s.Pos != c.pos || (err == nil) != c.fine || c.fine && !s.AtLineEnd() {
				t.Errorf("at %d, %v, want %d", s.Pos, err, c.pos)
			}
		})
	}
}

// Long white space is skipped eight bytes at a time.
func TestSkipSpace(t *testing.T) {
	for n := range 40 {
		for _, end := range []string{"x", "\n x", "\t\r x", ""} {
			s := Scanner{Data: []byte(strings.Repeat(" ", n) + end)}
			if s.SkipSpace(); s.Pos != len(s.Data)-min(len(end), 1) {
				t.Errorf("%d spaces, then %q: at %d", n, end, s.Pos)
			}
		}
	}
}
