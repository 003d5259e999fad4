package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signins/schema"
)

// newSet begins files that all hold content.
func newSet(t *testing.T, ctx context.Context, overwrite bool, content string, paths ...string) *Transaction {
	t.Helper()
	s := Begin(ctx, overwrite)
	for _, path := range paths {
		f, err := s.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, content)
	}
	return s
}

// contents are the files of a folder as name=content, hidden ones too.
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		content := "folder"
		if !e.IsDir() {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			content = string(b)
		}
		list = append(list, e.Name()+"="+content)
	}
	return strings.Join(list, " ")
}

func put(t *testing.T, content string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTwoRunsDoNotMix completes two sets of the same names at once: the files
// left are all of one run, and one that succeeded.
func TestTwoRunsDoNotMix(t *testing.T) {
	for _, overwrite := range []bool{true, false} {
		for range 40 {
			dir := t.TempDir()
			a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
			if overwrite {
				put(t, "old", a, b, c)
			}
			sets := []*Transaction{
				newSet(t, t.Context(), overwrite, "one", a, b, c),
				newSet(t, t.Context(), overwrite, "two", c, b, a),
			}
			errs := make([]error, len(sets))
			var group sync.WaitGroup
			for i, s := range sets {
				group.Go(func() { errs[i] = s.Commit() })
			}
			group.Wait()
			var allowed []string
			for i, content := range []string{"one", "two"} {
				if errs[i] == nil {
					allowed = append(allowed, strings.ReplaceAll("a=? b=? c=?", "?", content))
				}
			}
			if got := contents(t, dir); !slices.Contains(allowed, got) {
				t.Fatalf("overwrite %t: found %s, want one of %q; errors %v", overwrite, got, allowed, errs)
			}
			if wins := len(allowed); overwrite != (wins == 2) {
				t.Fatalf("overwrite %t: %d runs succeeded: %v", overwrite, wins, errs)
			}
		}
	}
}

// TestCommitTouchesNoOtherFile keeps files whose names look like ours, and what
// a killed run left.
func TestCommitTouchesNoOtherFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	put(t, "old", path)
	put(t, "mine", filepath.Join(dir, ".x.replaced"), filepath.Join(dir, ".x.partial"))
	if err := os.Mkdir(filepath.Join(dir, ".signins.1.partial"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := newSet(t, t.Context(), true, "new", path).Commit(); err != nil {
		t.Fatal(err)
	}
	if got, want := contents(t, dir), ".signins.1.partial=folder .x.partial=mine .x.replaced=mine x=new"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

// TestFailedCommitIsUndone has the last file fail, old ones beside it or not.
func TestFailedCommitIsUndone(t *testing.T) {
	for _, old := range []string{"", "a", "b"} {
		dir := t.TempDir()
		if old != "" {
			put(t, "old", filepath.Join(dir, old))
		}
		blocked := filepath.Join(dir, "z")
		s := newSet(t, t.Context(), true, "new", filepath.Join(dir, "a"), filepath.Join(dir, "b"), blocked)
		s.Remove(filepath.Join(dir, "stale"))
		put(t, "old", filepath.Join(dir, "stale"))
		if err := os.Mkdir(blocked, 0o700); err != nil {
			t.Fatal(err)
		}
		want := contents(t, dir)
		want = want[strings.Index(want, " ")+1:] // without the private folder
		if err := s.Commit(); err == nil || !strings.HasPrefix(err.Error(), blocked+": ") {
			t.Errorf("error %v does not name %s", err, blocked)
		}
		if got := contents(t, dir); got != want {
			t.Errorf("found %s, want %s", got, want)
		}
	}
}

// TestMoveIsUndone has a name taken after the old files were set aside.
func TestMoveIsUndone(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	put(t, "old", a, b)
	s := newSet(t, t.Context(), true, "new", a, b)
	defer s.Abort()
	for _, f := range s.open {
		if err := f.close(); err != nil {
			t.Fatal(err)
		}
		if err := s.setAside(f.Path); err != nil {
			t.Fatal(err)
		}
	}
	put(t, "another's", b)
	s.overwrite = false
	if err := s.move(); err == nil {
		t.Fatal("another's file was replaced")
	}
	// What stands in the way stays, and so does what cannot come back.
	err := s.undo()
	if err == nil || !strings.Contains(err.Error(), b+": the earlier file is now ") {
		t.Errorf("error %v does not tell where the earlier file is", err)
	}
	s.Abort()
	if got := contents(t, dir); !strings.HasSuffix(got, "=folder a=old b=another's") {
		t.Errorf("found %s", got)
	}
	kept, _ := filepath.Glob(filepath.Join(dir, ".signins.*.partial", replaced, "b"))
	if len(kept) != 1 {
		t.Errorf("the earlier file is gone")
	}
}

// TestFilesInterrupted stops a set while it is written, and while it waits for
// another run.
func TestFilesInterrupted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	put(t, "old", path)

	ctx, cancel := context.WithCancel(t.Context())
	s := newSet(t, ctx, true, "new", path)
	cancel()
	if _, err := s.open[0].Write([]byte("more")); !errors.Is(err, context.Canceled) {
		t.Errorf("Write: %v", err)
	}
	if err := s.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit: %v", err)
	}

	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s = newSet(t, ctx, true, "new", path)
	other, free := tryLock(dir)
	if !free || other == nil {
		t.Skip("no locks here")
	}
	defer other.Close()
	if err := s.Commit(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Commit beside another run: %v", err)
	}
	if got := contents(t, dir); runtime.GOOS != "windows" && got != "x=old" {
		t.Errorf("found %s", got)
	}
}

// TestLockHeldForEver has another program lock the folder.
func TestLockHeldForEver(t *testing.T) {
	defer func(wait time.Duration) { lockWait = wait }(lockWait)
	lockWait = 50 * time.Millisecond
	dir := t.TempDir()
	if other, _ := tryLock(dir); other != nil {
		defer other.Close()
	}
	path := filepath.Join(dir, "x")
	if err := newSet(t, t.Context(), false, "new", path).Commit(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); string(got) != "new" {
		t.Errorf("found %q %v", got, err)
	}
}

// TestOneFileByTwoNames refuses a file that is in the set already.
func TestOneFileByTwoNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	names := []string{"x", "./x", filepath.Join(dir, "x"), "../" + filepath.Base(dir) + "/x"}
	if os.Symlink(".", "link") == nil {
		names = append(names, "link/x")
	}
	for _, name := range names {
		s := newSet(t, t.Context(), false, "", "x")
		var twice *schema.Refusal
		if _, err := s.Create(name); !errors.As(err, &twice) {
			t.Errorf("%s: %v", name, err)
		}
		s.Abort()
	}
	if left, _ := filepath.Glob(".signins*"); left != nil {
		t.Errorf("%s is left behind", left)
	}
}

// TestFilesArePrivate looks at the modes before and after.
func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	s := newSet(t, t.Context(), false, "", path)
	folder, err := os.Stat(filepath.Dir(s.open[0].temp))
	if err != nil || folder.Mode() != fs.ModeDir|0o700 {
		t.Errorf("the private folder: %v %v", folder.Mode(), err)
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file: %v %v", info.Mode(), err)
	}
}

// An error of a sync ahead of the end is not lost: the system tells it once.
func TestSyncAheadKeepsItsError(t *testing.T) {
	files := Begin(t.Context(), false)
	f, err := files.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer files.Abort()
	if _, err := f.Write(make([]byte, 2*syncEvery)); err != nil {
		t.Fatal(err)
	}
	f.settle()
	whole := f.file
	f.file, err = os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	f.file.Close() // cannot be synced
	f.syncAhead()
	f.settle()
	f.file = whole
	if _, err := f.Write([]byte("x")); err == nil || f.close() == nil {
		t.Error("the error of the sync is lost")
	}
}
