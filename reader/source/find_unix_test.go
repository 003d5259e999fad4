//go:build unix

package source

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Pipes and devices are skipped in folders and refused by name; folders that
// cannot be read are errors.
func TestIrregularFiles(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"d/a": "a"})
	pipe := filepath.Join(root, "d", "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	files, skipped, err := Find(t.Context(), []string{root}, nil, 2)
	if len(files) != 1 || len(skipped) != 1 || skipped[0].Reason != irregular || err != nil {
		t.Errorf("%v, %v, %v", files, skipped, err)
	}
	if _, err := find(t, pipe)[0].Preview(Options{}); err == nil || !strings.Contains(err.(*Error).Hint, "standard input") {
		t.Errorf("%v", err)
	}
	f := find(t, filepath.Join(root, "d", "a"))[0]
	if err := os.Remove(f.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Preview(Options{}); err == nil || err.(*Error).Path != f.Name {
		t.Errorf("%v", err)
	}
	if _, err := f.Open(Options{}); err == nil || err.(*Error).Path != f.Name {
		t.Errorf("%v", err)
	}
	if os.Getuid() == 0 {
		return // root reads every folder
	}
	if err := os.Chmod(filepath.Join(root, "d"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(root, "d"), 0o700)
	if _, _, err := Find(t.Context(), []string{root}, nil, 2); err == nil {
		t.Error("a folder that cannot be read is no error")
	}
}
