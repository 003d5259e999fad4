package excel

import (
	"fmt"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

const policySheet = "Conditional access"

func newPolicySheet(p parts) sheet {
	return newListTable(p, policySheet, p.rows.policies, "No record lists Conditional Access policies.")
}

// policyLists are the applied Conditional Access policies of sign-ins.
var policyLists = listKind{
	source: schema.ConditionalAccessPolicies, short: policyColumn, read: readPolicies,
	columns: []listColumn{
		{"Policy", 46, false},
		{"Result", 21, false},
		{"Grant controls", 24, false},
		{"Session controls", 36, false},
		{"Conditions satisfied", 30, false},
		{"Conditions not satisfied", 30, false},
		{"Policy number", 9, true},
		{"Include rules satisfied", 40, true},
		{"Exclude rules satisfied", 40, true},
		{"Session controls not satisfied", 28, true},
		{"Authentication strength", 28, true},
		{"Policy ID", uuidWidth, true},
		{"Further members", 40, true},
	},
}

func readPolicies(elements []jsontext.Value, s *cellStyles) (l list, ok bool) {
	var groups resultGroups
	for i, element := range elements {
		o, ok := newJSONObject(element)
		if !ok {
			return list{}, false
		}
		name, result := o.popText("displayName"), o.popText("result")
		id := o.popText("id")
		if name == "" {
			name = id
		}
		groups.add(result, name)
		cells := textCells(s.text, name, result, o.popText("enforcedGrantControls"), o.popText("enforcedSessionControls"),
			conditions(o.pop("conditionsSatisfied")), conditions(o.pop("conditionsNotSatisfied")), "",
			rules(o.pop("includeRulesSatisfied")), rules(o.pop("excludeRulesSatisfied")),
			o.popText("sessionControlsNotSatisfied"), strength(o), id, o.rest())
		cells[1].style = s.result(result)
		cells[6] = countCell(s.whole, int64(i+1))
		l.lines = append(l.lines, cells)
	}
	l.short = groups.String()
	return l, true
}

// strength returns the name of the authentication strength that a policy required.
// The object it is in stays among the further members.
func strength(o jsonObject) string {
	const member = "authenticationStrength"
	if m := o.find(member); m != nil {
		if strength, ok := newJSONObject(m.value); ok {
			if name := strength.find("displayName"); name != nil {
				return jsonText(name.value)
			}
		}
	}
	return o.popText(member)
}

// rules returns the rules of a policy that matched, such as "users: allUsers".
func rules(v jsontext.Value) string {
	if v.Kind() != jsontext.Array {
		return jsonText(v)
	}
	var parts []string
	for rule := range v.Elements() {
		o, _ := newJSONObject(rule)
		text := conditions(o.pop("conditionalAccessCondition"))
		if satisfied := o.popText("ruleSatisfied"); satisfied != "" {
			text += ": " + satisfied
		}
		if rest := o.rest(); rest != "" || text == "" {
			text = string(rule)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// conditions returns conditions as words: from a number, a list or a text.
func conditions(v jsontext.Value) string {
	text := jsonText(v)
	if words, _ := schema.ConditionWords(text); words != nil {
		return strings.Join(words, ", ")
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, ", ", ","), ",", ", ")
}

// resultGroups are the policies of a sign-in by result, in the order of the first.
type resultGroups struct {
	list []*resultGroup
	by   map[string]*resultGroup
}

type resultGroup struct {
	result string
	names  []string
	count  int
}

// maxNamed is how many policies of one result a line names.
const maxNamed = 6

// countedResults are the results of policies that a line counts without names, as
// the policies had no effect.
var countedResults = map[string]string{
	"notApplied": "not applied", "notEnabled": "not enabled", "reportOnlyNotApplied": "report-only not applied",
}

func (g *resultGroups) add(result, name string) {
	group := g.by[result]
	if group == nil {
		if g.by == nil {
			g.by = map[string]*resultGroup{}
		}
		group = &resultGroup{result: result}
		g.list, g.by[result] = append(g.list, group), group
	}
	if group.count++; group.count <= maxNamed {
		group.names = append(group.names, name)
	}
}

// String returns the policies in a line, such as "failure: Require MFA; 2 not applied".
func (g resultGroups) String() string {
	var named, counted []string
	for _, group := range g.list {
		if words := countedResults[group.result]; words != "" {
			counted = append(counted, fmt.Sprintf("%d %s", group.count, words))
			continue
		}
		text := group.result + ": " + strings.Join(group.names, ", ")
		if more := group.count - len(group.names); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		named = append(named, text)
	}
	return strings.Join(append(named, counted...), "; ")
}
