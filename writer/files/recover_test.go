package files

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
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

// recoverAll recovers what is below dir, beginning with one of its three folders, and
// returns the notices.
func recoverAll(t *testing.T, dir string, s *system, first int) (lines string) {
	t.Helper()
	tx := Begin(t.Context())
	tx.system = s
	tx.Notice = func(line string) { lines += line + "\n" }
	for i := range 3 {
		name := []string{".", "lake", "fresh"}[(i+first)%3]
		if err := tx.Recover(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return lines
}

// A run that is killed at any call of the file system is recovered by the next one, also
// if that one is killed, too: all files are as before, or all are the new ones. No other test runs meanwhile: a process that is being started has, for a moment,
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
				lines := recoverAll(t, dir, systems[name](), n)
				got := contents(t, dir)
				got = strings.Replace(got, "fresh=folder lake=", "lake=", 1) // a folder made before the journal
				if (left != contents(t, dir)) != (lines != "") {
					t.Fatalf("call %d: %s\nnotices: %q", n, left, lines)
				}
				switch {
				case got == before && old && killed:
				case got == afterEverything:
					if states++; old {
						old = false
					}
					dir = t.TempDir()
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

// Whatever call fails together with all after it, the next run recovers the files, and
// the error names what there is until then.
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
				recoverAll(t, dir, system(), n)
				got := strings.Replace(contents(t, dir), "fresh=folder lake=", "lake=", 1)
				residue, _ := errors.AsType[*Residue](err)
				switch {
				case calls < n && err == nil:
					return
				case got == before && err != nil && (residue == nil || residue.State != whole && residue.State != unsynced):
					visible := strings.Replace(private.ReplaceAllString(found, ""), "fresh=folder lake=", "lake=", 1)
					if (found == before) != (residue == nil) || residue != nil && residue.State == absent && visible != before {
						t.Fatalf("step %d: found %s, %v", n, found, err)
					}
				case got == afterEverything && residue != nil && (residue.State == whole || residue.State == unsynced):
					dir = t.TempDir()
					beforeEverything(t, dir)
				default:
					t.Fatalf("step %d: found %s, recovered %s: %v", n, found, got, err)
				}
			}
		})
	}
}

// killedRun runs everything and kills it when all but its last file have their final names,
// and returns its private folders by the folders around them.
func killedRun(t *testing.T, dir string) (privates map[string]string) {
	t.Helper()
	killAtLast(t, dir, func(s *system, note func()) {
		s.link = func(from, to string) error { note(); return os.Link(from, to) }
	})
	privates = map[string]string{}
	for _, name := range []string{".", "lake", "fresh"} {
		found, err := filepath.Glob(filepath.Join(dir, name, ".signins.*"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		privates[name] = found[0]
	}
	return privates
}

// killAtLast runs everything and kills it at the last call that hook notes.
func killAtLast(t *testing.T, dir string, hook func(s *system, note func())) {
	t.Helper()
	beforeEverything(t, dir)
	probe := t.TempDir()
	beforeEverything(t, probe)
	calls, last := 0, 0
	count := hooked(withoutSync(), func(string) error { calls++; return nil })
	hook(count, func() { calls++; last = calls })
	if err := everything(t.Context(), probe, count); err != nil {
		t.Fatal(err)
	}
	if !killAt(t, "run", "links", dir, last) {
		t.Fatal("the run was not killed")
	}
}

// A run that is killed while it removes its folders is completed, from whichever of them.
func TestRecoverOfARemoval(t *testing.T) {
	for i, from := range []string{".", "lake"} {
		dir := t.TempDir()
		killAtLast(t, dir, func(s *system, note func()) {
			remove := s.remove
			s.remove = func(path string) error {
				if !strings.HasSuffix(path, "earlier-1") { // the first one of lake
					return remove(path)
				}
				note()
				return os.Remove(path)
			}
		})
		if got := contents(t, dir); !strings.Contains(got, "/earlier-1=old ") || strings.Contains(got, "fresh/.signins") {
			t.Fatalf("found %s", got)
		}
		if lines := recoverAll(t, dir, withoutSync(), i); strings.Contains(lines, "not touched") || !strings.Contains(lines, filepath.Join(dir, from)) || !strings.Contains(lines, ": of a run that was killed while it removed this folder; removed\n") {
			t.Errorf("%s: %q", from, lines)
		}
		if got := contents(t, dir); got != afterEverything {
			t.Errorf("%s: found %s", from, got)
		}
	}
}

// Of two recoveries of a run one begins first, and may be killed while the other waits,
// which then sees the set as that one left it.
func TestRecoveriesSideBySide(t *testing.T) {
	for name, c := range map[string]struct {
		first func(t *testing.T, privates map[string]string) // what the first one does
		says  string
		stays string // private folder
	}{
		"killed while it removes the folders": {func(t *testing.T, privates map[string]string) {
			journal := filepath.Join(privates["."], "journal")
			if err := os.Rename(journal, journal+".done"); err != nil {
				t.Fatal(err)
			}
		}, ": of a run that was killed while it removed this folder; removed\n", ""},
		"done with it": {func(t *testing.T, privates map[string]string) {
			for _, path := range privates {
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
			}
		}, "", ""},
		"killed in another": {func(t *testing.T, privates map[string]string) {
			if err := os.Remove(filepath.Join(privates["lake"], "lock")); err != nil {
				t.Fatal(err)
			}
		}, "it has no lock", "lake"},
		"its journal changed": {func(t *testing.T, privates map[string]string) {
			put(t, "{", filepath.Join(privates["lake"], "journal"))
		}, "which has another journal\n", "."},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			privates := killedRun(t, dir)
			s, locks, lines := withoutSync(), 0, ""
			lock := s.lock
			s.lock = func(path string, flag int) (io.Closer, bool, error) {
				if locks++; locks == 2 { // after the first look
					c.first(t, privates)
				}
				return lock(path, flag)
			}
			tx := Begin(t.Context())
			tx.system = s
			tx.Notice = func(line string) { lines += line + "\n" }
			if err := tx.Recover(dir); err != nil {
				t.Fatal(err)
			}
			if locks < 2 || c.says == "" && lines != "" || !strings.Contains(lines, c.says) || strings.Count(lines, "\n") > 1 {
				t.Errorf("%d locks, notices %q", locks, lines)
			}
			if found := contents(t, dir); strings.Contains(found, ".signins.") != (c.stays != "") {
				t.Errorf("found %s", found)
			}
		})
	}
}

// A run that writes into one of the folders recovers the set in all of them, and names
// files.
func TestRecoverFromOneFolder(t *testing.T) {
	for _, from := range []string{".", "lake", "fresh"} {
		here := filepath.Join(t.TempDir(), "here")
		if err := os.Mkdir(here, 0o700); err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(killedRun(t, here)[from])
		dir := filepath.Join(filepath.Dir(here), "moved")
		if err := os.Rename(here, dir); err != nil {
			t.Fatal(err)
		}
		private := filepath.Join(dir, from, name)
		if got := contents(t, dir); !strings.Contains(got, " b=new") {
			t.Fatalf("found %s", got)
		}
		var lines []string
		tx := begin(t, t.Context(), Refuse, "other", filepath.Join(dir, from, "other"))
		tx.Notice = func(line string) { lines = append(lines, line) }
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		os.Remove(filepath.Join(dir, from, "other"))
		got := contents(t, dir)
		fresh := t.TempDir()
		beforeEverything(t, fresh)
		if want := contents(t, fresh); got != want && (from != "fresh" || got != strings.Replace(want, " lake=", " fresh=folder lake=", 1)) {
			t.Errorf("%s: found %s", from, got)
		}
		want := private + ": of a run that was killed while its outputs appeared; removed; as before that run: " + filepath.Join(dir, "lake", "day")
		if len(lines) != 1 || !strings.HasPrefix(lines[0], want) || !strings.HasSuffix(lines[0], " more") {
			t.Errorf("%s: %q", from, lines)
		}
	}
}

// If somebody changed what there is of a killed run, it is not touched, or only where it is
// known for sure.
func TestRecoverTouchesNothingElse(t *testing.T) {
	change := func(name, old, new string) func(dir string, private map[string]string) error {
		return func(_ string, private map[string]string) error {
			for _, folder := range private {
				path := filepath.Join(folder, name)
				text, err := os.ReadFile(path)
				if err == nil && !strings.Contains(string(text), old) {
					err = fmt.Errorf("%s has no %s", path, old)
				}
				if err = errors.Join(err, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, new)), 0o600)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	var locks []io.Closer // of the test that runs
	for name, test := range map[string]struct {
		change func(dir string, private map[string]string) error
		says   string // "" for nothing
		stays  string // of b, which is a new file
	}{
		"path outside":         {change("journal", `"name":"b"`, `"name":"../b"`), "its journal is not one", "new"},
		"private outside":      {change("journal", `"private":"b"`, `"private":"../b"`), "its journal is not one", "new"},
		"private is the lock":  {change("journal", `"private":"b"`, `"private":"lock"`), "its journal is not one", "new"},
		"private is a journal": {change("journal", `"private":"b"`, `"private":"journal.done"`), "its journal is not one", "new"},
		"marker outside":       {change("journal", `"marker":"joined"`, `"marker":"../joined"`), "its journal is not one", "new"},
		"folder index":         {change("journal", `"folder":0`, `"folder":7`), "its journal is not one", "new"},
		"made outside":         {change("journal", `"name":"1"}`, `"name":"../1"}`), "its journal is not one", "new"},
		"no JSON":              {change("journal", `{`, `[`), "its journal is not one", "new"},
		"another digest":       {change("journal", `"sha256":"`, `"sha256":"0`), "as before that run: ", "new"},
		"another size":         {change("journal", `"size":3`, `"size":4`), "as before that run: ", "new"},
		"file changed": {func(dir string, _ map[string]string) error {
			return os.WriteFile(filepath.Join(dir, "b"), []byte("its"), 0o600)
		}, "as before that run: ", "its"},
		"file changed, same time": {func(dir string, _ map[string]string) error {
			info, err := os.Stat(filepath.Join(dir, "b"))
			return errors.Join(err, os.WriteFile(filepath.Join(dir, "b"), []byte("its"), 0o600), os.Chtimes(filepath.Join(dir, "b"), info.ModTime(), info.ModTime()))
		}, "as before that run: ", "its"},
		"file touched": {func(dir string, _ map[string]string) error {
			return os.Chtimes(filepath.Join(dir, "b"), time.Unix(1, 0), time.Unix(1, 0))
		}, "as before that run: ", "new"},
		"a name is taken": {func(dir string, _ map[string]string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "a")), os.WriteFile(filepath.Join(dir, "a"), []byte("its"), 0o600))
		}, "the earlier file is now", ""},
		"a folder is gone": {func(dir string, _ map[string]string) error {
			return os.RemoveAll(filepath.Join(dir, "lake", "1"))
		}, "as before that run: ", ""},
		"no lock": {func(_ string, private map[string]string) error {
			return os.Remove(filepath.Join(private["."], "lock"))
		}, "it has no lock", "new"},
		"something else is in it": {func(_ string, private map[string]string) error {
			return os.MkdirAll(filepath.Join(private["."], "x", "y"), 0o700)
		}, "it cannot be removed", ""},
		"folder elsewhere": {func(dir string, private map[string]string) error {
			old := fmt.Sprintf(`%q,"private":"`, filepath.Join(dir, "lake"))
			new := fmt.Sprintf(`%q,"private":"../lake/`, filepath.Join(dir, "other"))
			return errors.Join(os.Mkdir(filepath.Join(dir, "other"), 0o700), change("journal", old, new)(dir, private))
		}, "as before that run: ", ""},
		"earlier file is a link": {func(dir string, private map[string]string) error {
			path := filepath.Join(private["."], "earlier-3")
			return errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path))
		}, "as before that run: ", ""},
		"link": {func(dir string, private map[string]string) error {
			return errors.Join(os.Rename(private["."], filepath.Join(dir, "z")), os.Symlink("z", private["."]))
		}, "", "new"},
		"at work": {func(dir string, private map[string]string) error {
			l, _, err := lockFile(filepath.Join(private["."], "lock"), 0)
			locks = append(locks, l)
			return err
		}, "", "new"},
		"one folder at work": {func(dir string, private map[string]string) error {
			l, _, err := lockFile(filepath.Join(private["lake"], "lock"), 0)
			locks = append(locks, l)
			return err
		}, "", "new"},
		"folder around is locked": {func(dir string, private map[string]string) error {
			l, _ := tryLock(dir)
			locks = append(locks, l)
			return nil
		}, "another program locks", "new"},
		"the other's journal differs": {func(_ string, private map[string]string) error {
			return os.WriteFile(filepath.Join(private["lake"], "journal"), []byte("{}"), 0o600)
		}, "has another journal", "new"},
		"the other's folder moved": {func(dir string, _ map[string]string) error {
			return os.Rename(filepath.Join(dir, "lake"), filepath.Join(dir, "moved"))
		}, "as before that run: ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Cleanup(func() { // before the folder is removed
				for _, l := range locks {
					l.Close()
				}
				locks = nil
			})
			private := killedRun(t, dir)
			if err := test.change(dir, private); err != nil {
				t.Fatal(err)
			}
			var lines string
			tx := Begin(t.Context())
			tx.lockWait = 50 * time.Millisecond
			tx.Notice = func(line string) { lines += line }
			if err := tx.Recover(dir); err != nil {
				t.Fatal(err)
			}
			b, _ := os.ReadFile(filepath.Join(dir, "b"))
			if !strings.Contains(lines, test.says) || (lines == "") != (test.says == "") || string(b) != test.stays {
				t.Errorf("b is %q; %q", b, lines)
			}
			left := contents(t, dir)
			if name == "a name is taken" && !strings.Contains(left, "a=its a.earlier-1=old ") || name == "a folder is gone" && !strings.Contains(left, " lake/1/part=old lake/1/stale=old") {
				t.Errorf("found %s", left)
			}
			if name == "folder elsewhere" && !strings.HasSuffix(left, " other=folder") || name == "earlier file is a link" && strings.HasPrefix(left, "a=") {
				t.Errorf("found %s", left)
			}
		})
	}
}

// Earlier files stay in a folder where all new ones have their names, if another folder of
// the set is not there: its part may not be whole.
func TestEarlierFilesStayWithoutTheOtherFolder(t *testing.T) {
	dir := t.TempDir()
	private := killedRun(t, dir)
	if err := os.Rename(private["."], filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	before, lines := contents(t, dir), recoverAll(t, dir, withoutSync(), 0)
	if !strings.HasPrefix(lines, private["lake"]+": not touched: ") || !strings.Contains(lines, private["."]+", which is not there") {
		t.Errorf("%q", lines)
	}
	if got := contents(t, filepath.Join(dir, "lake")); !strings.HasPrefix(got, filepath.Base(private["lake"])+"=folder") || !strings.Contains(got, "/earlier-1=old") || !strings.Contains(before, "/earlier-1=old") {
		t.Errorf("found %s", got)
	}
}

// Where there are no locks, runs succeed, and what may be of a run at work stays.
func TestRecoverWithoutLocks(t *testing.T) {
	dir, probe := t.TempDir(), t.TempDir()
	private := killedRun(t, dir)
	beforeEverything(t, probe)
	s := withoutSync()
	s.lock = func(path string, flag int) (io.Closer, bool, error) {
		f, err := os.OpenFile(path, flag|os.O_RDWR, 0o600)
		f.Close()
		return nil, true, err
	}
	if err := everything(t.Context(), probe, s); err != nil || contents(t, probe) != afterEverything {
		t.Errorf("found %s, %v", contents(t, probe), err)
	}
	before, lines := contents(t, dir), recoverAll(t, dir, s, 0)
	if got := contents(t, dir); got != before || strings.Count(lines, ": not touched: a run may be at work") != len(private) {
		t.Errorf("found %s, %q", got, lines)
	}
}

// What belongs to another user stays.
func TestOthersFoldersStay(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files to others")
	}
	dir := t.TempDir()
	private := killedRun(t, dir)["."]
	if err := os.Chown(private, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	tx := Begin(t.Context())
	tx.Notice = func(line string) { t.Error(line) }
	if err := tx.Recover(dir); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, dir); got != before {
		t.Errorf("found %s", got)
	}
}
