//go:build unix

package writer_test

import (
	"os"
	"os/exec"
	"testing"
)

// interruptible returns a command that interrupter can interrupt.
func interruptible(program string, arguments ...string) *exec.Cmd {
	return exec.Command(program, arguments...)
}

// interrupter returns what interrupts a command that was started.
func interrupter(t *testing.T, cmd *exec.Cmd) (interrupt func()) {
	return func() {
		t.Helper()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
	}
}
