package reader

import (
	"bytes"
	"strings"

	"signins/schema"
)

// portalCSV is the portal's Download as CSV. Its titles differ by year, class
// of sign-in and language; they are matched by name and never by position.
var portalCSV = dialect{
	name: "portal-csv",
	match: func(s *shape) string {
		switch {
		case s.header == nil:
			return "no CSV header"
		case !s.has("Date (UTC)") && !s.has("Date"):
			return "no column Date (UTC)"
		case s.has("Request ID") && s.has("Username"):
			return ""
		case s.has("Service principal ID"):
			return ""
		}
		return "neither Request ID and Username nor Service principal ID among the columns"
	},
	open: func(in *Input, s *shape, o Options) (cutter, func() parser) {
		w := in.window(s.headerEnd, s.eol)
		if s.headerCut {
			in.Warnings.Add(schema.NoFinalNewline, 1)
		}
		finish := func(*record) {}
		if s.has("Sign-in error code") {
			finish = finishPortal
		}
		return &rows{w: w, warnings: &in.Warnings}, func() parser {
			return &csvParser{targets: portalTargets(s.header, &in.Warnings), finish: finish, raw: o.Raw}
		}
	},
}

// portalTargets says where the cells under each title go.
func portalTargets(header []string, warnings *schema.Tally) []target {
	byTitle := map[string][]schema.ColumnID{}
	for id := range schema.Columns {
		for title := range strings.SplitSeq(schema.Columns[id].Portal, "|") {
			if title != "" {
				key := foldTitle(title)
				byTitle[key] = append(byTitle[key], schema.ColumnID(id))
			}
		}
	}
	seen := map[string]bool{}
	targets := make([]target, len(header))
	for i, title := range header {
		key := foldTitle(title)
		t := &targets[i]
		t.path = title
		t.utc = strings.Contains(key, "(utc)")
		if seen[key] {
			// The portal itself repeats this title: the enumeration's member
			// first, its display text later.
			t.known = key == "incoming token type"
			continue
		}
		seen[key] = true
		t.columns = byTitle[key]
		t.known = len(t.columns) > 0
		t.take = portalSpecial[key]
	}
	return targets
}

// portalSpecial takes the cells that are more than one plain value.
var portalSpecial = map[string]func(r *record, t *token, path string){
	"location":                takeLocation,
	"latency":                 takeLatency,
	"status":                  takeStatus,
	"unique token identifier": takeGuarded,
}

// takeLocation splits "City, State, CC" from the right, as cities hold commas.
// Any other form stands in extra as well.
func takeLocation(r *record, t *token, path string) {
	rest, places := t.text, [3][]byte{}
	for i := 2; i > 0; i-- {
		comma := bytes.LastIndexByte(rest, ',')
		places[i] = bytes.TrimSpace(rest[comma+1:])
		rest = rest[:max(comma, 0)]
	}
	places[0] = bytes.TrimSpace(rest)
	for i, id := range []schema.ColumnID{schema.LocationCity, schema.LocationState, schema.LocationCountry} {
		r.set(id, &token{kind: '"', cell: true, raw: places[i], text: places[i]}, path)
	}
	if t.damage != "" {
		r.issue(t.damage)
	}
	if !bytes.Equal(bytes.Join(places[:], []byte(", ")), t.raw) && !t.empty() {
		r.keep(path, t)
	}
}

// takeLatency reads milliseconds with or without the unit.
func takeLatency(r *record, t *token, path string) {
	t.text = bytes.TrimSpace(bytes.TrimSuffix(t.text, []byte("ms")))
	r.set(schema.ProcessingTimeMS, t, path)
}

// takeStatus takes the portal's three words. In another language the error
// code decides and the word stands in extra.
func takeStatus(r *record, t *token, path string) {
	v, issue := r.convert(schema.SignInStatus, t)
	if issue == "" {
		r.store(schema.SignInStatus, v)
		return
	}
	r.issue(issue)
	r.keep(path, t)
}

// takeGuarded drops the apostrophe that the portal puts before a leading minus
// or plus, so that the token joins with other logs.
func takeGuarded(r *record, t *token, path string) {
	if len(t.text) > 1 && t.text[0] == '\'' && (t.text[1] == '-' || t.text[1] == '+') {
		r.keep(path, t)
		t.text = t.text[1:]
	}
	r.set(schema.UniqueTokenIdentifier, t, path)
}

// finishPortal says code 0 where the portal left it out of a success.
func finishPortal(r *record) {
	code := &r.b.Columns[schema.ErrorCode]
	if code.Set(r.row) || r.b.Columns[schema.ResultTypeRaw].Set(r.row) {
		return
	}
	if string(r.b.Columns[schema.SignInStatus].Value(r.row)) == "success" {
		code.SetNum(r.row, 0)
	}
}
