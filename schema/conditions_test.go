package schema_test

import (
	"strings"
	"testing"

	"signins/schema"
)

func TestConditionWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, words string
		known       bool
	}{
		{"0", "none", true},
		{"1", "application", true},
		{"19", "application users clientType", true},
		{"65536", "insiderRisk", true},
		{"131073", "application unknown (131072)", false},
		{"4294967295", "application users devicePlatform location clientType signInRisk userRisk time deviceState client " +
			"ipAddressSeenByAzureAD ipAddressSeenByResourceProvider unknownFutureValue servicePrincipals servicePrincipalRisk " +
			"authenticationFlows insiderRisk unknown (131072)", false},
		{"4294967296", "", false},
		{"019", "", false},
		{"+1", "", false},
		{"-1", "", false},
		{"application", "", false},
		{"", "", false},
	} {
		t.Run(test.text, func(t *testing.T) {
			words, known := schema.ConditionWords(test.text)
			if got := strings.Join(words, " "); !strings.HasPrefix(got, test.words) || (got == "") != (test.words == "") || known != test.known {
				t.Errorf("%q, %t, want %q, %t", got, known, test.words, test.known)
			}
		})
	}
}
