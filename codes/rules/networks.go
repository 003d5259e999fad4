package rules

import "signins/schema"

// sqlNetwork returns the network of a record as SQL: the autonomous system, of which 0
// is none, else the /24 or /48 of the address.
func sqlNetwork(d *dialect) string {
	text := "coalesce('AS' || cast(nullif(autonomous_system_number, 0) as " + d.text + ")"
	for _, f := range schema.NetworkForms {
		text += ",\n      nullif(regexp_extract(ip_address, '" + f.Pattern.String() + "', 1), '') || '" + f.Suffix + "'"
	}
	return text + ",\n      ip_address)"
}
