package schema

import "testing"

// TestNetwork returns the /24 or /48 of an address, and another text as it is.
func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.77":           "192.0.2.0/24",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1::/48",
		"2001:db8:1::7":        "2001:db8:1::/48",
		"2001:db8::7":          "2001:db8:0::/48",
		"2001::7":              "2001:0:0::/48",
		"::1":                  "::1",
		"192.0.2":              "192.0.2",
		"":                     "",
	} {
		if got := Network([]byte(address)); string(got) != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
