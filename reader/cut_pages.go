package reader

import (
	"fmt"

	"signins/schema"
	"signins/schema/jsontext"
)

// noPage is the name of no array.
const noPage = "\x00"

// openPage finds the array of a page; an object without one is a record.
func (e *elements) openPage() (*chunk, error) {
	if e.record == nil {
		e.record = e.fields().root
	}
	for size := e.w.chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return nil, err
		}
		at, certain, nextLink := e.pageArray(e.w.buf)
		if at > 0 {
			countPage(e.warnings, e.page)
			if nextLink {
				e.warnings.Add(schema.NextLink, 1)
			}
			e.w.drop(at + 1)
			e.state, e.inPage = atFirst, true
			return nil, nil
		}
		if certain || e.w.eof || len(e.w.buf) >= e.w.maxRecord {
			return e.cutElements()
		}
	}
}

// pageArray returns where the array of records opens in the object at the
// start of text, 0 if there is none. certain: more text would not change that. An
// object that begins with members of a record is one.
func (e *elements) pageArray(text []byte) (at int, certain, nextLink bool) {
	s := jsontext.Scanner{Data: text, Pos: 1}
	s.SkipSpace()
	for more := true; more; {
		key, err := s.ReadName()
		start, isArray := s.Pos, s.Peek() == '['
		switch {
		case err != nil:
		case e.record.knows(key):
			return 0, true, false
		case isArray && string(key) == e.arrayName():
			return start, true, nextLink
		case isArray && string(key) == tablesPage && e.page == tablesPage:
			s.Pos++
			if s.SkipSpace(); s.Peek() != '{' {
				return start, true, nextLink
			}
			if err = e.openTable(&s); err == nil {
				return s.Pos, true, nextLink
			}
		default:
			err = s.SkipValue(1)
			nextLink = nextLink || linksOn(key, text[start:s.Pos])
		}
		if err == nil {
			more, err = s.More('}', "an object")
		}
		if err != nil {
			return 0, s.Pos < len(text), false
		}
	}
	return 0, true, false
}

// countPage counts a page of the kind that may link to a next one.
func countPage(warnings *schema.Tally, page string) {
	if page == "value" {
		warnings.Add(schema.Pages, 1)
	}
}

// linksOn reports whether a member of a page links to a further page.
func linksOn(name, raw []byte) bool {
	return (string(name) == "@odata.nextLink" || string(name) == "__next") && string(raw) != "null" && string(raw) != `""`
}

// arrayName is the member that holds the records.
func (e *elements) arrayName() string {
	if e.page == tablesPage {
		return "rows"
	}
	return e.page
}

// openTable reads a table up to the array of its rows, which are the records.
func (e *elements) openTable(s *jsontext.Scanner) error {
	if s.Peek() != '{' {
		return s.Unexpected("an array", "a table")
	}
	s.Pos++
	s.SkipSpace()
	e.columns = nil
	for {
		key, err := s.ReadName()
		switch {
		case err != nil:
		case string(key) == "rows" && s.Peek() == '[':
			e.table = true
			return nil
		case string(key) == "columns" && s.Peek() == '[':
			e.columns, err = columnNames(s)
		default:
			err = s.SkipValue(1)
		}
		if err != nil {
			return err
		}
		if more, err := s.More('}', "a table"); err != nil {
			return err
		} else if !more {
			return s.Errorf("the table ends without rows")
		}
	}
}

// endTable skips the end of a table, and the end of the array around it or the
// members before the rows of the next one.
func (e *elements) endTable() error {
	e.table = false
	c, err := e.skipSpace()
	switch {
	case err != nil:
		return err
	case c == ']':
		e.w.drop(1)
		return nil
	case c != ',':
		return e.w.errorAtStart("found %s, expected a comma or ']'", jsontext.QuoteChar(e.w.buf))
	}
	e.w.drop(1)
	return e.refill(func(s *jsontext.Scanner) error {
		s.SkipSpace()
		if err := e.openTable(s); err != nil {
			return err
		}
		s.Pos++
		e.state = atFirst
		return nil
	})
}

// refill calls read and drops the text that it reads, with more of the input as
// long as the text ends too early.
func (e *elements) refill(read func(s *jsontext.Scanner) error) error {
	for size := e.w.chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return err
		}
		s := jsontext.Scanner{Data: e.w.buf}
		bad, _ := read(&s).(*syntaxError)
		switch {
		case bad == nil:
			e.w.drop(s.Pos)
			return nil
		case bad.Truncated && !e.w.eof && len(e.w.buf) < e.w.maxRecord:
			continue
		}
		if bad.Truncated && !e.w.eof {
			bad = &syntaxError{What: "a member of the page is longer than " + mebibytes(e.w.maxRecord), Hint: longHint}
		}
		return e.w.fail(bad)
	}
}

// skipMember skips one member of a page behind its records, or the page's end.
func (e *elements) skipMember() error {
	if e.w.buf[0] == '}' {
		e.w.drop(1)
		if e.table {
			return e.endTable()
		}
		e.state, e.inPage = atTop, false
		return nil
	}
	return e.refill(e.readMember)
}

// readMember reads a comma and a member behind the records of a page, or the
// beginning of more records.
func (e *elements) readMember(s *jsontext.Scanner) error {
	if s.Peek() != ',' {
		return s.Unexpected("a page", "a comma or '}'")
	}
	s.Pos++
	s.SkipSpace()
	key, err := s.ReadName()
	if err != nil {
		return err
	}
	if string(key) == e.arrayName() && s.Peek() == '[' {
		s.Pos++
		e.state = atFirst
		return nil
	}
	start := s.Pos
	if err := s.SkipValue(1); err != nil {
		return err
	}
	// A number or word at the end of the window may go on behind it.
	if s.Pos == len(s.Data) {
		return s.TruncatedIn("a page")
	}
	raw := s.Data[start:s.Pos]
	if moreRecords(string(key), raw) {
		return &syntaxError{Pos: s.Pos, What: fmt.Sprintf(secondArray, key)}
	}
	if linksOn(key, raw) {
		e.warnings.Add(schema.NextLink, 1)
	}
	if string(key) == "error" && raw[0] == '{' {
		e.warnings.Add(schema.PartialResult, 1)
	}
	return nil
}
