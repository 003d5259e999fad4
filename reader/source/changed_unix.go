//go:build unix && !darwin && !freebsd && !netbsd

package source

import "syscall"

func changeTime(stat *syscall.Stat_t) int64 { return stat.Ctim.Nano() }
