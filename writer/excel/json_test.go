package excel

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"signins/schema/jsontext"
)

// A list is read up to a depth, also one that stands in a text, which may hold
// anything: the parser must not run out of stack.
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

// What a list of many members is made of takes no more than its share of time.
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
