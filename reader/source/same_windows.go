package source

import (
	"os"
	"syscall"
	"unsafe"
)

// basicInfo is FILE_BASIC_INFO; times are in units of 100 ns.
type basicInfo struct {
	created, accessed, written, changed int64
	attributes                          uint32
	_                                   uint32
}

var getInformation = syscall.NewLazyDLL("kernel32.dll").NewProc("GetFileInformationByHandleEx")

// identify returns when a file or its entry changed last, 0 on file systems that do
// not know it, and its identity.
func identify(path string, info os.FileInfo) (changed int64, file identity) {
	if !info.Mode().IsRegular() {
		return 0, identity{}
	}
	open, err := os.Open(path)
	if err != nil {
		return 0, identity{}
	}
	defer open.Close()
	var id syscall.ByHandleFileInformation
	if syscall.GetFileInformationByHandle(syscall.Handle(open.Fd()), &id) == nil {
		file = identity{uint64(id.VolumeSerialNumber), uint64(id.FileIndexHigh)<<32 | uint64(id.FileIndexLow)}
	}
	var basic basicInfo
	if ok, _, _ := getInformation.Call(open.Fd(), 0, uintptr(unsafe.Pointer(&basic)), unsafe.Sizeof(basic)); ok != 0 {
		changed = basic.changed
	}
	return changed, file
}
