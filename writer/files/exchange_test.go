package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Many hold a folder together, or one alone, until the transaction ends.
func TestHold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	begin := func() *Transaction { return Begin(t.Context()) }
	hold := func(tx *Transaction, alone, want bool) {
		t.Helper()
		if free, err := tx.Hold(dir, alone, 0); err != nil || free != want {
			t.Errorf("alone %t: free is %t, %v", alone, free, err)
		}
	}
	first, second, third := begin(), begin(), begin()
	hold(first, false, true)
	hold(second, false, true)
	hold(third, true, false)
	first.Abort()
	hold(third, true, false)
	if err := second.Commit(); err != nil {
		t.Fatal(err)
	}
	hold(third, true, true)
	hold(first, false, false)
	hold(second, true, false)
	time.AfterFunc(50*time.Millisecond, third.Abort)
	if free, err := first.Hold(dir, false, time.Minute); err != nil || !free {
		t.Errorf("after waiting: %t, %v", free, err)
	}
	if free, err := second.Hold(filepath.Join(dir, "none"), true, 0); err != nil || !free {
		t.Errorf("a folder that is not there: %t, %v", free, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if free, err := Begin(ended).Hold(dir, true, time.Minute); free || !errors.Is(err, context.Canceled) {
		t.Errorf("an ended run: %t, %v", free, err)
	}
	first.Abort()
}

// A new folder has the mode of the earlier one; what is no folder, or is not there, is not replaced.
func TestReplaceFolder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(path string) error
		want    string
	}{
		"mode":      {func(path string) error { return errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, 0o750)) }, ""},
		"a file":    {func(path string) error { return os.WriteFile(path, nil, 0o600) }, "is not a folder and is not replaced"},
		"not there": {func(string) error { return nil }, "no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "day")
			if err := test.prepare(path); err != nil {
				t.Fatal(err)
			}
			tx := Begin(t.Context())
			f, err := tx.CreatePart(dir, Refuse)
			if err != nil {
				t.Fatal(err)
			}
			f.Path = filepath.Join(path, "joined")
			tx.ReplaceFolder(path, []*File{f})
			err = tx.Commit()
			if runtime.GOOS == "windows" && name == "not there" {
				test.want = err.Error()[len(path)+2:]
			}
			if test.want != "" {
				if err == nil || err.Error() != path+": "+test.want {
					t.Errorf("got %v", err)
				}
				return
			}
			info, stat := os.Stat(path)
			if err != nil || stat != nil {
				t.Fatal(err, stat)
			}
			if runtime.GOOS != "windows" && info.Mode().Perm() != 0o750 {
				t.Errorf("mode %o", info.Mode().Perm())
			}
		})
	}
}

// A set with a folder is whole only once that has its final name.
func TestFolderMakesASetWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &set{steps: []*step{{Place: true, Marker: "joined", final: filepath.Join(dir, "day"), private: filepath.Join(dir, "private")}}}
	if err := os.Mkdir(filepath.Join(dir, "day"), 0o700); err != nil {
		t.Fatal(err)
	}
	if s.isWhole() {
		t.Error("the earlier folder is whole")
	}
	put(t, "new", filepath.Join(dir, "day", "joined"))
	if !s.isWhole() {
		t.Error("the new folder is not whole")
	}
}
