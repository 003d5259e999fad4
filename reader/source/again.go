package source

import (
	"errors"
	"fmt"
	"io"

	"signins/schema"
)

// Spool has each read of standard input copied to file, so that the input can be read a
// second time. The file is empty, and nobody else uses it.
func (f *File) Spool(file io.ReadWriteSeeker) {
	f.spool = &spool{file: file}
	f.stdin = io.TeeReader(f.stdin, f.spool)
}

// A spool is a copy of standard input. After its first error it copies nothing more, and
// the second reading returns that error.
type spool struct {
	file io.ReadWriteSeeker
	err  error
}

func (s *spool) Write(p []byte) (int, error) {
	if s.err == nil {
		_, s.err = s.file.Write(p)
	}
	return len(p), nil
}

// rewind returns the content from its beginning.
func (s *spool) rewind() (io.Reader, error) {
	if s.err == nil {
		_, s.err = s.file.Seek(0, io.SeekStart)
	}
	if s.err != nil {
		return nil, schema.OutputFailure(fmt.Errorf("keeping standard input, which is read a second time: %w", s.err))
	}
	return s.file, nil
}

// Second prepares a file that was read to its end to be read a second, and last, time
// by Open and Finish.
func (f *File) Second() (err error) {
	f.first = new(f.sum)
	f.sum = digestSum{}
	if f.spool != nil {
		f.stdin, err = f.spool.rewind()
	}
	if f.archive != nil {
		f.archive.readSecond()
	}
	return err
}

// ErrChanged is the cause of the error of CheckSame.
var ErrChanged = errors.New("the content changed")

// CheckSame returns an error unless the second reading, which ended with Finish, gave
// the digest of the first one.
func (f *File) CheckSame() error {
	if f.sum == *f.first {
		return nil
	}
	return &Error{Path: f.Name, What: "the content changed after it was read: its digest is another one", Hint: hintWait, Cause: ErrChanged}
}
