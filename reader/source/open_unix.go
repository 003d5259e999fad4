//go:build unix

package source

import (
	"errors"
	"os"
	"syscall"
)

// openFile opens a regular file for reading. os.Open would ask in six calls of the system
// whether it can be waited for, which no regular file can: of 10,000 small inputs, opened
// twice each, that is a third of all calls. To open a pipe that has taken the place of a
// file does not wait for its writer: the caller sees what it is. It waits for who has a
// lease of the file, as a server of files does for its clients.
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
