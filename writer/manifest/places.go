package manifest

import (
	"os"
	"path/filepath"
)

// A Move is where the folder of an output, or a dataset, was by the manifest, and where it
// is now. The zero Move is one of a manifest that lies beside no output of its run.
type Move struct{ From, To string }

// Find returns where another file of the run is: where it was to the output that has moved
// or, if nothing is there, at its recorded path.
func (m Move) Find(recorded string) string {
	path := filepath.FromSlash(recorded)
	if rel, err := filepath.Rel(filepath.FromSlash(m.From), path); err == nil && m.To != "" {
		if beside := filepath.Join(m.To, rel); IsRegular(beside) {
			return beside
		}
	}
	return path
}

// IsRegular reports whether a path is that of a regular file, or of a link to one.
func IsRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
