package reader

import (
	"bytes"

	"signins/schema"
)

// elements cuts JSON whose records stand in an array, in the array of a page,
// or alone, whatever the line breaks; several such values may follow each
// other. It looks only for where values end; that they are right is for the
// parser to say, which gets to see every byte of every value.
type elements struct {
	w        *window
	page     string // name of the array that holds the records of a page
	warnings *schema.Tally

	values int // top-level values begun
	state  cutState
	inPage bool // the array is that of a page
}

// cutState is what may come next.
type cutState uint8

const (
	atTop    cutState = iota // a top-level value or the end
	atFirst                  // an element or the end of the array
	atNext                   // a comma or the end of the array
	atMember                 // after the array of a page: a comma or the page's end
)

func (e *elements) next() (*chunk, error) {
	for {
		c, err := e.skipSpace()
		if err != nil {
			return nil, err
		}
		switch {
		case c == 0 && len(e.w.buf) == 0 && e.state == atTop:
			return nil, nil
		case c == 0 && len(e.w.buf) == 0:
			return nil, e.cut()
		case e.state == atTop:
			chunk, err := e.top(c)
			if chunk != nil || err != nil {
				return chunk, err
			}
		case e.state == atMember:
			if err := e.afterPage(); err != nil {
				return nil, err
			}
		case c == ']':
			e.endArray()
		case e.state == atNext && c != ',':
			return nil, e.w.fail(0, "found %s where a comma or ']' should stand", printable(e.w.buf))
		case e.state == atNext:
			e.w.drop(1)
			c, err := e.skipSpace()
			if err != nil {
				return nil, err
			}
			if c == 0 && len(e.w.buf) == 0 {
				return nil, e.cut()
			}
			if c == ']' {
				return nil, e.w.fail(0, "found ']' after a comma, where a record should stand")
			}
			return e.run()
		default:
			return e.run()
		}
	}
}

// skipSpace passes white space and returns the byte after it, 0 at the end.
func (e *elements) skipSpace() (byte, error) {
	for {
		n := len(e.w.buf) - len(bytes.TrimLeft(e.w.buf, " \t\r\n"))
		e.w.drop(n)
		if len(e.w.buf) > 0 {
			return e.w.buf[0], nil
		}
		if e.w.eof {
			return 0, nil
		}
		if err := e.w.fill(chunkSize); err != nil {
			return 0, err
		}
	}
}

func (e *elements) cut() error {
	inside := "an array"
	if e.state == atMember {
		inside = "a page"
	}
	err := e.w.fail(0, "the text ends inside %s", inside).(*Error)
	err.Hint = cutHint
	return err
}

const cutHint = "the file was probably cut, as an interrupted download is: export it again"

// top begins a top-level value: an array, a page or a single record.
func (e *elements) top(c byte) (*chunk, error) {
	e.values++
	if e.values == 2 {
		e.warnings.Add(schema.ConcatenatedValues, 1)
	}
	switch c {
	case '[':
		e.w.drop(1)
		e.state = atFirst
		return nil, nil
	case '{':
		return e.openPage()
	}
	return nil, e.w.fail(0, "found %s where an array or an object should begin", printable(e.w.buf))
}

// openPage looks for the array of a page; an object without one is a record.
func (e *elements) openPage() (*chunk, error) {
	for size := chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return nil, err
		}
		at, whole, next := pageArray(e.w.buf, e.page)
		if at > 0 {
			if next {
				e.warnings.Add(schema.NextLink, 1)
			}
			e.w.drop(at + 1)
			e.state, e.inPage = atFirst, true
			return nil, nil
		}
		if whole || e.w.eof || len(e.w.buf) >= maxRecord {
			return e.run()
		}
	}
}

// pageArray returns where the array of records opens in the object at the
// start of text, 0 if there is none, and whether that is known for sure.
func pageArray(text []byte, name string) (at int, sure, next bool) {
	s := scanner{data: text, pos: 1}
	s.space()
	for {
		key, err := s.key()
		if err != nil {
			return 0, s.pos < len(text), false
		}
		if string(key) == name && s.peek() == '[' {
			return s.pos, true, next
		}
		start := s.pos
		if err := s.value(1); err != nil {
			return 0, s.pos < len(text), false
		}
		if raw := string(text[start:s.pos]); string(key) == "@odata.nextLink" && raw != "null" && raw != `""` {
			next = true
		}
		if more, err := s.more('}', "an object"); !more {
			return 0, err == nil || s.pos < len(text), false
		}
	}
}

func (e *elements) endArray() {
	e.w.drop(1)
	e.state = atTop
	if e.inPage {
		e.state = atMember
	}
}

// afterPage passes one member of a page behind its records, or the page's end.
func (e *elements) afterPage() error {
	if e.w.buf[0] == '}' {
		e.w.drop(1)
		e.state, e.inPage = atTop, false
		return nil
	}
	for size := chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return err
		}
		s := scanner{data: e.w.buf}
		if s.peek() == ',' {
			s.pos++
			s.space()
			if key, err := s.key(); err == nil && string(key) == e.page && s.peek() == '[' {
				e.w.drop(s.pos + 1)
				e.state = atFirst
				return nil
			}
			s.pos = 0
		}
		key, raw, err := s.laterMember()
		bad, _ := err.(*syntaxError)
		switch {
		case bad != nil && bad.cut && !e.w.eof && len(e.w.buf) < maxRecord:
			continue
		case bad != nil:
			fail := e.w.fail(bad.pos, "%s", bad.what).(*Error)
			if bad.cut {
				fail.Hint = cutHint
			}
			return fail
		}
		if string(key) == "@odata.nextLink" && string(raw) != "null" && string(raw) != `""` {
			e.warnings.Add(schema.NextLink, 1)
		}
		e.w.drop(s.pos)
		return nil
	}
}

// laterMember reads a comma and a member.
func (s *scanner) laterMember() (key, raw []byte, err error) {
	if s.peek() != ',' {
		return nil, nil, s.unexpected("a page", "a comma or '}'")
	}
	s.pos++
	s.space()
	if key, err = s.key(); err != nil {
		return nil, nil, err
	}
	start := s.pos
	if err = s.value(1); err != nil {
		return nil, nil, err
	}
	// A number or word at the end of the window may go on behind it.
	if s.pos == len(s.data) {
		return nil, nil, s.ends("a page")
	}
	return key, s.data[start:s.pos], nil
}

// run takes as many whole records as make a chunk. Records that end the input
// too early go to the parser as they are, which says what is missing.
func (e *elements) run() (*chunk, error) {
	end, seek, commas := 0, 0, e.state != atTop
	for n := 0; n < chunkRecords && end < chunkSize; n++ {
		stop, err := e.valueEnd(seek, end > 0)
		if err != nil {
			return nil, err
		}
		if stop < 0 && end > 0 && !e.w.eof {
			break
		}
		if stop < 0 {
			// The parser reports what is missing of the record.
			end = len(e.w.buf)
			break
		}
		end = stop
		next := nextRecord(e.w.buf[end:], commas)
		if next < 0 {
			break
		}
		seek = end + next
	}
	if commas {
		e.state = atNext
	}
	c := e.w.take(end)
	c.commas = commas
	return c, nil
}

// nextRecord returns how far after a record the next one begins, -1 where none
// does or the text ends first. Without commas it is an object that follows.
func nextRecord(text []byte, commas bool) int {
	rest := bytes.TrimLeft(text, " \t\r\n")
	if commas {
		if len(rest) == 0 || rest[0] != ',' {
			return -1
		}
		rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	}
	if len(rest) == 0 || rest[0] == ']' || !commas && rest[0] != '{' {
		return -1
	}
	return len(text) - len(rest)
}

// valueEnd returns where the value that begins at start ends, -1 where the
// input ends before it does. With some records at hand it looks no further
// than a full window.
func (e *elements) valueEnd(start int, some bool) (int, error) {
	for size := chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return 0, err
		}
		if end := skipValue(e.w.buf, start); end >= 0 {
			return end, nil
		}
		if e.w.eof || some && len(e.w.buf) >= chunkSize {
			return -1, nil
		}
		if len(e.w.buf)-start >= maxRecord {
			return 0, e.w.fail(start, "a record is longer than %d MiB", maxRecord>>20)
		}
	}
}

// skipValue returns where the value at start ends, going by quotes and
// brackets alone; -1 where the text ends first.
func skipValue(text []byte, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i = closingQuote(text, i+1); i < 0 {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 && i > start {
				return i
			}
		}
	}
	return -1
}

// closingQuote returns where the string whose body begins at start closes.
func closingQuote(text []byte, start int) int {
	for i := start; ; {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slashes := 0
		for i-slashes > start && text[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		i++
	}
}
