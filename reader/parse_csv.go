package reader

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A target says where the cells of one CSV column go.
type target struct {
	path   string // title as written
	fed    bool   // the cells feed column
	plain  bool   // it takes their texts as they are
	column schema.ColumnID
	take   taker  // in place of storing the cell as it is
	field  *field // the member of the form that the cells stand for, in place of column
	known  bool   // not counted as an unknown field
	utc    bool   // the title says that times are UTC
	local  bool   // the title says that times are in the zone of a display
	last   memory // of its cells in this chunk
}

// A taker stores a cell that is more than one plain value. It reports whether
// the same text would come to the same value of its column again, with nothing
// more to say of it.
type taker func(r *record, t *token) (plain bool)

// feeds returns the column that the cells feed as they are.
func (t *target) feeds() (id schema.ColumnID, ok bool) {
	if f := t.field; f != nil {
		return f.column, f.inner == nil && !f.ignored
	}
	return t.column, t.fed
}

// A columnsFunc says what the columns of a CSV header stand for.
type columnsFunc func(header []string, warnings *schema.Tally) (*form, []target)

// csvOpen makes the opening function of a CSV dialect.
func csvOpen(columns columnsFunc, finish finisher) opener {
	return func(in *Input, s *shape, o Options) (cutter, func() parser) {
		s.warn(&in.Warnings)
		columns(s.header, &in.Warnings)
		return in.rows(&in.Warnings), func() parser {
			form, targets := columns(s.header, new(schema.Tally))
			p := &csvParser{filler: newFiller(form, finish), targets: targets, header: s.header, titles: map[string]bool{}, raw: o.Raw, rows: s.rows(nil)}
			for _, title := range s.header {
				p.titles[foldTitle(title)] = true
			}
			p.order, p.places = in.order, map[string][3]schema.Code{}
			for i := range targets {
				id, feeds := targets[i].feeds()
				targets[i].plain = targets[i].fed && targets[i].take == nil && takesTexts(id)
				p.coded = p.coded || feeds && id == schema.ErrorCode
				if feeds && id == schema.CreatedAt {
					p.time = i
				}
			}
			return p
		}
	}
}

// formColumns says what columns stand for whose titles are the members of a
// form. Of several columns for one member the first feeds it.
func formColumns(makeForm func() *form) columnsFunc {
	return func(header []string, warnings *schema.Tally) (*form, []target) {
		return columnsOf(makeForm(), nil, header, warnings)
	}
}

// columnsOf finds the members of a form that titles, or their other names,
// stand for.
func columnsOf(f *form, names map[string]string, header []string, warnings *schema.Tally) (*form, []target) {
	taken := map[*field]bool{}
	targets := make([]target, len(header))
	for i, title := range header {
		key := foldTitle(title)
		t := target{path: title, utc: strings.HasSuffix(strings.ToUpper(title), "[UTC]")}
		t.local = strings.HasSuffix(title, "]") && !t.utc
		if other, renamed := names[key]; renamed {
			key = other
		}
		switch m := f.lookup(key); {
		case m == nil:
		case taken[m]:
			warnings.Add(schema.RepeatedHeader, 1)
		default:
			t.field, taken[m] = m, true
		}
		targets[i] = t
	}
	return f, targets
}

// A csvParser turns chunks of CSV rows into batches.
type csvParser struct {
	filler
	targets []target
	header  []string
	titles  map[string]bool // the header's, folded
	time    int             // the cell of the event time, 0 where there is none
	raw     bool
	valid   bool // the chunk is UTF-8 throughout

	rows rowScanner
}

func (p *csvParser) parse(c *chunk, b *schema.Batch) error {
	p.rows.data, p.valid = c.data, utf8.Valid(c.data)
	defer p.endBatch(b)
	clear(p.places)
	for i := range p.targets {
		p.targets[i].last.forget()
	}
	p.forget()
	for pos := 0; pos < len(c.data); {
		joined := bytes.HasPrefix(c.data[pos:], []byte(byteOrderMark))
		if joined {
			pos += len(byteOrderMark)
			b.Warnings.Add(schema.JoinedFiles, 1)
		}
		end, next, err := p.rows.scan(pos)
		start := pos
		pos = next
		if err != nil && err.(*syntaxError).Truncated {
			return err
		}
		if end-start > c.longest {
			return &syntaxError{Pos: start, What: longRow(c.longest), Hint: longHint}
		}
		if end == start || err == nil && p.blank() {
			b.Warnings.Add(schema.BlankLines, 1)
			continue
		}
		if err == nil && p.isHeader() {
			if !p.sameHeader() {
				return &syntaxError{Pos: start, What: "here begins another table with other columns", Hint: "split the file before this line"}
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
			c.reject(b, start, end, bad.Pos, "bad_csv", bad.What)
		case len(p.rows.cells) != len(p.targets):
			c.reject(b, start, end, start, "ragged_row", raggedRow(len(p.rows.cells), len(p.targets)))
		default:
			p.begin(b)
			p.cells()
			if code, what := p.close(); code != "" {
				c.reject(b, start, end, start, code, what)
				continue
			}
			p.end(c.at(start, end, p.raw))
		}
	}
	return nil
}

func raggedRow(cells, columns int) string {
	return fmt.Sprintf("the row has %d cells, the header has %d columns", cells, columns)
}

// blank reports a row without any text, such as spreadsheets leave.
func (p *csvParser) blank() bool {
	for _, c := range p.rows.cells {
		if c.end > c.start {
			return false
		}
	}
	return true
}

// isHeader reports whether the row is a header: files were put together. Then
// a title stands where the time should, and all other cells are titles, too.
func (p *csvParser) isHeader() bool {
	at := p.rows.cells[min(p.time, len(p.rows.cells)-1)]
	if at.start == at.end || !letter(p.rows.data[at.start]) {
		return false
	}
	titles := 0
	for _, c := range p.rows.cells {
		text, _ := p.rows.text(c, nil)
		switch key := foldTitle(string(text)); {
		case key == "":
		case p.isTitle(key):
			titles++
		default:
			return false
		}
	}
	return titles > 1
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf }

// isTitle reports whether a folded text is a title of the file or its dialect.
func (p *csvParser) isTitle(key string) bool {
	_, portal := portalColumns()[key]
	return p.titles[key] || portal || p.form.lookup(key) != nil
}

// sameHeader reports whether the row is the header of the file.
func (p *csvParser) sameHeader() bool {
	if len(p.rows.cells) != len(p.header) {
		return false
	}
	for i, c := range p.rows.cells {
		if text, _ := p.rows.text(c, nil); foldTitle(string(text)) != foldTitle(p.header[i]) {
			return false
		}
	}
	return true
}

// cells puts the cells of a row into the batch.
func (p *csvParser) cells() {
	for i := range p.targets {
		target, c := &p.targets[i], p.rows.cells[i]
		last := &target.last
		if f := target.field; f != nil {
			last = &f.last
		}
		if met := last.find(p.rows.data, c.start, c.end); met != nil {
			id, _ := target.feeds()
			p.again(id, met)
			continue
		}
		if target.plain && p.cellText(c, target) {
			continue
		}
		t, plain := p.cell(c, target), false
		switch {
		case target.field != nil:
			plain = p.place(target.field, t)
		case target.take != nil:
			plain = target.take(&p.record, t)
		case target.fed:
			plain = p.set(target.column, t)
		case t.empty():
		case target.known:
			p.keep(t)
		default:
			p.stray(t)
		}
		if plain {
			id, _ := target.feeds()
			p.remember(last, p.rows.data, c.start, c.start, c.end, id)
		}
	}
}

// cellText stores a cell in a column that takes texts as they are. It reports
// false where there is more to say.
func (p *csvParser) cellText(c cell, target *target) bool {
	text := p.rows.data[c.start:c.end]
	if c.doubled || len(text) == 0 || !p.valid && !utf8.Valid(text) {
		return false
	}
	p.b.Columns[target.column].SetBytes(p.row, text)
	p.remember(&target.last, p.rows.data, c.start, c.start, c.end, target.column)
	return true
}

// cell makes a token of a cell.
func (p *csvParser) cell(c cell, target *target) *token {
	t := p.tokenOf(target.field)
	t.path, t.kind, t.cell, t.utc, t.local, t.damage = target.path, '"', true, target.utc, target.local, ""
	t.raw, t.buf = p.rows.text(c, t.buf)
	t.text = t.raw
	if !p.valid && !utf8.Valid(t.raw) {
		t.damage = schema.InvalidUTF8
		t.text = jsontext.AppendValidUTF8(nil, t.raw)
	}
	return t
}

// foldTitle writes a column title as it is compared: lower case, trimmed,
// spaces collapsed, without the display time zone.
func foldTitle(title string) string {
	key := strings.Join(strings.Fields(strings.ToLower(title)), " ")
	if i := strings.LastIndex(key, " ["); i >= 0 && strings.HasSuffix(key, "]") {
		key = key[:i]
	}
	return key
}
