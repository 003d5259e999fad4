package reader

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file that is read once: its pages need not be kept for the one
// who comes next.
func mapFile(f *os.File, size int) ([]byte, error) {
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_NOREUSE)
	return unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
}

// unmap ends a mapping. There is nothing to do where it fails.
func unmap(data []byte) { _ = unix.Munmap(data) }

// leave takes pages, of which the first begins where data does, out of the
// memory of the process.
func leave(data []byte) { _ = unix.Madvise(data, unix.MADV_DONTNEED) }
