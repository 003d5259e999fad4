package files

import "golang.org/x/sys/unix"

// exchange exchanges the names of two folders at once.
func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
