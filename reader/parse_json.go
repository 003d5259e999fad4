package reader

import (
	"bytes"

	"signins/schema"
	"signins/schema/jsontext"
)

// A jsonParser turns chunks of JSON records into batches, directed by a form.
type jsonParser struct {
	record
	page    string // name of the array that holds the records of a page
	columns []*tableColumn
	raw     bool

	chunk       *chunk
	lineChecked bool
	inRows      bool // the elements being read are rows of a table
	level       int  // arrays around the record being read
	lineStart   int  // where the line being read starts
}

func newJSONParser(f *fieldTree, page string, raw bool, finish finisher) *jsonParser {
	p := &jsonParser{record: newRecord(f, finish), page: page, raw: raw}
	p.record.enterPage = p.enterPage
	return p
}

// parse fills b with the records of a chunk.
func (p *jsonParser) parse(c *chunk, b *schema.Batch) error {
	p.chunk, p.batch, p.inRows = c, b, c.rows
	p.Scanner = jsontext.Scanner{Data: c.data}
	p.resetCaches()
	defer p.endBatch(b)
	if p.columns = nil; c.rows {
		p.setColumns(c.columns)
	}
	if c.lines {
		p.parseLines()
		return nil
	}
	for p.skipBetween(); p.Pos < len(p.Data); p.skipBetween() {
		if err := p.readElement(); err != nil {
			return err
		}
		if c.overflows(b.Seen) {
			return errTooMany
		}
		if p.skipBetween(); p.Pos == len(p.Data) || !c.commas {
			continue
		}
		if p.Peek() != ',' {
			return p.Unexpected("an array", "a comma")
		}
		p.Pos++
	}
	return nil
}

// between passes what may stand between records: white space, and between
// values of files that were put together a byte order mark.
func (p *jsonParser) skipBetween() {
	p.SkipSpace()
	for !p.chunk.commas && bytes.HasPrefix(p.Data[p.Pos:], []byte(byteOrderMark)) {
		p.Pos += len(byteOrderMark)
		p.batch.Warnings.Add(schema.JoinedFiles, 1)
		p.SkipSpace()
	}
}

// parseLines reads one value a line. A bad line is a reject and takes nothing
// with it.
func (p *jsonParser) parseLines() {
	for p.StopAtLineEnd = true; p.Pos < len(p.Data); p.Pos++ { // passes the line end
		p.chunk.counted = p.Pos
		if p.skipBetween(); !p.AtLineEnd() {
			p.parseLine()
		}
		p.chunk.lineEnds++
	}
}

// parseLine reads a line up to its end.
func (p *jsonParser) parseLine() {
	p.lineStart, p.level, p.lineChecked = p.Pos, 0, false
	rows, seen, rejects := p.batch.Len, p.batch.Seen, len(p.batch.Rejects)
	err := p.checkLine(p.Data[p.Pos] == '[')
	if err == nil {
		err = p.readElement()
	}
	if err == nil {
		err = p.ExpectLineEnd()
	}
	if err == nil {
		return
	}
	p.batch.Truncate(rows)
	p.batch.Seen, p.batch.Rejects = seen+1, p.batch.Rejects[:rejects]
	p.rejectLine(err)
}

// rejectLine rejects a line that goes wrong, where it is cut as it would go wrong
// with nothing behind it.
func (p *jsonParser) rejectLine(err error) {
	end, _ := toLineEnd(p.Data[p.lineStart:])
	line := jsontext.Scanner{Data: p.Data[:p.lineStart+end], Pos: p.lineStart}
	bad := err.(*syntaxError)
	if cut, ok := line.SkipLine().(*syntaxError); ok && bad.Pos >= len(line.Data) {
		bad = cut
	}
	p.reject(p.lineStart, len(bytes.TrimRight(line.Data, " \t\r")), bad.Pos, "bad_json", bad.What)
	p.Pos = len(line.Data)
}

// checkLine makes sure, before the first of several records on a line is
// taken, that the whole line can be.
func (p *jsonParser) checkLine(several bool) error {
	if !several || p.lineChecked {
		return nil
	}
	p.lineChecked = true
	line := jsontext.Scanner{Data: p.Data, Pos: p.lineStart, StopAtLineEnd: true}
	return line.SkipLine()
}

// element reads a record, or a page or an array of records.
func (p *jsonParser) readElement() error {
	c, wanted := p.Peek(), "an object"
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
		return p.Unexpected("an array", "a record")
	}
	start := p.Pos
	if err := p.SkipValue(0); err != nil {
		return err
	}
	end := p.Pos
	if p.chunk.lines && p.level == 0 {
		if err := p.ExpectLineEnd(); err != nil {
			return err
		}
	}
	p.Pos = end
	p.batch.Seen++
	p.reject(start, p.Pos, start, "not_an_object", "a record must be "+wanted+", found "+jsontext.QuoteChar(p.Data[start:]))
	return nil
}

// array reads records in brackets.
func (p *jsonParser) readArray() error {
	if p.level >= jsontext.MaxDepth {
		return p.Errorf("values nest deeper than %d", jsontext.MaxDepth)
	}
	p.level++
	defer func() { p.level-- }()
	p.Pos++
	if p.SkipSpace(); p.Peek() == ']' {
		p.Pos++
		return nil
	}
	for {
		if err := p.readElement(); err != nil {
			return err
		}
		if more, err := p.More(']', "an array"); !more {
			return err
		}
	}
}

// object reads a record, or a page of them.
func (p *jsonParser) readObject() error {
	start := p.Pos
	p.beginRecord(p.batch)
	if err := p.readMembers(p.form.root, 0); err != nil || p.isPage {
		return err
	}
	end := p.Pos
	if p.chunk.lines && p.level == 0 {
		if err := p.ExpectLineEnd(); err != nil {
			return err
		}
	}
	p.Pos = end
	p.endObject(start)
	return nil
}

// complete ends the record that began at start.
func (p *jsonParser) endObject(start int) {
	p.batch.Seen++
	if code, what := p.endRecord(); code != "" {
		p.reject(start, p.Pos, start, code, what)
		return
	}
	p.endRow(p.position(start, p.Pos))
}

// turnPage reads the records of a page, if the member that stands here holds
// them; what was read of the object so far described the page and not a
// sign-in.
func (p *jsonParser) enterPage(name []byte) (turned bool, err error) {
	switch {
	case p.page == tablesPage && string(name) == "columns":
		return true, p.readColumns()
	case p.page == tablesPage && string(name) == "rows" && p.columns != nil:
		// Cells have no names: what members came to says nothing of them.
		p.resetCaches()
		p.inRows = true
		defer func() { p.resetCaches(); p.inRows = false }()
	case string(name) != p.page:
		return false, nil
	}
	if err := p.checkLine(p.chunk.lines); err != nil {
		return true, err
	}
	if !p.isPage {
		p.batch.Truncate(p.index)
		if p.hasNextLink {
			p.batch.Warnings.Add(schema.NextLink, 1)
		}
	}
	err = p.readArray()
	p.isPage, p.hasKnown, p.columns = true, false, nil
	return true, err
}

// at says where the bytes from start to end of the chunk stand in the input.
func (p *jsonParser) position(start, end int) position {
	return p.chunk.at(start, end, p.raw)
}

// reject notes a record that cannot be taken; bad is where it goes wrong.
func (p *jsonParser) reject(start, end, bad int, code, what string) {
	p.chunk.reject(p.batch, start, end, bad, code, what)
}
