package files

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Windows removes a lock that another program looks at only once that has closed it: until
// then nobody else has the lock.
func TestLockThatIsBeingRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, free := tryLock(dir)
	if l == nil || !free {
		t.Fatal(l, free)
	}
	if other, free := tryLock(dir); other != nil || free {
		t.Error("a folder is locked twice")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	name, err := syscall.UTF16PtrFromString(filepath.Join(dir, entries[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	const all = syscall.FILE_SHARE_READ | syscall.FILE_SHARE_WRITE | syscall.FILE_SHARE_DELETE
	scanner, err := syscall.CreateFile(name, syscall.GENERIC_READ, all, nil, syscall.OPEN_EXISTING, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if other, free := tryLock(dir); other != nil || free {
		t.Error("a lock that is being removed is free")
	}
	if err := syscall.CloseHandle(scanner); err != nil {
		t.Fatal(err)
	}
	l, free = tryLock(dir)
	if l == nil || !free {
		t.Fatal("a lock that was removed is not free")
	}
	l.Close()
}
