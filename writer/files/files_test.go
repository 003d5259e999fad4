package files

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// begin returns a transaction with files that all have the same content.
func begin(t *testing.T, ctx context.Context, e Existing, content string, paths ...string) *Transaction {
	t.Helper()
	tx := Begin(ctx)
	tx.system = withoutSync()
	t.Cleanup(tx.Abort)
	for _, path := range paths {
		f, err := tx.Create(path, e)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, content)
	}
	return tx
}

// contents lists all files below a folder as name=content, hidden ones too.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		content := []byte("folder")
		if e.Type() == fs.ModeSymlink {
			content = []byte("link")
		} else if !e.IsDir() {
			if content, err = os.ReadFile(path); strings.HasSuffix(name, "lock") {
				content, err = nil, nil // Windows reads no locked file
			}
		}
		list = append(list, filepath.ToSlash(name)+"="+string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, " ")
}

func put(t *testing.T, content string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		fixture.Write(t, path, content)
	}
}

// withoutSync is a file system that never waits for a disk.
func withoutSync() *system {
	s := *realSystem
	s.sync = func(*os.File) error { return nil }
	return &s
}

// withoutLinks is a file system such as FAT, where folders cannot be exchanged, either.
func withoutLinks() *system {
	s := withoutSync()
	s.link = func(from, to string) error {
		return &os.LinkError{Op: "link", Old: from, New: to, Err: errors.ErrUnsupported}
	}
	s.exchange = func(_, _ string) error { return errors.ErrUnsupported }
	return s
}

var systems = map[string]func() *system{"links": withoutSync, "no links": withoutLinks}

// Two runs that write the same files at once, in whatever order, leave the files of
// one that succeeded.
func TestTwoRunsDoNotMix(t *testing.T) {
	t.Parallel()
	for name, system := range systems {
		for _, existing := range []Existing{Refuse, SetAside, Replace} {
			t.Run(fmt.Sprint(name, existing), func(t *testing.T) {
				t.Parallel()
				for range 12 {
					twoRuns(t, system(), existing)
				}
			})
		}
	}
}

func twoRuns(t *testing.T, s *system, existing Existing) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	if existing != Refuse {
		put(t, "old", a, b, c)
	}
	runs := []*Transaction{
		begin(t, t.Context(), existing, "one", a, b, c),
		begin(t, t.Context(), existing, "two", c, b, a),
	}
	errs := make([]error, len(runs))
	var group sync.WaitGroup
	for i, tx := range runs {
		tx.system = s
		group.Go(func() { errs[i] = tx.Commit() })
	}
	group.Wait()
	var allowed []string
	for i, content := range []string{"one", "two"} {
		if errs[i] == nil {
			allowed = append(allowed, strings.ReplaceAll("a=? b=? c=?", "?", content))
		}
	}
	if got := contents(t, dir); !slices.Contains(allowed, got) {
		t.Fatalf("found %s, want one of %q; errors %v", got, allowed, errs)
	}
	if want := 1 + min(int(existing), 1); len(allowed) != want {
		t.Fatalf("%d runs succeeded, want %d: %v", len(allowed), want, errs)
	}
}

// Without locks, of two runs for new files at most one succeeds, and only its files
// are there.
func TestTwoRunsWithoutLocks(t *testing.T) {
	t.Parallel()
	for range 12 {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		var succeeded [2]bool
		for i, names := range []string{"abc", "cba"} {
			tx := begin(t, t.Context(), Refuse, fmt.Sprint(i), filepath.Join(dir, names[:1]), filepath.Join(dir, names[1:2]), filepath.Join(dir, names[2:]))
			for _, f := range tx.files {
				if err := f.complete(0); err != nil {
					t.Fatal(err)
				}
			}
			group.Go(func() {
				err := tx.plan()
				if err == nil {
					err = tx.move()
				}
				if succeeded[i] = err == nil; err != nil {
					if kept, err := tx.rollBack(); err != nil || kept != nil {
						t.Error(err, kept)
					}
				}
				tx.Abort()
			})
		}
		group.Wait()
		want := ""
		for i := range succeeded {
			if succeeded[i] {
				want += strings.ReplaceAll("a=? b=? c=?", "?", fmt.Sprint(i))
			}
		}
		if got := contents(t, dir); got != want {
			t.Fatalf("found %q, want %q", got, want)
		}
	}
}

// A commit touches no files whose names look like ours, and no folder without a lock.
func TestCommitTouchesNoOtherFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	put(t, "old", path)
	put(t, "mine", filepath.Join(dir, ".x.replaced"), filepath.Join(dir, ".x.partial"))
	if err := os.Mkdir(filepath.Join(dir, ".signins.1.partial"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, "mine", filepath.Join(dir, ".signins.1.partial", "x"))
	if err := begin(t, t.Context(), SetAside, "new", path).Commit(); err != nil {
		t.Fatal(err)
	}
	if got, want := contents(t, dir), ".signins.1.partial=folder .signins.1.partial/x=mine .x.partial=mine .x.replaced=mine x=new"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

// everything begins a run with all that a transaction can do: files beside earlier
// ones, a stale file, files that appear last, a new folder of parts, one with earlier
// parts and one that is exchanged.
func everything(ctx context.Context, dir string, s *system) (err error) {
	tx := Begin(ctx)
	defer func() { err = tx.Close(err) }()
	tx.system, tx.Mode = s, 0o640
	lake, fresh := filepath.Join(dir, "lake"), filepath.Join(dir, "fresh")
	create := func(f *File, err error) (*File, error) {
		if err == nil {
			_, err = f.Write([]byte("new"))
		}
		return f, err
	}
	for _, name := range []string{"a", "b"} {
		if _, err := create(tx.Create(filepath.Join(dir, name), SetAside)); err != nil {
			return err
		}
	}
	for _, folder := range []string{lake, fresh} {
		if err := tx.OpenFolder(folder); err != nil {
			return err
		}
		for _, name := range []string{"1/part", "2/part"} {
			f, err := create(tx.CreatePart(folder, Replace))
			if err != nil {
				return err
			}
			f.Path = filepath.Join(folder, name)
		}
	}
	f, err := create(tx.CreatePart(lake, Replace))
	if err != nil {
		return err
	}
	f.Path = filepath.Join(lake, "day", "joined")
	tx.ReplaceFolder(filepath.Join(lake, "day"), []*File{f})
	for _, path := range []string{filepath.Join(lake, "1", "stale"), filepath.Join(lake, "1", "none")} {
		tx.Check(func() error { tx.RemoveBeside(tx.files[2], path); return nil })
	}
	for _, last := range []File{{Path: filepath.Join(lake, "manifest"), Existing: Replace}, {Path: filepath.Join(dir, "manifest"), Existing: SetAside}} {
		f, err := create(tx.Create(last.Path, last.Existing))
		if err != nil {
			return err
		}
		f.Last = true
	}
	return tx.Commit()
}

const afterEverything = "a=new b=new fresh=folder fresh/1=folder fresh/1/part=new fresh/2=folder fresh/2/part=new " +
	"lake=folder lake/1=folder lake/1/other=old lake/1/part=new lake/2=folder lake/2/part=new lake/day=folder lake/day/joined=new lake/manifest=new manifest=new"

// beforeEverything makes the earlier files that everything replaces.
func beforeEverything(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"1", "day"} {
		if err := os.MkdirAll(filepath.Join(dir, "lake", name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a", "manifest", "lake/manifest", "lake/1/part", "lake/1/stale", "lake/1/other", "lake/day/first", "lake/day/second"} {
		put(t, "old", filepath.Join(dir, filepath.FromSlash(name)))
	}
}

// Whatever step fails, the files before are there as they were, and nothing else;
// once no step fails, all new ones. Files that cannot be removed are named, and the next
// run removes them.
func TestEveryStepCanFail(t *testing.T) {
	t.Parallel()
	for name, system := range systems {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, broken := t.TempDir(), errors.New("no space left on device")
			beforeEverything(t, dir)
			before := contents(t, dir)
			for n := 1; ; n++ {
				failing, calls := failAt(system(), n, broken)
				err := everything(t.Context(), dir, failing)
				if residue, ok := errors.AsType[*Residue](err); ok {
					if residue.Err == nil {
						residue = &Residue{Err: residue.Cause, State: strings.TrimSuffix(residue.State, ", but a power failure may undo that")}
					}
					if named := residue.Err.Error(); residue.Cause != nil || residue.State != whole || !strings.HasPrefix(named, dir) || !errors.Is(residue.Err, broken) {
						t.Fatalf("step %d: %v", n, err)
					}
					recoverAll(t, dir, withoutSync(), n)
					err = nil
				}
				switch got := contents(t, dir); {
				case err == nil && got != afterEverything:
					t.Fatalf("step %d: found %s, want %s", n, got, afterEverything)
				case err != nil && (!errors.Is(err, broken) || !strings.HasPrefix(err.Error(), dir)):
					t.Fatalf("step %d: %v", n, err)
				case err != nil && got != before:
					t.Fatalf("step %d: found %s, want %s", n, got, before)
				case err == nil && *calls < n:
					if n < 70 {
						t.Errorf("only %d steps", n)
					}
					return
				case err == nil: // such as a link, where a rename does
					dir = t.TempDir()
					beforeEverything(t, dir)
				}
			}
		})
	}
}

// failAt returns a file system whose call n fails, and the number of calls.
func failAt(s *system, n int, broken error) (*system, *int) {
	calls := 0
	var mutex sync.Mutex
	fails := func() error {
		mutex.Lock()
		defer mutex.Unlock()
		if calls++; calls == n {
			return broken
		}
		return nil
	}
	return hooked(s, func(string) error { return fails() }), &calls
}

// hooked calls hook before every call of s with its name, and fails where it does; of a
// write it does half.
func hooked(s *system, hook func(call string) error) *system {
	two := func(name string, do func(from, to string) error) func(from, to string) error {
		return func(from, to string) error {
			if err := hook(name); err != nil {
				return &os.LinkError{Op: name, Old: from, New: to, Err: err}
			}
			return do(from, to)
		}
	}
	return &system{
		lock: s.lock,
		create: func(path string) (*os.File, error) {
			if err := hook("create"); err != nil {
				return nil, &fs.PathError{Op: "open", Path: path, Err: err}
			}
			return s.create(path)
		},
		write: func(f *os.File, p []byte) (int, error) {
			if err := hook("write"); err != nil {
				half, _ := s.write(f, p[:len(p)/2])
				return half, err
			}
			return s.write(f, p)
		},
		sync: func(f *os.File) error { return errors.Join(hook("sync"), s.sync(f)) },
		chmod: func(path string, mode fs.FileMode) error {
			return cmp.Or(hook("chmod"), s.chmod(path, mode))
		},
		link:     two("link", s.link),
		exchange: two("exchange", s.exchange),
		rename:   two("rename", s.rename),
		mkdir: func(path string, mode fs.FileMode) error {
			if err := hook("mkdir"); err != nil {
				return &fs.PathError{Op: "mkdir", Path: path, Err: err}
			}
			return s.mkdir(path, mode)
		},
		remove: func(path string) error {
			if err := hook("remove"); err != nil {
				return &fs.PathError{Op: "remove", Path: path, Err: err}
			}
			return s.remove(path)
		},
	}
}

// A folder that has the name of a file is no file to replace.
func TestCommitReplacesNoFolder(t *testing.T) {
	t.Parallel()
	for _, existing := range []Existing{SetAside, Replace} {
		dir := t.TempDir()
		blocked := filepath.Join(dir, "z")
		put(t, "old", filepath.Join(dir, "a"))
		if err := os.Mkdir(blocked, 0o700); err != nil {
			t.Fatal(err)
		}
		want := contents(t, dir)
		tx := begin(t, t.Context(), existing, "new", filepath.Join(dir, "a"), filepath.Join(dir, "b"), blocked)
		if err := tx.Commit(); err == nil || !strings.HasPrefix(err.Error(), blocked+": ") {
			t.Errorf("error %v does not name %s", err, blocked)
		}
		if got := contents(t, dir); got != want {
			t.Errorf("found %s, want %s", got, want)
		}
	}
}

// An earlier file whose name another run took meanwhile gets a new name.
func TestEarlierFileIsKept(t *testing.T) {
	t.Parallel()
	for name, system := range systems {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
			put(t, "old", a, b)
			tx := begin(t, t.Context(), SetAside, "new", a, b)
			s := system()
			rename := s.rename
			s.rename = func(from, to string) error {
				if from == a { // the last to be set aside
					put(t, "another's", b)
				}
				return rename(from, to)
			}
			tx.system = s
			err := tx.Commit()
			if err == nil || !strings.Contains(err.Error(), b+": exists already; "+b+": the earlier file is now "+b+".earlier-1") {
				t.Errorf("error %v does not name the earlier file", err)
			}
			if got := contents(t, dir); got != "a=old b=another's b.earlier-1=old" {
				t.Errorf("found %s", got)
			}
		})
	}
}

// A check sees what other runs committed, and its error ends Commit.
func TestCheckEndsCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	tx := begin(t, t.Context(), Refuse, "new", path)
	held := errors.New("held")
	tx.Check(func() error {
		if _, free := tryLock(dir); free && runtime.GOOS != "windows" {
			t.Error("the folder is not locked")
		}
		return held
	})
	if err := tx.Commit(); !errors.Is(err, held) {
		t.Errorf("error %v", err)
	}
	if got := contents(t, dir); got != "" {
		t.Errorf("found %s", got)
	}
}

// An interrupt ends a run while it writes, while it syncs, and while it waits for
// another run.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	put(t, "old", path)

	ctx, cancel := context.WithCancel(t.Context())
	tx := begin(t, ctx, SetAside, "new", path)
	cancel()
	if _, err := tx.files[0].Write([]byte("more")); !errors.Is(err, context.Canceled) {
		t.Errorf("Write: %v", err)
	}
	if err := tx.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit: %v", err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	tx = begin(t, ctx, SetAside, "new", path)
	s := withoutSync()
	s.sync = func(*os.File) error { cancel(); return nil }
	tx.system, tx.files[0].system = s, s
	if err := tx.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit while it syncs: %v", err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	tx = begin(t, ctx, SetAside, "new", path)
	other, free := tryLock(dir)
	if !free || other == nil {
		t.Skip("no locks here")
	}
	defer other.Close()
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := tx.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit beside another run: %v", err)
	}
	if got := contents(t, dir); runtime.GOOS != "windows" && got != "x=old" {
		t.Errorf("found %s", got)
	}
}

// A run that waits for one folder does not keep another one locked, not even for itself.
func TestLocksOfSeveralFolders(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would close what nobody uses
	dir, started := t.TempDir(), time.Now()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := errors.Join(os.Mkdir(a, 0o700), os.Mkdir(b, 0o700)); err != nil {
		t.Fatal(err)
	}
	tx := begin(t, t.Context(), Refuse, "new", filepath.Join(a, "x"), filepath.Join(b, "x"))
	tx.lockWait = 2 * time.Minute
	other, _ := tryLock(b)
	if other == nil {
		t.Skip("no locks here")
	}
	time.AfterFunc(100*time.Millisecond, func() { other.Close() })
	if err := tx.Commit(); err != nil || time.Since(started) > tx.lockWait*3/4 {
		t.Errorf("after %s: %v", time.Since(started), err)
	}
}

// A lock that another program never releases does not stop a run.
func TestLockOfAnotherProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if other, _ := tryLock(dir); other != nil {
		defer other.Close()
	}
	path := filepath.Join(dir, "x")
	tx := begin(t, t.Context(), Refuse, "new", path)
	tx.lockWait = 50 * time.Millisecond
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); string(got) != "new" {
		t.Errorf("found %q %v", got, err)
	}
}

// A file or folder that is in the transaction is refused by whatever name.
func TestOneFileByTwoNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	names := []string{"x", "./x", filepath.Join(dir, "x"), "../" + filepath.Base(dir) + "/x"}
	os.Symlink(".", "link")
	if _, err := os.Stat("link"); err == nil { // Wine makes links that lead nowhere
		names = append(names, "link/x")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			tx := begin(t, t.Context(), Refuse, "", "x")
			var twice *schema.Refusal
			if _, err := tx.Create(name, Refuse); !errors.As(err, &twice) {
				t.Errorf("file: %v", err)
			}
			tx.Abort()
			if err := tx.OpenFolder("x"); err != nil {
				t.Fatal(err)
			}
			if err := tx.OpenFolder(name); !errors.As(err, &twice) {
				t.Errorf("folder: %v", err)
			}
			tx.Abort()
			if found, _ := filepath.Glob("*"); len(found) > 1 || len(found) == 1 && found[0] != "link" {
				t.Errorf("found %s", found)
			}
		})
	}
}

// Only their owner can look into files, before Commit and after.
func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes of files")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	tx := begin(t, t.Context(), Refuse, "", path)
	folder, err := os.Stat(filepath.Dir(tx.files[0].temp))
	if err != nil || folder.Mode() != fs.ModeDir|0o700 {
		t.Errorf("the private folder: %v %v", folder.Mode(), err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file: %v %v", info.Mode(), err)
	}
}

// An error of a sync before Commit is kept: the system reports it once.
func TestSyncAheadKeepsItsError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tx := begin(t, t.Context(), Refuse, "", filepath.Join(dir, "out"))
	broken := errors.New("input/output error")
	s := withoutSync()
	s.sync = func(*os.File) (err error) { err, broken = broken, nil; return err }
	f := tx.files[0]
	f.system, f.unsynced = s, syncEvery
	want := broken
	if _, err := f.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); !errors.Is(err, want) {
		t.Errorf("Commit: %v", err)
	}
	if got := contents(t, dir); got != "" {
		t.Errorf("found %s", got)
	}
}

// Parts need no handle between writes, so there may be more of them than a process
// may open.
func TestManyParts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tx := Begin(t.Context())
	t.Cleanup(tx.Abort)
	tx.system = withoutSync()
	for i := range 300 {
		f, err := tx.CreatePart(dir, Refuse)
		if err != nil {
			t.Fatal(err)
		}
		f.Path = filepath.Join(dir, fmt.Sprint(i%10), fmt.Sprint(i))
		for _, text := range []string{"a", "b", ""} {
			fmt.Fprint(f, text)
		}
		if f.handle != nil || f.Size != 2 || f.SHA256() != "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603" {
			t.Fatalf("handle %v, %d bytes, digest %s", f.handle, f.Size, f.SHA256())
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(contents(t, dir), "=ab"); got != 300 {
		t.Errorf("%d parts", got)
	}
}

// Names change only once what they name is durable: the content of every file before the
// journals, these before the first earlier file is set aside, that before the first new
// file appears, and all data before the first manifest. Manifests go first.
func TestOrderOfACommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	beforeEverything(t, dir)
	var calls []string
	note := func(call string, paths ...string) {
		for i, path := range paths {
			path, _ = filepath.Rel(dir, path)
			paths[i] = regexp.MustCompile(`\.signins\.\w+\.partial`).ReplaceAllString(filepath.ToSlash(path), "~")
		}
		calls = append(calls, call+" "+strings.Join(paths, " > "))
	}
	s := *realSystem
	s.sync = func(f *os.File) error { note("sync", f.Name()); return nil }
	s.link = func(from, to string) error { note("link", from, to); return os.Link(from, to) }
	s.rename = func(from, to string) error { note("rename", from, to); return os.Rename(from, to) }
	s.exchange = func(a, b string) error {
		note("exchange", a, b)
		return errors.Join(os.Rename(a, a+".x"), os.Rename(b, a), os.Rename(a+".x", b))
	}
	if err := everything(t.Context(), dir, &s); err != nil {
		t.Fatal(err)
	}
	const want = `
sync ~/a
sync ~/b
sync lake/~/000002
sync lake/~/000003
sync fresh/~/000004
sync fresh/~/000005
sync lake/~/000006
sync lake/~/manifest
sync ~/manifest
rename lake/~/000006 > lake/~/folder-5/joined
sync ~/journal.new
rename ~/journal.new > ~/journal
sync lake/~/journal.new
rename lake/~/journal.new > lake/~/journal
sync fresh/~/journal.new
rename fresh/~/journal.new > fresh/~/journal
sync .
sync ~
sync fresh
sync fresh/~
sync lake
sync lake/~
sync lake/~/folder-5
rename manifest > ~/earlier-0
link lake/manifest > lake/~/earlier-1
link lake/1/part > lake/~/earlier-2
rename a > ~/earlier-3
rename lake/1/stale > lake/~/earlier-4
sync .
sync ~
sync lake
sync lake/~
sync lake/1
exchange lake/day > lake/~/folder-5
link ~/a > a
link ~/b > b
rename lake/~/000002 > lake/1/part
rename lake/~/000003 > lake/2/part
rename fresh/~/000004 > fresh/1/part
rename fresh/~/000005 > fresh/2/part
sync .
sync fresh
sync fresh/1
sync fresh/2
sync lake
sync lake/~
sync lake/1
sync lake/2
rename lake/~/manifest > lake/manifest
link ~/manifest > manifest
sync .
sync lake
rename ~/journal > ~/journal.done
`
	if got := "\n" + strings.Join(calls, "\n") + "\n"; got != want {
		t.Errorf("found%s", got)
	}
}

// The digest is that of all bytes, however many and however written.
func TestDigestOfAllBytes(t *testing.T) {
	t.Parallel()
	f := begin(t, t.Context(), Refuse, "", filepath.Join(t.TempDir(), "x")).files[0]
	s := withoutSync()
	s.write = func(_ *os.File, p []byte) (int, error) { return len(p), nil } // no disk is needed
	f.system = s
	want, piece := sha256.New(), make([]byte, 3<<20)
	for i := range 24 { // 72 MiB
		piece[len(piece)-1] = byte(i)
		want.Write(piece)
		if _, err := f.Write(piece); err != nil {
			t.Fatal(err)
		}
		if got := f.SHA256(); got != hex.EncodeToString(want.Sum(nil)) || f.Size != int64(i+1)*int64(len(piece)) {
			t.Fatalf("after %d bytes: digest %s", f.Size, got)
		}
	}
}

// A file that was written in part has the digest and the size of that part.
func TestDigestOfAPartialWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x")
	f := begin(t, t.Context(), Refuse, "", path).files[0]
	f.system, _ = failAt(withoutSync(), 1, syscall.ENOSPC)
	n, err := f.Write([]byte("abcd"))
	if n != 2 || f.Size != 2 || !errors.Is(err, syscall.ENOSPC) || err.Error() != path+": after 2 bytes: "+syscall.ENOSPC.Error() {
		t.Errorf("%d bytes, %v", n, err)
	}
	if sum := sha256.Sum256([]byte("ab")); f.SHA256() != hex.EncodeToString(sum[:]) {
		t.Errorf("digest %s", f.SHA256())
	}
	if n, again := f.Write([]byte("ef")); n != 0 || again != err || f.Size != 2 {
		t.Errorf("the next write: %d bytes, %v", n, again)
	}
}

// Outputs get the mode that was asked for, for any umask, and folders that are made the
// matching one; what is private until Commit stays so.
func TestMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes of files")
	}
	for text, folder := range map[string]fs.FileMode{"0600": 0o700, "640": 0o750, "0644": 0o755, "0660": 0o770, "0664": 0o775, "0666": 0o777, "0606": 0o707} {
		mode, err := ParseMode(text)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		tx := begin(t, t.Context(), Refuse, "x", filepath.Join(dir, "a"))
		tx.Mode = mode
		if err := tx.OpenFolder(filepath.Join(dir, "lake")); err != nil {
			t.Fatal(err)
		}
		f, err := tx.CreatePart(filepath.Join(dir, "lake"), Replace)
		if err != nil {
			t.Fatal(err)
		}
		f.Path = filepath.Join(dir, "lake", "1", "part")
		for _, f := range tx.files {
			info, err := os.Stat(f.Private())
			if file, _ := os.Stat(f.temp); err != nil || info.Mode().Perm() != 0o700 || file.Mode().Perm() != 0o600 {
				t.Errorf("%s: before Commit %v, %v", text, info.Mode(), err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]fs.FileMode{"a": mode, "lake": folder, "lake/1": folder, "lake/1/part": mode} {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %s has %v, %v", text, name, info.Mode(), err)
			}
		}
	}
	for _, text := range []string{"", "0", "0400", "0700", "0610", "0620", "0602", "0601", "01600", "0x180", "rw", "-0600", "0608"} {
		if mode, err := ParseMode(text); err == nil {
			t.Errorf("%q is %o", text, mode)
		}
	}
}

// An earlier file and a new one that share a name in the private folder do not.
func TestNamesInThePrivateFolder(t *testing.T) {
	t.Parallel()
	for _, existing := range []Existing{SetAside, Replace} {
		dir := t.TempDir()
		a, b := filepath.Join(dir, "a"), filepath.Join(dir, "0.a")
		put(t, "old", a, b)
		if err := begin(t, t.Context(), existing, "new", a, b).Commit(); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, dir); got != "0.a=new a=new" {
			t.Errorf("found %s", got)
		}
	}
}

// A file whose name is changed to one outside of the folder is refused.
func TestNameOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(filepath.Dir(dir), "x"), filepath.Join(dir, "..", "y")} {
		tx := begin(t, t.Context(), Refuse, "new", filepath.Join(dir, "a"))
		tx.files[0].Path = path
		if err := tx.Commit(); err == nil || !strings.HasPrefix(err.Error(), path+": is outside") {
			t.Errorf("%v", err)
		}
	}
	if got := contents(t, dir); got != "" {
		t.Errorf("found %s", got)
	}
}

// The lock of a private folder is the last file that is removed, and locked until then. One
// that cannot be removed is named; one that another run has removed meanwhile is no error.
func TestLockThatCannotBeRemoved(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{false, true} {
		broken := errors.New("a scanner has it open")
		dir := t.TempDir()
		tx := begin(t, t.Context(), Refuse, "new", filepath.Join(dir, "a"))
		s := *tx.system
		s.remove = func(path string) error {
			lock := filepath.Join(filepath.Dir(path), lockName)
			if path != lock {
				if l, free, err := lockFile(lock, 0); l != nil || free && err == nil {
					t.Error("the lock is free while files are removed")
				}
				return os.Remove(path)
			}
			if gone {
				tx.release() // Windows removes no open file
				if err := os.Remove(path); err != nil {
					return err
				}
			}
			return broken
		}
		tx.system = &s
		err := tx.Close(tx.Commit())
		residue, ok := errors.AsType[*Residue](err)
		if gone && err != nil || !gone && (!ok || residue.State != whole || !errors.Is(residue.Err, broken)) {
			t.Errorf("gone %t: %v", gone, err)
		}
		if got := contents(t, dir); gone != (got == "a=new") {
			t.Errorf("gone %t: found %s", gone, got)
		}
	}
}

// A lock that is made is no earlier file.
func TestNewLockIsNoEarlierFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), lockName)
	put(t, "", path)
	if l, free, err := lockFile(path, os.O_CREATE|os.O_EXCL); l != nil || free || !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, %t, %v", l, free, err)
	}
}

// As long as the journal does not say that all is done, the private folders stay.
func TestJournalThatCannotBeRenamed(t *testing.T) {
	t.Parallel()
	dir, broken := t.TempDir(), errors.New("broken")
	tx := begin(t, t.Context(), Refuse, "new", filepath.Join(dir, "a"))
	s := *tx.system
	s.rename = func(from, to string) error {
		if strings.HasSuffix(to, doneEnding) {
			return broken
		}
		return os.Rename(from, to)
	}
	tx.system = &s
	err := tx.Close(tx.Commit())
	if residue, ok := errors.AsType[*Residue](err); !ok || residue.State != whole || !errors.Is(residue.Err, broken) {
		t.Errorf("%v", err)
	}
	if got := contents(t, dir); !strings.Contains(got, ".partial/journal={") || !strings.HasSuffix(got, " a=new") {
		t.Errorf("found %s", got)
	}
	recoverAll(t, dir, withoutSync(), 0)
	if got := contents(t, dir); got != "a=new" {
		t.Errorf("found %s", got)
	}
}

// An earlier file that cannot be brought back stays where it is, for the next run.
func TestEarlierFileThatCannotBeBroughtBack(t *testing.T) {
	t.Parallel()
	dir, broken := t.TempDir(), errors.New("broken")
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	put(t, "old", a)
	tx := begin(t, t.Context(), SetAside, "new", a, b)
	s := *tx.system
	fails := func(do func(from, to string) error) func(from, to string) error {
		return func(from, to string) error {
			if to == b || to == a && strings.HasPrefix(filepath.Base(from), "earlier-") {
				return broken
			}
			return do(from, to)
		}
	}
	s.link, s.rename = fails(s.link), fails(s.rename)
	tx.system = &s
	err := tx.Close(tx.Commit())
	residue, _ := errors.AsType[*Residue](err)
	if residue == nil || residue.State != partial || !errors.Is(residue.Err, broken) || !errors.Is(residue.Cause, broken) {
		t.Errorf("%v", err)
	}
	if got := contents(t, dir); !strings.Contains(got, "/earlier-0=old") {
		t.Errorf("found %s", got)
	}
	recoverAll(t, dir, withoutSync(), 0)
	if got := contents(t, dir); got != "a=old" {
		t.Errorf("found %s", got)
	}
}
