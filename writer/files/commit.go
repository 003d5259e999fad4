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
// with nothing left behind.
//
// Other runs that write into the same folders wait meanwhile. Without that, two
// runs that replace the same files could each move away files of the other and
// both fail; and where the file system has no hard links, both could succeed with
// files of either. Where there are no locks it still holds that no file is lost:
// each one that is replaced is set aside and comes back, or is named.
func (t *Transaction) Commit() error {
	defer t.Abort()
	for _, f := range t.files {
		if err := f.complete(); err != nil {
			return err
		}
	}
	unlock, err := t.lock()
	if err != nil {
		return err
	}
	defer unlock()
	for _, check := range t.checks {
		if err := check(); err != nil {
			return err
		}
	}
	err = t.move()
	if err != nil {
		for _, kept := range t.takeBack() {
			err = fmt.Errorf("%w; %w", err, kept)
		}
	}
	return err
}

// A step is a name that Commit gave: to a new file, whose info it keeps, or to an
// earlier one, in the private folder.
type step struct {
	from, to string
	info     fs.FileInfo // nil for an earlier file
}

// move sets earlier files aside and gives new ones their names. A manifest is the
// last file to appear, and the first to go.
func (t *Transaction) move() error {
	last := slices.DeleteFunc(slices.Clone(t.files), func(f *File) bool { return !f.Last })
	first := slices.DeleteFunc(t.files, func(f *File) bool { return f.Last })
	t.files = append(first, last...)
	for _, f := range slices.Backward(append(t.stale, t.files...)) {
		if err := t.setAside(f); err != nil {
			return named(f.Path, err)
		}
	}
	for i, f := range t.files {
		if i == len(first) {
			t.syncFolders()
		}
		if err := t.place(f); err != nil {
			return named(f.Path, err)
		}
	}
	t.syncFolders()
	return nil
}

var errTaken = &schema.Refusal{What: "exists already", Hint: "another run wrote it meanwhile: choose another name, or replace it with --overwrite"}

// setAside moves an earlier file into the private folder, or gives it a second
// name there if the new file is to replace it.
func (t *Transaction) setAside(f *File) error {
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
	aside := filepath.Join(filepath.Dir(f.temp), fmt.Sprintf("%d.%s", len(t.steps), filepath.Base(f.Path)))
	if f.Existing != Replace || t.system.link(f.Path, aside) != nil { // not every file system has links
		if err := t.system.rename(f.Path, aside); err != nil {
			return err
		}
	}
	t.add(step{from: f.Path, to: aside}, f)
	return nil
}

// place gives a file its final name, in a folder that is made if there is none.
func (t *Transaction) place(f *File) error {
	if err := t.makeFolder(filepath.Dir(f.Path)); err != nil {
		return err
	}
	rename := t.rename
	if f.Existing == Replace {
		rename = t.system.rename
	}
	if err := rename(f.temp, f.Path); err != nil {
		return err
	}
	if info, err := os.Lstat(f.Path); err == nil {
		t.add(step{f.temp, f.Path, info}, f)
	}
	return nil
}

func (t *Transaction) add(s step, f *File) {
	t.steps, t.changed = append(t.steps, s), append(t.changed, filepath.Dir(f.Path))
}

// rename never replaces a file: a link fails where the name is taken. Some file
// systems have no links.
func (t *Transaction) rename(from, to string) error {
	err := t.system.link(from, to)
	if err == nil {
		os.Remove(from)
		return nil
	}
	if _, taken := os.Lstat(to); taken == nil || errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	return t.system.rename(from, to)
}

// takeBack undoes the steps of a failed Commit; Abort removes the folders. It touches
// no file of others, and returns errors that name earlier files that cannot come back.
func (t *Transaction) takeBack() (errs []error) {
	for _, s := range slices.Backward(t.steps) {
		if s.info != nil {
			if !sameFile(s.to, s.info) {
				continue
			}
			if err := os.Remove(s.to); err != nil {
				errs = append(errs, err)
			}
			continue
		}
		if info, err := os.Lstat(s.to); err == nil && sameFile(s.from, info) {
			continue // it still has its name, too
		}
		if err := t.rename(s.to, s.from); err != nil {
			errs = append(errs, fmt.Errorf("%s: the earlier file is now %s: %w", s.from, s.to, WithoutPath(err)))
			// Abort leaves its folder.
			t.folders = slices.DeleteFunc(t.folders, func(f *folder) bool { return f.private == filepath.Dir(s.to) })
		}
	}
	t.steps = nil
	return errs
}

func sameFile(path string, info fs.FileInfo) bool {
	other, err := os.Lstat(path)
	return err == nil && os.SameFile(other, info)
}

// syncFolders makes names durable where the system can.
func (t *Transaction) syncFolders() {
	slices.Sort(t.changed)
	for _, dir := range slices.Compact(t.changed) {
		if folder, err := os.Open(dir); err == nil {
			t.system.sync(folder)
			folder.Close()
		}
	}
	t.changed = nil
}

// lock keeps other runs from renaming files in the same folders. A lock ends with
// its process. One that is held for longer belongs to another program: Commit
// proceeds without.
func (t *Transaction) lock() (unlock func(), err error) {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var locks []io.Closer
		unlock = func() {
			for _, l := range locks {
				l.Close()
			}
		}
		free := true
		for i := 0; free && i < len(t.folders); i++ {
			var l io.Closer
			if l, free = tryLock(t.folders[i].path); l != nil {
				locks = append(locks, l)
			}
		}
		if free || time.Since(start) > t.lockWait {
			return unlock, nil
		}
		unlock() // all or none: two runs never wait for each other
		if err := context.Cause(t.ctx); err != nil {
			return nil, err
		}
	}
}
