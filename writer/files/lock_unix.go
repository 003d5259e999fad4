//go:build unix && !aix && !solaris

package files

import (
	"io"
	"os"
	"syscall"
)

// tryLock locks a folder until l is closed or the process ends; it is not free
// while another run has the lock. On systems without locks l is nil.
func tryLock(dir string) (l io.Closer, free bool) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, true
	}
	err = syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		folder.Close()
		return nil, err != syscall.EWOULDBLOCK && err != syscall.EINTR
	}
	return folder, true
}
