package manifest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/jsontext"
	"signins/writer/files"
)

// MaxListed is how many inputs a manifest lists. More are in a file of their own, a
// line each, so that memory does not grow with what there is to tell about them.
const MaxListed = 1000

// Expect prepares the run for n inputs.
func (r *Run) Expect(n int) {
	r.InputCount, r.Sums = n, Sums{Category: map[string]int64{}, UnknownFields: map[string]int64{}, Warnings: []WarningSum{}}
	if n <= MaxListed {
		r.Inputs = make([]*Input, n)
		return
	}
	r.Inputs, r.more = nil, &lines{memory: make([][]byte, n)}
}

// Spill keeps more than MaxListed inputs in an empty file rather than in memory. The
// caller closes and removes it. name is what errors call it.
func (r *Run) Spill(file *os.File, name string) {
	l := r.more
	l.file, l.buffer, l.name = file, bufio.NewWriterSize(file, aheadSize), name
	l.places, l.memory = make([]position, len(l.memory)), make([][]byte, kept)
}

// Abridge keeps of more than MaxListed inputs only what a summary says of them: names,
// dialects, categories and counts. A manifest cannot be written then.
func (r *Run) Abridge() { r.more.abridged = true }

// Listed reports whether the manifest lists the inputs itself.
func (r *Run) Listed() bool { return r.more == nil }

// set describes the input with index i of the inputs that were expected.
func (r *Run) set(i int, in *Input) error {
	r.Totals.Add(in.Records)
	r.Sums.Add(in)
	if r.more != nil {
		return r.more.set(i, in)
	}
	r.Inputs[i] = in
	return nil
}

// CountInputs returns how many inputs the run has.
func (r *Run) CountInputs() int { return max(r.InputCount, len(r.Inputs)) }

// AllInputs yields all inputs in their order, those of a run that Load returned as well,
// and for a compaction those of the runs that it supersedes.
// Where they are more than MaxListed, each is a copy. An error is the last thing it
// yields.
func (r *Run) AllInputs() iter.Seq2[*Input, error] {
	switch {
	case r.more != nil:
		return r.more.inputs()
	case len(r.Supersedes) > 0:
		return r.supersededInputs()
	case r.InputsFile != "":
		return loadInputs(filepath.Join(r.folder, r.InputsFile), r.InputCount)
	}
	return func(yield func(*Input, error) bool) {
		for _, in := range r.Inputs {
			if !yield(in, nil) {
				return
			}
		}
	}
}

// A Content is what an input is known by.
type Content struct{ Path, Member, SHA256 string }

// Contents yields the contents of all inputs in their order, as AllInputs does. Of more
// than MaxListed it reads nothing else, in a tenth of the time.
func (r *Run) Contents() iter.Seq2[Content, error] {
	return func(yield func(Content, error) bool) {
		if r.more != nil && len(r.more.changes) == 0 {
			r.more.contents(yield)
			return
		}
		for in, err := range r.AllInputs() {
			if err != nil {
				yield(Content{}, err)
				return
			}
			if !yield(Content{in.Path, in.Member, in.SHA256}, nil) {
				return
			}
		}
	}
}

// loadInputs yields the n inputs of a file that WriteInputs wrote. An error is
// *Unreadable and the last thing it yields.
func loadInputs(path string, n int) iter.Seq2[*Input, error] {
	return func(yield func(*Input, error) bool) {
		file, err := os.Open(path)
		if err != nil {
			yield(nil, &Unreadable{path, files.WithoutPath(err).Error(), "it has the inputs of the manifest beside it"})
			return
		}
		defer file.Close()
		number, buffer := 0, bufio.NewReader(file)
		for ; ; number++ {
			line, err := buffer.ReadBytes('\n')
			if err == io.EOF && len(line) == 0 {
				break
			}
			var in *Input
			if err == nil {
				in, err = decodeInput(line)
			}
			if err != nil {
				yield(nil, &Unreadable{fmt.Sprintf("%s:%d", path, number+1), "is no input: " + files.WithoutPath(err).Error(), "it was damaged or edited"})
				return
			}
			if !yield(in, nil) {
				return
			}
		}
		if number != n {
			yield(nil, &Unreadable{path, fmt.Sprintf("has %d inputs, but the manifest has %d", number, n), "it was damaged or edited"})
		}
	}
}

// With returns a run like this one that has other inputs.
func (r *Run) With(inputs []*Input) *Run {
	with := *r
	with.Inputs, with.InputCount, with.InputsFile, with.more = inputs, len(inputs), "", nil
	return &with
}

// SetDuplicates sets the counts of inputs by their names; others have none.
func (r *Run) SetDuplicates(byInput map[string]duplicates.Kinds) {
	r.amend(func(in *Input) {
		kinds := byInput[in.Name()]
		in.Duplicates = &kinds
	})
}

// amend changes all inputs after they were set. Their records stay what they are.
func (r *Run) amend(change func(*Input)) {
	for _, in := range r.Inputs {
		change(in)
	}
	if r.more != nil {
		r.more.changes = append(r.more.changes, change)
	}
}

// WriteInputs writes the lines of more than MaxListed inputs.
func (r *Run) WriteInputs(w io.Writer) error {
	buffer := bufio.NewWriterSize(w, 1<<20) // Flush has its errors
	for i := range r.InputCount {
		line, err := r.more.line(i)
		if err == nil && len(r.more.changes) > 0 {
			var in *Input
			if in, err = r.more.input(i); err == nil {
				line = encodeInput(nil, in)
			}
		}
		if err != nil {
			return err
		}
		buffer.Write(line)
	}
	return buffer.Flush()
}

// kept is how many inputs stay in memory, for a summary after the file is gone.
const kept = 100

// lines are inputs by index, each a line of JSON in a file or in memory.
type lines struct {
	abridged bool
	changes  []func(*Input) // of every input that is read
	memory   [][]byte       // by index: the first, and without a file all
	places   []position     // by index, in file
	file     *os.File       // nil for none
	buffer   *bufio.Writer  // of file
	name     string
	encoded  []byte // the line that was set last
	end      int64  // of file
	ahead    []byte
	aheadAt  int64 // where ahead is in file
}

// A position is where the line of an input is in the file.
type position struct {
	start  int64
	length int32
}

func (l *lines) set(i int, in *Input) error {
	if l.abridged {
		in = &Input{Path: in.Path, Member: in.Member, Dialect: in.Dialect, Category: in.Category, Records: in.Records, Duplicates: in.Duplicates, Joined: in.Joined}
	}
	l.encoded = encodeInput(l.encoded, in)
	line := l.encoded
	if i < len(l.memory) {
		l.memory[i] = slices.Clone(line)
	}
	if l.file == nil {
		return nil
	}
	l.places[i] = position{l.end, int32(len(line))}
	l.end += int64(len(line))
	_, err := l.buffer.Write(line)
	return l.named(err)
}

// inputs yields all inputs. An error is the last thing it yields.
func (l *lines) inputs() iter.Seq2[*Input, error] {
	return func(yield func(*Input, error) bool) {
		for i := range max(len(l.memory), len(l.places)) {
			if in, err := l.input(i); !yield(in, err) || err != nil {
				return
			}
		}
	}
}

// contents yields the contents of all inputs. An error is the last thing it yields.
func (l *lines) contents(yield func(Content, error) bool) {
	for i := range max(len(l.memory), len(l.places)) {
		line, err := l.line(i)
		var c Content
		for name, value := range jsontext.Value(bytes.TrimSpace(line)).Members() {
			switch string(name) {
			case "path":
				c.Path = memberText(value)
			case "member":
				c.Member = memberText(value)
			case "sha256":
				c.SHA256 = memberText(value)
			}
			if c.SHA256 != "" { // it is behind the others
				break
			}
		}
		if !yield(c, err) || err != nil {
			return
		}
	}
}

func memberText(value jsontext.Value) string {
	text, _ := value.Text() // which was written as text
	return string(text)
}

// line reads the line of an input, as it was set. It is valid until the next call.
func (l *lines) line(i int) ([]byte, error) {
	if i < len(l.memory) {
		return l.memory[i], nil
	}
	if err := l.buffer.Flush(); err != nil {
		return nil, l.named(err)
	}
	p := l.places[i]
	if from := p.start - l.aheadAt; from >= 0 && from+int64(p.length) <= int64(len(l.ahead)) {
		return l.ahead[from:][:p.length], nil
	}
	l.ahead = slices.Grow(l.ahead[:0], max(aheadSize, int(p.length)))
	n, err := l.file.ReadAt(l.ahead[:cap(l.ahead)], p.start)
	if l.ahead, l.aheadAt = l.ahead[:n], p.start; n >= int(p.length) {
		return l.ahead[:p.length], nil
	}
	return nil, l.named(err)
}

// aheadSize is how many bytes of the file are written at once, and read for lines that come
// next.
const aheadSize = 64 << 10

// input reads an input.
func (l *lines) input(i int) (*Input, error) {
	line, err := l.line(i)
	if err != nil {
		return nil, err
	}
	in, err := decodeInput(line)
	if err != nil {
		return nil, l.named(err)
	}
	for _, change := range l.changes {
		change(in)
	}
	return in, nil
}

// named completes an error of the file, which is an output.
func (l *lines) named(err error) error {
	if err == nil {
		return nil
	}
	return schema.OutputFailure(fmt.Errorf("%s: %w", l.name, files.WithoutPath(err)))
}
