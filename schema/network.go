package schema

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// ParseNetwork reads a network such as 192.0.2.0/24 or 2001:db8::/32, or an address,
// which is a network of one. Mapped addresses (::ffff:192.0.2.7) are those of IPv4. An
// address with bits behind the prefix is an error, as it may be meant alone.
func ParseNetwork(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		address, ok := ParseAddress(text)
		if !ok || strings.Contains(text, "%") {
			return netip.Prefix{}, fmt.Errorf("%q is no address and no network such as 192.0.2.0/24", text)
		}
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return network, fmt.Errorf("%q is no network such as 192.0.2.0/24 or 2001:db8::/32", text)
	}
	if address := network.Addr(); address.Is4In6() {
		if network.Bits() < 96 {
			return network, fmt.Errorf("%q has mapped addresses and others; write the network of IPv4", text)
		}
		network = netip.PrefixFrom(address.Unmap(), network.Bits()-96)
	}
	if masked := network.Masked(); masked != network {
		return network, fmt.Errorf("%q has bits behind its prefix: write %s for the network, or the address without /%d", text, masked, network.Bits())
	}
	return network, nil
}

// ParseAddress reads an address as records have it: mapped addresses are those of IPv4,
// and a zone is left out.
func ParseAddress(text string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(text)
	return address.Unmap().WithZone(""), err == nil
}

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
// none of these forms. The autonomous system, where a record has one, goes before it. It
// reads the address as the patterns do, without them, as they are slow.
func Network(address []byte) []byte {
	form, end := 0, 0
	switch groups, at := leadingGroups(address, '.', false); {
	case groups == 3 && len(address) > at+1 && skipDigits(address, at+1, false) == len(address):
		end = at
	case groups == 0:
		if groups, at = leadingGroups(address, ':', true); groups == 3 || groups > 0 && at+1 < len(address) && address[at+1] == ':' {
			form, end = 4-groups, at
		}
	}
	if end == 0 {
		return address
	}
	return append(bytes.Clone(address[:end]), NetworkForms[form].Suffix...)
}

// leadingGroups returns how many groups of digits, at most 3, begin a text, each with a
// separator behind it, and the end of the last one.
func leadingGroups(text []byte, separator byte, hex bool) (groups, end int) {
	for start := 0; groups < 3; groups++ {
		at := skipDigits(text, start, hex)
		if at == start || at == len(text) || text[at] != separator {
			break
		}
		start, end = at+1, at
	}
	return groups, end
}

// skipDigits returns the place of the first byte from at on that is no digit.
func skipDigits(text []byte, at int, hex bool) int {
	for at < len(text) && (text[at] >= '0' && text[at] <= '9' || hex && (text[at]|0x20 >= 'a' && text[at]|0x20 <= 'f')) {
		at++
	}
	return at
}
