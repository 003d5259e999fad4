//go:build unix

package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"signins/testdata/fixture"
)

// Pipes and devices are skipped in folders and refused by name; folders that
// cannot be read are errors.
func TestIrregularFiles(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"d/a": "a"})
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

// A pipe that takes the place of a file is found, before and after it was looked at:
// nobody waits for its writer.
func TestPipeInPlaceOfAFile(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		root := fixture.Tree(t, map[string]string{"d/a": "a"})
		files, _, err := Find(t.Context(), []string{root}, nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		f := files[0]
		replace := func() {
			if err := errors.Join(os.Remove(f.path), syscall.Mkfifo(f.path, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if before {
			replace()
		}
		ended := make(chan error, 1)
		go func() {
			s, err := f.Preview(Options{})
			if err == nil {
				s.Close()
				replace()
				_, err = f.Open(Options{})
			}
			ended <- err
		}()
		want := "changed while it was read"
		if before {
			want = irregular
		}
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("before %v: %v", before, err)
			}
		case <-time.After(time.Minute):
			t.Fatal("it waits for a writer")
		}
	}
}

// What is skipped comes in the order of the folders, as their names are sorted: all of a
// folder before what has its name with more behind it.
func TestSkippedInOrderOfFolders(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"d/a/1": "1", "d/a/b/c/2": "2", "d/a.x": "3"})
	for _, name := range []string{"d/z", "d/a/x", "d/a/b/x", "d/a/b/c/x", "d/a-b", "d/a b"} {
		if err := os.Symlink("nowhere", filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for jobs := range 5 {
		files, skipped, err := Find(t.Context(), []string{root}, nil, jobs)
		var names, links string
		for _, f := range files {
			names += strings.TrimPrefix(f.Name, root) + " "
		}
		for _, s := range skipped {
			links += strings.TrimPrefix(s.Path, root) + ", "
		}
		if names != "/d/a.x /d/a/1 /d/a/b/c/2 " || links != "/d/a/b/c/x, /d/a/b/x, /d/a/x, /d/a b, /d/a-b, /d/z, " || err != nil {
			t.Errorf("%d jobs: %s; %s; %v", jobs, names, links, err)
		}
	}
}

// A file that is no regular one any more when it is opened is refused, as one that is named.
func TestWalkedFileBecomesDevice(t *testing.T) {
	t.Parallel()
	f := &File{path: os.DevNull, Name: os.DevNull, Walked: true}
	if _, err := f.Preview(Options{}); err == nil || !strings.Contains(err.Error(), irregular) {
		t.Errorf("%v", err)
	}
}

// A file in whose place another one was moved while it was read is an error.
func TestReplacedFileIsAnError(t *testing.T) {
	t.Parallel()
	f, path := previewed(t, "some text of some bytes")
	err := readAll(f, func() {
		if err := errors.Join(os.WriteFile(path+".new", []byte("some text of some bytes"), 0o600), os.Rename(path+".new", path)); err != nil {
			t.Error(err)
		}
	})
	if err == nil || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("%v", err)
	}
}
