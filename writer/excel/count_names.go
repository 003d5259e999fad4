package excel

import (
	"cmp"
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// Bounds of what is counted by name.
const (
	maxNames     = 1 << 18  // distinct names of all kinds: users, addresses, ...
	maxNameBytes = 16 << 20 // of all their texts
	maxPairs     = 1 << 19  // names of one kind with an error code, in all codes
)

// The kinds of names that are counted.
const (
	users = iota
	principals
	apps
	addresses
	countries
	logTenants
	numNameKinds
)

var nameColumns = [numNameKinds]schema.ColumnID{
	schema.UserPrincipalName, schema.ServicePrincipalName, schema.AppDisplayName, schema.IPAddress, schema.LocationCountry, schema.TenantID,
}

// nameCounts are the sign-ins by name, for each kind of names.
type nameCounts struct {
	kinds  [numNameKinds]nameCount
	budget nameBudget
}

func (c *nameCounts) init() {
	for i, id := range nameColumns {
		c.kinds[i] = nameCount{column: id, budget: &c.budget}
	}
}

func (c *nameCounts) setBatch(b *schema.Batch) {
	for i := range c.kinds {
		c.kinds[i].setBatch(b)
	}
}

// addRow counts a row and sets its user and ip.
func (c *nameCounts) addRow(r *countedRow) {
	for i := range c.kinds {
		id := c.kinds[i].add(r.b, r.row, r.verdict, r.n)
		switch i {
		case users:
			r.user = id
		case addresses:
			r.ip = id
		}
	}
}

// A nameBudget is the use of all kinds together.
type nameBudget struct{ names, bytes int }

// A nameID numbers the names of a kind from 1. It is noName for null and
// uncountedName for a name beyond the bounds.
type nameID int32

const (
	noName        nameID = 0
	uncountedName nameID = -1
)

// A nameCount counts the sign-ins of each name in a column. Those of names beyond
// the bounds are added up in uncounted.
type nameCount struct {
	column    schema.ColumnID
	budget    *nameBudget
	ids       map[string]nameID
	names     []string
	sums      []verdictSums
	uncounted verdictSums

	batchIDs []nameID // by dictIndex, noName until a row has it
}

func (c *nameCount) setBatch(b *schema.Batch) {
	n := b.Columns[c.column].Dict.Len() + 1
	c.batchIDs = slices.Grow(c.batchIDs[:0], n)[:n]
	clear(c.batchIDs)
}

// add counts a row and returns its name.
func (c *nameCount) add(b *schema.Batch, row, verdict int, n int64) nameID {
	v := &b.Columns[c.column]
	i := dictIndex(v, row)
	if i == 0 {
		return noName
	}
	if c.batchIDs[i] == noName {
		c.batchIDs[i] = c.id(v.Dict.Value(schema.First + schema.Code(i-1)))
	}
	id := c.batchIDs[i]
	if id == uncountedName {
		c.uncounted[verdict] += n
		return id
	}
	c.sums[id-1][verdict] += n
	return id
}

// id returns the number of a name, of a new one after adding it.
func (c *nameCount) id(name []byte) nameID {
	if id := c.ids[string(name)]; id != noName {
		return id
	}
	if c.budget.names >= maxNames || c.budget.bytes+len(name) > maxNameBytes {
		return uncountedName
	}
	c.budget.names++
	c.budget.bytes += len(name)
	if c.ids == nil {
		c.ids = map[string]nameID{}
	}
	text := string(name)
	c.names, c.sums = append(c.names, text), append(c.sums, verdictSums{})
	c.ids[text] = nameID(len(c.names))
	return c.ids[text]
}

// A namedSums is a name with its sums.
type namedSums struct {
	name string
	sums verdictSums
}

// top returns the n names with the most sign-ins, the most first.
func (c *nameCount) top(n int) []namedSums {
	order := indexes(len(c.sums))
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(c.sums[b].total(), c.sums[a].total()), cmp.Compare(a, b))
	})
	var top []namedSums
	for _, i := range order[:min(n, len(order))] {
		top = append(top, namedSums{c.names[i], c.sums[i]})
	}
	return top
}

// A pairSet holds the distinct pairs of an error code and a name. Once it is full,
// counts that would need more are lower bounds.
type pairSet map[uint64]struct{}

// add adds a pair and reports whether it is a new one, and whether it has no room.
func (s pairSet) add(code int, name nameID) (added, full bool) {
	switch name {
	case noName:
		return false, false
	case uncountedName:
		return false, true
	}
	key := uint64(code)<<32 | uint64(name)
	if _, found := s[key]; found {
		return false, false
	}
	if len(s) >= maxPairs {
		return false, true
	}
	s[key] = struct{}{}
	return true, false
}

// A distinctCount is a number of distinct names, or a lower bound of it.
type distinctCount struct {
	n     int64
	bound bool
}

// add counts a result of pairSet.add.
func (d *distinctCount) add(added, full bool) {
	if added {
		d.n++
	}
	d.bound = d.bound || full
}

// cell returns a cell with the count.
func (d distinctCount) cell(style int) cell {
	if d.bound {
		return cell{style: style, text: "at least " + manifest.Number(d.n)}
	}
	return countCell(style, d.n)
}
