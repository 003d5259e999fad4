package reader

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"signins/schema"
)

// portalCSV is the portal's Download as CSV. Its titles differ by year, class
// of sign-in and language; they are matched by name and never by position.
var portalCSV = dialect{
	name:     "portal-csv",
	utcTimes: true,
	match: func(s *shape) string {
		switch {
		case !s.has("Date (UTC)") && !s.has("Date") || localisedTitles(s.header) != nil:
			return localised(s)
		case s.has("Request ID") && s.has("Username"), s.has("Service principal ID"):
			return s.whyNotPortals()
		}
		return "neither Request ID and Username nor Service principal ID among the columns"
	},
	columns: portalTargets,
	isTitle: func(folded string) bool { _, ok := portalColumns()[folded]; return ok },
	finish:  finishPortal,

	joinsSteps: true,
}

// genericTitles are titles of the portal that other lists have, too.
var genericTitles = foldedSet([]string{"Date (UTC)", "Date", "Request ID", "Username", "User", "User ID", "IP address", "Location",
	"Application ID", "Service principal ID", "Service principal name", "Correlation ID"})

// whyNotPortals returns why titles are not those of sign-ins, "" if they are: several that
// the portal does not write weigh against generic ones.
func (s *shape) whyNotPortals() (whyNot string) {
	var others []string
	for _, title := range s.header {
		key := foldTitle(title)
		switch _, known := portalColumns()[key]; {
		case known && !genericTitles[key]:
			return ""
		case !known && key != "" && !slices.Contains(others, key):
			others = append(others, key)
		}
	}
	if len(others) > 1 {
		return "columns of another log, such as " + others[0]
	}
	return ""
}

// A portalTitle is a spelling of a portal column: rank 0 is preferred.
type portalTitle struct {
	column schema.ColumnID
	rank   int
}

// portalColumns are the columns of the portal's titles, by folded title.
var portalColumns = sync.OnceValue(func() map[string]portalTitle {
	titles := map[string]portalTitle{}
	for id := range schema.Columns {
		for rank, spelling := range strings.Split(schema.Columns[id].Portal, "|") {
			key := foldTitle(spelling)
			if _, exists := titles[key]; key != "" && !exists {
				titles[key] = portalTitle{schema.ColumnID(id), rank}
			}
		}
	}
	return titles
})

// portalTargets is the columnsFunc of the portal. Of several titles for one column
// the preferred one is stored; of equal ones, the first.
func portalTargets(header []string, warnings *schema.Tally) (*fieldTree, []target) {
	titles := header
	english := localisedTitles(header)
	if english != nil {
		warnings.Add(schema.LocalisedHeader, 1)
		titles = english
	}
	cellOf := map[schema.ColumnID]int{}
	for i, spelling := range titles {
		t, known := portalColumns()[foldTitle(spelling)]
		j, exists := cellOf[t.column]
		if known && (!exists || t.rank < portalColumns()[foldTitle(titles[j])].rank) {
			cellOf[t.column] = i
		}
	}
	seen := map[string]bool{}
	targets := make([]target, len(header))
	for i, spelling := range titles {
		key := foldTitle(spelling)
		t, known := portalColumns()[key]
		targets[i] = target{path: header[i], column: noColumn, utc: strings.Contains(key, "(utc)")}
		switch {
		case known && cellOf[t.column] == i:
			targets[i].column, targets[i].set = t.column, portalSetters[key]
			if english != nil && t.column == schema.CrossTenantAccessType {
				targets[i].set = setKnownWord(t.column)
			}
		case seen[key] && key == "incoming token type":
			// The portal itself repeats this title: the enumeration's member
			// first, its display text later.
			targets[i].known = true
		case seen[key]:
			warnings.Add(schema.RepeatedHeader, 1)
		default:
			targets[i].known = known
		}
		seen[key] = true
	}
	return &fieldTree{}, targets
}

// portalSetters store the cells that are more than one plain value, by folded title.
var portalSetters = map[string]setter{
	"location":                setLocation,
	"latency":                 setLatency,
	"status":                  setKnownWord(schema.SignInStatus),
	"unique token identifier": setGuarded,
}

// setLocation stores "City, State, CC". Any other form also goes to extra, and stays
// there alone where splitPlace finds no place. The codes of a location are remembered
// for the batch.
func setLocation(r *rowBuilder, t *token) (plain bool) {
	if codes, ok := r.locations[string(t.raw)]; ok {
		for i, id := range locationColumns {
			r.batch.Columns[id].SetCode(r.index, codes[i])
		}
		return false
	}
	places, ok := splitPlace(t.text)
	if !ok && !t.empty() {
		r.issue(schema.UnclearLocation)
		r.keep(t)
		return false
	}
	var codes [3]schema.Code
	for i, id := range locationColumns {
		r.set(id, &token{path: t.path, kind: '"', cell: true, raw: places[i], text: places[i]})
		codes[i] = r.batch.Columns[id].Code(r.index)
	}
	if t.damage != "" {
		r.issue(t.damage)
	}
	switch complete := bytes.Equal(bytes.Join(places[:], []byte(", ")), t.raw); {
	case !complete && !t.empty():
		r.keep(t)
	case complete:
		r.locations[string(t.raw)] = codes
	}
	return false
}

// setLatency reads milliseconds with or without the unit.
func setLatency(r *rowBuilder, t *token) (plain bool) {
	if number := bytes.TrimSpace(bytes.TrimSuffix(t.text, []byte("ms"))); len(number) > 0 {
		t.text = number
	}
	return r.set(schema.ProcessingTimeMS, t)
}

// setGuarded drops the apostrophe that the portal puts before a leading minus
// or plus, so that the token joins with other logs.
func setGuarded(r *rowBuilder, t *token) (plain bool) {
	if len(t.text) > 1 && t.text[0] == '\'' && (t.text[1] == '-' || t.text[1] == '+') {
		r.keep(t)
		t.text, t.damage = t.text[1:], ""
	}
	r.set(schema.UniqueTokenIdentifier, t)
	return false
}

// finishPortal stores code 0 for a success without one: the portal leaves the cell
// empty.
func finishPortal(r *record) (whyNot string) {
	b := r.row.batch
	code := &b.Columns[schema.ErrorCode]
	if !r.hasErrorCodes || code.Set(r.row.index) || b.Columns[schema.ResultTypeRaw].Set(r.row.index) {
		return ""
	}
	if string(b.Columns[schema.SignInStatus].Value(r.row.index)) == "success" {
		code.SetNum(r.row.index, 0)
	}
	return ""
}

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

// setKnownWord returns the setter of an enumeration whose words may be in another
// language. An unknown word may mean anything there and goes to extra.
func setKnownWord(id schema.ColumnID) setter {
	return func(r *rowBuilder, t *token) (plain bool) {
		if _, issue := r.convert(id, t); issue != "" {
			r.issue(issue)
			r.keep(t)
			return false
		}
		return r.set(id, t)
	}
}
