package reader

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"signins/schema"
)

// locationColumns are the columns of a location that is one text, in its order.
var locationColumns = [3]schema.ColumnID{schema.LocationCity, schema.LocationState, schema.LocationCountry}

// splitPlace splits "City, State, CC" from the right, as cities have commas. Text
// with fewer commas is "City, Country" or "Country", and no place if its last part is
// no country's name or code, as in "Salem, Oregon".
func splitPlace(text []byte) (places [3][]byte, ok bool) {
	commas := bytes.Count(text, []byte{','})
	if commas < 2 {
		city, country, _ := bytes.Cut(text, []byte{','})
		if commas == 0 {
			city, country = nil, city
		}
		code := countryCode(string(bytes.TrimSpace(country)))
		return [3][]byte{bytes.TrimSpace(city), nil, []byte(code)}, code != ""
	}
	for i := 2; i > 0; i-- {
		comma := bytes.LastIndexByte(text, ',')
		places[i], text = bytes.TrimSpace(text[comma+1:]), text[:comma]
	}
	places[0] = bytes.TrimSpace(text)
	return places, true
}

// countryCode returns the code of two letters for a country's English name or its
// code of two or three letters, "" for no country.
func countryCode(text string) string {
	if code := countryNames()[foldCountry(text)]; code != "" {
		return code
	}
	region, err := language.ParseRegion(text)
	if err != nil || strings.ContainsAny(text, "0123456789") || !isCountry(region) {
		return ""
	}
	return region.String()
}

// isCountry reports whether a region is a country of today: codes that were given up
// have another canonical form, or no name.
func isCountry(r language.Region) bool {
	return r.IsCountry() && r.Canonicalize() == r && r.ISO3() != "ZZZ" && display.English.Regions().Name(r) != ""
}

// countryNames are the codes of countries by folded name.
var countryNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{
		"uk": "GB", "great britain": "GB", "united states of america": "US", "russian federation": "RU", "czech republic": "CZ", "korea": "KR", "republic of korea": "KR",
		"hong kong": "HK", "macao": "MO", "macau": "MO", "myanmar": "MM", "burma": "MM", "ivory coast": "CI", "viet nam": "VN", "north macedonia": "MK", "eswatini": "SZ",
		"türkiye": "TR", "turkiye": "TR", "congo": "CG", "palestine": "PS", "holland": "NL", "the netherlands": "NL", "cabo verde": "CV", "uae": "AE",
	}
	for _, first := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		for _, second := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
			if r, err := language.ParseRegion(string(first) + string(second)); err == nil && isCountry(r) {
				names[foldCountry(display.English.Regions().Name(r))] = r.String()
			}
		}
	}
	return names
})

var countrySpelling = strings.NewReplacer("&", "and", "’", "'", "saint ", "st. ")

// foldCountry writes a name as it is compared.
func foldCountry(name string) string { return countrySpelling.Replace(strings.ToLower(name)) }

// splitCountry splits a place in the column of the country, such as "New York,
// USA", into its columns; those that have a value keep it. The text goes to extra.
// It is for formats that have the country in several fields, of which one may be text.
func (r *record) splitCountry() {
	columns, row := &r.row.batch.Columns, r.row.index
	text := columns[schema.LocationCountry].Value(row)
	choice := slices.Index(r.fields.choices, schema.LocationCountry)
	if bytes.IndexByte(text, ',') < 0 || choice < 0 || r.present[choice] == 0 {
		return
	}
	columns[schema.LocationCountry].Clear(row)
	if t := &r.candidates[choice][r.bestCandidate(choice)]; t.damage == "" { // else it is there
		r.row.keep(t)
	}
	r.storePlace(text)
}

// storePlace splits a place into the columns of the location that are still empty.
func (r *record) storePlace(text []byte) {
	columns, row := &r.row.batch.Columns, r.row.index
	places, ok := splitPlace(text)
	places[2] = []byte(countryCode(string(places[2])))
	if !ok || len(places[2]) == 0 {
		r.row.issue(schema.UnclearLocation)
		return
	}
	for i, id := range locationColumns {
		if len(places[i]) > 0 && !columns[id].Set(row) {
			columns[id].SetBytes(row, places[i])
		}
	}
}
