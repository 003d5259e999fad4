package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"signins/schema"
)

// Commit makes the content of all files durable, then gives them their final
// names. If a step fails the earlier ones are undone, and an error is returned
// with nothing left behind, unless Close says so. If the names cannot be made durable it
// is a *Residue.
//
// Other runs that write into the same folders wait meanwhile. Without that, two
// runs that replace the same files could each move away files of the other and
// both fail; and where the file system has no hard links, both could succeed with
// files of either. No file is lost where there are no locks, either: each one that is
// replaced is set aside and gets its name back, or an error names it.
func (t *Transaction) Commit() error {
	defer t.Abort()
	for _, f := range t.files {
		if err := f.complete(t.Mode); err != nil {
			return err
		}
	}
	var dirs []string
	for _, f := range t.folders {
		dirs = append(dirs, f.path)
	}
	// A run may have been killed since this one began.
	t.committing = true
	if err := t.Recover(dirs...); err != nil {
		return err
	}
	unlock, _, err := t.lock(dirs)
	if err != nil {
		return err
	}
	defer unlock()
	for _, check := range t.checks {
		if err := check(); err != nil {
			return err
		}
	}
	if err := t.plan(); err != nil {
		return err
	}
	if err := t.writeJournals(); err != nil {
		return err
	}
	if err := t.move(); err != nil {
		kept, undo := t.rollBack()
		for _, note := range kept {
			err = fmt.Errorf("%w; %s", err, note)
		}
		if undo != nil {
			t.state, t.residue = partial, undo // Recover repeats it
		}
		return err
	}
	t.state = whole
	// All files have their names: to undo that now would, if the run were killed meanwhile,
	// look like a whole set of which files are missing.
	if err := t.syncFolders(); err != nil {
		return &Residue{Cause: err, State: unsynced}
	}
	return nil
}

// plan lists the steps: earlier files are set aside, then new ones get their names. A
// manifest is the last file to appear, and the first to go.
func (t *Transaction) plan() error {
	t.files = slices.DeleteFunc(t.files, func(f *File) bool { return f.swapped })
	last := slices.DeleteFunc(slices.Clone(t.files), func(f *File) bool { return !f.Last })
	first := slices.DeleteFunc(t.files, func(f *File) bool { return f.Last })
	t.files = append(first, last...)
	for _, f := range slices.Backward(append(t.stale, t.files...)) {
		err := t.planAside(f)
		if err != nil {
			return named(f.Path, err)
		}
	}
	for _, r := range t.swaps {
		if err := t.planExchange(r); err != nil {
			return named(r.path, err)
		}
	}
	for _, f := range t.files {
		info, err := os.Lstat(f.temp)
		if err == nil {
			os.SameFile(info, info) // Windows looks the identity up at the first call, by the name that the file has then
			err = t.add(f, &step{
				Place: true, Private: filepath.Base(f.temp), Size: info.Size(), Modified: info.ModTime().UnixNano(), SHA256: f.SHA256(),
				info: info, replace: f.Existing == Replace, last: f.Last,
			})
		}
		if err != nil {
			return named(f.Path, err)
		}
	}
	return nil
}

var errTaken = &schema.Refusal{What: "exists already", Hint: "another run wrote it meanwhile: choose another name, or replace it with --overwrite", Taken: true}

// planAside adds the step for an earlier file, if there is one.
func (t *Transaction) planAside(f *File) error {
	info, err := os.Lstat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case f.Existing == Refuse:
		return errTaken
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file and is not replaced")
	}
	return t.add(f, &step{Private: fmt.Sprintf("earlier-%d", len(t.steps)), replace: f.Existing == Replace})
}

// add adds a step with the file f.
func (t *Transaction) add(f *File, s *step) error {
	name, err := filepath.Rel(f.dir, f.Path)
	if err != nil || !filepath.IsLocal(name) {
		return errors.New("is outside of the folder of the output")
	}
	s.Folder, s.Name = slices.Index(t.folders, f.folder), filepath.ToSlash(name)
	s.final, s.private = f.Path, filepath.Join(f.folder.private, s.Private)
	t.steps = append(t.steps, s)
	return nil
}

// move does the steps. What comes first is durable before the first new file appears,
// and all others before the first that is to be the last.
func (t *Transaction) move() error {
	before := &step{}
	for _, s := range t.steps {
		if s.Place != before.Place || s.last != before.last {
			if err := t.syncFolders(); err != nil {
				return err
			}
		}
		do := t.setAside
		switch {
		case s.Marker != "":
			do = t.exchange
		case s.Place:
			do = t.place
		}
		if err := do(s); err != nil {
			return named(s.final, err)
		}
		before = s
	}
	return nil
}

// setAside moves an earlier file into the private folder, or gives it a second
// name there if the new file is to replace it.
func (t *Transaction) setAside(s *step) error {
	t.changed = append(t.changed, filepath.Dir(s.final), filepath.Dir(s.private))
	if s.replace && t.system.link(s.final, s.private) == nil { // not every file system has links
		return nil
	}
	return t.system.rename(s.final, s.private)
}

// place gives a file its final name, in a folder that is made if there is none.
func (t *Transaction) place(s *step) error {
	t.changed = append(t.changed, filepath.Dir(s.final))
	return t.within(filepath.Dir(s.final), func() error {
		if s.replace {
			return t.system.rename(s.private, s.final)
		}
		return t.system.move(s.private, s.final)
	})
}

// move never replaces a file: a link fails where the name is taken. Some file
// systems have no links.
func (s *system) move(from, to string) error {
	err := s.link(from, to)
	if err == nil {
		s.remove(from)
		return nil
	}
	if _, taken := os.Lstat(to); taken == nil || errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	return s.rename(from, to)
}

func sameFile(path string, info fs.FileInfo) bool {
	other, err := os.Lstat(path)
	return err == nil && os.SameFile(other, info)
}

// syncFolders makes names durable. It is no error where the system cannot, nor where a
// folder may only be written.
func (s *set) syncFolders() (err error) {
	slices.Sort(s.changed)
	for _, dir := range slices.Compact(s.changed) {
		folder, failed := os.Open(dir)
		if errors.Is(failed, fs.ErrPermission) {
			continue
		}
		if failed == nil {
			failed = errors.Join(ignoreUnsupported(s.system.sync(folder)), folder.Close())
		}
		if failed != nil && err == nil {
			err = named(dir, failed)
		}
	}
	s.changed = nil
	return err
}

// lock keeps other runs from renaming files in the same folders. A lock ends with
// its process. If another program keeps one for longer than lockWait, free is false, and
// unlock releases the others.
func (t *Transaction) lock(dirs []string) (unlock func(), free bool, err error) {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var locks []io.Closer
		unlock = func() {
			for _, l := range locks {
				l.Close()
			}
		}
		free = true
		for i := 0; free && i < len(dirs); i++ {
			var l io.Closer
			if l, free = tryLock(dirs[i]); l != nil {
				locks = append(locks, l)
			}
		}
		if free || time.Since(start) > t.lockWait {
			return unlock, free, nil
		}
		unlock() // all or none: two runs never wait for each other
		if err := context.Cause(t.ctx); err != nil {
			return nil, false, err
		}
	}
}
