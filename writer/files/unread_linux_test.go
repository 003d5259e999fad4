package files

import (
	"os"
	"runtime"
	"syscall"
	"testing"
)

// A folder may be for writing only: its names are not synced, and that is no error.
func TestFolderThatMayNotBeRead(t *testing.T) {
	t.Chdir(t.TempDir()) // what is around the folder is for its owner
	const nobody = 65534
	if os.Geteuid() == 0 { // who may read everything: this thread alone becomes another user
		if err := os.Chown(".", nobody, nobody); err != nil {
			t.Fatal(err)
		}
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Fatal(err)
		}
		defer syscall.Setfsuid(0)
	}
	if err := os.Chmod(".", 0o300); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(".", 0o700)
	if _, err := os.ReadDir("."); err == nil {
		t.Fatal("the folder can be read")
	}
	tx := begin(t, t.Context(), Refuse, "new", "a")
	if err := tx.Close(tx.Commit()); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile("a"); err != nil || string(text) != "new" {
		t.Errorf("%q, %v", text, err)
	}
}
