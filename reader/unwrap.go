package reader

import (
	"bytes"
	"cmp"
	"sort"

	"signins/schema"
	"signins/schema/jsontext"
)

// An unwrapper copies the records in the values of a chunk to lines of their own, which
// the parser of JSON lines reads as if they were the input. E.g.,
//
//	{"host":"a","event":{"id":"1"}}     becomes     {"id":"1"}
//
// with a piece that knows where in the chunk the record is.
type unwrapper struct {
	wrapping
	probing bool // for detection: rejects are not noted

	lines    []byte
	pieces   []piece
	text     *piece   // the string or cell that is being read, nil for none
	texts    int64    // records that are inside text
	prefixes int      // lines with other text before their JSON
	links    int64    // to further pages
	level    int      // arrays around the value that is being read
	names    [][]byte // of the columns of a table, quoted, with a colon
}

// A piece is where one line comes from.
type piece struct {
	line       int  // where it begins in lines
	start, end int  // in the chunk: the record, or the text that holds it
	copied     bool // the line is those bytes of the chunk

	// Of a line that represents a reject:
	bad        int // byte of the chunk that is wrong
	code, what string
}

// pieceAt returns the piece of the line that has the byte at pos.
func (u *unwrapper) pieceAt(pos int) *piece {
	return &u.pieces[sort.Search(len(u.pieces), func(i int) bool { return u.pieces[i].line > pos })-1]
}

// sourceOf returns where in the chunk the text of lines from start to end is from.
func (u *unwrapper) sourceOf(start, end int) (p *piece, from, to int) {
	p = u.pieceAt(start)
	if !p.copied {
		return p, p.start, p.end
	}
	return p, p.start + start - p.line, p.start + end - p.line
}

// unwrapChunk sets the lines of a chunk. An error ends the input; the records before it
// are among the lines.
func (u *unwrapper) unwrapChunk(c *chunk, rows rowScanner) error {
	u.lines, u.pieces, u.texts, u.links = u.lines[:0], u.pieces[:0], 0, 0
	switch {
	case u.form == inLines, c.lines:
		u.readLines(c.data)
		return nil
	case u.form == inRows:
		rows.data = c.data
		return u.readRows(&rows)
	}
	return u.readValues(c)
}

func (u *unwrapper) readValues(c *chunk) error {
	in := jsontext.Scanner{Data: c.data}
	for {
		in.SkipSpace()
		if !c.commas && bytes.HasPrefix(in.Data[in.Pos:], []byte(byteOrderMark)) {
			in.Pos += len(byteOrderMark)
			continue
		}
		if in.Pos == len(in.Data) {
			return nil
		}
		if err := u.readValue(&in); err != nil {
			return err
		}
		if in.SkipSpace(); !c.commas || in.Pos == len(in.Data) {
			continue
		}
		if in.Peek() != ',' {
			return in.Unexpected("an array", "a comma")
		}
		in.Pos++
	}
}

// readValue reads a value whole or not at all.
func (u *unwrapper) readValue(in *jsontext.Scanner) error {
	check := *in
	if err := check.SkipValue(0); err != nil && !u.probing {
		in.Pos = check.Pos
		return err
	}
	return u.walk(in, u.path)
}

// readLines reads lines. One that is no JSON, nor has it at its end, is a reject.
func (u *unwrapper) readLines(data []byte) {
	for start, end := 0, 0; start < len(data); start = end + 1 {
		length, _ := toLineEnd(data[start:])
		end = start + length
		line := bytes.Trim(data[start:end], " \t\r")
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
		if len(line) == 0 {
			continue
		}
		from := start + bytes.Index(data[start:end], line)
		to := from + len(line)
		in := jsontext.Scanner{Data: data[:to], Pos: from}
		bad, _ := in.SkipLine().(*syntaxError)
		if in.Pos = from; bad != nil {
			skip := behindPrefix(line)
			if skip < 0 {
				u.reject(piece{start: from, end: to, bad: bad.Pos, code: "bad_json", what: bad.What})
				continue
			}
			in.Pos += skip
			u.prefixes++
		}
		_ = u.walk(&in, u.path) // of text that is checked
	}
}

// maxPrefixes bounds the braces of a line that are tried as the beginning of JSON.
const maxPrefixes = 8

// behindPrefix returns where the JSON object begins that a text ends in, -1 for none. A
// text that begins as JSON does is damaged JSON, not a header with JSON behind it.
func behindPrefix(text []byte) int {
	if n := bytes.IndexAny(text, `{"]`); n <= 0 || text[0] == '[' && text[n] != ']' {
		return -1
	}
	at := 0
	for range maxPrefixes {
		n := bytes.IndexByte(text[at:], '{')
		if n < 0 {
			break
		}
		at += n
		if in := (jsontext.Scanner{Data: text, Pos: at}); in.SkipLine() == nil {
			return at
		}
		at++
	}
	return -1
}

// readRows reads the cells of one column.
func (u *unwrapper) readRows(rows *rowScanner) error {
	for pos := 0; pos < len(rows.data); {
		start := pos
		end, next, err := rows.scan(pos)
		bad, _ := err.(*syntaxError)
		pos = next
		switch {
		case bad != nil && bad.Truncated:
			return err
		case bad != nil:
			u.reject(piece{start: start, end: end, bad: bad.Pos, code: "bad_csv", what: bad.What})
		case end == start:
		case u.column >= len(rows.cells):
			u.reject(piece{start: start, end: end, code: "ragged_row", what: "the row has no cell in the column " + u.title})
		default:
			u.readCell(rows, rows.cells[u.column])
		}
	}
	return nil
}

func (u *unwrapper) readCell(rows *rowScanner, c cell) {
	text, _ := rows.text(c, nil)
	from, to := c.start, c.end
	if from > 0 && rows.data[from-1] == '"' {
		from, to = from-1, to+1
	}
	if string(text) == u.title {
		return // the header of a file that was put behind another one
	}
	path, _ := cutStep(u.path, []byte(u.title))
	u.walkText(text, path, from, to)
}

// walk reads a value up to its end and adds the records that the path leads to. A
// value without one is a reject.
func (u *unwrapper) walk(in *jsontext.Scanner, path string) error {
	start := in.Pos
	switch c := in.Peek(); {
	case c == '[':
		return u.walkArray(in, func() error { return u.walk(in, path) })
	case c == '{' && path != "":
		return u.walkMembers(in, path)
	case c == '{' && u.tables:
		return u.walkTable(in)
	case c == '"':
		body, err := in.ReadString()
		if err == nil {
			u.walkText(jsontext.AppendUnescaped(nil, body), path, start, in.Pos)
		}
		return err
	}
	err := in.SkipValue(0)
	switch {
	case err != nil:
		return err
	case isErrorAnswer(in.Data[start:in.Pos]):
		u.miss(start, in.Pos, "an error was answered in place of records")
	case in.Data[start] == '{':
		u.addRecord(in.Data, start, in.Pos)
	default:
		u.miss(start, in.Pos, "found "+jsontext.QuoteChar(in.Data[start:])+" where a record should be, in "+u.path)
	}
	return nil
}

// isErrorAnswer reports whether a value is {"error":{...}}, as APIs answer it.
func isErrorAnswer(value []byte) bool {
	in := jsontext.Scanner{Data: value, Pos: 1}
	in.SkipSpace()
	name, err := in.ReadName()
	return err == nil && value[0] == '{' && string(name) == "error" && in.Peek() == '{'
}

// walkArray calls read at each element.
func (u *unwrapper) walkArray(in *jsontext.Scanner, read func() error) error {
	if u.level > jsontext.MaxDepth {
		return in.Errorf("values nest deeper than %d", jsontext.MaxDepth)
	}
	u.level++
	defer func() { u.level-- }()
	in.Pos++
	in.SkipSpace()
	more, err := in.Peek() != ']', error(nil)
	if !more {
		in.Pos++
	}
	for more && err == nil {
		if err = read(); err == nil {
			more, err = in.More(']', "an array")
		}
	}
	return err
}

// eachMember calls read at the value of each member, which it must skip.
func eachMember(in *jsontext.Scanner, read func(name []byte) error) error {
	in.Pos++
	in.SkipSpace()
	more, err := in.Peek() != '}', error(nil)
	if !more {
		in.Pos++
	}
	for more && err == nil {
		var name []byte
		if name, err = in.ReadName(); err != nil {
			break
		}
		if err = read(name); err == nil {
			more, err = in.More('}', "an object")
		}
	}
	return err
}

func (u *unwrapper) walkMembers(in *jsontext.Scanner, path string) error {
	start, found := in.Pos, false
	err := eachMember(in, func(name []byte) error {
		rest, ok := cutStep(path, name)
		if !ok {
			start := in.Pos
			err := in.SkipValue(1)
			if err == nil && linksOn(name, in.Data[start:in.Pos]) {
				u.links++
			}
			return err
		}
		found = true
		return u.walk(in, rest)
	})
	if err == nil && !found {
		u.miss(start, in.Pos, "no field "+path+", which has the record elsewhere in this input")
	}
	return err
}

// walkText reads the JSON that a text holds, which is from start to end in the chunk.
func (u *unwrapper) walkText(text []byte, path string, start, end int) {
	outer := u.text
	if u.text == nil {
		u.text = &piece{start: start, end: end}
	}
	inner := jsonText(text)
	if inner == nil {
		text = bytes.TrimSpace(text)
		if skip := behindPrefix(text); skip >= 0 {
			inner = text[skip:]
		}
	}
	if inner == nil {
		u.miss(start, end, "the text in "+cmp.Or(u.path, "this place")+" is no JSON")
	} else {
		_ = u.walk(&jsontext.Scanner{Data: inner}, path) // of text that is checked
	}
	u.text = outer
}

// addRecord adds the line of a record.
func (u *unwrapper) addRecord(data []byte, start, end int) {
	line := len(u.lines)
	u.lines = append(u.lines, data[start:end]...)
	u.endLine(piece{line: line, start: start, end: end, copied: true})
}

// endLine ends a line and adds its piece. A valid record has line ends only as white
// space.
func (u *unwrapper) endLine(p piece) {
	for line := u.lines[p.line:]; ; {
		n := bytes.IndexByte(line, '\n')
		if n < 0 {
			break
		}
		line[n] = ' '
		line = line[n+1:]
	}
	u.lines = append(u.lines, '\n')
	if u.text != nil {
		p.start, p.end, p.copied = u.text.start, u.text.end, false
		u.texts++
	}
	u.pieces = append(u.pieces, p)
}

// miss rejects a value without a record.
func (u *unwrapper) miss(start, end int, what string) {
	u.reject(piece{start: start, end: end, code: "no_record", what: what})
}

// reject adds a line that becomes a reject.
func (u *unwrapper) reject(p piece) {
	if u.probing {
		return
	}
	if u.text != nil {
		p.start, p.end, p.bad = u.text.start, u.text.end, 0
	}
	p.line, p.bad = len(u.lines), max(p.bad, p.start)
	u.lines = append(u.lines, "null\n"...)
	u.pieces = append(u.pieces, p)
}

// An unwrapParser parses the records that a chunk wraps.
type unwrapParser struct {
	unwrapper
	rows    rowScanner
	records *jsonParser
}

// parse fills b with the records of a chunk.
func (p *unwrapParser) parse(c *chunk, b *schema.Batch) error {
	err := p.unwrapChunk(c, p.rows)
	inner := &chunk{data: p.lines, place: place{eol: '\n', maxRecord: c.maxRecord}, lines: true, outer: c, pieces: &p.unwrapper}
	if bad := p.records.parse(inner, b); bad != nil {
		return bad
	}
	if p.texts > 0 {
		b.Warnings.Add(schema.RecordsInText, p.texts)
	}
	if p.links > 0 {
		b.Warnings.Add(schema.NextLink, p.links)
	}
	return err
}
