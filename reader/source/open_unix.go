//go:build unix

package source

import (
	"errors"
	"os"
	"syscall"
)

// openFile opens a regular file for reading. os.Open would ask in six calls of the system
// whether it can be waited for, which no regular file can: of 10,000 small inputs, opened
// twice each, that is a third of all calls. It does not wait for the writer of a pipe that
// has taken the place of a file: the caller checks what was opened. Where another process
// has a lease on the file, as a file server has for its clients, it waits for its end.
func openFile(path string) (*os.File, error) {
	for flags := syscall.O_RDONLY | syscall.O_CLOEXEC | syscall.O_NONBLOCK; ; {
		fd, err := syscall.Open(path, flags, 0)
		switch err {
		case nil:
			if err := syscall.SetNonblock(fd, false); err != nil {
				return nil, errors.Join(&os.PathError{Op: "open", Path: path, Err: err}, syscall.Close(fd))
			}
			return os.NewFile(uintptr(fd), path), nil
		case syscall.EINTR:
		case syscall.EAGAIN:
			flags &^= syscall.O_NONBLOCK
		default:
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
}
