package verify

import (
	"os"
	"path/filepath"
	"slices"

	"signins/writer/files"
	"signins/writer/manifest"
)

// A source is a file that a run has read, as an input or beside them, or standard input.
// Several inputs may be in it.
type source struct {
	size   int64 // -1 if the manifest does not have it
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
	for _, side := range r.run.SideFiles {
		if side.Size == 0 { // and none is empty
			side.Size = -1
		}
		c.noteSource(sideRole, side.Path, side.Size, side.SHA256)
	}
	for _, skip := range r.run.Skipped {
		if path := filepath.FromSlash(skip.Path); len(c.Folders) > 0 && files.IsLocal(path) {
			c.know(path)
		}
	}
	return nil
}

// source returns the source that an input is in, checked at its recorded path.
func (c *checker) source(in *manifest.Input) *source {
	return c.noteSource(sourceRole, in.Path, in.Size, in.SHA256)
}

func (c *checker) noteSource(role Role, recorded string, size int64, sha256 string) *source {
	key := sourceKey{recorded, sha256}
	if s := c.bySource[key]; s != nil {
		return s
	}
	s := &source{size: size, sha256: sha256}
	c.bySource[key], c.sources = s, append(c.sources, s)
	s.file = &File{Status: NotChecked, Role: role, Path: shown(recorded)}
	path := filepath.FromSlash(recorded)
	if recorded == "-" || !files.IsLocal(path) {
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
		err := files.Each(folder, func(path string, size int64) {
			switch {
			case isKnown(path, c.parts) || isKnown(path, c.known) && allFound(wanted[size]) || c.findSource(path, size, wanted[size]):
			case isKnown(path, c.known):
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

// allFound reports whether it is known where each of the sources is.
func allFound(sources []*source) bool {
	return !slices.ContainsFunc(sources, func(s *source) bool { return s.found == "" })
}

// know remembers a file, so that it is not reported as new.
func (c *checker) know(path string) { c.known[realPath(path)] = true }

// knowBeside remembers the files beside another output of a run.
func (c *checker) knowBeside(r *record, out *output) {
	base, endings := out.path, []string{manifest.Ending, manifest.SumsEnding}
	if part := manifest.ParsePart(filepath.ToSlash(out.path)); part.Run != "" {
		base, endings = filepath.Join(filepath.FromSlash(part.Dataset), manifest.Folder, part.Run), []string{manifest.RunEnding, manifest.SumsEnding}
	}
	for _, s := range r.run.Sidecars {
		endings = append(endings, s.Ending)
	}
	for _, ending := range endings {
		c.know(base + ending)
	}
}

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
