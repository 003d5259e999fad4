// Package source finds the files that arguments name and opens each as a
// stream of UTF-8 text, whatever it is packed in and however it is encoded.
package source

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// A File is one file, one member of an archive, or standard input. Its packing is known
// once it was opened, its size and digest after Finish.
type File struct {
	Name     string // as typed, or argument and relative path; slashes; ARCHIVE!MEMBER
	Member   string // path inside an archive, "" for none
	Argument int    // index of the argument that led here
	Walked   bool   // found in a folder or an archive, not named
	BOM      bool   // a UTF-16 text begins with a byte order mark

	Compression string    // gzip, zstd, zip or ""
	Encoding    string    // its name
	Decoder     *Encoding // nil for UTF-8
	TextStart   int64     // length of that mark in bytes
	Size        int64     // in bytes as on disk; -1: not known yet

	path       string // to open
	stdin      io.Reader
	before     stamp // of the file, or of the archive of a member, when it was opened first
	begin      beginning
	spool      *spool     // of standard input, nil for none
	sum        digestSum  // of the file on disk; for a member, of the archive
	first      *digestSum // that of the first reading, once Second was called
	archive    *archive   // that holds the member, nil for none
	entry      int        // index of the member in the archive
	memberSize uint64     // as the archive says
}

// A digestSum is a SHA-256, zero for none: as text it would take 48 bytes more.
type digestSum [sha256.Size]byte

// SHA256 returns the digest of the file on disk, of the archive for a member, in
// hexadecimal; "" before Finish.
func (f *File) SHA256() string {
	if f.sum == (digestSum{}) {
		return ""
	}
	return hex.EncodeToString(f.sum[:])
}

// Options direct how files are opened.
type Options struct {
	Stdin    io.Reader
	Encoding *Encoding // of text without a byte order mark, nil for UTF-8
	// Progress is called with the number of bytes that were read, by any goroutine; nil
	// for none.
	Progress func(n int)
	// Context ends what Open reads, also within a record, with its cause; nil for none.
	Context context.Context
}

// Preview opens a file to look at its text before Open. The bytes that it reads
// from standard input are kept for Open. The error is an *Archive, or an *Error.
func (f *File) Preview(o Options) (*Stream, error) {
	s := &Stream{file: f}
	if f.path == "-" {
		kept := new(bytes.Buffer)
		s.bytes, f.stdin = io.TeeReader(o.Stdin, kept), io.MultiReader(kept, o.Stdin)
	} else if f.before = (stamp{}); !f.Walked || f.archive != nil { // a pipe, which is named, cannot be opened first
		if err := f.stat(); err != nil {
			return nil, withPath(f.Name, err)
		}
	}
	s.preview = true
	return s.open(o)
}

// Open opens a file that was previewed, from its beginning.
func (f *File) Open(o Options) (*Stream, error) {
	s := &Stream{file: f, bytes: f.stdin, progress: o.Progress, ctx: o.Context}
	if f.archive == nil {
		s.digest = newDigest() // the digest of a member is that of its archive
	}
	return s.open(o)
}

// Again opens a file that was previewed once more before Open, never standard
// input.
func (f *File) Again(o Options) (*Stream, error) {
	return (&Stream{file: f, preview: true}).open(o)
}

// IsStdin reports whether the file is standard input, which is read once.
func (f *File) IsStdin() bool { return f.path == "-" }

// stat notes size, times and identity of a file.
func (f *File) stat() error {
	if f.archive != nil {
		f.before, f.Size = f.archive.before, f.archive.before.size
		return nil
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	return f.note(info)
}

// note notes what a file is.
func (f *File) note(info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return &Error{What: irregular, Hint: "pipe it to standard input and name -"}
	}
	f.before = stampOf(f.path, info)
	f.Size = f.before.size
	return nil
}

// ModifiedAt is when the file was last changed, zero for standard input.
func (f *File) ModifiedAt() time.Time {
	if f.IsStdin() {
		return time.Time{}
	}
	return f.before.time()
}

// A Stream is the text of a file, in UTF-8. Its errors are of type *Error and
// have the path of the file.
type Stream struct {
	file     *File
	bytes    io.Reader // as on disk
	closer   io.Closer // of bytes, nil for standard input
	text     io.Reader
	buffer   *bufio.Reader // of text that is neither packed nor decoded: to be used again
	digest   *digest       // of bytes, nil for none
	size     int64         // of bytes, so far
	short    bool          // the last read of bytes did not fill its buffer
	progress func(n int)
	ctx      context.Context // nil for none
	follower *follower       // of bytes, nil for standard input
	preview  bool            // what is read is seen before Open
}

// open opens the bytes of a stream and decodes them.
func (s *Stream) open(o Options) (*Stream, error) {
	err := s.openBytes()
	if err == nil {
		err = s.decode(o.Encoding)
	}
	if err == nil {
		return s, nil
	}
	s.Close()
	if _, ok := err.(*Archive); ok {
		return nil, err
	}
	return nil, withPath(s.file.Name, err)
}

func (s *Stream) openBytes() error {
	f := s.file
	if !f.IsStdin() {
		s.follower = newFollower(f.begin)
	}
	switch {
	case s.bytes != nil:
	case f.archive != nil:
		member, err := f.archive.open(f.entry, f.Member)
		if err != nil {
			return err
		}
		s.bytes, s.closer = member, member
	default:
		file, err := openFile(f.path)
		if err != nil {
			return err
		}
		s.bytes, s.closer = file, file
		info, err := file.Stat()
		if err == nil && f.before == (stamp{}) {
			return f.note(info)
		}
		if err != nil {
			return err
		}
		if stampOf(f.path, info) != f.before {
			return f.changedError(nil)
		}
	}
	return nil
}

// zipName is the Compression of members of archives.
const zipName = "zip"

// usualBuffer is how many bytes of a file are read at once: all of a small one.
const usualBuffer = 64 << 10

// buffers are used again, as of 100,000 small files they are a third of all memory that
// is allocated.
var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, usualBuffer) }}

// decode unpacks and decodes the bytes, and notes how. A large read of plain
// UTF-8 goes past the buffer of bufio, without a copy.
func (s *Stream) decode(given *Encoding) error {
	f, text := s.file, buffers.Get().(*bufio.Reader)
	text.Reset(rawReader{s})
	if f.archive != nil {
		f.Compression = zipName
	}
	begin, err := text.Peek(4)
	if err != nil && err != io.EOF {
		return err
	}
	if s.preview {
		buffered, _ := text.Peek(text.Buffered())
		if err := f.listMembers(buffered); err != nil {
			return err
		}
	}
	name, unpacked, err := unpack(begin, text)
	if name != "" {
		f.Compression = name
	}
	if err != nil {
		return err
	}
	if unpacked != nil {
		text = bufio.NewReader(unpacked)
		if begin, err = text.Peek(4); err != nil && err != io.EOF {
			return err
		}
	}
	s.text, f.Encoding = text, utf8Name
	var mark int
	if f.Decoder, mark = encodingOf(begin, given); f.Decoder != nil {
		text.Discard(mark)
		f.Encoding, f.BOM, f.TextStart = f.Decoder.Name, mark > 0, int64(mark)
		s.text = f.Decoder.decode(text)
	}
	plain := unpacked == nil && f.Decoder == nil
	if plain {
		s.buffer = text
	}
	if plain && s.digest != nil && (f.Size < 0 || f.Size >= besideFrom) {
		s.digest.beside()
	}
	return nil
}

// Read reads text. What it is read into may change once it is Hashed.
func (s *Stream) Read(p []byte) (int, error) {
	n, err := s.text.Read(p)
	if err != nil && err != io.EOF {
		err = withPath(s.file.Name, err)
	}
	return n, err
}

// Hashed returns a channel that is closed once all text that was read is hashed, nil if it
// is already.
func (s *Stream) Hashed() <-chan struct{} { return s.digest.hashed() }

// TextSize is the length of the text if that is known before it is read, else
// -1. It is a hint: files change, and archives lie.
func (s *Stream) TextSize() int64 {
	switch f := s.file; {
	case f.Decoder != nil:
	case f.Compression == "":
		return f.Size
	case f.Compression == zipName && f.memberSize < 1<<40:
		return int64(f.memberSize)
	}
	return -1
}

// A rawReader reads the bytes of a stream as they are on disk, and has them hashed.
type rawReader struct{ *Stream }

func (r rawReader) Read(p []byte) (int, error) {
	switch {
	case r.ctx != nil && r.ctx.Err() != nil:
		return 0, context.Cause(r.ctx)
	case r.atEnd():
		return 0, io.EOF
	}
	n, err := r.bytes.Read(p)
	if r.digest != nil {
		r.digest.add(p[:n])
	}
	r.size += int64(n)
	r.short = n < len(p)
	if r.follower != nil {
		if r.follower.add(p[:n], r.preview); r.follower.changed {
			return n, r.file.changedError(nil)
		}
	}
	if r.progress != nil {
		r.progress(n)
	}
	var known *Error // of a member
	if err != nil && err != io.EOF && !errors.As(err, &known) {
		err = &Error{Byte: r.size, HasByte: true, What: reason(err), Cause: err}
	}
	return n, err
}

// atEnd reports whether a file was read to its end, without asking the system once more:
// it is as long as it was said to be, and the last call had room for more.
func (s *Stream) atEnd() bool {
	_, isFile := s.bytes.(*os.File)
	return isFile && s.short && s.size > 0 && s.size == s.file.before.size
}

// Drain reads the rest of the bytes, for Finish. It reports whether they could
// be read.
func (s *Stream) Drain() bool {
	s.digest.end()
	_, err := io.Copy(io.Discard, rawReader{s})
	return err == nil
}

// Close ends reading; Finish is not needed then.
func (s *Stream) Close() {
	s.digest.end()
	if s.preview && s.follower != nil && s.follower.size > s.file.begin.size {
		s.file.begin = s.follower.seen()
	}
	if s.closer != nil {
		s.closer.Close()
		s.closer = nil
	}
	if s.buffer != nil {
		s.buffer.Reset(nil)
		buffers.Put(s.buffer)
		s.text, s.buffer = nil, nil
	}
}

// Finish ends reading a stream that was opened by Open and read to its end. It
// notes the size and the digest of the file, and makes sure that the file did
// not change since Preview.
func (s *Stream) Finish() error {
	defer s.Close()
	f := s.file
	if f.archive != nil {
		sum, err := f.archive.digest(rawReader{&Stream{file: f, progress: s.progress, ctx: s.ctx}})
		if err != nil {
			return withPath(f.Name, err)
		}
		f.sum = sum
		return f.CheckUnchanged()
	}
	f.sum = s.digest.sum()
	switch {
	case f.IsStdin():
		f.Size = s.size
		return nil
	case s.size != f.before.size:
		return f.changedError(nil)
	}
	// A file in whose place another one was moved has a new time, too: to look at the open
	// one takes a tenth of what it takes to find it by its path.
	info, err := s.closer.(*os.File).Stat()
	if err != nil || stampOf(f.path, info) != f.before {
		return f.changedError(err)
	}
	return nil
}

// CheckUnchanged returns an error if the file is no longer what it was when it was
// opened first: by its size, its times and its identity.
func (f *File) CheckUnchanged() error {
	if f.IsStdin() || f.before == (stamp{}) {
		return nil
	}
	if now, err := stampAt(f.path); err != nil || now != f.before {
		return f.changedError(err)
	}
	return nil
}

func (f *File) changedError(cause error) error {
	return &Error{Path: f.Name, What: "the file changed while it was read", Hint: hintWait, Cause: cause}
}
