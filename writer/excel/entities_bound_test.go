package excel

import (
	"fmt"
	"testing"

	"signins/schema"
)

// TestEntitiesAreBounded counts what the sheets of users, addresses, applications, sessions
// and tenants keep of sign-ins that have little in common: it reaches a bound and then no
// longer grows, in none of its parts.
func TestEntitiesAreBounded(t *testing.T) {
	t.Parallel()
	const unreached = 1 << 20
	for _, bound := range []struct {
		name                 string
		most, entries, bytes int // entities and values of a kind, entries of all, bytes of texts
		reached              func(s entitySizes, e *entities) bool
	}{
		{"values", 200, unreached, unreached, func(s entitySizes, e *entities) bool { return s.values > 20*200 && s.profiles >= 4*100 }},
		{"entries", 600, 5000, unreached, func(s entitySizes, e *entities) bool { return e.room <= 0 && s.entries >= 5000 }},
		{"bytes", 600, unreached, 60_000, func(s entitySizes, e *entities) bool { return e.reader.room < 100 && s.bytes > 59_900 }},
	} {
		t.Run(bound.name, func(t *testing.T) {
			t.Parallel()
			e := newEntities()
			for _, kind := range []*entityKind{userLines, addressLines, applicationLines, sessionLines, tenantLines} {
				e.add(kind).max = bound.most / 2
			}
			e.room, e.reader.room, e.reader.texts.max = bound.entries, bound.bytes, bound.most
			for f := range e.reader.readers {
				e.reader.readers[f].table.max = bound.most
			}
			var kept [3]entitySizes
			for i := range kept {
				for n := range 16 {
					e.addBatch(distinctBatch((i*16+n)*100, 100), noSteps())
				}
				kept[i] = sizesOf(e)
			}
			got, most := kept[2], int64(bound.most)
			if kept[1] != got {
				t.Errorf("3,200 sign-ins keep %+v, 4,800 %+v", kept[1], got)
			}
			few := int64(len(verdictLooks) + len(signInTypes) + len(risks) + 1) // values of a profile that are always counted
			if got.profiles > 5*most/2 || got.tuples > 2*most/2 || got.values > (int64(numFacets)+1)*most || got.labels > 9*most || got.numbers > 3*most ||
				got.entries > int64(bound.entries)+5*most*(few+int64(numFacets)) || got.slots > 4*got.entries || got.bytes > int64(bound.bytes) {
				t.Errorf("%+v kept", got)
			}
			if !bound.reached(got, e) {
				t.Errorf("the bound is not reached: %+v, room for %d entries and %d bytes", got, e.room, e.reader.room)
			}
			if size, least := e.size(), 8*got.entries+got.bytes+profileSize*got.profiles; size < least {
				t.Errorf("said to be %d bytes, is at least %d", size, least)
			}
		})
	}
}

// TestEntitiesHaveBounds finds a bound for each kind of values and entities.
func TestEntitiesHaveBounds(t *testing.T) {
	t.Parallel()
	e := newEntities()
	sum := int64(10*maxEntries + maxValueBytes)
	for _, kind := range []*entityKind{userLines, addressLines, applicationLines, sessionLines, tenantLines} {
		if kind.max <= 0 || kind.max > maxSessions {
			t.Errorf("%s: at most %d", kind.sheet, kind.max)
		}
		sum += profileSize * int64(kind.max)
	}
	for f := range e.reader.readers {
		table := e.reader.readers[f].table
		if table.max <= 0 || table.max > maxSessions || table.room != &e.reader.room {
			t.Errorf("facet %d: at most %d values", f, table.max)
		}
		sum += 32 * int64(table.max)
	}
	if sum > 300<<20 {
		t.Errorf("%d bytes at most", sum)
	}
}

// entitySizes are the sizes of all that entities keep.
type entitySizes struct {
	profiles, tuples int64
	entries, slots   int64 // of profiles
	values, bytes    int64 // distinct values and their texts
	labels           int64
	numbers          int64 // of networks and codes
}

func sizesOf(e *entities) (s entitySizes) {
	for _, c := range e.kinds {
		s.profiles += int64(c.profiles.N)
		s.tuples += int64(max(len(c.tuples.tuples), len(c.tuples.numbers)))
		for i := range c.profiles.N {
			p := c.profiles.at(uint32(i) + 1)
			s.entries += int64(len(p.entries))
			if p.index != nil {
				s.slots += int64(len(p.index.slots))
			}
		}
	}
	r := e.reader
	for _, table := range append([]*valueTable{&r.texts}, tablesOf(r)...) {
		s.values += int64(table.dict.Len())
		s.bytes += int64(table.dict.Size())
		for _, labels := range table.labels {
			s.labels += int64(len(labels))
		}
	}
	s.numbers = int64(len(r.bySystem) + len(r.byAddress) + len(r.byCode))
	return s
}

func tablesOf(r *facetReader) (tables []*valueTable) {
	for f := range r.readers {
		tables = append(tables, r.readers[f].table)
	}
	return tables
}

// distinctBatch returns sign-ins from a number on: each has a value of its own of every
// facet, but every fourth one is of the same user and address.
func distinctBatch(first, rows int) *schema.Batch {
	return excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) {
		n := first + row
		for _, k := range facetKinds {
			for _, id := range append(k.keys[:len(k.keys):len(k.keys)], k.labels...) {
				c[id].SetText(row, fmt.Sprintf("%s %d", schema.Columns[id].Name, n))
			}
		}
		if n%4 == 0 {
			c[schema.UserID].SetText(row, "user")
			c[schema.IPAddress].SetText(row, "192.0.2.1")
		}
		c[schema.AuthenticationMethodsUsed].SetBytes(row, schema.AppendList(nil, fmt.Appendf(nil, "method %d", n), false))
		c[schema.MFAAuthMethod].SetText(row, fmt.Sprintf("factor %d", n))
		c[schema.SignInCategory].SetText(row, []string{schema.InteractiveUser, schema.ServicePrincipal}[n%2])
		c[schema.AccessVerdict].SetText(row, "granted")
		c[schema.AutonomousSystemNumber].SetNum(row, int64(n)*int64(n%3)) // 0 is none: the address is the network
		c[schema.ErrorCode].SetNum(row, int64(n))
		c[schema.CreatedAt].SetNum(row, int64(n)*1e6)
	})
}
