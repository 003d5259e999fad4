// Package reader turns exports of sign-in logs into batches of the canonical
// schema. Open looks at every input and tells what it is; Read then passes
// once over all of them, parsing in parallel and yielding in order.
package reader

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"signins/schema"
)

// Options direct reading.
type Options struct {
	Category string // category of inputs that do not tell theirs, "" for none
	Raw      bool   // fill raw_record
	// From names the dialect of all inputs, "" to tell it from their content.
	From string
	// DateOrder is the order of day, month and year in dates written by
	// people's settings: mdy, dmy or ymd; "" reads those that prove theirs.
	DateOrder string
	Encoding  *Encoding // of inputs without a byte order mark, nil for UTF-8
	Jobs      int       // parsers at work at once; below 1 means 1
	Stdin     io.Reader
	// Salvage takes what is whole of a damaged input. The damage becomes a reject
	// that stands for all from there on.
	Salvage bool
	// MaxRecord is how many bytes of UTF-8 a record may have, 0 for 64 MiB. A
	// longer one is a reject, in a CSV damage.
	MaxRecord int
	// Progress, where it is not nil, is told how many bytes more were read.
	Progress func(n int)
}

// An Input is one export. The fields of the second part are complete when Read
// has passed it.
type Input struct {
	Source  schema.Source
	Dialect string
	Info    os.FileInfo // nil for standard input

	Compression string // gzip, zstd, zip or ""
	Encoding    string
	BOM         bool

	Size     int64
	SHA256   string
	Warnings schema.Tally
	Joined   *schema.Joined // of an AuthDetails file, nil for all others

	found   found
	dialect *dialect
	shape   *shape
	order   dateOrder
	proof   *proof    // of the order while it is looked for
	steps   *authFile // of an AuthDetails file
	stdin   io.Reader
	file    *source
	mapped  bool // file is or was

	salvage  bool      // take what is whole, see Options
	encoding *Encoding // nil for UTF-8
	start    int64     // where its text begins
	longest  int       // how long a record may be
}

// Inputs are the exports of a run, in order, and what a walk passed over.
type Inputs struct {
	List    []*Input
	Skipped []schema.Skipped
	options Options
	details authDetails
	alike   map[sizedMember][]*Input
}

// Open finds the inputs that arguments name and tells what each is. It opens
// them for reading only, and closes them again. A file that is no export is an
// error if it was named, and is skipped if it was found in a folder.
func Open(arguments []string, o Options) (*Inputs, error) {
	files, skipped, err := find(arguments)
	if err != nil {
		return nil, err
	}
	inputs := &Inputs{Skipped: skipped, options: o}
	files, skipped, err = unfold(files)
	inputs.Skipped = append(inputs.Skipped, skipped...)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, f := range files {
			f.archive.close() // where an error ends this early
		}
	}()
	for i, f := range files {
		in, err := detect(f, o)
		if i+1 == len(files) || files[i+1].archive != f.archive {
			f.archive.close()
		}
		if refused, ok := err.(refusal); ok {
			if !f.walked || refused.damaged {
				return nil, refused.why
			}
			inputs.Skipped = append(inputs.Skipped, schema.Skipped{Path: f.name, Reason: refused.why.What})
			continue
		}
		if err != nil {
			return nil, err
		}
		switch other := inputs.same(in); {
		case other == nil:
			inputs.add(in)
		case f.walked && f.argument == other.found.argument:
			inputs.Skipped = append(inputs.Skipped, schema.Skipped{Path: f.name, Reason: "the same file as " + other.Source.Path + ", which is read"})
		default:
			return nil, &schema.Refusal{What: fmt.Sprintf("%s: is the same file as %s", in.Source.Path, other.Source.Path)}
		}
	}
	if err := inputs.loadDetails(); err != nil {
		return nil, err
	}
	if len(inputs.List) == 0 {
		return inputs, &NoExport{inputs.Skipped}
	}
	return inputs, nil
}

// Size returns how many bytes the files have, as far as that is known. An
// archive of several inputs counts once.
func (ins *Inputs) Size() (size int64) {
	seen := map[string]bool{}
	for _, in := range ins.List {
		if path := in.found.path; !seen[path] {
			seen[path] = true
			size += max(in.Size, 0)
		}
	}
	return size
}

// A sizedMember is what two inputs have alike that are one.
type sizedMember struct {
	member string
	size   int64
}

func (ins *Inputs) add(in *Input) {
	if ins.alike == nil {
		ins.alike = map[sizedMember][]*Input{}
	}
	key := sizedMember{in.Source.Member, in.Size}
	ins.alike[key] = append(ins.alike[key], in)
	ins.List = append(ins.List, in)
}

// same returns the input that is the same file, nil if none is.
func (ins *Inputs) same(in *Input) *Input {
	for _, other := range ins.alike[sizedMember{in.Source.Member, in.Size}] {
		if in.Info != nil && other.Info != nil && os.SameFile(in.Info, other.Info) {
			return other
		}
	}
	return nil
}

// NoExport tells that no input is an export of sign-ins.
type NoExport struct{ Skipped []schema.Skipped }

func (e *NoExport) Error() string { return "no sign-in export found" }

// A refusal tells why a file is not read. damaged: it should have been.
type refusal struct {
	why     *Error
	damaged bool
}

func (r refusal) Error() string { return r.why.Error() }

// detect looks at the beginning of a file.
func detect(f found, o Options) (*Input, error) {
	name := cmp.Or(f.member, f.name)
	in := &Input{Source: schema.Source{Path: f.name, Member: f.member, CategoryFromName: cmp.Or(namedCategory(f.member), namedCategory(f.name)), CategoryFromFlag: o.Category}, Encoding: utf8Name, salvage: o.Salvage, longest: cmp.Or(o.MaxRecord, defaultRecord), found: f, Size: -1}
	head, err := in.look(o)
	if err, ok := err.(*Error); ok && (in.Compression != "" || in.encoding != nil) {
		return nil, refusal{err, looksNamed(name) || in.shape.export()} // what cannot be unpacked or decoded
	}
	if err != nil {
		return nil, err
	}
	in.BOM = in.BOM || in.shape.bom
	// A file that is named like an export is not passed over.
	damaged := looksNamed(name)
	refuse := func(damaged bool, hint, format string, args ...any) error {
		return refusal{&Error{Path: f.name, What: fmt.Sprintf(format, args...), Hint: hint}, damaged}
	}
	if what := in.shape.what; what != "" {
		return nil, refuse(damaged, in.shape.hint, "%s", what)
	}
	if o.From != "" {
		if d := in.shape.named(o.From); d != nil {
			in.be(d)
			return in, in.orderDates(head, o)
		}
		return nil, refuse(damaged, "", "not %s: it is not %s", o.From, map[bool]string{true: "JSON", false: "CSV"}[strings.HasSuffix(o.From, "json")])
	}
	for _, kind := range foreign {
		if kind.match(in.shape) {
			return nil, refuse(false, "", "this is %s, not an export of sign-ins", kind.name)
		}
	}
	var why []string
	for _, d := range dialects {
		if !d.reads(in.shape) {
			continue
		}
		no := d.match(in.shape)
		if no == "" {
			in.be(d)
			return in, in.orderDates(head, o)
		}
		why = append(why, d.name+": "+no)
	}
	if bad := in.shape.bad; bad != nil {
		return nil, refusal{in.fatal(head, bad), damaged}
	}
	return nil, refuse(false, "", "not an export of sign-ins (%s)", strings.Join(why, "; "))
}

// named returns the dialect that Options.From names, nil where the input cannot be
// of it. Authentication steps are never taken for sign-ins.
func (s *shape) named(from string) *dialect {
	for _, d := range dialects {
		if d.reads(s) && (d.name == from || d == &authDetailsCSV && d.match(s) == "") {
			return d
		}
	}
	return nil
}

// export reports whether what is known of an input is that of a dialect; s may
// be nil.
func (s *shape) export() bool {
	return s != nil && slices.ContainsFunc(dialects, func(d *dialect) bool { return d.reads(s) && d.match(s) == "" })
}

// be makes the input one of a dialect.
func (in *Input) be(d *dialect) {
	in.dialect, in.Dialect, in.Source.Format = d, d.name, d.name
	in.shape.keys = nil
	if d == &logAnalyticsCSV || d == &logAnalyticsJSON {
		in.Source.CategoryFromColumns = tableCategory(append(in.shape.columns, in.shape.header...))
	}
}

// fatal tells where the beginning of a file goes wrong.
func (in *Input) fatal(head []byte, bad *syntaxError) *Error {
	c := chunk{data: head, line: 1, eol: '\n', offset: in.start, encoding: in.encoding}
	if in.shape.bom {
		bad.Pos += len(byteOrderMark)
	}
	e := c.fatal(bad)
	e.Path = in.Source.Path
	return e
}

// window starts reading at byte skip of the text behind its byte order mark.
func (in *Input) window(skip int, eol byte) *window {
	w := &window{r: in.file.text, line: 1, offset: in.start, eol: eol, size: in.Size, encoding: in.encoding, longest: in.longest, salvage: in.salvage}
	w.mapped, w.pass = in.file.mapped, in.file.pass
	if in.Compression != "" || in.encoding != nil {
		w.size = -1
	}
	if in.shape.bom {
		skip += len(byteOrderMark)
	}
	if w.err = w.fill(skip); w.err == nil {
		w.drop(min(skip, len(w.buf)))
	}
	return w
}

// ModifiedAt is when the file was last changed, zero for standard input.
func (in *Input) ModifiedAt() time.Time {
	if in.Info == nil {
		return time.Time{}
	}
	return in.Info.ModTime().UTC()
}
