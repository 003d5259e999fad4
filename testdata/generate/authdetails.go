package main

import (
	"strconv"
	"strings"
	"time"
)

// authDetailsColumns is the portal's table of authentication steps: one row a
// step. The order of its columns is not known.
var authDetailsColumns = []string{
	"Request ID", "Date", "Authentication method", "Authentication method detail", "Succeeded", "Result detail", "Requirement",
}

// authDetails writes the steps of all sign-ins.
func authDetails(events []event) []byte {
	var b strings.Builder
	writeRow(&b, authDetailsColumns, true)
	text := func(v any) string { s, _ := v.(string); return s }
	for _, e := range events {
		for _, step := range e.steps(time.RFC3339) {
			s := step.(object)
			succeeded, _ := s.get("succeeded").(bool)
			writeRow(&b, []string{
				e.id, text(s.get("authenticationStepDateTime")), text(s.get("authenticationMethod")), text(s.get("authenticationMethodDetail")),
				strconv.FormatBool(succeeded), text(s.get("authenticationStepResultDetail")), text(s.get("authenticationStepRequirement")),
			}, false)
		}
	}
	return []byte(b.String())
}
