package rules_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/codes/labels"
	"signins/codes/rules"
	"signins/codes/sidefile"
	"signins/schema"
	"signins/testdata/cases"
	"signins/testdata/fixture"
)

// labelled returns the rules with labels of addresses and users, "" for no such file.
func labelled(t *testing.T, addresses, users string) *rules.Set {
	t.Helper()
	return rules.Default().WithLabels(labelsOf(t, addresses, users))
}

func labelsOf(t *testing.T, addresses, users string) labels.Set {
	t.Helper()
	paths := map[string]string{}
	if addresses != "" {
		paths["addresses"] = fixture.Temp(t, "addresses.csv", "cidr,label\n"+addresses)
	}
	if users != "" {
		paths["users"] = fixture.Temp(t, "users.csv", "user,label\n"+users)
	}
	known, err := labels.Load(paths, func(flag string, _ sidefile.File) {
		if paths[flag] == "" {
			t.Errorf("read %s", flag)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// moving returns granted sign-ins of a user, of 19 days in Oslo, then a minute apart from
// addresses.
func moving(t *testing.T, where ...string) []cases.SignIn {
	t.Helper()
	planted, _ := cases.Planted()
	s := planted[slices.IndexFunc(planted, func(s cases.SignIn) bool { return s.Kind == cases.Interactive && s.Code == 0 })]
	s.User, s.UserID, s.Address, s.Place, s.Session = "anna@contoso.example", cases.GUID("anna"), "192.0.2.1", cases.Oslo, ""
	var list []cases.SignIn
	add := func(after time.Duration) {
		s.At, s.ID = cases.Start.Add(after), cases.GUID(after.String())
		list = append(list, s)
	}
	for day := range 20 {
		add(time.Duration(day) * 24 * time.Hour)
	}
	places := map[string]cases.Place{"203.0.113.7": cases.Lima, "203.0.113.8": cases.Lima, "2001:db8::7": cases.Berlin}
	for i, address := range where {
		s.Address, s.Place = address, places[address]
		add(19*24*time.Hour + time.Duration(i+1)*time.Minute)
	}
	return list
}

func TestTrustedAddressesAreNotReportedByRulesAboutPlaces(t *testing.T) {
	user := cases.GUID("anna")
	for name, test := range map[string]struct {
		labels, where           string
		travel, country, others int64 // rows
	}{
		"none":                         {"", "203.0.113.7", 2, 1, 1},
		"another label":                {"203.0.113.0/24,office\n", "203.0.113.7", 2, 1, 1},
		"trusted":                      {"203.0.113.0/24,Trusted\n", "203.0.113.7", 0, 0, 0},
		"trusted, but not the address": {"203.0.113.0/24,trusted\n203.0.113.7,office\n", "203.0.113.7", 2, 1, 1},
		"trusted in between":           {"2001:db8::/32,trusted\n", "2001:db8::7 203.0.113.7", 2, 1, 1},
		"trusted makes a place known":  {"203.0.113.7,trusted\n", "203.0.113.7 203.0.113.8", 2, 0, 0},
		"the baseline may be trusted":  {"192.0.2.0/24,trusted\n", "203.0.113.7", 0, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			set := rules.Default()
			if test.labels != "" {
				set = labelled(t, test.labels, "")
			}
			found := find(t, read(t, set, fixture.Temp(t, "signins.ndjson", cases.Graph(moving(t, strings.Fields(test.where)...)))))
			for rule, want := range map[string]int64{"impossible_travel": test.travel, "first_country": test.country, "first_network": test.others} {
				if got := found[about{rule, user}].Rows; got != want {
					t.Errorf("%s: %d rows, want %d", rule, got, want)
				}
			}
		})
	}
}

// A resource that a principal has first is reported from wherever it comes.
func TestTrustedAddressesAreReportedByOtherRules(t *testing.T) {
	list, _ := cases.Planted()
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(list))
	plain, trusted := find(t, read(t, rules.Default(), path)), find(t, read(t, labelled(t, "0.0.0.0/0,trusted\n::/0,trusted\n", ""), path))
	left := map[string]bool{"impossible_travel": true, "first_country": true, "first_network": true, "identity_first_network": true, "principal_first_address": true}
	for key, f := range plain {
		if g := trusted[key]; left[key.rule] != (g.Rows == 0) || !left[key.rule] && g.Rows != f.Rows {
			t.Errorf("%v has %d rows, and %d from trusted addresses", key, f.Rows, g.Rows)
		}
	}
	if len(trusted) >= len(plain) || len(trusted) == 0 {
		t.Errorf("%d findings of %d", len(trusted), len(plain))
	}
}

func TestAnIndicatorIsAFindingOfItsOwn(t *testing.T) {
	list := moving(t, "203.0.113.7", "203.0.113.8", "203.0.113.7")
	list[len(list)-1].Code = 50126
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(list))
	set := labelled(t, "203.0.113.7,INDICATOR\n203.0.113.8/32,hosting\n", "")
	found := find(t, read(t, set, path))
	f, ok := found[about{"indicator_address", "203.0.113.7"}]
	want := "2 sign-ins of 1 user from 203.0.113.7 (indicator), 1 granted, 1 denied"
	if !ok || f.Rows != 2 || f.Severity != "high" || f.Kind != schema.KindFinding || f.Sentence != want {
		t.Errorf("%+v, want %s", f, want)
	}
	if _, ok := found[about{"indicator_address", "203.0.113.8"}]; ok {
		t.Error("another label is an indicator")
	}
	if want := map[string]string{"203.0.113.7": "indicator"}; !maps.Equal(f.Labels, want) {
		t.Errorf("labels %v", f.Labels)
	}
	if len(labelled(t, "", "x,y\n").Rules()) != len(rules.Default().Rules()) {
		t.Error("there is a rule of indicators without labels of addresses")
	}
	e := read(t, set, path)
	last := set.Rules()[len(set.Rules())-1]
	if last.ID != "indicator_address" || len(e.Missing(last)) != 0 || len(set.Constants(last)) != 0 {
		t.Errorf("%s misses %v", last.ID, e.Missing(last))
	}
}

// A file of rules leaves out every rule, also the one that labels add, whether it is read
// before or after them, and changes nothing else of it.
func TestEveryRuleCanBeLeftOut(t *testing.T) {
	known := labelsOf(t, "203.0.113.7,indicator\n", "")
	with := func(s *rules.Set, lines string) *rules.Set {
		changed, err := s.With([]byte("rule,constant,value\n" + lines))
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	ids := func(s *rules.Set) (ids []string) {
		for _, r := range s.Rules() {
			ids = append(ids, r.ID)
		}
		return ids
	}
	all := ids(rules.Default().WithLabels(known))
	if !slices.Contains(all, "indicator_address") {
		t.Fatalf("rules %q", all)
	}
	for _, id := range all {
		want := slices.DeleteFunc(slices.Clone(all), func(other string) bool { return other == id })
		for when, s := range map[string]*rules.Set{
			"before":               with(rules.Default(), id+",,off\n").WithLabels(known),
			"before other changes": with(with(rules.Default(), id+",,off\n"), "").WithLabels(known),
			"after":                with(rules.Default().WithLabels(known), id+",,off\n"),
		} {
			if got := ids(s); !slices.Equal(got, want) {
				t.Errorf("%s %s labels: %q", id, when, got)
			}
		}
	}
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(moving(t, "203.0.113.7")))
	everything, without := find(t, read(t, rules.Default().WithLabels(known), path)), find(t, read(t, with(rules.Default(), "indicator_address,,off\n").WithLabels(known), path))
	for key, f := range everything {
		g, found := without[key]
		if found != (key.rule != "indicator_address") || found && (g.Rows != f.Rows || !maps.Equal(g.Labels, f.Labels)) {
			t.Errorf("%v: %v, %+v", key, found, g)
		}
	}
}

// SQL knows no labels.
func TestQueriesAreTheSameWithLabels(t *testing.T) {
	set := labelled(t, "203.0.113.7,indicator\n192.0.2.0/24,trusted\n", "anna,x\n")
	for _, dialect := range schema.Dialects {
		plain, err := rules.Default().Queries("", dialect, false)
		with, err2 := set.Queries("", dialect, false)
		if err != nil || err2 != nil || plain != with {
			t.Errorf("%s differs: %v, %v", dialect, err, err2)
		}
	}
	if _, err := set.Queries("indicator_address", "duckdb", false); err == nil {
		t.Error("a rule about labels has SQL")
	}
	if one, err := set.Queries("ropc", "duckdb", false); err != nil || strings.Count(one, "\n;\n") != 1 {
		t.Errorf("%v\n%s", err, one)
	}
}

// Users have their label, by name or by id, in sentences and beside them; also those who
// are not among the most frequent.
func TestFindingsHaveTheLabelsOfUsers(t *testing.T) {
	planted, _ := cases.Planted()
	s := planted[0]
	var list []cases.SignIn
	for i := range 30 {
		user := string(rune('A' + i))
		s.User, s.UserID, s.Address, s.Code = user+"@contoso.example", cases.GUID(user), "203.0.113.9", 50126
		for again := range 2 {
			s.At = cases.Start.Add(time.Duration(i)*time.Second + time.Duration(again)*time.Minute)
			s.ID = cases.GUID(s.At.String())
			if list = append(list, s); i == 25 {
				break
			}
		}
	}
	s.User, s.UserID, s.Code, s.At, s.ID = "B@contoso.example", cases.GUID("B"), 0, cases.Start.Add(time.Hour), cases.GUID("granted")
	list = append(list, s)
	users := "b@CONTOSO.example,administrator\n" + strings.ToUpper(cases.GUID("Z")) + ",break-glass\nnobody@contoso.example,x\n"
	path := fixture.Temp(t, "signins.ndjson", cases.Graph(list))
	found := find(t, read(t, labelled(t, "203.0.113.0/24,hosting\n", users), path))
	f := found[about{"password_spray", "203.0.113.9"}]
	if want := "from 203.0.113.9 (hosting); granted from there since: B@contoso.example (administrator)"; !strings.HasSuffix(f.Sentence, want) {
		t.Errorf("%q, want %q", f.Sentence, want)
	}
	want := map[string]string{"B@contoso.example": "administrator", "Z@contoso.example": "break-glass", "203.0.113.9": "hosting"}
	if !maps.Equal(f.Labels, want) || slices.Contains(f.Who, "Z@contoso.example") || !slices.Contains(f.Who, "B@contoso.example") {
		t.Errorf("labels %v, want %v; who %q", f.Labels, want, f.Who)
	}
	if f := find(t, read(t, rules.Default(), path))[about{"password_spray", "203.0.113.9"}]; f.Labels != nil || strings.Contains(f.Sentence, "(") {
		t.Errorf("without labels: %v, %s", f.Labels, f.Sentence)
	}
	travel := find(t, read(t, labelled(t, "", "anna@contoso.example,break-glass\n"), fixture.Temp(t, "moving.ndjson", cases.Graph(moving(t, "203.0.113.7")))))[about{"impossible_travel", cases.GUID("anna")}]
	if !strings.Contains(travel.Sentence, "2 sign-ins of anna@contoso.example (break-glass) from NO, PE") {
		t.Errorf("%q", travel.Sentence)
	}
}
