package files

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// The names of private folders, and of the files in each that are no outputs.
const (
	privatePrefix = ".signins."
	privateEnding = ".partial"
	lockName      = "lock"
	journalName   = "journal"
	doneEnding    = ".done" // of the journal of the first folder when there is nothing to undo
)

// A set is all that a run changes, in all its folders: the one of this process, or that
// of a run that was killed.
type set struct {
	system  *system
	folders []*folder
	steps   []*step
	made    []string // folders
	done    bool     // there is nothing to undo
	changed []string // folders with names that are not synced
}

// A step gives a file a name: to a new file its final one, to an earlier file one in the
// private folder. Its exported fields are those of the journal.
type step struct {
	Place    bool   `json:"place"`   // a new file
	Folder   int    `json:"folder"`  // index in the journal
	Name     string `json:"name"`    // final, below the folder, with slashes
	Private  string `json:"private"` // in the private folder
	Size     int64  `json:"size"`    // of a new file, like all below
	Modified int64  `json:"modified"`
	SHA256   string `json:"sha256"`
	// Marker, for a new folder, is the name of a file that it has and the earlier one
	// has not; "" for a file. The earlier folder gets the private name of the new one.
	Marker string `json:"marker,omitempty"`

	final, private string      // paths, "" in a folder that is not touched
	info           fs.FileInfo // nil for a run that was killed
	replace        bool        // an earlier file has its name until the new one has it
	last           bool
}

// A journal says what a set is. It is in every private folder of the set before the
// first step begins.
type journal struct {
	Folders []journalFolder `json:"folders"`
	Steps   []*step         `json:"steps"`
	Made    []madeFolder    `json:"made"`
}

type journalFolder struct {
	Path    string `json:"path"`    // absolute
	Private string `json:"private"` // name of the private folder in it
}

// A madeFolder is made by the run, and removed with it if it is empty.
type madeFolder struct {
	Folder int    `json:"folder"`
	Name   string `json:"name"` // "." for the folder itself
}

// writeJournals puts the journal into every folder.
func (s *set) writeJournals() error {
	j := journal{Steps: s.steps}
	for i, f := range s.folders {
		whole, err := filepath.Abs(f.path)
		if err != nil {
			return named(f.path, err)
		}
		j.Folders = append(j.Folders, journalFolder{whole, filepath.Base(f.private)})
		if slices.Contains(s.made, f.path) {
			j.Made = append(j.Made, madeFolder{i, "."})
		}
	}
	for _, st := range s.steps {
		parent := madeFolder{st.Folder, path.Dir(st.Name)}
		if _, err := os.Lstat(filepath.Dir(st.final)); errors.Is(err, fs.ErrNotExist) && !slices.Contains(j.Made, parent) {
			j.Made = append(j.Made, parent)
		}
	}
	text, err := json.Marshal(j)
	if err != nil {
		return err
	}
	for _, f := range s.folders {
		if err := s.writeJournal(f, text); err != nil {
			return named(filepath.Join(f.private, journalName), err)
		}
	}
	return s.syncFolders()
}

// writeJournal makes the journal appear whole, and with it all names in the folder.
func (s *set) writeJournal(f *folder, text []byte) error {
	name := filepath.Join(f.private, journalName)
	file, err := s.system.create(name + ".new")
	if err != nil {
		return err
	}
	_, err = s.system.write(file, text)
	if err == nil {
		err = s.system.sync(file)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	s.changed = append(s.changed, f.private, f.path)
	return s.system.rename(name+".new", name)
}

// isWhole reports whether every new file has its final name.
func (s *set) isWhole() bool {
	return !slices.ContainsFunc(s.steps, func(st *step) bool {
		if !st.Place || st.final == "" {
			return false
		}
		if st.Marker != "" {
			return !st.isExchanged()
		}
		info, err := os.Lstat(st.private)
		return err == nil && !sameFile(st.final, info)
	})
}

// missing names a private folder that is not there, of a set with earlier files; else "".
func (s *set) missing() string {
	for _, f := range s.folders {
		for _, st := range s.steps {
			if _, err := os.Lstat(st.private); f.missing != "" && !st.Place && st.final != "" && err == nil {
				return f.missing
			}
		}
	}
	return ""
}

// rollBack undoes all steps that were done, last first. Where it is ended or fails it
// can be repeated. It touches no file of others: an earlier file whose name another one
// has gets a new name, which a line of kept says.
func (s *set) rollBack() (kept []string, err error) {
	for _, st := range slices.Backward(s.steps) {
		if st.final == "" {
			continue
		}
		undo := s.bringBack
		switch {
		case st.Marker != "":
			undo = s.exchangeBack
		case st.Place:
			undo = s.removeNew
		}
		note, undone := undo(st)
		if note != "" {
			kept = append(kept, st.final+": "+note)
		}
		if undone != nil && err == nil {
			err = named(st.final, undone)
		}
	}
	s.syncFolders() // the error that is undone is reported, and nothing is left to undo
	return kept, err
}

func (s *set) removeNew(st *step) (note string, err error) {
	if !st.isAt(st.final) {
		return "", nil
	}
	s.changed = append(s.changed, filepath.Dir(st.final))
	return "", s.system.remove(st.final)
}

// isAt reports whether the file at path is the new one of the step.
func (st *step) isAt(path string) bool {
	if st.info != nil {
		return sameFile(path, st.info)
	}
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != st.Size || info.ModTime().UnixNano() != st.Modified {
		return false
	}
	sum, err := Hash(path, nil)
	return err == nil && sum == st.SHA256
}

// bringBack gives an earlier file its name again.
func (s *set) bringBack(st *step) (note string, err error) {
	info, err := os.Lstat(st.private)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil // it was not set aside, or is back
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || sameFile(st.final, info):
		return "", nil // it still has its name, too
	}
	s.changed = append(s.changed, filepath.Dir(st.final))
	err = s.system.move(st.private, st.final)
	if errors.Is(err, fs.ErrNotExist) { // somebody removed the folder
		err = errors.Join(s.system.mkdir(filepath.Dir(st.final), 0o700), s.system.move(st.private, st.final))
	}
	for n := 1; n < 100 && errors.Is(err, errTaken); n++ {
		name := fmt.Sprintf("%s.earlier-%d", st.final, n)
		if err = s.system.move(st.private, name); err == nil {
			return "the earlier file is now " + name, nil
		}
	}
	return "", err
}

// clean removes the folders that the set made and that are empty, and the private ones.
// The error names the first that cannot be removed.
func (s *set) clean() (err error) {
	keep := func(path string, failed error) {
		if failed != nil && !errors.Is(failed, fs.ErrNotExist) && err == nil {
			err = named(path, failed)
		}
	}
	keep(s.removeMade()) // as long as a journal names them
	if err := s.markDone(); err != nil {
		return err
	}
	for _, f := range slices.Backward(s.folders) {
		if f.private != "" {
			keep(f.private, s.removePrivate(f))
		}
	}
	keep(s.removeMade()) // those that had a private folder
	return err
}

// removeMade removes the folders that the set made and that are empty. It names the first
// that cannot be removed.
func (s *set) removeMade() (path string, err error) {
	for _, made := range slices.Backward(s.made) {
		entries, unread := os.ReadDir(made)
		if unread != nil || len(entries) > 0 {
			continue
		}
		if failed := s.system.remove(made); failed != nil && err == nil {
			path, err = made, failed
		}
	}
	return path, err
}

// markDone renames the journal of the first folder: whatever folder of the set is there
// from now on can be removed.
func (s *set) markDone() error {
	if len(s.folders) == 0 || s.folders[0].private == "" {
		return nil
	}
	name := filepath.Join(s.folders[0].private, journalName)
	if _, err := os.Lstat(name); err != nil {
		return nil // it was not begun, or is renamed
	}
	if err := s.system.rename(name, name+doneEnding); err != nil {
		return named(name, err)
	}
	return nil
}

// removePrivate empties and removes a private folder. The lock stays if anything else
// does, so that a later run can try again.
func (s *set) removePrivate(f *folder) error {
	defer f.release()
	// RemoveAll of the folder would read the one around it, which may be for
	// writing only.
	entries, err := os.ReadDir(f.private)
	for _, entry := range entries {
		if entry.Name() != lockName {
			err = cmp.Or(err, s.removeOne(filepath.Join(f.private, entry.Name()), entry.IsDir()))
		}
	}
	if err != nil {
		return err
	}
	lock := filepath.Join(f.private, lockName)
	if err := s.system.remove(lock); err != nil {
		f.release() // Windows removes no open file
		// Another run that has the lock meanwhile removes it, too.
		if err := s.system.remove(lock); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.system.remove(f.private)
}

// release unlocks all private folders.
func (s *set) release() {
	for _, f := range s.folders {
		f.release()
	}
}

func (f *folder) release() {
	if f.lock != nil {
		f.lock.Close()
		f.lock = nil
	}
}
