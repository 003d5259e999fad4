package reader

import (
	"bytes"

	"signins/schema"
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

// parse fills b with the records of a chunk.
func (p *jsonParser) parse(c *chunk, b *schema.Batch) error {
	p.chunk, p.b, p.inRows = c, b, c.rows
	p.scanner = scanner{data: c.data}
	p.forget()
	defer p.endBatch(b)
	if p.columns = nil; c.rows {
		p.setColumns(c.columns)
	}
	if c.lines {
		p.parseLines()
		return nil
	}
	for p.between(); p.pos < len(p.data); p.between() {
		if err := p.element(); err != nil {
			return err
		}
		if p.between(); p.pos == len(p.data) || !c.commas {
			continue
		}
		if p.peek() != ',' {
			return p.unexpected("an array", "a comma")
		}
		p.pos++
	}
	return nil
}

// between passes what may stand between records: white space, and between
// values of files that were put together a byte order mark.
func (p *jsonParser) between() {
	p.space()
	for !p.chunk.commas && bytes.HasPrefix(p.data[p.pos:], []byte(byteOrderMark)) {
		p.pos += len(byteOrderMark)
		p.b.Warnings.Add(schema.JoinedFiles, 1)
		p.space()
	}
}

// parseLines reads one value a line. A bad line is a reject and takes nothing
// with it.
func (p *jsonParser) parseLines() {
	all := p.data
	for start := 0; start < len(all); p.chunk.passed++ {
		p.chunk.counted = start
		end := start + bytes.IndexByte(all[start:], '\n')
		if end < start {
			end = len(all)
		}
		p.data, p.pos = all[:end], start
		p.parseLine()
		start = end + 1
	}
	p.data = all
}

func (p *jsonParser) parseLine() {
	if p.between(); p.pos == len(p.data) {
		return
	}
	p.line, p.level, p.lineChecked = p.pos, 0, false
	rows, seen, rejects := p.b.Len, p.b.Seen, len(p.b.Rejects)
	err := p.checkLine(p.data[p.pos] == '[')
	if err == nil {
		err = p.element()
	}
	if err == nil {
		if p.space(); p.pos == len(p.data) {
			return
		}
		err = p.unexpected("the line", "the end of the line")
	}
	p.b.Truncate(rows)
	p.b.Seen, p.b.Rejects = seen+1, p.b.Rejects[:rejects]
	bad := err.(*syntaxError)
	p.reject(p.line, len(bytes.TrimRight(p.data, " \t\r")), bad.pos, "bad_json", bad.what)
}

// checkLine makes sure, before the first of several records on a line is
// taken, that the whole line can be.
func (p *jsonParser) checkLine(several bool) error {
	if !several || p.lineChecked {
		return nil
	}
	p.lineChecked = true
	check := scanner{data: p.data, pos: p.line}
	err := check.value(0)
	if check.space(); err == nil && check.pos < len(check.data) {
		err = check.unexpected("the line", "the end of the line")
	}
	return err
}

// element reads a record, or a page or an array of records.
func (p *jsonParser) element() error {
	c, wanted := p.peek(), "an object"
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
		return p.unexpected("an array", "a record")
	}
	start := p.pos
	if err := p.value(0); err != nil {
		return err
	}
	end := p.pos
	if p.chunk.lines && p.level == 0 {
		if p.space(); p.pos < len(p.data) {
			return p.unexpected("the line", "the end of the line")
		}
	}
	p.pos = end
	p.b.Seen++
	p.reject(start, p.pos, start, "not_an_object", "a record must be "+wanted+", found "+printable(p.data[start:]))
	return nil
}

// array reads records in brackets.
func (p *jsonParser) array() error {
	if p.level >= maxDepth {
		return p.fail("values nest deeper than %d", maxDepth)
	}
	p.level++
	defer func() { p.level-- }()
	p.pos++
	if p.space(); p.peek() == ']' {
		p.pos++
		return nil
	}
	for {
		if err := p.element(); err != nil {
			return err
		}
		if more, err := p.more(']', "an array"); !more {
			return err
		}
	}
}

// object reads a record, or a page of them.
func (p *jsonParser) object() error {
	start := p.pos
	p.begin(p.b)
	if err := p.fields(p.form.root, 0); err != nil || p.paged {
		return err
	}
	end := p.pos
	if p.chunk.lines && p.level == 0 {
		if p.space(); p.pos < len(p.data) {
			return p.unexpected("the line", "the end of the line")
		}
	}
	p.pos = end
	p.complete(start)
	return nil
}

// complete ends the record that began at start.
func (p *jsonParser) complete(start int) {
	p.b.Seen++
	if code, what := p.close(); code != "" {
		p.reject(start, p.pos, start, code, what)
		return
	}
	p.end(p.at(start, p.pos))
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
