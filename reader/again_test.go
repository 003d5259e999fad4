package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// outcomeOf reads inputs to their end.
func outcomeOf(ins *Inputs) (out outcome) {
	for b, err := range ins.Read(context.Background()) {
		if err != nil {
			out.err = err
			return out
		}
		out.add(b)
	}
	return out
}

// createIn returns what makes the files of Spool.
func createIn(t *testing.T) func() (io.ReadWriteSeeker, error) {
	dir := t.TempDir()
	return func() (io.ReadWriteSeeker, error) { return os.CreateTemp(dir, "") }
}

// A second reading has raw_record if that is wanted and the first one has it.
func TestReadingAgainWithAndWithoutRaw(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]bool{{true, true}, {true, false}, {false, true}} {
		first, raw := c[0], c[1]
		ins, err := Open(t.Context(), []string{fixture.Tree(t, map[string]string{"a.ndjson": signIn("1")})}, Options{Raw: first})
		if err != nil {
			t.Fatal(err)
		}
		outcomeOf(ins)
		for b, err := range ins.ReadAgain(t.Context(), func(*schema.Source) bool { return true }, raw) {
			if err != nil || b.Len != 1 || b.Columns[schema.RawRecord].Set(0) != (first && raw) {
				t.Errorf("raw %t: %d rows, error %v", c, b.Len, err)
			}
		}
	}
}

// A second reading gives what the first one gave, in whatever the inputs are packed,
// also authentication steps, rejects and damage that is salvaged; and the warnings of
// inputs count once.
func TestReadingAgainIsReading(t *testing.T) {
	t.Parallel()
	lines := func(from, n int) string {
		var s strings.Builder
		for i := range n {
			s.WriteString(signIn(fmt.Sprint(from+i)) + "\n")
		}
		return s.String()
	}
	root := fixture.Tree(t, map[string]string{
		"1.ndjson": lines(100, 50) + "{\"id\":1,\n\n" + lines(150, 3), "2.json.gz": fixture.Gzip("[" + strings.ReplaceAll(strings.TrimSpace(lines(200, 40)), "\n", ",") + "]"),
		"3.zip":  fixture.Zip("a.ndjson", lines(300, 20), "b.csv", portal("r1,,,", "r2,,,")),
		"4.json": "[" + signIn("400") + "," + signIn("401")[:20],
		"6.csv":  strings.TrimSuffix(portal("r6,,,"), "\n"),                                                          // no line end: a warning of the input
		"7.csv":  "Date (UTC),Request ID,Username,Sign-in error code\n5/13/2026 8:00:00 AM,r7,u@contoso.example,0\n", // its dates, before it is read
		"5.csv":  "Request ID,Succeeded,Result detail\nr1,true,ok\nnone,true,lost\n",
	})
	for _, jobs := range []int{1, 3} {
		o := Options{Jobs: jobs, Salvage: true, Raw: true, Stdin: strings.NewReader(lines(500, 30)), chunkSize: 2000}
		ins, err := Open(t.Context(), []string{root, "-"}, o)
		if err == nil {
			err = ins.Spool(createIn(t))
		}
		if err != nil {
			t.Fatal(err)
		}
		first := outcomeOf(ins)
		var warnings []schema.Tally
		var sums []string
		for _, in := range ins.List {
			warnings, sums = append(warnings, maps.Clone(in.Warnings)), append(sums, in.SHA256())
		}
		second := outcomeOf(ins.again(func(*schema.Source) bool { return true }))
		for _, code := range []string{schema.NoFinalNewline, schema.MonthFirst} {
			if !slices.ContainsFunc(warnings, func(w schema.Tally) bool { return w[code] == 1 }) {
				t.Errorf("no warning %s in %v", code, warnings)
			}
		}
		if first.err != nil || len(first.rows) != 50+3+40+20+2+1+1+1+30 || len(first.rejects) != 3 {
			t.Fatalf("%d rows, rejects %v, %v", len(first.rows), first.codes(), first.err)
		}
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%d jobs: second reading: %d rows, rejects %v, %v", jobs, len(second.rows), second.codes(), second.err)
		}
		for i, in := range ins.List {
			if !maps.Equal(in.Warnings, warnings[i]) || in.SHA256() != sums[i] {
				t.Errorf("%s: warnings %v, %v before; digest %s", in.Source.Path, in.Warnings, warnings[i], in.SHA256())
			}
		}
	}
}

// Only the wanted inputs are read again, and all files may be gone but theirs.
func TestReadingAgainWhatIsWanted(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"1.ndjson": signIn("1") + "\n", "2.ndjson": signIn("2") + "\n", "3.ndjson": signIn("3") + "\n"})
	ins, err := Open(t.Context(), []string{root}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	outcomeOf(ins)
	os.Remove(filepath.Join(root, "1.ndjson"))
	var expected []int64
	ins.options.Expect = func(size int64) { expected = append(expected, size) }
	again := ins.again(func(src *schema.Source) bool { return src == &ins.List[1].Source })
	if out := outcomeOf(again); out.err != nil || !slices.Equal(out.values("id"), []string{"2"}) {
		t.Errorf("%v, %v", out.values("id"), out.err)
	}
	if want := int64(len(signIn("2")) + 1); !slices.Equal(expected, []int64{want}) {
		t.Errorf("expected %d bytes, want %d", expected, want)
	}
}

// A file that is not the one that was read is an error with its name, whatever its size
// and time say.
func TestReadingAgainFindsChanges(t *testing.T) {
	t.Parallel()
	content := signIn("1") + "\n" + signIn("2") + "\n"
	zip := func(text string) string { return fixture.Zip("a.ndjson", text, "b.ndjson", signIn("3")+"\n") }
	other := strings.Replace(content, `"1"`, `"9"`, 1)
	// One member less, in as many bytes.
	missing := []byte(fixture.Zip("a.ndjson", content))
	missing = append(missing, make([]byte, len(zip(content))-len(missing))...)
	for i := len(fixture.Zip("a.ndjson", content)) - 2; i < len(missing); i++ {
		missing[i] = 'c'
	}
	comment := len(missing) - len(fixture.Zip("a.ndjson", content))
	missing[len(missing)-comment-2], missing[len(missing)-comment-1] = byte(comment), byte(comment>>8)
	swapped := fixture.Zip("b.ndjson", signIn("3")+"\n", "a.ndjson", content)
	for name, c := range map[string]struct{ path, before, after string }{
		"changed in place":      {"x.ndjson", content, other},
		"longer":                {"x.ndjson", content, content + signIn("3") + "\n"},
		"shorter":               {"x.ndjson", content, content[:len(signIn("1"))+1]},
		"packed":                {"x.gz", fixture.Gzip(content), fixture.Gzip(other)},
		"member":                {"x.zip", zip(content), zip(other)},
		"members in this order": {"x.zip", zip(content), swapped},
		"a member less":         {"x.zip", zip(content), string(missing)},
		"no archive any more":   {"x.zip", zip(content), strings.Repeat("x", len(zip(content)))},
		"gone":                  {"x.ndjson", content, ""},
		"damaged":               {"x.json", "[" + signIn("1") + "," + signIn("2")[:20], "[" + signIn("9") + "," + signIn("2")[:20]},
	} {
		t.Run(caseName(name), func(t *testing.T) {
			root := fixture.Tree(t, map[string]string{c.path: c.before})
			path := filepath.Join(root, c.path)
			ins, err := Open(t.Context(), []string{path}, Options{Salvage: name == "damaged"})
			if err != nil {
				t.Fatal(err)
			}
			if out := outcomeOf(ins); out.err != nil {
				t.Fatal(out.err)
			}
			info, err := os.Stat(path)
			if err == nil {
				err = errors.Join(os.WriteFile(path, []byte(c.after), 0o600), os.Chtimes(path, info.ModTime(), info.ModTime()))
			}
			if c.after == "" {
				err = os.Remove(path)
			}
			if err != nil {
				t.Fatal(err)
			}
			last := &ins.List[len(ins.List)-1].Source
			out := outcomeOf(ins.again(func(src *schema.Source) bool { return src == last }))
			e, isError := errors.AsType[*Error](out.err)
			if !isError || !strings.Contains(e.Error(), c.path) || !strings.Contains(e.Error(), "change") && c.after != strings.Repeat("x", len(c.after)) {
				t.Fatalf("error %v", out.err)
			}
			if status, hint := e.Exit(); status != schema.ExitInput || hint == "" {
				t.Errorf("status %d, hint %q", status, hint)
			}
		})
	}
}

// Standard input that cannot be kept fails only a run that reads it again.
func TestReadingAgainWithoutSpace(t *testing.T) {
	t.Parallel()
	ins, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(signIn("1") + "\n")})
	if err == nil {
		err = ins.Spool(func() (io.ReadWriteSeeker, error) { return fullDisk{}, nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	if out := outcomeOf(ins); out.err != nil || len(out.rows) != 1 {
		t.Errorf("%d rows, %v", len(out.rows), out.err)
	}
	out := outcomeOf(ins.again(func(*schema.Source) bool { return true }))
	failure, isOutput := errors.AsType[*schema.OutputError](out.err)
	if !isOutput || !strings.Contains(failure.Error(), "disk full") {
		t.Errorf("error %v", out.err)
	}
	ins, err = Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(signIn("1") + "\n")})
	if err != nil {
		t.Fatal(err)
	}
	if err := ins.Spool(func() (io.ReadWriteSeeker, error) { return nil, io.ErrNoProgress }); err != io.ErrNoProgress {
		t.Errorf("error %v", err)
	}
}

type fullDisk struct{ io.ReadSeeker }

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }
