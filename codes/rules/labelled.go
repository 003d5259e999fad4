package rules

import (
	"slices"

	"signins/codes/labels"
	"signins/schema"
)

// indicatorRule is the rule of sets with labels of addresses; its shape is that of a set.
var indicatorRule = Rule{
	ID: "indicator_address", Title: "Address labelled indicator", Kind: schema.KindFinding, Severity: "high", subject: aboutAddress,
	Counts: "Sign-ins from addresses that --addresses labels indicator, whatever became of them.",
	Source: Ours, Sentence: "{sign_ins} of {users} from {subject}, {granted} granted, {denied} denied",
}

// WithLabels returns the rules as they are where addresses and accounts have labels: the
// rules about places report no sign-ins from trusted addresses, with labels of addresses
// there is the rule indicator_address besides, unless With left it out, and findings have
// the labels. Queries returns the same as without them.
func (s *Set) WithLabels(known labels.Set) *Set {
	labelled := &Set{rules: slices.Clone(s.rules), values: slices.Clone(s.values), labels: known, noIndicators: s.noIndicators}
	if known.Addresses != nil && !s.noIndicators {
		rule := indicatorRule
		rule.shape = alone(labelled.addressIs(labels.Indicator))
		labelled.rules, labelled.values = append(labelled.rules, &rule), append(labelled.values, Values{})
	}
	return labelled
}

// addressIs is true of records whose address has a label. Its SQL is never printed, and
// only tells conditions apart.
func (s *Set) addressIs(label string) condition {
	return textIs{schema.IPAddress, func(value []byte) bool { return s.labels.Addresses.Label(string(value)) == label },
		func(_ *dialect, name string) string { return "label of " + name + " is " + label }}
}

// printed returns the rules that have SQL.
func (s *Set) printed() []*Rule {
	return slices.DeleteFunc(slices.Clone(s.rules), func(r *Rule) bool { return r.ID == indicatorRule.ID })
}

// isTrusted reports whether a record comes from a trusted address.
func (e *Evaluator) isTrusted(r *record) bool { return r.bits&e.trusted != 0 }

// A labeller returns the labels of texts by number, asked once for each.
type labeller struct {
	label func(text string) string
	known map[uint32]string
}

func (l *labeller) of(e *Evaluator, n uint32) string {
	label, ok := l.known[n]
	if !ok && n != 0 {
		label = l.label(e.value(n))
		if l.known == nil {
			l.known = map[uint32]string{}
		}
		l.known[n] = label
	}
	return label
}

// labelUser notes the label of the user of a record, by name or else by id; user is the
// number under which the user is counted.
func (e *Evaluator) labelUser(c *count, r *record, user uint32) {
	if e.set.labels.Users == nil {
		return
	}
	label := e.users.of(e, user)
	if label == "" {
		label = e.users.of(e, r.user)
	}
	if label != "" {
		c.labels[user] = label
	}
}

// labelAddresses notes the labels of the addresses of a finding.
func (e *Evaluator) labelAddresses(c *count) {
	if e.set.labels.Addresses == nil {
		return
	}
	for n := range c.addresses {
		if label := e.addresses.of(e, n); label != "" {
			c.labels[n] = label
		}
	}
}

// labelled returns the labels of a finding by name, of the most frequent users and
// addresses that have any, nil for none.
func (e *Evaluator) labelled(c *count) map[string]string {
	if len(c.labels) == 0 {
		return nil
	}
	names := map[string]string{}
	for _, t := range []tally{c.users, c.addresses} {
		some := tally{}
		for n, count := range t {
			if c.labels[n] != "" {
				some[n] = count
			}
		}
		for _, n := range e.mostOf(some) {
			names[e.value(n)] = c.labels[n]
		}
	}
	return names
}

// show returns a name with its label, if any, behind it.
func (c *count) show(name string, n uint32) string {
	if label := c.labels[n]; label != "" {
		return name + " (" + label + ")"
	}
	return name
}
