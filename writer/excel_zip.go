package writer

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

const (
	contentTypes = "[Content_Types].xml"
	// partLevel is the deflate level: the higher ones cost twice the time for
	// a few per cent.
	partLevel = 5
	// dosEpoch is 1980-01-01, the first date of the zip format.
	dosEpoch = 1<<5 | 1
)

// saveWorkbook writes f to w, with a spill file in dir meanwhile.
//
// excelize hands out the parts of a workbook in random order and into memory.
// Here they are compressed into the spill file as they come and copied to w in
// a fixed order with a fixed time. excelize also drops most write errors; the
// first one is kept and returned.
func saveWorkbook(f *excelize.File, dir string, w io.Writer) (err error) {
	spill, err := os.CreateTemp(dir, "workbook-")
	if err != nil {
		return fmt.Errorf("making a spill file: %w", err)
	}
	defer func() {
		err = errors.Join(err, spill.Close(), os.Remove(spill.Name()))
	}()
	parts := newZipParts(spill)
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts })
	if err := f.Write(io.Discard); err != nil {
		return fmt.Errorf("compressing the sheets: %w", err)
	}
	return parts.copyTo(w, spill)
}

// zipParts is an excelize.ZipWriter that compresses parts one after the other
// into a spill file.
type zipParts struct {
	spill   *bufio.Writer
	deflate *flate.Writer
	size    int64 // bytes in the spill file
	parts   []*zipPart
	types   *bytes.Buffer // the content types, while they come
	err     error         // the first failure
}

// A zipPart is a compressed part and where it stands in the spill file.
type zipPart struct {
	zip.FileHeader
	offset int64
}

func newZipParts(spill io.Writer) *zipParts {
	z := &zipParts{spill: bufio.NewWriterSize(spill, 1<<16)}
	z.deflate, z.err = flate.NewWriter(spillCount{z}, partLevel)
	return z
}

// spillCount counts what goes to the spill file.
type spillCount struct{ z *zipParts }

func (c spillCount) Write(p []byte) (int, error) {
	n, err := c.z.spill.Write(p)
	c.z.size += int64(n)
	return n, err
}

// Create ends the part at work and begins the part of that name.
func (z *zipParts) Create(name string) (io.Writer, error) {
	z.finish()
	if z.err != nil {
		return nil, z.err
	}
	if name == contentTypes {
		z.types = new(bytes.Buffer)
		return z.types, nil
	}
	z.begin(name)
	return z, nil
}

func (z *zipParts) begin(name string) {
	part := &zipPart{FileHeader: zip.FileHeader{Name: name, Method: zip.Deflate}, offset: z.size}
	part.ReaderVersion, part.CreatorVersion = 20, 20
	part.ModifiedDate = dosEpoch
	z.parts = append(z.parts, part)
	z.deflate.Reset(spillCount{z})
}

// Write compresses p into the part at work.
func (z *zipParts) Write(p []byte) (int, error) {
	if z.err != nil {
		return 0, z.err
	}
	part := z.parts[len(z.parts)-1]
	part.CRC32 = crc32.Update(part.CRC32, crc32.IEEETable, p)
	part.UncompressedSize64 += uint64(len(p))
	_, z.err = z.deflate.Write(p)
	if part.UncompressedSize64 >= math.MaxUint32 {
		z.err = fmt.Errorf("%s is larger than 4 GiB", part.Name)
	}
	return len(p), z.err
}

// finish ends the part at work.
func (z *zipParts) finish() {
	if types := z.types; types != nil && z.err == nil {
		z.types = nil
		var sorted []byte
		if sorted, z.err = sortContentTypes(types.Bytes()); z.err != nil {
			return
		}
		z.begin(contentTypes)
		_, z.err = z.Write(sorted)
	}
	if len(z.parts) == 0 || z.err != nil {
		return
	}
	part := z.parts[len(z.parts)-1]
	if part.CompressedSize64 == 0 {
		z.err = z.deflate.Close()
		part.CompressedSize64 = uint64(z.size - part.offset)
	}
}

// Close ends the last part.
func (z *zipParts) Close() error {
	z.finish()
	if z.err == nil {
		z.err = z.spill.Flush()
	}
	return z.err
}

// AddFS is part of excelize.ZipWriter; nothing calls it.
func (z *zipParts) AddFS(fs.FS) error { return errors.ErrUnsupported }

// copyTo writes the zip to w, with the parts that say what the others are
// before them.
func (z *zipParts) copyTo(w io.Writer, spill io.ReaderAt) error {
	slices.SortFunc(z.parts, func(a, b *zipPart) int {
		return cmp.Or(cmp.Compare(partRank(a.Name), partRank(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	archive := zip.NewWriter(w)
	for _, part := range z.parts {
		entry, err := archive.CreateRaw(&part.FileHeader)
		if err != nil {
			return err
		}
		compressed := io.NewSectionReader(spill, part.offset, int64(part.CompressedSize64))
		if _, err := io.Copy(entry, compressed); err != nil {
			return err
		}
	}
	return archive.Close()
}

func partRank(name string) int {
	switch {
	case name == contentTypes:
		return 0
	case strings.HasPrefix(name, "_rels/"):
		return 1
	default:
		return 2
	}
}

// sortContentTypes returns the content types part with its entries sorted:
// excelize adds those of drawings in random order.
func sortContentTypes(part []byte) ([]byte, error) {
	type entry struct {
		Extension   string `xml:",attr,omitempty"`
		PartName    string `xml:",attr,omitempty"`
		ContentType string `xml:",attr"`
	}
	var types struct {
		XMLName  xml.Name `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
		Default  []entry
		Override []entry
	}
	if err := xml.Unmarshal(part, &types); err != nil {
		return nil, fmt.Errorf("sorting %s: %w", contentTypes, err)
	}
	order := func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Extension, b.Extension), cmp.Compare(a.PartName, b.PartName))
	}
	slices.SortFunc(types.Default, order)
	slices.SortFunc(types.Override, order)
	sorted, err := xml.Marshal(types)
	return append([]byte(xml.Header), sorted...), err
}
