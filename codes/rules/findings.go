package rules

import (
	"cmp"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"signins/schema"
)

// Findings yields what the rules see in the records added so far: findings, the gravest
// severity first, then inventories likewise, each by rule and by sign-ins. With each come
// the places of its rows in order of time, to be read before the next one.
func (e *Evaluator) Findings() iter.Seq2[schema.Finding, iter.Seq[schema.RowPlace]] {
	return func(yield func(schema.Finding, iter.Seq[schema.RowPlace]) bool) {
		e.sort()
		defer func() { e.order = nil }()
		e.found = make([]int64, len(e.set.rules))
		for _, kind := range []string{schema.KindFinding, schema.KindInventory} {
			for _, severity := range schema.Severities {
				for i, r := range e.set.rules {
					if r.Kind == kind && r.Severity == severity && !e.findingsOf(i, yield) {
						return
					}
				}
			}
		}
	}
}

// Results returns what became of the rules, in the order of the table, once Findings has
// yielded all.
func (e *Evaluator) Results() (list []schema.RuleResult) {
	for i, r := range e.set.rules {
		result := schema.RuleResult{
			ID: r.ID, Title: r.Title, Kind: r.Kind, Severity: r.Severity, Counts: r.Counts, Limits: r.Limits,
			Findings: e.found[i], NotRun: e.notRun(r),
		}
		for _, c := range e.set.Constants(r) {
			result.Constants = append(result.Constants, c.String())
		}
		list = append(list, result)
	}
	return list
}

// A match is what a rule matches of one subject.
type match struct {
	subject uint32
	rows    []uint32
	signIns int64
}

func (e *Evaluator) findingsOf(i int, yield func(schema.Finding, iter.Seq[schema.RowPlace]) bool) bool {
	var list []match
	e.shapes[i].run(e, e.inputs[i], func(subject uint32, rows []uint32) {
		if len(rows) == 0 {
			return
		}
		m := match{subject: subject, rows: rows}
		for _, n := range rows {
			m.signIns += e.count(e.at(n))
		}
		list = append(list, m)
	})
	slices.SortStableFunc(list, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.signIns, a.signIns), strings.Compare(e.value(a.subject), e.value(b.subject)))
	})
	e.found[i] = int64(len(list))
	for _, m := range list {
		if !yield(e.finding(e.set.rules[i], m), e.places(m.rows)) {
			return false
		}
	}
	return true
}

// places returns where records stand.
func (e *Evaluator) places(rows []uint32) iter.Seq[schema.RowPlace] {
	return func(yield func(schema.RowPlace) bool) {
		for _, n := range rows {
			if r := e.at(n); !yield(schema.RowPlace{File: e.files[r.file()], Record: r.number(), Row: int64(n)}) {
				return
			}
		}
	}
}

// placeholder is a name in braces, with words for one and for more.
var placeholder = regexp.MustCompile(`\{(\w+)(?: ([^|}]+)\|([^}]+))?\}`)

// nouns are the words of placeholders that have none.
var nouns = map[string][2]string{
	"sign_ins": {"sign-in", "sign-ins"}, "users": {"user", "users"}, "failed_users": {"user", "users"}, "addresses": {"address", "addresses"},
	"countries": {"country", "countries"}, "apps": {"application", "applications"},
}

// sentence completes the sentence of a rule: "{users}" becomes "1 user", "{denied}" 1,
// and "{rows time|times}" "1 time".
func sentence(text string, names map[string]string, numbers map[string]int64) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		n, ok := numbers[parts[1]]
		words := [2]string{parts[2], parts[3]}
		if words[0] == "" {
			words = nouns[parts[1]]
		}
		switch {
		case !ok:
			return names[parts[1]]
		case n == 1:
			return strings.TrimSpace("1 " + words[0])
		}
		return strings.TrimSpace(fmt.Sprint(n) + " " + words[1])
	})
}

// A count is what the records of a finding have in numbers.
type count struct {
	users, granted, failed                          tally // users: all, those with granted sign-ins, those with others
	addresses, countries, networks, apps, resources tally
	verdicts                                        [3]int64
	labels                                          map[uint32]string // of users and addresses
}

// finding describes the records that a rule matches of a subject.
func (e *Evaluator) finding(rule *Rule, m match) schema.Finding {
	f := schema.Finding{
		Rule: rule.ID, Kind: rule.Kind, Severity: rule.Severity, Subject: e.value(m.subject), SignIns: m.signIns, Rows: int64(len(m.rows)),
	}
	c := count{
		users: tally{}, granted: tally{}, failed: tally{}, addresses: tally{}, countries: tally{}, networks: tally{}, apps: tally{}, resources: tally{},
		labels: map[uint32]string{},
	}
	var first, last int64 // no pointers into records, which Findings may outlive
	for _, n := range m.rows {
		r := e.at(n)
		e.tally(&c, r)
		if r.created != noTime {
			last = r.created
			if f.First == nil {
				first, f.First, f.Last = r.created, &first, &last
			}
		}
	}
	e.labelAddresses(&c)
	f.Who, f.Where, f.Labels = e.most(c.users), e.most(c.addresses), e.labelled(&c)
	f.WhoCount, f.WhereCount = int64(len(c.users)), int64(len(c.addresses))
	names := map[string]string{
		"subject": e.subjectName(rule, m, &c), "granted_users": e.names(&c, c.granted, "nobody"), "user_names": e.names(&c, c.users, "nobody named"),
		"address_names": e.names(&c, c.addresses, "no address"),
		"country_names": e.names(&c, c.countries, "unknown countries"), "network_names": e.names(&c, c.networks, "unknown networks"),
		"resource_names": e.names(&c, c.resources, "unknown resources"),
	}
	f.Sentence = sentence(rule.Sentence, names, map[string]int64{
		"rows": f.Rows, "sign_ins": f.SignIns, "users": int64(len(c.users)), "failed_users": int64(len(c.failed)), "addresses": int64(len(c.addresses)),
		"countries": int64(len(c.countries)), "apps": int64(len(c.apps)),
		"granted": c.verdicts[0], "denied": c.verdicts[2], "failed": f.SignIns - c.verdicts[0],
	})
	return f
}

// subjectName returns the name of a finding's subject in its sentence: that of a user,
// and of a principal that of the application, which exports have in place of its own.
// Several principals that have no user are numbered.
func (e *Evaluator) subjectName(rule *Rule, m match, c *count) string {
	names := tally{}
	switch rule.subject {
	case aboutUser:
		names = c.users
	case aboutPrincipal:
		names = c.apps
	}
	switch {
	case m.subject == 0 && len(names) > 1:
		return fmt.Sprint(len(names), " principals")
	case len(names) == 0:
		return cmp.Or(c.show(e.value(m.subject), m.subject), "nobody named")
	}
	n := e.mostOf(names)[0]
	return c.show(e.value(n), n)
}

// tally counts a record.
func (e *Evaluator) tally(c *count, r *record) {
	n := e.count(r)
	for i := range c.verdicts {
		if r.bits&(1<<i) != 0 {
			c.verdicts[i] += n
		}
	}
	user := r.user
	if name := e.userName[user]; name != 0 {
		user = name
	}
	if user == 0 {
		user = e.client(r).principal
	}
	e.labelUser(c, r, user)
	c.users.add(user, n)
	if r.bits&1 != 0 {
		c.granted.add(user, n)
	} else {
		c.failed.add(user, n)
	}
	c.addresses.add(e.origin(r).address, n)
	c.countries.add(e.origin(r).country, n)
	c.networks.add(e.origin(r).network, n)
	c.apps.add(e.client(r).app, n)
	c.resources.add(e.client(r).resource, n)
}

// A tally counts sign-ins by number of a text.
type tally map[uint32]int64

func (t tally) add(n uint32, count int64) {
	if n != 0 {
		t[n] += count
	}
}

// names returns the most frequent texts, with their labels, for a sentence, and the text
// none for none.
func (e *Evaluator) names(c *count, t tally, none string) string {
	const shown = 3
	var list []string
	for _, n := range e.mostOf(t) {
		list = append(list, c.show(e.value(n), n))
	}
	switch more := len(t) - shown; {
	case len(list) == 0:
		return none
	case more > 0:
		return strings.Join(list[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(list, ", ")
}

// most returns the most frequent texts, at most schema.MostNames.
func (e *Evaluator) most(t tally) []string {
	list := []string{}
	for _, n := range e.mostOf(t) {
		list = append(list, e.value(n))
	}
	return list
}

// mostOf returns their numbers.
func (e *Evaluator) mostOf(t tally) []uint32 {
	numbers := make([]uint32, 0, len(t))
	for n := range t {
		numbers = append(numbers, n)
	}
	slices.SortFunc(numbers, func(m, n uint32) int { return cmp.Or(cmp.Compare(t[n], t[m]), strings.Compare(e.value(m), e.value(n))) })
	return numbers[:min(len(numbers), schema.MostNames)]
}
