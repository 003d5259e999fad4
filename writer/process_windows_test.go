package writer_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
)

// On Windows an interrupt goes to all programs of a console. A command that is to be
// interrupted has one of its own, without a window, and this program, started once more,
// joins it to send the interrupt there.
const (
	createNoWindow     = 0x08000000
	detachedProcess    = 0x00000008
	interruptedProcess = "SIGNINS_TEST_INTERRUPT"
)

func init() {
	pid, err := strconv.Atoi(os.Getenv(interruptedProcess))
	if err != nil {
		return
	}
	signal.Ignore(os.Interrupt)
	kernel := syscall.NewLazyDLL("kernel32.dll")
	if joined, _, err := kernel.NewProc("AttachConsole").Call(uintptr(pid)); joined == 0 {
		fmt.Println("AttachConsole:", err)
		os.Exit(1)
	}
	const all = 0
	if sent, _, err := kernel.NewProc("GenerateConsoleCtrlEvent").Call(syscall.CTRL_C_EVENT, all); sent == 0 {
		fmt.Println("GenerateConsoleCtrlEvent:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// interruptible returns a command to which sendInterrupt can send one.
func interruptible(program string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(program, arguments...)
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: createNoWindow}
	return cmd
}

func sendInterrupt(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	sender := exec.Command(os.Args[0])
	sender.Env = append(os.Environ(), fmt.Sprint(interruptedProcess, "=", cmd.Process.Pid))
	sender.SysProcAttr = &syscall.SysProcAttr{CreationFlags: detachedProcess}
	if out, err := sender.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
