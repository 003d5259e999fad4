package reader

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
)

// A source is what an input is read from: bytes, which are hashed as they stand
// on disk, unpacked and decoded to UTF-8.
type source struct {
	in       *Input
	bytes    io.Reader
	file     *os.File  // nil for standard input and members of an archive
	member   io.Closer // nil where there is none
	text     io.Reader
	mapped   *mapping // of the file, nil for none
	hash     hash.Hash
	size     int64 // of what is hashed
	progress func(n int)
}

// open starts reading an input from its beginning.
func (in *Input) open(o Options) error {
	s := &source{in: in, hash: sha256.New(), progress: o.Progress}
	err := s.begin()
	if err == nil {
		s.text, err = in.decode(s, o)
	}
	if err != nil {
		s.close()
		return in.error(err)
	}
	in.file = s
	return nil
}

// begin opens the bytes of the input.
func (s *source) begin() (err error) {
	f := &s.in.found
	switch {
	case s.in.stdin != nil:
		s.bytes = s.in.stdin
	case f.archive != nil:
		member, err := f.archive.member(f.entry)
		if err != nil {
			return err
		}
		s.bytes, s.member = member, member
	default:
		if s.file, err = os.Open(f.path); err == nil {
			s.bytes = s.file
		}
	}
	return err
}

// decode unpacks and decodes bytes, and notes how.
func (in *Input) decode(bytes io.Reader, o Options) (io.Reader, error) {
	text := bufio.NewReader(bytes)
	if in.found.archive != nil {
		in.Compression = "zip"
	}
	begin, err := text.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	name, unpacked, err := unpack(begin, text)
	if name != "" {
		in.Compression = name
	}
	if err != nil {
		return nil, err
	}
	if unpacked != nil {
		text = bufio.NewReader(unpacked)
		if begin, err = text.Peek(4); err != nil && err != io.EOF {
			return nil, err
		}
	}
	var mark int
	if in.encoding, mark = encodingOf(begin, o.Encoding); in.encoding == nil {
		return text, nil
	}
	text.Discard(mark)
	in.Encoding, in.BOM, in.start = in.encoding.Name, mark > 0, int64(mark)
	return in.encoding.decode(text), nil
}

// take takes note of the bytes that come next.
func (s *source) take(p []byte) {
	s.hash.Write(p)
	s.size += int64(len(p))
	if s.progress != nil {
		s.progress(len(p))
	}
}

// pass takes note of the mapped bytes up to an offset.
func (s *source) pass(to int64) {
	if to > s.size {
		s.take(s.mapped.data[s.size:to])
	}
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.bytes.Read(p)
	s.take(p[:n])
	var known *Error // of an archive's member
	if err != nil && err != io.EOF && !errors.As(err, &known) {
		err = &Error{Byte: s.size, HasByte: true, What: reason(err), Cause: err}
	}
	return n, err
}

func (s *source) close() {
	if s.file != nil {
		s.file.Close()
	}
	if s.member != nil {
		s.member.Close()
	}
}

// error completes an error with the input's name; nil where there is none.
func (in *Input) error(err error) *Error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		known.Path = in.Source.Path
		return known
	}
	return &Error{Path: in.Source.Path, What: reason(err), Cause: err}
}

// drain reads the rest of the bytes for their digest.
func (in *Input) drain() bool {
	if in.file == nil {
		return false
	}
	if in.file.mapped != nil {
		if _, err := in.file.file.Seek(in.file.size, io.SeekStart); err != nil {
			return false
		}
	}
	_, err := io.Copy(io.Discard, in.file)
	return err == nil
}

// close ends reading and makes sure that the file is as it was.
func (in *Input) close(passed bool) error {
	s := in.file
	in.file = nil
	if s == nil {
		return nil
	}
	defer s.close()
	if !passed {
		return nil
	}
	if a := in.found.archive; a != nil {
		sum, err := a.digest(s.progress)
		if err != nil {
			return in.error(err)
		}
		in.SHA256 = sum
		return in.unchanged(in.Info.Size())
	}
	in.SHA256 = hex.EncodeToString(s.hash.Sum(nil))
	if in.Info == nil {
		in.Size = s.size
		return nil
	}
	return in.unchanged(s.size)
}

// unchanged makes sure that the file is as it was when it was looked at.
func (in *Input) unchanged(size int64) error {
	info, err := os.Stat(in.found.path)
	if err != nil {
		return in.error(err)
	}
	if size != in.Info.Size() || info.Size() != size || !info.ModTime().Equal(in.Info.ModTime()) {
		return &Error{Path: in.Source.Path, What: "the file changed while it was read", Hint: "wait until nothing writes to it, or copy it first"}
	}
	return nil
}

// look sets the shape of the input and returns the head that shows it: as much
// as holds the first record.
func (in *Input) look(o Options) (head []byte, err error) {
	text, done, err := in.first(o)
	if err != nil {
		return nil, in.error(err)
	}
	defer done()
	for size := headSize; ; size = min(size*4, in.longest+headSize) {
		more := make([]byte, in.room(size)-len(head))
		n, err := io.ReadFull(text, more)
		var known *Error
		if o.Salvage && n > 0 && errors.As(err, &known) && known.damaged {
			err = io.EOF
		}
		head = append(head, more[:n]...)
		in.shape = look(head, len(head) < size)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return nil, in.error(err)
		}
		if !in.shape.more {
			if o.Salvage {
				in.lookBehind(head)
			}
			return head, nil
		}
		if size > in.longest {
			in.shape.bad = &syntaxError{What: "the first record is longer than " + mebibytes(in.longest), Hint: longHint}
			return head, nil
		}
	}
}

// lookBehind looks at the second line where the first one is damaged. If one
// value a line follows, the first becomes a reject like any bad line.
func (in *Input) lookBehind(head []byte) {
	end := bytes.IndexByte(head, '\n')
	if end < 0 || in.shape.what == "" && in.shape.bad == nil {
		return
	}
	if s := look(head[end+1:], true); s.lines && s.bad == nil {
		s.bom = in.shape.bom
		in.shape = s
	}
}

// room is how much memory a head of that size takes at most.
func (in *Input) room(size int) int {
	switch {
	case in.encoding != nil:
	case in.Compression == "" && in.Size >= 0:
		return int(min(int64(size), max(in.Size, 1)))
	case in.Compression == "zip":
		return int(min(uint64(size-1), in.found.size)) + 1 // one more shows that there is no more
	}
	return size
}

// first opens the text of the input for a look. What standard input gives then
// is kept for reading.
func (in *Input) first(o Options) (text io.Reader, done func(), err error) {
	s := &source{in: in, hash: sha256.New()}
	if in.found.path == "-" {
		kept := new(bytes.Buffer)
		in.stdin = io.MultiReader(kept, o.Stdin)
		text, err = in.decode(io.TeeReader(o.Stdin, kept), o)
		return text, func() {}, err
	}
	info, err := os.Stat(in.found.path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, nil, &Error{What: "not a regular file", Hint: "pipe it to standard input and name -"}
	}
	if err != nil {
		return nil, nil, err
	}
	in.Info, in.Size = info, info.Size()
	if err = s.begin(); err == nil {
		text, err = in.decode(s.bytes, o)
	}
	if err != nil {
		s.close()
	}
	return text, s.close, err
}
