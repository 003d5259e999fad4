package manifest

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// testInputs are inputs as their lines keep them, with one filtered record each.
func testInputs(n int) (list []*Input) {
	for i := range n {
		in := &Input{
			Path: fmt.Sprintf("logs/<%d>.json", i), Size: int64(i), SHA256: strings.Repeat("ab", 32), Dialect: "graph-json", Encoding: "UTF-8",
			Category: map[string]int64{"adfs": 1}, Records: Records{Seen: 3, Written: 1, Rejected: 1, Filtered: 1},
			FirstEvent: fmt.Sprintf("2026-05-01T08:00:00.%03dZ", i%1000), LastEvent: "2026-05-01T09:00:00Z", Warnings: []Warning{newWarning(schema.RoundCount, int64(i))},
		}
		if i%2 == 1 {
			in.Encoding = "windows-1252"
			in.Path, in.Member, in.Compression, in.BOM, in.ModifiedAt = "logs.zip", fmt.Sprint(i), "zip", true, "2026-05-01T00:00:00Z"
			in.FirstEvent, in.LastEvent, in.Joined = "", "", &schema.Joined{Rows: 2, Matched: 1, Unmatched: 1}
		}
		list = append(list, in)
	}
	return list
}

// describe sets all inputs, the odd ones last.
func describe(t *testing.T, run *Run, list []*Input) {
	t.Helper()
	for _, odd := range []int{0, 1} {
		for i, in := range list {
			if i%2 == odd {
				if err := run.set(i, in); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func collect(t *testing.T, run *Run) (list []*Input) {
	t.Helper()
	for in, err := range run.AllInputs() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, in)
	}
	return list
}

// Up to 1,000 inputs stand in the manifest. More are in order, whole, and the same in
// memory, in a file, and read back.
func TestInputs(t *testing.T) {
	t.Parallel()
	few := expecting(MaxListed)
	describe(t, few, testInputs(MaxListed))
	if !few.Listed() || len(few.Inputs) != MaxListed || few.Inputs[7].Member != "7" || few.InputCount != MaxListed || few.CountInputs() != MaxListed {
		t.Errorf("%d inputs listed", len(few.Inputs))
	}
	const n = MaxListed + 1
	want := testInputs(n)
	for _, place := range []string{"memory", "file"} {
		t.Run(place, func(t *testing.T) {
			run, dir := expecting(n), t.TempDir()
			if place == "file" {
				file, err := os.Create(filepath.Join(dir, "spill"))
				if err != nil {
					t.Fatal(err)
				}
				defer file.Close()
				run.Spill(file, "x.inputs.ndjson")
			}
			describe(t, run, testInputs(n))
			if got := collect(t, run); run.Listed() || run.Inputs != nil || run.CountInputs() != n || !reflect.DeepEqual(got, want) {
				t.Fatalf("%d inputs, the first %+v", len(got), got[0])
			}
			run.Totals.Written = 0
			run.warnOfEmptySpan()
			again := collect(t, run)
			if w := again[n-1].Warnings; len(w) != 2 || w[1] != newWarning(schema.NothingInSpan, 1) {
				t.Errorf("warnings %+v", w)
			}
			if w := run.SumWarnings(); w[0].Code != schema.NothingInSpan || w[0].Inputs != n || w[0].Count != n {
				t.Errorf("sums %+v", w)
			}
			var lines strings.Builder
			if err := run.WriteInputs(&lines); err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(lines.String(), "\n"); !strings.HasPrefix(first, `{"path":"logs/<0>.json","size":0,"sha256":"abab`) || strings.Count(lines.String(), "\n") != n {
				t.Errorf("first line %s", first)
			}
			fixture.Write(t, filepath.Join(dir, "x.inputs.ndjson"), lines.String())
			loaded := &Run{InputsFile: "x.inputs.ndjson", InputCount: n, folder: dir}
			read := ""
			for _, in := range collect(t, loaded) {
				read += string(encodeInput(nil, in))
			}
			if read != lines.String() {
				t.Errorf("read back as\n%s", read[:1000])
			}
			if err := run.WriteInputs(failingWriter{}); !errors.Is(err, errFull) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A file that keeps inputs and cannot be written or read is named, as an output. The first
// inputs stay known for a summary.
func TestSpillFails(t *testing.T) {
	t.Parallel()
	run := expecting(5000)
	file, err := os.Create(filepath.Join(t.TempDir(), "spill"))
	if err != nil {
		t.Fatal(err)
	}
	run.Spill(file, "x.inputs.ndjson")
	file.Close()
	for i, in := range testInputs(5000) {
		err = errors.Join(err, run.set(i, in))
	}
	if failed, ok := errors.AsType[*schema.OutputError](err); !ok || !strings.HasPrefix(failed.Error(), "x.inputs.ndjson: ") {
		t.Errorf("error %v", err)
	}
	n := 0
	for in, bad := range run.AllInputs() {
		if n++; n <= kept && (bad != nil || in.Size != int64(n-1)) || n > kept && bad == nil {
			t.Fatalf("input %d: %v", n, bad)
		}
	}
	if n != kept+1 {
		t.Errorf("%d inputs", n)
	}
}

// inJSON returns how many bytes a text takes between quotes.
func inJSON(text string) int { return len(strings.Trim(string(appendJSON(nil, text)), "\"\n")) }

// A line has at most 400 bytes besides its path and member, whatever there is to say. What
// a third party needs to find and count the input is always there.
func TestInputLineLength(t *testing.T) {
	t.Parallel()
	const most = math.MaxInt64 / 1000
	long := &Input{
		Path: strings.Repeat("a\n", 3000), Member: strings.Repeat("<é", 3000), Size: most, SHA256: strings.Repeat("ab", 32),
		ModifiedAt: "2026-05-01T00:00:00.123456789Z", Compression: "gzip", Encoding: "x-mac-cyrillic", BOM: true, Dialect: "log-analytics-json",
		Records: Records{most, most, most, 0, most}, Joined: &schema.Joined{Rows: most, Matched: most, Unmatched: most},
		FirstEvent: "2026-05-01T00:00:00.123456Z", LastEvent: "2026-05-01T00:00:00.123456Z", Category: map[string]int64{},
	}
	for _, category := range schema.Categories {
		long.Category[category] = most
	}
	for code := range schema.Warnings {
		long.warn(code, most)
	}
	short := *long
	short.Category, short.Joined, short.Warnings, short.Compression, short.BOM, short.Records = map[string]int64{"adfs": 5}, nil, nil, "", false, Records{5, 5, 0, 0, 0}
	for name, in := range map[string]*Input{"long": long, "short": &short} {
		line := encodeInput(nil, in)
		if n := len(line) - inJSON(in.Path) - inJSON(in.Member); n > 400 {
			t.Errorf("%s: %d bytes besides the path: %s", name, n, line[len(line)-500:])
		}
		got, err := decodeInput(line)
		if err != nil || got.Path != in.Path || got.Member != in.Member || got.SHA256 != in.SHA256 || got.Size != in.Size || got.Records != in.Records || got.more != (name == "long") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if whole := got.FirstEvent != "" && got.Category != nil; whole != (name == "short") {
			t.Errorf("%s: %s", name, line[len(line)-500:])
		}
	}
	// A path that JSON does not escape leaves no room either: one byte more is too much.
	plain := short
	plain.Path, plain.Member, plain.Encoding = "logs/a.json", "b.json", "UTF-8"
	for len(encodeInput(nil, &plain))-len(plain.Path+plain.Member) < maxInputLine {
		plain.ModifiedAt += "0"
	}
	if got, err := decodeInput(encodeInput(nil, &plain)); err != nil || got.Shortened() {
		t.Errorf("%+v, %v", got, err)
	}
	plain.ModifiedAt += "0"
	if got, err := decodeInput(encodeInput(nil, &plain)); err != nil || !got.Shortened() {
		t.Errorf("%+v, %v", got, err)
	}
	for code := range schema.Warnings {
		plain.warn(code, 1)
		line := encodeInput(nil, &plain)
		if n := len(line) - inJSON(plain.Path) - inJSON(plain.Member); n > 400 {
			t.Errorf("%d warnings: %d bytes besides the path: %s", len(plain.Warnings), n, line)
		}
		if got, err := decodeInput(line); err != nil || got.Encoding != "UTF-8" || got.Shortened() == got.Spanned() {
			t.Errorf("%+v, %v", got, err)
		}
	}
	// What says most about an input is left out last.
	long.Joined, long.Warnings = nil, long.Warnings[:1]
	for category := range long.Category {
		if category != schema.InteractiveUser {
			delete(long.Category, category)
		}
	}
	long.Records, long.ModifiedAt = Records{5, 5, 0, 0, 0}, ""
	if got, _ := decodeInput(encodeInput(nil, long)); len(got.Warnings) != 1 || got.Category == nil || got.FirstEvent != "" {
		t.Errorf("%+v", got)
	}
}

// A file of inputs that was damaged or edited is an error that names the line.
func TestLoadInputs(t *testing.T) {
	t.Parallel()
	line := string(encodeInput(nil, testInputs(1)[0]))
	for name, test := range map[string]struct{ text, want string }{
		"damaged":   {line + `{"path":` + "\n", "x.inputs.ndjson:2: is no input: "},
		"member":    {strings.Replace(line, "{", `{"more_or_less":true,`, 1) + line, "x.inputs.ndjson:1: is no input: "},
		"end":       {line + strings.TrimSuffix(line, "\n"), "x.inputs.ndjson:2: is no input: EOF"},
		"few":       {line, "x.inputs.ndjson: has 1 inputs, but the manifest has 2"},
		"many":      {line + line + line, "has 3 inputs, but the manifest has 2"},
		"no inputs": {"", "has 0 inputs"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fixture.Write(t, filepath.Join(dir, "x.inputs.ndjson"), test.text)
			run, last := &Run{InputsFile: "x.inputs.ndjson", InputCount: 2, folder: dir}, error(nil)
			for _, err := range run.AllInputs() {
				if last != nil {
					t.Error("an error is not the last thing")
				}
				last = err
			}
			if unreadable, ok := errors.AsType[*Unreadable](last); !ok || !strings.Contains(unreadable.Error(), test.want) || unreadable.Hint == "" {
				t.Errorf("error %v, want %s", last, test.want)
			}
		})
	}
	for _, err := range (&Run{InputsFile: "none", folder: t.TempDir()}).AllInputs() {
		if _, ok := errors.AsType[*Unreadable](err); !ok {
			t.Errorf("error %v", err)
		}
	}
	for _, name := range []string{"../x", "a/b", `a\\b`, "/x"} {
		if _, err := parse("m", []byte(`{"manifest_version":2,"inputs_file":"`+name+`"}`)); err == nil || !strings.Contains(err.Error(), "is not beside it") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Times with different numbers of digits are compared as times, in whatever order.
func TestSpanOfDigits(t *testing.T) {
	t.Parallel()
	times := []string{"2026-05-01T08:00:00Z", "2026-05-01T08:00:00.5Z", "", "2026-05-01T07:59:59.9Z"}
	for begin := range times {
		var sums Sums
		for _, at := range slices.Concat(times[begin:], times[:begin]) {
			sums.Add(&Input{FirstEvent: at, LastEvent: at})
		}
		if sums.FirstEvent != times[3] || sums.LastEvent != times[1] {
			t.Errorf("from %q: %q to %q", times[begin], sums.FirstEvent, sums.LastEvent)
		}
	}
}

// What a run keeps of each input beyond MaxListed is small: 1 KiB is the bound of the whole
// program.
func TestInputMemory(t *testing.T) {
	const n, most = 8000, 300
	run := expecting(n)
	file, err := os.Create(filepath.Join(t.TempDir(), "spill"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	run.Spill(file, "x")
	accounts, before := NewAccounts(run), fixture.Heap()
	for i := range n {
		b := batch(&schema.Source{Path: fmt.Sprintf("logs/insights-logs-signinlogs/y=2026/m=05/d=01/h=%05d/PT1H.json", i), Format: "diagnostic-json"}, "granted", 0)
		b.UnknownFields.Add(fmt.Sprint("field", i), 1)
		accounts.Add(b)
		if _, err := accounts.Close(i, schema.Reading{Source: b.Source, SHA256: fmt.Sprintf("%064x", i), Size: 5, Findings: schema.Tally{schema.NoFinalNewline: 1}}); err != nil {
			t.Fatal(err)
		}
	}
	if each := (fixture.Heap() - before) / n; each > most {
		t.Errorf("%d bytes an input, more than %d", each, most)
	}
	if fields := run.UnknownFields; len(fields) != maxUnknownFields+1 || fields[furtherFields] != n-maxUnknownFields {
		t.Errorf("%d names of fields, %d further ones", len(fields), fields[furtherFields])
	}
	if run.Category["interactive_user"] != 3*n || run.Totals.Written != n {
		t.Errorf("%+v", run.Totals)
	}
	runtime.KeepAlive(accounts)
}

// Contents are those of all inputs, listed or in lines, in memory or in a file, amended or
// not, and also where a line is longer than what is read ahead.
func TestContents(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, MaxListed + 500} {
		for _, amended := range []bool{false, true} {
			list := testInputs(n)
			list[2].Path = "\"\\\x00é\u2028" + strings.Repeat("long/", aheadSize/4)
			run := new(Run)
			run.Expect(n)
			if n > MaxListed {
				file, err := os.Create(filepath.Join(t.TempDir(), "inputs"))
				if err != nil {
					t.Fatal(err)
				}
				defer file.Close()
				run.Spill(file, "inputs")
			}
			describe(t, run, list)
			if amended {
				run.SetDuplicates(nil)
			}
			i := 0
			for c, err := range run.Contents() {
				if in := list[i]; err != nil || c != (Content{in.Path, in.Member, in.SHA256}) {
					t.Fatalf("input %d of %d: %.60v, %v", i, n, c, err)
				}
				i++
			}
			if i != n {
				t.Errorf("%d of %d", i, n)
			}
		}
	}
	lost, err := os.Create(filepath.Join(t.TempDir(), "lost"))
	if err != nil {
		t.Fatal(err)
	}
	run := new(Run)
	run.Expect(MaxListed + 500)
	run.Spill(lost, "lost")
	describe(t, run, testInputs(MaxListed+500))
	if _, err := run.more.line(MaxListed); err != nil {
		t.Fatal(err)
	}
	lost.Close()
	run.more.ahead = nil
	var last error
	for _, err := range run.Contents() {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "lost") {
		t.Errorf("%v", last)
	}
}
