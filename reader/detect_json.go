package reader

import (
	"bytes"
	"cmp"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// readJSON reads the members of the first record that shows the dialect, of at most
// maxSamples. Empty arrays and pages may precede it, and so may values that become
// rejects: elements that are no records, records of other logs, broken lines.
func (s *shape) readJSON(text []byte, whole bool) {
	s.keys = map[string]string{}
	first := jsontext.Scanner{Data: text}
	switch {
	case text[0] != '{':
	case first.SkipValue(0) != nil:
		s.lines = !beginsValue(text) && (linesFollow(text) || mostAreRecords(text))
	default:
		if first.Pos <= shortValue {
			s.value = string(text[:first.Pos])
		}
		rest := bytes.TrimLeft(text[first.Pos:], " \t\r")
		oneValue := len(rest) > 0 && bytes.IndexByte([]byte("[{"+byteOrderMark), rest[0]) < 0 // not one after the other
		s.lines = len(rest) == 0 && whole || oneValue && (rest[0] == '\n' || linesFollow(rest))
		s.lines = s.lines && bytes.IndexByte(text[:first.Pos], '\n') < 0
		s.incomplete = len(rest) == 0 && !whole
	}
	in := jsontext.Scanner{Data: text}
	for !s.decided && in.Pos < len(text) {
		start := in.Pos
		err := s.readValue(&in, "", 0)
		if err != nil && len(s.keys) == 0 {
			s.bad = cmp.Or(s.bad, err.(*syntaxError))
		}
		if err != nil && !s.lines {
			break
		}
		if err != nil { // of one line
			n, _ := toLineEnd(text[start:])
			in.Pos = start + n
		}
		in.Pos = len(text) - len(bytes.TrimLeft(text[in.Pos:], " \t\r\n"+byteOrderMark))
	}
	s.incomplete = s.incomplete || s.bad != nil && s.bad.Truncated && !whole
}

// shortValue is how long a first value is whose members are parts of one copy of it, in
// place of a copy each.
const shortValue = 16 << 10

// linesFollow reports whether two lines that are whole objects come behind a line that
// goes wrong, as {"id":"1"}, and {"id": do: it is one of many lines then, and not the
// beginning of a value of several lines.
func linesFollow(text []byte) bool {
	for range 2 {
		_, text, _ = bytes.Cut(text, []byte{'\n'})
		n, _ := toLineEnd(text)
		line := bytes.TrimSpace(text[:n])
		if len(line) == 0 || line[0] != '{' || jsontext.ValueEnd(line, 0) != len(line) {
			return false
		}
	}
	return true
}

// beginsValue reports whether the next line goes on with a value of the first line of a
// text. Behind a comma or a colon of an object it does not if most lines are whole records.
func beginsValue(text []byte) bool {
	n, _ := toLineEnd(text)
	line := bytes.TrimSpace(text[:n])
	switch {
	case bytes.HasSuffix(line, []byte{'['}), bytes.HasSuffix(line, []byte{','}) && bytes.Count(line, []byte{'['}) > bytes.Count(line, []byte{']'}):
		return true
	case bytes.HasSuffix(line, []byte{','}), bytes.HasSuffix(line, []byte{':'}):
		return !mostAreRecords(text)
	}
	return false
}

// mostAreRecords reports whether of the first lines of a text more are whole objects than
// are not. In a value of several lines nearly all objects of one line have a comma behind.
func mostAreRecords(text []byte) bool {
	whole, lines := 0, 0
	for ; len(text) > 0 && lines < maxSamples; lines++ {
		n, _ := toLineEnd(text)
		line := bytes.TrimSpace(text[:n])
		if text = bytes.TrimLeft(text[n:], " \t\r\n"); len(line) > 0 && line[0] == '{' && jsontext.ValueEnd(line, 0) == len(line) {
			whole++
		}
	}
	return 2*whole > lines
}

// readValue enters arrays and pages until a record shows the dialect. page is the
// name of the array that has the value, if it is that of a page.
func (s *shape) readValue(in *jsontext.Scanner, page string, level int) error {
	switch c := in.Peek(); {
	case level > jsontext.MaxDepth:
		return in.Errorf("values nest deeper than %d", jsontext.MaxDepth)
	case c == '[':
		return s.readArray(in, page, level+1)
	case c == '{':
		return s.readObject(in, page, level+1)
	}
	bad := in.Unexpected("an array", "a record")
	if level == 0 || in.SkipValue(level) != nil {
		return bad
	}
	s.bad = cmp.Or(s.bad, bad.(*syntaxError))
	return nil
}

func (s *shape) readArray(in *jsontext.Scanner, page string, level int) error {
	in.Pos++
	if in.SkipSpace(); in.Peek() == ']' {
		in.Pos++
		if len(s.keys) == 0 && s.bad == nil {
			s.empty, s.page = true, page
		}
		return nil
	}
	for {
		if err := s.readValue(in, page, level); err != nil || s.decided {
			return err
		}
		if more, err := in.More(']', "an array"); !more {
			return err
		}
	}
}

// usualMembers is how many members records have room for at first.
const usualMembers = 24

// readObject reads a record, or a page of them.
func (s *shape) readObject(in *jsontext.Scanner, page string, level int) (err error) {
	keys, paged := make(map[string]string, usualMembers), false
	defer func() {
		if !paged {
			s.useRecord(keys, page, err)
		}
	}()
	in.Pos++
	if in.SkipSpace(); in.Peek() == '}' {
		in.Pos++
		return nil
	}
	for n := 0; ; n++ {
		key, err := in.ReadName()
		if err != nil {
			return err
		}
		switch {
		case page == tablesPage && string(key) == "rows" && in.Peek() == '[':
			paged = true
			s.readRows(in)
			return nil
		case in.Peek() == '[' && holdsRecords(string(key)):
			paged, s.context = true, keys["@odata.context"]
			err = s.readArray(in, string(key), level)
		case paged, n >= maxExtra:
			err = in.SkipValue(level)
		default:
			err = s.readMember(in, key, keys, page)
		}
		if err != nil || s.decided {
			return err
		}
		if more, err := in.More('}', "an object"); !more {
			return err
		}
	}
}

// readMember notes a member of a record.
func (s *shape) readMember(in *jsontext.Scanner, key []byte, keys map[string]string, page string) error {
	name, start := nameOf(key), in.Pos
	keys[name] = ""
	if page == tablesPage && name == "columns" && in.Peek() == '[' {
		var err error
		s.columns, err = columnNames(in)
		return err
	}
	err := in.SkipValue(1)
	if err != nil {
		return err
	}
	if in.Pos <= len(s.value) {
		keys[name] = s.value[start:in.Pos]
	} else {
		keys[name] = string(in.Data[start:in.Pos])
	}
	s.local = cmp.Or(s.local, localTime(name, in.Data[start:in.Pos]))
	return nil
}

// knownNames are the names of members that columns are read from, as the key and as
// foldTitle makes them. They are made once, as to make those of a record takes longer than
// to scan it.
var knownNames = func() map[string]struct{ name, folded string } {
	names := map[string]struct{ name, folded string }{}
	for i := range schema.Columns {
		c := &schema.Columns[i]
		for name := range strings.FieldsFuncSeq(c.Graph+"|"+c.Diagnostic, func(r rune) bool { return r == '|' || r == '.' }) {
			names[name] = struct{ name, folded string }{name, strings.ToLower(name)}
		}
	}
	return names
}()

// nameOf returns the name of a member, as its key between the quotes writes it.
func nameOf(key []byte) string {
	if known, ok := knownNames[string(key)]; ok {
		return known.name
	}
	return string(jsontext.AppendUnescaped(nil, key))
}

// useRecord makes the members of a record, which ends in err, those of the shape;
// those of a later record only if they show the dialect.
func (s *shape) useRecord(keys map[string]string, page string, err error) {
	before, pageBefore := s.keys, s.page
	s.page, s.empty = page, false
	s.useKeys(keys)
	proved := s.isProved()
	s.samples++
	s.decided = proved || s.samples == maxSamples
	if !proved && len(before) > 0 {
		s.page = pageBefore
		s.useKeys(before)
		return
	}
	s.bad, _ = err.(*syntaxError)
}

// readRows reads the rows of a table until one shows the dialect.
func (s *shape) readRows(in *jsontext.Scanner) {
	s.keys, s.page, s.decided = map[string]string{}, tablesPage, true
	end := max(jsontext.ValueEnd(in.Data, in.Pos), in.Pos)
	s.useRows(s.columns, func(yield func([]string) bool) {
		for row := range jsontext.Value(in.Data[in.Pos:end]).Elements() {
			var cells []string
			for cell := range row.Elements() {
				cells = append(cells, memberText(string(cell)))
			}
			if !yield(cells) {
				return
			}
		}
	})
}
