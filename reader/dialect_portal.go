package reader

import (
	"bytes"
	"strings"
	"sync"

	"signins/schema"
)

// portalCSV is the portal's Download as CSV. Its titles differ by year, class
// of sign-in and language; they are matched by name and never by position.
var portalCSV = dialect{
	name: "portal-csv",
	match: func(s *shape) string {
		switch {
		case !s.has("Date (UTC)") && !s.has("Date") || localisedTitles(s.header) != nil:
			return localised(s)
		case s.has("Request ID") && s.has("Username"):
			return ""
		case s.has("Service principal ID"):
			return ""
		}
		return "neither Request ID and Username nor Service principal ID among the columns"
	},
	columns: portalTargets,
	isTitle: func(folded string) bool { _, ok := portalColumns()[folded]; return ok },
	finish:  finishPortal,

	joinsSteps: true,
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
			if key := foldTitle(spelling); key != "" {
				if _, exists := titles[key]; !exists {
					titles[key] = portalTitle{schema.ColumnID(id), rank}
				}
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
	rankOf := func(i int) int { return portalColumns()[foldTitle(titles[i])].rank }
	for i, spelling := range titles {
		if t, known := portalColumns()[foldTitle(spelling)]; known {
			if j, exists := cellOf[t.column]; !exists || t.rank < rankOf(j) {
				cellOf[t.column] = i
			}
		}
	}
	seen := map[string]bool{}
	targets := make([]target, len(header))
	for i, spelling := range titles {
		key := foldTitle(spelling)
		t, known := portalColumns()[key]
		targets[i] = target{path: header[i], utc: strings.Contains(key, "(utc)")}
		switch {
		case known && cellOf[t.column] == i:
			targets[i].column, targets[i].hasColumn, targets[i].set = t.column, true, portalSetters[key]
			if english != nil && t.column == schema.CrossTenantAccessType {
				targets[i].set = setLocalised(t.column)
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
	"status":                  setStatus,
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

// setStatus stores the portal's three words. A word in another language goes to
// extra: the error code decides.
func setStatus(r *rowBuilder, t *token) (plain bool) {
	v, issue := r.convert(schema.SignInStatus, t)
	if issue == "" {
		r.store(schema.SignInStatus, v)
		return t.damage == ""
	}
	r.issue(issue)
	r.keep(t)
	return false
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
func finishPortal(r *record) (string, string) {
	b := r.row.batch
	code := &b.Columns[schema.ErrorCode]
	if !r.hasErrorCodes || code.Set(r.row.index) || b.Columns[schema.ResultTypeRaw].Set(r.row.index) {
		return "", ""
	}
	if string(b.Columns[schema.SignInStatus].Value(r.row.index)) == "success" {
		code.SetNum(r.row.index, 0)
	}
	return "", ""
}
