package excel

import (
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// Bounds of what is counted by name.
const (
	maxNames     = 1 << 18  // distinct names of all kinds: users, addresses, ...
	maxNameBytes = 16 << 20 // of all their texts
	maxPairs     = 1 << 19  // names of one kind with an error code, in all codes

	maxWords     = 8000    // distinct words of all kinds: protocols, risk levels, ...
	maxWordBytes = 1 << 20 // of all their texts
)

// The kinds of names that are counted.
const (
	users = iota
	principals
	apps
	addresses
	countries
	logTenants

	// Kinds of few words. Their bounds are their own, so that many users do not use
	// them up.
	clientApps
	protocols
	requirements
	accessStatuses
	riskLevels
	riskStates
	credentialTypes
	tokenTypes
	numNameKinds

	firstWords = clientApps
)

// nameKinds are the column of each kind, the title of its list on Summary, "" for none,
// and the sheet that has more of it, "" for none.
var nameKinds = [numNameKinds]struct {
	column       schema.ColumnID
	title, sheet string
}{
	users:           {schema.UserPrincipalName, "Top usernames", usersSheet},
	principals:      {schema.ServicePrincipalName, "Top service principals", applicationsSheet},
	apps:            {schema.AppDisplayName, "Top applications", applicationsSheet},
	addresses:       {schema.IPAddress, "Top IP addresses", addressesSheet},
	countries:       {schema.LocationCountry, "Top countries", ""},
	logTenants:      {schema.TenantID, "", ""},
	clientApps:      {schema.ClientAppUsed, "Client apps", ""},
	protocols:       {schema.AuthenticationProtocol, "Authentication protocols", ""},
	requirements:    {schema.AuthenticationRequirement, "Single-factor or multifactor: what was required", ""},
	accessStatuses:  {schema.ConditionalAccessStatus, "Conditional Access status", ""},
	riskLevels:      {schema.RiskLevelDuringSignIn, "Risk level during sign-in", ""},
	riskStates:      {schema.RiskState, "Risk state", ""},
	credentialTypes: {schema.ClientCredentialType, "Credential types of clients and service principals", ""},
	tokenTypes:      {schema.IncomingTokenType, "Incoming token types", ""},
}

// nameCounts are the sign-ins by name, for each kind of names.
type nameCounts struct {
	kinds        [numNameKinds]nameCount
	names, words nameSize
}

// A nameSize is a number of names and the bytes of their texts.
type nameSize struct{ n, bytes int }

// A nameID numbers the names of a kind from 1. It is noName for null and
// uncountedName for a name beyond the bounds.
type nameID int32

const (
	noName        nameID = 0
	uncountedName nameID = -1
)

// A nameCount counts the sign-ins of each name of a kind. Those of names beyond
// the bounds are added up in uncounted.
type nameCount struct {
	ids       map[string]nameID
	names     []namedSums
	uncounted verdictSums

	batchIDs []nameID // by dictIndex, noName until a row has it
}

// A namedSums is a name with its sums.
type namedSums struct {
	name string
	sums verdictSums
}

func (c *nameCounts) setBatch(b *schema.Batch) {
	for kind := range c.kinds {
		k, n := &c.kinds[kind], b.Columns[nameKinds[kind].column].Dict.Len()+1
		k.batchIDs = slices.Grow(k.batchIDs[:0], n)[:n]
		clear(k.batchIDs)
	}
}

// addRow counts a row and sets its names.
func (c *nameCounts) addRow(r *countedRow) {
	for kind := range c.kinds {
		k, v := &c.kinds[kind], &r.b.Columns[nameKinds[kind].column]
		i := dictIndex(v, r.row)
		if i > 0 && k.batchIDs[i] == noName {
			k.batchIDs[i] = c.id(kind, v.Value(r.row))
		}
		r.names[kind] = k.batchIDs[i]
		switch id := r.names[kind]; id {
		case noName:
		case uncountedName:
			k.uncounted[r.verdict] += r.n
		default:
			k.names[id-1].sums[r.verdict] += r.n
		}
	}
}

// id returns the number of a name, of a new one after adding it.
func (c *nameCounts) id(kind int, name []byte) nameID {
	k, used, most := &c.kinds[kind], &c.names, nameSize{maxNames, maxNameBytes}
	if kind >= firstWords {
		used, most = &c.words, nameSize{maxWords, maxWordBytes}
	}
	if id := k.ids[string(name)]; id != noName {
		return id
	}
	if used.n >= most.n || used.bytes+len(name) > most.bytes {
		return uncountedName
	}
	used.n++
	used.bytes += len(name)
	if k.ids == nil {
		k.ids = map[string]nameID{}
	}
	k.names = append(k.names, namedSums{name: string(name)})
	k.ids[k.names[len(k.names)-1].name] = nameID(len(k.names))
	return nameID(len(k.names))
}

// top returns the n names with the most sign-ins, the most first.
func (k *nameCount) top(n int) (top []namedSums) {
	for _, name := range k.names {
		total := name.sums.total()
		i := slices.IndexFunc(top, func(t namedSums) bool { return t.sums.total() < total })
		if i < 0 {
			i = len(top)
		}
		top = slices.Insert(top, i, name)
		top = top[:min(n, len(top))]
	}
	return top
}

// A pairSet holds the distinct pairs of an error code and a name. Once it is full,
// counts that would need more are lower bounds.
type pairSet map[uint64]struct{}

// countPair adds a pair and counts it if it is a new one.
func (s pairSet) countPair(count *distinctCount, code int, name nameID) {
	if name == noName {
		return
	}
	key := uint64(code)<<32 | uint64(uint32(name))
	switch _, found := s[key]; {
	case found:
	case name == uncountedName || len(s) >= maxPairs:
		count.bound = true
	default:
		s[key] = struct{}{}
		count.n++
	}
}

// A distinctCount is a number of distinct names, or a lower bound of it.
type distinctCount struct {
	n     int64
	bound bool
}

// cell returns a cell with the count.
func (d distinctCount) cell(style int) cell {
	if d.bound {
		return cell{style: style, text: "at least " + manifest.Number(d.n)}
	}
	return countCell(style, d.n)
}
