package excel

import (
	"fmt"
	"strings"
	"time"
)

// stepColumns are those of the sheet Authentication steps that tell of the
// step.
var stepColumns = []detailColumn{
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
}

// maxSteps is how many steps are told in a line.
const maxSteps = 8

// steps reads the authentication steps of a sign-in.
func (x *Writer) steps(value []byte) details {
	if isEmptyJSON(value) {
		return details{}
	}
	list, ok := readJSONList(value)
	if !ok {
		return unreadable(len(stepColumns), value, x.styles.text)
	}
	var all details
	var short []string
	for i, element := range list {
		o, ok := newJSONObject(element)
		if !ok {
			return unreadable(len(stepColumns), value, x.styles.text)
		}
		at, method, detail := o.takeText("authenticationStepDateTime"), o.takeText("authenticationMethod"), o.takeText("authenticationMethodDetail")
		succeeded, result := o.takeText("succeeded"), o.takeText("authenticationStepResultDetail")
		if i < maxSteps {
			short = append(short, stepInShort(method, succeeded, result))
		}
		cells := texts(x.styles.text, "", at, method, detail, succeeded, result, o.takeText("authenticationStepRequirement"),
			o.takeText("StatusSequence"), o.takeText("RequestSequence"), o.rest())
		cells[0] = number(x.styles.whole, i+1)
		if t, err := time.Parse(time.RFC3339Nano, at); err == nil && isDate(t.UnixMicro()) {
			cells[1] = timeCell(x.styles.date, t.UnixMicro())
		}
		cells[4].style = x.styles.result(succeeded)
		all.lines = append(all.lines, cells)
	}
	if more := len(list) - len(short); more > 0 {
		short = append(short, fmt.Sprintf("%d more", more))
	}
	all.short = strings.Join(short, " → ")
	return all
}

// stepInShort tells a step in some words.
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
