package labels_test

import (
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"signins/codes/labels"
	"signins/schema"
	"signins/testdata/fixture"
	"signins/testdata/mmdb"
)

// cities is a database as those of cities and of autonomous systems are.
var cities = map[string]any{
	"192.0.2.0/24": mmdb.Fields{
		"country": mmdb.Fields{"iso_code": "DE", "names": mmdb.Fields{"en": "Germany"}}, "city": mmdb.Fields{"names": mmdb.Fields{"de": "Köln", "en": "Cologne"}},
	},
	"198.51.100.0/24": mmdb.Fields{"autonomous_system_number": mmdb.Number(64496), "autonomous_system_organization": "Example Net"},
	"203.0.113.0/25":  mmdb.Fields{"country_code": "US", "city": "Springfield", "asn": "AS64497", "as_name": "Other"},
	"203.0.113.128/25": mmdb.Fields{
		"country": mmdb.Fields{"iso_code": "FR"}, "registered_country": mmdb.Fields{"iso_code": "US"}, "traits": mmdb.Fields{"autonomous_system_number": mmdb.Number(64498)},
	},
	"192.0.3.0/24": "no map",
	"192.0.4.0/24": mmdb.Fields{"registered_country": mmdb.Fields{"iso_code": "US"}, "country": mmdb.Fields{"iso_code": mmdb.Fields{}}},
}

func TestPlacesAreFoundByAddress(t *testing.T) {
	t.Parallel()
	with6 := map[string]any{"2001:db8::/32": mmdb.Fields{"country": mmdb.Fields{"iso_code": "SE"}}}
	maps.Copy(with6, cities)
	six, file, err := labels.LoadPlaces(fixture.Temp(t, "geo.mmdb", mmdb.Make(6, with6)))
	if err != nil || len(file.SHA256) != 64 || file.Size != int64(len(mmdb.Make(6, with6))) {
		t.Fatalf("%+v, %v", file, err)
	}
	four, _, err := labels.LoadPlaces(fixture.Temp(t, "geo.mmdb", mmdb.Make(4, cities)))
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"192.0.2.7": "DE, Cologne", "::ffff:192.0.2.7": "DE, Cologne", "198.51.100.1": "AS64496 Example Net", "203.0.113.1": "US, Springfield, AS64497 Other", "203.0.113.129": "FR, AS64498",
		"192.0.3.1": "", "192.0.4.1": "", "10.0.0.1": "", "2001:db8::1": "SE", "2001:db9::1": "", "": "", "contoso": "",
	} {
		if place, err := six.Find(address); err != nil || place.String() != want {
			t.Errorf("%s is at %q, %v, want %q", address, place, err, want)
		}
		if strings.HasPrefix(address, "2001:") {
			want = ""
		}
		if place, err := four.Find(address); err != nil || place.String() != want {
			t.Errorf("IPv4: %s is at %q, %v, want %q", address, place, err, want)
		}
	}
	if place, _ := six.Find("203.0.113.1"); place != (labels.Place{Country: "US", City: "Springfield", System: "AS64497", Organization: "Other"}) {
		t.Errorf("%+v", place)
	}
}

// check loads a database and looks addresses up: an error is a refusal that names the file.
func check(t *testing.T, path string, database []byte) (refused bool) {
	t.Helper()
	fixture.Write(t, path, database)
	places, _, err := labels.LoadPlaces(path)
	for _, address := range []string{"192.0.2.7", "198.51.100.1", "203.0.113.1", "2001:db8::1", "0.0.0.0"} {
		if err == nil {
			_, err = places.Find(address)
		}
	}
	if err == nil {
		return false
	}
	refusal, ok := errors.AsType[*schema.Refusal](err)
	if !ok || !strings.HasPrefix(refusal.What, path+": ") || !strings.Contains(refusal.What, "no database in the MaxMind format, or a damaged one: ") || refusal.Hint == "" {
		t.Errorf("%v", err)
	}
	return true
}

// Cut anywhere, with any byte changed, or of something else: a clear error, or a place, and
// never a panic.
func TestDamagedDatabasesAreRefused(t *testing.T) {
	t.Parallel()
	path, whole := filepath.Join(t.TempDir(), "geo.mmdb"), mmdb.Make(6, cities)
	if check(t, path, whole) {
		t.Error("the whole database is refused")
	}
	for _, other := range [][]byte{nil, []byte("cidr,label\n"), make([]byte, 1<<16), []byte("\xab\xcd\xefMaxMind.com"), whole[:len(whole)-1], whole[:100]} {
		if !check(t, path, other) {
			t.Errorf("%.20q is a database", other)
		}
	}
	refused := 0
	for i := range whole {
		damaged := append([]byte{}, whole...)
		damaged[i] ^= 0xff
		if check(t, path, damaged) {
			refused++
		}
	}
	if refused < 100 {
		t.Errorf("of %d databases with a changed byte %d are refused", len(whole), refused)
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add(mmdb.Make(4, cities))
	f.Add(mmdb.Make(6, cities))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, database []byte) { check(t, filepath.Join(dir, "geo.mmdb"), database) })
}
