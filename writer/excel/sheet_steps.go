package excel

import (
	"cmp"
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
	source: schema.AuthenticationDetails, read: readSteps,
	columns: []columnLook{
		{title: "Step", width: 7},
		{title: "Step date (UTC)", width: 22},
		{title: "Authentication method", width: 30},
		{title: "Authentication method detail", width: 30},
		{title: "Succeeded", width: 11},
		{title: "Result detail", width: 44},
		{title: "Requirement", width: 28},
		{title: "Status sequence", width: 10, fold: 1},
		{title: "Request sequence", width: 10, fold: 1},
		{title: "Further members", width: 40, fold: 1},
	},
}

// maxSteps is how many steps a line has.
const maxSteps = 8

func readSteps(elements []jsonObject, s *cellStyles) (l list) {
	var short []string
	for i, o := range elements {
		date, method, detail := o.popText("authenticationStepDateTime"), o.popText("authenticationMethod"), o.popText("authenticationMethodDetail")
		outcome, result := o.pop("succeeded"), o.popText("authenticationStepResultDetail")
		succeeded := jsonText(outcome)
		if method != "" {
			l.names = append(l.names, method)
		}
		if i < maxSteps {
			short = append(short, stepInShort(method, succeeded, result))
		}
		cells := textCells(s.text, "", date, method, detail, succeeded, result, o.popText("authenticationStepRequirement"),
			o.popText("StatusSequence"), o.popText("RequestSequence"), o.rest())
		cells[0] = countCell(s.whole, int64(i+1))
		if t, err := time.Parse(time.RFC3339Nano, date); err == nil && isDate(t.UnixMicro()) {
			cells[1] = timeCell(s.date, t.UnixMicro())
		}
		cells[4].style = resultStyle(succeeded, &s.cells, s.text)
		if kind := outcome.Kind(); kind == jsontext.True || kind == jsontext.False {
			cells[4] = truthCell(cells[4].style, kind == jsontext.True)
		}
		l.lines = append(l.lines, cells)
	}
	if more := len(elements) - len(short); more > 0 {
		short = append(short, fmt.Sprintf("%d more", more))
	}
	l.short = strings.Join(short, " → ")
	return l
}

// stepInShort returns a step in some words, such as "Password: succeeded".
func stepInShort(method, succeeded, result string) string {
	method = cmp.Or(method, "(no method)")
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
