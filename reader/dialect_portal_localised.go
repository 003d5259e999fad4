package reader

import (
	"regexp"
	"slices"
	"strings"

	"signins/schema"
)

// userTitles are the titles of the portal's CSV of user sign-ins, in their
// order since January 2025. Before that two were not there yet, and until
// November 2024 a third.
var userTitles = strings.Split("Date (UTC)|Request ID|User agent|Correlation ID|User ID|User|Username|User type|Cross tenant access type|"+
	"Incoming token type|Authentication Protocol|Unique token identifier|Original transfer method|"+
	"Client credential type|Token Protection - Sign In Session|Token Protection - Sign In Session StatusCode|"+
	"Application|Application ID|App owner tenant ID|Resource|Resource ID|Resource tenant ID|"+
	"Resource owner tenant ID|Home tenant ID|Home tenant name|IP address|Location|Status|Sign-in error code|"+
	"Failure reason|Client app|Device ID|Browser|Operating System|Compliant|Managed|Join Type|"+
	"Multifactor authentication result|Multifactor authentication auth method|"+
	"Multifactor authentication auth detail|Authentication requirement|Sign-in identifier|Session ID|"+
	"IP address (seen by resource)|Through Global Secure Access|Global Secure Access IP address|"+
	"Autonomous system number|Flagged for review|Token issuer type|Incoming token type|Token issuer name|Latency|"+
	"Conditional Access|Managed Identity type|Associated Resource Id|Federated Token Id|Federated Token Issuer", "|")

// titlesByCount are the orders of titles in which the portal's own repetition
// of one title was seen, by their number.
var titlesByCount = map[int][]string{
	57: userTitles,
	55: withoutTitles("App owner tenant ID", "Resource owner tenant ID"),
	54: withoutTitles("App owner tenant ID", "Resource owner tenant ID", "Session ID"),
}

func withoutTitles(later ...string) []string {
	return slices.DeleteFunc(slices.Clone(userTitles), func(title string) bool { return slices.Contains(later, title) })
}

// localisedTitles returns the English titles of the portal's columns in another
// language, going by their position; nil for any other header. Such a header has as
// many columns, repeats a title only where the English one does, and has no English
// title at another's position.
func localisedTitles(header []string) []string {
	english := titlesByCount[len(header)]
	if english == nil || slices.ContainsFunc(header, func(title string) bool { return foldTitle(title) == "request id" }) {
		return nil
	}
	for i, title := range header {
		key := foldTitle(title)
		if _, known := portalColumns()[key]; known && key != foldTitle(english[i]) {
			return nil
		}
		for j, other := range header[:i] {
			if (key == foldTitle(other)) != (english[i] == english[j]) {
				return nil
			}
		}
	}
	return english
}

// localised returns why an input is not the portal's CSV in another language, "" if
// it is. The columns alone are no proof: the first cells must be a date and a Request
// ID.
func localised(s *shape) string {
	switch {
	case localisedTitles(s.header) == nil:
		return "no column Date (UTC)"
	case len(s.first) != len(s.header):
		return "columns as in the portal's CSV in another language, but no row to prove it"
	}
	if _, ok := parseTime([]byte(s.first[0])); !ok || !guid.MatchString(s.first[1]) {
		return "columns as in the portal's CSV in another language, but the first two are no date and Request ID"
	}
	return ""
}

var guid = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// setLocalised returns the setter of an enumeration that decides on access. An unknown
// word may mean anything in its language and goes to extra.
func setLocalised(id schema.ColumnID) setter {
	return func(r *rowBuilder, t *token) (plain bool) {
		if _, issue := r.convert(id, t); issue != "" {
			r.issue(issue)
			r.keep(t)
			return false
		}
		return r.set(id, t)
	}
}
