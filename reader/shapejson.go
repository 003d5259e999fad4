package reader

import (
	"bytes"
	"cmp"
)

// lookJSON finds the first record and its members.
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
	s.bad, _ = s.lookValue(&look).(*syntaxError)
	s.more = s.more || s.bad != nil && s.bad.cut && !whole
	s.lookBehind(text)
}

// lookBehind goes on to the next value while there is no record in one: pages
// and arrays without any may come first.
func (s *shape) lookBehind(text []byte) {
	for s.empty && s.bad == nil {
		empty := scanner{data: text}
		if empty.value(0) != nil {
			return
		}
		text = bytes.TrimLeft(text[empty.pos:], " \t\r\n"+byteOrderMark)
		next := &shape{keys: map[string]string{}}
		if next.lookValue(&scanner{data: text}) != nil {
			return // whoever reads it says so
		}
		s.keys, s.page, s.context, s.columns, s.local, s.empty = next.keys, next.page, next.context, next.columns, next.local, next.empty
	}
}

// lookValue goes into arrays and pages until it is at a record, and notes its
// members as far as they can be read.
func (s *shape) lookValue(in *scanner) error {
	for in.peek() == '[' {
		in.pos++
		if in.space(); in.peek() == ']' {
			s.empty = true
			return nil
		}
	}
	if in.peek() != '{' {
		return in.unexpected("an array", "a record")
	}
	in.pos++
	if in.space(); in.peek() == '}' {
		return nil
	}
	for {
		key, err := in.key()
		if err != nil {
			return err
		}
		name := string(key)
		if s.page == tablesPage && name == "rows" {
			return nil
		}
		if in.peek() == '[' && (name == "value" || name == "records" || name == tablesPage || resultsPage(name)) {
			s.page = name
			s.context = s.keys["@odata.context"]
			s.keys = map[string]string{}
			return s.lookValue(in)
		}
		if err := s.lookMember(in, key); err != nil {
			return err
		}
		if more, err := in.more('}', "an object"); !more {
			return err
		}
	}
}

// lookMember notes a member of a record.
func (s *shape) lookMember(in *scanner, key []byte) error {
	name, start := string(unescape(nil, key)), in.pos
	s.keys[name] = ""
	if s.page == tablesPage && name == "columns" && in.peek() == '[' {
		var err error
		s.columns, err = in.columnNames()
		return err
	}
	err := in.value(1)
	if err != nil {
		return err
	}
	s.keys[name] = string(in.data[start:in.pos])
	s.local = cmp.Or(s.local, localTime(name, in.data[start:in.pos]))
	return nil
}
