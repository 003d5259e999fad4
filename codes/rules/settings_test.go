package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/codes/rules"
	"signins/schema"
	"signins/testdata/cases"
	"signins/testdata/fixture"
)

const header = "rule,constant,value\n"

func TestAFileOfRulesChangesConstantsAndOmitsRules(t *testing.T) {
	path := fixture.Temp(t, "rules.csv", "\ufeff"+header+"password_spray,users,4\npassword_spray,codes, 50126 ; 50053;50055\nropc,,off\n")
	set, _, err := rules.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if n, all := len(set.Rules()), len(rules.Default().Rules()); n != all-1 {
		t.Errorf("%d rules of %d", n, all)
	}
	for _, r := range set.Rules() {
		if r.ID == "password_spray" {
			if c := set.Constants(r); c[0].Value != "50126 ; 50053;50055" || c[1].Value != "4" || r.Constants[1].Value != "5" {
				t.Errorf("constants %v, of the table %v", c, r.Constants)
			}
		}
	}
	list, _ := cases.Planted()
	found := find(t, read(t, set, fixture.Temp(t, "signins.ndjson", cases.Graph(list))))
	if f := found[about{"password_spray", "203.0.113.67"}]; f.Rows != 5 {
		t.Errorf("%d rows of an address with 4 users, want 4 failures and 1 grant", f.Rows)
	}
	for key := range found {
		if key.rule == "ropc" {
			t.Error("a rule that is off has a finding")
		}
	}
	if _, err := set.Queries("ropc", "duckdb", false); err == nil {
		t.Error("a rule that is off has a query")
	}
}

func TestBadFilesOfRulesAreRefusedWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                            "no header",
		"rule,value\n":                                "line 1: the columns are not rule,constant,value",
		header + "nope,users,4\n":                     `line 2: there is no rule "nope"`,
		header + "indicator_address,,4\n":             `line 2: rule "indicator_address" has no constants; without one the value is off`,
		header + "indicator_address,users,4\n":        `line 2: rule "indicator_address" has no constants; without one the value is off`,
		header + "ropc,,off\nnope,,off\n":             `line 3: there is no rule "nope"`,
		header + "password_spray,user,4\n":            `line 2: rule "password_spray" has no constant "user"`,
		header + "password_spray,,4\n":                `line 2: rule "password_spray": without a constant the value is off, not "4"`,
		header + "password_spray,users,\n":            `line 2: rule "password_spray", constant "users": the value is empty`,
		header + "password_spray,users,x\n":           `"x" is not a whole number`,
		header + "password_spray,users,0\n":           `"0" is not from 1 to 1000000`,
		header + "first_country,days,1e9\n":           `"1e9" is not a whole number`,
		header + "password_spray,users,4;5\n":         `"4;5" is a list, not one value`,
		header + "password_spray,codes,50126;off\n":   `"off" is not a whole number`,
		header + "password_spray,codes,99999999999\n": `"99999999999" is not an error code`,
		header + "first_country,days,1000001\n":       `"1000001" is not from 1 to 1000000`,
		header + "brute_force,app,a;b\n":              `"a;b" is a list, not one value`,
		header + "ropc,,off\nropc,,off\n":             `line 3: rule "ropc", constant "" occurs twice`,
		header + "ropc,agents,\"a\nb\"\n":             `"a\nb" has a control character`,
		header + "ropc,agents\n":                      "record on line 2: wrong number of fields",
		header + "ropc,agents,\xff\n":                 "not valid UTF-8",
		header + strings.Repeat("x", 1<<20):           "more than 1 MiB",
	} {
		_, _, err := rules.Load(fixture.Temp(t, "rules.csv", text))
		refusal, ok := err.(*schema.Refusal)
		if !ok || !strings.Contains(refusal.What, "rules.csv: ") || !strings.Contains(refusal.What, want) || !strings.Contains(refusal.Hint, "rule, constant, value") {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.csv")
	if _, _, err := rules.Load(missing); err == nil || err.Error() != missing+": "+noSuchFile(missing) {
		t.Errorf("%v", err)
	}
}

// noSuchFile is how the system says that a file does not exist.
func noSuchFile(path string) string {
	_, err := os.Open(path)
	return err.(*os.PathError).Err.Error()
}
