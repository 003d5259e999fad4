package reader

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signins/reader/source"
	"signins/testdata/fixture"
)

// A badCase is an input with something wrong, and the outcome that is expected.
// In the input ‸ marks the byte that a message must name, and ▸ where a rejected
// record must begin; the marks are not part of it.
type badCase struct {
	name, input       string
	want              expected
	file              string // its name
	member            string // that the error names, of an archive
	encoding, packing string // one of encodings, of packers
	options           Options
}

// expected is the exit status and what goes with it.
type expected struct {
	exit     int
	message  string   // the error, behind its place
	hint     string   // a part of it
	rows     string   // ids of the rows
	rejects  []string // code and beginning of the message, behind its byte
	warnings []string
	cells    []string // columns of the first row and their texts
}

// fails is an input that cannot be read: nothing is written.
func fails(message, hint string) expected { return expected{exit: 3, message: message, hint: hint} }

// rejects is an input with bad records, which do not harm their neighbours.
func rejects(rows string, list ...string) expected {
	return expected{exit: 2, rows: rows, rejects: list}
}

// reads is an input that is read whole, with warnings.
func reads(rows string, warnings ...string) expected {
	return expected{rows: rows, warnings: warnings}
}

// warns adds warnings to rejects.
func (e expected) warns(warnings ...string) expected { e.warnings = warnings; return e }

// cell adds the expected text of columns in the first row.
func (e expected) cell(columns ...string) expected { e.cells = columns; return e }

func bad(name, input string, want expected, with ...func(*badCase)) badCase {
	c := badCase{name: name, input: input, want: want, file: "in", encoding: "UTF-8"}
	for _, f := range with {
		f(&c)
	}
	return c
}

func inEncoding(encoding string) func(*badCase) { return func(c *badCase) { c.encoding = encoding } }
func packedAs(packer string) func(*badCase)     { return func(c *badCase) { c.packing = packer } }
func ofMember(member string) func(*badCase)     { return func(c *badCase) { c.member = member } }
func withSalvage(c *badCase)                    { c.options.Salvage = true }
func withDialect(dialect string) func(*badCase) { return func(c *badCase) { c.options.From = dialect } }
func withDateOrder(order string) func(*badCase) {
	return func(c *badCase) { c.options.DateOrder = order }
}
func withMaxRecord(size int) func(*badCase) { return func(c *badCase) { c.options.MaxRecord = size } }
func withEncoding(name string) func(*badCase) {
	return func(c *badCase) { c.options.Encoding, _ = source.FindEncoding(name) }
}

// split removes the marks from the input and returns their places, as messages
// write them: of the error, and of each reject.
func (c badCase) split() (text, place string, rejects []string) {
	rest := c.input
	for {
		i := strings.IndexAny(rest, "‸▸")
		if i < 0 {
			return text + rest, place, rejects
		}
		text += rest[:i]
		line, at := 1+strings.Count(text, "\n"), len(encode(text, c.encoding))
		switch {
		case strings.HasPrefix(rest[i:], "▸"):
			rejects = append(rejects, fmt.Sprintf("line %d, byte %d: ", line, at))
		case len(rejects) > 0:
			rejects[len(rejects)-1] += fmt.Sprintf("byte %d: ", at)
		default:
			place = fmt.Sprintf(":%d: byte %d", line, at)
		}
		rest = rest[i+len("‸"):]
	}
}

// TestBadInputs reads every kind of bad file: exit status, place, message, and
// the records that are read all the same.
func TestBadInputs(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, table := range [][]badCase{badJSON(), badLines(), badDialects(), badCSV(), badTables(), badFiles(t), badArchives(t), badValues(), badDates()} {
		for _, c := range table {
			if names[c.name] {
				t.Errorf("two cases are called %q", c.name)
			}
			names[c.name] = true
			t.Run(c.name, c.test)
		}
	}
}

func (c badCase) test(t *testing.T) {
	t.Parallel()
	text, at, places := c.split()
	content := packers[c.packing](t, encode(text, c.encoding))
	path := fixture.Temp(t, c.file, string(content))
	c.options.InputZone = Zone{time.UTC} // of formats that do not say UTC
	out := collect(t, c.options, path)
	if got := out.exit(); got != c.want.exit {
		t.Fatalf("exit %d, want %d: %v, rejects %v", got, c.want.exit, out.err, out.rejects)
	}
	o := c.options
	if o.Stdin = strings.NewReader(string(content)); !strings.HasPrefix(string(content), "PK") {
		if piped := collect(t, o, "-"); piped.exit() != c.want.exit || len(piped.rows) != len(out.rows) || len(piped.rejects) != len(out.rejects) {
			t.Errorf("standard input: %d rows, %d rejects, %v", len(piped.rows), len(piped.rejects), piped.err)
		}
	}
	if out.err != nil {
		c.compareError(t, out.err, path, at)
		return
	}
	if got := strings.Join(out.values("id"), " "); got != c.want.rows {
		t.Errorf("rows %s, want %s", got, c.want.rows)
	}
	c.compareRejects(t, out, places)
	for _, code := range c.want.warnings {
		if out.warnings[code] == 0 {
			t.Errorf("no warning %s, but %v", code, out.warnings)
		}
	}
	for i := 0; i < len(c.want.cells); i += 2 {
		if got := strings.Replace(out.rows[0][c.want.cells[i]], path, c.file, 1); got != c.want.cells[i+1] {
			t.Errorf("%s is %q, want %q: %s", c.want.cells[i], got, c.want.cells[i+1], out.rows[0])
		}
	}
}

// exit is the status that the program ends with.
func (out outcome) exit() int {
	switch {
	case out.err != nil:
		return 3
	case len(out.rejects) > 0:
		return 2
	}
	return 0
}

func (c badCase) compareError(t *testing.T, err error, name, at string) {
	if c.member != "" {
		name += "!" + c.member
	}
	want := name + at + ": " + c.want.message
	if _, none := err.(*NoExport); none {
		want = c.want.message
	}
	if !strings.HasPrefix(err.Error(), want) {
		t.Errorf("message %s\nwant %s", err, want)
	}
	hint := ""
	if e, ok := err.(*Error); ok {
		hint = e.Hint
	}
	if text := err.Error(); (strings.Contains(text, "record 2: ") || strings.Contains(text, "1 whole record before")) && !strings.Contains(hint, "--salvage") {
		t.Errorf("hint %q does not name --salvage", hint)
	}
	hint = strings.TrimSuffix(strings.TrimSuffix(hint, salvageHint), "; ")
	if !strings.Contains(hint, c.want.hint) || c.want.hint == "" && hint != "" {
		t.Errorf("hint %q, want %q", hint, c.want.hint)
	}
}

func (c badCase) compareRejects(t *testing.T, out outcome, places []string) {
	if len(places) != len(c.want.rejects) || len(places) != len(out.rejects) {
		t.Fatalf("%d places, %d wants, rejects %v", len(places), len(c.want.rejects), out.rejects)
	}
	for i, r := range out.rejects {
		code, message, _ := strings.Cut(c.want.rejects[i], ": ")
		got, want := fmt.Sprintf("line %d, byte %d: %s", r.Line, r.Offset, r.Message), places[i]+message
		if r.Code != code || !strings.HasPrefix(got, want) {
			t.Errorf("reject %s at %s\nwant %s at %s", r.Code, got, code, want)
		}
	}
}
