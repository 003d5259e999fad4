// Package files makes all files of a run appear under their final names together,
// or none of them.
package files

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"signins/schema"
)

// A Transaction holds the files of a run. They are written in a private folder beside
// their final names; Commit makes all of them appear, or none.
type Transaction struct {
	ctx       context.Context
	overwrite bool
	folders   []*folder
	open      []*File
	stale     []string // final names that must be gone after Commit
	moved     []move   // what Commit did, to be undone
}

// Begin returns a transaction without files. overwrite allows final names that exist. Once
// ctx is done, Write and Commit fail.
func Begin(ctx context.Context, overwrite bool) *Transaction {
	return &Transaction{ctx: ctx, overwrite: overwrite}
}

// A folder holds final names, and a private folder for what has none.
type folder struct {
	path    string
	info    fs.FileInfo
	private string
}

// A File is written once, from beginning to end.
type File struct {
	Path string // final name
	Size int64

	ctx    context.Context
	temp   string
	file   *os.File
	buffer *bufio.Writer
	hash   hash.Hash
	err    error // the first failure

	unsynced int64      // bytes since the last sync began
	syncing  chan error // what it comes to, nil where there was none
}

// Create makes the file that Commit gives the name path. The error for a name
// that is in the transaction already is *schema.Refusal.
func (s *Transaction) Create(path string) (*File, error) {
	private, err := s.Private(path)
	if err != nil {
		return nil, err
	}
	temp := filepath.Join(private, filepath.Base(path))
	file, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, &schema.Refusal{What: path + ": is named twice as output"}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, WithoutPath(err))
	}
	f := &File{Path: path, ctx: s.ctx, temp: temp, file: file, hash: sha256.New()}
	f.buffer = bufio.NewWriterSize(file, 1<<20)
	s.open = append(s.open, f)
	return f, nil
}

// Private returns a folder beside path that only this run uses, and only its
// owner can look into. It is gone after Commit or Abort.
func (s *Transaction) Private(path string) (string, error) {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, WithoutPath(err))
	}
	for _, known := range s.folders {
		if os.SameFile(known.info, info) {
			return known.private, nil
		}
	}
	private, err := os.MkdirTemp(dir, ".signins.*.partial") // mode 0700
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, WithoutPath(err))
	}
	s.folders = append(s.folders, &folder{dir, info, private})
	return private, nil
}

// Remove has Commit remove the file of that name, if there is one.
func (s *Transaction) Remove(path string) { s.stale = append(s.stale, path) }

// CommitLast moves files behind all others, in the given order.
func (s *Transaction) CommitLast(files []*File) {
	s.open = slices.DeleteFunc(s.open, func(f *File) bool { return slices.Contains(files, f) })
	s.open = append(s.open, files...)
}

// Write appends to the file.
func (f *File) Write(p []byte) (int, error) {
	if f.err == nil {
		f.err = context.Cause(f.ctx)
	}
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.buffer.Write(p)
	f.hash.Write(p[:n])
	f.Size += int64(n)
	if err != nil {
		f.err = fmt.Errorf("%s: after %d bytes: %w", f.Path, f.Size, WithoutPath(err))
	}
	if f.unsynced += int64(n); f.unsynced >= syncEvery {
		f.syncAhead()
	}
	return n, f.err
}

// syncEvery is after how many bytes a file is synced.
const syncEvery = 32 << 20

// syncAhead has the system write out what it holds of the file by now, so that
// the end need not wait for all of it. An error is told only once: it is kept.
func (f *File) syncAhead() {
	if f.syncing != nil && len(f.syncing) == 0 {
		return // at work
	}
	if f.settle(); f.err != nil {
		return
	}
	f.unsynced, f.syncing = 0, make(chan error, 1)
	go func(file *os.File, done chan<- error) { done <- file.Sync() }(f.file, f.syncing)
}

// settle waits for a sync at work.
func (f *File) settle() {
	if f.syncing == nil {
		return
	}
	err := <-f.syncing
	f.syncing = nil
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s: after %d bytes: %w", f.Path, f.Size, WithoutPath(err))
	}
}

// SHA256 returns the digest of what was written so far, in hexadecimal.
func (f *File) SHA256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

// Err returns the first failure of Write, nil for none.
func (f *File) Err() error { return f.err }

// close makes the content durable.
func (f *File) close() error {
	if f.settle(); f.err != nil {
		return f.err
	}
	err := f.buffer.Flush()
	if err == nil {
		err = f.file.Sync()
	}
	if err = errors.Join(err, f.file.Close()); err != nil {
		return fmt.Errorf("%s: %w", f.Path, WithoutPath(err))
	}
	f.file = nil
	return nil
}

// WithoutPath drops names of files from an error: they are temporary.
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

// Abort removes all that has no final name. After Commit it does nothing.
func (s *Transaction) Abort() {
	for _, f := range s.open {
		if f.file != nil {
			f.settle()
			f.file.Close()
			f.file = nil
		}
		os.Remove(f.temp)
	}
	for _, folder := range s.folders {
		// Not RemoveAll of the folder: it would read the one around it, which may
		// be for writing only.
		entries, _ := os.ReadDir(folder.private)
		for _, entry := range entries {
			os.RemoveAll(filepath.Join(folder.private, entry.Name()))
		}
		os.Remove(folder.private)
	}
	s.open, s.folders = nil, nil
}
