package rules_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"signins/codes/rules"
	"signins/schema"
	"signins/testdata/cases"
	"signins/testdata/fixture"
)

// seen returns the findings of sign-ins in their order.
func seen(t *testing.T, list []cases.SignIn) (all []schema.Finding) {
	t.Helper()
	for f := range read(t, rules.Default(), fixture.Temp(t, "signins.ndjson", cases.Graph(list))).Findings() {
		all = append(all, f)
	}
	return all
}

func TestInventoriesFollowFindingsEachBySeverityAndSignIns(t *testing.T) {
	list, _ := cases.Planted()
	all := seen(t, list)
	rank := func(f schema.Finding) int {
		n := slices.Index(schema.Severities, f.Severity)
		if f.Kind == schema.KindInventory {
			n += len(schema.Severities)
		}
		return n
	}
	for i := 1; i < len(all); i++ {
		f, g := all[i-1], all[i]
		if rank(f) > rank(g) || f.Rule == g.Rule && (f.SignIns < g.SignIns || f.SignIns == g.SignIns && f.Subject >= g.Subject) {
			t.Errorf("%s %s %s of %d comes before %s %s %s of %d", f.Severity, f.Rule, f.Subject, f.SignIns, g.Severity, g.Rule, g.Subject, g.SignIns)
		}
	}
	if len(all) < 50 || all[0].Severity != "high" || all[len(all)-1].Kind != schema.KindInventory {
		t.Errorf("%d findings", len(all))
	}
}

func TestAFindingSaysWhoWhereAndWhen(t *testing.T) {
	list, _ := cases.Planted()
	all := seen(t, list)
	spray := all[slices.IndexFunc(all, func(f schema.Finding) bool { return f.Subject == "203.0.113.70" && f.Rule == "password_spray" })]
	if want := "6 sign-ins of 6 users not granted from 203.0.113.70; granted from there since: spray-some-0@planted.example"; spray.Sentence != want {
		t.Errorf("%q, want %q", spray.Sentence, want)
	}
	if spray.WhoCount != 6 || spray.WhereCount != 1 || len(spray.Who) != 6 || spray.Who[0] != "spray-some-0@planted.example" || !slices.Equal(spray.Where, []string{"203.0.113.70"}) {
		t.Errorf("who %q, where %q", spray.Who, spray.Where)
	}
	first, last := time.UnixMicro(*spray.First).UTC(), time.UnixMicro(*spray.Last).UTC()
	if want := cases.Start.AddDate(0, 0, 3).Add(9 * time.Hour); !first.Equal(want) || last.Sub(first) != 24*time.Hour+6*time.Minute+time.Second {
		t.Errorf("from %v to %v, want from %v", first, last, want)
	}
	failed := all[slices.IndexFunc(all, func(f schema.Finding) bool { return f.Rule == "mfa_denials_then_granted" })]
	if want := "5 second factors of fatigue@planted.example denied or not answered, then 1 granted"; failed.Sentence != want {
		t.Errorf("%q, want %q", failed.Sentence, want)
	}
	secret := all[slices.IndexFunc(all, func(f schema.Finding) bool { return f.Rule == "principal_password" })]
	if !slices.Equal(secret.Who, []string{secret.Subject}) || secret.Sentence != "1 sign-in of secret with a client secret from 1 address, 1 granted" {
		t.Errorf("%+v", secret)
	}
}

// Sentences name who and where, and a spray counts the users that failed apart from those
// that were granted.
func TestSentencesNameWhatIsSeen(t *testing.T) {
	list, _ := cases.Planted()
	office := list[slices.IndexFunc(list, func(s cases.SignIn) bool { return s.User == "spray-0@planted.example" && s.Code == 0 })]
	office.User, office.UserID, office.ID = "nobody-failed@planted.example", cases.GUID("nobody-failed"), cases.GUID("nobody-failed id")
	principal := list[slices.IndexFunc(list, func(s cases.SignIn) bool { return s.Kind == cases.Principal })]
	list = append(list, office)
	for _, name := range []string{"one", "two"} {
		principal.CA, principal.ServiceID, principal.ID = "failure", cases.GUID(name), cases.GUID(name+" id")
		list = append(list, principal)
	}
	got := map[string]string{}
	for _, f := range seen(t, list) {
		got[f.Rule+" "+f.Subject] = f.Sentence
	}
	for about, want := range map[string]string{
		"password_spray 203.0.113.66":                                          "6 sign-ins of 6 users not granted from 203.0.113.66; granted from there since: nobody-failed@planted.example, spray-0@planted.example",
		"policy_failed ":                                                       "2 sign-ins of 2 principals failed Conditional Access, from 1 address",
		"first_country " + cases.GUID("planted country"):                       "country@planted.example first granted from DE, after a baseline of others",
		"first_network " + cases.GUID("planted country"):                       "country@planted.example first granted from AS64498, after a baseline of others",
		"principal_first_address " + cases.GUID("planted new-address"):         "new-address first granted from 203.0.113.99, after a baseline of others",
		"principal_first_resource " + cases.GUID("planted new-resource-name"):  "new-resource-name first granted to Vault, after a baseline of others",
		"session_other_country " + cases.GUID("planted session moved-country"): "1 sign-in of a session of moved-country@planted.example from another country than its root, PE, from 1 address",
		"impossible_travel " + cases.GUID("planted travel"):                    "2 sign-ins of travel@planted.example from NO, PE, faster apart than travel",
		"wrong_passwords " + cases.GUID("planted guessed"):                     "10 denied sign-ins of guessed@planted.example from 3 addresses, none granted later",
		"password_accepted_stopped " + cases.GUID("planted stopped"):           "1 sign-in of stopped@planted.example from 1 address with a code that says the password was accepted, nothing granted soon after",
		"compliant_device_bypass " + cases.GUID("planted bypass"):              "1 sign-in of bypass@planted.example to the company portal without a compliant device, 1 granted",
	} {
		if got[about] != want {
			t.Errorf("%s: %q, want %q", about, got[about], want)
		}
	}
}

// Of many names a finding has the most frequent, and its sentence counts all.
func TestAFindingOfManyNamesHasTheMostFrequent(t *testing.T) {
	var list []cases.SignIn
	planted, _ := cases.Planted()
	add := func(user string, code int, after time.Duration) {
		s := planted[0]
		s.User, s.UserID, s.Address, s.Code = user+"@contoso.example", cases.GUID(user), "203.0.113.1", code
		s.ID, s.At = cases.GUID(user+after.String()), cases.Start.Add(after)
		list = append(list, s)
	}
	for i, user := range "abcdefghijklmn" {
		add(string(user), 50126, time.Duration(i)*time.Second)
		if i%2 == 1 {
			add(string(user), 50126, time.Duration(i)*time.Second+time.Minute)
		}
	}
	for _, user := range "abcdez" { // z never failed
		add(string(user), 0, time.Hour)
	}
	for _, f := range seen(t, list) {
		if f.Rule != "password_spray" {
			continue
		}
		want := "21 sign-ins of 14 users not granted from 203.0.113.1; granted from there since: a@contoso.example, b@contoso.example, c@contoso.example and 3 more"
		if f.Sentence != want || f.WhoCount != 15 || len(f.Who) != schema.MostNames || f.Who[0] != "b@contoso.example" {
			t.Errorf("%q, who %q", f.Sentence, f.Who)
		}
		return
	}
	t.Error("no spray")
}

func TestSignInsWithoutATimeAreInventoriedAndNothingElse(t *testing.T) {
	planted, _ := cases.Planted()
	s := planted[0] // granted with a single factor
	s.At = time.Time{}
	all := seen(t, []cases.SignIn{s})
	if len(all) != 1 || all[0].Rule != "single_factor" || all[0].First != nil || all[0].Last != nil || all[0].Rows != 1 {
		t.Errorf("%+v", all)
	}
}

// Subjects that look like a GUID are what they were, whatever their letters.
func TestSubjectsAreVerbatim(t *testing.T) {
	planted, _ := cases.Planted()
	var list []cases.SignIn
	ids := []string{
		"01234567-89ab-cdef-0123-456789abcdef", "01234567-89AB-CDEF-0123-456789ABCDEF", "z1234567-89ab-cdef-0123-456789abcdez",
		"z1234567-89ab-cdef-0123-456789abcdeg", "01234567-89ab-cdef-0123-456789abcdef0", "0123456-789ab-cdef-0123-456789abcdef", "ÿ0123456789abcdef",
	}
	for _, id := range ids {
		s := planted[0]
		s.ID, s.UserID = cases.GUID("id of "+id), id
		list = append(list, s)
	}
	var subjects []string
	for _, f := range seen(t, list) {
		subjects = append(subjects, f.Subject)
	}
	slices.Sort(ids)
	if slices.Sort(subjects); !slices.Equal(subjects, ids) {
		t.Errorf("%q, want %q", subjects, ids)
	}
}

// Of texts that are as long as a record the beginning is kept. They are told apart by all
// of it.
func TestLongTextsAreNotKept(t *testing.T) {
	planted, _ := cases.Planted()
	var list []cases.SignIn
	for _, end := range []string{"a", "b", "a"} {
		s := planted[0]
		s.ID, s.UserID = cases.GUID(fmt.Sprint("long", len(list))), "x"+strings.Repeat("é", 100_000)+end
		list = append(list, s)
	}
	longest := planted[0]
	longest.ID, longest.UserID = cases.GUID("longest"), "x"+strings.Repeat("é", 2047)+"a"
	list = append(list, longest)
	e := read(t, rules.Default(), fixture.Temp(t, "signins.ndjson", cases.Graph(list)))
	rows := map[string]int64{}
	for f := range e.Findings() {
		rows[f.Subject] += f.Rows
		if !strings.HasPrefix(f.Subject, "xéé") || len(f.Subject) > 5000 || !utf8.ValidString(f.Subject) {
			t.Errorf("a subject of %d bytes", len(f.Subject))
		}
	}
	if counts := slices.Sorted(maps.Values(rows)); !slices.Equal(counts, []int64{1, 1, 2}) || rows[longest.UserID] != 1 {
		t.Errorf("rows by subject: %d, %d of the longest that is kept", counts, rows[longest.UserID])
	}
	if kept := e.Kept(); kept > 600_000 {
		t.Errorf("%d bytes are kept", kept)
	}
}

func TestAnEvaluatorWithoutRecordsHasNoFindings(t *testing.T) {
	e := rules.NewEvaluator(rules.Default())
	for f := range e.Findings() {
		t.Errorf("%+v", f)
	}
	if !slices.Contains(e.Missing(rules.Default().Rules()[0]), schema.AccessVerdict) {
		t.Error("no column is missing")
	}
	for _, r := range e.Results() {
		if r.Findings != 0 || r.NotRun == "" {
			t.Errorf("%+v", r)
		}
	}
}

// Results say of each rule how often it matched with which constants, and of one that could
// not run which columns or categories the input lacks.
func TestResultsSayWhatBecameOfEachRule(t *testing.T) {
	planted, _ := cases.Planted()
	s := planted[0]
	set, _, err := rules.Load(fixture.Temp(t, "rules.csv", header+"legacy_authentication,clients,IMAP4; POP3\n"))
	if err != nil {
		t.Fatal(err)
	}
	e := read(t, set, fixture.Temp(t, "signins.ndjson", cases.Graph([]cases.SignIn{s})))
	find(t, e)
	results := map[string]schema.RuleResult{}
	for _, r := range e.Results() {
		results[r.ID] = r
	}
	if len(results) != len(set.Rules()) {
		t.Errorf("%d results of %d rules", len(results), len(set.Rules()))
	}
	if r := results["single_factor"]; r.Findings != 1 || r.NotRun != "" || r.Title != "Granted with a single factor" || r.Kind != schema.KindInventory || r.Severity != "info" || r.Counts == "" || r.Limits == "" {
		t.Errorf("%+v", r)
	}
	if r := results["password_spray"]; r.Findings != 0 || r.NotRun != "" || !slices.Contains(r.Constants, "users = 5 (users; Azure/Azure-Sentinel)") {
		t.Errorf("%+v", r)
	}
	if r := results["legacy_authentication"]; !slices.Equal(r.Constants, []string{"clients = IMAP4; POP3 (names; Microsoft Learn)"}) {
		t.Errorf("%+v", r)
	}
	for id, want := range map[string]string{
		"identity_first_network":    "No sign-ins of the type Managed identity.",
		"principal_password":        "No sign-ins of the type Service principal. No value in Client credential type.",
		"session_outlives_password": "No value in Last password change (UTC).",
		"inbound_users":             "", // all are of one tenant
		"password_accepted_stopped": "", // no code has tags
	} {
		if got := results[id].NotRun; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	found := []int64{}
	for range 2 { // Findings may run again
		for range e.Findings() {
			break
		}
		for _, r := range e.Results() {
			found = append(found, r.Findings)
		}
	}
	if len(found) != 2*len(set.Rules()) || !slices.Equal(found[:len(found)/2], found[len(found)/2:]) {
		t.Errorf("%v", found)
	}
}

// Exports write 0 for no autonomous system: such sign-ins match what those without one do.
func TestAutonomousSystem0IsNoNetwork(t *testing.T) {
	list, _ := cases.Planted()
	text := cases.Graph(list)
	zero := regexp.MustCompile(`"autonomousSystemNumber":([0-9]+|null)`).ReplaceAll(text, []byte(`"autonomousSystemNumber":0`))
	none := bytes.ReplaceAll(zero, []byte(`"autonomousSystemNumber":0`), []byte(`"autonomousSystemNumber":null`))
	var found [2][]string
	for i, text := range [][]byte{zero, none} {
		for f := range read(t, rules.Default(), fixture.Temp(t, "signins.ndjson", text)).Findings() {
			found[i] = append(found[i], f.Rule+" "+f.Subject)
		}
	}
	if len(found[0]) < 50 || !slices.Equal(found[0], found[1]) {
		t.Errorf("%d findings, %d without a number", len(found[0]), len(found[1]))
	}
}

// A finding has nothing of the Evaluator, whose memory is free once it is dropped.
func TestFindingsKeepNoRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("what is kept is measured with all records")
	}
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(cases.Ordinary(20_000, 4)))
	read(t, rules.Default(), path) // what is made once in a process is there
	before := fixture.Heap()
	var kept []schema.Finding
	for f := range read(t, rules.Default(), path).Findings() {
		kept = append(kept, f)
	}
	if after := fixture.Heap(); len(kept) == 0 || after > before+600<<10 {
		t.Errorf("%d findings keep %d bytes", len(kept), int64(after-before))
	}
	runtime.KeepAlive(kept)
}
