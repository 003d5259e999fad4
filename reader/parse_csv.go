package reader

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A csvParser turns chunks of CSV rows into batches.
type csvParser struct {
	header   []string
	titles   map[string]bool // of header, folded
	targets  []target        // one for each title
	timeCell int             // the cell of the event time, 0 where there is none

	rows    rowScanner
	record  *record
	members memberReader // of objects in cells

	valid bool  // the chunk is UTF-8 throughout
	blank int64 // lines of the chunk
}

func newCSVParser(in *Input, d *dialect, raw bool) *csvParser {
	s := in.shape
	fields, targets := d.columns(s.header, new(schema.Tally))
	p := &csvParser{header: s.header, titles: foldedSet(s.header), targets: targets, rows: s.rows(nil), record: newRecord(fields, d.finish)}
	p.record.fromCSV, p.record.keepsRaw = true, raw
	p.members.record = p.record
	p.record.row.locations = map[string][3]schema.Code{}
	for i := range targets {
		t := &targets[i]
		t.plain = t.field == nil && t.set == nil && storesTexts(t.column)
		p.record.hasErrorCodes = p.record.hasErrorCodes || t.column == schema.ErrorCode
		if t.column == schema.CreatedAt {
			p.timeCell = i
		}
	}
	p.record.expected = expect(columnsOf(targets))
	return p
}

// columnsOf returns the columns that targets have.
func columnsOf(targets []target) (columns []schema.ColumnID) {
	for i := range targets {
		if targets[i].column != noColumn {
			columns = append(columns, targets[i].column)
		}
	}
	return columns
}

// parse fills b with the rows of a chunk.
func (p *csvParser) parse(c *chunk, b *schema.Batch) error {
	p.rows.data, p.valid = c.data, utf8.Valid(c.data)
	defer p.record.row.endBatch(b)
	clear(p.record.row.locations)
	for i := range p.targets {
		p.targets[i].cache.reset()
	}
	p.record.resetCaches()
	p.blank = 0
	defer func() {
		if p.blank > 0 {
			b.Warnings.Add(schema.BlankLines, p.blank)
		}
	}()
	for pos := p.skipBlank(0); pos < len(c.data); pos = p.skipBlank(pos) {
		var err error
		if pos, err = p.readLine(c, b, pos); err != nil {
			return err
		}
	}
	return nil
}

// skipBlank counts the blank lines at pos and returns where they end.
func (p *csvParser) skipBlank(pos int) int {
	data, eol := p.rows.data, p.rows.eol
	for ; pos < len(data); p.blank++ {
		switch {
		case data[pos] == eol:
			pos++
		case data[pos] == '\r' && pos+1 < len(data) && data[pos+1] == eol:
			pos += 2
		default:
			return pos
		}
	}
	return pos
}

// readLine reads what begins at pos, a row in most cases, and returns where the
// next one begins.
func (p *csvParser) readLine(c *chunk, b *schema.Batch, pos int) (next int, err error) {
	joined := bytes.HasPrefix(c.data[pos:], []byte(byteOrderMark))
	if joined {
		pos += len(byteOrderMark)
		b.Warnings.Add(schema.JoinedFiles, 1)
	}
	end, next, err := p.rows.scan(pos)
	bad, _ := err.(*syntaxError)
	switch {
	case bad != nil && bad.Truncated:
		return 0, err
	case end-pos > c.maxRecord:
		return 0, &syntaxError{Pos: pos, What: longRow(c.maxRecord), Hint: longHint}
	case end == pos || bad == nil && p.isBlank():
		p.blank++
	case bad == nil && p.isHeader():
		if !p.sameHeader() {
			return 0, &syntaxError{Pos: pos, What: "here begins another table with other columns", Hint: "split the file before this line"}
		}
		if !joined {
			b.Warnings.Add(schema.JoinedFiles, 1)
		}
	default:
		p.readRow(c, b, pos, end, bad)
	}
	return next, nil
}

// readRow makes a row of the batch, or a reject, of the cells that were read from
// start to end.
func (p *csvParser) readRow(c *chunk, b *schema.Batch, start, end int, bad *syntaxError) {
	b.Seen++
	switch {
	case bad != nil:
		c.reject(b, start, end, bad.Pos, "bad_csv", bad.What)
		return
	case p.rows.count() != len(p.targets):
		c.reject(b, start, end, start, "ragged_row", raggedRow(p.rows.count(), len(p.targets)))
		return
	}
	p.members.beginRecord(b)
	for i := range p.targets {
		p.storeCell(&p.targets[i], p.rows.cells[i])
	}
	p.record.endRecord(c, start, end)
}

func raggedRow(cells, columns int) string {
	return fmt.Sprintf("the row has %d cells, the header has %d columns", cells, columns)
}

// isBlank reports a row without any text, such as spreadsheets leave.
func (p *csvParser) isBlank() bool {
	return p.rows.dropped == 0 && !slices.ContainsFunc(p.rows.cells, func(c cell) bool { return c.end > c.start })
}

// isHeader reports whether the row is a header, as in concatenated files: a title is
// in place of the time, and all other cells are titles, too.
func (p *csvParser) isHeader() bool {
	at := p.rows.cells[min(p.timeCell, len(p.rows.cells)-1)]
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

// isTitle reports whether a folded text is a title of the file or of a dialect.
func (p *csvParser) isTitle(key string) bool {
	return p.titles[key] || isDialectTitle(key) || p.record.fields.lookup(key) != nil
}

// sameHeader reports whether the row is the header of the file.
func (p *csvParser) sameHeader() bool {
	return slices.EqualFunc(p.rows.cells, p.header, func(c cell, title string) bool {
		text, _ := p.rows.text(c, nil)
		return foldTitle(string(text)) == foldTitle(title)
	})
}

// storeCell stores a cell in the row.
func (p *csvParser) storeCell(target *target, c cell) {
	row, cache := &p.record.row, &target.cache
	if f := target.field; f != nil {
		cache = &f.cache
	}
	if e := cache.lookup(p.rows.data, c.start, c.end); e != nil {
		row.storeCached(target.column, e)
		return
	}
	if target.plain && p.storePlainCell(target, c) {
		return
	}
	t, plain := p.tokenOf(target, c), false
	switch {
	case target.field != nil:
		plain = p.members.placeField(target.field, t)
	case target.set != nil:
		plain = target.set(row, t)
	case target.column != noColumn:
		plain = row.set(target.column, t)
	case t.empty():
	case target.known:
		row.keep(t)
	default:
		row.keepUnknown(t)
	}
	if plain {
		row.cacheValue(cache, p.rows.data, c.start, c.start, c.end, target.column)
	}
}

// storePlainCell stores a cell in a column that stores texts as they are. It
// reports false, with nothing stored, for a cell that is empty, has doubled quotes or
// is no UTF-8.
func (p *csvParser) storePlainCell(target *target, c cell) bool {
	text := p.rows.data[c.start:c.end]
	if c.doubled || len(text) == 0 || !p.valid && !utf8.Valid(text) {
		return false
	}
	row := &p.record.row
	row.batch.Columns[target.column].SetBytes(row.index, text)
	row.cacheValue(&target.cache, p.rows.data, c.start, c.start, c.end, target.column)
	return true
}

// tokenOf makes a token of a cell.
func (p *csvParser) tokenOf(target *target, c cell) *token {
	t := p.record.tokenOf(target.field)
	t.path, t.kind, t.cell, t.utc, t.local, t.damage = target.path, '"', true, target.utc, target.local, ""
	t.raw, t.buf = p.rows.text(c, t.buf)
	t.text = t.raw
	if !p.valid && !utf8.Valid(t.raw) {
		t.damage = schema.InvalidUTF8
		t.text = jsontext.AppendValidUTF8(nil, t.raw)
	}
	return t
}

// A target is where the cells of one CSV column go.
type target struct {
	path   string          // title as written
	field  *field          // of a dialect whose titles are fields, nil for none
	column schema.ColumnID // where the cells are stored, noColumn for none
	set    setter          // stores the cell instead, nil to store it as it is
	plain  bool            // texts go into the column as they are
	known  bool            // not counted as an unknown field
	utc    bool            // times without zone are UTC: the title has it
	local  bool            // times are in a zone of display, which is not known
	cache  valueCache
}

// A setter stores a cell that is more than one plain value. plain: the same text
// would do the same again to its column alone, with no finding.
type setter func(r *rowBuilder, t *token) (plain bool)

// A columnsFunc returns the fields of a CSV dialect and the targets of a header, one
// for each title. It counts repeated and unknown titles.
type columnsFunc func(header []string, warnings *schema.Tally) (*fieldTree, []target)

// fieldColumns makes the columnsFunc of a dialect whose titles are the paths of
// fields. Of several columns for one field the first is stored.
func fieldColumns(fields func() *fieldTree) columnsFunc {
	return func(header []string, warnings *schema.Tally) (*fieldTree, []target) {
		tree, used := fields(), map[*field]bool{}
		targets := make([]target, len(header))
		for i, title := range header {
			key := foldTitle(title)
			t := target{path: title, column: noColumn, utc: strings.HasSuffix(strings.ToUpper(title), "[UTC]")}
			t.local = strings.HasSuffix(title, "]") && !t.utc
			switch f := tree.resolve(key); {
			case f == nil:
			case used[f]:
				warnings.Add(schema.RepeatedHeader, 1)
			default:
				t.field, used[f] = f, true
				if f.inner == nil {
					t.column = f.column
				}
			}
			targets[i] = t
		}
		return tree, targets
	}
}

// foldTitle writes a column title as it is compared: lower case, trimmed,
// spaces collapsed, without the display time zone.
func foldTitle(title string) string {
	if isFolded(title) {
		return title
	}
	if known, ok := knownNames[title]; ok {
		return known.folded
	}
	key := strings.Join(strings.Fields(strings.ToLower(title)), " ")
	if i := strings.LastIndex(key, " ["); i >= 0 && strings.HasSuffix(key, "]") {
		key = key[:i]
	}
	return key
}

// isFolded reports whether a name has only characters that folding keeps: most that
// detection asks for are written so.
func isFolded(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// foldedSet returns the set of titles, folded.
func foldedSet(titles []string) map[string]bool {
	set := map[string]bool{}
	for _, title := range titles {
		set[foldTitle(title)] = true
	}
	return set
}
