//go:build unix

package source

import (
	"os"
	"syscall"
)

// fileKey returns what no two files of a system share.
func fileKey(info os.FileInfo) any {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return [2]uint64{uint64(stat.Dev), uint64(stat.Ino)}
	}
	return info.Size()
}
