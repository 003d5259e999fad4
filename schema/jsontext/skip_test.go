package jsontext

import (
	"strings"
	"testing"
)

// skipped are texts that begin with a value, which ends at the mark.
var skipped = []string{
	"1|,2", "-0.5e3|]", "null| ", "true|\n", `"a"|x`, `"a\"]\\"|,`, `"\\"|"`, "[]|]", `[1,"]",{"a":[]}]|,`, `{"a":"}\"","b":{}}|}`, "[[[\"[\"]]]|\t", "|]", "|}",
}

func TestValueEnd(t *testing.T) {
	for _, marked := range skipped {
		t.Run(marked, func(t *testing.T) {
			end := strings.IndexByte(marked, '|')
			text := []byte(strings.Replace(marked, "|", "", 1))
			if got := ValueEnd(text, 0); got != end {
				t.Errorf("the value ends at %d, want %d", got, end)
			}
			if got := ValueEnd(append([]byte("[ "), text...), 2); got != end+2 {
				t.Errorf("behind a bracket it ends at %d, want %d", got, end+2)
			}
			for cut := range end {
				if got := ValueEnd(text[:cut], 0); got >= 0 {
					t.Errorf("of %q it ends at %d", text[:cut], got)
				}
			}
		})
	}
}

// A value in two pieces, wherever it is split, ends where it does in one.
func TestValueSkipper(t *testing.T) {
	for _, marked := range skipped {
		t.Run(marked, func(t *testing.T) {
			end := strings.IndexByte(marked, '|')
			text := []byte(strings.Replace(marked, "|", "", 1))
			for cut := range len(text) {
				var s ValueSkipper
				n, whole := s.Skip(text[:cut])
				if !whole {
					var more int
					more, whole = s.Skip(text[cut:])
					n += more
				}
				if n != end || !whole {
					t.Errorf("split at %d: %d bytes, whole %t, want %d", cut, n, whole, end)
				}
			}
		})
	}
}
