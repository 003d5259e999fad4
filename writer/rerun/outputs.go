package rerun

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// A Result is what a comparison has found.
type Result struct {
	Differences []string // a file and how it differs
	files       int      // compared
	gone        int      // of them, whose first writing is not there any more
	folder      string   // of the repetition, "" if it is not kept
}

// Compare compares the run with its repetition, whose manifest is at path. The error is
// *manifest.Unreadable, or an *schema.OutputError.
func (p *Plan) Compare(ctx context.Context, path string) (*Result, error) {
	repeated, err := manifest.Load(path)
	if err != nil {
		return nil, err
	}
	result := &Result{}
	if !p.temporary {
		result.folder = p.folder
	}
	if err := result.compareInputs(p.Run, repeated); err != nil || len(result.Differences) > 0 {
		return result, err
	}
	if p.Run.Name != repeated.Name {
		result.differ("the run is %s, and its repetition %s", p.Run.Name, repeated.Name)
		return result, nil
	}
	again := map[place]file{}
	for _, is := range filesOf(repeated) {
		again[is.place] = is
	}
	for _, was := range filesOf(p.Run) {
		is, found := again[was.place]
		if delete(again, was.place); !found {
			result.differ("%s: was not written again", was.name)
			continue
		}
		err = errors.Join(err, result.compare(ctx, was, is, p.original(was), is.in(p.Outputs[is.argument])))
	}
	for _, is := range filesOf(repeated) {
		if _, more := again[is.place]; more {
			result.differ("%s: was not written by the run", is.name)
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return result, errors.Join(err, result.compareNumbers(p.Run, repeated))
}

func (r *Result) differ(format string, values ...any) {
	r.Differences = append(r.Differences, fmt.Sprintf(format, values...))
}

// compareInputs finds inputs that are not those of the run: standard input was not
// checked before, and files may have changed since.
func (r *Result) compareInputs(run, again *manifest.Run) error {
	return eachInput(run, again, func(was, is *manifest.Input) {
		switch {
		case was == nil:
			r.differ("%s: was no input of the run", is.Name())
		case is == nil:
			r.differ("%s: was not read as an input again", was.Name())
		case was.Name() != is.Name():
			r.differ("%s: the input in its place is %s", was.Name(), is.Name())
		case was.SHA256 != is.SHA256:
			r.differ("%s: has changed: it has the SHA-256 %s, the manifest says %s", was.Name(), is.SHA256, was.SHA256)
		}
	})
}

// eachInput compares the inputs of two runs by their order, nil with those that one run has
// more. One input of each is in memory.
func eachInput(run, again *manifest.Run, compare func(was, is *manifest.Input)) error {
	next, stop := iter.Pull2(again.AllInputs())
	defer stop()
	for was, err := range run.AllInputs() {
		is, bad, _ := next()
		if err = cmp.Or(err, bad); err != nil {
			return err
		}
		compare(was, is)
	}
	for {
		is, err, more := next()
		if err != nil || !more {
			return err
		}
		compare(nil, is)
	}
}

// A file is one that a run has written.
type file struct {
	place
	name   string // as the manifest has it
	size   int64
	sha256 string
}

// A place is where a file is among those of a run.
type place struct {
	argument int    // index of the output that it belongs to
	inside   string // path in a dataset, "" for a file of data
	ending   string // of a file beside it, "" for none
}

// in returns the path of a file of an output.
func (p place) in(output string) string {
	return filepath.Join(output, filepath.FromSlash(p.inside)) + p.ending
}

// filesOf lists all files of a run but digests and manifests, which differ by times.
func filesOf(run *manifest.Run) (list []file) {
	rest := run.Outputs
	for i, argument := range run.OutputArguments {
		base, isDataset := path.Clean(argument), strings.HasSuffix(argument, "/")
		for len(rest) > 0 {
			part := manifest.Part{}
			if isDataset {
				part = manifest.ParsePart(rest[0].Path)
			}
			if path.Join(base, part.Path) != path.Clean(rest[0].Path) || isDataset && part.Run != run.Name {
				break
			}
			list = append(list, file{place{i, part.Path, ""}, rest[0].Path, rest[0].Size, rest[0].SHA256})
			if rest = rest[1:]; !isDataset {
				break
			}
		}
		for _, s := range run.Sidecars {
			if !run.HasBeside(argument, s.Ending) {
				continue
			}
			beside := file{place{i, "", s.Ending}, "", s.Size, s.SHA256}
			if isDataset {
				beside.inside = path.Join(manifest.Folder, run.Name)
			}
			beside.name = path.Join(base, beside.inside) + s.Ending
			list = append(list, beside)
		}
	}
	return list
}

// original returns where a file of the run is, "" if it is not there any more. The own
// output of the manifest is where the manifest is.
func (p *Plan) original(f file) string {
	dataset, _ := manifest.DatasetOf(filepath.Dir(p.path))
	here, own, move := cmp.Or(dataset, strings.TrimSuffix(p.path, manifest.Ending)), -1, manifest.Move{}
	for i, argument := range p.Run.OutputArguments {
		name, isDataset := path.Base(argument), strings.HasSuffix(argument, "/")
		switch {
		case isDataset != (dataset != ""):
		case isDataset && (own < 0 || name == filepath.Base(dataset)):
			own, move = i, manifest.Move{From: path.Clean(argument), To: dataset}
		case !isDataset && name == filepath.Base(here):
			own, move = i, manifest.Move{From: path.Dir(argument), To: filepath.Dir(here)}
		}
	}
	at := f.in(here)
	if f.argument != own {
		at = move.Find(f.name)
	}
	if !manifest.IsRegular(at) {
		return ""
	}
	return at
}

// compare compares a file of the run, which is at original or gone, with that of the
// repetition.
func (r *Result) compare(ctx context.Context, was, is file, original, again string) error {
	r.files++
	if original == "" {
		r.gone++
		if was.size != is.size || was.sha256 != is.sha256 {
			r.differ("%s: differs: %s", was.name, r.digests(was, is))
		}
		return nil
	}
	at, err := firstDifference(ctx, original, again)
	switch {
	case err != nil:
		return err
	case at < 0 && was.sha256 == is.sha256:
	case at < 0:
		r.differ("%s: has the same bytes, but not those of the manifest: %s", original, r.digests(was, is))
	case was.sha256 == is.sha256:
		r.differ("%s: differs from byte %d on: it has changed since the run; the repetition has the SHA-256 of the manifest", original, at)
	default:
		r.differ("%s: differs from byte %d on: %s", original, at, r.digests(was, is))
	}
	return nil
}

func (r *Result) digests(was, is file) string {
	return fmt.Sprintf("the repetition has %s and the SHA-256 %s, the manifest says %s and %s",
		manifest.Counted(is.size, "byte"), is.sha256, manifest.Number(was.size), was.sha256)
}

// firstDifference returns the first byte, from 0, at which files differ, -1 for none.
func firstDifference(ctx context.Context, a, b string) (int64, error) {
	paths := [2]string{a, b}
	var open [2]*os.File
	for i, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return 0, unreadable(path, err)
		}
		defer f.Close()
		open[i] = f
	}
	buffers, parts := [2][]byte{make([]byte, 1<<20), make([]byte, 1<<20)}, [2][]byte{}
	for at := int64(0); ; at += int64(len(parts[0])) {
		for i, f := range open {
			n, err := io.ReadFull(f, buffers[i])
			if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
				return 0, unreadable(paths[i], err)
			}
			parts[i] = buffers[i][:n]
		}
		switch {
		case ctx.Err() != nil:
			return 0, context.Cause(ctx)
		case !bytes.Equal(parts[0], parts[1]):
			n := 0
			for n < min(len(parts[0]), len(parts[1])) && parts[0][n] == parts[1][n] {
				n++
			}
			return at + int64(n), nil
		case len(parts[0]) == 0:
			return -1, nil
		}
	}
}

func unreadable(path string, err error) error {
	return &manifest.Unreadable{Path: path, What: files.WithoutPath(err).Error()}
}

// Exit returns the status of the program.
func (r *Result) Exit() int {
	if len(r.Differences) > 0 {
		return schema.ExitUnbalanced
	}
	return 0
}

// String describes the result: a line for each difference, and a sentence.
func (r *Result) String() string {
	var s strings.Builder
	for _, d := range r.Differences {
		fmt.Fprintf(&s, "%s\n", schema.EscapeControls(d))
	}
	if n := len(r.Differences); n > 0 {
		fmt.Fprintf(&s, "The run was repeated, with %s.\n", manifest.Counted(n, "difference"))
		return s.String()
	}
	fmt.Fprintf(&s, "The run was repeated: %s with the same bytes", manifest.Counted(r.files, "file"))
	if r.gone > 0 {
		fmt.Fprintf(&s, ", %s of them gone and compared by SHA-256 alone", manifest.Number(r.gone))
	}
	if r.folder != "" {
		fmt.Fprintf(&s, ", in %s", r.folder)
	}
	s.WriteString(".\n")
	return s.String()
}
