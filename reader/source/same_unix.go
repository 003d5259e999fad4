//go:build unix

package source

import (
	"os"
	"syscall"
)

// identify returns when a file or its entry changed last, and its identity.
func identify(_ string, info os.FileInfo) (changed int64, file identity) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, identity{}
	}
	return changeTime(stat), identity{uint64(stat.Dev), uint64(stat.Ino)}
}
