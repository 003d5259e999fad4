package verify

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// readParquet reads every page of a Parquet file, counts its rows by source and compares
// schema and footer with the manifest.
func readParquet(in io.ReaderAt, size int64, run *manifest.Run, out *output, t *tally) (rows int64, differences []string) {
	defer recovered(func(why error) { differences = append(differences, why.Error()) })
	file, err := openParquet(in, size)
	if err != nil {
		return 0, []string{err.Error()}
	}
	if differences = compareFooter(file, run); len(differences) > 0 {
		return 0, differences
	}
	for _, group := range file.RowGroups() {
		n, err := readGroup(group, file.Schema(), t, dayOf(out.part.Day))
		if rows += n; err != nil {
			return rows, []string{fmt.Sprintf("from row %d on: %s", rows+1, err)}
		}
	}
	if rows != file.NumRows() {
		return rows, []string{fmt.Sprintf("has %s, its footer says %d", manifest.Counted(rows, "row"), file.NumRows())}
	}
	return rows, nil
}

// openParquet opens a Parquet file. The library would make room for a footer of any
// length that the file claims.
func openParquet(in io.ReaderAt, size int64) (*library.File, error) {
	var end [8]byte
	if _, err := in.ReadAt(end[:], size-int64(len(end))); err != nil || string(end[4:]) != "PAR1" {
		return nil, errors.New("is no Parquet file")
	}
	if int64(binary.LittleEndian.Uint32(end[:])) > size-int64(len("PAR1"))-int64(len(end)) {
		return nil, errors.New("is no Parquet file: its footer is longer than the file")
	}
	file, err := library.OpenFile(in, size, library.SkipPageIndex(true), library.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("is no Parquet file: %w", err)
	}
	return file, nil
}

// compareFooter compares schema and footer with the manifest.
func compareFooter(file *library.File, run *manifest.Run) (differences []string) {
	kind := "flat"
	if run.Nested {
		kind = "nested"
	}
	for key, want := range map[string]string{
		"signins.schema": kind, "signins.schema_version": strconv.Itoa(run.SchemaVersion),
		"signins.tool_version": run.Tool.Version, "signins.codes_table_date": run.CodesTableDate,
	} {
		if got, _ := file.Lookup(key); got != want {
			differences = append(differences, fmt.Sprintf("its footer has %s %q, the manifest says %q", key, got, want))
		}
	}
	got, want := file.Schema().Fields(), parquet.Schema(run.Nested).Fields()
	n := len(want)
	if run.SchemaVersion != schema.Version {
		n = min(n, len(got)) // versions differ in the number of columns alone
	}
	if len(got) < n || run.SchemaVersion == schema.Version && len(got) > n {
		return append(differences, fmt.Sprintf("has %s, not %d", manifest.Counted(len(got), "column"), n))
	}
	for i := range n {
		if got[i].Name() != want[i].Name() || !library.EqualNodes(got[i], want[i]) {
			return append(differences, fmt.Sprintf("column %d is %s of another name or type, not %s", i+1, got[i].Name(), want[i].Name()))
		}
	}
	for _, id := range []schema.ColumnID{schema.SourceFile, schema.CreatedAt} {
		if int(id) >= len(got) {
			return append(differences, "has no column "+schema.Columns[id].Name)
		}
	}
	return differences
}

// A day is the span of event times that a part may have.
type day struct {
	name         string
	first, after int64
	none         bool // no time at all
}

// dayOf returns a day by its name, any time for "".
func dayOf(name string) day {
	d := day{name: name, first: math.MinInt64, after: math.MaxInt64}
	if at, err := time.Parse(time.DateOnly, name); err == nil {
		d.first, d.after = at.UnixMicro(), at.AddDate(0, 0, 1).UnixMicro()
	}
	d.none = name == manifest.NoDay
	return d
}

// has reports whether a time is one of the day.
func (d day) has(at library.Value) bool {
	if d.name == "" {
		return true
	}
	return at.IsNull() == d.none && (d.none || at.Int64() >= d.first && at.Int64() < d.after)
}

// readGroup reads all columns of a row group. All of them have a value, or a list, for
// each row.
func readGroup(group library.RowGroup, in *library.Schema, t *tally, d day) (rows int64, err error) {
	ids := []schema.ColumnID{schema.SourceFile, schema.CreatedAt}
	if _, ok := in.Lookup(schema.Columns[schema.DuplicateKind].Name); ok { // not in the first version
		ids = append(ids, schema.DuplicateOf, schema.DuplicateKind, schema.SignInCategory, schema.SignInCount)
	}
	counted, err := openColumns(group, in, ids...)
	if err != nil {
		return 0, err
	}
	err = countRows(counted, t, d, &rows)
	if err = errors.Join(err, counted.close()); err != nil {
		return rows, err
	}
	paths := in.Columns()
	for i, chunk := range group.ColumnChunks() {
		c := newColumn(paths[i], chunk)
		n, err := c.drain()
		if err = errors.Join(err, c.close()); err != nil {
			return 0, err
		}
		if n != rows || n != group.NumRows() {
			return 0, fmt.Errorf("column %s has %s, the row group %d", c.name, manifest.Counted(n, "row"), group.NumRows())
		}
	}
	return rows, nil
}

// countRows counts the rows of a row group by source. Those of a partition belong to its
// day.
func countRows(in *columns, t *tally, d day, rows *int64) error {
	var last *rowCount
	var name, category []byte
	var signIns *int64 // of the category in last
	for {
		err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		source, at := in.values[0].ByteArray(), in.values[1]
		if last == nil || string(source) != string(name) {
			last, name, signIns = t.of(source), append(name[:0], source...), nil
		}
		if !d.has(at) {
			return fmt.Errorf("an event of another day is in the partition %s", d.name)
		}
		last.add(at.Int64(), !at.IsNull())
		if len(in.values) > 2 {
			if err := last.addRepeat(in.values[2], in.values[3]); err != nil {
				return err
			}
			if text := in.values[4].ByteArray(); signIns == nil || string(text) != string(category) {
				signIns, category = last.of(text, t.categories), append(category[:0], text...)
			}
			*signIns += signInsOf(!in.values[2].IsNull(), in.values[5])
		}
		*rows++
	}
}

// columns reads columns with one value a row side by side.
type columns struct {
	list   []*column
	values []library.Value // of the row
}

// openColumns begins to read columns of a row group.
func openColumns(group library.RowGroup, in *library.Schema, ids ...schema.ColumnID) (*columns, error) {
	c := &columns{values: make([]library.Value, len(ids))}
	for _, id := range ids {
		leaf, ok := in.Lookup(schema.Columns[id].Name)
		if !ok || leaf.MaxRepetitionLevel != 0 {
			return nil, errors.Join(errors.New("has no column "+schema.Columns[id].Name), c.close())
		}
		c.list = append(c.list, newColumn([]string{schema.Columns[id].Name}, group.ColumnChunks()[leaf.ColumnIndex]))
	}
	return c, nil
}

// next reads the values of the next row, valid until the call after it; io.EOF ends them.
func (c *columns) next() (err error) {
	for i, column := range c.list {
		var columnErr error
		c.values[i], columnErr = column.next()
		switch {
		case i == 0:
			err = columnErr
		case (err == io.EOF) != (columnErr == io.EOF):
			return fmt.Errorf("columns %s and %s have not as many rows", c.list[0].name, column.name)
		case err == nil:
			err = columnErr
		}
	}
	return err
}

func (c *columns) close() (err error) {
	for _, column := range c.list {
		err = errors.Join(err, column.close())
	}
	return err
}

// A column reads the values of a column in a row group.
type column struct {
	name   string
	pages  library.Pages
	page   library.Page // nil before the first
	values library.ValueReader
	buffer []library.Value
	read   []library.Value // of buffer, not yet returned
}

func newColumn(path []string, chunk library.ColumnChunk) *column {
	return &column{name: path[0], pages: chunk.Pages(), buffer: make([]library.Value, 256)}
}

// next returns the next value, valid until the call after it; io.EOF ends the column.
func (c *column) next() (library.Value, error) {
	if len(c.read) == 0 {
		if err := c.fill(); err != nil {
			return library.Value{}, err
		}
	}
	value := c.read[0]
	c.read = c.read[1:]
	return value, nil
}

// fill reads more values.
func (c *column) fill() error {
	for {
		if c.page == nil {
			page, err := c.pages.ReadPage()
			if err == io.EOF {
				return err
			}
			if err != nil {
				return fmt.Errorf("column %s: %w", c.name, err)
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buffer)
		if err != nil && err != io.EOF {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
		if c.read = c.buffer[:n]; n > 0 {
			return nil
		}
		if err == nil {
			return fmt.Errorf("column %s: a page has fewer values than it says", c.name)
		}
		library.Release(c.page)
		c.page = nil
	}
}

// drain reads all values and returns how many rows they are of.
func (c *column) drain() (rows int64, err error) {
	for {
		switch err := c.fill(); {
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return rows, err
		}
		for i := range c.read {
			if c.read[i].RepetitionLevel() == 0 {
				rows++
			}
		}
	}
}

func (c *column) close() error {
	if c.page != nil {
		library.Release(c.page)
		c.page = nil
	}
	return c.pages.Close()
}
