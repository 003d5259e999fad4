package files

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A File is written once, from beginning to end, without a buffer. One goroutine
// writes it.
type File struct {
	Path     string // final name, may be changed before Commit
	Existing Existing
	Last     bool // a manifest: it appears once the others are durable under their names
	swapped  bool // it appears with a new folder
	Size     int64
	Modified time.Time // that the file has in the end, the zero time for that of the last write

	ctx    context.Context
	system *system
	folder *folder
	dir    string // of the folder, as the caller names it
	temp   string
	handle *os.File // nil where every write opens the file anew
	hash   hash.Hash
	err    error // the first failure

	unsynced int64      // bytes since the last sync began
	syncing  chan error // result of the sync at work, nil for none
}

// Write appends to the file.
func (f *File) Write(p []byte) (int, error) {
	if f.err == nil {
		f.err = context.Cause(f.ctx)
	}
	if f.err != nil {
		return 0, f.err
	}
	n := 0
	err := f.withHandle(func(handle *os.File) (err error) {
		n, err = f.system.write(handle, p)
		return err
	})
	f.hash.Write(p[:n])
	f.Size += int64(n)
	f.fail(err)
	if f.unsynced += int64(n); f.unsynced >= syncEvery {
		f.syncAhead()
	}
	return n, f.err
}

// Check returns the first error of Write, or that of the run once it is interrupted.
func (f *File) Check() error {
	_, err := f.Write(nil)
	return err
}

// fail keeps the first error.
func (f *File) fail(err error) {
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s: after %d bytes: %w", f.Path, f.Size, WithoutPath(err))
	}
}

// withHandle calls do with the handle of the file, or with one for this call.
func (f *File) withHandle(do func(*os.File) error) error {
	if f.handle != nil {
		return do(f.handle)
	}
	handle, err := os.OpenFile(f.temp, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return errors.Join(do(handle), handle.Close())
}

// syncEvery is after how many bytes a file is synced.
const syncEvery = 32 << 20

// syncAhead starts to write to disk what the system holds of the file, so that
// Commit waits for little. The system reports an error of a sync only once: it
// is kept.
func (f *File) syncAhead() {
	if f.syncing != nil && len(f.syncing) == 0 {
		return // still at work
	}
	if f.awaitSync(); f.err != nil {
		return
	}
	f.unsynced, f.syncing = 0, make(chan error, 1)
	go func(done chan<- error) { done <- f.withHandle(f.system.sync) }(f.syncing)
}

func (f *File) awaitSync() {
	if f.syncing != nil {
		f.fail(<-f.syncing)
		f.syncing = nil
	}
}

// Private returns the folder of the file until Commit. Only this run uses it, and only
// its owner can look into it. It is gone after Commit or Abort.
func (f *File) Private() string { return filepath.Dir(f.temp) }

// SHA256 returns the digest of all bytes written so far, in hexadecimal.
func (f *File) SHA256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

// Named completes an error of what writes the file, which does not know its name.
// The file's own first failure takes precedence.
func (f *File) Named(err error) error {
	if f.err != nil || err == nil {
		return f.err
	}
	return named(f.Path, err)
}

func named(path string, err error) error { return fmt.Errorf("%s: %w", path, WithoutPath(err)) }

// complete makes the content durable and closes the file.
func (f *File) complete(mode fs.FileMode) error {
	if f.awaitSync(); f.err == nil && mode != 0 {
		f.fail(f.system.chmod(f.temp, mode))
	}
	if f.err == nil {
		f.fail(f.withHandle(f.system.sync))
	}
	f.fail(f.close())
	if f.err == nil && !f.Modified.IsZero() { // Windows sets the time of the last write until then
		f.fail(os.Chtimes(f.temp, time.Time{}, f.Modified))
	}
	if f.err == nil {
		f.err = context.Cause(f.ctx)
	}
	return f.err
}

func (f *File) close() (err error) {
	f.awaitSync()
	if f.handle != nil {
		err, f.handle = f.handle.Close(), nil
	}
	return err
}

// WithoutPath drops the names of files from an error: they are temporary.
func WithoutPath(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}
