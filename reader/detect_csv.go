package reader

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"signins/schema"
)

// separators are what may stand between the cells of a CSV, the portal's first.
const separators = ",;\t|"

// lookCSV reads the header row.
func (s *shape) lookCSV(head []byte, whole bool) {
	s.eol = lineEnd(head)
	next := s.lookHeader(head, s.passLines(head))
	switch {
	case s.header == nil || next == len(head) && !whole:
		s.what, s.header = "neither JSON nor CSV", nil
	case !utf8.Valid(head[:next]):
		s.what, s.hint, s.header = "text in an encoding that is not UTF-8", "--encoding names another", nil
	case len(s.header) == 1:
		s.what, s.header = "neither JSON nor CSV with more than one column", nil
	}
	if s.what != "" {
		return
	}
	s.headerEnd, s.headerCut = next, head[next-1] != s.eol
	rows := s.rows(head)
	if _, _, err := rows.scan(next); err == nil {
		s.first = rows.texts()
	}
}

// lineEnd tells what ends the lines of CSV text: a line feed, or a carriage
// return that none follows, outside quotes.
func lineEnd(head []byte) byte {
	quoted := false
	for i, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return '\n'
		case c == '\r' && i+1 < len(head) && head[i+1] != '\n':
			return '\r'
		}
	}
	return '\n'
}

// passLines returns where the header begins, behind blank lines and what other
// programs than the portal write first: the name of a type, and sep= with the
// separator.
func (s *shape) passLines(head []byte) (start int) {
	for {
		text := bytes.TrimLeft(head[start:], "\r\n")
		blank := len(head) - len(text)
		s.blankLines += int64(bytes.Count(head[start:blank], []byte{s.eol}))
		start = blank
		line, _, _ := bytes.Cut(text, []byte{s.eol})
		content := string(bytes.TrimSuffix(line, []byte("\r")))
		switch {
		case strings.HasPrefix(content, "#TYPE "):
			s.typeLine = true
		case len(content) == len("sep=;") && strings.EqualFold(content[:4], "sep=") && content[4] != '"':
			s.sepLine, s.separator = true, content[4]
		default:
			return start
		}
		start = min(start+len(line)+1, len(head))
	}
}

// lookHeader reads the header at start and returns where it ends. Where no line
// before it names the separator, it is what makes the most columns: titles may
// hold the others.
func (s *shape) lookHeader(head []byte, start int) (end int) {
	candidates := []byte(separators)
	if s.sepLine {
		candidates = []byte{s.separator}
	}
	for _, separator := range candidates {
		rows := rowScanner{data: head, separator: separator, eol: s.eol}
		if _, next, err := rows.scan(start); err == nil && len(rows.cells) > len(s.header) {
			s.separator, s.header, end = separator, rows.texts(), next
		}
	}
	return end
}

// rows reads rows of data as the input writes them.
func (s *shape) rows(data []byte) rowScanner {
	return rowScanner{data: data, separator: s.separator, eol: s.eol}
}

// warn says what is odd about the header and the lines before it.
func (s *shape) warn(warnings *schema.Tally) {
	if s.headerCut {
		warnings.Add(schema.NoFinalNewline, 1)
	}
	if s.typeLine {
		warnings.Add(schema.TypeLine, 1)
	}
	if s.sepLine {
		warnings.Add(schema.SepLine, 1)
	}
	if s.separator != ',' {
		warnings.Add(schema.OtherSeparator, 1)
	}
	if s.blankLines > 0 {
		warnings.Add(schema.BlankLines, s.blankLines)
	}
}
