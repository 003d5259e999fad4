package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path/filepath"

	"signins/writer/files"
)

// A stagedFile is a file in the private folder. It is opened for every write
// anew: there may be more of them than a process may have open.
type stagedFile struct {
	path string
	size int64
	hash hash.Hash
}

func (d *Writer) stage() (*stagedFile, error) {
	d.staged++
	f := &stagedFile{path: filepath.Join(d.private, fmt.Sprintf("%06d", d.staged)), hash: sha256.New()}
	_, err := f.Write(nil)
	return f, err
}

func (f *stagedFile) Write(b []byte) (int, error) {
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return 0, files.WithoutPath(err)
	}
	n, err := file.Write(b)
	f.hash.Write(b[:n])
	f.size += int64(n)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		err = files.WithoutPath(err)
	}
	return n, err
}

func (f *stagedFile) sha256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

// sync makes the content durable.
func (f *stagedFile) sync() error {
	file, err := os.OpenFile(f.path, os.O_WRONLY, 0)
	if err == nil {
		err = file.Sync()
		if closed := file.Close(); err == nil {
			err = closed
		}
	}
	if err != nil {
		return files.WithoutPath(err)
	}
	return nil
}
