package excel

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// manyBatch returns sign-ins of many users, addresses and sessions.
func manyBatch(r *rand.Rand, rows, users, addresses, sessions int) *schema.Batch {
	return excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) {
		user, address := r.IntN(users), r.IntN(addresses)
		session := r.IntN(sessions)
		if r.IntN(10) > 0 {
			user, address = session%users, session%addresses
		}
		guid := func(kind, n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", kind, n) }
		text := func(id schema.ColumnID, text string) { c[id].SetText(row, text) }
		text(schema.UserID, guid(1, user))
		text(schema.UserPrincipalName, fmt.Sprintf("user%d@contoso.example", user))
		text(schema.UserDisplayName, fmt.Sprintf("User %d", user))
		text(schema.SessionID, guid(2, session))
		text(schema.IPAddress, fmt.Sprintf("192.0.%d.%d", address/256, address%256))
		text(schema.LocationCountry, []string{"IS", "NO", "DE", "FR"}[address%4])
		text(schema.AppID, guid(3, r.IntN(60)))
		text(schema.AppDisplayName, fmt.Sprintf("App %d", r.IntN(60)))
		text(schema.DeviceID, guid(4, user))
		text(schema.UserAgent, fmt.Sprintf("Agent %d", user%500))
		text(schema.ClientAppUsed, []string{"Browser", "Mobile Apps and Desktop clients"}[r.IntN(2)])
		text(schema.SignInCategory, []string{schema.InteractiveUser, schema.NonInteractiveUser}[r.IntN(8)/7])
		text(schema.AccessVerdict, []string{"granted", "denied", "interrupted"}[r.IntN(9)/4])
		text(schema.RiskState, "none")
		text(schema.RiskLevelDuringSignIn, "none")
		c[schema.ErrorCode].SetNum(row, []int64{0, 0, 0, 50126, 50074}[r.IntN(5)])
		c[schema.CreatedAt].SetNum(row, r.Int64N(30*86400e6))
		c[schema.AutonomousSystemNumber].SetNum(row, int64(address%300))
	})
}

// noSteps has no authentication steps.
func noSteps() *listEncoder {
	return &listEncoder{short: &columnEncoder{vector: &schema.Vector{}}}
}

// Lists of many values name those that fit three lines, at most ten, and say how many more
// there are and where; their row is as high as its texts.
func TestListsOfManyValuesAreCut(t *testing.T) {
	t.Parallel()
	var rows []entityRow
	for i := range 12 {
		row := entityRow{schema.UserID: "1", schema.AppID: fmt.Sprint("app", i), schema.AppDisplayName: fmt.Sprint("A name of some length, number ", i), schema.LocationCountry: fmt.Sprint(i)}
		if i == 0 {
			rows = append(rows, row) // first in the lists
		}
		rows = append(rows, row)
	}
	rows = append(rows, entityRow{schema.UserID: "2", schema.LocationCountry: "NO", schema.AppDisplayName: strings.Repeat("long ", 40)})
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	if err := x.Write(entityBatch(rows...)); err != nil {
		t.Fatal(err)
	}
	for range maxFindingNames + 3 {
		if err := x.WriteFinding(&schema.Finding{Rule: "r", Rows: 1}, slices.Values([]schema.RowPlace{{Row: 0}})); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	sheet := readExcel(t, out.Bytes()).sheets[usersSheet]
	line := sheet.table()[0]
	for title, want := range map[string]string{
		"Names of applications": "A name of some length, number 0; A name of some length, number 1; A name of some length, number 2; A name of some length, number 3; 8 more",
		"Names of countries":    "0; 1; 2; 3; 4; 5; 6; 7; 8; 9; 2 more",
		"Findings":              "F0001 F0002 F0003 F0004 F0005 F0006 F0007 F0008 F0009 F0010 F0011 F0012 F0013 F0014 F0015 and 3 more",
	} {
		if line[title].text != want {
			t.Errorf("%s: %q, want %q", title, line[title].text, want)
		}
	}
	if got := sheet.table()[1]["Names of applications"].text; got != strings.Repeat("long ", 40) {
		t.Errorf("a single long name is %q", got)
	}
	if sheet.high[1] != 3*lineHeight+2 || sheet.high[2] != 4*lineHeight+2 {
		t.Errorf("rows are %v high", sheet.high)
	}
	if !slices.ContainsFunc(sheet.texts(), func(s string) bool {
		return strings.HasPrefix(s, "More: cells name the most frequent values, at most 10 in 3 lines, and the first 15 findings.")
	}) {
		t.Errorf("no note in %q", sheet.texts())
	}
}

// Sessions are listed for more than one address, country, device or type, or where their
// values could not be counted one by one; not for more applications.
func TestSessionsAreListedForWhatTheyHaveSeveralOf(t *testing.T) {
	t.Parallel()
	one := func(session string) entityRow {
		return entityRow{schema.SessionID: session, schema.IPAddress: "192.0.2.1", schema.LocationCountry: "NO", schema.DeviceID: "d", schema.SignInCategory: schema.InteractiveUser, schema.AppID: "a"}
	}
	several := map[string]entityRow{
		"address": {schema.IPAddress: "192.0.2.2"}, "country": {schema.LocationCountry: "DE"}, "device": {schema.DeviceID: "e"},
		"type": {schema.SignInCategory: schema.NonInteractiveUser}, "application": {schema.AppID: "b"},
	}
	var rows []entityRow
	for session, other := range several {
		rows = append(rows, one(session), with(one(session), other))
	}
	for room, want := range map[int][]string{maxEntries: {"address", "country", "device", "type"}, 0: {"address", "application", "country", "device", "type"}} {
		var out bytes.Buffer
		x, _ := newTestExcel(t, &out, nil)
		x.parts.entities.room = room
		if err := errors.Join(x.Write(entityBatch(rows...)), x.Close()); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range tableLines(readExcel(t, out.Bytes()).sheets[sessionsSheet]) {
			got = append(got, line["Session ID"].text)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("with room for %d values: %q, want %q", room, got, want)
		}
	}
}

// Numbers are of what they name: addresses of one network, countries, and applications of
// a relation of tenants differ in number. System 0 is none.
func TestNumbersAreOfWhatTheyName(t *testing.T) {
	t.Parallel()
	row := func(address, system, country, user, app string) entityRow {
		return entityRow{
			schema.UserID: user, schema.IPAddress: address, schema.AutonomousSystemNumber: system, schema.LocationCountry: country, schema.AppID: app,
			schema.IsCrossTenant: "1", schema.CrossTenantAccessType: "b2bCollaboration", schema.HomeTenantID: "t",
		}
	}
	_, book := writeExcel(t, nil, entityBatch(
		row("192.0.2.1", "0", "NO", "1", "a"), row("192.0.2.2", "", "NO", "1", "b"), row("192.0.2.3", "64496", "NO", "1", "c"),
		row("198.51.100.1", "64496", "DE", "1", "d"), row("198.51.100.2", "64496", "IS", "2", "d"),
	))
	for sheet, want := range map[string]map[string]string{
		usersSheet: {
			"Countries": "2", "Names of countries": "NO; DE", "Networks": "2", "Names of networks": "192.0.2.0/24; AS64496", "IP addresses": "4", "Applications": "4",
		},
		tenantsSheet: {"Users": "2", "Names of users": "1; 2", "Applications": "4", "Names of applications": "d; a; b; c"},
	} {
		line := book.sheets[sheet].table()[0]
		for title, value := range want {
			if got := line[title].String(); got != value {
				t.Errorf("%s, %s: %q, want %q", sheet, title, got, value)
			}
		}
	}
}
