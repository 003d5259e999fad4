package files

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"
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
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
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
