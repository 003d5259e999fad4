package reader

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"signins/reader/source"
	"signins/schema"
	"signins/testdata/fixture"
)

// smallChunk is the size of chunks in tests of inputs with several chunks.
const smallChunk = 256 << 10

// bigSize makes inputs of three such chunks.
const bigSize = 2*smallChunk + smallChunk/4

// many makes records of about a kilobyte until they fill size.
func many(size int, record func(i int) string) []string {
	var list []string
	for n := 0; n < size; {
		list = append(list, record(len(list)))
		n += len(list[len(list)-1])
	}
	return list
}

func bigGraph(i int) string {
	return fmt.Sprintf(`{"createdDateTime":"2026-01-02T03:04:05Z","id":"%d","clientAppUsed":"ab","userAgent":"%s","new":%d}`, i, strings.Repeat("agent ", 150+i%40), i)
}

// bigRow has quotes, commas and line ends in a cell, of changing length, so
// that they come to lie on the borders of chunks.
func bigRow(i int) string {
	return fmt.Sprintf("2026-01-02T03:04:05Z,%d,\"%s\",u,\n", i, strings.Repeat("a\"\",\n\"\"b", 100+i%7))
}

// A big is an input of three chunks and the number of its records.
type big struct {
	content string
	records int
}

var bigInputs = sync.OnceValue(func() map[string]big {
	inputs := map[string]big{}
	records := many(bigSize, bigGraph)
	var groups []string // of records that share an array
	for group := range slices.Chunk(records, 300) {
		groups = append(groups, join(group, ","))
	}
	for _, c := range containersOf("value") {
		switch {
		case c.name == "arrays, a line each":
		case strings.HasPrefix(c.name, "arrays") || strings.HasPrefix(c.name, "pages"):
			inputs[c.name] = big{c.pack(groups), len(records)}
		default:
			inputs[c.name] = big{c.pack(records), len(records)}
		}
	}
	rows := many(bigSize, bigRow)
	csv := portalHead + strings.Join(rows, "")
	inputs["CSV"] = big{csv, len(rows)}
	inputs["CSV with CR LF"] = big{strings.ReplaceAll(csv, "\n", "\r\n"), len(rows)}
	return inputs
})

// All records of inputs larger than a chunk are there, once, in order, and
// where they say.
func TestChunks(t *testing.T) {
	t.Parallel()
	for name, in := range bigInputs() {
		t.Run(caseName(name), func(t *testing.T) {
			out := readChunks(t, in.content)
			if len(out.rows) != in.records || out.err != nil || len(out.rejects) > 0 {
				t.Errorf("%s: %d rows, want %d, %d rejects, %v", name, len(out.rows), in.records, len(out.rejects), out.err)
			}
			for i, r := range out.rows {
				if r["id"] != fmt.Sprint(i) || strings.HasPrefix(name, "CSV") && len(r["user_principal_name"]) < 500 {
					t.Errorf("%s: record %d is %s", name, i, r["id"])
					break
				}
			}
		})
	}
}

// Batches are the same for any number of parsers, from a file and a pipe.
func TestChunksAreTheSameForAnyJobs(t *testing.T) {
	t.Parallel()
	for name, in := range bigInputs() {
		t.Run(caseName(name), func(t *testing.T) {
			path := fixture.Temp(t, "export", in.content)
			want := ""
			for _, jobs := range []int{1, 2, 8} {
				got := digest(t, Options{Jobs: jobs, chunkSize: smallChunk}, path)
				if want == "" {
					want = got
				}
				if got != want {
					t.Errorf("%s: %d jobs give other batches than 1", name, jobs)
				}
			}
			piped := digest(t, Options{Jobs: 2, chunkSize: smallChunk, Stdin: strings.NewReader(in.content)}, "-")
			if strings.ReplaceAll(want, path, "-") != piped {
				t.Errorf("%s: standard input gives other batches than a file", name)
			}
		})
	}
}

// digest returns a text of all values, rejects and counts of the batches of inputs.
func digest(t *testing.T, o Options, argument string) string {
	t.Helper()
	ins, err := Open(t.Context(), []string{argument}, o)
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	for b, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		for id := range b.Columns {
			v := &b.Columns[id]
			for _, part := range []any{v.Codes, v.Nums, v.Valid} {
				binary.Write(h, binary.LittleEndian, int64(id))
				binary.Write(h, binary.LittleEndian, part)
			}
			for code := 0; code < v.Dict.Len() && id != int(schema.SourceFile); code++ {
				h.Write(append(v.Dict.Value(schema.First+schema.Code(code)), '\n'))
			}
		}
		fmt.Fprintf(&s, "%s %d %d %v %v %v %x\n", b.Source.Path, b.Len, b.Seen, b.Rejects, b.UnknownFields, b.Warnings, h.Sum(nil))
	}
	for _, in := range ins.List {
		fmt.Fprintln(&s, in.Size, in.SHA256(), in.Warnings)
	}
	return s.String()
}

// A batch holds no more than chunkRecords records, however short they are.
func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	const n = 3*chunkRecords + 5
	short := slices.Repeat([]string{`{"status":0,"id":"1"}`}, n-1)
	short = slices.Insert(short, 0, signIn("1"))
	for name, content := range map[string]string{
		"lines":        join(short, "\n"),
		"array":        "[" + join(short, ",") + "]",
		"objects":      "{\n" + join(short, "\n")[1:],
		"CSV":          portalHead + strings.Repeat("2026-01-02T03:04:05Z,1,,,\n", n),
		"CSV of lines": portalHead + strings.Repeat("2026-01-02T03:04:05Z,1,\"\n\",,\n", n),
	} {
		t.Run(caseName(name), func(t *testing.T) {
			ins, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(content)})
			if err != nil {
				t.Fatal(err)
			}
			rows, batches := 0, 0
			for b, err := range ins.Read(t.Context()) {
				if err != nil || b.Len > chunkRecords {
					t.Fatalf("%s: %d rows in a batch, %v", name, b.Len, err)
				}
				rows, batches = rows+b.Len, batches+1
			}
			if rows != n || batches < 4 || batches > 8 {
				t.Errorf("%s: %d rows in %d batches, want %d", name, rows, batches, n)
			}
		})
	}
}

// A pipe may give few bytes at a time, or an error.
func TestPipes(t *testing.T) {
	t.Parallel()
	content := "[" + join(many(max(headSize, bigSize)+smallChunk/2, bigGraph), ",\n") + "]"
	o := Options{chunkSize: smallChunk, Stdin: strings.NewReader(content)}
	want := digest(t, o, "-")
	for name, r := range map[string]io.Reader{
		"half": iotest.HalfReader(strings.NewReader(content)), "data with the end": iotest.DataErrReader(strings.NewReader(content)),
	} {
		t.Run(caseName(name), func(t *testing.T) {
			if o.Stdin = r; digest(t, o, "-") != want {
				t.Errorf("%s: other batches", name)
			}
		})
	}
	broken := errors.New("pipe broke")
	for _, n := range []int{0, 100, smallChunk + 5, headSize, headSize + smallChunk/4} {
		t.Run(caseName(n), func(t *testing.T) {
			r := io.MultiReader(strings.NewReader(content[:n]), iotest.ErrReader(broken))
			if out := collect(t, Options{chunkSize: smallChunk, Stdin: r}, "-"); !errors.Is(out.err, broken) || !strings.HasPrefix(out.err.Error(), "-: ") {
				t.Errorf("error after %d bytes: %v", n, out.err)
			}
		})
	}
}

func TestInputIsHashedWhole(t *testing.T) {
	t.Parallel()
	content := bigInputs()["array"].content + "  \n\n"
	ins, err := Open(t.Context(), []string{fixture.Temp(t, "a.json", content)}, Options{Jobs: 2, chunkSize: smallChunk})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if in := ins.List[0]; in.Size != int64(len(content)) || in.SHA256() != fmt.Sprintf("%x", sha256.Sum256([]byte(content))) {
		t.Errorf("size %d, SHA-256 %s", in.Size, in.SHA256())
	}
}

func TestProgressCountsEveryByteOnce(t *testing.T) {
	t.Parallel()
	content, total := bigInputs()["lines"].content, 0
	out := collect(t, Options{chunkSize: smallChunk, Progress: func(n int) { total += n }}, fixture.Temp(t, "a.json", content))
	if total != len(content) || out.err != nil {
		t.Errorf("%d bytes of %d, %v", total, len(content), out.err)
	}
}

// Whoever stops early leaves no goroutine behind and no file open.
func TestStoppingEarlyLeavesNothingBehind(t *testing.T) {
	path := fixture.Temp(t, "a.json", bigInputs()["lines"].content)
	before, files := runtime.NumGoroutine(), openFiles()
	for range 20 {
		ins, err := Open(t.Context(), []string{path}, Options{Jobs: 4, chunkSize: smallChunk})
		if err != nil {
			t.Fatal(err)
		}
		for range ins.Read(t.Context()) {
			break
		}
	}
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		runtime.Gosched() // what is done may not have gone yet
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
	if after := openFiles(); after > files {
		t.Errorf("%d files are open, %d before", after, files)
	}
}

// An archive is closed also if an error or the caller ends reading in the middle of it.
func TestArchivesAreClosedEarly(t *testing.T) {
	lines := bigInputs()["lines"].content
	archives := map[string]string{
		"detection fails": fixture.Temp(t, "a.zip", fixture.Zip("InteractiveSignIns.json", "{\"value\":[", "b.json", lines)),
		"reading fails":   fixture.Temp(t, "b.zip", fixture.Zip("a.json", "["+signIn("1")+",", "b.json", lines)),
		"caller stops":    fixture.Temp(t, "c.zip", fixture.Zip("a.json", lines, "b.json", lines)),
	}
	files := openFiles()
	for name, path := range archives {
		ins, err := Open(t.Context(), []string{path}, Options{chunkSize: smallChunk})
		if failed := err != nil; failed != (name == "detection fails") {
			t.Errorf("%s: opened with %v", name, err)
		}
		if err != nil {
			continue
		}
		for _, err = range ins.Read(t.Context()) {
			if name == "caller stops" {
				break
			}
		}
		if failed := err != nil; failed != (name == "reading fails") {
			t.Errorf("%s: read with %v", name, err)
		}
	}
	if after := openFiles(); after > files {
		t.Errorf("%d files are open, %d before", after, files)
	}
}

// openFiles counts the files that the process has open, 0 if the system does not
// list them.
func openFiles() int {
	if runtime.GOOS == "windows" { // Wine shows the files of its own process
		return 0
	}
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

func TestCancelEndsReadingWithItsCause(t *testing.T) {
	t.Parallel()
	path := fixture.Temp(t, "a.json", bigInputs()["lines"].content)
	cause := errors.New("enough")
	for _, after := range []int{0, 1, 2} {
		t.Run(caseName(after), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			ins, err := Open(t.Context(), []string{path}, Options{Jobs: 2, chunkSize: smallChunk})
			if err != nil {
				t.Fatal(err)
			}
			if after == 0 {
				cancel(cause)
			}
			batches, last := 0, error(nil)
			for _, err := range ins.Read(ctx) {
				if last = err; err != nil {
					continue
				}
				if batches++; batches == after {
					cancel(cause)
				}
			}
			if !errors.Is(last, cause) || batches != after {
				t.Errorf("cancelled after %d batches: %d came, then %v", after, batches, last)
			}
			cancel(nil)
		})
	}
}

// Errors and rejects far into an input name its own line, byte and record.
func TestErrorsInLateChunks(t *testing.T) {
	t.Parallel()
	records := many(bigSize, bigGraph)
	n := len(records)
	head := strings.Join(records, ",\n")
	for _, c := range []struct{ tail, what string }{
		{"\n,{\"id\":01}]", "found '1'"}, {"\n,{\"id\":1", "ends inside"}, {"\n x]", "found 'x'"}, {"\n,]", "found ']'"}, {"\n,\n}", "found '}'"},
	} {
		t.Run(caseName(c.tail), func(t *testing.T) {
			out := collect(t, Options{chunkSize: smallChunk, Stdin: strings.NewReader("[" + head + c.tail)}, "-")
			var bad *Error
			if !errors.As(out.err, &bad) || !strings.Contains(bad.What, c.what) {
				t.Errorf("%q: %v", c.tail, out.err)
				return
			}
			content := "[" + head + c.tail
			if bad.Line != lineAt([]byte(content), bad.Byte, "\n") || bad.Byte < int64(len(head)) {
				t.Errorf("%q: line %d, byte %d", c.tail, bad.Line, bad.Byte)
			}
			if strings.HasPrefix(bad.Hint, source.HintTruncated) && !strings.Contains(bad.What, fmt.Sprintf("%d whole records", n)) || !strings.HasPrefix(bad.Hint, source.HintTruncated) && bad.Record != int64(n+1) {
				t.Errorf("%q: %v, want record %d", c.tail, bad, n+1)
			}
		})
	}
	out := readChunks(t, strings.Join(records, "\n")+"\n{bad\n")
	if r := out.rejects[0]; r.Record != int64(n+1) || r.Line != int64(n+1) || !strings.HasPrefix(r.Message, fmt.Sprintf("byte %d:", r.Offset+1)) {
		t.Errorf("%d %d %s", r.Record, r.Line, r.Message)
	}
}

func TestUnterminatedQuoteInALateChunk(t *testing.T) {
	t.Parallel()
	rows := strings.Join(many(bigSize, bigRow), "")
	content := portalHead + rows + "2026-01-02T03:04:05Z,x,\"never closed,,\n" + strings.Repeat("2026-01-02T03:04:05Z,y,u,,\n", 20_000)
	out := collect(t, Options{chunkSize: smallChunk, Stdin: strings.NewReader(content)}, "-")
	open := int64(strings.Index(content, `"never`))
	var bad *Error
	if !errors.As(out.err, &bad) || bad.Byte != open || bad.Line != lineAt([]byte(content), open, "\n") {
		t.Errorf("%v, want byte %d", out.err, open)
	}
}

// A file that changes between looking and the end of reading is an error.
func TestFileThatChangesWhileRead(t *testing.T) {
	t.Parallel()
	content := "[\n" + signIn("1") + ",\n" + signIn("2") + "]"
	for name, change := range map[string]func(path string) error{
		"grows":       func(path string) error { return os.WriteFile(path, []byte(content+"  "), 0o600) },
		"grows a lot": func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte(content+"\n"), 1000), 0o600) },
		"shrinks":     func(path string) error { return os.WriteFile(path, []byte(content[:len(content)-1]), 0o600) },
		"is emptied":  func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"is touched":  func(path string) error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)) },
		"goes away":   os.Remove,
	} {
		t.Run(caseName(name), func(t *testing.T) {
			path := fixture.Temp(t, "a.json", content)
			ins, err := Open(t.Context(), []string{path}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := change(path); err != nil {
				t.Fatal(err)
			}
			within(t, 20*time.Second, func() {
				var last error
				for _, err := range ins.Read(context.Background()) {
					last = err
				}
				if last == nil {
					t.Errorf("%s: no error", name)
				}
			})
		})
	}
}
