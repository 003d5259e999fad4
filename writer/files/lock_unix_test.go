//go:build unix && !aix && !solaris

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Who has the lock of a file has that of the file that has the name, also if others
// remove it and make it again.
func TestLockOfAFileThatIsRemoved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	var group sync.WaitGroup
	const enough = 500
	var locks atomic.Int64
	end := time.Now().Add(time.Minute)
	for range 4 {
		group.Go(func() {
			for locks.Load() < enough && time.Now().Before(end) {
				l, free, err := lockFile(path, os.O_CREATE)
				if err != nil {
					t.Error(err)
				}
				if l == nil {
					continue
				}
				locks.Add(1)
				info, err := l.(*os.File).Stat()
				if err != nil || !free || !sameFile(path, info) {
					t.Error("the lock is that of another file", err)
					l.Close()
					return
				}
				os.Remove(path)
				l.Close()
			}
		})
	}
	group.Wait()
	if n := locks.Load(); n < enough {
		t.Errorf("%d locks", n)
	}
	if err := os.Symlink("elsewhere", path); err == nil {
		if _, _, err := lockFile(path, os.O_CREATE); err == nil {
			t.Error("a link is followed")
		}
	}
}

// An error of the disk while names are made durable ends a commit: nothing has changed
// before the last file has its name, and after it the error says that all are there. A
// file system without such a sync, or a folder that may only be written, is no error.
func TestSyncOfFolders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		fails bool
	}{
		"input/output error": {syscall.EIO, true}, "no space": {syscall.ENOSPC, true},
		"not for folders": {syscall.EINVAL, false}, "not supported": {syscall.ENOTSUP, false}, "not there": {syscall.ENOSYS, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				dir := t.TempDir()
				beforeEverything(t, dir)
				before, calls := contents(t, dir), 0
				s := withoutSync()
				s.sync = func(f *os.File) error {
					info, err := f.Stat()
					if err != nil || !info.IsDir() {
						return err
					}
					if calls++; calls == n {
						return &fs.PathError{Op: "sync", Path: f.Name(), Err: c.err}
					}
					return nil
				}
				err := everything(t.Context(), dir, s)
				residue, isResidue := errors.AsType[*Residue](err)
				switch got := contents(t, dir); {
				case calls < n:
					if n < 10 || err != nil || got != afterEverything {
						t.Fatalf("%d calls: %v, found %s", calls, err, got)
					}
					return
				case !c.fails && (err != nil || got != afterEverything):
					t.Fatalf("call %d: %v, found %s", n, err, got)
				case c.fails && isResidue:
					status, hint := residue.Exit()
					if got != afterEverything || status != 4 || !strings.Contains(hint, "disk") || !strings.HasPrefix(err.Error(), dir) || !strings.HasSuffix(err.Error(), c.err.Error()+"; all outputs are whole, but a power failure may undo that") {
						t.Fatalf("call %d: %v, found %s", n, err, got)
					}
				case c.fails && (err == nil || !strings.HasPrefix(err.Error(), dir) || !strings.HasSuffix(err.Error(), ": "+c.err.Error()) || got != before):
					t.Fatalf("call %d: %v, found %s", n, err, got)
				}
			}
		})
	}
	if os.Geteuid() == 0 {
		return // who may read all folders
	}
	dir := filepath.Join(t.TempDir(), "drop")
	if err := os.Mkdir(dir, 0o300); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700) // to be removed
	tx := Begin(t.Context())
	if _, err := tx.Create(filepath.Join(dir, "a"), Refuse); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
}
