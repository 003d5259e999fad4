package writer

import (
	"cmp"
	"os"
	"path/filepath"

	"signins/schema/versions"
	"signins/writer/manifest"
)

// WritePair lists two versions of a sign-in that differ beside every output, and in
// workbooks if they conflict. It is called before Commit.
func (all *Outputs) WritePair(p *versions.Pair) error {
	if len(all.list) == 0 {
		return nil
	}
	if all.pairs == nil {
		lists, err := createLists(manifest.Duplicates, all.list)
		if err != nil {
			return err
		}
		all.pairs = manifest.NewPairWriter(lists)
	}
	if err := all.pairs.Write(p); err != nil {
		return err
	}
	for _, out := range all.list {
		if err := out.WritePair(p); err != nil {
			return err
		}
	}
	return nil
}

// flushPairs completes the lists of pairs.
func (all *Outputs) flushPairs() error {
	if all.pairs == nil {
		return nil
	}
	return all.pairs.Flush()
}

// compareMemory is the limit of memory of a run that compares versions and whose outputs
// have none: the garbage of long records would add up.
const compareMemory = 300 << 20

// limitComparing limits memory while versions are compared.
func (all *Outputs) limitComparing() {
	all.memory = cmp.Or(all.memory, compareMemory)
	all.applyLimit()
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
