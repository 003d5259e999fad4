package rules

import (
	"testing"

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
