package excel

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"
)

// dosEpoch is 1980-01-01, the first date of the zip format.
const dosEpoch = 1<<5 | 1

// zipParts are the parts of a workbook by their names in the zip file: a page is the
// XML that excelize made, around rows that it never saw.
type zipParts map[string][]*spillPart

// write writes a zip file of the parts by name: those that describe the package are
// first, as their names begin with [ and _.
func (parts zipParts) write(w io.Writer) error {
	archive := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if err := writePart(archive, name, parts[name]); err != nil {
			return err
		}
	}
	return archive.Close()
}

// endOfDeflate is an empty last block. Deflate lets blocks follow one another if the
// one before ends in a flush, as those of a spill do.
const endOfDeflate = "\x03\x00"

// writePart writes a part. Its pieces are copied as the spill has them, compressed.
func writePart(archive *zip.Writer, name string, pieces []*spillPart) error {
	h := zip.FileHeader{
		Name: name, Method: zip.Deflate, ReaderVersion: 20, CreatorVersion: 20, CompressedSize64: uint64(len(endOfDeflate)),
	}
	h.ModifiedDate = dosEpoch //lint:ignore SA1019 CreateRaw takes the date from here alone
	for _, p := range pieces {
		h.CRC32 = joinCRC(h.CRC32, p.crc, p.size)
		h.UncompressedSize64 += uint64(p.size)
		h.CompressedSize64 += uint64(p.packed())
	}
	if max(h.CompressedSize64, h.UncompressedSize64) >= math.MaxUint32 {
		return fmt.Errorf("%s would be larger than 4 GiB", name)
	}
	entry, err := archive.CreateRaw(&h)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		if err := p.copyTo(entry); err != nil {
			return err
		}
	}
	_, err = io.WriteString(entry, endOfDeflate)
	return err
}

// joinCRC returns the CRC-32 of two texts, one behind the other, from theirs and the
// length of the second. A CRC is a polynomial over bits, the highest power first: the
// first one is multiplied by x^8 for each byte of the second, squaring that power.
func joinCRC(first, second uint32, length int64) uint32 {
	for power := uint32(1) << (31 - 8); length > 0; length >>= 1 {
		if length&1 != 0 {
			first = multiplyCRC(first, power)
		}
		power = multiplyCRC(power, power)
	}
	return first ^ second
}

// multiplyCRC multiplies two polynomials modulo that of CRC-32.
func multiplyCRC(a, b uint32) (product uint32) {
	for ; a != 0; a <<= 1 {
		if a>>31 != 0 {
			product ^= b
		}
		b = b>>1 ^ crc32.IEEE*(b&1)
	}
	return product
}
