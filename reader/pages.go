package reader

import "signins/schema"

// openPage looks for the array of a page; an object without one is a record.
func (e *elements) openPage() (*chunk, error) {
	for size := chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return nil, err
		}
		at, whole, next := e.pageArray(e.w.buf)
		if at > 0 {
			if next {
				e.warnings.Add(schema.NextLink, 1)
			}
			e.w.drop(at + 1)
			e.state, e.inPage = atFirst, true
			return nil, nil
		}
		if whole || e.w.eof || len(e.w.buf) >= e.w.longest {
			return e.run()
		}
	}
}

// pageArray returns where the array of records opens in the object at the
// start of text, 0 if there is none, and whether that is known for sure. What
// begins with members of a record is one.
func (e *elements) pageArray(text []byte) (at int, sure, next bool) {
	s := scanner{data: text, pos: 1}
	s.space()
	for {
		key, err := s.key()
		if err != nil {
			return 0, s.pos < len(text), false
		}
		if e.record.knows(key) {
			return 0, true, false
		}
		if string(key) == tablesPage && e.page == tablesPage && s.peek() == '[' {
			// The rows of the first table are the records.
			s.pos++
			if s.space(); s.peek() == '{' {
				s.pos++
				s.space()
				e.table = true
				continue
			}
			return s.pos - 1, true, next
		}
		if string(key) == e.arrayName() && s.peek() == '[' {
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

// arrayName is the member that holds the records.
func (e *elements) arrayName() string {
	if e.page == tablesPage {
		return "rows"
	}
	return e.page
}

// endTable passes the end of a table and of the array around it.
func (e *elements) endTable() error {
	e.table = false
	c, err := e.skipSpace()
	switch {
	case err != nil:
		return err
	case c == 0 && len(e.w.buf) == 0:
		return e.cut()
	case c != ']':
		return e.w.fail(0, "found %s behind the first of the tables; only one is read", printable(e.w.buf))
	}
	e.w.drop(1)
	return nil
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
		if e.table {
			return e.endTable()
		}
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
			if key, err := s.key(); err == nil && string(key) == e.arrayName() && s.peek() == '[' {
				e.w.drop(s.pos + 1)
				e.state = atFirst
				return nil
			}
			s.pos = 0
		}
		key, raw, err := s.laterMember()
		bad, _ := err.(*syntaxError)
		switch {
		case bad != nil && bad.cut && !e.w.eof && len(e.w.buf) < e.w.longest:
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
		if string(key) == "error" && raw[0] == '{' {
			e.warnings.Add(schema.PartialResult, 1)
		}
		if moreRecords(string(key), raw) {
			return e.w.fail(s.pos, secondArray, key)
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
