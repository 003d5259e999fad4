package schema_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"signins/schema"
)

func TestParseNetwork(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "192.0.2.0/24": "192.0.2.0/24", "0.0.0.0/0": "0.0.0.0/0", "2001:DB8::1": "2001:db8::1/128", "2001:db8::/32": "2001:db8::/32",
		"::ffff:192.0.2.7": "192.0.2.7/32", "::ffff:192.0.2.0/120": "192.0.2.0/24", "::ffff:0:0/96": "0.0.0.0/0",
		"": `"" is no address`, "contoso": `"contoso" is no address`, "192.0.2.0/33": "is no network", "192.0.2/24": "is no network", "192.0.2.0/": "is no network", "fe80::1%eth0": "is no address",
		"fe80::1%eth0/64": "is no network", "192.0.2.7/24": "write 192.0.2.0/24 for the network, or the address without /24", "2001:db8::1/32": "write 2001:db8::/32", "::ffff:0:0/90": "mapped addresses and others",
		"::ffff:192.0.2.7/120": "write 192.0.2.0/24", "192.0.2.07": "is no address", " 192.0.2.7": "is no address",
	} {
		network, err := schema.ParseNetwork(text)
		got := network.String()
		if err != nil {
			got = err.Error()
		}
		if bad := strings.Contains(want, " "); bad != (err != nil) || !strings.Contains(got, want) || !bad && got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Between flags all must match, within one any; case does not count, and what has no value
// matches nothing.
func TestSelectionKeepsWhatMatches(t *testing.T) {
	t.Parallel()
	records := [][]string{ // r0 to r6: user, object id, app id, app, principal id, principal, address
		{"Anna@contoso.example", "0A0A", "app-1", "Portal", "", "", "192.0.2.7"},
		{"ANNA@CONTOSO.EXAMPLE", "", "app-2", "Mail", "", "", "::ffff:192.0.2.7"},
		{"bob@contoso.example", "0b0b", "app-1", "portal", "", "", "2001:db8::5"},
		{"", "", "", "", "5e5e", "Backup", "198.51.100.1"},
		{"", "", "app-2", "", "", "", "not an address"},
		{"", "", "", "", "", "", ""},
		{"portal", "app-1", "x", "anna@contoso.example", "", "", "192.0.3.7"},
	}
	columns := []schema.ColumnID{
		schema.UserPrincipalName, schema.UserID, schema.AppID, schema.AppDisplayName, schema.ServicePrincipalID, schema.ServicePrincipalName, schema.IPAddress,
	}
	for _, test := range []struct{ users, apps, networks, want string }{
		{"", "", "", "0 1 2 3 4 5 6"},
		{"anna@Contoso.example", "", "", "0 1"}, {"0a0A", "", "", "0"}, {"0b0b 0a0a", "", "", "0 2"}, {"backup", "", "", ""}, {"nobody", "", "", ""},
		{"", "PORTAL", "", "0 2"}, {"", "app-2", "", "1 4"}, {"", "backup", "", "3"}, {"", "5E5E app-1", "", "0 2 3"},
		{"", "", "192.0.2.0/24", "0 1"}, {"", "", "192.0.2.7", "0 1"}, {"", "", "2001:db8::/32", "2"}, {"", "", "::/0", "2"}, {"", "", "198.51.100.1 2001:db8::5", "2 3"}, {"", "", "0.0.0.0/0", "0 1 3 6"},
		{"anna@contoso.example", "portal", "", "0"}, {"anna@contoso.example", "mail", "192.0.2.0/24", "1"}, {"bob@contoso.example", "", "192.0.2.0/24", ""},
	} {
		b := &schema.Batch{Len: len(records), Seen: int64(len(records)), Filtered: 3}
		for row, values := range records {
			b.Columns[schema.ID].SetText(row, fmt.Sprint(row))
			for i, value := range values {
				if value != "" {
					b.Columns[columns[i]].SetText(row, value)
				}
			}
		}
		b.Seal()
		var s schema.Selection
		for _, name := range strings.Fields(test.users) {
			user, _ := schema.ParseName(name)
			s.Users = append(s.Users, user)
		}
		for _, name := range strings.Fields(test.apps) {
			app, _ := schema.ParseName(name)
			s.Apps = append(s.Apps, app)
		}
		for _, text := range strings.Fields(test.networks) {
			var network netip.Prefix
			var err error
			if network, err = schema.ParseNetwork(text); err != nil {
				t.Fatal(err)
			}
			s.Networks = append(s.Networks, network)
		}
		s.Filter(b)
		var kept []string
		for row := range b.Len {
			kept = append(kept, string(b.Columns[schema.ID].Value(row)))
		}
		if got := strings.Join(kept, " "); got != test.want || b.Filtered != int64(3+len(records)-b.Len) {
			t.Errorf("%+v: kept %q, %d filtered", test, got, b.Filtered)
		}
	}
}

// Nobody asks for what no record can have.
func TestParseName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{" Anna@Contoso.example ": "anna@contoso.example", "ÅSA": "åsa", "Foo, Bar": "foo, bar", "": "", "  ": "", "a\nb": ""} {
		if got, err := schema.ParseName(text); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}
