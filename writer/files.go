package writer

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// Files are the files of a run. They are written under temporary names beside
// their final ones; Commit makes all of them appear, or none.
type Files struct {
	overwrite bool
	open      []*File
	stale     []string // final names that must be gone after Commit
	moved     []move   // what Commit did, to be undone
}

// NewFiles returns an empty set. overwrite allows final names that exist.
func NewFiles(overwrite bool) *Files { return &Files{overwrite: overwrite} }

// A File is written once, from beginning to end.
type File struct {
	Path string // final name
	Size int64

	temp   string
	file   *os.File
	buffer *bufio.Writer
	hash   hash.Hash
}

// Create makes the temporary file that Commit gives the name path.
func (s *Files) Create(path string) (*File, error) {
	// Not Split: without a folder CreateTemp would go elsewhere.
	dir, base := filepath.Dir(path), filepath.Base(path)
	file, err := os.CreateTemp(dir, "."+base+".*.partial") // mode 0600
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, temp: file.Name(), file: file, hash: sha256.New()}
	f.buffer = bufio.NewWriterSize(file, 1<<20)
	s.open = append(s.open, f)
	return f, nil
}

// Remove has Commit remove the file of that name, if there is one.
func (s *Files) Remove(path string) { s.stale = append(s.stale, path) }

// last moves files behind all others, in the given order.
func (s *Files) last(files []*File) {
	s.open = slices.DeleteFunc(s.open, func(f *File) bool { return slices.Contains(files, f) })
	s.open = append(s.open, files...)
}

// Write appends to the file.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.buffer.Write(p)
	f.hash.Write(p[:n])
	f.Size += int64(n)
	if err != nil {
		err = fmt.Errorf("%s: after %d bytes: %w", f.Path, f.Size, bare(err))
	}
	return n, err
}

// SHA256 returns the digest of what was written so far, in hexadecimal.
func (f *File) SHA256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

// close makes the content durable.
func (f *File) close() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.buffer.Flush(), f.file.Sync())
	err = errors.Join(err, f.file.Close())
	f.file = nil
	if err != nil {
		return fmt.Errorf("%s: %w", f.Path, bare(err))
	}
	return nil
}

// bare drops the temporary name from an error.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// A move is a rename that Commit made.
type move struct{ from, to string }

// Commit syncs and closes all files, then renames them in the order they were
// created. If one step fails the earlier ones are undone, and an error is
// returned with nothing left behind.
func (s *Files) Commit() error {
	err := s.commit()
	if err != nil {
		s.undo()
		s.Abort()
		return err
	}
	for _, m := range s.moved {
		if m.to != "" && filepath.Ext(m.to) == ".replaced" {
			os.Remove(m.to)
		}
	}
	s.open, s.moved = nil, nil
	return nil
}

func (s *Files) commit() error {
	for _, f := range s.open {
		if err := f.close(); err != nil {
			return err
		}
	}
	for _, path := range s.stale {
		if err := s.setAside(path); err != nil {
			return err
		}
	}
	for _, f := range s.open {
		if err := s.setAside(f.Path); err != nil {
			return err
		}
		if err := s.rename(f.temp, f.Path); err != nil {
			return fmt.Errorf("%s: %w", f.Path, bare(err))
		}
	}
	return syncFolders(s.open)
}

// setAside moves a file that stands where a new one will, so that it can come
// back.
func (s *Files) setAside(path string) error {
	if _, err := os.Lstat(path); err != nil {
		return nil
	}
	if !s.overwrite {
		return fmt.Errorf("%s: exists already", path)
	}
	dir, base := filepath.Split(path)
	aside := filepath.Join(dir, "."+base+".replaced")
	if err := os.Rename(path, aside); err != nil {
		return fmt.Errorf("%s: %w", path, bare(err))
	}
	s.moved = append(s.moved, move{path, aside})
	return nil
}

// rename gives a file its final name, never replacing another: a link fails
// where the name is taken. Some file systems have no links.
func (s *Files) rename(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return err
	default:
		if _, taken := os.Lstat(to); taken == nil {
			return fs.ErrExist
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
	}
	s.moved = append(s.moved, move{from, to})
	return nil
}

// undo takes back the moves of a failed Commit, last first.
func (s *Files) undo() {
	for i := len(s.moved) - 1; i >= 0; i-- {
		m := s.moved[i]
		if filepath.Ext(m.to) == ".replaced" {
			os.Rename(m.to, m.from)
		} else {
			os.Remove(m.to)
		}
	}
	s.moved = nil
}

// Abort removes the temporary files.
func (s *Files) Abort() {
	for _, f := range s.open {
		if f.file != nil {
			f.file.Close()
			f.file = nil
		}
		os.Remove(f.temp)
	}
	s.open = nil
}

// syncFolders makes the names durable where the system can.
func syncFolders(files []*File) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	done := map[string]bool{}
	for _, f := range files {
		dir := filepath.Dir(f.Path)
		if done[dir] {
			continue
		}
		done[dir] = true
		if folder, err := os.Open(dir); err == nil {
			folder.Sync()
			folder.Close()
		}
	}
	return nil
}
