package verify

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"signins/writer/delta"
	"signins/writer/files"
	"signins/writer/manifest"
)

// checkDataset checks all runs of a dataset, and finds what belongs to none.
func (c *checker) checkDataset(path string) error {
	if whole, err := filepath.Abs(path); err == nil && filepath.Base(whole) == manifest.Folder {
		path = filepath.Join(path, "..")
	}
	folder := filepath.Join(path, manifest.Folder)
	entries, err := os.ReadDir(folder)
	if err != nil {
		what, hint := files.WithoutPath(err).Error(), ""
		if errors.Is(err, fs.ErrNotExist) {
			what, hint = "is no dataset: it has no folder "+manifest.Folder, "name an output, its manifest or a dataset"
		}
		return &manifest.Unreadable{Path: path, What: what, Hint: hint}
	}
	records := c.loadRecords(folder, entries)
	old := filepath.Join(folder, manifest.SupersededFolder)
	if entries, err := os.ReadDir(old); err == nil {
		superseded := c.loadRecords(old, entries)
		records = append(records, superseded...)
		c.checkSuperseded(superseded, records)
	}
	for _, kept := range []string{indexName, files.HoldName} {
		c.know(filepath.Join(folder, kept))
	}
	return c.check(records, func() error {
		c.countSignIns(records)
		c.checkShards(path, records)
		return c.findOrphans(path)
	})
}

// checkSuperseded reports manifests that are where superseded ones are and that no
// manifest of the dataset supersedes: nothing says where their rows are.
func (c *checker) checkSuperseded(superseded, all []*record) {
	named := map[string]bool{}
	for _, r := range all {
		for _, s := range r.run.Supersedes {
			named[s.Run] = true
		}
	}
	for _, r := range superseded {
		if !named[filepath.Base(r.base)] {
			c.report.add(manifestRole, r.path).change("no run of the dataset supersedes it")
		}
	}
}

// loadRecords loads the manifests of a dataset. Each run has one: a file without it
// belongs to a run whose manifest is gone.
func (c *checker) loadRecords(folder string, entries []fs.DirEntry) (records []*record) {
	runs := map[string]bool{} // whether there is a manifest, by name
	for _, entry := range entries {
		name, ending, _ := strings.Cut(entry.Name(), ".")
		isRecord := "."+ending == manifest.RunEnding
		if name == "" || entry.IsDir() || !isRecord && "."+ending != manifest.SumsEnding && !strings.HasSuffix(ending, linesEnding) {
			continue
		}
		runs[name] = runs[name] || isRecord
	}
	for _, name := range sortedKeys(runs) {
		path := filepath.Join(folder, name+manifest.RunEnding)
		if !runs[name] {
			file := c.report.add(manifestRole, path)
			file.Status, file.differs = Missing, true
			file.note("there are files of the run, but not its manifest")
			continue
		}
		r, err := loadRecord(path)
		if err != nil {
			c.report.add(manifestRole, path).change("%s", err)
			c.know(path)
			continue
		}
		records = append(records, r)
	}
	return records
}

// findOrphans adds the files of a dataset that readers would take for parts and that no
// manifest names, and the folders of runs that did not end.
func (c *checker) findOrphans(dataset string) error {
	var orphans []*File
	real, err := filepath.EvalSymlinks(dataset) // WalkDir would not follow it
	if err != nil {
		real = dataset
	}
	err = filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		rel, _ := filepath.Rel(real, path)
		path = filepath.Join(dataset, rel)
		switch {
		case entry.IsDir() && (rel == manifest.Folder || rel == delta.Folder):
			return fs.SkipDir
		case entry.IsDir() && strings.HasPrefix(name, ".signins.") && strings.HasSuffix(name, ".partial"):
			file := &File{Status: New, Role: leftoverRole, Path: shown(path)}
			file.note("belongs to a run that is at work, or was killed")
			orphans = append(orphans, file)
			return fs.SkipDir
		case !entry.IsDir() && isPartName(rel, entry) && !isKnown(path, c.parts):
			file := &File{Status: New, Role: partRole, Path: shown(path), differs: true}
			file.note("no manifest names it")
			orphans = append(orphans, file)
		}
		return nil
	})
	if err != nil {
		return &manifest.Unreadable{Path: dataset, What: "cannot be read: " + err.Error()}
	}
	c.report.Files = append(c.report.Files, orphans...)
	return nil
}

// isPartName reports whether readers of the dataset may read a file: any Parquet file, and
// in the partitions all that is not hidden. A link may lead to a folder of them.
func isPartName(path string, entry fs.DirEntry) bool {
	name := strings.ToLower(entry.Name())
	if strings.HasSuffix(name, ".parquet") {
		return true
	}
	partition := strings.HasPrefix(filepath.ToSlash(path), manifest.DayPrefix)
	link := entry.Type()&fs.ModeSymlink != 0
	return partition && !slices.Contains([]byte("._"), name[0]) || link
}
