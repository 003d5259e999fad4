package reader

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"signins/reader/source"
	"signins/schema"
)

// headSize is how much of an input is read to detect its dialect. A longer first
// record is read to its end.
const headSize = 1 << 20

// byteOrderMark is how UTF-8 text may begin.
const byteOrderMark = source.ByteOrderMark

// A detection is what the beginning of an input shows.
type detection struct {
	dialect  *dialect
	shape    *shape
	order    dateOrder // of its local dates
	nullWord string    // see shape.nullWord

	titles   []string    // of the record that shows the dialect; of JSON until expected is set
	expected expectation // of JSON, see forReading
}

// A detectionKey is equal for inputs that are cut and parsed alike.
type detectionKey struct {
	dialect        *dialect
	order          dateOrder
	nullWord       string
	expected       expectation
	titles, header string // joined; header if wrapped, else it is the titles
	begin, leading int
	lines, csv     bool
	page           string
	separator, eol byte
	wrapped        bool
	wrapping       wrapping
}

// key returns the key of a detection.
func (d *detection) key() detectionKey {
	s := d.shape
	k := detectionKey{
		dialect: d.dialect, order: d.order, nullWord: d.nullWord, expected: d.expected, titles: strings.Join(d.titles, "\x00"),
		begin: s.begin, leading: s.leading, lines: s.lines, csv: s.header != nil, page: s.page, separator: s.separator, eol: s.eol,
	}
	if s.wrapping != nil {
		k.wrapped, k.wrapping, k.header = true, *s.wrapping, strings.Join(s.header, "\x00")
	}
	return k
}

// forReading returns a detection without what only detecting needed. Of the titles of JSON,
// which differ from file to file, what matters is whether records must have an identity:
// 10,000 blobs have a dozen lists of titles, and then one detection.
func (d *detection) forReading() *detection {
	s := d.shape
	kept := *d
	if d.dialect.columns == nil {
		kept.titles, kept.expected = nil, expect(d.dialect.fields().columnsOf(d.titles))
	}
	kept.shape = &shape{
		begin: s.begin, leading: s.leading, lines: s.lines, page: strings.Clone(s.page),
		header: s.header, separator: s.separator, eol: s.eol, wrapping: s.wrapping,
	}
	return &kept
}

// A refusal is why a file is not read. damaged: the file should have been an
// export. likely: it looks like sign-ins, so that it is not skipped without a word.
type refusal struct {
	why             *Error
	damaged, likely bool
}

func (r refusal) Error() string { return r.why.Error() }

// detect detects the dialect of a file from its beginning. The error is a
// refusal if the file is no export, or is damaged, and *source.Archive for an archive.
func detect(ctx context.Context, f *source.File, o Options) (*Input, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	o.alone = new(alone)
	defer o.alone.end()
	in := &Input{File: f, detection: new(detection), textSize: -1, Source: schema.Source{
		Path: f.Name, Member: f.Member,
		CategoryFromName: cmp.Or(categoryFromName(f.Member), categoryFromName(f.Name)), CategoryFromFlag: o.Category,
	}}
	head, err := in.readHead(ctx, o)
	defer releaseHead(head)
	named := namedLikeExport(cmp.Or(f.Member, f.Name))
	if err, ok := err.(*Error); ok && (in.Compression != "" || in.Decoder != nil) {
		return nil, refusal{why: err, damaged: named || namedLikeExport(err.FirstMember) || in.shape.isExport()} // it cannot be unpacked or decoded
	}
	if err != nil {
		return nil, err
	}
	in.BOM = in.BOM || in.shape.bom
	if why := in.detectRecords(head, named, o.From); why != nil {
		why.likely = f.Walked && !why.damaged && in.looksLikeSignIns(head)
		return nil, *why
	}
	return in, in.detectDates(ctx, head, o)
}

// detectDialect sets the dialect, or returns why the file is not read. named: its
// name is that of an export, so that it is not skipped.
func (in *Input) detectDialect(head []byte, named bool, from string) *refusal {
	refuse := func(damaged bool, hint, format string, args ...any) *refusal {
		return &refusal{why: &Error{Path: in.Name, What: fmt.Sprintf(format, args...), Hint: hint}, damaged: damaged}
	}
	other := in.shape.otherLog()
	switch {
	case isOwn(other): // whatever its name
		return refuse(false, "", "this is %s, not an export of sign-ins", other)
	case in.shape.kind != "":
		return refuse(named, in.shape.hint, "%s", in.shape.kind)
	case from != "":
		if d := in.shape.dialectNamed(from); d != nil {
			if in.setDialect(d); !d.isSteps && !in.shape.empty && !d.knows(in.titles) {
				in.Warnings.Add(schema.NoKnownColumns, 1)
			}
			return nil
		}
		return refuse(named, "", "not %s: it is not %s", from, map[bool]string{true: "JSON", false: "CSV"}[strings.HasSuffix(from, "json")])
	case other != "":
		return refuse(false, "", "this is %s, not an export of sign-ins", other)
	}
	d, reasons := in.shape.dialect, []string(nil)
	if d == nil {
		d, reasons = in.shape.findDialect()
	}
	switch bad := in.shape.bad; {
	case d != nil:
		in.setDialect(d)
		return nil
	case bad != nil:
		return &refusal{why: in.headError(head, bad), damaged: named}
	}
	if in.shape.isSummary() {
		return refuse(false, "", "this is %s", cmp.Or(in.shape.whySummary(), in.shape.whyCounted(), "a summary of sign-ins without a user or an application and a result"))
	}
	hint := "the README says how to export sign-ins"
	if in.shape.identified() || in.shape.has("Username") && in.shape.has("Request ID") || isSignInStatus(in.shape.text("status")) {
		hint = "if these are sign-ins all the same, name their format with --from"
	}
	return refuse(false, hint, schema.NotAnExport+" (%s)", strings.Join(reasons, "; "))
}

// findDialect returns the dialect of the record, or why each is not the one.
func (s *shape) findDialect() (found *dialect, reasons []string) {
	for _, d := range dialects {
		if !d.reads(s) {
			continue
		}
		reason := d.whyNot(s)
		if reason == "" {
			return d, nil
		}
		reasons = append(reasons, d.name+": "+reason)
	}
	return nil, reasons
}

// dialectNamed returns the dialect that Options.From names, nil if the input
// cannot be of it. Authentication steps are never read as sign-ins.
func (s *shape) dialectNamed(from string) *dialect {
	for _, d := range dialects {
		if d.reads(s) && (d.name == from || d.isSteps && d.match(s) == "") {
			return d
		}
	}
	return nil
}

// isExport reports whether the input is of any dialect, as far as it was read; s
// may be nil.
func (s *shape) isExport() bool {
	if s == nil {
		return false
	}
	if s.dialect == nil {
		s.dialect, _ = s.findDialect()
	}
	return s.dialect != nil
}

// looksLikeSignIns reports whether a file that is not read has the name or the
// category of sign-ins, or members of theirs.
func (in *Input) looksLikeSignIns(head []byte) bool {
	file := cmp.Or(in.Member, in.Name)
	named := namedLikeSignIns(file) || namedLikeExport(file) && in.Source.CategoryFromName != ""
	switch other := in.shape.otherLog(); {
	case isOwn(other) || isSidecar(file):
		return false
	case named || other != "":
		return named
	}
	return signInCategory(in.shape.table()) || in.shape.hasSignIns(head)
}

// setDialect makes the input one of a dialect.
func (in *Input) setDialect(d *dialect) {
	in.dialect, in.Source.Format = d, d.name
	in.Source.InteractiveByDefault = d.interactiveByDefault
	if d.category != nil {
		in.Source.CategoryFromColumns = d.category(append(in.shape.columns, in.shape.header...))
	}
	in.Warnings = in.shape.warnings
	in.nullWord, in.titles = in.shape.nullWord(), in.shape.titles()
	in.shape.keys, in.shape.record, in.shape.value = nil, nil, "" // large, and not needed again
}

// headError returns the error of text that goes wrong in the head.
func (in *Input) headError(head []byte, bad *syntaxError) *Error {
	c := chunk{data: head, place: place{line: 1, eol: '\n', offset: in.TextStart, encoding: in.Decoder}}
	bad.Pos += in.shape.begin
	e := c.syntaxError(bad)
	e.Path = in.Name
	return e
}
