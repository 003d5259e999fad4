package reader

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// Inputs that must not take unbounded time or memory, whatever they hold. What
// fails here may still be running: nothing should come behind this file.

// A record longer than a chunk is read, at any place of the input.
func TestRecordLongerThanAChunk(t *testing.T) {
	t.Parallel()
	long := `{"createdDateTime":"2026-01-02T03:04:05Z","id":"long","clientAppUsed":"ab","userAgent":"` + strings.Repeat("0123456789", 30_000) + `"}`
	for _, order := range [][]string{{"", "long", ""}, {"long", "", ""}, {"", "", "long"}} {
		t.Run(caseName(order), func(t *testing.T) {
			var records []string
			for i, r := range order {
				if r == "" {
					r = signIn(fmt.Sprint(i))
				} else {
					r = long
				}
				records = append(records, r)
			}
			for _, c := range containersOf("value") {
				content := strings.ReplaceAll(c.pack(records), ", ] ", "]")
				out := readChunks(t, content)
				if len(out.rows) != 3 || out.err != nil {
					t.Errorf("%v, %s: %d rows, %v", order, c.name, len(out.rows), out.err)
				}
			}
			csv := portalHead
			for i, r := range order {
				csv += fmt.Sprintf("2026-01-02T03:04:05Z,%d,\"%s\n\",,\n", i, strings.Repeat("\"\"\n", len(r)*30_000))
			}
			if out := readChunks(t, csv); len(out.rows) != 3 || out.err != nil {
				t.Errorf("%v, CSV: %d rows, %v", order, len(out.rows), out.err)
			}
		})
	}
}

// The members that show the dialect may follow one that is longer than the head.
func TestRecordWhoseFirstMemberIsLong(t *testing.T) {
	t.Parallel()
	record := `{"userAgent":"` + strings.Repeat("0123456789", 110_000) + `",` + signIn("1")[1:]
	for _, content := range []string{record + "\n", "[" + record + "]", `{"value":[` + record + "]}"} {
		t.Run(caseName(content), func(t *testing.T) {
			if out := readText(t, content); len(out.rows) != 1 || out.err != nil {
				t.Errorf("%d rows, %v", len(out.rows), out.err)
			}
		})
	}
}

// A file of lines is one however long its first line.
func TestLinesWhoseFirstIsLong(t *testing.T) {
	t.Parallel()
	first := `{"userAgent":"` + strings.Repeat("0123456789", 150_000) + `",` + signIn("1")[1:]
	for _, first := range []string{strings.Replace(signIn("1"), "}", `,"x":"`+strings.Repeat("0123456789", 150_000)+`"}`, 1), first} {
		t.Run(caseName(first), func(t *testing.T) {
			out := readText(t, first+"\n{bad\n"+signIn("3")+"\n")
			if got := out.values("id"); !slices.Equal(got, []string{"1", "3"}) || len(out.rejects) != 1 {
				t.Errorf("rows %v, %d rejects, %v", got, len(out.rejects), out.err)
			}
		})
	}
}

// What is longer than the limit is rejected with its place and its digest, and
// takes nothing with it, whether it fits in a chunk or not. A row of CSV that
// long has a quote that never closes.
func TestRecordLongerThanTheLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		o    Options
		long bool
	}{
		{"1 MiB", Options{MaxRecord: minMaxRecord}, false},
		{"2 MiB", Options{MaxRecord: 2 << 20, chunkSize: smallChunk}, false},
		{"64 MiB", Options{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.long && testing.Short() {
				t.Skip("reads records of 64 MiB")
			}
			longer(t, c.o, cmp.Or(c.o.MaxRecord, defaultMaxRecord), c.name)
		})
	}
}

func longer(t *testing.T, o Options, limit int, name string) {
	read := func(content string) outcome {
		o.Stdin = strings.NewReader(content)
		return collect(t, o, "-")
	}
	long := `{"createdDateTime":"2026-01-02T03:04:05Z","appDisplayName":"` + strings.Repeat(`0123456789abc\"}`, (limit>>4)+1) + `"}`
	for form, content := range map[string]string{
		"line":  signIn("1") + "\n" + long + "\n" + signIn("3") + "\n",
		"array": "[" + signIn("1") + "," + long + "," + signIn("3") + "]",
		"page":  `{"value":[` + signIn("1") + "," + long + "," + signIn("3") + "]}",
		"alone": "{\n" + signIn("1")[1:] + long + signIn("3"),
	} {
		out := read(content)
		if got := out.values("id"); !slices.Equal(got, []string{"1", "3"}) || len(out.rejects) != 1 || out.err != nil {
			t.Errorf("%s, %s: rows %v, %d rejects, %v", name, form, got, len(out.rejects), out.err)
			continue
		}
		r, sum := out.rejects[0], sha256.Sum256([]byte(long))
		if content[r.Offset:r.Offset+r.Length] != long || !bytes.Equal(r.Sum, sum[:]) || r.Record != 2 || !strings.HasPrefix(long, string(r.Raw)) || len(r.Raw) > 1024 {
			t.Errorf("%s, %s: byte %d, length %d, record %d, sum %x", name, form, r.Offset, r.Length, r.Record, r.Sum)
		}
		if r.Code != "too_long" || !strings.Contains(r.Message, "longer than "+name+", see --max-record") {
			t.Errorf("%s, %s: %s %s", name, form, r.Code, r.Message)
		}
	}
	if cut := read("[" + signIn("1") + "," + long[:len(long)-1]); cut.err == nil || !strings.Contains(cut.err.Error(), "ends inside") {
		t.Errorf("%s, cut: %v", name, cut.err)
	}
	out := read(portalHead + "2026-01-02T03:04:05Z,1,,,\n2026-01-02T03:04:05Z,2,\"" + strings.Repeat("x", limit+1) + "\",,\n")
	if e, ok := out.err.(*Error); !ok || e.Line != 3 || !strings.Contains(e.What, "longer than "+name) || !strings.HasPrefix(e.Hint, longHint) {
		t.Errorf("%s, CSV: %v", name, out.err)
	}
	out = read(`{"x":"` + strings.Repeat("x", limit+headSize) + `",` + signIn("1")[1:])
	if e, ok := out.err.(*Error); !ok || !strings.Contains(e.What, "the first record is longer than "+name) || e.Hint != longHint {
		t.Errorf("%s, first: %v", name, out.err)
	}
}

// What is just as long as the limit is read.
func TestRecordOfTheLimit(t *testing.T) {
	t.Parallel()
	record := strings.Replace(signIn("2"), "}", `,"x":"`+strings.Repeat("x", minMaxRecord-len(signIn("2"))-len(`,"x":""`)-1)+`"}`, 1)
	for _, content := range []string{signIn("1") + "\n" + record + "\n", "[" + signIn("1") + "," + record + "]"} {
		t.Run(caseName(content), func(t *testing.T) {
			if out := collect(t, Options{MaxRecord: minMaxRecord, Stdin: strings.NewReader(content)}, "-"); len(out.rows) != 2 || out.err != nil {
				t.Errorf("%d bytes: %d rows, %v %v", len(record), len(out.rows), out.rejects, out.err)
			}
		})
	}
}

func TestParseMaxRecord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"64MiB": 64 << 20, "1M": 1 << 20, "200M": 200 << 20, "256MiB": 256 << 20,
		"": 0, "64": 0, "0M": 0, "257MiB": 0, "1GiB": 0, "1.5MiB": 0, "-1M": 0, "+1M": 0, "1 MiB": 0, "64mib": 0, "64MB": 0, "M": 0, "65536KiB": 0, "99999999999999999999M": 0,
	} {
		t.Run(caseName(text), func(t *testing.T) {
			if got, err := parseMaxRecord(text); got != want || (err == nil) != (want > 0) {
				t.Errorf("%q: %d, %v", text, got, err)
			}
		})
	}
}

// A growing input whose end has no line end must not be waited for.
func TestGrowingFileEndsReading(t *testing.T) {
	record := `{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab","userAgent":"`
	for _, begin := range []string{record, "[" + record, `{"value":[` + record, "[" + signIn("1") + "," + record, signIn("1") + "\n" + record, portalHead + "\"a", portalHead + "2026-01"} {
		t.Run(caseName(begin), func(t *testing.T) {
			path := fixture.Temp(t, "a.json", begin)
			ins, err := Open(t.Context(), []string{path}, Options{})
			if err != nil {
				t.Errorf("%s: %v", begin, err)
				return
			}
			fixture.Write(t, path, begin+strings.Repeat("x", 100_000))
			for bufferPool.Get() != nil { // no buffer is larger than asked for
			}
			within(t, 10*time.Second, func() {
				var last error
				for _, err := range ins.Read(context.Background()) {
					last = err
				}
				if last == nil {
					t.Errorf("%s: no error", begin)
				}
			})
			if t.Failed() {
				return // a reader that hangs uses a processor
			}
		})
	}
}

// Values that follow each other cost by their length, however many they are.
func TestManySmallValues(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"[%s]\n", "{\n\"value\":[%s]}", "{\n%.0s}\n"} {
		t.Run(caseName(form), func(t *testing.T) {
			n := fewer(50_000)
			content := "[" + signIn("1") + "]\n" + strings.Repeat(fmt.Sprintf(form, signIn("x")), n)
			within(t, 10*time.Second, func() {
				if out := collect(t, Options{Stdin: strings.NewReader(content)}, "-"); out.seen != int64(n)+1 || out.err != nil {
					t.Errorf("%s: seen %d, %v", form, out.seen, out.err)
				}
			})
		})
	}
}

// The time for an archive grows with its members, not with their square.
func TestArchiveOfManyMembers(t *testing.T) {
	t.Parallel()
	var entries []string
	n := fewer(10_000)
	for i := range n {
		entries = append(entries, fmt.Sprintf("%d.txt", i), "x")
	}
	path := fixture.Temp(t, "many.zip", fixture.Zip(append(entries, "a.json", signIn("1")+"\n")...))
	within(t, 15*time.Second, func() {
		if out := collect(t, Options{}, path); len(out.rows) != 1 || len(out.skipped) != n {
			t.Errorf("%d rows, %d skipped, %v", len(out.rows), len(out.skipped), out.err)
		}
	})
}

// A page of many pages on one line is no reason to read it again and again.
func TestLineOfManyPages(t *testing.T) {
	t.Parallel()
	line := "[" + strings.Repeat(`{"value":[]},`, fewer(40_000)) + "{\"value\":[" + signIn("2") + "]}]"
	within(t, 20*time.Second, func() {
		if out := readText(t, signIn("1")+"\n"+line+"\n"); !slices.Equal(out.values("id"), []string{"1", "2"}) {
			t.Errorf("%d rows, %d rejects, %v", len(out.rows), len(out.rejects), out.err)
		}
	})
}

// A record of many unknown or repeated fields takes time by their number, not
// its square or worse.
func TestRecordOfManyFields(t *testing.T) {
	t.Parallel()
	for name, member := range map[string]string{"unknown": `,"k%d":1`, "repeated": `,"id":%d`, "repeated unknown": `,"k":%d`} {
		t.Run(caseName(name), func(t *testing.T) {
			var s strings.Builder
			s.WriteString(`{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","clientAppUsed":"ab"`)
			n := fewer(50_000)
			for i := range n {
				fmt.Fprintf(&s, member, i)
			}
			within(t, time.Minute, func() {
				out := collect(t, Options{Stdin: strings.NewReader(s.String() + "}\n")}, "-")
				if len(out.rows) != 1 || strings.Count(out.rows[0]["extra"], ",") != n-1 {
					t.Errorf("%s: %d rows, %v", name, len(out.rows), out.err)
				}
			})
		})
	}
}

// A record with more fields outside the schema than extra may have is a reject, and the
// records around it are read.
func TestRecordOfTooManyFieldsIsARejectOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, member string
		n, rows      int
	}{
		{"as many as are kept", `,"k%d":1`, maxExtra, 3},
		{"unknown", `,"k%d":1`, maxExtra + 1, 2},
		{"repeated unknown", `,"k":%d`, maxExtra + 1, 2},
		{"repeated", `,"id":%d`, maxExtra + 1, 2},
		{"nested", `,"status":{"k%d":[{}]}`, maxExtra + 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := strings.Builder{}
			s.WriteString(`{"createdDateTime":"2026-01-02T03:04:05Z","id":"2","clientAppUsed":"ab"`)
			for i := range c.n {
				fmt.Fprintf(&s, c.member, i)
			}
			s.WriteString("}")
			for _, form := range []string{"%s\n%s\n%s\n", "[%s,%s,%s]", `{"value":[%s,%s,%s]}`} {
				content := fmt.Sprintf(form, signIn("1"), s.String(), signIn("3"))
				out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
				if len(out.rows) != c.rows || len(out.rejects) != 3-c.rows || out.seen != 3 || out.err != nil {
					t.Fatalf("%s: %d rows, %d rejects of %d, %v", form, len(out.rows), len(out.rejects), out.seen, out.err)
				}
				for _, r := range out.rejects {
					if r.Code != "too_many_fields" || r.Record != 2 || string(r.Raw) != s.String() {
						t.Errorf("%s: record %d, %s: %s", form, r.Record, r.Code, r.Message)
					}
				}
			}
			if out := collect(t, Options{Stdin: strings.NewReader(s.String() + "\n" + signIn("3"))}, "-"); len(out.rows) != c.rows-1 || out.err != nil {
				t.Errorf("as the first: %d rows, %v", len(out.rows), out.err)
			}
		})
	}
}

// A map that was once large takes long to clear, for each of the records behind: there are
// new ones instead, and only then.
func TestMapsOfALongRecordAreNotCleared(t *testing.T) {
	t.Parallel()
	r, b := &rowBuilder{}, &schema.Batch{}
	maps := func() [2]uintptr {
		return [2]uintptr{reflect.ValueOf(r.extraNames).Pointer(), reflect.ValueOf(r.unknown).Pointer()}
	}
	r.beginRow(b)
	first := maps()
	r.kept = maxCleared
	if r.beginRow(b); maps() != first || r.kept != 0 {
		t.Error("there are new maps behind a short record")
	}
	r.extraNames["x"], r.unknown["x"], r.kept = 1, true, maxCleared+1
	if r.beginRow(b); maps()[0] == first[0] || maps()[1] == first[1] || len(r.extraNames)+len(r.unknown)+r.kept != 0 {
		t.Error("the maps of a long record are cleared")
	}
}

// An interrupt does not wait until the shape of a long record is known.
func TestShapeOfALongRecordEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	head := []byte(`[{"userAgent":"` + strings.Repeat("0123456789", headSize) + `"}]`)
	if s, err := shapeUnless(ctx, head, true); s != nil || err != context.Canceled {
		t.Errorf("%v, %v", s, err)
	}
	if s, err := shapeUnless(t.Context(), head, true); err != nil || s.bad != nil || len(s.keys) != 1 {
		t.Errorf("%v, %v", s, err)
	}
}

// An interrupt does not wait for the end of a record, of a file of authentication steps,
// or of the archive that has an input.
func TestInterruptWithinARecord(t *testing.T) {
	t.Parallel()
	const long = 24 << 20
	rest := strings.Repeat("x", long)
	noise := make([]byte, long)
	rand.NewChaCha8([32]byte{}).Read(noise)
	steps := strings.Repeat("1,2026-01-02T03:04:05Z,Password,,true,,\n", long/40)
	for name, files := range map[string]map[string]string{
		"line over the limit": {"a.ndjson": signIn("1") + "\n" + rest + "\n" + signIn("2") + "\n"},
		"string":              {"a.json": "[" + signIn("1") + `,{"userAgent":"` + rest + `"}]`},
		"steps":               {"InteractiveSignIns_a.csv": portalHead + "2026-01-02T03:04:05Z,1,u,v,w\n", "AuthDetails_a.csv": detailsHead + steps},
		"archive":             {"a.zip": fixture.Zip("a.ndjson", signIn("1")+"\n", "b.bin", string(noise))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var paths []string
			for name, content := range files {
				paths = append(paths, fixture.Temp(t, name, content))
			}
			slices.Sort(paths)
			cause := errors.New("enough")
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var size atomic.Int64
			ins, err := Open(ctx, paths, Options{MaxRecord: 1 << 20, Progress: func(n int) {
				if size.Add(int64(n)) > long/2 {
					cancel(cause)
				}
			}})
			if err == nil {
				for _, err = range ins.Read(ctx) {
				}
			}
			if !errors.Is(err, cause) || size.Load() > long*3/4 {
				t.Errorf("%v after %d bytes", err, size.Load())
			}
		})
	}
}
