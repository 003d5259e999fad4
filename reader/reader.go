package reader

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"signins/reader/source"
	"signins/schema"
)

// Options direct reading.
type Options struct {
	Category string // category of inputs whose name has none, "" for none
	Raw      bool   // fill raw_record
	// From names the dialect of all inputs, "" to detect it from their content.
	From string
	// DateOrder is the order of day, month and year in dates written by
	// people's settings: mdy, dmy or ymd; "" reads those that prove theirs.
	DateOrder string
	InputZone Zone      // of clocks without a zone, where the format does not say UTC
	Encoding  *Encoding // of inputs without a byte order mark, nil for UTF-8
	Jobs      int       // number of parsers that run, and of files that are detected, at once; below 1 means 1
	Stdin     io.Reader
	// Salvage keeps the intact records before the damage of an input. The damage
	// becomes a reject in place of all that follows.
	Salvage bool
	// MaxRecord is how many bytes of UTF-8 a record may have, 0 for 64 MiB. A
	// longer one is a reject, in a CSV damage.
	MaxRecord int
	// ListFile has the paths of more inputs, see source.ReadList, "" for none.
	ListFile string
	// Shard has Index and Count of the files that are read, nil for all. Choices are the
	// settings that go into its digests.
	Shard   *schema.Shard
	Choices []string
	// Known recognises inputs that are not read, nil for none. See source.LeaveOut.
	Known func(schema.Candidate) (*schema.KnownInput, error)
	// Expect is called with the number of bytes before they are read, and Progress with
	// the number of those that were read, by any goroutine; nil for none.
	Expect   func(size int64)
	Progress func(n int)

	chunkSize int    // bytes of text in a chunk, 0 for 8 MiB; for tests
	alone     *alone // of a detection
}

// forSource returns the options of opening a file.
func (o Options) forSource(ctx context.Context) source.Options {
	return source.Options{Stdin: o.Stdin, Encoding: o.Encoding, Progress: o.Progress, Context: ctx}
}

// An Error says where an input cannot be read and what to do about it.
type Error = source.Error

// An Encoding is one of text that is not UTF-8.
type Encoding = source.Encoding

// OpenBytes opens a file, or the member of an archive, as the bytes in which
// source_offset counts: unpacked and not decoded.
func OpenBytes(path, member string) (io.ReadCloser, error) { return source.OpenBytes(path, member) }

// Expand replaces arguments with wildcards by what matches, where the shell does not. The
// error is *schema.Refusal, also for no input, and for standard input that is named twice.
// listFile is that of Options.
func Expand(arguments []string, listFile string) ([]string, error) {
	paths, err := source.Expand(arguments)
	if err != nil {
		return nil, err
	}
	first := slices.Index(paths, "-")
	switch {
	case len(paths) == 0 && listFile == "":
		return nil, &schema.Refusal{What: "no input", Hint: "name an export or a folder; signins --help shows examples"}
	case first >= 0 && (listFile == "-" || slices.Contains(paths[first+1:], "-")):
		return nil, &schema.Refusal{What: "standard input is named twice", Hint: "name - once"}
	}
	return paths, nil
}

// An Input is one export. Size, SHA256, Warnings and Joined are complete when
// Read has yielded all its batches.
type Input struct {
	Source   schema.Source
	Warnings schema.Tally
	Joined   *schema.Joined // of an AuthDetails file, nil for all others

	*source.File
	*detection
	textSize int64     // bytes of text if the head is all of it, else -1
	steps    *authFile // of an AuthDetails file
}

// Inputs are the exports of a run, in order, and the files that are not read.
type Inputs struct {
	List    []*Input
	Skipped []schema.Skipped
	Shard   *schema.Shard // of Options, complete
	Known   *schema.Known // nil without Options.Known
	options Options
	details authDetails
	files   source.Set // of List
	kinds   map[detectionKey]*detection
	prepare func(*schema.Batch) // see Prepare

	located   bool // one file may be there under two names
	completed int  // inputs of List that Completed looked at, one more after the last call
	second    bool // they are read a second time
}

// Open finds the inputs that arguments name and detects the dialect of each. It
// opens files for reading only, and closes them again. A file that is no export
// is an error if it was named, and is skipped if it was found in a folder.
//
// When ctx is done, Open and Read end with its cause, even while standard input
// waits for more.
func Open(ctx context.Context, arguments []string, o Options) (*Inputs, error) {
	if slices.Contains(arguments, "-") || o.ListFile == "-" {
		o.Stdin = source.Interruptible(ctx, o.Stdin)
	}
	var list *source.List
	var err error
	if o.ListFile != "" {
		if list, err = source.ReadList(o.ListFile, o.Stdin); err != nil {
			return nil, err
		}
	}
	files, skipped, err := source.Find(ctx, arguments, list, o.Jobs)
	if err != nil {
		return nil, err
	}
	ins := &Inputs{options: o}
	ins.skip(skipped)
	if files, err = ins.choose(ctx, files, arguments); err != nil {
		return nil, err
	}
	return ins.openAll(ctx, files)
}

// OpenLocated is Open for files that have other names in rows than their paths. A file
// may be there under several names. Options.Shard is that of the run that is repeated,
// complete, and the list has only its files.
func OpenLocated(ctx context.Context, list []schema.Located, o Options) (*Inputs, error) {
	if slices.ContainsFunc(list, func(l schema.Located) bool { return l.Path == "-" }) {
		o.Stdin = source.Interruptible(ctx, o.Stdin)
	}
	return (&Inputs{Shard: o.Shard, options: o, located: true}).openAll(ctx, source.Locate(list))
}

// skip adds files that are not looked at.
func (ins *Inputs) skip(files []schema.Skipped) {
	for _, s := range files {
		s.LikeSignIns = namedLikeSignIns(s.Path)
		ins.Skipped = append(ins.Skipped, s)
	}
}

// detectedAtOnce is how many files are detected, side by side, before the next ones.
const detectedAtOnce = 256

// openAll opens files as inputs.
func (ins *Inputs) openAll(ctx context.Context, files []*source.File) (*Inputs, error) {
	o := &ins.options
	o.MaxRecord, o.chunkSize = cmp.Or(o.MaxRecord, defaultMaxRecord), cmp.Or(o.chunkSize, defaultChunkSize)
	if err := ins.addAll(ctx, files); err != nil {
		return nil, err
	}
	if err := ins.loadDetails(ctx); err != nil {
		return nil, err
	}
	ins.kinds = nil
	ins.files.Seal()
	if len(ins.List) == 0 && ins.Shard == nil && ins.Known.Count() == 0 {
		return ins, &NoExport{ins.Skipped, ins.options.ListFile}
	}
	return ins, nil
}

// addAll adds files, and in place of archives their members.
func (ins *Inputs) addAll(ctx context.Context, files []*source.File) (err error) {
	for _, f := range files {
		f.HoldArchive()
	}
	defer func() {
		for i := 0; err != nil && i < len(files); i++ {
			files[i].CloseArchive()
		}
	}()
	for some := range slices.Chunk(files, detectedAtOnce) {
		inputs, errs := make([]*Input, len(some)), make([]error, len(some))
		source.SideBySide(ins.options.Jobs, len(some), func(i int) {
			inputs[i], errs[i] = detect(ctx, some[i], ins.options)
			some[i].ReleaseArchive()
		})
		var members []*source.File // of archives that follow each other
		for i, in := range inputs {
			if list, ok := errs[i].(*source.Archive); ok {
				ins.skip(list.Skipped)
				members = append(members, list.Files...)
				continue
			}
			if err := ins.addAll(ctx, members); err != nil {
				return err
			}
			members = nil
			if err := ins.add(some[i], in, errs[i]); err != nil {
				return err
			}
		}
		if err := ins.addAll(ctx, members); err != nil {
			return err
		}
	}
	return nil
}

// add adds a file to the inputs, or to the skipped files. in and err are what detect returned.
func (ins *Inputs) add(f *source.File, in *Input, err error) error {
	refused, isRefusal := errors.AsType[refusal](err)
	switch {
	case isRefusal && f.Walked && !refused.damaged:
		ins.Skipped = append(ins.Skipped, schema.Skipped{Path: f.Name, Reason: refused.why.What, LikeSignIns: refused.likely})
		return nil
	case isRefusal:
		return refused.why
	case err != nil:
		return err
	}
	switch other := ins.files.Add(f); {
	case other == nil, ins.located:
		ins.keep(in)
	case f.Walked && f.Argument == other.Argument:
		ins.Skipped = append(ins.Skipped, schema.Skipped{Path: f.Name, Reason: "the same file as " + other.Name + ", which is read"})
	case f.Name == other.Name:
		return &schema.Refusal{What: f.Name + ": is named twice", Hint: "name a file, or its folder"}
	default:
		return &schema.Refusal{What: fmt.Sprintf("%s: is the same file as %s", f.Name, other.Name), Hint: "name it once"}
	}
	return nil
}

// Completed yields the inputs, with their indexes in List, that were read to their end
// when Read yields a batch of src: each once, but files of authentication steps only
// with src nil, as are all inputs once Read ended.
func (ins *Inputs) Completed(src *schema.Source) iter.Seq2[int, schema.Reading] {
	return func(yield func(int, schema.Reading) bool) {
		for ; ins.completed < len(ins.List); ins.completed++ {
			in := ins.List[ins.completed]
			if &in.Source == src || in.steps == nil && !yield(ins.completed, in.reading()) {
				return
			}
		}
		if src != nil || ins.completed > len(ins.List) {
			return
		}
		ins.completed++
		for i, in := range ins.List {
			if in.steps != nil && !yield(i, in.reading()) {
				return
			}
		}
	}
}

// Readings yields all inputs; they are known once Read has yielded all batches.
func (ins *Inputs) Readings() iter.Seq[schema.Reading] {
	return func(yield func(schema.Reading) bool) {
		for _, in := range ins.List {
			if !yield(in.reading()) {
				return
			}
		}
	}
}

func (in *Input) reading() schema.Reading {
	return schema.Reading{
		Source: &in.Source, Compression: in.Compression, Encoding: in.Encoding, BOM: in.BOM,
		Size: in.Size, SHA256: in.SHA256(), ModifiedAt: in.ModifiedAt(), Joined: in.Joined, Findings: in.Warnings,
	}
}

// Count returns the number of inputs.
func (ins *Inputs) Count() int { return len(ins.List) }

// keep adds an input to the list, without what was needed to detect its dialect. The
// exports of a run are alike: equal detections are in memory once, which saves 700 bytes
// an input.
func (ins *Inputs) keep(in *Input) {
	ins.List = append(ins.List, in)
	key := in.key()
	if ins.kinds == nil {
		ins.kinds = map[detectionKey]*detection{}
	}
	if ins.kinds[key] == nil {
		kept := in.forReading()
		alike := kept.key()
		if ins.kinds[alike] == nil {
			ins.kinds[alike] = kept
		}
		ins.kinds[key] = ins.kinds[alike]
	}
	in.detection = ins.kinds[key]
}

// Has reports whether a path names a file that is read.
func (ins *Inputs) Has(path string) bool { return ins.files.Has(path) }

// Size returns the size of all files, as far as it is known. An archive with
// several inputs counts once.
func (ins *Inputs) Size() (size int64) {
	seen := map[string]bool{}
	for _, in := range ins.List {
		if path := in.Source.File(); !seen[path] {
			seen[path] = true
			size += max(in.Size, 0)
		}
	}
	return size
}

// NoExport is the error of a run none of whose inputs is an export of sign-ins.
type NoExport struct {
	Skipped []schema.Skipped
	List    string // Options.ListFile
}

func (e *NoExport) Error() string {
	if e.List != "" && len(e.Skipped) == 0 {
		return schema.EscapeInvalid(e.List) + ": no sign-in export found: the list names no file"
	}
	return "no sign-in export found"
}

// Exit makes it a schema.Failure.
func (e *NoExport) Exit() (status int, hint string) {
	switch {
	case len(e.Skipped) > 0:
	case e.List != "":
		return schema.ExitInput, "a list has the path of an export or a folder on each line; what wrote this one may have found nothing"
	default:
		return schema.ExitInput, "there is no file in what was named; name an export or the folder that has them"
	}
	return schema.ExitInput, "none of these files is one; the README says how to export sign-ins"
}
