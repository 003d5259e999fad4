package manifest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/testdata/golden"
)

// A signIn is what a survey sees of a record.
type signIn struct {
	category           string
	at                 time.Time
	log, home, partner string
}

// An export is an input with its sign-ins.
type export struct {
	schema.Source
	signIns  []signIn
	findings schema.Tally // of the reader
	joined   *schema.Joined
	filtered int64
}

// warn returns the warnings of a run of some exports, and those of their inputs.
func warn(t testing.TB, exports ...*export) (run *Run, codes []string) {
	t.Helper()
	run = NewRun(Command{}, false, "")
	run.Expect(len(exports))
	a := NewAccounts(run)
	for _, e := range exports {
		for chunk := range slices.Chunk(e.signIns, 1000) {
			a.Add(signInBatch(&e.Source, chunk))
		}
		a.Add(&schema.Batch{Source: &e.Source, Seen: e.filtered, Filtered: e.filtered})
	}
	for i, e := range exports {
		if _, err := a.Close(i, schema.Reading{Source: &e.Source, SHA256: fmt.Sprint(i), Joined: e.joined, Findings: e.findings}); err != nil {
			t.Fatal(err)
		}
	}
	a.Finish()
	for _, w := range run.SumWarnings() {
		codes = append(codes, w.Code)
	}
	return run, codes
}

func signInBatch(src *schema.Source, signIns []signIn) *schema.Batch {
	b := &schema.Batch{Source: src, Len: len(signIns), Seen: int64(len(signIns))}
	for row, s := range signIns {
		b.Columns[schema.SignInCategory].SetText(row, s.category)
		if !s.at.IsZero() {
			b.Columns[schema.CreatedAt].SetNum(row, s.at.UnixMicro())
		}
		for id, tenant := range map[schema.ColumnID]string{schema.TenantID: s.log, schema.HomeTenantID: s.home, schema.ResourceTenantID: s.partner} {
			if tenant != "" {
				b.Columns[id].SetText(row, tenant)
			}
		}
	}
	b.Seal()
	return b
}

// may is a day of a month that begins on a Friday.
func may(day, hour int) time.Time { return time.Date(2026, 5, day, hour, 0, 0, 0, time.UTC) }

// everyDay returns sign-ins of a category, perDay(day) on each of some days of May
// and, beyond 31, of June and later.
func everyDay(category string, first, last int, perDay func(at time.Time) int) (signIns []signIn) {
	for day := first; day <= last; day++ {
		for i := range perDay(may(day, 0)) {
			signIns = append(signIns, signIn{category: category, at: may(day, i%24), home: "tenant", partner: "tenant"})
		}
	}
	return signIns
}

func always(n int) func(time.Time) int { return func(time.Time) int { return n } }

// without returns a pattern that leaves out some days of May.
func without(pattern func(time.Time) int, first, last int) func(time.Time) int {
	return func(at time.Time) int {
		if !at.Before(may(first, 0)) && at.Before(may(last+1, 0)) {
			return 0
		}
		return pattern(at)
	}
}

// office is a pattern of people who work from Monday to Friday.
func office(n int, weekend ...time.Weekday) func(time.Time) int {
	if weekend == nil {
		weekend = []time.Weekday{time.Saturday, time.Sunday}
	}
	return func(at time.Time) int {
		if slices.Contains(weekend, at.Weekday()) {
			return 0
		}
		return n
	}
}

// TestCleanSets warns of nothing in ordinary sets: 50,000 sign-ins with weekends,
// holidays and quiet nights, small tenants, short spans, jobs and rare identities.
func TestCleanSets(t *testing.T) {
	t.Parallel()
	kinds := schema.KnownCategories[:4]
	all := func(first, last int, perDay func(time.Time) int) (exports []*export) {
		for _, kind := range kinds {
			exports = append(exports, &export{Source: schema.Source{Path: kind, CategoryFromName: kind}, signIns: everyDay(kind, first, last, perDay)})
		}
		return exports
	}
	// with replaces the sign-ins of one kind.
	with := func(exports []*export, i int, signIns []signIn) []*export {
		exports[i].signIns = signIns
		return exports
	}
	random := rand.New(rand.NewPCG(1, 2))
	noisy := func(at time.Time) int {
		n := 540 + random.IntN(200)
		if office(1)(at) == 0 {
			n /= 30
		}
		return n
	}
	var rare []signIn
	for range 60 {
		for range random.IntN(5) {
			rare = append(rare, signIn{category: schema.ManagedIdentity, at: may(1+random.IntN(365), 3)})
		}
	}
	onMondays, monthly := office(300, 0, 2, 3, 4, 5, 6), func(at time.Time) int { return 700 * max(0, 2-at.Day()) }
	tests := map[string][]*export{
		"50,000 sign-ins, few at weekends":         all(1, 31, noisy),
		"an office that is closed at weekends":     all(1, 31, office(400)),
		"a small office with a holiday":            all(1, 60, without(office(12), 14, 14)),
		"a small office with a long weekend":       all(1, 60, without(office(10), 14, 17)),
		"a family":                                 all(1, 90, office(2, time.Tuesday, time.Thursday)),
		"a week":                                   all(4, 10, office(400)),
		"a week with Friday and Saturday free":     all(3, 9, office(400, time.Friday, time.Saturday)),
		"a day":                                    all(4, 4, always(500)),
		"jobs on Mondays":                          with(all(1, 90, office(400)), 2, everyDay(schema.ServicePrincipal, 1, 90, onMondays)),
		"jobs from Monday to Wednesday":            with(all(1, 31, office(400)), 2, everyDay(schema.ServicePrincipal, 1, 31, office(300, 0, 4, 5, 6))),
		"jobs once a month":                        with(all(1, 300, office(40)), 2, everyDay(schema.ServicePrincipal, 1, 300, monthly)),
		"an identity that is rarely used":          with(all(1, 365, office(20)), 3, rare),
		"exports that begin and end a day apart":   with(all(1, 31, office(400)), 1, everyDay(schema.NonInteractiveUser, 2, 30, always(900))),
		"a kind that was exported without records": with(all(1, 31, office(400)), 3, nil),
		"no sign-ins":                              nil,
		"a log in two spellings": append(all(1, 31, office(400)), &export{
			signIns: []signIn{{category: schema.InteractiveUser, at: may(4, 9), log: "TENANT"}},
		}),
		"guests alone in one input, the others of the same log": append(all(1, 31, office(400)), &export{
			signIns: slices.Repeat([]signIn{{category: schema.InteractiveUser, at: may(4, 9), home: "guest", partner: "tenant"}}, 50),
		}),
	}
	for name, exports := range tests {
		t.Run(name, func(t *testing.T) {
			if run, codes := warn(t, exports...); codes != nil {
				t.Errorf("%v %v", codes, run.OwnWarnings())
			}
		})
	}
}

// TestRunWarnings checks each warning of a run on a set that has its reason alone: the
// code, the count, and what the message ends with.
func TestRunWarnings(t *testing.T) {
	t.Parallel()
	kind := func(category string, first, last int, perDay func(time.Time) int) *export {
		return &export{Source: schema.Source{Path: category}, signIns: everyDay(category, first, last, perDay)}
	}
	// rest are the other kinds of the portal.
	rest := func(e ...*export) []*export {
		for _, category := range schema.KnownCategories[:4] {
			if !slices.ContainsFunc(e, func(e *export) bool { return e.Path == category }) {
				e = append(e, kind(category, 1, 31, always(400)))
			}
		}
		return e
	}
	wrongDates := kind(schema.InteractiveUser, 1, 31, always(400))
	for _, year := range []int{2, 1970, 2019, 2098, 9999} {
		wrongDates.signIns = append(wrongDates.signIns, signIn{category: schema.InteractiveUser, at: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)})
	}
	other := kind(schema.InteractiveUser, 1, 31, office(400))
	for i := range other.signIns {
		other.signIns[i].home, other.signIns[i].partner = "other", "other"
	}
	filtered := &export{Source: schema.Source{CategoryFromName: schema.NonInteractiveUser, CategoryFromColumns: schema.ServicePrincipal}, filtered: 3}
	steps := &export{Source: schema.Source{CategoryFromName: schema.InteractiveUser}, joined: &schema.Joined{}}
	var tenants []*export
	for i := range 30 {
		e := kind(schema.InteractiveUser, 1, 1, always(1))
		e.signIns[0].log, e.signIns[0].home = fmt.Sprintf("log%02d", i), ""
		tenants = append(tenants, e)
	}
	interactive, nonInteractive, principals := schema.InteractiveUser, schema.NonInteractiveUser, schema.ServicePrincipal
	for _, c := range []struct {
		name    string
		exports []*export
		code    string
		count   int64
		ending  string
	}{
		{"one kind alone", []*export{kind(interactive, 1, 31, always(5))}, schema.MissingCategories, 3,
			": Non-interactive user; Service principal; Managed identity"},
		{"a kind beyond the portal's", []*export{kind(schema.ADFS, 1, 31, always(5))}, schema.MissingCategories, 4, "; Service principal; Managed identity"},
		{"kinds that may be among the unknown", []*export{kind(interactive, 1, 31, always(5)), kind(schema.Unknown, 1, 1, always(1)), kind(schema.Unknown, 1, 1, always(1))}, schema.MissingCategories, 3,
			"; Managed identity (unless they are among 2 sign-ins of an unknown kind)"},
		{"a kind that was exported without records", []*export{kind(interactive, 1, 31, always(5)), filtered, steps}, schema.MissingCategories, 1, ": Managed identity"},
		{"steps are no export of a kind", []*export{kind(nonInteractive, 1, 31, always(5)), filtered, steps}, schema.MissingCategories, 2, ": Interactive user; Managed identity"},

		{"a day", rest(kind(interactive, 1, 31, without(office(400), 13, 13))), schema.TimeGaps, 1, ": Interactive user, 2026-05-13"},
		{"a day of a week", rest(kind(interactive, 1, 31, without(office(400), 12, 12))), schema.TimeGaps, 1, ": Interactive user, 2026-05-12"},
		{"a weekend that is busy", rest(kind(principals, 1, 31, without(always(60), 9, 10))), schema.TimeGaps, 2, ": Service principal, 2026-05-09 to 2026-05-10"},
		{"days of a small tenant", rest(kind(interactive, 1, 31, without(office(40), 12, 14))), schema.TimeGaps, 3, ": Interactive user, 2026-05-12 to 2026-05-14"},
		{"most of the span", rest(kind(interactive, 1, 31, without(always(40), 7, 26))), schema.TimeGaps, 20, ": Interactive user, 2026-05-07 to 2026-05-26"},
		{"two gaps", rest(kind(interactive, 1, 31, without(without(office(400), 13, 13), 24, 25))), schema.TimeGaps, 4,
			": Interactive user, 2026-05-13; Interactive user, 2026-05-23 to 2026-05-25"},

		{"an earlier end", rest(kind(nonInteractive, 1, 24, always(30))), schema.SpanDiffers, 7, ": Non-interactive user only 2026-05-01 to 2026-05-24 of 2026-05-01 to 2026-05-31"},
		{"a later begin", rest(kind(nonInteractive, 22, 31, always(30))), schema.SpanDiffers, 21, ": Non-interactive user only 2026-05-22 to 2026-05-31 of 2026-05-01 to 2026-05-31"},
		{"a day of two", rest(kind(nonInteractive, 3, 29, always(120))), schema.SpanDiffers, 4, " only 2026-05-03 to 2026-05-29 of 2026-05-01 to 2026-05-31"},

		{"wrong dates", rest(wrongDates), schema.FarDates, 5, "charts over time leave them out"},
		{"two logs by their parties", append(rest(), other), schema.TenantsDiffer, 2, ": other; tenant"},
		{"many logs", append(rest(), tenants...), schema.TenantsDiffer, maxTenants, "; and 6 more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run, codes := warn(t, c.exports...)
			if !slices.Equal(codes, []string{c.code}) {
				t.Fatalf("%v, want %s", run.OwnWarnings(), c.code)
			}
			w := run.OwnWarnings()[0]
			if w.Count != c.count || !strings.HasPrefix(w.Message, schema.Warnings[c.code]) || !strings.HasSuffix(w.Message, c.ending) {
				t.Errorf("%d, %q; want %d and %q", w.Count, w.Message, c.count, c.ending)
			}
			if where := run.SumWarnings()[0].In(); where != "the run" {
				t.Errorf("in %s", where)
			}
		})
	}
}

// TestNearDays checks what makes days far off: more than 60 days, and few sign-ins, all
// far-off days together.
func TestNearDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		days map[int64]int64
		want string
	}{
		{map[int64]int64{100: 95, 160: 5}, "[100 160] 0"},
		{map[int64]int64{100: 95, 161: 5}, "[100] 5"},
		{map[int64]int64{100: 5, 161: 95}, "[161] 5"},
		{map[int64]int64{100: 94, 161: 6}, "[100 161] 0"},
		{map[int64]int64{0: 3, 100: 94, 200: 3}, "[0 100] 3"},
		{map[int64]int64{0: 2, 100: 95, 200: 3}, "[100] 5"},
	} {
		days, far := NearDays(slices.Sorted(maps.Keys(c.days)), func(days []int64) (n int64) {
			for _, day := range days {
				n += c.days[day]
			}
			return n
		})
		if got := fmt.Sprint(days, " ", far); got != c.want {
			t.Errorf("%v: %s, want %s", c.days, got, c.want)
		}
	}
}

// TestSurveyIsBounded counts days and tenants up to a limit, whatever the dates are.
func TestSurveyIsBounded(t *testing.T) {
	t.Parallel()
	var signIns []signIn
	for i := range maxParties + 500 {
		at := time.Date(2000+7*i%10000, 12, 31, 0, 0, 0, 0, time.UTC)
		signIns = append(signIns, signIn{category: schema.ADFS, at: at, home: fmt.Sprint("t", i), partner: "t"})
	}
	src := &schema.Source{}
	a := NewAccounts(NewRun(Command{}, false, ""))
	a.Add(signInBatch(src, signIns))
	if days := len(a.survey.calendar.sum()); days == 0 || days > countedDays {
		t.Errorf("%d days", days)
	}
	if n := len(a.of(src).tenants.parties); n != maxParties {
		t.Errorf("%d tenants", n)
	}
}

// TestGapsOfAllKinds lists days without any sign-in once.
func TestGapsOfAllKinds(t *testing.T) {
	t.Parallel()
	var exports []*export
	for i, category := range schema.KnownCategories[:4] {
		exports = append(exports, &export{signIns: everyDay(category, 1, 31, without(always(400), 13, 13+i))})
	}
	run, codes := warn(t, exports...)
	want := ": All kinds, 2026-05-13; Non-interactive user, 2026-05-13 to 2026-05-14; Service principal, 2026-05-13 to 2026-05-15; Managed identity, 2026-05-13 to 2026-05-16"
	if !slices.Equal(codes, []string{schema.TimeGaps}) || !strings.HasSuffix(run.OwnWarnings()[0].Message, want) || run.OwnWarnings()[0].Count != 1+2+3+4 {
		t.Errorf("%v", run.OwnWarnings())
	}
}

// TestLimitsOfGaps checks the numbers of the rule: a hundred sign-ins at the usual
// rate, and what counts as usual.
func TestLimitsOfGaps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		first, end int // of the covered span
		perDay     func(time.Time) int
		want       string
	}{
		{"100 are missing", 1, 31, without(always(100), 13, 13), "[2026-05-13]"},
		{"99 are missing", 1, 31, without(always(99), 13, 13), "[]"},
		{"100 in two days", 1, 31, without(always(50), 13, 14), "[2026-05-13 to 2026-05-14]"},
		{"a weekday occurs four times", 1, 28, without(always(100), 15, 15), "[2026-05-15]"},
		{"a weekday occurs three times", 2, 28, without(always(100), 15, 15), "[]"},
		{"a Thursday occurs three times", 2, 21, without(always(100), 14, 14), "[2026-05-14]"},
		{"a Thursday among three days", 12, 15, without(always(100), 14, 14), "[]"},
		{"half of the Wednesdays", 1, 31, without(without(always(100), 13, 13), 20, 20), "[]"},
		{"five days before a long gap", 1, 31, without(always(60), 6, 20), "[2026-05-06 to 2026-05-20]"},
		{"four days before it", 2, 24, without(always(60), 6, 17), "[]"},
		{"few sign-ins before it", 1, 26, without(always(19), 6, 20), "[]"},
		{"enough sign-ins before it", 1, 26, without(always(20), 6, 20), "[2026-05-06 to 2026-05-20]"},
		{"at the lower rate few in it", 1, 20, func(at time.Time) int {
			return map[bool]int{true: 200 * (12 - at.Day()) / 11, false: 14}[at.Day() < 12] * without(always(1), 6, 12)(at)
		}, "[]"},
		{"two long gaps", 1, 31, without(without(always(60), 6, 13), 19, 26), "[2026-05-06 to 2026-05-13 2026-05-19 to 2026-05-26]"},
		{"two long gaps around few days", 1, 45, without(without(always(60), 6, 20), 26, 40), "[2026-05-06 to 2026-05-20 2026-05-26 to 2026-06-09]"},
		{"seven days at the rate of the others", 1, 17, without(always(20), 6, 12), "[2026-05-06 to 2026-05-12]"},
		{"six days at the rate of the others", 1, 16, without(always(20), 6, 11), "[]"},
		{"days that are mostly quiet before it", 1, 40, without(func(at time.Time) int { return 300 * max(0, 1-at.Day()%4) }, 13, 26), "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var days dayCounts
			for day := c.first; day <= c.end; day++ {
				for range c.perDay(may(day, 0)) {
					days.add(int(may(day, 0).Unix()/86400 - firstDay))
				}
			}
			p, found := newPattern(days, span{0, countedDays})
			if got := fmt.Sprint(p.gaps()); got != c.want || !found {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestInputWarnings checks the warnings of an input that come from all its records.
func TestInputWarnings(t *testing.T) {
	t.Parallel()
	rows := func(n int, s signIn) []signIn { return slices.Repeat([]signIn{s}, n) }
	in := func(name string, joined *schema.Joined, findings schema.Tally, signIns ...[]signIn) *export {
		return &export{schema.Source{Path: "x", CategoryFromName: name}, slices.Concat(signIns...), findings, joined, 0}
	}
	ours, theirs := signIn{category: schema.Unknown, home: "T", partner: "t"}, signIn{category: schema.Unknown, home: "u", partner: "u"}
	guest, abroad := signIn{category: schema.Unknown, home: "g", partner: "t"}, signIn{category: schema.Unknown, home: "t", partner: "r"}
	logged := func(s signIn, log string) signIn { s.log = log; return s }
	fallen := signIn{category: schema.Unknown, home: schema.ZeroGUID, partner: "u"}
	kind := func(category string) signIn { return signIn{category: category} }
	var many []signIn
	for i := range 20 {
		many = append(many, signIn{category: schema.Unknown, log: fmt.Sprint(i)})
	}
	for _, c := range []struct {
		name   string
		export *export
		want   string
	}{
		{"the name of the kind", in(schema.InteractiveUser, nil, nil, rows(5, kind(schema.InteractiveUser))), ""},
		{"the name of another kind", in(schema.InteractiveUser, nil, nil, rows(5, kind(schema.InteractiveUser)), rows(2, kind(schema.ADFS)), rows(9, kind(schema.Unknown))), "name_conflict 2"},

		{"one log", in("", nil, nil, rows(500, ours), rows(400, guest), rows(300, abroad)), ""},
		{"1 % of another log", in("", nil, nil, rows(1980, ours), rows(20, theirs)), ""},
		{"more than 1 % of another log", in("", nil, nil, rows(1979, guest), rows(20, theirs)), "mixed_tenants 20"},
		{"few of another log", in("", nil, nil, rows(9, ours), rows(9, theirs)), ""},
		{"ten of another log", in("", nil, nil, rows(9, theirs), rows(11, guest), rows(1, theirs)), "mixed_tenants 10"},
		{"a log in two spellings", in("", nil, nil, rows(60, theirs), rows(60, signIn{category: schema.Unknown, home: "U", partner: "U"})), ""},
		{"many logs", in("", nil, nil, many), "several_tenants 16"},
		{"no tenant", in("", nil, nil, rows(90, ours), rows(90, fallen), rows(90, kind(schema.Unknown))), ""},
		{"a text that is no tenant", in("", nil, nil, rows(90, ours), rows(90, signIn{category: schema.Unknown, home: strings.Repeat("x", maxTenant+1), partner: "u"})), ""},

		{"the log of all records", in("", nil, nil, rows(500, logged(guest, "T"))), ""},
		{"a workspace for a log", in("", nil, nil, rows(500, logged(ours, "w")), rows(3, logged(abroad, "w"))), "foreign_tenant 503"},
		{"a log of 1 % of the records", in("", nil, nil, rows(99, logged(theirs, "t")), rows(1, logged(ours, "t"))), ""},
		{"several logs", in("", nil, nil, rows(50, logged(ours, "t")), rows(50, logged(theirs, "u"))), "several_tenants 2"},

		{"999 records", in("", nil, nil, rows(999, ours)), "round_count 1"},
		{"998 records", in("", nil, nil, rows(998, ours)), ""},
		{"1,001 records", in("", nil, nil, rows(1001, ours)), ""},
		{"9,990 records", in("", nil, nil, rows(9990, ours)), "round_count 1"},
		{"5,000 steps", in("", &schema.Joined{Rows: 5000}, nil), "round_count 1"},
		{"5,000 steps but one in twenty", in("", &schema.Joined{Rows: 4750}, nil), ""},
		{"a page of 1,000", in("", nil, schema.Tally{schema.Pages: 1, schema.NextLink: 1}, rows(1000, ours)), "next_link 1 pages_missing 1"},
		{"a last page of 1,000", in("", nil, schema.Tally{schema.Pages: 1}, rows(1000, ours)), "round_count 1"},
		{"pages in one file", in("", nil, schema.Tally{schema.Pages: 3, schema.NextLink: 2}, rows(7, ours)), ""},
		{"pages in one file, without the last", in("", nil, schema.Tally{schema.Pages: 3, schema.NextLink: 3}, rows(7, ours)), "next_link 3 pages_missing 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run, _ := warn(t, c.export)
			var got []string
			for _, w := range run.SumWarnings() {
				got = append(got, fmt.Sprint(w.Code, " ", w.Count))
			}
			if slices.Contains(got, "missing_categories 3") || slices.Contains(got, "missing_categories 4") {
				got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "missing") })
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v, want %q", got, c.want)
			}
		})
	}
}

// TestPagesMissing looks for the next page by the number in the name of a file.
func TestPagesMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ linked, last, want string }{
		{"a/page1.json a/page2.json", "a/page3.json", ""},
		{"p-9.json", "p-10.json", ""},
		{"8.json", "9.json", ""},
		{"2026-05-01_page1.json", "2026-05-01_page2.json", ""},
		{"a/page1.json a/page3.json", "a/page2.json", "a/page3.json"},
		{"a/page1.json", "b/page2.json", "a/page1.json"},
		{"page1.json", "page3.json", "page1.json"},
		{"page1.json page2.json", "", "page2.json"},
		{"signins.json", "signins2.json", "signins.json"},
		// Files of days are no pages of each other.
		{"signins-2026-05-01.json", "signins-2026-05-02.json", "signins-2026-05-01.json"},
		{"20260501.json", "20260502.json", "20260501.json"},
	} {
		t.Run(c.linked+" "+c.last, func(t *testing.T) {
			t.Parallel()
			var exports []*export
			for name := range strings.FieldsSeq(c.linked) {
				exports = append(exports, &export{Source: schema.Source{Path: name}, findings: schema.Tally{schema.Pages: 1, schema.NextLink: 1}})
			}
			if c.last != "" {
				exports = append(exports, &export{Source: schema.Source{Path: c.last}, findings: schema.Tally{schema.Pages: 1}})
			}
			// A file that is no page has no next one.
			exports = append(exports, &export{Source: schema.Source{Path: "page4.json"}})
			run, _ := warn(t, exports...)
			got := ""
			for _, w := range run.OwnWarnings() {
				got += strings.TrimPrefix(w.Message, schema.Warnings[schema.PagesMissing]+": ")
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestWarningsPage compares the table of all codes with schema.Warnings, and the
// numbers that the page and the texts name with those of the rules.
func TestWarningsPage(t *testing.T) {
	t.Parallel()
	page := fixture.Read(t, "WARNINGS.md")
	const head = "|---|---|---|\n"
	text, table, found := strings.Cut(string(page), head)
	var want strings.Builder
	for _, code := range slices.Sorted(maps.Keys(schema.Warnings)) {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", code, WarningSum{Code: code}.Label(), strings.ReplaceAll(schema.Warnings[code], "|", `\|`))
	}
	switch {
	case *golden.Update && found:
		if err := os.WriteFile("WARNINGS.md", []byte(text+head+want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	case table != want.String():
		t.Error("the table differs from schema.Warnings (go test ./writer/manifest -run Page -update rewrites it)")
	}
	var limits []string
	for _, n := range downloadLimits {
		limits = append(limits, Number(n))
	}
	last := len(limits) - 1
	for of, number := range map[string]string{
		text:                               strings.Join(limits[:last], ", ") + " and " + limits[last],
		schema.Warnings[schema.RoundCount]: strings.Join(limits[:last], ", ") + " or " + limits[last],
		schema.Warnings[schema.FarDates]:   fmt.Sprintf("more than %d days", farGap),
		schema.Warnings[schema.TimeGaps]:   fmt.Sprintf(" %d or more ", fewestExpected),
	} {
		if !strings.Contains(strings.Join(strings.Fields(of), " "), number) {
			t.Errorf("no %q in %q", number, of)
		}
	}
	for _, number := range []string{
		fmt.Sprintf("a gap if %d sign-ins", fewestExpected), fmt.Sprintf("more than %d days away", farGap), fmt.Sprintf("of %d %%", 100-100/commonShare),
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), number) {
			t.Errorf("the page has no %q", number)
		}
	}
}
