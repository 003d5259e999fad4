package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxRatio bounds unpacked by packed bytes. Exports shrink to a twentieth;
	// data beyond this ratio was made to fill memory or time.
	maxRatio = 1000
	// ratioFrom is the number of unpacked bytes from which the ratio counts.
	ratioFrom = 256 << 20
	// maxZstdWindow bounds the memory of unpacking.
	maxZstdWindow = 128 << 20
)

// unpack opens packed data, going by its first bytes; text is nil if the data is
// not packed.
func unpack(begin []byte, r io.Reader) (name string, text io.Reader, err error) {
	u := &unpacker{packed: &counter{r: r}, free: ratioFrom}
	switch {
	case bytes.HasPrefix(begin, []byte("\x1f\x8b")):
		u.name = "gzip"
		u.r, err = newGzipReader(u.packed)
	case isZstd(begin):
		u.name = "zstd"
		u.r, err = zstd.NewReader(u.packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow))
	default:
		return "", nil, nil
	}
	return u.name, u, u.explain(err)
}

// isZstd reports whether data begins with a zstd frame, or with a skippable
// frame, which may precede one.
func isZstd(begin []byte) bool {
	skip := len(begin) > 3 && begin[0]&0xF0 == 0x50 && string(begin[1:4]) == "\x2a\x4d\x18"
	return skip || bytes.HasPrefix(begin, []byte("\x28\xb5\x2f\xfd"))
}

// An unpacker reads packed data and explains its errors.
type unpacker struct {
	name   string
	packed *counter
	r      io.Reader
	size   int64 // of the unpacked data, so far
	free   int64 // unpacked bytes before the ratio counts
}

// A counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.size += int64(n)
	if err == nil && u.size > u.free && u.size/maxRatio > u.packed.n {
		return n, &Error{
			What: fmt.Sprintf("the %s data unpacks to more than %d times its size", u.name, maxRatio),
			Hint: "no export does; unpack it yourself if you trust it",
		}
	}
	return n, u.explain(err)
}

// explain returns an error of unpacking as an *Error.
func (u *unpacker) explain(err error) error {
	var known *Error
	switch {
	case err == nil || err == io.EOF || errors.As(err, &known):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{What: fmt.Sprintf("the %s data ends too early", u.name), Hint: HintTruncated, Cause: err, Damaged: true}
	}
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return &Error{What: fmt.Sprintf("the %s data needs more than %d MiB of memory to unpack", u.name, maxZstdWindow>>20), Hint: HintUnpack, Cause: err}
	}
	return &Error{What: fmt.Sprintf("the %s data is damaged: %s", u.name, err), Hint: hintAgain, Cause: err, Damaged: true}
}

// A gzipReader reads the members of a gzip file one after the other. The library
// would mistake a member that ends inside its header for the end of the file.
type gzipReader struct {
	packed *bufio.Reader
	member gzip.Reader
}

func newGzipReader(packed io.Reader) (*gzipReader, error) {
	g := &gzipReader{packed: bufio.NewReader(packed)}
	return g, g.openMember()
}

// openMember reads the header of the next member.
func (g *gzipReader) openMember() error {
	err := g.member.Reset(g.packed)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	g.member.Multistream(false)
	return err
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for {
		n, err := g.member.Read(p)
		switch {
		case err != io.EOF:
			return n, err
		case n > 0:
			return n, nil
		}
		if _, err = g.packed.Peek(1); err == nil {
			err = g.openMember()
		}
		if err != nil {
			return 0, err
		}
	}
}
