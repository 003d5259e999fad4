package excel

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"signins/schema/jsontext"
)

// A list is read up to a depth, also one inside a string, which may hold anything:
// the parser must not run out of stack.
func TestJSONListNestsSoDeep(t *testing.T) {
	t.Parallel()
	nest := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, c := range []struct {
		value string
		want  bool
	}{
		{nest(jsontext.MaxDepth), true}, {nest(jsontext.MaxDepth + 1), false}, {nest(5_000_000), false}, {strings.Repeat("[", 5_000_000), false},
		{strconv.Quote(nest(jsontext.MaxDepth)), true}, {strconv.Quote(strings.Repeat("[", 5_000_000)), false}, {strconv.Quote(strings.Repeat(`{"a":`, 2_000_000)), false},
		{`["` + strings.Repeat("[", 5000) + `","\"` + strings.Repeat("{", 5000) + `"]`, true},
	} {
		t.Run(fmt.Sprintf("%.10s of %d bytes", c.value, len(c.value)), func(t *testing.T) {
			t.Parallel()
			if _, ok := readJSONList([]byte(c.value)); ok != c.want {
				t.Errorf("returned %t", ok)
			}
		})
	}
}

// A list of many elements is read, one of too many members is shown as it is.
func TestPoliciesOfManyMembers(t *testing.T) {
	t.Parallel()
	controls := `[{"displayName":"p","enforcedGrantControls":[` + strings.Repeat(`"mfa",`, jsontext.MaxCommas/2) + `"mfa"]}]`
	if l := policyLists.readValue([]byte(controls), &cellStyles{}); len(l.lines) != 1 || len(l.lines[0][2].text) != 5*jsontext.MaxCommas/2+3 {
		t.Errorf("%d lines", len(l.lines))
	}
	if l := policyLists.readValue([]byte("["+strings.Repeat("{},", jsontext.MaxCommas+1)+"{}]"), &cellStyles{}); len(l.lines) != 1 || l.short != "(not readable)" {
		t.Errorf("%d lines, %s", len(l.lines), l.short)
	}
}

// A member name with the escape of a lone surrogate has no text: the whole list is
// shown as it is. A value with one is shown as JSON.
func TestPoliciesWithLoneSurrogates(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`[{"displayName":"a","\udcff":1}]`:         "(not readable, see further members)",
		`[{"displayName":"a","\ufffd":1}]`:         "a",
		`[{"displayName":"a\ud800"}]`:              `"a\ud800"`,
		`"[{\"displayName\":\"a\\ud800\"}]"`:       `"a\ud800"`,
		`[{"displayName":"a","z":"\ud83d\ude00"}]`: "a",
	} {
		t.Run(value, func(t *testing.T) {
			l := policyLists.readValue([]byte(value), &cellStyles{})
			if got := l.lines[0][0].text; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// Members without a column of their own are shown as JSON, with names that are no
// ASCII as they are.
func TestFurtherMembers(t *testing.T) {
	t.Parallel()
	l := policyLists.readValue([]byte(`[{"größe":1.50,"a\"b":{"c":[]},"none":null,"empty":{}}]`), &cellStyles{})
	line := l.lines[0]
	if got, want := line[len(line)-1].text, `"größe":1.50,"a\"b":{"c":[]}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Lists in lists are joined, very deep ones shown as JSON.
func TestTextOfNestedLists(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 20) + `"a"` + strings.Repeat("]", 20)
	for value, want := range map[string]string{
		`["a",["b","c"],[],null,{"d":1}]`: `a, b, c, , , {"d":1}`,
		`[null,[],"a"]`:                   "a",
		deep:                              deep[maxTextLists : len(deep)-maxTextLists],
	} {
		t.Run(value, func(t *testing.T) {
			if got := jsonText(jsontext.Value(value)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}
