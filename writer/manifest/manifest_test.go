package manifest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// A line of the rejects file has the place, the reason and the bytes of a record; a
// record that is too long comes with its own digest.
func TestWriteRejects(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Source: &schema.Source{Path: "logs.zip!a.json", Member: "a.json"}, Rejects: []schema.Reject{
		{Record: 2, Line: 3, Offset: 40, Length: 3, Column: "created_at", Code: "bad", Message: "found <", Raw: []byte("\"\xff<")},
		{Record: 4, Raw: []byte("{"), Sum: []byte{0xab, 0xcd}},
	}}
	var got strings.Builder
	if err := WriteRejects(&got, b); err != nil {
		t.Fatal(err)
	}
	const want = `{"file":"logs.zip","member":"a.json","record":2,"line":3,"offset":40,"length":3,"column":"created_at","code":"bad","message":"found <","raw":"\"\\xFF<","raw_sha256":"2a06f34db7fdd89478dcd5df8971bb2b2b2f4f1e6f90b6bcad6c817089844c8c"}
{"file":"logs.zip","member":"a.json","record":4,"line":0,"offset":0,"length":0,"column":"","code":"","message":"","raw":"{","raw_sha256":"abcd"}
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	ended := &rejectWriter{w: failingWriter{}}
	if ended.addText("", make([]byte, 64*rejectsBuffer)); ended.err == nil || ended.flushes > 1 {
		t.Errorf("%v, and %d writes after it", ended.err, ended.flushes-1)
	}
	if err := WriteRejects(failingWriter{}, b); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}

var errFull = errors.New("no space left on device")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

// Counts have commas between thousands.
func TestCounted(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]int64{"1 row": 1, "0 rows": 0, "999 rows": 999, "1,000 rows": 1000, "12,345,678 rows": 12345678, "-123,456 rows": -123456} {
		t.Run(want, func(t *testing.T) {
			if got := Counted(n, "row"); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// A run adds up the warnings of its inputs, and spans the events of all of them.
func TestRunSums(t *testing.T) {
	t.Parallel()
	run := &Run{Inputs: []*Input{
		{FirstEvent: "2026-05-02T00:00:00Z", LastEvent: "2026-05-03T00:00:00Z", Warnings: []Warning{{"b", 1, "B"}, {"a", 2, "A"}}},
		{},
		{FirstEvent: "2026-05-01T00:00:00Z", LastEvent: "2026-05-02T00:00:00Z", Warnings: []Warning{{"b", 3, "B"}}},
	}}
	if first, last := run.Span(); first != "2026-05-01T00:00:00Z" || last != "2026-05-03T00:00:00Z" {
		t.Errorf("from %s to %s", first, last)
	}
	sums := run.SumWarnings()
	if len(sums) != 2 || sums[0].Code != "a" || sums[0].In() != "1 input" || sums[1].Count != 4 || sums[1].In() != "2 inputs" {
		t.Errorf("%+v", sums)
	}
}

// What puts totals in doubt comes first, what puts nothing in doubt last.
func TestWarningsInOrder(t *testing.T) {
	t.Parallel()
	var got []string
	run := &Run{Inputs: []*Input{{Warnings: []Warning{
		{schema.BlankLines, 1, ""}, {schema.BadTime, 1, ""}, {schema.LostTimes, 1, ""}, {schema.MonthFirst, 1, ""}, {schema.RoundCount, 1, ""}, {schema.UnreadErrorCode, 1, ""},
	}}}}
	for _, w := range run.SumWarnings() {
		got = append(got, fmt.Sprint(w.Label(), " ", w.Code, " ", w.Note()))
	}
	want := []string{"WARNING lost_times false", "WARNING unread_error_code false", "warning bad_time false", "warning round_count false", "note blank_lines true", "note month_first true"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// The program knows its name, its Go version and its libraries.
func TestBuildTool(t *testing.T) {
	t.Parallel()
	if tool := BuildTool(); tool.Name != "signins" || tool.OS != runtime.GOOS || tool.Architecture != runtime.GOARCH || tool.SHA256 != "" || tool.Version == "" || !strings.HasPrefix(tool.Go, "go") || tool.Modules == nil {
		t.Errorf("%+v", tool)
	}
}

// A record that is written has the digest of the program's file, and all that was asked for.
func TestNewRun(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1777593600")
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := fixture.Read(t, path)
	who := Identify()
	run := NewRun(Command{Identity: who, Arguments: []string{"x"}, OutputArguments: []string{"out.parquet"}}, true, "2026-05-01")
	if want := fmt.Sprintf("%x", sha256.Sum256(program)); run.Tool.SHA256 != want {
		t.Errorf("digest %s, want %s", run.Tool.SHA256, want)
	}
	if host, _ := os.Hostname(); who.Host != host || who.User == "" {
		t.Errorf("%+v", who)
	}
	run.Finish()
	if run.ManifestVersion != 2 || !run.Nested || run.CodesTableDate != "2026-05-01" || run.StartedAt.Unix() != 1777593600 || run.FinishedAt != run.StartedAt || run.Identity != who {
		t.Errorf("%+v", run)
	}
	if tool := NewRun(Command{}, false, "").Tool; tool.SHA256 != "" {
		t.Errorf("a record that is not written costs a digest: %+v", tool)
	}
}

// Warnings of an input come from all its records: their number, their times and
// their tenants.
func TestAccountWarnings(t *testing.T) {
	t.Parallel()
	run, src := expecting(1), &schema.Source{Path: "a.csv"}
	a := NewAccounts(run)
	for i := range 1000 {
		b := batch(src, "granted", 0)
		b.Columns[schema.TenantID] = schema.Vector{}
		b.Columns[schema.TenantID].SetText(0, []string{"one", "two"}[i%2])
		b.Columns[schema.CreatedAt].SetNum(0, int64(1000-i)*1_000_000)
		b.Columns[schema.SignInCount].SetNum(0, int64(-i))
		b.Warnings = schema.Tally{schema.NoFinalNewline: 1}
		b.Seal()
		a.Add(b)
	}
	if _, err := a.Close(0, schema.Reading{Source: src}); err != nil {
		t.Fatal(err)
	}
	in := run.Inputs[0]
	if in.FirstEvent != "1970-01-01T00:00:01Z" || in.LastEvent != "1970-01-01T00:16:40Z" || in.Category[schema.InteractiveUser] != 1000 || in.ModifiedAt != "" {
		t.Errorf("%+v", in)
	}
	var found []string
	for _, w := range in.Warnings {
		found = append(found, w.Code)
	}
	if want := []string{schema.NoFinalNewline, schema.RoundCount, schema.SeveralTenants}; !slices.Equal(found, want) {
		t.Errorf("warnings %v, want %v", found, want)
	}
}

// A long record is written in pieces, which give what the whole would, in a hundredth of
// its memory.
func TestWriteRejectsInPieces(t *testing.T) {
	raw := []byte(strings.Repeat("\x00é\xff😀\"", 1<<20))
	b := &schema.Batch{Source: &schema.Source{Path: "a.json"}, Rejects: []schema.Reject{{Record: 1, Raw: raw}}}
	digest, pieces := sha256.New(), 0
	w := writerFunc(func(p []byte) (int, error) {
		pieces++
		return digest.Write(p)
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := WriteRejects(w, b); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 || pieces < 50 {
		t.Errorf("%d bytes of memory for a record of %d, in %d pieces", n, len(raw), pieces)
	}
	sum := sha256.Sum256(raw)
	want := sha256.New()
	fmt.Fprintf(want, `{"file":"a.json","member":"","record":1,"line":0,"offset":0,"length":0,"column":"","code":"","message":"","raw":"%s","raw_sha256":"%x"}`+"\n",
		strings.Repeat(`\u0000é\\xFF😀\"`, 1<<20), sum)
	if !bytes.Equal(digest.Sum(nil), want.Sum(nil)) {
		t.Error("the pieces are not the whole")
	}
}

type writerFunc func(p []byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }
