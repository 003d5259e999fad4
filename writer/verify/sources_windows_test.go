package verify

import (
	"path/filepath"
	"testing"

	"signins/writer/files"
)

// A recorded path on a server is not looked at.
func TestServerPaths(t *testing.T) {
	t.Parallel()
	for path, local := range map[string]bool{`C:\logs\a.json`: true, `logs\a.json`: true, `\\server\share\a.json`: false, `//server/share/a.json`: false, `\\?\UNC\server\share\a`: false,
		`\\?\C:\logs\a.json`: true, `//?/C:/logs/a.json`: true, `C:a.json`: true, `\logs\a.json`: true, `\??\UNC\server\share\a`: false, `\\.\UNC\server\share\a`: false,
		`\\.\pipe\a`: false, `//?/UNC/server/share/a`: false, `\\?\UNC\s\a`: false, `\\server`: false, `\\?\\\server\share\a`: false} {
		if files.IsLocal(path) != local {
			t.Errorf("%s: %v", path, !local)
		}
	}
}

// An output, its manifest and its digests may be named in another case.
func TestNamesInAnotherCase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	testRun{sources: []testSource{{name: "a.json", records: 2}}, outputs: []string{"out.parquet", "lake/"}}.write(t, dir)
	for _, name := range []string{"OUT.parquet", "Out.Parquet.Manifest.JSON", "out.parquet.SHA256", "LAKE", `LAKE\_MANIFESTS`} {
		want(t, check(t, filepath.Join(dir, name), Options{}), dir, 0)
	}
}
