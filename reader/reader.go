// Package reader turns exports of sign-in logs into batches of the canonical
// schema. Open looks at every input and tells what it is; Read then passes
// once over all of them, parsing in parallel and yielding in order.
package reader

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"signins/schema"
)

// Options direct reading.
type Options struct {
	Category string // category of inputs that do not tell theirs, "" for none
	Raw      bool   // fill raw_record
	Jobs     int    // parsers at work at once; below 1 means 1
	Stdin    io.Reader
	// Progress, where it is not nil, is told how many bytes more were read.
	Progress func(n int)
}

// An Input is one export. The fields of the second part are complete when Read
// has passed it.
type Input struct {
	Source  schema.Source
	Dialect string
	BOM     bool
	Info    os.FileInfo // nil for standard input

	Size     int64
	SHA256   string
	Warnings schema.Tally

	path    string
	dialect *dialect
	shape   *shape
	stdin   io.Reader
	file    *source
}

// Inputs are the exports of a run, in order, and what a walk passed over.
type Inputs struct {
	List    []*Input
	Skipped []Skipped
	options Options
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
	for _, f := range files {
		in, err := detect(f, o)
		if refused, ok := err.(refusal); ok {
			if !f.walked || refused.damaged {
				return nil, refused.why
			}
			inputs.Skipped = append(inputs.Skipped, Skipped{f.name, refused.why.What})
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, other := range inputs.List {
			if in.Info != nil && other.Info != nil && os.SameFile(in.Info, other.Info) {
				return nil, &Repeated{in.Source.Path, other.Source.Path}
			}
		}
		inputs.List = append(inputs.List, in)
	}
	if len(inputs.List) == 0 {
		return inputs, &NoExport{inputs.Skipped}
	}
	return inputs, nil
}

// Repeated tells that one file is named twice.
type Repeated struct{ Path, Other string }

func (e *Repeated) Error() string {
	return fmt.Sprintf("%s: is the same file as %s", e.Path, e.Other)
}

// NoExport tells that no input is an export of sign-ins.
type NoExport struct{ Skipped []Skipped }

func (e *NoExport) Error() string { return "no sign-in export found" }

// A refusal tells why a file is not read. damaged: it should have been.
type refusal struct {
	why     *Error
	damaged bool
}

func (r refusal) Error() string { return r.why.Error() }

// detect looks at the beginning of a file.
func detect(f found, o Options) (*Input, error) {
	in := &Input{Source: schema.Source{Path: f.name, Named: namedCategory(f.name), Given: o.Category}, path: f.path, Size: -1}
	head, err := in.head(o)
	if err != nil {
		return nil, err
	}
	whole := len(head) < headSize
	in.shape = look(head, whole)
	in.BOM = in.shape.bom
	refuse := func(damaged bool, hint, format string, args ...any) error {
		return refusal{&Error{Path: f.name, What: fmt.Sprintf(format, args...), Hint: hint}, damaged}
	}
	if what := in.shape.what; what != "" {
		return nil, refuse(what == "empty" && looksNamed(f.name), in.shape.hint, "%s", what)
	}
	for _, kind := range foreign {
		if kind.match(in.shape) {
			return nil, refuse(false, "", "this is %s, not an export of sign-ins", kind.name)
		}
	}
	var why []string
	for _, d := range dialects {
		no := d.match(in.shape)
		if no == "" {
			in.dialect, in.Dialect, in.Source.Format = d, d.name, d.name
			return in, nil
		}
		why = append(why, d.name+": "+no)
	}
	if bad := in.shape.bad; bad != nil {
		return nil, refusal{in.fatal(head, bad), looksNamed(f.name)}
	}
	return nil, refuse(false, "", "not an export of sign-ins (%s)", strings.Join(why, "; "))
}

// fatal tells where the beginning of a file goes wrong.
func (in *Input) fatal(head []byte, bad *syntaxError) *Error {
	c := chunk{data: head, line: 1, eol: '\n'}
	if in.BOM {
		bad.pos += 3
	}
	e := c.fatal(bad)
	e.Path = in.Source.Path
	return e
}

// head returns the first headSize bytes, or all there are.
func (in *Input) head(o Options) ([]byte, error) {
	head := make([]byte, headSize)
	if in.path == "-" {
		n, err := io.ReadFull(o.Stdin, head)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return nil, &Error{Path: in.Source.Path, What: reason(err), Cause: err}
		}
		in.stdin = io.MultiReader(bytes.NewReader(head[:n]), o.Stdin)
		return head[:n], nil
	}
	info, err := os.Stat(in.path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &Error{Path: in.Source.Path, What: "not a regular file", Hint: "pipe it to standard input and name -"}
	}
	if err != nil {
		return nil, &Error{Path: in.Source.Path, What: reason(err), Cause: err}
	}
	file, err := os.Open(in.path)
	if err != nil {
		return nil, &Error{Path: in.Source.Path, What: reason(err), Cause: err}
	}
	defer file.Close()
	in.Info, in.Size = info, info.Size()
	n, err := io.ReadFull(file, head[:min(headSize, max(info.Size(), 1))])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, &Error{Path: in.Source.Path, What: reason(err), Cause: err}
	}
	return head[:n], nil
}

// window starts reading at byte skip behind the byte order mark.
func (in *Input) window(skip int, eol byte) *window {
	w := &window{r: in.file, line: 1, eol: eol, size: in.Size}
	if in.BOM {
		skip += 3
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

// Path returns where the input lies, "" for standard input.
func (in *Input) Path() string {
	if in.path == "-" {
		return ""
	}
	return filepath.Clean(in.path)
}
