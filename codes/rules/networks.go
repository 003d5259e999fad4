package rules

import (
	"bytes"
	"regexp"
)

// networkForms are the networks of addresses, and what is written behind them.
var networkForms = []struct {
	pattern *regexp.Regexp
	suffix  string
}{
	{regexp.MustCompile(`^([0-9]+[.][0-9]+[.][0-9]+)[.][0-9]+$`), ".0/24"},
	{regexp.MustCompile(`^([0-9a-fA-F]+:[0-9a-fA-F]+:[0-9a-fA-F]+):`), "::/48"},
	{regexp.MustCompile(`^([0-9a-fA-F]+:[0-9a-fA-F]+)::`), ":0::/48"},
	{regexp.MustCompile(`^([0-9a-fA-F]+)::`), ":0:0::/48"},
}

// sqlNetwork returns the network of a record as SQL: the autonomous system, of which 0
// is none, else the /24 or /48 of the address.
func sqlNetwork(d *dialect) string {
	text := "coalesce('AS' || cast(nullif(autonomous_system_number, 0) as " + d.text + ")"
	for _, f := range networkForms {
		text += ",\n      nullif(regexp_extract(ip_address, '" + f.pattern.String() + "', 1), '') || '" + f.suffix + "'"
	}
	return text + ",\n      ip_address)"
}

// networkOf returns the network of an address.
func networkOf(address []byte) []byte {
	for _, f := range networkForms {
		if found := f.pattern.FindSubmatch(address); found != nil {
			return append(bytes.Clone(found[1]), f.suffix...)
		}
	}
	return address
}
