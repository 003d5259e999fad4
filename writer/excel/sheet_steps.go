package excel

import (
	"fmt"
	"strings"
	"time"

	"signins/schema"
	"signins/schema/jsontext"
)

const stepSheet = "Authentication steps"

func newStepSheet(p parts) sheet {
	return newListTable(p, stepSheet, p.rows.steps, "No record lists authentication steps.")
}

// stepLists are the authentication steps of sign-ins.
var stepLists = listKind{
	source: schema.AuthenticationDetails, short: stepColumn, read: readSteps,
	columns: []listColumn{
		{"Step", 7, false},
		{"Step date (UTC)", 22, false},
		{"Authentication method", 30, false},
		{"Authentication method detail", 30, false},
		{"Succeeded", 11, false},
		{"Result detail", 44, false},
		{"Requirement", 28, false},
		{"Status sequence", 10, true},
		{"Request sequence", 10, true},
		{"Further members", 40, true},
	},
}

// maxSteps is how many steps a line has.
const maxSteps = 8

func readSteps(elements []jsontext.Value, s *cellStyles) (l list, ok bool) {
	var short []string
	for i, element := range elements {
		o, ok := newJSONObject(element)
		if !ok {
			return list{}, false
		}
		date, method, detail := o.popText("authenticationStepDateTime"), o.popText("authenticationMethod"), o.popText("authenticationMethodDetail")
		succeeded, result := o.popText("succeeded"), o.popText("authenticationStepResultDetail")
		if i < maxSteps {
			short = append(short, stepInShort(method, succeeded, result))
		}
		cells := textCells(s.text, "", date, method, detail, succeeded, result, o.popText("authenticationStepRequirement"),
			o.popText("StatusSequence"), o.popText("RequestSequence"), o.rest())
		cells[0] = countCell(s.whole, int64(i+1))
		if t, err := time.Parse(time.RFC3339Nano, date); err == nil && isDate(t.UnixMicro()) {
			cells[1] = timeCell(s.date, t.UnixMicro())
		}
		cells[4].style = s.result(succeeded)
		l.lines = append(l.lines, cells)
	}
	if more := len(elements) - len(short); more > 0 {
		short = append(short, fmt.Sprintf("%d more", more))
	}
	l.short = strings.Join(short, " → ")
	return l, true
}

// stepInShort returns a step in some words, such as "Password: succeeded".
func stepInShort(method, succeeded, result string) string {
	if method == "" {
		method = "(no method)"
	}
	switch {
	case strings.EqualFold(succeeded, "true"):
		return method + ": succeeded"
	case strings.EqualFold(succeeded, "false") && result != "":
		return method + ": failed (" + result + ")"
	case strings.EqualFold(succeeded, "false"):
		return method + ": failed"
	case result != "":
		return method + ": " + result
	}
	return method
}
