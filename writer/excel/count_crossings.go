package excel

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"signins/schema"
)

// maxCrossings bounds the crossings counted one by one.
const maxCrossings = 5000

// A crossing is the kind of cross-tenant sign-ins: their tenants, access type and
// direction.
type crossing struct {
	passthrough                                 bool
	home, homeName, resource, access, direction string
}

// A crossingCount counts the sign-ins of a crossing.
type crossingCount struct {
	sums     verdictSums
	codeZero int64 // with error code 0
	span     timeSpan
}

// crossings are the cross-tenant sign-ins. Crossings beyond the bound are counted in
// two, passthrough and others, with otherTenants for their home.
type crossings map[crossing]*crossingCount

const otherTenants = "(further tenants)"

// addRow counts a row if it crosses tenants.
func (m crossings) addRow(r *countedRow) {
	crosses, _ := r.b.Columns[schema.IsCrossTenant].Num(r.row)
	through, _ := r.b.Columns[schema.IsPassthrough].Num(r.row)
	if crosses == 0 && through == 0 {
		return
	}
	key := crossing{
		through == 1, r.text(schema.HomeTenantID), r.text(schema.HomeTenantName), r.text(schema.ResourceTenantID),
		r.text(schema.CrossTenantAccessType), r.text(schema.CrossTenantDirection),
	}
	if m[key] == nil && len(m) >= maxCrossings {
		key = crossing{passthrough: key.passthrough, home: otherTenants}
	}
	c := m[key]
	if c == nil {
		c = &crossingCount{}
		m[key] = c
	}
	c.sums[r.verdict] += r.n
	if code, valid := r.b.Columns[schema.ErrorCode].Num(r.row); valid && code == 0 {
		c.codeZero += r.n
	}
	if r.timed {
		c.span.extend(r.micros)
	}
}

// sorted returns the crossings that are passthrough or those that are not, the
// most frequent first.
func (m crossings) sorted(passthrough bool) []crossing {
	keys := slices.DeleteFunc(slices.Collect(maps.Keys(m)), func(c crossing) bool { return c.passthrough != passthrough })
	slices.SortFunc(keys, func(a, b crossing) int {
		return cmp.Or(cmp.Compare(m[b].sums.total(), m[a].sums.total()),
			strings.Compare(a.home, b.home), strings.Compare(a.resource, b.resource), strings.Compare(a.homeName, b.homeName),
			strings.Compare(a.access, b.access), strings.Compare(a.direction, b.direction))
	})
	return keys
}

// hasHomeNames reports whether a home tenant has a name, or there is no crossing.
func (m crossings) hasHomeNames() bool {
	for c := range m {
		if c.homeName != "" {
			return true
		}
	}
	return len(m) == 0
}

// undetermined counts the sign-ins without a verdict.
func (m crossings) undetermined() (n int64) {
	for _, c := range m {
		n += c.sums[len(c.sums)-1]
	}
	return n
}
