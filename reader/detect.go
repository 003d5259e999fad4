package reader

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
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
	textSize int64     // bytes of text if the head is all of it, else -1
}

// A refusal is why a file is not read. damaged: the file should have been an
// export.
type refusal struct {
	why     *Error
	damaged bool
}

func (r refusal) Error() string { return r.why.Error() }

// detect detects the dialect of a file from its beginning. The error is a
// refusal if the file is no export, or is damaged.
func detect(ctx context.Context, f *source.File, o Options) (*Input, error) {
	if f.Problem != nil {
		return nil, refusal{f.Problem, namedLikeExport(f.Name) || namedLikeExport(f.FirstMember)}
	}
	in := &Input{File: f, detection: detection{textSize: -1}, Source: schema.Source{
		Path: f.Name, Member: f.Member,
		CategoryFromName: cmp.Or(categoryFromName(f.Member), categoryFromName(f.Name)), CategoryFromFlag: o.Category,
	}}
	head, err := in.readHead(o)
	named := namedLikeExport(cmp.Or(f.Member, f.Name))
	if err, ok := err.(*Error); ok && (in.Compression != "" || in.Decoder != nil) {
		return nil, refusal{err, named || in.shape.isExport()} // it cannot be unpacked or decoded
	}
	if err != nil {
		return nil, err
	}
	in.BOM = in.BOM || in.shape.bom
	if why := in.detectRecords(head, named, o.From); why != nil {
		return nil, *why
	}
	return in, in.detectDates(ctx, head, o)
}

// detectDialect sets the dialect, or returns why the file is not read. named: its
// name is that of an export, so that it is not skipped.
func (in *Input) detectDialect(head []byte, named bool, from string) *refusal {
	refuse := func(damaged bool, hint, format string, args ...any) *refusal {
		return &refusal{&Error{Path: in.Name, What: fmt.Sprintf(format, args...), Hint: hint}, damaged}
	}
	if in.shape.kind != "" {
		return refuse(named, in.shape.hint, "%s", in.shape.kind)
	}
	if from != "" {
		if d := in.shape.dialectNamed(from); d != nil {
			in.setDialect(d)
			return nil
		}
		return refuse(named, "", "not %s: it is not %s", from, map[bool]string{true: "JSON", false: "CSV"}[strings.HasSuffix(from, "json")])
	}
	if name := in.shape.foreignName(); name != "" {
		return refuse(false, "", "this is %s, not an export of sign-ins", name)
	}
	var reasons []string
	for _, d := range dialects {
		if !d.reads(in.shape) {
			continue
		}
		reason := d.whyNot(in.shape)
		if reason == "" {
			in.setDialect(d)
			return nil
		}
		reasons = append(reasons, d.name+": "+reason)
	}
	if bad := in.shape.bad; bad != nil {
		return &refusal{in.headError(head, bad), named}
	}
	return refuse(false, "", "not an export of sign-ins (%s)", strings.Join(reasons, "; "))
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
	return s != nil && slices.ContainsFunc(dialects, func(d *dialect) bool { return d.reads(s) && d.whyNot(s) == "" })
}

// setDialect makes the input one of a dialect.
func (in *Input) setDialect(d *dialect) {
	in.dialect, in.Dialect, in.Source.Format = d, d.name, d.name
	in.Source.InteractiveByDefault = d.interactiveByDefault
	if d.category != nil {
		in.Source.CategoryFromColumns = d.category(append(in.shape.columns, in.shape.header...))
	}
	in.Warnings = in.shape.warnings
	in.nullWord = in.shape.nullWord()
	in.shape.keys = nil // large, and not needed again
}

// headError returns the error of text that goes wrong in the head.
func (in *Input) headError(head []byte, bad *syntaxError) *Error {
	c := chunk{data: head, place: place{line: 1, eol: '\n', offset: in.TextStart, encoding: in.Decoder}}
	bad.Pos += in.shape.begin
	e := c.syntaxError(bad)
	e.Path = in.Name
	return e
}

// readHead sets the shape of the input and returns the beginning of its text
// that shows it, up to the end of the first record.
func (in *Input) readHead(o Options) (head []byte, err error) {
	text, err := in.Preview(o.forSource())
	if err != nil {
		return nil, err
	}
	defer text.Close()
	for size := headSize; ; size = min(size*4, o.MaxRecord+headSize) {
		before := len(head)
		head, err = readUpTo(text, head, size, text.TextSize())
		if o.Salvage && len(head) > before && isDamage(err) {
			err = io.EOF
		}
		whole := len(head) < size
		in.shape = shapeOf(head, whole)
		switch {
		case err != nil && err != io.EOF:
			return nil, err
		case whole:
			in.textSize = int64(len(head))
		}
		if !in.shape.incomplete {
			if o.Salvage {
				in.tryLinesBehind(head)
			}
			return head, nil
		}
		if size > o.MaxRecord {
			in.shape.bad = &syntaxError{What: "the first record is longer than " + mebibytes(o.MaxRecord), Hint: longHint}
			return head, nil
		}
	}
}

// readUpTo appends text from r to buf until it is size bytes long. hint is the
// length of the whole text, -1 if it is unknown: then memory grows with the text.
func readUpTo(r io.Reader, buf []byte, size int, hint int64) ([]byte, error) {
	to := bytes.NewBuffer(buf)
	if wanted := int(min(hint, int64(size))) - len(buf); wanted > 0 {
		to.Grow(wanted + bytes.MinRead) // the last read finds the end
	}
	_, err := io.CopyN(to, r, int64(size-len(buf)))
	return to.Bytes(), err
}

// tryLinesBehind sets the shape of the second line if the first one is damaged
// and the second one has a value of its own: the first becomes a reject then.
func (in *Input) tryLinesBehind(head []byte) {
	end := bytes.IndexByte(head, '\n')
	if end < 0 || in.shape.kind == "" && in.shape.bad == nil {
		return
	}
	if s := shapeOf(head[end+1:], true); s.lines && s.bad == nil {
		s.bom, s.begin = in.shape.bom, in.shape.begin
		in.shape = s
	}
}

// isDamage reports whether an error is one of the bytes, which any reading of
// them ends in.
func isDamage(err error) bool {
	e, _ := errors.AsType[*Error](err)
	_, bad := errors.AsType[*syntaxError](err)
	return bad || e != nil && e.Damaged
}

// categoryNames are words in file and folder names, and their category. They are
// tried in this order: longer words before words that they contain.
var categoryNames = []struct{ word, category string }{
	{"noninteractive", schema.NonInteractiveUser},
	{"microsoftserviceprincipalsignin", schema.MicrosoftServicePrincipal},
	{"serviceprincipalsignin", schema.ServicePrincipal},
	{"serviceprincipal", schema.ServicePrincipal},
	{"applicationsignin", schema.ServicePrincipal},
	{"managedidentity", schema.ManagedIdentity},
	{"msisignin", schema.ManagedIdentity},
	{"adfssignin", schema.ADFS},
	{"interactivesignin", schema.InteractiveUser},
	{"interactiveuser", schema.InteractiveUser},
}

// categoryFromName returns the category in the name of a file, or else that of the
// nearest folder that is a storage container of one log; "" if there is none.
func categoryFromName(file string) string {
	dir, base := path.Split(file)
	if c := categoryInName(base); c != "" {
		return c
	}
	parts := strings.Split(strings.Trim(dir, "/"), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		container, ok := strings.CutPrefix(strings.ToLower(parts[i]), "insights-logs-")
		switch {
		case !ok:
		case container == "signinlogs":
			return schema.InteractiveUser
		default:
			return categoryInName(container)
		}
	}
	return ""
}

// categoryInName returns the category in one name, "" if there is none or two.
func categoryInName(name string) string {
	folded := fold(name)
	for _, n := range categoryNames {
		if !strings.Contains(folded, n.word) {
			continue
		}
		// Collectors name files after two categories at once.
		rest := strings.ReplaceAll(folded, n.word, "")
		if n.category == schema.NonInteractiveUser && strings.Contains(rest, "interactive") {
			return ""
		}
		return n.category
	}
	return ""
}

// namedLikeExport reports whether a file has the name of a sign-in export, whatever
// it holds.
func namedLikeExport(file string) bool {
	if strings.HasPrefix(path.Base(file), "._") {
		return false // a Mac's metadata of the file
	}
	base := fold(path.Base(file))
	return strings.Contains(base, "signin") && (strings.Contains(base, ".json") || strings.Contains(base, ".csv") || strings.Contains(base, ".ndjson")) ||
		base == "pt1h.json"
}
