package excel

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

const policySheet = "Conditional access"

// policyLists are the applied Conditional Access policies of sign-ins.
var policyLists = listKind{
	sheet: policySheet, emptyNote: "No record lists Conditional Access policies.",
	source: schema.ConditionalAccessPolicies, number: 6, read: readPolicy, short: policiesInShort,
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

func readPolicy(o jsonObject, s *cellStyles) *listElement {
	name, result, id := o.popText("displayName"), o.popText("result"), o.popText("id")
	name = cmp.Or(name, id)
	cells := textCells(s.text, name, result, o.popText("enforcedGrantControls"), o.popText("enforcedSessionControls"),
		conditions(o.pop("conditionsSatisfied")), conditions(o.pop("conditionsNotSatisfied")), "",
		rules(o.pop("includeRulesSatisfied")), rules(o.pop("excludeRulesSatisfied")),
		o.popText("sessionControlsNotSatisfied"), strength(o), id, o.rest())
	cells[1].style = resultStyle(result, &s.cells, s.text)
	return &listElement{name: name, word: result, cells: cells}
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

// A resultGroup is the policies of a sign-in with one result.
type resultGroup struct {
	result string
	names  [maxNamed]string
	count  int
}

// groupResults returns policies by result, in the order of the first ones.
func groupResults(policies []*listElement) (groups []resultGroup) {
	places := map[string]int{} // by result
	for _, p := range policies {
		i, found := places[p.word]
		if !found {
			i = len(groups)
			groups, places[p.word] = append(groups, resultGroup{result: p.word}), i
		}
		group := &groups[i]
		if group.count < maxNamed {
			group.names[group.count] = p.name
		}
		group.count++
	}
	return groups
}

// policiesInShort appends policies in a line, such as "failure: Require MFA; 2 not applied".
func policiesInShort(dst []byte, policies []*listElement) []byte {
	begin := len(dst)
	groups := groupResults(policies)
	for _, counted := range []bool{false, true} {
		for _, g := range groups {
			words := countedResults[g.result]
			if (words != "") != counted {
				continue
			}
			if len(dst) > begin {
				dst = append(dst, "; "...)
			}
			if counted {
				dst = append(append(strconv.AppendInt(dst, int64(g.count), 10), ' '), words...)
				continue
			}
			dst = append(append(dst, g.result...), ": "...)
			for i, name := range g.names[:min(g.count, maxNamed)] {
				if i > 0 {
					dst = append(dst, ", "...)
				}
				dst = append(dst, name...)
			}
			if more := g.count - maxNamed; more > 0 {
				dst = fmt.Appendf(dst, " and %d more", more)
			}
		}
	}
	return dst
}
