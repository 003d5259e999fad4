package rules

import (
	"testing"
	"unicode"

	"signins/schema"
)

// Policies are found whatever the case of their words, and with escapes in them.
func TestPoliciesAreFoundWithEscapes(t *testing.T) {
	t.Parallel()
	for policies, want := range map[string][2]bool{
		`[{"result":"reportOnlyFailure"}]`:                                 {true, false},
		`[{"Result":"report\u006fnlyFailure"}]`:                            {true, false},
		`[{"result":"notApplied","enforcedGrantControls":["Block"]}]`:      {false, true},
		`[{"result":"not\u0061pplied","enforcedGrantControls":["Block"]}]`: {false, true},
		`[{"result":"notApplied","enforcedGrantControls":["\u0062lock"]}]`: {false, true},
		`[{"result":"notApplied","enforcedGrantControls":["Mfa"]}]`:        {false, false},
		`[{"result":"success","displayName":"reportOnlyFailure, block"}]`:  {false, false},
	} {
		b := &schema.Batch{Len: 1}
		b.Columns[schema.ConditionalAccessPolicies].SetText(0, policies)
		b.Seal()
		got := [2]bool{
			anyPolicy([]string{"reportonlyfailure"}, nil).on(b)(0),
			anyPolicy([]string{"notapplied"}, []string{"block"}).on(b)(0),
		}
		if got != want {
			t.Errorf("%s: %v", policies, got)
		}
	}
}

// Only two characters beyond ASCII are ASCII in lower case: mayHave has policies with them
// read, as those with escapes.
func TestPoliciesAreFoundInLowerCase(t *testing.T) {
	t.Parallel()
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if lower := unicode.ToLower(r); lower < 0x80 && r != '\u0130' && r != '\u212a' {
			t.Errorf("%q is %q in lower case", r, lower)
		}
	}
	for policies, want := range map[string]bool{
		"[{\"result\":\"reportOnlyFa\u0130lure\"}]":                       true,
		"[{\"displayName\":\"\u212a\",\"result\":\"REPORTONLYFAILURE\"}]": true,
		"[{\"displayName\":\"\u2014\",\"result\":\"reportOnlyFailure\"}]": true,
		"[{\"result\":\"reportOnlyFa\u0131lure\"}]":                       false,
	} {
		b := &schema.Batch{Len: 1}
		b.Columns[schema.ConditionalAccessPolicies].SetText(0, policies)
		b.Seal()
		if got := anyPolicy([]string{"reportonlyfailure"}, nil).on(b)(0); got != want {
			t.Errorf("%s: %t", policies, got)
		}
	}
}
