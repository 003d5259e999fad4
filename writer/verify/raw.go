package verify

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// rawWindow is how many rows are in memory at once, 120 bytes each.
const rawWindow = 400_000

// checkRaw compares raw_record of all rows of Parquet files, which were read before, with
// the sources.
func (c *checker) checkRaw(r *record) error {
	if c.report.Totals.RawRecords == nil {
		c.report.Totals.RawRecords = new(int64)
	}
	places, err := c.rawPlaces(r)
	if err != nil {
		return err
	}
	groups := map[string][]*output{}
	for _, out := range r.read {
		if out.Format == "xlsx" {
			out.file.note("raw records are compared in Parquet alone")
			continue
		}
		groups[out.group] = append(groups[out.group], out)
	}
	for _, name := range sortedKeys(groups) {
		c.compareRaw(places, groups[name])
		noteRaw(groups[name])
	}
	return nil
}

// noteRaw notes what was not compared. A run has the raw record of every row or of none.
func noteRaw(parts []*output) {
	filled := slices.ContainsFunc(parts, func(out *output) bool { return out.raw.filled > 0 })
	for _, out := range parts {
		switch {
		case out.raw.null > 0 && filled:
			out.file.change("%s without a raw record", manifest.Counted(out.raw.null, "row"))
		case out.raw.null > 0:
			out.file.note("has no raw records: it was written without --raw")
		case out.raw.skipped > 0:
			out.file.note("%s not compared, as the source is not there, or has changed", manifest.Counted(out.raw.skipped, "raw record"))
		}
	}
}

// A rawCount counts the rows of an output by what raw_record is.
type rawCount struct{ filled, null, skipped int64 }

// A rawPlace is where the records of an input come from.
type rawPlace struct {
	order  int
	member string
	source *source
}

// rawPlaces returns the places of inputs by name.
func (c *checker) rawPlaces(r *record) (map[string]*rawPlace, error) {
	places := map[string]*rawPlace{}
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return nil, err
		}
		places[in.Name()] = &rawPlace{len(places), in.Member, c.source(in)}
	}
	return places, nil
}

// A rawRow is a row with a raw record.
type rawRow struct {
	out            *output
	number         int64
	place          *rawPlace
	offset, length int64
	size           int64             // of raw_record, -1 for null
	sum            [sha256.Size]byte // of raw_record
}

// A rawReader reads the raw records of a part.
type rawReader struct {
	rawRow
	places map[string]*rawPlace
	file   *os.File
	groups []library.RowGroup // not yet read
	schema *library.Schema
	rows   *columns // nil between row groups
}

var rawColumns = []schema.ColumnID{schema.SourceFile, schema.SourceOffset, schema.SourceLength, schema.RawRecord}

func openRaw(out *output, places map[string]*rawPlace) (*rawReader, error) {
	file, size, err := openRegular(out.path)
	if err != nil {
		return nil, err
	}
	p, err := openParquet(file, size)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &rawReader{rawRow: rawRow{out: out}, places: places, file: file, groups: p.RowGroups(), schema: p.Schema()}, nil
}

// next reads the next row; io.EOF ends the part.
func (r *rawReader) next() (err error) {
	defer recovered(func(why error) { err = why })
	for {
		if r.rows == nil {
			if len(r.groups) == 0 {
				return io.EOF
			}
			var err error
			if r.rows, err = openColumns(r.groups[0], r.schema, rawColumns...); err != nil {
				return err
			}
			r.groups = r.groups[1:]
		}
		err := r.rows.next()
		if err == io.EOF {
			err, r.rows = r.rows.close(), nil
			if err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		r.number++
		v := r.rows.values
		r.place, r.offset, r.length, r.size = r.places[string(v[0].ByteArray())], v[1].Int64(), v[2].Int64(), -1
		if raw := v[3].ByteArray(); !v[3].IsNull() {
			r.size, r.sum = int64(len(raw)), sha256.Sum256(raw)
		}
		if r.place == nil || r.offset < 0 || r.offset > maxCount {
			return fmt.Errorf("row %d has no place in an input", r.number)
		}
		return nil
	}
}

func (r *rawReader) close() {
	if r.rows != nil {
		r.rows.close()
	}
	r.file.Close()
}

// compare compares the places of two rows.
func (r *rawRow) compare(other *rawRow) int {
	return cmp.Or(cmp.Compare(r.place.order, other.place.order), cmp.Compare(r.offset, other.offset))
}

// equals reports whether these bytes are the raw record of the row.
func (r *rawRow) equals(found []byte) bool {
	return int64(len(found)) == r.size && sha256.Sum256(found) == r.sum
}

// compareRaw compares the rows of the parts of an output with their sources. A packed
// source is read forward alone, and parts are by day, or sorted, so that many rows are
// brought in the order of the inputs first, of which the digest of the raw record is in
// memory:
//
//	part of 2026-05-01    a.json@0    a.json@910   b.json@0
//	part of 2026-05-02    a.json@455  b.json@460
//
// Each source is read once for as many rows as a window has.
func (c *checker) compareRaw(places map[string]*rawPlace, parts []*output) {
	text := &sourceText{checker: c}
	defer text.close()
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
		for err = r.next(); err == nil; err = r.next() {
			if window = append(window, r.rawRow); len(window) == c.window {
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

// compareRow compares a row with its source. Without the source nothing is compared, and
// the report of the source says so.
func (c *checker) compareRow(r *rawRow, text *sourceText) {
	file := r.out.file
	switch {
	case r.size < 0:
		r.out.raw.null++
		return
	case r.length != r.size:
		file.change("row %d: raw_record has %d bytes, source_length is %d", r.number, r.size, r.length)
		return
	case r.place.source.found == "":
		r.out.raw.filled++
		r.out.raw.skipped++
		return
	}
	r.out.raw.filled++
	found, err := text.read(r.place, r.offset, int(r.size))
	switch {
	case err != nil:
		file.change("row %d: %s at byte %d cannot be read: %s", r.number, shown(r.place.source.found), r.offset, files.WithoutPath(err))
	case !r.equals(found):
		file.change("row %d: raw_record is not what %s has at byte %d", r.number, shown(r.place.source.found), r.offset)
	default:
		*c.report.Totals.RawRecords++
	}
}

// A sourceText reads the bytes of one source after the other, forward.
type sourceText struct {
	checker *checker
	place   *rawPlace
	in      io.ReadCloser // nil if it could not be opened
	err     error
	at      int64 // of the next byte of in
	last    []byte
	lastAt  int64 // of last
}

// read returns so many bytes that a source has at an offset, or fewer at its end, valid
// until the next call. Several rows may have the same bytes, as several records may be in
// one text.
func (t *sourceText) read(place *rawPlace, offset int64, size int) ([]byte, error) {
	if t.place != place {
		t.open(place)
	}
	if t.err != nil {
		return nil, t.err
	}
	if in, ok := t.in.(io.ReaderAt); ok {
		t.grow(size)
		n, err := in.ReadAt(t.last, offset)
		t.checker.Progress(n)
		if err != nil && err != io.EOF {
			return nil, err
		}
		return t.last[:n], nil
	}
	if offset == t.lastAt && size == len(t.last) {
		return t.last, nil
	}
	if offset < t.at {
		if t.open(place); t.err != nil {
			return nil, t.err
		}
	}
	if _, err := io.CopyN(io.Discard, t.in, offset-t.at); err != nil {
		return nil, fromEnd(err)
	}
	t.grow(size)
	n, err := io.ReadFull(t.in, t.last)
	t.at, t.lastAt = offset+int64(n), offset
	if err != nil {
		t.err = fromEnd(err)
		return nil, t.err
	}
	return t.last, nil
}

// fromEnd words the error of a source that is shorter than the rows say.
func fromEnd(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("it ends before")
	}
	return err
}

// grow makes last as long as a record.
func (t *sourceText) grow(n int) {
	if cap(t.last) < n {
		t.last = make([]byte, n)
	}
	t.last = t.last[:n]
}

// open opens a source from its beginning.
func (t *sourceText) open(place *rawPlace) {
	t.close()
	t.place, t.at, t.lastAt, t.err = place, 0, math.MinInt64, nil
	in, err := t.checker.OpenSource(place.source.found, place.member)
	if err != nil {
		t.err = err
		return
	}
	t.in = in
}

func (t *sourceText) close() {
	if t.in != nil {
		t.in.Close()
		t.in = nil
	}
}
