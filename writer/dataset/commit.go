package dataset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

const manifestsFolder = "_manifests"

// IsPath reports whether the path of an output names a dataset: it ends as
// the path of a folder.
func IsPath(output string) bool {
	return output != "" && os.IsPathSeparator(output[len(output)-1])
}

// runName names a run after all that decides its bytes: versions, inputs in
// their order, and what the command line says of the data.
func runName(run *manifest.Run, choices []string) (string, error) {
	var inputs [][2]string
	for _, in := range run.Inputs {
		inputs = append(inputs, [2]string{in.Path, in.SHA256})
	}
	identity, err := json.Marshal([]any{run.SchemaVersion, run.Tool.Version, run.CodesTableDate, choices, inputs})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(identity)
	return hex.EncodeToString(sum[:8]), nil
}

// Finish completes the parts and describes them in run, whose inputs are
// complete. The error is *schema.Refusal where the dataset holds the run.
func (d *Writer) Finish(run *manifest.Run) (err error) {
	if d.run, err = runName(run, d.options.Choices); err != nil {
		return err
	}
	if err := d.refuseHeld(); err != nil {
		return err
	}
	for _, p := range d.days {
		if err := d.close(p); err != nil {
			return err
		}
	}
	slices.SortFunc(d.closed, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.number, b.number))
	})
	var rows int64
	for _, p := range d.closed {
		rows += p.rows
		run.Outputs = append(run.Outputs, manifest.Output{
			Path: filepath.ToSlash(filepath.Join(d.path, d.name(p))), Format: "parquet",
			Size: p.file.size, SHA256: p.file.sha256(), Rows: p.rows, Dataset: filepath.ToSlash(d.path),
		})
	}
	if rows != d.rows || rows != run.Totals.Written || d.lost != run.Totals.Rejected {
		return &manifest.Unbalanced{What: fmt.Sprintf("%s holds %d rows and %d rejects, but %d and %d were counted",
			d.path, rows, d.lost, run.Totals.Written, run.Totals.Rejected)}
	}
	return nil
}

// refuseHeld refuses to write a run again that the dataset holds.
func (d *Writer) refuseHeld() error {
	manifest := filepath.Join(d.path, d.sidecar(".json"))
	if _, err := os.Lstat(manifest); err != nil || d.overwrite {
		return nil
	}
	return &schema.Refusal{What: manifest + ": exists already: the dataset holds these inputs, read in the same way",
		Hint: "there is nothing to add; --overwrite writes the same files again"}
}

// name is the path of a part in the dataset, with slashes.
func (d *Writer) name(p *part) string {
	return fmt.Sprintf("%s/part-%s-%05d.parquet", partition(p.day), d.run, p.number)
}

func (d *Writer) sidecar(ending string) string {
	return path.Join(manifestsFolder, d.run+ending)
}

// Commit makes the files of the run appear, the manifest last: without it they
// belong to no run, and the same run replaces them. A file that stands in the
// way is one of the same run and has the same content, so nothing is ever
// missing while it is replaced. Other runs wait meanwhile. On error what was
// done is undone.
func (d *Writer) Commit(manifest []byte) error {
	manifests := filepath.Join(d.path, manifestsFolder)
	if err := d.folder(manifests); err != nil {
		return err
	}
	unlock, err := files.LockFolder(context.Background(), manifests)
	if err != nil {
		return err
	}
	defer unlock()
	// Other runs may have finished since this one looked.
	if err = d.refuseHeld(); err == nil {
		err = d.refuseMixed()
	}
	if err == nil {
		err = d.commit(manifest)
	}
	if err != nil {
		d.Retract()
	}
	return err
}

func (d *Writer) commit(manifest []byte) error {
	var sums strings.Builder
	names := map[string]bool{}
	for _, p := range d.closed {
		name := d.name(p)
		names[name] = true
		fmt.Fprintf(&sums, "%s  ../%s\n", p.file.sha256(), name)
		if err := d.folder(filepath.Join(d.path, partition(p.day))); err != nil {
			return err
		}
		if err := d.place(p.file, name); err != nil {
			return err
		}
	}
	if err := d.sweep(names); err != nil {
		return err
	}
	rejects, name := d.sidecar(".rejects.ndjson"), d.sidecar(".json")
	if d.rejects != nil {
		fmt.Fprintf(&sums, "%s  %s\n", d.rejects.sha256(), path.Base(rejects))
		if err := errors.Join(d.rejects.sync(), d.place(d.rejects, rejects)); err != nil {
			return err
		}
	}
	digest := sha256.Sum256(manifest)
	fmt.Fprintf(&sums, "%x  %s\n", digest, path.Base(name))
	if err := d.put(d.sidecar(".sha256"), []byte(sums.String())); err != nil {
		return err
	}
	d.syncFolders()
	if err := d.put(name, manifest); err != nil {
		return err
	}
	d.sealed = true
	return nil
}

// put writes a small file and gives it its name.
func (d *Writer) put(name string, content []byte) error {
	f, err := d.stage()
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return d.place(f, name)
}

// place gives a staged file its name in the dataset. What stood there stays in
// the private folder until the end.
func (d *Writer) place(f *stagedFile, name string) error {
	to := filepath.Join(d.path, filepath.FromSlash(name))
	undo := func() { os.Remove(to) }
	if info, err := os.Lstat(to); err == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s: is not a regular file and is not replaced", to)
		}
		aside := f.path + ".replaced"
		if os.Link(to, aside) != nil { // not every file system has links
			if err := os.Rename(to, aside); err != nil {
				return fmt.Errorf("%s: %w", to, files.WithoutPath(err))
			}
		}
		undo = func() { os.Rename(aside, to) }
	}
	d.undo = append(d.undo, undo)
	if err := os.Rename(f.path, to); err != nil {
		return fmt.Errorf("%s: %w", to, files.WithoutPath(err))
	}
	return nil
}

// sweep removes files of the run that it has no longer.
func (d *Writer) sweep(keep map[string]bool) error {
	old, err := fs.Glob(os.DirFS(d.path), "event_date=*/part-"+d.run+"-*.parquet")
	if err != nil {
		return err
	}
	if d.rejects == nil {
		old = append(old, d.sidecar(".rejects.ndjson"))
	}
	for i, name := range old {
		if keep[name] {
			continue
		}
		from, aside := filepath.Join(d.path, filepath.FromSlash(name)), filepath.Join(d.private, fmt.Sprint("swept.", i))
		err := os.Rename(from, aside)
		if err == nil {
			d.undo = append(d.undo, func() { os.Rename(aside, from) })
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w", from, files.WithoutPath(err))
		}
	}
	return nil
}

// syncFolders makes the names durable where the system can.
func (d *Writer) syncFolders() {
	folders := []string{d.path, filepath.Join(d.path, manifestsFolder)}
	for _, p := range d.closed {
		folders = append(folders, filepath.Join(d.path, partition(p.day)))
	}
	for _, name := range slices.Compact(folders) {
		files.SyncFolder(name)
	}
}

// Retract takes back what Commit did. Where another process has committed the
// same run meanwhile, for want of locks, the files are that run's.
func (d *Writer) Retract() {
	info, err := os.Lstat(filepath.Join(d.path, d.sidecar(".json")))
	if err == nil && info.Mode().IsRegular() && !d.sealed && !d.overwrite {
		d.undo = nil
	}
	for _, undo := range slices.Backward(d.undo) {
		undo()
	}
	d.undo = nil
}

// Abort leaves nothing behind but what Commit made to stay.
func (d *Writer) Abort() {
	for _, p := range d.days {
		p.parquet.Abort()
	}
	if d.private != "" {
		os.RemoveAll(d.private)
	}
	for _, folder := range slices.Backward(d.made) {
		os.Remove(folder) // stays where there is something in it
	}
	d.days, d.made, d.private = nil, nil, ""
	d.sorted = schema.Batch{}
}
