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

// stepLists are the authentication steps of sign-ins.
var stepLists = listKind{
	sheet: stepSheet, emptyNote: "No record lists authentication steps.",
	source: schema.AuthenticationDetails, read: readStep, short: stepsInShort,
	date: `{"` + stepDate + `":"`, dateCell: stepDateCell,
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

const stepDate = "authenticationStepDateTime"

func readStep(o jsonObject, s *cellStyles) *listElement {
	date, method, detail := o.popText(stepDate), o.popText("authenticationMethod"), o.popText("authenticationMethodDetail")
	outcome, result := o.pop("succeeded"), o.popText("authenticationStepResultDetail")
	succeeded := jsonText(outcome)
	cells := textCells(s.text, "", "", method, detail, succeeded, result, o.popText("authenticationStepRequirement"),
		o.popText("StatusSequence"), o.popText("RequestSequence"), o.rest())
	cells[1] = stepDateCell(date, s)
	cells[4].style = resultStyle(succeeded, &s.cells, s.text)
	if kind := outcome.Kind(); kind == jsontext.True || kind == jsontext.False {
		cells[4] = truthCell(cells[4].style, kind == jsontext.True)
	}
	return &listElement{name: method, word: stepInShort(method, succeeded, result), cells: cells}
}

// stepDateCell returns the cell of the date of a step, with the text where it is none.
func stepDateCell(date string, s *cellStyles) cell {
	if t, err := time.Parse(time.RFC3339Nano, date); err == nil && isDate(t.UnixMicro()) {
		return timeCell(s.date, t.UnixMicro())
	}
	return cell{style: s.text, text: date}
}

// stepsInShort appends steps in a line, such as "Password: succeeded → Text message: failed".
func stepsInShort(dst []byte, steps []*listElement) []byte {
	for i, step := range steps[:min(len(steps), maxSteps)] {
		if i > 0 {
			dst = append(dst, " → "...)
		}
		dst = append(dst, step.word...)
	}
	if more := len(steps) - maxSteps; more > 0 {
		dst = fmt.Appendf(dst, " → %d more", more)
	}
	return dst
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
