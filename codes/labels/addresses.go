package labels

import (
	"net/netip"
	"slices"
	"strings"

	"signins/codes/sidefile"
	"signins/schema"
)

// Addresses are labels of networks.
type Addresses struct {
	labels table[netip.Prefix]
	// lengths are those of prefixes that occur, the longest first, for IPv4 and IPv6.
	lengths [2][]int
}

// LoadAddresses reads a CSV file with the columns cidr and label; cidr is a network or an
// address, see schema.ParseNetwork. Trusted and Indicator are written in any case. Errors
// are *schema.Refusal. Without a path there are none.
func LoadAddresses(path string) (*Addresses, sidefile.File, error) {
	a := &Addresses{labels: table[netip.Prefix]{}}
	return loadTable(path, "cidr", a, a.add)
}

func (a *Addresses) add(cidr, label string) error {
	network, err := schema.ParseNetwork(cidr)
	if err != nil {
		return err
	}
	for _, known := range []string{Trusted, Indicator} {
		if strings.EqualFold(label, known) {
			label = known
		}
	}
	lengths := &a.lengths[family(network.Addr())]
	at, found := slices.BinarySearchFunc(*lengths, network.Bits(), func(a, b int) int { return b - a })
	if !found {
		*lengths = slices.Insert(*lengths, at, network.Bits())
	}
	return a.labels.add(network, label)
}

// family returns 0 for IPv4 and 1 for IPv6.
func family(address netip.Addr) int {
	if address.Is4() {
		return 0
	}
	return 1
}

// Label returns the label of the longest prefix that an address has, "" for none and for
// what is no address.
func (a *Addresses) Label(text string) string {
	if a == nil {
		return ""
	}
	address, ok := schema.ParseAddress(text)
	if !ok {
		return ""
	}
	for _, bits := range a.lengths[family(address)] {
		network, _ := address.Prefix(bits) // bits are those of the family
		if label, ok := a.labels[network]; ok {
			return label
		}
	}
	return ""
}
