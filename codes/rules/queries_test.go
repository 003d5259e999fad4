package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"signins/codes/rules"
	"signins/schema"
	"signins/testdata/fixture"
)

// print returns the statements of all rules by rule.
func print(t *testing.T, set *rules.Set, dialect string, nested bool) map[string]string {
	t.Helper()
	text, err := set.Queries("", dialect, nested)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text, "\n;\n") {
		t.Errorf("%s ends with %q", dialect, text[len(text)-10:])
	}
	statements := map[string]string{}
	for _, s := range strings.SplitAfter(text, "\n;\n") {
		if s != "" {
			name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(s), "-- "), ":")
			statements[name] = s
		}
	}
	return statements
}

func TestEachRuleIsOneStatementThatSaysWhatItIs(t *testing.T) {
	for _, dialect := range schema.Dialects {
		set := rules.Default()
		statements := print(t, set, dialect, false)
		if len(statements) != len(set.Rules()) {
			t.Errorf("%s: %d statements of %d rules", dialect, len(statements), len(set.Rules()))
		}
		for _, r := range set.Rules() {
			s := statements[r.ID]
			for _, want := range []string{
				"-- " + r.ID + ": " + r.Title + " (" + r.Kind + ", " + r.Severity + ")\n", "-- " + r.Counts + "\n", "-- Source: " + r.Source + "\n",
				"from signins\n", "select '" + r.ID + "' as rule,", "subject", "source_file", "source_record",
			} {
				if !strings.Contains(s, want) {
					t.Errorf("%s %s does not say %q", dialect, r.ID, want)
				}
			}
			for _, c := range r.Constants {
				if !strings.Contains(s, "-- Constant "+c.Name+" = "+c.Value+" ("+c.Unit+"; "+c.Source+")\n") {
					t.Errorf("%s %s does not say its constant %s", dialect, r.ID, c.Name)
				}
			}
			// The first of the records with a category and id counts, and each without an id or of several sign-ins.
			for _, want := range []string{
				"row_number() over (partition by sign_in_category, id, row_kind\n", "where occurrence = 1 or id is null or row_kind = 'summary'\n",
				"order by created_at nulls last, coalesce(created_at_remainder_ns, 0), source_file, source_record) as occurrence\n",
			} {
				if strings.Count(s, want) != 1 {
					t.Errorf("%s %s counts records otherwise than by %q", dialect, r.ID, want)
				}
			}
			if strings.Contains(s, "%!") || strings.Count(s, "\n;") != 1 || strings.Count(s, "(") != strings.Count(s, ")") {
				t.Errorf("%s %s is malformed:\n%s", dialect, r.ID, s)
			}
			one, err := set.Queries(r.ID, dialect, false)
			if err != nil || strings.TrimSpace(one) != strings.TrimSpace(s) {
				t.Errorf("%s %s alone differs: %v", dialect, r.ID, err)
			}
		}
	}
}

// The dialects differ in functions and types alone, and in the places where they must.
func TestDialectsDifferOnlyWhereTheyMust(t *testing.T) {
	plain := func(s string) string {
		for _, r := range []struct{ pattern, with string }{
			{`epoch_us\((\w+)\)|unix_micros\((\w+)\)|cast\(round\(to_unixtime\((\w+)\) \* 1000000\) as bigint\)`, "US($1$2$3)"},
			{`as (varchar|string)\)`, "as TEXT)"},
			{`(list_contains|array_contains|contains)\(`, "CONTAINS("},
			{`(?m)coalesce\(.*enforcedgrantcontrols.*$`, "POLICIES"},
		} {
			s = regexp.MustCompile(r.pattern).ReplaceAllString(s, r.with)
		}
		return s
	}
	duckdb := print(t, rules.Default(), "duckdb", false)
	for _, dialect := range []string{"trino", "spark"} {
		for rule, s := range print(t, rules.Default(), dialect, false) {
			if s == duckdb[rule] {
				t.Errorf("%s %s is as for DuckDB, although times are read otherwise", dialect, rule)
			}
			if plain(s) != plain(duckdb[rule]) {
				t.Errorf("%s %s differs elsewhere:\n%s", dialect, rule, plain(s))
			}
		}
	}
}

func TestNestedQueriesReadListsOfStructs(t *testing.T) {
	for dialect, want := range map[string]string{
		"duckdb": "len(list_filter(conditional_access_policies, lambda p: lower(p.result) in ('failure') and len(list_filter(p.enforced_grant_controls, lambda c: lower(c) in ('requirecompliantdevice'))) > 0)) > 0",
		"trino":  "any_match(conditional_access_policies, p -> lower(p.result) in ('failure') and any_match(p.enforced_grant_controls, c -> lower(c) in ('requirecompliantdevice')))",
		"spark":  "exists(conditional_access_policies, p -> lower(p.result) in ('failure') and exists(p.enforced_grant_controls, c -> lower(c) in ('requirecompliantdevice')))",
	} {
		if s := print(t, rules.Default(), dialect, true)["compliant_device_bypass"]; !strings.Contains(s, want) {
			t.Errorf("%s: %s", dialect, s)
		}
	}
}

// A constant of a file stays inside its literal, in every dialect.
func TestConstantsCannotLeaveTheirLiterals(t *testing.T) {
	set, _, err := rules.Load(fixture.Temp(t, "rules.csv", header+`brute_force,app,O'Brien\'s`+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for dialect, want := range map[string]string{"duckdb": `'O''Brien\''s'`, "trino": `'O''Brien\''s'`, "spark": `'O\'Brien\\\'s'`} {
		if s := print(t, set, dialect, false)["brute_force"]; !strings.Contains(s, "app_display_name = "+want) {
			t.Errorf("%s: %s", dialect, s)
		}
	}
}

func TestAnUnknownRuleIsRefusedWithTheOneThatWasMeant(t *testing.T) {
	_, err := rules.Default().Queries("pasword_spray", "duckdb", false)
	if r, ok := err.(*schema.Refusal); !ok || !strings.Contains(r.What, `"pasword_spray"`) || r.Hint != "did you mean password_spray?" {
		t.Errorf("%#v", err)
	}
}

// The table says of each rule what people need to judge it.
func TestRulesAreDescribed(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range rules.Default().Rules() {
		if ids[r.ID] || !regexp.MustCompile(`^[a-z0-9_]+$`).MatchString(r.ID) {
			t.Errorf("%s occurs twice or is no name", r.ID)
		}
		ids[r.ID] = true
		if r.Title == "" || r.Source == "" || !strings.HasSuffix(r.Counts, ".") || r.Limits != "" && !strings.HasSuffix(r.Limits, ".") {
			t.Errorf("%s is not described: %+v", r.ID, r)
		}
		if !slices.Contains(schema.Severities, r.Severity) || r.Kind != schema.KindFinding && r.Kind != schema.KindInventory {
			t.Errorf("%s is a %s of severity %s", r.ID, r.Kind, r.Severity)
		}
		if r.Kind == schema.KindInventory && slices.Index(schema.Severities, r.Severity) < 2 {
			t.Errorf("%s is an inventory of severity %s", r.ID, r.Severity)
		}
		for _, word := range []string{"attack", "malicious", "hacker", "breach", "complete"} {
			if strings.Contains(strings.ToLower(r.Title+r.Counts+r.Sentence+r.Limits), word) {
				t.Errorf("%s says %q", r.ID, word)
			}
		}
		for _, c := range r.Constants {
			if c.Name == "" || c.Value == "" || c.Unit == "" || c.Source == "" {
				t.Errorf("%s has a constant without a name, value, unit or source: %+v", r.ID, c)
			}
		}
	}
}
