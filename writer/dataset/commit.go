package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// runName is a digest of all that decides the bytes of a run: versions, inputs in
// their order, the settings that change what is written, the runs whose sign-ins it
// leaves out, and which shard it is. Shards without inputs differ by their set.
func runName(run *manifest.Run, choices []string) (string, error) {
	identity := sha256.New()
	encoder := json.NewEncoder(identity)
	err := encoder.Encode([]any{run.SchemaVersion, run.Tool.Version, run.CodesTableDate, choices})
	for in, bad := range run.Contents() {
		if bad != nil {
			return "", bad
		}
		err = errors.Join(err, encoder.Encode([2]string{in.Path, in.SHA256}))
	}
	if len(run.Consulted) > 0 {
		err = errors.Join(err, encoder.Encode(run.Consulted))
	}
	if s := run.Shard; s != nil {
		err = errors.Join(err, encoder.Encode([2]int{s.Index, s.Count}))
		if run.CountInputs() == 0 {
			err = errors.Join(err, encoder.Encode(s.Set))
		}
	}
	return hex.EncodeToString(identity.Sum(nil)[:8]), err
}

// Finish completes the parts, names them and adds them to run, whose inputs are
// complete. The error is *schema.Unchanged or *schema.Refusal if the dataset has the run.
func (d *Writer) Finish(run *manifest.Run) (err error) {
	if d.run, err = runName(run, d.options.Choices); err != nil {
		return err
	}
	run.Name = d.run
	d.sidecars.Base = filepath.Join(d.path, manifest.Folder, d.run)
	if err := d.refuseRepeated(); err != nil {
		return err
	}
	if err := d.compareInputs(run); err != nil {
		return err
	}
	if d.finished, err = d.finishParts(); err != nil {
		return err
	}
	var rows int64
	for _, p := range d.finished {
		rows += p.rows
		p.file.Path = manifest.PartPath(filepath.Join(d.path, partition(p.day)), d.run, 0)
		d.sidecars.Data = append(d.sidecars.Data, p.file)
		run.Outputs = append(run.Outputs, manifest.Output{
			Path: filepath.ToSlash(p.file.Path), Format: "parquet", Size: p.file.Size, SHA256: p.file.SHA256(), Rows: p.rows,
			Argument: filepath.ToSlash(d.path) + "/",
		})
	}
	return run.CheckRows(d.path, rows)
}

// check looks again at a time when no other run writes into the dataset: others may
// have committed since the first look.
func (d *Writer) check() error {
	if err := d.refuseRepeated(); err != nil {
		return err
	}
	if err := d.refuseMixed(); err != nil {
		return err
	}
	if err := d.refuseLoaded(); err != nil {
		return err
	}
	return d.removeStale()
}

// refuseRepeated refuses to write a run again that the dataset has. The parts of one
// that was superseded are not there to be overwritten.
func (d *Writer) refuseRepeated() error {
	name, hint := d.sidecars.Base+d.sidecars.Ending, "--overwrite writes the same files again"
	superseded := filepath.Join(filepath.Dir(name), manifest.SupersededFolder, filepath.Base(name))
	if _, err := os.Lstat(superseded); err == nil {
		name, hint = superseded, "its rows are in a compaction; load the inputs into another dataset to write them again"
		if d.options.Overwrite {
			return &schema.Refusal{What: name + ": the run was superseded and cannot be overwritten", Hint: hint}
		}
	} else if _, err := os.Lstat(name); err != nil || d.options.Overwrite {
		return nil
	}
	const what = ": exists already: the dataset has these inputs, read in the same way"
	if d.options.AllowRepeat {
		return &schema.Unchanged{What: name + what + "; nothing is written", Hint: hint}
	}
	return &schema.Refusal{What: name + what, Hint: "there is nothing to add; " + hint, Taken: true}
}

// damaged returns the error of a manifest of the dataset that cannot be read.
func damaged(path string, err error) error {
	return &manifest.Unreadable{Path: path, What: files.WithoutPath(err).Error(), Hint: "it was damaged or edited; signins verify names what else differs"}
}

// refuseMixed refuses nested columns in a dataset of flat ones, and the reverse.
// All runs in a dataset are alike, so it reads one manifest.
func (d *Writer) refuseMixed() error {
	runs, err := manifest.Runs(d.path)
	if err != nil || len(runs) == 0 {
		return err
	}
	path := manifest.PathOfRun(d.path, runs[0])
	var run struct{ Nested bool }
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil {
		return damaged(path, err)
	}
	if run.Nested == d.options.Parquet.Nested {
		return nil
	}
	columns := "flat"
	if run.Nested {
		columns = "nested"
	}
	return &schema.Refusal{What: d.path + ": the dataset has " + columns + " columns", Hint: "a dataset holds files written with --nested or files written without"}
}

// removeStale removes files with the name of the run that it does not have: those
// of a run that died before its manifest appeared, or that --overwrite writes again
// with fewer parts.
func (d *Writer) removeStale() error {
	names, err := fs.Glob(os.DirFS(d.path), manifest.DayPrefix+"*/part-"+d.run+"-*.parquet")
	kept := map[string]bool{}
	for _, p := range d.finished {
		kept[p.file.Path] = true
	}
	for _, name := range names {
		if path := filepath.Join(d.path, filepath.FromSlash(name)); !kept[path] {
			d.files.RemoveBeside(d.sidecars.Sums, path)
		}
	}
	return err
}
