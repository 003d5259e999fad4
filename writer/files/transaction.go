// Package files makes all files of a run appear under their final names together,
// or none of them.
//
// A run that replaces a workbook and adds a part to a dataset has, before Commit,
//
//	report.xlsx                              of an earlier run
//	.signins.123.partial/report.xlsx         the new one
//	lake/.signins.456.partial/000000         the part
//
// and Commit, after all content is on disk and the folders are locked,
//
//	sets aside   report.xlsx                       ->  .signins.123.partial/0.report.xlsx
//	places       .signins.123.partial/report.xlsx  ->  report.xlsx
//	makes        lake/event_date=2026-05-01/
//	places       lake/.signins.456.partial/000000  ->  lake/event_date=2026-05-01/part-...
//
// An error undoes these steps, last first.
package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"signins/schema"
)

// A Transaction holds the files of a run. They are written in private folders
// beside their final names; Commit makes all of them appear, or none.
type Transaction struct {
	ctx     context.Context
	system  *system
	folders []*folder
	made    []string // folders
	files   []*File
	stale   []*File // earlier files that must be gone after Commit
	checks  []func() error

	lockWait time.Duration // how long to wait for other runs
	steps    []step        // of Commit
	changed  []string      // folders with names that are not synced
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
	private string
	whole   bool // named to OpenFolder
}

// A system is what a transaction asks of the file system.
type system struct {
	write        func(*os.File, []byte) (int, error)
	sync         func(*os.File) error
	link, rename func(from, to string) error
	mkdir        func(string, fs.FileMode) error
}

var realSystem = &system{(*os.File).Write, (*os.File).Sync, os.Link, os.Rename, os.Mkdir}

// Begin returns a transaction without files. Once ctx is done, Write and Commit
// fail; a Commit that has begun to rename completes.
func Begin(ctx context.Context) *Transaction {
	return &Transaction{ctx: ctx, system: realSystem, lockWait: 10 * time.Second} // renaming takes no second
}

// Create makes a file that Commit gives the name path. The error for a name that is
// in the transaction already is *schema.Refusal.
func (t *Transaction) Create(path string, e Existing) (*File, error) {
	folder, err := t.folder(filepath.Dir(path))
	if err != nil {
		return nil, named(path, err)
	}
	temp := filepath.Join(folder.private, filepath.Base(path))
	handle, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, namedTwice(path)
	case err != nil:
		return nil, named(path, err)
	}
	f := &File{Path: path, Existing: e, ctx: t.ctx, system: t.system, temp: temp, handle: handle, hash: sha256.New()}
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
	return &schema.Refusal{What: path + ": is named twice as output"}
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
	private, err := os.MkdirTemp(dir, ".signins.*.partial") // mode 0700
	if err != nil {
		return nil, err
	}
	t.folders = append(t.folders, &folder{path: dir, info: info, private: private})
	return t.folders[len(t.folders)-1], nil
}

// OpenFolder begins an output that is a folder of many files. The folder is made
// if there is none, and removed again by Abort if nothing is in it. The error for
// a folder that was opened before is *schema.Refusal.
func (t *Transaction) OpenFolder(path string) error {
	err := t.makeFolder(path)
	var f *folder
	if err == nil {
		f, err = t.folder(path)
	}
	switch {
	case err != nil:
		return named(path, err)
	case f.whole:
		return namedTwice(path)
	}
	f.whole = true
	return nil
}

// makeFolder makes a folder unless it is there.
func (t *Transaction) makeFolder(path string) error {
	err := t.system.mkdir(path, 0o700)
	if err == nil {
		t.made, t.changed = append(t.made, path), append(t.changed, filepath.Dir(path))
		return nil
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
	t.stale = append(t.stale, &File{Path: path, Existing: min(f.Existing, SetAside), temp: f.temp})
}

// Check has Commit call a function while other runs wait, before anything
// appears. Its error ends Commit; it may call RemoveBeside.
func (t *Transaction) Check(check func() error) { t.checks = append(t.checks, check) }

// Abort removes all files without a final name. After Commit it does nothing.
func (t *Transaction) Abort() {
	for _, f := range t.files {
		f.close()
		os.Remove(f.temp)
	}
	for _, f := range t.folders {
		// RemoveAll of the folder would read the one around it, which may be for
		// writing only.
		entries, _ := os.ReadDir(f.private)
		for _, entry := range entries {
			os.Remove(filepath.Join(f.private, entry.Name()))
		}
		os.Remove(f.private)
	}
	for _, path := range slices.Backward(t.made) {
		os.Remove(path) // stays if something is in it
	}
	t.files, t.folders, t.made = nil, nil, nil
}
