package source

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"

	"signins/schema"

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
	case bytes.HasPrefix(begin, []byte("\x28\xb5\x2f\xfd")), len(begin) > 3 && begin[0]&0xF0 == 0x50 && string(begin[1:4]) == "\x2a\x4d\x18":
		// A frame, or a skippable one, which may precede it.
		u.name = "zstd"
		u.r, err = zstd.NewReader(u.packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow))
	default:
		return "", nil, nil
	}
	return u.name, u, u.explain(err)
}

// An unpacker reads packed data and explains its errors.
type unpacker struct {
	name   string
	packed *counter
	r      io.Reader
	size   int64 // of the unpacked data, so far
	free   int64 // unpacked bytes before the ratio counts
}

// A counter counts the bytes read.
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

// An archive is a ZIP file whose members are read as files.
type archive struct {
	path    string
	opening sync.Mutex
	zip     *zip.ReadCloser // nil while it is closed
	holders int             // members that are still to be read
	summing sync.Mutex
	sum     digestSum // of the file, zero until it is known
	// early is the SHA-256 before the members are read, "" until File.hash computes it.
	early string

	before stamp // of the file
	// second: the file is read a second time.
	second bool
}

// An Archive is the error of Preview for a ZIP archive, whose members are read in its place.
type Archive struct {
	Files   []*File          // in the order of the archive
	Skipped []schema.Skipped // links and the like
}

func (*Archive) Error() string { return "a ZIP archive" }

// listMembers returns the *Archive that a file is which begins so, an *Error if that is
// damaged, or nil for none and for an Office document.
func (f *File) listMembers(begin []byte) error {
	if f.archive != nil || f.IsStdin() || !bytes.HasPrefix(begin, []byte("PK\x03\x04")) && !bytes.HasPrefix(begin, []byte("PK\x05\x06")) {
		return nil
	}
	a := &archive{path: f.path, before: f.before}
	defer a.close()
	isOffice := func(entry *zip.File) bool { return entry.Name == "[Content_Types].xml" }
	bad := a.openZip()
	switch {
	case bad != nil:
		bad.FirstMember = firstName(begin)
	case slices.ContainsFunc(a.zip.File, isOffice):
		return nil
	default:
		bad = a.check(a.before.size)
	}
	if bad != nil {
		f.Compression = zipName
		return bad
	}
	return a.members(f)
}

// check refuses archives that no program makes: with two entries of one name, or
// with entries that share bytes to unpack to more than the archive has.
func (a *archive) check(size int64) *Error {
	seen, rest := map[string]bool{}, uint64(size)
	for _, entry := range a.zip.File {
		if seen[entry.Name] {
			return &Error{What: fmt.Sprintf("the ZIP archive has two entries called %s", schema.EscapeInvalid(entry.Name)), Hint: HintUnpack}
		}
		seen[entry.Name] = true
		if entry.CompressedSize64 > rest {
			return &Error{What: "the ZIP archive is damaged: its entries are longer than it is", Hint: hintAgain}
		}
		rest -= entry.CompressedSize64
	}
	return nil
}

// firstName returns the path of the first member of an archive, which can be
// read although the directory at the end is lost.
func firstName(begin []byte) string {
	const fixed = 30
	if len(begin) < fixed {
		return ""
	}
	return string(begin[fixed:min(len(begin), fixed+int(binary.LittleEndian.Uint16(begin[26:])))])
}

// openZip opens the file unless it is open.
func (a *archive) openZip() *Error {
	a.opening.Lock()
	defer a.opening.Unlock()
	if a.zip != nil {
		return nil
	}
	var err error
	if a.zip, err = zip.OpenReader(a.path); err != nil {
		a.zip = nil
		if errors.Is(err, fs.ErrNotExist) {
			return missing(err)
		}
		return &Error{What: "the ZIP archive is damaged: " + reason(err), Hint: hintAgain, Cause: err}
	}
	return nil
}

// close closes the file until a member is opened again.
func (a *archive) close() {
	if a == nil {
		return
	}
	a.opening.Lock()
	defer a.opening.Unlock()
	if a.holders = 0; a.zip != nil {
		a.zip.Close()
		a.zip = nil
	}
}

// members lists the files in the archive f.
func (a *archive) members(f *File) *Archive {
	list := new(Archive)
	for i, entry := range a.zip.File {
		name := f.Name + "!" + schema.EscapeInvalid(entry.Name)
		switch {
		case entry.FileInfo().IsDir():
		case !entry.Mode().IsRegular():
			list.Skipped = append(list.Skipped, schema.Skipped{Path: name, Reason: irregular})
		default:
			list.Files = append(list.Files, &File{path: f.path, Name: name, Walked: true, Argument: f.Argument, Size: -1, archive: a, entry: i, Member: schema.EscapeInvalid(entry.Name), memberSize: entry.UncompressedSize64})
		}
	}
	return list
}

// readSecond has the digest computed once more.
func (a *archive) readSecond() {
	a.summing.Lock()
	defer a.summing.Unlock()
	if !a.second {
		a.second, a.sum = true, digestSum{}
	}
}

// open opens a member of the archive, which has that path.
func (a *archive) open(i int, member string) (io.ReadCloser, error) {
	if err := a.openZip(); err != nil {
		return nil, err
	}
	if i >= len(a.zip.File) || schema.EscapeInvalid(a.zip.File[i].Name) != member {
		return nil, &Error{What: "the archive changed while it was read", Hint: hintWait}
	}
	entry := a.zip.File[i]
	if entry.Flags&1 != 0 {
		return nil, &Error{What: "the entry of the ZIP archive is encrypted", Hint: "unpack it with its password and name the file"}
	}
	r, err := entry.Open()
	if err != nil {
		return nil, &Error{What: "the entry of the ZIP archive cannot be read: " + reason(err), Hint: HintUnpack, Cause: err}
	}
	packed := &counter{n: int64(entry.CompressedSize64)}
	return struct {
		io.Reader
		io.Closer
	}{&unpacker{name: "ZIP", packed: packed, r: &memberReader{r, entry.UncompressedSize64}, free: ratioFrom}, r}, nil
}

// A memberReader reads a member up to the size that the archive has for it, and then
// whether more follows: a read beyond that size gives none of its bytes, so that those
// before the damage would depend on how many are read at once.
type memberReader struct {
	r    io.Reader
	rest uint64 // of the size
}

func (m *memberReader) Read(p []byte) (int, error) {
	if uint64(len(p)) > m.rest {
		p = p[:max(1, m.rest)]
	}
	n, err := m.r.Read(p)
	m.rest -= min(uint64(n), m.rest)
	return n, err
}

// digest returns the SHA-256 of the archive's file, which it reads by r.
func (a *archive) digest(r rawReader) (digestSum, error) {
	a.summing.Lock()
	defer a.summing.Unlock()
	if a.sum != (digestSum{}) {
		return a.sum, nil
	}
	file, err := os.Open(a.path)
	if err != nil {
		return a.sum, err
	}
	defer file.Close()
	hash := sha256.New()
	r.bytes = file
	if _, err := io.Copy(hash, r); err != nil {
		return a.sum, err
	}
	hash.Sum(a.sum[:0])
	return a.sum, nil
}

// HoldArchive has the archive of a file, if it has one, stay open once it is until as many
// files release it: members may be read side by side.
func (f *File) HoldArchive() {
	if f.archive != nil {
		f.archive.holders++
	}
}

// ReleaseArchive closes the archive of a file that held it if no other does.
func (f *File) ReleaseArchive() {
	a := f.archive
	if a == nil {
		return
	}
	a.opening.Lock()
	a.holders--
	last := a.holders == 0
	a.opening.Unlock()
	if last {
		a.close()
	}
}

// CloseArchive closes the archive of a file, if it has one, whatever holds it.
func (f *File) CloseArchive() { f.archive.close() }
