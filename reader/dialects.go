package reader

import (
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A dialect is one family of exports. A new one is a value of this type in a file of
// its own and an element of dialects; no other file names it.
type dialect struct {
	name string
	// match returns why an input that is JSON or CSV, as the dialect is, is not of
	// it; "" if it is.
	match  func(s *shape) string
	finish finisher

	// A CSV dialect has columns.
	columns columnsFunc
	isTitle func(folded string) bool // of titles that are no fields, nil for none

	// A JSON dialect has fields, made anew for each parser, and the names of the
	// arrays that hold the records of a page, the usual one first.
	fields func() *fieldTree
	pages  []string

	// Set by some dialects only.
	isSteps        bool // its rows are authentication steps, not sign-ins
	joinsSteps     bool // such steps are joined to its sign-ins
	knowsDateOrder bool // local dates need no proof of their order
	// Times without a zone are UTC, as the documentation of the format says. Without
	// that, --input-timezone gives their zone. A title with [UTC] or (UTC) decides for
	// its own column.
	utcTimes bool
	// Its exports have interactive sign-ins only unless others were asked for.
	interactiveByDefault bool
	// category returns the category of a table with those columns, "" for unknown; it
	// may be nil.
	category func(titles []string) string
}

// reads reports whether an input of that shape can be of the dialect, which is JSON
// or CSV, whatever its names are.
func (d *dialect) reads(s *shape) bool {
	if d.columns != nil {
		return s.header != nil
	}
	return s.keys != nil
}

// whyNot returns why an input of that shape, which can be of the dialect, is not; ""
// if it is.
func (d *dialect) whyNot(s *shape) string {
	if s.page != "" && d.columns == nil && !slices.Contains(d.pages, s.page) {
		return "the records are in " + s.page
	}
	return d.match(s)
}

// knows reports whether the dialect has a column for one of those titles.
func (d *dialect) knows(titles []string) bool {
	if d.columns == nil {
		return len(d.fields().columnsOf(titles)) > 0
	}
	_, targets := d.columns(titles, new(schema.Tally))
	return len(columnsOf(targets)) > 0
}

// open returns the cutter of an input, from a window at its first record, and a
// function that makes parsers of its chunks, one for each goroutine.
func (d *dialect) open(in *Input, w *window, o Options) (cutter, func() parser) {
	s := in.shape
	if d.columns != nil {
		d.columns(s.header, &in.Warnings)
		return &lineCutter{w, s.separator, &in.Warnings}, func() parser {
			p := newCSVParser(in, d, o.Raw)
			p.record.setInput(in, o)
			return p
		}
	}
	page := d.pages[0]
	if slices.Contains(d.pages, s.page) {
		page = s.page
	}
	newParser := func() *jsonParser {
		p := newJSONParser(d.fields(), page, o.Raw, d.finish)
		p.record.setInput(in, o)
		p.record.expected = in.expected
		return p
	}
	if s.wrapping != nil {
		return d.openWrapped(in, w, newParser)
	}
	asParser := func() parser { return newParser() }
	if s.lines {
		return &lineCutter{w, 0, &in.Warnings}, asParser
	}
	return &elements{w: w, page: page, fields: d.fields, warnings: &in.Warnings, leading: s.leading}, asParser
}

// openWrapped is open for records that are wrapped in other values.
func (d *dialect) openWrapped(in *Input, w *window, newRecords func() *jsonParser) (cutter, func() parser) {
	s := in.shape
	newParser := func() parser {
		return &unwrapParser{unwrapper: unwrapper{wrapping: *s.wrapping}, rows: s.rows(nil), records: newRecords()}
	}
	switch s.wrapping.form {
	case inLines:
		return &lineCutter{w, 0, &in.Warnings}, newParser
	case inRows:
		return &lineCutter{w, s.separator, &in.Warnings}, newParser
	}
	return &elements{w: w, page: noPage, fields: d.fields, warnings: &in.Warnings, noGuess: true, leading: s.leading}, newParser
}

// A parser fills an empty batch with the records of a chunk, and keeps neither. A
// *syntaxError ends the input.
type parser interface {
	parse(c *chunk, b *schema.Batch) error
}

// A syntaxError is a fault at a byte of a text, JSON or CSV.
type syntaxError = jsontext.SyntaxError

// dialects are tried in this order.
var dialects = []*dialect{
	&authDetailsCSV, &portalCSV, &logAnalyticsCSV, &defenderCSV, &powershellCSV,
	&diagnosticJSON, &graphJSON, &logAnalyticsJSON, &powershellJSON, &defenderJSON,
}

// holdsRecords reports whether the array of that name holds the records of a page in
// some dialect.
func holdsRecords(name string) bool {
	return slices.ContainsFunc(dialects, func(d *dialect) bool { return slices.Contains(d.pages, name) })
}

// isDialectTitle reports whether a folded text is a title of some dialect that is no
// field of it.
func isDialectTitle(folded string) bool {
	return slices.ContainsFunc(dialects, func(d *dialect) bool { return d.isTitle != nil && d.isTitle(folded) })
}

// Formats are the names of all dialects, the values of Options.From.
func Formats() []string {
	var names []string
	for _, d := range dialects {
		names = append(names, d.name)
	}
	return names
}

// signInCategory reports whether a log category is one of sign-ins. SignIn is how it
// was written in 2018.
func signInCategory(category string) bool {
	c := strings.ToLower(category)
	return strings.HasSuffix(c, "signinlogs") || c == "signin"
}
