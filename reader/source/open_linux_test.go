package source

import (
	"os"
	"syscall"
	"testing"
	"time"

	"signins/testdata/fixture"
)

// A file of which a server has a lease for a client is opened when the server gives it up.
func TestOpenFileWithLease(t *testing.T) {
	t.Parallel()
	path := fixture.Temp(t, "a", "text")
	owner, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	lease := func(kind uintptr) {
		if _, _, err := syscall.Syscall(syscall.SYS_FCNTL, owner.Fd(), syscall.F_SETLEASE, kind); err != 0 {
			t.Skip("no leases here: ", err)
		}
	}
	lease(syscall.F_WRLCK)
	ended := make(chan error, 1)
	go func() {
		file, err := openFile(path)
		if err == nil {
			err = file.Close()
		}
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Fatal("it does not wait for the lease:", err)
	case <-time.After(50 * time.Millisecond):
	}
	lease(syscall.F_UNLCK)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
