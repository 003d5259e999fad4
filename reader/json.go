package reader

import (
	"bytes"
	"slices"
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
	known       bool // it has members that the form knows
	level       int  // arrays around the record being read
	line        int  // where the line being read starts
}

func newJSONParser(f *form, page string, raw bool, finish func(*jsonParser) (code, what string)) *jsonParser {
	return &jsonParser{
		form: f, finish: finish, page: page, raw: raw,
		seen:  make([]bool, len(f.fields)),
		slots: make([][4]token, len(f.slots)),
		used:  make([][4]bool, len(f.slots)),
	}
}

// parse fills b with the records of a chunk.
func (p *jsonParser) parse(c *chunk, b *schema.Batch) error {
	p.chunk, p.b = c, b
	p.scanner = scanner{data: c.data}
	for _, f := range p.form.fields {
		f.last.forget()
	}
	defer p.endBatch(b)
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
	for start := 0; start < len(all); {
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
	case ']', '}', ',':
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
	p.paged, p.next, p.known = false, false, false
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
		f, name, err := p.memberName(o, last)
		switch {
		case err != nil:
		case f == nil && depth == 0 && !p.known && string(name) == p.page && p.peek() == '[':
			err = p.turnPage()
		case f != nil && p.repeats(f):
		default:
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

// memberName reads a name and the colon. It returns the field, nil for one that
// is not known, and the name without escapes, nil where it is the field's.
func (p *jsonParser) memberName(o *object, last *field) (*field, []byte, error) {
	if f := o.guess(last); f != nil && bytes.HasPrefix(p.data[p.pos:], f.start) {
		p.pos += len(f.start)
		p.space()
		return f, nil, nil
	}
	p.marks = 0
	name, err := p.key()
	if err != nil {
		return nil, nil, err
	}
	if p.marks&nonASCII != 0 && !utf8.Valid(name) {
		p.issue(schema.InvalidUTF8)
	}
	if p.marks&halfPair != 0 {
		p.issue(schema.LoneSurrogate)
	}
	if p.marks&escaped != 0 {
		name = unescape(nil, name)
	}
	return o.find(name, last), name, nil
}

// repeats passes a value that is, byte for byte, the one that the field had
// last, and stores the same again.
func (p *jsonParser) repeats(f *field) bool {
	raw := f.last.raw
	if len(raw) == 0 || p.seen[f.number] || p.paged || !bytes.HasPrefix(p.data[p.pos:], raw) {
		return false
	}
	if end := p.pos + len(raw); end < len(p.data) && numberByte[p.data[end]] && raw[0] != '"' {
		return false // a longer number
	}
	p.pos += len(raw)
	p.seen[f.number], p.known = true, true
	p.again(f.column, &f.last)
	return true
}

// numberByte are the bytes that a number may go on with.
var numberByte = [256]bool{'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true,
	'7': true, '8': true, '9': true, '.': true, 'e': true, 'E': true, '+': true, '-': true}

// member reads one member: into its column, its object, or extra.
func (p *jsonParser) member(o *object, f *field, name []byte, depth int) error {
	p.known = p.known || f != nil && !f.ignored
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
	if t.path = p.path(o, f, name); t.path == "@odata.nextLink" && !t.empty() {
		p.next = true
	}
	switch {
	case p.paged:
		p.afterPage(t)
	case f == nil:
		p.stray(t)
	case p.seen[f.number]:
		p.issue(schema.DuplicateKey)
		p.keep(t)
	default:
		p.seen[f.number] = true
		p.take(f, t)
	}
	return nil
}

// path returns the path of a member as the source spells it.
func (p *jsonParser) path(o *object, f *field, name []byte) string {
	if f != nil && (name == nil || !o.folded || f.name == string(name)) {
		return f.path
	}
	return p.name(o.path, name)
}

// take stores the value of a field met for the first time.
func (p *jsonParser) take(f *field, t *token) {
	switch {
	case f.inner != nil:
		// null and "" stand for an object without members.
		if f.name == "properties" {
			p.seen[f.number] = false // the sign-in itself is missing
		}
		if !t.empty() {
			p.issue(schema.BadType)
			p.keep(t)
		}
	case f.ignored:
		if !t.empty() {
			p.keep(t)
		}
	case f.slot < 0:
		if p.set(f.column, t) {
			p.remember(f.column, t.raw, &f.last)
		}
	}
}

// afterPage takes a member of a page behind its records.
func (p *jsonParser) afterPage(t *token) {
	if t.path == "@odata.nextLink" && !t.empty() {
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
	p.paged, p.known = true, false
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
// says something readable wins. Another that says something else stands in
// extra.
func (p *jsonParser) resolve() {
	for i, slot := range p.form.slots {
		best := p.best(i)
		if best < 0 {
			continue
		}
		t := &p.slots[i][best]
		p.set(slot.column, t)
		for rank := range slot.paths {
			if other := &p.slots[i][rank]; rank != best && p.used[i][rank] && !other.empty() {
				p.passOver(slot.column, t, other)
			}
		}
	}
}

// best returns the rank of the source to take, -1 where there is none.
func (p *jsonParser) best(slot int) int {
	best, worth := slices.Index(p.used[slot][:], true), -1
	if best < 0 || !slices.Contains(p.used[slot][best+1:], true) {
		return best
	}
	for rank, used := range p.used[slot] {
		if !used {
			continue
		}
		if w := p.worth(p.form.slots[slot].column, &p.slots[slot][rank]); w > worth {
			best, worth = rank, w
		}
	}
	return best
}

// worth grades a source of a column: nothing, an empty list or object, a value
// that cannot be read, one that can.
func (p *jsonParser) worth(column schema.ColumnID, t *token) int {
	switch {
	case t.empty():
		return 0
	case t.nested() && len(bytes.TrimSpace(t.raw[1:len(t.raw)-1])) == 0:
		return 1
	}
	if v, _ := p.convert(column, t); v.null {
		return 2
	}
	return 3
}

// passOver keeps a source that was not taken, unless it says the same.
func (p *jsonParser) passOver(column schema.ColumnID, taken, other *token) {
	if bytes.Equal(taken.text, other.text) {
		return
	}
	v, _ := p.convert(column, taken)
	v.text = bytes.Clone(v.text)
	w, issue := p.convert(column, other)
	switch {
	case w.null:
		p.issue(issue)
	case v.equal(w) && w.spelling == nil:
		return
	case !v.equal(w):
		p.issue(schema.ConflictingValue)
	}
	p.keep(other)
}

// at says where the bytes from start to end of the chunk stand in the input.
func (p *jsonParser) at(start, end int) position {
	return p.chunk.at(start, end, p.raw)
}

// reject notes a record that cannot be taken; bad is where it goes wrong.
func (p *jsonParser) reject(start, end, bad int, code, what string) {
	p.chunk.reject(p.b, start, end, bad, code, what)
}
