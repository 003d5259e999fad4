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
)

// replaced is the folder in a private one for what new files replace.
const replaced = "replaced"

// A move is a rename that Commit made.
type move struct {
	from, to string
	info     fs.FileInfo // of a new file, nil for one set aside
}

// Commit syncs and closes all files, then gives them their final names. If one
// step fails the earlier ones are undone, and an error is returned with nothing
// left behind.
//
// Other runs wait meanwhile. Where there are no locks two things still hold: no
// file is ever replaced, each is set aside and can come back; and of two runs
// for the same names only one succeeds, or one after the other, because all old
// files are out of the way before the first new one appears.
func (s *Transaction) Commit() error {
	defer s.Abort()
	for _, f := range s.open {
		if err := f.close(); err != nil {
			return err
		}
		if err := context.Cause(s.ctx); err != nil {
			return err
		}
	}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.move(); err != nil {
		if kept := s.undo(); kept != nil {
			err = fmt.Errorf("%w; %w", err, kept)
		}
		return err
	}
	for _, folder := range s.folders {
		SyncFolder(folder.path)
	}
	return nil
}

// move sets old files aside and gives new ones their names.
func (s *Transaction) move() error {
	// The manifest is the last file, and the first to go.
	var names []string
	for _, f := range slices.Backward(s.open) {
		names = append(names, f.Path)
	}
	for _, path := range append(names, s.stale...) {
		if err := s.setAside(path); err != nil {
			return fmt.Errorf("%s: %w", path, WithoutPath(err))
		}
	}
	for _, f := range s.open {
		err := place(f.temp, f.Path)
		if errors.Is(err, fs.ErrExist) {
			err = errTaken
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, WithoutPath(err))
		}
		if info, err := os.Lstat(f.Path); err == nil {
			s.moved = append(s.moved, move{f.temp, f.Path, info})
		}
	}
	return nil
}

var errTaken = errors.New("exists already")

// setAside moves a file that stands where a new one will, so that it can come
// back.
func (s *Transaction) setAside(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !s.overwrite:
		return errTaken
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file and is not replaced")
	}
	private, err := s.Private(path)
	if err != nil {
		return err
	}
	aside := filepath.Join(private, replaced, filepath.Base(path))
	if err := os.MkdirAll(filepath.Dir(aside), 0o700); err != nil {
		return err
	}
	if err := os.Rename(path, aside); err != nil {
		return err
	}
	s.moved = append(s.moved, move{path, aside, nil})
	return nil
}

// place renames a file and never replaces another: a link fails where the name
// is taken. Some file systems have no links.
func place(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		os.Remove(from)
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, taken := os.Lstat(to); taken == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// undo takes back the moves of a failed Commit, last first. It touches no file
// of others. What cannot come back is kept where it is.
func (s *Transaction) undo() (err error) {
	for _, m := range slices.Backward(s.moved) {
		if m.info != nil {
			if info, gone := os.Lstat(m.to); gone == nil && os.SameFile(info, m.info) {
				err = errors.Join(err, os.Remove(m.to))
			}
			continue
		}
		if failed := place(m.to, m.from); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: the earlier file is now %s: %w", m.from, m.to, WithoutPath(failed)))
			s.keep(m.to)
		}
	}
	s.moved = nil
	return err
}

// keep has Abort leave the private folder that holds a file set aside.
func (s *Transaction) keep(path string) {
	s.folders = slices.DeleteFunc(s.folders, func(f *folder) bool {
		return f.private == filepath.Dir(filepath.Dir(path))
	})
}

// lockWait is how long a run waits for others; completing takes no second.
var lockWait = 10 * time.Second

// LockFolder keeps other runs that lock the folder, too, from renaming files in
// it, until unlock is called.
func LockFolder(ctx context.Context, path string) (unlock func(), err error) {
	return (&Transaction{ctx: ctx, folders: []*folder{{path: path}}}).lock()
}

// lock keeps other runs from renaming files in the same folders. A lock ends
// with its process. One that is held for longer is not that of a run: work goes
// on without.
func (s *Transaction) lock() (unlock func(), err error) {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		locks, free := s.tryLock()
		unlock = func() {
			for _, l := range locks {
				l.Close()
			}
		}
		if free || time.Since(start) > lockWait {
			return unlock, nil
		}
		unlock() // all or none: two runs never wait for each other
		if err := context.Cause(s.ctx); err != nil {
			return nil, err
		}
	}
}

// tryLock locks the folders up to one that is not free.
func (s *Transaction) tryLock() (locks []io.Closer, free bool) {
	for _, folder := range s.folders {
		l, free := tryLock(folder.path)
		if !free {
			return locks, false
		}
		if l != nil {
			locks = append(locks, l)
		}
	}
	return locks, true
}
