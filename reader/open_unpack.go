package reader

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"signins/schema"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxRatio is how many times longer than packed data may become. Exports
	// shrink to a twentieth; what shrinks to less than this was made to fill
	// memory or time.
	maxRatio = 1000
	// ratioFrom is how much is unpacked before the ratio counts.
	ratioFrom = 256 << 20
	// maxZstdWindow bounds the memory of unpacking.
	maxZstdWindow = 128 << 20
)

// unpack opens packed data, going by how it begins; nil where it is not packed.
func unpack(begin []byte, r io.Reader) (name string, text io.Reader, err error) {
	u := &unpacker{packed: &counter{r: r}}
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

// isZstd reports whether a frame of zstd begins there, or one that it says to
// skip, which may stand before.
func isZstd(begin []byte) bool {
	skip := len(begin) > 3 && begin[0]&0xF0 == 0x50 && string(begin[1:4]) == "\x2a\x4d\x18"
	return skip || bytes.HasPrefix(begin, []byte("\x28\xb5\x2f\xfd"))
}

// An unpacker reads packed data, and tells what is wrong with it.
type unpacker struct {
	name   string
	packed *counter
	r      io.Reader
	size   int64
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
	if err == nil && u.size > ratioFrom && u.size/maxRatio > u.packed.n {
		return n, &Error{
			What: fmt.Sprintf("the %s data unpacks to more than %d times its size", u.name, maxRatio),
			Hint: "no export does; unpack it yourself if you trust it",
		}
	}
	return n, u.explain(err)
}

// explain says what an error of unpacking means.
func (u *unpacker) explain(err error) error {
	var known *Error
	switch {
	case err == nil || err == io.EOF || errors.As(err, &known):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{What: fmt.Sprintf("the %s data ends too early", u.name), Hint: cutHint, Cause: err, damaged: true}
	}
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return &Error{What: fmt.Sprintf("the %s data needs more than %s of memory to unpack", u.name, mebibytes(maxZstdWindow)), Hint: unpackHint, Cause: err}
	}
	return &Error{What: fmt.Sprintf("the %s data is damaged: %s", u.name, err), Hint: "export or copy it again", Cause: err, damaged: true}
}

// A gzipReader reads members one after the other. The library would take a
// further one that ends inside its name for the end of all.
type gzipReader struct {
	packed *bufio.Reader
	member gzip.Reader
}

func newGzipReader(packed io.Reader) (*gzipReader, error) {
	g := &gzipReader{packed: bufio.NewReader(packed)}
	return g, g.next()
}

// next begins a member.
func (g *gzipReader) next() error {
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
			err = g.next()
		}
		if err != nil {
			return 0, err
		}
	}
}

// An archive is a ZIP file that holds exports.
type archive struct {
	path string
	zip  *zip.ReadCloser // nil while it is closed
	sum  string          // SHA-256 of the file, "" until it is known
}

// openArchive opens a ZIP file; nil where a file is none, or an Office document.
func openArchive(name string) (*archive, error) {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil // whoever reads it says so
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, nil
	}
	defer file.Close()
	begin := make([]byte, 512)
	n, _ := io.ReadFull(file, begin)
	if begin = begin[:n]; !bytes.HasPrefix(begin, []byte("PK\x03\x04")) && !bytes.HasPrefix(begin, []byte("PK\x05\x06")) {
		return nil, nil
	}
	a := &archive{path: name}
	if err := a.open(); err != nil {
		err.damaged = looksNamed(firstName(begin)) // not to be passed over
		return nil, err
	}
	if slices.ContainsFunc(a.zip.File, func(entry *zip.File) bool { return entry.Name == "[Content_Types].xml" }) {
		a.close()
		return nil, nil
	}
	if err := a.check(info.Size()); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

// check refuses what no program packs: entries of one name, and entries that
// share bytes to unpack to more than the archive has.
func (a *archive) check(size int64) error {
	seen, left := map[string]bool{}, uint64(size)
	for _, entry := range a.zip.File {
		if seen[entry.Name] {
			return &Error{What: fmt.Sprintf("the ZIP archive has two entries called %s", schema.EscapeInvalid(entry.Name)), Hint: unpackHint}
		}
		seen[entry.Name] = true
		if entry.CompressedSize64 > left {
			return &Error{What: "the ZIP archive is damaged: its entries are longer than it is", Hint: "export or copy it again"}
		}
		left -= entry.CompressedSize64
	}
	return nil
}

// firstName is the name of the entry that an archive begins with, which can be
// read where the list at the end is lost.
func firstName(begin []byte) string {
	const fixed = 30
	if len(begin) < fixed {
		return ""
	}
	return string(begin[fixed:min(len(begin), fixed+int(binary.LittleEndian.Uint16(begin[26:])))])
}

func (a *archive) open() *Error {
	if a.zip != nil {
		return nil
	}
	var err error
	if a.zip, err = zip.OpenReader(a.path); err != nil {
		a.zip = nil
		return &Error{What: "the ZIP archive is damaged: " + reason(err), Hint: "export or copy it again", Cause: err}
	}
	return nil
}

// close closes the file until an entry is opened again.
func (a *archive) close() {
	if a != nil && a.zip != nil {
		a.zip.Close()
		a.zip = nil
	}
}

// members lists what is in the archive as files to look at.
func (a *archive) members(f found) (files []found, skipped []schema.Skipped) {
	for i, entry := range a.zip.File {
		name := f.name + "!" + schema.EscapeInvalid(entry.Name)
		switch {
		case entry.FileInfo().IsDir():
		case !entry.Mode().IsRegular():
			skipped = append(skipped, schema.Skipped{Path: name, Reason: "not a regular file"})
		default:
			files = append(files, found{path: f.path, name: name, walked: true, argument: f.argument, archive: a, entry: i, member: schema.EscapeInvalid(entry.Name), size: entry.UncompressedSize64})
		}
	}
	return files, skipped
}

// member opens an entry of the archive.
func (a *archive) member(i int) (io.ReadCloser, error) {
	if err := a.open(); err != nil {
		return nil, err
	}
	entry := a.zip.File[i]
	if entry.Flags&1 != 0 {
		return nil, &Error{What: "the entry of the ZIP archive is encrypted", Hint: "unpack it with its password and name the file"}
	}
	r, err := entry.Open()
	if err != nil {
		return nil, &Error{What: "the entry of the ZIP archive cannot be read: " + reason(err), Hint: unpackHint, Cause: err}
	}
	packed := &counter{n: int64(entry.CompressedSize64)}
	return struct {
		io.Reader
		io.Closer
	}{&unpacker{name: "ZIP", packed: packed, r: r}, r}, nil
}

// digest returns the SHA-256 of the archive's file.
func (a *archive) digest(progress func(int)) (string, error) {
	if a.sum != "" {
		return a.sum, nil
	}
	file, err := os.Open(a.path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	r := io.Reader(file)
	if progress != nil {
		r = io.TeeReader(file, progressWriter(progress))
	}
	if _, err := io.Copy(hash, r); err != nil {
		return "", err
	}
	a.sum = hex.EncodeToString(hash.Sum(nil))
	return a.sum, nil
}

type progressWriter func(int)

func (w progressWriter) Write(p []byte) (int, error) {
	w(len(p))
	return len(p), nil
}
