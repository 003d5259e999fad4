package files

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"signins/testdata/fixture"
)

// Each finds files in folders below, and through links to files, under the names that
// they have in the folder as it was named.
func TestEach(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"real/a": "1", "real/sub/b": "22", "elsewhere": "333"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		fixture.Write(t, path, text)
	}
	folder, want := filepath.Join(dir, "real"), map[string]int64{"a": 1, filepath.Join("sub", "b"): 2}
	if runtime.GOOS != "windows" {
		folder = filepath.Join(dir, "link")
		for name, to := range map[string]string{"link": "real", "real/c": "../elsewhere", "real/none": "nowhere", "real/folder": ".."} {
			if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		want["c"] = 3
	}
	found := map[string]int64{}
	err := Each(folder, func(path string, size int64) {
		name, _ := filepath.Rel(folder, path)
		found[name] = size
	})
	if err != nil || !maps.Equal(found, want) {
		t.Errorf("%v, %v", found, err)
	}
	if err := Each(filepath.Join(dir, "none"), func(string, int64) {}); err == nil {
		t.Error("there is no such folder")
	}
}

// Another run may remove a folder that it made and that is still empty, at any moment: the
// folder is made again, for an output and for a file of it. What else fails is not tried
// again.
func TestFolderIsMadeAgain(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	day := filepath.Join(lake, "event_date=2026-05-01")
	removed := map[string]int{}
	tx := Begin(t.Context())
	tx.system = hooked(realSystem, func(call string) error {
		for dir, at := range map[string]string{lake: "mkdir", day: "link"} {
			if info, err := os.Stat(dir); err == nil && info.IsDir() && call == at && removed[dir] < 3 && os.Remove(dir) == nil {
				removed[dir]++
			}
		}
		return nil
	})
	err := tx.OpenFolder(lake)
	var file *File
	if err == nil {
		file, err = tx.CreatePart(lake, Refuse)
	}
	if err != nil {
		t.Fatal(err)
	}
	file.Path = filepath.Join(day, "part")
	if err := tx.Commit(); err != nil || removed[lake] != 3 || removed[day] != 3 {
		t.Errorf("%v, removed %v", err, removed)
	}
	if _, err := os.Stat(file.Path); err != nil {
		t.Error(err)
	}
	calls := 0
	tx = Begin(t.Context())
	tx.system = hooked(realSystem, func(call string) error {
		calls++
		return fs.ErrPermission
	})
	if err := tx.OpenFolder(filepath.Join(t.TempDir(), "other")); !errors.Is(err, fs.ErrPermission) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
