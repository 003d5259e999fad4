package reader

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"signins/schema"
)

// A target says where the cells of one CSV column go.
type target struct {
	path    string // title as written
	columns []schema.ColumnID
	take    func(r *record, t *token, path string) // in place of columns
	known   bool                                   // not counted as an unknown field
	utc     bool                                   // the title says that times are UTC
}

// A csvParser turns chunks of CSV rows into batches.
type csvParser struct {
	targets []target
	finish  func(r *record)
	raw     bool

	rowScanner
	record
	tok token
}

func (p *csvParser) parse(c *chunk, b *schema.Batch) error {
	p.rowScanner.data, p.eol = c.data, c.eol
	for pos := 0; pos < len(c.data); {
		end, next, err := p.scan(pos)
		start := pos
		pos = next
		if end == start {
			b.Warnings.Add(schema.BlankLines, 1)
			continue
		}
		if err != nil && err.(*syntaxError).cut {
			return err
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

// take puts the cells of a row into the batch.
func (p *csvParser) take() {
	t := &p.tok
	for i := range p.targets {
		target := &p.targets[i]
		t.kind, t.cell, t.utc, t.damage = '"', true, target.utc, ""
		t.raw, t.buf = p.rowScanner.text(p.cells[i], t.buf)
		t.text = t.raw
		if !utf8.Valid(t.raw) {
			t.damage = schema.InvalidUTF8
			t.text = replaceInvalid(nil, t.raw)
		}
		switch {
		case target.take != nil:
			target.take(&p.record, t, target.path)
		case len(target.columns) > 0:
			p.set(target.columns[0], t, target.path)
		case t.empty():
		case target.known:
			p.keep(target.path, t)
		default:
			p.stray(target.path, t)
		}
	}
}

// foldTitle writes a column title as it is compared: lower case, trimmed,
// spaces collapsed, without the display time zone.
func foldTitle(title string) string {
	key := strings.Join(strings.Fields(strings.ToLower(title)), " ")
	key = strings.TrimSuffix(key, " [utc]")
	return strings.TrimSuffix(key, " [local time]")
}
