package reader

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"signins/schema"
)

// separators are those that a CSV may have, the portal's first.
const separators = ",;\t|"

// readCSV reads the header row.
func (s *shape) readCSV(head []byte, whole bool) {
	s.eol = lineEnd(head)
	next := s.readHeader(head, s.skipPreamble(head))
	switch {
	case s.header == nil || next == len(head) && !whole:
		s.kind, s.header = "neither JSON nor CSV", nil
	case !utf8.Valid(head[:next]):
		s.kind, s.hint, s.header = "text in an encoding that is not UTF-8", "name its encoding with --encoding", nil
	case len(s.header) == 1:
		s.kind, s.header = "neither JSON nor CSV with more than one column", nil
	}
	if s.kind != "" {
		return
	}
	s.headerEnd, s.headerTruncated = next, head[next-1] != s.eol
	rows := s.rows(head)
	if _, _, err := rows.scan(next); err == nil {
		s.first = rows.texts()
	}
}

// lineEnd returns the byte that ends the lines of CSV text: a line feed, or a
// carriage return without one behind it, outside quotes.
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

// skipPreamble returns where the header begins: behind blank lines, and the lines
// #TYPE and sep= that PowerShell and Excel write.
func (s *shape) skipPreamble(head []byte) (start int) {
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

// readHeader reads the header at start and returns where it ends. If no line
// before it names the separator, it is the one that makes the most columns: titles
// may have the others in them.
func (s *shape) readHeader(head []byte, start int) (end int) {
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

// rows returns a scanner of rows of the input.
func (s *shape) rows(data []byte) rowScanner {
	return rowScanner{data: data, separator: s.separator, eol: s.eol}
}

// warn counts the oddities of the header and of the lines before it.
func (s *shape) warn(warnings *schema.Tally) {
	for code, found := range map[string]bool{
		schema.NoFinalNewline: s.headerTruncated,
		schema.TypeLine:       s.typeLine,
		schema.SepLine:        s.sepLine,
		schema.OtherSeparator: s.separator != ',',
	} {
		if found {
			warnings.Add(code, 1)
		}
	}
	if s.blankLines > 0 {
		warnings.Add(schema.BlankLines, s.blankLines)
	}
}
