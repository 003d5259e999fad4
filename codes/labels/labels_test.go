package labels_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/codes/labels"
	"signins/schema"
	"signins/testdata/fixture"
)

func TestTheLongestPrefixDecides(t *testing.T) {
	t.Parallel()
	const text = "\ufeffCIDR, Label\r\n203.0.113.0/24,hosting\r\n203.0.113.7,Indicator\r\n\r\n\"203.0.113.128/25\",\"office, Berlin\"\r\n0.0.0.0/0,world\r\n" +
		"2001:db8::/32,lab\r\n2001:db8:0:1::/64, TRUSTED \r\n::ffff:198.51.100.0/120,mapped\r\n2001:db8::5,one\r\n203.0.113.7/32,indicator\r\n"
	a, file, err := labels.LoadAddresses(fixture.Temp(t, "own.csv", text))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.SHA256) != 64 || file.Size != int64(len(text)) || filepath.Base(file.Path) != "own.csv" {
		t.Errorf("read %+v", file)
	}
	for address, want := range map[string]string{
		"203.0.113.1": "hosting", "203.0.113.7": labels.Indicator, "203.0.113.127": "hosting", "203.0.113.128": "office, Berlin", "203.0.114.1": "world",
		"::ffff:203.0.113.7": labels.Indicator, "::FFFF:cb00:7107": labels.Indicator, "198.51.100.9": "mapped",
		"2001:db8::1": "lab", "2001:DB8:0:1::1": labels.Trusted, "2001:db8::5": "one", "2001:db8:0:0:0:0:0:5": "one", "2001:db8::5%eth0": "one", "2001:db9::1": "",
		"": "", "contoso": "", "203.0.113.7:443": "",
	} {
		if got := a.Label(address); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
}

func TestUsersAreFoundInAnyCase(t *testing.T) {
	t.Parallel()
	u, _, err := labels.LoadUsers(fixture.Temp(t, "own.csv", "user,label\nAnna@Contoso.example,administrator\n0A0A,break-glass\nÅsa@contoso.example,x\nanna@contoso.example,administrator\n"))
	if err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]string{"anna@contoso.EXAMPLE": "administrator", "0a0a": "break-glass", "åsa@contoso.example": "x", "bob@contoso.example": "", "": ""} {
		if got := u.Label(user); got != want {
			t.Errorf("%s is %q, want %q", user, got, want)
		}
	}
}

func TestBadFilesAreRefusedWithTheirLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "no header: the file is empty",
		"\"cidr":            "no header: ",
		"cidr;label\n":      `line 1: the columns are "cidr;label", not cidr,label`,
		"user,label\n":      `line 1: the columns are "user,label", not cidr,label`,
		"cidr,label,more\n": `line 1: the columns are "cidr,label,more", not cidr,label`,
		"cidr,label\n192.0.2.0/24,x\n192.0.2.300,x\n": `line 3: "192.0.2.300" is no address and no network`,
		"cidr,label\n192.0.2.0/33,x\n":                `line 2: "192.0.2.0/33" is no network`,
		"cidr,label\n\n192.0.2.7/24,x\n":              `line 3: "192.0.2.7/24" has bits behind its prefix: write 192.0.2.0/24`,
		"cidr,label\nlocalhost,x\n":                   `line 2: "localhost" is no address`,
		"cidr,label\n192.0.2.7, \n":                   `line 2: "192.0.2.7" has no label`,
		"cidr,label\n,x\n":                            `line 2: no cidr for the label "x"`,
		"cidr,label\n192.0.2.7\n":                     "record on line 2: wrong number of fields",
		"cidr,label\n192.0.2.7,\"a\nb\"\n":            "line 2: \"192.0.2.7,a\\nb\" has a control character",
		"cidr,label\n192.0.2.7,a\n::ffff:192.0.2.7,b": `line 3: 192.0.2.7/32 is labelled "b", and "a" before; write one label`,
		"cidr,label\n192.0.2.7,\xff\n":                "line 2: not valid UTF-8",
	} {
		path := fixture.Temp(t, "own.csv", text)
		a, file, err := labels.LoadAddresses(path)
		refusal, ok := errors.AsType[*schema.Refusal](err)
		if !ok || !strings.HasPrefix(refusal.What, path+": "+want) || refusal.Hint != "name a CSV with the columns cidr,label" || a != nil || file.Path != "" {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"cidr,label\n":           `line 1: the columns are "cidr,label", not user,label`,
		"user,label\na,x\nA,y\n": `line 3: a is labelled "y", and "x" before; write one label`,
	} {
		if u, _, err := labels.LoadUsers(fixture.Temp(t, "own.csv", text)); err == nil || u != nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.csv")
	for _, load := range []func(string) error{
		func(path string) error { _, _, err := labels.LoadAddresses(path); return err },
		func(path string) error { _, _, err := labels.LoadUsers(path); return err },
		func(path string) error { _, _, err := labels.LoadPlaces(path); return err },
	} {
		if err := load(missing); err == nil || !strings.HasPrefix(err.Error(), missing+": ") {
			t.Errorf("%v", err)
		}
		if err := load(""); err != nil {
			t.Errorf("without a path: %v", err)
		}
	}
}

// Without files nothing is known, and a workbook gets no columns.
func TestAnEmptySetKnowsNothing(t *testing.T) {
	t.Parallel()
	var s labels.Set
	if s.Addresses.Label("192.0.2.7") != "" || s.Users.Label("anna") != "" || len(s.Columns()) != 0 {
		t.Error("an empty set knows something")
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add([]byte("cidr,label\n192.0.2.0/24,trusted\n2001:db8::/32,x\n"), "192.0.2.7")
	f.Add([]byte("cidr,label\n\"::ffff:192.0.2.0/120\",x\n"), "::ffff:192.0.2.1")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte, address string) {
		path := filepath.Join(dir, "own.csv")
		fixture.Write(t, path, text)
		a, _, err := labels.LoadAddresses(path)
		if _, refused := errors.AsType[*schema.Refusal](err); (err != nil) != refused || (a == nil) != refused {
			t.Fatalf("%v", err)
		}
		a.Label(address)
	})
}

// Each part alone makes its column; a user is looked up by name first, an address by
// itself, and an error of the database is one of the column.
func TestEachPartHasAColumn(t *testing.T) {
	t.Parallel()
	addresses, users := &labels.Addresses{}, &labels.Users{}
	for title, c := range map[string]struct {
		set labels.Set
		of  []schema.ColumnID
	}{
		"Address label":  {labels.Set{Addresses: addresses}, []schema.ColumnID{schema.IPAddress}},
		"User label":     {labels.Set{Users: users}, []schema.ColumnID{schema.UserPrincipalName, schema.UserID}},
		"Place by GeoIP": {labels.Set{Places: &labels.Places{}}, []schema.ColumnID{schema.IPAddress}},
	} {
		columns := c.set.Columns()
		if len(columns) != 1 || columns[0].Title != title || !slices.Equal(columns[0].Of, c.of) || columns[0].Doc == "" {
			t.Errorf("%s: %+v", title, columns)
		}
	}
	if columns := (&labels.Set{}).Columns(); len(columns) != 0 {
		t.Errorf("%d columns of nothing", len(columns))
	}
}
