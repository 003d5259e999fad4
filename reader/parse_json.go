package reader

import (
	"bytes"
	"errors"

	"signins/schema"
	"signins/schema/jsontext"
)

// A jsonParser turns chunks of JSON records into batches, directed by a form.
type jsonParser struct {
	filler
	page    string // name of the array that holds the records of a page
	columns []*tableColumn
	raw     bool

	chunk       *chunk
	lineChecked bool
	inRows      bool // the elements being read are rows of a table
	level       int  // arrays around the record being read
	line        int  // where the line being read starts
}

func newJSONParser(f *form, page string, raw bool, finish finisher) *jsonParser {
	p := &jsonParser{filler: newFiller(f, finish), page: page, raw: raw}
	p.turn = p.turnPage
	return p
}

var errTooMany = errors.New("the guessed chunk holds too many records")

// parse fills b with the records of a chunk.
func (p *jsonParser) parse(c *chunk, b *schema.Batch) error {
	p.chunk, p.b, p.inRows = c, b, c.rows
	p.Scanner = jsontext.Scanner{Data: c.data}
	p.forget()
	defer p.endBatch(b)
	if p.columns = nil; c.rows {
		p.setColumns(c.columns)
	}
	if c.lines {
		p.parseLines()
		return nil
	}
	for p.between(); p.Pos < len(p.Data); p.between() {
		if err := p.element(); err != nil {
			return err
		}
		if c.exact != nil && b.Seen > chunkRecords {
			return errTooMany
		}
		if p.between(); p.Pos == len(p.Data) || !c.commas {
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
func (p *jsonParser) between() {
	p.SkipSpace()
	for !p.chunk.commas && bytes.HasPrefix(p.Data[p.Pos:], []byte(byteOrderMark)) {
		p.Pos += len(byteOrderMark)
		p.b.Warnings.Add(schema.JoinedFiles, 1)
		p.SkipSpace()
	}
}

// parseLines reads one value a line. A bad line is a reject and takes nothing
// with it.
func (p *jsonParser) parseLines() {
	for p.StopAtLineEnd = true; p.Pos < len(p.Data); p.Pos++ { // passes the line end
		p.chunk.counted = p.Pos
		if p.between(); !p.AtLineEnd() {
			p.parseLine()
		}
		p.chunk.passed++
	}
}

// parseLine reads a line up to its end.
func (p *jsonParser) parseLine() {
	p.line, p.level, p.lineChecked = p.Pos, 0, false
	rows, seen, rejects := p.b.Len, p.b.Seen, len(p.b.Rejects)
	err := p.checkLine(p.Data[p.Pos] == '[')
	if err == nil {
		err = p.element()
	}
	if err == nil {
		err = p.ExpectLineEnd()
	}
	if err == nil {
		return
	}
	p.b.Truncate(rows)
	p.b.Seen, p.b.Rejects = seen+1, p.b.Rejects[:rejects]
	p.rejectLine(err)
}

// rejectLine rejects a line that goes wrong, where it is cut as it would go wrong
// with nothing behind it.
func (p *jsonParser) rejectLine(err error) {
	end, _ := toLineEnd(p.Data[p.line:])
	line := jsontext.Scanner{Data: p.Data[:p.line+end], Pos: p.line}
	bad := err.(*syntaxError)
	if cut, ok := line.SkipLine().(*syntaxError); ok && bad.Pos >= len(line.Data) {
		bad = cut
	}
	p.reject(p.line, len(bytes.TrimRight(line.Data, " \t\r")), bad.Pos, "bad_json", bad.What)
	p.Pos = len(line.Data)
}

// checkLine makes sure, before the first of several records on a line is
// taken, that the whole line can be.
func (p *jsonParser) checkLine(several bool) error {
	if !several || p.lineChecked {
		return nil
	}
	p.lineChecked = true
	line := jsontext.Scanner{Data: p.Data, Pos: p.line, StopAtLineEnd: true}
	return line.SkipLine()
}

// element reads a record, or a page or an array of records.
func (p *jsonParser) element() error {
	c, wanted := p.Peek(), "an object"
	switch {
	case c == '[' && p.inRows:
		return p.tableRow()
	case p.inRows:
		wanted = "an array of cells"
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
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
	p.b.Seen++
	p.reject(start, p.Pos, start, "not_an_object", "a record must be "+wanted+", found "+jsontext.QuoteChar(p.Data[start:]))
	return nil
}

// array reads records in brackets.
func (p *jsonParser) array() error {
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
		if err := p.element(); err != nil {
			return err
		}
		if more, err := p.More(']', "an array"); !more {
			return err
		}
	}
}

// object reads a record, or a page of them.
func (p *jsonParser) object() error {
	start := p.Pos
	p.begin(p.b)
	if err := p.fields(p.form.root, 0); err != nil || p.paged {
		return err
	}
	end := p.Pos
	if p.chunk.lines && p.level == 0 {
		if err := p.ExpectLineEnd(); err != nil {
			return err
		}
	}
	p.Pos = end
	p.complete(start)
	return nil
}

// complete ends the record that began at start.
func (p *jsonParser) complete(start int) {
	p.b.Seen++
	if code, what := p.close(); code != "" {
		p.reject(start, p.Pos, start, code, what)
		return
	}
	p.end(p.at(start, p.Pos))
}

// turnPage reads the records of a page, if the member that stands here holds
// them; what was read of the object so far described the page and not a
// sign-in.
func (p *jsonParser) turnPage(name []byte) (turned bool, err error) {
	switch {
	case p.page == tablesPage && string(name) == "columns":
		return true, p.readColumns()
	case p.page == tablesPage && string(name) == "rows" && p.columns != nil:
		// Cells have no names: what members came to says nothing of them.
		p.forget()
		p.inRows = true
		defer func() { p.forget(); p.inRows = false }()
	case string(name) != p.page:
		return false, nil
	}
	if err := p.checkLine(p.chunk.lines); err != nil {
		return true, err
	}
	if !p.paged {
		p.b.Truncate(p.row)
		if p.next {
			p.b.Warnings.Add(schema.NextLink, 1)
		}
	}
	err = p.array()
	p.paged, p.known, p.columns = true, false, nil
	return true, err
}

// at says where the bytes from start to end of the chunk stand in the input.
func (p *jsonParser) at(start, end int) position {
	return p.chunk.at(start, end, p.raw)
}

// reject notes a record that cannot be taken; bad is where it goes wrong.
func (p *jsonParser) reject(start, end, bad int, code, what string) {
	p.chunk.reject(p.b, start, end, bad, code, what)
}
