package verify

import (
	"bytes"
	"crypto/sha256"
	"io"
	"slices"

	library "github.com/parquet-go/parquet-go"
)

// rawWindow is how many rows of sorted parts are in memory, 120 bytes each.
const rawWindow = 400_000

// isSorted reports whether rows of a file are in another order than that of the inputs.
func isSorted(file *library.File) bool {
	for _, group := range file.Metadata().RowGroups {
		if len(group.SortingColumns) > 0 {
			return true
		}
	}
	return false
}

// compareSorted compares the rows of sorted parts with their sources. A packed source is
// read forward alone, so that many rows are brought in the order of the inputs first, of
// which the digest of the raw record is in memory. Each source is read once for as many
// rows as a window has.
func (c *checker) compareSorted(places map[string]*rawPlace, parts []*output, text *sourceText) {
	var window []rawRow
	compare := func() {
		slices.SortStableFunc(window, func(a, b rawRow) int { return a.compare(&b) })
		for i := range window {
			c.compareRow(&window[i], text)
		}
		window = window[:0]
	}
	for _, out := range parts {
		r, err := openRaw(out, places)
		if err != nil {
			out.file.change("cannot be read: %s", err)
			continue
		}
		for err = c.nextRaw(r); err == nil; err = c.nextRaw(r) {
			row := r.rawRow
			row.raw, row.sum = nil, sha256.Sum256(r.raw)
			if window = append(window, row); len(window) == c.window {
				compare()
			}
		}
		if err != io.EOF {
			out.file.change("raw records: %s", err)
		}
		r.close()
	}
	compare()
}

// equals reports whether these bytes are the raw record of the row.
func (r *rawRow) equals(found []byte) bool {
	if r.raw == nil {
		return int64(len(found)) == r.size && sha256.Sum256(found) == r.sum
	}
	return bytes.Equal(found, r.raw)
}
