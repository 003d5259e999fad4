package reader

import (
	"bytes"
	"cmp"

	"signins/schema/jsontext"
)

// lookJSON finds the first record that tells what the input holds, and its
// members. Arrays and pages without any may come first, and what becomes a
// reject: elements that are no records, records of other logs.
func (s *shape) lookJSON(text []byte, whole bool) {
	s.keys = map[string]string{}
	first := jsontext.Scanner{Data: text}
	if text[0] == '{' && first.SkipValue(0) == nil {
		rest := bytes.TrimLeft(text[first.Pos:], " \t\r")
		s.lines = len(rest) == 0 && whole || len(rest) > 0 && rest[0] == '\n'
		s.lines = s.lines && bytes.IndexByte(text[:first.Pos], '\n') < 0
		s.more = len(rest) == 0 && !whole
	}
	look := jsontext.Scanner{Data: text}
	for !s.told && look.Pos < len(text) {
		err := s.lookValue(&look, "", 0)
		if err != nil && len(s.keys) == 0 {
			s.bad = cmp.Or(s.bad, err.(*syntaxError))
		}
		if err != nil {
			break
		}
		look.Pos = len(text) - len(bytes.TrimLeft(text[look.Pos:], " \t\r\n"+byteOrderMark))
	}
	s.more = s.more || s.bad != nil && s.bad.Truncated && !whole
}

// lookValue goes into arrays and pages until a record tells what it is. page is
// the name of the array in which the value stands, if it is that of a page.
func (s *shape) lookValue(in *jsontext.Scanner, page string, level int) error {
	switch c := in.Peek(); {
	case level > jsontext.MaxDepth:
		return in.Errorf("values nest deeper than %d", jsontext.MaxDepth)
	case c == '[':
		return s.lookArray(in, page, level+1)
	case c == '{':
		return s.lookObject(in, page, level+1)
	}
	bad := in.Unexpected("an array", "a record")
	if level == 0 || in.SkipValue(level) != nil {
		return bad
	}
	s.bad = cmp.Or(s.bad, bad.(*syntaxError))
	return nil
}

func (s *shape) lookArray(in *jsontext.Scanner, page string, level int) error {
	in.Pos++
	if in.SkipSpace(); in.Peek() == ']' {
		in.Pos++
		if len(s.keys) == 0 && s.bad == nil {
			s.empty, s.page = true, page
		}
		return nil
	}
	for {
		if err := s.lookValue(in, page, level); err != nil || s.told {
			return err
		}
		if more, err := in.More(']', "an array"); !more {
			return err
		}
	}
}

// lookObject reads a record, or a page of them.
func (s *shape) lookObject(in *jsontext.Scanner, page string, level int) (err error) {
	keys, paged := map[string]string{}, false
	defer func() {
		if !paged {
			s.meet(keys, page, err)
		}
	}()
	in.Pos++
	if in.SkipSpace(); in.Peek() == '}' {
		in.Pos++
		return nil
	}
	for {
		key, err := in.ReadName()
		if err != nil {
			return err
		}
		name := string(key)
		switch {
		case page == tablesPage && name == "rows":
			s.told = true
			return nil
		case in.Peek() == '[' && (name == "value" || name == "records" || name == tablesPage || resultsPage(name)):
			paged, s.context = true, keys["@odata.context"]
			err = s.lookArray(in, name, level)
		case paged:
			err = in.SkipValue(level)
		default:
			err = s.lookMember(in, key, keys, page)
		}
		if err != nil || s.told {
			return err
		}
		if more, err := in.More('}', "an object"); !more {
			return err
		}
	}
}

// lookMember notes a member of a record.
func (s *shape) lookMember(in *jsontext.Scanner, key []byte, keys map[string]string, page string) error {
	name, start := string(jsontext.AppendUnescaped(nil, key)), in.Pos
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
	keys[name] = string(in.Data[start:in.Pos])
	s.local = cmp.Or(s.local, localTime(name, in.Data[start:in.Pos]))
	return nil
}

// meet takes the members of a record, which ends in err, for what tells of the
// input; those of a later one only where it is no record of another log.
func (s *shape) meet(keys map[string]string, page string, err error) {
	before := s.keys
	s.keys = keys
	if s.told = s.told || len(keys) > 0 && !s.otherLog(); !s.told && len(before) > 0 {
		s.keys = before
		return
	}
	s.page, s.empty = page, false
	s.bad, _ = err.(*syntaxError)
}

// otherLog reports whether the first record is what diagnostic settings write
// of another log.
func (s *shape) otherLog() bool {
	return s.keyFold("properties") && s.keyFold("category") && !signInCategory(s.text("category"))
}
