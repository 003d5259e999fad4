package reader

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
)

// Inputs that are alike share what they are parsed by; others do not. An input needs at
// most 600 bytes between Open and Read besides its path.
func TestInputsShareDetections(t *testing.T) {
	files, n := map[string]string{}, 2000
	for i := range n {
		files[fmt.Sprintf("a/%04d.json", i)] = signIn(fmt.Sprint(i))
	}
	root := tree(t, files)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ins, err := Open(t.Context(), []string{root}, Options{})
	if err != nil || len(ins.List) != n {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := int(after.HeapAlloc-before.HeapAlloc)/n - len(ins.List[0].Name); each > 600 {
		t.Errorf("%d bytes an input", each)
	}
	if ins.List[0].detection != ins.List[n-1].detection {
		t.Error("equal inputs have two detections")
	}

	variants := tree(t, map[string]string{
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

// An interrupt ends reading a long head before its next part.
func TestHeadEndsWhenInterrupted(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"a.ndjson": signIn("x")})
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
