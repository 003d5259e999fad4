package reader

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
)

// A source reads an input and hashes what it reads.
type source struct {
	in       *Input
	r        io.Reader
	file     *os.File
	hash     hash.Hash
	size     int64
	progress func(n int)
}

// open starts reading an input.
func (in *Input) open(progress func(int)) error {
	s := &source{in: in, r: in.stdin, hash: sha256.New(), progress: progress}
	if in.stdin == nil {
		file, err := os.Open(in.found.path)
		if err != nil {
			return &Error{Path: in.Source.Path, What: reason(err), Cause: err}
		}
		s.r, s.file = file, file
	}
	in.file = s
	return nil
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.hash.Write(p[:n])
	s.size += int64(n)
	if s.progress != nil {
		s.progress(n)
	}
	if err != nil && err != io.EOF {
		err = &Error{Path: s.in.Source.Path, Byte: s.size, HasByte: true, What: reason(err), Cause: err}
	}
	return n, err
}

// close ends reading and makes sure that the file is as it was.
func (in *Input) close(passed bool) error {
	s := in.file
	in.file = nil
	if s == nil {
		return nil
	}
	if s.file != nil {
		defer s.file.Close()
	}
	if !passed {
		return nil
	}
	in.SHA256 = hex.EncodeToString(s.hash.Sum(nil))
	if in.Info == nil {
		in.Size = s.size
		return nil
	}
	info, err := s.file.Stat()
	if err != nil {
		return &Error{Path: in.Source.Path, What: reason(err), Cause: err}
	}
	if s.size != in.Info.Size() || info.Size() != s.size || !info.ModTime().Equal(in.Info.ModTime()) {
		return &Error{Path: in.Source.Path, What: "the file changed while it was read", Hint: "wait until nothing writes to it, or copy it first"}
	}
	return nil
}
