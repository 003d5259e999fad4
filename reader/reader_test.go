package reader

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"signins/schema"
	"signins/testdata/fixture"
)

// A row has the values of one record: column name to text. Columns without
// a value are missing.
type row map[string]string

// An outcome is what reading inputs gave, whole.
type outcome struct {
	rows     []row
	rejects  []schema.Reject
	seen     int64
	warnings schema.Tally // of records and inputs
	unknown  schema.Tally
	skipped  []schema.Skipped
	dialects []string
	err      error
}

// collect reads arguments to the end and checks what holds for every input:
// seen = rows + rejects, batch by batch.
func collect(t testing.TB, o Options, arguments ...string) outcome {
	t.Helper()
	var out outcome
	ins, err := Open(t.Context(), arguments, o)
	if ins != nil {
		out.skipped = ins.Skipped
	}
	if err != nil {
		out.err = err
		return out
	}
	for b, err := range ins.Read(context.Background()) {
		if err != nil {
			out.err = err
			break
		}
		if b.Seen != int64(b.Len+len(b.Rejects)) {
			t.Errorf("seen %d, but %d rows and %d rejects", b.Seen, b.Len, len(b.Rejects))
		}
		checkText(t, b)
		out.add(b)
	}
	for _, in := range ins.List {
		out.dialects = append(out.dialects, in.Source.Format)
		out.count(in.Warnings)
	}
	return out
}

// checkText makes sure that text is UTF-8, and JSON is JSON, whatever was read.
func checkText(t testing.TB, b *schema.Batch) {
	t.Helper()
	for id := range schema.Columns {
		c, dict := &schema.Columns[id], &b.Columns[id].Dict
		for i := range dict.Len() {
			value := dict.Value(schema.First + schema.Code(i))
			if c.Kind == schema.JSON && !json.Valid(value) || c.Kind != schema.Bytes && !utf8.Valid(value) {
				t.Errorf("%s: not valid %s: %q", c.Name, c.Kind, value)
			}
			if c.Kind == schema.Text && len(value) == 0 {
				t.Errorf("%s: empty text that is not null", c.Name)
			}
		}
	}
}

func (out *outcome) add(b *schema.Batch) {
	out.seen += b.Seen
	for i := range b.Len {
		out.rows = append(out.rows, textRow(b, i))
	}
	for _, r := range b.Rejects {
		r.Raw, r.Sum = bytes.Clone(r.Raw), bytes.Clone(r.Sum) // of the batch
		out.rejects = append(out.rejects, r)
	}
	out.count(b.Warnings)
	for name, n := range b.UnknownFields {
		out.unknown.Add(name, n)
	}
}

func (out *outcome) count(t schema.Tally) {
	for code, n := range t {
		out.warnings.Add(code, n)
	}
}

// readText reads content from standard input and checks that every record
// is at its position.
func readText(t testing.TB, content string) outcome {
	t.Helper()
	return readWith(t, content, Options{})
}

// readChunks is readText with chunks of smallChunk.
func readChunks(t testing.TB, content string) outcome {
	t.Helper()
	return readWith(t, content, Options{chunkSize: smallChunk})
}

func readWith(t testing.TB, content string, o Options) outcome {
	t.Helper()
	o.Raw, o.Stdin = true, strings.NewReader(content)
	out := collect(t, o, "-")
	if err := checkPlaces([]byte(content), out); err != nil {
		t.Errorf("%v\ninput: %s", err, shorten(content))
	}
	return out
}

// checkPlaces makes sure that the records and rejects of one input are numbered
// through, lie inside it in order, do not overlap, and are what raw holds.
func checkPlaces(content []byte, out outcome) error {
	type place struct{ record, line, offset, length int64 }
	eol := "\n"
	if bytes.IndexByte(content, '\n') < 0 && bytes.Contains(content, []byte("Username")) {
		eol = "\r"
	}
	var places []place
	for _, r := range out.rows {
		p := place{whole(r["source_record"]), whole(r["source_line"]), whole(r["source_offset"]), whole(r["source_length"])}
		if end := p.offset + p.length; end > int64(len(content)) || r["raw_record"] != string(content[p.offset:end]) {
			return fmt.Errorf("record %d is not at %d+%d", p.record, p.offset, p.length)
		}
		places = append(places, p)
	}
	for _, r := range out.rejects {
		if end := r.Offset + r.Length; end > int64(len(content)) || string(r.Raw) != string(content[r.Offset:end]) {
			return fmt.Errorf("reject %d is not at %d+%d", r.Record, r.Offset, r.Length)
		}
		places = append(places, place{r.Record, r.Line, r.Offset, r.Length})
	}
	slices.SortStableFunc(places, func(a, b place) int { return int(a.record - b.record) })
	end, line, counted := int64(0), int64(1), int64(0)
	for i, p := range places {
		if p.record != int64(i+1) {
			return fmt.Errorf("record number %d where %d should come", p.record, i+1)
		}
		if p.offset < end {
			return fmt.Errorf("record %d begins at %d, before the end %d of the one before", p.record, p.offset, end)
		}
		line += lineAt(content[counted:], p.offset-counted, eol) - 1
		counted = p.offset
		if p.line != line {
			return fmt.Errorf("record %d is said to be on line %d, it is on %d", p.record, p.line, line)
		}
		end = p.offset + p.length
	}
	return nil
}

// lineAt is the line of a byte, from 1.
func lineAt(content []byte, offset int64, eol string) int64 {
	return int64(bytes.Count(content[:offset], []byte(eol))) + 1
}

func whole(text string) int64 {
	n := int64(-1)
	fmt.Sscan(text, &n)
	return n
}

// textRow returns the values of a record.
func textRow(b *schema.Batch, i int) row {
	r := row{}
	for id := range schema.Columns {
		if v := &b.Columns[id]; v.Set(i) {
			r[schema.Columns[id].Name] = textValue(v, schema.Columns[id].Kind, i)
		}
	}
	return r
}

func textValue(v *schema.Vector, kind schema.Kind, i int) string {
	if kind == schema.TextList {
		var list []string
		for element := range schema.List(v.Value(i)) {
			if element == nil {
				element = []byte("<null>")
			}
			list = append(list, string(element))
		}
		return strings.Join(list, "|")
	}
	if kind.Coded() {
		return string(v.Value(i))
	}
	n, _ := v.Num(i)
	switch kind {
	case schema.Bool:
		return fmt.Sprint(n == 1)
	case schema.Float64:
		return fmt.Sprint(math.Float64frombits(uint64(n)))
	case schema.Time:
		return time.UnixMicro(n).UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(n)
}

// columns leaves of a row what the source gave, without provenance.
func (r row) columns() row {
	out := maps.Clone(r)
	for _, name := range []string{"source_format", "source_file", "source_record", "source_line", "source_offset", "source_length", "raw_record"} {
		delete(out, name)
	}
	return out
}

// String lists a row by column order, a line each.
func (r row) String() string {
	var s strings.Builder
	for _, c := range schema.Columns {
		if v, ok := r[c.Name]; ok {
			fmt.Fprintf(&s, "  %s = %q\n", c.Name, v)
		}
	}
	return s.String()
}

// differs lists the columns in which a row is not what is wanted, "" for none.
func (r row) differs(want row) string {
	var s strings.Builder
	for _, c := range schema.Columns {
		if r[c.Name] != want[c.Name] {
			fmt.Fprintf(&s, "\n  %s = %q, want %q", c.Name, r[c.Name], want[c.Name])
		}
	}
	return s.String()
}

// values lists one column of all rows.
func (out outcome) values(column string) []string {
	list := []string{}
	for _, r := range out.rows {
		list = append(list, r[column])
	}
	return list
}

// codes lists the codes of all rejects.
func (out outcome) codes() []string {
	list := []string{}
	for _, r := range out.rejects {
		list = append(list, r.Code)
	}
	return list
}

func shorten(text string) string {
	if len(text) > 300 {
		return fmt.Sprintf("%q... (%d bytes)", text[:300], len(text))
	}
	return fmt.Sprintf("%q", text)
}

// within fails a test that does not end: what hangs is left behind. limit is many times
// what f takes on a machine that does nothing else; this one may be busy, and under Wine all
// takes many times as long.
func within(t *testing.T, limit time.Duration, f func()) {
	t.Helper()
	limit *= 6
	if runtime.GOOS == "windows" {
		limit *= 10
	}
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		f()
	}()
	select {
	case fault := <-done:
		if fault != nil {
			t.Errorf("panic: %v", fault)
		}
	case <-time.After(limit):
		t.Errorf("did not end within %s", limit)
	}
}

// fewer returns how much is enough to show something: a fifth under -short.
func fewer(n int) int {
	if testing.Short() {
		return n / 5
	}
	return n
}

// TestPathOfARecord reads the record whose path the package comment describes.
func TestPathOfARecord(t *testing.T) {
	t.Parallel()
	const record = `{"createdDateTime":"2026-01-02T03:04:05Z","id":"8f2c","status":{"errorCode":50126},"new":1}`
	doc, err := os.ReadFile("doc.go")
	if err != nil || !strings.Contains(string(doc), "\n//\t"+record+"\n") {
		t.Fatal("the package comment has another record", err)
	}
	first := `{"createdDateTime":"2026-01-02T03:04:00Z","id":"7a19","status":{"errorCode":"0"}}` + "\n"
	out := collect(t, Options{}, fixture.Temp(t, "SignIns.ndjson", first+record+"\n"))
	if len(out.rows) != 2 || out.err != nil || out.dialects[0] != "graph-json" || out.unknown["new"] != 1 {
		t.Fatal(out.rows, out.dialects, out.unknown, out.err)
	}
	for column, want := range map[string]string{
		"created_at": "2026-01-02T03:04:05Z", "id": "8f2c", "error_code": "50126", "extra": `{"new":1}`,
		"source_record": "2", "source_line": "2", "source_offset": "82", "source_length": "91",
	} {
		if got := out.rows[1][column]; got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
}

// caseName returns the name of a subtest, which begins with its input.
func caseName(input any) string {
	text := fmt.Sprintf("%.60q", fmt.Sprint(input))
	return text[1 : len(text)-1]
}
