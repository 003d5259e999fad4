//go:build unix && !aix && !solaris

package files

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Who has the lock of a file has that of the file that has the name, also if others
// remove it and make it again.
func TestLockOfAFileThatIsRemoved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	var group sync.WaitGroup
	end := time.Now().Add(300 * time.Millisecond)
	locked := make([]int, 4)
	for i := range locked {
		group.Go(func() {
			for time.Now().Before(end) {
				l, free, err := lockFile(path, os.O_CREATE)
				if err != nil {
					t.Error(err)
				}
				if l == nil {
					continue
				}
				locked[i]++
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
	if locked[0]+locked[1] < 10 {
		t.Errorf("%d locks", locked)
	}
	if err := os.Symlink("elsewhere", path); err == nil {
		if _, _, err := lockFile(path, os.O_CREATE); err == nil {
			t.Error("a link is followed")
		}
	}
}
