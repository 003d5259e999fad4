package reader

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"signins/testdata/fixture"
)

// Inputs that are alike share what they are parsed by; others do not. An input needs at
// most 600 bytes between Open and Read besides its path.
func TestInputsShareDetections(t *testing.T) {
	files, n := map[string]string{}, 2000
	for i := range n {
		files[fmt.Sprintf("a/%04d.json", i)] = signIn(fmt.Sprint(i))
	}
	root := fixture.Tree(t, files)
	before := fixture.Heap()
	ins, err := Open(t.Context(), []string{root}, Options{})
	if err != nil || len(ins.List) != n {
		t.Fatal(err)
	}
	if each := int(fixture.Heap()-before)/n - len(ins.List[0].Name); each > 600 {
		t.Errorf("%d bytes an input", each)
	} else {
		t.Logf("%d bytes an input", each)
	}
	if ins.List[0].detection != ins.List[n-1].detection {
		t.Error("equal inputs have two detections")
	}

	variants := fixture.Tree(t, map[string]string{
		"a.json": signIn("x"), "b.json": byteOrderMark + signIn("x"), "c.json": "[" + signIn("x") + "]", "d.json": `{"value":[` + signIn("x") + "]}",
		"e.csv": portalThree, "f.ndjson": "\n" + signIn("y"),
	})
	if ins, err = Open(t.Context(), []string{variants}, Options{}); err != nil || len(ins.List) != 6 {
		t.Fatal(err, ins.Skipped)
	}
	seen := map[*detection]string{}
	for _, in := range ins.List[:5] {
		if other := seen[in.detection]; other != "" {
			t.Errorf("%s has the detection of %s", in.Name, other)
		}
		seen[in.detection] = in.Name
	}
}

// Of a batch of records each of which has unknown fields of its own some are named, and
// all are counted.
func TestUnknownNamesAreBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	long := strings.Repeat("x", maxName+1)
	for row := range 300 {
		text.WriteString(`{"id":"` + fmt.Sprint(row) + `","createdDateTime":"2026-05-01T08:00:00Z","appId":"a","userId":"u","status":{"errorCode":0},"same":1,"` + long + `":1`)
		for i := range 100 {
			fmt.Fprintf(&text, `,"of %d %d":1`, row, i)
		}
		text.WriteString("}\n")
	}
	out := readText(t, text.String())
	named := int64(0)
	for name, n := range out.unknown {
		if len(name) <= maxName {
			named += n
		}
	}
	if further := out.unknown[furtherNames]; out.unknown["same"] != 300 || len(out.unknown) > maxUnknown+1 || named+further != 300*102 || out.unknown[long] > 0 || named < maxUnknown-101 {
		t.Errorf("%d names, %d of them same, %d named, %d not", len(out.unknown), out.unknown["same"], named, further)
	}
}

// An interrupt ends reading a long head before its next part.
func TestHeadEndsWhenInterrupted(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"a.ndjson": signIn("x")})
	ins, err := Open(t.Context(), []string{root}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if head, err := ins.List[0].readHead(ctx, Options{}); head != nil || !errors.Is(err, cause) {
		t.Errorf("%d bytes, %v", len(head), err)
	}
}

// However many files are detected at once, inputs and skipped files are in order, members of
// archives in their places, and so is the first error.
func TestDetectedSideBySideInOrder(t *testing.T) {
	t.Parallel()
	files, n := map[string]string{}, 2*detectedAtOnce+40
	var inputs, skipped []string
	for i := range n {
		base := fmt.Sprintf("%04d.", i)
		files[base+"json"], files[base+"txt"] = signIn(fmt.Sprint(i)), "text"
		if i%7 < 3 && i > 0 {
			files[base+"json"] = fixture.Zip("b.json", signIn("b"), "c.txt", "text", "a.json", signIn("a"))
			inputs, skipped = append(inputs, base+"json!b.json", base+"json!a.json"), append(skipped, base+"json!c.txt")
		} else {
			inputs = append(inputs, base+"json")
		}
		skipped = append(skipped, base+"txt")
	}
	root := fixture.Tree(t, files)
	ins, err := Open(t.Context(), []string{root}, Options{Jobs: 4})
	if err != nil || len(ins.List) != len(inputs) || len(ins.Skipped) != len(skipped) {
		t.Fatal(err, len(ins.List), len(ins.Skipped))
	}
	for i, in := range ins.List {
		if in.Name != root+"/"+inputs[i] {
			t.Errorf("%d: %s, want %s", i, in.Name, inputs[i])
		}
	}
	for i, skip := range ins.Skipped {
		if skip.Path != root+"/"+skipped[i] {
			t.Errorf("%d: %s, want %s", i, skip.Path, skipped[i])
		}
	}
	if ins.Has(root+"/0000.txt") || !ins.Has(root+"/0000.json") {
		t.Error("a skipped file is among the inputs, or an input is not")
	}
	named := []string{root + "/0000.json", root + "/0002.txt", root + "/0001.txt"}
	for range 20 {
		if _, err := Open(t.Context(), named, Options{Jobs: 3}); err == nil || !strings.HasPrefix(err.Error(), named[1]) {
			t.Fatal(err)
		}
	}
}

// One detection at a time has a long head in memory, or a long row among its dates; others
// do not wait for it.
func TestLongTextIsDetectedAlone(t *testing.T) {
	long := strings.Repeat("x", 2*headSize)
	row := portalThree + "2026-05-25T13:00:00Z,1,u\n2026-05-25T13:00:00Z," + strings.Repeat("x", maxPooled) + ",u\n"
	for _, c := range []struct {
		name, content string
		waits         bool
	}{
		{"short.json", signIn("x"), false}, {"long.json", `{"userAgent":"` + long + `",` + signIn("x")[1:], true},
		{"row.csv", row, false}, {"dates.csv", strings.ReplaceAll(row, "2026-05-25T13:00:00Z", "5/25/2026 1:00:00 PM"), true},
	} {
		path := fixture.Temp(t, c.name, c.content)
		longText.Lock()
		done := make(chan error, 1)
		go func() {
			_, err := Open(context.Background(), []string{path}, Options{})
			done <- err
		}()
		select {
		case err := <-done:
			longText.Unlock()
			if c.waits || err != nil {
				t.Errorf("%s did not wait, %v", c.name, err)
			}
			continue
		case <-time.After(map[bool]time.Duration{true: 200 * time.Millisecond, false: 20 * time.Second}[c.waits]):
		}
		longText.Unlock()
		if err := <-done; !c.waits || err != nil {
			t.Errorf("%s waited, %v", c.name, err)
		}
	}
	if !longText.TryLock() {
		t.Fatal("still locked")
	}
	longText.Unlock()
}

// Small inputs of several kinds share parsers, also where they alternate.
func TestParsersAreKept(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector drops some of what pools have")
	}
	files, n := map[string]string{}, 400
	for i := range n {
		files[fmt.Sprintf("%04d", i)] = []string{signIn("a"), portalThree, "[" + signIn("b") + "]"}[i%3]
	}
	ins, err := Open(t.Context(), []string{fixture.Tree(t, files)}, Options{})
	if err != nil || len(ins.List) != n {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / uint64(n); each > 12_000 {
		t.Errorf("%d bytes are allocated for an input; a parser takes 25,000", each)
	}
}

// More kinds of inputs than parsers are kept are read as alone.
func TestMoreKindsThanParsers(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 3 * maxParsers {
		files[fmt.Sprintf("%02d.csv", i)] = strings.Replace(portalThree, "\n", fmt.Sprintf(",more%d\n", i%(maxParsers+1)), 1) + "2026-05-25T13:00:00Z,1,u,x\n"
	}
	root := fixture.Tree(t, files)
	if out := collect(t, Options{Jobs: 1}, root); out.err != nil || out.seen != int64(len(files)) {
		t.Errorf("%d records, %v", out.seen, out.err)
	}
}

// What is known of a name is what is computed for others.
func TestKnownNames(t *testing.T) {
	t.Parallel()
	for name, known := range knownNames {
		if known.name != name || known.folded != strings.Join(strings.Fields(strings.ToLower(name)), " ") || nameOf([]byte(name)) != name {
			t.Errorf("%q is %+v", name, known)
		}
	}
	if nameOf([]byte(`\u0069d x`)) != "id x" || foldTitle("createdDateTime") != "createddatetime" || len(knownNames) < 100 {
		t.Errorf("%q, %q, %d names", nameOf([]byte(`\u0069d x`)), foldTitle("createdDateTime"), len(knownNames))
	}
	if got := string(foldName(nil, []byte("A_b-C.D/e:f ÄÖ"))); got != "abcdefäö" {
		t.Error(got)
	}
}

// A link in an archive is skipped, and looks like sign-ins by its name.
func TestLinkInArchiveIsSkipped(t *testing.T) {
	t.Parallel()
	link := odd(t, "SignIns.json", "/etc/passwd", func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) })
	ins, err := Open(t.Context(), []string{fixture.Temp(t, "a.zip", link)}, Options{})
	if err != nil || len(ins.List) != 1 || len(ins.Skipped) != 1 || !ins.Skipped[0].LikeSignIns {
		t.Errorf("%v, %+v", err, ins)
	}
}
