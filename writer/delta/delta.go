// Package delta keeps the log of Delta Lake in a dataset, so that its engines read the
// dataset as a table. Manifests stay the truth, and the log is made from them: a run that
// was killed before its log entry is in the log after the next one.
package delta

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// Folder is the folder of the log in a dataset.
const Folder = "_delta_log"

const (
	engine      = "signins" // without version: the same run gives the same bytes
	versionName = "%020d.json"
	tempName    = ".signins-*.tmp"
	stale       = time.Hour // age at which nobody writes a file with tempName any more
)

// A run is what the log needs of a manifest.
type run struct {
	name       string
	Nested     bool
	FinishedAt time.Time `json:"finished_at"`
	Outputs    []struct {
		Path       string
		Size, Rows int64
	}
	Supersedes []struct{ Run string } // for a compaction
}

// Has reports whether a dataset has a log.
func Has(dataset string) bool {
	info, err := os.Stat(filepath.Join(dataset, Folder))
	return err == nil && info.IsDir()
}

// Update adds to the log of a dataset, as one version, the files of runs that it lacks,
// and removes those of runs that the dataset no longer has. mode is that of the version's
// file, 0 for the default. Several programs may update at the same time. The error is
// *schema.Refusal if a program of another kind has written to the log.
func Update(dataset string, mode fs.FileMode) error {
	for {
		table, err := readLog(dataset)
		if err != nil {
			return err
		}
		actions, err := table.difference()
		if err != nil || len(actions) == 0 {
			return err
		}
		if added, err := table.append(actions, mode); added || err != nil {
			return err
		}
	}
}

// difference returns the actions that bring a log up to the runs of its dataset.
func (t *table) difference() (actions []action, err error) {
	names, err := manifest.Runs(t.dataset)
	present := map[string]bool{"": true}
	logged, superseded := map[string]bool{}, map[string]bool{}
	for file := range t.files {
		logged[manifest.ParsePart(file).Run] = true
	}
	for _, name := range names {
		if present[name] = true; logged[name] {
			continue
		}
		r, err := readRun(t.dataset, name)
		if err != nil {
			return nil, err
		}
		for _, earlier := range r.Supersedes {
			superseded[earlier.Run] = true
		}
		if added := r.add(); len(added) > 0 {
			actions = slices.Concat(actions, t.describe(r), added)
			t.latest = max(t.latest, r.FinishedAt.UnixMilli())
		}
	}
	for _, file := range slices.Sorted(maps.Keys(t.files)) {
		if name := manifest.ParsePart(file).Run; !present[name] {
			actions = append(actions, action{"remove": {"path": file, "deletionTimestamp": t.latest, "dataChange": !superseded[name]}})
		}
	}
	if len(actions) > 0 {
		actions = append(actions, action{"commitInfo": {
			"timestamp": t.latest, "operation": "WRITE", "operationParameters": map[string]string{"mode": "Append"}, "engineInfo": engine,
		}})
	}
	return actions, err
}

func readRun(dataset, name string) (*run, error) {
	file := manifest.PathOfRun(dataset, name)
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &run{name: name}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// add returns the actions that add the parts of a run. Those of a compaction change no
// data: they have the rows of others.
func (r *run) add() (actions []action) {
	for _, output := range r.Outputs {
		part := manifest.ParsePart(output.Path)
		if part.Run != r.name {
			continue // another output of the run
		}
		values := map[string]any{schema.PartitionColumn: part.Day}
		if part.Day == manifest.NoDay {
			values[schema.PartitionColumn] = nil
		}
		actions = append(actions, action{"add": {
			"path": part.Path, "partitionValues": values, "size": output.Size, "modificationTime": r.FinishedAt.UnixMilli(),
			"dataChange": len(r.Supersedes) == 0,
			"stats":      fmt.Sprintf(`{"numRecords":%d}`, output.Rows),
		}})
	}
	return actions
}

// describe returns what a log says before its first file, and of columns that it lacks.
func (t *table) describe(r *run) (actions []action) {
	if t.about == nil {
		id := sha256.Sum256([]byte(r.name))
		t.about = map[string]any{
			"id":     fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16]),
			"format": map[string]any{"provider": "parquet", "options": map[string]string{}}, "partitionColumns": []string{schema.PartitionColumn},
			"configuration": map[string]string{}, "createdTime": r.FinishedAt.UnixMilli(),
		}
		actions = append(actions, action{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}})
	}
	if t.schema.add(columns(r.Nested)) {
		text, _ := json.Marshal(t.schema) // texts and lists of them
		t.about["schemaString"] = string(text)
		actions = append(actions, action{"metaData": t.about})
	}
	return actions
}

// An action is a line of the log: its values, under its name.
type action map[string]map[string]any

// A line is an action as it is read, as far as it matters.
type line struct {
	Add *struct {
		Path             string
		ModificationTime int64
	}
	Remove     *struct{ Path string }
	MetaData   map[string]any
	CommitInfo *struct{ EngineInfo string }
}

// A table is what a log says after all its versions.
type table struct {
	dataset string
	next    int // version
	files   map[string]bool
	about   map[string]any // nil in an empty log
	schema  structType
	latest  int64 // time of the newest file, in milliseconds
}

// readLog reads all versions of a log, which may be none.
func readLog(dataset string) (*table, error) {
	t := &table{dataset: dataset, files: map[string]bool{}}
	versions, err := fs.Glob(os.DirFS(filepath.Join(dataset, Folder)), strings.Repeat("[0-9]", 20)+".json")
	slices.Sort(versions)
	for _, name := range versions {
		file := filepath.Join(dataset, Folder, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		ours := false
		for text := range bytes.Lines(text) {
			var a line
			if err := json.Unmarshal(text, &a); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			ours = ours || a.CommitInfo != nil && a.CommitInfo.EngineInfo == engine
			if err := t.apply(&a); err != nil {
				return nil, fmt.Errorf("%s: schema of the table: %w", file, err)
			}
		}
		if !ours || name != fmt.Sprintf(versionName, t.next) {
			return nil, &schema.Refusal{What: file + ": another program writes this log", Hint: "without --delta the dataset grows; add its " +
				"files to the table with that program, or delete the folder " + Folder}
		}
		t.next++
	}
	return t, err
}

func (t *table) apply(a *line) (err error) {
	switch {
	case a.Add != nil:
		t.files[a.Add.Path] = true
		t.latest = max(t.latest, a.Add.ModificationTime)
	case a.Remove != nil:
		delete(t.files, a.Remove.Path)
	case a.MetaData != nil:
		text, _ := a.MetaData["schemaString"].(string)
		t.about, t.schema = a.MetaData, structType{}
		err = json.Unmarshal([]byte(text), &t.schema)
	}
	return err
}

// append writes actions as the next version. added is false if another program has
// written that version meanwhile.
func (t *table) append(actions []action, mode fs.FileMode) (added bool, err error) {
	folder := filepath.Join(t.dataset, Folder)
	if err := os.Mkdir(folder, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	removeStale(folder)
	temp, err := os.OpenFile(filepath.Join(folder, strings.Replace(tempName, "*", fmt.Sprintf("%x", rand.Uint64()), 1)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	lines := json.NewEncoder(temp)
	for _, a := range actions {
		err = errors.Join(err, lines.Encode(a))
	}
	if mode != 0 {
		err = errors.Join(err, temp.Chmod(mode))
	}
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return false, err
	}
	// A version appears whole, and is never replaced. One that a crash of the system takes
	// back is written again by the next run.
	err = os.Link(temp.Name(), filepath.Join(folder, fmt.Sprintf(versionName, t.next)))
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return true, err
}

// removeStale removes files of runs that were killed while they wrote a version.
func removeStale(folder string) {
	names, _ := filepath.Glob(filepath.Join(folder, tempName))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > stale {
			os.Remove(name)
		}
	}
}
