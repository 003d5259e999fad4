package writer

import (
	"bufio"
	"os"
	"path/filepath"

	"signins/schema/versions"
	"signins/writer/manifest"
)

// A pairWriter lists versions of sign-ins beside every output.
type pairWriter struct {
	lists *bufio.Writer // nil before the first pair
	line  []byte
}

// maxLine is how long the memory of a line may be that is used again.
const maxLine = 1 << 20

// WritePair lists two versions of a sign-in that differ beside every output, and in
// workbooks if they conflict. It is called before Commit.
func (all *Outputs) WritePair(p *versions.Pair) error {
	w := &all.pairs
	if len(all.list) == 0 {
		return nil
	}
	if w.lists == nil {
		lists, err := all.createLists(manifest.Duplicates)
		if err != nil {
			return err
		}
		w.lists = bufio.NewWriterSize(lists, 64<<10)
	}
	w.line = manifest.AppendPair(w.line[:0], p)
	if _, err := w.lists.Write(w.line); err != nil {
		return err
	}
	if len(w.line) > maxLine {
		w.line = nil
	}
	for _, out := range all.list {
		if err := out.WritePair(p); err != nil {
			return err
		}
	}
	return nil
}

func (w *pairWriter) flush() error {
	if w.lists == nil {
		return nil
	}
	return w.lists.Flush()
}

// Scratch returns an empty file for the run alone, in the private folder of an output
// or, without outputs, in one of its own. It is gone after Commit or Abort.
func (all *Outputs) Scratch() (*os.File, error) {
	dir := all.files.Private()
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "signins.*"); err != nil {
			return nil, err
		}
		defer os.Remove(dir) // if the file is gone already
	}
	file, err := os.CreateTemp(dir, "scratch.*")
	if err != nil {
		return nil, err
	}
	os.Remove(file.Name()) // at once, where the system can: a killed run leaves nothing
	all.scratch = append(all.scratch, file)
	return file, nil
}

// removeScratch removes the files of Scratch.
func (all *Outputs) removeScratch() {
	for _, file := range all.scratch {
		file.Close()
		os.Remove(file.Name())
		if all.files.Private() == "" {
			os.Remove(filepath.Dir(file.Name()))
		}
	}
	all.scratch = nil
}
