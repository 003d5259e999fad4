package files

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
)

// A File is written once, from beginning to end. One goroutine writes it.
type File struct {
	Path string // final name, may be changed before Commit
	Size int64

	existing Existing
	ctx      context.Context
	system   *system
	temp     string
	handle   *os.File // nil where every write opens the file anew
	out      io.Writer
	hash     hash.Hash
	err      error // the first failure

	unsynced int64      // bytes since the last sync began
	syncing  chan error // result of the sync at work, nil for none
}

// bufferSize is how many bytes a file with a handle of its own collects.
const bufferSize = 256 << 10

// Write appends to the file.
func (f *File) Write(p []byte) (int, error) {
	if f.err == nil {
		f.err = context.Cause(f.ctx)
	}
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.out.Write(p)
	f.hash.Write(p[:n])
	f.Size += int64(n)
	f.fail(err)
	if f.unsynced += int64(n); f.unsynced >= syncEvery {
		f.syncAhead()
	}
	return n, f.err
}

// fail keeps the first error.
func (f *File) fail(err error) {
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s: after %d bytes: %w", f.Path, f.Size, WithoutPath(err))
	}
}

// An appender writes to the end of a file without a buffer.
type appender struct{ *File }

func (a appender) Write(p []byte) (n int, err error) {
	err = a.withHandle(func(h *os.File) error {
		n, err = a.system.write(h, p)
		return err
	})
	return n, err
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

// SHA256 returns the digest of all bytes written so far, in hexadecimal.
func (f *File) SHA256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

// Named completes an error of what writes the file, which does not know its name.
// The file's own first failure takes precedence.
func (f *File) Named(err error) error {
	switch {
	case f.err != nil:
		return f.err
	case err != nil:
		return fmt.Errorf("%s: %w", f.Path, WithoutPath(err))
	}
	return nil
}

// complete makes the content durable and closes the file.
func (f *File) complete() error {
	f.awaitSync()
	if buffer, ok := f.out.(*bufio.Writer); ok && f.err == nil {
		f.fail(buffer.Flush())
	}
	if f.err == nil {
		f.fail(f.withHandle(f.system.sync))
	}
	f.fail(f.close())
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

// newFile makes a file with a handle and a buffer.
func newFile(ctx context.Context, system *system, temp, path string, e Existing) (*File, error) {
	handle, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, existing: e, ctx: ctx, system: system, temp: temp, handle: handle, hash: sha256.New()}
	f.out = bufio.NewWriterSize(appender{f}, bufferSize)
	return f, nil
}

// WithoutPath drops the names of files from an error: they are temporary.
func WithoutPath(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
