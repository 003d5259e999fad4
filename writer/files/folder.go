package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Each calls found at the regular files below a folder, which may be a link, and at
// those that links to files in it lead to.
func Each(folder string, found func(path string, size int64)) error {
	real, err := filepath.EvalSymlinks(folder) // WalkDir does not follow it
	if err != nil {
		return err
	}
	return filepath.WalkDir(real, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			rest, _ := filepath.Rel(real, path)
			found(filepath.Join(folder, rest), info.Size())
		}
		return nil
	})
}

// IsLocal reports whether looking at a path stays on this computer: on Windows a path may
// name a server, which would then be asked for it. A drive is local, also as \\?\C:.
func IsLocal(path string) bool {
	volume := filepath.ToSlash(filepath.VolumeName(path))
	drive := strings.TrimPrefix(strings.TrimPrefix(volume, "//?/"), "//./")
	return volume == "" || len(drive) == 2 && drive[1] == ':'
}
