package writer_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	goflag "flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

var kills = goflag.Int("kills", 4, "how many runs to kill for each format")

var examplesFolder, _ = filepath.Abs("../testdata/examples")

// TestKill kills runs at moments spread over all their time. What is there then, and
// whatever the next run writes, all outputs are those of one run, as before or new, and
// nothing else is there.
func TestKill(t *testing.T) {
	program := buildProgram(t)
	for _, outputs := range []string{"out.xlsx", "out.parquet", "lake/", "out.xlsx out.parquet lake/", "out.parquet lake/ --sort=user_principal_name"} {
		t.Run(outputs, func(t *testing.T) {
			t.Parallel()
			var arguments []string
			for name := range strings.FieldsSeq(outputs) {
				if !strings.HasPrefix(name, "--") {
					arguments = append(arguments, "-o")
				}
				arguments = append(arguments, name)
			}
			old, begin := signinsIn(t, program, t.TempDir(), append(arguments, examplesFolder+"/graph")...), time.Now()
			all := signinsIn(t, program, t.TempDir(), append(arguments, examplesFolder)...)
			took := time.Since(begin)
			count := *kills
			if testing.Short() {
				count = 2
			}
			for i := range count {
				dir, before := t.TempDir(), map[string]string{}
				command := append(slices.Clone(arguments), examplesFolder)
				if i%2 == 1 { // there are earlier outputs
					signinsIn(t, program, dir, append(arguments, examplesFolder+"/graph")...)
					before = old
					command = append(command, "--overwrite")
				}
				cmd := exec.Command(program, command...)
				cmd.Dir = dir
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(took * time.Duration(2*i+1) / time.Duration(2*count))
				cmd.Process.Kill()
				cmd.Wait()
				after := maps.Clone(before) // runs into a dataset add up
				maps.Copy(after, all)
				// A run that is refused recovers it, too.
				refused := exec.Command(program, append(command, "-o", "missing/x.parquet")...)
				refused.Dir = dir
				if out, _ := refused.CombinedOutput(); refused.ProcessState.ExitCode() != schema.ExitUsage {
					t.Fatalf("%v\n%s", refused, out)
				}
				found := digests(t, dir)
				if !maps.Equal(found, before) && !maps.Equal(found, after) {
					t.Fatalf("kill %d: found %v", i, slices.Sorted(maps.Keys(found)))
				}
				// The same run again.
				if !maps.Equal(found, after) || i%2 == 1 {
					if got := signinsIn(t, program, dir, command...); !maps.Equal(got, after) {
						t.Fatalf("kill %d: the next run leaves %v", i, slices.Sorted(maps.Keys(got)))
					}
				}
			}
		})
	}
}

func TestMain(m *testing.M) {
	status := m.Run()
	os.RemoveAll(buildFolder)
	os.Exit(status)
}

var buildFolder string // "" before there is a build

// buildOnce builds the program as it is.
var buildOnce = sync.OnceValues(func() (program string, err error) {
	if program := os.Getenv("SIGNINS_TEST_PROGRAM"); program != "" { // where there is no Go
		return program, nil
	}
	if buildFolder, err = os.MkdirTemp("", "signins"); err != nil {
		return "", err
	}
	program = filepath.Join(buildFolder, "signins.exe")
	if out, err := exec.Command("go", "build", "-o", program, "signins").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
})

// buildProgram returns the path of the program, which is built once for all tests. The
// race detector of the tests would not see what happens in it.
func buildProgram(t *testing.T) string {
	t.Helper()
	info, _ := debug.ReadBuildInfo()
	if slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the program is built without the race detector")
	}
	program, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// signinsIn runs the program in a folder and returns what is there then, after it checked
// all digests.
func signinsIn(t *testing.T, program, dir string, arguments ...string) map[string]string {
	t.Helper()
	cmd := exec.Command(program, arguments...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, out)
	}
	return digests(t, dir)
}

// digests returns the digests of all files below a folder, those of manifests, which
// name times, left out, and checks what lists of digests say.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && !strings.HasPrefix(entry.Name(), ".signins.") {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if entry.Name() == ".index" || entry.Name() == ".lock" {
			return nil // a cache of the manifests; what Windows locks
		}
		if sums[filepath.ToSlash(name)] = ""; entry.IsDir() {
			return fs.SkipDir
		}
		content, err := os.ReadFile(path)
		if err == nil && !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".sha256") {
			sums[filepath.ToSlash(name)] = fmt.Sprintf("%x", sha256.Sum256(content))
		}
		for line := range bytes.Lines(content) {
			if sum, listed, _ := strings.Cut(strings.TrimSpace(string(line)), "  "); strings.HasSuffix(name, ".sha256") {
				if content, err := os.ReadFile(filepath.Join(filepath.Dir(path), listed)); err != nil || fmt.Sprintf("%x", sha256.Sum256(content)) != sum {
					t.Errorf("%s: %s differs: %v", name, listed, err)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// A run that cannot remove its files says so, names them and whether its outputs are
// whole, and ends with 4, whatever else happened.
func TestWhatCannotBeRemoved(t *testing.T) {
	t.Parallel()
	program := buildProgram(t)
	record := `{"id":"r","createdDateTime":"2026-05-03T10:00:00Z","appId":"a","status":{"errorCode":0}}`
	for name, test := range map[string]struct {
		begin, separator, end string // of the input
		interrupt             bool
		want                  string
	}{
		"whole":       {"", "\n", "", false, "error: .signins.X.partial: NOT EMPTY: cannot be removed; all outputs are whole\n"},
		"bad input":   {"[", ",\n", "{", false, "error: -:"},
		"interrupted": {"", "\n", "", true, "error: interrupt signal received; .signins.X.partial: NOT EMPTY: cannot be removed; no output was written\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := interruptible(program, "--quiet", "-o", "out.parquet", "-")
			cmd.Dir = t.TempDir()
			stdin, err := cmd.StdinPipe()
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err = errors.Join(err, cmd.Start()); err != nil {
				t.Fatal(err)
			}
			interrupt := func() {}
			if test.interrupt {
				interrupt = interrupter(t, cmd)
			}
			io.WriteString(stdin, test.begin+strings.Repeat(record+test.separator, 20000)) // more than what is looked at first
			begun := waitFor(t, filepath.Join(cmd.Dir, ".signins.*.partial", "out.parquet"))
			if err := os.MkdirAll(filepath.Join(filepath.Dir(begun), "x", "y"), 0o700); err != nil {
				t.Fatal(err)
			}
			if test.interrupt {
				interrupt()
				cmd.Wait()
			}
			io.WriteString(stdin, test.end)
			stdin.Close()
			cmd.Wait()
			got := regexp.MustCompile(`\.signins\.\w+`).ReplaceAllString(stderr.String(), ".signins.X")
			got = regexp.MustCompile(`(?i)(the )?directory (is )?not empty\.?`).ReplaceAllString(got, "NOT EMPTY") // systems have their own words
			if cmd.ProcessState.ExitCode() != schema.ExitOutput || !strings.Contains(got, test.want) || !strings.Contains(got, ": cannot be removed; ") {
				t.Errorf("exit status %d\n%s", cmd.ProcessState.ExitCode(), got)
			}
		})
	}
}

// TestInterrupt stops a run that waits for its input.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	dir, program := t.TempDir(), buildProgram(t)
	record := `{"id":"r","createdDateTime":"2026-05-03T10:00:00Z","appId":"a","status":{"errorCode":0}}` + "\n"
	big := filepath.Join(dir, "big.ndjson")
	fixture.Write(t, big, strings.Repeat(record, 300000))
	for _, test := range []struct {
		name, input string
		begun       int  // records on standard input
		writes      bool // then it listens
	}{
		{"waiting to see what it is", "-", 0, false},
		{"waiting for more of it", "-", 20000, true},
		{"at work", big, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			// On a busy machine the signal may come before the program listens.
			code, wait := -1, 500*time.Millisecond
			for ; code == -1 && wait < 10*time.Second; wait *= 2 {
				code = interrupt(t, test.name, test.writes, wait, strings.Repeat(record, test.begun), program, "-o", "out.parquet", "-o", "out.xlsx", "-o", "lake/", test.input)
			}
			if code != schema.ExitInterrupted {
				t.Errorf("%s: exit status %d, want %d", test.name, code, schema.ExitInterrupted)
			}
		})
	}
}

// interrupt interrupts a command, once it writes or else after a while, and returns its exit
// status, -1 where it did not listen. It stops at once and leaves nothing behind.
func interrupt(t *testing.T, name string, writes bool, after time.Duration, stdin string, command ...string) int {
	t.Helper()
	cmd := interruptible(command[0], command[1:]...)
	cmd.Dir = t.TempDir()
	pipe, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	send := interrupter(t, cmd)
	io.WriteString(pipe, stdin)
	if writes {
		waitFor(t, filepath.Join(cmd.Dir, ".signins.*.partial", "*"))
	} else {
		time.Sleep(after)
	}
	send()
	begin := time.Now()
	cmd.Wait()
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("%s: it took %s to stop", name, took)
	}
	if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
		t.Errorf("%s: %s is left behind", name, left[0].Name())
	}
	return cmd.ProcessState.ExitCode()
}

// TestInterruptBetweenReadings interrupts the program while it compares versions.
func TestInterruptBetweenReadings(t *testing.T) {
	t.Parallel()
	dir, program := t.TempDir(), buildProgram(t)
	for file := range 2 {
		var text strings.Builder
		for i := range 60000 {
			fmt.Fprintf(&text, `{"id":"%d","createdDateTime":"2026-05-03T10:00:00Z","appId":"a","userPrincipalName":"%s","status":{"errorCode":%d}}`+"\n", i, strings.Repeat("u", 300), file)
		}
		fixture.Write(t, filepath.Join(dir, fmt.Sprint(file, ".ndjson")), text.String())
	}
	for _, mode := range []string{"keep", "drop"} {
		// A run that was done before the signal came says nothing about it.
		code := 0
		for try := 0; try < 20 && code == 0; try++ {
			code = interruptComparing(t, program, dir, mode)
		}
		if code != schema.ExitInterrupted {
			t.Errorf("%s: exit status %d", mode, code)
		}
	}
}

// interruptComparing interrupts the program while it compares the versions in two files of a
// folder, and returns its exit status. It leaves nothing behind, unless it was done before.
func interruptComparing(t *testing.T, program, dir, mode string) int {
	t.Helper()
	work, temp := t.TempDir(), t.TempDir()
	cmd := interruptible(program, "--duplicates", mode, "-o", "out.parquet", filepath.Join(dir, "0.ndjson"), filepath.Join(dir, "1.ndjson"))
	cmd.Dir, cmd.Env = work, append(os.Environ(), "TMPDIR="+temp, "TMP="+temp)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	interrupt := interrupter(t, cmd)
	waitFor(t, filepath.Join(work, ".signins.*", "*.duplicates.ndjson"), filepath.Join(work, "out.parquet"))
	interrupt()
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code == 0 {
		return code
	}
	for _, dir := range []string{work, temp} {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %v is left", mode, left)
		}
	}
	return cmd.ProcessState.ExitCode()
}

// waitFor waits until a run has made a file that one of some patterns names, and returns it.
func waitFor(t *testing.T, patterns ...string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		for _, pattern := range patterns {
			if found, _ := filepath.Glob(pattern); len(found) > 0 {
				return found[0]
			}
		}
	}
	t.Fatalf("the run has not made %s", patterns)
	return ""
}
