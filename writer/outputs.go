package writer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// Outputs are the outputs of a run with all files beside them.
type Outputs struct {
	files    *files.Transaction
	list     []output
	rejects  io.Writer // to a file of each output, nil before the first reject
	rejected int64
	memory   int64
}

// Open begins the outputs with the given paths. Once ctx is done, all else
// fails. The error for a path that names an output a second time is *schema.Refusal.
// On error nothing is left.
func Open(ctx context.Context, paths []string, o Options) (*Outputs, error) {
	all := &Outputs{files: files.Begin(ctx)}
	for _, path := range paths {
		f, err := findFormat(path)
		var out output
		if err == nil {
			out, err = f.open(all.files, path, o)
		}
		if err != nil {
			all.Abort()
			return nil, err
		}
		all.list, all.memory = append(all.list, out), max(all.memory, f.memory)
	}
	return all, nil
}

// MemoryLimit returns the limit of memory, as debug.SetMemoryLimit takes it, that
// keeps garbage from adding much to what the outputs need; 0 for none.
func (all *Outputs) MemoryLimit() int64 { return all.memory }

// Write adds a batch to every output, and its rejects beside them.
func (all *Outputs) Write(b *schema.Batch) error {
	for _, out := range all.list {
		if err := out.Write(b); err != nil {
			return err
		}
	}
	if all.rejects == nil && len(b.Rejects) > 0 {
		var list []io.Writer
		for _, out := range all.list {
			file, err := out.Sidecars().CreateRejects()
			if err != nil {
				return err
			}
			list = append(list, file)
		}
		all.rejects = io.MultiWriter(list...)
	}
	all.rejected += int64(len(b.Rejects))
	return manifest.WriteRejects(all.rejects, b)
}

// WriteFindings writes the findings of a run beside every output. It is called at most
// once, before Commit.
func (all *Outputs) WriteFindings(findings iter.Seq2[schema.Finding, iter.Seq[schema.RowPlace]]) error {
	var list []io.Writer
	for _, out := range all.list {
		file, err := out.Sidecars().CreateFindings()
		if err != nil {
			return err
		}
		list = append(list, file)
	}
	return manifest.WriteFindings(io.MultiWriter(list...), findings)
}

// Commit completes the data and describes it in run, whose inputs are complete, writes
// the digests and manifests, and makes all files appear, the manifests last. On error
// nothing is left. It is *manifest.Unbalanced if an output does not have as many rows
// as run has written records, and *schema.Refusal if a dataset has the run.
func (all *Outputs) Commit(run *manifest.Run) error {
	defer all.Abort()
	run.Outputs = []manifest.Output{}
	for _, out := range all.list {
		if err := out.Finish(run); err != nil {
			return err
		}
	}
	if all.rejected != run.Totals.Rejected {
		return &manifest.Unbalanced{What: fmt.Sprintf("%d rejects were written, but %d were counted", all.rejected, run.Totals.Rejected)}
	}
	run.Finish()
	record, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	record = append(record, '\n')
	digest := sha256.Sum256(record)
	for _, out := range all.list {
		file, err := out.Sidecars().Seal(hex.EncodeToString(digest[:]))
		if err != nil {
			return err
		}
		if _, err := file.Write(record); err != nil {
			return err
		}
	}
	all.release()
	return all.files.Commit()
}

// Abort leaves nothing behind. After Commit it does nothing.
func (all *Outputs) Abort() {
	all.release()
	all.files.Abort()
}

// release lets the outputs remove their spill files.
func (all *Outputs) release() {
	for _, out := range all.list {
		out.Abort()
	}
}
