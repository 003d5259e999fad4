package reader

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// Inputs that must not take unbounded time or memory, whatever they hold. What
// fails here may still be running: nothing should come behind this file.

// A record longer than a chunk is read; where it stands does not matter.
func TestRecordLongerThanAChunk(t *testing.T) {
	long := `{"createdDateTime":"2026-01-02T03:04:05Z","id":"long","appId":"a","userAgent":"` + strings.Repeat("0123456789", 520_000) + `"}`
	for _, order := range [][]string{{"", "long", ""}, {"long", "", ""}, {"", "", "long"}} {
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
			out := readText(t, content)
			if len(out.rows) != 3 || out.err != nil {
				t.Errorf("%v, %s: %d rows, %v", order, c.name, len(out.rows), out.err)
			}
		}
		csv := portalHead
		for i, r := range order {
			csv += fmt.Sprintf("2026-01-02T03:04:05Z,%d,\"%s\n\",,\n", i, strings.Repeat("\"\"\n", len(r)*450_000))
		}
		if out := readText(t, csv); len(out.rows) != 3 || out.err != nil {
			t.Errorf("%v, CSV: %d rows, %v", order, len(out.rows), out.err)
		}
	}
}

// What is longer than the limit is refused with its place, not read on and on.
func TestRecordLongerThanTheLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 65 MiB")
	}
	huge := strings.Repeat("0123456789abcdef", (maxRecord>>4)+1)
	for name, content := range map[string]string{
		"line":  signIn("1") + "\n" + `{"createdDateTime":"2026-01-02T03:04:05Z","appId":"` + huge + `"}` + "\n" + signIn("3") + "\n",
		"array": "[" + signIn("1") + `,{"createdDateTime":"2026-01-02T03:04:05Z","appId":"` + huge + `"},` + signIn("3") + "]",
		"CSV":   portalHead + "2026-01-02T03:04:05Z,1,,,\n2026-01-02T03:04:05Z,2,\"" + huge + "\",,\n",
	} {
		out := collect(t, Options{Stdin: strings.NewReader(content)}, "-")
		if said := fmt.Sprint(out.err) + fmt.Sprint(out.codes()); len(out.rows) > 2 || out.err == nil && len(out.rejects) == 0 || !strings.Contains(said, "64 MiB") {
			t.Errorf("%s: %d rows, %.200s", name, len(out.rows), said)
		}
	}
}

// A growing input whose end has no line end must not be waited for.
func TestGrowingFileEndsReading(t *testing.T) {
	record := `{"createdDateTime":"2026-01-02T03:04:05Z","appId":"a","userAgent":"`
	for _, begin := range []string{record, "[" + record, `{"value":[` + record, "[" + signIn("1") + "," + record, signIn("1") + "\n" + record, portalHead + "\"a", portalHead + "2026-01"} {
		path := write(t, "a.json", begin)
		ins, err := Open([]string{path}, Options{})
		if err != nil {
			t.Errorf("%s: %v", begin, err)
			continue
		}
		if err := os.WriteFile(path, []byte(begin+strings.Repeat("x", 100_000)), 0o600); err != nil {
			t.Fatal(err)
		}
		for buffers.Get() != nil { // no buffer is larger than asked for
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
			return // what hangs takes a processor
		}
	}
}

// A page of many pages on one line is no reason to read it again and again.
func TestLineOfManyPages(t *testing.T) {
	line := "[" + strings.Repeat(`{"value":[]},`, 40_000) + "{\"value\":[" + signIn("2") + "]}]"
	within(t, 20*time.Second, func() {
		if out := readText(t, signIn("1")+"\n"+line+"\n"); !slices.Equal(out.values("id"), []string{"1", "2"}) {
			t.Errorf("%d rows, %d rejects, %v", len(out.rows), len(out.rejects), out.err)
		}
	})
}

// A record of many unknown or repeated fields takes time by their number, not
// its square or worse.
func TestRecordOfManyFields(t *testing.T) {
	for name, member := range map[string]string{"unknown": `,"k%d":1`, "repeated": `,"id":%d`, "repeated unknown": `,"k":%d`} {
		var s strings.Builder
		s.WriteString(`{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","appId":"a"`)
		for i := range 100_000 {
			fmt.Fprintf(&s, member, i)
		}
		within(t, 10*time.Second, func() {
			out := collect(t, Options{Stdin: strings.NewReader(s.String() + "}\n")}, "-")
			if len(out.rows) != 1 || strings.Count(out.rows[0]["extra"], ",") != 99_999 {
				t.Errorf("%s: %d rows, %v", name, len(out.rows), out.err)
			}
		})
	}
}
