package reader

import (
	"bytes"
	"slices"
	"strings"

	"signins/schema/jsontext"
)

// walkTable reads a table of Kusto: in version 1 of its answers the elements of Tables,
// in version 2 frames, of which some are no tables.
func (u *unwrapper) walkTable(in *jsontext.Scanner) error {
	start, rows := in.Pos, false
	u.names = nil
	other, kind := false, ""
	err := eachMember(in, func(name []byte) (err error) {
		value := in.Pos
		switch strings.ToLower(string(name)) {
		case "frametype":
			other = true
		case "tablekind":
			err = in.SkipValue(1)
			kind = string(bytes.Trim(in.Data[value:in.Pos], `"`))
			return err
		case "columns":
			if in.Peek() == '[' {
				return u.setNames(in)
			}
		case "rows":
			if in.Peek() == '[' && u.names != nil {
				rows = true
				return u.walkArray(in, func() error { return u.walkRow(in, kind) })
			}
		}
		return in.SkipValue(1)
	})
	if err == nil && !rows && (!other || bytes.Contains(in.Data[start:in.Pos], []byte(`"TableFragment"`))) {
		u.miss(start, in.Pos, "a table without columns before its rows")
	}
	return err
}

// setNames reads the columns of a table.
func (u *unwrapper) setNames(in *jsontext.Scanner) error {
	names, err := columnNames(in)
	u.names = [][]byte{}
	for _, name := range names {
		u.names = append(u.names, append(jsontext.AppendQuoted(nil, []byte(name)), ':'))
	}
	return err
}

// walkRow reads a row of a table of that kind, and makes an object of it. The tables
// about the query itself have none.
func (u *unwrapper) walkRow(in *jsontext.Scanner, kind string) error {
	start, line := in.Pos, len(u.lines)
	if kind != "" && kind != "PrimaryResult" || kind == "" && u.aboutQuery() {
		return in.SkipValue(1)
	}
	if in.Peek() != '[' {
		err := in.SkipValue(1)
		u.miss(start, in.Pos, "a row of the table is no array of cells: records may be missing; run the query again")
		return err
	}
	n := 0
	u.lines = append(u.lines, '{')
	err := u.walkArray(in, func() error {
		cell := in.Pos
		err := in.SkipValue(1)
		if n < len(u.names) && err == nil {
			if n > 0 {
				u.lines = append(u.lines, ',')
			}
			u.lines = append(append(u.lines, u.names[n]...), in.Data[cell:in.Pos]...)
		}
		n++
		return err
	})
	if err != nil || n != len(u.names) {
		u.lines = u.lines[:line]
		if err == nil {
			u.reject(piece{start: start, end: in.Pos, code: "ragged_row", what: raggedRow(n, len(u.names))})
		}
		return err
	}
	u.lines = append(u.lines, '}')
	u.endLine(piece{line: line, start: start, end: in.Pos})
	return nil
}

// aboutQuery reports whether a table of version 1 is one about the query: its
// properties, its status, or the list of tables.
func (u *unwrapper) aboutQuery() bool {
	has := func(name string) bool {
		return slices.ContainsFunc(u.names, func(n []byte) bool { return string(n) == `"`+name+`":` })
	}
	return len(u.names) == 1 && has("Value") || has("SeverityName") || has("Ordinal") && has("PrettyName")
}
