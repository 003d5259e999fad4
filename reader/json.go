package reader

import (
	"bytes"
	"unicode/utf8"

	"signins/schema"
)

// A jsonParser turns chunks of JSON records into batches, directed by a form.
type jsonParser struct {
	form   *form
	finish func(p *jsonParser) (code, what string) // decides derived values; a code rejects the record
	page   string                                  // name of the array that holds the records of a page
	raw    bool

	scanner
	record
	chunk       *chunk
	seen        []bool     // fields met in this record
	slots       [][4]token // values that wait, by slot and rank
	used        [][4]bool  // which of them are set
	tok         token
	next        bool
	lineChecked bool
	paged       bool // the object being read turned out to be a page
	level       int  // arrays around the record being read
	line        int  // where the line being read starts
}

func newJSONParser(f *form, page string, raw bool, finish func(*jsonParser) (code, what string)) *jsonParser {
	return &jsonParser{
		form: f, finish: finish, page: page, raw: raw,
		seen:  make([]bool, f.fields),
		slots: make([][4]token, len(f.slots)),
		used:  make([][4]bool, len(f.slots)),
	}
}

// parse fills b with the records of a chunk.
func (p *jsonParser) parse(c *chunk, b *schema.Batch) error {
	p.chunk, p.b = c, b
	p.scanner = scanner{data: c.data}
	if c.lines {
		p.parseLines()
		return nil
	}
	for p.space(); p.pos < len(p.data); p.space() {
		if err := p.element(); err != nil {
			return err
		}
		if p.space(); p.pos == len(p.data) {
			return nil
		}
		if !c.commas {
			continue
		}
		if p.peek() != ',' {
			return p.unexpected("an array", "a comma")
		}
		p.pos++
	}
	return nil
}

// parseLines reads one value a line. A bad line is a reject and takes nothing
// with it.
func (p *jsonParser) parseLines() {
	all := p.data
	for start := 0; start < len(all); {
		end := start + bytes.IndexByte(all[start:], '\n')
		if end < start {
			end = len(all)
		}
		p.data, p.pos = all[:end], start
		p.parseLine(start)
		start = end + 1
	}
	p.data = all
}

func (p *jsonParser) parseLine(start int) {
	if p.space(); p.pos == len(p.data) {
		return
	}
	p.line, p.level, p.lineChecked = p.pos, 0, false
	rows := p.b.Len
	err := p.checkLine(p.data[p.pos] == '[')
	if err == nil {
		err = p.element()
	}
	if err == nil {
		if p.space(); p.pos == len(p.data) {
			return
		}
		panic("trailing")
	}
	p.b.Truncate(rows)
	p.b.Seen++
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
	switch p.peek() {
	case '{':
		return p.object()
	case '[':
		return p.array()
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
	p.reject(start, p.pos, start, "not_an_object", "a record must be an object, found "+printable(p.data[start:]))
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
	clear(p.seen)
	clear(p.used)
	p.paged, p.next = false, false
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
	p.b.Seen++
	p.resolve()
	if code, what := p.finish(p); code != "" {
		p.b.Truncate(p.row)
		p.reject(start, p.pos, start, code, what)
		return nil
	}
	p.end(p.at(start, p.pos))
	return nil
}

// fields reads the members of an object into the row.
func (p *jsonParser) fields(o *object, depth int) error {
	p.pos++
	p.space()
	if p.peek() == '}' {
		p.pos++
		return nil
	}
	var last *field
	for {
		name, err := p.memberName()
		if err != nil {
			return err
		}
		f := o.find(name, last)
		if f == nil && depth == 0 && string(name) == p.page && p.peek() == '[' {
			err = p.turnPage()
		} else {
			err = p.member(o, f, name, depth)
		}
		if err != nil {
			return err
		}
		if f != nil {
			last = f
		}
		if more, err := p.more('}', "an object"); !more {
			return err
		}
	}
}

// memberName reads a name and says it without escapes.
func (p *jsonParser) memberName() ([]byte, error) {
	p.marks = 0
	name, err := p.key()
	if err == nil && p.marks&escaped != 0 {
		name = unescape(nil, name)
	}
	return name, err
}

// member reads one member: into its column, its object, or extra.
func (p *jsonParser) member(o *object, f *field, name []byte, depth int) error {
	if f != nil && f.inner != nil && p.peek() == '{' && !p.seen[f.number] {
		p.seen[f.number] = true
		return p.fields(f.inner, depth+1)
	}
	t := &p.tok
	waits := f != nil && f.slot >= 0 && !p.seen[f.number]
	if waits {
		t = &p.slots[f.slot][f.rank]
		p.used[f.slot][f.rank] = true
	}
	if err := p.token(t, depth); err != nil {
		return err
	}
	if depth == 0 && string(name) == "@odata.nextLink" && !t.empty() {
		p.next = true
	}
	switch {
	case f == nil || p.paged:
		p.outside(p.name(o.path, name), t)
	case p.seen[f.number]:
		p.issue(schema.DuplicateKey)
		p.keep(p.name(o.path, name), t)
	default:
		p.seen[f.number] = true
		p.known(f, t)
	}
	return nil
}

// known stores the value of a field met for the first time.
func (p *jsonParser) known(f *field, t *token) {
	switch {
	case f.inner != nil:
		// null and "" stand for an object without members.
		if f.name == "properties" {
			p.seen[f.number] = false // the sign-in itself is missing
		}
		if !t.empty() {
			p.issue(schema.BadType)
			p.keep(f.path, t)
		}
	case f.ignored:
		if !t.empty() {
			p.keep(f.path, t)
		}
	case f.slot < 0:
		p.set(f.column, t, f.path)
	}
}

// outside takes a field that the form does not know.
func (p *jsonParser) outside(path string, t *token) {
	if !p.paged {
		p.stray(path, t)
		return
	}
	if path == "@odata.nextLink" && !t.empty() {
		p.b.Warnings.Add(schema.NextLink, 1)
	}
}

// turnPage reads the records of a page; what was read of the object so far
// described the page and not a sign-in.
func (p *jsonParser) turnPage() error {
	if err := p.checkLine(p.chunk.lines); err != nil {
		return err
	}
	if !p.paged {
		p.b.Truncate(p.row)
		if p.next {
			p.b.Warnings.Add(schema.NextLink, 1)
		}
	}
	err := p.array()
	p.paged = true
	return err
}

// token reads one value.
func (p *jsonParser) token(t *token, depth int) error {
	start := p.pos
	p.marks = 0
	t.kind, t.spaced, t.damage = p.peek(), false, ""
	if t.kind == '"' {
		body, err := p.str()
		if err != nil {
			return err
		}
		t.raw = p.data[start:p.pos]
		t.say(body, p.marks)
		return nil
	}
	if err := p.value(depth + 1); err != nil {
		return err
	}
	t.raw = p.data[start:p.pos]
	t.text = t.raw
	t.spaced = p.marks&spaced != 0
	if p.marks&nonASCII != 0 && !utf8.Valid(t.raw) {
		t.damage = schema.InvalidUTF8
	} else if p.marks&halfPair != 0 {
		t.damage = schema.LoneSurrogate
	}
	return nil
}

// say sets the text of a string from its body.
func (t *token) say(body []byte, marks mark) {
	t.text = body
	if marks&escaped != 0 {
		t.buf = unescape(t.buf[:0], body)
		t.text = t.buf
	}
	switch {
	case marks&nonASCII != 0 && !utf8.Valid(body):
		t.damage = schema.InvalidUTF8
		t.text = replaceInvalid(nil, t.text)
	case marks&halfPair != 0:
		t.damage = schema.LoneSurrogate
	}
}

// resolve decides the columns that several fields feed: the first in rank that
// says something wins. Another that says something else stays in extra.
func (p *jsonParser) resolve() {
	for i, slot := range p.form.slots {
		best := p.best(i)
		if best < 0 {
			continue
		}
		t := &p.slots[i][best]
		p.set(slot.column, t, slot.paths[best])
		for rank := range slot.paths {
			other := &p.slots[i][rank]
			if rank != best && p.used[i][rank] && !other.empty() && !p.same(slot.column, t, other) {
				p.issue(schema.ConflictingValue)
				p.keep(slot.paths[rank], other)
			}
		}
	}
}

// best returns the rank of the source to take, -1 where there is none.
func (p *jsonParser) best(slot int) int {
	best := -1
	for rank, used := range p.used[slot] {
		if !used {
			continue
		}
		t := &p.slots[slot][rank]
		if !t.empty() && string(t.raw) != "[]" && string(t.raw) != "{}" {
			return rank
		}
		if best < 0 || p.slots[slot][best].empty() {
			best = rank
		}
	}
	return best
}

// same reports whether two tokens give a column the same value.
func (p *jsonParser) same(column schema.ColumnID, a, b *token) bool {
	if bytes.Equal(a.text, b.text) {
		return true
	}
	v, _ := p.convert(column, a)
	v.text = bytes.Clone(v.text)
	w, _ := p.convert(column, b)
	return v.equal(w)
}

// at says where the bytes from start to end of the chunk stand in the input.
func (p *jsonParser) at(start, end int) position {
	return p.chunk.at(start, end, p.raw)
}

// reject notes a record that cannot be taken; bad is where it goes wrong.
func (p *jsonParser) reject(start, end, bad int, code, what string) {
	p.chunk.reject(p.b, start, end, bad, code, what)
}
