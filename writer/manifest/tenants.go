package manifest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"signins/schema"
)

// tenantCounts count the tenants of the sign-ins of an input. Each sign-in of a log
// has the tenant of that log as its home or its resource tenant, so that the tenant
// that all have in common is the one of the log.
type tenantCounts struct {
	logs    map[string]bool  // tenant_id, up to maxTenants
	parties map[string]int64 // sign-ins by home or resource tenant, up to maxParties
	seen    int64            // sign-ins with a home and a resource tenant
}

const (
	maxTenants = 16   // logs named
	maxParties = 1000 // home and resource tenants counted: the log's own is early among them
	maxTenant  = 100  // bytes; a longer text is no tenant
	// A log is that of a tenant that all but one in so many sign-ins have as a party;
	// our number.
	commonShare  = 100
	fewestOthers = 10 // sign-ins without it, for a warning
)

// add counts the rows of a batch.
func (t *tenantCounts) add(b *schema.Batch) {
	t.addLogs(&b.Columns[schema.TenantID])
	home, resource := &b.Columns[schema.HomeTenantID], &b.Columns[schema.ResourceTenantID]
	if len(home.Codes) == 0 || len(resource.Codes) == 0 {
		return
	}
	ids := map[string]int{}
	homes, resources := parties(&home.Dict, ids), parties(&resource.Dict, ids)
	for row, h := range home.Codes {
		r := resource.Code(row)
		if homes[h].id == 0 || resources[r].id == 0 {
			continue
		}
		t.seen++
		homes[h].rows++
		if homes[h].id != resources[r].id {
			resources[r].rows++
		}
	}
	t.count(homes)
	t.count(resources)
}

// A party is a home or resource tenant with its sign-ins of a batch.
type party struct {
	name string // in lower case
	id   int    // equal for equal names, 0 for no tenant
	rows int64
}

// parties returns the tenants of a column by code, with ids that it adds to.
func parties(d *schema.Dict, ids map[string]int) []party {
	all := make([]party, d.Len()+int(schema.First))
	for code := schema.First; int(code) < len(all); code++ {
		if value := d.Value(code); len(value) <= maxTenant && string(value) != schema.ZeroGUID {
			name := strings.ToLower(string(value))
			if ids[name] == 0 {
				ids[name] = len(ids) + 1
			}
			all[code] = party{name: name, id: ids[name]}
		}
	}
	return all
}

// count adds the parties of a batch, in order, so that every run counts the same ones
// if there are too many.
func (t *tenantCounts) count(all []party) {
	if t.parties == nil {
		t.parties = map[string]int64{}
	}
	for _, p := range all {
		if _, found := t.parties[p.name]; p.rows > 0 && (found || len(t.parties) < maxParties) {
			t.parties[p.name] += p.rows
		}
	}
}

// addLogs collects the log tenants of records. It looks at rows: the dictionary
// may hold the tenants of rejected records, too.
func (t *tenantCounts) addLogs(v *schema.Vector) {
	var last schema.Code
	for _, c := range v.Codes {
		if c >= schema.First && c != last && len(t.logs) < maxTenants {
			if t.logs == nil {
				t.logs = map[string]bool{}
			}
			t.logs[string(v.Dict.Value(c))] = true
		}
		last = c
	}
}

// warn adds to the warnings of the input what its tenants show, and returns those of
// its logs: named by the records, or else the one that nearly all have in common.
func (t *tenantCounts) warn(warnings *schema.Tally) (logs []string) {
	logs = slices.Sorted(maps.Keys(t.logs))
	if len(logs) > 1 {
		warnings.Add(schema.SeveralTenants, int64(len(logs)))
	}
	if len(logs) == 1 {
		if n := t.parties[strings.ToLower(logs[0])]; n*commonShare < t.seen {
			warnings.Add(schema.ForeignTenant, t.seen-n)
		}
	}
	if len(logs) > 0 || t.seen == 0 {
		return logs
	}
	byCount := slices.SortedFunc(maps.Keys(t.parties), func(a, b string) int { return cmp.Compare(t.parties[b], t.parties[a]) })
	most := t.parties[byCount[0]]
	switch others := t.seen - most; {
	case others >= fewestOthers && others*commonShare > t.seen:
		warnings.Add(schema.MixedTenants, others)
	case len(byCount) == 1 || t.parties[byCount[1]] < most: // else the log may be that of either
		logs = byCount[:1]
	}
	return logs
}
