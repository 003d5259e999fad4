package verify

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// Options direct a check.
type Options struct {
	// Folders are searched, with the folders in them, for sources that are not at
	// their recorded path.
	Folders []string
	// Raw compares raw_record of every row with the bytes of its source.
	Raw bool
	// OpenSource opens a file, or a member of an archive, as the bytes in which
	// source_offset counts: unpacked, not decoded. It is needed for Raw.
	OpenSource func(path, member string) (io.ReadCloser, error)
	// Expect is called with the number of bytes that will be read, and Progress with
	// those that were; nil for none.
	Expect   func(size int64)
	Progress func(n int)

	window int // rows of compareRaw, 0 for rawWindow
}

// Check checks what PATH names: the file of an output, its manifest, its digests, a
// manifest of a dataset, or a dataset. It writes nothing, and reads regular files only.
// Differences are in the report; the error is *manifest.Unreadable or *schema.Refusal.
func Check(path string, o Options) (*Report, error) {
	for _, folder := range o.Folders {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return nil, &schema.Refusal{What: folder + ": there is no such folder", Hint: "name folders that hold the sources behind PATH"}
		}
	}
	path = spelled(path)
	info, err := os.Stat(path)
	record := manifestOf(path)
	for _, beside := range []string{record, baseOf(record) + manifest.SumsEnding} {
		if errors.Is(err, fs.ErrNotExist) && manifest.IsRegular(beside) {
			info, err = os.Stat(beside) // of a file that is missing
		}
	}
	if err != nil {
		what, hint := files.WithoutPath(err).Error(), ""
		if errors.Is(err, fs.ErrNotExist) {
			what, hint = "no such file or folder", "name an output, its manifest or a dataset"
		}
		return nil, &manifest.Unreadable{Path: path, What: what, Hint: hint}
	}
	c := newChecker(path, o)
	if info.IsDir() {
		err = c.checkDataset(path)
	} else {
		err = c.checkFile(path)
	}
	if err != nil {
		return nil, err
	}
	return c.report, nil
}

// A checker makes a report.
type checker struct {
	Options
	report   *Report
	digests  map[string]digest // by path
	sources  []*source         // of all runs, each once
	bySource map[sourceKey]*source
	unknown  []*File         // in the folders
	known    map[string]bool // real paths of files that are in the report, or were skipped
	parts    map[string]bool // real paths of parts that a manifest of the dataset names
}

func newChecker(path string, o Options) *checker {
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	o.window = cmp.Or(o.window, rawWindow)
	return &checker{
		Options: o, report: &Report{Path: shown(path)}, digests: map[string]digest{}, bySource: map[sourceKey]*source{},
		known: map[string]bool{}, parts: map[string]bool{},
	}
}

const (
	indexName   = ".index"  // what runs keep there of the manifests
	linesEnding = ".ndjson" // of files beside an output with a line for each of something
)

// checkFile checks one run.
func (c *checker) checkFile(path string) error {
	path = manifestOf(path)
	r, err := loadRecord(path)
	switch {
	case err == nil:
		return c.check([]*record{r}, func() error { return nil })
	case c.differsFromSums(path, path, manifestRole, err):
		return c.check(nil, func() error { return nil })
	}
	return err
}

// check checks runs and all that they name; more is called once their outputs were read.
func (c *checker) check(records []*record, more func() error) error {
	c.expect(records)
	for _, r := range records {
		if err := c.checkRecord(r); err != nil {
			return err
		}
	}
	if err := more(); err != nil {
		return err
	}
	if err := c.searchFolders(); err != nil {
		return err
	}
	if c.Raw {
		for _, r := range records {
			if r.unreadable {
				continue
			}
			if err := c.checkRaw(r); err != nil {
				return err
			}
		}
	}
	c.reportSources()
	c.report.count()
	return nil
}

// manifestOf returns the path of the manifest for the file that names a run.
func manifestOf(path string) string {
	for _, ending := range []string{manifest.Ending, manifest.RunEnding} {
		if strings.HasSuffix(path, ending) {
			return path
		}
	}
	base := strings.TrimSuffix(path, manifest.SumsEnding)
	if strings.HasSuffix(path, linesEnding) { // OUTPUT.rejects.ndjson
		base = strings.TrimSuffix(base, linesEnding)
		base = strings.TrimSuffix(base, filepath.Ext(base))
	}
	if dataset, _ := manifest.DatasetOf(filepath.Dir(path)); dataset != "" {
		return base + manifest.RunEnding
	}
	return base + manifest.Ending
}

// expect says how much will be read: outputs to hash and again to read their rows, and
// sources.
func (c *checker) expect(records []*record) {
	if c.Expect == nil {
		return
	}
	var size int64
	for _, r := range records {
		for _, out := range r.outputs {
			if !out.own || !r.superseded {
				size += 2 * max(0, min(out.Size, maxCount))
			}
		}
		for in, err := range r.run.AllInputs() {
			if err == nil {
				size += max(0, min(in.Size, maxCount))
			}
		}
		for _, side := range r.run.SideFiles {
			size += max(0, min(side.Size, maxCount))
		}
	}
	c.Expect(size)
}

// openRegular opens a regular file, and no pipe or device, which might never end.
func openRegular(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("is not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

// spelled returns the path of a file with its name as the folder has it: where case does
// not matter, REPORT.XLSX may name the report.xlsx of a manifest.
func spelled(path string) string {
	entries, _ := os.ReadDir(filepath.Dir(path))
	name, typed := filepath.Base(path), path
	for _, entry := range entries {
		if entry.Name() == name {
			return typed
		}
		if strings.EqualFold(entry.Name(), name) {
			path = filepath.Join(filepath.Dir(typed), entry.Name())
		}
	}
	if _, err := os.Stat(typed); err != nil {
		return typed // a name of its own
	}
	return path
}

// shown is a path as the report has it: slashes, and nothing that is no UTF-8.
func shown(path string) string { return schema.EscapeInvalid(filepath.ToSlash(path)) }
