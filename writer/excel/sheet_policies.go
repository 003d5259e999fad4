package excel

import (
	"cmp"
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
	source: schema.ConditionalAccessPolicies, read: readPolicies,
	columns: []columnLook{
		{title: "Policy", width: 46},
		{title: "Result", width: 21},
		{title: "Grant controls", width: 24},
		{title: "Session controls", width: 36},
		{title: "Conditions satisfied", width: 30},
		{title: "Conditions not satisfied", width: 30},
		{title: "Policy number", width: 9, fold: 1},
		{title: "Include rules satisfied", width: 40, fold: 1},
		{title: "Exclude rules satisfied", width: 40, fold: 1},
		{title: "Session controls not satisfied", width: 28, fold: 1},
		{title: "Authentication strength", width: 28, fold: 1},
		{title: "Policy ID", width: uuidWidth, fold: 1},
		{title: "Further members", width: 40, fold: 1},
	},
}

func readPolicies(elements []jsonObject, s *cellStyles) (l list) {
	groups := resultGroups{places: map[string]int{}}
	for i, o := range elements {
		name, result, id := o.popText("displayName"), o.popText("result"), o.popText("id")
		name = cmp.Or(name, id)
		groups.add(result, name)
		cells := textCells(s.text, name, result, o.popText("enforcedGrantControls"), o.popText("enforcedSessionControls"),
			conditions(o.pop("conditionsSatisfied")), conditions(o.pop("conditionsNotSatisfied")), "",
			rules(o.pop("includeRulesSatisfied")), rules(o.pop("excludeRulesSatisfied")),
			o.popText("sessionControlsNotSatisfied"), strength(o), id, o.rest())
		cells[1].style = resultStyle(result, &s.cells, s.text)
		cells[6] = countCell(s.whole, int64(i+1))
		l.lines = append(l.lines, cells)
	}
	l.short = groups.String()
	return l
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

// maxNamed is how many policies of one result a line names.
const maxNamed = 6

// countedResults are the results of policies that a line counts without names, as
// the policies had no effect.
var countedResults = map[string]string{
	"notApplied": "not applied", "notEnabled": "not enabled", "reportOnlyNotApplied": "report-only not applied",
}

// resultGroups are the policies of a sign-in by result, in the order of the first.
type resultGroups struct {
	list   []resultGroup
	places map[string]int // in list
}

type resultGroup struct {
	result string
	names  []string
	count  int
}

func (g *resultGroups) add(result, name string) {
	i, found := g.places[result]
	if !found {
		i = len(g.list)
		g.list, g.places[result] = append(g.list, resultGroup{result: result}), i
	}
	group := &g.list[i]
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
