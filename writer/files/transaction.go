// Package files makes all files of a run appear under their final names together,
// or none of them, also if the run is killed.
//
// A run that replaces a workbook and adds a part to a dataset has, before Commit,
//
//	report.xlsx                              of an earlier run
//	.signins.AB.partial/lock                 locked as long as the run lives
//	.signins.AB.partial/report.xlsx          the new one
//	lake/.signins.CD.partial/lock
//	lake/.signins.CD.partial/000000          the part
//
// and Commit, after all content is on disk and the folders are locked,
//
//	writes       .signins.AB.partial/journal and lake/.signins.CD.partial/journal, which are equal
//	sets aside   report.xlsx                      ->  .signins.AB.partial/earlier-0
//	places       .signins.AB.partial/report.xlsx  ->  report.xlsx
//	makes        lake/event_date=2026-05-01/
//	places       lake/.signins.CD.partial/000000  ->  lake/event_date=2026-05-01/part-...
//	renames      .signins.AB.partial/journal    ->  journal.done
//	removes      lake/.signins.CD.partial and, last, .signins.AB.partial
//
// A run may also exchange a folder of files, such as a day of a dataset, for a new one:
//
//	exchanges    lake/.signins.CD.partial/folder-0  <->  lake/event_date=2026-05-01
//
// An error undoes the steps, last first. A run that is killed cannot: Recover does, with
// which every later run into one of the folders begins:
//
//	killed when   no journal is       a new file has no     all have their final name,
//	              in the folder       final name            or the journal is done
//
//	              begin, write -----> journals, steps ----> last step, remove
//
//	the set is    not begun           in part               whole, or undone
//	Recover       removes the folder  undoes the steps,     removes the folders
//	                                  removes the folders
//
// What Recover does looks at each file alone, so it may be killed, too, and be repeated.
// It never touches a folder whose lock another process has, that has no lock, or that
// belongs to another user. It removes a new file only if size, time and digest are those
// of the journal, never replaces a file, and does nothing where a folder of the set has
// another journal. It finds the folders if they were moved together.
package files

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"signins/schema"
)

// A Transaction holds the files of a run. They are written in private folders
// beside their final names; Commit makes all of them appear, or none.
type Transaction struct {
	// Mode is that of files, with their final names, such as 0640, and with the
	// matching x bits that of the folders that are made; 0 means 0600 and 0700.
	Mode fs.FileMode
	// Notice is called with a line for each thing that Recover did; nil for none.
	Notice func(line string)

	set
	ctx    context.Context
	files  []*File
	stale  []*File // earlier files that must be gone after Commit
	checks []func() error
	swaps  []*replacement
	held   []io.Closer // locks of Hold

	lockWait   time.Duration // how long to wait for other runs
	committing bool
	state      string // of the outputs
	residue    error  // what Commit or Abort could not remove
}

// ParseMode parses an octal mode for Transaction: the owner reads and writes, group and
// others do so, read, or have no access.
func ParseMode(text string) (fs.FileMode, error) {
	n, err := strconv.ParseUint(text, 8, 9)
	mode := fs.FileMode(n)
	writes := mode & 0o022
	if err != nil || mode>>6 != 6 || mode&0o111 != 0 || writes<<1&^mode != 0 {
		return 0, errors.New("not a mode for files")
	}
	return mode, nil
}

// Existing is what Commit does with an earlier file of a final name. Whatever it
// does is undone if it fails.
type Existing int

const (
	// Refuse makes Commit fail.
	Refuse Existing = iota
	// SetAside moves the earlier file away before any new file appears: no
	// reader ever finds files of two runs side by side.
	SetAside
	// Replace puts the new file in its place in one step: the name never lacks
	// a file. It is for files with equal content.
	Replace
)

// A folder has final names in it, and a private folder for files without.
type folder struct {
	path    string
	info    fs.FileInfo
	private string    // "" for one that Recover does not touch
	lock    io.Closer // of the private folder, nil where there are no locks
	opened  bool      // by OpenFolder
	missing string    // where the journal has a private folder that is not there
}

// A system is what a transaction asks of the file system to change it, and for locks.
type system struct {
	lock         func(path string, flag int) (l io.Closer, free bool, err error)
	create       func(path string) (*os.File, error)
	write        func(*os.File, []byte) (int, error)
	sync         func(*os.File) error
	chmod        func(path string, mode fs.FileMode) error
	link, rename func(from, to string) error
	mkdir        func(string, fs.FileMode) error
	remove       func(string) error
	exchange     func(a, b string) error // of two folders, at once
}

var realSystem = &system{lockFile, create, (*os.File).Write, (*os.File).Sync, os.Chmod, os.Link, os.Rename, os.Mkdir, os.Remove, exchange}

func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// Begin returns a transaction without files. Once ctx is done, Write and Commit
// fail; a Commit that has begun to rename completes.
func Begin(ctx context.Context) *Transaction {
	return &Transaction{ctx: ctx, set: set{system: realSystem}, state: absent, lockWait: time.Minute} // renaming takes no second, but other runs may wait, too
}

// Create makes a file that Commit gives the name path. The error for a name that is
// in the transaction already is *schema.Refusal.
func (t *Transaction) Create(path string, e Existing) (*File, error) {
	folder, err := t.folder(filepath.Dir(path))
	if err != nil {
		return nil, named(path, err)
	}
	temp := filepath.Join(folder.private, filepath.Base(path))
	handle, err := t.system.create(temp)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, namedTwice(path)
	case err != nil:
		return nil, named(path, err)
	}
	f := &File{Path: path, Existing: e, ctx: t.ctx, system: t.system, folder: folder, dir: filepath.Dir(path), temp: temp, handle: handle, hash: sha256.New()}
	t.files = append(t.files, f)
	return f, nil
}

// CreatePart makes one of more files than a process may have open: every write opens
// it anew. Its Path, in a folder below dir, is to be set before Commit, which makes
// that folder.
func (t *Transaction) CreatePart(dir string, e Existing) (*File, error) {
	f, err := t.Create(filepath.Join(dir, fmt.Sprintf("%06d", len(t.files))), e)
	if err != nil {
		return nil, err
	}
	f.Path = dir
	f.fail(f.close())
	return f, f.err
}

func namedTwice(path string) error {
	return &schema.Refusal{What: path + ": is named twice as output", Hint: "name it once"}
}

// folder returns the folder dir of the transaction.
func (t *Transaction) folder(dir string) (*folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	for _, known := range t.folders {
		if os.SameFile(known.info, info) {
			return known, nil
		}
	}
	f := &folder{path: dir, info: info}
	if err := t.makePrivate(f); err != nil {
		return nil, err
	}
	t.folders = append(t.folders, f)
	return f, nil
}

// makePrivate makes and locks the private folder of f. Another run that finds it
// before it is locked may remove it: then there is a next one.
func (t *Transaction) makePrivate(f *folder) (err error) {
	for range 10 {
		f.private = filepath.Join(f.path, privatePrefix+rand.Text()[:10]+privateEnding)
		if err = t.system.mkdir(f.private, 0o700); errors.Is(err, fs.ErrExist) {
			continue
		} else if err != nil {
			return err
		}
		var free bool
		if f.lock, free, err = t.system.lock(filepath.Join(f.private, lockName), os.O_CREATE|os.O_EXCL); free && err == nil {
			return nil
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, t.system.remove(f.private))
		}
	}
	return cmp.Or(err, fs.ErrExist)
}

// OpenFolder begins an output that is a folder of many files. The folder is made
// if there is none, and removed again by Abort if nothing is in it. The error for
// a folder that was opened before is *schema.Refusal.
func (t *Transaction) OpenFolder(path string) error {
	var f *folder
	err := t.within(path, func() (err error) {
		f, err = t.folder(path)
		return err
	})
	switch {
	case err != nil:
		return named(path, err)
	case f.opened:
		return namedTwice(path)
	}
	f.opened = true
	return nil
}

// within makes a folder unless it is there, and does something in it. Another run that
// ends without outputs may remove a folder that it made, as long as it is empty: then the
// folder is made again.
func (t *Transaction) within(path string, do func() error) (err error) {
	for range 10 {
		if err = t.makeFolder(path); err == nil {
			err = do()
		}
		if _, there := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) || there == nil {
			break
		}
	}
	return err
}

// makeFolder makes a folder unless it is there.
func (t *Transaction) makeFolder(path string) error {
	err := t.system.mkdir(path, 0o700)
	if err == nil {
		t.made, t.changed = append(t.made, path), append(t.changed, filepath.Dir(path))
		if t.Mode != 0 {
			err = t.system.chmod(path, 0o700|t.Mode|t.Mode>>2&0o111)
		}
		return err
	}
	// Windows has other errors for the root of a volume.
	if info, stat := os.Stat(path); stat == nil && info.IsDir() {
		return nil
	}
	return err
}

// RemoveBeside has Commit remove the file at path, if there is one, where it places f.
// Until Commit has succeeded it is set aside.
func (t *Transaction) RemoveBeside(f *File, path string) {
	t.stale = append(t.stale, &File{Path: path, Existing: min(f.Existing, SetAside), folder: f.folder, dir: f.dir})
}

// Check has Commit call a function while other runs wait, before anything
// appears. Its error ends Commit; it may call RemoveBeside.
func (t *Transaction) Check(check func() error) { t.checks = append(t.checks, check) }

// Abort removes all files without a final name. After Commit it does nothing.
func (t *Transaction) Abort() {
	for _, f := range t.files {
		f.close()
	}
	if t.state != partial {
		if err := t.clean(); err != nil {
			t.residue = err
		}
	}
	t.release()
	for _, l := range t.held {
		l.Close()
	}
	t.files, t.folders, t.made, t.held = nil, nil, nil, nil
}

// Close is Abort, and returns the error of a run that ends with err: err itself, or a
// *Residue if anything could not be removed, by whatever call.
func (t *Transaction) Close(err error) error {
	t.Abort()
	if t.residue == nil {
		return err
	}
	return &Residue{Cause: err, Err: t.residue, State: t.state}
}

// A Residue is the error of a run whose private files could not be removed, or whose
// outputs have their names but may lose them. The program exits with status 4, whatever
// else happened.
type Residue struct {
	Cause error  // of the end of the run, nil for none
	Err   error  // names what is there, nil for nothing
	State string // of the outputs
}

// States of the outputs of a run with a Residue.
const (
	absent   = "no output was written"
	whole    = "all outputs are whole"
	unsynced = "all outputs are whole, but a power failure may undo that"
	partial  = "some outputs are those of this run"
)

func (r *Residue) Error() string {
	if r.Err == nil {
		return r.Cause.Error() + "; " + r.State
	}
	text := fmt.Sprintf("%s: cannot be removed; %s", r.Err, r.State)
	if r.Cause != nil {
		text = r.Cause.Error() + "; " + text
	}
	return text
}

// Exit makes it a schema.Failure.
func (r *Residue) Exit() (status int, hint string) {
	if r.Err == nil {
		return schema.ExitOutput, "check the disk, then write the outputs again"
	}
	return schema.ExitOutput, "the next run into the same folder completes this"
}
