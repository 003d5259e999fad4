package schema

import (
	"bytes"
	"regexp"
)

// A NetworkForm is a form of addresses: the first group of the pattern and the suffix
// are the network of those that match.
type NetworkForm struct {
	Pattern *regexp.Regexp
	Suffix  string
}

// NetworkForms are the forms of addresses in the order in which they are tried: a /24 of
// IPv4, a /48 of IPv6. The patterns are of the subset of RE2 that SQL engines have, too.
var NetworkForms = []NetworkForm{
	{regexp.MustCompile(`^([0-9]+[.][0-9]+[.][0-9]+)[.][0-9]+$`), ".0/24"},
	{regexp.MustCompile(`^([0-9a-fA-F]+:[0-9a-fA-F]+:[0-9a-fA-F]+):`), "::/48"},
	{regexp.MustCompile(`^([0-9a-fA-F]+:[0-9a-fA-F]+)::`), ":0::/48"},
	{regexp.MustCompile(`^([0-9a-fA-F]+)::`), ":0:0::/48"},
}

// Network returns the network of an address by NetworkForms, or address itself if it has
// none of these forms. The autonomous system, where a record has one, goes before it.
func Network(address []byte) []byte {
	for _, f := range NetworkForms {
		if found := f.Pattern.FindSubmatch(address); found != nil {
			return append(bytes.Clone(found[1]), f.Suffix...)
		}
	}
	return address
}
