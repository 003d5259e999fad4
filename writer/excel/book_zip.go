package excel

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
)

// dosEpoch is 1980-01-01, the first date of the zip format.
const dosEpoch = 1<<5 | 1

// zipParts are the parts of a workbook by their names in the zip file.
type zipParts map[string]*zipPart

// A zipPart is a part: the XML that excelize made, around rows that it never saw.
type zipPart struct {
	head, tail []byte
	rows       *spillPart // nil for none
}

// write writes a zip file of the parts: first those that describe the package,
// then the others by name.
func (parts zipParts) write(w io.Writer) error {
	archive := zip.NewWriter(w)
	names := slices.SortedFunc(maps.Keys(parts), func(a, b string) int {
		return cmp.Or(cmp.Compare(partRank(a), partRank(b)), cmp.Compare(a, b))
	})
	for _, name := range names {
		if err := parts[name].writeTo(archive, name); err != nil {
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

// writeTo writes the part. Its rows are copied as the spill has them, compressed:
// deflate lets blocks follow one another if the one before ends in a flush.
func (p *zipPart) writeTo(archive *zip.Writer, name string) error {
	rows := p.rows
	if rows == nil {
		rows = &spillPart{}
	}
	head, err := deflate(p.head, (*flate.Writer).Flush)
	if err != nil {
		return err
	}
	tail, err := deflate(p.tail, (*flate.Writer).Close)
	if err != nil {
		return err
	}
	crc := joinCRC(crc32.ChecksumIEEE(p.head), rows.crc, rows.size)
	h := zip.FileHeader{
		Name: name, Method: zip.Deflate, ReaderVersion: 20, CreatorVersion: 20,
		CRC32:              joinCRC(crc, crc32.ChecksumIEEE(p.tail), int64(len(p.tail))),
		CompressedSize64:   uint64(len(head)) + uint64(rows.packed) + uint64(len(tail)),
		UncompressedSize64: uint64(len(p.head)) + uint64(rows.size) + uint64(len(p.tail)),
	}
	h.ModifiedDate = dosEpoch //lint:ignore SA1019 CreateRaw takes the date from here alone
	if max(h.CompressedSize64, h.UncompressedSize64) >= math.MaxUint32 {
		return fmt.Errorf("%s would be larger than 4 GiB", name)
	}
	entry, err := archive.CreateRaw(&h)
	if err != nil {
		return err
	}
	if _, err := entry.Write(head); err != nil {
		return err
	}
	if err := rows.copyTo(entry); err != nil {
		return err
	}
	_, err = entry.Write(tail)
	return err
}

// deflate compresses text; end flushes or closes the stream.
func deflate(text []byte, end func(*flate.Writer) error) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, deflateLevel)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = end(w)
	return packed.Bytes(), err
}

// joinCRC returns the CRC-32 of two texts, one behind the other, from theirs
// and the length of the second. Each bit of the first is carried over length
// zero bytes by squaring the matrix that carries it over one.
func joinCRC(first, second uint32, length int64) uint32 {
	var odd, even [32]uint32
	odd[0] = crc32.IEEE
	for i := 1; i < 32; i++ {
		odd[i] = 1 << (i - 1)
	}
	squareMatrix(&even, &odd) // two zero bits
	squareMatrix(&odd, &even) // four
	from, to := &odd, &even
	for ; length > 0; length >>= 1 {
		squareMatrix(to, from)
		if length&1 != 0 {
			first = multiplyMatrix(to, first)
		}
		from, to = to, from
	}
	return first ^ second
}

func multiplyMatrix(matrix *[32]uint32, vector uint32) (sum uint32) {
	for i := 0; vector != 0; i, vector = i+1, vector>>1 {
		if vector&1 != 0 {
			sum ^= matrix[i]
		}
	}
	return sum
}

func squareMatrix(to, matrix *[32]uint32) {
	for i := range to {
		to[i] = multiplyMatrix(matrix, matrix[i])
	}
}
