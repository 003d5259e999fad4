package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A replacement is a folder that Commit exchanges for a new one.
type replacement struct {
	path   string
	folder *folder
	dir    string // of the folder, as the caller names it
	files  []*File
}

// ReplaceFolder has Commit exchange the folder at path, which has files alone, for a new
// one with some files of CreatePart, at least one, whose Path is in it. The earlier folder
// has no file with the name of the first one; it is gone after Commit. Where the system
// can, readers find the earlier folder or the new one; elsewhere none for a moment.
func (t *Transaction) ReplaceFolder(path string, files []*File) {
	for _, f := range files {
		f.swapped = true
	}
	t.swaps = append(t.swaps, &replacement{path, files[0].folder, files[0].dir, files})
}

// planExchange makes a new folder, with the mode of the earlier one, and adds the step.
func (t *Transaction) planExchange(r *replacement) error {
	info, err := os.Lstat(r.path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("is not a folder and is not replaced")
	}
	s := &step{Place: true, Private: fmt.Sprint(folderPrefix, len(t.steps)), Marker: filepath.Base(r.files[0].Path)}
	private := filepath.Join(r.folder.private, s.Private)
	if err := t.system.mkdir(private, 0o700); err != nil {
		return err
	}
	for _, f := range r.files {
		if err := t.system.rename(f.temp, filepath.Join(private, filepath.Base(f.Path))); err != nil {
			return err
		}
	}
	t.changed = append(t.changed, private)
	if err := t.system.chmod(private, info.Mode().Perm()); err != nil {
		return err
	}
	return t.add(&File{Path: r.path, folder: r.folder, dir: r.dir}, s)
}

// isExchanged reports whether the new folder has its final name.
func (st *step) isExchanged() bool {
	_, err := os.Lstat(filepath.Join(st.final, st.Marker))
	return err == nil
}

// folderPrefix begins the private names of folders, and asideEnding ends that of one while
// another gets its place.
const (
	folderPrefix = "folder-"
	asideEnding  = ".aside"
)

// exchange gives the new folder its final name, and the earlier one the private name.
func (s *set) exchange(st *step) error {
	s.changed = append(s.changed, filepath.Dir(st.final), filepath.Dir(st.private))
	if s.system.exchange(st.final, st.private) == nil {
		return nil
	}
	if err := s.system.rename(st.final, st.private+asideEnding); err != nil {
		return err
	}
	if err := s.system.rename(st.private, st.final); err != nil {
		return err
	}
	return s.system.rename(st.private+asideEnding, st.private)
}

// exchangeBack gives the earlier folder its final name again, whichever step of exchange
// was the last.
func (s *set) exchangeBack(st *step) (note string, err error) {
	if _, err := os.Lstat(st.private + asideEnding); err == nil {
		to := st.private
		if _, err := os.Lstat(st.final); errors.Is(err, os.ErrNotExist) {
			to = st.final
		}
		if err := s.system.rename(st.private+asideEnding, to); err != nil {
			return "", err
		}
	}
	if !st.isExchanged() {
		return "", nil
	}
	return "", s.exchange(st)
}

// removeOne removes a file of a private folder, or a folder of planExchange.
func (s *set) removeOne(path string, isFolder bool) error {
	if isFolder && strings.HasPrefix(filepath.Base(path), folderPrefix) {
		entries, err := os.ReadDir(path)
		for _, entry := range entries {
			err = cmp.Or(err, s.system.remove(filepath.Join(path, entry.Name())))
		}
		if err != nil {
			return err
		}
	}
	return s.system.remove(path)
}

// HoldName is the name of a file that Hold makes in a folder on Windows, where it stays.
const HoldName = ".lock"

// Hold locks a folder until Commit or Abort, alone or together with all others that are
// not alone, and waits for that. It is not free while another run excludes that. A folder
// that is not there is free, and so is any where there are no locks.
func (t *Transaction) Hold(dir string, alone bool, wait time.Duration) (free bool, err error) {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		l, free := holdFolder(dir, alone)
		if l != nil {
			t.held = append(t.held, l)
		}
		if err := context.Cause(t.ctx); err != nil {
			return false, err
		}
		if free || time.Since(start) > wait {
			return free, nil
		}
	}
}
