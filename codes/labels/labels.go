// Package labels says more about addresses and accounts than exports do: words that
// somebody wrote in a CSV file, and places from a database in the MaxMind format. They
// are for findings and workbooks, and no part of a record.
//
// For example, with the lines
//
//	cidr,label
//	203.0.113.0/24,hosting
//	203.0.113.7,indicator
//
// 203.0.113.7 is an indicator and 203.0.113.8 hosting: the longest prefix decides.
package labels

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"signins/codes/sidefile"
	"signins/schema"
)

// Labels of addresses that rules know. All others only show.
const (
	Trusted   = "trusted"
	Indicator = "indicator"
)

// A Set is what a run knows about addresses and accounts. Each of its parts may be nil,
// and knows nothing then.
type Set struct {
	Addresses *Addresses
	Users     *Users
	Places    *Places
}

// Load reads the parts of a set from the files at paths, by the flag that names each, and
// calls read for those that it has read. Errors are *schema.Refusal.
func Load(paths map[string]string, read func(flag string, file sidefile.File)) (s Set, err error) {
	part := func(flag string, load func(path string) (sidefile.File, error)) {
		if path := paths[flag]; path != "" && err == nil {
			var file sidefile.File
			if file, err = load(path); err == nil {
				read(flag, file)
			}
		}
	}
	part("addresses", func(path string) (f sidefile.File, err error) {
		s.Addresses, f, err = LoadAddresses(path)
		return f, err
	})
	part("users", func(path string) (f sidefile.File, err error) { s.Users, f, err = LoadUsers(path); return f, err })
	part("geoip", func(path string) (f sidefile.File, err error) { s.Places, f, err = LoadPlaces(path); return f, err })
	return s, err
}

// Columns returns the columns that a workbook gets from the parts of the set.
func (s *Set) Columns() (columns []schema.LabelColumn) {
	if s.Users != nil {
		columns = append(columns, schema.LabelColumn{
			Title: "User label", Group: schema.Who, Of: []schema.ColumnID{schema.UserPrincipalName, schema.UserID},
			Doc:   "What the file given with --users says about the user, by principal name or object id.",
			Label: func(value []byte) (string, error) { return s.Users.Label(string(value)), nil },
		})
	}
	addresses := []schema.ColumnID{schema.IPAddress}
	if s.Addresses != nil {
		columns = append(columns, schema.LabelColumn{
			Title: "Address label", Group: schema.FromWhere, Of: addresses,
			Doc:   "What the file given with --addresses says about the address: the label of the longest prefix.",
			Label: func(value []byte) (string, error) { return s.Addresses.Label(string(value)), nil },
		})
	}
	if s.Places != nil {
		columns = append(columns, schema.LabelColumn{
			Title: "Place by GeoIP", Group: schema.FromWhere, Of: addresses,
			Doc: "Country, city and autonomous system of the address in the database given with --geoip, of its time. The export has its own in other columns.",
			Label: func(value []byte) (string, error) {
				place, err := s.Places.Find(string(value))
				return place.String(), err
			},
		})
	}
	return columns
}

// maxTable bounds the size of a CSV file, in bytes.
const maxTable = 64 << 20

// loadTable reads a CSV file with the columns what and label, calls add for each of its
// lines, and returns the value that add has filled; nil without a path.
func loadTable[T any](path, what string, value *T, add func(key, label string) error) (*T, sidefile.File, error) {
	hint := "name a CSV with the columns " + what + ",label"
	return sidefile.Load(path, nil, maxTable, hint, func(text []byte) (*T, error) { return value, readTable(text, what, add) })
}

func readTable(text []byte, what string, add func(key, label string) error) error {
	return sidefile.ReadTable(text, func(titles []string) error {
		if !slices.Equal(titles, []string{what, "label"}) {
			return fmt.Errorf("the columns are %q, not %s,label", strings.Join(titles, ","), what)
		}
		return nil
	}, func(row []string) error {
		key, label := strings.TrimSpace(row[0]), strings.TrimSpace(row[1])
		switch {
		case key == "":
			return fmt.Errorf("no %s for the label %q", what, label)
		case label == "":
			return fmt.Errorf("%q has no label", key)
		case strings.ContainsFunc(key+label, unicode.IsControl):
			return fmt.Errorf("%q has a control character", key+","+label)
		}
		return add(key, label)
	})
}

// A table has the labels of keys. A key may occur again, with the same label.
type table[K comparable] map[K]string

func (t table[K]) add(key K, label string) error {
	if was, twice := t[key]; twice && was != label {
		return fmt.Errorf("%v is labelled %q, and %q before; write one label", key, label, was)
	}
	t[key] = label
	return nil
}

// Users are labels of accounts.
type Users struct{ labels table[string] }

// LoadUsers reads a CSV file with the columns user and label; user is a principal name or
// an object id, in any case. Errors are *schema.Refusal. Without a path there are none.
func LoadUsers(path string) (*Users, sidefile.File, error) {
	u := &Users{table[string]{}}
	return loadTable(path, "user", u, func(user, label string) error { return u.labels.add(schema.FoldName(user), label) })
}

// Label returns the label of a principal name or object id, "" for none.
func (u *Users) Label(user string) string {
	if u == nil {
		return ""
	}
	return u.labels[schema.FoldName(user)]
}
