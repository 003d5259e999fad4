package writer_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"
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
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) { // until the command has it
		joined, _, err := kernel.NewProc("AttachConsole").Call(uintptr(pid))
		if joined != 0 {
			break
		}
		if time.Now().After(deadline) {
			fmt.Println("AttachConsole:", err)
			os.Exit(1)
		}
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	const all = 0
	if sent, _, err := kernel.NewProc("GenerateConsoleCtrlEvent").Call(syscall.CTRL_C_EVENT, all); sent == 0 {
		fmt.Println("GenerateConsoleCtrlEvent:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// interruptible returns a command that interrupter can interrupt.
func interruptible(program string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(program, arguments...)
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: createNoWindow}
	return cmd
}

// interrupter returns what interrupts a command that was started.
func interrupter(t *testing.T, cmd *exec.Cmd) (interrupt func()) {
	t.Helper()
	sender := exec.Command(os.Args[0])
	sender.Env = append(os.Environ(), fmt.Sprint(interruptedProcess, "=", cmd.Process.Pid))
	sender.SysProcAttr = &syscall.SysProcAttr{CreationFlags: detachedProcess}
	send, err := sender.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := sender.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		_ = cmd.Process.Kill()
		t.Fatalf("%s%v", line, err)
	}
	return func() {
		send.Close()
		rest, _ := io.ReadAll(lines)
		if err := sender.Wait(); err != nil {
			_ = cmd.Process.Kill()
			t.Fatalf("%s%v", rest, err)
		}
	}
}
