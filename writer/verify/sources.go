package verify

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"signins/writer/manifest"
)

// A source is a file that a run has read, or standard input. Several inputs may be in it.
type source struct {
	path   string // as recorded
	size   int64
	sha256 string
	found  string // where it is, "" if it is not
	file   *File
}

type sourceKey struct{ path, sha256 string }

// noteSources remembers the sources of a run for checkSources.
func (c *checker) noteSources(r *record) error {
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return err
		}
		c.source(in)
	}
	for _, skip := range r.run.Skipped {
		if path := filepath.FromSlash(skip.Path); len(c.Folders) > 0 && isLocal(path) {
			c.know(path)
		}
	}
	return nil
}

// source returns the source that an input is in, checked at its recorded path.
func (c *checker) source(in *manifest.Input) *source {
	key := sourceKey{in.Path, in.SHA256}
	if s := c.bySource[key]; s != nil {
		return s
	}
	s := &source{path: in.Path, size: in.Size, sha256: in.SHA256}
	c.bySource[key], c.sources = s, append(c.sources, s)
	s.file = &File{Status: NotChecked, Role: sourceRole, Path: shown(in.Path)}
	path := filepath.FromSlash(in.Path)
	if in.Path == "-" || !isLocal(path) {
		return s
	}
	if _, err := os.Stat(path); err != nil {
		return s
	}
	c.know(path)
	s.file.Status = Matched
	if difference := c.digest(path, s.size).compare(s.size, s.sha256); difference != "" {
		s.file.change("%s", difference)
		return s
	}
	s.found = path
	return s
}

// isLocal reports whether looking at a path stays on this computer: on Windows a path may
// name a server, which would then be asked for it.
func isLocal(path string) bool { return !strings.HasPrefix(filepath.VolumeName(path), `\\`) }

// reportSources adds the sources to the report. What is new comes last.
func (c *checker) reportSources() {
	for _, s := range c.sources {
		if s.file.Status == NotChecked && len(c.Folders) > 0 {
			s.file.Status, s.file.differs = Missing, true
		}
		c.report.Files = append(c.report.Files, s.file)
	}
	c.report.Files = append(c.report.Files, c.unknown...)
}

// maxNew is how many new files the report lists.
const maxNew = 1000

// searchFolders looks for sources in the folders. Other files there are new.
func (c *checker) searchFolders() error {
	wanted := map[int64][]*source{} // by size
	for _, s := range c.sources {
		wanted[s.size] = append(wanted[s.size], s)
	}
	unlisted := int64(0)
	for _, folder := range c.Folders {
		err := eachFile(folder, func(path string, size int64) {
			switch {
			case isKnown(path, c.known) || isKnown(path, c.parts) || c.findSource(path, size, wanted[size]):
			case len(c.unknown) < maxNew:
				c.unknown = append(c.unknown, &File{Status: New, Role: sourceRole, Path: shown(path)})
			default:
				unlisted++
			}
		})
		if err != nil {
			return &manifest.Unreadable{Path: folder, What: "cannot be searched: " + err.Error()}
		}
	}
	if unlisted > 0 {
		c.unknown[maxNew-1].note("%s not listed", manifest.Counted(unlisted, "more new file"))
	}
	return nil
}

// findSource reports whether a file is one of the sources that have its size, and notes
// where they are.
func (c *checker) findSource(path string, size int64, wanted []*source) (found bool) {
	if len(wanted) == 0 {
		return false
	}
	d := c.digest(path, size)
	for _, s := range wanted {
		if s.sha256 != d.sha256 {
			continue
		}
		found = true
		if s.found == "" {
			s.found = path
			s.file.Status, s.file.differs, s.file.Notes, s.file.MovedTo = Moved, false, nil, shown(path)
		}
	}
	return found
}

// know remembers a file, so that it is not reported as new.
func (c *checker) know(path string) { c.known[realPath(path)] = true }

// isKnown reports whether a file, by whatever name, is one of those with these real paths.
func isKnown(path string, known map[string]bool) bool { return known[realPath(path)] }

// realPath returns the path of a file that has no links in it; a file that is not there
// has its own.
func realPath(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	if real, err = filepath.Abs(real); err != nil {
		return path
	}
	return real
}

// eachFile calls found at the regular files below a folder, which may be a link, and at
// those that links to files in it lead to.
func eachFile(folder string, found func(path string, size int64)) error {
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return err
	}
	return filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && !entry.IsDir() {
			rest, _ := filepath.Rel(real, path)
			found(filepath.Join(folder, rest), info.Size())
		}
		return nil
	})
}
