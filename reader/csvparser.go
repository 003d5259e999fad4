package reader

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"signins/schema"
)

// A target says where the cells of one CSV column go.
type target struct {
	path   string // title as written
	fed    bool   // the cells feed column
	column schema.ColumnID
	take   func(r *record, t *token) // in place of storing the cell as it is
	known  bool                      // not counted as an unknown field
	utc    bool                      // the title says that times are UTC
	last   memory                    // the cell last met in this chunk
}

// A csvParser turns chunks of CSV rows into batches.
type csvParser struct {
	targets []target
	header  []string
	finish  func(r *record)
	raw     bool

	rowScanner
	record
	tok token
}

func (p *csvParser) parse(c *chunk, b *schema.Batch) error {
	p.rowScanner.data, p.eol = c.data, c.eol
	defer p.endBatch(b)
	for i := range p.targets {
		p.targets[i].last.forget()
	}
	for pos := 0; pos < len(c.data); {
		joined := bytes.HasPrefix(c.data[pos:], []byte(byteOrderMark))
		if joined {
			pos += len(byteOrderMark)
			b.Warnings.Add(schema.JoinedFiles, 1)
		}
		end, next, err := p.scan(pos)
		start := pos
		pos = next
		if err != nil && err.(*syntaxError).cut {
			return err
		}
		if end == start || err == nil && p.blank() {
			b.Warnings.Add(schema.BlankLines, 1)
			continue
		}
		if err == nil && p.isHeader() {
			if !p.sameHeader() {
				return &syntaxError{pos: start, what: "here begins another table with other columns", hint: "split the file before this line"}
			}
			if !joined {
				b.Warnings.Add(schema.JoinedFiles, 1)
			}
			continue
		}
		b.Seen++
		switch {
		case err != nil:
			bad := err.(*syntaxError)
			c.reject(b, start, end, bad.pos, "bad_csv", bad.what)
		case len(p.cells) != len(p.targets):
			c.reject(b, start, end, start, "ragged_row",
				fmt.Sprintf("the row has %d cells, the header has %d columns", len(p.cells), len(p.targets)))
		default:
			p.begin(b)
			p.take()
			p.finish(&p.record)
			p.end(c.at(start, end, p.raw))
		}
	}
	return nil
}

// blank reports a row without any text, such as spreadsheets leave.
func (p *csvParser) blank() bool {
	for _, c := range p.cells {
		if c.end > c.start {
			return false
		}
	}
	return true
}

// isHeader reports whether the row is a header: files were put together.
func (p *csvParser) isHeader() bool {
	first, _ := p.rowScanner.text(p.cells[0], nil)
	return string(first) == p.header[0] && p.sameHeader() || bytes.HasPrefix(first, []byte("Date (UTC)"))
}

// sameHeader reports whether the row is the header of the file.
func (p *csvParser) sameHeader() bool {
	if len(p.cells) != len(p.header) {
		return false
	}
	for i, c := range p.cells {
		if text, _ := p.rowScanner.text(c, nil); string(text) != p.header[i] {
			return false
		}
	}
	return true
}

// take puts the cells of a row into the batch.
func (p *csvParser) take() {
	for i := range p.targets {
		target, c := &p.targets[i], p.cells[i]
		raw, last := p.rowScanner.data[c.start:c.end], &target.last
		if last.raw != nil && bytes.Equal(raw, last.raw) {
			p.again(target.column, last)
			continue
		}
		t := p.token(c, target)
		switch {
		case target.take != nil:
			target.take(&p.record, t)
		case target.fed:
			if p.set(target.column, t) && !c.doubled {
				p.remember(target.column, raw, last)
			}
		case t.empty():
		case target.known:
			p.keep(t)
		default:
			p.stray(t)
		}
	}
}

// token makes a token of a cell.
func (p *csvParser) token(c cell, target *target) *token {
	t := &p.tok
	t.path, t.kind, t.cell, t.utc, t.damage = target.path, '"', true, target.utc, ""
	t.raw, t.buf = p.rowScanner.text(c, t.buf)
	t.text = t.raw
	if !utf8.Valid(t.raw) {
		t.damage = schema.InvalidUTF8
		t.text = replaceInvalid(nil, t.raw)
	}
	return t
}

// foldTitle writes a column title as it is compared: lower case, trimmed,
// spaces collapsed, without the display time zone.
func foldTitle(title string) string {
	key := strings.Join(strings.Fields(strings.ToLower(title)), " ")
	key = strings.TrimSuffix(key, " [utc]")
	return strings.TrimSuffix(key, " [local time]")
}
