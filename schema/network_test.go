package schema

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

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

// TestNetworkByItsForms returns what the patterns say of texts of the characters of
// addresses.
func TestNetworkByItsForms(t *testing.T) {
	t.Parallel()
	byPattern := func(address []byte) []byte {
		for _, f := range NetworkForms {
			if found := f.Pattern.FindSubmatch(address); found != nil {
				return append(bytes.Clone(found[1]), f.Suffix...)
			}
		}
		return address
	}
	r, formed := rand.New(rand.NewPCG(1, 2)), 0
	for range 20_000 {
		alphabet, address := []string{"0.", "0f::", "aF:9", "1.2.:g"}[r.IntN(4)], make([]byte, r.IntN(14))
		for i := range address {
			address[i] = alphabet[r.IntN(len(alphabet))]
		}
		got, want := Network(address), byPattern(address)
		if !bytes.Equal(got, want) {
			t.Fatalf("%q: %q, want %q", address, got, want)
		}
		if len(got) > len(address) || bytes.HasSuffix(got, []byte("/24")) || bytes.HasSuffix(got, []byte("/48")) {
			formed++
		}
	}
	if formed < 2000 {
		t.Errorf("%d addresses have a network", formed)
	}
}
