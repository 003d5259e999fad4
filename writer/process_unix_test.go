//go:build unix

package writer_test

import (
	"os"
	"os/exec"
	"testing"
)

// interruptible returns a command to which sendInterrupt can send one.
func interruptible(program string, arguments ...string) *exec.Cmd {
	return exec.Command(program, arguments...)
}

func sendInterrupt(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
}
