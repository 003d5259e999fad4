package rules

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"signins/schema"
)

// Findings yields what the rules see in the records added so far, the gravest severity
// first, then by rule and by sign-ins. With each come the places of its rows in order of
// time, to be read before the next one.
func (e *Evaluator) Findings() iter.Seq2[schema.Finding, iter.Seq[schema.RowPlace]] {
	return func(yield func(schema.Finding, iter.Seq[schema.RowPlace]) bool) {
		e.sort()
		for _, severity := range schema.Severities {
			for i, r := range e.set.rules {
				if r.Severity == severity && !e.findingsOf(i, yield) {
					return
				}
			}
		}
	}
}

// A subjectRows is what a rule matches of one subject.
type subjectRows struct {
	schema.Finding
	rows []uint32
}

func (e *Evaluator) findingsOf(i int, yield func(schema.Finding, iter.Seq[schema.RowPlace]) bool) bool {
	var list []subjectRows
	e.shapes[i].run(e, e.inputs[i], func(subject uint32, rows []uint32) {
		if len(rows) > 0 {
			list = append(list, subjectRows{e.finding(e.set.rules[i], subject, rows), rows})
		}
	})
	slices.SortStableFunc(list, func(a, b subjectRows) int {
		return cmp.Or(cmp.Compare(b.SignIns, a.SignIns), strings.Compare(a.Subject, b.Subject))
	})
	for _, f := range list {
		places := func(yield func(schema.RowPlace) bool) {
			for _, n := range f.rows {
				if r := e.at(n); !yield(schema.RowPlace{File: e.files[r.file()], Record: r.number()}) {
					return
				}
			}
		}
		if !yield(f.Finding, places) {
			return false
		}
	}
	return true
}

// finding describes the rows that a rule matches of a subject.
func (e *Evaluator) finding(r *Rule, subject uint32, rows []uint32) schema.Finding {
	f := schema.Finding{Rule: r.ID, Kind: r.Kind, Severity: r.Severity, Subject: e.value(subject), Rows: int64(len(rows))}
	users, addresses, countries, apps := tally{}, tally{}, tally{}, tally{}
	var counts [3]int64 // by verdicts
	for _, n := range rows {
		r := e.at(n)
		f.SignIns += int64(r.count)
		for i := range counts {
			if r.bits&(1<<i) != 0 {
				counts[i] += int64(r.count)
			}
		}
		user, from := r.user, e.origins.list[r.origin]
		if name := e.userName[user]; name != 0 {
			user = name
		}
		if user == 0 {
			user = e.clients.list[r.client].principal
		}
		users.add(user, r.count)
		addresses.add(from.address, r.count)
		countries.add(from.country, r.count)
		apps.add(e.clients.list[r.client].app, r.count)
		if r.created != noTime {
			if f.First == nil {
				f.First = &r.created
			}
			f.Last = &r.created
		}
	}
	f.Who, f.Where = e.most(users), e.most(addresses)
	name := f.Subject
	if r.subject == aboutUser && len(f.Who) > 0 {
		name = f.Who[0]
	}
	number := func(n int) string { return fmt.Sprint(n) }
	f.Sentence = strings.NewReplacer(
		"{subject}", name, "{rows}", fmt.Sprint(f.Rows), "{sign_ins}", fmt.Sprint(f.SignIns),
		"{users}", number(len(users)), "{addresses}", number(len(addresses)), "{countries}", number(len(countries)), "{apps}", number(len(apps)),
		"{granted}", fmt.Sprint(counts[0]), "{interrupted}", fmt.Sprint(counts[1]), "{denied}", fmt.Sprint(counts[2]),
		"{failed}", fmt.Sprint(f.SignIns-counts[0]),
	).Replace(r.Sentence)
	return f
}

// A tally counts sign-ins by number of a text.
type tally map[uint32]int64

func (t tally) add(n uint32, count int32) {
	if n != 0 {
		t[n] += int64(count)
	}
}

// most returns the most frequent texts, at most schema.MostNames.
func (e *Evaluator) most(t tally) []string {
	list := []string{}
	numbers := make([]uint32, 0, len(t))
	for n := range t {
		numbers = append(numbers, n)
	}
	slices.SortFunc(numbers, func(m, n uint32) int { return cmp.Or(cmp.Compare(t[n], t[m]), strings.Compare(e.value(m), e.value(n))) })
	for _, n := range numbers[:min(len(numbers), schema.MostNames)] {
		list = append(list, e.value(n))
	}
	return list
}

// Missing returns the columns that a rule reads and that no record so far has: the rule
// cannot match for want of them if it needs each.
func (e *Evaluator) Missing(r *Rule) (ids []schema.ColumnID) {
	for _, id := range columnsOf(r, e.shapes[slices.Index(e.set.rules, r)]) {
		if !e.filled[id] {
			ids = append(ids, id)
		}
	}
	return ids
}
