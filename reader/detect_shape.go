package reader

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"signins/schema"

	"signins/reader/source"
	"signins/schema/jsontext"
)

// A shape is what the beginning of an input shows.
type shape struct {
	kind string // of a file that is neither JSON nor CSV, "" if it may be either
	hint string

	bom   bool
	begin int // where text begins behind the byte order mark, or the first row

	incomplete bool // the first record ends behind the head

	// record is the one that the input is judged by, the first that proves it: texts
	// by folded name.
	record map[string]string
	// dialect and unproven are what the record shows, nil while not known.
	dialect  *dialect
	unproven *string

	// JSON
	lines   bool              // the first value is complete on its own line
	leading int               // bytes of lines without a record before JSON of several lines
	page    string            // array of the page that holds the records, "" for none
	context string            // @odata.context of the page, quoted
	empty   bool              // an array without a record
	keys    map[string]string // members of the record: raw value
	value   string            // the first of the text, "" if it is not short
	columns []string          // of the first of several tables of rows
	local   string            // a local date among the times
	bad     *syntaxError      // ended reading
	decided bool              // no further record is looked at
	samples int               // records that were looked at

	wrapping *wrapping // of the records in the values of the input, nil for none

	// CSV
	header    []string
	first     []string     // cells of the record
	warnings  schema.Tally // about the header and the lines before it
	separator byte         // between cells
	eol       byte
}

// key reports whether the record, an object, has that member.
func (s *shape) key(name string) bool { _, ok := s.keys[name]; return ok }

// names reports whether the record has a column or member of that name, in any case.
func (s *shape) names(name string) bool { _, ok := s.record[foldTitle(name)]; return ok }

// nullWord returns the text that a recognised producer writes for null, "" for none:
// the Azure CLI makes every value of a row a text as Python prints it, and Wazuh writes
// null in quotes.
func (s *shape) nullWord() string {
	texts := true
	for _, raw := range s.keys {
		texts = texts && strings.HasPrefix(raw, `"`)
	}
	switch {
	case s.names("azure_tag") || s.names("azure_aad_tag"):
		return "null"
	case s.names("TableName") && texts:
		return "None"
	}
	return ""
}

// text returns the text of a column or member, in any case; that of other values is as
// written. "" for none.
func (s *shape) text(name string) string { return s.record[foldTitle(name)] }

// has reports whether the CSV header has that title.
func (s *shape) has(title string) bool { return s.header != nil && s.names(title) }

// useCells makes the cells of a row the record; nil for a table without rows.
func (s *shape) useCells(titles, cells []string) {
	s.first, s.record, s.dialect, s.unproven = cells, make(map[string]string, len(titles)), nil, nil
	for i, title := range slices.Backward(titles) { // the first of equal titles wins
		s.record[foldTitle(title)] = ""
		if i < len(cells) {
			s.record[foldTitle(title)] = cells[i]
		}
	}
}

// useRows makes the first row that shows the dialect the record, or else the first.
func (s *shape) useRows(titles []string, rows iter.Seq[[]string]) {
	var first []string
	n := 0
	for cells := range rows {
		if len(cells) != len(titles) {
			continue // a reject
		}
		if s.useCells(titles, cells); s.isProved() {
			return
		}
		if n++; n == 1 {
			first = cells
		}
		if n == maxSamples {
			break
		}
	}
	s.useCells(titles, first)
}

// useKeys makes the members of an object the record.
func (s *shape) useKeys(keys map[string]string) {
	s.keys, s.record, s.dialect, s.unproven = keys, make(map[string]string, len(keys)), nil, nil
	for name, raw := range keys {
		s.record[foldTitle(name)] = memberText(raw)
	}
}

// memberText returns the text of a value, that of others than strings as written.
func memberText(raw string) string {
	switch {
	case len(raw) > 1 && raw[0] == '"' && strings.IndexByte(raw, '\\') < 0:
		return raw[1 : len(raw)-1]
	case len(raw) > 1 && raw[0] == '"':
		return string(jsontext.AppendUnescaped(nil, []byte(raw[1:len(raw)-1])))
	case raw == "null":
		return ""
	}
	return raw
}

// titles returns the names of the columns, or of the members in alphabetical order.
func (s *shape) titles() []string {
	switch {
	case s.header != nil:
		return s.header
	case s.page == tablesPage:
		return s.columns
	}
	titles := slices.AppendSeq(make([]string, 0, len(s.keys)), maps.Keys(s.keys))
	slices.Sort(titles)
	return titles
}

// shapeOf returns the shape of an input. whole: the head is all of it.
func shapeOf(head []byte, whole bool) *shape {
	s := &shape{eol: '\n'}
	if rest, ok := bytes.CutPrefix(head, []byte(byteOrderMark)); ok {
		s.bom, s.begin, head = true, len(byteOrderMark), rest
	}
	if s.kind, s.hint = binaryKind(head); s.kind != "" {
		return s
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	if s.kind, s.hint = textKind(text); s.kind != "" {
		return s
	}
	switch {
	case len(text) == 0 && whole:
		s.kind, s.hint = "empty", "export it again"
	case len(text) == 0:
		s.kind, s.incomplete = "nothing but white space at the beginning", true
	case text[0] == '{' || text[0] == '[':
		s.readJSON(text, whole)
		if s.bad != nil {
			s.bad.Pos += len(head) - len(text)
		}
	case text[0] == '<':
		s.kind, s.hint = kindMarkup, "download the export again, signed in"
	default:
		s.readCSV(head, whole)
	}
	if zero := bytes.IndexByte(head[:min(len(head), 4096)], 0); zero >= 0 && !s.mayHoldZero(head[:zero]) {
		s.kind, s.hint = fmt.Sprintf("this is not text: byte %d is zero", zero), ""
	}
	return s
}

// The kinds of text that may still have JSON in it.
const (
	kindMarkup    = "HTML or XML (a sign-in page?), not a log export"
	kindNeither   = "neither JSON nor CSV"
	kindOneColumn = "neither JSON nor CSV with more than one column"
)

var kindsOfText = []string{kindMarkup, kindNeither, kindOneColumn}

// openings begin text that is neither JSON nor CSV, for another reason than that it is
// no export.
var openings = []struct{ begin, what, hint string }{
	{"#< CLIXML", "CLIXML, objects that PowerShell keeps for itself", hintCLIXML},
	{"<Objs Version=", "CLIXML, objects that PowerShell keeps for itself", hintCLIXML},
	{"HTTP/1.", "an answer of HTTP with its headers", "leave out -i of curl, or delete the lines up to the first blank one"},
	{"HTTP/2 ", "an answer of HTTP with its headers", "leave out -i of curl, or delete the lines up to the first blank one"},
	{"HTTP/3 ", "an answer of HTTP with its headers", "leave out -i of curl, or delete the lines up to the first blank one"},
}

const (
	hintCLIXML = "read it with Import-Clixml, then ConvertTo-Json -Depth 10"
	hintList   = "export the objects with ConvertTo-Json -Depth 10, not their display"
)

// textKind names text that is neither JSON nor CSV by its beginning; "" if it may be
// either.
func textKind(text []byte) (what, hint string) {
	for _, o := range openings {
		if bytes.HasPrefix(text, []byte(o.begin)) {
			return o.what, o.hint
		}
	}
	if first, _ := toLineEnd(text); isEventFormat(text[:first]) {
		return "text of an event format (CEF, LEEF)", "export the log itself, as JSON"
	}
	lines := 0
	for line := range bytes.Lines(text[:min(len(text), 4096)]) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 || line[0] == ' ' {
			continue // between objects; the rest of a long value
		}
		name, _, ok := bytes.Cut(line, []byte(" : "))
		if name = bytes.TrimRight(name, " "); !ok && !bytes.HasSuffix(line, []byte(" :")) || bytes.ContainsAny(name, " ,;\t\"{<") {
			break
		}
		lines++
	}
	if lines > 2 {
		return "text of PowerShell's Format-List", hintList
	}
	return "", ""
}

// isEventFormat reports whether a line is an event of a collector that has fields of its
// own behind bars: CEF:0|Microsoft|Entra|...
func isEventFormat(line []byte) bool {
	for _, begin := range []string{"CEF:0|", "CEF:1|", "LEEF:1.0|", "LEEF:2.0|"} {
		if n := bytes.Index(line, []byte(begin)); n >= 0 && !bytes.ContainsAny(line[:n], "\"{") {
			return true
		}
	}
	return false
}

// magics are the first bytes of files that are no text.
var magics = []struct{ begin, what, hint string }{
	{"PK\x03\x04", "an Office document such as .xlsx, or a ZIP archive that is no file of its own", "export again as CSV or JSON, or save the sheet as CSV; name an archive as a file"},
	{"\x1f\x8b\b", "packed twice, with gzip inside", source.HintUnpack},
	{"\x28\xb5\x2f\xfd", "packed twice, with zstd inside", source.HintUnpack},
	{"\xfd7zXZ\x00", "packed with xz", source.HintUnpack},
	{"BZh91AY&SY", "packed with bzip2", source.HintUnpack},
	{"7z\xbc\xaf'\x1c", "a 7z archive", source.HintUnpack},
	{"Rar!\x1a\x07", "a RAR archive", source.HintUnpack},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", "save sheets as CSV"},
	{"PAR1", "a Parquet file", "export again as CSV or JSON"},
	{"%PDF", "a PDF document", ""},
	{"Obj\x01", "Avro, as Event Hubs captures it", "write the field Body of every event to a file, one on a line, e.g. with the Python package fastavro"},
	{"ElfFile\x00", "a Windows event log", ""},
	{"\x89PNG", "a picture", ""},
	{"\xff\xd8\xff", "a picture", ""},
	{"\x00\x05\x16\x07", "metadata that a Mac keeps of another file", ""},
	{"SQLite format 3", "an SQLite database", ""},
	{"\xff\xfe\x00\x00", "UTF-32 text", "save it as UTF-8, or export it again"},
	{"\x00\x00\xfe\xff", "UTF-32 text", "save it as UTF-8, or export it again"},
}

// mayHoldZero reports whether the text before a zero byte is that of an export. If so, the
// zero byte is an error of its line or record alone.
func (s *shape) mayHoldZero(before []byte) bool {
	return s.kind == "" && (bytes.ContainsAny(before, "\r\n") || s.header == nil && s.isExport())
}

// binaryKind names files that are not UTF-8 text; "" if the head may be text.
func binaryKind(head []byte) (what, hint string) {
	if len(head) > 257 && bytes.HasPrefix(head[257:], []byte("ustar")) { // where tar has it
		return "a tar archive", source.HintUnpack
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.begin)) {
			return m.what, m.hint
		}
	}
	if len(head) > 3 && (head[0] == 0) != (head[1] == 0) && (head[0] == 0) == (head[2] == 0) && (head[1] == 0) == (head[3] == 0) {
		return "UTF-16 text without a byte order mark", "name its encoding with --encoding"
	}
	return "", ""
}

// separators are those that a CSV may have, the portal's first.
const separators = ",;\t|"

// readCSV reads the header row.
func (s *shape) readCSV(head []byte, whole bool) {
	s.eol, s.warnings = lineEnd(head), schema.Tally{}
	next := s.readHeader(head, s.skipPreamble(head))
	switch {
	case s.header == nil || next == len(head) && !whole:
		s.kind, s.header = kindNeither, nil
	case !utf8.Valid(head[:next]):
		s.kind, s.hint, s.header = "text in an encoding that is not UTF-8", "name its encoding with --encoding", nil
	case len(s.header) == 1 && !isWrapper(s.header[0]):
		s.kind, s.header = kindOneColumn, nil
	}
	if s.kind != "" {
		return
	}
	s.begin += next
	if head[next-1] != s.eol {
		s.warnings[schema.NoFinalNewline] = 1
	}
	if s.separator != ',' {
		s.warnings[schema.OtherSeparator] = 1
	}
	s.useRows(s.header, func(yield func([]string) bool) {
		rows, more := s.rows(head), true
		for pos := next; more && pos < len(head); {
			_, end, err := rows.scan(pos)
			if bad, _ := errors.AsType[*syntaxError](err); bad != nil && bad.Truncated {
				return
			}
			if pos = end; err == nil && (end < len(head) || whole) {
				more = yield(rows.texts())
			}
		}
	})
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
		if n := bytes.Count(head[start:blank], []byte{s.eol}); n > 0 {
			s.warnings.Add(schema.BlankLines, int64(n))
		}
		start = blank
		line, _, _ := bytes.Cut(text, []byte{s.eol})
		content := string(bytes.TrimSuffix(line, []byte("\r")))
		switch {
		case strings.HasPrefix(content, "#TYPE "):
			s.warnings[schema.TypeLine] = 1
		case len(content) == len("sep=;") && strings.EqualFold(content[:4], "sep=") && content[4] != '"':
			s.warnings[schema.SepLine], s.separator = 1, content[4]
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
	if s.separator != 0 {
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
