package excel

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/golden"
)

// plantedRows are sign-ins of two users, a service principal with two credentials and a
// managed identity, with a session that changes its address, and between tenants.
func plantedRows() []entityRow {
	at := func(minute int) string { return fmt.Sprint(1777593600000000 + int64(minute)*60e6) }
	ada := entityRow{
		schema.UserID: "00000000-0000-4000-8000-00000000000a", schema.UserPrincipalName: "ada@contoso.example", schema.UserDisplayName: "Ada",
		schema.UserType: "member", schema.AppID: "a1", schema.AppDisplayName: "Mail", schema.ResourceID: "r1", schema.ResourceDisplayName: "Mailbox",
		schema.IPAddress: "192.0.2.1", schema.LocationCountry: "IS", schema.SignInCategory: schema.InteractiveUser, schema.AccessVerdict: "granted",
		schema.ErrorCode: "0", schema.SessionID: "s1", schema.ClientAppUsed: "Browser", schema.UserAgent: "Agent 1", schema.CreatedAt: at(0),
		schema.AuthenticationRequirement: singleFactor, schema.RiskLevelDuringSignIn: "low", schema.RiskLevelAggregated: "high", schema.RiskState: "atRisk",
		schema.AuthenticationDetails: `[{"authenticationMethod":"Password"},{"authenticationMethod":"Passkey"}]`, schema.AuthenticationMethodsUsed: "Password",
	}
	principal := entityRow{
		schema.AppID: "a2", schema.AppDisplayName: "Robot", schema.ServicePrincipalID: "p2", schema.ServicePrincipalName: "Robot principal",
		schema.ClientCredentialType: "clientSecret", schema.ServicePrincipalCredentialKeyID: "k1", schema.ResourceDisplayName: "Graph",
		schema.SignInCategory: schema.ServicePrincipal, schema.AccessVerdict: "granted", schema.ErrorCode: "0", schema.IPAddress: "2001:db8:1::7",
		schema.AuthenticationRequirement: singleFactor, schema.CreatedAt: at(30),
	}
	crossing := with(ada, entityRow{
		schema.UserID: "", schema.UserPrincipalName: "guest@fabrikam.example", schema.UserDisplayName: "", schema.UserType: "guest", schema.SessionID: "",
		schema.IsCrossTenant: "1", schema.IsPassthrough: "0", schema.CrossTenantDirection: "inbound", schema.CrossTenantAccessType: "b2bCollaboration",
		schema.HomeTenantID: "t1", schema.HomeTenantName: "Fabrikam", schema.ResourceTenantID: "t2", schema.CreatedAt: at(40),
	})
	return []entityRow{
		with(ada, entityRow{schema.UserPrincipalName: "ada.l@contoso.example", schema.CreatedAt: at(20), schema.AppDisplayName: "Mail 2"}),
		ada,
		with(ada, entityRow{schema.DuplicateOf: "a.csv#1", schema.LocationCountry: "XX"}),
		with(ada, entityRow{schema.IPAddress: "198.51.100.9", schema.LocationCountry: "NO", schema.SignInCategory: schema.NonInteractiveUser, schema.CreatedAt: at(9)}),
		with(ada, entityRow{schema.SignInCount: "7", schema.AccessVerdict: "denied", schema.ErrorCode: "50126", schema.SessionID: "s2", schema.CreatedAt: at(50),
			schema.UserPrincipalName: "00000000-0000-4000-8000-00000000000a", schema.RiskState: "none"}),
		with(ada, entityRow{schema.SessionID: schema.ZeroGUID, schema.UserID: schema.ZeroGUID, schema.UserPrincipalName: "", schema.IPAddress: ""}),
		principal,
		with(principal, entityRow{schema.ServicePrincipalCredentialKeyID: "k2", schema.CreatedAt: at(31)}),
		with(principal, entityRow{schema.ClientCredentialType: "certificate", schema.ServicePrincipalCredentialThumbprint: "5A5A", schema.CreatedAt: at(32)}),
		with(principal, entityRow{schema.SignInCategory: schema.ManagedIdentity, schema.ManagedIdentityType: "systemAssigned", schema.FederatedCredentialID: "f1",
			schema.ClientCredentialType: "managedIdentity", schema.ServicePrincipalCredentialKeyID: "", schema.ServicePrincipalName: "", schema.CreatedAt: at(33)}),
		crossing,
		with(crossing, entityRow{schema.IsPassthrough: "1", schema.CrossTenantAccessType: "passthrough", schema.AccessVerdict: "passthrough", schema.CreatedAt: at(41)}),
		with(crossing, entityRow{schema.IsPassthrough: "", schema.CrossTenantAccessType: "unknownFutureValue", schema.AccessVerdict: "", schema.CreatedAt: at(42)}),
	}
}

// with returns a row with some values of others.
func with(row, others entityRow) entityRow {
	row = maps.Clone(row)
	maps.Copy(row, others)
	return row
}

// TestGoldenEntities compares every cell of the sheets of users, addresses, applications,
// sessions and tenants.
func TestGoldenEntities(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	if err := x.Write(entityBatch(plantedRows()...)); err != nil {
		t.Fatal(err)
	}
	for _, rows := range [][]int64{{0, 3}, {6}, {2, 3}} {
		places := iter.Seq[schema.RowPlace](func(yield func(schema.RowPlace) bool) {
			for _, row := range rows {
				yield(schema.RowPlace{Row: row})
			}
		})
		if err := x.WriteFinding(&schema.Finding{Rule: "r", Rows: int64(len(rows))}, places); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	var all strings.Builder
	for _, name := range []string{usersSheet, addressesSheet, applicationsSheet, sessionsSheet, tenantsSheet} {
		fmt.Fprintf(&all, "== %s\n%s", name, book.lines(name))
	}
	golden.Check(t, "testdata/entities.golden", all.String())
}

// lines returns the lines of a sheet with the title of each value, and then its notes.
func (b *readBook) lines(sheet string) string {
	var text strings.Builder
	s := b.sheets[sheet]
	letters := slices.SortedFunc(maps.Keys(s.rows[0]), func(a, b string) int { return strings.Compare(fmt.Sprintf("%3s", a), fmt.Sprintf("%3s", b)) })
	for _, row := range s.rows[1:] {
		if len(row) == 1 {
			for letters, note := range row {
				fmt.Fprintf(&text, "note in %s: %s\n", letters, note)
			}
			continue
		}
		separator := "-"
		for _, l := range letters {
			if value := row[l].String(); value != "" && value != "0" {
				fmt.Fprintf(&text, "%s %s: %s", separator, s.rows[0][l].text, value)
				separator = " |"
			}
		}
		text.WriteString("\n")
	}
	return strings.ReplaceAll(text.String(), "\n\n", "\n")
}

// TestEntityBounds makes lines up to a maximum, counts values up to a maximum, and says
// what is left out.
func TestEntityBounds(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	e := x.parts.entities
	e.room = 40
	for _, c := range e.kinds {
		c.max = 2
	}
	var rows []entityRow
	for i := range 60 {
		rows = append(rows, entityRow{
			schema.UserID: fmt.Sprint("u", min(i/20, 3)), schema.IPAddress: fmt.Sprint("192.0.2.", i), schema.AppID: fmt.Sprint("a", i%4), schema.AccessVerdict: "granted",
			schema.SessionID: fmt.Sprint("s", i%5), schema.IsCrossTenant: "1", schema.HomeTenantID: fmt.Sprint("t", i%6), schema.SignInCount: "3",
		})
	}
	if err := x.Write(entityBatch(rows...)); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	for sheet, want := range map[string]string{
		usersSheet: "Sign-ins of further users, beyond the first 2 of the input: 60.", addressesSheet: "further addresses, beyond the first 2 of the input: 174.",
		applicationsSheet: "further applications, beyond the first 2 of the input: 90.", sessionsSheet: "further sessions, beyond the first 2 of the input: 108.", tenantsSheet: "further relations, beyond the first 2 of the input: 120.",
	} {
		lines := 0
		total := ""
		for line := range tableLines(book.sheets[sheet]) {
			lines, total = lines+1, total+" "+line["Sign-ins"].String()+" "+line["Granted"].String()
		}
		notes := book.lines(sheet)
		if lines != 2 || !strings.Contains(notes, want) {
			t.Errorf("%s has %d lines, %s: %s", sheet, lines, total, notes)
		}
	}
	users := book.sheets[usersSheet].table()[0]
	if got := users["IP addresses"].String(); !strings.HasPrefix(got, "at least ") || users["Sign-ins"].String() != "60" {
		t.Errorf("%s IP addresses of %s sign-ins", got, users["Sign-ins"])
	}
	for _, want := range []string{"at least", "others", "are counted one by one"} {
		if !strings.Contains(book.lines(usersSheet), want) {
			t.Errorf("no %q in %s", want, book.lines(usersSheet))
		}
	}
}

// TestProfileIndex has one entry a value also where there are many.
func TestProfileIndex(t *testing.T) {
	t.Parallel()
	var p profile
	room := maxEntries
	for range 3 {
		for i := range 500 {
			p.count(userFacet, uint32(i+1), 2, &room)
		}
	}
	if len(p.entries) != 500 || room != maxEntries-500 || p.entries[499].count != 6 {
		t.Errorf("%d entries, %d in all", len(p.entries), maxEntries-room)
	}
}

// TestLargeProfilesStopFirst counts the values of profiles that have few when those of
// others are not counted any more.
func TestLargeProfilesStopFirst(t *testing.T) {
	t.Parallel()
	var large, small profile
	room := lastEntries + fewEntries + 5
	for i := range 100 {
		large.count(userFacet, uint32(i+1), 1, &room)
	}
	for i := range 10 {
		small.count(userFacet, uint32(i+1), 2, &room)
	}
	var counts [numFacets]facetCount
	large.facets(&counts)
	if got := counts[userFacet]; len(got.values) != fewEntries+5+1 || !got.bound {
		t.Errorf("%d values of the large one, more: %t", len(got.values), got.bound)
	}
	small.facets(&counts)
	if got := counts[userFacet]; len(got.values) != 10 || got.bound {
		t.Errorf("%d values of the small one, more: %t", len(got.values), got.bound)
	}
	for room > 0 {
		(&profile{}).count(userFacet, 1, 1, &room)
	}
	small.count(userFacet, 99, 1, &room)
	small.count(typeFacet, 1, 1, &room)
	small.facets(&counts)
	if !counts[userFacet].bound || len(counts[typeFacet].values) != 1 {
		t.Errorf("without room %+v, %+v", counts[userFacet], counts[typeFacet])
	}
}

// TestEntityValuesBounded numbers values up to a number and up to a size, and finds those
// that it has.
func TestEntityValuesBounded(t *testing.T) {
	t.Parallel()
	room := 12
	table := valueTable{max: 3, room: &room}
	for i, want := range []uint32{1, 2, uncounted, 3, uncounted, 1, 2} {
		text := []string{"a", "bc", "much too long", "d", "e", "a", "bc"}[i]
		if got := table.number(0, []byte(text)); got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
	if got := table.number(1, []byte("a")); got != uncounted {
		t.Errorf("%d is the same in another column", got)
	}
	if room != 12-4 {
		t.Errorf("room for %d bytes", room)
	}
}

// TestEntitySheetsAsked counts for the sheets that were asked for, and nothing for
// others.
func TestEntitySheetsAsked(t *testing.T) {
	t.Parallel()
	for list, kinds := range map[string]int{"users,sessions": 2, "summary": 0} {
		sheets, err := Sheets(list)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Sheets: sheets})
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Write(entityBatch(plantedRows()...)); err != nil {
			t.Fatal(err)
		}
		if n := len(x.parts.entities.kinds); n != kinds || (x.Kept() > 0) != (kinds > 0) {
			t.Errorf("%s counts %d kinds in %d bytes", list, n, x.Kept())
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if n := len(readExcel(t, out.Bytes()).names); n != max(kinds, 1) || x.Kept() != 0 {
			t.Errorf("%d sheets, %d bytes kept", n, x.Kept())
		}
	}
}
