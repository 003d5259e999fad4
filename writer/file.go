package writer

import (
	"iter"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/schema/versions"
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
	format   string
	data     *files.File
	encoder  encoder
	sidecars *manifest.Sidecars
}

// fileFormat completes the format of outputs of one file: its ending is its name.
// begin makes the encoder.
func fileFormat(f format, begin func(data *files.File, o Options) (encoder, error)) format {
	f.ending = "." + f.name
	f.is = func(path string) bool { return strings.EqualFold(filepath.Ext(path), f.ending) }
	f.paths = func(path string) []string { return append([]string{path}, manifest.SidecarsOf(path)...) }
	f.open = func(t *files.Transaction, path string, o Options) (_ output, err error) {
		existing := files.Refuse
		if o.Overwrite {
			existing = files.SetAside
		}
		out := &fileOutput{format: f.name, sidecars: manifest.NewSidecars(t, path, existing)}
		if out.data, err = t.Create(path, existing); err != nil {
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

// WritePair adds a pair where the format lists pairs beside sign-ins.
func (out *fileOutput) WritePair(p *versions.Pair) error {
	if list, ok := out.encoder.(interface{ WritePair(*versions.Pair) error }); ok {
		return out.data.Named(list.WritePair(p))
	}
	return nil
}

// WriteFinding adds a finding where the format lists findings beside sign-ins.
func (out *fileOutput) WriteFinding(f *schema.Finding, rows iter.Seq[schema.RowPlace]) error {
	if list, ok := out.encoder.(interface {
		WriteFinding(*schema.Finding, iter.Seq[schema.RowPlace]) error
	}); ok {
		return out.data.Named(list.WriteFinding(f, rows))
	}
	return nil
}

// Kept returns how many bytes the format keeps until all sign-ins are written, beside
// those that its limit of memory has room for.
func (out *fileOutput) Kept() int64 {
	if keeper, ok := out.encoder.(interface{ Kept() int64 }); ok {
		return keeper.Kept()
	}
	return 0
}

func (out *fileOutput) Finish(run *manifest.Run) error {
	if err := out.data.Named(out.encoder.Close()); err != nil {
		return err
	}
	out.sidecars.Data = []*files.File{out.data}
	rows := out.encoder.Rows()
	run.Outputs = append(run.Outputs, manifest.Output{
		Path: filepath.ToSlash(out.data.Path), Format: out.format, Size: out.data.Size, SHA256: out.data.SHA256(), Rows: rows,
	})
	return run.CheckRows(out.data.Path, rows)
}

func (out *fileOutput) Sidecars() *manifest.Sidecars { return out.sidecars }

func (out *fileOutput) Abort() { out.encoder.Abort() }
