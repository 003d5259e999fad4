package compact

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// A run is one of the dataset that is not superseded.
type run struct {
	*manifest.Run
	path   string // of the manifest
	digest string // of the manifest
}

// A day is a partition.
type day struct {
	name  string
	parts []*part // by name
}

// A part is one of the files of a day, as a manifest has it.
type part struct {
	manifest.Output
	path    string
	version int // of the schema
}

// load reads the manifests and compares the parts that they name with those there are.
func (c *compaction) load() error {
	names, err := manifest.Runs(c.path)
	if err != nil {
		return err
	}
	days := map[string]map[string]*part{}
	for _, name := range names {
		r, err := loadRun(c.path, name)
		if err != nil {
			return err
		}
		if c.runs = append(c.runs, r); r.Nested != c.runs[0].Nested {
			return &schema.Refusal{What: c.path + ": the dataset has flat and nested columns", Hint: "load each kind into a dataset of its own"}
		}
		r.addParts(c.path, days)
	}
	entries, err := os.ReadDir(c.path)
	if err != nil {
		return &manifest.Unreadable{Path: c.path, What: err.Error()}
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), manifest.DayPrefix) {
			if err := c.addDay(entry.Name(), days[entry.Name()]); err != nil {
				return err
			}
			delete(days, entry.Name())
		}
	}
	for name := range days {
		return missing(filepath.Join(c.path, name))
	}
	c.result.Runs = len(c.runs)
	return nil
}

func loadRun(dataset, name string) (*run, error) {
	path := manifest.PathOfRun(dataset, name)
	loaded, digest, err := manifest.LoadDigest(path)
	if err != nil {
		return nil, err
	}
	loaded.Name = name // manifests of version 1 have none
	if loaded.SchemaVersion > schema.Version {
		return nil, &schema.Refusal{
			What: fmt.Sprintf("%s: has columns of version %d; this program knows those up to %d", path, loaded.SchemaVersion, schema.Version), Hint: "use a later version of signins",
		}
	}
	return &run{loaded, path, digest}, nil
}

// addParts adds the parts of the run in the dataset by day and name. It may have had
// other outputs.
func (r *run) addParts(dataset string, days map[string]map[string]*part) {
	for _, out := range r.Outputs {
		of := manifest.ParsePart(out.Path)
		if of.Run != r.Name {
			continue
		}
		day, name := path.Dir(of.Path), path.Base(of.Path)
		if days[day] == nil {
			days[day] = map[string]*part{}
		}
		days[day][name] = &part{out, filepath.Join(dataset, day, name), r.SchemaVersion}
	}
}

// addDay adds a folder of the dataset, which has these parts and nothing else.
func (c *compaction) addDay(name string, parts map[string]*part) error {
	folder := filepath.Join(c.path, name)
	entries, err := os.ReadDir(folder) // by name
	if err != nil {
		return &manifest.Unreadable{Path: folder, What: err.Error()}
	}
	d := &day{name: name}
	for _, entry := range entries {
		p := parts[entry.Name()]
		if p == nil || !entry.Type().IsRegular() {
			return &schema.Refusal{What: filepath.Join(folder, entry.Name()) + ": is in no manifest of the dataset", Hint: "move it elsewhere; verify lists such files"}
		}
		delete(parts, entry.Name())
		d.parts = append(d.parts, p)
		c.result.Before.Parts++
		c.result.Before.Bytes += p.Size
		c.result.Rows += p.Rows
	}
	for name := range parts {
		return missing(filepath.Join(folder, name))
	}
	if len(d.parts) > 0 {
		c.days = append(c.days, d)
		c.result.Days++
	}
	return nil
}

func missing(path string) error {
	return &manifest.Unreadable{Path: path, What: "is missing, a manifest names it", Hint: "signins verify shows what else differs"}
}

// isCompact reports whether all parts have all columns, and no two parts of a day that
// follow each other could be one.
func (c *compaction) isCompact() bool {
	return !slices.ContainsFunc(c.days, func(d *day) bool {
		for i, p := range d.parts {
			if p.version < schema.Version {
				return true
			}
			if i > 0 && p.Size+d.parts[i-1].Size <= c.limits.bytes && p.Rows+d.parts[i-1].Rows <= c.limits.rows {
				return true
			}
		}
		return false
	})
}
