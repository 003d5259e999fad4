package labels

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"

	"signins/codes/sidefile"
	"signins/schema"
)

// Places are a database in the MaxMind format, in memory: a file that is mapped could
// change while it is read, and could not be removed on Windows.
type Places struct {
	path string
	db   *maxminddb.Reader
}

// A Place is what a database says of an address; "" is nothing.
type Place struct {
	Country      string // ISO code, such as DE
	City         string // in English
	System       string // autonomous system, such as AS64496
	Organization string // of the autonomous system
}

// String returns a place in a line, such as "DE, Berlin, AS64496 Example Net".
func (p Place) String() string {
	var parts []string
	for _, part := range []string{p.Country, p.City, strings.TrimSpace(p.System + " " + p.Organization)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// maxDatabase bounds the size of a database, in bytes.
const maxDatabase = 2 << 30

const databaseHint = "name a database in the MaxMind format, such as GeoLite2-City.mmdb"

// LoadPlaces reads a database. Errors are *schema.Refusal. Without a path there is none.
func LoadPlaces(path string) (*Places, sidefile.File, error) {
	p := &Places{path: path}
	return sidefile.Load(path, nil, maxDatabase, databaseHint, func(text []byte) (*Places, error) {
		return p, guard(func() (err error) {
			p.db, err = maxminddb.OpenBytes(text)
			return err
		})
	})
}

// guard turns a panic of the library, on a damaged database, into an error.
func guard(do func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("%v", failure)
		}
		if err != nil {
			err = fmt.Errorf("no database in the MaxMind format, or a damaged one: %w", err)
		}
	}()
	return do()
}

// Find returns the place of an address, none for what is no address. The error, for a
// damaged database, is *schema.Refusal.
func (p *Places) Find(text string) (place Place, err error) {
	address, ok := schema.ParseAddress(text)
	if !ok || address.Is6() && p.db.Metadata.IPVersion == 4 {
		return Place{}, nil
	}
	var record any
	if err := guard(func() error { return p.db.Lookup(address).Decode(&record) }); err != nil {
		return Place{}, &schema.Refusal{What: fmt.Sprintf("%s: %s: %v", p.path, text, err), Hint: databaseHint}
	}
	return newPlace(record), nil
}

// newPlace reads the members that databases of cities, countries and autonomous systems
// have, of MaxMind and in the flat form of others.
func newPlace(record any) Place {
	p := Place{
		Country: first(record, "country.iso_code", "country_code", "country"),
		City:    first(record, "city.names.en", "city"),
		System:  first(record, "autonomous_system_number", "traits.autonomous_system_number", "asn"),
		Organization: first(record, "autonomous_system_organization", "traits.autonomous_system_organization",
			"as_name"),
	}
	if p.System != "" && !strings.HasPrefix(p.System, "AS") {
		p.System = "AS" + p.System
	}
	return p
}

// first returns the first member that is a text or a number that counts.
func first(record any, paths ...string) string {
	for _, path := range paths {
		value := record
		for name := range strings.SplitSeq(path, ".") {
			members, _ := value.(map[string]any)
			value = members[name]
		}
		if text, ok := value.(string); ok && text != "" {
			return text
		}
		if number := reflect.ValueOf(value); number.IsValid() && number.CanUint() {
			return fmt.Sprint(value)
		}
	}
	return ""
}
