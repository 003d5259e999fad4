package source

import (
	"archive/zip"
	"bufio"
	"io"
	"os"
	"slices"

	"signins/schema"
)

// OpenBytes opens a file, or the member of an archive, as the bytes in which the offsets
// of its records count: unpacked and not decoded. The bytes of a file that is not packed
// are an io.ReaderAt.
func OpenBytes(path, member string) (io.ReadCloser, error) {
	if member != "" {
		return openMemberBytes(path, member)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, withPath(path, err)
	}
	in := bufio.NewReader(file)
	begin, _ := in.Peek(4)
	_, unpacked, err := unpack(begin, in)
	switch {
	case err != nil:
		file.Close()
		return nil, withPath(path, err)
	case unpacked == nil:
		_, err := file.Seek(0, io.SeekStart)
		return file, withPath(path, err)
	}
	return &unpackedBytes{unpacked, file.Close}, nil
}

// openMemberBytes opens a member of an archive. It may be packed once more.
func openMemberBytes(path, member string) (_ io.ReadCloser, err error) {
	a := &archive{path: path}
	if err := a.openZip(); err != nil {
		return nil, withPath(path, err)
	}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	i := slices.IndexFunc(a.zip.File, func(entry *zip.File) bool { return schema.EscapeInvalid(entry.Name) == member })
	if i < 0 {
		return nil, &Error{Path: path, What: "the archive has no member " + member}
	}
	opened, err := a.open(i, member)
	if err != nil {
		return nil, withPath(path, err)
	}
	in := bufio.NewReader(opened)
	begin, _ := in.Peek(4)
	_, unpacked, err := unpack(begin, in)
	if err != nil {
		return nil, withPath(path, err)
	}
	if unpacked == nil {
		unpacked = in
	}
	return &unpackedBytes{unpacked, func() error { a.close(); return nil }}, nil
}

// unpackedBytes are bytes that cannot be read at any place.
type unpackedBytes struct {
	io.Reader
	close func() error
}

func (u *unpackedBytes) Close() error { return u.close() }
