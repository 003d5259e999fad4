package excel

import (
	"fmt"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// policyColumns are those of the sheet Conditional access that tell of the
// policy.
var policyColumns = []detailColumn{
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
}

// policies reads the applied policies of a sign-in.
func (x *Writer) policies(value []byte) details {
	if isEmptyJSON(value) {
		return details{}
	}
	list, ok := readJSONList(value)
	if !ok {
		return unreadable(len(policyColumns), value, x.styles.text)
	}
	var all details
	var groups resultGroups
	for i, element := range list {
		o, ok := newJSONObject(element)
		if !ok {
			return unreadable(len(policyColumns), value, x.styles.text)
		}
		name, result := o.takeText("displayName"), o.takeText("result")
		id := o.takeText("id")
		if name == "" {
			name = id
		}
		groups.add(result, name)
		s := x.styles.text
		cells := texts(s, name, result, o.takeText("enforcedGrantControls"), o.takeText("enforcedSessionControls"),
			conditions(o.take("conditionsSatisfied")), conditions(o.take("conditionsNotSatisfied")), "",
			rules(o.take("includeRulesSatisfied")), rules(o.take("excludeRulesSatisfied")),
			o.takeText("sessionControlsNotSatisfied"), strength(o), id, o.rest())
		cells[1].style = x.styles.result(result)
		cells[6] = number(x.styles.whole, i+1)
		all.lines = append(all.lines, cells)
	}
	all.short = groups.String()
	return all
}

// unreadable shows a value that is not the list it should be.
func unreadable(columns int, value []byte, style int) details {
	cells := make([]cell, columns)
	cells[0] = cell{style: style, text: "(not readable, see further members)"}
	cells[columns-1] = cell{style: style, text: string(value)}
	return details{short: "(not readable)", lines: [][]cell{cells}}
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
	return o.takeText(member)
}

// rules returns the rules of a policy that matched, such as "users: allUsers".
func rules(v jsontext.Value) string {
	if v.Kind() != jsontext.Array {
		return jsonText(v)
	}
	var parts []string
	for rule := range v.Elements() {
		o, _ := newJSONObject(rule)
		text := conditions(o.take("conditionalAccessCondition"))
		if satisfied := o.takeText("ruleSatisfied"); satisfied != "" {
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

// resultGroups gather the policies of a sign-in by result, in order of the first.
type resultGroups struct {
	list []*resultGroup
	by   map[string]*resultGroup
}

type resultGroup struct {
	result string
	names  []string
	count  int
}

// maxNamed is how many policies with one result are named in a line.
const maxNamed = 6

// unnamed are the results of policies that did not matter: they are counted.
var unnamed = map[string]string{
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

// String tells the policies that mattered by name, and how many did not.
func (g resultGroups) String() string {
	var named, counted []string
	for _, group := range g.list {
		if words := unnamed[group.result]; words != "" {
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
