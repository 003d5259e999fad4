package writer

import (
	"io"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// An encoder writes batches to one file.
//
// Write takes the batches in order and keeps nothing of them. Close completes the
// file and releases what the encoder holds; Abort releases it without completing,
// and may follow a failed Write or Close.
type encoder interface {
	Write(b *schema.Batch) error
	Close() error
	Abort()
	// Rows returns how many records were written.
	Rows() int64
}

// A fileOutput is an output of one file of data with its sidecars.
type fileOutput struct {
	files        *files.Transaction
	path, format string
	existing     files.Existing
	data         *files.File
	encoder      encoder
	rejects      *files.File // nil without rejects
}

// fileFormat completes the format of outputs of one file: its ending is its name.
// begin makes the encoder.
func fileFormat(f format, begin func(data *files.File, o Options) (encoder, error)) format {
	f.ending = "." + f.name
	f.is = func(path string) bool { return strings.EqualFold(filepath.Ext(path), f.ending) }
	f.paths = func(path string) []string {
		rejects, sums, name := manifest.Sidecars(path)
		return []string{path, rejects, sums, name}
	}
	f.open = func(t *files.Transaction, path string, o Options) (_ output, err error) {
		out := &fileOutput{files: t, path: path, format: f.name}
		if o.Overwrite {
			out.existing = files.SetAside
		}
		if out.data, err = t.Create(path, out.existing); err != nil {
			return nil, err
		}
		if out.encoder, err = begin(out.data, o); err != nil {
			return nil, out.data.Named(err)
		}
		return out, nil
	}
	return f
}

func (out *fileOutput) Write(b *schema.Batch) error { return out.data.Named(out.encoder.Write(b)) }

func (out *fileOutput) CreateRejects() (_ *files.File, err error) {
	name, _, _ := manifest.Sidecars(out.path)
	out.rejects, err = out.files.Create(name, out.existing)
	return out.rejects, err
}

func (out *fileOutput) Finish(run *manifest.Run) error {
	if err := out.data.Named(out.encoder.Close()); err != nil {
		return err
	}
	rows := out.encoder.Rows()
	run.Outputs = append(run.Outputs, manifest.Output{
		Path: filepath.ToSlash(out.path), Format: out.format, Size: out.data.Size, SHA256: out.data.SHA256(), Rows: rows,
	})
	return run.CheckRows(out.path, rows)
}

func (out *fileOutput) Seal(digest string) (*files.File, error) {
	rejects, sums, name := manifest.Sidecars(out.path)
	text := manifest.SumLine(out.data.SHA256(), filepath.Base(out.path))
	if out.rejects != nil {
		text += manifest.SumLine(out.rejects.SHA256(), filepath.Base(rejects))
	} else {
		out.files.RemoveBeside(out.data, rejects)
	}
	text += manifest.SumLine(digest, filepath.Base(name))
	file, err := out.files.Create(sums, out.existing)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(file, text); err != nil {
		return nil, err
	}
	if file, err = out.files.Create(name, out.existing); err == nil {
		file.Last = true
	}
	return file, err
}

func (out *fileOutput) Abort() { out.encoder.Abort() }
