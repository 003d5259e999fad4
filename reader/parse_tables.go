package reader

import (
	"unicode/utf8"

	"signins/schema/jsontext"
)

// tablesPage is the member that holds the tables of an answer of the Log
// Analytics API: {"tables":[{"name":..,"columns":[{"name":..}],"rows":[[..]]}]}.
const tablesPage = "tables"

// A tableColumn is a column of such a table.
type tableColumn struct {
	name  []byte
	field *field
}

// setColumns names the columns of the rows to come.
func (p *jsonParser) setColumns(names []string) {
	p.columns = make([]*tableColumn, 0, len(names))
	for _, name := range names {
		p.columns = append(p.columns, &tableColumn{[]byte(name), p.form.lookup(name)})
	}
}

// readColumns reads the list of columns that stands before the rows.
func (p *jsonParser) readColumns() error {
	names, err := columnNames(&p.Scanner)
	p.setColumns(names)
	return err
}

// columnNames reads the names in a list of columns.
func columnNames(s *jsontext.Scanner) (names []string, err error) {
	start := s.Pos
	if err := s.SkipValue(1); err != nil {
		return nil, err
	}
	end := s.Pos
	s.Pos = start + 1
	for s.SkipSpace(); s.Pos < end-1; s.SkipSpace() {
		name := ""
		if s.Peek() == '{' {
			name = nameMember(s)
		} else {
			s.SkipValue(1)
		}
		names = append(names, name)
		if s.SkipSpace(); s.Peek() == ',' {
			s.Pos++
		}
	}
	s.Pos = end
	return names, nil
}

// nameMember passes an object that was checked and returns its name, "" where
// it has none.
func nameMember(s *jsontext.Scanner) (name string) {
	s.Pos++
	for s.SkipSpace(); s.Peek() != '}'; s.SkipSpace() {
		key, _ := s.ReadName()
		start := s.Pos
		s.SkipValue(1)
		if string(key) == "name" && s.Data[start] == '"' {
			text := jsontext.AppendUnescaped(nil, s.Data[start+1:s.Pos-1])
			if !utf8.Valid(text) {
				text = jsontext.AppendValidUTF8(nil, text)
			}
			name = string(text)
		}
		if s.SkipSpace(); s.Peek() == ',' {
			s.Pos++
		}
	}
	s.Pos++
	return name
}

// familiarCell passes a cell that says what a record before said, or a text that
// is stored as it is.
func (p *jsonParser) familiarCell(f *field) bool {
	if f == nil || f.seen == p.nth || !p.repeats(f, 0) && !p.text(f, nil) {
		return false
	}
	f.seen, p.known = p.nth, true
	return true
}

// tableRow reads a record that is a row of a table.
func (p *jsonParser) tableRow() error {
	start, n := p.Pos, 0
	p.begin(p.b)
	p.Pos++
	p.SkipSpace()
	more, err := p.Peek() != ']', error(nil)
	if !more {
		p.Pos++
	}
	for ; more && err == nil; n++ {
		if n >= len(p.columns) {
			err = p.SkipValue(1)
		} else if c := p.columns[n]; !p.familiarCell(c.field) {
			err = p.memberValue(p.form.root, c.field, c.name, p.Pos, 0)
		}
		if err == nil {
			more, err = p.More(']', "a row")
		}
	}
	if err != nil {
		return err
	}
	if n != len(p.columns) {
		p.b.Seen++
		p.b.Truncate(p.row)
		p.reject(start, p.Pos, start, "ragged_row", raggedRow(n, len(p.columns)))
		return nil
	}
	p.complete(start)
	return nil
}
