package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// deleteOnClose is FILE_FLAG_DELETE_ON_CLOSE: Windows removes the file when its
// handle is closed, by whatever way the process ends.
const deleteOnClose = 0x04000000

// sharingViolation is ERROR_SHARING_VIOLATION.
const sharingViolation = syscall.Errno(32)

// tryLock locks a folder until l is closed or the process ends; it is not free
// while another run has the lock. On systems without locks l is nil.
func tryLock(dir string) (l io.Closer, free bool) {
	file, err := os.OpenFile(filepath.Join(dir, ".signins.lock"), os.O_CREATE|os.O_EXCL|os.O_RDWR|deleteOnClose, 0o600)
	switch {
	case err == nil:
		return file, true
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrPermission), errors.Is(err, sharingViolation):
		return nil, false // fs.ErrPermission: it is being removed
	}
	return nil, true
}

// holdFolder locks a folder for many, or alone, by a file in it, which stays.
func holdFolder(dir string, alone bool) (l io.Closer, free bool) {
	name, err := syscall.UTF16PtrFromString(filepath.Join(dir, HoldName))
	if err != nil {
		return nil, true
	}
	share := uint32(syscall.FILE_SHARE_READ)
	if alone {
		share = 0
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ, share, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, !errors.Is(err, sharingViolation)
	}
	return os.NewFile(uintptr(handle), dir), true
}

// lockFile does the same with a file, which is opened with flag: nobody else can
// open it.
func lockFile(path string, flag int) (l io.Closer, free bool, err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, false, err
	}
	mode := uint32(syscall.OPEN_EXISTING)
	if flag&os.O_CREATE != 0 {
		mode = syscall.CREATE_NEW
	}
	const notShared = 0
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, notShared, nil, mode, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch {
	case err == nil:
		return os.NewFile(uintptr(handle), path), true, nil
	case errors.Is(err, sharingViolation):
		return nil, false, nil
	}
	return nil, false, &fs.PathError{Op: "open", Path: path, Err: err}
}

// ignoreUnsupported returns nil: Windows does not sync folders.
func ignoreUnsupported(error) error { return nil }

// isOwn reports whether a file belongs to the user of the process. Who may not
// change it gets an error later.
func isOwn(fs.FileInfo) bool { return true }
