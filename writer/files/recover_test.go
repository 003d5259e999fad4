package files

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var every = flag.Int("every", 7, "kill a recovery at every so many calls of the file system; 1 for all")

// TestMain also is the program that is killed: everything, or Recover after it.
func TestMain(m *testing.M) {
	flag.Parse()
	job := strings.Fields(os.Getenv("SIGNINS_TEST_KILL"))
	if len(job) == 0 {
		os.Exit(m.Run())
	}
	var at int
	fmt.Sscan(job[1], &at)
	s := killedAt(systems[job[2]+strings.Repeat(" links", len(job)-3)](), at)
	dir := os.Getenv("SIGNINS_TEST_DIR")
	var err error
	if job[0] == "run" {
		err = everything(context.Background(), dir, s)
	} else {
		tx := Begin(context.Background())
		tx.system = s
		err = tx.Recover(dir, filepath.Join(dir, "lake"), filepath.Join(dir, "fresh"))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// killedAt ends the process at the given call; a write is half done.
func killedAt(s *system, at int) *system {
	var mutex sync.Mutex
	var calls int
	kill := func() {
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			self.Kill()
		}
		select {}
	}
	h := hooked(s, func(string) error {
		mutex.Lock()
		defer mutex.Unlock()
		if calls++; calls == at {
			kill()
		}
		return nil
	})
	h.write = func(f *os.File, p []byte) (int, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if calls++; calls == at {
			s.write(f, p[:len(p)/2])
			kill()
		}
		return s.write(f, p)
	}
	return h
}

// killAt runs a job in a process that is killed at a call, and reports whether it was.
func killAt(t *testing.T, job, system, dir string, at int) (killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("SIGNINS_TEST_KILL=%s %d %s", job, at, system), "SIGNINS_TEST_DIR="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil && len(out) > 0 {
		t.Fatalf("%s, call %d: %v\n%s", job, at, err, out)
	}
	return err != nil
}

// recoverAll puts right what is below dir, and returns what it says.
func recoverAll(t *testing.T, dir string, s *system) (lines string) {
	t.Helper()
	tx := Begin(t.Context())
	tx.system = s
	tx.Notice = func(line string) { lines += line + "\n" }
	if err := tx.Recover(dir, filepath.Join(dir, "lake"), filepath.Join(dir, "fresh")); err != nil {
		t.Fatal(err)
	}
	return lines
}

// A run that is killed at any call of the file system leaves what the next one puts
// right, also if that one is killed, too: all files are as before, or all are the new
// ones. No other test runs meanwhile: a process that is being started has, for a moment,
// the locks of this one.
func TestKilledAtEveryCall(t *testing.T) {
	for name := range systems {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			beforeEverything(t, dir)
			before, old, states := contents(t, dir), true, 0
			for n, killed := 1, true; killed; n++ {
				if testing.Short() {
					n += 4
				}
				killed = killAt(t, "run", name, dir, n)
				for m := 1 + n%*every; killed && killAt(t, "recover", name, dir, m); m += *every {
				}
				left := contents(t, dir)
				lines := recoverAll(t, dir, systems[name]())
				got := contents(t, dir)
				got = strings.Replace(got, "fresh=folder lake=", "lake=", 1) // a folder made before the journal
				if (left != contents(t, dir)) != (lines != "") {
					t.Fatalf("call %d: %s\nwas put right: %q", n, left, lines)
				}
				switch {
				case got == before && old && killed:
				case got == afterEverything:
					if states++; old {
						old = false
					}
					if err := os.RemoveAll(dir); err != nil {
						t.Fatal(err)
					}
					beforeEverything(t, dir)
				default:
					t.Fatalf("call %d: found %s", n, got)
				}
			}
			if states < 2 {
				t.Errorf("all new files are seen %d times", states)
			}
		})
	}
}

// private matches private folders in contents.
var private = regexp.MustCompile(`\S*\.signins\.\S* `)

// Whatever call fails together with all after it, the next run puts the files right,
// and the error says what there is until then.
func TestEverythingFailsFromAStepOn(t *testing.T) {
	t.Parallel()
	for name, system := range systems {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, broken := t.TempDir(), errors.New("read-only file system")
			beforeEverything(t, dir)
			before := contents(t, dir)
			for n := 1; ; n++ {
				var mutex sync.Mutex
				calls := 0
				err := everything(t.Context(), dir, hooked(system(), func(string) error {
					mutex.Lock()
					defer mutex.Unlock()
					if calls++; calls >= n {
						return broken
					}
					return nil
				}))
				found := contents(t, dir)
				recoverAll(t, dir, system())
				got := strings.Replace(contents(t, dir), "fresh=folder lake=", "lake=", 1)
				residue, _ := errors.AsType[*Residue](err)
				switch {
				case calls < n && err == nil:
					return
				case got == before && err != nil && (residue == nil || residue.State != whole):
					visible := strings.Replace(private.ReplaceAllString(found, ""), "fresh=folder lake=", "lake=", 1)
					if (found == before) != (residue == nil) || residue != nil && residue.State == absent && visible != before {
						t.Fatalf("step %d: found %s, %v", n, found, err)
					}
				case got == afterEverything && (residue != nil && residue.State == whole):
					if err := os.RemoveAll(dir); err != nil {
						t.Fatal(err)
					}
					beforeEverything(t, dir)
				default:
					t.Fatalf("step %d: found %s, put right to %s: %v", n, found, got, err)
				}
			}
		})
	}
}
