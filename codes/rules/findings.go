package rules

import (
	"cmp"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"signins/schema"
)

// Findings yields what the rules see in the records added so far: findings, the most
// severe first, then inventories likewise, each by rule and by sign-ins. With each come
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
	sentence := phrases(e.set.rules[i].Sentence)
	for _, m := range list {
		if !yield(e.finding(e.set.rules[i], sentence, m), e.places(m.rows)) {
			return false
		}
	}
	return true
}

// places returns where records are in the inputs.
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

// A phrase is a text of a sentence and the placeholder behind it, "" for none. words are
// those of one and of more.
type phrase struct {
	text, placeholder string
	words             [2]string
}

// phrases returns the phrases of a sentence: "{users} tried, {rows time|times}" has the
// placeholders users and rows.
func phrases(sentence string) (list []phrase) {
	end := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(sentence, -1) {
		p := phrase{text: sentence[end:at[0]], placeholder: sentence[at[2]:at[3]]}
		if p.words = nouns[p.placeholder]; at[4] >= 0 {
			p.words = [2]string{sentence[at[4]:at[5]], sentence[at[6]:at[7]]}
		}
		list, end = append(list, p), at[1]
	}
	return append(list, phrase{text: sentence[end:]})
}

// complete returns the sentence of phrases: "{users}" becomes "1 user", "{denied}" 1, and
// "{rows time|times}" "1 time".
func complete(phrases []phrase, name func(placeholder string) string, number func(placeholder string) (int64, bool)) string {
	var text strings.Builder
	for _, p := range phrases {
		text.WriteString(p.text)
		if p.placeholder == "" {
			continue
		}
		n, ok := number(p.placeholder)
		switch {
		case !ok:
			text.WriteString(name(p.placeholder))
		case n == 1:
			text.WriteString(strings.TrimSpace("1 " + p.words[0]))
		default:
			text.WriteString(strings.TrimSpace(strconv.FormatInt(n, 10) + " " + p.words[1]))
		}
	}
	return text.String()
}

// A count is what the records of a finding have in numbers.
type count struct {
	users, granted, failed                          tally // users: all, those with granted sign-ins, those with others
	addresses, countries, networks, apps, resources tally
	verdicts                                        [3]int64
	labels                                          map[uint32]string // of users and addresses
}

// finding describes the records that a rule matches of a subject.
func (e *Evaluator) finding(rule *Rule, sentence []phrase, m match) schema.Finding {
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
	f.Sentence = complete(sentence,
		func(placeholder string) string { return e.nameIn(rule, m, &c, placeholder) },
		func(placeholder string) (int64, bool) { return c.numberIn(&f, placeholder) })
	return f
}

// nameIn returns the text for a placeholder of names.
func (e *Evaluator) nameIn(rule *Rule, m match, c *count, placeholder string) string {
	switch placeholder {
	case "subject":
		return e.subjectName(rule, m, c)
	case "granted_users":
		return e.names(c, c.granted, "nobody")
	case "user_names":
		return e.names(c, c.users, "nobody named")
	case "address_names":
		return e.names(c, c.addresses, "no address")
	case "country_names":
		return e.names(c, c.countries, "unknown countries")
	case "network_names":
		return e.names(c, c.networks, "unknown networks")
	case "resource_names":
		return e.names(c, c.resources, "unknown resources")
	}
	return ""
}

// numberIn returns the number that a placeholder means; ok is false for one of names.
func (c *count) numberIn(f *schema.Finding, placeholder string) (n int64, ok bool) {
	switch placeholder {
	case "rows":
		n = f.Rows
	case "sign_ins":
		n = f.SignIns
	case "users":
		n = int64(len(c.users))
	case "failed_users":
		n = int64(len(c.failed))
	case "addresses":
		n = int64(len(c.addresses))
	case "countries":
		n = int64(len(c.countries))
	case "apps":
		n = int64(len(c.apps))
	case "granted":
		n = c.verdicts[0]
	case "denied":
		n = c.verdicts[2]
	case "failed":
		n = f.SignIns - c.verdicts[0]
	default:
		return 0, false
	}
	return n, true
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
