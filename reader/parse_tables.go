package reader

import (
	"signins/schema/jsontext"
)

// tablesPage is the member that holds the tables of a query's result, as some APIs
// answer it: {"tables":[{"name":..,"columns":[{"name":..}],"rows":[[..]]}]}.
const tablesPage = "tables"

// A tableColumn is a column of such a table.
type tableColumn struct {
	name  []byte
	field *field
}

// setColumns names the columns of the rows to come.
func (p *jsonParser) setColumns(names []string) {
	p.columns = make([]tableColumn, 0, len(names))
	for _, name := range names {
		p.columns = append(p.columns, tableColumn{[]byte(name), p.record.fields.lookup(name)})
	}
}

// columnNames reads the names in a list of columns, "" for a column without one.
func columnNames(s *jsontext.Scanner) (names []string, err error) {
	start := s.Pos
	if err := s.SkipValue(1); err != nil {
		return nil, err
	}
	for column := range jsontext.Value(s.Data[start:s.Pos]).Elements() {
		name := ""
		for key, value := range column.Members() {
			if column.Kind() == jsontext.Object && string(key) == "name" && value.Kind() == jsontext.String {
				text, _ := value.Text()
				name = string(jsontext.AppendValidUTF8(nil, text))
			}
		}
		names = append(names, name)
	}
	return names, nil
}

// fillCachedCell reads a cell that is in the cache of its field or a plain text.
func (p *jsonParser) fillCachedCell(f *field) bool {
	if f == nil || f.seenIn == p.record.nth || !p.members.useCached(f, 0) && !p.members.fillPlainText(f, nil) {
		return false
	}
	f.seenIn, p.members.hasKnown = p.record.nth, true
	return true
}

// readTableRow reads a record that is a row of a table.
func (p *jsonParser) readTableRow() error {
	start, n := p.in.Pos, 0
	p.members.beginRecord(p.batch)
	p.in.Pos++
	p.in.SkipSpace()
	more, err := p.in.Peek() != ']', error(nil)
	if !more {
		p.in.Pos++
	}
	for ; more && err == nil; n++ {
		if n >= len(p.columns) {
			err = p.in.SkipValue(1)
		} else if c := p.columns[n]; !p.fillCachedCell(c.field) {
			err = p.members.readValue(p.record.fields.root, c.field, c.name, p.in.Pos, 0)
		}
		if err == nil {
			more, err = p.in.More(']', "a row")
		}
	}
	if err != nil {
		return err
	}
	if n != len(p.columns) {
		p.batch.Seen++
		p.batch.Truncate(p.record.row.index)
		p.chunk.reject(p.batch, start, p.in.Pos, start, "ragged_row", raggedRow(n, len(p.columns)))
		return nil
	}
	p.endObject(start)
	return nil
}
