package schema

import (
	"fmt"
	"net/netip"
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
