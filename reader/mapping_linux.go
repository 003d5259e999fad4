package reader

import (
	"os"
	"syscall"
)

func mapFile(f *os.File, size int) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
}

// unmap ends a mapping. There is nothing to do where it fails.
func unmap(data []byte) { _ = syscall.Munmap(data) }

// leave takes pages, of which the first begins where data does, out of the
// memory of the process.
func leave(data []byte) { _ = syscall.Madvise(data, syscall.MADV_DONTNEED) }
