//go:build unix

package reader

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"signins/testdata/fixture"
)

func TestWhatIsNoFile(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"d/a.json": signIn("a") + "\n", "empty/x": "-> y"})
	fifo := filepath.Join(root, "d", "pipe.json")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	got, skipped, err := foundIn(t, root, filepath.Join(root, "d"))
	if !slices.Equal(got, []string{"/d/a.json"}) || !slices.Equal(skipped, []string{"/d/pipe.json: not a regular file"}) || err != nil {
		t.Errorf("%v, skipped %q, %v", got, skipped, err)
	}
	for argument, message := range map[string]string{
		fifo: "not a regular file", filepath.Join(root, "missing.json"): "no such file", filepath.Join(root, "empty"): "no sign-in export found", "": "no such file", os.DevNull: "not a regular file",
	} {
		t.Run(caseName(argument), func(t *testing.T) {
			if _, err := Open(t.Context(), []string{argument}, Options{}); err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("%s: %v", argument, err)
			}
		})
	}
	if _, err := Open(t.Context(), nil, Options{}); err == nil {
		t.Error("no arguments: no error")
	}
}

// A pipe, or a link to nothing, with the name of an export may stand for sign-ins.
func TestSkippedPipesAndLinksThatLookLikeSignIns(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"a.json": signIn("a") + "\n", "InteractiveSignIns.json": "-> none", "other.json": "-> none"})
	if err := syscall.Mkfifo(filepath.Join(root, "NonInteractiveSignIns.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	ins, err := Open(t.Context(), []string{root}, Options{})
	if err != nil || len(ins.Skipped) != 3 {
		t.Fatal(ins, err)
	}
	for _, s := range ins.Skipped {
		if s.LikeSignIns != strings.Contains(filepath.Base(s.Path), "SignIns") {
			t.Errorf("%+v", s)
		}
	}
}
