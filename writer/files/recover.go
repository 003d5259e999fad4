package files

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Recover completes or rolls back, in folders, runs that were killed, and reports each
// by Notice. A folder that cannot be read has nothing to recover. After an error, that of the
// context or of a file that cannot be rolled back, nothing should be written: the folders
// may have files of two runs side by side.
func (t *Transaction) Recover(dirs ...string) error {
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir)
		for _, entry := range entries {
			f := &folder{path: dir, private: filepath.Join(dir, entry.Name())}
			isOurs := slices.ContainsFunc(t.folders, func(o *folder) bool { return o.private == f.private })
			if isOurs || !f.isPrivate() {
				continue
			}
			if err := t.recover(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// isPrivate reports whether the private folder is one, and of this user.
func (f *folder) isPrivate() bool {
	name := filepath.Base(f.private)
	if !strings.HasPrefix(name, privatePrefix) || !strings.HasSuffix(name, privateEnding) {
		return false
	}
	info, err := os.Lstat(f.private)
	return err == nil && info.IsDir() && isOwn(info)
}

func (t *Transaction) note(format string, values ...any) {
	if t.Notice != nil {
		t.Notice(fmt.Sprintf(format, values...))
	}
}

func (t *Transaction) noteKept(f *folder, why string) {
	if t.committing {
		return // reported when the run began
	}
	t.note("%s: not touched: %s", f.private, why)
}

// recover recovers the set of which f is a folder, unless its run is at work.
func (t *Transaction) recover(f *folder) error {
	if !t.claim(f) {
		return nil
	}
	s, err := t.readSet(f)
	f.release() // the folders around are locked first, as Commit does
	if err != nil {
		t.noteKept(f, err.Error())
		return nil
	}
	unlock, free, err := t.lock(s.around())
	if err != nil {
		return err
	}
	defer unlock()
	if !free {
		t.noteKept(f, "another program locks the folder around it")
		return nil
	}
	// Another recovery may have begun meanwhile, and been killed.
	if !t.claim(f) {
		return nil
	}
	defer f.release()
	if s, err = t.readSet(f); err != nil {
		t.noteKept(f, err.Error())
		return nil
	}
	defer s.release()
	for _, member := range s.folders {
		if member != f && member.private != "" && !t.claim(member) {
			return nil
		}
	}
	err = t.finish(f, s)
	unlock()
	s.removeMade() // on Windows the lock is a file in the folder
	return err
}

// around returns the folders with private ones.
func (s *set) around() (dirs []string) {
	for _, member := range s.folders {
		if member.private != "" {
			dirs = append(dirs, member.path)
		}
	}
	return dirs
}

// claim locks a private folder. It returns false where Recover has nothing to do.
func (t *Transaction) claim(f *folder) bool {
	l, free, err := t.system.lock(filepath.Join(f.private, lockName), 0)
	f.lock = l
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, gone := os.Lstat(f.private); gone != nil {
			return false
		}
		if t.system.remove(f.private) != nil { // it is not empty
			t.noteKept(f, "it has no lock, as those of earlier versions; delete it if no run is at work")
			return false
		}
		t.note("%s: of a run that was killed when it began; removed", f.private)
	case err != nil:
		t.noteKept(f, WithoutPath(err).Error())
	case free && l == nil:
		t.noteKept(f, "a run may be at work: the file system has no locks; delete it if none is")
	}
	return l != nil
}

// finish completes or rolls back a set whose folders are locked.
func (t *Transaction) finish(f *folder, s *set) error {
	state := "before its outputs appeared; removed"
	switch {
	case s.done:
		state = "while it removed this folder; removed"
	case len(s.steps) == 0:
	case s.isWhole() && s.missing() != "":
		t.noteKept(f, "it may have earlier files, and its run also used "+s.missing()+", which is not there; delete it if the outputs are whole")
		return nil
	case s.isWhole():
		state = "when all its outputs were whole; removed"
	default:
		kept, err := s.rollBack()
		for _, note := range kept {
			t.note("%s", note)
		}
		if err != nil {
			return fmt.Errorf("%w; a run that was killed cannot be taken back, see %s", err, f.private)
		}
		state = "while its outputs appeared; removed; as before that run: " + s.summary()
	}
	if err := s.clean(); err != nil {
		t.noteKept(f, "it cannot be removed: "+err.Error())
		return nil
	}
	t.note("%s: of a run that was killed %s", f.private, state)
	return nil
}

// summary names some files of the set.
func (s *set) summary() string {
	var names []string
	for _, place := range []bool{true, false} { // data before what is beside it
		for _, st := range s.steps {
			if st.Place == place && st.final != "" && !slices.Contains(names, st.final) {
				names = append(names, st.final)
			}
		}
	}
	const most = 3
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

var errJournal = errors.New("its journal is not one of this program; delete it if no run is at work")

// readSet reads the set that the journal of f describes. Of one without a journal only the
// folder is known.
func (t *Transaction) readSet(f *folder) (s *set, err error) {
	s = &set{system: t.system, folders: []*folder{f}}
	text, done, err := readJournal(f)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	var j journal
	if err != nil || json.Unmarshal(text, &j) != nil {
		return nil, errJournal
	}
	own := slices.IndexFunc(j.Folders, func(known journalFolder) bool { return known.Private == filepath.Base(f.private) })
	if own < 0 {
		return nil, errJournal
	}
	s.folders, s.done = nil, done && own == 0
	for i, known := range j.Folders {
		member := f
		if i != own {
			if member, done, err = findMember(f, j.Folders[own], known, text); err != nil {
				return nil, err
			}
			s.done = s.done || done && i == 0
		}
		s.folders = append(s.folders, member)
	}
	if !s.resolve(&j) {
		return nil, errJournal
	}
	return s, nil
}

// findMember finds another folder of the set of f, which may have moved with it, as where
// a volume is mounted in several places. A member without the journal has nothing to undo:
// its private path is "". So has one that is not there, if the set is done.
func findMember(f *folder, own, known journalFolder, text []byte) (member *folder, done bool, err error) {
	member = &folder{path: known.Path, private: filepath.Join(known.Path, known.Private)}
	if path, err := filepath.Rel(own.Path, known.Path); err == nil {
		near := &folder{path: filepath.Join(f.path, path), private: filepath.Join(f.path, path, known.Private)}
		if near.isPrivate() {
			member = near
		}
	}
	if filepath.Base(known.Private) != known.Private || !member.isPrivate() {
		return &folder{missing: member.private}, false, nil
	}
	other, done, err := readJournal(member)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		member.private = ""
	case err != nil || !bytes.Equal(text, other):
		return nil, false, fmt.Errorf("its run also used %s, which has another journal", member.private)
	}
	return member, done, nil
}

// resolve finds the paths of steps; false if one would be outside of its folder.
func (s *set) resolve(j *journal) bool {
	for _, st := range j.Steps {
		if st == nil || st.Folder < 0 || st.Folder >= len(s.folders) || st.Private == lockName || strings.HasPrefix(st.Private, journalName) ||
			filepath.Base(st.Private) != st.Private || st.Marker != "" && filepath.Base(st.Marker) != st.Marker || !filepath.IsLocal(st.Private) || !filepath.IsLocal(filepath.FromSlash(st.Name)) {
			return false
		}
		if f := s.folders[st.Folder]; f.private != "" {
			st.final, st.private = filepath.Join(f.path, filepath.FromSlash(st.Name)), filepath.Join(f.private, st.Private)
		}
	}
	for _, m := range j.Made {
		if m.Folder < 0 || m.Folder >= len(s.folders) || !filepath.IsLocal(filepath.FromSlash(m.Name)) {
			return false
		}
		if f := s.folders[m.Folder]; f.private != "" {
			s.made = append(s.made, filepath.Join(f.path, filepath.FromSlash(m.Name)))
		}
	}
	s.steps = j.Steps
	return true
}

// readJournal reads the journal of a private folder, by whichever name.
func readJournal(f *folder) (text []byte, done bool, err error) {
	name := filepath.Join(f.private, journalName)
	info, err := os.Lstat(name)
	if done = errors.Is(err, fs.ErrNotExist); done {
		name += doneEnding
		info, err = os.Lstat(name)
	}
	if err != nil || !info.Mode().IsRegular() {
		return nil, false, cmp.Or(err, errJournal)
	}
	text, err = os.ReadFile(name)
	return text, done, err
}
