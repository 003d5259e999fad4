package reader

import (
	"bytes"

	"signins/schema"
	"signins/schema/jsontext"
)

// A jsonParser turns chunks of JSON records into batches.
type jsonParser struct {
	page string // name of the array that holds the records of a page

	members memberReader
	in      *jsontext.Scanner // that of members
	record  *record           // that of members

	chunk   *chunk
	batch   *schema.Batch
	columns []tableColumn // of the table being read
	inRows  bool          // the elements being read are rows of that table
	level   int           // arrays around the record being read

	lineStart   int // in the chunk, of the line being read
	lineChecked bool
}

func newJSONParser(fields *fieldTree, page string, raw bool, finish finisher) *jsonParser {
	p := &jsonParser{page: page, record: newRecord(fields, finish)}
	p.members = memberReader{record: p.record, enterPage: p.enterPage}
	p.in, p.record.keepsRaw = &p.members.in, raw
	return p
}

// parse fills b with the records of a chunk.
func (p *jsonParser) parse(c *chunk, b *schema.Batch) error {
	p.chunk, p.batch, p.inRows = c, b, c.rows
	*p.in = jsontext.Scanner{Data: c.data}
	p.record.resetCaches()
	defer p.record.row.endBatch(b)
	if p.columns = nil; c.rows {
		p.setColumns(c.columns)
	}
	if c.lines {
		p.parseLines()
		return nil
	}
	for p.skipBetween(); p.in.Pos < len(p.in.Data); p.skipBetween() {
		if err := p.readElement(); err != nil {
			return err
		}
		if c.overflows(b.Seen) {
			return errTooMany
		}
		if p.skipBetween(); p.in.Pos == len(p.in.Data) || !c.commas {
			continue
		}
		if p.in.Peek() != ',' {
			return p.in.Unexpected("an array", "a comma")
		}
		p.in.Pos++
	}
	return nil
}

// skipBetween skips white space between records, and the byte order marks between
// the values of concatenated files.
func (p *jsonParser) skipBetween() {
	p.in.SkipSpace()
	for !p.chunk.commas && bytes.HasPrefix(p.in.Data[p.in.Pos:], []byte(byteOrderMark)) {
		p.in.Pos += len(byteOrderMark)
		p.batch.Warnings.Add(schema.JoinedFiles, 1)
		p.in.SkipSpace()
	}
}

// parseLines reads one value a line. A bad line is a reject; the others are read.
func (p *jsonParser) parseLines() {
	p.in.StopAtLineEnd = true
	for p.in.Pos < len(p.in.Data) {
		if p.in.Data[p.in.Pos] != '\n' { // else blank, as most of a hostile file may be
			if p.skipBetween(); !p.in.AtLineEnd() {
				p.parseLine()
			}
		}
		if p.in.Pos < len(p.in.Data) {
			p.chunk.lineEnds++
		}
		p.in.Pos++ // past the line end
		p.chunk.counted = min(p.in.Pos, len(p.in.Data))
	}
}

// parseLine reads a line up to its end.
func (p *jsonParser) parseLine() {
	p.lineStart, p.level, p.lineChecked = p.in.Pos, 0, false
	b := p.batch
	rows, seen, rejects := b.Len, b.Seen, len(b.Rejects)
	err := p.checkLine(p.in.Data[p.in.Pos] == '[')
	if err == nil {
		err = p.readElement()
	}
	if err == nil {
		err = p.in.ExpectLineEnd()
	}
	if err == nil {
		return
	}
	b.Truncate(rows)
	b.Seen, b.Rejects = seen+1, b.Rejects[:rejects]
	p.rejectLine(err)
}

// rejectLine rejects the line. Where it is truncated, the error is the one that it
// would have as the last line.
func (p *jsonParser) rejectLine(err error) {
	end, _ := toLineEnd(p.in.Data[p.lineStart:])
	line := jsontext.Scanner{Data: p.in.Data[:p.lineStart+end], Pos: p.lineStart}
	bad := err.(*syntaxError)
	if truncated, ok := line.SkipLine().(*syntaxError); ok && bad.Pos >= len(line.Data) {
		bad = truncated
	}
	p.chunk.reject(p.batch, p.lineStart, len(bytes.TrimRight(line.Data, " \t\r")), bad.Pos, "bad_json", bad.What)
	p.in.Pos = len(line.Data)
}

// checkLine checks the whole line before the first of several records on it is
// read: a line is read whole or rejected whole.
func (p *jsonParser) checkLine(several bool) error {
	if !several || p.lineChecked {
		return nil
	}
	p.lineChecked = true
	line := jsontext.Scanner{Data: p.in.Data, Pos: p.lineStart, StopAtLineEnd: true}
	return line.SkipLine()
}

// readElement reads a record, or a page or an array of records.
func (p *jsonParser) readElement() error {
	c, wanted := p.in.Peek(), "an object"
	switch {
	case c == '[' && p.inRows:
		return p.readTableRow()
	case p.inRows:
		wanted = "an array of cells"
	case c == '{':
		return p.readObject()
	case c == '[':
		return p.readArray()
	}
	if c == ']' || c == '}' || c == ',' {
		return p.in.Unexpected("an array", "a record")
	}
	start := p.in.Pos
	if err := p.in.SkipValue(0); err != nil {
		return err
	}
	if err := p.endLine(); err != nil {
		return err
	}
	p.batch.Seen++
	p.chunk.reject(p.batch, start, p.in.Pos, start, "not_an_object", "a record must be "+wanted+", found "+jsontext.QuoteChar(p.in.Data[start:]))
	return nil
}

// readArray reads the records of an array.
func (p *jsonParser) readArray() error {
	if p.level >= jsontext.MaxDepth {
		return p.in.Errorf("values nest deeper than %d", jsontext.MaxDepth)
	}
	p.level++
	defer func() { p.level-- }()
	p.in.Pos++
	if p.in.SkipSpace(); p.in.Peek() == ']' {
		p.in.Pos++
		return nil
	}
	for {
		if err := p.readElement(); err != nil {
			return err
		}
		if more, err := p.in.More(']', "an array"); !more {
			return err
		}
	}
}

// readObject reads a record, or a page of them.
func (p *jsonParser) readObject() error {
	start := p.in.Pos
	p.members.beginRecord(p.batch)
	if err := p.members.readMembers(p.record.fields.root, 0); err != nil || p.members.isPage {
		return err
	}
	if err := p.endLine(); err != nil {
		return err
	}
	p.endObject(start)
	return nil
}

// endLine checks, and does not skip, the text between a value and the end of its line.
func (p *jsonParser) endLine() error {
	if !p.chunk.lines || p.level > 0 {
		return nil
	}
	end := p.in.Pos
	err := p.in.ExpectLineEnd()
	if err == nil {
		p.in.Pos = end
	}
	return err
}

// endObject ends the record that began at start.
func (p *jsonParser) endObject(start int) {
	p.batch.Seen++
	p.record.endRecord(p.chunk, start, p.in.Pos)
}

// enterPage reads the records of a page, if the array at this place holds them: the
// members before it were those of the page.
func (p *jsonParser) enterPage(name []byte) (entered bool, err error) {
	switch {
	case p.page == tablesPage && string(name) == "columns":
		names, err := columnNames(p.in)
		p.setColumns(names)
		return true, err
	case p.page == tablesPage && string(name) == "rows" && p.columns != nil:
		// Cells have no names: the caches of members do not fit them.
		p.record.resetCaches()
		p.inRows = true
		defer func() { p.record.resetCaches(); p.inRows = false }()
	case string(name) != p.page:
		return false, nil
	}
	if err := p.checkLine(p.chunk.lines); err != nil {
		return true, err
	}
	if !p.members.isPage {
		p.batch.Truncate(p.record.row.index)
		countPage(&p.batch.Warnings, p.page)
		if p.members.hasNextLink {
			p.batch.Warnings.Add(schema.NextLink, 1)
		}
	}
	err = p.readArray()
	p.members.isPage, p.members.hasKnown, p.columns = true, false, nil
	return true, err
}

// tablesPage is the member that holds the tables of a query's result, as some APIs
// answer it: {"tables":[{"name":..,"columns":[{"name":..}],"rows":[[..]]}]}.
const tablesPage = "tables"

// A tableColumn is a column of such a table.
type tableColumn struct {
	name  []byte
	field *field
}

// setColumns names the columns of the rows to come.
func (p *jsonParser) setColumns(names []string) {
	p.columns = make([]tableColumn, 0, len(names))
	for _, name := range names {
		p.columns = append(p.columns, tableColumn{[]byte(name), p.record.fields.resolve(name)})
	}
}

// columnNames reads the names in a list of columns, "" for a column without one.
func columnNames(s *jsontext.Scanner) (names []string, err error) {
	start := s.Pos
	if err := s.SkipValue(1); err != nil {
		return nil, err
	}
	for column := range jsontext.Value(s.Data[start:s.Pos]).Elements() {
		name := ""
		for key, value := range column.Members() {
			if column.Kind() == jsontext.Object && (string(key) == "name" || string(key) == "ColumnName") && value.Kind() == jsontext.String {
				text, _ := value.Text()
				name = string(jsontext.AppendValidUTF8(nil, text))
			}
		}
		names = append(names, name)
	}
	return names, nil
}

// fillCachedCell reads a cell that is in the cache of its field or a plain text.
func (p *jsonParser) fillCachedCell(f *field) bool {
	if f == nil || f.seenIn == p.record.nth || !p.members.useCached(f, 0) && !p.members.fillPlainText(f, nil) {
		return false
	}
	f.seenIn, p.members.hasKnown = p.record.nth, true
	return true
}

// readTableRow reads a record that is a row of a table.
func (p *jsonParser) readTableRow() error {
	start, n := p.in.Pos, 0
	p.members.beginRecord(p.batch)
	p.in.Pos++
	p.in.SkipSpace()
	more, err := p.in.Peek() != ']', error(nil)
	if !more {
		p.in.Pos++
	}
	for ; more && err == nil; n++ {
		if n >= len(p.columns) {
			err = p.in.SkipValue(1)
		} else if c := p.columns[n]; !p.fillCachedCell(c.field) {
			err = p.members.readValue(p.record.fields.root, c.field, c.name, p.in.Pos, 0)
		}
		if err == nil {
			more, err = p.in.More(']', "a row")
		}
	}
	if err != nil {
		return err
	}
	if n != len(p.columns) {
		p.batch.Seen++
		p.batch.Truncate(p.record.row.index)
		p.chunk.reject(p.batch, start, p.in.Pos, start, "ragged_row", raggedRow(n, len(p.columns)))
		return nil
	}
	p.endObject(start)
	return nil
}
