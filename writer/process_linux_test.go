package writer_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"signins/testdata/fixture"
)

// terminal returns both ends of a terminal: what a program that has program as its
// standard error writes is read from screen.
func terminal(t *testing.T) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		program, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return screen, program
}

// On a terminal a run of more than a second shows that it reads, then that it writes, and
// nothing of either remains before the summary, or before what a repetition prints.
func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	program, dir := buildProgram(t), t.TempDir()
	record := func(id int) string {
		return fmt.Sprintf(`{"id":"r%d","createdDateTime":"2026-05-03T10:00:00Z","userId":"u","appId":"a","status":{"errorCode":0},"userAgent":%q}`+"\n", id, strings.Repeat("x", 2000))
	}
	var text strings.Builder
	for id := range 1000 { // more than is read to detect the format
		text.WriteString(record(id))
	}
	fixture.Write(t, filepath.Join(dir, "a.ndjson"), text.String()+text.String())
	for _, c := range []struct{ arguments, shows, ends string }{
		{"--jobs 1 -o x.parquet - a.ndjson", "reading writing", "- "},
		{"rerun --jobs 1 x.parquet.manifest.json", "reading writing", ""},
	} {
		shown := onTerminal(t, exec.Command(program, strings.Fields(c.arguments)...), dir, text.String())
		for what := range strings.FieldsSeq(c.shows) {
			if !strings.Contains(shown, what) {
				t.Errorf("%s: %s is not in %q", c.arguments, what, shown)
			}
		}
		_, last, _ := strings.Cut(shown[max(strings.LastIndex(shown, "reading"), strings.LastIndex(shown, "writing"), 0):], "\r")
		if bar, rest, _ := strings.Cut(last, "\r"); strings.TrimSpace(bar) != "" || !strings.HasPrefix(rest, c.ends) {
			t.Errorf("%s: behind the last bar is %q", c.arguments, last)
		}
	}
}

// onTerminal runs a command that waits more than a second for the end of its standard input,
// and returns what it shows.
func onTerminal(t *testing.T, cmd *exec.Cmd, dir, text string) string {
	t.Helper()
	screen, terminal := terminal(t)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir, cmd.Stderr = dir, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	go func() {
		half := len(text) * 3 / 4
		io.WriteString(input, text[:half])
		time.Sleep(1200 * time.Millisecond)
		io.WriteString(input, text[half:])
		input.Close()
	}()
	shown, _ := io.ReadAll(screen) // ends with an error, as terminals do
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v", cmd, err)
	}
	return string(shown)
}
