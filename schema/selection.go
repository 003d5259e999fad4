package schema

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// A Selection says which records are wanted: those of one of the Users, with one of the
// Apps, from one of the Networks. An empty list asks for nothing. The zero Selection
// wants all records.
type Selection struct {
	Users    []string // principal names or object ids, as FoldName returns them
	Apps     []string // ids or names of applications and service principals, likewise
	Networks []netip.Prefix
}

// FoldName returns a name or id in the form in which names are compared: case does not
// count.
func FoldName(name string) string { return strings.ToLower(name) }

// ParseName returns a name or id that somebody typed as FoldName does. One that no record
// can have is an error.
func ParseName(text string) (string, error) {
	name := FoldName(strings.TrimSpace(text))
	if name == "" || strings.ContainsFunc(name, unicode.IsControl) {
		return "", errors.New("not a name")
	}
	return name, nil
}

// Filter drops the records of b that are not wanted and counts them in Filtered. Each
// distinct value of a batch is looked at once. Values that only dropped records had
// remain in the dictionaries.
func (s *Selection) Filter(b *Batch) {
	var asked []func(row int) bool
	named := func(names []string, ids ...ColumnID) {
		if len(names) > 0 {
			asked = append(asked, b.anyValue(ids, func(value []byte) bool { return slices.Contains(names, FoldName(string(value))) }))
		}
	}
	named(s.Users, UserPrincipalName, UserID)
	named(s.Apps, AppID, AppDisplayName, ServicePrincipalID, ServicePrincipalName)
	if len(s.Networks) > 0 {
		asked = append(asked, b.anyValue([]ColumnID{IPAddress}, s.covers))
	}
	if len(asked) == 0 {
		return
	}
	b.filter(func(row int) bool {
		return !slices.ContainsFunc(asked, func(wanted func(int) bool) bool { return !wanted(row) })
	})
}

// covers reports whether an address is in one of the networks.
func (s *Selection) covers(address []byte) bool {
	a, ok := ParseAddress(string(address))
	return ok && slices.ContainsFunc(s.Networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// anyValue returns whether a row has a value in one of the text columns that matches.
func (b *Batch) anyValue(ids []ColumnID, matches func(value []byte) bool) func(row int) bool {
	answers := make([][]bool, len(ids)) // by code
	for i, id := range ids {
		dict := &b.Columns[id].Dict
		answers[i] = make([]bool, int(First)+dict.Len())
		for n := range dict.Len() {
			code := First + Code(n)
			answers[i][code] = matches(dict.Value(code))
		}
	}
	return func(row int) bool {
		for i, id := range ids {
			if answers[i][b.Columns[id].Code(row)] {
				return true
			}
		}
		return false
	}
}

// filter drops the records of b that are not wanted and counts them in Filtered.
func (b *Batch) filter(wanted func(row int) bool) {
	var rows []int
	for row := range b.Len {
		if wanted(row) {
			rows = append(rows, row)
		}
	}
	if len(rows) == b.Len {
		return
	}
	b.Filtered += int64(b.Len - len(rows))
	b.PickInto(b, rows)
}
