package excel

import (
	"fmt"
	"strings"
	"testing"
)

// TestLineHeight measures text by its characters: narrow ones leave no
// empty lines, wide ones are not cut.
func TestLineHeight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width float64
		lines int
	}{
		{"", 20, 1},
		{"short", 20, 1},
		{"unknown_fields (3): records have fields that the schema does not know; they stand in extra", 75, 1},
		{strings.Repeat("i", 40), 20, 1},
		{strings.Repeat("W", 40), 20, 4},
		{strings.Repeat("勤怠管理", 15), 42, 3},
		{strings.Repeat("😀", 21), 42, 1},
		{"two\nlines", 20, 2},
		{"two\r\n\r\nlines\n", 20, 3},
		{strings.Repeat("word ", 8) + strings.Repeat("x", 30), 20, 4},
		{"exports/" + strings.Repeat("a", 40) + "/" + strings.Repeat("b", 38), 42, 3},
		{strings.Repeat("long-", 200), 42, 20},
		{"\xff\x00\x7f", 20, 1},
	} {
		t.Run(fmt.Sprintf("%.20s in %v", c.text, c.width), func(t *testing.T) {
			if got, want := wrappedHeight(c.text, c.width), float64(c.lines)*lineHeight+2; got != want {
				t.Errorf("%v points, want %v", got, want)
			}
		})
	}
	if got := wrappedHeight(strings.Repeat("a ", 9000), 20); got != maxHeight {
		t.Errorf("%v points: Excel has rows of 409", got)
	}
}
