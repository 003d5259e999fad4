package reader

import (
	"bytes"
	"cmp"
)

// lookJSON finds the first record that tells what the input holds, and its
// members. Arrays and pages without any may come first, and what becomes a
// reject: elements that are no records, records of other logs.
func (s *shape) lookJSON(text []byte, whole bool) {
	s.keys = map[string]string{}
	first := scanner{data: text}
	if text[0] == '{' && first.value(0) == nil {
		rest := bytes.TrimLeft(text[first.pos:], " \t\r")
		s.lines = len(rest) == 0 && whole || len(rest) > 0 && rest[0] == '\n'
		s.lines = s.lines && bytes.IndexByte(text[:first.pos], '\n') < 0
		s.more = len(rest) == 0 && !whole
	}
	look := scanner{data: text}
	for !s.told && look.pos < len(text) {
		err := s.lookValue(&look, "", 0)
		if err != nil && len(s.keys) == 0 {
			s.bad = cmp.Or(s.bad, err.(*syntaxError))
		}
		if err != nil {
			break
		}
		look.pos = len(text) - len(bytes.TrimLeft(text[look.pos:], " \t\r\n"+byteOrderMark))
	}
	s.more = s.more || s.bad != nil && s.bad.cut && !whole
}

// lookValue goes into arrays and pages until a record tells what it is. page is
// the name of the array in which the value stands, if it is that of a page.
func (s *shape) lookValue(in *scanner, page string, level int) error {
	switch c := in.peek(); {
	case level > maxDepth:
		return in.fail("values nest deeper than %d", maxDepth)
	case c == '[':
		return s.lookArray(in, page, level+1)
	case c == '{':
		return s.lookObject(in, page, level+1)
	}
	bad := in.unexpected("an array", "a record")
	if level == 0 || in.value(level) != nil {
		return bad
	}
	s.bad = cmp.Or(s.bad, bad.(*syntaxError))
	return nil
}

func (s *shape) lookArray(in *scanner, page string, level int) error {
	in.pos++
	if in.space(); in.peek() == ']' {
		in.pos++
		if len(s.keys) == 0 && s.bad == nil {
			s.empty, s.page = true, page
		}
		return nil
	}
	for {
		if err := s.lookValue(in, page, level); err != nil || s.told {
			return err
		}
		if more, err := in.more(']', "an array"); !more {
			return err
		}
	}
}

// lookObject reads a record, or a page of them.
func (s *shape) lookObject(in *scanner, page string, level int) (err error) {
	keys, paged := map[string]string{}, false
	defer func() {
		if !paged {
			s.meet(keys, page, err)
		}
	}()
	in.pos++
	if in.space(); in.peek() == '}' {
		in.pos++
		return nil
	}
	for {
		key, err := in.key()
		if err != nil {
			return err
		}
		name := string(key)
		switch {
		case page == tablesPage && name == "rows":
			s.told = true
			return nil
		case in.peek() == '[' && (name == "value" || name == "records" || name == tablesPage || resultsPage(name)):
			paged, s.context = true, keys["@odata.context"]
			err = s.lookArray(in, name, level)
		case paged:
			err = in.value(level)
		default:
			err = s.lookMember(in, key, keys, page)
		}
		if err != nil || s.told {
			return err
		}
		if more, err := in.more('}', "an object"); !more {
			return err
		}
	}
}

// lookMember notes a member of a record.
func (s *shape) lookMember(in *scanner, key []byte, keys map[string]string, page string) error {
	name, start := string(unescape(nil, key)), in.pos
	keys[name] = ""
	if page == tablesPage && name == "columns" && in.peek() == '[' {
		var err error
		s.columns, err = columnNames(in)
		return err
	}
	err := in.value(1)
	if err != nil {
		return err
	}
	keys[name] = string(in.data[start:in.pos])
	s.local = cmp.Or(s.local, localTime(name, in.data[start:in.pos]))
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
