package writer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/writer/dataset"
	"signins/writer/excel"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// formats are the output formats, by the ending of a path. A new one is a file
// of its own and an element here.
var formats = []struct {
	ending, name string
	open         func(w io.Writer, o Options) (Writer, error)
}{
	{".xlsx", "xlsx", func(w io.Writer, o Options) (Writer, error) { return excel.NewWriter(w, o.Excel) }},
	{".parquet", "parquet", func(w io.Writer, o Options) (Writer, error) { return parquet.NewWriter(w, o.Parquet) }},
}

// Format returns the format that the ending of an output's path names.
func Format(path string) (name string, err error) {
	if dataset.IsPath(path) {
		return "dataset", nil
	}
	var endings []string
	for _, f := range formats {
		if strings.EqualFold(filepath.Ext(path), f.ending) {
			return f.name, nil
		}
		endings = append(endings, f.ending)
	}
	return "", fmt.Errorf("%s: unknown output format; use %s or a path ending in /", path, strings.Join(endings, ", "))
}

// Outputs are the outputs of a run with all that stands beside them.
type Outputs struct {
	files     *files.Transaction
	overwrite bool
	list      []*output
	datasets  []*dataset.Writer
	rejects   int64
}

type output struct {
	path, format string
	data         *files.File
	rejects      *files.File // nil until there are any
	writer       Writer
}

// Open begins the outputs with the given paths. Once ctx is done, all else
// fails. The error for a path that names an output a second time is *schema.Refusal.
// On error nothing is left.
func Open(ctx context.Context, paths []string, overwrite bool, o Options) (*Outputs, error) {
	all := &Outputs{files: files.Begin(ctx, overwrite), overwrite: overwrite}
	for _, path := range paths {
		if err := all.add(path, o); err != nil {
			all.Abort()
			return nil, err
		}
	}
	return all, nil
}

func (all *Outputs) add(path string, o Options) error {
	if dataset.IsPath(path) {
		for _, other := range all.datasets {
			if filepath.Clean(path) == other.Path() {
				return &schema.Refusal{What: path + ": is named twice as output"}
			}
		}
		d, err := dataset.Open(path, all.overwrite, dataset.Options{Parquet: o.Parquet, Choices: o.Choices})
		if err == nil {
			all.datasets = append(all.datasets, d)
		}
		return err
	}
	out := &output{path: path}
	all.list = append(all.list, out)
	var err error
	if out.format, err = Format(path); err != nil {
		return err
	}
	if out.data, err = all.files.Create(path); err != nil {
		return err
	}
	if o.Excel.TempDir, err = all.files.Private(path); err != nil {
		return err
	}
	for _, f := range formats {
		if f.name == out.format {
			var w Writer
			if w, err = f.open(out.data, o); err == nil {
				out.writer = w
			}
		}
	}
	return out.failed(err)
}

// failed completes an error of a writer with what the writer does not know, the
// name of the output. The first error of the file itself says it best.
func (out *output) failed(err error) error {
	switch {
	case out.data.Err() != nil:
		return out.data.Err()
	case err != nil:
		return fmt.Errorf("%s: %w", out.path, files.WithoutPath(err))
	}
	return nil
}

// Write adds a batch to every output, and its rejects beside them.
func (all *Outputs) Write(b *schema.Batch) error {
	for _, out := range all.list {
		if err := out.failed(out.writer.Write(b)); err != nil {
			return err
		}
		if err := all.reject(out, b); err != nil {
			return err
		}
	}
	for _, d := range all.datasets {
		if err := d.Write(b); err != nil {
			return err
		}
	}
	all.rejects += int64(len(b.Rejects))
	return nil
}

func (all *Outputs) reject(out *output, b *schema.Batch) (err error) {
	if out.rejects == nil && len(b.Rejects) > 0 {
		path, _, _ := manifest.Sidecars(out.path)
		if out.rejects, err = all.files.Create(path); err != nil {
			return err
		}
	}
	for i := range b.Rejects {
		if err := manifest.WriteReject(out.rejects, b.Source, &b.Rejects[i]); err != nil {
			return err
		}
	}
	return nil
}

// Finish completes the data files and describes them in run. It fails where an
// output does not hold as many rows as the run says were written.
func (all *Outputs) Finish(run *manifest.Run) error {
	run.Outputs = []manifest.Output{}
	for _, out := range all.list {
		if err := out.failed(out.writer.Close()); err != nil {
			return err
		}
		rows := out.writer.Rows()
		if rows != run.Totals.Written || all.rejects != run.Totals.Rejected {
			return &manifest.Unbalanced{What: fmt.Sprintf("%s holds %d rows and %d rejects, but %d and %d were counted",
				out.path, rows, all.rejects, run.Totals.Written, run.Totals.Rejected)}
		}
		run.Outputs = append(run.Outputs, manifest.Output{
			Path: filepath.ToSlash(out.path), Format: out.format, Size: out.data.Size, SHA256: out.data.SHA256(), Rows: rows,
		})
	}
	for _, d := range all.datasets {
		if err := d.Finish(run); err != nil {
			return err
		}
	}
	return nil
}

// Commit writes the digests and manifests and makes all files appear, the
// manifests last.
func (all *Outputs) Commit(run *manifest.Run) error {
	record, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	record = append(record, '\n')
	var last []*files.File
	for _, out := range all.list {
		rejects, sums, name := manifest.Sidecars(out.path)
		file, err := all.create(name, record)
		if err != nil {
			return err
		}
		last = append(last, file)
		text := manifest.SumLine(out.data.SHA256(), out.path)
		if out.rejects != nil {
			text += manifest.SumLine(out.rejects.SHA256(), rejects)
		} else {
			all.files.Remove(rejects)
		}
		if _, err := all.create(sums, []byte(text+manifest.SumLine(file.SHA256(), name))); err != nil {
			return err
		}
	}
	all.files.CommitLast(last)
	all.release()
	return all.commit(record)
}

// commit makes datasets appear first: they can be taken back.
func (all *Outputs) commit(record []byte) error {
	defer all.Abort()
	for i, d := range all.datasets {
		if err := d.Commit(record); err != nil {
			all.retract(i)
			return err
		}
	}
	err := all.files.Commit()
	if err != nil {
		all.retract(len(all.datasets))
	}
	return err
}

func (all *Outputs) retract(n int) {
	for _, d := range all.datasets[:n] {
		d.Retract()
	}
}

func (all *Outputs) create(path string, content []byte) (*files.File, error) {
	file, err := all.files.Create(path)
	if err == nil {
		_, err = file.Write(content)
	}
	return file, err
}

// Abort leaves nothing behind.
func (all *Outputs) Abort() {
	all.release()
	all.files.Abort()
	for _, d := range all.datasets {
		d.Abort()
	}
}

// release has the writers let go of their spill files.
func (all *Outputs) release() {
	for _, out := range all.list {
		if out.writer != nil {
			out.writer.Abort()
		}
	}
}
