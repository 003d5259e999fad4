//go:build unix && !aix && !solaris

package files

import (
	"errors"
	"io"
	"io/fs"
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
	return flock(folder, syscall.LOCK_EX)
}

// holdFolder locks a folder for many, or alone. It is another lock than that of tryLock,
// and therefore of another folder.
func holdFolder(dir string, alone bool) (l io.Closer, free bool) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, true
	}
	if alone {
		return flock(folder, syscall.LOCK_EX)
	}
	return flock(folder, syscall.LOCK_SH)
}

// lockFile does the same with a file, which is opened with flag. It is not free
// either if it was removed meanwhile.
func lockFile(path string, flag int) (l io.Closer, free bool, err error) {
	file, err := os.OpenFile(path, flag|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, false, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, false, err
	}
	if l, free = flock(file, syscall.LOCK_EX); l != nil && !sameFile(path, info) {
		l.Close()
		return nil, false, nil
	}
	return l, free, nil
}

// ignoreUnsupported returns the error of a sync of a folder, nil for that of a file system
// which has none.
func ignoreUnsupported(err error) error {
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}

func flock(file *os.File, how int) (l io.Closer, free bool) {
	if err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, err != syscall.EWOULDBLOCK && err != syscall.EINTR
	}
	return file, true
}

// isOwn reports whether a file belongs to the user of the process.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
